"""Several actions in one cell, numbered: which they are, and what another cell of their row says of each.

    1. Agree the policy         ·  1) …  ·  (1) …  ·  a) …  ·  (a) …  ·  (i) …
    2. Train all staff

A list begins where its cell begins and is numbered upwards from 1, a or i without a gap, each number at the beginning
of a line.  Where numbers run on in one line, each after the end of a sentence, they are a list only from three upwards.
Anything else is no list: a decimal, a date (`1.2.13`), a number that comes twice.  Nothing of a cell is ever lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Item:
    """One of several in a cell: its number without brackets or stop, and its words without the number."""

    number: str
    words: str


class _Mark(NamedTuple):
    """A number that may begin an item: how it is written, where it stands, and whether a line begins with it."""

    style: str
    number: str
    start: int
    end: int
    begins_line: bool


_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
_NUMBER = r"(?P<open>\(?)(?P<number>\d{1,2}|[a-z]|[ivx]{2,5})(?P<close>[.)])(?:[^\S\n\r\v\f]+(?=\S)|(?=[^\W\d_]{2}))"
_MARK = re.compile(rf"(?:(?P<line>\A\s*|[\n\r\v\f][^\S\n\r\v\f]*)|(?<=[.!?])[^\S\n\r\v\f]+){_NUMBER}")
_MONTH = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_A_NUMBERED_LINE = re.compile(
    rf"""(?mx) ^[^\S\n\r\v\f]* (?: {_NUMBER}
      | \(?\d{{1,2}}\s?(?:[-–,&]|and|to)\s?\d{{1,2}}\b (?![./-]\d) (?!\s?(?:[ap]m|day|week|month|year|{_MONTH}))
      | (?i:actions?|items?|points?)\s\d )"""
)


def items(cell: str) -> tuple[Item, ...]:
    """The items of a numbered list, in order; none where *cell* is no list beyond doubt."""
    marks = [
        _Mark(
            f"{found['open']}{'1' if found['number'].isdecimal() else 'a'}{found['close']}",
            found["number"],
            found.start("open"),
            found.end(),
            found["line"] is not None,
        )
        for found in _MARK.finditer(cell)
    ]
    if not marks or cell[: marks[0].start].strip():
        return ()
    marks = [mark for mark in marks if mark.style == marks[0].style]
    fewest = 2 if all(mark.begins_line for mark in marks) else 3
    if len(marks) < fewest or not _is_in_order([mark.number for mark in marks]):
        return ()
    ends = [*(mark.start for mark in marks[1:]), len(cell)]
    return tuple(Item(mark.number, cell[mark.end : end].strip()) for mark, end in zip(marks, ends, strict=True))


def without_number(cell: str, number: str) -> str:
    """*cell* without the number of its own row before it: `31 January 2020`, of `1. 31 January 2020` in row 1."""
    own = re.escape(number.strip().strip("().").strip())
    stop = r"[.)]?\s+(?=\S)" if "." in number.strip(" .") else r"[.)](?:\s+(?=\S)|(?=[^\W\d_]{2}))"
    before = re.match(rf"\s*\(?{own}{stop}", cell) if own else None
    return cell[before.end() :] if before and not items(cell) else cell


def aligned(items_of_row: Sequence[Item], cell: str) -> tuple[dict[str, str], bool]:
    """What another *cell* of the row says of each item, by its number, and whether that is doubtful.

    It is what the cell says under the same number where it has exactly the same ones, and the whole cell where it has
    none.  Where it has others the whole cell is given as well, and is doubtful.
    """
    own = {item.number: item.words for item in items(cell)}
    numbers = [item.number for item in items_of_row]
    if list(own) == numbers:
        return own, False
    return dict.fromkeys(numbers, cell), _A_NUMBERED_LINE.search(cell) is not None


def _is_in_order(numbers: list[str]) -> bool:
    counted = [str(nth) for nth in range(1, len(numbers) + 1)]
    return numbers in (counted, list(_ROMAN[: len(numbers)]), list(ascii_lowercase[: len(numbers)]))
