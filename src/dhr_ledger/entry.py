"""An entry of the ledger: where it stands, its stored bytes, and a reading of them.

An entry is never anything else than the bytes that were recorded, in canonical JSON (RFC 8785): keys in ASCII and
sorted, no floats, dates as strings, UTF-8, no space between.  One entry, wrapped here for the page:

    {"batch":17,"by":{"agency":"West Midlands Police","name":"DHR coordinator"},
     "event":{"to":{"as_printed":"Jun-14",…},"was":{"as_printed":"Mar-14",…}},
     "position":18,"reason":"The pilot was extended","recorded_at":"2014-02-28T16:20:05.123456Z",
     "reference":"BDHR2012/13-04:WMP:1.2","type":"TargetDateRevised.v1","version":3}

`position`, `reference`, `type` and `version` are the columns that it is stored under, and are not stored again in its
bytes.  A field that is left out is blank.  docs/storage-format.md has the whole format.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, NoReturn, Self, TypeVar, get_args

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

    # Values differ from entry to entry, so that only keys are worth remembering.
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, cache_strings="keys")

    batch: int
    by: Actor
    effective: EffectiveDate | None = None
    event: E
    reason: str | None = None
    recorded_at: AwareDatetime
    source: Source | None = None

    @property
    def since(self) -> date:
        """The day from which the entry counts."""
        recorded = self.recorded_at.date()
        return min(self.effective.latest, recorded) if self.effective else recorded


_COLUMNS = ("position", "reference", "version", "type")


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

    @classmethod
    def of_line(cls, line: bytes) -> Self:
        """The entry that *line* is, as `line` gives it.  Raises `ValueError` for anything else, to the byte."""
        told = orjson.loads(line)
        try:
            columns = told["position"], told["reference"], told["version"], told["type"]
        except (KeyError, TypeError) as error:
            raise ValueError(f"it lacks {error}" if isinstance(error, KeyError) else "it is no object") from None
        if tuple(map(type, columns)) != (int, str, int, str):
            raise ValueError(f"it is filed as {columns}")
        if canonical(told) != line:
            raise ValueError("it is not in canonical form")
        return cls(*columns, canonical({key: value for key, value in told.items() if key not in _COLUMNS}))

    @property
    def line(self) -> bytes:
        """The whole entry in canonical JSON: its columns, and what its bytes say."""
        return canonical({**orjson.loads(self.body), **dict(zip(_COLUMNS, self, strict=False))})

    @property
    def content(self) -> Content[Any]:
        """What its bytes say."""
        # What functools.cached_property does, without the lock that it takes in Python 3.11.
        content: Content[Any] | None = self.__dict__.get("content")
        if content is None:
            content = self.__dict__["content"] = read(self.type, self.body, self.position)
        return content

    @property
    def event(self) -> LedgerEvent:
        """What happened."""
        event: LedgerEvent = self.content.event
        return event

    @property
    def by(self) -> Actor:
        """Who recorded it."""
        return self.content.by

    @property
    def recorded_at(self) -> datetime:
        """When it was recorded, in UTC."""
        return self.content.recorded_at

    @property
    def effective(self) -> Effective | None:
        """When it was true, as far as that was said."""
        return self.content.effective

    @property
    def reason(self) -> str | None:
        """Why."""
        return self.content.reason

    @property
    def source(self) -> Source | None:
        """Where it was read."""
        return self.content.source

    @property
    def batch(self) -> int:
        """The position of the first entry that was recorded together with this one."""
        return self.content.batch

    @property
    def since(self) -> date:
        """The day from which it counts: the last day of `effective`, and never later than the day of recording."""
        return self.content.since

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
        "recorded_at": _moment(recorded_at),
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


def _moment(recorded_at: datetime) -> datetime | str:
    """*recorded_at* in what `canonical` writes with all six decimals and a Z."""
    if recorded_at.tzinfo is UTC and recorded_at.microsecond:
        return recorded_at  # orjson writes the same in a seventh of the time, but leaves out decimals that are all 0
    return recorded_at.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def to_json(value: BaseModel) -> dict[str, Any]:
    """*value* as plain JSON values, blank fields left out."""
    # What `model_dump` does, in half of the time: it hands over a dozen options that nobody gave.
    plain: dict[str, Any] = value.__pydantic_serializer__.to_python(value, mode="json", exclude_defaults=True)
    return plain


def canonical(content: Any) -> bytes:
    """*content* in canonical JSON (RFC 8785): what orjson writes as long as keys are ASCII and no number is a float."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def read(type_name: str, body: bytes, position: int, events: Mapping[str, type[Event]] = EVENTS) -> Content[Any]:
    """What *body* says, brought up to the present version of its event, which is one of *events*.

    Raises `UnknownEvent` or `DamagedEntry`.
    """
    name, _, version = type_name.rpartition(".v")
    event = events.get(name)
    if event is None or version not in _versions(event):
        raise UnknownEvent(
            f"Entry {position} is of a type {type_name!r} that this version of dhr-ledger does not know; "
            "read it with the version that recorded it, or a later one."
        )
    try:
        if version != _versions(event)[-1]:
            body = _upcast(event, int(version), body)
        content: Content[Any] = _reader_of(event).validate_json(body, strict=True)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        fault = str(error)
        if isinstance(error, ValidationError):
            first = error.errors(include_url=False)[0]
            fault = f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}"
        raise DamagedEntry(
            f"Entry {position} is not what it claims to be ({type_name}): {fault}; "
            "restore it from a copy of the ledger."
        ) from error
    return content


def happening(row: Row) -> tuple[Any, datetime, Effective | None, date]:
    """What a fold needs of *row*: the event, when it was recorded, when it was true, and the day from which it counts.

    That is half the work of reading it whole.  Raises `UnknownEvent` or `DamagedEntry`.
    """
    reader = _event_reader(row.type)
    if reader is not None:
        try:
            told = orjson.loads(row.body)
            event = reader(told["event"])
            recorded_at = datetime.fromisoformat(told["recorded_at"])
            if recorded_at.tzinfo is None:
                raise ValueError
            recorded = recorded_at.date()
            if "effective" not in told:
                return event, recorded_at, None, recorded
            effective = Effective(told["effective"])
            return event, recorded_at, effective, min(effective.latest, recorded)
        except (ValueError, LookupError, TypeError, BadInput):
            pass  # what is wrong with it, `read` says
    content = read(row.type, row.body, row.position)
    return content.event, content.recorded_at, content.effective, content.since


@cache
def _event_reader(type_name: str) -> Any:
    """What checks the event of a type in its present version, `None` for any other."""
    event = EVENTS.get(type_name.rpartition(".v")[0])
    return event.__pydantic_validator__.validate_python if event and event.type_name() == type_name else None


def _upcast(event: type[Event], version: int, body: bytes) -> bytes:
    content = orjson.loads(body)
    for step in range(version, event.v):
        content["event"] = event.upcasts[step](content["event"])
    return orjson.dumps(content)


@cache
def _versions(event: type[Event]) -> tuple[str, ...]:
    return tuple(map(str, range(1, event.v + 1)))


@cache
def _reader_of(event: type[Event]) -> Any:  # pydantic gives the two validators that it may be no common name
    return Content[event].__pydantic_validator__  # type: ignore[valid-type]


__all__ = [
    "EVENTS",
    "Content",
    "Entry",
    "EntryAnnotated",
    "LedgerEvent",
    "Row",
    "canonical",
    "encode",
    "read",
    "to_json",
]
