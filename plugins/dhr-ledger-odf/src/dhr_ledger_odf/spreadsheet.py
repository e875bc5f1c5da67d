"""The sheets of a spreadsheet, each as a grid."""

from __future__ import annotations

from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports.grid import Grid
from dhr_ledger_odf.package import Document
from dhr_ledger_odf.table import Tables
from dhr_ledger_odf.vocabulary import TABLE, odf

_COPY = "ta_extref"
"""The style of what is no sheet: a copy of a table in another file, kept for the formulas that ask for it."""


def sheets(document: Document) -> list[Grid]:
    """One grid for each sheet of *document*, named as it is.  Raises `ImportRefused` if there is none."""
    tables = Tables(document)
    grids: list[Grid] = []
    changes = document.body.find(odf("table:tracked-changes"))
    for sheet in document.body.iterchildren(TABLE):
        style, name = sheet.get(odf("table:style-name"), ""), sheet.get(odf("table:name"), "")
        if style == _COPY:
            continue
        notes = []
        if changes is not None and not grids:
            notes.append(f"{document.name} has {len(changes)} tracked changes; its cells were read as they are shown.")
        if document.styles.hides(style):
            notes.append(f"{document.name}, {name} is hidden and was read like the others.")
        if document.made_from is None and sheet.find(odf("calcext:conditional-formats")) is not None:
            notes.append(f"{document.name}, {name} has colours that depend on a condition; they were not read.")
        grids.append(tables.grid(sheet, name, notes=notes))
    if not grids:
        raise ImportRefused([f"{document.name} has no sheet; is it the action plan?"])
    return tables.with_links(grids)
