"""How a cell is written into a CSV file, and read back.

The files are RFC 4180 in UTF-8 without a byte order mark, CRLF at the end of each line, one line of headings: the
tabular data standard of the UK government (September 2023).

A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return as a formula.  Such a cell is
written with an apostrophe in front.  So is a cell that begins with an apostrophe, which makes the rule reversible: take
one apostrophe away from any cell that begins with one, and every cell is as it was.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
_LONGEST = 2**31 - 1


def safe(cell: str) -> str:
    """*cell* as no spreadsheet will run it."""
    return f"'{cell}" if cell.startswith(_RUNS) else cell


def unsafe(cell: str) -> str:
    """What *cell* was before `safe`."""
    return cell[1:] if cell.startswith("'") else cell


def write_table(headings: Sequence[str], rows: Iterable[Sequence[str]], out: BinaryIO) -> None:
    """Write *headings* and *rows* to *out*, every cell made safe."""
    # A TextIOWrapper would close `out` with itself when a row raises.
    writer = csv.writer(codecs.getwriter("utf-8")(out), lineterminator="\r\n")
    writer.writerow([safe(heading) for heading in headings])
    writer.writerows([safe(cell) for cell in row] for row in rows)


def read_table(file: BinaryIO) -> Iterator[list[str]]:
    """The rows of such a file, headings first, every cell as it was."""
    # The module's own limit is for the whole process; it is only ever raised, and a cell may be as long as it was.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST))
    yield from ([unsafe(cell) for cell in row] for row in csv.reader(codecs.iterdecode(file, "utf-8")))
