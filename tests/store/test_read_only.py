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
from dhr_ledger._store import open_store
from dhr_ledger.action import CreateAction, RecordProgress
from dhr_ledger.entry import Row
from dhr_ledger.review import AddSection, OpenReview

NOBODY = 65534
A1 = "DHR7:WMP:1"

# All that is needed is imported before, since nobody may look into the folder of somebody's virtual environment.
AUDITOR = textwrap.dedent("""
    import os, shutil, sqlite3, sys, threading
    from dhr_ledger import Ledger, verify
    from dhr_ledger._store import open_store
    from dhr_ledger.action import RecordProgress
    from dhr_ledger.entry import Row
    from dhr_ledger.errors import LedgerError, NotALedger, StoreError

    place = sys.argv[1]
    os.chdir("/")
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)

    def refusal(what, *arguments):
        try:
            what(*arguments)
        except LedgerError as error:
            return f"{type(error).__name__}: {error}"

    def said(position, last):
        return [Row(position, "DHR8", 1, "Said.v1", b"{}")]
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
    print(refusal(Ledger(place).record, RecordProgress(action="DHR7:WMP:1", note="Pilot begun")))
    print(store.head())
"""


def audit(code: str, *arguments: object) -> subprocess.Popen[str]:
    """The auditor, on their way to run `code` with `place`, the first of *arguments*."""
    return subprocess.Popen(
        [sys.executable, "-c", AUDITOR + textwrap.dedent(code), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


def told(code: str, *arguments: object) -> str:
    """What the auditor printed, when they have ended well."""
    process = audit(code, *arguments)
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
        tried = audit("print(os.access(os.path.dirname(place), os.R_OK), os.access(place, os.R_OK))", share / "secret")
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
    append, fill, entry, head = told(WRITE.replace("note=", "by='Auditor', note="), place).splitlines() if False else (
        told(WRITE.replace('"Pilot begun")', '"Pilot begun"), **{}').replace("Ledger(place).record, ", "by_me, "), place)
        .splitlines()
    )
    assert "4" == head
