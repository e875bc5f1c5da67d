"""A ledger in an SQLite file, or in memory.

The file says whose it is: its `application_id` is 0x4448524C ("DHRL"), its `user_version` the version of this format.
It is kept in write-ahead-log mode; while it is open, a `-wal` and a `-shm` file beside it are part of it.

Where the file or its folder may not be written to, the ledger is opened for reading only: nothing is locked, and no
file is left behind.
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

from dhr_ledger._store import sqlite_file, store
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
# Fewer than go over a network at a time: so many stay in the processor's cache, and a fold is a twentieth quicker.
_WINDOW = f"{_ROWS} {_BETWEEN} ORDER BY position LIMIT {min(store.BATCH, 250)}"
_WINDOW_BELOW = f"""
    {_ROWS} {_BETWEEN} AND (originator_id = ? OR originator_id >= ? AND originator_id < ?) ORDER BY position
"""
_POSITIONS_BELOW = f"""
    SELECT position FROM stored_events {_BETWEEN} AND originator_id = ?
    UNION ALL
    SELECT position FROM stored_events {_BETWEEN} AND originator_id >= ? AND originator_id < ? LIMIT ?
"""
_VERSION = "SELECT coalesce(max(originator_version), 0) FROM stored_events WHERE originator_id = ?"
_STANDING = _LAST.replace("SELECT", f"SELECT ({_VERSION}),", 1)
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
        self._path = path
        if path is not None:
            sqlite_file.examine(path)
        self._connections = _Connections(path, self.place, durability)
        super().__init__(_Datastore(self._connections))
        self._write = _Write(self._connections)

    def create_table(self) -> None:
        """Begin the ledger where there is nothing yet; raises `NotALedger` where there is something else."""
        try:
            self._ask("SELECT 1")  # a ledger is begun, or looked at, with each connection
        except (sqlite3.OperationalError, InterfaceError) as error:
            if self._connections.hindrance or _code(error) not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
                raise
            # The server of a share may refuse what the permissions promise.
            self._connections.only_read(f"SQLite says '{error}'")
            self._ask("SELECT 1")

    def writing(self) -> _Write:
        """A transaction that holds the write lock from before its first read until it is durable."""
        if self._connections.hindrance:
            raise self._only_read(self._connections.hindrance)
        return self._write

    def standing(self, cursor: sqlite3.Cursor, references: Sequence[str]) -> tuple[list[int], Entry | None]:
        """The version of each stream, 0 for one with no entries, and the last entry of the ledger."""
        if len(references) == 1:  # in one statement, for every change that is recorded alone asks it: 0.8 of 43 µs
            found = cursor.execute(_STANDING, references).fetchone()
            return ([0], None) if found is None else ([found[0]], as_entry(found[1:]))
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
        position = self._write.head()
        if position is None:
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
        if self._connections.hindrance:
            return self._ask_without_locks(statement, about)
        return self._answer(statement, about)

    def _ask_without_locks(self, statement: str, about: Sequence[Any]) -> list[Any]:
        """The answer from a file that was the same before and after.

        Nothing keeps somebody who may write to the file from changing it while it is read, half of the old and half
        of the new.  So it is asked again then, and a fault is believed when it is met twice in the same file: somebody
        who closes the ledger takes its `-shm` away a moment before its `-wal`.
        """
        give_up = time.monotonic() + store.PATIENCE
        doubted = None
        while time.monotonic() < give_up:
            file = self._connections.file()
            try:
                answer = self._answer(statement, about)
            except (sqlite3.DatabaseError, InterfaceError, StoreError):
                if doubted == (file,):
                    raise
                doubted = (file,)
                time.sleep(0.02)
                continue
            if file == self._connections.file():
                return answer
        raise self._busy()

    def _answer(self, statement: str, about: Sequence[Any]) -> list[Any]:
        pool = self._connections
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
        match _code(error):
            case _ if isinstance(error, ConnectionUnavailableError):
                return self._busy()
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return self._busy()
            case sqlite3.SQLITE_NOTADB:
                if self._path is not None and (stranger := sqlite_file.stranger(self._path)):
                    return stranger
                return NotALedger(f"{self.place} is not an SQLite file, or is damaged; restore it from a copy.")
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN if self._connections.has_unread_log():
                return self._connections.unread_log()
            case sqlite3.SQLITE_READONLY:
                return self._only_read(f"SQLite says '{error}'")
            case sqlite3.SQLITE_CANTOPEN:
                return StoreError(
                    f"The ledger in {self.place} cannot be opened; see that it is there, and that this account may "
                    "read it and what lies beside it."
                )
            case _:
                return StoreError(f"SQLite could not do it with the ledger in {self.place}: {error}.")

    def _only_read(self, hindrance: str) -> StoreError:
        return StoreError(
            f"The ledger in {self.place} can only be read here: {hindrance}; nothing was recorded, record where the "
            "file and its folder may be written to."
        )

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

    def head(self) -> int | None:
        """The position of the last entry; `None` while nobody has appended yet, or somebody is about to.

        The connection that appended last still has the last page, which any other would have to read again.
        """
        if not self._turn.acquire(blocking=False):
            return None
        try:
            if self._cursor is None:
                return None
            return int(self._cursor.execute(_HEAD).fetchall()[0][0])
        finally:
            self._turn.release()

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

    def __init__(self, connections: _Connections) -> None:
        super().__init__(connections.db_name, originator_id_type="text")
        self.pool = connections


class _Connections(SQLiteConnectionPool):
    """The engine's pool, of connections that are set up for a ledger.

    The engine's own would turn any database they meet to write-ahead logging, leave `synchronous` to how SQLite was
    built, and keep one prepared statement each.

    *hindrance* is why the ledger can only be read, `None` where it can be written to.
    """

    def __init__(self, path: Path | None, place: str, durability: Durability) -> None:
        # A second connection to ":memory:" would be a second, empty ledger: there, the one connection goes round.
        size, more = (1, 0) if path is None else (5, 10)
        uri = ":memory:" if path is None else sqlite_file.uri(path)
        super().__init__(db_name=uri, pool_size=size, max_overflow=more, pool_timeout=store.PATIENCE)
        # What a link points to: SQLite keeps its log beside that.
        self._path = Path() if path is None else Path(os.path.realpath(path))
        self._place = place
        self._durability = durability
        self.hindrance: str | None = None
        if path is not None and (hindrance := sqlite_file.hindrance(self._path)):
            self.only_read(hindrance)

    def only_read(self, hindrance: str) -> None:
        """Read only from now on, because of *hindrance*, with a connection for each question.

        A connection that takes no locks would not see what somebody else records, and one that was kept would mix
        pages that it remembers with newer ones.
        """
        self.hindrance = hindrance
        self.pool_size = 0

    def file(self) -> tuple[int, int, int] | None:
        """What is another when somebody has changed the file, `None` where there is none."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    def has_unread_log(self) -> bool:
        """Whether entries stand beside the file, in a log that can only be read where its `-shm` is."""
        return self.hindrance is not None and bool(sqlite_file.size(self._beside("-wal")))

    def unread_log(self) -> StoreError:
        """That they cannot be read here."""
        return StoreError(
            f"The last entries of the ledger in {self._place} stand in {str(self._beside('-wal'))!r} and cannot be "
            f"read here: {self.hindrance}; copy both files to a folder that may be written to, or open and close the "
            "ledger where it may be written to."
        )

    def _beside(self, ending: str) -> Path:
        return self._path.with_name(self._path.name + ending)

    def _reading(self) -> str:
        """The address for reading only.  Raises `StoreError` where SQLite would make a `-shm`, or need one."""
        if not self.has_unread_log():
            return f"{self.db_name}?mode=ro&immutable=1"  # all is in the file, so no log and no locks are needed
        if sqlite_file.size(self._beside("-shm")) is None:
            raise self.unread_log()
        return f"{self.db_name}?mode=ro"

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
        if self.hindrance and self.file() is None:
            raise self._nothing_yet()
        try:
            connection = sqlite3.connect(
                self._reading() if self.hindrance else self.db_name,
                uri=True,
                timeout=store.PATIENCE,
                isolation_level=None,
                check_same_thread=False,
            )
        except sqlite3.Error as error:
            raise InterfaceError(error) from error
        try:
            # FULL: a commit is synced to the disk before it returns.  NORMAL: it is with the next checkpoint.
            connection.execute(f"PRAGMA synchronous = {self._durability}")
            connection.execute("PRAGMA fullfsync = ON")  # on macOS a sync stops short of the disk without it
            connection.execute("PRAGMA recursive_triggers = ON")  # or INSERT OR REPLACE deletes past the trigger
            if not self._is_begun(connection):
                if self.hindrance:
                    raise self._nothing_yet()
                self._begin(connection)
            if not self.is_sqlite_memory_mode and not self.hindrance:
                self._log_ahead(connection)
        except BaseException:
            connection.close()
            raise
        connection.row_factory = sqlite3.Row  # as the engine's statements expect
        return SQLiteConnection(connection, max_age=None)

    def _nothing_yet(self) -> StoreError:
        return StoreError(
            f"No ledger can be begun in {self._place}: {self.hindrance}; give a path where files may be written."
        )

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


def _code(error: BaseException) -> int:
    """SQLite's primary code of *error*, which may be the engine's; 0 when it has none."""
    code: int = getattr(error if isinstance(error, sqlite3.Error) else error.__cause__, "sqlite_errorcode", 0)
    return code & 0xFF


def _plain(cursor: SQLiteCursor) -> sqlite3.Cursor:
    """The cursor beneath the engine's, that answers in tuples."""
    plain = cursor.sqlite_cursor
    plain.row_factory = None
    return plain


def _json(values: Sequence[object]) -> str:
    return orjson.dumps(values).decode()
