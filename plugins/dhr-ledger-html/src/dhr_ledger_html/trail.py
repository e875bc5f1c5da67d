"""What the entries of one action did to it: which of them each cell stands by, and where its target date was moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from dhr_ledger.action import (
    ActionCreated,
    ActionReopened,
    ActionSignedOff,
    ActionSuperseded,
    ActionUpdated,
    ActionWithdrawn,
    EvidenceAttached,
    LeadReassigned,
    MilestoneReached,
    ProgressRecorded,
    StatusChanged,
    TargetDateRevised,
)
from dhr_ledger.entry import Entry, LedgerEvent


def stands_by(entries: Iterable[Entry], day: date | None) -> dict[str, tuple[int, ...]]:
    """The positions of the entries, of one action, by which each of its cells stands as it does on *day*.

    Of two changes to one cell the one that was true later stands, as in the plan itself; what an action began with
    gives way to any of them, unless the entry says since when it was so.
    """
    standing: dict[str, tuple[date, int]] = {}
    gathered: defaultdict[str, list[int]] = defaultdict(list)
    for entry in entries:
        since = entry.since
        if isinstance(entry.event, ActionCreated) and (entry.effective is None or (day is not None and since > day)):
            since = date.min
        for cell in _changes(entry.event):
            if cell not in standing or standing[cell][0] <= since:
                standing[cell] = since, entry.position
        for cell in _adds(entry.event):
            gathered[cell].append(entry.position)
    return {cell: (position,) for cell, (_, position) in standing.items()} | {
        cell: tuple(positions) for cell, positions in gathered.items()
    }


def moves(entries: Iterable[Entry]) -> list[tuple[Entry, TargetDateRevised]]:
    """The entries that moved the target date, in the order in which they were true.

    The first date that is set moves nothing, nor does another way to write the same one.
    """
    moved = [
        (entry, event)
        for entry in entries
        if isinstance(event := entry.event, TargetDateRevised)
        if event.was.moves_to(event.to)
    ]
    return sorted(moved, key=lambda found: found[0].since)


def _changes(event: LedgerEvent) -> Iterator[str]:
    """The cells that *event* says anew."""
    match event:
        case ActionCreated():
            fields = ActionCreated.model_fields.items()
            yield from (name for name, blank in fields if getattr(event, name) != blank.default)
        case ActionUpdated(changes=changes):
            yield from changes
        case StatusChanged() | ActionWithdrawn() | ActionSuperseded() | ActionReopened():
            yield "status"
        case ActionSignedOff():
            yield "signed_off"
        case TargetDateRevised():
            yield "target_date"
        case LeadReassigned():
            yield "lead"
        case _:
            pass


def _adds(event: LedgerEvent) -> Iterator[str]:
    """The cells that *event* adds to."""
    match event:
        case ProgressRecorded():
            yield "progress"
        case MilestoneReached():
            yield "milestones"
        case EvidenceAttached():
            yield "evidence"
        case _:
            pass
