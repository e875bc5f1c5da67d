"""From the rows of a file to its tables: where each begins, and which lines above it are titles and headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from dhr_ledger.errors import BadReference
from dhr_ledger.exporters import plan_csv
from dhr_ledger.imports.headings import LIKELY, fold, known, reads_as
from dhr_ledger.provenance import Source
from dhr_ledger.reference import check_action
from dhr_ledger.review import Meaning


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
    and headings.  `name` is what the file calls the table, blank where a file is one table; `notes` says in whole
    sentences what a person should look at.  `made_from` is the head of the ledger that the file was made from, where it
    says so.
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
    references then, if it was made to come back: `reference` says which, and `section` is that of its rows.
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

    def at(self, row: int | None = None, **columns: int) -> Source:
        """The place of *row* and *columns* in the file."""
        return Source(
            file=self.file.name,
            digest=self.file.digest,
            table=self.grid or None,
            row=row or None,  # a line above a table is in none of its rows
            columns=columns if row and columns else None,
        )


def tables(file: File, grids: Iterable[Grid], settled: Mapping[str, Meaning], found: Found) -> list[Table]:
    """The tables of *file*, in order.

    A grid without a row of headings is noted where the file has others, a key or a cover sheet; it is a fault where it
    is all there is.
    """
    held: list[Table] = []
    without: list[str] = []
    for grid in grids:
        found.notes += grid.notes
        rows = [Row(number, tuple(cells)) for number, cells in grid.rows if any(cell.strip() for cell in cells)]
        begun = _tables(file, grid, rows, settled, found)
        held += begun
        if not begun:
            without.append(_no_headings(str(Source(file=file.name, table=grid.name or None)), rows, settled))
    held = [part for table in held for part in _sections(table, settled, found)]
    if not held:
        found.faults += without or [f"{file.name} holds no table; is it the action plan?"]
        return []
    found.notes += [f"{why.partition(':')[0].partition(';')[0]} and was not taken in." for why in without]
    _name(held, found)
    for table in held:
        table.sole = len(held) == 1
    return held


_OURS = plan_csv.HEADINGS[:4]


def _tables(file: File, grid: Grid, rows: list[Row], settled: Mapping[str, Meaning], found: Found) -> list[Table]:
    first = next((nth for nth, row in enumerate(rows) if _is_headings(row, settled)), None)
    if first is None:
        return []
    below = range(first + 1, len(rows))
    reference = _column_of_references(rows[first], rows[first + 1 :], settled)
    ours = reference is not None or rows[first].cells[: len(_OURS)] == _OURS
    if ours:  # whatever the cells below may say, there are no other headings
        begins = [first, *(nth for nth in below if rows[nth].cells == rows[first].cells)]
    else:
        begins = [first, *(nth for nth in below if _is_headings(rows[nth], settled))]
    held: list[Table] = []
    lines = [*(Row(0, (line,)) for line in grid.above if line.strip()), *rows[: begins[0]]]
    for begin, end in pairwise([*begins, len(rows)]):
        body = rows[begin + 1 : end]
        if end == begin + 1 < len(rows) and not _alike(rows[begin], rows[end]):
            place = Source(file=file.name, table=grid.name or None, row=rows[begin].number)
            found.faults.append(
                f"{place} and row {rows[end].number} are both rows of headings and say different things; take one out."
            )
        cut = _begin_of_lines(body) if end < len(rows) else len(body)
        above, banners = [row for row in lines if not row.banner], [row for row in lines if row.banner]
        if held and not lines and _alike(held[-1].headings, rows[begin]):
            held[-1].rows += body[:cut]  # the headings were only printed again, on the next page
        else:
            taken = [*banners, *body[:cut]]
            made_from = grid.made_from
            held.append(
                Table(file, grid.name, above, rows[begin], taken, None, None, False, made_from, ours, reference)
            )
        lines = body[cut:]
    return held


# Sections that a column tells from each other


def _sections(table: Table, settled: Mapping[str, Meaning], found: Found) -> list[Table]:
    """*table*, or one for each section where a column says which section each row is of."""
    column = known(table.headings.cells, settled).get("section")
    if table.reference:
        return _by_reference(table, table.reference, column, settled, found)
    if column is None:
        return [table]
    parts: dict[str, Table] = {}
    heading = ""
    for row in table.rows:
        heading = row.cell(column) if row.alone is None and row.cell(column).strip() else heading
        part = parts.get(heading)
        if part is None:
            part = parts[heading] = replace(table, rows=[], heading=_heading(row, column) if heading else None)
        part.rows.append(row)
    return list(parts.values())


def _column_of_references(headings: Row, rows: list[Row], settled: Mapping[str, Meaning]) -> int | None:
    """The column that says which action of the ledger each row is, in a table that was made from one.

    It is headed Reference, beside the column of the printed numbers, and what stands in it are references.
    """
    meant = reads_as(headings.cells, settled)
    for column, name in meant.items():
        beside = fold(headings.cell(column)) == "reference" and sum(other == "number" for other in meant.values()) > 1
        if name == "reference" or (beside and any(_section_in(row.cell(column)) for row in rows)):
            return column
    return None


def _section_in(cell: str) -> str:
    """The section that the reference of an action in *cell* names; nothing where it holds none."""
    try:
        return check_action(cell.strip()).rpartition(":")[0]
    except BadReference:
        return ""


def _by_reference(
    table: Table, reference: int, column: int | None, settled: Mapping[str, Meaning], found: Found
) -> list[Table]:
    """A part of *table* for each section that its references name, and for each heading that stands beside none.

    A row without a reference is a new one: it is of the section whose heading it has, or of that of the row above.
    """
    head = known(table.headings.cells, settled).get("ledger_head")
    parts: dict[str, Table] = {}
    headings: dict[str, dict[str, Row]] = {}
    for row in table.rows:
        section = _section_in(row.cell(reference))
        if section:
            parts.setdefault(section, replace(table, rows=[], section=section))
            headings.setdefault(section, {}).setdefault(row.cell(column), row)
        elif row.cell(reference).strip():
            found.faults.append(
                f"{table.at(row.number, reference=reference)}: {short(row.cell(reference))} is the reference of no "
                "action; put back the one that stood there, or leave the cell blank for a new action."
            )
    named = {heading: section for section, said in headings.items() for heading in said if heading.strip()}
    section = ""
    for row in table.rows:
        said = row.cell(column)
        section = _section_in(row.cell(reference)) or (named.get(said, said) if said.strip() else section)
        part = parts.get(section)
        if part is None:
            part = parts[section] = replace(
                table, rows=[], heading=_heading(row, column) if column and section else None
            )
        part.rows.append(row)
    for section, said_of in headings.items():
        part = parts[section]
        if len(said_of) == 1:
            part.heading = next(
                (_heading(row, column) for said, row in said_of.items() if said.strip() and column), None
            )
        else:
            listed = " and ".join(f"{short(said)} in row {row.number}" for said, row in said_of.items())
            found.not_understood.append(
                f"{table.at()}: the rows of {section} have different headings, {listed}, and none is taken in; write "
                "the same one in each row of the section to rename it."
            )
        heads = {row.cell(head).strip() for row in part.rows} - {""}
        if part.made_from is None and heads and all(said.isdecimal() for said in heads):
            part.made_from = min(map(int, heads))
    return list(parts.values())


def _heading(row: Row, column: int) -> Row:
    """The heading of a section, as it stands in its column."""
    return Row(row.number, ("",) * (column - 1) + (row.cell(column),))


def _is_headings(row: Row, settled: Mapping[str, Meaning]) -> bool:
    """Whether *row* holds headings: three that are known, or two beside one that often is."""
    # Three, because two known words stand beside each other in the key to the colours as well.
    sure = 0 if row.asks else len(known(row.cells, settled))
    return sure >= 3 or (sure == 2 and any(fold(cell) in LIKELY for cell in row.cells) and row.alone is None)


def _begin_of_lines(body: list[Row]) -> int:
    """Where in *body* the lines begin that stand right above the next headings: the first that is no recommendation."""
    cut = nth = len(body)
    while nth and body[nth - 1].alone:
        nth -= 1
        if not body[nth].banner:
            cut = nth
    return cut


def _no_headings(place: str, rows: list[Row], settled: Mapping[str, Meaning]) -> str:
    if not rows:
        return f"{place} is empty; is it the action plan?"
    nearest = max(rows, key=lambda row: len(known(row.cells, settled)))
    words = ", ".join(short(nearest.cell(column)) for column in known(nearest.cells, settled).values())
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
    in_a_column = held[0].heading is not None or held[0].reference is not None
    several = len(lines) > 1 or in_a_column
    title = lines[0] if lines and (several or PRINTED_REVIEW.search(lines[0].alone or "")) else None
    for table in held:
        table.title = title
        rest = [row for row in table.above if title is None or not _alike(row, title)]
        if rest and rest[-1].alone and not in_a_column:
            table.heading = rest.pop()
        if in_a_column and table is not held[0] and table.above is held[0].above:
            continue  # they were one table, and what stands above it was said
        for row in rest[:_LINES_SAID]:
            words = short(" | ".join(cell for cell in row.cells if cell.strip()))
            found.notes.append(f"{table.at(row.number)}: {words} stands above the table and was not taken in.")
        if (more := len(rest) - _LINES_SAID) > 0:
            found.notes.append(f"{table.at()}: {more} more lines stand above the table and were not taken in.")


_LINES_SAID = 3
"""How many lines above a table are noted one by one; a whole report may stand there."""

PRINTED_REVIEW = re.compile(r"\b[A-Z]*?(?P<kind>DHR|DARDR|SUSR|DHSR|SAR|LCSPR|MHHR|OWHR)[ /-]?\d(?:[\w/.-]*\w)?")
"""A review's reference as plans print it: what kind of review, perhaps its partnership's letter, and a number."""


def _alike(row: Row, other: Row) -> bool:
    return [fold(cell) for cell in row.cells if cell.strip()] == [fold(cell) for cell in other.cells if cell.strip()]


def short(text: str) -> str:
    """The beginning of *text*, in quotation marks, for a message."""
    text = " ".join(text.split())
    return repr(text if len(text) <= 60 else f"{text[:59]}…")
