"""From the cells on each page of a table to its rows: which are headings again, and which were broken over a page.

- Rows of headings that are printed again at the top of a page are no rows of their own.
- The first row of a page is the rest of the row before where it has words in no cell but those that were full to the
  bottom of the page, has no number of its own, and leaves others blank that have words above.
- A cell that several rows share goes on over a page where it is blank there, or where its words run on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dhr_ledger.imports.headings import fold, known
from dhr_ledger_pdf.page import Box
from dhr_ledger_pdf.words import Seen, could_run_on, joined, runs_on


@dataclass(slots=True, eq=False)
class Shared:
    """A cell: the boxes it stands in, more than one where it goes over pages, and the columns it takes.

    `tall` says that several rows share it.
    """

    column: int
    wide: int
    tall: bool
    boxes: list[Box]

    def words(self, seen: Seen) -> str:
        return joined(self.boxes, seen)[0]

    @property
    def printed(self) -> bool:
        return any(box.lines for box in self.boxes)


Row = list[Shared | None]
"""The cell that stands in each column; one of several columns in each of them."""


def rows_of(parts: Sequence[Sequence[Box]], seen: Seen) -> tuple[list[Row], list[int]]:
    """The rows of a table, of which *parts* stand on a page each.

    Also the numbers of those that were broken over a page and put together.
    """
    columns = sides([box for boxes in parts for box in from_the_left(boxes)])
    rows: list[Row] = []
    broken: list[int] = []
    headings = 0
    for boxes in parts:
        more = _part(boxes, columns)
        if not rows:
            rows, headings = more, _headings(more, seen)
            continue
        more = more[_printed_again(rows[:headings], more, seen) :]
        if more and _meet(rows, more, headings, seen):
            broken.append(len(rows))
            more = more[1:]
        rows += more
    return rows, broken


def _part(boxes: Sequence[Box], columns: Sequence[float]) -> list[Row]:
    """The rows that *boxes* make on a page."""
    edges = _edges([(box.top, box.bottom) for box in boxes], least=6)
    rows: list[Row] = [[None] * (len(columns) - 1) for _ in edges[1:]]
    for box in sorted(from_the_left(boxes), key=lambda box: (box.top, box.x0)):
        begin, end = _between(columns, box.x0, box.x1)
        first, last = _between(edges, box.top, box.bottom)
        cell = Shared(begin, end - begin, last - first > 1, [box])
        held = next((held for row in rows[first:last] for held in row[begin:end] if held), None)
        if held:  # boxes that lie over each other: no words of either may be lost
            held.boxes.append(box)
            continue
        for row in rows[first:last]:
            row[begin:end] = [cell] * (end - begin)
    return rows


def _headings(rows: Sequence[Row], seen: Seen) -> int:
    """How many rows at the top of a table are titles and headings: up to the one in which three headings are known."""
    for nth, row in enumerate(rows):
        if len(known(_said(row, seen))) >= 3:
            last = nth
            while last + 1 < len(rows) and any(cell and cell in rows[last] for cell in rows[last + 1]):
                last += 1
            return last + 1
    return min(1, len(rows))


def _printed_again(headings: Sequence[Row], rows: Sequence[Row], seen: Seen) -> int:
    """How many of *rows*, the first of a page, only say again what the *headings* say, or the last of them."""
    wanted = [[fold(cell) for cell in _said(row, seen)] for row in headings]
    given = [[fold(cell) for cell in _said(row, seen)] for row in rows[: len(wanted)]]
    for nth in range(len(wanted)):
        if any(wanted[nth]) and given[: len(wanted) - nth] == wanted[nth:]:
            return len(wanted) - nth
    return 0


def _said(row: Row, seen: Seen) -> list[str]:
    return [cell.words(seen) if cell and cell.column == nth else "" for nth, cell in enumerate(row)]


# Where columns and rows begin and end


def sides(boxes: Sequence[Box]) -> list[float]:
    """Where the columns of *boxes* begin and end, from the left to the right."""
    return _edges([(box.x0, box.x1) for box in boxes], least=15)


def from_the_left(boxes: Sequence[Box]) -> list[Box]:
    """*boxes* and their words, counted from the left side of the table: a book's margins differ from page to page."""
    left = min(box.x0 for box in boxes)
    return [
        box._replace(
            x0=box.x0 - left,
            x1=box.x1 - left,
            lines=[line._replace(x0=line.x0 - left, x1=line.x1 - left) for line in box.lines],
        )
        for box in boxes
    ]


def _edges(spans: Sequence[tuple[float, float]], least: float) -> list[float]:
    """The lines at which *spans* begin and end, from the first to the last.

    Two that are closer than *least*, without a span that lies just between them, are one line that was drawn askew.
    """
    groups: list[list[float]] = []
    for edge in sorted(edge for span in spans for edge in span):
        if groups and edge - groups[-1][0] <= 3:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    edges = [sum(group) / len(group) for group in groups]
    taken = {(_nearest(edges, begin), _nearest(edges, end)) for begin, end in spans}
    askew = [
        nth + 1 if nth + 2 < len(edges) else nth
        for nth, (begin, end) in enumerate(pairwise(edges))
        if end - begin < least and (nth, nth + 1) not in taken
    ]
    return [edge for nth, edge in enumerate(edges) if nth not in askew]


def _between(edges: Sequence[float], begin: float, end: float) -> tuple[int, int]:
    """Which two of *edges* are meant by *begin* and *end*; there is always something between them."""
    first = min(_nearest(edges, begin), len(edges) - 2)
    return first, max(_nearest(edges, end), first + 1)


def _nearest(edges: Sequence[float], to: float) -> int:
    return min(range(len(edges)), key=lambda nth: abs(edges[nth] - to))


# Rows that were broken over a page

_NUMBER = re.compile(r"(?:r|rec|rec\.|no\.?)?\s*\d{1,3}(?:\.\d{1,3})*[a-z]?[.)]?", re.IGNORECASE)


def _meet(rows: list[Row], more: list[Row], headings: int, seen: Seen) -> bool:
    """Let cells go on that were cut by the end of a page; whether the first row of *more* is the rest of the last.

    Then its words have been added to the last of *rows*.
    """
    last, first = rows[-1], more[0]
    pairs = [
        (upper, lower)
        for column, (upper, lower) in enumerate(zip(last, first, strict=True))
        if upper and lower and upper.column == lower.column == column and upper.wide == lower.wide
    ]
    tall = [(upper, lower) for upper, lower in pairs if upper.tall or lower.tall]
    rest = [pair for pair in pairs if pair not in tall]
    alike = len(pairs) == len({id(cell) for cell in last if cell}) == len({id(cell) for cell in first if cell})
    is_rest = alike and len(rows) > headings and all(_could_go_on(*pair, last) for pair in tall if pair[1].printed)
    if any(lower.printed for _, lower in rest):
        is_rest = is_rest and _is_the_rest(rest, last, seen)
    else:  # only what several rows share goes on
        is_rest = is_rest and any(lower.printed for _, lower in tall)
    for upper, lower in pairs if is_rest else [pair for pair in tall if _runs_on(*pair, last)]:
        upper.boxes += lower.boxes
        upper.tall = upper.tall or lower.tall
        for row in more:
            row[:] = [upper if cell is lower else cell for cell in row]
    return is_rest


def _is_the_rest(pairs: Sequence[tuple[Shared, Shared]], row: Row, seen: Seen) -> bool:
    """Whether the lower cells hold what had no room in the upper ones, which ended a page with *row*."""
    filled = [(upper, lower) for upper, lower in pairs if lower.printed]
    if not all(_could_go_on(upper, lower, row) for upper, lower in filled):
        return False
    if any(_NUMBER.fullmatch(lower.words(seen)) and _NUMBER.fullmatch(upper.words(seen)) for upper, lower in filled):
        return False
    if any(upper.printed and not lower.printed for upper, lower in pairs):
        return True
    return all(runs_on(upper.boxes[-1], lower.boxes[0]) for upper, lower in filled)


def _could_go_on(upper: Shared, lower: Shared, row: Row) -> bool:
    """Whether *upper* is full to the end of its page, or so nearly that a paragraph would not be parted there."""
    free = _free_lines(upper.boxes[-1], row)
    return free < 1 or (free < 3 and could_run_on(upper.boxes[-1], lower.boxes[0]))


def _runs_on(upper: Shared, lower: Shared, row: Row) -> bool:
    """Whether a cell that several rows share is *upper* on one page and *lower* on the next, in a row of its own."""
    if not lower.printed:
        return True
    free = _free_lines(upper.boxes[-1], row)
    one, other = upper.boxes[-1], lower.boxes[0]
    return (free < 1 and could_run_on(one, other)) or (free < 3 and runs_on(one, other))


def _free_lines(box: Box, row: Row) -> float:
    """How many more lines there is room for in *box*, which belongs to *row*; very many where it has no words."""
    if not box.lines:
        return 1000.0
    line = box.lines[-1]
    pitch = line.top - box.lines[-2].top if len(box.lines) > 1 else 1.3 * line.size
    boxes = [cell.boxes[-1] for cell in row if cell]
    padding = min((other.lines[0].top - other.top for other in boxes if other.lines), default=0.0)
    return max(0.0, box.bottom - max(0.0, padding) - line.bottom - 1) / max(pitch, line.size)
