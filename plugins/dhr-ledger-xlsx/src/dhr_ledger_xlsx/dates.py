"""How a date or a time is shown by the code of its format: `dd/mm/yyyy`, `mmm-yy`, `dddd d mmmm yyyy`, `hh:mm`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

_FIRST = datetime(1899, 12, 31, tzinfo=UTC)  # a cell says no zone
_END = 2_958_466
"""The day after 31 December 9999, counted as Excel counts days."""
_TO_1904 = 1_462
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_OF_A_DAY = frozenset("ymd")


class DateFormat:
    """The tokens of a code that shows dates or times, each what kind it is and what it says."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = _with_minutes(_without_fractions(tokens))
        # What is shown, in order: y, m, d, and of a time h, n for minutes, s.
        self._shows = [said[0] for kind, said in self._tokens if kind in ("date", "elapsed")]
        self._names_the_month = any(said in ("mmm", "mmmm") for kind, said in self._tokens if kind == "date")
        self._halves = any(kind == "half" for kind, _ in self._tokens)

    @property
    def hides_the_year(self) -> bool:
        """Whether it shows days or months, and no year."""
        return "y" not in self._shows and bool(_OF_A_DAY & set(self._shows))

    def shown(self, days: float, from_1904: bool) -> str | None:
        """The date that is so many *days* after the last of 1899, or the first of 1904, with its time if it has one.

        `None` where there is no such date.  A date that is not shown day first, and names no month, is shown as
        2014-03-31, and a month as 2014-03.
        """
        days += _TO_1904 if from_1904 else 0
        if not 0 <= days < _END:
            return None
        seconds = min(round(days * 86_400), _END * 86_400 - 1)
        # Excel counts a 29 February 1900, which there was not; before it, days are one less.
        moment = (_FIRST if days < 60 else _FIRST - timedelta(days=1)) + timedelta(seconds=seconds)
        of_a_day = [at for at, (kind, said) in enumerate(self._tokens) if kind == "date" and said[0] in _OF_A_DAY]
        if not of_a_day:
            return self._said(self._tokens, moment, seconds)
        if days < 1:
            return None
        timed = seconds % 86_400 != 0 and any(part in "hns" for part in self._shows)
        if not self._is_plain():
            return self._as_iso(moment, timed)
        if timed:
            return self._said(self._tokens, moment, seconds)
        kept = self._tokens[of_a_day[0] : of_a_day[-1] + 1] if "h" in self._shows else self._tokens
        return self._said([token for token in kept if not _is_of_a_time(token)], moment, seconds)

    def _is_plain(self) -> bool:
        """Whether nobody can take the month for the day: it has a name, or comes after the day, or there is no day."""
        shows = self._shows
        if self._names_the_month or "m" not in shows:
            return True
        if "d" in shows:
            return shows.index("d") < shows.index("m")
        return ("date", "yyyy") in self._tokens and shows.index("m") < shows.index("y")

    def _as_iso(self, moment: datetime, timed: bool) -> str:
        month = "d" not in self._shows and "y" in self._shows
        said = moment.strftime("%Y-%m") if month else moment.date().isoformat()
        if not timed:
            return said
        return f"{said} {moment:%H:%M:%S}" if moment.second else f"{said} {moment:%H:%M}"

    def _said(self, tokens: Sequence[tuple[str, str]], moment: datetime, seconds: int) -> str:
        return "".join(self._of(kind, said, moment, seconds) for kind, said in tokens).strip()

    def _of(self, kind: str, said: str, moment: datetime, seconds: int) -> str:
        """What one token shows."""
        width = min(len(said), 2)
        if kind == "elapsed":
            return str(seconds // {"h": 3600, "n": 60, "s": 1}[said[0]]).zfill(width)
        if kind == "half":
            half = "PM" if moment.hour >= 12 else "AM"
            return half if said == "am/pm" else half[0]
        if kind != "date":
            return said
        match said[0]:
            case "y":
                return f"{moment.year:04}" if len(said) > 2 else f"{moment.year % 100:02}"
            case "m" if len(said) > 2:
                name = _MONTHS[moment.month - 1]
                return {3: name[:3], 5: name[0]}.get(len(said), name)
            case "d" if len(said) > 2:
                name = _DAYS[moment.weekday()]
                return name[:3] if len(said) == 3 else name
            case "h" if self._halves:
                number = moment.hour % 12 or 12
            case part:
                parts = {"m": moment.month, "d": moment.day, "h": moment.hour, "n": moment.minute, "s": moment.second}
                number = parts[part]
        return str(number).zfill(width)


def _without_fractions(tokens: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """*tokens* without the point and the places for parts of a second."""
    held: list[tuple[str, str]] = []
    for token in tokens:
        if token[0] == "digit" and held and held[-1][0] == "point":
            held.pop()
        elif token[0] != "digit":
            held.append(token)
    return held


def _with_minutes(tokens: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """*tokens* with `n` for the minutes: an `m` is one right after the hour or right before the second."""
    held = list(tokens)
    dates = [at for at, (kind, _) in enumerate(held) if kind in ("date", "elapsed")]
    for nth, at in enumerate(dates):
        kind, said = held[at]
        before = held[dates[nth - 1]][1] if nth else ""
        after = held[dates[nth + 1]][1] if nth + 1 < len(dates) else ""
        if said[0] == "m" and len(said) < 3 and (kind == "elapsed" or before[:1] == "h" or after[:1] == "s"):
            held[at] = kind, "n" * len(said)
    return held


def _is_of_a_time(token: tuple[str, str]) -> bool:
    kind, said = token
    return kind == "half" or (kind in ("date", "elapsed") and said[0] in "hns")
