"""What an auditor may do with a ledger in an SQLite file that they may not write to.

Root may write to anything, so the auditor is another process, which has put away its privileges first.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from dhr_ledger import Ledger
from dhr_ledger.action import CreateAction, RecordProgress
from dhr_ledger.review import AddSection, OpenReview

NOBODY = 65534
A1 = "DHR7:WMP:1"

READER = textwrap.dedent("""
    import os, shutil, sqlite3, sys, threading
    from dhr_ledger import Ledger, acting, verify
    from dhr_ledger._store import open_store
    from dhr_ledger.action import RecordProgress
    from dhr_ledger.entry import Row
    from dhr_ledger.errors import LedgerError, NotALedger, StoreError

    place = sys.argv[1]

    def refusal(what, *arguments):
        try:
            what(*arguments)
        except LedgerError as error:
            return f"{type(error).__name__}: {error}"

    def said(position, last):
        return [Row(position, "DHR8", 1, "Said.v1", b"{}")]
""")
# Put away once all is imported, since nobody may look into the folder of somebody's virtual environment.
AUDITOR = READER + textwrap.dedent(f"""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid({NOBODY})
        os.setuid({NOBODY})
""")

READ = """
    store = open_store(place)
    print(store.head(), store.version("DHR7"), store.version("DHR7:WMP:1"), len(store.stream("DHR7:WMP:1")))
    print([entry.position for entry in store.read()], [entry.position for entry in store.read(below="DHR7:WMP")])
    store.close()
    with Ledger(place) as ledger:
        found = ledger.verify()
        print(found.entries, found.faults, ledger.action("DHR7:WMP:1").text)
"""
ALL_READ = "4 2 2 2\n[1, 2, 3, 4] [3, 4]\n4 () Train\n"

WRITE = """
    store = open_store(place)
    print(refusal(store.append, {"DHR8": 0}, said))
    print(refusal(store.fill, iter([Row(1, "DHR8", 1, "Said.v1", b"{}")])))
    with acting("Auditor"):
        print(refusal(Ledger(place).record, RecordProgress(action="DHR7:WMP:1", note="Pilot begun")))
    print(store.head())
"""


def run(code: str, place: Path, *before: object, who: str = AUDITOR) -> subprocess.Popen[str]:
    """The auditor, or *who* else, on their way to run *code* with `place`; *before* is the command that runs them."""
    return subprocess.Popen(
        [*before, sys.executable, "-c", who + textwrap.dedent(code), place],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


def told(code: str, place: Path, *before: object, who: str = AUDITOR) -> str:
    """What they printed, when they have ended well."""
    process = run(code, place, *before, who=who)
    out, err = process.communicate(timeout=60)
    assert (0, "") == (process.returncode, err)
    return out


@pytest.fixture
def share() -> Iterator[Path]:
    """A folder that others can find their way to, which those that pytest makes for root are not."""
    if not hasattr(os, "setuid"):
        pytest.skip("no privileges to put away here")
    with tempfile.TemporaryDirectory() as folder:
        share = Path(folder) / "share"
        share.mkdir()
        share.parent.chmod(0o755)
        (share / "secret").touch(0o000)
        tried = run("print(os.access(os.path.dirname(place), os.R_OK), os.access(place, os.R_OK))", share / "secret")
        out, err = tried.communicate(timeout=60)
        if out != "True False\n":
            pytest.skip(f"this process cannot put away its privileges: {err or out}")
        (share / "secret").unlink()
        yield share
        share.chmod(0o755)


@pytest.fixture
def place(share: Path) -> Path:
    """A ledger of four entries on the share, which everybody may still write to."""
    place = share / "plan.ledger"
    record(place)
    permit(place, file=True, folder=True)
    return place


def record(place: Path) -> None:
    with Ledger(place) as ledger:
        commands = AddSection(section="DHR7:WMP", heading="Police"), CreateAction(action=A1, text="Train")
        ledger.record(OpenReview(review="DHR7", title="Review"), *commands, by="Board")
        ledger.record(RecordProgress(action=A1, note="Pilot planned"), by="Board")


def permit(place: Path, *, file: bool, folder: bool) -> None:
    """Say whether the files at *place*, and their folder, may be written to."""
    for each in place.parent.glob(f"{place.name}*"):
        each.chmod(0o666 if file else 0o444)
    place.parent.chmod(0o777 if folder else 0o555)


def add(ledger: Ledger, note: str = "Pilot begun") -> int:
    return ledger.record(RecordProgress(action=A1, note=note), by="Board")[-1].position


@pytest.mark.parametrize(("file", "folder"), [(False, False), (False, True), (True, False)])
def test_a_ledger_that_may_not_be_written_to_is_read_and_verified(place, file, folder):
    """Every question is answered, the ledger is verified, and there is no other file and not one other byte."""
    permit(place, file=file, folder=folder)
    before = place.read_bytes(), place.stat().st_mtime_ns
    assert ALL_READ == told(READ, place)
    assert ["plan.ledger"] == os.listdir(place.parent)
    assert before == (place.read_bytes(), place.stat().st_mtime_ns)


@pytest.mark.parametrize(
    ("file", "folder", "why"),
    [
        (False, True, "the file may not be written to"),
        (False, False, "the file may not be written to"),
        (True, False, "its folder '{share}' may not be written to"),
    ],
)
def test_nothing_is_recorded_where_the_ledger_can_only_be_read(place, file, folder, why):
    """Whoever would record there is told which ledger it is, what stands in the way, and what helps."""
    permit(place, file=file, folder=folder)
    before = place.read_bytes()
    *refused, head = told(WRITE, place).splitlines()
    sentence = (
        f"StoreError: The ledger in {str(place)!r} can only be read here: {why.format(share=place.parent)}; "
        "nothing was recorded, record where the file and its folder may be written to."
    )
    assert ([sentence] * 3, "4") == (refused, head)
    assert (["plan.ledger"], before) == (os.listdir(place.parent), place.read_bytes())


def test_a_ledger_on_a_file_system_that_is_read_only_is_read(place):
    """A share that was mounted for reading only keeps even root from writing, and nobody from reading."""
    mounted = ["unshare", "-m", "sh", "-c", 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"']
    if not shutil.which("unshare") or subprocess.run([*mounted, place.parent, "true"], capture_output=True).returncode:
        pytest.skip("this process may not mount anything")
    out = told(READ + WRITE, place, *mounted, place.parent, who=READER)
    assert out.startswith(f"{ALL_READ}StoreError: The ledger in {str(place)!r} can only be read here: the file may not")


def test_what_others_record_is_seen(place):
    """One who only reads sees what was recorded since, by a writer who still has the ledger open or has closed it."""
    permit(place, file=False, folder=False)
    reader = run("store = open_store(place)\nfor line in sys.stdin: print(store.head(), flush=True)", place)

    def seen() -> int:
        reader.stdin.write("?\n")
        reader.stdin.flush()
        return int(reader.stdout.readline())

    assert 4 == seen()
    permit(place, file=True, folder=True)
    with Ledger(place) as ledger:
        permit(place, file=False, folder=False)
        assert 4 == seen()
        assert add(ledger) == seen()
        assert add(ledger) == seen()
        assert ALL_READ != told(READ, place)
        assert {"plan.ledger", "plan.ledger-wal", "plan.ledger-shm"} == set(os.listdir(place.parent))
        permit(place, file=True, folder=True)
    permit(place, file=False, folder=False)
    assert ["plan.ledger"] == os.listdir(place.parent)
    assert 6 == seen()
    assert ("", "") == reader.communicate(timeout=60)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root is somebody else than nobody")
def test_no_answer_is_half_old_and_half_new(place):
    """A ledger that is written to, and folded into one file again and again, is never misread meanwhile."""
    place.chmod(0o644)
    reader = run(
        """
        store = open_store(place)
        done = threading.Event()
        print("begun", flush=True)
        threading.Thread(target=lambda: (sys.stdin.read(), done.set())).start()
        while not done.is_set():
            entries = list(store.read())
            assert [*range(1, len(entries) + 1)] == [entry.position for entry in entries]
            assert verify.verify(entries)
        print(len(entries) <= store.head())
        """,
        place,
    )
    assert "begun\n" == reader.stdout.readline()
    for _ in range(60):
        with Ledger(place) as ledger:
            for _ in range(5):
                add(ledger, "word " * 2_000)
    assert ("True\n", "") == reader.communicate(timeout=60)


def test_what_was_changed_while_it_was_read_is_read_again(place):
    """A question is asked anew when somebody has changed the file before it was answered."""
    permit(place, file=False, folder=False)
    reader = run(
        """
        connect, steps = sqlite3.connect, []

        def connect_to_be_held_up(*about, **how):
            connection = connect(*about, **how)
            connection.set_trace_callback(lambda said: steps.append(0) if "originator_version >" in said else None)
            connection.set_progress_handler(hold_up, 1)
            return connection

        def hold_up():
            if steps:
                steps.append(len(steps))
            if len(steps) == 30:  # the pages have been read, and not all of what stands on them
                print("reading", flush=True)
                sys.stdin.readline()

        store = open_store(place)
        sqlite3.connect = connect_to_be_held_up
        print([entry.version for entry in store.stream("DHR7:WMP:1")])
        """,
        place,
    )
    assert "reading\n" == reader.stdout.readline()
    permit(place, file=True, folder=True)
    with Ledger(place) as ledger:
        add(ledger)
    assert ("[1, 2, 3]\n", "") == reader.communicate("go on\n", timeout=60)


@pytest.mark.parametrize("folder", [True, False])
def test_a_log_that_cannot_be_read_is_said_and_not_left_out(place, folder):
    """A ledger that was copied or restored with its `-wal` alone is not read as if those entries did not exist."""
    copy = place.with_name("copy.ledger")
    with Ledger(place) as ledger:
        last = add(ledger)
        shutil.copy(place, copy)
        shutil.copy(f"{place}-wal", f"{copy}-wal")
    permit(copy, file=False, folder=folder)
    names = sorted(os.listdir(place.parent))
    why = "the file may not be written to"
    sentence = (
        f"StoreError: The last entries of the ledger in {str(copy)!r} stand in '{copy}-wal' and cannot be read here: "
        f"{why}; copy both files to a folder that may be written to, or open and close the ledger where it may be "
        "written to.\n"
    )
    assert sentence == told("print(refusal(Ledger, place))", copy)
    assert names == sorted(os.listdir(place.parent))

    # Both cures help.
    copied = """
        import tempfile
        with tempfile.TemporaryDirectory() as folder:
            for end in ("", "-wal"):
                shutil.copyfile(place + end, os.path.join(folder, "own" + end))
            with Ledger(os.path.join(folder, "own")) as ledger:
                print(ledger.head)
    """
    assert f"{last}\n" == told(copied, copy)
    permit(copy, file=True, folder=True)
    Ledger(copy).close()
    permit(copy, file=False, folder=folder)
    assert f"{last}\n" == told("print(Ledger(place).head)", copy)


def test_a_log_that_a_dead_writer_left_is_read(place):
    """What a process recorded before it was killed is read from its log, and both are left as they were."""
    # The log of a ledger that is open, copied with its index, is what a writer leaves when it dies.
    copy = place.with_name("copy.ledger")
    with Ledger(place) as ledger:
        last = add(ledger)
        for end in ("", "-wal", "-shm"):
            shutil.copy(f"{place}{end}", f"{copy}{end}")
    permit(copy, file=False, folder=False)
    before = {path.name: path.read_bytes() for path in place.parent.iterdir()}
    assert f"{last}\n" == told("print(Ledger(place).head)", copy)
    assert before == {path.name: path.read_bytes() for path in place.parent.iterdir()}


@pytest.mark.parametrize("end", ["-wal", "-shm"])
def test_a_log_that_may_not_be_looked_into_is_said(place, end):
    """Whoever may read the file, and not what a writer keeps beside it, is not given half of the ledger."""
    with Ledger(place) as ledger:
        add(ledger)
        permit(place, file=False, folder=False)
        Path(f"{place}{end}").chmod(0)
        assert told("print(refusal(Ledger, place))", place).startswith(
            f"StoreError: The last entries of the ledger in {str(place)!r} stand in '{place}-wal' and cannot be read "
        )
        permit(place, file=True, folder=True)


def test_an_empty_log_hides_nothing(place):
    """A `-wal` with nothing in it is no reason not to read."""
    Path(f"{place}-wal").touch()
    permit(place, file=False, folder=False)
    assert ALL_READ == told(READ, place)
    assert {"plan.ledger", "plan.ledger-wal"} == set(os.listdir(place.parent))


def test_a_link_to_a_share_is_as_the_share_is(place):
    """A link in a folder that may be written to does not make its ledger one that may be."""
    link = place.parent.parent / "link.ledger"
    link.symlink_to(place)
    link.parent.chmod(0o777)
    permit(place, file=True, folder=False)
    assert ALL_READ == told(READ, link)
    assert f"its folder '{place.parent}' may not be written to" in told(WRITE, link)
    assert (["plan.ledger"], {"share", "link.ledger"}) == (os.listdir(place.parent), set(os.listdir(link.parent)))


@pytest.mark.parametrize("empty", [True, False])
def test_no_ledger_is_begun_where_nothing_may_be_written(share, empty):
    """Beginning one is refused in words, with the folder or the file that stands in the way."""
    place = share / "new.ledger"
    if empty:
        place.touch()
    permit(place, file=False, folder=False)
    why = "the file may not be written to" if empty else f"its folder '{share}' may not be written to"
    sentence = f"StoreError: No ledger can be begun in {str(place)!r}: {why}; give a path where files may be written.\n"
    assert sentence == told("print(refusal(Ledger, place))", place)
    assert empty == place.exists()


def test_a_ledger_that_may_not_be_read_is_refused_in_words(place):
    """A file or a folder that this account may not look into is named, and what helps."""
    place.chmod(0)
    opened = "print(refusal(Ledger, place))"
    sentence = (
        f"StoreError: The ledger in {str(place)!r} cannot be opened; see that it is there, and that this account may "
        "read it and what lies beside it.\n"
    )
    for folder in (0o777, 0o555):
        place.parent.chmod(folder)
        assert sentence == told(opened, place)
    place.parent.chmod(0)
    assert (
        f"StoreError: {str(place)!r} cannot be opened: Permission denied; give another path, or ask for the right to "
        "read it.\n"
    ) == told(opened, place)


def test_what_is_not_a_ledger_is_not_read_as_one(share):
    """A file of something else is refused where it can only be read, as it is elsewhere."""
    for name, content in (("plan.csv", b"Recommendation,Action\n" * 100), ("short.csv", b"Action\n")):
        (share / name).write_bytes(content)
    with sqlite3.connect(share / "other.db") as connection:
        connection.execute("CREATE TABLE people (name)")
    connection.close()
    for name, words in (
        ("plan.csv", "is not an SQLite file, it begins with b'Recommendation,A'; give another path"),
        ("short.csv", r"is not an SQLite file, it begins with b'Action\n'; give another path"),
        ("other.db", "is an SQLite database of something else (application id 0, holding people)"),
    ):
        permit(share / name, file=False, folder=False)
        assert f"NotALedger: {str(share / name)!r} {words}" in told("print(refusal(open_store, place))", share / name)


PROMISED = "os.access = lambda *about, **how: True\n"
"""The answer of a share whose server refuses what its permissions promise."""


def test_a_share_that_refuses_what_it_promised_is_read(place):
    """Where it only turns out when SQLite tries that nothing may be written, the ledger is read all the same."""
    permit(place, file=False, folder=False)
    assert ALL_READ == told(PROMISED + textwrap.dedent(READ), place)
    sentence = (
        f"StoreError: The ledger in {str(place)!r} can only be read here: SQLite says 'attempt to write a readonly "
        "database'; nothing was recorded, record where the file and its folder may be written to."
    )
    assert [sentence] * 3 + ["4"] == told(PROMISED + textwrap.dedent(WRITE), place).splitlines()
    assert ["plan.ledger"] == os.listdir(place.parent)
    new = place.with_name("new.ledger")
    assert told(PROMISED + "print(refusal(Ledger, place))", new).startswith(
        f"StoreError: No ledger can be begun in {str(new)!r}: SQLite says 'unable to open database file'; give a path "
    )


def test_a_share_that_refuses_at_the_last_moment_records_nothing(place):
    """While a writer has the ledger open, SQLite finds out only as it writes; that is said in the same words."""
    with Ledger(place):
        permit(place, file=False, folder=False)
        code = 'store = open_store(place)\nprint(refusal(store.append, {"DHR8": 0}, said))\nprint(store.head())'
        sentence = f"StoreError: The ledger in {str(place)!r} can only be read here: SQLite says 'attempt to write a "
        out = told(PROMISED + code, place)
        assert (sentence, "4") == (out[: len(sentence)], out.splitlines()[-1])
        permit(place, file=True, folder=True)


def test_opening_a_ledger_twice_leaves_its_log_in_place(tmp_path):
    """To look whether a file is a ledger frees no lock on it, so no other process takes away what is in its log."""
    place = tmp_path / "plan.ledger"
    record(place)
    with Ledger(place) as ledger, Ledger(place) as again:
        for expected in (5, 6):
            assert expected == add(ledger)
            assert f"{expected}\n" == told("with Ledger(place) as ledger: print(ledger.head)", place, who=READER)
            assert {"plan.ledger", "plan.ledger-wal", "plan.ledger-shm"} == set(os.listdir(tmp_path))
        assert 6 == again.head
