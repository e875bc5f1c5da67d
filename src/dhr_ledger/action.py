"""An action of the plan: what an agency promised, by when, and what became of it.

One page: commands, events, state, `decide`, `evolve`.  Deciding is a function from state to events, and a fact that
already holds yields no event.  Evolving never refuses, and does not mind the order in which things were typed in: of
two changes to one field, the one that was true later stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal, assert_never, get_args

from pydantic import AfterValidator, BeforeValidator

from dhr_ledger.annotation import EntryAnnotated
from dhr_ledger.command import Change, Command, Event, Text, require_reason
from dhr_ledger.errors import AlreadyExists, BadInput, Refused, UnknownReference
from dhr_ledger.lead import Lead as Lead
from dhr_ledger.lead import Party as Party
from dhr_ledger.provenance import Digest, Effective
from dhr_ledger.reference import ActionRef, RecommendationRef, number_of, review_of
from dhr_ledger.review import Review
from dhr_ledger.status import Assurance, Status
from dhr_ledger.target_date import TargetDate


def _lead(lead: object) -> object:
    return Lead.read(lead) if isinstance(lead, str) else lead


def _target_date(target: object) -> object:
    if isinstance(target, date):
        return TargetDate.on(target)
    return TargetDate.parse(target) if isinstance(target, str) else target


LeadInput = Annotated[Lead, BeforeValidator(_lead, json_schema_input_type=str | Lead)]
TargetDateInput = Annotated[
    TargetDate,
    BeforeValidator(_target_date, json_schema_input_type=str | TargetDate),
    AfterValidator(TargetDate.in_order),
]

_NO_LEAD = Lead(as_printed="")
_NO_TARGET = TargetDate.read("")
_NO_STATUS = Status(as_printed="", progress="unknown")


# Commands


class CreateAction(Command):
    """Add an action to a section of the plan.

    `target_date` and `status` are words as printed, which must be understood, or what an importer read leniently.
    """

    action: ActionRef
    text: Text
    recommendation: RecommendationRef | None = None
    lead: LeadInput = _NO_LEAD
    target_date: TargetDateInput = _NO_TARGET
    desired_outcome: str = ""
    monitoring: str = ""
    success_measure: str = ""
    evidence_required: str = ""
    outcome: str = ""
    status: str | Status = _NO_STATUS

    @property
    def stream(self) -> str:
        return self.action


class _ActionCommand(Command):
    action: ActionRef

    @property
    def stream(self) -> str:
        return self.action


class UpdateAction(_ActionCommand):
    """Change the words of an action, or the recommendation or printed number it stands under."""

    text: Text | None = None
    number: Text | None = None
    recommendation: RecommendationRef | None = None
    desired_outcome: str | None = None
    monitoring: str | None = None
    success_measure: str | None = None
    evidence_required: str | None = None
    outcome: str | None = None


class RecordProgress(_ActionCommand):
    """Report progress.  `as_printed` says that the note is a printed cell, or a piece of one, to the character."""

    note: Text
    as_printed: bool = False


class ChangeStatus(_ActionCommand):
    """Give an action another status, in the words of the plan's legend."""

    to: str | Status


class ReviseTargetDate(_ActionCommand):
    """Move the target date.  Needs a reason, unless none was set before or it is only written otherwise."""

    to: TargetDateInput


class ReassignLead(_ActionCommand):
    """Hand the action over to another agency or post."""

    to: LeadInput


class ReachMilestone(_ActionCommand):
    """Say that a key step of the action was reached.  `as_printed` says so of the words, as of a report of progress."""

    milestone: Text
    as_printed: bool = False


class AttachEvidence(_ActionCommand):
    """Point at a document that supports what is claimed: its name, its digest and where it is kept, never the file."""

    name: Text
    digest: Digest
    kept_at: Text


class SignOffAction(_ActionCommand):
    """Approve the completion of an action, as the one accountable for it."""


class WithdrawAction(_ActionCommand):
    """End an action that will not be done.  Needs a reason."""


class SupersedeAction(_ActionCommand):
    """End an action that another one replaces."""

    by: ActionRef


class ReopenAction(_ActionCommand):
    """Take up again an action that was complete, withdrawn or superseded.  Needs a reason."""

    to: str | Status


ActionCommand = (
    CreateAction
    | UpdateAction
    | RecordProgress
    | ChangeStatus
    | ReviseTargetDate
    | ReassignLead
    | ReachMilestone
    | AttachEvidence
    | SignOffAction
    | WithdrawAction
    | SupersedeAction
    | ReopenAction
)


# Events


Prose = Literal["desired_outcome", "monitoring", "success_measure", "evidence_required", "outcome"]
Wording = Literal["text", "number", "recommendation", Prose]


class ActionCreated(Event):
    """An action stands in the plan."""

    text: str
    recommendation: str | None = None
    lead: Lead = _NO_LEAD
    target_date: TargetDate = _NO_TARGET
    desired_outcome: str = ""
    monitoring: str = ""
    success_measure: str = ""
    evidence_required: str = ""
    outcome: str = ""
    status: Status = _NO_STATUS


class ActionUpdated(Event):
    """Words of the action were changed: only the fields that changed, with what they were."""

    changes: dict[Wording, Change]


class ProgressRecorded(Event):
    """Progress was reported."""

    note: str
    as_printed: bool = False


class StatusChanged(Event):
    """The action was given another status."""

    was: Status
    to: Status


class TargetDateRevised(Event):
    """The target date was moved; the entry says why."""

    was: TargetDate
    to: TargetDate


class LeadReassigned(Event):
    """The action was handed over."""

    was: Lead
    to: Lead


class MilestoneReached(Event):
    """A key step of the action was reached."""

    milestone: str
    as_printed: bool = False


class EvidenceAttached(Event):
    """A document supports what is claimed."""

    name: str
    digest: str
    kept_at: str


class ActionSignedOff(Event):
    """The completion was approved by the one who recorded this."""


class ActionWithdrawn(Event):
    """The action will not be done; the entry says why."""

    was: Status


class ActionSuperseded(Event):
    """Another action replaces this one."""

    was: Status
    by: str


class ActionReopened(Event):
    """The action was taken up again; the entry says why."""

    was: Status
    to: Status


ActionEvent = (
    ActionCreated
    | ActionUpdated
    | ProgressRecorded
    | StatusChanged
    | TargetDateRevised
    | LeadReassigned
    | MilestoneReached
    | EvidenceAttached
    | ActionSignedOff
    | ActionWithdrawn
    | ActionSuperseded
    | ActionReopened
    | EntryAnnotated
)


_BLANK: Mapping[str, Any] = {name: field.default for name, field in ActionCreated.model_fields.items()}


# State

_ENDED = frozenset({"complete", "withdrawn", "superseded"})
_ASSURANCES: tuple[Assurance, ...] = get_args(Assurance)


@dataclass(frozen=True, slots=True)
class Progress:
    """A report, or a milestone reached: the day from which it counts, what was said, and when it was true if given."""

    since: date
    note: str
    as_printed: bool = False
    effective: Effective | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document that supports what is claimed: its name, its digest, and where it is kept."""

    name: str
    digest: str
    kept_at: str


@dataclass(frozen=True)
class Action:
    """An action as its entries tell it; `created` is `None` while nobody has created it.

    `since` holds the day from which each field stands as it does; `original_target_date` never changes;
    `revisions` counts how often the target date was moved.
    """

    reference: str
    created: date | None = None
    text: str = ""
    number: str = ""
    recommendation: str | None = None
    lead: Lead = _NO_LEAD
    target_date: TargetDate = _NO_TARGET
    original_target_date: TargetDate = _NO_TARGET
    revisions: int = 0
    desired_outcome: str = ""
    monitoring: str = ""
    success_measure: str = ""
    evidence_required: str = ""
    outcome: str = ""
    status: Status = _NO_STATUS
    signed_off: bool = False
    superseded_by: str | None = None
    progress: tuple[Progress, ...] = ()
    milestones: tuple[Progress, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    since: Mapping[str, date] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether nothing more is to be done: complete, withdrawn or superseded."""
        return self.status.progress in _ENDED

    @property
    def assurance(self) -> Assurance | None:
        """The best that is known of a completion: what was printed, what supports it, and who approved it."""
        if self.status.progress != "complete":
            return self.status.assurance
        known: set[Assurance] = {self.status.assurance or "claimed"}
        if self.evidence:
            known.add("evidenced")
        if self.signed_off:
            known.add("signed off")
        return max(known, key=_ASSURANCES.index)


_UNKNOWN = vars(Action(""))


# What may happen


def decide(command: ActionCommand, action: Action, review: Review) -> Iterator[ActionEvent]:
    """Yield what *command* causes: nothing if it changes nothing, an error if it may not happen.

    *action* is as it stood when the command was effective; *review* gives the sections and the legend.
    """
    if isinstance(command, CreateAction):
        yield from _create(command, action, review)
        return
    if not action.created:
        raise UnknownReference.of("action", action.reference)
    match command:
        case UpdateAction():
            changes = {
                name: Change(was=getattr(action, name), to=to)
                for name in get_args(Wording)
                if (to := getattr(command, name)) is not None and to != getattr(action, name)
            }
            if changes:
                if set(changes) != {"outcome"}:  # what came of an action is often known only when it has ended
                    _require_open(command, action)
                if "recommendation" in changes:
                    review.require_recommendation(str(command.recommendation))
                yield ActionUpdated(changes=changes)
        case RecordProgress(note=note, as_printed=as_printed):
            yield ProgressRecorded(note=note, as_printed=as_printed)
        case ChangeStatus():
            to = _status(command.to, review)
            if to == action.status:
                return
            if to.progress in {"withdrawn", "superseded"}:
                order = "WithdrawAction" if to.progress == "withdrawn" else "SupersedeAction"
                raise Refused(
                    f"{action.reference} cannot just be called {to.as_printed!r}; use {order}, which says why."
                )
            if not (action.status.progress == to.progress == "complete"):
                _require_open(command, action)
            yield StatusChanged(was=action.status, to=to)
        case ReviseTargetDate(to=to):
            if to.as_printed != action.target_date.as_printed:
                _require_open(command, action)
                if action.target_date.moves_to(to):
                    require_reason(command, f"Moving the target date of {action.reference} to {to.as_printed!r}")
                yield TargetDateRevised(was=action.target_date, to=to)
        case ReassignLead(to=to):
            # The words that stand already say nothing new about the parties that were understood from them.
            if not to.says_no_more_than(action.lead):
                _require_open(command, action)
                yield LeadReassigned(was=action.lead, to=to)
        case ReachMilestone(milestone=milestone, as_printed=as_printed):
            # Words that were printed need not be said again, but a cell is not printed again without all its pieces.
            same = (reached for reached in action.milestones if reached.note == milestone)
            if not any(reached.as_printed or not as_printed for reached in same):
                _require_open(command, action)
                yield MilestoneReached(milestone=milestone, as_printed=as_printed)
        case AttachEvidence(name=name, digest=digest, kept_at=kept_at):
            if Evidence(name, digest, kept_at) not in action.evidence:
                yield EvidenceAttached(name=name, digest=digest, kept_at=kept_at)
        case SignOffAction():
            if action.status.progress != "complete":
                standing = action.status.as_printed or action.status.progress
                raise Refused(
                    f"{action.reference} cannot be signed off: its status is {standing!r}, not complete; "
                    "change its status first."
                )
            if not action.signed_off:  # a word in a cell approves nothing
                yield ActionSignedOff()
        case WithdrawAction():
            if action.status.progress != "withdrawn":
                _require_open(command, action)
                require_reason(command, f"Withdrawing {action.reference}")
                yield ActionWithdrawn(was=action.status)
        case SupersedeAction(by=by):
            if by == action.reference or review_of(by) != review_of(action.reference):
                raise BadInput(f"{action.reference} cannot be superseded by {by}; name another action of its review.")
            if by != action.superseded_by:
                _require_open(command, action)
                yield ActionSuperseded(was=action.status, by=by)
        case ReopenAction():
            to = _status(command.to, review)
            if to.progress in _ENDED:
                raise BadInput(f"{action.reference} cannot be reopened as {to.as_printed!r}; say what it is now.")
            if action.ended:
                require_reason(command, f"Reopening {action.reference}")
                yield ActionReopened(was=action.status, to=to)
            elif to != action.status:
                standing = action.status.as_printed or action.status.progress
                raise Refused(f"{action.reference} is open already, as {standing!r}; use ChangeStatus.")
        case _:
            assert_never(command)


def _create(command: CreateAction, action: Action, review: Review) -> Iterator[ActionCreated]:
    review.require_section(command.action)
    if command.recommendation is not None:
        review.require_recommendation(command.recommendation)
    created = ActionCreated(
        text=command.text,
        recommendation=command.recommendation,
        lead=command.lead,
        target_date=command.target_date,
        desired_outcome=command.desired_outcome,
        monitoring=command.monitoring,
        success_measure=command.success_measure,
        evidence_required=command.evidence_required,
        outcome=command.outcome,
        status=_status(command.status, review),
    )
    if not action.created:
        yield created
        return
    differs = [
        name
        for name in ActionCreated.model_fields
        if getattr(created, name) != getattr(action, name)
        and not (name == "lead" and created.lead.says_no_more_than(action.lead))
    ]
    if differs:
        raise AlreadyExists(
            f"Action {action.reference} is there already, with another {differs[0].replace('_', ' ')}; "
            "update it, or give the new one another number."
        )


def _status(words: str | Status, review: Review) -> Status:
    return words if isinstance(words, Status) else review.legend.parse(words)


def _require_open(command: ActionCommand, action: Action) -> None:
    if action.ended:
        raise Refused(
            f"{action.reference} is {action.status.progress}, so {type(command).__name__} may not change it; "
            "reopen it first, with a reason."
        )


# What happened


def evolve(action: Action, event: ActionEvent, since: date, effective: Effective | None = None) -> Action:
    """*action* after *event*, which was true from the day *since*.  Evolving never refuses: what happened, happened.

    *effective* is when it was true, as it was said; a report of progress keeps it.
    """
    other = object.__new__(Action)  # what `dataclasses.replace` does, in a quarter of the time
    other.__dict__.update(action.__dict__)
    other.__dict__.update(_told(action, event, since, effective))
    return other


def unknown(reference: str) -> Action:
    """The action *reference* while nobody has created it: what `Action(reference)` is, in a third of the time."""
    (action := object.__new__(Action)).__dict__.update(_UNKNOWN, reference=reference)
    return action


def advance(action: Action, event: ActionEvent, since: date, effective: Effective | None = None) -> None:
    """Make of *action* itself what `evolve` would return: for a fold, which shows it to nobody before the end."""
    action.__dict__.update(_told(action, event, since, effective))


def _told(action: Action, event: ActionEvent, since: date, effective: Effective | None) -> dict[str, Any]:
    match event:
        case StatusChanged(was=was, to=to):
            # A completion that is told in other words is approved still.
            if was.progress == to.progress == "complete":
                return _stands(action, since, status=to)
            return _stands(action, since, status=to, signed_off=False)
        case ProgressRecorded(note=note, as_printed=as_printed):
            return {"progress": (*action.progress, Progress(since, note, as_printed, effective))}
        case TargetDateRevised(was=was, to=to):
            return _stands(action, since, target_date=to) | {"revisions": action.revisions + was.moves_to(to)}
        case ActionUpdated(changes=changes):
            return _stands(action, since, **{name: change.to for name, change in changes.items()})
        case LeadReassigned(to=to):
            return _stands(action, since, lead=to)
        case ActionCreated():
            # What was left blank was not said, so that what was true before, and is typed in later, can stand.  What
            # prints something is not blank, and need not be compared, which is slow.
            said = {
                name: value
                for name, value in vars(event).items()
                if getattr(value, "as_printed", value) or value != _BLANK[name]
            }
            told = _stands(action, since, number=number_of(action.reference), **said)
            if effective is None:
                told["since"] = action.since  # since when was not said, so whatever has its day stands over it
            told["created"], told["original_target_date"] = since, event.target_date
            return told
        case MilestoneReached(milestone=milestone, as_printed=as_printed):
            return {"milestones": (*action.milestones, Progress(since, milestone, as_printed, effective))}
        case EvidenceAttached(name=name, digest=digest, kept_at=kept_at):
            return {"evidence": (*action.evidence, Evidence(name, digest, kept_at))}
        case ActionSignedOff():
            return _stands(action, since, signed_off=True)
        case ActionWithdrawn():
            withdrawn = Status(as_printed="Withdrawn", progress="withdrawn")
            return _stands(action, since, status=withdrawn, signed_off=False)
        case ActionSuperseded(by=by):
            superseded = Status(as_printed="Superseded", progress="superseded")
            return _stands(action, since, status=superseded, signed_off=False, superseded_by=by)
        case ActionReopened(to=to):
            return _stands(action, since, status=to, signed_off=False, superseded_by=None)
        case EntryAnnotated():
            return {}
        case _:
            assert_never(event)


def as_it_stood(reference: str, told: Iterable[tuple[ActionEvent, date, Effective | None]], day: date) -> Action:
    """The action as it stood on *day*, by what is *told* of it in the order recorded, each event as `evolve` takes it.

    It is there even before it was created; what a creation says of a later day gives way to all that was true by then.
    """
    action = Action(reference)
    for event, since, effective in told:
        if since <= day:
            action = evolve(action, event, since, effective)
        elif isinstance(event, ActionCreated):
            action = evolve(action, event, since)  # since when is not told, so whatever has its day stands over it
    return action


def _stands(action: Action, since: date, **fields: Any) -> dict[str, Any]:
    """*fields* as they stood from the day *since*, save those that a later day has changed already."""
    stood = dict(action.since)
    for name in [*fields]:
        if stood.get(name, since) > since:
            del fields[name]
        else:
            stood[name] = since
    fields["since"] = stood
    return fields
