"""`.ods` and `.odt`: the tables of a spreadsheet or a text as grids.

What is shown is what is read: the value of a formula, an insertion that is still tracked, and also the words of a row
that is only hidden.  Comments, footnotes and deleted words are left out.  Wherever anything of the kind is met, a note
says so.
"""

from __future__ import annotations

from typing import BinaryIO

from dhr_ledger.imports.grid import Grid


def read_ods(file: BinaryIO, name: str) -> list[Grid]:
    """The sheets of an OpenDocument spreadsheet, as they are shown."""
    from dhr_ledger_odf.package import open_document  # here, so that nobody waits for lxml who has another file
    from dhr_ledger_odf.spreadsheet import sheets

    return sheets(open_document(file, name, "spreadsheet"))


def read_odt(file: BinaryIO, name: str) -> list[Grid]:
    """The tables of an OpenDocument text, as they are shown, each with the lines above it."""
    from dhr_ledger_odf.package import open_document
    from dhr_ledger_odf.text import tables

    return tables(open_document(file, name, "text"))
