"""`workbook.xlsx`: the plan, its updates, its moved dates and its entries, a table each, behind a cover.

What is said comes from `dhr_ledger.workbook`; here it is put down, in order.  A cell that is longer than Excel takes
ends with a sentence that says where all of it stands: in a sheet of its own, in pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from importlib.metadata import version
from itertools import count
from typing import BinaryIO

from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from dhr_ledger import Entry
from dhr_ledger.legible import illegible, legible, said_of_lost
from dhr_ledger.workbook import COLOURS, Column, Row, Rows, Sheet, Value, Workbook, folder_of, workbook
from dhr_ledger_xlsx.long_table import LongTable
from dhr_ledger_xlsx.look import Formats, colour, lines_of, paginate, set_height, write_cell
from dhr_ledger_xlsx.packing import LONGEST, done, packed, pieces, require_room, size
from dhr_ledger_xlsx.workbook import GOES_ON, LONG_CELLS

_COVER = "About"
_COVER_WIDTHS = (24, 84, 10)
_LONG = (
    Column("Sheet", 16),
    Column("Cell", 10),
    Column("Reference", 26),
    Column("Part", 8, "number"),
    Column("Words", 120),
)


def write_workbook(entries: Iterable[Entry], out: BinaryIO, *, as_at: date | None, marking: str, audience: str) -> None:
    """Write the workbook to *out*; what the rest says is as in `export_workbook`."""
    folder = folder_of(out)
    said = workbook(
        entries,
        as_at=as_at,
        marking=marking,
        made_by=f"dhr-ledger-xlsx {version('dhr-ledger-xlsx')}, workbook.xlsx",
        audience=audience,
        folder=folder,
    )
    with packed(out, said.properties) as (book, tables):
        sheets = {name: book.add_worksheet(name) for name in (_COVER, *(sheet.name for sheet in said.sheets))}
        written = _Written(said, Formats(book), tables, folder)
        for sheet in said.sheets:
            written.table(sheets[sheet.name], sheet)
        told = list(said.sheets)
        if written.long:
            long = Sheet(LONG_CELLS, "All of each cell that is too long for its place.", _LONG, written.long)
            written.table(book.add_worksheet(long.name), long, as_it_is=True)
            told.append(long)
        written.cover(sheets[_COVER], told)


class _Written:
    """What has been put down so far: the tables, the rows of long cells, and how many characters could not be shown."""

    def __init__(self, said: Workbook, formats: Formats, tables: list[LongTable], folder: str | None) -> None:
        self.said = said
        self.formats = formats
        self.tables = tables
        self.long = Rows(_LONG, folder)
        self.lost = 0
        self._folder = folder

    # Tables

    def table(self, page: Worksheet, sheet: Sheet, *, as_it_is: bool = False) -> None:
        """Write *sheet* on *page*, from its first cell; *as_it_is* if its words were made to fit before."""
        require_room(sheet.name, 1 + len(sheet.rows))
        table = LongTable(page, sheet.name.replace(" ", "_"), sheet.columns, self.formats, self._folder)
        self.tables.append(table)
        for row, cells in enumerate(sheet.rows, start=1):
            table.add(cells if as_it_is else self._fitting(sheet, row, cells))
        table.make()
        if table.rows:
            self._colour(page, sheet)
        width = sum(column.width for column in sheet.columns)
        paginate(page, told=self.said.footer, marking=self.said.marking, width=width, headings=0)

    def _colour(self, page: Worksheet, sheet: Sheet) -> None:
        """Colour each status by what was understood of it, which stands in the last of its columns."""
        columns = [nth for nth, column in enumerate(sheet.columns) if column.kind == "status"]
        for nth in columns:
            meant = xl_rowcol_to_cell(1, columns[-1], col_abs=True)
            rules = [(f'={meant}="{meaning}"', meaning) for meaning in COLOURS]
            colour(page, self.formats, (1, nth, len(sheet.rows), nth), rules)

    def _fitting(self, sheet: Sheet, row: int, cells: Row) -> list[Value]:
        """*cells* as those of Excel can show them."""
        shown = [self._shown(cell) if isinstance(cell, str) else cell for cell in cells]
        for column, cell in enumerate(shown):
            if isinstance(cell, str) and size(cell) > LONGEST:
                shown[column] = self._shortened(cell, sheet, row, column, cells)
        return shown

    def _shortened(self, words: str, sheet: Sheet, row: int, column: int, cells: Row) -> str:
        """The beginning of *words*, and where all of them stand."""
        about = cells[[column.heading for column in sheet.columns].index("Reference")]
        first = len(self.long) + 2
        for part, piece in enumerate(pieces(words), start=1):
            self.long.add((sheet.name, xl_rowcol_to_cell(row, column), about, part, piece))
        rest = f"{GOES_ON}{first} to {len(self.long) + 1}."
        return next(pieces(words, LONGEST - len(rest))) + rest

    def _shown(self, words: str) -> str:
        shown = legible(words)
        if shown is not words:  # few words are changed, and only what was changed can have lost anything
            self.lost += illegible(words)
        return shown

    # The cover

    def cover(self, page: Worksheet, sheets: Sequence[Sheet]) -> None:
        """Write what the workbook is, how many actions stand how, how to read it, and which *sheets* it has."""
        said, formats = self.said, self.formats
        for nth, width in enumerate(_COVER_WIDTHS):
            done(page.set_column(nth, nth, width))
        write_cell(page, 0, 0, self._shown(said.title), formats.title)
        write_cell(page, 1, 0, _cut(" ".join(self._shown(said.subtitle).split())), formats.subtitle)
        set_height(page, 0, 1, line=30)
        set_height(page, 1, 1, line=20)
        rows = count(2)
        for name, told in said.facts:
            self._beside(page, next(rows), name, self._shown(told))
        self._part(page, next(rows), "Actions")
        for name, number in said.counts:
            self._beside(page, next(rows), name.capitalize(), number)
        self._part(page, next(rows), "How to read it")
        for line in (*said.how_to_read, *self._besides()):
            # Beside a blank name, where it can wrap: a line that is wider than its sheet is cut off on paper.
            self._beside(page, next(rows), "", line)
        self._part(page, next(rows), "Sheets")
        row = next(rows)
        for nth, heading in enumerate(("Sheet", "What it shows", "Rows")):
            write_cell(page, row, nth, heading, formats.heading)
        for sheet in sheets:
            row, link = next(rows), f"internal:'{sheet.name}'!A1"
            done(page.write_url(row, 0, link, formats.link, sheet.name, f"To the sheet {sheet.name}"))
            write_cell(page, row, 1, sheet.about, formats.text)
            done(page.write_number(row, 2, len(sheet.rows), formats.number))
            set_height(page, row, 1)
        paginate(page, told=self.said.footer, marking=said.marking)

    def _part(self, page: Worksheet, row: int, heading: str) -> None:
        """Write the *heading* of a part of the cover."""
        write_cell(page, row, 0, heading, self.formats.part)
        set_height(page, row, 1, line=34)

    def _beside(self, page: Worksheet, row: int, name: str, told: str | int) -> None:
        """Write what is *told* beside its *name*."""
        write_cell(page, row, 0, name, self.formats.name)
        if isinstance(told, int):
            done(page.write_number(row, 1, told, self.formats.count))
        else:
            write_cell(page, row, 1, _cut(told), self.formats.said)
        set_height(page, row, lines_of(str(told), _COVER_WIDTHS[1]))

    def _besides(self) -> Iterator[str]:
        """What a reader of this workbook has to know besides."""
        if any(table.tall for table in self.tables):
            yield "Excel shows only so many lines of a cell: select one that seems to end too soon, and read it above."
        if self.long:
            yield "A cell that goes on in the sheet Long cells says so at its end."
        if self.lost:
            yield said_of_lost(self.lost, "workbook")


def _cut(words: str) -> str:
    """*words* for the cover; the sheets behind it have all of what is longer than a cell."""
    return words if size(words) <= LONGEST else f"{next(pieces(words, LONGEST - len(_CUT)))}{_CUT}"


_CUT = "\n… The rest stands in the sheet Entries."
