"""A ledger in an SQLite file, or in memory.

The file says whose it is: its `application_id` is 0x4448524C ("DHRL"), its `user_version` the version of this format.
It is kept in write-ahead-log mode; while it is open, a `-wal` and a `-shm` file beside it are part of it.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import orjson
from eventsourcing.domain import EventSourcingError
from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    ConnectionUnavailableError,
    InterfaceError,
    Notification,
    StoredEvent,
)
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

from dhr_ledger._store import store
from dhr_ledger._store.store import Durability, Scope, as_entry, rows_from
from dhr_ledger.entry import Entry, Row
from dhr_ledger.errors import NotALedger, StoreBusy, StoreError

OURS = 0x4448524C
FORMAT = 1

_BEGIN_LEDGER = (
    """CREATE TABLE stored_events (
        position INTEGER PRIMARY KEY CHECK (position > 0),
        originator_id TEXT NOT NULL,
        originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        state BLOB NOT NULL,
        UNIQUE (originator_id, originator_version)
    ) STRICT""",
    """CREATE TRIGGER no_entry_is_changed BEFORE UPDATE ON stored_events
    BEGIN SELECT RAISE(ABORT, 'an entry of a ledger is never changed: record another that corrects it'); END""",
    """CREATE TRIGGER no_entry_is_deleted BEFORE DELETE ON stored_events
    BEGIN SELECT RAISE(ABORT, 'an entry of a ledger is never deleted: record another that corrects it'); END""",
    f"PRAGMA application_id = {OURS}",
    f"PRAGMA user_version = {FORMAT}",
)

_ROWS = "SELECT position, originator_id, originator_version, topic, state FROM stored_events"
_BETWEEN = "WHERE position > ? AND position <= ?"
_HEAD = "SELECT coalesce(max(position), 0) FROM stored_events"
_LAST = f"{_ROWS} ORDER BY position DESC LIMIT 1"
_AT = f"{_ROWS} WHERE position IN (SELECT value FROM json_each(?)) ORDER BY position"
_STREAM = f"{_ROWS} WHERE originator_id = ? AND originator_version > ? ORDER BY originator_version"
_WINDOW = f"{_ROWS} {_BETWEEN} ORDER BY position LIMIT {store.BATCH}"
_WINDOW_BELOW = f"""
    {_ROWS} {_BETWEEN} AND (originator_id = ? OR originator_id >= ? AND originator_id < ?) ORDER BY position
"""
_POSITIONS_BELOW = f"""
    SELECT position FROM stored_events {_BETWEEN} AND originator_id = ?
    UNION ALL
    SELECT position FROM stored_events {_BETWEEN} AND originator_id >= ? AND originator_id < ? LIMIT ?
"""
_VERSION = "SELECT coalesce(max(originator_version), 0) FROM stored_events WHERE originator_id = ?"
# Of the streams that are there at all: an import brings a thousand at once that are not.
_VERSIONS = """
    SELECT key, (SELECT max(originator_version) FROM stored_events WHERE originator_id = value) FROM json_each(?)
    WHERE EXISTS (SELECT 1 FROM stored_events WHERE originator_id = value)
"""
_INSERT = "INSERT INTO stored_events VALUES (?, ?, ?, ?, ?)"


class SQLiteRecorder(SQLiteApplicationRecorder):
    """The engine's recorder, on a table whose positions are assigned here, under a write lock taken first."""

    def __init__(self, path: Path | None, durability: Durability) -> None:
        if sqlite3.sqlite_version_info < (3, 37):
            raise StoreError(f"A ledger needs SQLite 3.37 or newer, and this Python has {sqlite3.sqlite_version}.")
        self.place = "memory" if path is None else repr(str(path))
        super().__init__(_Datastore(":memory:" if path is None else _uri(path), self.place, durability))
        self._write = _Write(self.datastore.pool)

    def create_table(self) -> None:
        """Begin the ledger where there is nothing yet; raises `NotALedger` where there is something else."""
        self._ask("SELECT 1")  # a ledger is begun, or looked at, with each connection

    def writing(self) -> _Write:
        """A transaction that holds the write lock from before its first read until it is durable."""
        return self._write

    def standing(self, cursor: sqlite3.Cursor, references: Sequence[str]) -> tuple[list[int], Entry | None]:
        """The version of each stream, 0 for one with no entries, and the last entry of the ledger."""
        if len(references) == 1:
            versions = [*cursor.execute(_VERSION, references).fetchone()]
        else:
            versions = [0] * len(references)
            for place, version in cursor.execute(_VERSIONS, (_json(references),)).fetchall():
                versions[place] = version
        last = cursor.execute(_LAST).fetchone()
        return versions, None if last is None else as_entry(last)

    def insert(self, cursor: sqlite3.Cursor, rows: Sequence[Row]) -> None:
        """Write *rows*; raises the database's integrity error for a position or a version that is taken."""
        cursor.executemany(_INSERT, map(tuple, rows))  # sqlite3 is a sixth quicker with tuples that are nothing more

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Write the engine's own events at the next positions and return these."""
        with self.writing() as cursor:
            _, last = self.standing(cursor, [])
            rows = rows_from(stored_events, last)
            self.insert(cursor, rows)
        return [row.position for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The engine's own log; its statement asks for a column `rowid`, which SQLite answers as `position`."""
        after = 0 if start is None else start - inclusive_of_start
        until = self.head() if stop is None else stop
        named = "AND topic IN (SELECT value FROM json_each(?))" if topics else ""
        about = (after, until, _json(topics), limit) if topics else (after, until, limit)
        rows = self._ask(f"{_ROWS} {_BETWEEN} {named} ORDER BY position LIMIT ?", *about)
        return [
            Notification(id=position, originator_id=reference, originator_version=version, topic=type_, state=body)
            for position, reference, version, type_, body in rows
        ]

    def head(self) -> int:
        """The position of the last entry, 0 when there is none."""
        [(position,)] = self._ask(_HEAD)
        return int(position)

    def version(self, reference: str) -> int:
        """The version of one stream, 0 when it has no entries."""
        [(version,)] = self._ask(_VERSION, reference)
        return int(version)

    def stream(self, reference: str, after: int) -> Iterator[Entry]:
        """The entries of one stream with a version above *after*, ascending."""
        return map(as_entry, self._ask(_STREAM, reference, after))

    def window(self, after: int, until: int) -> Iterator[Entry]:
        """The first batch of the entries at positions above *after* and up to *until*, ascending."""
        return map(as_entry, self._ask(_WINDOW, after, until))

    def window_below(self, scope: Scope, after: int, until: int) -> Iterator[Entry]:
        """Those of them that are in *scope*."""
        return map(as_entry, self._ask(_WINDOW_BELOW, after, until, *scope))

    def positions_below(self, scope: Scope, after: int, until: int, limit: int) -> list[int]:
        """At most *limit* of the positions that `window_below` would give, in any order, found by reference."""
        below, first, end = scope
        asked = self._ask(_POSITIONS_BELOW, after, until, below, after, until, first, end, limit)
        return [position for (position,) in asked]

    def at(self, positions: Sequence[int]) -> Iterator[Entry]:
        """The entries at *positions*, ascending."""
        return map(as_entry, self._ask(_AT, _json(positions)))

    def _ask(self, statement: str, *about: Any) -> list[Any]:
        """The answer to one question, whole: no transaction is left open behind it."""
        pool = self.datastore.pool
        connection = pool.get_connection()
        try:
            return _plain(connection.cursor()).execute(statement, about).fetchall()
        finally:
            pool.put_connection(connection)

    def in_plain_words(self, error: BaseException) -> StoreError | None:
        """What *error* means to the reader, `None` when it is none of SQLite's."""
        if not isinstance(error, (sqlite3.Error, EventSourcingError)):
            return None
        if self.datastore.pool.closed:
            return StoreError(f"The ledger in {self.place} is closed; open it again to use it.")
        code: int = getattr(error if isinstance(error, sqlite3.Error) else error.__cause__, "sqlite_errorcode", 0)
        match code & 0xFF:
            case _ if isinstance(error, ConnectionUnavailableError):
                return self._busy()
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return self._busy()
            case sqlite3.SQLITE_NOTADB:
                return NotALedger(f"{self.place} is not an SQLite file, or is damaged; restore it from a copy.")
            case _:
                return StoreError(f"SQLite could not do it with the ledger in {self.place}: {error}.")

    def _busy(self) -> StoreBusy:
        return StoreBusy(
            f"Another process has been writing to the ledger in {self.place} for {store.PATIENCE} seconds; "
            "nothing was recorded, try again when it has finished."
        )

    def close(self) -> None:
        """Close every connection, once what is being appended is recorded."""
        self._write.close()
        self.datastore.close()


class _Write(SQLiteTransaction):
    """The engine's transaction, with the write lock taken before the first read and nothing left open behind it.

    There is one for each ledger, entered by one thread at a time.  The threads of a process queue for it here, since
    SQLite's own wait, which is between connections, is a sleep and another try.
    """

    connection: SQLiteConnection

    def __init__(self, pool: SQLiteConnectionPool) -> None:
        self.commit = True
        self._turn = threading.Lock()
        self._pool = pool
        self._cursor: sqlite3.Cursor | None = None

    def __enter__(self) -> sqlite3.Cursor:  # type: ignore[override]  # the cursor beneath the engine's
        if not self._turn.acquire(timeout=store.PATIENCE):
            raise ConnectionUnavailableError("another thread is appending")
        try:
            if self._cursor is None:
                self.connection = self._pool.get_connection()
                self._cursor = _plain(self.connection.cursor())
            # A plain BEGIN would take the lock at the first INSERT, and only if nobody had written since the reads.
            return self._cursor.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._leave()
            raise

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        try:
            # If the power goes before the commit, the entries are gone.  Once it has returned they are in the log on
            # the disk (with "normal": at the next checkpoint), and whoever opens the file next finds them there.
            super().__exit__(exc_type, exc_val, exc_tb)
        except BaseException:
            # A commit that failed, on a full disk say, leaves the transaction open; nothing of it was recorded.
            self.connection.rollback()
            raise
        finally:
            self._leave()

    def close(self) -> None:
        """Give the connection back, once what is being appended is recorded."""
        with self._turn:
            self._give_back()

    def _leave(self) -> None:
        try:
            # A writer keeps its connection to a file; in memory the one there is goes round.
            if self._pool.is_sqlite_memory_mode:
                self._give_back()
        finally:
            self._turn.release()

    def _give_back(self) -> None:
        if self._cursor is not None:
            self._cursor = None
            self._pool.put_connection(self.connection)


class _Datastore(SQLiteDatastore):
    """The engine's datastore, on connections that are set up for a ledger."""

    def __init__(self, uri: str, place: str, durability: Durability) -> None:
        super().__init__(uri, originator_id_type="text")
        self.pool = _Connections(uri, place, durability)


class _Connections(SQLiteConnectionPool):
    """The engine's pool, of connections that are set up for a ledger.

    The engine's own would turn any database they meet to write-ahead logging, leave `synchronous` to how SQLite was
    built, and keep one prepared statement each.
    """

    def __init__(self, uri: str, place: str, durability: Durability) -> None:
        # A second connection to ":memory:" would be a second, empty ledger: there, the one connection goes round.
        size, more = (1, 0) if uri == ":memory:" else (5, 10)
        super().__init__(db_name=uri, pool_size=size, max_overflow=more, pool_timeout=store.PATIENCE)
        self._place = place
        self._durability = durability

    def close(self) -> None:
        """Close what nobody uses; what somebody reads with is closed when it comes back.

        The engine's own closes it under the reader, which ends the process.
        """
        with self._put_condition:
            self._closed = True
            while self._pool:
                self._pool.popleft().close()

    def put_connection(self, conn: SQLiteConnection) -> None:
        """Take *conn* back, for the next one or to be closed."""
        try:
            super().put_connection(conn)
        except ConnectionPoolClosedError:
            conn.close()
            with self._put_condition:
                self._in_use.pop(id(conn), None)
                self._put_condition.notify_all()

    def _create_connection(self) -> SQLiteConnection:
        if self._closed:  # while somebody waited for a connection
            raise ConnectionPoolClosedError
        try:
            connection = sqlite3.connect(
                self.db_name, uri=True, timeout=store.PATIENCE, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise InterfaceError(error) from error
        try:
            # FULL: a commit is synced to the disk before it returns.  NORMAL: it is with the next checkpoint.
            connection.execute(f"PRAGMA synchronous = {self._durability}")
            connection.execute("PRAGMA fullfsync = ON")  # on macOS a sync stops short of the disk without it
            connection.execute("PRAGMA recursive_triggers = ON")  # or INSERT OR REPLACE deletes past the trigger
            if not self._is_begun(connection):
                self._begin(connection)
            if not self.is_sqlite_memory_mode:
                self._log_ahead(connection)
        except BaseException:
            connection.close()
            raise
        connection.row_factory = sqlite3.Row  # as the engine's statements expect
        return SQLiteConnection(connection, max_age=None)

    def _begin(self, connection: sqlite3.Connection) -> None:
        """Begin a ledger.  If the power goes before the commit the file is empty, afterwards it is a whole ledger."""
        connection.execute("BEGIN IMMEDIATE")
        try:
            if not self._is_begun(connection):  # by another process, while this one waited for the lock
                for statement in _BEGIN_LEDGER:
                    connection.execute(statement)
            connection.commit()
        finally:
            connection.rollback()

    def _is_begun(self, connection: sqlite3.Connection) -> bool:
        """Whether a ledger is there, or nothing yet; raises `NotALedger` for anything else."""
        # One statement, so that nobody begins the ledger between two questions.
        owner, version, tables = connection.execute(
            "SELECT application_id, user_version, (SELECT group_concat(name, ', ') FROM sqlite_master)"
            " FROM pragma_application_id, pragma_user_version"
        ).fetchone()
        if owner == OURS and version <= FORMAT:
            return True
        if owner == OURS:
            raise NotALedger(
                f"The ledger in {self._place} is of format {version}, and this version of dhr-ledger reads format "
                f"{FORMAT}; upgrade dhr-ledger to open it."
            )
        if owner or tables:
            raise NotALedger(
                f"{self._place} is an SQLite database of something else (application id {owner}, "
                f"holding {tables or 'nothing'}); give another path."
            )
        return False

    def _log_ahead(self, connection: sqlite3.Connection) -> None:
        """Keep the file in write-ahead-log mode, which is a property of the file."""
        give_up = time.monotonic() + store.PATIENCE
        while True:
            try:
                [mode] = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            except sqlite3.OperationalError as error:
                # SQLite does not wait here when two processes have just begun the ledger together.
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                    raise
                time.sleep(0.01)
                continue
            if mode != "wal":
                raise StoreError(
                    f"The file system of {self._place} cannot keep a write-ahead log; keep the ledger on a local disk."
                )
            return


def _uri(path: Path) -> str:
    """*path* as SQLite's `file:` address, whatever characters it is made of; it must be in a folder that exists."""
    if path.is_dir():
        raise NotALedger(f"{str(path)!r} is a folder; give the path of a file in it.")
    if not path.parent.is_dir():
        raise StoreError(f"There is no folder {str(path.parent)!r} to keep {path.name!r} in; create it first.")
    if path.exists():
        with path.open("rb") as file:
            begins = file.read(16)
        # SQLite takes a file that is shorter than a page for an empty database, and would write over it.
        if begins not in (b"", b"SQLite format 3\0"):
            raise NotALedger(f"{str(path)!r} is not an SQLite file, it begins with {begins!r}; give another path.")
    whole = os.fsencode(path.absolute().as_posix())
    return f"file://{'' if whole.startswith(b'/') else '/'}{quote(whole)}"


def _plain(cursor: SQLiteCursor) -> sqlite3.Cursor:
    """The cursor beneath the engine's, that answers in tuples."""
    plain = cursor.sqlite_cursor
    plain.row_factory = None
    return plain


def _json(values: Sequence[object]) -> str:
    return orjson.dumps(values).decode()
