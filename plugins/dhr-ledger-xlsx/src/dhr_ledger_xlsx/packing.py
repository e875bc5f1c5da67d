"""A workbook as a file: what one of its cells can hold, what it says of itself, and the archive that it stands in.

Nothing in it tells of the machine: its time is that of the last entry, and the archive has the same order, the same
dates and the same system at any time.
"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, BinaryIO

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from dhr_ledger.document import Properties
from dhr_ledger.errors import ExportError
from dhr_ledger.legible import legible
from dhr_ledger.workbook import HELD, folder_of

if TYPE_CHECKING:
    from dhr_ledger_xlsx.long_table import LongTable

LONGEST = 32_767
"""So much a cell of Excel can hold, counted as Excel counts: a character beyond U+FFFF is two."""
ROWS = 1_048_576
"""So many rows a sheet of Excel has."""
_FONT = {"font_name": "Arial", "font_size": 12}
_KEPT = 255
"""In characters: what Excel keeps of a property."""


@contextmanager
def packed(out: BinaryIO, properties: Properties) -> Iterator[tuple[Workbook, list[LongTable]]]:
    """A workbook to be filled, and the list for its tables that go past the library, which is empty.

    It is written to *out* when all went well, and not at all otherwise.  It is made in a file of its own first, because
    an archive has other bytes in one that cannot be wound back.
    """
    made = io.BytesIO()
    book = Workbook(
        made,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": dict(_FONT),  # which the library changes
        },
    )
    book.set_properties(
        {
            "title": _property(properties.title),
            "subject": _property(properties.subject),
            "author": _property(properties.author),
            "keywords": _property(", ".join(properties.keywords)),
            "comments": _property(properties.description),
            "created": properties.moment.astimezone(UTC).replace(tzinfo=None),
        }
    )
    for name, value in properties.origin.items():
        done(book.set_custom_property(name, value))
    tables: list[LongTable] = []
    yield book, tables
    book.close()
    sheets = {sheet: f"{_SHEET}{nth}.xml" for nth, sheet in enumerate(book.worksheets(), start=1)}
    with SpooledTemporaryFile(HELD, dir=folder_of(out)) as whole:
        _repack(made, whole, {sheets[table.sheet]: table for table in tables})
        whole.seek(0)
        shutil.copyfileobj(whole, out)


def done(code: int | None) -> None:
    """Raise `ExportError` where *code*, the answer of the library, says that it did not write what it was given."""
    if code:
        raise ExportError(f"A part of the workbook could not be written (XlsxWriter answers {code}); report this.")


def require_room(name: str, rows: int) -> None:
    """Raise `ExportError` if a sheet of Excel has not so many *rows*."""
    if rows > ROWS:
        raise ExportError(
            f"The sheet {name} would have {rows:,} rows, and a sheet of Excel has {ROWS:,}; export one section at a "
            "time, or entries.jsonl."
        )


def size(text: str) -> int:
    """How long Excel takes *text* to be."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def pieces(text: str, room: int = LONGEST) -> Iterator[str]:
    """*text* in pieces of at most *room*, cut after white space where there is any; joined again they are *text*."""
    start = 0
    while start < len(text):
        some = text[start : start + room]
        if not some.isascii():  # of a character that is two, both or none
            some = some.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore")
        if start + len(some) < len(text) and (space := _LAST_SPACE.search(some)):
            some = some[: space.end()]
        yield some
        start += len(some)


_LAST_SPACE = re.compile(r"\s(?=\S*\Z)")


def _property(words: str) -> str:
    words = " ".join(legible(words).split())
    return words if size(words) <= _KEPT else f"{next(pieces(words, _KEPT - 1)).rstrip()}…"


_SHEET = "xl/worksheets/sheet"


def _repack(made: IO[bytes], whole: IO[bytes], tables: Mapping[str, LongTable]) -> None:
    """Put the same parts into an archive that does not say on which system it was made, with all rows of *tables*.

    These are named by the part that is their sheet.  The height of a row is what it needs for its words, and not
    somebody's choice: it grows with what is typed in.
    """
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(whole, "w") as archive:
        for name in parts.namelist():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            part = parts.read(name)
            if name.startswith(_SHEET):
                part = part.replace(b' customHeight="1"', b"")
            table = tables.get(name)
            # An archive has to be told beforehand of a part that is more than 2 GiB.
            info.file_size = len(part) + (table.size if table else 0)
            if name.startswith("xl/tables/"):
                table = next((table for table in tables.values() if table.is_made_in(part)), None)
            with archive.open(info, "w") as file:
                for piece in table.in_full(part) if table else (part,):
                    file.write(piece)
