"""A sheet as a grid: its cells as they are shown, merged ones resolved, and no further than words reach."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from dhr_ledger.imports.grid import Cell, Grid, short
from dhr_ledger.imports.links import leads_elsewhere
from dhr_ledger.provenance import Source
from dhr_ledger_xlsx.package import Attributes, Package, is_said, whole
from dhr_ledger_xlsx.seen import Seen
from dhr_ledger_xlsx.styles import Styles
from dhr_ledger_xlsx.words import Runs, Words, as_shown

MOST_CELLS = 500_000
"""Of all sheets together, with words or a colour, or merged.  A plan of five thousand actions has sixty thousand."""
MOST_TEXT = 40_000_000
"""In characters, of all sheets together, as often as they are shown."""
LARGEST_CELL = 1_000_000
"""In characters.  Excel takes 32,767."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""How large a sheet of Excel is."""

_DAY_NONE = datetime(1899, 12, 30, tzinfo=UTC)  # a cell says no zone


@dataclass(slots=True)
class Book:
    """What the sheets of a workbook have in common, how much was read of them, and what addresses they link to."""

    package: Package
    styles: Styles
    strings: Sequence[Words]
    from_1904: bool = False
    made_from: int | None = None
    cells: int = 0
    written: int = 0
    text: int = 0
    links: list[str] = field(default_factory=list)
    _coloured: dict[tuple[str, str], Cell] = field(default_factory=dict)

    def coloured(self, words: str, fill: str | None) -> str:
        """A cell of these words and colour; one object however often there is such a cell."""
        if fill is None:
            return words
        cell = self._coloured.get((words, fill))
        if cell is None:
            cell = self._coloured[words, fill] = Cell(words, fill=fill)
        return cell


class _Merged(NamedTuple):
    """Cells that are shown as one: the rows and columns, from and to."""

    row: int
    column: int
    last_row: int
    last_column: int


class _Columns(NamedTuple):
    """Columns that were described together: from and to, how their blank cells are filled, whether they are hidden."""

    first: int
    last: int
    fill: str | None
    hidden: bool


class Sheet:
    """Reads one sheet."""

    def __init__(self, book: Book, path: str, name: str, *, hidden: bool) -> None:
        self._book, self._path, self._name = book, path, name
        self._place = str(Source(file=book.package.name, table=name))
        self._seen = Seen(self._place, hidden=hidden)
        self._rows: dict[int, dict[int, str]] = {}
        self._row_fills: dict[int, str] = {}
        self._columns: list[_Columns] = []
        self._merged: list[_Merged] = []
        self._linked: list[Attributes] = []
        self._bottom = 0  # the last row that the sheet has, with words or without
        # The row that is being read, and its cell.
        self._row, self._column, self._row_hidden = 0, 0, False
        self._cells: dict[int, str] = {}
        self._kind, self._style = "", 0
        self._value: str | None = None
        self._formula = False
        self._inline: Words | None = None

    def grid(self, notes: Sequence[str] = ()) -> Grid:
        """The grid of the sheet, with what there is to be noted after *notes*.  Raises `ImportRefused`."""
        package = self._book.package
        runs = Runs("is", self._take_inline)
        package.walk(
            self._path,
            {
                "col": self._take_columns,
                "row": self._begin_row,
                "c": self._begin_cell,
                "f": self._begin_formula,
                "mergeCell": self._take_merged,
                "conditionalFormatting": self._see_condition,
                "hyperlink": self._linked.append,
                **runs.begins,
            },
            {"v": self._take_value, "c": self._end_cell, **runs.ends},
        )
        for related in package.related(self._path):
            if related.kind == "comments":
                package.walk(related.path, {"comment": self._see_comment}, {})
        self._take_links()
        self._merge()
        rows = list(self._written_out())
        head = self._book.made_from
        return Grid(rows, self._name, notes=(*notes, *self._seen.notes(ours=head is not None)), made_from=head)

    def _take_columns(self, said: Attributes) -> None:
        first = max(whole(said.get("min"), 1), self._columns[-1].last + 1 if self._columns else 1)
        last = min(whole(said.get("max"), LAST_COLUMN), LAST_COLUMN)
        fill = self._book.styles.look(whole(said.get("style"), 0)).fill
        if first <= last:
            self._columns.append(_Columns(first, last, fill, is_said(said.get("hidden"))))

    def _begin_row(self, said: Attributes) -> None:
        self._row, self._column = whole(said["r"], 0) if "r" in said else self._row + 1, 0
        if not 0 < self._row <= LAST_ROW:
            raise self._book.package.damaged(f"{self._name} has a row {short(said.get('r', ''))}, and no sheet has")
        self._bottom = max(self._bottom, self._row)
        self._row_hidden = is_said(said.get("hidden"))
        self._cells = self._rows.get(self._row, {})
        if is_said(said.get("customFormat")) and (fill := self._book.styles.look(whole(said.get("s"), 0)).fill):
            self._row_fills[self._row] = fill

    def _begin_cell(self, said: Attributes) -> None:
        place = said.get("r")
        column = _column(place.rstrip("0123456789")) if place else self._column + 1
        if not self._row or not 0 < column <= LAST_COLUMN:
            raise self._book.package.damaged(f"{self._name} has a cell {short(place or '')}, and no sheet has")
        self._column = column
        self._kind, self._style = said.get("t", "n"), whole(said.get("s"), 0)
        self._value = self._inline = None
        self._formula = False

    def _begin_formula(self, _: Attributes) -> None:
        self._formula = True

    def _take_value(self, text: str) -> None:
        self._value = text

    def _take_inline(self, words: Words) -> None:
        self._inline = words

    def _end_cell(self, _: str) -> None:
        if self._value is None and self._inline is None and not self._style and not self._formula:
            return
        look = self._book.styles.look(self._style)
        words = self._shown()
        if words.text.strip():
            if words.struck or (look.struck and words.in_the_font_of_the_cell):
                self._see("struck")
            if self._row_hidden:
                self._seen.at(f"row {self._row}", "hidden row")
        elif look.fill is None:
            return
        self._book.cells += 1
        self._count(words.text)
        self._rows.setdefault(self._row, self._cells)[self._column] = self._book.coloured(words.text, look.fill)

    def _shown(self) -> Words:
        """The words of the cell that was read, as they are shown."""
        text = self._value or ""
        if self._formula:
            cached = text or self._kind == "str"
            self._see("computed" if cached else "not computed")
        match self._kind:
            case "s":
                return self._shared(text) if text else Words("")
            case "inlineStr":
                return self._inline or Words("")
            case "str":
                return Words(as_shown(text))
            case "b":
                return Words({"1": "TRUE", "0": "FALSE"}.get(text, text.upper()))
            case "e":
                self._see("error")
                return Words(text)
            case _:
                return Words(self._number(text) if text else "")

    def _number(self, text: str) -> str:
        """A number, or a date, as its format shows it."""
        form = self._book.styles.look(self._style).format
        if self._kind == "d":
            text = self._days(text) if form.shows_dates else text.removesuffix("T00:00:00")
        if form.hides_the_year:
            self._see("no year")
        return form.shown(text, from_1904=self._book.from_1904)

    def _shared(self, text: str) -> Words:
        number = whole(text, len(self._book.strings))
        if number >= len(self._book.strings):
            where = f"{letters(self._column)}{self._row}"
            raise self._book.package.damaged(f"the words of {self._name}, {where} are not in it")
        return self._book.strings[number]

    def _days(self, text: str) -> str:
        """A date that is written as ISO 8601 has it, as all others are: in days."""
        try:
            moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        except ValueError:
            return text
        days = (moment - _DAY_NONE).total_seconds() / 86_400
        return repr(days - 1_462 if self._book.from_1904 else days)

    def _count(self, words: str) -> None:
        """Count what is shown in another cell.  Raises `ImportRefused` where it is more than a plan could hold."""
        book = self._book
        book.text += len(words)
        if len(words) > LARGEST_CELL:
            where = f"{self._name}, {letters(self._column)}{self._row}"
            raise book.package.too_much(f"{len(words):,} characters in one cell ({where})")
        if book.text > MOST_TEXT:
            raise book.package.too_much(f"more than {MOST_TEXT:,} characters")
        if book.cells > MOST_CELLS:
            raise book.package.too_much(f"more than {MOST_CELLS:,} cells")

    def _see(self, what: str) -> None:
        self._seen.at(f"{letters(self._column)}{self._row}", what)

    def _see_condition(self, _: Attributes) -> None:
        self._seen.conditional = True

    def _see_comment(self, _: Attributes) -> None:
        self._seen.comments += 1

    def _take_links(self) -> None:
        """Keep the addresses that cells link to and do not show, in a workbook that was not made here."""
        if not self._linked or self._book.made_from is not None:
            return
        addresses = self._book.package.links(self._path)
        for said in self._linked:
            place = re.match("([A-Z]{1,3})([0-9]{1,7})", said.get("ref", ""))
            name = next((value for name, value in said.items() if name.endswith("}id")), "")
            words = self._rows.get(int(place[2]), {}).get(_column(place[1]), "") if place else ""
            if leads_elsewhere(words, addresses.get(name, "")):
                self._book.links.append(addresses[name])

    def _take_merged(self, said: Attributes) -> None:
        if found := _RANGE.fullmatch(said.get("ref", "")):
            left, right = _column(found[1]), _column(found[3])
            top, bottom = int(found[2]), int(found[4])
            if 0 < left <= right <= LAST_COLUMN and 0 < top <= bottom <= LAST_ROW:
                self._merged.append(_Merged(top, left, bottom, right))

    def _merge(self) -> None:
        """Give the words of merged cells to each of their rows, in the first of their columns."""
        widest = max((column for cells in self._rows.values() for column in cells), default=0)
        for merged in self._merged:
            first = self._rows.get(merged.row, {}).get(merged.column, "")
            last = merged.last_row
            if not first or last == LAST_ROW:  # to the end of the sheet is as far as there are rows
                last = min(last, self._bottom)
            fill = first.fill if isinstance(first, Cell) else None
            shared = Cell(first, fill=fill, begins=merged.row) if merged.last_row > merged.row else first
            columns = range(merged.column, min(merged.last_column, widest) + 1)
            # Each is counted, because cells may say that they are merged over and over.
            self._book.cells += max(last - merged.row + 1, 1) * max(len(columns), 1)
            self._count("")
            for row in range(merged.row, last + 1):
                cells = self._rows.get(row, {})
                for column in columns:
                    if cells.pop(column, "").strip() and (row, column) != (merged.row, merged.column):
                        self._seen.at(f"{letters(column)}{row}", "covered")
                if shared:
                    self._book.text += len(shared)
                    self._count("")
                if shared or fill:
                    self._rows.setdefault(row, cells)[merged.column] = shared

    def _written_out(self) -> Iterator[tuple[int, list[str]]]:
        """The rows that have words, each with a cell for every column up to the last that has any."""
        worded = {row: cells for row, cells in self._rows.items() if any(cell.strip() for cell in cells.values())}
        used = {column for cells in worded.values() for column, cell in cells.items() if cell.strip()}
        width = max(used, default=0)
        blank = [""] * width
        for columns in self._columns:
            for column in range(columns.first, min(columns.last, width) + 1):
                blank[column - 1] = self._book.coloured("", columns.fill)
                if columns.hidden and column in used:
                    self._seen.at(f"column {letters(column)}", "hidden column")
        self._book.written += width * len(worded)
        if self._book.written > MOST_CELLS:
            far = f"words as far as row {max(worded):,} and column {letters(width)} of {self._name}"
            raise self._book.package.too_much(far)
        for row in sorted(worded):
            fill = self._row_fills.get(row)
            written = [self._book.coloured("", fill)] * width if fill else blank.copy()
            for column, cell in worded[row].items():
                if column <= width:
                    written[column - 1] = cell
            yield row, written


_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")


@lru_cache(LAST_COLUMN)
def letters(column: int) -> str:
    """The name of a column, counted from 1: 28 is `AB`."""
    name = ""
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


@lru_cache(LAST_COLUMN)
def _column(name: str) -> int:
    """The number of the column of this *name*; 0 where there is none."""
    if not re.fullmatch("[A-Z]{1,3}", name):
        return 0
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
