"""Whether the stored entries are what they claim to be.

Checked, entry by entry, from the stored bytes: positions count from 1 without a gap, and versions do so within each
review and action; the bytes are canonical; the type and its version are known; the time of recording never goes back;
a batch begins no later than its entries; every event is one that its review or action can have, and the first of them
opens or creates it; and all of them fold to where the plan stands.
This finds accidents.  It does not prove that nobody with the database in hand rewrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, get_args

import orjson

from dhr_ledger import action as _action
from dhr_ledger import review as _review
from dhr_ledger.action import Action, ActionCreated, ActionEvent
from dhr_ledger.entry import Content, Row, canonical, encode, read, to_json
from dhr_ledger.errors import BadReference, StoreError
from dhr_ledger.reference import check_stream
from dhr_ledger.review import Review, ReviewEvent, ReviewOpened

_ACTION_EVENTS = get_args(ActionEvent)
_REVIEW_EVENTS = get_args(ReviewEvent)


@dataclass(frozen=True, slots=True)
class Verification:
    """How many entries were read, and every fault that was found, each a sentence."""

    entries: int
    faults: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.faults


def verify(rows: Iterable[Row]) -> Verification:
    """Check *rows*, all entries of a ledger from its first, and collect every fault rather than stop at the first."""
    check = Check()
    faults = [fault for row in rows for fault in check.faults(row)]
    return Verification(check.entries, tuple(faults))


@dataclass(slots=True)
class Check:
    """A reading of a ledger from its first entry, which remembers what the next one has to follow."""

    entries: int = 0
    _position: int = 0
    _recorded_at: datetime | None = None
    _versions: dict[str, int] = field(default_factory=dict)
    _states: dict[str, Action | Review] = field(default_factory=dict)

    def faults(self, row: Row) -> Iterator[str]:
        """What is wrong with *row*, the next entry, a sentence each."""
        self.entries += 1
        self._position += 1
        if row.position != self._position:
            yield f"Entry {row.position} stands where entry {self._position} should: entries are missing or were moved."
            self._position = row.position
        version = self._versions.get(row.reference, 0) + 1
        if row.version != version:
            yield f"Entry {row.position} is version {row.version} of {row.reference} where {version} should be."
        self._versions[row.reference] = row.version
        try:
            content = read(row.type, row.body, row.position)
        except StoreError as error:
            yield str(error)
            return
        if canonical(orjson.loads(row.body)) != row.body or _recorded(row, content) != row.body:
            yield f"Entry {row.position} is not stored in canonical form; its bytes were changed after it was recorded."
        if self._recorded_at is not None and content.recorded_at < self._recorded_at:
            yield f"Entry {row.position} says it was recorded at {content.recorded_at}, before the one in front of it."
        self._recorded_at = content.recorded_at
        if not 1 <= content.batch <= row.position:
            yield (
                f"Entry {row.position} says it belongs to batch {content.batch}, "
                "which is not the position of an entry up to it."
            )
        yield from self._fold(row, content)

    def _fold(self, row: Row, content: Content[Any]) -> Iterator[str]:
        try:
            if check_stream(row.reference) != row.reference:
                yield f"Entry {row.position} is of {row.reference!r}, which is not spelled in Unicode NFC."
        except BadReference as error:
            yield f"Entry {row.position} is of nothing that keeps entries: {error}"
            return
        of_action = ":" in row.reference
        noun, events, first = (
            ("action", _ACTION_EVENTS, ActionCreated) if of_action else ("review", _REVIEW_EVENTS, ReviewOpened)
        )
        if not isinstance(content.event, events):
            yield f"Entry {row.position} is of a type that no {noun} has: {row.type} of {row.reference}."
            return
        if isinstance(content.event, first) != (row.version == 1):
            where = "where it should begin" if row.version == 1 else "which had begun before"
            yield f"Entry {row.position} is {row.type} of {row.reference}, {where}: entries were changed or moved."
        state = self._states.get(row.reference) or (Action(row.reference) if of_action else Review(row.reference))
        if isinstance(state, Action):
            self._states[row.reference] = _action.evolve(state, content.event, content.since, content.effective)
        else:
            self._states[row.reference] = _review.evolve(state, content.event, content.since)


def _recorded(row: Row, content: Content[Any]) -> bytes:
    """The bytes that would be recorded of *content*; of an older version they are what they are."""
    if content.event.type_name() != row.type:
        return row.body
    return encode(
        position=row.position,
        reference=row.reference,
        version=row.version,
        recorded_at=content.recorded_at.astimezone(UTC),
        by=to_json(content.by),
        event=content.event,
        effective=content.effective,
        reason=content.reason,
        source=content.source,
        batch=content.batch,
    ).body
