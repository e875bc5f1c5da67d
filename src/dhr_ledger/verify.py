"""Whether the stored entries are what they claim to be.

Checked, entry by entry, from the stored bytes: positions count from 1 without a gap; versions do so within each review
and action; the bytes are canonical; the columns say what the bytes say; the type and its version are known; the time
of recording never goes back; a batch begins no later than its entries; and every event folds.
This finds accidents.  It does not prove that nobody with the database in hand rewrote it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import orjson

from dhr_ledger import action as _action
from dhr_ledger import review as _review
from dhr_ledger.action import Action
from dhr_ledger.entry import Content, Row, canonical, read
from dhr_ledger.errors import StoreError
from dhr_ledger.reference import check_stream
from dhr_ledger.review import Review


@dataclass(frozen=True, slots=True)
class Verification:
    """How many entries were read, and every fault that was found, each a sentence."""

    entries: int
    faults: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.faults


def verify(rows: Iterable[Row]) -> Verification:
    """Check *rows*, all entries of a ledger from the first on, and collect every fault rather than stop at the first."""
    faults: list[str] = []
    states: dict[str, Action | Review] = {}
    versions: dict[str, int] = {}
    last: datetime | None = None
    count = 0
    for row in rows:
        count += 1
        if row.position != count:
            faults.append(f"Entry {row.position} stands where entry {count} should: entries are missing or were moved.")
            count = row.position
        version = versions.get(row.reference, 0) + 1
        if row.version != version:
            faults.append(f"Entry {row.position} is version {row.version} of {row.reference} where {version} should be.")
        versions[row.reference] = row.version
        try:
            content = read(row.type, row.body, row.position)
            faults += _canonical(row) + _columns(row, content) + _clock(row, content, last)
            last = content.recorded_at
            _fold(states, row, content)
        except (StoreError, ValueError) as error:
            faults.append(str(error))
    return Verification(count, tuple(faults))


def _canonical(row: Row) -> list[str]:
    if canonical(orjson.loads(row.body)) == row.body:
        return []
    return [f"Entry {row.position} is not stored in canonical form; its bytes were changed after it was recorded."]


def _columns(row: Row, content: Content[object]) -> list[str]:  # type: ignore[type-var]
    told = (content.position, content.reference, content.version, content.type)
    if told == row[:4]:
        return []
    return [f"Entry {row.position} is filed as {row[:4]} but says that it is {told}."]


def _clock(row: Row, content: Content[object], last: datetime | None) -> list[str]:  # type: ignore[type-var]
    faults = []
    if last is not None and content.recorded_at < last:
        faults.append(f"Entry {row.position} says it was recorded at {content.recorded_at}, before the one in front of it.")
    if not 1 <= content.batch <= row.position:
        faults.append(f"Entry {row.position} says it belongs to batch {content.batch}, which begins after it.")
    return faults


def _fold(states: dict[str, Action | Review], row: Row, content: Content) -> None:  # type: ignore[type-arg]
    recorded = content.recorded_at.date()
    since = min(content.effective.latest, recorded) if content.effective else recorded
    state = states.get(row.reference)
    if state is None:
        check_stream(row.reference)
        state = Review(row.reference) if ":" not in row.reference else Action(row.reference)
    evolve = _review.evolve if isinstance(state, Review) else _action.evolve
    states[row.reference] = evolve(state, content.event, since)  # type: ignore[arg-type]
