"""What an importer finds, a grid of cells as printed, and the rows and tables that are made of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from dhr_ledger.imports.headings import fold
from dhr_ledger.legible import legible
from dhr_ledger.provenance import Source

if TYPE_CHECKING:
    from dhr_ledger.imports.printed_rows import PrintedRow


class Cell(str):
    """The words of a cell as printed, and what else could be seen of it.

    `fill` is the colour of the cell as six hexadecimal digits (`00B050`), `None` where it has none or white.
    `begins` is the number of the row in which a cell begins that several rows share, `None` for any other; its words
    stand in each of those rows.
    """

    __slots__ = ("begins", "fill")

    begins: int | None
    fill: str | None

    def __new__(cls, words: str = "", *, fill: str | None = None, begins: int | None = None) -> Cell:
        cell = super().__new__(cls, words)
        cell.fill, cell.begins = fill, begins
        return cell


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as an importer found it: rows of cells as printed, each row with its number in the table, from 1.

    A cell is a plain string, or a `Cell` where the file shows more than words.  Every row has one cell for each column
    of the table; of a cell that goes over several columns, the others are blank, and of one that goes over several
    rows, each row has the words.
    `above` are the lines of words that stand between the table before, or the beginning, and this one, in order: titles
    and headings.  `name` is what the file calls the table, `table 2` where it only counts them, and blank where a file
    is one table; tables that are only counted may be parts of one section.  `notes` says in whole sentences what a
    person should look at.  `made_from` is the head of the ledger that the file was made from, where it says so.
    """

    rows: Iterable[tuple[int, Sequence[str]]]
    name: str = ""
    above: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    made_from: int | None = None


@dataclass(slots=True)
class Found:
    """What is to be said about the files, collected while they are read, and how many `reports` were found so far."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)
    reports: int = 0


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
    """A row that is not blank, and its number in its table, which is named where it is not that of its section.

    `made` is the recommendation that it was found to make by the form of others.
    """

    number: int
    cells: tuple[str, ...]
    table: str = ""
    made: Banner | None = None

    @property
    def place(self) -> tuple[str, int]:
        """What no other row of its section has."""
        return self.table, self.number

    @property
    def alone(self) -> str | None:
        """The words that this row is about: its only cell, or the one that is repeated from end to end."""
        printed = [cell for cell in self.cells if cell.strip()]
        spans = len(printed) == len(self.cells) and len(set(printed)) == 1
        return printed[0] if len(printed) == 1 or spans else None

    @property
    def asks(self) -> bool:
        """Whether most of its cells ask how they are to be filled in, as in the template of the Home Office."""
        cells = [cell.strip() for cell in self.cells if cell.strip()]
        asked = [cell for cell in cells if cell.endswith(("?", "?)")) or re.fullmatch(r"[(\[].*[)\]]", cell, re.DOTALL)]
        return len(cells) > 2 and 2 * len(asked) > len(cells) and any("?" in cell for cell in asked)

    @property
    def column(self) -> int:
        """The column of its first cell that is not blank."""
        return next(column for column, cell in enumerate(self.cells, start=1) if cell.strip())

    @property
    def banner(self) -> Banner | None:
        """The recommendation that it makes, if it makes one."""
        if self.made:
            return self.made
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
    `sole` says that the file holds no other table, and `ours` that it was made from a ledger.  It has a column of
    references then, if it was made to come back: `reference` says which, and `section` is that of its rows.  In a
    document for the Home Office that comes back, `printed` says by their places which rows were printed; in any other
    table it is `None`.
    """

    file: File
    grid: str
    above: list[Row]
    headings: Row
    rows: list[Row]
    title: Row | None = None
    heading: Row | None = None
    sole: bool = False
    made_from: int | None = None
    ours: bool = False
    reference: int | None = None
    section: str = ""
    printed: dict[tuple[str, int], PrintedRow] | None = None

    def at(self, row: Row | int | None = None, **columns: int) -> Source:
        """The place of *row* and *columns* in the file."""
        number, table = (row.number, row.table) if isinstance(row, Row) else (row, "")
        return Source(
            file=self.file.name,
            digest=self.file.digest,
            table=table or self.grid or None,
            row=number or None,  # a line above a table is in none of its rows
            columns=columns if number and columns else None,
        )

    @property
    def line(self) -> str:
        """The line of words right above the headings."""
        return (self.above[-1].alone or "") if self.above else ""


def row_beside(there: Source, here: Source) -> str:
    """The row of *there* in a sentence about *here*; its table is named where it is another."""
    row = f"row {there.row}"
    return row if there.table == here.table else f"{there.table}, {row}"


PRINTED_REVIEW = re.compile(r"\b[A-Z]*?(?P<kind>DHR|DARDR|SUSR|DHSR|SAR|LCSPR|MHHR|OWHR)[ /-]?\d(?:[\w/.-]*\w)?")
"""A review's reference as plans print it: what kind of review, perhaps its partnership's letter, and a number."""


def same(row: Row, other: Row) -> bool:
    """Whether both have the same words in the same columns."""
    width = max(len(row.cells), len(other.cells))
    return all(fold(row.cell(column)) == fold(other.cell(column)) for column in range(1, width + 1))


def alike(row: Row, other: Row) -> bool:
    """Whether both have the same words in the same order."""
    return [fold(cell) for cell in row.cells if cell.strip()] == [fold(cell) for cell in other.cells if cell.strip()]


WITHHELD = re.compile(r"\[(?:name )?withheld\]")
"""What an export for some audiences prints in place of a cell, or of a name in it: it says nothing of the cell."""


def as_shown(text: str) -> str:
    """*text* as a document shows it, on one line.

    White space comes and goes with every program that a table passes through, and a soft hyphen is seen nowhere but
    where a line ends.
    """
    return " ".join(legible(text).replace("\u00ad", "").split())


def short(text: str) -> str:
    """The beginning of *text*, in quotation marks, for a message."""
    text = " ".join(text.split())
    return repr(text if len(text) <= 60 else f"{text[:59]}…")
