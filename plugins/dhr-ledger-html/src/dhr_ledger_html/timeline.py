"""Where days stand on a timeline: the geometry of the drawings, in per cent of their width.

Every timeline of a page has the same scale, so that they can be compared by eye.  A day that lies more than ten years
from the day of the page stands at the edge; the words beside the drawing say which day it is.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_FARTHEST = timedelta(days=3653)
_MOST_LABELS = 8
_LEFT, _RIGHT = 2.0, 98.0


@dataclass(frozen=True, slots=True)
class Scale:
    """The days from *first* to *last*, from the left edge to the right."""

    first: date
    last: date

    @classmethod
    def of(cls, days: Iterable[date], around: date) -> Scale:
        """A scale from a New Year to the end of a quarter: of *around*, and of *days* within ten years of it."""
        earliest = date.min if around.toordinal() <= _FARTHEST.days else around - _FARTHEST
        latest = date.max if (date.max - around) <= _FARTHEST else around + _FARTHEST
        shown = [around, *(day for day in days if earliest <= day <= latest)]
        return cls(min(shown).replace(month=1, day=1), _end_of_quarter(max(shown)))

    def at(self, day: date) -> float:
        """Where *day* stands, in per cent of the width."""
        share = (day - self.first).days / ((self.last - self.first).days or 1)
        return _LEFT + (_RIGHT - _LEFT) * min(1.0, max(0.0, share))

    @property
    def years(self) -> list[tuple[str, str]]:
        """Where each year begins, and what is written there; blank where the labels would touch."""
        begins = range(self.first.year, self.last.year + 1)
        every = -(-len(begins) // _MOST_LABELS)
        return [
            (per_cent(self.at(date(year, 1, 1))), "" if nth % every else str(year)) for nth, year in enumerate(begins)
        ]


@dataclass(frozen=True, slots=True)
class Timeline:
    """One action on the scale of its page; every place is in per cent, `None` for what did not happen.

    `planned` is the target date it began with, `due` the one that stands, and `between` those in between; `moved` runs
    from the first to the last, `reach` over all of them, and `late` from the due day to the day of the page.  `reports`
    are the entries and `life` runs over them; `words` says in words what is drawn.
    """

    words: str
    today: str
    planned: str | None = None
    due: str | None = None
    between: tuple[str, ...] = ()
    moved: tuple[str, str] | None = None
    moved_earlier: bool = False
    reach: tuple[str, str] | None = None
    late: tuple[str, str] | None = None
    done: str | None = None
    ended: str | None = None
    reports: tuple[str, ...] = ()
    life: tuple[str, str] | None = None


def timeline(
    scale: Scale,
    *,
    words: str,
    today: date,
    planned: date | None,
    between: Iterable[date],
    due: date | None,
    late: bool,
    done: date | None,
    ended: date | None,
    reports: Iterable[date],
) -> Timeline:
    """What is drawn of an action with these days on *scale*."""
    days = sorted(set(reports))
    between = list(between)
    targets = sorted(day for day in (planned, due, *between) if day)
    moved = planned is not None and due is not None and planned != due
    return Timeline(
        words=words,
        today=per_cent(scale.at(today)),
        planned=_at(scale, planned),
        due=_at(scale, due),
        between=tuple(per_cent(scale.at(day)) for day in between if day not in (planned, due)),
        moved=_run(scale, planned, due) if moved else None,
        moved_earlier=planned is not None and due is not None and due < planned,
        reach=_run(scale, targets[0], targets[-1]) if between else None,
        late=_run(scale, due, today) if late else None,
        done=_at(scale, done),
        ended=_at(scale, ended),
        reports=tuple(per_cent(place) for place in sorted({scale.at(day) for day in days})),
        life=_run(scale, days[0], days[-1]) if days else None,
    )


def _end_of_quarter(day: date) -> date:
    month = (day.month + 2) // 3 * 3
    return day.replace(month=month, day=monthrange(day.year, month)[1])


def per_cent(share: float) -> str:
    """*share* as an attribute of a drawing."""
    return f"{share:.2f}%"


def _at(scale: Scale, day: date | None) -> str | None:
    return None if day is None else per_cent(scale.at(day))


def _run(scale: Scale, one: date | None, other: date | None) -> tuple[str, str] | None:
    """From the earlier of two days to the later: where it begins, and where it ends."""
    if one is None or other is None:
        return None
    start, end = sorted((scale.at(one), scale.at(other)))
    return per_cent(start), per_cent(end)
