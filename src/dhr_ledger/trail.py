"""The audit trail for the panel: what changed in a plan, who changed it, when and why, as tables of plain cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dhr_ledger.action import (
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
from dhr_ledger.document import by_both_clocks
from dhr_ledger.entry import Entry
from dhr_ledger.history import deed
from dhr_ledger.reference import review_of
from dhr_ledger.review import RecommendationReworded

_MOVED = ("Of", "From", "To", "Reason", "Who", "When")
_STATUSES = ("Of", "From", "To", "Reason", "Evidence", "Who", "When")
_CHANGED = ("Of", "What", "Reason", "Who", "When")
TRAIL_HEADINGS = (_MOVED, _STATUSES, _CHANGED)
"""The headings of each table of the trail, by which an importer tells it from a plan."""

_SHARES = {"Of": 10, "From": 13, "To": 15, "Reason": 26, "Evidence": 24, "What": 42, "Who": 24, "When": 23}
"""The share of the width of each column: `recorded 30 September 2014` stands on one line, and so does a reference."""
_LONG = 12
"""What has more characters than this needs twice the share of a reference."""


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
        long = any(len(row[0]) > _LONG for row in self.rows)
        return tuple(_SHARES[heading] * (1 + (long and heading == "Of")) for heading in self.headings)


def trails(read: Sequence[Entry], entries: Sequence[Entry]) -> Iterator[Trail]:
    """The tables of what *entries* changed, in the order of a document; *read* are all entries that there are.

    Where they are all of one review, an action is called `CSC:9` and not `BDHR2012/13-04:CSC:9`.
    """
    alone = len({review_of(entry.reference) for entry in read}) == 1

    def called(reference: str) -> str:
        return (alone and reference.partition(":")[2]) or reference

    evidence: dict[str, list[tuple[int, str]]] = {}
    for entry in read:
        if isinstance(entry.event, EvidenceAttached):
            evidence.setdefault(entry.reference, []).append((entry.batch, entry.event.name))
    told = [(entry, entry.event) for entry in entries]
    yield Trail(
        "Target dates moved",
        "Every target date that was moved, who moved it and why.",
        _MOVED,
        tuple(
            (
                called(entry.reference),
                event.was.as_printed,
                event.to.as_printed,
                entry.reason or "",
                str(entry.by),
                _when(entry),
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
                called(entry.reference),
                event.was.as_printed,
                _now(event, called),
                entry.reason or "",
                # What was recorded together with it was there.
                "; ".join(name for batch, name in evidence.get(entry.reference, ()) if batch <= entry.batch),
                str(entry.by),
                _when(entry),
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
            (called(entry.reference), deed(event), entry.reason or "", str(entry.by), _when(entry))
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
            (called(entry.reference), deed(event), entry.reason or "", str(entry.by), _when(entry))
            for entry, event in told
            if isinstance(event, EntryAnnotated)
        ),
        "No entry was corrected.",
    )


def _when(entry: Entry) -> str:
    """When *entry* was true, and on a line of its own when it was recorded, so that no line ends within a day."""
    return by_both_clocks(entry).replace(", recorded", ",\nrecorded")


def _now(
    event: StatusChanged | ActionReopened | ActionWithdrawn | ActionSuperseded, called: Callable[[str], str]
) -> str:
    match event:
        case ActionWithdrawn():
            return "Withdrawn"
        case ActionSuperseded(by=by):
            return f"Superseded by {called(by)}"
        case _:
            return event.to.as_printed
