"""The store itself: what it promises, whichever database keeps the entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from itertools import islice
from types import TracebackType
from typing import Any, Literal, Protocol, TypeVar

from eventsourcing.persistence import OperationalError, StoredEvent

from dhr_ledger.entry import Entry, Row
from dhr_ledger.errors import BadInput, StoreError

Durability = Literal["full", "normal"]
Answer = TypeVar("Answer")

PATIENCE = 30
"""Seconds that a writer waits for its turn before it gives up with `StoreBusy`."""

BATCH = 1_000
"""How many entries are read at a time: enough to be quick, few enough to hold."""

NARROW = 50_000
"""The most entries of one scope that are looked up by position, in place of reading past all the others."""

# Twice as quick as `Entry._make`, and every entry that is read passes here.
as_entry: Callable[[tuple[Any, ...]], Entry] = partial(tuple.__new__, Entry)


class Moved(Exception):
    """A stream is no longer at the version that a decision was made on; nothing of the append was recorded."""

    def __init__(self, reference: str, expected: int, actual: int) -> None:
        super().__init__(reference, expected, actual)
        self.reference = reference
        self.expected = expected
        self.actual = actual

    def __str__(self) -> str:
        return f"{self.reference!r} was expected at version {self.expected} and is at version {self.actual}."


class Recorder(Protocol):
    """What a store asks of its database.  Reads take a connection each and give it back before they return.

    What they return is fetched, and is made into entries one by one, as each is asked for: a batch of entries that all
    hold what was read from their bytes would be slow to walk over, and slower to collect.
    """

    place: str

    def create_table(self) -> None:
        """Begin the ledger where there is nothing yet; raises `NotALedger` where there is something else."""

    def writing(self) -> AbstractContextManager[Any]:
        """A transaction that holds the ledger's one write lock from before its first read until it is durable."""

    def standing(self, cursor: Any, references: Sequence[str]) -> tuple[list[int], Entry | None]:
        """The version of each stream, 0 for one with no entries, and the last entry of the ledger, within a write."""

    def insert(self, cursor: Any, rows: Sequence[Row]) -> None:
        """Write *rows*, within a write."""

    def head(self) -> int:
        """The position of the last entry, 0 when there is none."""

    def version(self, reference: str) -> int:
        """The version of one stream, 0 when it has no entries."""

    def stream(self, reference: str, after: int) -> Iterator[Entry]:
        """The entries of one stream with a version above *after*, ascending."""

    def window(self, after: int, until: int) -> Iterator[Entry]:
        """The first batch of the entries at positions above *after* and up to *until*, ascending."""

    def window_below(self, scope: Scope, after: int, until: int) -> Iterator[Entry]:
        """Those of them that are in *scope*."""

    def positions_below(self, scope: Scope, after: int, until: int, limit: int) -> list[int]:
        """At most *limit* of the positions that `window_below` would give, in any order, found by reference."""

    def at(self, positions: Sequence[int]) -> Iterator[Entry]:
        """The entries at *positions*, ascending."""

    def in_plain_words(self, error: BaseException) -> StoreError | None:
        """What *error* means to the reader, `None` when it is none of the database's."""

    def close(self) -> None:
        """Give back what was taken; a second time does nothing."""


Scope = tuple[str, str, str]
"""A reference, and the two strings between which lie the references below it (see `scope_of`)."""


class AcknowledgementLost(OperationalError):
    """The connection broke while a commit was on its way: the entries are all recorded, or none is."""


class Store:
    """The entries of one ledger: appended together or not at all, never changed, read in order.

    It may be used from several threads.  Every method raises `StoreError`, in words that name the place and the cure.
    """

    Moved = Moved  # for those who catch it, and would rather not import the engine before they need it

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._plainly = _PlainWords(recorder)
        try:
            with self._plainly:
                recorder.create_table()
        except BaseException:
            recorder.close()
            raise

    def append(self, expected: Mapping[str, int], rows: Callable[[int, Entry | None], Sequence[Row]]) -> None:
        """Record, in one transaction, what *rows* makes of the next position and the last entry.

        *expected* has the version that each stream was at when the decision was made, 0 for one with no entries yet.
        If any of them has moved since, `Moved` is raised, *rows* is not called and nothing is recorded.  What *rows*
        returns stands at the next positions, each stream it touches is in *expected* and goes on without a gap.
        *rows* runs while every other writer waits: it must be quick, and must not use the store.

        When `append` returns, the entries are durable.  When it raises, none is recorded, with one exception that
        says so: a connection to PostgreSQL lost during the commit.  An append is never tried again from here, since
        entries whose acknowledgement was lost would then be recorded twice; the streams' versions tell the caller
        what became of them.
        """
        recorder, decided_on = self._recorder, dict(expected)
        streams = [_spelled(reference) for reference in decided_on]
        # If the power goes before the end of this block, nothing was recorded.
        with self._plainly, recorder.writing() as cursor:
            versions, last = recorder.standing(cursor, streams)
            if versions != [*decided_on.values()]:
                both = zip(decided_on.items(), versions, strict=True)
                raise next(Moved(*decided, actual) for decided, actual in both if decided[1] != actual)
            head = last.position if last else 0
            entries = rows(head + 1, last)
            self._check(entries, head, decided_on)
            recorder.insert(cursor, entries)
        # The commit has returned: with full durability the entries survive from here on.

    def fill(self, rows: Iterator[Row]) -> int:
        """Record *rows*, a whole ledger from its first entry, in this empty one, in one transaction; return how many.

        They are taken a batch at a time, so that a ledger of any size passes through.  Raises `BadInput` when there is
        an entry already; nothing is recorded then, nor when *rows* raises.
        """
        recorder, position = self._recorder, 0
        versions: dict[str, int] = {}
        # If the power goes before the end of this block, nothing was recorded.
        with self._plainly, recorder.writing() as cursor:
            _, last = recorder.standing(cursor, [])
            if last:
                raise BadInput(
                    f"Entries can only be restored into an empty ledger, and the one in {recorder.place} holds "
                    f"{last.position}; give another place."
                )
            while batch := list(islice(rows, BATCH)):
                versions = dict.fromkeys((row.reference for row in batch), 0) | versions
                self._check(batch, position, versions)
                recorder.insert(cursor, batch)
                position += len(batch)
        return position

    def _check(self, rows: Sequence[Row], position: int, versions: dict[str, int]) -> None:
        """Refuse *rows* that would leave a gap after *position* or after the *versions* of their streams."""
        for row in rows:
            position += 1
            before = versions.get(row.reference)
            if before is None or row.version != before + 1 or row.position != position:
                raise StoreError(
                    f"Version {row.version} of {row.reference!r} at position {row.position} cannot follow version "
                    f"{before} and position {position - 1} in the ledger in {self._recorder.place}; an append names "
                    "every stream that it touches, and leaves no gap."
                )
            versions[row.reference] = row.version

    def head(self) -> int:
        """The position of the last entry, 0 when there is none."""
        with self._plainly:
            return self._recorder.head()

    def version(self, reference: str) -> int:
        """The version of the last entry of the stream *reference*, 0 when it has none."""
        reference = _spelled(reference)
        with self._plainly:
            return self._recorder.version(reference)

    def stream(self, reference: str, after: int = 0) -> list[Entry]:
        """The entries of the stream *reference* whose version is above *after*, ascending."""
        reference = _spelled(reference)
        with self._plainly:
            return list(self._recorder.stream(reference, after))

    def read(self, below: str | None = None, after: int = 0, until: int | None = None) -> Iterator[Entry]:
        """Yield entries by position: above *after*, up to *until*, of *below* and of everything below it.

        The end is fixed when the first entry is asked for, so what is read is the ledger as it stood then.  Entries
        come in batches and nothing is held between them: a reading may take its time, or be abandoned.
        """
        head = self.head()
        until = head if until is None else min(until, head)
        if below is None:
            # From entry to entry, and not from number to number: one that was renumbered far away ends the reading too.
            while after < until:
                last = None
                for last in self._asked(self._recorder.window, after, until):
                    yield last
                after = last.position if last else until
            return

        scope = scope_of(below)
        if until - after > BATCH:
            # A quarter of what lies between, or more, is read in the ledger's order, past the rest; less is looked up.
            # Either way nothing is sorted twice, and the looking up stops as soon as it has found too many.
            limit = min((until - after) // 4, NARROW)
            positions = self._asked(self._recorder.positions_below, scope, after, until, limit + 1)
            if len(positions) <= limit:
                positions.sort()
                for start in range(0, len(positions), BATCH):
                    yield from self._asked(self._recorder.at, positions[start : start + BATCH])
                return
        for start in range(after, until, BATCH):
            yield from self._asked(self._recorder.window_below, scope, start, min(start + BATCH, until))

    def _asked(self, question: Callable[..., Answer], *about: Any) -> Answer:
        with self._plainly:
            return question(*about)

    def close(self) -> None:
        """Close the ledger, once what is being appended is recorded.  Closing it again does nothing."""
        self._recorder.close()


def scope_of(below: str) -> Scope:
    """*below*, and the bounds of all that starts with it and a colon.

    Both databases compare references byte by byte, and a semicolon is the byte after a colon: what starts with
    `BDHR2012/13-04:` lies from there up to, and without, `BDHR2012/13-04;`, whatever characters it is made of.
    """
    below = _spelled(below)
    return below, f"{below}:", f"{below};"


def rows_from(events: Sequence[StoredEvent], last: Row | None) -> list[Row]:
    """The engine's own *events* as rows, at the positions after *last*."""
    head = last.position if last else 0
    return [
        Row(position, str(event.originator_id), event.originator_version, event.topic, event.state)
        for position, event in enumerate(events, head + 1)
    ]


def _spelled(reference: str) -> str:
    """*reference*, if it is text that both databases can hold."""
    if not reference.isascii():
        try:
            reference.encode()
        except UnicodeEncodeError as error:
            raise StoreError(f"{reference!r} cannot be stored: it has half a character in it.") from error
    if "\0" in reference:
        raise StoreError(f"{reference!r} cannot be stored: it has a NUL character in it.")
    return reference


class _PlainWords:
    """A context in which what the database says becomes a `StoreError`."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and (plain := self._recorder.in_plain_words(error)):
            raise plain from error
