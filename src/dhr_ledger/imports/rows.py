"""What a row of a table is, before its cells are read: a recommendation in two cells, or one that goes on from above.

Recommendation 1 | Learn from it |       |           a recommendation, like `Recommendation 1: Learn from it`
Total            | 2 actions     |       |           no action: its number is none like those of the others
                 |               |       | Done.     goes on with the action above, as after the end of a page
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dhr_ledger.errors import BadReference
from dhr_ledger.imports.grid import Cell, Row
from dhr_ledger.reference import check_action

_NAMED = re.compile(r"\s*(rec(?:ommendation)?\.?\s*(?:no\.?\s*)?\d+(?:\.\d+)*[a-z]?)\s*[.:)]?\s*", re.IGNORECASE)

WORDED = re.compile(
    r"\s*(?:rec(?:ommendation)?\.?\s*(?:no\.?\s*)?)?(?P<number>\d+(?:\.\d+)*[a-z]?)\s*[.:)–-]\s*(?P<text>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
"""A recommendation with its number before it, in a column of its own."""
OWN_NUMBER = re.compile(r"\s*(?P<number>\d{1,2}(?:\.\d{1,2})*)\s*[.)]\s+(?=\D)")
"""An action with its number before it, in its own cell."""


def names_a_recommendation(cell: str) -> bool:
    """Whether *cell* says only which recommendation it is, in words: `Recommendation 1`, `Rec. 2`; not `R1` or `3.`"""
    return _NAMED.fullmatch(cell) is not None


def in_one_cell(row: Row, number: int | None) -> Row:
    """*row* with a recommendation in one cell, where its name stands in the column of *number* and its words beside it.

    Any other row is returned as it is, and so is one in which more is filled, as in the row of an action.
    """
    filled = [column for column, cell in enumerate(row.cells, start=1) if cell.strip()]
    if len(filled) != 2 or filled[0] != number:
        return row
    named = _NAMED.fullmatch(row.cell(number))
    if named is None:
        return row
    words = f"{named[1]}: {row.cell(filled[1])}"
    return row._replace(cells=tuple(words if column == filled[1] else "" for column in range(1, len(row.cells) + 1)))


def without_a_digit(cells: Iterable[str]) -> frozenset[str]:
    """Those *cells* of a column of numbers that are no number, where others have digits.

    A letter or a Roman number may be one: a, b, iv.
    """
    printed = {cell for cell in cells if cell.strip()}
    words = {cell for cell in printed if not any(map(str.isdigit, cell))}
    if words == printed:
        return frozenset()
    return frozenset(cell for cell in words if not re.fullmatch(r"\W*([a-z]|[ivx]+)\W*", cell, re.IGNORECASE))


def in_a_reference(number: str) -> str:
    """A printed *number* as it stands in a reference, in which R is kept for recommendations: 1 for R1, #1 and 1*."""
    try:
        check_action(f"DHR:KEY:{number}")
    except BadReference:
        bare = re.fullmatch(r"[R#]?(\d[^*]*)\**", number)
        return bare[1] if bare else number
    return number


def begins_here(row: Row, column: int) -> bool:
    """Whether the cell in *column* has words that do not only go on from a row above."""
    cell = row.cell(column)
    above = isinstance(cell, Cell) and cell.begins is not None and cell.begins < row.number
    return bool(cell.strip()) and not above


def joined(rows: Sequence[Row]) -> Row:
    """The first of *rows*, each cell with the words of those that go on with it, a line each."""
    first, *others = rows
    if not others:
        return first
    columns = range(1, max(len(row.cells) for row in rows) + 1)
    return first._replace(cells=tuple(_joined(first, others, column) for column in columns))


def _joined(first: Row, others: Sequence[Row], column: int) -> str:
    above = first.cell(column)
    more = [row.cell(column) for row in others if begins_here(row, column)]
    if not more:
        return above
    cells = [above, *more] if above.strip() else more
    fills = (cell.fill for cell in (above, *more) if isinstance(cell, Cell) and cell.fill)
    return Cell("\n".join(cells), fill=next(fills, None))
