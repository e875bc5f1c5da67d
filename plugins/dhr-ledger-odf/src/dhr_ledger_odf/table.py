"""A table of either kind of document as a grid: repeated rows and cells written out, merged ones resolved.

A file says in a few bytes that a row or a cell is repeated a million times, and every program ends a sheet with such
blank rows.  So a table is first read as the file has it; what is written out is only as far as words reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from lxml.etree import _Element as Element
from lxml.etree import iterwalk

from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports.grid import Cell, Grid, short
from dhr_ledger.imports.links import said_of_links
from dhr_ledger.provenance import Source
from dhr_ledger.target_date import TargetDate
from dhr_ledger_odf.package import Document
from dhr_ledger_odf.vocabulary import CELL, COMMENT, COVERED, NOTE, TABLE, odf, times
from dhr_ledger_odf.words import BOX, LARGEST_CELL, NOT_SHOWN, Words

MOST_TABLES = 1_000
MOST_CELLS = 500_000
"""Of all tables together.  A plan of five thousand actions has sixty thousand."""
MOST_TEXT = 20_000_000
"""In characters, of all tables together, as often as they are shown."""

_ROW, _COLUMN = odf("table:table-row"), odf("table:table-column")
_GROUPS = {
    odf(f"table:{name}")
    for name in (
        *("table-header-rows", "table-rows", "table-row-group"),
        *("table-header-columns", "table-columns", "table-column-group"),
    )
}
_STYLE, _DEFAULT_STYLE = odf("table:style-name"), odf("table:default-cell-style-name")
_VISIBILITY, _FORMULA = odf("table:visibility"), odf("table:formula")

_FORMULAS, _HIDDEN_ROWS, _HIDDEN_COLUMNS = "formulas", "hidden rows", "hidden columns"
_UNDER_MERGED, _MONTH_FIRST = "under merged cells", "month first"
_NOTES = {
    _HIDDEN_ROWS: "rows that are hidden were read like the others",
    _HIDDEN_COLUMNS: "columns that are hidden were read like the others",
    _FORMULAS: "formulas were read as the values that they show",
    _MONTH_FIRST: "dates that are not shown day first were read from their values, as 2014-03-31",
    COMMENT: "comments on cells were left out",
    NOTE: "footnotes and endnotes in cells were left out",
    _UNDER_MERGED: "words hidden under merged cells were left out",
    TABLE: "tables in cells were read as lines of the cell",
    BOX: "text boxes in cells were read as lines of the cell",
}


class _Run(NamedTuple):
    """A cell as the file has it: how often it is repeated, and over how many rows it goes."""

    words: str
    times: int
    style: str
    rows: int = 1
    covered: bool = False


class _Row(NamedTuple):
    """A row as the file has it: from which number on, and how often; `reach` is the column of its last word."""

    number: int
    times: int
    style: str
    runs: list[_Run]
    reach: int
    ends: int
    """The number of the last row that shows words of this one."""


class Tables:
    """Reads the tables of one document, in order."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._words = Words(document.styles)
        self._fills: dict[str, str | None] = {"": None}
        self._tables = self._cells = self._text = 0
        self._met: dict[str, tuple[int, str]] = {}
        self._links: list[str] = []

    def lines(self, element: Element) -> list[str]:
        """The lines of words in *element*, which stands outside all tables; each is one line, and none is blank."""
        lines = self._words.lines(element, without=NOT_SHOWN | {TABLE})
        return [words for line in lines if (words := " ".join(line.split()))]

    def grid(self, table: Element, name: str, *, above: tuple[str, ...] = (), notes: Sequence[str] = ()) -> Grid:
        """The grid of *table*, which is called *name*, with what there is to be noted after *notes*.

        Raises `ImportRefused` where there is more than a plan could hold.
        """
        place = str(Source(file=self._document.name, table=name or None))
        self._tables += 1
        if self._tables > MOST_TABLES:
            raise ImportRefused([f"{self._document.name} has more than {MOST_TABLES:,} tables; is it the action plan?"])
        self._met = {}
        self._words.met.clear()
        self._words.links.clear()
        rows = list(self._rows(table, place))
        width = max((row.reach for row in rows), default=0)
        last = rows[-1].number + rows[-1].times - 1 if rows else 0
        height = min(last, max((row.ends for row in rows if row.reach), default=0))
        self._cells += width * height
        if self._cells > MOST_CELLS:
            raise ImportRefused(
                [
                    f"{place} reaches to row {height:,} and column {width:,}, which is more than a plan could fill; "
                    "delete what stands far out, or save only the plan, and import that."
                ]
            )
        columns = self._columns(table, width)
        met = [f"{place}: {words} ({_where(*self._met[what])})." for what, words in _NOTES.items() if what in self._met]
        return Grid(
            rows=list(self._written_out(rows, columns, height, place)),
            name=name,
            above=above,
            notes=(*notes, *met),
            made_from=self._document.made_from,
        )

    def with_links(self, grids: Sequence[Grid]) -> list[Grid]:
        """*grids*, the first of them with a note of the links in all, unless the file was made here."""
        first, *others = grids
        said = said_of_links(self._document.name, self._links) if self._document.made_from is None else ()
        return [replace(first, notes=(*first.notes, *said)), *others]

    def _meet(self, what: str, where: str, often: int = 1) -> None:
        """Count *what*, and keep where it was met first."""
        count, first = self._met.get(what, (0, where))
        self._met[what] = count + often, first

    def _rows(self, table: Element, place: str) -> Iterator[_Row]:
        number = 1
        for element in _outside_cells(table, _ROW):
            row = self._row(element, number, place)
            if row.reach and element.get(_VISIBILITY) in ("collapse", "filter"):
                self._meet(_HIDDEN_ROWS, f"row {number}", row.times)
            yield row
            number += row.times

    def _row(self, element: Element, number: int, place: str) -> _Row:
        runs: list[_Run] = []
        column, reach, deep = 1, 0, 1
        for cell in element.iterchildren(CELL, COVERED):
            run = self._run(cell, number, column, place)
            runs.append(run)
            column += run.times
            if run.words.strip() and not run.covered:
                reach, deep = column - 1, max(deep, run.rows)
        often = times(element, "table:number-rows-repeated")
        return _Row(number, often, element.get(_DEFAULT_STYLE, ""), runs, reach, number + often + deep - 2)

    def _run(self, cell: Element, number: int, column: int, place: str) -> _Run:
        where = f"row {number:,}, column {column:,}"
        words = self._shown(cell, where, place)
        often, style = times(cell, "table:number-columns-repeated"), cell.get(_STYLE, "")
        if cell.tag == COVERED:
            if words.strip():
                self._meet(_UNDER_MERGED, where)
            return _Run(words, often, style, covered=True)
        if cell.get(_FORMULA) is not None:
            self._meet(_FORMULAS, where)
        return _Run(words, often, style, times(cell, "table:number-rows-spanned"))

    def _shown(self, cell: Element, where: str, place: str) -> str:
        """The words of *cell* as it shows them; a date day first, or with its month in words, or else as ISO 8601."""
        lines = self._words.lines(cell) if len(cell) else []
        for what, often in self._words.met.items():
            self._meet(what, where, often)
        self._words.met.clear()
        self._links += self._words.links[:1]
        self._words.links.clear()
        words = "\n".join(lines)
        if len(words) > LARGEST_CELL:
            raise ImportRefused(
                [
                    f"{place}, {where}: {short(words)} goes on for more than {LARGEST_CELL:,} characters, which is "
                    "no cell of a plan; take it out and import the file again."
                ]
            )
        if cell.get(odf("office:value-type")) == "date":
            day = cell.get(odf("office:date-value"), "")[:10]
            if words.strip() and not _says(words, day):
                self._meet(_MONTH_FIRST, where)
                return day
        return words if lines else _value(cell)

    def _columns(self, table: Element, width: int) -> list[str]:
        """The style of cells in each of the first *width* columns; what is hidden among them is noted."""
        styles: list[str] = []
        for column in _outside_cells(table, _COLUMN):
            often = min(times(column, "table:number-columns-repeated"), width - len(styles))
            if often and column.get(_VISIBILITY) in ("collapse", "filter"):
                self._meet(_HIDDEN_COLUMNS, f"column {len(styles) + 1}", often)
            styles += [column.get(_DEFAULT_STYLE, "")] * often
        return styles + [""] * (width - len(styles))

    def _written_out(
        self, rows: Sequence[_Row], columns: Sequence[str], height: int, place: str
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The first *height* of *rows*, each with a cell for each of *columns*."""
        shared: dict[int, tuple[Cell, int]] = {}  # by column, the last cell over several rows, and its last row
        for row in rows:
            for number in range(row.number, min(row.number + row.times, height + 1)):
                cells: list[str] = []
                for run in row.runs:
                    for column in range(len(cells), min(len(cells) + run.times, len(columns))):
                        style = run.style or row.style or columns[column]
                        cells.append(self._cell(run, number, column, style, shared))
                cells += [""] * (len(columns) - len(cells))
                self._text += sum(map(len, cells))
                if self._text > MOST_TEXT:
                    raise ImportRefused(
                        [
                            f"{place}, row {number:,}: with it there are more than {MOST_TEXT:,} characters, which is "
                            "more than a plan could hold; save only the plan, and import that."
                        ]
                    )
                yield number, tuple(cells)

    def _cell(self, run: _Run, number: int, column: int, style: str, shared: dict[int, tuple[Cell, int]]) -> str:
        """The cell that *run* is in row *number* and *column*; what it shares with rows below goes into *shared*."""
        if run.covered:
            cell, last = shared.get(column, ("", 0))
            return cell if number <= last else ""
        fill = self._fill(style)
        if run.rows == 1:
            return Cell(run.words, fill=fill) if fill else run.words
        cell = Cell(run.words, fill=fill, begins=number)
        shared[column] = cell, number + run.rows - 1
        return cell

    def _fill(self, style: str) -> str | None:
        if style not in self._fills:
            self._fills[style] = self._document.styles.fill(style)
        return self._fills[style]


def _outside_cells(table: Element, tag: str) -> Iterator[Element]:
    """The rows or columns of *table* itself, in groups or not."""
    walk = iterwalk(table, events=("start",))
    for _, node in walk:
        if node.tag == tag:
            yield node
        if node is not table and node.tag not in _GROUPS:
            walk.skip_subtree()


_MONTH = re.compile("(?<![a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)


def _says(words: str, day: str) -> bool:
    """Whether *words* name a month, or mean *day* when they are read day first, as every date in a plan is."""
    if _MONTH.search(words):
        return True
    try:
        exact = date.fromisoformat(day)
    except ValueError:
        return True  # there is nothing better to be had
    read = TargetDate.read(words[:100])
    return read.earliest is not None and read.latest is not None and read.earliest <= exact <= read.latest


def _value(cell: Element) -> str:
    """The value of a *cell* that has no words, as some programs write them."""
    kind = cell.get(odf("office:value-type"), "")
    attribute = {"date": "date-value", "time": "time-value", "string": "string-value", "boolean": "boolean-value"}
    value = cell.get(odf(f"office:{attribute.get(kind, 'value')}"), "")
    return value.removesuffix("T00:00:00") if kind == "date" else value


def _where(often: int, first: str) -> str:
    return f"in {first}" if often == 1 else f"{often:,} in all, the first in {first}"
