"""The ledger: what `record` promises, and that what is read back is what was recorded."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta, timezone
from threading import Barrier, Thread

import pytest

from dhr_ledger import Actor, Ledger, acting
from dhr_ledger.action import (
    CreateAction,
    RecordProgress,
    ReviseTargetDate,
    UpdateAction,
)
from dhr_ledger.annotation import AnnotateEntry
from dhr_ledger.errors import (
    AlreadyExists,
    BadActor,
    BadEffective,
    BadInput,
    NotALedger,
    ReasonRequired,
    StoreError,
    UnknownReference,
)
from dhr_ledger.provenance import Effective, Source
from dhr_ledger.review import AddSection, OpenReview

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


# Recording


def test_what_was_recorded_is_returned_and_read_back(place):
    with Ledger(place) as ledger:
        recorded = ledger.record(*THE_PLAN, by="DHR coordinator")
        assert [1, 2, 3, 4] == [entry.position for entry in recorded]
        assert [("DHR7", 1), ("DHR7", 2), (A1, 1), (A2, 1)] == [(entry.reference, entry.version) for entry in recorded]
        assert recorded == list(ledger.entries())
        assert 4 == ledger.head
        assert ledger.verify()


def test_a_call_is_recorded_whole_or_not_at_all(place):
    """The second command is refused, so the first is not recorded either."""
    with Ledger(place) as ledger:
        ledger.record(*THE_PLAN, by="Board")
        for refused, error in [
            (RecordProgress(action="DHR7:WMP:9", note="Begun"), UnknownReference),
            (ReviseTargetDate(action=A2, to="Jul-14"), ReasonRequired),
            (CreateAction(action=A1, text="Something else"), AlreadyExists),
        ]:
            with pytest.raises(error):
                ledger.record(RecordProgress(action=A1, note="Begun"), refused, by="Board")
        assert 4 == ledger.head
        assert () == ledger.action(A1).progress


def test_a_command_sees_what_those_before_it_in_the_call_did(ledger):
    recorded = ledger.record(
        ReviseTargetDate(action=A1, to="Jun-14", reason="Extended"),
        ReviseTargetDate(action=A1, to="Jul-14", reason="Extended again"),
        AnnotateEntry(reference=A1, version=3, note="So it is"),
        by="Board",
    )
    assert ["Mar-14", "Jun-14"] == [entry.event.was.as_printed for entry in recorded[:2]]
    assert [2, 3, 4] == [entry.version for entry in recorded]


def test_a_command_that_changes_nothing_records_nothing(ledger):
    assert [] == ledger.record(*THE_PLAN, UpdateAction(action=A1, text="Train all officers"), by="Board")
    assert [] == ledger.record(by="Board")
    assert 4 == ledger.head


def test_entries_of_one_call_share_a_batch_and_a_moment(ledger, clock):
    clock.now += timedelta(hours=1)
    recorded = ledger.record(*(RecordProgress(action=action, note="Begun") for action in (A1, A2)), by="Board")
    assert [5, 5] == [entry.batch for entry in recorded]
    assert {clock.now} == {entry.recorded_at for entry in recorded}
    [entry] = ledger.record(RecordProgress(action=A1, note="Done"), by="Board")
    assert 7 == entry.batch


# Who, why, when, where from


def test_a_reason_a_date_and_a_source_hold_for_the_commands_that_do_not_say_their_own(ledger):
    ours, theirs = Source(file="a.csv", row=1), Source(system="case management", key="7")
    first, second = ledger.record(
        RecordProgress(action=A1, note="Begun"),
        RecordProgress(action=A2, note="Begun", reason="Own", effective="2013", source=theirs),
        by="Board",
        reason="Shared",
        effective=date(2013, 9, 14),
        source=ours,
    )
    assert ("Shared", "2013-09-14", ours) == (first.reason, first.effective, first.source)
    assert ("Own", "2013", theirs) == (second.reason, second.effective, second.source)
    [third] = ledger.record(RecordProgress(action=A1, note="Begun"), by="Board")
    assert (None, None, None) == (third.reason, third.effective, third.source)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"reason": "half a \ud800 character"}, BadInput),
        ({"reason": 3}, BadInput),
        ({"effective": "14/9/2013"}, BadEffective),
        ({"source": "a.csv"}, BadInput),
        ({"by": "half a \ud800 character"}, BadInput),
        ({"by": "x" * 201}, BadInput),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_sentence(ledger, said, error):
    with pytest.raises(error):
        ledger.record(RecordProgress(action=A1, note="Begun"), **{"by": "Board", **said})
    assert 4 == ledger.head


def test_what_cannot_be_stored_is_refused_whole(ledger):
    with pytest.raises(BadInput, match=r"ActionCreated.v1 of DHR7:WMP:3 cannot be recorded"):
        ledger.record(
            RecordProgress(action=A1, note="Begun"),
            CreateAction(action="DHR7:WMP:3", text="A", monitoring="half a \ud800 character"),
            by="Board",
        )
    assert 4 == ledger.head
    ledger.record(RecordProgress(action=A1, note="Begun"), by="Board")
    assert ledger.verify()


@pytest.mark.parametrize("nobody", [None, "", "  \t"])
def test_nobody_records_nothing(ledger, nobody):
    with pytest.raises(BadActor, match="names nobody; say who records this"):
        ledger.record(RecordProgress(action=A1, note="Begun"), by=nobody)
    assert 4 == ledger.head


def test_acting_says_who_records_within_its_block(ledger):
    note = RecordProgress(action=A1, note="Begun")
    with acting("Board") as board:
        assert Actor(name="Board") == board
        assert "Board" == ledger.record(note)[0].by.name
        with acting(Actor(name="Deputy", agency="WMP")):
            assert "Deputy (WMP)" == str(ledger.record(note)[0].by)
            assert "Clerk" == ledger.record(note, by="Clerk")[0].by.name
        assert "Board" == ledger.record(note)[0].by.name
        with pytest.raises(BadActor):
            ledger.record(note, by="")
    with pytest.raises(BadActor):
        ledger.record(note)
    with pytest.raises(BadActor), acting(" "):
        pass


def test_acting_ends_when_its_block_fails(ledger):
    with pytest.raises(ZeroDivisionError), acting("Board"):
        raise ZeroDivisionError
    with pytest.raises(BadActor):
        ledger.record(RecordProgress(action=A1, note="Begun"))


def test_acting_holds_for_its_thread_alone(ledger):
    """A thread that nobody entered for acts for nobody; two that were entered do not mix."""
    together, told = Barrier(2), {}

    def act(name: str, action: str) -> None:
        with acting(name):
            together.wait()
            told[name] = ledger.record(RecordProgress(action=action, note="Begun"))[0].by.name
            together.wait()

    def act_for_nobody() -> None:
        with pytest.raises(BadActor):
            ledger.record(RecordProgress(action=A1, note="Begun"))
        told["nobody"] = None

    with acting("Board"):
        threads = [Thread(target=act, args=pair) for pair in (("One", A1), ("Other", A2))] + [
            Thread(target=act_for_nobody)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {"One": "One", "Other": "Other", "nobody": None} == told


def test_acting_holds_for_its_task_alone(ledger):
    async def act(name: str, action: str) -> str:
        with acting(name):
            await asyncio.sleep(0)
            return (await asyncio.to_thread(ledger.record, RecordProgress(action=action, note="Begun")))[0].by.name

    async def both() -> list[str]:
        return await asyncio.gather(act("One", A1), act("Other", A2))

    assert ["One", "Other"] == asyncio.run(both())


# Two clocks


def test_the_time_of_recording_is_in_utc_to_the_microsecond(clock):
    clock.now = datetime(2014, 7, 1, 0, 30, 0, 7, timezone(timedelta(hours=1)))
    with Ledger(clock=clock) as ledger:
        [entry] = ledger.record(THE_PLAN[0], by="Board")
        assert datetime(2014, 6, 30, 23, 30, 0, 7, UTC) == entry.recorded_at
        assert b'"recorded_at":"2014-06-30T23:30:00.000007Z"' in entry.body


def test_the_time_of_recording_is_now():
    before = datetime.now(UTC)
    with Ledger() as ledger:
        [entry] = ledger.record(THE_PLAN[0], by="Board")
    assert before <= entry.recorded_at <= datetime.now(UTC)


def test_the_time_of_recording_never_goes_back(ledger, clock):
    """The clock of a machine may be set back; what is recorded then has the time of the entry before it."""
    [before] = ledger.record(RecordProgress(action=A1, note="Begun"), by="Board")
    clock.now -= timedelta(days=400)
    [after] = ledger.record(RecordProgress(action=A1, note="Begun"), by="Board")
    assert before.recorded_at == after.recorded_at
    assert ledger.verify()
    # What was decided with a clock a year behind is folded for the day on which it was recorded.
    assert [report.since for report in ledger.action(A1).progress] == [before.recorded_at.date()] * 2


def test_the_clock_of_another_writer_counts_too(kept_place, clock):
    late = Clock()
    late.now -= timedelta(days=400)
    with Ledger(kept_place, clock=clock) as one, Ledger(kept_place, clock=late) as other:
        one.record(*THE_PLAN, by="Board")
        [entry] = other.record(RecordProgress(action=A1, note="Begun"), by="Board")
        assert clock.now == entry.recorded_at
        clock.now += timedelta(days=1)
        [entry] = one.record(RecordProgress(action=A1, note="Begun"), by="Board")
        assert clock.now == entry.recorded_at
        assert other.verify()


def test_a_write_that_failed_leaves_no_trace_in_the_clock(tmp_path, clock, monkeypatch):
    """Whoever writes in its place has another time, and that is the one that counts."""
    late = Clock()
    late.now -= timedelta(days=400)
    with Ledger(tmp_path / "a.ledger", clock=clock) as one, Ledger(tmp_path / "a.ledger", clock=late) as other:
        other.record(*THE_PLAN, by="Board")
        append = one._store.append

        def fail_at_the_end(expected, rows):
            def made_and_then_broken(position, last):
                rows(position, last)
                raise StoreError("the disk is full")

            append(expected, made_and_then_broken)

        with monkeypatch.context() as broken:
            broken.setattr(one._store, "append", fail_at_the_end)
            with pytest.raises(StoreError):
                one.record(RecordProgress(action=A1, note="Lost"), by="Board")
        other.record(RecordProgress(action=A1, note="Kept"), by="Board")
        clock.now = late.now + timedelta(seconds=1)
        [entry] = one.record(RecordProgress(action=A2, note="Kept"), by="Board")
        assert clock.now == entry.recorded_at


@pytest.mark.parametrize("day", ["2014-03-02", "2014-04", "2015", date(2014, 3, 2)])
def test_what_is_yet_to_come_is_refused(ledger, day):
    with pytest.raises(BadEffective, match="which is yet to come; record it once it is true"):
        ledger.record(RecordProgress(action=A1, note="Begun"), by="Board", effective=day)
    assert 4 == ledger.head


@pytest.mark.parametrize(("day", "since"), [("2014-03-01", 28), ("2014-02", 28), ("2014", 28), ("2014-02-27", 27)])
def test_what_has_begun_somewhere_counts_no_later_than_from_today(ledger, day, since):
    """On 28 February in Greenwich it is 1 March in Kiribati, and February is not over."""
    [entry] = ledger.record(RecordProgress(action=A1, note="Begun"), by="Board", effective=day)
    assert (Effective(day), date(2014, 2, since)) == (entry.effective, entry.since)


def test_what_is_typed_in_late_does_not_undo_what_was_true_later(ledger, clock):
    clock.now += timedelta(days=100)
    ledger.record(ReviseTargetDate(action=A1, to="Dec-14", reason="Extended", effective="2014-05-01"), by="Board")
    [entry] = ledger.record(
        ReviseTargetDate(action=A1, to="Jun-14", reason="Extended", effective="2014-03-01"), by="Board"
    )
    assert "Mar-14" == entry.event.was.as_printed
    assert "Dec-14" == ledger.action(A1).target_date.as_printed
    assert 2 == ledger.action(A1).revisions


# Reading


@pytest.fixture
def a_year(clock):
    """A ledger with an entry at noon on the first of each month of 2014, about two reviews in turn."""
    with Ledger(clock=clock) as ledger:
        clock.now = datetime(2013, 12, 1, 12, tzinfo=UTC)
        for review in ("DHR7", "DHR70"):
            section = AddSection(section=f"{review}:WMP", heading="Police")
            actions = [CreateAction(action=f"{review}:WMP:{number}", text="Train") for number in ("1", "1.1")]
            ledger.record(OpenReview(review=review, title="Review"), section, *actions, by="Board")
        for month in range(1, 13):
            clock.now = datetime(2014, month, 1, 12, tzinfo=UTC)
            action = ("DHR7:WMP:1", "DHR7:WMP:1.1", "DHR70:WMP:1")[month % 3]
            ledger.record(RecordProgress(action=action, note=str(month)), by="Board")
        yield ledger


def months(entries) -> list[int]:
    """The months in which *entries* of the year were recorded."""
    return [entry.recorded_at.month for entry in entries if entry.recorded_at.year == 2014]


def test_a_reference_takes_everything_below_it_and_nothing_beside_it(a_year):
    assert 20 == len(list(a_year.entries()))
    assert {"DHR7", "DHR7:WMP:1", "DHR7:WMP:1.1"} == {entry.reference for entry in a_year.entries("DHR7")}
    assert {"DHR7:WMP:1", "DHR7:WMP:1.1"} == {entry.reference for entry in a_year.entries("DHR7:WMP")}
    assert {"DHR7:WMP:1"} == {entry.reference for entry in a_year.entries("DHR7:WMP:1")}
    assert [] == list(a_year.entries("DHR")) == list(a_year.entries("DHR7:W")) == list(a_year.entries("nobody"))


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"since": date(2014, 11, 1)}, [11, 12]),
        ({"since": datetime(2014, 11, 1, 12, tzinfo=UTC)}, [11, 12]),
        ({"since": datetime(2014, 11, 1, 12, 0, 0, 1, UTC)}, [12]),
        ({"until": date(2014, 2, 1)}, [1, 2]),
        ({"until": datetime(2014, 2, 1, 12, tzinfo=UTC)}, [1, 2]),
        ({"until": datetime(2014, 2, 1, 11, 59, 59, 999999, UTC)}, [1]),
        ({"until": datetime(2014, 2, 1, 13, tzinfo=timezone(timedelta(hours=1)))}, [1, 2]),
        ({"since": date(2014, 3, 2), "until": date(2014, 6, 30)}, [4, 5, 6]),
        ({"since": date(2014, 6, 30), "until": date(2014, 3, 2)}, []),
        ({"after": 18}, [11, 12]),
        ({"after": 20}, []),
        ({"after": 18, "since": date(2014, 12, 1)}, [12]),
        ({"reference": "DHR70", "since": date(2014, 6, 1)}, [8, 11]),
    ],
)
def test_entries_are_bounded_by_position_and_by_the_time_of_recording(a_year, bounds, expected):
    assert expected == months(a_year.entries(**bounds))


@pytest.mark.parametrize("bound", ["since", "until"])
def test_a_moment_without_a_time_zone_is_refused(a_year, bound):
    with pytest.raises(BadInput, match="has no time zone"):
        list(a_year.entries(**{bound: datetime(2014, 1, 1)}))  # noqa: DTZ001


def test_entries_are_those_that_were_there_when_they_were_asked_for(ledger):
    """Reading while somebody records ends, and what is recorded meanwhile is not in it."""
    read = 0
    for _ in ledger.entries():
        ledger.record(RecordProgress(action=A1, note="Meanwhile"), by="Board")
        read += 1
    assert 4 == read
    assert 8 == ledger.head


def test_what_is_not_there_is_named_with_what_may_have_been_meant(ledger):
    with pytest.raises(
        UnknownReference, match="There is no action 'DHR7:WMP:11' in this ledger; did you mean 'DHR7:WMP:1'"
    ):
        ledger.action("DHR7:WMP:11")
    with pytest.raises(UnknownReference, match="There is no review 'DHR8'"):
        ledger.review("DHR8")
    assert "Review 7" == ledger.review(A1).title


# Opening and closing


def test_a_ledger_is_closed_with_its_block(kept_place):
    with Ledger(kept_place) as ledger:
        ledger.record(*THE_PLAN, by="Board")
    ledger.close()
    for use in (ledger.verify, lambda: ledger.head, lambda: ledger.record(*THE_PLAN, by="Board")):
        with pytest.raises(StoreError, match="closed"):
            use()
    with Ledger(kept_place) as again:
        assert 4 == again.head


def test_a_ledger_is_closed_when_its_block_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), Ledger(tmp_path / "a.ledger") as ledger:
        raise ZeroDivisionError
    with pytest.raises(StoreError, match="closed"):
        _ = ledger.head


def test_ledgers_in_memory_have_nothing_to_do_with_each_other():
    with Ledger() as one, Ledger() as other:
        one.record(*THE_PLAN, by="Board")
        assert 0 == other.head


@pytest.mark.parametrize(("durability", "level"), [("full", 2), ("normal", 1)])
def test_durability_is_that_of_the_connection(tmp_path, durability, level):
    """SQLite syncs each commit (2), or only its checkpoints (1)."""
    with Ledger(tmp_path / "a.ledger", durability=durability) as ledger:
        ledger.record(*THE_PLAN, by="Board")
        assert [(level,)] == [tuple(row) for row in ledger._store._recorder._ask("PRAGMA synchronous")]


def test_another_durability_is_refused(tmp_path):
    with pytest.raises(BadInput, match="There is no durability 'some'; it is 'full' or 'normal'"):
        Ledger(tmp_path / "a.ledger", durability="some")


def test_a_ledger_is_not_begun_where_none_is_wanted(kept_place):
    """A slip in the name of the place would be answered from an empty ledger."""
    with pytest.raises(NotALedger, match="There is no ledger"):
        Ledger(kept_place, begin=False)
    Ledger(kept_place).close()
    with Ledger(kept_place, begin=False) as ledger:
        assert 0 == ledger.head
