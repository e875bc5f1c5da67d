"""A ledger in a PostgreSQL database, one to a schema.

The comment on its table says what it is and the version of this format.  To begin a ledger takes the right to create
tables in the schema; to use one takes no more than

    GRANT USAGE ON SCHEMA public TO clerk;
    GRANT SELECT, INSERT ON public.stored_events TO clerk;
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import psycopg
import psycopg.conninfo
import psycopg.errors
from eventsourcing.domain import EventSourcingError
from eventsourcing.persistence import (
    ApplicationRecorder,
    ConnectionUnavailableError,
    InterfaceError,
    OperationalError,
    StoredEvent,
    Subscription,
)
from eventsourcing.postgres import ConnectionPool, PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection, Cursor, IsolationLevel
from psycopg.rows import DictRow, dict_row, tuple_row
from psycopg.sql import Identifier

from dhr_ledger._store import store
from dhr_ledger._store.store import AcknowledgementLost, Durability, Scope, as_entry, rows_from
from dhr_ledger.entry import Entry, Row
from dhr_ledger.errors import NotALedger, StoreBusy, StoreError

FORMAT = 1

CHUNK = 500
"""How many rows go into one INSERT."""

_BEGIN_LEDGER = """
    CREATE TABLE {table} (
        notification_id bigint PRIMARY KEY CHECK (notification_id > 0),
        originator_id text COLLATE "C" NOT NULL,
        originator_version bigint NOT NULL,
        topic text NOT NULL,
        state bytea NOT NULL,
        UNIQUE (originator_id, originator_version) INCLUDE (notification_id)
    );
    COMMENT ON TABLE {table} IS 'dhr-ledger format {format}';
    CREATE FUNCTION {schema}.no_entry_is_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'an entry of a ledger is never changed or deleted: record another that corrects it';
    END $$;
    CREATE TRIGGER no_entry_is_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {schema}.no_entry_is_changed();
"""
_FIND = """
    SELECT pg_class.oid, obj_description(pg_class.oid, 'pg_class')
    FROM pg_namespace LEFT JOIN pg_class ON relnamespace = pg_namespace.oid AND relname = %s
    WHERE nspname = %s
"""
_UNREADABLE = (
    "The address of the ledger cannot be read; write it like postgresql://user@host/database, "
    "and a password in it with each special character percent-encoded."
)
_COMMENT = re.compile(r"dhr-ledger format (\d+)")

# The settings hold for this transaction only, so they are right behind any pool of connections.  A server whose owner
# asks for more than `on` keeps it.
_LOCK = """
    SELECT set_config('synchronous_commit', {durable}, true),
           set_config('lock_timeout', {patience}, true),
           pg_advisory_xact_lock({ledger})
"""
_DURABLE = {
    "full": "CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END",
    "normal": "'off'",
}

_ROWS = "SELECT notification_id, originator_id, originator_version, topic, state FROM {table}"
_BETWEEN = "WHERE notification_id > %s AND notification_id <= %s"
_HEAD = "SELECT coalesce(max(notification_id), 0) FROM {table}"
_LAST = f"{_ROWS} ORDER BY notification_id DESC LIMIT 1"
_AT = f"{_ROWS} WHERE notification_id = ANY(%s) ORDER BY notification_id"
_STREAM = f"{_ROWS} WHERE originator_id = %s AND originator_version > %s ORDER BY originator_version"
_WINDOW = f"{_ROWS} {_BETWEEN} ORDER BY notification_id LIMIT {store.BATCH}"
_WINDOW_BELOW = f"""
    {_ROWS} {_BETWEEN} AND (originator_id = %s OR originator_id >= %s AND originator_id < %s) ORDER BY notification_id
"""
_POSITIONS_BELOW = f"""
    SELECT notification_id FROM {{table}} {_BETWEEN} AND originator_id = %s
    UNION ALL
    SELECT notification_id FROM {{table}} {_BETWEEN} AND originator_id >= %s AND originator_id < %s LIMIT %s
"""
_VERSION = "SELECT coalesce(max(originator_version), 0) FROM {table} WHERE originator_id = %s"
_STANDING = f"""
    SELECT ARRAY(
        SELECT ({_VERSION.replace("%s", "asked.reference")})
        FROM unnest(%s::text[]) WITH ORDINALITY AS asked (reference, place) ORDER BY place
    ), last.* FROM (SELECT) AS now LEFT JOIN ({_LAST}) AS last ON true
"""  # in one statement, for each is a journey to the server and back while every other writer waits
_INSERT = """
    INSERT INTO {table} (notification_id, originator_id, originator_version, topic, state)
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::bytea[])
"""


class PostgresRecorder(PostgresApplicationRecorder):
    """The engine's recorder, without its pipeline (a large save hangs in it), its table lock (which a role that may
    only insert cannot take), its database functions, its NOTIFY and its retries.
    """

    def __init__(self, address: str, durability: Durability, *, begin: bool = True) -> None:
        address, schema = _without_schema(address)
        try:
            params = {"connect_timeout": store.PATIENCE, **psycopg.conninfo.conninfo_to_dict(address)}
        except psycopg.ProgrammingError:
            # What the driver says of it may quote a piece of the password.
            raise StoreError(_UNREADABLE) from None
        # Never the address itself: it may have a password in it.
        self.place = f"schema {schema!r} of PostgreSQL database {params.get('dbname', '')!r} on {params.get('host')!r}"
        self._turn = threading.Lock()
        self._closed = False
        self._may_begin = begin
        self._conninfo = psycopg.conninfo.make_conninfo("", **params)
        super().__init__(_Datastore(self._conninfo, schema))

        self._names = {
            "schema": Identifier(schema).as_string(),
            "table": Identifier(schema, self.events_table_name).as_string(),
        }
        # In a statement with parameters a percent sign is said twice.
        self._names_beside_parameters = {name: said.replace("%", "%%") for name, said in self._names.items()}
        key = hashlib.sha256(f"dhr-ledger {schema}.{self.events_table_name}".encode()).digest()
        self._lock = _LOCK.format(
            durable=_DURABLE[durability],
            patience=f"'{store.PATIENCE}s'",
            ledger=int.from_bytes(key[:8], signed=True),
        )

    def create_table(self) -> None:
        """Begin the ledger where there is nothing yet; raises `NotALedger` where there is something else."""
        with psycopg.connect(self._conninfo) as connection:
            _configure(connection)
            if not self._is_begun(connection):
                if not self._may_begin:
                    raise NotALedger(f"There is no ledger in {self.place}; give another schema, or begin one there.")
                # Workers that start together begin one ledger: one does, the others wait for it and look again.
                # If the power goes before the commit there is no table, and afterwards a whole ledger.
                with connection.transaction():
                    connection.execute(self._lock)
                    if not self._is_begun(connection):
                        connection.execute(_BEGIN_LEDGER.format(format=FORMAT, **self._names))
        self.head()  # a role that may not read it is told so now

    def _is_begun(self, connection: Connection[Any]) -> bool:
        """Whether a ledger is there, or nothing yet; raises `NotALedger` for anything else."""
        # Asked of the catalogue's tables: its functions, `to_regclass`, may answer from before the lock was had.
        schema = self.datastore.schema
        found = connection.execute(_FIND, (self.events_table_name, schema)).fetchone()
        if found is None:
            raise StoreError(f"There is no {self.place}; create it first: CREATE SCHEMA {self._names['schema']}.")
        table, comment = found
        if table is None:
            return False
        match = _COMMENT.match(comment or "")
        if match is None:
            raise NotALedger(
                f"The table {self._names['table']} in {self.place} is of something else (its comment is {comment!r}); "
                "give another schema."
            )
        if int(match[1]) > FORMAT:
            raise NotALedger(
                f"The ledger in {self.place} is of format {match[1]}, and this version of dhr-ledger reads format "
                f"{FORMAT}; upgrade dhr-ledger to open it."
            )
        return True

    @contextmanager
    def writing(self) -> Iterator[Cursor[Any]]:
        """A transaction that holds the write lock from before its first read until it is durable."""
        # The threads of this process queue here, so that those who wait do not hold the connections that readers need.
        if not self._turn.acquire(timeout=store.PATIENCE):
            raise ConnectionUnavailableError("another thread is appending")
        done = False
        try:
            with self.datastore.get_connection() as connection, connection.transaction():
                with connection.cursor(binary=True, row_factory=tuple_row) as cursor:
                    # Not in one statement with the reads: these must see what the one before us has committed.
                    cursor.execute(self._lock)
                    yield cursor
                done = True
            # If the power goes before the commit, nothing was recorded; once it has returned the entries are in the
            # server's log on disk (with "normal": within a second), and on its synchronous standbys if it has any.
        except (OperationalError, InterfaceError) as error:
            if done:
                raise AcknowledgementLost(*error.args) from error
            raise
        finally:
            self._turn.release()

    def standing(self, cursor: Cursor[Any], references: Sequence[str]) -> tuple[list[int], Entry | None]:
        """The version of each stream, 0 for one with no entries, and the last entry of the ledger."""
        [(versions, *last)] = self._execute(cursor, _STANDING, references)
        return versions, None if last[0] is None else as_entry(last)

    def insert(self, cursor: Cursor[Any], rows: Sequence[Row]) -> None:
        """Write *rows*; raises the database's integrity error for a position or a version that is taken."""
        for start in range(0, len(rows), CHUNK):
            columns = zip(*rows[start : start + CHUNK], strict=True)
            self._execute(cursor, _INSERT, *map(list, columns))

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Write the engine's own events at the next positions and return these."""
        with self.writing() as cursor:
            _, last = self.standing(cursor, [])
            rows = rows_from(stored_events, last)
            self.insert(cursor, rows)
        return [row.position for row in rows]

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """Not offered: a NOTIFY takes a lock on the whole server with every commit.  Read after the last position."""
        raise NotImplementedError(self.subscribe.__doc__)

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
        return map(as_entry, self._ask(_AT, positions))

    def _ask(self, statement: str, *about: Any) -> list[Any]:
        """The answer to one question, whole: no transaction is left open behind it."""
        with (
            self.datastore.get_connection() as connection,
            connection.cursor(binary=True, row_factory=tuple_row) as cursor,
        ):
            return self._execute(cursor, statement, *about).fetchall()

    def _execute(self, cursor: Cursor[Any], statement: str, *about: Any) -> Cursor[Any]:
        return cursor.execute(statement.format(**self._names_beside_parameters), about)

    def in_plain_words(self, error: BaseException) -> StoreError | None:
        """What *error* means to the reader, `None` when it is none of PostgreSQL's."""
        if not isinstance(error, (psycopg.Error, EventSourcingError)):
            return None
        if self._closed:
            return StoreError(f"The ledger in {self.place} is closed; open it again to use it.")
        if isinstance(error, AcknowledgementLost):
            return StoreError(
                f"The connection to the ledger in {self.place} was lost during the commit ({_first_line(error)}): the "
                "entries are all recorded or none is; read the ledger again before recording them again."
            )
        cause = error if isinstance(error, psycopg.Error) else error.__cause__
        if isinstance(error, ConnectionUnavailableError) or isinstance(cause, psycopg.errors.LockNotAvailable):
            return StoreBusy(
                f"Somebody else has been writing to the ledger in {self.place} for {store.PATIENCE} seconds; "
                "nothing was recorded, try again when they have finished."
            )
        if isinstance(cause, psycopg.errors.InsufficientPrivilege):
            return StoreError(
                f"This role may not do that with the ledger in {self.place} ({_first_line(error)}); it needs USAGE on "
                "the schema and SELECT and INSERT on the table, and to begin a ledger CREATE on the schema."
            )
        return StoreError(f"PostgreSQL could not do it with the ledger in {self.place}: {_first_line(error)}.")

    def close(self) -> None:
        """Close every connection, once what is being appended is recorded."""
        with self._turn:
            self._closed = True
            self.datastore.close()


class _Datastore(PostgresDatastore):
    """The engine's datastore, for any address that the driver understands."""

    def __init__(self, conninfo: str, schema: str) -> None:
        super().__init__("", "", "", "", "", schema=schema, originator_id_type="text")
        # In place of the engine's pool, which takes five parts of an address and opens nothing until it is used.
        self.pool = ConnectionPool(
            conninfo,
            connection_class=Connection[DictRow],
            kwargs={"row_factory": dict_row},
            min_size=1,
            max_size=10,
            timeout=store.PATIENCE,
            open=False,
            configure=_configure,
            check=ConnectionPool.check_connection,  # a server that was restarted is no error to the next caller
        )

    def register_type_adapters(self) -> None:
        """Nothing: a ledger has no types of its own in the database."""


def _configure(connection: Connection[Any]) -> None:
    connection.autocommit = True
    # Whatever the role's default is: under any other level the reads of a write would not see what came before it.
    connection.isolation_level = IsolationLevel.READ_COMMITTED


def _without_schema(address: str) -> tuple[str, str]:
    """*address* as the driver understands it, and the schema that it named."""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise StoreError(_UNREADABLE) from None
    query = parse_qsl(parts.query, keep_blank_values=True)
    schema = dict(query).get("schema") or "public"
    rest = urlencode([(name, value) for name, value in query if name != "schema"], quote_via=quote)
    return urlunsplit(parts._replace(query=rest)), schema


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
