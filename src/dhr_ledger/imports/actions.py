"""What the cells of a row say, as an action, or as the several that stand in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import get_args

from dhr_ledger.errors import BadReference, ImportRefused
from dhr_ledger.imports.colours import colour_word
from dhr_ledger.imports.columns import Columns
from dhr_ledger.imports.grid import Cell, Found, Row, Table, row_beside, short
from dhr_ledger.imports.headings import Field
from dhr_ledger.imports.items import Item, aligned, items, without_number
from dhr_ledger.imports.printed_rows import is_form
from dhr_ledger.imports.progress import Piece, closing_status, read_progress
from dhr_ledger.imports.remarks import Remarks, ditto_may_stand_in, is_no_report
from dhr_ledger.imports.rows import OWN_NUMBER, WORDED, in_a_reference, names_a_recommendation
from dhr_ledger.imports.section import MOST_REPORTS, ImportedAction, ImportedRecommendation, as_number
from dhr_ledger.lead import Lead
from dhr_ledger.reference import check_action, number_of, spelled
from dhr_ledger.status import Legend, Status
from dhr_ledger.target_date import TargetDate

_CELLS: tuple[Field, ...] = get_args(Field)
_SHARED = 2
"""So many columns of the form of the Home Office are about the recommendation, and the others about the action."""


@dataclass(slots=True)
class Actions:
    """The actions of a table that were `taken` so far, by what is their own in it: a reference, or a number.

    `counted` says how many were counted under each recommendation, where no number is printed for them.
    """

    table: Table
    columns: Columns
    legend: Legend
    found: Found
    remarks: Remarks
    taken: dict[str, ImportedAction] = field(default_factory=dict)
    counted: Counter[str | None] = field(default_factory=Counter)

    def take(self, row: Row, owner: str | None, made: ImportedRecommendation | None) -> None:
        """Take *row* for the actions that it says.

        *owner* is the number of the recommendation that it stands under, and *made* that one, if it stands further up.
        """
        cells: dict[Field, str] = {name: row.cell(self.columns.first.get(name)) for name in _CELLS}
        printed_by_us = self.table.made_from is not None and is_form(self.table.headings)
        if printed_by_us and not any(map(str.strip, row.cells[_SHARED:])):
            return  # a recommendation that has no action
        if "text" not in self.columns.first:
            # The recommendation itself is what is promised, and what is kept track of.
            cells["text"] = made.text if made else ""
        self._part(row, cells)
        if not self.table.ours:
            self._look_at(row, cells)
        if reference := spelled(row.cell(self.table.reference).strip()):
            number = cells["number"] if "number" in self.columns.first else number_of(reference)
            self._add(row, number, owner, cells, reference=reference)
            return
        if "number" in self.columns.first:
            self._add(row, as_number(cells["number"]), owner, cells)
            return
        several = items(cells["text"])
        for item in several:
            self._add(row, self._count(owner, item.number), owner, self._aligned(row, several, item, cells))
        if not several:
            own = OWN_NUMBER.match(cells["text"])
            if own and printed_by_us:
                self._add(row, own["number"], owner, cells | {"text": cells["text"][own.end() :]})
                return
            if own:
                cells["target_date"] = without_number(cells["target_date"], own["number"])
            self._add(row, self._count(owner, own["number"] if own else None), owner, cells, numbered=bool(own))

    def _look_at(self, row: Row, cells: dict[Field, str]) -> None:
        """Leave out what says nothing in *cells*, put an agency before its officer, and look for ditto marks."""
        read = [(name, column) for name in cells if ditto_may_stand_in(name) for column in self.columns.of(name)]
        self.remarks.look_for_ditto(row, {column: row.cell(column) for _, column in read})
        leads = (row.cell(column).strip() for column in self.columns.of("lead"))
        if len(self.columns.of("lead")) > 1:
            cells["lead"] = " - ".join(dict.fromkeys(filter(None, leads)))

    def _count(self, owner: str | None, own: str | None) -> str:
        """The number of an action in a table that prints none for it: that of the recommendation, and then its own."""
        self.counted[owner] += 1
        own = own or str(self.counted[owner])
        if "text" not in self.columns.first and owner:
            return owner
        return f"{owner}.{own}" if owner and not own.startswith(f"{owner}.") else own

    def _aligned(self, row: Row, several: Sequence[Item], item: Item, cells: Mapping[Field, str]) -> dict[Field, str]:
        """The cells of one of *several* actions that stand in one row: what is numbered alike, else the whole cell."""
        said: dict[Field, str] = dict(cells)
        for name, cell in cells.items():
            if name == "text" or not cell.strip():
                continue
            parts, doubtful = aligned(several, cell)
            said[name] = parts[item.number]
            if doubtful and item is several[0]:
                self.found.notes.append(
                    f"{self.table.at(row)}: the {name.replace('_', ' ')} is not numbered like the actions "
                    "beside it and was put to each of them; check it."
                )
        return said | {"text": item.words}

    def _part(self, row: Row, cells: dict[Field, str]) -> None:
        """Part the cells of a column that holds two fields."""
        for column, names in self.columns.shares.items():
            match names:
                case ("status", "progress") | (_, "status"):
                    if column == self.columns.first["status"]:
                        closing = closing_status(row.cell(column), self.legend)
                        cells["status"] = closing[0] if closing else ""
                        if not closing and names == ("outcome", "status"):
                            self.remarks.keep_what_says_no_status(row, column)
                case ("target_date", "outcome"):
                    done = re.search(r"\b(?:completed?|achieved|done)\b", cells["target_date"], re.IGNORECASE)
                    cells["outcome"] = cells["target_date"][done.start() :] if done else ""
                    cells["target_date"] = cells["target_date"][: done.start()] if done else cells["target_date"]
                case ("number", "text") | ("recommendation_number", "recommendation"):
                    worded = WORDED.fullmatch(cells[names[1]])
                    cells[names[0]] = worded["number"] if worded else ""
                    cells[names[1]] = worded["text"] if worded else cells[names[1]]
                case _:
                    raise AssertionError(names)  # columns that are never parted hold one field

    def _add(
        self,
        row: Row,
        number: str,
        owner: str | None,
        cells: Mapping[Field, str],
        *,
        numbered: bool = True,
        reference: str | None = None,
    ) -> None:
        faults = list(self._faults(row, number, cells, reference))
        self.found.faults += faults
        if faults:
            return
        action = ImportedAction(
            number=number,
            recommendation=owner,
            text=cells["text"],
            lead=Lead.read(cells["lead"]),
            target_date=TargetDate.read(cells["target_date"]),
            desired_outcome=cells["desired_outcome"],
            monitoring=cells["monitoring"],
            success_measure=cells["success_measure"],
            evidence_required=cells["evidence"],
            outcome=cells["outcome"],
            milestones=self._pieces(row, "milestones", cells["milestones"]),
            progress=self._pieces(row, "progress", cells["progress"]),
            status=self._status(row, cells["status"]),
            source=self.table.at(row, **self.columns.places),
            numbered=numbered,
            reference=reference,
        )
        self.taken[reference or action.named] = action
        self.remarks.say_what_was_not_understood(action)

    def _pieces(self, row: Row, name: Field, cell: str) -> tuple[Piece, ...]:
        """The reports in *cell*, and those in further columns of the kind, each column with the date in its heading."""
        pieces: list[Piece] = []
        for nth, column in enumerate(self.columns.of(name)):
            words = cell if nth == 0 else row.cell(column)
            if not words.strip() or (is_no_report(words) and not self.table.ours):
                continue
            read = read_progress(words, heading=self.columns.dates.get(column))
            if pieces:  # a line of its own, as progress is shown
                read = (replace(read[0], words="\n" + read[0].words), *read[1:])
            pieces += read if nth == 0 else (replace(piece, column=f"{name}_{nth + 1}") for piece in read)
        self.found.reports += len(pieces)
        if self.found.reports > MOST_REPORTS:
            place = self.table.at(row)
            raise ImportRefused([f"{place}: more than {MOST_REPORTS:,} reports so far; is it an action plan?"])
        return tuple(pieces)

    def _status(self, row: Row, cell: str) -> Status:
        """The status in words, or else by the colour of its cell; one that says otherwise beside it is noted."""
        said: Status | None = self.legend.read(cell) if cell.strip() else None
        first = self.columns.first.get("status")
        for column in self.columns.of("status"):
            printed = row.cell(column)
            fill = printed.fill if isinstance(printed, Cell) else None
            word = colour_word(fill, self.legend)
            words = [printed] if printed.strip() and column not in self.columns.shares else []
            for other in map(self.legend.read, [*words, word] if word else words):
                if said is None:
                    said = other
                    if column != first and first in self.columns.dates:
                        self.remarks.say_that_it_is_earlier(said, self.table.at(row, status=column), first)
                else:
                    self.remarks.say_what_else_is_said(said, other, self.table.at(row, status=column))
            if fill and not word and not all(isinstance(beside, Cell) and beside.fill == fill for beside in row.cells):
                self.remarks.colours.setdefault(row.place, (column, fill))
        if said is not None:
            self.remarks.colours.pop(row.place, None)
        return said or self.legend.read(cell)

    def _faults(self, row: Row, number: str, cells: Mapping[Field, str], reference: str | None) -> Iterator[str]:
        """Why *row* cannot be taken in, a sentence each."""
        place = self.table.at(row)
        if not number and not reference:
            yield (
                f"{place}: the row that begins {short(row.cell(row.column))} has no number; give it one, or put its "
                "words into the row that it continues."
            )
            return
        if not cells["text"].strip() and not reference:
            yield f"{place}: {number} has no action; say what is to be done, or leave the row out."
        if reference in self.taken:
            earlier = row_beside(self.taken[reference].source, place)
            yield f"{place}: {reference} stands in {earlier} already; leave the cell blank for a new action."
        if reference:
            return
        named = in_a_reference(number)
        if "number" in self.columns.first and names_a_recommendation(cells["number"]) and not self.table.ours:
            yield (
                f"{self.table.at(row, number=self.columns.first['number'])}: {short(cells['number'])} names a "
                "recommendation, and other cells are filled as those of an action are; give the action a number, and "
                "the recommendation a row of its own."
            )
        elif named in self.taken:
            yield f"{place}: {self.remarks.taken_twice(place, number, self.taken[named], self.columns)}."
        try:
            check_action(f"DHR:KEY:{named}")
        except BadReference:
            yield f"{place}: {short(cells['number'] or number)} cannot be the number of an action; write it like 1.2."
