"""What a ledger in an SQLite file promises besides."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from dhr_ledger import Ledger
from dhr_ledger._store import Store, open_store, sqlite, store
from dhr_ledger.entry import Row
from dhr_ledger.errors import NotALedger, StoreBusy, StoreError
from dhr_ledger.review import AddSection, OpenReview

WRITER = textwrap.dedent("""
    import os, resource, signal, sys
    from dhr_ledger._store import open_store
    from dhr_ledger.entry import Row

    place, reference, count, *rest = sys.argv[1:]
    ledger = open_store(place)
    def said(version):
        return lambda position, last: [Row(position, reference, version, "Said.v1", b"{}")]
""")


def write(path: Path, reference: str, count: int, code: str, **environment: str) -> subprocess.Popen[str]:
    """Another process, on its way to write *count* entries of *reference*: `code` does it with `ledger` and `said`."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER + textwrap.dedent(code), str(path), reference, str(count)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


def finish(process: subprocess.Popen[str]) -> str:
    """What *process* printed, when it has ended well."""
    out, err = process.communicate(timeout=60)
    assert (0, "") == (process.returncode, err)
    return out


IN_TURN = """
    for version in range(1, int(count) + 1):
        ledger.append({reference: version - 1}, said(version))
    ledger.close()
"""


def record(path: Path, *versions: int) -> None:
    ledger = open_store(path)
    for version in versions:
        ledger.append({"DHR7": version - 1}, lambda at, last, v=version: [Row(at, "DHR7", v, "Said.v1", b"{}")])
    ledger.close()


def test_processes_take_turns(tmp_path):
    """Processes that begin one ledger together, and write to it together, lose nothing and leave no gap."""
    path = tmp_path / "shared.ledger"
    processes = [write(path, f"DHR{number}", 40, IN_TURN) for number in range(5)]
    for process in processes:
        finish(process)
    ledger = open_store(path)
    assert [*range(1, 201)] == [row.position for row in ledger.read()]
    assert [40] * 5 == [ledger.version(f"DHR{number}") for number in range(5)]
    ledger.close()


def test_an_acknowledged_entry_outlives_its_process(tmp_path):
    """Whenever a process is killed, what it was told is recorded is there, and nothing is half there."""
    path = tmp_path / "killed.ledger"
    process = write(
        path,
        "DHR7",
        0,
        """
        for version in range(1, 100_000, 2):
            ledger.append({reference: version - 1}, lambda at, last: [
                Row(at, reference, version, "Said.v1", b"{}"), Row(at + 1, reference, version + 1, "Said.v1", b"{}")])
            print(version + 1, flush=True)
        """,
    )
    acknowledged = [process.stdout.readline() for _ in range(50)]
    process.send_signal(signal.SIGKILL)
    acknowledged += process.communicate()[0].splitlines()
    ledger = open_store(path)
    assert int(acknowledged[-1]) <= ledger.head() <= int(acknowledged[-1]) + 2
    assert 0 == ledger.head() % 2
    assert [*range(1, ledger.head() + 1)] == [row.version for row in ledger.read()]
    ledger.close()


def test_a_process_that_dies_before_the_commit_records_nothing(tmp_path):
    """The lock of a dead process is free, and what it was about to record is not there."""
    path = tmp_path / "died.ledger"
    record(path, 1)
    process = write(path, "DHR7", 0, "ledger.append({reference: 1}, lambda position, last: os._exit(7))")
    assert ("", "") == process.communicate(timeout=60)
    assert 7 == process.returncode
    record(path, 2)


def test_a_full_disk_records_nothing(tmp_path):
    """A disk that is full is an error in words; the entries before it stay, and there is more when there is room."""
    path = tmp_path / "full.ledger"
    out = finish(
        write(
            path,
            "DHR7",
            0,
            """
            from dhr_ledger.errors import StoreError
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            large = lambda version: lambda at, last: [Row(at, reference, version, "Said.v1", bytes(50_000))]
            ledger.append({reference: 0}, large(1))
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
            recorded = 1
            try:
                while True:
                    ledger.append({reference: recorded}, large(recorded + 1))
                    recorded += 1
            except StoreError as error:
                print(error)
            assert recorded == ledger.version(reference) == ledger.head(), (recorded, ledger.head())
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            ledger.append({reference: recorded}, large(recorded + 1))
            assert recorded + 1 == ledger.head()
            ledger.close()
            """,
        )
    )
    assert out.startswith(f"SQLite could not do it with the ledger in {str(path)!r}: ")


def test_a_commit_that_fails_records_nothing():
    """When the database refuses at the very end, nothing is recorded and the ledger can be written to again."""
    ledger = open_store(None)
    pool = ledger._recorder.datastore.pool
    connection = pool.get_connection()
    for statement in (
        "PRAGMA foreign_keys = ON",
        "CREATE TABLE debt (owed REFERENCES debt (owing) DEFERRABLE INITIALLY DEFERRED, owing PRIMARY KEY)",
        "CREATE TRIGGER owe AFTER INSERT ON stored_events BEGIN INSERT INTO debt VALUES (1, 2); END",
    ):
        connection.cursor().execute(statement)
    pool.put_connection(connection)
    with pytest.raises(StoreError, match="SQLite could not do it with the ledger in memory: FOREIGN KEY"):
        ledger.append({"DHR7": 0}, lambda at, last: [Row(at, "DHR7", 1, "Said.v1", b"{}")])
    assert 0 == ledger.head()
    ledger.append({"DHR7": 0}, lambda at, last: [])
    ledger.close()


def test_threads_that_open_a_new_file_together_begin_one_ledger(tmp_path):
    """A ledger is begun once, however many begin it; the others find it."""
    trouble: list[BaseException] = []

    def start(together: threading.Barrier, path: Path, number: int) -> None:
        together.wait()
        try:
            ledger = open_store(path)
            ledger.append({f"DHR{number}": 0}, lambda at, last: [Row(at, f"DHR{number}", 1, "Said.v1", b"{}")])
            ledger.close()
        except BaseException as error:
            trouble.append(error)

    for each in range(10):
        path, together = tmp_path / f"{each}.ledger", threading.Barrier(8)
        workers = [threading.Thread(target=start, args=(together, path, number)) for number in range(8)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert [] == trouble
        ledger = open_store(path)
        assert [*range(1, 9)] == [row.position for row in ledger.read()]
        ledger.close()


@pytest.mark.parametrize("kept", [True, False])
def test_a_ledger_closed_under_a_reader_lets_it_finish(tmp_path, kept):
    """Closing takes no connection from a thread that reads with it; what it asks next is refused in words, at once."""
    began = time.monotonic()
    for number in range(20):
        ledger = open_store(tmp_path / str(number) if kept else None)
        ledger.append({"DHR7": 0}, lambda at, last: [Row(at + n, "DHR7", n + 1, "Said.v1", b"{}") for n in range(200)])
        said: list[str] = []

        def read(ledger: Store = ledger, said: list[str] = said) -> None:
            try:
                while 200 == len(list(ledger.read())):
                    continue
                said.append("something else was read")
            except StoreError as error:
                said.append(str(error))

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        time.sleep(0.01)
        ledger.close()
        for reader in readers:
            reader.join()
        place = repr(str(tmp_path / str(number))) if kept else "memory"
        assert [f"The ledger in {place} is closed; open it again to use it."] * 3 == said
    assert time.monotonic() - began < store.PATIENCE


def test_another_process_that_keeps_the_lock_is_waited_for(tmp_path, monkeypatch):
    """A writer waits its turn, and then says who would not let go and that nothing was recorded."""
    monkeypatch.setattr(store, "PATIENCE", 0.2)
    path = tmp_path / "busy.ledger"
    record(path, 1)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy, match=r"for 0.2 seconds; nothing was recorded, try again when it has finished"):
        record(path, 2)
    holder.close()
    record(path, 2)


def test_every_connection_syncs_as_it_was_told(tmp_path):
    """`full` and `normal` are set on each connection, whatever SQLite's own default is."""
    for durability, synchronous in (("full", 2), ("normal", 1)):
        ledger = open_store(tmp_path / durability, durability)
        pool = ledger._recorder.datastore.pool
        connections = [pool.get_connection() for _ in range(3)]
        for connection in connections:
            ask = connection.cursor().sqlite_cursor.execute
            assert synchronous == ask("PRAGMA synchronous").fetchone()[0]
            assert 1 == ask("PRAGMA recursive_triggers").fetchone()[0]
            assert "wal" == ask("PRAGMA journal_mode").fetchone()[0]
            pool.put_connection(connection)
        ledger.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stored_events SET topic = 'Other.v1'",
        "DELETE FROM stored_events",
        "INSERT OR REPLACE INTO stored_events VALUES (1, 'DHR7', 1, 'Other.v1', x'00')",
        "INSERT OR REPLACE INTO stored_events VALUES (2, 'DHR7', 1, 'Other.v1', x'00')",
        "INSERT INTO stored_events VALUES (1, 'DHR7', 1, 'X.v1', x'00') ON CONFLICT DO UPDATE SET topic = 'X.v1'",
    ],
)
def test_an_entry_is_never_changed(tmp_path, statement):
    """The file itself refuses to change or delete an entry, by any statement."""
    record(tmp_path / "a.ledger", 1)
    ledger = open_store(tmp_path / "a.ledger")
    connection = ledger._recorder.datastore.pool.get_connection()
    with pytest.raises(sqlite3.IntegrityError, match=r"is never (changed|deleted): record another that corrects it"):
        connection.cursor().execute(statement)
    ledger.close()


@pytest.mark.parametrize(
    "name",
    ["a b", "50%", "what?", "n#1", "a&mode=memory", "file:x", "é\U0001f3e0", "%41", "':memory:'", "x?mode=ro", "a+b"],
)
def test_a_file_may_have_any_name(tmp_path, monkeypatch, name):
    """The ledger is in the file that was named, whatever an address makes of the characters in it."""
    folder = tmp_path / f"in {name}"
    folder.mkdir()
    record(folder / name, 1)
    assert [name] == os.listdir(folder)
    monkeypatch.chdir(folder)
    ledger = open_store(name)
    assert 1 == ledger.head()
    monkeypatch.chdir(tmp_path)
    ledger.append({"DHR7": 1}, lambda at, last: [Row(at, "DHR7", 2, "Said.v1", b"{}")])
    ledger.close()


def test_an_empty_file_becomes_a_ledger(tmp_path):
    """A file that was only just made, and holds nothing, is a place to begin."""
    path = tmp_path / "empty"
    path.touch()
    record(path, 1)


def test_what_is_not_a_ledger_is_left_alone(tmp_path):
    """A file of something else is refused with what it is, and not one byte of it is changed."""
    text = tmp_path / "plan.csv"
    text.write_bytes(b"Recommendation,Action\n" * 100)
    short = tmp_path / "short"
    short.write_bytes(b"x")
    database = tmp_path / "other.db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE people (name)")
    connection.close()
    claimed = tmp_path / "claimed.db"
    with sqlite3.connect(claimed) as connection:
        connection.execute("PRAGMA application_id = 7")
    connection.close()
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(claimed.read_bytes()[:16] + bytes(4_096))
    for path, words in (
        (text, "is not an SQLite file, it begins with b'Recommendation,A'; give another path"),
        (short, "is not an SQLite file, it begins with b'x'; give another path"),
        (damaged, "is not an SQLite file, or is damaged; restore it from a copy"),
        (database, r"is an SQLite database of something else \(application id 0, holding people\)"),
        (claimed, r"is an SQLite database of something else \(application id 7, holding nothing\)"),
        (tmp_path, "is a folder; give the path of a file in it"),
        (Path(os.devnull), "is a pipe or a device, which keeps nothing; give the path of a file"),
    ):
        before = path.read_bytes() if path.is_file() else None
        with pytest.raises(NotALedger, match=words) as refused:
            open_store(path)
        assert repr(str(path)) in str(refused.value)
        assert before == (path.read_bytes() if path.is_file() else None)
    assert {"plan.csv", "short", "other.db", "claimed.db", "damaged.db"} == set(os.listdir(tmp_path))


def test_a_folder_that_is_not_there_is_named(tmp_path):
    """A ledger is begun in a folder that exists; the folder is not made up."""
    with pytest.raises(StoreError, match=r"There is no folder '.*nowhere' to keep 'a.ledger' in; create it first"):
        open_store(tmp_path / "nowhere" / "a.ledger")


def test_a_ledger_of_a_newer_format_is_not_opened(tmp_path):
    """A format that this version does not know is left to one that does."""
    path = tmp_path / "newer.ledger"
    record(path, 1)
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {sqlite.FORMAT + 1}")
    connection.close()
    with pytest.raises(NotALedger, match=r"is of format 2, and this version of dhr-ledger reads format 1; upgrade"):
        open_store(path)


def test_a_file_says_that_it_is_a_ledger(tmp_path):
    """Anybody can tell a ledger by its header: SQLite's application id and user version."""
    record(tmp_path / "a.ledger", 1)
    header = (tmp_path / "a.ledger").read_bytes()[:100]
    assert (b"\x00\x00\x00\x01", b"DHRL") == (header[60:64], header[68:72])


def test_nothing_is_read_past_or_sorted_for_a_batch():
    """Every question that is asked of the file is answered by an index, none by a scan or a sort of the ledger."""
    connection = sqlite3.connect(":memory:")
    for statement in sqlite._BEGIN_LEDGER:
        connection.execute(statement)
    questions = {name: value for name, value in vars(sqlite).items() if isinstance(value, str) and "SELECT" in value}
    plans = {
        name: " / ".join(
            row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {question}", ["[]"] * question.count("?"))
        )
        for name, question in questions.items()
        if name != "_ROWS"
    }
    assert 8 <= len(plans)
    assert {} == {name: plan for name, plan in plans.items() if "TEMP B-TREE" in plan}
    # A scan from the end that stops at the first row: the last entry, alone or beside the version of a stream.
    scans = {name for name, plan in plans.items() if "SCAN stored_events" in plan}
    assert {"_LAST", "_STANDING"} == scans
    assert all(questions[name].endswith("ORDER BY position DESC LIMIT 1") for name in scans)
    assert "SEARCH stored_events USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" == plans["_WINDOW_BELOW"]
    assert 2 == plans["_POSITIONS_BELOW"].count("USING COVERING INDEX")


def test_no_variable_of_the_environment_changes_a_ledger(tmp_path):
    """The variables that the engine would read elsewhere turn nothing on here: no cipher, no other file."""
    path = tmp_path / "plain.ledger"
    engines = {
        "PERSISTENCE_MODULE": "eventsourcing.popo",
        "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher",
        "CIPHER_KEY": "c2l4dGVlbiBieXRlcyBvaw==",
        "COMPRESSOR_TOPIC": "zlib",
        "SQLITE_DBNAME": str(tmp_path / "elsewhere"),
        "SQLITE_LOCK_TIMEOUT": "nonsense",
        "CREATE_TABLE": "no",
        "ORIGINATOR_ID_TYPE": "uuid",
        "APPLICATION_RECORDER_TOPIC": "nowhere:Nothing",
    }
    finish(write(path, "DHR7", 1, IN_TURN, **engines))
    ledger = open_store(path)
    assert [Row(1, "DHR7", 1, "Said.v1", b"{}")] == list(ledger.read())
    ledger.close()
    assert ["plain.ledger"] == os.listdir(tmp_path)


def test_an_entry_that_was_renumbered_far_away_ends_the_reading(tmp_path):
    """A reading goes from entry to entry: it comes to an end, and the check says what was moved."""
    with Ledger(tmp_path / "plan.ledger") as ledger:
        ledger.record(OpenReview(review="DHR7", title="Review 7"), by="Board")
        ledger.record(AddSection(section="DHR7:WMP", heading="Police"), by="Board")
        database = sqlite3.connect(tmp_path / "plan.ledger")
        database.execute("drop trigger no_entry_is_changed")
        database.execute("update stored_events set position = 9000000000000000000 where position = 2")
        database.commit()
        database.close()
        assert ["Entry 9000000000000000000 stands where entry 2 should: entries are missing or were moved."] == [
            fault for fault in ledger.verify().faults if "stands where" in fault
        ]


def test_no_entry_is_filed_before_the_first(tmp_path):
    """Where no reading would come by it."""
    with Ledger(tmp_path / "plan.ledger"):
        database = sqlite3.connect(tmp_path / "plan.ledger")
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            database.execute("insert into stored_events values (0, 'DHR7', 1, 'ReviewOpened.v1', x'7b7d')")
        database.close()
