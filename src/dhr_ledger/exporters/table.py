"""How a cell is written into a CSV file, and read back.

The files are RFC 4180 in UTF-8 without a byte order mark, CRLF at the end of each line, one line of headings: the
tabular data standard of the UK government (September 2023).

A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return as a formula.  Such a cell is
written with an apostrophe in front.  So is a cell that begins with an apostrophe, which makes the rule reversible: take
one apostrophe away from any cell that begins with one, and every cell is as it was.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")


def safe(cell: str) -> str:
    """*cell* as no spreadsheet will run it."""
    return f"'{cell}" if cell.startswith(_RUNS) else cell


def unsafe(cell: str) -> str:
    """What *cell* was before `safe`."""
    return cell[1:] if cell.startswith("'") else cell


def write_table(headings: Sequence[str], rows: Iterable[Sequence[str]], out: BinaryIO) -> None:
    """Write *headings* and *rows* to *out*, every cell made safe."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    text.flush()
    text.detach()


def read_table(file: BinaryIO) -> Iterator[list[str]]:
    """The rows of such a file, headings first, every cell as it was."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    yield from ([unsafe(cell) for cell in row] for row in csv.reader(text))
