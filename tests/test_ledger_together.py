"""A ledger and others that write to it at the same time: threads, processes, another ledger on the same file."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dhr_ledger import Actor, Ledger, action_plan
from dhr_ledger.action import (
    ChangeStatus,
    CreateAction,
    ReassignLead,
    RecordProgress,
    ReviseTargetDate,
    SupersedeAction,
    UpdateAction,
    WithdrawAction,
)
from dhr_ledger.command import Change
from dhr_ledger.errors import BadInput, Conflict, Refused, StoreError
from dhr_ledger.provenance import Source
from dhr_ledger.review import AddSection, OpenReview, ReachStage, ReviseLegend

A1, A2 = "DHR7:WMP:1", "DHR7:WMP:2"
THE_PLAN = (
    OpenReview(review="DHR7", title="Review 7"),
    AddSection(section="DHR7:WMP", heading="Police"),
    CreateAction(action=A1, text="Train all officers", target_date="Mar-14"),
    CreateAction(action=A2, text="Write a policy", target_date="Jun-14"),
)


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = datetime(2014, 2, 28, 16, 20, 5, 123456, UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger(clock):
    with Ledger(clock=clock) as ledger:
        ledger.record(*THE_PLAN, by="DHR coordinator")
        yield ledger


def test_what_was_recorded_since_somebody_looked_is_a_conflict(place):
    with Ledger(place) as ledger:
        ledger.record(*THE_PLAN, by="Board")
        seen = ledger.head
        ledger.record(RecordProgress(action=A1, note="Pilot begun"), by="Somebody Else")
        with pytest.raises(Conflict) as told:
            ledger.record(UpdateAction(action=A1, text="Train everybody"), by="Board", seen=seen)
        assert f"{A1} was changed by somebody else first: " in str(told.value)
        assert "Somebody Else reported progress: “Pilot begun”. Look at it again, then repeat." in str(told.value)
        assert 5 == ledger.head
        ledger.record(UpdateAction(action=A2, text="Write two policies"), by="Board", seen=seen)
        ledger.record(UpdateAction(action=A1, text="Train everybody"), by="Board", seen=ledger.head)


def test_whatever_a_call_is_about_must_have_been_seen(ledger):
    """Also what another command of the call has looked at already."""
    seen = ledger.head
    ledger.record(RecordProgress(action=A2, note="Begun"), ReachStage(review="DHR7", stage="published"), by="Else")
    superseded = SupersedeAction(action=A1, by=A2)
    with pytest.raises(Conflict, match=f"^{A2} was changed"):
        ledger.record(superseded, RecordProgress(action=A2, note="Begun"), by="Board", seen=seen)
    with pytest.raises(Conflict, match=r"^DHR7 was changed by somebody else first: .* is published"):
        ledger.record(superseded, ReachStage(review="DHR7", stage="concluded"), by="Board", seen=seen)
    ledger.record(superseded, by="Board", seen=seen)


def test_two_ledgers_that_change_one_action_at_once_conflict(kept_place, monkeypatch):
    """The second has decided on what is no longer so; it is told by whom and what."""
    with Ledger(kept_place) as one, Ledger(kept_place) as other:
        other.record(*THE_PLAN, by="Board")
        append = one._store.append

        def append_too_late(expected, rows):
            other.record(RecordProgress(action=A1, note="Pilot begun"), by="Somebody Else")
            append(expected, rows)

        with monkeypatch.context() as slow:
            slow.setattr(one._store, "append", append_too_late)
            with pytest.raises(Conflict, match=f"{A1} was changed .* Somebody Else reported progress: “Pilot begun”"):
                one.record(WithdrawAction(action=A1, reason="The law changed"), by="Board")
            assert 5 == one.head
            # Another action is nobody else's business.
            one.record(WithdrawAction(action=A2, reason="The law changed"), by="Board")
        one.record(WithdrawAction(action=A1, reason="The law changed"), by="Board")
        assert [1, 2, 3, 4, 5, 6, 7, 8] == [entry.position for entry in one.entries()]
        assert other.verify()


@pytest.fixture
def ours_and_theirs(kept_place):
    """Two ledgers on one plan.  The first recorded twice in a row, so it supposes that nobody else records."""
    with Ledger(kept_place) as ours, Ledger(kept_place) as theirs:
        ours.record(*THE_PLAN, by="Board")
        ours.record(RecordProgress(action=A1, note="Begun"), by="Board")
        yield ours, theirs


def test_what_would_have_been_refused_before_somebody_else_recorded_stands(ours_and_theirs):
    ours, theirs = ours_and_theirs
    theirs.record(AddSection(section="DHR7:HLTH", heading="Health"), by="Somebody Else")
    [entry] = ours.record(CreateAction(action="DHR7:HLTH:1", text="Train nurses"), by="Board")
    assert (7, 1) == (entry.position, entry.version)


def test_what_would_have_stood_before_somebody_else_recorded_is_refused(ours_and_theirs):
    ours, theirs = ours_and_theirs
    theirs.record(WithdrawAction(action=A2, reason="The law changed"), by="Somebody Else")
    with pytest.raises(Refused, match=f"{A2} is withdrawn"):
        ours.record(ReassignLead(action=A2, to="Health"), by="Board")
    assert 6 == ours.head


def test_what_would_have_changed_nothing_before_somebody_else_recorded_is_a_change(ours_and_theirs):
    ours, theirs = ours_and_theirs
    assert [] == ours.record(UpdateAction(action=A1, text="Train all officers"), by="Board")
    theirs.record(UpdateAction(action=A1, text="Train everybody"), by="Somebody Else")
    [entry] = ours.record(UpdateAction(action=A1, text="Train all officers"), by="Board")
    assert {"text": Change(was="Train everybody", to="Train all officers")} == entry.event.changes


def test_a_word_means_what_somebody_else_has_just_made_it_mean(ours_and_theirs):
    """Although nothing was recorded about the action itself, so that no version of it has moved."""
    ours, theirs = ours_and_theirs
    theirs.record(ReviseLegend(review="DHR7", legend={"Ongoing": "paused"}), by="Somebody Else")
    [entry] = ours.record(ChangeStatus(action=A1, to="Ongoing"), by="Board")
    assert "paused" == entry.event.to.progress


def test_a_change_of_what_somebody_else_has_just_changed_follows_theirs(ours_and_theirs):
    """Nobody said what they had seen, so nobody is troubled with it."""
    ours, theirs = ours_and_theirs
    theirs.record(RecordProgress(action=A1, note="Half done"), by="Somebody Else")
    [entry] = ours.record(RecordProgress(action=A1, note="Nearly done"), by="Board")
    assert (7, 4) == (entry.position, entry.version)
    assert ["Begun", "Half done", "Nearly done"] == [report.note for report in ours.action(A1).progress]


def test_who_said_what_they_had_seen_is_told_what_somebody_else_has_just_recorded(ours_and_theirs):
    ours, theirs = ours_and_theirs
    seen = ours.head
    theirs.record(RecordProgress(action=A1, note="Pilot begun"), by="Somebody Else")
    with pytest.raises(Conflict, match="Somebody Else reported progress: “Pilot begun”"):
        ours.record(UpdateAction(action=A1, text="Train nobody"), by="Board", seen=seen)
    assert seen + 1 == ours.head


def test_one_ledger_serves_many_threads(place):
    """Each has actions of its own, and everything it was told was recorded is there, in its order."""

    def work(worker: int) -> list[int]:
        action = f"DHR7:WMP:{worker + 10}"
        recorded = ledger.record(CreateAction(action=action, text="Work"), by=f"Worker {worker}")
        for nth in range(15):
            recorded += ledger.record(RecordProgress(action=action, note=str(nth)), by=f"Worker {worker}")
        assert [str(nth) for nth in range(15)] == [report.note for report in ledger.action(action).progress]
        return [entry.position for entry in recorded]

    with Ledger(place) as ledger, ThreadPoolExecutor(6) as pool:
        ledger.record(*THE_PLAN, by="Board")
        positions = list(pool.map(work, range(6)))
        assert list(range(5, 5 + 6 * 16)) == sorted(position for told in positions for position in told)
        assert all(told == sorted(told) for told in positions)
        assert ledger.verify()


def test_threads_that_change_one_action_lose_nothing_and_are_not_locked_out(place):
    """Each tries again after a conflict until it is through; none is refused for ever."""
    begun = Barrier(4)

    def work(worker: int) -> int:
        begun.wait()
        conflicts = 0
        for nth in range(10):
            while True:
                try:
                    ledger.record(RecordProgress(action=A1, note=f"{worker}/{nth}"), by="Board")
                    break
                except Conflict:
                    conflicts += 1
                    assert conflicts < 2_000
        return conflicts

    with Ledger(place) as ledger, ThreadPoolExecutor(4) as pool:
        ledger.record(*THE_PLAN, by="Board")
        list(pool.map(work, range(4)))
        notes = [report.note for report in ledger.action(A1).progress]
        assert sorted(f"{worker}/{nth}" for worker in range(4) for nth in range(10)) == sorted(notes)
        assert notes == [entry.event.note for entry in ledger.entries(A1, after=4)]
        assert ledger.verify()


def test_a_thread_that_reads_slowly_makes_nobody_forget_what_was_recorded_meanwhile(kept_place, monkeypatch):
    """What it has read is old by the time it has it, and must not take the place of what is newer."""
    with Ledger(kept_place) as ledger:
        ledger.record(*THE_PLAN, by="Board")
    with Ledger(kept_place) as ledger:
        stream = ledger._store.stream

        def read_slowly(reference, after=0):
            rows = stream(reference, after)
            monkeypatch.undo()
            ledger.record(RecordProgress(action=A1, note="Meanwhile"), by="Somebody Else")
            return rows

        monkeypatch.setattr(ledger._store, "stream", read_slowly)
        assert () == ledger.action(A1).progress
        assert ["Meanwhile"] == [report.note for report in ledger.action(A1).progress]
        ledger.record(RecordProgress(action=A1, note="Afterwards"), by="Board")


def test_another_process_may_write_in_between(tmp_path):
    with Ledger(tmp_path / "a.ledger") as ledger:
        ledger.record(*THE_PLAN, by="Board")
        program = (
            "from dhr_ledger import Ledger\nfrom dhr_ledger.action import RecordProgress\n"
            "with Ledger('a.ledger') as ledger:\n"
            f"    ledger.record(RecordProgress(action={A1!r}, note='Elsewhere'), by='Else')"
        )
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True)
        assert ["Elsewhere"] == [report.note for report in ledger.action(A1).progress]
        [entry] = ledger.record(RecordProgress(action=A1, note="Here"), by="Board")
        assert (6, 3) == (entry.position, entry.version)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1),
            st.sampled_from([A1, A2]),
            st.sampled_from(["progress", "look", "both", "revise", "clock"]),
        ),
        max_size=25,
    )
)
def test_what_a_ledger_remembers_is_what_is_stored(steps):
    """Two ledgers on one file, each with what it remembers, are asked in turn; a fresh one always agrees."""
    clocks = Clock(), Clock()
    clocks[1].now -= timedelta(days=1)
    with ExitStack() as until_the_end:
        place = Path(until_the_end.enter_context(TemporaryDirectory())) / "a.ledger"
        ledgers = [until_the_end.enter_context(Ledger(place, durability="normal", clock=clock)) for clock in clocks]
        ledgers[0].record(*THE_PLAN, by="Board")
        for nth, (who, action, step) in enumerate(steps):
            match step:
                case "progress":
                    ledgers[who].record(RecordProgress(action=action, note=str(nth)), by="Board")
                case "both":
                    ledgers[who].record(*(UpdateAction(action=one, text=str(nth)) for one in (A1, A2)), by="Board")
                case "revise":
                    ledgers[who].record(
                        ReviseTargetDate(action=action, to=f"1/1/20{nth + 10}", reason="Late"), by="Board"
                    )
                case "clock":
                    clocks[who].now += timedelta(days=nth)
            told = action_plan(ledgers[1 - who].entries())
            assert told.actions[action] == ledgers[who].action(action)
            assert told.reviews["DHR7"] == ledgers[who].review("DHR7")
        assert ledgers[0].verify()


def test_nothing_is_decided_as_if_it_were_before_the_last_entry():
    """The clock of a second machine is behind; what the first one did stands all the same."""
    clock = [datetime(2026, 1, 2, 0, 0, 5, tzinfo=UTC)]
    with Ledger(clock=lambda: clock[0]) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review 7"),
            AddSection(section="DHR7:WMP", heading="Police"),
            CreateAction(action="DHR7:WMP:1", text="Train", status="Ongoing"),
            ChangeStatus(action="DHR7:WMP:1", to="Completed"),
            by="host A",
        )
        clock[0] = datetime(2026, 1, 1, 23, 59, 58, tzinfo=UTC)
        assert [] == ledger.record(ChangeStatus(action="DHR7:WMP:1", to="Completed"), by="host B")
        with pytest.raises(Refused, match="is complete"):
            ledger.record(ReviseTargetDate(action="DHR7:WMP:1", to="Jun-14", reason="Pilot"), by="host B")


def test_who_and_where_are_kept_as_an_entry_has_a_place_for_them():
    """A program's own kind of actor is recorded as an actor; its own kind of source is refused, and nothing is lost."""

    class User(Actor):
        account: int = 0

    class Sheet(Source):
        colour: str = "red"

    with Ledger() as ledger:
        opening = OpenReview(review="DHR7", title="Review 7")
        ledger.record(opening, by=User(name="Clerk", account=7))
        assert [Actor(name="Clerk")] == [entry.by for entry in ledger.entries()]
        with pytest.raises(BadInput, match="source"):
            ledger.record(AddSection(section="DHR7:WMP", heading="Police"), by="Clerk", source=Sheet(file="plan.csv"))
        assert 1 == ledger.head


def test_a_ledger_that_was_put_back_to_an_older_copy_is_told_apart_from_a_conflict(tmp_path):
    """Whoever still has it open knows more than it holds; nothing is recorded on top of that."""
    path, older = tmp_path / "plan.db", tmp_path / "older.db"
    with Ledger(path) as ledger:
        ledger.record(*THE_PLAN, by="DHR coordinator")
        with closing(sqlite3.connect(path)) as there, closing(sqlite3.connect(older)) as copy:
            there.backup(copy)
        ledger.record(UpdateAction(action=A1, text="Train all call handlers"), by="DHR coordinator")
        with closing(sqlite3.connect(older)) as copy, closing(sqlite3.connect(path)) as there:
            copy.backup(there)
        with pytest.raises(StoreError) as told:
            ledger.record(UpdateAction(action=A1, text="Train all staff"), by="DHR coordinator")
        assert (
            "DHR7:WMP:1 has fewer entries than this program has seen: the ledger was put back to an older copy; "
            "open it again."
        ) == str(told.value)
        assert 4 == ledger.head
    with Ledger(path) as ledger:
        assert "Train all officers" == ledger.action(A1).text
