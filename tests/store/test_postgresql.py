"""What a ledger in PostgreSQL promises besides."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

import pytest

from dhr_ledger._store import Store, open_store, store
from dhr_ledger.entry import Row
from dhr_ledger.errors import NotALedger, StoreBusy, StoreError

SQL = Callable[..., list[Any]]


@pytest.fixture
def place(new_postgresql_place: Callable[[], str]) -> str:
    """A schema for one ledger."""
    return new_postgresql_place()


@pytest.fixture
def ledger(place: str) -> Iterator[Store]:
    """A new ledger, in the schema of *place*."""
    ledger = open_store(place)
    yield ledger
    ledger.close()


@pytest.fixture
def role(sql: SQL) -> Iterator[str]:
    """A role that may do nothing yet."""
    role = f"clerk{uuid4().hex}"
    sql(f"CREATE ROLE {role} LOGIN PASSWORD 'secret'")
    yield role
    sql(f"DROP OWNED BY {role}")
    sql(f"DROP ROLE {role}")


def schema_of(place: str) -> str:
    return parse_qs(urlsplit(place).query)["schema"][0]


def as_role(role: str, place: str) -> str:
    parts = urlsplit(place)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{role}:secret@{host}").geturl()


def record(ledger: Store, *versions: int, reference: str = "DHR7", body: bytes = b"{}") -> None:
    for version in versions:
        ledger.append(
            {reference: version - 1}, lambda at, last, v=version: [Row(at, reference, v, "ProgressRecorded.v1", body)]
        )


def test_a_role_that_may_only_add_and_read_can_use_a_ledger(ledger, place, role, sql):
    """USAGE, SELECT and INSERT are enough to open a ledger that is there, append to it and read it."""
    record(ledger, 1)
    schema = schema_of(place)
    sql(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
    sql(f"GRANT SELECT, INSERT ON {schema}.stored_events TO {role}")
    clerk = open_store(as_role(role, place))
    record(clerk, 2, 3)
    assert [1, 2, 3] == [row.version for row in clerk.read("DHR7")] == [row.position for row in ledger.read()]
    clerk.close()
    sql(f"SET ROLE {role}")
    for change in (f"UPDATE {schema}.stored_events SET topic = ''", f"DELETE FROM {schema}.stored_events"):
        with pytest.raises(Exception, match="permission denied"):
            sql(change)
    sql("RESET ROLE")


def test_a_role_that_may_not_is_told_what_it_needs(ledger, place, role, sql):
    """A missing right is named with the rights that are enough."""
    with pytest.raises(StoreError, match="it needs USAGE on the schema and SELECT and INSERT on the table"):
        open_store(as_role(role, place))
    sql(f"GRANT USAGE ON SCHEMA {schema_of(place)} TO {role}")
    sql(f"GRANT SELECT ON {schema_of(place)}.stored_events TO {role}")
    reader = open_store(as_role(role, place))
    assert 0 == reader.head()
    with pytest.raises(StoreError, match="permission denied for table stored_events"):
        record(reader, 1)
    reader.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {}.stored_events SET topic = 'Other.v1'",
        "DELETE FROM {}.stored_events",
        "TRUNCATE {}.stored_events",
        "INSERT INTO {}.stored_events VALUES (1, '', 1, '', '') ON CONFLICT (notification_id) DO UPDATE SET topic = ''",
    ],
)
def test_an_entry_is_never_changed(ledger, place, sql, change):
    """The table itself refuses to change or delete an entry, even to its owner."""
    record(ledger, 1)
    with pytest.raises(Exception, match="is never changed or deleted: record another that corrects it"):
        sql(change.format(schema_of(place)))


def test_workers_that_start_together_begin_one_ledger(place):
    """A ledger is begun once, however many begin it; the others find it."""
    together = threading.Barrier(8)
    stores: list[Store] = []
    trouble: list[BaseException] = []

    def start(number: int) -> None:
        together.wait()
        try:
            stores.append(open_store(place))
            record(stores[-1], 1, 2, 3, reference=f"DHR{number}")
        except BaseException as error:
            trouble.append(error)

    workers = [threading.Thread(target=start, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [] == trouble
    assert [*range(1, 25)] == [row.position for row in stores[0].read()]
    for each in stores:
        each.close()


def test_a_large_append_goes_through(ledger):
    """Several megabytes are one append: nothing waits for ever on a full pipe."""
    body = bytes(2_000)
    ledger.append(
        {"DHR7": 0}, lambda at, last: [Row(at + n, "DHR7", n + 1, "ProgressRecorded.v1", body) for n in range(3_000)]
    )
    assert 3_000 == ledger.head() == ledger.version("DHR7") == sum(row.body == body for row in ledger.read())


def test_a_refused_append_leaves_no_gap(ledger):
    """A position is given when an entry is recorded, not when somebody tries."""
    record(ledger, 1)
    with pytest.raises(ZeroDivisionError):
        ledger.append({"DHR7": 1}, lambda at, last: [1 // 0])
    record(ledger, 2)
    assert [1, 2] == [row.position for row in ledger.read()]


def test_another_that_keeps_the_lock_is_waited_for(ledger, place, sql, monkeypatch):
    """A writer waits its turn and then says that nothing was recorded; another schema's ledger never waits."""
    monkeypatch.setattr(store, "PATIENCE", 1)
    impatient = open_store(place)
    sql(f"BEGIN; LOCK TABLE {schema_of(place)}.stored_events IN EXCLUSIVE MODE")
    with pytest.raises(StoreBusy, match="for 1 seconds; nothing was recorded, try again"):
        record(impatient, 1)
    sql("ROLLBACK")
    inside, let_go = threading.Event(), threading.Event()

    def dawdle(at: int, last: Row | None) -> list[Row]:
        inside.set()
        let_go.wait()
        return []

    dawdler = threading.Thread(target=ledger.append, args=({}, dawdle))
    dawdler.start()
    inside.wait()
    with pytest.raises(StoreBusy):
        record(impatient, 1)
    let_go.set()
    dawdler.join()
    record(impatient, 1)
    impatient.close()


def test_ledgers_in_two_schemas_are_strangers(ledger, new_postgresql_place):
    """Each schema has a ledger of its own, with a write lock of its own."""
    other = open_store(new_postgresql_place())

    def meanwhile(at: int, last: Row | None) -> list[Row]:
        record(other, 1)
        return [Row(at, "DHR7", 1, "ProgressRecorded.v1", b"here")]

    ledger.append({"DHR7": 0}, meanwhile)
    assert [b"here", b"{}"] == [each.stream("DHR7")[0].body for each in (ledger, other)]
    other.close()


def test_connections_that_the_server_dropped_are_replaced(place, sql):
    """A server that was restarted is no error to the next append or reading."""
    name = schema_of(place)
    ledger = open_store(f"{place}&application_name={name}")
    record(ledger, 1)
    dropped = sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", name)
    assert [] != dropped
    time.sleep(0.1)
    record(ledger, 2)
    assert 2 == len(list(ledger.read()))
    ledger.close()


def test_a_commit_that_was_never_acknowledged_is_not_tried_again(ledger, place, sql):
    """When the connection breaks during the commit, the caller is told that it may be recorded, and how to know."""
    schema = schema_of(place)
    sql(f"""
        CREATE FUNCTION {schema}.cut() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON {schema}.stored_events DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION {schema}.cut()
    """)
    with pytest.raises(
        StoreError, match=r"was lost during the commit .* all recorded or none is; read the ledger again"
    ):
        record(ledger, 1)
    sql(f"DROP TRIGGER cut ON {schema}.stored_events")
    assert 0 == ledger.version("DHR7")
    record(ledger, 1)


@pytest.mark.parametrize(("durability", "settings"), [("full", "on read committed"), ("normal", "off read committed")])
def test_a_commit_is_as_durable_as_was_asked(ledger, place, role, sql, durability, settings):
    """Each append says for itself how durable it is and what it sees, whatever the role's defaults are."""
    schema = schema_of(place)
    sql(f"""
        CREATE TABLE {schema}.seen (settings text);
        CREATE FUNCTION {schema}.see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO {schema}.seen VALUES
                (current_setting('synchronous_commit') || ' ' || current_setting('transaction_isolation'));
            RETURN NULL; END $$;
        CREATE TRIGGER see AFTER INSERT ON {schema}.stored_events EXECUTE FUNCTION {schema}.see();
        GRANT USAGE ON SCHEMA {schema} TO {role};
        GRANT SELECT, INSERT ON {schema}.stored_events, {schema}.seen TO {role};
        ALTER ROLE {role} SET synchronous_commit = 'local';
        ALTER ROLE {role} SET default_transaction_isolation = 'serializable'
    """)
    clerk = open_store(as_role(role, place), durability)
    record(clerk, 1)
    clerk.close()
    assert [(settings,)] == sql(f"SELECT settings FROM {schema}.seen")


def test_references_are_compared_byte_by_byte(ledger, place, sql):
    """What is below a reference does not depend on the language that the database sorts in."""
    columns = "SELECT collation_name FROM information_schema.columns WHERE table_schema = %s AND column_name = %s"
    assert [("C",)] == sql(columns, schema_of(place), "originator_id")


def test_a_schema_that_is_not_there_is_named(postgresql):
    """A ledger is begun in a schema that exists; the schema is not made up."""
    address = f"{postgresql}{'&' if '?' in postgresql else '?'}schema=nowhere"
    with pytest.raises(
        StoreError, match=r"There is no schema 'nowhere' of .*; create it first: CREATE SCHEMA \"nowhere\"\."
    ):
        open_store(address)


def test_a_schema_may_have_any_name(postgresql, sql):
    """The ledger is in the schema that was named, whatever a statement makes of the characters in it."""
    name = 'a%b "c"{0} é\'s ? %s'
    quoted = '"' + name.replace('"', '""') + '"'
    sql(f"CREATE SCHEMA {quoted}")
    ledger = open_store(f"{postgresql}{'&' if '?' in postgresql else '?'}schema={quote(name)}")
    record(ledger, 1, 2)
    assert [1, 2] == [row.position for row in ledger.read("DHR7")]
    ledger.close()
    assert [(2,)] == sql(f"SELECT count(*) FROM {quoted}.stored_events")
    sql(f"DROP SCHEMA {quoted} CASCADE")


def test_what_is_not_a_ledger_is_left_alone(place, sql):
    """A table of something else is refused with what it is; so is a ledger of a newer format."""
    table = f"{schema_of(place)}.stored_events"
    sql(f"CREATE TABLE {table} (originator_id uuid)")
    with pytest.raises(NotALedger, match=r"is of something else \(its comment is None\); give another schema"):
        open_store(place)
    sql(f"COMMENT ON TABLE {table} IS 'dhr-ledger format 2'")
    with pytest.raises(NotALedger, match="is of format 2, and this version of dhr-ledger reads format 1; upgrade"):
        open_store(place)


def test_a_server_that_cannot_be_reached_is_said_at_once():
    """A wrong address is an error in words, that does not repeat the password."""
    with pytest.raises(
        StoreError, match=r"PostgreSQL could not do it with the ledger in schema 'x' of .*'nobody'"
    ) as error:
        open_store("postgresql://clerk:topsecret@127.0.0.1:1/nobody?schema=x")
    assert "topsecret" not in str(error.value)
    with pytest.raises(StoreError, match="The address of the ledger cannot be read"):
        open_store("postgresql://host/db?nonsense=topsecret")


def test_without_a_driver_the_extra_is_named():
    """Whoever has no driver is told how to get one, and needs none for a file."""
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from dhr_ledger._store import open_store\n"
        "open_store(None).close()\n"
        "try: open_store('postgres://host/db')\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.startswith("StoreError A ledger in PostgreSQL needs a driver that is not installed")
    assert "pip install 'dhr-ledger[postgresql]'" in said
