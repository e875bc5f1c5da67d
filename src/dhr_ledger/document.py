"""What every document that is made from a ledger says of itself, whatever it shows and in whatever format.

On its first page and around every page it says how it is marked, which reviews it is about, and as at when.  To
programs it says in its properties what it is, and what it was made from: a file that comes back is compared with that.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from dhr_ledger.audience import NAME_WITHHELD, WITHHELD
from dhr_ledger.entry import Entry
from dhr_ledger.errors import ImportRefused
from dhr_ledger.legible import legible
from dhr_ledger.plan import day_month_year, when
from dhr_ledger.review import Review, ReviewStageReached

MADE_FROM = "dhr-ledger-head"
"""The property that says at which entry of a ledger a file was made; one that has it can be handed in again."""
STOOD_AT = "dhr-ledger-as-at"
"""The property that says that a file shows a plan as it stood on a day, so that it cannot be handed in again."""
KEYWORDS = ("domestic homicide review", "action plan")

_MOST_AT_THE_FOOT = 80
"""References of more characters in all leave no room at the foot of a page for its number."""


@dataclass(frozen=True, slots=True)
class Properties:
    """What a document says of itself to programs.

    `moment` is that of the last entry and `head` its number.  Where the plan is shown as it stood on a day that was
    asked for, `stood_at` is that day, and there is no `head`.
    """

    title: str
    subject: str
    author: str
    description: str
    keywords: tuple[str, ...]
    moment: datetime
    head: int | None = None
    stood_at: date | None = None

    @property
    def origin(self) -> Mapping[str, int | str]:
        """The property that says what it was made from, by its name; a number or a day, as ISO 8601 has it."""
        if self.head is not None:
            return {MADE_FROM: self.head}
        return {STOOD_AT: self.stood_at.isoformat()} if self.stood_at else {}

    @classmethod
    def of_plan(
        cls,
        reviews: Collection[Review],
        day: date,
        *,
        title: str,
        marking: str,
        besides: str,
        moment: datetime,
        head: int,
        as_at: date | None,
    ) -> Properties:
        """Those of a document that shows the plan of *reviews* as it stood on *day*, and *besides*.

        A plan *as_at* a day that was asked for is not what the ledger held at its *head*, which is then left out.
        """
        marked = f"{marking}. " if marking else ""
        return cls(
            title=f"{title}: {called(reviews)}, as at {day_month_year(day)}",
            subject=references(reviews),
            author=partnerships(reviews),
            description=f"{marked}The action plan as it stood on {day_month_year(day)}, and {besides}",
            keywords=(*KEYWORDS, *(review.reference for review in reviews)),
            moment=moment,
            head=head if as_at is None else None,
            stood_at=as_at,
        )


def made_from(properties: Mapping[str, str], file: str) -> int | None:
    """The head of the ledger that *file* was made from, where its *properties* say so.

    Raises `ImportRefused` for a file that shows a plan as it stood on a day: nothing tells there what was changed in it
    since it was made from what changed in the ledger since that day.
    """
    if stood_at := properties.get(STOOD_AT, "").strip():
        try:
            day = day_month_year(date.fromisoformat(stood_at[:10]))
        except ValueError:
            day = "another day"
        raise ImportRefused(
            [
                f"{file} shows the plan as it stood on {day} and is not for handing in again; "
                "export it without --as-at for that."
            ]
        )
    head = properties.get(MADE_FROM, "").strip()
    return int(head) if re.fullmatch("[0-9]{1,15}", head) else None


# What stands on its pages


def in_capitals(marking: str) -> str:
    """A protective *marking* as it stands on every page: in capitals, and on one line."""
    return " ".join(marking.upper().split())


def facts(
    reviews: Collection[Review], day: date, *more: tuple[str, str], marking: str, made_by: str, audience: str
) -> tuple[tuple[str, str], ...]:
    """Pairs for the first page: what it is, as at which *day*, whatever *more* there is, and made by and for whom.

    A pair that would say nothing is left out.
    """
    told = (
        ("Protective marking", marking),
        ("Review", references(reviews)),
        ("Partnership", partnerships(reviews)),
        ("As at", day_month_year(day)),
        *more,
        ("Made by", made_by),
        ("Shown to", audience),
    )
    return tuple((name, said) for name, said in told if said.strip())


def foot(reviews: Collection[Review], day: date) -> str:
    """What stands at the foot of every page beside its number, on one line: which *reviews*, as at which *day*."""
    named = references(reviews)
    named = named if len(named) <= _MOST_AT_THE_FOOT else called(reviews)
    return " · ".join(filter(None, (" ".join(legible(named).split()), f"as at {day_month_year(day)}")))


def called(reviews: Collection[Review]) -> str:
    """What a document of *reviews* is called below its title: by the only one, or by how many there are."""
    titles = [review.title for review in reviews]
    return titles[0] if len(titles) == 1 else f"{len(titles) or 'No'} reviews"


def references(reviews: Iterable[Review]) -> str:
    """The references of *reviews*, as they are listed."""
    return ", ".join(review.reference for review in reviews)


def partnerships(reviews: Iterable[Review]) -> str:
    """The partnerships that *reviews* were begun by."""
    return ", ".join(sorted({review.partnership for review in reviews if review.partnership}))


def keys_of_sections(reviews: Collection[Review]) -> str:
    """Which section each key means that stands in references, unless its heading says so: `CSC is Social Care`."""
    return "; ".join(
        f"{key if len(reviews) == 1 else f'{review.reference}:{key}'} is {' '.join(heading.split())}"
        for review in reviews
        for key, heading in review.sections.items()
        if heading.strip() and key.casefold() not in re.split(r"[\s()]+", heading.casefold())
    )


def stages(entries: Iterable[Entry]) -> str:
    """Every stage that was reached, as often as it was: a plan may be submitted twice."""
    reached = [(entry, entry.event.stage) for entry in entries if isinstance(entry.event, ReviewStageReached)]
    reached.sort(key=lambda told: told[0].since)
    told = ((stage, when(entry)) for entry, stage in reached)
    return "; ".join(f"{stage} {'on' if day[0].isdigit() and ' ' in day else 'in'} {day}" for stage, day in told)


def size_of(entries: int, head: int) -> str:
    """How many *entries* a document was made from, of a ledger that ends at *head*."""
    return f"{head:,} entries of the ledger" if entries == head else f"{entries:,} of {head:,} entries of the ledger"


def last_moment(entries: Iterable[Entry]) -> datetime:
    """When the last of *entries* was recorded: the only time that a document has, so that it is the same on any day."""
    return max((entry.recorded_at for entry in entries), default=datetime(2000, 1, 1, tzinfo=UTC))


_MARKS = {WITHHELD: "words", NAME_WITHHELD: "a name"}
"""What stands for what somebody is not shown."""


def marks_in(*entries: Entry) -> set[str]:
    """The marks that stand in *entries* for what somebody is not shown."""
    return {mark for mark in _MARKS if any(mark.encode() in entry.body for entry in entries)}


def said_of_withheld(marks: Collection[str]) -> str:
    """What *marks* stand for; blank where there are none."""
    told = [f"{mark} stands for {what}" for mark, what in _MARKS.items() if mark in marks]
    return f"{' and '.join(told)} that the ledger holds and this document does not show" if told else ""


def by_both_clocks(entry: Entry) -> str:
    """When *entry* was true, and when it was recorded where that is said to be another day."""
    true, recorded = when(entry), day_month_year(entry.recorded_at.date())
    return recorded if true == recorded else f"{true}, recorded {recorded}"
