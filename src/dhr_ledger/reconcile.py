"""The difference between an imported plan and the ledger, as commands to look at before they are recorded.

Nothing is recorded here, and nothing that somebody may have meant otherwise is proposed: what is doubtful is a
conflict, said in a sentence, for a person to settle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from dhr_ledger.action import (
    Action,
    ChangeStatus,
    CreateAction,
    ReassignLead,
    RecordProgress,
    ReopenAction,
    ReviseTargetDate,
    UpdateAction,
)
from dhr_ledger.command import Command
from dhr_ledger.imports import ImportedFile, ImportedPlan
from dhr_ledger.imports.grid import short
from dhr_ledger.imports.headings import Field
from dhr_ledger.imports.section import ImportedAction, ImportedSection
from dhr_ledger.ledger import Ledger
from dhr_ledger.plan import ActionPlan, action_plan, progress_cell
from dhr_ledger.provenance import Source
from dhr_ledger.review import AddSection, ImportPlan, MakeRecommendation, OpenReview, Review
from dhr_ledger.status import Status

_WORDS: tuple[Field, ...] = ("text", "desired_outcome", "monitoring", "success_measure")


@dataclass(slots=True)
class Proposal:
    """What would make the ledger say what the files say: commands, each with the cells that it was read from.

    `new`, `changed` and `unchanged` are references, and `missing` those of actions that the ledger has in a section of
    the files and the files have not; `conflicts` are what is not proposed and why, a sentence each.
    `head` is the last entry that was looked at: record the commands with `seen=head`, and nothing that was recorded in
    between is overwritten.  Moving a target date and reopening an action need the reason that is given to `record`.
    """

    head: int
    commands: tuple[Command, ...] = ()
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


def reconcile(imported: ImportedPlan, ledger: Ledger) -> Proposal:
    """What importing *imported* into *ledger* would record.

    A file that was imported before, with nothing left to settle, proposes nothing, whatever has changed since: it was
    changed on purpose.  Of the other files, a cell that is printed as the ledger has it proposes nothing.  The same
    plan and ledger make the same proposal.
    """
    plan = action_plan(ledger.entries(imported.review))
    proposal = Proposal(plan.head)
    proposal.commands = tuple(_commands(imported, plan, proposal))
    return proposal


def _commands(imported: ImportedPlan, plan: ActionPlan, proposal: Proposal) -> Iterator[Command]:
    review = plan.reviews.get(imported.review, Review(imported.review))
    if not review.opened:
        proposal.new.append(imported.review)
        yield OpenReview(review=imported.review, title=imported.title, kind=imported.kind, source=imported.source)
    conflicts = Counter[str]()
    for section in imported.sections:
        if not _is_taken_in(section.source.digest, review):
            before = len(proposal.conflicts)
            yield from _section(section, review, plan, proposal)
            conflicts[section.source.digest or ""] += len(proposal.conflicts) - before
    for file in imported.files:
        if not _is_taken_in(file.digest, review):
            yield _import(imported.review, file, conflicts[file.digest])


def _is_taken_in(digest: str | None, review: Review) -> bool:
    """Whether a file was imported before, with nothing left to settle."""
    return (digest, 0) in review.imported


def _import(review: str, file: ImportedFile, conflicts: int) -> ImportPlan:
    return ImportPlan(
        review=review,
        file=file.name,
        digest=file.digest,
        importer=file.importer,
        actions=file.actions,
        conflicts=conflicts,
        source=Source(file=file.name, digest=file.digest),
    )


def _section(section: ImportedSection, review: Review, plan: ActionPlan, proposal: Proposal) -> Iterator[Command]:
    key = _key(section, review)
    reference = f"{review.reference}:{key}"
    heading = review.sections.get(key)
    if heading is None:
        proposal.new.append(reference)
        yield AddSection(section=reference, heading=section.heading, source=section.source)
    elif heading.split() != section.heading.split():
        proposal.conflicts.append(
            f"{reference} is headed {short(heading)} in the ledger and {short(section.heading)} in {section.source}; "
            "nothing of it is proposed; give it the same heading, or another key by calling the file like 09-WMP.csv."
        )
        return
    printed = {f"{reference}:{action.number}" for action in section.actions}
    proposal.missing += [name for name in plan.actions if name.startswith(f"{reference}:") and name not in printed]
    for recommendation in section.recommendations:
        name = f"{reference}:R{recommendation.number}"
        standing = review.recommendations.get(name)
        if standing is None:
            proposal.new.append(name)
            yield MakeRecommendation(recommendation=name, text=recommendation.text, source=recommendation.source)
        elif standing.text.split() != recommendation.text.split():
            proposal.conflicts.append(
                f"{name} has other words in {recommendation.source} than in the ledger ({short(standing.text)}); a "
                "recommendation keeps its words, so give the new one another number."
            )
    for action in section.actions:
        name = f"{reference}:{action.number}"
        known = plan.actions.get(name)
        owner = f"{reference}:R{action.recommendation}" if action.recommendation else None
        status = review.legend.read(action.status.as_printed)
        if known is None:
            proposal.new.append(name)
            yield from _created(name, action, owner, status)
            continue
        before = len(proposal.conflicts)
        commands = list(_changed(known, action, owner, status, proposal))
        if commands:
            proposal.changed.append(name)
        elif len(proposal.conflicts) == before:
            proposal.unchanged.append(name)
        yield from commands


def _key(section: ImportedSection, review: Review) -> str:
    """The key of *section* in the ledger: the one whose heading it has, however its file is called now."""
    same = [key for key, heading in review.sections.items() if heading.split() == section.heading.split()]
    return section.key if section.key in same or len(same) != 1 else same[0]


def _created(name: str, action: ImportedAction, owner: str | None, status: Status) -> Iterator[Command]:
    columns = action.source.columns or {}
    yield CreateAction(
        action=name,
        text=action.text,
        recommendation=owner,
        lead=action.lead,
        target_date=action.target_date,
        desired_outcome=action.desired_outcome,
        monitoring=action.monitoring,
        success_measure=action.success_measure,
        status=status,
        source=action.source.model_copy(
            update={"columns": {column: n for column, n in columns.items() if column != "progress"}}
        ),
    )
    if action.progress.strip():
        yield RecordProgress(action=name, note=action.progress, as_printed=True, source=action.at("progress"))


# An action that the ledger knows


def _changed(
    known: Action, action: ImportedAction, owner: str | None, status: Status, proposal: Proposal
) -> Iterator[Command]:
    """The commands for an action that is there already: reopened first and completed last, so that each may happen."""
    reopened, restated = _status(known, action, status, proposal)
    changes = list(_fields(known, action, owner, proposal))
    if known.ended and not reopened and changes:
        proposal.conflicts.append(
            f"{known.reference} is {known.status.progress}, and {action.source} changes it; reopen it first, with a "
            "reason."
        )
        changes = []
    yield from reopened
    yield from changes
    yield from _progress(known, action, proposal)
    yield from restated


def _fields(known: Action, action: ImportedAction, owner: str | None, proposal: Proposal) -> Iterator[Command]:
    words = {name: cell for name in _WORDS if (cell := _cell(name, known, action, proposal)) is not None}
    moved = owner if owner != known.recommendation else None
    if words or moved:
        columns = {name: (action.source.columns or {})[name] for name in words}
        yield UpdateAction(
            action=known.reference,
            recommendation=moved,
            source=action.source.model_copy(update={"columns": columns or None}),
            **words,
        )
    if _cell("lead", known, action, proposal) is not None:
        yield ReassignLead(action=known.reference, to=action.lead, source=action.at("lead"))
    if _cell("target_date", known, action, proposal) is not None:
        yield ReviseTargetDate(action=known.reference, to=action.target_date, source=action.at("target_date"))


def _cell(name: Field, known: Action, action: ImportedAction, proposal: Proposal) -> str | None:
    """The cell *name* as printed, if it says something else than the ledger; a blank one takes nothing away."""
    was = progress_cell(known) if name == "progress" else _printed(getattr(known, name))
    now = _printed(getattr(action, name))
    if name not in (action.source.columns or {}) or was == now:
        return None
    if now.strip():
        return now
    if was.strip():
        proposal.conflicts.append(
            f"{known.reference} has the {name.replace('_', ' ')} {short(was)} in the ledger and a blank cell in "
            f"{action.at(name)}; it stays as it is."
        )
    return None


def _printed(value: object) -> str:
    return value if isinstance(value, str) else str(getattr(value, "as_printed", ""))


def _status(
    known: Action, action: ImportedAction, status: Status, proposal: Proposal
) -> tuple[list[Command], list[Command]]:
    """What to do about the status: commands that come before the other changes, and commands that come after."""
    was, now = known.status.progress, status.progress
    if _cell("status", known, action, proposal) is None:
        return [], []
    ending = now in ("withdrawn", "superseded")
    if ending or was in ("withdrawn", "superseded") or (was == "complete" and now == "unknown"):
        cure = "withdraw or supersede it" if ending else "reopen it, if that is meant"
        proposal.conflicts.append(
            f"{known.reference} is {short(known.status.as_printed)} in the ledger and {short(status.as_printed)} in "
            f"{action.at('status')}; {cure}, with a reason."
        )
        return [], []
    if was == "complete" != now:
        return [ReopenAction(action=known.reference, to=status, source=action.at("status"))], []
    return [], [ChangeStatus(action=known.reference, to=status, source=action.at("status"))]


def _progress(known: Action, action: ImportedAction, proposal: Proposal) -> Iterator[Command]:
    """What was added to the cell since; a cell that was written anew is a conflict."""
    was, now = progress_cell(known), _cell("progress", known, action, proposal)
    if now is None or now.strip() == was.strip():
        return
    place = action.at("progress")
    if not now.startswith(was):
        proposal.conflicts.append(
            f"{known.reference}: the progress in {place} does not begin with what the ledger holds ({short(was)}); "
            "record what is new in it as progress."
        )
    else:
        yield RecordProgress(action=known.reference, note=now[len(was) :], as_printed=True, source=place)
