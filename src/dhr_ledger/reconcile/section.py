"""A section of the files beside that of the ledger: what is new, what is changed, and what a person must settle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from dhr_ledger.action import Action, ChangeStatus, CreateAction, UpdateAction
from dhr_ledger.command import Command
from dhr_ledger.entry import Entry
from dhr_ledger.imports.cells import same, says
from dhr_ledger.imports.grid import WITHHELD, short
from dhr_ledger.imports.section import ImportedAction, ImportedSection
from dhr_ledger.plan import ActionPlan
from dhr_ledger.reconcile.changes import Changes, Said, reports
from dhr_ledger.reconcile.matching import Match, match_rows
from dhr_ledger.reconcile.proposal import Proposal
from dhr_ledger.reconcile.recommendations import Recommended
from dhr_ledger.reference import number_of, review_of
from dhr_ledger.review import AddSection, RenameSection, Review
from dhr_ledger.status import Legend, Status


@dataclass(slots=True)
class Compared:
    """A *section* of the files beside the one of the ledger that has the *reference*, three ways.

    `now` is the ledger's plan as it is, `plan` as it stood when the file tells of it, and `made` as it was when the
    file was made; `since` are the entries about each action that were recorded after that.  `held` are the actions of
    the section in `plan`, and `doubtful` says of each reference in the files that cannot be right why not.
    `legend` says what the statuses mean, and `reread` that this was settled just now.
    """

    section: ImportedSection
    reference: str
    now: ActionPlan
    plan: ActionPlan
    made: ActionPlan | None
    held: Mapping[str, Action]
    since: Mapping[str, Sequence[Entry]]
    doubtful: Mapping[str, str]
    legend: Legend
    reread: bool
    said: Said
    proposal: Proposal

    def commands(self) -> Iterator[Command]:
        """What makes the ledger say what the section says; what is new, changed or missing is told the proposal."""
        matches = match_rows(self.section.actions, self.held)
        if why := self._why_another(matches):
            self.said.conflicts.append(why)
            return
        matched = {match.action.reference: match.row for match in matches if match.action}
        doubtful = [match for match in matches if match.row.reference in self.doubtful]
        self.said.conflicts += [self.doubtful[match.row.reference or ""] for match in doubtful]
        if doubtful:  # a heading and a recommendation may stand there by the same mistake
            matches = [match for match in matches if match not in doubtful]
        else:
            yield from self._heading()
        self.proposal.matched += [match.how for match in matches if match.how]
        # A file that was made to be filled in leaves out what has ended.
        left_out = {name for name in self.held if (stood := self._as_made(name)) and stood.ended}
        self.proposal.missing += [name for name in self.held if name not in matched.keys() | left_out]
        known, made = (self._review(plan).recommendations for plan in (self.plan, self.made))
        recommended = Recommended(self.section, self.reference, known, made, self.said)
        for command in recommended.commands(matches, used_alone=bool(self.doubtful)):
            self.proposal.new.append(command.recommendation)
            yield command
        for match in matches:
            status = self.legend.read(match.row.status.as_printed)
            if match.action is None:
                yield from self._created(match.row, status, recommended.owner(match.row), matched)
            else:
                yield from self._changed(match.row, match.action, status, recommended.owner(match.row, match.action))

    # The section

    def _review(self, plan: ActionPlan | None) -> Review:
        """The review as it stood in *plan*."""
        name = review_of(self.reference)
        return (plan and plan.reviews.get(name)) or Review(name)

    def _headed(self, plan: ActionPlan | None) -> str | None:
        """The heading of the section as it was in *plan*."""
        return self._review(plan).sections.get(self.reference.rpartition(":")[2])

    def _as_made(self, name: str) -> Action | None:
        return self.made.actions.get(name) if self.made else None

    def _why_another(self, matches: Sequence[Match]) -> str | None:
        """Why it is not that of the ledger, though it has its key or its heading: it has other actions."""
        section, heading, was = self.section, self._headed(self.plan), self._headed(self.made)
        if section.named or heading is None:
            return None
        if not says(section.heading, heading) and not (was and says(section.heading, was)):
            if _alike(matches) > len(matches) / 2:
                return None
            return (
                f"{self.reference} is headed {short(heading)} in the ledger and {short(section.heading)} in "
                f"{section.source}; nothing of it is proposed; give it the same heading, or another key by calling the "
                "file like 09-WMP.csv."
            )
        has_its_key = self.reference.endswith(f":{section.key}")
        if has_its_key or _alike(matches) >= min(len(matches), len(self.held)) / 2:
            return None
        return (
            f"{section.source}: {short(section.heading)} is the heading of {self.reference}, whose actions are others; "
            "nothing of it is proposed; call the file like 09-WMP.csv to say whose actions they are."
        )

    def _heading(self) -> Iterator[Command]:
        """The section, if it is new, or its new heading."""
        section, effective = self.section, self.said.effective
        heading, was = self._headed(self.plan), self._headed(self.made)
        if heading is None:
            self.proposal.new.append(self.reference)
            yield AddSection(
                section=self.reference, heading=section.heading, source=section.source, effective=effective
            )
        elif not section.headed or says(section.heading, heading) or says(section.heading, was or ""):
            return  # as it is, or as it was when the file was made
        elif WITHHELD.search(section.heading):
            self.said.conflicts.append(
                f"{self.reference} is headed {short(heading)} in the ledger and {short(section.heading)} in "
                f"{section.source}, which does not fit it, whatever was withheld there; rename the section to the one "
                "that is right."
            )
        elif was is not None and not same(heading, was):
            self.said.conflicts.append(
                f"{self.reference}: the file changed the heading from {short(was)} to {short(section.heading)}, and "
                f"the ledger has {short(heading)} meanwhile; rename the section to the one that is right."
            )
        elif heading != self._headed(self.now):
            self.said.conflicts.append(
                f"{self.reference} is headed {short(section.heading)} in {section.source}, and has been renamed after "
                f"{effective} already; take in the older files first."
            )
        else:
            yield RenameSection(section=self.reference, to=section.heading, source=section.source, effective=effective)

    # Actions

    def _created(
        self, row: ImportedAction, status: Status, owner: str | None, matched: Mapping[str, ImportedAction]
    ) -> Iterator[Command]:
        """The commands for an action that the ledger does not have, under the recommendation *owner*."""
        said = self.said
        if why := self._why_not_created(row, matched):
            said.conflicts.append(why)
            return
        name = self._free_reference(row, matched)
        self.proposal.new.append(name)
        columns = row.source.columns or {}
        printed = {column: n for column, n in columns.items() if not column.startswith(("progress", "milestones"))}
        renumbered = row.numbered and row.number.strip() and row.number != number_of(name)
        # What is complete from the beginning would be closed to what is printed of it besides.
        later = status.progress == "complete" and bool(renumbered or row.milestones)
        yield CreateAction(
            action=name,
            text=row.text,
            recommendation=owner,
            lead=row.lead,
            target_date=row.target_date,
            desired_outcome=row.desired_outcome,
            monitoring=row.monitoring,
            success_measure=row.success_measure,
            evidence_required=row.evidence_required,
            outcome=row.outcome,
            status=Status(as_printed="", progress="unknown") if later else status,
            source=row.source.model_copy(update={"columns": printed}),
            effective=said.effective,
        )
        if status.progress in ("withdrawn", "superseded") and (renumbered or row.milestones):
            said.conflicts.append(f"{name} is {status.progress}, so its milestones and its number were not taken in.")
        else:
            if renumbered:
                yield UpdateAction(action=name, number=row.number, source=row.at("number"), effective=said.effective)
            yield from reports(name, row.milestones, row, "milestones", said)
        yield from reports(name, row.progress, row, "progress", said)
        if later:
            yield ChangeStatus(action=name, to=status, source=row.at("status"), effective=said.effective)

    def _own_reference(self, row: ImportedAction) -> str:
        """The reference that a *row* has, or that its number makes."""
        return row.reference or f"{self.reference}:{row.named}"

    def _why_not_created(self, row: ImportedAction, matched: Mapping[str, ImportedAction]) -> str | None:
        """Why no action is made of *row*: it says nothing, or the ledger has another one that it seems to be."""
        name = self._own_reference(row)
        other = self.now.actions.get(name)
        if other and name not in self.plan.actions:
            if row.reference or Match(row, other).alike:
                return self._since(other, row)
            return (
                f"{row.source}: {name} is another action: the ledger has it since {other.created} only; take in the "
                "older files first."
            )
        if other and (name not in matched or not row.numbered):
            return (
                f"{row.source}: {name} is another action: the ledger has {short(other.text)} under that number; give "
                "one of them another number, or update the words of that action if they are meant."
            )
        if not row.text.strip():
            return f"{row.source}: {name} is not in the ledger, and has no action; say what is to be done."
        return None

    def _free_reference(self, row: ImportedAction, matched: Mapping[str, ImportedAction]) -> str:
        """The reference that *row* gets: a new one where the action of that number is another row, which is told.

        A reference, once given, is never given to another action.
        """
        own = self._own_reference(row)
        if own not in self.now.actions:
            return own
        name = next(free for n in count(2) if (free := f"{own}-{n}") not in self.now.actions)
        beside = matched[own]
        self.proposal.matched.append(
            f"{row.source}: number {row.number} is that of {own} in row {beside.source.row} as well, so this new "
            f"action was given the reference {name}; give it a number of its own."
            if beside.number == row.number
            else f"{row.source}: number {row.number} is a new action, and that of the ledger has another number now, "
            f"so it was given the reference {name}."
        )
        return name

    def _changed(self, row: ImportedAction, known: Action, status: Status, owner: str | None) -> Iterator[Command]:
        """The commands for an action that the ledger has."""
        said = self.said
        if said.effective and known.created and known.created > said.latest:
            said.conflicts.append(self._since(known, row))
            return
        name, before = known.reference, len(said.conflicts)
        changes = Changes(known, self.now.actions[name], self._as_made(name), row, self.since.get(name, ()), said)
        commands = list(changes.commands(status, owner, reread=self.reread))
        if commands:
            self.proposal.changed.append(name)
        elif len(said.conflicts) == before:
            self.proposal.unchanged.append(name)
        yield from commands

    def _since(self, action: Action, row: ImportedAction) -> str:
        return (
            f"{action.reference} is in the ledger since {action.created} only, and {row.source} tells of it on "
            f"{self.said.effective}; take in the older files first."
        )


def _alike(matches: Sequence[Match]) -> int:
    """How many rows say what the actions say that they are."""
    return sum(match.alike for match in matches)
