"""From a table to a section of the plan: its key, what its columns hold, its recommendations and its actions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from dhr_ledger.action import Lead
from dhr_ledger.errors import BadReference, UnknownStatus
from dhr_ledger.imports.grid import Banner, Found, Row, Table, short
from dhr_ledger.imports.headings import FULL_TABLE, HEADINGS, Field, field_of, fold, gaps, known
from dhr_ledger.provenance import Source
from dhr_ledger.reference import check_action, check_section
from dhr_ledger.status import DEFAULT_LEGEND, Status
from dhr_ledger.target_date import TargetDate


@dataclass(frozen=True, slots=True)
class ImportedRecommendation:
    """A recommendation, in its own words, and where it was read."""

    number: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class ImportedAction:
    """A row of the table: every cell as printed, blank where the table has no such column, and what two of them mean.

    `recommendation` is the number of the one that it stands under; `source.columns` says which columns there are.
    """

    number: str
    recommendation: str | None
    text: str
    lead: Lead
    target_date: TargetDate
    desired_outcome: str
    monitoring: str
    success_measure: str
    progress: str
    status: Status
    source: Source

    def at(self, name: Field) -> Source:
        """The place of one of its cells."""
        return self.source.model_copy(update={"columns": {name: (self.source.columns or {})[name]}})


@dataclass(frozen=True, slots=True)
class ImportedSection:
    """What one agency is to do: its short key, its heading, and the headings of its columns, all as printed."""

    key: str
    heading: str
    columns: tuple[str, ...]
    recommendations: tuple[ImportedRecommendation, ...]
    actions: tuple[ImportedAction, ...]
    source: Source


def read_section(table: Table, found: Found) -> ImportedSection:
    """The section that *table* is, as far as it can be read; a fault for everything that would be lost or mistaken."""
    heading = (table.heading.alone if table.heading else None) or table.grid or Path(table.file.name).stem
    key = _key(table, heading)
    try:
        check_section(f"DHR:{key}")
    except BadReference:
        found.faults.append(
            f"{table.at()}: {short(heading)} makes no key for a section; call the file like 09-WMP.csv."
        )
    rows = _Rows(table, _columns(table, found), _owners(table, found), found)
    for row in table.rows:
        rows.take(row)
    return ImportedSection(
        key=key,
        heading=heading,
        columns=table.headings.cells,
        recommendations=tuple(rows.recommendations.values()),
        actions=tuple(rows.actions.values()),
        source=table.at(table.heading.number, heading=table.heading.column) if table.heading else table.at(),
    )


def _key(table: Table, heading: str) -> str:
    numbered = re.fullmatch(r"\d{1,3}[-_ ]+([^\W\d_][^\W_]*)", Path(table.file.name).stem)
    if numbered and table.sole:
        return numbered[1]
    acronym = re.search(r"\(([A-Z][A-Z0-9&]+)\)\s*$", heading)
    if acronym:
        return acronym[1]
    words = [word for word in re.findall(r"\d+|[^\W\d_][\w'’]*", heading) if word.lower() not in _SMALL_WORDS]
    return "".join(word if word.isdecimal() else word[0].upper() for word in words)


_SMALL_WORDS = frozenset({"a", "and", "for", "from", "in", "of", "on", "the", "to"})


# What the columns hold


def _columns(table: Table, found: Found) -> dict[Field, int]:
    """Which column holds which field; a fault for each that is missing, doubled, or holds what nobody would find."""
    headings = table.headings
    place = table.at(headings.number)
    by_place = gaps(headings.cells)
    columns = known(headings.cells) | by_place
    for name, column in by_place.items():
        found.notes.append(f"{place}, column {column}: the empty heading was taken for the {name}, by its place.")
    filled: dict[int, Row] = {}
    for row in reversed(table.rows):
        if row.alone is None:
            filled |= {column: row for column, cell in enumerate(row.cells, start=1) if cell.strip()}
    for column, heading in enumerate(headings.cells, start=1):
        name_of = field_of(heading)
        below = filled.get(column)
        if column in columns.values():
            continue
        if name_of:
            found.faults.append(
                f"{place}: both {short(headings.cell(columns[name_of]))} in column {columns[name_of]} and "
                f"{short(heading)} in column {column} mean the {name_of.replace('_', ' ')}; rename one, or take it out."
            )
        elif below:
            called = f"the heading {short(heading)} is not known" if heading.strip() else "there is no heading"
            others = " or ".join(HEADINGS[name][0].capitalize() for name in FULL_TABLE if name not in columns)
            found.faults.append(
                f"{place}, column {column}: {called}, and {short(below.cell(column))} below it in row {below.number} "
                f"would be lost; give it one that is known{f' ({others})' if others else ''}, or take the column out."
            )
    found.faults += [
        f"{place}: no column is headed {HEADINGS[name][0].capitalize()}, which every action needs; add it."
        for name in ("number", "text")
        if name not in columns
    ]
    return dict(sorted(columns.items(), key=lambda item: item[1]))


# Which recommendation each action is for


def _owners(table: Table, found: Found) -> dict[int, str | None]:
    """The number of the recommendation that each row stands under, by the number of the row.

    It is the one above it.  In a section that begins with actions and ends with a recommendation, each recommendation
    stands below its actions, and it is the next one.  Where actions stand both before the first recommendation and
    after the last, those before the first belong to the one that their own number names (`2.1` and `2` name 2), or to
    none.  Numbers decide nothing else: actions 1 to 14 under recommendations 1 to 4 are only counted on.
    """
    rows = [row for row in table.rows if row.banner or row.alone is None]
    banners = {row.number: row.banner.number for row in rows if row.banner}
    upwards = bool(banners) and rows[0].number not in banners and rows[-1].number in banners
    if upwards:
        found.notes.append(
            f"{table.at(rows[0].number)}: the section begins with actions and ends with a recommendation, so each "
            "action was put under the next recommendation below it; check that."
        )
    owners: dict[int, str | None] = {}
    owner: str | None = None
    for row in reversed(rows) if upwards else rows:
        owner = banners.get(row.number, owner)
        owners[row.number] = owner
    if banners:
        column = (known(table.headings.cells) | gaps(table.headings.cells)).get("number")
        for row in (row for row in rows if owners[row.number] is None):
            number = _number(row.cell(column))
            owners[row.number] = next((n for n in (number, number.rpartition(".")[0]) if n in banners.values()), None)
            under = f"was put under {owners[row.number]} by its number" if owners[row.number] else "is under none"
            found.notes.append(
                f"{table.at(row.number)}: action {number} stands above the first recommendation and {under}; check it."
            )
    return owners


# The rows


@dataclass(slots=True)
class _Rows:
    """The rows of a table, taken one after the other."""

    table: Table
    columns: dict[Field, int]
    owners: dict[int, str | None]
    found: Found
    recommendations: dict[str, ImportedRecommendation] = field(default_factory=dict)
    actions: dict[str, ImportedAction] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        """Take *row* for what it is."""
        if row.banner:
            self._take_recommendation(row, row.banner)
        elif self._stands_by_itself(row):
            self._say_what_was_left_out(row)
        else:
            self._take_action(row)

    def _take_recommendation(self, row: Row, banner: Banner) -> None:
        source = self.table.at(row.number, text=row.column)
        standing = self.recommendations.get(banner.number)
        if not banner.text.strip():
            self.found.faults.append(
                f"{source}: recommendation {banner.number} has no words; put them into the same cell."
            )
        elif standing is None:
            self.recommendations[banner.number] = ImportedRecommendation(banner.number, banner.text, source)
        elif fold(standing.text) != fold(banner.text):
            self.found.faults.append(
                f"{source}: recommendation {banner.number} stands in row {standing.source.row} already, with other "
                "words; number one of them anew."
            )

    def _stands_by_itself(self, row: Row) -> bool:
        """Whether *row* is a line of words rather than an action of which the other cells are blank."""
        if row.alone is None:
            return False
        across = len([cell for cell in row.cells if cell.strip()]) > 1
        if across:
            return True
        others = [column for name, column in self.columns.items() if name != "number"]
        is_number = re.fullmatch(r"\s*\d[\w.]{0,9}\s*", row.alone)
        return row.column <= len(self.table.headings.cells) and row.column not in others and not is_number

    def _say_what_was_left_out(self, row: Row) -> None:
        words = short(row.alone or "")
        place = self.table.at(row.number)
        if words[1:].lower().startswith("recommendation"):
            self.found.faults.append(
                f"{place}: {words} has no number that can be read; write it like 'Recommendation 2: …', one to a row."
            )
        else:
            self.found.notes.append(f"{place}: {words} stands by itself among the actions and was not taken in.")

    def _take_action(self, row: Row) -> None:
        cells = {name: row.cell(self.columns.get(name)) for name in FULL_TABLE}
        number = _number(cells["number"])
        faults = list(self._faults(row, number, cells))
        self.found.faults += faults
        if faults or not number:
            return
        action = ImportedAction(
            number=number,
            recommendation=self.owners.get(row.number),
            text=cells["text"],
            lead=Lead(as_printed=cells["lead"]),
            target_date=TargetDate.read(cells["target_date"]),
            desired_outcome=cells["desired_outcome"],
            monitoring=cells["monitoring"],
            success_measure=cells["success_measure"],
            progress=cells["progress"],
            status=DEFAULT_LEGEND.read(cells["status"]),
            source=self.table.at(row.number, **self.columns),
        )
        self.actions[number] = action
        self._say_what_was_not_understood(action)

    def _faults(self, row: Row, number: str, cells: dict[Field, str]) -> list[str]:
        """Why *row* cannot be taken in, a sentence each."""
        faults = []
        place = self.table.at(row.number)
        width = len(self.table.headings.cells)
        for column, cell in enumerate(row.cells[width:], start=width + 1):
            if cell.strip():
                faults.append(
                    f"{place}, column {column}: {short(cell)} stands to the right of the last heading; is there a "
                    "comma in a cell without quotation marks around it?"
                )
        if not {"number", "text"} <= self.columns.keys():
            return faults
        if not number:
            faults.append(
                f"{place}: the row that begins {short(row.cell(row.column))} has no number; give it one, or put its "
                "words into the row that it continues."
            )
            return faults
        if not cells["text"].strip():
            faults.append(f"{place}: {number} has no action; say what is to be done, or leave the row out.")
        if number in self.actions:
            earlier = self.actions[number].source.row
            faults.append(f"{place}: {number} is the number of row {earlier} already; number one of them anew.")
        try:
            check_action(f"DHR:KEY:{number}")
        except BadReference:
            faults.append(f"{place}: {short(cells['number'])} cannot be the number of an action; write it like 1.2.")
        return faults

    def _say_what_was_not_understood(self, action: ImportedAction) -> None:
        if action.target_date.kind == "unreadable":
            words = short(action.target_date.as_printed)
            self.found.notes.append(
                f"{action.at('target_date')}: no date can be read from {words}; it is kept as printed."
            )
        if action.status.as_printed.strip():
            try:
                DEFAULT_LEGEND.parse(action.status.as_printed)
            except UnknownStatus:
                words = short(action.status.as_printed)
                self.found.notes.append(
                    f"{action.at('status')}: the status {words} is not known; it is kept as printed."
                )


def _number(cell: str) -> str:
    """A printed number as it stands in a reference: `1.` is written `1`."""
    return "".join(cell.split()).rstrip(".")
