"""What a printed target date means: the cell as printed, and the days that it stands for.

    1/4/2013            day           2013-04-01
    Mar-14              month         2014-03-01 to 2014-03-31, due on the last day
    Q3 2014/15          quarter       2014-10-01 to 2014-12-31
    Post publication    relative      due when the review is published
    31/09/2020          unreadable    September has 30 days

A date is read day first, always, and a two-digit year is 20xx.  Nothing is filled in: a month without a year, a quarter
without its financial year ("Q3 2014" has two meanings) and "early in 2015" stay unreadable, and are kept as printed.
Words around a date are kept and do not change it, unless they say that it is something else ("completed 12.3.14",
"from April 2014"); then it is unreadable too.  A reading is a function of the text alone: no clock, no locale.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field

from dhr_ledger.errors import BadTargetDate

Kind = Literal[
    "day",
    "month",
    "quarter",
    "year",
    "range",
    "several",
    "relative",
    "continuous",
    "to be confirmed",
    "not applicable",
    "none",
    "unreadable",
]
AwaitedStage = Literal["submitted", "cleared", "published", "concluded"]


def _is_unknown(value: object) -> bool:
    return not value


class TargetDate(BaseModel, frozen=True, extra="forbid"):
    """When an action is due: the cell as printed, and what was understood.  Its JSON is kept in entries for ever.

    `earliest` and `latest` are the first and the last day that the words stand for; an action is due on the latest.
    `milestones` are the dates of a cell that holds several, each with its own words; the action is due at the last.
    `after` is the stage that a relative date waits for, and `months` and `days` count from it; without `after` it
    waits for something that is no stage of the review ("post inquest", "immediate"), and no day can be known.
    What is not known is left out of the JSON.
    """

    after: Annotated[AwaitedStage | None, Field(exclude_if=_is_unknown)] = None
    as_printed: str
    days: Annotated[int, Field(exclude_if=_is_unknown, ge=0, le=99_999)] = 0
    earliest: Annotated[date | None, Field(exclude_if=_is_unknown)] = None
    kind: Kind
    latest: Annotated[date | None, Field(exclude_if=_is_unknown)] = None
    milestones: Annotated[tuple[TargetDate, ...], Field(exclude_if=_is_unknown)] = ()
    months: Annotated[int, Field(exclude_if=_is_unknown, ge=0, le=12_000)] = 0

    @classmethod
    def read(cls, text: str) -> Self:
        """Take a printed cell for what it says; never raises: what no date can be read from is `unreadable`."""
        if _is_blank(_plain(text)):
            return cls(as_printed=text, kind="none")
        try:
            return cls.parse(text)
        except BadTargetDate:
            return cls(as_printed=text, kind="unreadable")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take words that somebody typed; `BadTargetDate` where `read` would say `none` or `unreadable`."""
        try:
            meaning = _meaning(text)
        except _Unreadable as why:
            raise BadTargetDate(
                f"The target date {text!r} cannot be read: {why}; write it as 31/03/2015, 31 March 2015, March 2015, "
                "Q4 2014/15, Apr-June 2015, ongoing, TBC or one month from publication."
            ) from None
        return cls(as_printed=text, **meaning)

    @classmethod
    def on(cls, day: date) -> Self:
        """The target date of one day, printed as ISO 8601 has it."""
        day = date(day.year, day.month, day.day)
        return cls(as_printed=day.isoformat(), kind="day", earliest=day, latest=day)

    @property
    def due(self) -> date | None:
        """The day on which the action is due, as far as the words alone say one."""
        return self.due_after({})

    @property
    def meaning(self) -> tuple[object, ...]:
        """What was understood, without the words: equal where one date is written in two ways."""
        if self.kind in {"unreadable", "to be confirmed", "continuous", "not applicable", "none"}:
            return self.kind, self.as_printed
        milestones = tuple(milestone.meaning for milestone in self.milestones) if self.milestones else ()
        return self.earliest, self.latest, self.after, self.months, self.days, milestones

    def moves_to(self, to: TargetDate) -> bool:
        """Whether *to* is another date: the first that is set moves nothing, nor does another way to write it."""
        return self.kind != "none" and (self.latest != to.latest or self.meaning != to.meaning)

    def due_after(self, stages: Mapping[Any, date]) -> date | None:
        """The day on which the action is due, given the days on which the review reached its *stages*.

        A month later is the same day of the month, or its last day where there is none: one month from 31 January is
        28 February.  Of several dates it is the last, which is not known before all of them are.
        """
        if self.kind == "several":
            days = [milestone.due_after(stages) for milestone in self.milestones]
            known = [day for day in days if day]
            return max(known) if known and len(known) == len(days) else None
        if self.kind != "relative" or self.after not in stages:
            return self.latest
        year, month = divmod(stages[self.after].year * 12 + stages[self.after].month - 1 + self.months, 12)
        if year > 9998:  # the calendar ends there
            return None
        last = monthrange(year, month + 1)[1]
        return date(year, month + 1, min(stages[self.after].day, last)) + timedelta(days=self.days)

    def in_order(self) -> Self:
        """This target date, if its days are in order.  Raises `BadTargetDate` where they are not."""
        parts: tuple[TargetDate, ...] = (self, *self.milestones)
        for part in parts:
            if (part.earliest is None) != (part.latest is None):
                raise BadTargetDate(
                    f"The target date {part.as_printed!r} lacks a day; "
                    "a target date has an earliest and a latest day, or neither."
                )
            if part.earliest and part.latest and part.earliest > part.latest:
                raise BadTargetDate(
                    f"The target date {part.as_printed!r} begins on {part.earliest}, after it ends on {part.latest}; "
                    "give the days in order."
                )
        return self


def date_at(text: str, at: int = 0) -> TargetDate | None:
    """The date that begins at *at* in *text*, in its own words; `None` if none does, or if it has no year of its own.

    It is a day, a month or a quarter, and `unreadable` where the calendar has no such day.
    """
    words = _A_DATE.match(_plain(text[at : at + _LONGEST_DATE]))
    if words is None or words["year_said_once"]:
        return None
    printed = text[at : at + words.end()]
    try:
        return TargetDate(as_printed=printed, **_dated(words))
    except _Unreadable:
        return TargetDate(as_printed=printed, kind="unreadable")


# The grammar: first the words, then what they mean


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH_NUMBERS = {name[:3].lower(): number for number, name in enumerate(_MONTHS, 1)}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_NUMBERS |= {"seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
_STAGES = {"submi": "submitted", "clear": "cleared", "publi": "published", "concl": "concluded"}

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:19|20)\d\d"
# As in March 2014, Mar-14, Sept '14 and Jan.2013, but not in "April -30 June".
_ITS_YEAR = rf"(?:[\s.,'/-]{{0,4}}{_YEAR}|\.?[ ]?['/-]?\d\d(?![ ]?{_MONTH}))(?!\w)"
_FINANCIAL_YEAR = r"(?:20)?\d\d[ ]?[/-][ ]?(?:20)?\d\d"
_DAY = r"\d\d?(?:[ ]?(?:st|nd|rd|th))?(?:[ ]of)?[\s.,/-]{0,4}"
_QUARTER = r"(?:q|qtr|quarter)[ ]?[1-4](?!\d)"
_JOINED = r"\s{0,4}(?:,|&|/|-|\band\b|\bto\b|\buntil\b)\s{0,4}"
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(_NUMBERS)})\s{{1,4}}(?:day|week|month|year)s?"

_DATE = rf"""
    (?P<end> end(?:[ -]of)?[ -](?:the[ ])? )?
    (?:
        (?P<iso>            {_YEAR}(?P<dash>[-/])\d\d?(?P=dash)\d\d? (?:[T ]00:00(?::00)?(?:\.0+)?)? )
      | (?P<day_first>      \d\d?[ ]?(?P<dot>[./-])[ ]?\d\d?[ ]?(?P=dot)[ ]?(?:{_YEAR}|\d\d) )
      | (?P<month_first>    {_MONTH}[ .]{{0,2}}\d\d?(?:st|nd|rd|th)?,?[ ]{_YEAR} )
      | (?P<named>          (?:{_DAY})?{_MONTH} (?: {_ITS_YEAR}
                              | (?=(?:{_JOINED}(?:{_DAY})?{_MONTH}){{1,11}}(?P<year_said_once>{_ITS_YEAR})) ) )
      | (?P<month_number>   \d\d?[ ]?[./-][ ]?{_YEAR} )
      | (?P<iso_month>      {_YEAR}-(?:0[1-9]|1[0-2]) )
      | (?P<quarter>        {_QUARTER}(?:[ ]of)?[\s,-]{{0,3}}(?:fy[ ]?)?{_FINANCIAL_YEAR} )
      | (?P<quarter_last>   {_FINANCIAL_YEAR}[\s,-]{{0,3}}{_QUARTER} )
      | (?P<quarter_months> {_QUARTER}[ ]?\([ ]?{_MONTH}[ ]?(?:-|to)[ ]?{_MONTH}{_ITS_YEAR} )
    )
    (?!\w)
"""
# Words that may stand between "after" and the stage; any other would make it the stage of something else.
_THE_REVIEW = r"""
    (?:(?:the|this|its?|date|day|of|final|formal|full|overview|report|review|dhr|dardr|domestic|homicide|abuse|related
       |death|home|office|by|has|have|been|is|was)\s+){0,9}
"""
_RELATIVE = rf"""
    (?P<relative>
        (?:{_COUNT}\s{{1,4}}(?:from|of|after|post|following) | post | after | following)[\s-]{_THE_REVIEW}
        (?:review|inquest|inquiry|trial|sentencing|(?:court|criminal)[ ](?:case|proceedings))\b
        (?!\s+(?:has|have|been|is|was)\b)
    )
  | (?P<relative_to_stage>
        (?:{_COUNT}\s{{1,4}}(?:from|of|after|post|following)
          |post|after|following|on|upon|once|when|at|by|pending|awaiting|\A)
        [\s-]{{0,9}}{_THE_REVIEW}
        (?P<stage>submi(?:ssion|tted)|clear(?:ance|ed)|publi(?:cation|shed)|conclu(?:sion|ded))\b
        (?!\s+of\s+(?!(?:(?:the|this|our)\s+)?(?:(?:final|full)\s+)?(?:overview|report|review|dhr|dardr|domestic|homicide)))
    )
"""
_FLAGS = re.ASCII | re.IGNORECASE | re.VERBOSE
_A_MONTH = re.compile(_MONTH, _FLAGS)
_A_DATE = re.compile(_DATE, _FLAGS)
_WORDS = re.compile(rf"(?<!\w)(?:{_DATE}|{_RELATIVE}|(?P<ongoing>on[ -]?going\b))", _FLAGS)

_WHOLE_YEAR = re.compile(
    rf"""(?:(?:by|in|during|due|for)[ ])?(?:the[ ])?(?P<end>end[ ](?:of[ ])?)?(?:the[ ])?(?:financial[ ]year[ ]|fy[ ]?)?
    (?P<year>{_YEAR})(?:[/-](?P<following>(?:20)?\d\d))?\.?""",
    _FLAGS,
)
_A_LENGTH = re.compile(rf"(?P<count>\d+|{'|'.join(_NUMBERS)})\s+(?P<unit>day|week|month|year)", _FLAGS)
_FROM_NOW = re.compile(rf"immediate(?:ly)?|asap|as\ soon\ as\ possible|(?:within[ ])?(?P<count>{_COUNT})", _FLAGS)
_NOT_APPLICABLE = re.compile(r"n\s?/\s?a|n\.a|not\ applicable", _FLAGS)
_TO_BE_CONFIRMED = re.compile(
    r"\b(?: t\.?b\.?[acd] | to\ be\ (?:confirmed|agreed|determined|advised|announced|decided|set) )\b", _FLAGS
)
_CONTINUOUS = re.compile(
    r"""\b(?: on[ -]?going | continu(?:ous|al|ing)(?:ly)? | rolling | onwards? | throughout | regularly
      | (?:each|every)\ (?:\d+\ )?(?:day|week|fortnight|month|quarter|half|term|year)s?
      | (?:bi)?(?:dai|week|fortnight|month|quarter|term|year|annual)ly | per\ (?:annum|term|year)
      | as\ (?:required|necessary|and\ when) | business\ as\ usual )\b""",
    _FLAGS,
)
# A number in a list ("1. 31 January 2020", "Phase 2: June 2014") is no part of a date.
_NUMBERING = re.compile(r"(?<!\S)\(?\d\d?[.)]\s+(?=\S) | \b(?:phase|stage|part|step)[ ]?\d\d?\b", _FLAGS)

# The words that are left, with a | where each date stood: what may not stand there, since the date would mean less, or
# something else, than it seems to.
_LEFT_OVER_DATE = re.compile(
    rf"""\d(?:[^\w;:()\n|]{{0,4}}|:)\|  |  \|(?:[^\w;:()\n|]{{0,4}}|:)\d
      | \d{{4}} | \d[./-]\d | \d(?:st|nd|rd|th)\b | \b(?!may\b){_MONTH}\b""",
    _FLAGS,
)
_CHANGED = re.compile(
    r"""\b(?: (?:before|prior\ to|from|since|after|following|except|early|mid|middle|late|beginning|start|starting
           |started|commencing|w/c|spring|summer|autumn|winter|half)
           [\s-]*(?:(?:in|of|on|the|to|term)[\s-]+)*\|
      | (?<!be[ ])(?:completed?|done|achieved|finished|implemented)\b(?![ ](?:by|on\ or\ before)\b) )
      | \|\s*onwards?\b | \|\s*or\s*\| | \?""",
    _FLAGS,
)
_A_UNIT_OF_TIME = re.compile(r"\b(?:day|week|month|year)s?\b", _FLAGS)
_THE_START_OF_A_RANGE = re.compile(r"\bfrom\s*(?=\|\s*(?:-|to|until|till|/)\s*\|)", _FLAGS)
_TO = re.compile(r"\s*(?:-|/|to|until|till)\s*", _FLAGS)
_BREAK = re.compile(r"[;\n] | [.,](?=\s|\Z) | \s(?:and|then|&|/|-)\s | (?<=\))\s", _FLAGS)
_LONGEST_DATE = 80
"""In characters: more than any one date takes."""
_ALIKE = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u00ad", "-")
    | dict.fromkeys("\u2018\u2019\u00b4`", "'")
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", " ")
)


class _Unreadable(Exception):
    """Why a text is no target date, in words that follow a colon."""


def _plain(text: str) -> str:
    """*text* with the digits, dashes, quotes and spaces that look like others made alike, character for character."""
    if text.isascii():
        return text
    text = re.sub(r"[^\S\n]", " ", text.translate(_ALIKE))
    return re.sub(r"\d", lambda digit: str(unicodedata.decimal(digit[0])), text)


def _is_blank(plain: str) -> bool:
    return not plain.strip().strip(" .-")


_LONGEST = 10_000
"""In characters: what is longer is no date, and would take its time to say so."""


def _meaning(text: str) -> dict[str, Any]:
    """What *text* says, as fields of a `TargetDate`; `_Unreadable` with the reason if it says nothing that is sure."""
    plain = _plain(text)
    if _is_blank(plain):
        raise _Unreadable("it is blank")
    if len(plain) > _LONGEST:
        raise _Unreadable(f"it has {len(plain):,} characters")
    cell = plain.strip()
    text = text[plain.index(cell) :]
    if whole := _A_DATE.fullmatch(cell):
        return _dated(whole)
    if whole := _WHOLE_YEAR.fullmatch(cell):
        return _year(int(whole["year"]), whole["following"], at_its_end=bool(whole["end"]))
    if whole := _FROM_NOW.fullmatch(cell.rstrip(".")):
        return {"kind": "relative", **_length(whole["count"])}
    if _NOT_APPLICABLE.fullmatch(cell.rstrip(".")):
        return {"kind": "not applicable"}
    cell = _NUMBERING.sub(lambda number: " " * len(number[0]), cell)
    found = list(_WORDS.finditer(cell))
    if any(words.lastgroup != "ongoing" for words in found):
        return _in_prose(text, cell, found)
    if _CONTINUOUS.search(cell):
        return {"kind": "continuous"}
    if _TO_BE_CONFIRMED.search(cell):
        return {"kind": "to be confirmed"}
    raise _Unreadable("no day, month or quarter stands in it together with its year")


def _in_prose(text: str, plain: str, found: list[re.Match[str]]) -> dict[str, Any]:
    """What the dates *found* among other words mean together, if those words let them stand."""
    edges = [0, *(edge for words in found for edge in words.span()), len(plain)]
    left = "|".join(plain[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    left = _THE_START_OF_A_RANGE.sub("", left)
    if changed := _CHANGED.search(left):
        if _CONTINUOUS.search(plain):
            return {"kind": "continuous"}
        raise _Unreadable(f"with {changed[0].strip(' |')!r} the date is not the one by which the action is due")
    if _LEFT_OVER_DATE.search(left):
        raise _Unreadable("a part of it looks like a date and is none, or lacks its year")
    if any((words.lastgroup or "").startswith("relative") for words in found) and _A_UNIT_OF_TIME.search(left):
        raise _Unreadable("how long after the stage it falls due is not said in whole days, weeks, months or years")
    pieces: list[tuple[int, int, dict[str, Any]]] = []
    for words in found:
        start, end, meaning = *words.span(), _dated(words)
        if pieces and "latest" in pieces[-1][2] and "latest" in meaning and _TO.fullmatch(plain, pieces[-1][1], start):
            start, _, first = pieces.pop()
            meaning = {"kind": "range", "earliest": first["earliest"], "latest": meaning["latest"]}
            if meaning["earliest"] > meaning["latest"]:
                raise _Unreadable("it ends before it begins")
        pieces.append((start, end, meaning))
    return pieces[0][2] if len(pieces) == 1 else _several(text, plain, pieces)


def _several(text: str, plain: str, pieces: list[tuple[int, int, dict[str, Any]]]) -> dict[str, Any]:
    """The milestones that *pieces* of *text* are, cut at the first break after each date, or right after it."""
    cuts = []
    for (_, end, _), (start, _, _) in pairwise(pieces):
        cut = _BREAK.search(plain, end, start)
        cuts.append(cut.span() if cut else (end, end))
    begins, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)]
    milestones = tuple(
        TargetDate(as_printed=text[begin:end].strip(), **meaning)
        for begin, end, (_, _, meaning) in zip(begins, ends, pieces, strict=True)
    )
    known = [day for milestone in milestones for day in (milestone.earliest, milestone.latest) if day]
    span = {"earliest": min(known), "latest": max(known)} if known else {}
    return {"kind": "several", "milestones": milestones} | span


def _dated(words: re.Match[str]) -> dict[str, Any]:
    """What one match of `_A_DATE` or `_WORDS` says: days, a stage to wait for, or no end."""
    form = words.lastgroup or ""
    if form == "ongoing":
        return {"kind": "continuous"}
    if form == "relative":
        return {"kind": "relative"} | _length(words[form])
    if form == "relative_to_stage":
        return {"kind": "relative", "after": _STAGES[words["stage"][:5].lower()]} | _length(words[form])
    numbers = [int(number) for number in re.findall(r"\d+", words[form])]
    months = [_MONTH_NUMBERS[name[:3].lower()] for name in _A_MONTH.findall(words[form])]
    match form:
        case "iso":
            return _day(*numbers[:3])
        case "day_first":
            return _day(numbers[2], numbers[1], numbers[0])
        case "month_first":
            return _day(numbers[1], months[0], numbers[0])
        case "named":
            year = int(re.sub(r"\D", "", words["year_said_once"])) if words["year_said_once"] else numbers.pop()
            if numbers:
                return _day(year, months[0], numbers[0])
            span = _span("month", year, months[0], months[0])
        case "month_number":
            span = _span("month", numbers[1], numbers[0], numbers[0])
        case "iso_month":
            if numbers[1] == numbers[0] % 100 + 1:
                raise _Unreadable(f"{words[0]} may be a month or a financial year")
            span = _span("month", numbers[0], numbers[1], numbers[1])
        case "quarter_months":
            span = _span("quarter", numbers[1], months[0], months[1])
        case _:
            quarter, year, following = numbers if form == "quarter" else (numbers[2], *numbers[:2])
            _check_financial_year(year, following)
            first = quarter * 3 % 12 + 1
            span = _span("quarter", _full(year) + (quarter == 4), first, first + 2)
    return span | {"kind": "day", "earliest": span["latest"]} if words["end"] else span


def _day(year: int, month: int, day: int) -> dict[str, Any]:
    span = _span("day", year, month, month)
    if not 1 <= day <= span["latest"].day:
        raise _Unreadable(f"{_MONTHS[month - 1]} {span['latest'].year} has {span['latest'].day} days, not {day}")
    on = span["latest"].replace(day=day)
    return span | {"earliest": on, "latest": on}


def _span(kind: Kind, year: int, first: int, last: int) -> dict[str, Any]:
    """All days from the first of one month to the last of another, in a year of two digits or four."""
    for month in (first, last):
        if not 1 <= month <= 12:
            raise _Unreadable(f"there is no month {month}; the day comes first")
    if first > last:
        raise _Unreadable("it ends before it begins")
    year = _full(year)
    return {"kind": kind, "earliest": date(year, first, 1), "latest": date(year, last, monthrange(year, last)[1])}


def _full(year: int) -> int:
    return year + 2000 if year < 100 else year


def _year(year: int, following: str | None, *, at_its_end: bool) -> dict[str, Any]:
    """A calendar year, or with *following* the financial year that begins in April."""
    span = _span("year", year, 1, 12)
    if following:
        _check_financial_year(year, int(following))
        span |= {"earliest": date(year, 4, 1), "latest": date(year + 1, 3, 31)}
    return span | {"kind": "day", "earliest": span["latest"]} if at_its_end else span


def _check_financial_year(year: int, following: int) -> None:
    if following % 100 != (year + 1) % 100:
        raise _Unreadable(f"{year}/{following} is no financial year, which ends in the year after it begins")


def _length(words: str | None) -> dict[str, int]:
    """The months or days that *words* begin with, if they do."""
    said = _A_LENGTH.match(words or "")
    if said is None:
        return {}
    count = _NUMBERS.get(said["count"].lower()) or int(said["count"])
    match said["unit"].lower():
        case "day":
            return {"days": count}
        case "week":
            return {"days": count * 7}
        case "month":
            return {"months": count}
        case _:
            return {"months": count * 12}
