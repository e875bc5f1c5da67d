"""A workbook: which sheets it has, in order, and what they have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from dhr_ledger.document import made_from
from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports.grid import Cell, Grid
from dhr_ledger.imports.links import said_of_links
from dhr_ledger.workbook import ENTRIES, MOVED_DATES, UPDATES
from dhr_ledger_xlsx.colours import theme_colours
from dhr_ledger_xlsx.package import Attributes, Package, Related, is_said
from dhr_ledger_xlsx.seen import counted
from dhr_ledger_xlsx.sheet import Book, Sheet, letters
from dhr_ledger_xlsx.styles import Styles
from dhr_ledger_xlsx.words import shared_strings

MOST_SHEETS = 1_000

_TOLD = (UPDATES, MOVED_DATES, ENTRIES)
LONG_CELLS = "Long cells"
"""The sheet of a workbook made here that has all of each cell which is longer than Excel's cells."""
GOES_ON = f"\n… This cell goes on: all of it stands in the sheet {LONG_CELLS}, in rows "
_GOES_ON = re.compile(rf"{GOES_ON}(\d+) to (\d+)\.\Z", re.A)


FILL_IN, LOCKED = "Fill in only the columns ", "All other cells are locked."
NOTHING_ASKED = "There is no action to report on."
LEFT_OUT = "Left out, because Excel cannot hold their words as they are"
"""How the lines begin that stand above the table of a return made here."""


def read_workbook(package: Package) -> list[Grid]:
    """One grid for each sheet of cells, in order.  Raises `ImportRefused`."""
    sheets: list[Attributes] = []
    own: Attributes = {}
    first = package.walk(package.main, {"sheet": sheets.append, "workbookPr": own.update}, {})
    if first != "workbook":
        raise ImportRefused([f"{package.name} is no Excel workbook (.xlsx), but a {first!r}; is its ending right?"])
    if len(sheets) > MOST_SHEETS:
        raise package.too_much(f"{len(sheets):,} sheets")
    related = package.related(package.main)
    once = {part.kind: part.path for part in reversed(related)}
    book = Book(
        package,
        Styles(package, once.get("styles"), theme_colours(package, once.get("theme"))),
        shared_strings(package, once.get("sharedStrings")),
        from_1904=is_said(own.get("date1904")),
        made_from=made_from(_properties(package), package.name),
    )
    notes = _notes(package.name, related)
    found: list[Sheet] = []
    told: list[str] = []
    by_id = {part.id: part for part in related}
    for said in sheets:
        part = by_id.pop(next((value for name, value in said.items() if name.endswith("}id")), ""), None)
        name = said.get("name", "")
        if part is None:
            raise package.damaged(f"its sheet {name!r} is not in it")
        if book.made_from is not None and name in _TOLD:
            told.append(name)
        elif part.kind == "worksheet":
            hidden = said.get("state") in ("hidden", "veryHidden")
            found.append(Sheet(book, part.path, name, hidden=hidden))
        else:
            notes.append(f"{package.name}, {name} is no sheet of cells, but a {part.kind}, and was not taken in.")
    if not found:
        raise ImportRefused([f"{package.name} has no sheet of cells; is it the action plan?"])
    if told:
        notes.append(
            f"{package.name}: {', '.join(told)} tell of the plan and were not taken in; a change belongs in the plan."
        )
    grids = [sheet.grid(() if nth else notes) for nth, sheet in enumerate(found)]
    grids[0] = replace(grids[0], notes=(*grids[0].notes, *said_of_links(package.name, book.links)))
    return _put_together(grids, package.name) if book.made_from is not None else grids


def _put_together(grids: list[Grid], file: str) -> list[Grid]:
    """*grids*, where a cell that was too long is put together from the sheet that has all of it in pieces.

    Raises `ImportRefused` where such a cell was changed: what it ends with is not its end.
    """
    pieces = {number: cells[-1] for grid in grids if grid.name == LONG_CELLS for number, cells in grid.rows}
    faults: list[str] = []

    def whole(cell: str, place: str) -> str:
        if GOES_ON not in cell:
            return cell
        said = _GOES_ON.search(cell)
        words = "".join(pieces[row] for row in pieces if said and int(said[1]) <= row <= int(said[2]))
        if said is None or not words.startswith(cell[: said.start()]):
            faults.append(
                f"{file}, {place} goes on in the sheet {LONG_CELLS}, and was changed in one of the two; put back what "
                "stood there, and record what is meant."
            )
            return cell
        return Cell(words, fill=cell.fill, begins=cell.begins) if isinstance(cell, Cell) else words

    def row(name: str, number: int, cells: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        return number, tuple(whole(cell, f"{name}, {letters(nth)}{number}") for nth, cell in enumerate(cells, start=1))

    plan = [
        replace(grid, rows=[row(grid.name, *numbered) for numbered in grid.rows if not _explains(*numbered)])
        for grid in grids
        if grid.name != LONG_CELLS
    ]
    if faults:
        raise ImportRefused(faults)
    return plan


def _explains(_: int, cells: Sequence[str]) -> bool:
    """Whether a row is a line that was written above a table to say what to do with it."""
    first, *others = cells or ("",)
    return first.startswith((FILL_IN, LOCKED, NOTHING_ASKED, LEFT_OUT)) and not any(others)


def _notes(name: str, related: list[Related]) -> list[str]:
    """What is to be said about the workbook as a whole."""
    kinds = [part.kind for part in related]
    notes = [f"{name} holds macros; they were not looked at."] if "vbaProject" in kinds else []
    if links := kinds.count("externalLink"):
        notes.append(f"{name} has links to {counted(links, 'other file')}; they were not followed.")
    return notes


def _properties(package: Package) -> dict[str, str]:
    """The properties that the maker of the workbook named, as words."""
    path = package.whole.get("custom-properties") or package.whole.get("customProperties")
    found: dict[str, str] = {}
    named = ""

    def begin(said: Attributes) -> None:
        nonlocal named
        named = said.get("name", "")

    def end(words: str) -> None:
        found[named] = words

    if path is not None and path in package:
        package.walk(path, {"property": begin}, {"property": end})
    return found
