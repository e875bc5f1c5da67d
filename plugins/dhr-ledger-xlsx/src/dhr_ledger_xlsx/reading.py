"""`.xlsx` and `.xlsm`: the sheets of an Excel workbook, as Excel shows them in the United Kingdom.

A workbook keeps values and how they are to be shown; a plan is what is shown.  So a date is read in the words of its
cell's format, a number with the places that it shows, and a formula as the value that Excel computed last.  A date that
is shown month first, as in the United States, could be mistaken and is read as ISO 8601 has it: 2014-03-31.

The XML is read as a stream, a sheet at a time, and never as a tree: nothing is in memory but what was written, and what
it was read as.
"""

from __future__ import annotations

from typing import BinaryIO

from dhr_ledger.imports.grid import Grid


def read_xlsx(file: BinaryIO, name: str) -> list[Grid]:
    """The sheets of an Excel workbook, as they are shown."""
    from dhr_ledger_xlsx.package import open_package  # here, so that nobody waits for it who reads no Excel
    from dhr_ledger_xlsx.workbook import read_workbook

    with open_package(file, name) as package:
        return read_workbook(package)
