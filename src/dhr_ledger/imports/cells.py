"""Whether a cell of a file says what a text says: white space makes no difference, nor does what was withheld of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dhr_ledger.audience import NAME_WITHHELD
from dhr_ledger.imports.grid import WITHHELD, as_shown

LONGEST_NAME = 200
"""In characters, and without the end of a sentence: what is more may hold a name and words beside it."""


def same(one: str, other: str) -> bool:
    """Whether two cells say the same.

    White space comes and goes with every program that a table passes through, and what a document cannot show of a
    text comes back as it was shown.
    """
    return one == other or one.split() == other.split() or as_shown(one) == as_shown(other)


def says(cell: str, text: str) -> bool:
    """Whether the *cell* of a file says *text*, but for what was withheld from whoever got the file."""
    return same(cell, text) or fits(cell, text)


def fits(cell: str, text: str, *, strictly: bool = False) -> bool:
    """Whether *text* may be what stands in *cell* with words withheld: any words, or none, for each mark.

    *strictly* it is only where no more stands for that of a name than a name may be long.  The words between two marks
    are looked for once and in order, so no cell takes longer than it is long.
    """
    marks, parts = WITHHELD.findall(cell), WITHHELD.split(cell)
    names = [strictly and mark == NAME_WITHHELD for mark in marks]
    return any(_fit([*map(shown, parts)], names, shown(text)) for shown in (_on_one_line, as_shown)) if marks else False


def _fit(parts: Sequence[str], names: Sequence[bool], text: str) -> bool:
    """Whether the *parts* stand in *text* one after the other, with a name between two where *names* says so."""
    first, *middle, last = parts
    at, end = len(first), len(text) - len(last)
    if at > end or not text.startswith(first) or not text.endswith(last):
        return False
    for is_name, words in zip(names, (*middle, None), strict=True):
        found = end if words is None else text.find(words, at, end)
        if found < 0 or (is_name and not _may_be_a_name(text[at:found])):
            return False
        at = found + len(words or "")
    return True


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _may_be_a_name(words: str) -> bool:
    return len(words) <= LONGEST_NAME and not re.search(r"[.!?:;]\s", words)


def is_withheld(cell: str) -> bool:
    """Whether nothing stands in *cell* but that something was withheld."""
    return bool(WITHHELD.search(cell)) and not WITHHELD.sub("", cell).strip()
