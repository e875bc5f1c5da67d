"""Which row of a document for the Home Office that comes back is which row that was printed.

Such a document is for people, so it says no references; but what was printed in it is known, as it says which entry of
the ledger was the last when it was made.  A row is the one whose cells it has, wherever it stands now, and one that was
edited is the one of which it has most of the cells.  Nothing is told by its words alone: any two may say the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from dhr_ledger.home_office import (
    AS_ABOVE,
    CONTINUED,
    UNDER_NONE,
    Field,
    HomeOfficePlan,
    Line,
    PlanAction,
    PlanRecommendation,
    PlanSection,
    parted,
    template,
)
from dhr_ledger.imports.grid import WITHHELD, File, Found, Grid, Row, Table, as_shown
from dhr_ledger.imports.headings import fold
from dhr_ledger.provenance import Source

PrintedAt = Callable[[int | None], HomeOfficePlan | None]
"""What a document said that was made from a ledger up to the entry that it says, where that is known."""

_PAIRS = 250_000
"""So many pairs of rows are compared cell by cell; where there are more, an edited row is one of the same action."""
_STANDS_FOR = re.compile("|".join((rf"\S+\. {AS_ABOVE}", CONTINUED.format(r"\S+"), UNDER_NONE)))
_SHARED: tuple[Field, ...] = ("recommendation", "scope")
"""What the rows below a recommendation have in common, so that it tells none of them from another."""


class PrintedRow(NamedTuple):
    """A row as it was printed: an action, or a recommendation that has none, and the lines of each column.

    `first` says that it stands first under its recommendation, which is printed there and nowhere else.
    """

    section: PlanSection
    under: PlanRecommendation
    first: bool
    action: PlanAction | None
    cells: Mapping[Field, tuple[Line, ...]]

    def cell(self, field: Field) -> str:
        """What the cell of a *field* shows; nothing where something stands for the recommendation further up."""
        said = shown(field, self.cells.get(field, ())) if self.first or field != "recommendation" else ""
        return "" if field == "recommendation" and _STANDS_FOR.fullmatch(said) else said


def handed_back(
    file: File, grids: Sequence[tuple[Grid, Sequence[Row]]], printed_at: PrintedAt, found: Found
) -> dict[int, Table | None]:
    """The tables of *grids* that are sections of a document for the Home Office, by which of the grids each is.

    `None` stands for one that goes on with the section of a table above.  Others are left out, and so are all where
    nothing in them is as it was printed: the document is of another ledger.
    """
    made = {nth: (grid.made_from, rows) for nth, (grid, rows) in enumerate(grids) if rows and is_form(rows[0])}
    heads = {head for head, _ in made.values()}
    plan = printed_at(heads.pop()) if len(heads) == 1 else None
    if plan is None:
        return {}
    aligned = align({nth: rows[1:] for nth, (_, rows) in made.items()}, plan)
    if not aligned:
        return {}
    sections = {section.reference: section for section in plan.sections}
    tables: dict[str, Table] = {}
    taken: dict[int, Table | None] = {}
    for nth, name in sorted(_sections({nth: grids[nth][0] for nth in made}, aligned, plan).items()):
        grid, (headings, *rows) = grids[nth]
        taken[nth] = None
        if name not in tables:
            heading = _heading(grid, sections[name], plan)
            tables[name] = taken[nth] = Table(
                file=file,
                grid=grid.name,
                above=[],
                headings=headings,
                rows=[],
                heading=heading,
                made_from=grid.made_from,
                ours=True,
                section=name,
                printed={},
            )
        _take(tables[name], grid, rows, aligned.get(nth, {}), found)
    return taken


def _sections(
    grids: Mapping[int, Grid], aligned: Mapping[int, Mapping[int, PrintedRow]], plan: HomeOfficePlan
) -> dict[int, str]:
    """The section that each table is: that of most of its rows or, where none was printed, that of its heading."""
    told = {
        nth: Counter(row.section.reference for row in rows.values()).most_common(1)[0][0]
        for nth, rows in aligned.items()
    }
    for nth in grids.keys() - told.keys():
        above = {as_shown(line) for line in grids[nth].above[-2:]}
        headed = [each.reference for each in plan.sections if as_shown(each.heading) in above]
        if len(headed) == 1 and headed[0] not in told.values():
            told[nth] = headed[0]
    return told


def _take(table: Table, grid: Grid, rows: Sequence[Row], printed: Mapping[int, PrintedRow], found: Found) -> None:
    """Take the *rows* of a grid into the *table* of their section; one that was printed in another is left out."""
    for row in rows:
        own, place = printed.get(row.number), Source(file=table.file.name, table=grid.name or None, row=row.number)
        if own and own.section.reference != table.section:
            what = own.action.reference if own.action else own.under.reference
            found.not_understood.append(
                f"{place} is {what}, which was printed in another section and stays there, so the row is not taken in; "
                "put it back."
            )
            continue
        row = row if grid.name == table.grid else row._replace(table=grid.name)
        table.rows.append(row)
        if own and table.printed is not None:
            table.printed[row.place] = own


def _heading(grid: Grid, section: PlanSection, plan: HomeOfficePlan) -> Row | None:
    """The line right above a table, where it is the heading of the *section* and none of the document's own lines."""
    lines = [line for line in grid.above[-2:] if line.strip() != replace(section, recommendations=()).nothing]
    if not lines or not as_shown(section.heading) or as_shown(lines[-1]) == as_shown(plan.note):
        return None
    return Row(0, (lines[-1],))


def is_form(row: Row) -> bool:
    """Whether *row* has the headings of the form of the Home Office, and no others."""
    return [fold(cell) for cell in row.cells] == [fold(column.heading) for column in template().columns]


def without_what_stands_for(row: Row) -> Row:
    """*row* of a form without what stands for the words of its recommendation, which are printed further up.

    Readers leave it out by its style, or as a placeholder; but not every program that saves a document keeps these.
    """
    first, *others = row.cells
    return row._replace(cells=("", *others)) if _STANDS_FOR.fullmatch(as_shown(first)) else row


def shown(field: Field, lines: Sequence[Line]) -> str:
    """What a cell of the column *field* shows of its *lines*: each begins with its label, if it has one."""
    return "\n".join(" ".join(filter(None, (as_shown(parted(field, line[0])), as_shown(line[1])))) for line in lines)


def align(tables: Mapping[int, Sequence[Row]], plan: HomeOfficePlan) -> dict[int, dict[int, PrintedRow]]:
    """Of the rows of the *tables* of a document those that were printed in that of *plan*, by table and number."""
    fields = [column.field for column in plan.template.columns]
    of_plan = [rows for section in plan.sections if (rows := list(_rows(section)))]
    theirs = [
        _Stands(nth, at, tuple(as_shown(row.cell(column)) for column, _ in enumerate(fields, start=1)))
        for nth, rows in enumerate(tables.values())
        for at, row in enumerate(rows)
    ]
    ours = [
        _Stands(nth, at, tuple(as_shown(row.cell(field)) for field in fields))
        for nth, rows in enumerate(of_plan)
        for at, row in enumerate(rows)
    ]
    places = [(table, row.number) for table, rows in tables.items() for row in rows]
    printed = [row for rows in of_plan for row in rows]
    aligned: dict[int, dict[int, PrintedRow]] = {}
    for one, other in _pairs(theirs, ours, fields):
        table, number = places[one]
        aligned.setdefault(table, {})[number] = printed[other]
    return aligned


def _rows(section: PlanSection) -> Iterator[PrintedRow]:
    for made in section.recommendations:
        for nth, action in enumerate(made.actions or [None]):
            cells = {**made.cells(first=not nth), **(action.cells if action else {})}
            yield PrintedRow(section, made, not nth, action, cells)


# Pairs


class _Stands(NamedTuple):
    """A row: the table it stands in, where in it, and its cells."""

    table: int
    at: int
    cells: tuple[str, ...]


def _pairs(theirs: Sequence[_Stands], ours: Sequence[_Stands], fields: Sequence[Field]) -> Iterator[tuple[int, int]]:
    """Which of *theirs* is which of *ours*, each at most once: those that are as printed, and then those edited."""
    left, free = dict(enumerate(theirs)), dict(enumerate(ours))
    same: dict[tuple[str, ...], list[int]] = {}
    for other, row in free.items():
        same.setdefault(row.cells, []).append(other)
    for nth, row in enumerate(theirs):
        if equal := same.get(row.cells):
            other = min(equal, key=lambda other: _distance(row, ours[other]))  # most stand where they stood
            equal.remove(other)
            del left[nth], free[other]
            yield nth, other
    action = fields.index("action")
    every = len(left) * len(free) <= _PAIRS
    acts: dict[str, list[int]] = {}
    for other, row in free.items():
        acts.setdefault(row.cells[action] if not every else "", []).append(other)
    edited = sorted(
        (-alike, _distance(row, ours[other]), nth, other)
        for nth, row in left.items()
        for other in acts.get(row.cells[action] if not every else "", ())
        if (alike := _alike(row, ours[other], fields))
    )
    for *_, nth, other in edited:
        if nth in left and other in free:
            del left[nth], free[other]
            yield nth, other


def _distance(row: _Stands, other: _Stands) -> tuple[bool, int]:
    return row.table != other.table, abs(row.at - other.at)


def _alike(row: _Stands, other: _Stands, fields: Sequence[Field]) -> int:
    """How many cells of *row* are as those of *other* were printed, so that it may be that one, edited; else 0.

    It is where it has the same words of an action, or the same number in the same table, or half of what either says.
    A cell that was withheld from whoever got the file is as it was printed.
    """
    cells = dict(zip(fields, zip(row.cells, other.cells, strict=True), strict=True))
    same = {field for field, (now, was) in cells.items() if now == was or WITHHELD.search(now)}
    said = {field for field, pair in cells.items() if any(pair) and field not in _SHARED}
    if not any(was for field, (_, was) in cells.items() if field not in _SHARED):  # a recommendation that has no action
        return len(same) if "recommendation" in same or not said else 0
    (number, _, words), (was_number, _, was_words) = (each.partition(". ") for each in cells["action"])
    numbered = row.table == other.table and number == was_number
    worded = words == was_words != ""
    return len(same) if worded or numbered or 2 * len(same & said) >= len(said) else 0
