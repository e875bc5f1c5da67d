"""What was acknowledged is there, and nothing is half there, whenever the writer dies.

The writer is killed without warning.  A power cut would also take what only the operating system knew; that cannot be
had in a test, and so the settings that guard against it are tested instead, in `test_ledger.py`.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from itertools import groupby
from pathlib import Path

import pytest

from dhr_ledger import Ledger
from dhr_ledger.action import CreateAction
from dhr_ledger.review import AddSection, OpenReview

WRITER = Path(__file__).with_name("crash_writer.py")
DEATHS = 50


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_writer_may_be_killed_at_any_moment(tmp_path):
    """Fifty times: all that it said it had recorded is there, each batch whole, and the next one writes on."""
    place, chance = tmp_path / "plan.ledger", random.Random(7)
    with Ledger(place) as ledger:
        actions = [CreateAction(action=f"DHR7:WMP:{number}", text="Train") for number in (1, 2, 3)]
        section = AddSection(section="DHR7:WMP", heading="Police")
        read = ledger.record(OpenReview(review="DHR7", title="Review"), section, *actions, by="Board")[-1].position
    acknowledged = unsaid = 0
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [sys.executable, str(WRITER), str(place)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writers:
        for death in range(DEATHS):
            told = kill_one(writers, death, chance.uniform(0, 0.15))
            with Ledger(place) as ledger:
                entries = list(ledger.entries(after=read))
            assert list(range(read + 1, read + 1 + len(entries))) == [entry.position for entry in entries]
            for batch, recorded in groupby(entries, key=lambda entry: entry.batch):
                recorded = list(recorded)
                assert batch == recorded[0].position
                assert [len(recorded)] * len(recorded) == [int(entry.event.note.split()[0]) for entry in recorded]
            batches = {entry.batch: 0 for entry in entries}
            for first, last in told:
                assert first in batches
                assert last <= entries[-1].position
            assert len(batches) - len(told) in (0, 1)
            acknowledged += len(told)
            unsaid += len(batches) - len(told)
            read += len(entries)
    with Ledger(place) as ledger:
        verified = ledger.verify()
        assert (read, ()) == (verified.entries, verified.faults)
    with sqlite3.connect(place) as database:
        assert [("ok",)] == database.execute("PRAGMA integrity_check").fetchall()
    database.close()
    assert acknowledged > DEATHS, "the writers died before they had written; give them longer"


def kill_one(writers: subprocess.Popen[str], number: int, after: float) -> list[tuple[int, int]]:
    """Have one writer made, kill it *after* so many seconds, and give the batches that it acknowledged."""
    writers.stdin.write(f"{number}\n")
    writers.stdin.flush()
    told = []
    while True:
        word, *numbers = writers.stdout.readline().split()
        if word == "begun":
            time.sleep(after)
            os.kill(int(numbers[0]), signal.SIGKILL)
        elif word == "recorded":
            told.append((int(numbers[0]), int(numbers[1])))
        else:
            assert "ended" == word
            return told
