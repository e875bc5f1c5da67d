"""The action plan as the Home Office's quality assurance reads it: what its documents say, in whatever format.

The plan comes in the columns of a `Template`, which is data: the one of the guidance of December 2016, or another file
of the same form.  After it comes the audit trail for the panel: what changed since a date or since the plan was last
submitted.  Word, OpenDocument and PDF are three dresses of this one content.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, cast

from dhr_ledger.action import (
    Action,
    ActionCreated,
    ActionReopened,
    ActionSignedOff,
    ActionSuperseded,
    ActionUpdated,
    ActionWithdrawn,
    EvidenceAttached,
    LeadReassigned,
    StatusChanged,
    TargetDateRevised,
)
from dhr_ledger.annotation import EntryAnnotated
from dhr_ledger.document import Properties, called, facts, foot, in_capitals, last_moment, references
from dhr_ledger.entry import Entry
from dhr_ledger.errors import BadInput
from dhr_ledger.history import deed
from dhr_ledger.plan import ActionPlan, action_plan, day_month_year, when
from dhr_ledger.questions import by_progress, due, overdue
from dhr_ledger.reference import number_of, review_of
from dhr_ledger.review import ExportIssued, RecommendationReworded, ReviewStageReached

LIVE_DOCUMENT = "This action plan is a live document and subject to change as outcomes are delivered."
"""What the Home Office's feedback letters ask a published plan to say of itself."""
AUDIT_TRAIL = "Audit trail for the panel"
"""What the second part is called, after the sections of the plan."""
AS_ABOVE = "as above"
"""What stands for the words of a recommendation beside its further actions."""
CONTINUED, UNDER_NONE = "Recommendation {}, continued", "Under no recommendation"
"""What stands there instead in a document in which a cell is read alone, and beside an action that is under none."""
NONE_RECORDED = "None recorded"
"""What stands in a cell that says nothing, in a document that is not for handing in again."""

Field = Literal["recommendation", "scope", "action", "lead", "milestones", "target_date", "completion"]


class Column(NamedTuple):
    """A column of a template: what it holds, how it is headed, and its share of the width."""

    field: Field
    heading: str
    width: int


@dataclass(frozen=True, slots=True)
class Template:
    """The table that an oversight body asks for: data, so that the next one is a file and no code.

    `source` is where the table is printed, and `unverified` what of it was not checked there.
    """

    name: str
    title: str
    source: str
    unverified: str
    columns: tuple[Column, ...]


@cache
def template(name: str = "home-office-2016") -> Template:
    """The template called *name*, of those that come with the package.  Raises `BadInput`."""
    folder = files("dhr_ledger") / "templates"
    known = sorted(file.name.removesuffix(".json") for file in folder.iterdir() if file.name.endswith(".json"))
    if name not in known:
        raise BadInput(f"There is no template {name!r}; there are {', '.join(known)}.")
    told = json.loads((folder / f"{name}.json").read_text("utf-8"))
    columns = tuple(Column(**column) for column in told.pop("columns"))
    return Template(columns=columns, **told)


class Line(NamedTuple):
    """A line of a cell: a number, a date or a label, blank where there is none, and words."""

    label: str
    words: str


def parted(field: Field, label: str) -> str:
    """The *label* of a line of the column *field* with what parts it from the words, for those who hear them."""
    if not label:
        return ""
    return f"{label}." if field in ("recommendation", "action") else f"{label}:"


@dataclass(frozen=True, slots=True)
class PlanAction:
    """An action as it stands: one line or more for each column of the template, and how it is doing in words."""

    reference: str
    number: str
    cells: Mapping[Field, tuple[Line, ...]]
    status: str
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class PlanRecommendation:
    """A recommendation and its actions; without number or words where actions stand under none."""

    reference: str
    number: str
    words: str
    scope: str
    actions: tuple[PlanAction, ...]

    def cells(self, *, first: bool) -> Mapping[Field, tuple[Line, ...]]:
        """What it says in the columns that are its own, beside its *first* action or a further one."""
        if not self.reference:
            return {}
        return {
            "recommendation": (Line(self.number, self.words if first else AS_ABOVE),),
            "scope": (Line("", self.scope),) if self.scope else (),
        }


class PlanRow(NamedTuple):
    """A row of the table of a section: an action, or a recommendation that has none, and the lines of each column.

    `first` says that it stands first under its recommendation.
    """

    under: PlanRecommendation
    first: bool
    cells: Mapping[Field, tuple[Line, ...]]


@dataclass(frozen=True, slots=True)
class PlanSection:
    """A section of the plan under its heading."""

    reference: str
    heading: str
    recommendations: tuple[PlanRecommendation, ...]

    @property
    def nothing(self) -> str:
        """What to say where it has no actions."""
        return "" if any(made.actions for made in self.recommendations) else "This section has no actions."

    def rows(self) -> Iterator[PlanRow]:
        """The rows of its table, in order."""
        for made in self.recommendations:
            for nth, cells in enumerate([action.cells for action in made.actions] or [{}]):
                yield PlanRow(made, not nth, {**made.cells(first=not nth), **cells})

    @staticmethod
    def about(heading: str) -> str:
        """What is said of its table to those who cannot see it, with its *heading* as the document shows it."""
        return f"The actions of {heading}, a row for each, in the columns of the form."


@dataclass(frozen=True, slots=True)
class Trail:
    """A table of the audit trail: its title, what it shows, its headings, and its rows of plain cells.

    `nothing` is what to say where there is no row.
    """

    title: str
    about: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    nothing: str

    @property
    def shares(self) -> tuple[int, ...]:
        """The share of the width that each column has, by its heading."""
        return tuple(_SHARES.get(heading, 12) for heading in self.headings)


_SHARES = {"Of": 16, "From": 13, "To": 13, "Reason": 26, "Evidence": 22, "What": 36, "Who": 22}


@dataclass(frozen=True, slots=True)
class HomeOfficePlan:
    """All that a document for the Home Office says, in order.

    `facts` are pairs for its first page, and `footer` stands at the foot of every page beside its number; `counts` are
    how many actions are at each progress, and how many of them are overdue.
    """

    title: str
    subtitle: str
    reference: str
    marking: str
    facts: tuple[tuple[str, str], ...]
    footer: str
    counts: Mapping[str, int]
    note: str
    template: Template
    sections: tuple[PlanSection, ...]
    trails: tuple[Trail, ...]
    properties: Properties

    @property
    def tallies(self) -> tuple[tuple[str, int], ...]:
        """The counts that are not nought, each with its words; how many are overdue comes last."""
        are = "is" if self.counts.get("overdue") == 1 else "are"
        words = {"overdue": f"of these {are} overdue"}
        return tuple((words.get(name, name), number) for name, number in self.counts.items() if number)

    @property
    def counted(self) -> str:
        """The counts in a sentence: `32 complete, 9 in progress; 8 of these are overdue`."""
        told = [f"{number:,} {words}" for words, number in self.tallies]
        late = told.pop() if self.counts.get("overdue") else ""
        return "; ".join(filter(None, (", ".join(told), late)))

    @property
    def nothing(self) -> str:
        """What to say where it has no sections."""
        return "" if self.sections else "The plan has no sections yet."


def home_office_plan(
    entries: Iterable[Entry],
    *,
    as_at: date | None = None,
    since: date | None = None,
    marking: str = "",
    form: str = "home-office-2016",
    made_by: str = "",
    audience: str = "",
) -> HomeOfficePlan:
    """What a document for the Home Office says of *entries*.

    *as_at* is the day on which the plan stands so, that of the last entry without it.  *since* is the day after which
    the trail tells what changed; without it, it is the day on which the review was last submitted, and everything is
    told where it never was.  *marking* is a protective marking in whatever capitals, *made_by* the exporter and its
    version, and *audience* those to whom the document is shown.  Raises `BadInput` for an unknown *form*.
    """
    read = list(entries)
    moment, marking = last_moment(read), in_capitals(marking)
    day = as_at or moment.date()
    plan = action_plan(read, as_at=as_at)
    chosen = template(form)
    start = since or _last_submission(read, day)
    changed = [entry for entry in read if (start is None or entry.since > start) and entry.since <= day]
    reviews = list(plan.reviews.values())
    edition = 1 + sum(
        isinstance(entry.event, ExportIssued) and entry.event.exporter.startswith("home-office.") for entry in read
    )
    late = {found.action.reference: found.days for found in overdue(plan, day)}
    return HomeOfficePlan(
        title=chosen.title,
        subtitle=called(reviews),
        reference=references(reviews),
        marking=marking,
        facts=facts(
            reviews,
            day,
            ("Edition", f"{edition}, made from {plan.head:,} entries of the ledger"),
            ("Stage of the review", _stages(entry for entry in read if entry.since <= day)),
            ("Changes shown since", day_month_year(start) if start else "the plan was begun"),
            ("Form", chosen.source),
            marking=marking,
            made_by=made_by,
            audience=audience,
        ),
        footer=foot(reviews, day),
        counts=dict(by_progress(plan.actions.values())) | ({"overdue": len(late)} if late else {}),
        note=LIVE_DOCUMENT,
        template=chosen,
        sections=tuple(_sections(plan, read, day, late)),
        trails=tuple(_trails(read, changed)),
        properties=Properties.of_plan(
            reviews,
            day,
            title=chosen.title,
            marking=marking,
            besides=f"its audit trail. {LIVE_DOCUMENT}",
            moment=moment,
            head=plan.head,
            as_at=as_at,
        ),
    )


def _last_submission(entries: Sequence[Entry], day: date) -> date | None:
    """The day on which the review was last submitted, before *day*."""
    return max(
        (
            entry.since
            for entry in entries
            if isinstance(entry.event, ReviewStageReached) and entry.event.stage == "submitted" and entry.since < day
        ),
        default=None,
    )


def _stages(entries: Iterable[Entry]) -> str:
    """Every stage that was reached, as often as it was: a plan may be submitted twice."""
    reached = [(entry, entry.event.stage) for entry in entries if isinstance(entry.event, ReviewStageReached)]
    reached.sort(key=lambda told: told[0].since)
    told = ((stage, _day(entry)) for entry, stage in reached)
    return "; ".join(f"{stage} {'on' if day[0].isdigit() and ' ' in day else 'in'} {day}" for stage, day in told)


# The plan


def _sections(plan: ActionPlan, entries: Sequence[Entry], day: date, late: Mapping[str, int]) -> Iterator[PlanSection]:
    revisions: dict[str, list[Entry]] = {}
    ended: dict[str, Entry] = {}
    for entry in entries:
        if entry.since > day:
            continue
        if isinstance(entry.event, TargetDateRevised):
            revisions.setdefault(entry.reference, []).append(entry)
        if isinstance(entry.event, StatusChanged | ActionCreated | ActionReopened):
            status = entry.event.to if isinstance(entry.event, StatusChanged | ActionReopened) else entry.event.status
            if status.progress != "complete":
                ended.pop(entry.reference, None)
            else:
                ended.setdefault(entry.reference, entry)
        if isinstance(entry.event, ActionWithdrawn | ActionSuperseded):
            ended[entry.reference] = entry
    below: dict[str, dict[str, list[Action]]] = {}
    for review in plan.reviews.values():
        for name in review.recommendations:
            below.setdefault(name.rpartition(":")[0], {})[name] = []
    for action in plan.actions.values():
        groups = below.setdefault(action.reference.rpartition(":")[0], {})
        groups.setdefault(action.recommendation or "", []).append(action)
    for review in plan.reviews.values():
        for key, heading in review.sections.items():
            reference = f"{review.reference}:{key}"
            yield PlanSection(
                reference,
                heading,
                tuple(
                    _recommendation(
                        plan,
                        name,
                        [_action(plan, action, revisions.get(action.reference, []), ended, late) for action in group],
                    )
                    for name, group in below.get(reference, {}).items()
                ),
            )


def _recommendation(plan: ActionPlan, name: str, actions: list[PlanAction]) -> PlanRecommendation:
    review = plan.reviews.get(review_of(name)) if name else None
    made = review.recommendations.get(name) if review else None
    number = number_of(name).removeprefix("R") if name else ""
    return PlanRecommendation(
        name, number, made.text if made else "", (made.scope or "" if made else "").capitalize(), tuple(actions)
    )


def _action(
    plan: ActionPlan,
    action: Action,
    revisions: Sequence[Entry],
    ended: Mapping[str, Entry],
    late: Mapping[str, int],
) -> PlanAction:
    number = action.number or number_of(action.reference)
    days = late.get(action.reference, 0)
    status = action.status.as_printed or action.status.progress.capitalize()
    cells: dict[Field, tuple[Line, ...]] = {
        "action": (Line(number, action.text),),
        "lead": (Line("", action.lead.as_printed),) if action.lead.as_printed.strip() else (),
        "milestones": tuple(_steps(action)),
        "target_date": tuple(_target(plan, action, revisions, days)),
        "completion": tuple(_completion(action, ended.get(action.reference), status)),
    }
    return PlanAction(action.reference, number, cells, status, days)


def _steps(action: Action) -> Iterator[Line]:
    """The milestones reached, and every report of progress, each with its date where it has one."""
    for step in (*action.milestones, *action.progress):
        words = step.note.strip()
        if not words:
            continue
        # What was read in a cell has its date in its words, if it has one; else it was not said.
        yield Line("" if step.as_printed else when(step), words)


def _target(plan: ActionPlan, action: Action, revisions: Sequence[Entry], days: int) -> Iterator[Line]:
    printed = action.target_date.as_printed.strip()
    if printed:
        known = due(plan, action)
        yield Line("", printed)
        if known and action.target_date.kind == "relative":
            yield Line("Due", day_month_year(known))
    if days:
        yield Line("Overdue", f"by {days:,} {'day' if days == 1 else 'days'}")
    for entry in revisions:
        event = cast(TargetDateRevised, entry.event)
        if event.was.moves_to(event.to):
            why = f" ({entry.reason})" if entry.reason else ""
            yield Line(
                "Moved", f"from {event.was.as_printed.strip()} to {event.to.as_printed.strip()}, {_day(entry)}{why}"
            )


def _completion(action: Action, entry: Entry | None, status: str) -> Iterator[Line]:
    if action.status.progress == "complete":
        yield Line("Complete", _day(entry) if entry and entry.effective else "date not said")
    if entry and isinstance(entry.event, ActionWithdrawn | ActionSuperseded) and action.status.progress != "complete":
        by = f"by {entry.event.by}, " if isinstance(entry.event, ActionSuperseded) else ""
        yield Line(status, f"{by}{_day(entry)}{f' ({entry.reason})' if entry.reason else ''}")
    elif status:
        yield Line("Status", status)
    if action.outcome.strip():
        yield Line("", action.outcome.strip())
    if action.assurance and action.assurance != "claimed":
        yield Line("Assurance", action.assurance)
    for evidence in action.evidence:
        yield Line("Evidence", evidence.name)


def _day(entry: Entry) -> str:
    """When *entry* was true, as a British reader writes it, to the precision that was given."""
    told = day_month_year(entry.effective.earliest if entry.effective else entry.recorded_at.date()).split()
    return " ".join(told[{"day": 0, "month": 1, "year": 2}[entry.effective.precision if entry.effective else "day"] :])


def _by_both_clocks(entry: Entry) -> str:
    """When *entry* was true, and when it was recorded where that is said to be another day."""
    recorded = day_month_year(entry.recorded_at.date())
    return recorded if _day(entry) == recorded else f"{_day(entry)}, recorded {recorded}"


# The audit trail for the panel

_MOVED = ("Of", "From", "To", "Reason", "Who", "When")
_STATUSES = ("Of", "From", "To", "Reason", "Evidence", "Who", "When")
_CHANGED = ("Of", "What", "Reason", "Who", "When")
TRAIL_HEADINGS = (_MOVED, _STATUSES, _CHANGED)
"""The headings of each table of the trail, by which an importer tells it from a plan."""


def _trails(read: Sequence[Entry], entries: Sequence[Entry]) -> Iterator[Trail]:
    """The tables of what *entries* changed; *read* are all that there are."""
    evidence: dict[str, list[tuple[date, str]]] = {}
    for entry in read:
        if isinstance(entry.event, EvidenceAttached):
            evidence.setdefault(entry.reference, []).append((entry.recorded_at.date(), entry.event.name))
    told = [(entry, entry.event) for entry in entries]
    yield Trail(
        "Target dates moved",
        "Every target date that was moved, who moved it and why.",
        _MOVED,
        tuple(
            (
                entry.reference,
                event.was.as_printed,
                event.to.as_printed,
                entry.reason or "",
                str(entry.by),
                _by_both_clocks(entry),
            )
            for entry, event in told
            if isinstance(event, TargetDateRevised) and event.was.moves_to(event.to)
        ),
        "No target date was moved.",
    )
    yield Trail(
        "Statuses",
        "Every change of status, with the evidence that there was when it was recorded.",
        _STATUSES,
        tuple(
            (
                entry.reference,
                event.was.as_printed,
                _now(event),
                entry.reason or "",
                "; ".join(name for day, name in evidence.get(entry.reference, ()) if day <= entry.recorded_at.date()),
                str(entry.by),
                _by_both_clocks(entry),
            )
            for entry, event in told
            if isinstance(event, StatusChanged | ActionReopened | ActionWithdrawn | ActionSuperseded)
        ),
        "No status was changed.",
    )
    yield Trail(
        "Actions and recommendations changed",
        "Actions that were added, words, leads and first target dates that changed, sign-off and evidence.",
        _CHANGED,
        tuple(
            (entry.reference, deed(event), entry.reason or "", str(entry.by), _by_both_clocks(entry))
            for entry, event in told
            if isinstance(
                event,
                ActionCreated
                | ActionUpdated
                | LeadReassigned
                | EvidenceAttached
                | ActionSignedOff
                | RecommendationReworded,
            )
            or (isinstance(event, TargetDateRevised) and not event.was.moves_to(event.to))
        ),
        "Nothing was added or changed.",
    )
    yield Trail(
        "Entries corrected",
        "Nothing is edited: a correction is an entry of its own that points at the one it corrects.",
        _CHANGED,
        tuple(
            (entry.reference, deed(event), entry.reason or "", str(entry.by), _by_both_clocks(entry))
            for entry, event in told
            if isinstance(event, EntryAnnotated)
        ),
        "No entry was corrected.",
    )


def _now(event: StatusChanged | ActionReopened | ActionWithdrawn | ActionSuperseded) -> str:
    match event:
        case ActionWithdrawn():
            return "Withdrawn"
        case ActionSuperseded(by=by):
            return f"Superseded by {by}"
        case _:
            return event.to.as_printed


__all__ = [
    "AS_ABOVE",
    "AUDIT_TRAIL",
    "CONTINUED",
    "LIVE_DOCUMENT",
    "NONE_RECORDED",
    "TRAIL_HEADINGS",
    "UNDER_NONE",
    "Field",
    "HomeOfficePlan",
    "Line",
    "PlanAction",
    "PlanRecommendation",
    "PlanRow",
    "PlanSection",
    "Template",
    "Trail",
    "home_office_plan",
    "parted",
    "template",
]
