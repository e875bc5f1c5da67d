"""From the lines of words in a cell to its words: where a line was only wrapped, and where a new one begins.

A PDF holds neither paragraphs nor words, only letters in places.  Three things tell what the end of a line was:

- whoever wraps lines fills them, so that a line with room for the next word was ended on purpose;
- many programs print the space at which they wrapped, so that a hyphen without one belongs to a word;
- a number, a bullet or a date with a colon begins an item of a list or an entry of progress.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dhr_ledger_pdf.page import Box, Line, Page

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_BEGINS_ANEW = re.compile(
    rf"""(?: [•▪●○◦‣·➢✓*] | [-–—o]\s )\s*\S                       # a bullet
       | \(?(?: \d{{1,2}} | [a-z] | [ivx]{{1,4}} )[.)]\s           # 1.  (a)  iv)
       | (?: updated? :? \s+ )?
         (?: (?: \d{{1,2}}(?:st|nd|rd|th)? \s+ )? {_MONTH},? \s+ \d{{2,4}} | \d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}} )
         \s*(?: : | [-–—]\s )                                      # Nov 2013:  Update Sept 13:  19.12.13 -""",
    re.IGNORECASE | re.VERBOSE,
)
_HYPHENS = "-‐‑–/"
_SOFT_HYPHEN = "\u00ad"


@dataclass(frozen=True, slots=True)
class Seen:
    """What all the pages show of how they were printed.

    These are their words, whether wrapped lines end in a space, and whether words are parted at the ends of lines that
    have no hyphen elsewhere.
    """

    words: frozenset[str]
    spaces: bool
    parts_words: bool

    @classmethod
    def of(cls, pages: Iterable[Page]) -> Seen:
        """What *pages* show."""
        boxes = [box for page in pages for table in page.tables for box in table]
        inner = [word for box in boxes for line in box.lines for word in line.words.split()[1:-1]]
        inner += [word for box in boxes if len(box.lines) == 1 for word in box.lines[0].words.split()]
        words = frozenset(_bare(part) for word in inner for part in (word, *word.split("/")))
        wrapped = [lines for box in boxes for lines in pairwise(box.lines)]
        over_two = [(line.words.split()[-1], following.words.split()[0]) for line, following in wrapped]
        parted = [pair for pair in over_two if _is_parted(*pair, words)]
        whole = [end for end, begin in over_two if end.endswith("-") and _bare(end + begin) in words]
        return cls(
            words, sum(line.spaced for line, _ in wrapped) * 2 > len(wrapped), len(parted) > 2 * max(1, len(whole))
        )


def joined(boxes: Sequence[Box], seen: Seen) -> tuple[str, list[str]]:
    """The words of a cell, which stand in one box, or in several where it was broken over pages.

    Also the words that were put together from two lines and could be two, or have a hyphen that is not theirs.
    """
    printed = [box for box in boxes if box.lines]
    words, doubts = "", list[str]()
    for nth, box in enumerate(printed):
        right = _right(box)
        if nth:
            before = printed[nth - 1]
            words = _append(words, before.lines[-1], box.lines[0], _right(before), seen, doubts, over_a_page=True)
        else:
            words = box.lines[0].words
        for line, following in pairwise(box.lines):
            words = _append(words, line, following, right, seen, doubts)
    return words, doubts


def paragraphs(lines: Sequence[Line], right: float, seen: Seen) -> list[str]:
    """What *lines* say that may be as long as up to *right*: each paragraph, heading and title."""
    said: list[str] = []
    words = ""
    for nth, line in enumerate(lines):
        before = lines[nth - 1] if nth else None
        if before and abs(before.size - line.size) < 0.5 and 0 <= line.top - before.top < 2.2 * line.size:
            words = _append(words, before, line, right, seen, [])
        else:
            said += words.split("\n")
            words = line.words
    return [one for one in (*said, *words.split("\n")) if one]


def could_run_on(box: Box, following: Box) -> bool:
    """Whether the words of *box* may go on in *following*: its last line is full, and nothing begins anew there."""
    last, first = box.lines[-1], following.lines[0]
    if _has_room(last, first, _right(box)) or _BEGINS_ANEW.match(first.words):
        return False
    # another "Recommendation …"
    return box.lines[0].words.split()[0].casefold() != first.words.split()[0].casefold()


def runs_on(box: Box, following: Box) -> bool:
    """Whether the words of *box* go on in *following* in the middle of a sentence."""
    in_a_sentence = following.lines[0].words[0].islower() or box.lines[-1].words[-1] not in ".!?:;"
    return in_a_sentence and could_run_on(box, following)


def _append(
    words: str, line: Line, following: Line, right: float, seen: Seen, doubts: list[str], over_a_page: bool = False
) -> str:
    """*words*, which end with *line*, and the line *following* it; what is in doubt is added to *doubts*."""
    if words.endswith(_SOFT_HYPHEN):
        return words.removesuffix(_SOFT_HYPHEN) + following.words
    if _BEGINS_ANEW.match(following.words):
        return f"{words}\n{following.words}"
    end, begin = line.words.split()[-1], following.words.split()[0]
    if end[-1] in _HYPHENS and len(end) > 1 and not line.spaced:
        if seen.parts_words and _is_parted(end, begin, seen.words):
            return words[:-1] + following.words
        has_room_for_a_space = line.x1 + 0.3 * line.size < right
        if not (seen.spaces and has_room_for_a_space) and _bare(end + begin) not in seen.words:
            doubts.append(_clean(end + begin))
        return words + following.words
    apart = not over_a_page and following.top - line.bottom > 0.9 * line.size
    if apart or _has_room(line, following, right):
        return f"{words}\n{following.words}"
    if end == line.words and not line.spaced and _is_cut(line, following, right, seen):
        doubts.append(_clean(end + begin))
        return words + following.words
    return f"{words} {following.words}"


def _is_parted(end: str, begin: str, words: frozenset[str]) -> bool:
    """Whether *end* and *begin* are one of *words*, but for the hyphen at the end of the line."""
    end, begin = end.split("/")[-1], begin.split("/")[0]
    return end[-1:] in ("-", "‐") and _bare(end[:-1] + begin) in words and _bare(end + begin) not in words


def _is_cut(line: Line, following: Line, right: float, seen: Seen) -> bool:
    """Whether *line*, a single word, was cut to fit a narrow column, and *following* has the rest of it."""
    end, begin = line.words, following.words.split()[0]
    if not (end[-1].isalpha() and begin[0].islower()) or line.x1 + 0.6 * line.size < right:
        return False
    return _bare(end + begin) in seen.words or not {_bare(end), _bare(begin)} <= seen.words


def _has_room(line: Line, following: Line, right: float) -> bool:
    """Whether the first word *following* would have had room on *line*, so that the line was ended on purpose."""
    return line.x1 + following.first + 0.6 * line.size < right


def _right(box: Box) -> float:
    """How far lines go in *box*: they keep from its right side what they keep from its left."""
    from_the_left = min(line.x0 for line in box.lines) - box.x0
    return max(box.x1 - from_the_left, *(line.x1 for line in box.lines))


def _bare(word: str) -> str:
    return _clean(word).casefold()


def _clean(word: str) -> str:
    return word.strip(".,;:!?()'\"‘’“”")
