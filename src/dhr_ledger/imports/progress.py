"""What a cell of run-on progress says, and when: cut only where a date opens a report, to the character.

    Nov 2013: Draft agreed. 11.3.14 update: Draft sent out.     two pieces, of November 2013 and of 11 March 2014
    Training is due to commence on 14/09/20.                    one piece without a date
    Policy revised. Completed - June 2020.                      two: the completion says its own date at its end

A date opens a report at the beginning of the cell, of a line or of a sentence, and where something shows that it does:
a colon or a dash after it, "Update", "Progress at" or "As at" before it, brackets around it, a capital after a day in
figures, or a line to itself in a cell that begins so.  A date that may be a plan ("31/03/2015 - to be reviewed"), a
range, a month without its year or a day that no calendar has opens a piece too, since what follows is no longer of the
date before it; but the piece has no date.  Zero wrong readings are worth more than a few unknown ones.

What looks like a revised action, another target date, another lead or a closing status is a hint for a person.
"""

from __future__ import annotations

import re
from bisect import bisect, bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Literal, NamedTuple

from dhr_ledger.errors import UnknownStatus
from dhr_ledger.imports.colours import is_a_colour
from dhr_ledger.provenance import Effective
from dhr_ledger.status import DEFAULT_LEGEND, Legend, Status
from dhr_ledger.target_date import TargetDate, date_at


@dataclass(frozen=True, slots=True)
class Piece:
    """A report in a cell, to the character: when it says that it was true, if it does, and its date as printed.

    `column` is what its source calls the column where that is a further one of its kind: `progress_2`.
    """

    words: str
    effective: Effective | None = None
    opener: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """Words of a cell that a person should look at, and where in it they begin: never applied by itself."""

    kind: Literal["revised action", "target date", "lead", "status"]
    words: str
    at: int


def read_progress(cell: str, *, heading: Effective | None = None) -> tuple[Piece, ...]:
    """The reports that *cell* holds, in order; their words joined are the cell.  Nothing for an empty cell.

    *heading* is the date in the heading of the column, which a report has that says none of its own.
    """
    cuts = _cuts(cell)
    if not cuts or cell[: cuts[0].start].strip():
        cuts.insert(0, _Cut(0))
    edges = [0, *(cut.start for cut in cuts[1:]), len(cell)]
    pieces = []
    for cut, (start, end) in zip(cuts, pairwise(edges), strict=True):
        words = cell[start:end]
        undated = heading if words.strip() and not cut.opener else None
        pieces.append(Piece(words, cut.effective or undated, cut.opener))
    return tuple(piece for piece in pieces if piece.words)


def proposals_in(cell: str, legend: Legend = DEFAULT_LEGEND) -> tuple[Hint, ...]:
    """What *cell* says that may change more than the progress, in order; *legend* has the words of its statuses."""
    hints = [
        Hint(kind, cell[found.start() : _end_of_sentence(cell, found.end())].rstrip(), found.start())
        for kind, pattern in _HINTS.items()
        for found in pattern.finditer(cell)
        if kind != "target date" or _date_after(cell, found.end())
    ]
    if closing := closing_status(cell, legend):
        hints.append(Hint("status", closing[0], cell.rindex(closing[0])))
    return tuple(sorted(hints, key=lambda hint: (hint.at, hint.kind)))


def closing_status(cell: str, legend: Legend) -> tuple[str, Status] | None:
    """The last line or the last sentence of *cell* and what it means, if it is a word of the *legend* and no more."""
    ended = cell.rstrip()
    stops = (end for end in _SENTENCE_END.finditer(ended) if end[0] and not _is_abbreviated(ended, end.start()))
    starts = [0, *(end.end() for end in stops)]
    for line in [*_LINE_END.finditer(ended)][-1:]:
        last, before = ended[line.end() :], ended[: line.start()].rstrip()
        # A line may go on in the next, and with a capital if both are parts of a name: Bethnal, Green.
        named = _CAPITALISED.search(before) and (is_a_colour(last) or not legend.knows(last))
        if last[:1].isupper() and not named and not _GOES_ON.search(before):
            starts.append(line.end())
    words = ended[max(starts) :].strip()
    try:
        return (words, legend.parse(words)) if words else None
    except UnknownStatus:
        return None


# Where a cell may be cut: where a line or a sentence begins


class _Cut(NamedTuple):
    """Where a piece begins; a date says when it was true, and `ends` where the sentence that says so does."""

    start: int
    opener: str = ""
    effective: Effective | None = None
    ends: int | None = None


_DASH = r"[-‐-―−]"
_SPACE = r"[^\S\n\r\v\f\u2028\u2029]"
_LINE_END = re.compile(r"[\n\r\v\f\u2028\u2029]\s*")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s+|(?<=[^\W\d_][.!?])(?=[^\W\d_])")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(.])(?:[^\W\d_]|approx|c|ca|cf|circa|dept|eg|est|fig|ie|no|nos|para|pp?|ref|sec|viz|vs|wef|[Dd]r|[Mm]rs?|[Mm]s|[Ss]t"
    r"|[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ept?|[Oo]ct|[Nn]ov|[Dd]ec)$"
)
# The end of a line after which the sentence goes on in the next.
_GOES_ON = re.compile(
    r"(?:[,(/&]|[-–—]|\b(?:a|an|and|are|as|at|be|been|before|after|between|by|during|for|from|had|has|have|in|is|it|its|not"
    r"|of|on|or|our|since|that|the|their|this|to|until|was|were|will|with|w/[ce]))$",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"\b[A-Z][a-z]+$")
_MARK = re.compile(
    rf"(?:[•▪◦‣●○·*\uf0b7]{_SPACE}*|{_DASH}{_SPACE}+|\(?(?P<number>\d{{1,2}}|[a-z])[.)]{_SPACE}+(?=\S))", re.ASCII
)


def _starts(cell: str) -> list[tuple[int, bool]]:
    """Where a line or a sentence begins in *cell*, after its white space, and whether it is a line."""
    starts = {len(cell) - len(cell.lstrip()): True}
    for end in _LINE_END.finditer(cell):
        before = cell[max(0, end.start() - 20) : end.start()].rstrip()
        if not _GOES_ON.search(before):
            starts[end.end()] = True
    for end in _SENTENCE_END.finditer(cell):
        after = cell[end.end() : end.end() + 1]
        glued = end.start() == end.end()
        if not _is_abbreviated(cell, end.start()) and (not glued or after.isupper()):
            starts.setdefault(end.end(), False)
    marks = (_MARK.match(cell, start) for start in starts)
    after_a_mark = {mark.end() for mark in marks if mark}
    return sorted(start for start in starts.items() if start[0] < len(cell) and start[0] not in after_a_mark)


def _is_abbreviated(cell: str, stop: int) -> bool:
    """Whether the full stop at *stop* ends a word that is cut short, and no sentence."""
    if not cell.startswith(".", stop):
        return False
    return bool(_ABBREVIATED.search(cell[max(0, stop - 12) : stop]))


def _end_of_sentence(cell: str, at: int) -> int:
    for end in re.finditer(r"[.!?](?=\s|$)|$|[\n\r\v\f]", cell[at:]):
        if not _is_abbreviated(cell, at + end.start()):
            return at + end.end()
    return len(cell)


def _cuts(cell: str) -> list[_Cut]:
    """Where *cell* is cut, in order."""
    starts = _starts(cell)
    cuts: dict[int, _Cut] = {}
    style = _style(cell, starts[0][0]) if starts else ""
    for start, begins_line in starts:
        mark = _MARK.match(cell, start)
        at = mark.end() if mark else start
        cut = _opener(cell, start, at, begins_line, style) or _completion(cell, start, at)
        if cut:
            cuts[start] = cut
    for cut in _completions_in_capitals(cell, [start for start, _ in starts]):
        cuts.setdefault(cut.start, cut)
    return sorted({cut.start: cut for cut in (*_undated(cell, starts, cuts), *cuts.values())}.values())


def _undated(cell: str, starts: list[tuple[int, bool]], cuts: dict[int, _Cut]) -> Iterator[_Cut]:
    """Where what a date says comes to its end before the next: at the next item of a list, or after a completion that
    another date follows."""
    at = sorted({start for start, _ in starts})
    for cut, until in pairwise([*sorted(cuts.values()), _Cut(len(cell))]):
        following = at[bisect_right(at, cut.start) : bisect_left(at, until.start)]
        if mark := _MARK.match(cell, cut.start):
            others = ((start, _MARK.match(cell, start)) for start in following)
            yield from islice((_Cut(start) for start, other in others if other and _follows(mark, other)), 1)
        if cut.ends is not None and _holds_a_date(cell[cut.ends : until.start]):
            yield from map(_Cut, following[:1])


def _follows(mark: re.Match[str], other: re.Match[str]) -> bool:
    """Whether *other* is a bullet like *mark*, or the number after it."""
    if mark["number"] is None or other["number"] is None:
        return mark[0].strip() == other[0].strip()
    if mark["number"].isdecimal() and other["number"].isdecimal():
        return int(other["number"]) == int(mark["number"]) + 1
    return ord(other["number"][0]) == ord(mark["number"][0]) + 1


# A date that opens a report


_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
_BEFORE = re.compile(
    rf"""(?:
        (?P<as_at> as\s+at )
      | (?P<update> (?:(?:progress|latest|further|quarterly|annual|status|position|current)\s+)?updated? )
      | (?P<needs_more>
            (?:progress|position|status|situation)(?:\s+(?:report|as\s+at|at|to|on))? | reviewed | as\s+of | at )
    ){_SPACE}*(?::\s*|{_DASH}\s*|\s+)?(?:(?:as\s+at|at|on){_SPACE}+)?{_WEEKDAY}(?P<bracket>[(\[])?
    | {_WEEKDAY}(?P<bare_bracket>[(\[])?""",
    re.IGNORECASE | re.VERBOSE,
)
_NOTE = re.compile(rf"{_SPACE}+\([^()\n]{{1,40}}\)(?={_SPACE}*(?::|{_DASH}))")
_UPDATE = re.compile(rf"{_SPACE}+(?:progress\s+)?update\b", re.IGNORECASE)
_COLON = re.compile(rf"{_SPACE}?:(?!\d)")
_A_DASH = re.compile(rf"{_SPACE}*{_DASH}(?!{_DASH})\s*(?=\S)")
_GAP = re.compile(rf"{_SPACE}+[\"'“‘(]?(?=([^\W\d_]))")
_NO_MORE = re.compile(rf"{_SPACE}*(?=[\n\r\v\f]|$)")
_AND_SO_ON = re.compile(r",?\s+(?=\S)")
_GOES_ON_IN_FIGURES = re.compile(r"[./-]\d")
_IN_FIGURES = re.compile(r"\d\d?([./-])\d\d?\1(?:\d\d){1,2}|\d{4}-\d\d-\d\d")
_YEAR = re.compile(r"(?:19|20)\d\d(?=:)")
# What makes of a date the first of two, or the beginning of a time without an end.
_GOES_TO = re.compile(
    rf"""\s*(?:{_DASH}|/|&|,|to\b|until\b|till\b|and\b|or\b)\s*
    (?: (?:the\s+)?end\b | \d{{1,2}}(?:st|nd|rd|th)\b | \d{{1,2}}\s*(?:[./:)\]\n]|{_DASH}|$) | \d{{4}}\b
      | (?:onwards?|(?:the\s+)?present|on-?\s?going|(?:to\s+)?date|now|current)\b )
    | \s*onwards?\b | \s*\?""",
    re.IGNORECASE | re.VERBOSE,
)
_AHEAD = re.compile(
    r"\W*(?:to|will|due|deadline|target|planned|scheduled|proposed|provisional|expected|next)\b"
    r"|\W*(?:[\w’'-]+\s+){1,4}?(?:will|due|deadline|planned|scheduled|proposed|to\s+be)\b",
    re.IGNORECASE,
)
_MEANT = re.compile(rf"(?P<words>[^:\n.!?]{{3,40}}?){_SPACE}?:(?!\d)")
_ABOUT = re.compile(
    r"(?:early|mid|middle|late|end|beginning|start|spring|summer|autumn|winter|w/[ce])[\s-]*(?:(?:of|in)\s+)?(?=\w)",
    re.IGNORECASE,
)
_JOINED = re.compile(rf"\s*(?:{_DASH}|&|,|/(?=[^\W\d_])|\bto\b|\band\b|\buntil\b)\s*")
_A_NUMBER = re.compile(r"\d\d?(?:st|nd|rd|th)?")
_WITHOUT_A_DAY = re.compile(r"\d\d?/\d\d?(?:/\d{2,4})?|(?:19|20)\d\d(?:/\d\d(?:\d\d)?)?")
_TO = re.compile(rf"\s*(?:{_DASH}|/|&|to\b|until\b|and\b)\s*", re.IGNORECASE)
_WORD = re.compile(r"(?<!\w)\w+")


def _opener(cell: str, start: int, at: int, begins_line: bool, style: str) -> _Cut | None:
    """The cut at *start* that a date makes which stands at *at*, after a bullet or a number; `None` if none does."""
    before = _BEFORE.match(cell, at)
    assert before is not None  # it may be nothing
    printed = date_at(cell, before.end())
    if printed is None:
        return _meant_for_a_date(cell, start, before.end(), begins_line)
    end = before.end() + len(printed.as_printed)
    if _GOES_ON_IN_FIGURES.match(cell, end):
        return None
    if before["bracket"] or before["bare_bracket"]:
        if cell[end : end + 1] not in (")", "]"):
            return None
        end += 1
    if note := _NOTE.match(cell, end):
        end = note.end()
    shown = _shown(cell, end, begins_line, style, before, printed)
    if shown is None:
        return None
    spoken = before["as_at"] or before["update"] or before["needs_more"]
    unsure = _goes_on(cell, end, printed) or (not spoken and _AHEAD.match(cell, shown.end()))
    return _Cut(start, printed.as_printed, None if unsure else _effective(printed))


def _shown(
    cell: str, end: int, begins_line: bool, style: str, before: re.Match[str], printed: TargetDate
) -> re.Match[str] | None:
    """What follows the date that ends at *end*, if that shows, with what stands *before* it, that it opens a report."""
    if update := _UPDATE.match(cell, end):
        end = update.end()
        more = _COLON.match(cell, end) or _A_DASH.match(cell, end)
        return more or _before_a_capital(cell, end) or _NO_MORE.match(cell, end)
    if colon := _COLON.match(cell, end):
        return colon
    if before["bare_bracket"] and style != "bracket":  # it may belong to what stands before it
        return None
    if dash := _A_DASH.match(cell, end):
        return dash
    if before["as_at"]:
        return _AND_SO_ON.match(cell, end)
    if before["update"]:
        return _before_a_capital(cell, end) or _NO_MORE.match(cell, end)
    if before["needs_more"]:
        return None
    if begins_line and style == "line" and (alone := _NO_MORE.match(cell, end)) and cell[end:].strip():
        return alone
    shows = before["bare_bracket"] or _IN_FIGURES.fullmatch(printed.as_printed)
    return _before_a_capital(cell, end) if shows else None


def _before_a_capital(cell: str, at: int) -> re.Match[str] | None:
    gap = _GAP.match(cell, at)
    return gap if gap and gap[1].isupper() else None


def _goes_on(cell: str, end: int, printed: TargetDate) -> bool:
    """Whether the date that ends at *end* is only the beginning of a time that goes on to another."""
    if _GOES_TO.match(cell, end):
        return True
    to = _TO.match(cell, end)
    if to is None:
        return False
    word = _WORD.match(cell, to.end())
    if date_at(cell, to.end()) or (word and date_at(f"{word[0]} 2000")):
        return True
    two_figures = printed.kind == "month" and not re.search(r"\d{4}", printed.as_printed)
    return two_figures and cell[to.end() : to.end() + 1].isdigit()


def _meant_for_a_date(cell: str, start: int, at: int, begins_line: bool) -> _Cut | None:
    """The cut at *start* where a colon shows that what stands at *at* was meant for a date, though no day or month can
    be read from it; a year by itself can, at the beginning of a line."""
    if begins_line and (year := _YEAR.match(cell, at)):
        return _Cut(start, year[0], Effective(year[0]))
    found = _MEANT.match(cell, at)
    if found is None:
        return None
    words = found["words"].strip()
    parts = [part for part in _JOINED.split(words) if not _A_NUMBER.fullmatch(part)]
    return _Cut(start, words) if parts and all(map(_is_almost_a_date, parts)) else None


def _is_almost_a_date(words: str) -> bool:
    words = _ABOUT.sub("", words, count=1)
    if _WITHOUT_A_DAY.fullmatch(words):
        return True
    return any((date := date_at(told)) is not None and date.as_printed == told for told in (words, f"{words} 2000"))


def _style(cell: str, start: int) -> str:
    """How the dates stand that open reports, by the first: in a `bracket`, on a `line` to themselves, or neither."""
    if cell[start] in "([" and date_at(cell, start + 1):
        return "bracket"
    printed = date_at(cell, start)
    return "line" if printed and _NO_MORE.match(cell, start + len(printed.as_printed)) else ""


def _holds_a_date(text: str) -> bool:
    return any(date_at(text, word.start()) for word in _WORD.finditer(text))


def _effective(printed: TargetDate) -> Effective | None:
    """When something was true that was said to be so on the date *printed*: on a day or in a month."""
    if printed.latest is None or printed.kind not in ("day", "month"):
        return None
    # In figures, 3/2014 is the number of a case as well, and 2008-12 a few years.
    if printed.kind == "month" and not re.search(r"[^\W\d_]|^\d\d/", printed.as_printed):
        return None
    day = printed.latest.isoformat()
    of_a_day = printed.kind == "day" and not printed.as_printed.lower().startswith("end")
    return Effective(day if of_a_day else day[:7])


# A completion that says its own date


_DONE = r"(?:fully\s+)?(?:completed?|done|achieved|finished|implemented|actioned|closed|signed\s+off)"
_THEN = rf"(?:{_SPACE}*(?:[:,(]|{_DASH}){_SPACE}*|{_SPACE}+)(?:(?:as\s+at|on|in|at){_SPACE}+)?"
_COMPLETION = re.compile(
    rf"""(?:\d{{1,2}}(?:\s?(?:[-–,&]|and)\s?\d{{1,2}})*[.):]?{_SPACE}+)?
    (?:(?:this\s+)?(?:action|recommendation|task|item)\s+(?:(?:is|was|has\s+been)\s+)?(?:now\s+)?)?
    (?P<done>{_DONE})
    (?: \s+and\s+(?:evidenced|audited|reviewed|embedded|closed|signed\s+off)
      | \s+and\s+(?!embed\b|need\b|feed\b|speed\b|proceed\b|exceed\b|succeed\b)(?:[a-z]+ed|given|made|sent|shown)\b
        (?![^.!?\n]*\b(?:will|due|by|until|target|planned|to\s+be)\b)
        [^.!?;:,()\d\n]{{0,60}}? (?=\s*{_DASH}\s*\d|\s+{_DASH}) )?
    (?P<then>{_THEN})""",
    re.IGNORECASE | re.VERBOSE,
)
_IN_CAPITALS = re.compile(rf"(?<=[a-z)”’]){_SPACE}+Completed?{_THEN}")
_NOT_YET = re.compile(
    r"\b(?:not|be|will|should|must|when|once|until|unless|if|due|target|expected|planned|partly|partially|nearly|almost|yet"
    r"|aims?|than)\b|[\d%]",
    re.IGNORECASE,
)
_LONGEST_STATEMENT = 300
_END_OF_STATEMENT = re.compile(rf"\)?{_SPACE}*(?:[.!;](?=\s|$)|$|[\n\r\v\f](?!\s*[a-z(]))")


def _completion(cell: str, start: int, at: int) -> _Cut | None:
    """The cut at *start* of a sentence that says at *at* that the action is complete, and ends with the date."""
    said = _COMPLETION.match(cell, at)
    if said is None:
        return None
    # "Complete - June 2020" after another date may be a line of a timetable.
    if (
        said["done"].lower() == "complete"
        and re.search(_DASH, said["then"])
        and _ends_in_a_date(cell[max(0, start - 60) : start])
    ):
        return None
    return _dated_at_its_end(cell, start, said.end())


def _completions_in_capitals(cell: str, starts: list[int]) -> Iterator[_Cut]:
    """The cuts of sentences that end like one: "Form added to the system Complete 04/03/2020."."""
    for said in _IN_CAPITALS.finditer(cell):
        start = starts[bisect(starts, said.start()) - 1]
        mark = _MARK.match(cell, start)
        begins = mark.end() if mark else start
        if said.start() - begins > _LONGEST_STATEMENT or _NOT_YET.search(cell, begins, said.start()):
            continue
        if cut := _dated_at_its_end(cell, start, said.end()):
            yield cut


def _dated_at_its_end(cell: str, start: int, at: int) -> _Cut | None:
    printed = date_at(cell, at)
    effective = _effective(printed) if printed else None
    if printed is None or effective is None:
        return None
    end = _END_OF_STATEMENT.match(cell, at + len(printed.as_printed))
    return _Cut(start, printed.as_printed, effective, end.end()) if end else None


def _ends_in_a_date(text: str) -> bool:
    last = text.rstrip(" .;,\n\r\v\f")
    dates = ((word.start(), date_at(last, word.start())) for word in _WORD.finditer(last))
    return any(date and at + len(date.as_printed) == len(last) for at, date in dates)


# Hints


_LEAD = r"lead(?:\s+(?:officer|agency))?"
_HINTS: dict[Literal["revised action", "target date", "lead", "status"], re.Pattern[str]] = {
    "revised action": re.compile(rf"\b(?:revised|amended|new)\s+action\s*(?::|{_DASH})\s*", re.IGNORECASE),
    "target date": re.compile(
        rf"""\b(?:
            (?:new|revised|extended|amended)\s+(?:target|completion|due|end)?\s*(?:date|deadline|timescale)(?:\s+(?:is|of|now))?
          | (?:(?:target|completion|due)(?:\s+date)?|deadline|timescale)\b[^.!?\n]{{0,40}}?\b
            (?:now|(?:revised|extended|moved|changed|amended|put\s+back|slipped)\s+(?:to|until))
        )\b\s*(?::|{_DASH})?\s*(?=\S)""",
        re.IGNORECASE | re.VERBOSE,
    ),
    "lead": re.compile(
        rf"""\b(?:
            (?:new|revised)\s+{_LEAD}\s*(?::|{_DASH}|\bis\b) | now\s+(?:being\s+)?led\s+by\b | {_LEAD}\s+is\s+now\b
          | (?:{_LEAD}|responsibility)\s+(?:has\s+)?(?:now\s+)?(?:been\s+)?
            (?:changed|transferred|passed|moved|reassigned)\s+to\b
        )\s*(?=\S)""",
        re.IGNORECASE | re.VERBOSE,
    ),
}


def _date_after(cell: str, at: int) -> bool:
    """Whether a date stands right after *at*, or one small word later."""
    small = re.compile(r"(?:(?:to|by|until|is|be|the|end|of)\s+){0,3}", re.IGNORECASE).match(cell, at)
    return date_at(cell, small.end() if small else at) is not None
