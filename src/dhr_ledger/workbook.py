"""The plan as a workbook: what its sheets say, whatever they are written in.

One table a sheet, from its first cell, one row of headings, no merged cells and no blank rows: the practice of the UK's
analysis function for accessible spreadsheets.  A status is a word first and a colour second.  Excel and OpenDocument
are two dresses of this one content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from dhr_ledger.action import Action, MilestoneReached, ProgressRecorded, TargetDateRevised
from dhr_ledger.document import Properties, called, facts, foot, in_capitals, last_moment
from dhr_ledger.entry import Entry
from dhr_ledger.history import deed
from dhr_ledger.home_office import LIVE_DOCUMENT
from dhr_ledger.plan import ActionPlan, action_plan, milestones_cell, progress_cell
from dhr_ledger.questions import by_progress, due, overdue
from dhr_ledger.reference import number_of, review_of, section_of
from dhr_ledger.target_date import TargetDate

Kind = Literal["text", "date", "number", "status"]
Value = str | int | date | None


class Column(NamedTuple):
    """A column: its heading, its width in characters, and what stands in it."""

    heading: str
    width: int
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that is one table; `about` says on the cover what it shows.

    A value of a column of dates is a `date` or `None`, of a column of numbers an `int` or `None`, of the others text.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Workbook:
    """All that a workbook says, in order: the facts and counts of its cover, how to read it, and its sheets.

    `footer` stands at the foot of every printed page beside its number.
    """

    title: str
    subtitle: str
    marking: str
    facts: tuple[tuple[str, str], ...]
    footer: str
    counts: tuple[tuple[str, int], ...]
    how_to_read: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    properties: Properties


UPDATES, MOVED_DATES, ENTRIES = "Updates", "Moved dates", "Entries"
"""The sheets that tell what happened; nothing is taken in from them, for a change belongs in the plan."""

HOW_TO_READ = (
    LIVE_DOCUMENT,
    "Every cell of the plan is as it was printed or recorded; the columns “Due” and “Understood as” say what "
    "was understood of it.",
    "What is written into a column that is worked out (“Due”, “Original target date”, “Times moved”, “Understood as”, "
    "“Assurance”, “Days overdue”) is not taken in when the workbook comes back; change the target date or the status.",
    "Whether an action is overdue follows from its target date, its status and the as-at day; it is never stored.",
    "The sheet Entries has every change in the order in which it was recorded, numbered as in the ledger.",
)


def workbook(
    entries: Iterable[Entry], *, as_at: date | None = None, marking: str = "", made_by: str = "", audience: str = ""
) -> Workbook:
    """What a workbook says of *entries*.

    *as_at* is the day on which the plan stands so, that of the last entry without it; the rest is as in
    `home_office_plan`.
    """
    read = list(entries)
    moment, marking = last_moment(read), in_capitals(marking)
    day = as_at or moment.date()
    plan = action_plan(read, as_at=as_at)
    reviews = plan.reviews.values()
    late = {found.action.reference: found.days for found in overdue(plan, day)}
    counts = [("actions", len(plan.actions)), *by_progress(plan.actions.values()).items(), ("overdue", len(late))]
    size = ("Made from", f"{plan.head:,} entries of the ledger")
    counted = [entry for entry in read if entry.since <= day]
    return Workbook(
        title=_TITLE,
        subtitle=called(reviews),
        marking=marking,
        facts=facts(reviews, day, size, marking=marking, made_by=made_by, audience=audience),
        footer=foot(reviews, day),
        counts=tuple(counts),
        how_to_read=HOW_TO_READ,
        sheets=(
            Sheet("Plan", "One row an action, as it stands.", _PLAN, tuple(_plan(plan, late))),
            Sheet(UPDATES, "One row a report of progress or a milestone.", _UPDATES, tuple(_updates(counted))),
            Sheet(MOVED_DATES, "One row a target date that was moved.", _MOVED, tuple(_moved(counted, plan))),
            Sheet(ENTRIES, "One row a change, in the order recorded.", _ENTRIES, tuple(_entries(read))),
        ),
        properties=Properties.of_plan(
            reviews,
            day,
            title=_TITLE,
            marking=marking,
            besides="every change to it.",
            moment=moment,
            head=plan.head,
            as_at=as_at,
        ),
    )


_TITLE = "Action plan"
_PLAN = (
    Column("Section", 26),
    Column("Recommendation", 40),
    Column("Ref", 8),
    Column("Action", 50),
    Column("Lead", 26),
    Column("Target date", 18),
    Column("Due", 12, "date"),
    Column("Original target date", 18),
    Column("Times moved", 9, "number"),
    Column("Desired outcome", 36),
    Column("Monitoring", 36),
    Column("Success measure", 36),
    Column("Evidence required", 30),
    Column("Milestones", 40),
    Column("Progress", 60),
    Column("Outcome", 30),
    Column("Status", 18, "status"),
    Column("Understood as", 16, "status"),
    Column("Assurance", 12),
    Column("Days overdue", 10, "number"),
    Column("Reference", 26),
)


def _plan(plan: ActionPlan, late: Mapping[str, int]) -> Iterator[tuple[Value, ...]]:
    for action in plan.in_order():
        review = plan.reviews.get(review_of(action.reference))
        key = section_of(action.reference)
        made = review.recommendations.get(action.recommendation or "") if review else None
        yield (
            review.sections.get(key, key) if review else key,
            made.text if made else "",
            action.number or number_of(action.reference),
            action.text,
            action.lead.as_printed,
            action.target_date.as_printed,
            due(plan, action),
            action.original_target_date.as_printed,
            action.revisions,
            action.desired_outcome,
            action.monitoring,
            action.success_measure,
            action.evidence_required,
            milestones_cell(action),
            progress_cell(action),
            action.outcome,
            action.status.as_printed,
            action.status.progress,
            action.assurance or "",
            late.get(action.reference),
            action.reference,
        )


_UPDATES = (
    Column("Reference", 26),
    Column("True from", 12),
    Column("What", 12),
    Column("Words", 90),
    Column("Recorded by", 30),
    Column("Recorded on", 12, "date"),
    Column("Entry", 8, "number"),
)


def _updates(entries: Sequence[Entry]) -> Iterator[tuple[Value, ...]]:
    for entry in entries:
        event = entry.event
        if isinstance(event, ProgressRecorded | MilestoneReached):
            milestone = isinstance(event, MilestoneReached)
            yield (
                entry.reference,
                str(entry.effective or entry.recorded_at.date()),
                "milestone" if milestone else "progress",
                event.milestone if isinstance(event, MilestoneReached) else event.note,
                str(entry.by),
                entry.recorded_at.date(),
                entry.position,
            )


_MOVED = (
    Column("Reference", 26),
    Column("Action", 50),
    Column("From", 20),
    Column("To", 20),
    Column("Days", 8, "number"),
    Column("Reason", 50),
    Column("Recorded by", 30),
    Column("True from", 12),
    Column("Entry", 8, "number"),
)


def _moved(entries: Sequence[Entry], plan: ActionPlan) -> Iterator[tuple[Value, ...]]:
    for entry in entries:
        event = entry.event
        if isinstance(event, TargetDateRevised) and event.was.moves_to(event.to):
            action = plan.actions.get(entry.reference, Action(entry.reference))
            yield (
                entry.reference,
                action.text,
                event.was.as_printed,
                event.to.as_printed,
                _days(event.was, event.to),
                entry.reason or "",
                str(entry.by),
                str(entry.effective or entry.recorded_at.date()),
                entry.position,
            )


def _days(was: TargetDate, to: TargetDate) -> int | None:
    """By how many days a target date was moved, where both are known."""
    return (to.due - was.due).days if was.due and to.due else None


_ENTRIES = (
    Column("Entry", 8, "number"),
    Column("Reference", 26),
    Column("Recorded on", 12, "date"),
    Column("True from", 12),
    Column("Who", 34),
    Column("What", 90),
    Column("Reason", 40),
    Column("Read in", 30),
)


def _entries(entries: Sequence[Entry]) -> Iterator[tuple[Value, ...]]:
    for entry in entries:
        yield (
            entry.position,
            entry.reference,
            entry.recorded_at.date(),
            str(entry.effective or ""),
            str(entry.by),
            deed(entry.event),
            entry.reason or "",
            str(entry.source or ""),
        )
