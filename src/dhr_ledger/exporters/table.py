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
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO

_RUNS = frozenset("=+-@\t\r\n'＝＋－＠")
_LONGEST = 2**31 - 1
_AT_ONCE = 500


def safe(cell: str) -> str:
    """*cell* as no spreadsheet will run it."""
    return f"'{cell}" if cell[:1] in _RUNS else cell


def unsafe(cell: str) -> str:
    """What *cell* was before `safe`."""
    return cell[1:] if cell.startswith("'") else cell


def write_table(headings: Sequence[str], rows: Iterable[Sequence[str]], out: BinaryIO) -> None:
    """Write *headings* and *rows* to *out*, every cell made safe."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow([safe(heading) for heading in headings])
    rows = iter(rows)
    while True:
        some = list(islice(rows, _AT_ONCE))
        writer.writerows([[f"'{cell}" if cell[:1] in _RUNS else cell for cell in row] for row in some])
        out.write(lines.getvalue().encode())
        lines.seek(0)
        lines.truncate()
        if len(some) < _AT_ONCE:
            return


def read_table(file: BinaryIO) -> Iterator[list[str]]:
    """The rows of such a file, headings first, every cell as it was."""
    # The module's own limit is for the whole process; it is only ever raised, and a cell may be as long as it was.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST))
    yield from ([unsafe(cell) for cell in row] for row in csv.reader(codecs.iterdecode(file, "utf-8")))
