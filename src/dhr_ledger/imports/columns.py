"""Which column of a table holds which field: by its heading, or by its cells where these leave no doubt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dhr_ledger.imports.grid import Found, Row, Table, short
from dhr_ledger.imports.headings import (
    DERIVED,
    FULL_TABLE,
    HEADINGS,
    LIKELY,
    OURS,
    Field,
    Heading,
    fold,
    gaps,
    read_heading,
)
from dhr_ledger.imports.rows import names_a_recommendation
from dhr_ledger.provenance import Effective
from dhr_ledger.review import Meaning
from dhr_ledger.status import Legend
from dhr_ledger.target_date import TargetDate

SEVERAL: frozenset[Field] = frozenset({"progress", "milestones", "status", "lead"})
"""The fields that may have more than one column: reports of two dates, a status in words and one in colour, an agency
and its officer."""


_NEVER_PARTED: frozenset[tuple[Field, ...]] = frozenset({("lead", "target_date")})
"""The fields of one column of which nobody can tell where in a cell the one ends and the other begins."""


@dataclass(slots=True)
class Columns:
    """Where each field stands: `first` has one column a field, counted from 1, and `further` any others of it.

    `shares` has the fields of a column that holds two, and `dates` what the heading of a column says about when it was
    filled in.
    """

    first: dict[Field, int] = field(default_factory=dict)
    further: list[tuple[Field, int]] = field(default_factory=list)
    shares: dict[int, tuple[Field, ...]] = field(default_factory=dict)
    dates: dict[int, Effective] = field(default_factory=dict)

    def of(self, name: Field) -> list[int]:
        """The columns of a field: the one that counts, and the others from left to right."""
        return [*([self.first[name]] if name in self.first else []), *(c for n, c in self.further if n == name)]

    @property
    def places(self) -> dict[str, int]:
        """Every field and its column, as a source says it: a second column of progress is `progress_2`."""
        places: dict[str, int] = {str(name): column for name, column in self.first.items()}
        for name in SEVERAL:
            for nth, column in enumerate(self.of(name)[1:], start=2):
                places[f"{name}_{nth}"] = column
        return dict(sorted(places.items(), key=lambda place: place[1]))


def read_columns(table: Table, settled: Mapping[str, Meaning], legend: Legend, found: Found) -> Columns:
    """Which column holds which field.

    A column that is not understood, and holds something, is said in `found.not_understood`; two columns that mean the
    same are a fault.  *settled* is what a person has said that some headings mean.
    """
    columns = Columns()
    rows = _rows(table)
    cells = {
        column: [row for row in rows if row.cell(column).strip()] for column in range(1, len(table.headings.cells) + 1)
    }
    unknown = _by_heading(table, settled, columns, found)
    for column in [column for column, names in columns.shares.items() if names in _NEVER_PARTED]:
        _never_parted(table, column, cells[column], columns, found)
    if not table.ours:
        _recommendations(table, columns, cells)
    for column in unknown:
        if cells[column] and not _by_cells(table, column, cells[column], columns, legend, found):
            _not_understood(table, column, cells[column][0], columns, found)
    if not {"text", "recommendation"} & columns.first.keys():
        found.faults.append(
            f"{table.at(table.headings.number)}: no column is headed Action, which every action needs; add it."
        )
    return columns


def _by_heading(table: Table, settled: Mapping[str, Meaning], columns: Columns, found: Found) -> list[int]:
    """Fill *columns* from the headings; return the columns of which the heading is not known."""
    headings = table.headings
    place = table.at(headings.number)
    by_place = gaps(headings.cells, settled)
    unknown = []
    for name, column in by_place.items():
        columns.first[name] = column
        found.notes.append(f"{place}, column {column}: the empty heading was taken for the {name}, by its place.")
    for column, printed in enumerate(headings.cells, start=1):
        if column == table.reference:
            columns.first["reference"] = column
        if column in (*by_place.values(), table.reference) or (table.ours and fold(printed) in DERIVED):
            continue
        heading = read_heading(printed, settled)
        if table.ours and (ours := OURS.get(fold(printed))):
            heading = Heading((ours,))
        if not heading.fields and not heading.settled:
            unknown.append(column)
        if heading.effective:
            columns.dates[column] = heading.effective
        if len(heading.fields) > 1:
            columns.shares[column] = heading.fields
        for name in heading.fields:
            other = columns.first.setdefault(name, column)
            if other != column and name == "lead" and (agency := _agency(headings, other, column)):
                officer = other if agency == column else column
                columns.first["lead"] = agency
                columns.further.append(("lead", officer))
                found.notes.append(
                    f"{place}: {short(headings.cell(agency))} in column {agency} and "
                    f"{short(headings.cell(officer))} in column {officer} were joined as the lead."
                )
            elif other != column and name in SEVERAL - {"lead"}:
                columns.further.append((name, column))
            elif other != column:
                found.faults.append(
                    f"{place}: both {short(headings.cell(other))} in column {other} and {short(printed)} in column "
                    f"{column} mean the {name.replace('_', ' ')}; rename one, or take it out."
                )
    _latest_first(columns)
    return unknown


_AGENCY = re.compile(r"\b(?:agency|agencies|organisations?|department|partner|body)\b")


def _agency(headings: Row, *columns: int) -> int | None:
    """The one of two *columns* of leads that is headed as one of agencies, where the other is not."""
    headed = [column for column in columns if _AGENCY.search(fold(headings.cell(column)))]
    return headed[0] if len(headed) == 1 else None


def _latest_first(columns: Columns) -> None:
    """Of several columns of statuses, the one without a date counts, or else that of the latest day."""
    dates = {column: columns.dates.get(column) for column in columns.of("status")}
    if len(dates) > 1:
        # The sort keeps the order from left to right where nothing else decides.
        counts, *others = sorted(dates, key=lambda column: _last_day(dates[column]), reverse=True)
        columns.first["status"] = counts
        columns.further = [(name, column) for name, column in columns.further if name != "status"]
        columns.further += [("status", column) for column in others]


def _last_day(date: Effective | None) -> str:
    return f"{date}-99" if date else "now"


def telling_apart(table: Table, columns: Columns) -> int | None:
    """The column of leads or agencies in which rows of equal numbers differ, so that each may count for itself."""
    number = columns.first.get("number")
    rows = [row for row in _rows(table) if row.cell(number).strip()]
    for column in columns.of("lead"):
        said = [fold(row.cell(column)) for row in rows]
        pairs = {(fold(row.cell(number)), lead) for row, lead in zip(rows, said, strict=True)}
        if "" not in said and len(pairs) == len(rows) and len(set(said)) < len(rows):
            return column
    return None


_LABEL = re.compile(r"\s*(?:rec(?:ommendation)?s?)?\.?\s*(?:no\.?\s*)?(\d+(?:\.\d+)*[a-z]?)\s*[.:)]?\s*", re.IGNORECASE)


def label_of(cell: str) -> str | None:
    """The number in a cell that names a recommendation and says nothing else: `Recommendation 1`, `R2`, `3.`"""
    match = _LABEL.fullmatch(cell) or re.fullmatch(r"\s*R\s*(\d+(?:\.\d+)*[a-z]?)\s*", cell)
    return match[1] if match else None


def _recommendations(table: Table, columns: Columns, cells: dict[int, list[Row]]) -> None:
    """Tell the number of a recommendation from its words, and from the number of an action."""
    first = columns.first
    worded = first.get("recommendation")
    if worded and cells[worded] and all(label_of(row.cell(worded)) for row in cells[worded]):
        first.setdefault("recommendation_number", first.pop("recommendation"))
    number, words = first.get("number"), first.get("recommendation")
    if number is None or words is None or "recommendation_number" in first or number > words:
        return
    numbers = [fold(row.cell(number)) for row in _rows(table)]
    named = all(names_a_recommendation(row.cell(number)) for row in _rows(table))
    if named or "text" not in first or "" in numbers or len(set(numbers)) < len(numbers):
        # What is printed once for several actions counts recommendations; without actions there is nothing else.
        first["recommendation_number"] = first.pop("number")


def _by_cells(table: Table, column: int, cells: list[Row], columns: Columns, legend: Legend, found: Found) -> bool:
    """Take *column* for what its cells leave no doubt about, if they do; it is noted."""
    heading = table.headings.cell(column)
    printed = [row.cell(column) for row in cells]
    candidates: tuple[Field, ...] = LIKELY.get(fold(heading), ()) if heading.strip() else ("status",)
    for name in candidates:
        if name in columns.first:
            continue
        match name:
            case "target_date":
                kinds = [TargetDate.read(cell).kind for cell in printed]
                fits = 2 * sum(kind != "unreadable" for kind in kinds) > len(kinds)
            case "status":
                fits = all(legend.knows(cell) for cell in printed)
            case "recommendation":
                fits = "recommendation_number" in columns.first
            case _:
                fits = True
        if fits:
            columns.first[name] = column
            what = f"the heading {short(heading)}" if heading.strip() else "the empty heading"
            meant = name.replace("_", " ")
            found.notes.append(
                f"{table.at(table.headings.number)}, column {column}: {what} was taken for the {meant}, by its cells."
            )
            return True
    return False


def _never_parted(table: Table, column: int, cells: list[Row], columns: Columns, found: Found) -> None:
    """Take a *column* of two fields for the first, and say that the other is not taken in."""
    taken, other = columns.shares.pop(column)
    if columns.first.get(other) == column:
        del columns.first[other]
    if cells:
        name, left = taken.replace("_", " "), other.replace("_", " ")
        found.not_understood.append(
            f"{table.at(table.headings.number)}, column {column}: {short(table.headings.cell(column))} holds the "
            f"{name} and the {left}, and all of {short(cells[0].cell(column))} below it in row {cells[0].number} was "
            f"taken for the {name}; put the {left} into a column of its own."
        )


def _not_understood(table: Table, column: int, below: Row, columns: Columns, found: Found) -> None:
    heading = table.headings.cell(column)
    others = " or ".join(HEADINGS[name][0].capitalize() for name in FULL_TABLE if name not in columns.first)
    if heading.strip():
        called = f"the heading {short(heading)} is not understood"
        words = " ".join(heading.split())
        cure = f"say what it means, as in --map '{words}=progress', or --map '{words}=nothing'"
    else:
        called = "there is no heading"
        cure = f"give it one that is known{f' ({others})' if others else ''}"
    found.not_understood.append(
        f"{table.at(table.headings.number)}, column {column}: {called}, and {short(below.cell(column))} below it in "
        f"row {below.number} is not taken in; {cure}."
    )


def _rows(table: Table) -> list[Row]:
    return [row for row in table.rows if row.alone is None]
