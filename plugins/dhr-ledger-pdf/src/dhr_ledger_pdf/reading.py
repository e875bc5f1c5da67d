"""From the pages of a PDF to its tables, and the lines of words above each.

A page says nothing of the one before.  A table that begins at the top of a page, in the columns of the one that ended
the page before, is taken for the same table, unless it has headings of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports.grid import PRINTED_REVIEW, Cell, Grid, short
from dhr_ledger.imports.headings import fold, known
from dhr_ledger_pdf.apart import pages_of
from dhr_ledger_pdf.page import Box, Line, Page
from dhr_ledger_pdf.rows import from_the_left, rows_of, sides
from dhr_ledger_pdf.words import Seen, joined, paragraphs

LINES_ABOVE = 20


@dataclass(slots=True)
class _Table:
    """A table and the pages it goes over: of each its number and its boxes."""

    above: list[tuple[Page, Line]]
    parts: list[tuple[Page, list[Box]]]
    notes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"page {self.parts[0][0].number}"


def grids(data: bytes, name: str) -> list[Grid]:
    """The tables with ruled lines of the PDF *data*, which is called *name*, in reading order.

    Raises `ImportRefused` for a file that cannot be read, or not without losing words or guessing columns.
    """
    pages = pages_of(data, name)
    _check(pages, name)
    seen = Seen.of(pages)
    tables = _tables(pages)
    _add_what_pages_lack(pages, tables, name)
    return [_grid(table, seen, name) for table in tables]


def _check(pages: Sequence[Page], name: str) -> None:
    """Refuse what would be read in part, or wrongly."""
    letters, untold = sum(page.letters for page in pages), sum(page.untold for page in pages)
    if not letters:
        raise ImportRefused(
            [f"{name} has no words that can be read, as a scan has none; ask for the Word or Excel file."]
        )
    if untold * 20 > letters:
        raise ImportRefused(
            [
                f"{name} does not say which letters its signs stand for ({untold:,} of {letters:,}); "
                "ask for the Word or Excel file."
            ]
        )
    faults = [
        f"{name}, page {page.number}: a table has lines between its rows and none between its columns, so that where "
        "a cell ends would be a guess; ask for the Word or Excel file."
        for page in pages
        if page.unruled
    ]
    faults += [
        f"{name}, page {page.number}: {short(line.words)} stands in a table, and in no cell with lines on all four "
        "sides; ask for the Word or Excel file."
        for page in pages
        for line in page.lines
        if any(_stands_in(line, boxes) for boxes in page.tables)
    ]
    if faults:
        raise ImportRefused(faults)


def _stands_in(line: Line, boxes: Sequence[Box]) -> bool:
    x, y = (line.x0 + line.x1) / 2, (line.top + line.bottom) / 2
    across = min(box.x0 for box in boxes) < x < max(box.x1 for box in boxes)
    return across and min(box.top for box in boxes) < y < max(box.bottom for box in boxes)


# Running headers and footers

_PAGE = re.compile(r"\bpage\s+\d+(?:\s*(?:of|/)\s*\d+)?\b|^\W*\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?\W*$", re.IGNORECASE)


def _body(pages: Sequence[Page]) -> list[list[Line]]:
    """The lines of each page without page numbers, and without those that most pages have in the same place.

    Of those that name the review the first is kept, where no other line names it.
    """
    counts = Counter(place for page in pages for place in {_place(line) for line in page.lines})
    body: list[list[Line]] = []
    running = {place for place, count in counts.items() if len(pages) > 1 and count * 2 > len(pages)}
    naming = [line for page in pages for line in page.lines if PRINTED_REVIEW.search(line.words)]
    first = naming[0] if naming and all(_place(line) in running for line in naming) else None
    for page in pages:
        in_the_margin = [not page.height * 0.12 < line.top < page.height * 0.88 for line in page.lines]
        body.append(
            [
                line
                for line, margin in zip(page.lines, in_the_margin, strict=True)
                if line is first or not (_place(line) in running or (margin and not _PAGE.sub("", line.words).strip()))
            ]
        )
    return body


def _place(line: Line) -> tuple[str, int]:
    """What *line* says but for a page number, and how far down the page."""
    return fold(_PAGE.sub("", line.words)), round(line.top / 6)


# Tables that go on over pages


def _tables(pages: Sequence[Page]) -> list[_Table]:
    tables: list[_Table] = []
    above: list[tuple[Page, Line]] = []
    for page, lines in zip(pages, _body(pages), strict=True):
        marks: list[tuple[float, float, Line | list[Box]]] = [(line.top, line.x0, line) for line in lines]
        marks += [(min(box.top for box in boxes), min(box.x0 for box in boxes), boxes) for boxes in page.tables]
        for _, _, mark in sorted(marks, key=lambda mark: mark[:2]):
            if isinstance(mark, Line):
                above.append((page, mark))
            elif tables and not above and tables[-1].parts[-1][0] is not page and _goes_on(tables[-1], mark):
                tables[-1].parts.append((page, mark))
            else:
                tables.append(_Table(above, [(page, mark)]))
                above = []
    return tables


def _goes_on(table: _Table, boxes: list[Box]) -> bool:
    """Whether *boxes*, the first table of a page, go on with *table*, which ended the page before."""
    one, other = (sides(from_the_left(part)) for part in (table.parts[0][1], boxes))
    if abs(one[-1] - other[-1]) > 6:
        return False
    began, begins = _first_row(table.parts[0][1]), _first_row(boxes)
    if len(known(begins)) >= 3:
        return [fold(cell) for cell in began] == [fold(cell) for cell in begins] or _repeats(table.parts[0][1], begins)
    fewer, more = sorted((one, other), key=len)
    return all(any(abs(side - match) <= 3 for match in more) for side in fewer)


def _first_row(boxes: Sequence[Box]) -> list[str]:
    top = min(box.top for box in boxes)
    return [" ".join(line.words for line in box.lines) for box in sorted(boxes) if box.top < top + 3]


def _repeats(boxes: Sequence[Box], cells: Sequence[str]) -> bool:
    """Whether some row of *boxes*, below a title perhaps, has just these *cells*."""
    rows: dict[int, list[Box]] = {}
    for box in sorted(boxes):
        rows.setdefault(round(box.top), []).append(box)
    wanted = [fold(cell) for cell in cells]
    return any([fold(" ".join(line.words for line in box.lines)) for box in row] == wanted for row in rows.values())


# From a table to its grid


def _grid(table: _Table, seen: Seen, name: str) -> Grid:
    """The rows of *table*, each with a cell for every column."""
    rows, broken = rows_of([boxes for _, boxes in table.parts], seen)
    begins: dict[int, int] = {}
    taken = Counter(id(cell) for row in rows for cell in {id(cell): cell for cell in row if cell}.values())
    cells: list[tuple[int, list[str]]] = []
    doubts: dict[str, list[int]] = {}
    for number, row in enumerate(rows, start=1):
        printed: list[str] = []
        for column, cell in enumerate(row):
            if cell is None or cell.column != column:
                printed.append("")
                continue
            words, doubtful = joined(cell.boxes, seen)
            if id(cell) not in begins:
                for word in doubtful:
                    doubts.setdefault(word, []).append(number)
            begin = begins.setdefault(id(cell), number)
            printed.append(Cell(words, fill=cell.boxes[0].fill, begins=begin if taken[id(cell)] > 1 else None))
        cells.append((number, printed))
    return Grid(
        cells, table.name, _above(table, seen), (*table.notes, *_notes(f"{name}, {table.name}", broken, doubts))
    )


def _notes(place: str, broken: Sequence[int], doubts: Mapping[str, Sequence[int]]) -> Iterable[str]:
    """What a person should look at: *broken* rows, and words that were put together, each with its rows."""
    if broken:
        was = "was" if len(broken) == 1 else "were"
        yield f"{place}: {_numbered('row', broken)} {was} broken over a page and put together; compare with the file."
    if doubts:
        words = _listed([f"{short(word)} ({_numbered('row', rows)})" for word, rows in doubts.items()])
        yield f"{place}: {words} stood on two lines and could be written otherwise; compare with the file."


def _numbered(what: str, numbers: Sequence[int]) -> str:
    numbers = list(dict.fromkeys(numbers))
    return f"{what} {numbers[0]}" if len(numbers) == 1 else f"{what}s {_listed(numbers)}"


def _listed(items: Sequence[object]) -> str:
    *most, last = map(str, items)
    return f"{', '.join(most)} and {last}" if most else last


def _above(table: _Table, seen: Seen) -> tuple[str, ...]:
    said: list[str] = []
    for page in dict.fromkeys(page.number for page, _ in table.above):
        lines = [(on, line) for on, line in table.above if on.number == page]
        said += paragraphs([line for _, line in lines], lines[0][0].right, seen)
    return tuple(said[-LINES_ABOVE:])


# What is not on the pages


def _add_what_pages_lack(pages: Sequence[Page], tables: Sequence[_Table], name: str) -> None:
    """Say in the notes of the first table which pages are pictures, and that some letters could not be told."""
    if not tables:
        return
    pictures = [page.number for page in pages if page.picture]
    if pictures:
        which = f"{_numbered('page', pictures)} {'is a picture' if len(pictures) == 1 else 'are pictures'}"
        tables[0].notes.append(f"{name}: {which} without words, and nothing was read there; look whether the plan is.")
    if untold := [page.number for page in pages if page.untold]:
        tables[0].notes.append(
            f"{name}: some signs on {_numbered('page', untold)} could not be told: they stand as '(cid:…)'."
        )
