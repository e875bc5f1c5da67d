"""`.docx` and `.docm`: the tables of a Word document, as Word shows them.

The body is gone through in reading order, element by element, because a reader that knows only paragraphs and runs
loses what stands in a content control or a tracked insertion, and says nothing.  What Word shows is taken in: text that
was inserted and not text that was deleted, the result of a field, the label of a list, the words of a text box.  What
Word shows in a way that words cannot (struck through, hidden, nested, a picture) is a note.
"""

from __future__ import annotations

from typing import BinaryIO

from dhr_ledger.imports.grid import Grid


def read_docx(file: BinaryIO, name: str) -> list[Grid]:
    """The tables of a Word document, with the lines above each."""
    from dhr_ledger_docx.body import read_body  # here, so that nobody waits for lxml who reads no Word
    from dhr_ledger_docx.package import open_package

    with open_package(file, name) as package:
        return read_body(package)
