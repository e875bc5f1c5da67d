"""The plan as a workbook: what its sheets say, whatever they are written in.

One table a sheet, from its first cell, one row of headings, no merged cells and no blank rows: the practice of the UK's
analysis function for accessible spreadsheets.  A status is a word first and a colour second.  Excel and OpenDocument
are two dresses of this one content.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from os import SEEK_END
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Literal, NamedTuple

import orjson

from dhr_ledger.action import MilestoneReached, ProgressRecorded, TargetDateRevised
from dhr_ledger.document import (
    Properties,
    called,
    facts,
    foot,
    in_capitals,
    last_moment,
    marks_in,
    said_of_withheld,
    size_of,
)
from dhr_ledger.entry import Entry
from dhr_ledger.history import deed
from dhr_ledger.home_office import LIVE_DOCUMENT
from dhr_ledger.plan import ActionPlan, action_plan, milestones_cell, progress_cell
from dhr_ledger.questions import by_progress, due, overdue
from dhr_ledger.reference import number_of
from dhr_ledger.status import Progress
from dhr_ledger.target_date import TargetDate

Kind = Literal["text", "date", "number", "status"]
Value = str | int | date | None
Row = tuple[Value, ...]
HELD = 1 << 20
"""So many bytes wait in memory; what is more than that waits on the disk, in a file without a name."""
COLOURS: Mapping[Progress, tuple[str, str]] = {
    "complete": ("#14532D", "#DCEFE3"),
    "in progress": ("#1D3D5C", "#DDE9F7"),
    "not started": ("#5C3A0E", "#F4EADB"),
    "paused": ("#5E4800", "#FBEFC6"),
    "awaiting a stage": ("#5E4800", "#FBEFC6"),
    "withdrawn": ("#3D454C", "#E6E8EB"),
    "superseded": ("#3D454C", "#E6E8EB"),
    "unknown": ("#6B2150", "#F5E3EF"),
}
"""The colours of letters and cell for each progress; letters stand out at 4.5 to 1 or more (WCAG 2.2, 1.4.3)."""


class Column(NamedTuple):
    """A column: its heading, its width in characters, and what stands in it."""

    heading: str
    width: int
    kind: Kind = "text"


class Rows:
    """The rows of a table with these *columns*: put down one by one, counted, and gone through as often as need be.

    There may be as many as there are entries, so they are not held: a file takes them that has no name and is gone with
    them, in *folder*, or where the system keeps its temporary files.
    """

    def __init__(self, columns: Iterable[Column], folder: str | None = None) -> None:
        self._dates = [nth for nth, column in enumerate(columns) if column.kind == "date"]
        self._file = SpooledTemporaryFile(HELD, dir=folder)  # noqa: SIM115 - it is closed when nobody has the rows
        self._waiting: list[bytes] = []
        self._count = 0
        weakref.finalize(self, self._file.close)

    def add(self, row: Row) -> None:
        """Put *row* below the others."""
        self._waiting.append(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        self._count += 1
        if len(self._waiting) == _AT_ONCE:
            self._put_down()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        self._put_down()
        place = 0
        while True:
            self._file.seek(place)
            lines = self._file.readlines(_READ_AT_ONCE)
            place = self._file.tell()
            if not lines:
                return
            for line in lines:
                row = orjson.loads(line)
                for nth in self._dates:
                    row[nth] = row[nth] and date.fromisoformat(row[nth])
                yield tuple(row)

    def _put_down(self) -> None:
        self._file.seek(0, SEEK_END)
        self._file.writelines(self._waiting)
        self._waiting.clear()


_AT_ONCE = 100
_READ_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that is one table; `about` says on the cover what it shows.

    A value of a column of dates is a `date` or `None`, of a column of numbers an `int` or `None`, of the others text.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    rows: Rows


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
    entries: Iterable[Entry],
    *,
    as_at: date | None = None,
    marking: str = "",
    made_by: str = "",
    audience: str = "",
    folder: str | None = None,
) -> Workbook:
    """What a workbook says of *entries*, which are gone through once and not held.

    *as_at* is the day on which the plan stands so, that of the last entry without it, and *folder* is where its rows
    wait; the rest is as in `home_office_plan`.
    """
    told = _Told(as_at, folder)
    plan = action_plan(told.passing(entries), as_at=as_at)
    moment, marking = told.moment, in_capitals(marking)
    day = as_at or moment.date()
    reviews = plan.reviews.values()
    late = {found.action.reference: found.days for found in overdue(plan, day)}
    counts = [("actions", len(plan.actions)), *by_progress(plan.actions.values()).items(), ("overdue", len(late))]
    more = [
        ("Made from", size_of(len(told.entries), plan.head)),
        ("Withheld", said_of_withheld(told.marks) if audience else ""),
    ]
    return Workbook(
        title=_TITLE,
        subtitle=called(reviews),
        marking=marking,
        facts=facts(reviews, day, *more, marking=marking, made_by=made_by, audience=audience),
        footer=foot(reviews, day),
        counts=tuple(counts),
        how_to_read=HOW_TO_READ,
        sheets=(
            _sheet("Plan", "One row an action, as it stands.", _PLAN, _plan(plan, late), folder),
            Sheet(UPDATES, "One row a report of progress or a milestone.", _UPDATES, told.updates),
            _sheet(MOVED_DATES, "One row a target date that was moved.", _MOVED, _moved(told.moved, plan), folder),
            Sheet(ENTRIES, "One row a change, in the order recorded.", _ENTRIES, told.entries),
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


def folder_of(out: BinaryIO) -> str | None:
    """The folder that *out* is written in, where it is a file with a name: what will stand there may wait there."""
    name = getattr(out, "name", None)
    return str(Path(name).absolute().parent) if isinstance(name, str) and Path(name).is_file() else None


class _Told:
    """What the entries tell row by row, put down as they go by."""

    def __init__(self, as_at: date | None, folder: str | None) -> None:
        self.updates = Rows(_UPDATES, folder)
        self.moved = Rows(_MOVED, folder)
        self.entries = Rows(_ENTRIES, folder)
        self.marks: set[str] = set()
        self._as_at = as_at
        self._latest: Entry | None = None

    @property
    def moment(self) -> datetime:
        """When the last of them was recorded."""
        return last_moment([self._latest] if self._latest else [])

    def passing(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """*entries*, each as soon as its rows are put down."""
        for entry in entries:
            if self._latest is None or entry.recorded_at > self._latest.recorded_at:
                self._latest = entry
            # What was recorded counts by the day of the last entry at the latest, which is the day without another.
            if self._as_at is None or entry.since <= self._as_at:
                if update := _update(entry):
                    self.updates.add(update)
                elif move := _move(entry):
                    self.moved.add(move)
            self.entries.add(_entry(entry))
            self.marks |= marks_in(entry)
            yield entry


def _sheet(name: str, about: str, columns: tuple[Column, ...], rows: Iterable[Row], folder: str | None) -> Sheet:
    """The sheet of *rows* that are made as they are put down."""
    kept = Rows(columns, folder)
    for row in rows:
        kept.add(row)
    return Sheet(name, about, columns, kept)


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


def _plan(plan: ActionPlan, late: Mapping[str, int]) -> Iterator[Row]:
    for action in plan.in_order():
        made = plan.recommendation_of(action)
        yield (
            plan.heading_of(action.reference),
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


def _update(entry: Entry) -> Row | None:
    """The row of a report of progress or a milestone."""
    event = entry.event
    if isinstance(event, ProgressRecorded):
        what, words = "progress", event.note
    elif isinstance(event, MilestoneReached):
        what, words = "milestone", event.milestone
    else:
        return None
    return (
        entry.reference,
        str(entry.effective or entry.recorded_at.date()),
        what,
        words,
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


def _move(entry: Entry) -> Row | None:
    """The row of a target date that was moved, without the words of the action."""
    event = entry.event
    if not isinstance(event, TargetDateRevised) or not event.was.moves_to(event.to):
        return None
    return (
        entry.reference,
        "",
        event.was.as_printed,
        event.to.as_printed,
        _days(event.was, event.to),
        entry.reason or "",
        str(entry.by),
        str(entry.effective or entry.recorded_at.date()),
        entry.position,
    )


def _moved(rows: Iterable[Row], plan: ActionPlan) -> Iterator[Row]:
    """*rows*, each with the words of its action as it stands."""
    for reference, _, *rest in rows:
        action = plan.actions.get(str(reference))
        yield reference, action.text if action else "", *rest


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


def _entry(entry: Entry) -> Row:
    return (
        entry.position,
        entry.reference,
        entry.recorded_at.date(),
        str(entry.effective or ""),
        str(entry.by),
        deed(entry.event),
        entry.reason or "",
        str(entry.source or ""),
    )
