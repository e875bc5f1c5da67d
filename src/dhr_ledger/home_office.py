"""The action plan as the Home Office's quality assurance reads it: what its documents say, in whatever format.

The plan comes in the columns of a `Template`, which is data: the one of the guidance of December 2016, or another file
of the same form.  After it comes the audit trail for the panel: what changed since a date or since the plan was last
submitted.  Word, OpenDocument and PDF are three dresses of this one content.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
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
    ActionSuperseded,
    ActionWithdrawn,
    MilestoneReached,
    ProgressRecorded,
    StatusChanged,
    TargetDateRevised,
)
from dhr_ledger.annotation import EntryAnnotated
from dhr_ledger.document import (
    Properties,
    called,
    facts,
    foot,
    in_capitals,
    keys_of_sections,
    last_moment,
    marks_in,
    references,
    said_of_withheld,
    size_of,
    stages,
)
from dhr_ledger.entry import Entry
from dhr_ledger.errors import BadInput
from dhr_ledger.plan import ActionPlan, action_plan, day_month_year, when
from dhr_ledger.questions import by_progress, due, overdue
from dhr_ledger.reference import number_of, parent_of, review_of
from dhr_ledger.review import ExportIssued, ReviewStageReached
from dhr_ledger.status import DEFAULT_LEGEND
from dhr_ledger.trail import TRAIL_HEADINGS, Trail, trails

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
        """The counts in a sentence: `9 in progress, 32 complete; 8 of these are overdue`."""
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
    the trail tells what changed: what was true after it and what was recorded after it, whenever it was true.  Without
    *since* it is the day on which the review was last submitted, and everything is told where it never was.  *marking*
    is a protective marking in whatever capitals, *made_by* the exporter and its version, and *audience* those to whom
    the document is shown.

    An edition is the plan as the ledger told of it when a document for the Home Office was issued: in Word and in PDF,
    for the panel and for the public it is the same one, and so it is when a file is made again.  The next one comes
    with the next document after anything but an export was recorded.  Raises `BadInput` for an unknown *form*.
    """
    read = list(entries)
    moment, marking = last_moment(read), in_capitals(marking)
    day = as_at or moment.date()
    plan = action_plan(read, as_at=as_at)
    chosen = template(form)
    submission = None if since else _last_submission(read, day)
    start = submission.since if submission else since
    changed = [entry for entry in read if entry.since <= day and _is_news(entry, start, submission)]
    reviews = list(plan.reviews.values())
    late = {found.action.reference: found.days for found in overdue(plan, day)}
    return HomeOfficePlan(
        title=chosen.title,
        subtitle=called(reviews),
        reference=references(reviews),
        marking=marking,
        facts=facts(
            reviews,
            day,
            ("Edition", f"{_edition(read)}, made from {size_of(len(read), plan.head)}"),
            ("Stage of the review", stages(entry for entry in read if entry.since <= day)),
            ("In all", f"{len(plan.actions):,} {'action' if len(plan.actions) == 1 else 'actions'}"),
            ("Completions", _completions(plan.actions.values())),
            ("Changes shown since", day_month_year(start) if start else "the plan was begun"),
            ("Keys of the sections", keys_of_sections(reviews)),
            ("Form", chosen.source),
            ("Withheld", said_of_withheld(marks_in(*read)) if audience else ""),
            marking=marking,
            made_by=made_by,
            audience=audience,
        ),
        footer=foot(reviews, day),
        counts=dict(by_progress(plan.actions.values())) | ({"overdue": len(late)} if late else {}),
        note=LIVE_DOCUMENT,
        template=chosen,
        sections=tuple(_sections(plan, read, day, late)),
        trails=tuple(trails(read, changed)),
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


def _last_submission(entries: Iterable[Entry], day: date) -> Entry | None:
    """The entry that says that the review was submitted, last of all before *day*."""
    submitted = (
        entry
        for entry in entries
        if isinstance(entry.event, ReviewStageReached) and entry.event.stage == "submitted" and entry.since < day
    )
    return max(submitted, key=lambda entry: entry.since, default=None)


def _is_news(entry: Entry, start: date | None, submission: Entry | None) -> bool:
    """Whether nobody can have read *entry* by *start*, the day of a *submission* if there was one.

    What was true before and recorded after it stood in nothing that was shown by then.
    """
    if start is None or entry.since > start or entry.recorded_at.date() > start:
        return True
    return submission is not None and entry.position > submission.position


def _edition(entries: Iterable[Entry]) -> int:
    """Which edition a document is: how many states of the plan were issued, with the one that is issued now."""
    state, issued = 0, set()
    for entry in entries:
        if not isinstance(entry.event, ExportIssued):
            state += 1
        elif entry.event.exporter.startswith("home-office."):
            issued.add(state)
    return len(issued | {state})


# The plan


class _Past(NamedTuple):
    """What the entries tell of the actions, by reference, that where these stand does not.

    `notes` are those on a report or a milestone, by its reference, its words and the day from which it counts.
    """

    revisions: Mapping[str, Sequence[Entry]]
    ended: Mapping[str, Entry]
    notes: Mapping[tuple[str, str, date], Sequence[Entry]]


def _past(entries: Sequence[Entry]) -> _Past:
    revisions, notes = defaultdict(list), defaultdict(list)
    steps: dict[tuple[str, int], tuple[str, str, date]] = {}
    for entry in entries:
        match entry.event:
            case TargetDateRevised():
                revisions[entry.reference].append(entry)
            case ProgressRecorded(note=words) | MilestoneReached(milestone=words):
                steps[entry.reference, entry.version] = entry.reference, words, entry.since
            case EntryAnnotated(version=version) if about := steps.get((entry.reference, version)):
                notes[about].append(entry)
            case _:
                pass
    return _Past(revisions, _ended(entries), notes)


def _sections(plan: ActionPlan, entries: Sequence[Entry], day: date, late: Mapping[str, int]) -> Iterator[PlanSection]:
    past = _past([entry for entry in entries if entry.since <= day])
    below: dict[str, dict[str, list[Action]]] = {}
    for review in plan.reviews.values():
        for name in review.recommendations:
            below.setdefault(parent_of(name), {})[name] = []
    for action in plan.actions.values():
        groups = below.setdefault(parent_of(action.reference), {})
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
                        [_action(plan, action, past, late.get(action.reference, 0)) for action in group],
                    )
                    for name, group in below.get(reference, {}).items()
                ),
            )


def _ended(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    """The entries by which actions have ended, by reference; of a completion that was told again, the first.

    As in the plan, what was true later stands, in whatever order it was recorded, and what an action began with gives
    way to all that has its day.
    """

    def counts(entry: Entry) -> date:
        return date.min if isinstance(entry.event, ActionCreated) and entry.effective is None else entry.since

    ended: dict[str, Entry] = {}
    for entry in sorted(entries, key=counts):
        match entry.event:
            case ActionWithdrawn() | ActionSuperseded():
                ended[entry.reference] = entry
            case ActionCreated(status=status) | StatusChanged(to=status) | ActionReopened(to=status):
                before = ended.pop(entry.reference, None)
                if status.progress == "complete":
                    told_again = before and not isinstance(before.event, ActionWithdrawn | ActionSuperseded)
                    ended[entry.reference] = before if before and told_again else entry
            case _:
                pass
    return ended


def _recommendation(plan: ActionPlan, name: str, actions: list[PlanAction]) -> PlanRecommendation:
    review = plan.reviews.get(review_of(name)) if name else None
    made = review.recommendations.get(name) if review else None
    number = number_of(name).removeprefix("R") if name else ""
    return PlanRecommendation(
        name, number, made.text if made else "", (made.scope or "" if made else "").capitalize(), tuple(actions)
    )


def _action(plan: ActionPlan, action: Action, past: _Past, days: int) -> PlanAction:
    number = action.number or number_of(action.reference)
    status = action.status.as_printed or action.status.progress.capitalize()
    cells: dict[Field, tuple[Line, ...]] = {
        "action": (Line(number, action.text),),
        "lead": (Line("", action.lead.as_printed),) if action.lead.as_printed.strip() else (),
        "milestones": tuple(_steps(action, past)),
        "target_date": tuple(_target(plan, action, past.revisions.get(action.reference, ()), days)),
        "completion": tuple(_completion(action, past.ended.get(action.reference), status)),
    }
    return PlanAction(action.reference, number, cells, status, days)


def _steps(action: Action, past: _Past) -> Iterator[Line]:
    """The milestones reached, and every report of progress, each with its date, if any, and what was noted on it."""
    for step in sorted((*action.milestones, *action.progress), key=lambda step: step.since):
        words = step.note.strip()
        if not words:
            continue
        # What was read in a cell has its date in its words, if it has one; else it was not said.
        yield Line("" if step.as_printed else when(step), words)
        for entry in past.notes.get((action.reference, step.note, step.since), ()):
            yield Line("Noted", f"{when(entry)}: {cast(EntryAnnotated, entry.event).note.strip()}")


def _target(plan: ActionPlan, action: Action, revisions: Sequence[Entry], days: int) -> Iterator[Line]:
    printed = action.target_date.as_printed.strip()
    if printed:
        known = due(plan, action)
        yield Line("", printed)
        if known and action.target_date.kind in ("relative", "several"):
            yield Line("Due", day_month_year(known))
    if days:
        yield Line("Overdue", f"by {days:,} {'day' if days == 1 else 'days'}")
    for entry in revisions:
        event = cast(TargetDateRevised, entry.event)
        if event.was.moves_to(event.to):
            why = f" ({entry.reason})" if entry.reason else ""
            yield Line(
                "Moved",
                f"from {event.was.as_printed.strip()} to {event.to.as_printed.strip()}, {when(entry)}{why}",
            )


def _completion(action: Action, entry: Entry | None, status: str) -> Iterator[Line]:
    complete = action.status.progress == "complete"
    if complete:
        # A file tells that an action is complete, and not since when.
        by = "by " if entry and (isinstance(entry.event, ActionCreated) or (entry.source and entry.source.file)) else ""
        yield Line("Complete", f"{by}{when(entry)}" if entry and entry.effective else "date not said")
    if entry and isinstance(entry.event, ActionWithdrawn | ActionSuperseded) and not complete:
        # It is of the same review, which goes without saying.
        by = f"by {entry.event.by.partition(':')[2]}, " if isinstance(entry.event, ActionSuperseded) else ""
        yield Line(status, f"{by}{when(entry)}{f' ({entry.reason})' if entry.reason else ''}")
    elif status and not (complete and _is_called_complete(status)):
        yield Line("Status", status)
    if action.outcome.strip():
        yield Line("", action.outcome.strip())
    if action.assurance:
        yield Line("Assurance", _assured(action))
    for evidence in action.evidence:
        yield Line("Evidence", evidence.name)


def _assured(action: Action) -> str:
    """How well the completion of *action* is assured, and whether the ledger holds more for it than the word."""
    recorded = {"evidenced": bool(action.evidence), "signed off": action.signed_off}
    if action.assurance == "claimed":
        return "claimed only"
    alone = "" if recorded.get(action.assurance or "") else " by its status alone"
    return f"{action.assurance}{alone}"


def _completions(actions: Iterable[Action]) -> str:
    """How many completions are assured how well: `15 signed off, 1 evidenced, 16 claimed only`."""
    told = Counter(_assured(action) for action in actions if action.status.progress == "complete")
    return ", ".join(f"{number:,} {words}" for words, number in told.most_common())


def _is_called_complete(status: str) -> bool:
    """Whether the *status* of a completed action says no more than that: `Completed`, `Action complete`."""
    return "complete" in status.casefold() and DEFAULT_LEGEND.read(status).progress == "complete"


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
