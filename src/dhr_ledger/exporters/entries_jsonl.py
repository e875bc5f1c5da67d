"""`entries.jsonl`: every entry, one to a line, in the very bytes that were recorded.

The lossless form: a ledger rebuilt from it has the same entries, and it is the way between engines and versions.
Each line is canonical JSON (RFC 8785) in UTF-8, ended by LF.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

from dhr_ledger.entry import Entry
from dhr_ledger.errors import DamagedEntry


def export_entries(entries: Iterable[Entry], out: BinaryIO) -> None:
    """Every entry as it was recorded, one to a line: lossless, to rebuild a ledger from."""
    out.writelines(chain.from_iterable((entry.line, b"\n") for entry in entries))


def read_entries(lines: Iterable[bytes]) -> Iterator[Entry]:
    """The entries of such a file, as they are.  Raises `DamagedEntry`, naming the line."""
    for number, line in enumerate(lines, start=1):
        body = line.rstrip(b"\r\n")
        if not body:
            continue
        try:
            yield Entry.of_line(body)
        except ValueError as error:
            raise DamagedEntry(f"Line {number} is not an entry ({error}); export entries.jsonl again.") from None
