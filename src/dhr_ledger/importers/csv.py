"""`.csv`: one table, as spreadsheets save it (RFC 4180).

The text is UTF-8, or UTF-16 with its byte order mark.  What is neither is read as Windows-1252, which is what Excel in
the UK calls CSV, and that is noted: such a file may have lost letters, a Welsh ŵ for one, before it came here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import BinaryIO

from dhr_ledger.errors import ImportRefused
from dhr_ledger.exporters.table import unsafe
from dhr_ledger.imports.grid import Grid, short
from dhr_ledger.imports.headings import is_plan_csv, known

LARGEST_CELL = 1_000_000
"""In characters.  A cell of a spreadsheet holds at most 32,767."""
MOST_CELLS = 500_000
"""In rows that hold anything.  A plan of five thousand actions has a tenth of it."""
_MOST_LINES_ABOVE = 50
"""Above the headings, where these and something else than a comma are looked for."""
_LONGEST_HEADINGS = 10_000
"""In characters, all together."""

_LOOKS_LIKE = {
    b"PK\x03\x04": "a zip archive, as Excel's .xlsx and Word's .docx are",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "a workbook or document of old Excel or Word",
    b"{\\rtf": "a rich text document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}


def read_csv(file: BinaryIO, name: str) -> list[Grid]:
    """A table of comma-separated values, as a spreadsheet saves it."""
    text, notes = _decoded(file.read(), name)
    _check_commas(text, name)
    rows = _rows(text, name)
    if _is_ours(text):  # no cell of it runs as a formula
        rows = [(number, [unsafe(cell) for cell in cells]) for number, cells in rows]
    return [Grid(rows, notes=notes)]


def _decoded(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The text of the file, and what is to be said about its letters."""
    for beginning, kind in _LOOKS_LIKE.items():
        if data.startswith(beginning):
            raise ImportRefused([f"{name} is no CSV file: it looks like {kind}; save it as CSV UTF-8 and import that."])
    notes: tuple[str, ...] = ()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _text(data, "utf-16", name)
    elif data.startswith(b"\xef\xbb\xbf"):
        text = _text(data[3:], "utf-8", name)
    else:
        text, notes = _without_a_mark(data, name)
    if "\0" in text and not _is_ours(text):
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ImportRefused([f"{name}, line {line} holds a NUL, which no text does; save the table as CSV UTF-8."])
    return text, notes


def _check_commas(text: str, name: str) -> None:
    """Refuse a table of which something else separates the cells, as a spreadsheet of another country saves it."""
    lines = text.splitlines()[:_MOST_LINES_ABOVE]
    if any(_headings_in(line, ",") for line in lines):
        return
    for mark, named in ((";", "semicolons"), ("\t", "tabs")):
        for number, line in enumerate(lines, start=1):
            if _headings_in(line, mark):
                why = f"the cells are separated by {named}; save the table with commas between them, as CSV UTF-8."
                raise ImportRefused([f"{name}, line {number}: {why}"])


def _headings_in(line: str, mark: str) -> bool:
    return len(known([cell.strip(' "') for cell in line.split(mark)])) >= 3


def _is_ours(text: str) -> bool:
    """Whether it is a `plan.csv`; its headings are in its first row, unless somebody wrote lines above them."""
    lines = (line[:_LONGEST_HEADINGS] for line in text.splitlines()[:_MOST_LINES_ABOVE])
    return any(is_plan_csv(next(csv.reader([line]), [])) for line in lines)


def _without_a_mark(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        check = "check its dashes, quotation marks and accents, and save it as CSV UTF-8 next time"
        return _text(data, "cp1252", name), (f"{name} is not UTF-8 and was read as Windows-1252; {check}.",)


def _text(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        tried = {"cp1252": "UTF-8 or Windows-1252"}.get(encoding, encoding.upper())
        byte = f"the byte 0x{data[error.start]:02x}"
        raise ImportRefused(
            [f"{name}, line {line}: {byte} is no text in {tried}; save the table as CSV UTF-8."]
        ) from None


def _rows(text: str, name: str) -> list[tuple[int, list[str]]]:
    """The rows of the table that hold anything, numbered; a row is one of the spreadsheet, whatever lines it has."""
    rows: list[tuple[int, list[str]]] = []
    faults: list[str] = []
    number = cells = 0
    with _cells_of(len(text) + 1):
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        begins = 1
        try:
            for number, row in enumerate(reader, start=1):
                begins = reader.line_num + 1
                if not any(row):
                    continue
                rows.append((number, row))
                cells += len(row)
                if cells > MOST_CELLS:
                    raise ImportRefused(
                        [f"{name} has more than {MOST_CELLS:,} cells, more than any plan; is it the right file?"]
                    )
        except csv.Error as error:
            faults.append(
                f"{name}, row {number + 1} (it begins in line {begins}) has a quotation mark too few or too many "
                f"({error}); put one at each end of the cell, and write one inside it twice."
            )
    faults += [
        f"{name}, row {number}, column {column}: {short(cell)} is {len(cell):,} characters long, which is no cell of a "
        "plan; is there a quotation mark too few?"
        for number, row in rows
        for column, cell in enumerate(row, start=1)
        if len(cell) > LARGEST_CELL
    ]
    if faults:
        raise ImportRefused(faults)
    return rows


_one_at_a_time = Lock()


@contextmanager
def _cells_of(size: int) -> Iterator[None]:
    """Let `csv` read cells of *size* characters, so that the fault can say where a cell that is too large stands.

    The limit belongs to the whole process; it is put back.
    """
    with _one_at_a_time:
        before = csv.field_size_limit(size)
        try:
            yield
        finally:
            csv.field_size_limit(before)
