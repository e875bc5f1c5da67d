"""From the rows of a file to its tables: where each begins, and which lines above it are titles and headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from dhr_ledger.imports.headings import fold, known
from dhr_ledger.provenance import Source


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as an importer found it: rows of cells as printed, each row with its number in the file, from 1.

    `name` is what the file calls the table, blank where a file is one table; `notes` says in whole sentences what a
    person should look at.
    """

    rows: Iterable[tuple[int, Sequence[str]]]
    name: str = ""
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Found:
    """What is to be said about the files, collected while they are read."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class File(NamedTuple):
    """A file, its digest, and the name of the importer that read it."""

    name: str
    digest: str
    importer: str


class Banner(NamedTuple):
    """A recommendation, alone in its row."""

    number: str
    text: str


class Row(NamedTuple):
    """A row that is not blank, and its number in the file."""

    number: int
    cells: tuple[str, ...]

    @property
    def alone(self) -> str | None:
        """The words that this row is about: its only cell, or the one that is repeated from end to end."""
        printed = [cell for cell in self.cells if cell.strip()]
        spans = len(printed) == len(self.cells) and len(set(printed)) == 1
        return printed[0] if len(printed) == 1 or spans else None

    @property
    def column(self) -> int:
        """The column of its first cell that is not blank."""
        return next(column for column, cell in enumerate(self.cells, start=1) if cell.strip())

    @property
    def banner(self) -> Banner | None:
        """The recommendation that it makes, if it makes one."""
        match = _RECOMMENDATION.fullmatch(self.alone or "")
        return Banner(match["number"], match["text"]) if match else None

    def cell(self, column: int | None) -> str:
        """The cell in *column*, counted from 1; blank where the row is shorter or there is no such column."""
        return self.cells[column - 1] if column and column <= len(self.cells) else ""


# "Recommendation 1.1 : …", "Recommendation 5. …", "Rec 2a) …"; but not "Recommendation 1 and 2 …" or "… 1-3".
_RECOMMENDATION = re.compile(
    r"""\s* rec(?:ommendation)? \.? \s+ (?:no\.?\s*)?
        (?P<number> \d+ (?:\.\d+)* [a-z]? ) (?! [\w,&/] | \.\d | \s*(?:and|to|[-–])\s*\d )
        [\s.:)–-]* (?P<text>.*)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


@dataclass(slots=True)
class Table:
    """The part of a grid that is one section: its headings, the lines right above them, and the rows below.

    `title` is the line that names the plan, and `heading` the one that names the section, where they are printed;
    `sole` says that the file holds no other table.
    """

    file: File
    grid: str
    above: list[Row]
    headings: Row
    rows: list[Row]
    title: Row | None = None
    heading: Row | None = None
    sole: bool = False

    def at(self, row: int | None = None, **columns: int) -> Source:
        """The place of *row* and *columns* in the file."""
        return Source(
            file=self.file.name, digest=self.file.digest, table=self.grid or None, row=row, columns=columns or None
        )


def tables(file: File, grids: Iterable[Grid], found: Found) -> list[Table]:
    """The tables of *file*, in order; a fault for a grid that holds none."""
    held = [table for grid in grids for table in _tables(file, grid, found)]
    for table in held:
        table.sole = len(held) == 1
    return held


def _tables(file: File, grid: Grid, found: Found) -> list[Table]:
    found.notes += grid.notes
    rows = [Row(number, tuple(cells)) for number, cells in grid.rows if any(cell.strip() for cell in cells)]
    # Three, because two known words stand beside each other in the key to the colours as well.
    begins = [nth for nth, row in enumerate(rows) if len(known(row.cells)) >= 3]
    if not begins:
        found.faults.append(_no_headings(str(Source(file=file.name, table=grid.name or None)), rows))
        return []
    held: list[Table] = []
    lines = rows[: begins[0]]
    for begin, end in pairwise([*begins, len(rows)]):
        body = rows[begin + 1 : end]
        cut = _begin_of_lines(body) if end < len(rows) else len(body)
        above, banners = [row for row in lines if not row.banner], [row for row in lines if row.banner]
        if held and not lines and _alike(held[-1].headings, rows[begin]):
            held[-1].rows += body[:cut]  # the headings were only printed again, on the next page
        else:
            held.append(Table(file, grid.name, above, rows[begin], [*banners, *body[:cut]]))
        lines = body[cut:]
    _name(held, found)
    return held


def _begin_of_lines(body: list[Row]) -> int:
    """Where in *body* the lines begin that stand right above the next headings: the first that is no recommendation."""
    cut = nth = len(body)
    while nth and body[nth - 1].alone:
        nth -= 1
        if not body[nth].banner:
            cut = nth
    return cut


def _no_headings(place: str, rows: list[Row]) -> str:
    if not rows:
        return f"{place} is empty; is it the action plan?"
    nearest = max(rows, key=lambda row: len(known(row.cells)))
    words = ", ".join(short(nearest.cell(column)) for column in known(nearest.cells).values())
    least = f"the most that are known are in row {nearest.number}, {words}" if words else "no heading in it is known"
    return (
        f"{place} has no row of headings: {least}; it takes three of them, such as Ref, Action, Lead Agency, "
        "Target Date or Status, each in a cell of its own."
    )


def _name(held: list[Table], found: Found) -> None:
    """Tell the title of the plan from the headings of its sections, among the lines above each table.

    The line right above the headings is the section's; the first of several is the title, and so is a single one that
    names a review.
    """
    lines = [row for row in held[0].above if row.alone]
    title = lines[0] if len(lines) > 1 or (lines and PRINTED_REVIEW.search(lines[0].alone or "")) else None
    for table in held:
        table.title = title
        rest = [row for row in table.above if title is None or not _alike(row, title)]
        if rest and rest[-1].alone:
            table.heading = rest.pop()
        for row in rest:
            words = short(" | ".join(cell for cell in row.cells if cell.strip()))
            found.notes.append(f"{table.at(row.number)}: {words} stands above the table and was not taken in.")


PRINTED_REVIEW = re.compile(r"\b[A-Z]*?(?P<kind>DHR|DARDR|SUSR|DHSR|SAR|LCSPR|MHHR|OWHR)[ /-]?\d(?:[\w/.-]*\w)?")
"""A review's reference as plans print it: what kind of review, perhaps its partnership's letter, and a number."""


def _alike(row: Row, other: Row) -> bool:
    return [fold(cell) for cell in row.cells if cell.strip()] == [fold(cell) for cell in other.cells if cell.strip()]


def short(text: str) -> str:
    """The beginning of *text*, in quotation marks, for a message."""
    text = " ".join(text.split())
    return repr(text if len(text) <= 60 else f"{text[:59]}…")
