"""A table on paper: how wide its columns are, which rows stay whole, and where a word may break.

The engine is told all of it, so that no text leaves its column and nothing has to be measured twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import category

from dhr_ledger.home_office import Line
from dhr_ledger_pdf.glyphs import width

_WHOLE = 14
"""A row of so many lines or fewer is not broken over pages."""
_INSETS = 1.0
"""The space at both sides of a cell, in ems; so are the widths of letters."""
_USUAL_WIDTH = 0.56
_USUAL_ROOM = 80
"""What any paper has room for, in ems."""
_WIDEST = 2.7
_LONG_WORD = re.compile(r"\S{9,}")
_WIDE_WORD = 11
_JOINS = "\u200c\u200d\ufe0e\ufe0f"
BREAK = "\u2028"
"""Where a line may break, in no text that is shown: no letter is set for it, so that the word can be searched for."""
_ANYWHERE = "\u200b"
"""Where a line may break as well.  It is a letter, which costs the engine a tenth of the time."""
_BEHIND_A_SIGN = re.compile(r"(?<=[/_.:-])(?=\w\S{4})")  # and no short end is left alone
_LONGEST = 200
"""Nobody searches for a word of more characters."""

Cell = tuple[Line, ...]


class Paper(NamedTuple):
    """A sheet in landscape: its width, its margin and the size of its letters, in points."""

    width: float
    margin: float
    size: float


PAPERS = {"a3": Paper(1190.55, 48, 12), "a4": Paper(841.89, 34, 9)}
"""A3 is for reading: 12 points is the least that UK guidance on accessible documents asks for.  A4 is for printing."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `first` where a recommendation begins.

    `called` is what the head of a page calls it where it goes on there, as it can be shown.
    """

    cells: tuple[Cell, ...]
    first: bool = False
    called: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, a line about what follows, and a table, or a sentence where there is none."""

    level: int
    heading: str
    about: str = ""
    headings: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    rows: tuple[Row, ...] = ()
    nothing: str = ""


def measured(part: Part, paper: Paper, show: Callable[[str], str]) -> Mapping[str, object]:
    """*part* as the engine is told it; *show* makes a text of what can be shown of it."""
    told: dict[str, object] = {"level": part.level, "heading": show(part.heading), "about": show(part.about)}
    if not part.rows:
        return told | {"nothing": part.nothing}
    columns = _columns(part, paper)
    rooms = [column / paper.size - _INSETS for column in columns]
    return told | {
        "headings": [show(heading) for heading in part.headings],
        "columns": columns,
        "rows": [
            {
                "first": row.first,
                "called": row.called,
                "whole": max(map(_lines, row.cells, rooms)) <= _WHOLE,
                "cells": [_cell(cell, room, show) for cell, room in zip(row.cells, rooms, strict=True)],
            }
            for row in part.rows
        ],
    }


def _columns(part: Part, paper: Paper) -> list[float]:
    """How wide each column is: its share, but wide enough for the words in it, within reason."""
    whole = (paper.width - 2 * paper.margin) / paper.size
    equal = whole / len(part.headings)
    cells = zip(*(row.cells for row in part.rows), strict=True)
    least = [min(equal, _least(heading, column)) for heading, column in zip(part.headings, cells, strict=True)]
    given: dict[int, float] = {}
    while True:
        free = [one for one in range(len(least)) if one not in given]
        unit = (whole - sum(given.values())) / sum(part.shares[one] for one in free)
        narrow = [one for one in free if part.shares[one] * unit < least[one]]
        if not narrow:
            given |= {one: part.shares[one] * unit for one in free}
            return [round(given[one] * paper.size, 2) for one in range(len(least))]
        given |= {one: least[one] for one in narrow}


def _least(heading: str, column: Iterable[Cell]) -> float:
    """The room for every word of a column, but for such as are broken anyway: addresses, file names."""
    words = {word for cell in column for line in cell for word in _LONG_WORD.findall(line.words)}
    widths = [width(word) for word in words]
    needed = max(width(word) for word in heading.split())
    return _INSETS + 0.1 + max([needed, *(wide for wide in widths if wide <= _WIDE_WORD)])


def _lines(cell: Cell, room: float) -> int:
    """About how many lines *cell* takes in *room* ems."""
    return sum(1 + int(_USUAL_WIDTH * len(line.label + line.words) / room) + line.words.count("\n") for line in cell)


def _cell(cell: Cell, room: float, show: Callable[[str], str]) -> list[tuple[str, str]]:
    lines = [(breakable(show(line.label), room), breakable(show(line.words.strip()), room)) for line in cell]
    return [line for line in lines if any(line)]


def breakable(text: str, room: float) -> str:
    """*text* with places to break, which show only where a line does break, in every word wider than *room* ems.

    A reference, an address or the name of a file breaks behind its signs; only a piece of it that is still too wide
    breaks between any two letters.
    """

    def broken(word: re.Match[str]) -> str:
        if width(word[0]) <= room:
            return word[0]
        pieces = _BEHIND_A_SIGN.split(word[0]) if len(word[0]) <= _LONGEST else [word[0]]
        return BREAK.join(piece if width(piece) <= room else _anywhere(piece) for piece in pieces)

    return re.sub(rf"\S{{{max(1, int(room / _WIDEST))},}}", broken, text)


def _anywhere(piece: str) -> str:
    """*piece* with a place to break before each letter, and none between a letter and its marks."""
    return "".join(
        letter if category(letter)[0] == "M" or letter in _JOINS else f"{_ANYWHERE}{letter}" for letter in piece
    )


def divided(whole: float, wanted: Sequence[float]) -> tuple[float, ...]:
    """*whole* divided: nobody gets more than is wanted, and those who want more than is left over get the same."""
    given = list(wanted)
    smallest_first = sorted(range(len(wanted)), key=lambda one: wanted[one])
    for done, one in enumerate(smallest_first):
        given[one] = min(wanted[one], whole / (len(wanted) - done))
        whole -= given[one]
    return tuple(given)
