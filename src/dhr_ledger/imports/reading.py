"""From a table to a section of the plan: what each of its rows is, and which go on with the one above."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dhr_ledger.errors import BadReference
from dhr_ledger.imports.actions import Actions
from dhr_ledger.imports.columns import Columns, read_columns
from dhr_ledger.imports.grid import Found, Row, Table, row_beside, short
from dhr_ledger.imports.headings import Field, gaps, known
from dhr_ledger.imports.keys import key_of
from dhr_ledger.imports.owners import Owners
from dhr_ledger.imports.remarks import Remarks, leave_out_guidance
from dhr_ledger.imports.rows import begins_here, in_one_cell, joined, without_a_digit
from dhr_ledger.imports.section import ImportedSection
from dhr_ledger.reference import check_section
from dhr_ledger.review import Meaning
from dhr_ledger.status import Legend


def read_section(table: Table, settled: Mapping[str, Meaning], legend: Legend, found: Found) -> ImportedSection:
    """The section that *table* is, as far as it can be read; a fault for everything that would be lost or mistaken."""
    printed = table.heading.alone if table.heading else None
    heading = printed or ("" if table.section else table.grid or Path(table.file.name).stem)
    key = table.section.rpartition(":")[2] or key_of(table, heading)
    try:
        check_section(f"DHR:{key}")
    except BadReference:
        found.faults.append(
            f"{table.at()}: {short(heading)} makes no key for a section; call the file like 09-WMP.csv."
        )
    if not table.ours:
        leave_out_guidance(table, found)
        headings = table.headings.cells
        number = (gaps(headings, settled) | known(headings, settled)).get("number")
        table.rows = [in_one_cell(row, number) for row in table.rows]
    columns = read_columns(table, {} if table.ours else settled, legend, found)
    owners, remarks = Owners(table, columns, found), Remarks(table, legend, found)
    rows = _Rows(table, columns, found, remarks, owners, Actions(table, columns, legend, found, remarks))
    for row in table.rows:
        rows.take(row)
    rows.close()
    remarks.say_once()
    if any(not action.numbered for action in rows.actions.taken.values()):
        found.notes.append(
            f"{table.at(table.headings.number)}: no number is printed for some actions, so they were counted here, "
            "each under its recommendation."
        )
    return ImportedSection(
        key=key,
        heading=heading,
        columns=table.headings.cells,
        recommendations=tuple(owners.recommendations.values()),
        actions=tuple(rows.actions.taken.values()),
        source=table.at(table.heading.number, heading=table.heading.column) if table.heading else table.at(),
        named=bool(table.section),
        headed=bool(printed),
        made_from=table.made_from,
    )


# The rows

_OF_AN_ACTION: tuple[Field, ...] = ("number", "text", "recommendation_number", "recommendation", "reference")
"""What a row has that begins an action; one that has nothing of it goes on with the one above."""
_WHOLE: tuple[Field, ...] = ("status", "target_date", "lead")
"""What never goes on in another row: joined, it would say something else."""


@dataclass(slots=True)
class _Rows:
    """The rows of a table, taken one after the other.

    `unread` is the row of the last action with those that go on with it; it is read when the next begins.  `astray`
    says that the row above was left out, and `no_numbers` what stands in the column of numbers and is none.
    """

    table: Table
    columns: Columns
    found: Found
    remarks: Remarks
    owners: Owners
    actions: Actions
    unread: list[Row] = field(default_factory=list)
    astray: bool = False
    no_numbers: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        number = self.columns.first.get("number")
        if number and not self.table.ours:
            self.no_numbers = without_a_digit(row.cell(number) for row in self.table.rows if row.alone is None)

    def take(self, row: Row) -> None:
        """Take *row* for what it is."""
        if row.banner:
            self.close()
            self.owners.take(row, row.banner, row.column)
        elif self._stands_by_itself(row):
            self.close()
            self.remarks.say_what_was_left_out(row)
        elif (self.unread or self.astray) and self._goes_on(row):
            if why := self._why_not_joined(row):
                self._leave_out(why)
            else:
                self.unread.append(row)
        elif why := self._why_no_action(row):
            self._leave_out(why)
        else:
            self.close()
            self.unread = [row]

    def close(self) -> None:
        """Read the row that is open, if one is, with all that go on with it."""
        rows, self.unread, self.astray = self.unread, [], False
        if not rows:
            return
        before = len(self.actions.taken)
        self._take_action(joined(rows))
        taken = " and ".join(action.number for action in list(self.actions.taken.values())[before:])
        if taken and len(rows) > 1:
            place = self.table.at(rows[1])
            self.found.notes.append(
                f"{place}: the row has no number and no action, and was joined to {taken} above it."
                if len(rows) == 2
                else f"{place}: this row and those down to {row_beside(self.table.at(rows[-1]), place)} have no number "
                f"and no action, and were joined to {taken} above them."
            )

    def _take_action(self, row: Row) -> None:
        self.remarks.say_what_is_too_wide(row)
        if {"text", "recommendation"} & self.columns.first.keys():
            owner = self.owners.of(row)
            self.actions.take(row, owner, self.owners.recommendations.get(owner or ""))

    def _goes_on(self, row: Row) -> bool:
        """Whether *row* only goes on with the action above, as after the end of a page: nothing in it begins one."""
        first = self.columns.first
        begins = (column for name in _OF_AN_ACTION if (column := first.get(name)))
        return not any(begins_here(row, column) for column in begins)

    # What is no action

    def _stands_by_itself(self, row: Row) -> bool:
        """Whether *row* is a line of words rather than an action of which the other cells are blank."""
        if row.alone is None:
            return False
        across = len([cell for cell in row.cells if cell.strip()]) > 1
        if across:
            return True
        others = [column for name, column in self.columns.places.items() if name != "number"]
        is_number = re.fullmatch(r"\s*\d[\w.]{0,9}\s*", row.alone)
        return row.column <= len(self.table.headings.cells) and row.column not in others and not is_number

    def _leave_out(self, why: str) -> None:
        """Leave a row out that nobody may take for an action, nor for a part of the one above it."""
        self.close()
        self.found.not_understood.append(why)
        self.astray = True

    def _why_no_action(self, row: Row) -> str | None:
        """Why *row*, which begins an action by its place, is none; `None` where it is one."""
        column = self.columns.first.get("number")
        if column is None or row.cell(column) not in self.no_numbers:
            return None
        return (
            f"{self.table.at(row, number=column)}: {short(row.cell(column))} is no number like those of the other "
            "actions, so the row is not taken in; give it one if it is an action."
        )

    def _why_not_joined(self, row: Row) -> str | None:
        """Why *row*, which goes on with the one above by its place, does not; `None` where it does."""
        cure = "so the row is not taken in; give it a number, or put its words into the row that it continues."
        if self.astray:
            place = self.table.at(row)
            return f"{place}: the row has no number and no action, and the one above it is not taken in, {cure}"
        for name in _WHOLE:
            for column in self.columns.of(name):
                if "progress" not in self.columns.shares.get(column, ()) and begins_here(row, column):
                    return (
                        f"{self.table.at(row, cell=column)}: {short(row.cell(column))} would be joined to the "
                        f"{name.replace('_', ' ')} of the row above, as the row has no number and no action, {cure}"
                    )
        return None
