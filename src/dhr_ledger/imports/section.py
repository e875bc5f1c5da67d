"""From a table to a section of the plan: its key, its recommendations, its actions, and what each cell says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import get_args

from dhr_ledger.errors import BadReference, ImportRefused
from dhr_ledger.home_office import Field as FormField
from dhr_ledger.home_office import Line
from dhr_ledger.imports.colours import colour_word
from dhr_ledger.imports.columns import Columns, label_of, read_columns
from dhr_ledger.imports.grid import Banner, Cell, Found, Row, Table, short
from dhr_ledger.imports.headings import Field, as_words, fold, gaps, known
from dhr_ledger.imports.items import Item, aligned, items, without_number
from dhr_ledger.imports.printed_rows import is_form
from dhr_ledger.imports.progress import Piece, closing_status, read_progress
from dhr_ledger.imports.remarks import Remarks, ditto_may_stand_in, is_no_report, leave_out_guidance
from dhr_ledger.imports.rows import (
    OWN_NUMBER,
    WORDED,
    begins_here,
    in_a_reference,
    in_one_cell,
    joined,
    names_a_recommendation,
    without_a_digit,
)
from dhr_ledger.lead import Lead
from dhr_ledger.provenance import Source
from dhr_ledger.reference import check_action, check_section, number_of, spelled
from dhr_ledger.review import Meaning, Scope
from dhr_ledger.status import Legend, Status
from dhr_ledger.target_date import TargetDate


@dataclass(frozen=True, slots=True)
class ImportedRecommendation:
    """A recommendation, in its own words, and where it was read; `numbered` says that its number is printed."""

    number: str
    text: str
    source: Source
    scope: Scope | None = None
    numbered: bool = True


MOST_REPORTS = 50_000
"""In all tables."""


@dataclass(frozen=True, slots=True)
class ImportedAction:
    """A row of the table, or one of several actions in it: its cells as printed, and what they mean.

    `recommendation` is the number of the one that it stands under; `source.columns` says which columns there are.
    `numbered` says that its number is printed, and is not only counted here.  `progress` and `milestones` are pieces
    that joined again are the printed cell.  `reference` is that of the ledger which the table was made from, if any,
    and `printed` what was printed in its row where the table is a document for the Home Office that comes back.
    """

    number: str
    recommendation: str | None
    text: str
    lead: Lead
    target_date: TargetDate
    desired_outcome: str
    monitoring: str
    success_measure: str
    evidence_required: str
    outcome: str
    milestones: tuple[Piece, ...]
    progress: tuple[Piece, ...]
    status: Status
    source: Source
    numbered: bool = True
    reference: str | None = None
    printed: Mapping[FormField, tuple[Line, ...]] | None = None

    @property
    def named(self) -> str:
        """Its number as it stands in a reference: 1 for a printed R1, as R is kept for recommendations."""
        return in_a_reference(self.number)

    def at(self, name: str) -> Source:
        """The place of one of its cells; of the whole row where it has no such column."""
        column = (self.source.columns or {}).get(name)
        return self.source.model_copy(update={"columns": {name: column} if column else None})


@dataclass(frozen=True, slots=True)
class ImportedSection:
    """What one agency is to do: its short key, its heading, and the headings of its columns, all as printed.

    `named` says that the key is that of the ledger which the table was made from, and `headed` that a heading is
    printed, and the name of the file or of the table does not only stand in for it.
    """

    key: str
    heading: str
    columns: tuple[str, ...]
    recommendations: tuple[ImportedRecommendation, ...]
    actions: tuple[ImportedAction, ...]
    source: Source
    named: bool = False
    headed: bool = True


def read_section(table: Table, settled: Mapping[str, Meaning], legend: Legend, found: Found) -> ImportedSection:
    """The section that *table* is, as far as it can be read; a fault for everything that would be lost or mistaken."""
    printed = table.heading.alone if table.heading else None
    heading = printed or ("" if table.section else table.grid or Path(table.file.name).stem)
    key = table.section.rpartition(":")[2] or _key(table, heading)
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
    columns = read_columns(table, settled, legend, found)
    owners = {} if table.ours else _owners(table, columns, found)
    rows = _Rows(table, columns, owners, legend, found, Remarks(table, legend, found))
    for row in table.rows:
        rows.take(row)
    rows.close()
    rows.remarks.say_once()
    if any(not action.numbered for action in rows.actions.values()):
        found.notes.append(
            f"{table.at(table.headings.number)}: no number is printed for some actions, so they were counted here, "
            "each under its recommendation."
        )
    return ImportedSection(
        key=key,
        heading=heading,
        columns=table.headings.cells,
        recommendations=tuple(rows.recommendations.values()),
        actions=tuple(rows.actions.values()),
        source=table.at(table.heading.number, heading=table.heading.column) if table.heading else table.at(),
        named=bool(table.section),
        headed=bool(printed),
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


# Which recommendation each action is for


def _owners(table: Table, columns: Columns, found: Found) -> dict[tuple[str, int], str | None]:
    """The number of the recommendation that each row stands under, by the number of the row.

    It is the one above it.  In a section that begins with actions and ends with a recommendation, each recommendation
    stands below its actions, and it is the next one.  Where actions stand both before the first recommendation and
    after the last, those before the first belong to the one that their own number names (`2.1` and `2` name 2), or to
    none.  Numbers decide nothing else: actions 1 to 14 under recommendations 1 to 4 are only counted on, and so they
    may be where a table goes on in another.
    """
    rows = [row for row in table.rows if row.banner or row.alone is None]
    banners = {row.place: row.banner.number for row in rows if row.banner}
    upwards = bool(banners) and rows[0].place not in banners and rows[-1].place in banners
    if upwards:
        found.notes.append(
            f"{table.at(rows[0])}: the section begins with actions and ends with a recommendation, so each "
            "action was put under the next recommendation below it; check that."
        )
    owners: dict[tuple[str, int], str | None] = {}
    owner: str | None = None
    for row in reversed(rows) if upwards else rows:
        owner = banners.get(row.place, owner)
        owners[row.place] = owner
    numbers = set(banners.values())
    in_one_table = len({row.place[0] for row in rows}) == 1
    if banners and not {"recommendation", "recommendation_number"} & columns.first.keys():
        for row in (row for row in rows if owners[row.place] is None):
            number = as_number(row.cell(columns.first.get("number")))
            owners[row.place] = next(
                (n for n in (number if in_one_table else "", number.rpartition(".")[0]) if n in numbers), None
            )
            under = f"was put under {owners[row.place]} by its number" if owners[row.place] else "is under none"
            found.notes.append(
                f"{table.at(row)}: action {number} stands above the first recommendation and {under}; check it."
            )
    return owners


# The rows

_CELLS: tuple[Field, ...] = get_args(Field)
_OF_AN_ACTION: tuple[Field, ...] = ("number", "text", "recommendation_number", "recommendation", "reference")
"""What a row has that begins an action; one that has nothing of it goes on with the one above."""
_SHARED = 2
"""So many columns of the form of the Home Office are about the recommendation, and the others about the action."""
_WHOLE: tuple[Field, ...] = ("status", "target_date", "lead")
"""What never goes on in another row: joined, it would say something else."""


@dataclass(slots=True)
class _Rows:
    """The rows of a table, taken one after the other.

    `worded` has the number of each recommendation by its words, and `open` the row of the last action with those that
    go on with it; it is read when the next begins.  `astray` says that the row above was left out, and `no_numbers`
    what stands in the column of numbers and is none.
    """

    table: Table
    columns: Columns
    owners: dict[tuple[str, int], str | None]
    legend: Legend
    found: Found
    remarks: Remarks
    recommendations: dict[str, ImportedRecommendation] = field(default_factory=dict)
    actions: dict[str, ImportedAction] = field(default_factory=dict)
    worded: dict[str, str] = field(default_factory=dict)
    counted: Counter[str | None] = field(default_factory=Counter)
    standing: str | None = None
    open: list[Row] = field(default_factory=list)
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
            self._take_recommendation(row, row.banner, row.column)
        elif self._stands_by_itself(row):
            self.close()
            self.remarks.say_what_was_left_out(row)
        elif (self.open or self.astray) and self._goes_on(row):
            if why := self._why_not_joined(row):
                self._leave_out(why)
            else:
                self.open.append(row)
        elif why := self._why_no_action(row):
            self._leave_out(why)
        else:
            self.close()
            self.open = [row]

    def close(self) -> None:
        """Read the row that is open, if one is, with all that go on with it."""
        rows, self.open, self.astray = self.open, [], False
        if not rows:
            return
        before = len(self.actions)
        self._take_action(joined(rows))
        taken = " and ".join(action.number for action in list(self.actions.values())[before:])
        if taken and len(rows) > 1:
            place = self.table.at(rows[1])
            self.found.notes.append(
                f"{place}: the row has no number and no action, and was joined to {taken} above it."
                if len(rows) == 2
                else f"{place}: this row and those down to row {rows[-1].number} have no number and no action, and "
                f"were joined to {taken} above them."
            )

    # Recommendations

    def _take_recommendation(
        self, row: Row, banner: Banner, column: int, scope: Scope | None = None, *, numbered: bool = True
    ) -> None:
        source = self.table.at(row, text=column)
        standing = self.recommendations.get(banner.number)
        if not banner.text.strip():
            self.found.faults.append(
                f"{source}: recommendation {banner.number} has no words; put them into the same cell."
            )
        elif standing is None:
            made = ImportedRecommendation(banner.number, banner.text, source, scope, numbered)
            self.recommendations[banner.number] = made
            self.worded.setdefault(as_words(banner.text), banner.number)
        elif as_words(standing.text) != as_words(banner.text):
            self.found.faults.append(
                f"{source}: recommendation {banner.number} stands in row {standing.source.row} already, with other "
                "words; number one of them anew."
            )

    def _owner(self, row: Row) -> str | None:
        """The recommendation of *row*: in its own columns, or in those of a row above, or above the row."""
        first = self.columns.first
        if self.table.ours:
            return self._recommended(row)
        if not {"recommendation", "recommendation_number"} & first.keys():
            return self.owners.get(row.place)
        printed, words = row.cell(first.get("recommendation_number")), row.cell(first.get("recommendation"))
        if not printed.strip() and not words.strip():
            return self.standing or self.owners.get(row.place)  # the cell above goes on, or was left blank
        number = label_of(printed) or as_number(printed)
        worded = WORDED.fullmatch(words)
        if not number and worded:
            number, words = worded["number"], worded["text"]
        elif worded and worded["number"] == number:
            words = worded["text"]
        if not number:
            number = self.worded.get(as_words(words), "")
        if not number and row.cell(first.get("number")).strip() and first["number"] < first["recommendation"]:
            number = as_number(row.cell(first["number"]))
        numbered = bool(number)
        number = number or str(len(self.recommendations) + 1)
        if words.strip() or number not in self.recommendations:
            place = first.get("recommendation") or first["recommendation_number"]
            made = Banner(number, words or printed)
            self._take_recommendation(row, made, place, self._scope(row), numbered=numbered)
        self.standing = number
        return number

    def _recommended(self, row: Row) -> str | None:
        """The recommendation of *row* in a table of ours, which prints its words, and nothing for none."""
        place = self.columns.first.get("recommendation")
        words = row.cell(place)
        if not place or not words.strip():
            return None
        number = self.worded.get(" ".join(words.split()))
        if number is None:
            number = self.worded[" ".join(words.split())] = str(len(self.recommendations) + 1)
            source = self.table.at(row, text=place)
            self.recommendations[number] = ImportedRecommendation(number, words, source, None, numbered=False)
        return number

    def _scope(self, row: Row) -> Scope | None:
        printed = row.cell(self.columns.first.get("scope"))
        scope = fold(printed)
        if scope and scope not in get_args(Scope):
            self.found.notes.append(
                f"{self.table.at(row)}: the scope {short(printed)} is none of {', '.join(get_args(Scope))} and "
                "was not taken in."
            )
        return next((known for known in get_args(Scope) if known == scope), None)

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

    # Actions

    def _take_action(self, row: Row) -> None:
        cells: dict[Field, str] = {name: row.cell(self.columns.first.get(name)) for name in _CELLS}
        self.remarks.say_what_is_too_wide(row)
        if not {"text", "recommendation"} & self.columns.first.keys():
            return
        owner = self._owner(row)
        printed_by_us = self.table.made_from is not None and is_form(self.table.headings)
        if printed_by_us and not any(map(str.strip, row.cells[_SHARED:])):
            return  # a recommendation that has no action
        if "text" not in self.columns.first:
            # The recommendation itself is what is promised, and what is kept track of.
            made = self.recommendations.get(owner or "")
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

    def _goes_on(self, row: Row) -> bool:
        """Whether *row* only goes on with the action above, as after the end of a page: nothing in it begins one."""
        first = self.columns.first
        begins = (column for name in _OF_AN_ACTION if (column := first.get(name)))
        return not any(begins_here(row, column) for column in begins)

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
                case ("progress", "status") | ("status", "progress"):
                    if column == self.columns.first["status"]:
                        closing = closing_status(row.cell(column), self.legend)
                        cells["status"] = closing[0] if closing else ""
                case ("target_date", "outcome"):
                    done = re.search(r"\b(?:completed?|achieved|done)\b", cells["target_date"], re.IGNORECASE)
                    cells["outcome"] = cells["target_date"][done.start() :] if done else ""
                    cells["target_date"] = cells["target_date"][: done.start()] if done else cells["target_date"]
                case ("number", "text") | ("recommendation_number", "recommendation"):
                    worded = WORDED.fullmatch(cells[names[1]])
                    cells[names[0]] = worded["number"] if worded else ""
                    cells[names[1]] = worded["text"] if worded else cells[names[1]]
                case _:
                    cells[names[1]] = ""

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
        self.actions[reference or action.named] = action
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
            pieces += read
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
        if reference in self.actions:
            earlier = self.actions[reference].source.row
            yield f"{place}: {reference} stands in row {earlier} already; leave the cell blank for a new action."
        if reference:
            return
        named = in_a_reference(number)
        if "number" in self.columns.first and names_a_recommendation(cells["number"]) and not self.table.ours:
            yield (
                f"{self.table.at(row, number=self.columns.first['number'])}: {short(cells['number'])} names a "
                "recommendation, and other cells are filled as those of an action are; give the action a number, and "
                "the recommendation a row of its own."
            )
        elif named in self.actions:
            yield f"{place}: {self.remarks.taken_twice(number, self.actions[named], self.columns)}."
        try:
            check_action(f"DHR:KEY:{named}")
        except BadReference:
            yield f"{place}: {short(cells['number'] or number)} cannot be the number of an action; write it like 1.2."


def as_number(cell: str) -> str:
    """A printed number as it stands in a reference: `1.` is written `1`."""
    return "".join(cell.split()).rstrip(".")
