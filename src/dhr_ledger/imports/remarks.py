"""What is said of the cells of an action that were taken as printed, and what a person should look at in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dhr_ledger.imports.columns import Columns, telling_apart
from dhr_ledger.imports.grid import Found, Row, Table, row_beside, short
from dhr_ledger.imports.headings import Field, fold
from dhr_ledger.imports.progress import Hint, proposals_in
from dhr_ledger.imports.rows import in_a_reference
from dhr_ledger.provenance import Source
from dhr_ledger.status import Legend, Status

if TYPE_CHECKING:
    from dhr_ledger.imports.section import ImportedAction

_AS_ABOVE = re.compile(
    r"""\s* (?: (?:(?:the\s+)?same\s+)?as\s+above | see\s+above | ditto | do\. | ["”“〃] | '' | ’’ ) [\s.]*""",
    re.IGNORECASE | re.VERBOSE,
)
_SAID_OTHERWISE: frozenset[Field] = frozenset({"number", "status", "target_date", "section", "reference"})
"""The fields of which a cell that stands for the one above is said to be no number, status or date anyway."""
_PLACES = 5
"""How many places are named of what is said once."""


def is_no_report(cell: str) -> bool:
    """Whether a cell of progress says that there is none: a dash alone, or n/a."""
    return re.fullmatch(r"[\s.‐-―−-]+|\s*n/?a\.?\s*", cell, re.IGNORECASE) is not None


@dataclass(slots=True)
class Remarks:
    """What is said of one table once its rows are read: what stands for the cells above, and colours without meaning.

    `above` has the places of each such word, and `colours` the column and the colour of each row of which nothing else
    says the status.  `unsaid` are the rows in which a column of outcomes and statuses says none.  `apart` is the column
    that tells equal numbers apart, 0 where none does, once somebody asked.
    """

    table: Table
    legend: Legend
    found: Found
    above: dict[str, list[tuple[str, Row, int]]] = field(default_factory=dict)
    colours: dict[tuple[str, int], tuple[int, str]] = field(default_factory=dict)
    unsaid: dict[int, list[Row]] = field(default_factory=dict)
    apart: int | None = None

    def keep_what_says_no_status(self, row: Row, column: int) -> None:
        """Keep that the cell of *row* in a *column* of outcomes and statuses says no status that is known."""
        if row.cell(column).strip():
            self.unsaid.setdefault(column, []).append(row)

    def look_for_ditto(self, row: Row, cells: dict[int, str]) -> None:
        """Keep where a cell of *row* says only that it is as the one above; *cells* are those by their columns."""
        for column, cell in cells.items():
            if _AS_ABOVE.fullmatch(cell):
                self.above.setdefault(fold(cell) or cell.strip(), []).append((cell.strip(), row, column))

    def say_once(self) -> None:
        """Say what was kept for the end of the table, each kind in one sentence."""
        for places in self.above.values():
            words, row, column = places[0]
            here = self.table.at(row, cell=column)
            others = [f"{row_beside(self.table.at(row), here)}, column {column}" for _, row, column in places[1:]]
            more = f" and {len(others) - _PLACES} more places" if len(others) > _PLACES else ""
            so = f", and so in {'; '.join(others[:_PLACES])}{more}" if others else ""
            self.found.notes.append(
                f"{here}: {short(words)} stands for the cell above and is kept as printed; write it out{so}."
            )
        for column, rows in self.unsaid.items():
            more = f" and in {len(rows) - 1} more rows" if len(rows) > 2 else " and in another row" if rows[1:] else ""
            self.found.not_understood.append(
                f"{self.table.at(rows[0], cell=column)}: {short(rows[0].cell(column))}{more} stands in a column of "
                "outcomes and statuses and says no status that is known, so none is taken in; put the status into a "
                "column of its own."
            )
        if self.colours:
            fills = list(dict.fromkeys(fill for _, fill in self.colours.values()))
            named = ", ".join([*fills[:_PLACES], *(["…"] if len(fills) > _PLACES else [])])
            column = next(column for column, _ in self.colours.values())
            several = f"{len(self.colours)} action{'' if len(self.colours) == 1 else 's'}"
            self.found.notes.append(
                f"{self.table.at(self.table.headings.number, status=column)}: the status of {several} is a colour "
                f"({named}) that the legend does not name, and was not taken in; say what each means with --legend."
            )

    def say_what_was_left_out(self, row: Row) -> None:
        """A sentence about a *row* of words that is no action."""
        words = short(row.alone or "")
        place = self.table.at(row)
        if words[1:].lower().startswith("recommendation"):
            self.found.faults.append(
                f"{place}: {words} has no number that can be read; write it like 'Recommendation 2: …', one to a row."
            )
        else:
            self.found.notes.append(f"{place}: {words} stands by itself among the actions and was not taken in.")

    def say_what_is_too_wide(self, row: Row) -> None:
        """A fault for each cell of *row* that stands below no heading."""
        width = len(self.table.headings.cells)
        self.found.faults += [
            f"{self.table.at(row)}, column {column}: {short(cell)} stands to the right of the last heading; is "
            "there a comma in a cell without quotation marks around it?"
            for column, cell in enumerate(row.cells[width:], start=width + 1)
            if cell.strip()
        ]

    def taken_twice(self, place: Source, number: str, earlier: ImportedAction, columns: Columns) -> str:
        """That *number*, in *place*, is that of an *earlier* action, and what may be done about it."""
        row = row_beside(earlier.source, place)
        taken = f"{earlier.number} is the number of {row} already; number one of them anew"
        if number != earlier.number:
            named = in_a_reference(number)
            kept = ", as R is kept for recommendations" if "R" in (number[0], earlier.number[0]) else ""
            return f"{short(number)} has the reference {named}{kept}, and {taken}"
        if self.apart is None:
            self.apart = telling_apart(self.table, columns) or 0
        if self.apart:
            heading = " ".join(self.table.headings.cell(self.apart).split())
            return f"{taken}, or, if each counts for itself, say so with --map '{heading}=section'"
        nought = f", or, if it is {number}0, format the column as text" if re.fullmatch(r"\d+\.[1-9]", number) else ""
        return taken + nought

    def say_what_was_not_understood(self, action: ImportedAction) -> None:
        """A sentence for each cell of *action* that was taken as printed, and for each hint in its progress."""
        if action.target_date.kind == "unreadable":
            words = short(action.target_date.as_printed)
            self.found.notes.append(
                f"{action.at('target_date')}: no date can be read from {words}; it is kept as printed."
            )
        if action.lead.names_a_person:
            self.found.notes.append(
                f"{action.at('lead')}: the lead {short(action.lead.as_printed)} seems to name a person; a post would "
                "still be right when somebody else holds it."
            )
        printed = action.status.as_printed
        if printed.strip() and not self.legend.knows(printed):
            self.found.notes.append(
                f"{action.at('status')}: the status {short(printed)} is not known; it is kept as printed."
            )
        for hint in proposals_in("".join(piece.words for piece in action.progress), self.legend):
            if not _says_the_same(hint, action.status, self.legend):
                self.found.proposals.append(
                    f"{action.at('progress')}: {short(hint.words)} says another {hint.kind} of {action.number}; if it "
                    "is meant, record it."
                )

    def say_what_else_is_said(self, said: Status, other: Status, place: Source) -> None:
        """A sentence where the status *other* at *place* contradicts the one that was taken."""
        if "unknown" not in (said.progress, other.progress) and said.progress != other.progress:
            self.found.notes.append(
                f"{place}: {short(other.as_printed)} contradicts the status {short(said.as_printed)}, which was taken; "
                "check it."
            )

    def say_that_it_is_earlier(self, said: Status, place: Source, latest: int) -> None:
        """A sentence where the column of the *latest* day says no status, and *said* is one of a day before."""
        self.found.notes.append(
            f"{place}: the status {short(said.as_printed)} is an earlier one, as column {latest} is blank; check it."
        )


def ditto_may_stand_in(name: Field) -> bool:
    """Whether a cell of the field *name* may say no more than that it is as the one above, unnoticed."""
    return name not in _SAID_OTHERWISE


def _says_the_same(hint: Hint, status: Status, legend: Legend) -> bool:
    """Whether *hint* is a status, and means what *status* does."""
    plain = {"as_printed": ""}
    meant = legend.read(hint.words)
    known = "unknown" not in (meant.progress, status.progress)
    return hint.kind == "status" and known and meant.model_copy(update=plain) == status.model_copy(update=plain)


def leave_out_guidance(table: Table, found: Found) -> None:
    """Leave out the row right below the headings that says how to fill in the template, as the Home Office's does."""
    if table.rows and table.rows[0].asks:
        guidance = table.rows.pop(0)
        found.notes.append(f"{table.at(guidance.number)}: the row says how to fill in the table and was not taken in.")
