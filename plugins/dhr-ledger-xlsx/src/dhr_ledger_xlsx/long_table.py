"""A table of any length: its rows go into the sheet past XlsxWriter, which would hold them all.

XlsxWriter keeps every cell until the workbook is closed, and a note of each cell that is in a table besides; with its
`constant_memory` it makes no tables, and keeps the height of every row.  So it makes the table with one row, which it
is told nothing of.  The rows are written here as they come, wait in a file that has no name, and are put into the sheet
when the archive is made, where the table is given its length:

    <row r="2" ht="18.75"><c r="A2" s="9"><v>1</v></c><c r="B2" s="7" t="inlineStr"><is><t>DHR7</t></is></c>…</row>
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterator, Sequence
from datetime import date
from os import SEEK_END
from tempfile import SpooledTemporaryFile

from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from dhr_ledger.workbook import HELD, Column, Value
from dhr_ledger_xlsx.look import LINES, Formats, height_of, lines_of, make_table

_FIRST_DAY = date(1900, 1, 1)
"""Of the calendar of Excel; an earlier day stands as 1899-12-31, in words."""
_NO_29_FEBRUARY = date(1900, 3, 1)
"""Excel takes 1900 for a leap year, so from this day on it counts one day more."""
_QUOTED = ("=", "+", "-", "@")
"""What begins a formula when somebody edits a cell that begins with it."""
_WRITTEN_OUT = re.compile("(?<=_)(?=x[0-9A-Fa-f]{4}_)")
"""Where what Excel would take for a character that is written out, such as `_x000D_`, is taken apart."""
_HEIGHTS = [f'ht="{height_of(lines):g}"' for lines in range(LINES + 2)]
_AT_ONCE = 100
_READ_AT_ONCE = 1 << 18


class LongTable:
    """The table called *name* that *sheet* is, from its first cell; rows are added one by one and wait in *folder*.

    `rows` is how many there are, and `tall` says that one of them has more lines than Excel shows.
    """

    def __init__(
        self, sheet: Worksheet, name: str, columns: Sequence[Column], formats: Formats, folder: str | None
    ) -> None:
        self.sheet = sheet
        self.rows = 0
        self.tall = False
        self._name = name
        self._headings = [(column.heading, column.width, formats.heading) for column in columns]
        self._columns = [(f'<c r="{xl_col_to_name(nth)}', column.width) for nth, column in enumerate(columns)]
        # XlsxWriter numbers a format when it writes a cell that has it, and there is no other way to ask.
        looks = formats.text, formats.quoted, formats.number, formats.date
        self._text, self._quoted, self._number, self._date = (look._get_xf_index() for look in looks)
        self._file = SpooledTemporaryFile(HELD, dir=folder)  # noqa: SIM115 - it is closed with the table
        self._waiting: list[str] = []
        weakref.finalize(self, self._file.close)

    def add(self, cells: Sequence[Value]) -> None:
        """Put a row of *cells* below the others; their words are legible, and not too long for a cell."""
        self.rows += 1
        row = self.rows + 1
        lines = 1
        written = []
        for (begin, width), cell in zip(self._columns, cells, strict=True):
            if isinstance(cell, date):
                if cell >= _FIRST_DAY:
                    written.append(f'{begin}{row}" s="{self._date}"><v>{_days(cell)}</v></c>')
                    continue
                cell = str(cell)
            if cell is None or cell == "":
                written.append(f'{begin}{row}" s="{self._text}"/>')
            elif isinstance(cell, str):
                look = self._quoted if cell.startswith(_QUOTED) else self._text
                written.append(f'{begin}{row}" s="{look}" t="inlineStr"><is>{_words(cell)}</is></c>')
                lines = max(lines, lines_of(cell, width))
            else:
                written.append(f'{begin}{row}" s="{self._number}"><v>{cell}</v></c>')
        self._waiting.append(f'<row r="{row}" {_HEIGHTS[min(lines, LINES + 1)]}>{"".join(written)}</row>')
        self.tall = self.tall or lines > LINES
        if len(self._waiting) == _AT_ONCE:
            self._put_down()

    @property
    def size(self) -> int:
        """How many bytes its rows are."""
        self._put_down()
        return self._file.tell()

    def make(self) -> None:
        """Make the table in the sheet, with one row at most."""
        make_table(self.sheet, self._name, (0, min(self.rows, 1)), self._headings)

    def in_full(self, part: bytes) -> Iterator[bytes]:
        """*part*, which is the sheet or the table, with all rows."""
        begins, end, ends = self._lengthened(part).partition(b"</sheetData>")
        yield begins
        if end:
            self._file.seek(0)
            while some := self._file.read(_READ_AT_ONCE):
                yield some
        yield end + ends

    def is_made_in(self, part: bytes) -> bool:
        """Whether *part* is that of the table."""
        return f' displayName="{self._name}"'.encode() in part

    def _lengthened(self, part: bytes) -> bytes:
        """*part*, where each tag that refers to the headings, or to these and one row, refers to all rows."""
        right = xl_col_to_name(len(self._columns) - 1)
        return re.sub(f'(<[^<>]*ref="A1:{right})[12]"'.encode(), rf'\g<1>{self.rows + 1}"'.encode(), part)

    def _put_down(self) -> None:
        self._file.seek(0, SEEK_END)
        self._file.write("".join(self._waiting).encode())
        self._waiting.clear()


def _days(day: date) -> int:
    """The number that stands for *day* in Excel."""
    return (day - date(1899, 12, 30)).days - (day < _NO_29_FEBRUARY)


def _words(words: str) -> str:
    """*words* as the text of a cell; without the order to keep it, white space around them is lost.

    What looks like a character that is written out is taken apart, so that nobody reads it as one: openpyxl, unlike
    Excel, does not know `_x005F_` in such a cell.
    """
    keep = ' xml:space="preserve"' if words.strip() != words else ""
    words = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "_x" in words and _WRITTEN_OUT.search(words):
        return "".join(f'<r><t xml:space="preserve">{part}</t></r>' for part in _WRITTEN_OUT.split(words))
    return f"<t{keep}>{words}</t>"
