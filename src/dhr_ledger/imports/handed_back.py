"""What a document for the Home Office says that comes back: its rows as they were printed, rows edited, and new ones.

The number of an action and of a recommendation stands before its words, as it was printed.  A row that was not printed
is a new action, under the recommendation that it names or else under the one above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import get_args

from dhr_ledger.errors import ImportRefused
from dhr_ledger.home_office import Field, parted, template
from dhr_ledger.imports.cells import says
from dhr_ledger.imports.grid import Found, Row, Table, as_shown, row_beside, short
from dhr_ledger.imports.headings import as_words, fold
from dhr_ledger.imports.items import aligned, items
from dhr_ledger.imports.printed_rows import PrintedRow
from dhr_ledger.imports.progress import Piece, read_progress
from dhr_ledger.imports.rows import OWN_NUMBER, WORDED
from dhr_ledger.imports.section import (
    MOST_REPORTS,
    ImportedAction,
    ImportedRecommendation,
    ImportedSection,
)
from dhr_ledger.lead import Lead
from dhr_ledger.reference import number_of
from dhr_ledger.review import Scope
from dhr_ledger.status import DEFAULT_LEGEND
from dhr_ledger.target_date import TargetDate

Cells = Mapping[Field, str]
_READ_AS = {"action": "text", "completion": "outcome"}
"""Where a column of the form is called otherwise than the field that it is read as."""


def read_handed_back(table: Table, found: Found) -> ImportedSection:
    """The section that *table* is, of which `table.printed` says what stood in each row."""
    rows = _Rows(table, found)
    for row in table.rows:
        rows.take(row)
    return ImportedSection(
        key=table.section.rpartition(":")[2],
        heading=(table.heading.alone or "") if table.heading else "",
        columns=table.headings.cells,
        recommendations=tuple(rows.recommendations.values()),
        actions=tuple(rows.actions),
        source=table.at(),
        named=True,
        headed=table.heading is not None,
        made_from=table.made_from,
    )


@dataclass(slots=True)
class _Rows:
    """The rows of a section, taken one after the other; `standing` is the recommendation that the last one is under.

    `recommendations` are those that an edited row or a new one names, by their numbers.
    """

    table: Table
    found: Found
    recommendations: dict[str, ImportedRecommendation] = field(default_factory=dict)
    actions: list[ImportedAction] = field(default_factory=list)
    standing: str | None = None

    @property
    def printed(self) -> Mapping[tuple[str, int], PrintedRow]:
        """The rows of the table that were printed, by their places."""
        return self.table.printed or {}

    def take(self, row: Row) -> None:
        """Take *row*: as it was printed, or edited, or new."""
        cells: Cells = {name: row.cell(column) for name, column in _COLUMNS.items()}
        printed = self.printed.get(row.place)
        if printed is None:
            self.standing = self._named(row, cells, None) or self.standing
            self._take_new(row, cells)
            return
        self.standing = printed.under.number or None
        said = _changed(cells, printed, "recommendation")
        owner = self._named(row, cells, printed) if said else None
        if _changed(cells, printed, "scope"):
            self.found.not_understood.append(
                f"{self.table.at(row, scope=_COLUMNS['scope'])}: the scope {short(cells['scope'])} is not what was "
                f"printed there ({short(printed.cell('scope'))}) and is not taken in; reword the recommendation, with "
                "a reason."
            )
        if printed.action:
            self._take_printed(row, cells, printed, owner, said=said)
        elif any(cells[name].strip() for name in _OF_AN_ACTION):
            self.standing = owner or self.standing
            self._take_new(row, cells)

    # Recommendations

    def _named(self, row: Row, cells: Cells, printed: PrintedRow | None) -> str | None:
        """The number of the recommendation that *row* names, with or without its number; `None` where it names none."""
        said = cells["recommendation"]
        if not said.strip():
            return None
        worded = WORDED.fullmatch(said)
        if worded:
            self._recommend(row, worded["number"], worded["text"], cells)
            return worded["number"]
        known = {as_words(other.under.words): other.under.number for other in self.printed.values()}
        number = known.get(as_words(said)) or (printed.under.number if printed else "")
        numbered = bool(number)
        number = number or next(free for n in count(1) if (free := str(n)) not in {*known.values()})
        self._recommend(row, number, said, cells, numbered=numbered)
        return number

    def _recommend(self, row: Row, number: str, words: str, cells: Cells, *, numbered: bool = True) -> None:
        source = self.table.at(row, recommendation=_COLUMNS["recommendation"])
        standing = self.recommendations.get(number)
        if standing is None:
            scope = next((known for known in get_args(Scope) if known == fold(cells["scope"])), None)
            self.recommendations[number] = ImportedRecommendation(number, words, source, scope, numbered)
        elif as_shown(standing.text) != as_shown(words):
            self.found.faults.append(
                f"{source}: recommendation {number} stands in {row_beside(standing.source, source)} already, with "
                "other words; number one of them anew."
            )

    # Actions

    def _take_printed(self, row: Row, cells: Cells, printed: PrintedRow, owner: str | None, *, said: bool) -> None:
        """Take the action that was *printed* there; *said* says that its recommendation is not what was printed."""
        assert printed.action is not None
        number, words = self._words(cells["action"], printed)
        columns = {name: column for name, column in _COLUMNS.items() if name != "scope"}
        if not said:
            del columns["recommendation"]
        places = {_READ_AS.get(name, name): column for name, column in columns.items()}
        if number is not None:
            places["number"] = _COLUMNS["action"]
        reference = printed.action.reference
        number = number or printed.action.number
        self._add(row, places, cells, number, words, owner, reference=reference, printed=printed)

    def _words(self, cell: str, printed: PrintedRow) -> tuple[str | None, str]:
        """The number in a *cell* of an action, `None` where it is as printed, and its words."""
        [(label, words)] = printed.cells["action"]
        if as_shown(cell) == as_shown(printed.cell("action")):
            return None, words
        before = r"\s+".join(map(re.escape, as_shown(parted("action", label)).split()))
        if as_printed := re.match(rf"\s*{before}(?:\s+|\Z)", cell):
            return None, cell[as_printed.end() :]
        other = re.match(r"\s*(?P<number>\S+)\.\s+", cell)
        if other is None or as_shown(cell[other.end() :]) != as_shown(words):
            other = OWN_NUMBER.match(cell)
        return (other["number"], cell[other.end() :]) if other else (None, cell)

    def _take_new(self, row: Row, cells: Cells) -> None:
        """Take a row that was not printed: a new action, or several, under the recommendation that stands."""
        if not cells["action"].strip():
            if any(cells[name].strip() for name in _OF_AN_ACTION):
                self.found.not_understood.append(
                    f"{self.table.at(row)}: the row has no action and is not taken in; say what is to be done."
                )
            return
        if self.standing and self.standing not in self.recommendations:
            words = next(other.under.words for other in self.printed.values() if other.under.number == self.standing)
            self._recommend(row, self.standing, words, cells)
        columns = {_READ_AS.get(name, name): column for name, column in _COLUMNS.items() if name != "scope"}
        several = items(cells["action"])
        for item in several:
            said = {name: aligned(several, cell)[0][item.number] for name, cell in cells.items()}
            number = f"{self.standing}.{item.number}" if self.standing else item.number
            self._add(row, columns, said, number, item.words, self.standing)
        if not several:
            own = OWN_NUMBER.match(cells["action"])
            number, begins = (own["number"], own.end()) if own else (self._free(), 0)
            self._add(row, columns, cells, number, cells["action"][begins:], self.standing, numbered=bool(own))

    def _free(self) -> str:
        """A number under the recommendation that stands which no action of the section has."""
        printed = (row.action for row in self.printed.values() if row.action)
        taken = {name for action in printed for name in (action.number, number_of(action.reference))}
        taken |= {action.number for action in self.actions}
        numbers = (f"{self.standing}.{n}" if self.standing else str(n) for n in count(1))
        return next(number for number in numbers if number not in taken)

    def _add(
        self,
        row: Row,
        columns: Mapping[str, int],
        cells: Cells,
        number: str,
        words: str,
        owner: str | None,
        *,
        numbered: bool = True,
        reference: str | None = None,
        printed: PrintedRow | None = None,
    ) -> None:
        milestones = tuple(self._reports(row, cells["milestones"]))
        self.actions.append(
            ImportedAction(
                number=number,
                recommendation=owner,
                text=words,
                lead=Lead.read(cells["lead"]),
                target_date=TargetDate.read(cells["target_date"]),
                desired_outcome="",
                monitoring="",
                success_measure="",
                evidence_required="",
                outcome=cells["completion"],
                milestones=milestones,
                progress=(),
                status=DEFAULT_LEGEND.read(""),
                source=self.table.at(row, **columns),
                numbered=numbered,
                reference=reference,
                printed=printed.cells if printed else None,
            )
        )

    def _reports(self, row: Row, cell: str) -> Iterator[Piece]:
        pieces = read_progress(cell) if cell.strip() else ()
        self.found.reports += len(pieces)
        if self.found.reports > MOST_REPORTS:
            place = self.table.at(row)
            raise ImportRefused([f"{place}: more than {MOST_REPORTS:,} reports so far; is it an action plan?"])
        yield from pieces


_COLUMNS: Mapping[Field, int] = {column.field: nth for nth, column in enumerate(template().columns, start=1)}
_OF_AN_ACTION: tuple[Field, ...] = ("action", "lead", "milestones", "target_date", "completion")


def _changed(cells: Cells, printed: PrintedRow, name: Field) -> bool:
    """Whether the cell *name* does not say what was printed, but for what was withheld from whoever got the file."""
    return not says(cells[name], printed.cell(name))
