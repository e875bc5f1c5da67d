"""From the body of a Word document to its tables, row by row.

No more of the document is in memory than the row that is being read, and what was read before it as words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple

from lxml import etree

from dhr_ledger.document import made_from
from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports.grid import Cell, Grid
from dhr_ledger.imports.links import leads_elsewhere, said_of_links
from dhr_ledger.provenance import Source
from dhr_ledger_docx.colours import fill_of, theme_colours
from dhr_ledger_docx.lists import Lists
from dhr_ledger_docx.names import mc, w
from dhr_ledger_docx.package import CAREFUL, MOST_AT_ONCE, Package, not_sound, number, too_much
from dhr_ledger_docx.seen import Place, Seen
from dhr_ledger_docx.styles import Styles, on, said
from dhr_ledger_docx.words import SDT, TBL, TR, P, T, is_unfilled, lines_of, row_is_deleted

MOST_ABOVE = 20
"""Lines above a table that are kept: the last ones, which are its titles and headings."""
MOST_ELEMENTS = 1_500_000
"""In the whole body.  A plan of five thousand actions takes half a million."""
MOST_PARAGRAPHS = 200_000
MOST_ROWS = 20_000
MOST_COLUMNS = 256
"""Word draws 63, and may keep more of them."""
LARGEST_CELL = 1_000_000
"""In characters."""

_DOCUMENT, _GRID, _TC = w("document"), w("tblGrid"), w("tc")
_FALLBACK, _EMBEDDED, _UNFILLED = mc("Fallback"), w("altChunk"), w("showingPlcHdr")
_WRAPPERS = frozenset({w("sdtContent"), w("customXml"), w("smartTag")})
_CELL_CHANGES = (w("cellIns"), w("cellDel"), w("cellMerge"))
_CHUNK = 1 << 16


def read_body(package: Package) -> list[Grid]:
    """The tables of the body in order, with the lines above each.  Raises `ImportRefused`."""
    data = package.data(package.main)
    if (elements := data.count(b"<") - data.count(b"</")) > MOST_ELEMENTS:
        raise too_much(package.name, f"{elements:,} elements")
    body = _Body(package)
    names = (P, SDT, TBL, TR, _EMBEDDED, _FALLBACK, _GRID, _UNFILLED)
    parser = etree.XMLPullParser(events=("start", "end"), tag=names, **CAREFUL)
    held = 0
    try:
        for at in range(0, len(data), _CHUNK):
            chunk = data[at : at + _CHUNK]
            parser.feed(chunk)
            held += chunk.count(b"<") + chunk.count(b"=")
            for event, node in parser.read_events():
                if body.take(event, node):
                    _let_go(node)
                    if len([*islice(node.iterancestors(), 4)]) < 4:  # the document, its body and a table: what stays
                        held = 0
            if held > MOST_AT_ONCE:
                raise too_much(package.name, f"{held:,} elements and attributes in one row")
        root = parser.close()
    except etree.LxmlError as error:
        raise not_sound(package.name, package.main, error) from None
    if root.tag != _DOCUMENT:
        raise ImportRefused(
            [f"{package.name} is not a Word document (.docx): its text begins with {root.tag!r}; is its ending right?"]
        )
    return body.with_links()


def _let_go(node: etree._Element) -> None:
    """Give back the memory of *node* and of what stands before it."""
    node.clear()
    parent = node.getparent()
    while parent is not None and (before := node.getprevious()) is not None:
        parent.remove(before)


class _Own(NamedTuple):
    """A cell that begins in its row: the number of the row, its cells, and where among them it is."""

    row: int
    cells: list[str]
    at: int

    def shared(self) -> str:
        """The cell, now that another row has it as well."""
        cell = self.cells[self.at]
        if not (isinstance(cell, Cell) and cell.begins):
            cell = Cell(cell, fill=cell.fill if isinstance(cell, Cell) else None, begins=self.row)
            self.cells[self.at] = cell
        return cell


@dataclass(slots=True)
class _Table:
    """The table that is being read: its rows so far, and by column the cells that the next row may go on with."""

    name: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    number: int = 0
    widest: int = 0
    above: dict[int, _Own] = field(default_factory=dict)


class _Body:
    """The body of a document, taken in element by element."""

    def __init__(self, package: Package) -> None:
        self.grids: list[Grid] = []
        self._name = package.name
        self._styles = Styles(package.root("styles"))
        self._lists = Lists(package.root("numbering"), self._styles)
        self._theme = theme_colours(package.root("theme"))
        self._head = made_from(_properties(package.root("custom-properties")), package.name)
        self._macros = package.macros
        self._addresses = package.links
        self._links: list[str] = []
        self._seen = Seen()
        self._lines: list[str] = []
        self._table = _Table("")
        self._tables = 0
        # How many of these are open, whether each content control that is open is unfilled, and the paragraphs so far.
        self._in_tables = self._in_rows = self._in_paragraphs = self._in_fallbacks = 0
        self._controls: list[bool] = []
        self._paragraphs = 0

    def take(self, event: str, node: etree._Element) -> bool:
        """Take in the beginning or the end of *node*; returns whether it was read to its end and can be let go."""
        tag, begins = node.tag, event == "start"
        step = 1 if begins else -1
        if tag == _FALLBACK:
            self._in_fallbacks += step
        elif self._in_fallbacks:
            return False  # what an older Word shows instead of what was just read
        elif tag == P:
            self._in_paragraphs += step
            self._paragraphs += begins
            if self._paragraphs > MOST_PARAGRAPHS:
                raise too_much(self._name, f"more than {MOST_PARAGRAPHS:,} paragraphs")
            if not (begins or self._in_paragraphs or self._in_tables):
                self._take_line(node)
                return True
        elif self._in_paragraphs:
            return False  # it is read with its paragraph
        elif tag == TR:
            self._in_rows += step
            if self._in_tables and not (begins or self._in_rows):
                self._take_row(node)
                return True
        elif tag == TBL:
            self._in_tables += step
            if begins and self._in_tables == 1:
                self._tables += 1
                self._table = _Table(f"table {self._tables}")
            elif not (begins or self._in_tables):
                self._take_table()
                return True
        elif tag == SDT:
            if begins:
                self._controls.append(False)
                return False
            self._controls.pop()
            return not self._in_rows
        elif begins and tag == _UNFILLED and self._controls:
            self._controls[-1] = on(node) is True
        elif not begins and tag == _GRID and self._in_tables == 1 and not self._in_rows:
            self._table.widest = max(self._table.widest, len(node.findall(w("gridCol"))))
        elif begins and tag == _EMBEDDED:
            self._seen.embedded += 1
        return False

    def _take_line(self, node: etree._Element) -> None:
        """Take in a paragraph that stands in no table."""
        if not any(self._controls):
            self._seen.place = Place()
            read = lines_of(node, self._styles, self._lists, self._seen)
            self._lines = [*self._lines, *(str(line) for line in read if line.words.strip())][-MOST_ABOVE:]

    def _take_table(self) -> None:
        """Take in the end of the table, all of whose rows were taken in."""
        table = self._table
        self._check_columns(table.widest)
        if not table.rows and table.number:
            return  # a tracked change deletes it whole
        for _, cells in table.rows:
            cells += [""] * (table.widest - len(cells))
        notes = self._seen.notes(self._name, table.name)
        if self._macros and not self.grids:
            notes = (f"{self._name} holds macros; they were not looked at.", *notes)
        self.grids.append(Grid(table.rows, table.name, tuple(self._lines), notes, self._head))
        linked = {place: said for place, words, said in self._seen.links if place.row and self._is_lost(words, said)}
        self._links += (self._addresses[said] for said in linked.values())
        self._seen, self._lines = Seen(), []

    def _is_lost(self, words: str, said: str) -> bool:
        """Whether *words* link to an address that they do not show, in a document that was not made here."""
        return self._head is None and leads_elsewhere(words, self._addresses.get(said, ""))

    def with_links(self) -> list[Grid]:
        """The grids, the first of them with a note of what links there are."""
        said = said_of_links(self._name, self._links)
        return [grid if nth else replace(grid, notes=(*grid.notes, *said)) for nth, grid in enumerate(self.grids)]

    def _take_row(self, row: etree._Element) -> None:
        """Take in a row of the table."""
        table = self._table
        table.number += 1
        if table.number > MOST_ROWS:
            raise too_much(self._name, f"more than {MOST_ROWS:,} rows in {table.name}")
        self._seen.place = Place(table.number)
        if row_is_deleted(row, self._seen):
            self._seen.here("deleted")
            self._leave_out(row)
            return
        properties = row.find(w("trPr"))
        if properties is not None and on(properties.find(w("hidden"))):
            self._seen.here("hidden")
        cells = [""] * self._columns(properties, "gridBefore", 0)
        unfilled = any(self._controls)
        owned: dict[int, _Own] = {}
        for node, blank in _cells(row):
            self._take_cell(node, cells, owned, blank or unfilled)
        cells += [""] * self._columns(properties, "gridAfter", 0)
        self._check_columns(len(cells))
        table.above, table.widest = owned, max(table.widest, len(cells))
        table.rows.append((table.number, cells))

    def _leave_out(self, row: etree._Element) -> None:
        """Let the cells that begin in *row*, which is deleted, go on in no other row; those from above it do."""
        at = self._columns(row.find(w("trPr")), "gridBefore", 0)
        for node, _ in _cells(row):
            properties = node.find(w("tcPr"))
            if properties is not None and said(properties.find(w("vMerge"))) == "restart":
                self._table.above.pop(at, None)
            at += self._columns(properties, "gridSpan", 1)

    def _take_cell(self, node: etree._Element, cells: list[str], owned: dict[int, _Own], blank: bool) -> None:
        """Add a cell to the *cells* of its row, and to those that the next row may go on with."""
        at = len(cells)
        self._seen.place = Place(self._table.number, at + 1)
        properties = node.find(w("tcPr"))
        changes = [change.tag for change in properties.iterchildren(*_CELL_CHANGES)] if properties is not None else []
        self._seen.tracked += len(changes)
        merged = properties.find(w("vMerge")) if properties is not None else None
        beside = properties.find(w("hMerge")) if properties is not None else None
        above = self._table.above.get(at) if merged is not None and said(merged) != "restart" else None
        if beside is not None and said(beside) != "restart":
            cells.append("")  # the older way to say that a cell goes over several columns
        elif above is not None:
            if any((text.text or "").strip() for text in node.iter(T)):
                self._seen.here("covered")
            owned[at] = above
            cells.append(above.shared())
        else:
            words = "" if blank or _CELL_CHANGES[1] in changes else self._words(node)
            fill = fill_of(properties, self._theme)
            if merged is not None:
                owned[at] = _Own(self._table.number, cells, at)
            cells.append(Cell(words, fill=fill) if fill else words)
        cells += [""] * (self._columns(properties, "gridSpan", 1) - 1)
        self._check_columns(len(cells))

    def _words(self, node: etree._Element) -> str:
        read = lines_of(node, self._styles, self._lists, self._seen)
        words = "\n".join(map(str, read)).strip("\n")
        if len(words) > LARGEST_CELL:
            place = f"{Source(file=self._name, table=self._table.name)}, {self._seen.place}"
            raise ImportRefused([f"{place}: the cell is {len(words):,} characters long, which is no cell of a plan."])
        return words

    def _columns(self, properties: etree._Element | None, name: str, otherwise: int) -> int:
        """The columns that the *properties* of a row or cell say it leaves or takes."""
        found = properties.find(w(name)) if properties is not None else None
        columns = number(said(found), otherwise)
        self._check_columns(columns)
        return max(columns, otherwise)

    def _check_columns(self, columns: int) -> None:
        if columns > MOST_COLUMNS:
            raise too_much(self._name, f"{columns:,} columns in {self._table.name}")


def _cells(row: etree._Element) -> Iterator[tuple[etree._Element, bool]]:
    """The cells of *row*, and whether each is a content control that nobody filled."""
    waiting = [(child, False) for child in row.iterchildren(reversed=True)]
    while waiting:
        node, blank = waiting.pop()
        if node.tag == _TC:
            yield node, blank
        elif node.tag == SDT or node.tag in _WRAPPERS:
            blank = blank or (node.tag == SDT and is_unfilled(node.find(w("sdtPr"))))
            waiting += [(child, blank) for child in node.iterchildren(reversed=True)]


def _properties(root: etree._Element | None) -> dict[str, str]:
    """The properties that the maker of the document named, as words."""
    found = root if root is not None else ()
    return {one.get("name", ""): "".join(one.itertext()) for one in found}
