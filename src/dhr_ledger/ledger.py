"""The ledger: record changes, and read back every entry that was ever recorded.

    with Ledger("plan.db") as ledger:
        ledger.record(RecordProgress(action="DHR7:WMP:1.2", note="Pilot begun"), by="DHR coordinator")
        for entry in ledger.entries("DHR7:WMP:1.2"):
            print(sentence(entry))

There is one write path.  Nothing but `decide` makes events, nothing but the store writes them, and nothing reads how
things stand but by folding them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, cast, get_args

from dhr_ledger import action as _action
from dhr_ledger import annotation as _annotation
from dhr_ledger import review as _review
from dhr_ledger.action import Action, ActionCommand, ActionEvent, SupersedeAction
from dhr_ledger.annotation import AnnotateEntry
from dhr_ledger.command import Command
from dhr_ledger.entry import Entry, LedgerEvent, encode, happening, to_json
from dhr_ledger.errors import BadEffective, BadInput, Conflict, Refused, StoreError, UnknownReference
from dhr_ledger.history import sentence
from dhr_ledger.provenance import Actor, Effective, Source
from dhr_ledger.reference import check_action, check_scope, check_stream, parent_of, review_of, spelled
from dhr_ledger.review import Review, ReviewCommand, ReviewEvent

if TYPE_CHECKING:
    from types import TracebackType

    from dhr_ledger.verify import Verification

State = TypeVar("State", Action, Review)
LedgerCommand = ReviewCommand | ActionCommand | AnnotateEntry
_COMMANDS = (*get_args(ReviewCommand), *get_args(ActionCommand), AnnotateEntry)

_by: ContextVar[Actor | None] = ContextVar("dhr_ledger_by", default=None)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_REMEMBERED = 10_000
"""How many reviews and actions a ledger keeps folded between two calls of `record`; the others are read again."""


@contextmanager
def acting(by: Actor | str) -> Iterator[Actor]:
    """Record everything within the block as *by*, unless `record` is told otherwise.

    For those who embed: set it once where a request comes in.  It holds for the thread or task that entered it.
    Raises `BadActor` for nobody.
    """
    actor = Actor.of(by)
    token = _by.set(actor)
    try:
        yield actor
    finally:
        _by.reset(token)


def utc_now() -> datetime:
    """The time by the machine's clock."""
    return datetime.now(UTC)


@dataclass(slots=True)
class _Stream:
    """A review or an action while commands about it are decided: what is stored of it, and what is to be.

    `known_at` is the head of the ledger at which this was all that was stored of it.
    """

    state: Action | Review
    version: int = 0
    position: int = 0
    known_at: int = 0
    pending: list[tuple[LedgerEvent, date, Effective | None]] = field(default_factory=list)


@dataclass(slots=True)
class _Draft:
    """An event that was decided and is not recorded yet."""

    reference: str
    version: int
    event: LedgerEvent
    command: Command


class _WentOn(Exception):
    """Somebody else recorded something since the last entry that was recorded through this object."""


class Ledger:
    """Every change to the plans of one partnership, in the order in which they were recorded.

    *place* is the path of an SQLite file, which is made if it is missing, a `postgresql://` address, or `None` for
    memory.  *durability* "full" means that what `record` has returned is on the disk; "normal" is for loading in bulk
    and may lose the last entries, though never half of one, when the power goes.  Where nothing is at *place* a ledger
    is begun, unless *begin* is false.  *clock* gives the time of recording.

    A ledger may be used from several threads, and by several processes at the same time.  It is a context manager;
    `close` gives the file or the connections back.  Raises `NotALedger` or `StoreError`.
    """

    def __init__(
        self,
        place: str | os.PathLike[str] | None = None,
        *,
        durability: Literal["full", "normal"] = "full",
        begin: bool = True,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        from dhr_ledger._store import open_store

        self._store = open_store(place, durability, begin=begin)
        self._clock = clock
        self._known: dict[str, _Stream] = {}
        self._remembering = Lock()
        self._last: tuple[int, datetime] | None = None
        # The entries after the first of these positions and up to the second were all recorded through this object.
        self._ours = (0, 0)
        # Where the ledger is supposed to end: at the last of them, or 0 when somebody else recorded just before it.
        self._end = 0

    def record(
        self,
        *commands: Command,
        by: Actor | str | None = None,
        reason: str | None = None,
        effective: Effective | str | date | None = None,
        source: Source | None = None,
        seen: int | None = None,
    ) -> list[Entry]:
        """Record what *commands* cause, all of it or none, in one transaction, and return the entries.

        A command that changes nothing records nothing.  *by* is who records it (or see `acting`); *reason*,
        *effective* and *source* hold for the commands that do not say their own.  *seen* is the position of the last
        entry that the caller looked at (`head`): whatever was recorded since about the same action is a conflict.

        Once this returns, the entries are durable.  Raises `BadInput` for what cannot be taken, `Refused` for what may
        not happen as things stand, `Conflict` when somebody else changed the same review or action first, and
        `StoreError`; nothing is recorded then.
        """
        who = by if by is not None else _by.get()
        actor = _told_by(who if isinstance(who, str) else Actor.of(who))
        now = self._clock().astimezone(UTC)
        said = _said(reason, effective, source)
        # To ask where the ledger ends took 4 of 46 µs, and most often it ends where this object left it.  So that is
        # supposed, and the append finds out; what leads to no append is believed only once it was asked.  Whatever was
        # decided on a ledger that had gone on is decided again.
        if end := self._end:
            try:
                recorded = self._record(commands, said, actor, now, seen, end, supposed=True)
                if recorded or self._store.head() == end:
                    return recorded
            except (_WentOn, BadInput, Refused, Conflict):
                if self._store.head() == end:
                    raise
        return self._record(commands, said, actor, now, seen, self._store.head(), supposed=False)

    def _record(
        self,
        commands: Iterable[Command],
        said: Mapping[str, Any],
        actor: Mapping[str, Any],
        now: datetime,
        seen: int | None,
        head: int,
        *,
        supposed: bool,
    ) -> list[Entry]:
        """Record *commands* as they are decided at *head*.  Raises `_WentOn` where it was *supposed* and is no more."""
        streams: dict[str, _Stream] = {}
        drafts: list[_Draft] = []
        now = max(now, self._recorded_at(head))
        for command in commands:
            if not isinstance(command, _COMMANDS):
                raise BadInput(f"{command!r} is no command; give one of those in docs/reference/commands.md.")
            command = _complete(command, said)
            since = _since(command, now)
            stream = self._stream(command.stream, streams, head)
            if seen is not None and stream.position > seen:
                raise self._conflict(command.stream, seen=seen)
            for event in self._decide(cast(LedgerCommand, command), stream, since, streams, head):
                stream.pending.append((event, since, command.effective))
                version = stream.version + len(stream.pending)
                drafts.append(_Draft(command.stream, version, event, command))
                stream.state = _evolve(stream.state, event, since, command.effective)
        if not drafts:
            return []
        return self._append(drafts, streams, actor, now, head, supposed=supposed)

    def entries(
        self,
        reference: str | None = None,
        *,
        after: int = 0,
        since: datetime | date | str | None = None,
        until: datetime | date | str | None = None,
    ) -> Iterator[Entry]:
        """Every entry, in the order recorded, read in batches.

        *reference* takes a review, section or action and everything below it; *after* is a position; *since* and
        *until* bound the time of recording, both inclusive, a day or a month standing for the whole of it in UTC.
        Raises `BadReference` for what is no reference, and `BadInput` for what is no date.
        """
        first, last = _moment(since, time.min), _moment(until, time.max)
        if reference is not None:
            reference = check_scope(reference)
        return self._entries(reference, after, first, last)

    def _entries(
        self, reference: str | None, after: int, first: datetime | None, last: datetime | None
    ) -> Iterator[Entry]:
        if first is not None:
            after = max(after, self._before(first))
        entries = self._store.read(below=reference, after=after)
        if last is None:
            yield from entries
        else:
            yield from takewhile(lambda entry: entry.recorded_at <= last, entries)

    def _before(self, moment: datetime) -> int:
        """The position of the last entry that was recorded before *moment*; times of recording never go back."""
        low, high = 0, self._store.head()
        while low < high:
            middle = (low + high + 1) // 2
            entry = next(self._store.read(after=middle - 1, until=high), None)
            low, high = (middle, high) if entry and entry.recorded_at < moment else (low, middle - 1)
        return low

    @property
    def head(self) -> int:
        """The position of the last entry, 0 while there is none."""
        return self._store.head()

    @property
    def today(self) -> date:
        """The day by the clock that the ledger records with, in UTC."""
        return self._clock().astimezone(UTC).date()

    def review(self, reference: str) -> Review:
        """The review as it stands now.  Raises `UnknownReference`."""
        reference = review_of(spelled(reference))
        state = self._stream(reference, {}, self._store.head()).state
        if not isinstance(state, Review) or not state.opened:
            raise UnknownReference.of("review", reference)
        return state

    def action(self, reference: str) -> Action:
        """The action as it stands now.  Raises `UnknownReference`."""
        reference = check_action(spelled(reference))
        state = self._stream(reference, {}, self._store.head()).state
        if not isinstance(state, Action) or not state.created:
            raise UnknownReference.of("action", reference, self._numbers(reference))
        return state

    def verify(self) -> Verification:
        """Read every stored entry again and check that it is what it claims to be; see `dhr_ledger.verify`."""
        from dhr_ledger.verify import verify

        return verify(self._store.read())

    def restore(self, entries: Iterable[Entry]) -> int:
        """Put *entries* of another ledger, from its first to its last, into this empty one, byte for byte.

        Returns how many.  Raises `BadInput` when this ledger is not empty, and `StoreError` where the entries are not
        a whole ledger; nothing is recorded then.
        """
        from dhr_ledger.verify import Check

        def checked() -> Iterator[Entry]:
            check = Check()
            for entry in entries:
                for fault in check.faults(entry):
                    raise StoreError(f"These entries are not a whole ledger, and nothing was restored: {fault}")
                yield entry

        return self._store.fill(checked())

    def close(self) -> None:
        """Give back the file or the connections.  Closing twice is closing once."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    # Deciding

    def _decide(
        self, command: LedgerCommand, stream: _Stream, since: date, streams: dict[str, _Stream], head: int
    ) -> Iterable[LedgerEvent]:
        if isinstance(command, AnnotateEntry):
            return _annotation.decide(command, stream.version + len(stream.pending))
        if isinstance(stream.state, Review):
            return _review.decide(cast(ReviewCommand, command), stream.state, since)
        review = self._stream(review_of(command.stream), streams, head).state
        assert isinstance(review, Review)
        if not review.opened:
            raise UnknownReference.of("review", review.reference)
        if isinstance(command, SupersedeAction):
            self._require_standing(command.by, streams, head)
        action = stream.state
        if not action.created and not isinstance(command, _action.CreateAction):
            raise UnknownReference.of("action", action.reference, self._numbers(action.reference))
        # What is true from today on is later than all that is recorded.
        if command.effective is not None and max(action.since.values(), default=since) > since:
            action = self._as_at(stream, since)
        return _action.decide(cast(ActionCommand, command), action, review)

    def _require_standing(self, reference: str, streams: dict[str, _Stream], head: int) -> None:
        """Whether an action can take the place of another: it is there, and there is still something to be done."""
        state = self._stream(reference, streams, head).state
        if not isinstance(state, Action) or not state.created:
            raise UnknownReference.of("action", reference, self._numbers(reference))
        if state.status.progress in {"withdrawn", "superseded"}:
            raise Refused(
                f"{reference} is {state.status.progress} itself and cannot take the place of another action; "
                "name the one that is to be done."
            )

    def _numbers(self, reference: str) -> list[str]:
        """The actions of the section of *reference*: what somebody may have meant."""
        section = parent_of(reference)
        return sorted({row.reference for row in self._store.read(below=section)} if section else [])

    def _stream(self, reference: str, streams: dict[str, _Stream], head: int) -> _Stream:
        """The review or action, folded to its last stored entry and on through what is already decided."""
        if reference in streams:
            return streams[reference]
        known = self._known.get(reference)
        stream = (
            _Stream(known.state, known.version, known.position, head)
            if known
            else _Stream(Review(reference) if ":" not in reference else Action(check_stream(reference)), known_at=head)
        )
        first, last = self._ours
        if known is None or head != last or known.known_at < first:  # somebody else may have recorded something
            for entry in self._store.stream(reference, after=stream.version):
                event, _, effective, since = happening(entry)
                stream.state = _evolve(stream.state, event, since, effective)
                stream.version, stream.position = entry.version, entry.position
            with self._remembering:
                self._remember(reference, stream)
        streams[reference] = stream
        return stream

    def _as_at(self, stream: _Stream, day: date) -> Action:
        """The action as it stood on *day*, before what was true only later."""
        stored = self._store.stream(stream.state.reference)
        told = [(cast(ActionEvent, entry.event), entry.since, entry.effective) for entry in stored]
        pending = [(cast(ActionEvent, event), since, effective) for event, since, effective in stream.pending]
        return _action.as_it_stood(stream.state.reference, told + pending, day)

    # Writing

    def _append(
        self,
        drafts: list[_Draft],
        streams: Mapping[str, _Stream],
        actor: Mapping[str, Any],
        now: datetime,
        head: int,
        *,
        supposed: bool,
    ) -> list[Entry]:
        recorded: list[Entry] = []
        recorded_at = now

        def rows(position: int, last: Entry | None) -> list[Entry]:
            if supposed and position != head + 1:
                raise _WentOn
            # The clock of a machine may be set back; the time of recording never goes back with it.
            nonlocal recorded_at
            recorded_at = max(now, last.recorded_at if last and last.position != head else now)
            recorded[:] = [
                encode(
                    position=position + nth,
                    reference=draft.reference,
                    version=draft.version,
                    recorded_at=recorded_at,
                    by=actor,
                    event=draft.event,
                    effective=draft.command.effective,
                    reason=draft.command.reason,
                    source=draft.command.source,
                    batch=position,
                )
                for nth, draft in enumerate(drafts)
            ]
            return recorded

        written = {reference: stream for reference, stream in streams.items() if stream.pending}
        try:
            self._store.append({reference: stream.version for reference, stream in written.items()}, rows)
        except self._store.Moved as moved:
            with self._remembering:
                self._known.pop(moved.reference, None)
            raise self._conflict(moved.reference, version=moved.expected) from None
        self._last = (recorded[-1].position, recorded_at)
        before, after = recorded[0].position - 1, recorded[-1].position
        for entry in recorded:
            stream = written[entry.reference]
            stream.version, stream.position, stream.known_at = entry.version, entry.position, after
        with self._remembering:
            if recorded_at != now:  # these were folded for another day than they are recorded on
                for reference in written:
                    self._known.pop(reference, None)
                self._ours, self._end = (after, after), 0
            else:
                for reference, stream in written.items():
                    self._remember(reference, stream)
                first, last = self._ours
                self._ours, self._end = ((first, after), after) if last == before else ((before, after), 0)
        return recorded

    def _recorded_at(self, head: int) -> datetime:
        """When the entry at *head* was recorded: nothing is decided as if it were earlier than that."""
        known = self._last
        if known is not None and known[0] == head:
            return known[1]
        return max((entry.recorded_at for entry in self._store.read(after=head - 1, until=head)), default=_LONG_AGO)

    def _remember(self, reference: str, stream: _Stream) -> None:
        """Keep *stream* as it is stored, while `_remembering` is held."""
        known = self._known.get(reference)
        if known is not None and known.version > stream.version:
            return  # another thread was quicker, and what it knows must not be forgotten again
        self._known[reference] = _Stream(stream.state, stream.version, stream.position, stream.known_at)
        while len(self._known) > _REMEMBERED:
            self._known.pop(next(iter(self._known)), None)

    def _conflict(self, reference: str, *, version: int = 0, seen: int = 0) -> Conflict:
        rows = [row for row in self._store.stream(reference, after=version) if row.position > seen]
        if not rows:
            raise StoreError(
                f"{reference} has fewer entries than this program has seen: the ledger was put back to an older copy; "
                "open it again."
            )
        told = "; ".join(map(sentence, rows[:3]))
        more = f"; and {len(rows) - 3} more" if len(rows) > 3 else ""
        return Conflict(f"{reference} was changed by somebody else first: {told}{more}. Look at it again, then repeat.")


@lru_cache(maxsize=256)
def _told_by(actor: Actor | str) -> Mapping[str, Any]:
    """*actor* as it stands in an entry, remembered: to check a name anew took 2 of the 52 µs of one change."""
    return to_json(Actor.of(actor))


def _said(reason: str | None, effective: Effective | str | date | None, source: Source | None) -> Mapping[str, Any]:
    """What holds for all commands that do not say their own, checked.  Raises `BadInput`."""
    if type(reason) is str and effective is None and source is None:
        return {"reason": reason}  # as it is most often, and there is nothing to check
    said = Command(reason=reason, effective=effective, source=source)
    return {name: value for name in Command.model_fields if (value := getattr(said, name)) is not None}


def _complete(command: Command, said: Mapping[str, Any]) -> Command:
    """*command* with what was *said* for all commands where it says nothing itself."""
    missing = {name: value for name, value in said.items() if getattr(command, name) is None}
    return command.model_copy(update=missing) if missing else command


def _since(command: Command, now: datetime) -> date:
    today = now.date()
    if command.effective is None:
        return today
    # Somewhere it is tomorrow already; only what has begun nowhere on earth is refused.
    if command.effective.earliest > today + timedelta(days=1):
        raise BadEffective(
            f"{type(command).__name__} for {command.stream} is effective {command.effective}, which is yet to come; "
            "record it once it is true."
        )
    return min(command.effective.latest, today)


def _evolve(state: Action | Review, event: LedgerEvent, since: date, effective: Effective | None) -> Action | Review:
    if isinstance(state, Action):
        return _action.evolve(state, cast(ActionEvent, event), since, effective)
    return _review.evolve(state, cast(ReviewEvent, event), since)


def _moment(bound: datetime | date | str | None, edge: time) -> datetime | None:
    if bound is None:
        return None
    if isinstance(bound, str):
        bound = Effective(bound).earliest if edge == time.min else Effective(bound).latest
    if isinstance(bound, datetime):
        if bound.tzinfo is None:
            raise BadInput(f"{bound.isoformat()} has no time zone; give one, like datetime(…, tzinfo=UTC).")
        return bound.astimezone(UTC)
    return datetime.combine(bound, edge, UTC)
