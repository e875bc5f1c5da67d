"""What a row of a file says otherwise than the action that it is, as commands, and what of it a person must settle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from dhr_ledger.action import (
    Action,
    ActionReopened,
    ActionSuperseded,
    ActionUpdated,
    ActionWithdrawn,
    ChangeStatus,
    LeadReassigned,
    ReachMilestone,
    ReassignLead,
    RecordProgress,
    ReopenAction,
    ReviseTargetDate,
    StatusChanged,
    TargetDateRevised,
    UpdateAction,
)
from dhr_ledger.command import Command
from dhr_ledger.entry import Entry, LedgerEvent
from dhr_ledger.history import sentence
from dhr_ledger.home_office import Field
from dhr_ledger.imports.cells import same, says
from dhr_ledger.imports.grid import WITHHELD, short
from dhr_ledger.imports.printed_rows import shown
from dhr_ledger.imports.progress import Piece
from dhr_ledger.imports.section import ImportedAction, as_number
from dhr_ledger.plan import milestones_cell, progress_cell
from dhr_ledger.provenance import Effective, Source
from dhr_ledger.reconcile.reports import added, below, restored
from dhr_ledger.status import Status
from dhr_ledger.target_date import TargetDate, date_at

Reports = Literal["progress", "milestones"]
_WORDS = ("text", "desired_outcome", "monitoring", "success_measure", "evidence_required", "outcome")
_COLUMN = {"evidence_required": "evidence"}
"""Where a field is called otherwise in a table than in an action."""
_PRINTED: dict[str, Field] = {"target_date": "target_date", "outcome": "completion"}
"""The fields of which a document for the Home Office says more in its cell than the plan does."""


@dataclass(slots=True)
class Said:
    """When what the files say was true, and no later than which day, and what is told a person about it."""

    effective: Effective | None
    latest: date
    conflicts: list[str] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)


def reports(name: str, pieces: Sequence[Piece], row: ImportedAction, kind: Reports, said: Said) -> Iterator[Command]:
    """Each of *pieces*, which stand in the cell *kind* of *row*, as a report on *name*, of the day printed in it."""
    for piece in pieces:
        if not piece.words.strip():
            continue
        source = row.at(piece.column or kind)
        when = piece.effective
        if when is not None and when.earliest > said.latest:
            later = f"later than {said.effective}, of which the file tells" if said.effective else "yet to come"
            said.suggestions.append(
                f"{source}: {short(piece.words)} is dated {when}, which is {later}, so it was taken in without that "
                "date; check it."
            )
            when = None
        when = when or said.effective
        if kind == "progress":
            yield RecordProgress(action=name, note=piece.words, as_printed=True, source=source, effective=when)
        else:
            yield ReachMilestone(action=name, milestone=piece.words, as_printed=True, source=source, effective=when)


@dataclass(slots=True)
class Changes:
    """An action three ways: as it was when the file was `made`, as it is `known` to the ledger, and its `row`.

    `made` is `None` where no file says it.  `known` is as it stood on the day that the file tells of, and `now` as it
    stands; `since` are the entries about it that were recorded since the file was made.
    """

    known: Action
    now: Action
    made: Action | None
    row: ImportedAction
    since: Sequence[Entry]
    said: Said

    def commands(self, status: Status, owner: str | None, *, reread: bool) -> Iterator[Command]:
        """What changes the action: reopened first and completed last, so that each may happen.

        *status* is what the row's status means, *owner* the recommendation that it stands under, and *reread* says
        that statuses were given other meanings just now, so that the same words may say something else.
        """
        reopened, restated = self._status(status, reread=reread)
        words = {name: _printed(getattr(self.row, name)) for name in _WORDS if self._differs(name)}
        if self._differs("number"):
            words["number"] = self.row.number
        if self._stands_elsewhere(owner):
            words["recommendation"] = owner or ""
        lead = self._differs("lead")
        target = self._differs("target_date")
        milestones = list(self._added("milestones"))
        if self.known.ended and not reopened:
            outcome = {name: cell for name, cell in words.items() if name == "outcome"}
            changed = {name: cell for name, cell in words.items() if name != "outcome"}
            changed |= {"lead": _printed(self.row.lead)} if lead else {}
            changed |= {"target_date": _printed(self.row.target_date)} if target else {}
            changed |= {"milestones": "".join(piece.words for piece in self.row.milestones)} if milestones else {}
            if changed:
                *first, last = (f"its {name.replace('_', ' ')} ({short(cell)})" for name, cell in changed.items())
                self._conflict(
                    f" is {self.known.status.progress}, and {self.row.source} changes "
                    f"{' and '.join(filter(None, (', '.join(first), last)))}; reopen it first, with a reason."
                )
            words, lead, target, milestones = outcome, False, False, []
        yield from reopened
        if words:
            yield self._update(words)
        if lead:
            yield ReassignLead(action=self._name, to=self.row.lead, **self._of("lead"))
        if target:
            yield ReviseTargetDate(action=self._name, to=self.row.target_date, **self._of("target_date"))
        yield from self._added("progress")
        yield from milestones
        yield from restated

    # Fields

    def _differs(self, name: str) -> bool:
        """Whether the file says something else of the field *name* than the ledger, and means it."""
        column = _COLUMN.get(name, name)
        if column not in (self.row.source.columns or {}) and not (name == "text" and self.row.text.strip()):
            return False
        was, now = _printed(getattr(self.known, name)), _printed(getattr(self.row, name))
        if name == "number" and not self.row.reference:
            was, now = as_number(was), now if self.row.numbered else as_number(was)
        if self.row.printed is not None and (form := _PRINTED.get(name)):
            lines = self.row.printed[form]
            if says(now, shown(form, lines)):
                return False
            if len(lines) > 1 or any(line.label for line in lines):
                self._says_more(now, self.row.at(column))
                return False
        made = _printed(getattr(self.made, name)) if self.made else was
        if says(now, was) or says(now, made):
            return False  # the file leaves it as it is, or as it was made
        if name == "target_date" and self.made and _rewritten(self.row.target_date, self.known, self.made):
            return False
        if not now.strip():
            told = f"the {name.replace('_', ' ')} {short(was)} in the ledger and a blank cell in {self.row.at(column)}"
            self._conflict(f" has {told}; it stays as it is.")
        elif WITHHELD.search(now):
            self._conflict(
                f" has the {name.replace('_', ' ')} {short(was)} in the ledger and {short(now)} in "
                f"{self.row.at(column)}, which does not fit it, whatever was withheld there; it stays as it is, so "
                "record what is meant."
            )
        elif not same(was, made):
            self._both_changed(name, made, now, was)
        else:
            return True
        return False

    def _stands_elsewhere(self, owner: str | None) -> bool:
        """Whether the file puts the action under another recommendation; one that is blank takes it from none."""
        known = self.known.recommendation
        made = self.made.recommendation if self.made else known
        if owner in (known, made):
            return False
        if owner is None:
            if self.row.reference and "recommendation" in (self.row.source.columns or {}):
                place = self.row.at("recommendation")
                self._conflict(f" is for {known} in the ledger and for none in {place}; it stays as it is.")
            return False
        if known != made:
            self._both_changed("recommendation", made or "", owner, known or "")
            return False
        return True

    def _update(self, words: dict[str, str]) -> UpdateAction:
        columns = self.row.source.columns or {}
        read = {column: columns[column] for name in words if (column := _COLUMN.get(name, name)) in columns}
        source = self.row.source.model_copy(update={"columns": read or None})
        return UpdateAction(action=self._name, source=source, effective=self.said.effective, **words)

    # Status

    def _status(self, status: Status, *, reread: bool) -> tuple[list[Command], list[Command]]:
        """What to do about the status: commands that come before the other changes, and commands that come after."""
        known = self.known.status
        read_anew = reread and same(known.as_printed, status.as_printed) and _meaning(known) != _meaning(status)
        if not (read_anew and status.as_printed.strip()) and not self._differs("status"):
            return [], []
        was, now = known.progress, status.progress
        ending = now in ("withdrawn", "superseded")
        if ending or was in ("withdrawn", "superseded") or (was == "complete" and now == "unknown"):
            cure = "withdraw or supersede it" if ending else "reopen it, if that is meant"
            self._conflict(
                f" is {short(known.as_printed)} in the ledger and {short(status.as_printed)} in "
                f"{self.row.at('status')}; {cure}, with a reason."
            )
            return [], []
        if was == "complete" != now:
            return [ReopenAction(action=self._name, to=status, **self._of("status"))], []
        return [], [ChangeStatus(action=self._name, to=status, **self._of("status"))]

    # Reports

    def _added(self, kind: Reports) -> Iterator[Command]:
        """What was added to the cell of reports since, wherever in it; one that was written anew is a conflict."""
        cell = progress_cell if kind == "progress" else milestones_cell
        pieces: tuple[Piece, ...] = getattr(self.row, kind)
        ours, place = cell(self.known), self.row.at(kind)
        printed = "".join(piece.words for piece in pieces)
        if self.row.printed is not None:
            stood = shown("milestones", self.row.printed["milestones"]) if kind == "milestones" else ""
            below_it = below(restored(pieces, stood), stood) if not says(printed, stood) else []
            if below_it is None:
                self._says_more(printed, place)
            else:
                yield from reports(self._name, below_it, self.row, kind, self.said)
            return
        if not printed.strip():
            if kind in (self.row.source.columns or {}) and ours.strip() and (not self.made or cell(self.made).strip()):
                self._conflict(
                    f" has the {kind} {short(ours)} in the ledger and a blank cell in {place}; it stays as it is."
                )
            return
        made = cell(self.made) if self.made else None
        new = added(pieces, ours, made, getattr(self.made or self.known, kind))
        later = [report for report in getattr(self.now, kind) if report.since > self.said.latest]
        if new is None:
            self._conflict(
                f": the {kind} in {place} does not hold all of what the ledger holds ({short(ours)}); record what is "
                "new in it as progress."
            )
        elif new and later and self.said.effective:
            self._conflict(
                f": the {kind} in {place} says {short(new[0].words)}, and the ledger has what was reported after "
                f"{self.said.effective} already ({short(later[0].note)}); take in the older files first."
            )
        else:
            yield from reports(self._name, new, self.row, kind, self.said)

    # Telling

    def _says_more(self, now: str, place: Source) -> None:
        self._conflict(
            f": {short(now)} in {place} is not what was printed there, and a document for the Home Office says more in "
            "that cell than the plan does; record what is meant."
        )

    def _both_changed(self, name: str, made: str, theirs: str, ours: str) -> None:
        told = [sentence(entry) for entry in self.since if _speaks_of(entry.event, name)]
        self._conflict(
            f": the file changed the {name.replace('_', ' ')} from {short(made)} to {short(theirs)}, and the ledger "
            f"has {short(ours)} meanwhile ({'; '.join(told[-3:])}); record the one that is right."
        )

    def _conflict(self, told: str) -> None:
        self.said.conflicts.append(f"{self._name}{told}")

    @property
    def _name(self) -> str:
        return self.known.reference

    def _of(self, column: str) -> dict[str, Any]:
        """Where a cell was read, and when it was true."""
        return {"source": self.row.at(column), "effective": self.said.effective}


def _speaks_of(event: LedgerEvent, name: str) -> bool:
    """Whether *event* is part of the history of the field *name*."""
    match event:
        case ActionUpdated(changes=changes):
            return name in changes
        case LeadReassigned():
            return name == "lead"
        case TargetDateRevised():
            return name == "target_date"
        case StatusChanged() | ActionWithdrawn() | ActionSuperseded() | ActionReopened():
            return name == "status"
        case _:
            return False


def _rewritten(to: TargetDate, *actions: Action) -> bool:
    """Whether *to* is the date of one of *actions*, and only written another way: Excel makes May-24 of May 2024.

    A program does so with a date by itself, and not with words beside it.
    """
    dates = (action.target_date for action in actions)
    return _is_alone(to) and any(_is_alone(stood) and stood.meaning == to.meaning for stood in dates)


def _is_alone(target: TargetDate) -> bool:
    words = target.as_printed.strip()
    read = date_at(words)
    return read is not None and read.as_printed == words


def _meaning(status: Status) -> Status:
    return status.model_copy(update={"as_printed": ""})


def _printed(value: object) -> str:
    return value if isinstance(value, str) else str(getattr(value, "as_printed", "") or "")
