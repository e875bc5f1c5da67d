"""Whether the stored entries are what they claim to be.

Checked, entry by entry, from the stored bytes: positions count from 1 without a gap; versions do so within each review
and action; the bytes are canonical; the columns say what the bytes say; the type and its version are known; the time
of recording never goes back; a batch begins no later than its entries; and every event is one of a review or an action,
as its reference is.
This finds accidents.  It does not prove that nobody with the database in hand rewrote it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

import orjson

from dhr_ledger.action import ActionEvent
from dhr_ledger.entry import Content, Row, canonical, read
from dhr_ledger.errors import BadReference, StoreError
from dhr_ledger.reference import check_stream
from dhr_ledger.review import ReviewEvent


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
    versions: dict[str, int] = {}
    last: datetime | None = None
    entries, position = 0, 0
    for row in rows:
        entries, position = entries + 1, position + 1
        if row.position != position:
            faults.append(
                f"Entry {row.position} stands where entry {position} should: entries are missing or were moved."
            )
            position = row.position
        version = versions.get(row.reference, 0) + 1
        if row.version != version:
            faults.append(f"Entry {row.position} is version {row.version} of {row.reference} where {version} should be.")
        versions[row.reference] = row.version
        try:
            content = read(row.type, row.body, row.position)
        except StoreError as error:
            faults.append(str(error))
            continue
        faults += _canonical(row) + _columns(row, content) + _clock(row, content, last) + _belongs(row, content)
        last = content.recorded_at
    return Verification(entries, tuple(faults))


def _canonical(row: Row) -> list[str]:
    if canonical(orjson.loads(row.body)) == row.body:
        return []
    return [f"Entry {row.position} is not stored in canonical form; its bytes were changed after it was recorded."]


def _columns(row: Row, content: Content[Any]) -> list[str]:
    told = (content.position, content.reference, content.version, content.type)
    if told == row[:4]:
        return []
    return [f"Entry {row.position} is filed as {row[:4]} but says that it is {told}."]


def _clock(row: Row, content: Content[Any], last: datetime | None) -> list[str]:
    faults = []
    if last is not None and content.recorded_at < last:
        faults.append(f"Entry {row.position} says it was recorded at {content.recorded_at}, before the one in front of it.")
    if not 1 <= content.batch <= row.position:
        faults.append(
            f"Entry {row.position} says it belongs to batch {content.batch}, "
            "which is not the position of an entry up to it."
        )
    return faults


def _belongs(row: Row, content: Content[Any]) -> list[str]:
    try:
        check_stream(row.reference)
    except BadReference as error:
        return [f"Entry {row.position} is of nothing that keeps entries: {error}"]
    noun, events = ("action", ActionEvent) if ":" in row.reference else ("review", ReviewEvent)
    if isinstance(content.event, get_args(events)):
        return []
    return [f"Entry {row.position} is of a type that no {noun} has: {row.type} of {row.reference}."]
