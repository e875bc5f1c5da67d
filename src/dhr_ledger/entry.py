"""An entry of the ledger: its stored bytes, and a reading of them.

An entry is never anything else than the bytes that were recorded, in canonical JSON (RFC 8785): keys in ASCII and
sorted, no floats, dates as strings, UTF-8, no space between.  One entry, wrapped here for the page:

    {"batch":17,"by":{"agency":"West Midlands Police","name":"DHR coordinator"},
     "event":{"to":{"as_printed":"Jun-14",…},"was":{"as_printed":"Mar-14",…}},
     "position":18,"reason":"The pilot was extended","recorded_at":"2014-02-28T16:20:05.123456Z",
     "reference":"BDHR2012/13-04:WMP:1.2","type":"TargetDateRevised.v1","version":3}

A field that is left out is blank.  docs/storage-format.md has the whole format.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, NoReturn, TypeVar, get_args

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from dhr_ledger.action import ActionEvent
from dhr_ledger.annotation import EntryAnnotated
from dhr_ledger.command import EffectiveDate, Event
from dhr_ledger.errors import BadInput, DamagedEntry, UnknownEvent
from dhr_ledger.provenance import Actor, Effective, Source
from dhr_ledger.review import ReviewEvent

LedgerEvent = ActionEvent | ReviewEvent
E = TypeVar("E", bound=Event)

EVENTS: Mapping[str, type[Event]] = MappingProxyType(
    {event.__name__: event for event in (*get_args(ReviewEvent), *get_args(ActionEvent))}
)
"""Every event there is, by name.  The table is closed: a stored name that is not in it is never looked up elsewhere."""


class Content(BaseModel, Generic[E]):
    """What the bytes of an entry say."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    batch: int
    by: Actor
    effective: EffectiveDate | None = None
    event: E
    position: int
    reason: str | None = None
    recorded_at: AwareDatetime
    reference: str
    source: Source | None = None
    type: str
    version: int

    @property
    def since(self) -> date:
        """The day from which the entry counts."""
        recorded = self.recorded_at.date()
        return min(self.effective.latest, recorded) if self.effective else recorded


class Row(NamedTuple):
    """An entry as it is stored: where it stands, and its bytes."""

    position: int
    reference: str
    version: int
    type: str
    body: bytes


class Entry(Row):
    """One change, as it was recorded.  Its `body` is the record; everything else is read from it, once, when asked for.

    `position` counts from 1 over the whole ledger and `version` from 1 within its review or action, both without gaps.
    Reading raises `UnknownEvent` for a type that this version does not know and `DamagedEntry` for bytes that are not
    what they claim to be.
    """

    @cached_property
    def _content(self) -> Content[Any]:
        return read(self.type, self.body, self.position)

    @property
    def event(self) -> LedgerEvent:
        """What happened."""
        event: LedgerEvent = self._content.event
        return event

    @property
    def by(self) -> Actor:
        """Who recorded it."""
        return self._content.by

    @property
    def recorded_at(self) -> datetime:
        """When it was recorded, in UTC."""
        return self._content.recorded_at

    @property
    def effective(self) -> Effective | None:
        """When it was true, as far as that was said."""
        return self._content.effective

    @property
    def reason(self) -> str | None:
        """Why."""
        return self._content.reason

    @property
    def source(self) -> Source | None:
        """Where it was read."""
        return self._content.source

    @property
    def batch(self) -> int:
        """The position of the first entry that was recorded together with this one."""
        return self._content.batch

    @property
    def since(self) -> date:
        """The day from which it counts: the last day of `effective`, and never later than the day of recording."""
        return self._content.since

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Entry {self.position} cannot be changed; record a correction instead.")

    def __getstate__(self) -> None:
        """Nothing but the columns is pickled or copied: what was read from the bytes is read again."""

    def __repr__(self) -> str:
        return f"<Entry {self.position} {self.reference} {self.type}>"


def encode(
    *,
    position: int,
    reference: str,
    version: int,
    recorded_at: datetime,
    by: Mapping[str, Any],
    event: Event,
    effective: Effective | None,
    reason: str | None,
    source: Source | None,
    batch: int,
) -> Entry:
    """The entry that says this; *by* is an actor as `to_json` gives it.  Raises `BadInput` for what is no JSON."""
    kind = event.type_name()
    content: dict[str, Any] = {
        "batch": batch,
        "by": by,
        "event": to_json(event),
        "position": position,
        "recorded_at": recorded_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "reference": reference,
        "type": kind,
        "version": version,
    }
    if effective is not None:
        content["effective"] = str(effective)
    if reason and not reason.isspace():
        content["reason"] = reason
    if source is not None:
        content["source"] = to_json(source)
    try:
        return Entry(position, reference, version, kind, canonical(content))
    except TypeError as error:  # half a character, from a file name say, or a number of more than 64 bits
        raise BadInput(f"{kind} of {reference} cannot be recorded: {error}; write it in whole characters.") from None


def to_json(value: BaseModel) -> dict[str, Any]:
    """*value* as plain JSON values, blank fields left out."""
    return value.model_dump(mode="json", exclude_defaults=True)


def canonical(content: Any) -> bytes:
    """*content* in canonical JSON (RFC 8785), which orjson writes as long as keys are ASCII and no number is a float."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def read(type_name: str, body: bytes, position: int, events: Mapping[str, type[Event]] = EVENTS) -> Content[Any]:
    """What *body* says, brought up to the present version of its event, which is one of *events*.

    Raises `UnknownEvent` or `DamagedEntry`.
    """
    name, _, version = type_name.rpartition(".v")
    event = events.get(name)
    if event is None or version not in map(str, range(1, event.v + 1)):
        raise UnknownEvent(
            f"Entry {position} is of a type {type_name!r} that this version of dhr-ledger does not know; "
            "read it with the version that recorded it, or a later one."
        )
    try:
        if int(version) < event.v:
            body = _upcast(event, int(version), body)
        return _content_of(event).__pydantic_validator__.validate_json(body, strict=True)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        fault = str(error)
        if isinstance(error, ValidationError):
            first = error.errors(include_url=False)[0]
            fault = f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}"
        raise DamagedEntry(
            f"Entry {position} is not what it claims to be ({type_name}): {fault}; restore it from a copy of the ledger."
        ) from error


def _upcast(event: type[Event], version: int, body: bytes) -> bytes:
    content = orjson.loads(body)
    for step in range(version, event.v):
        content["event"] = event.upcasts[step](content["event"])
    return orjson.dumps(content)


@cache
def _content_of(event: type[Event]) -> type[Content[Any]]:
    return Content[event]  # type: ignore[valid-type]


__all__ = ["EVENTS", "Content", "Entry", "EntryAnnotated", "LedgerEvent", "Row", "canonical", "encode", "read", "to_json"]
