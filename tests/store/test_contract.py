"""What a store promises, the same in memory, in an SQLite file and in PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import pytest

from dhr_ledger._store import Moved, Store, open_store, store
from dhr_ledger.entry import Entry, Row
from dhr_ledger.errors import BadInput, StoreBusy, StoreError

Place = str | Path | None
REVIEW, ACTION, OTHER = "BDHR2012/13-04", "BDHR2012/13-04:WMP:1.2", "DHR7"


@pytest.fixture
def ledger(place: Place) -> Iterator[Store]:
    """A new ledger."""
    ledger = open_store(place)
    yield ledger
    ledger.close()


def entries(*said: tuple[str, int]) -> Callable[[int, Row | None], list[Row]]:
    """An entry for each reference and version, whose body says both."""
    return lambda position, last: [
        Row(at, reference, version, "ProgressRecorded.v1", f"{reference} {version}".encode())
        for at, (reference, version) in enumerate(said, position)
    ]


def record(ledger: Store, *said: tuple[str, int]) -> None:
    """Append an entry for each reference and version."""
    expected: dict[str, int] = {}
    for reference, version in said:
        expected.setdefault(reference, version - 1)
    ledger.append(expected, entries(*said))


def references(rows: Iterator[Row]) -> list[tuple[int, str]]:
    return [(row.position, row.reference) for row in rows]


def test_a_new_ledger_is_empty(ledger):
    """A ledger begins with no entries at all."""
    assert (0, 0, [], []) == (ledger.head(), ledger.version(REVIEW), ledger.stream(REVIEW), list(ledger.read()))


def test_an_entry_is_read_as_it_was_recorded(ledger):
    """Every byte of a body comes back, whatever it is."""
    row = Row(1, REVIEW, 1, "ReviewOpened.v1", bytes(range(256)) * 300)
    ledger.append({REVIEW: 0}, lambda position, last: [row])
    assert [row] == ledger.stream(REVIEW) == list(ledger.read())
    assert [Entry] == [type(read) for read in ledger.read()]
    assert bytes is type(ledger.stream(REVIEW)[0].body)


def test_positions_and_versions_count_from_one(ledger):
    """Positions count over the ledger, versions within a stream."""
    record(ledger, (REVIEW, 1), (ACTION, 1), (ACTION, 2))
    record(ledger, (REVIEW, 2))
    assert [(1, REVIEW, 1), (2, ACTION, 1), (3, ACTION, 2), (4, REVIEW, 2)] == [row[:3] for row in ledger.read()]
    assert (4, 2, 2) == (ledger.head(), ledger.version(REVIEW), ledger.version(ACTION))


def test_an_append_is_told_where_it_stands(ledger):
    """What makes the rows is given the next position and the last entry, none at the beginning."""
    told = []

    def tell(position: int, last: Row | None) -> Sequence[Row]:
        told.append((position, last))
        return entries((REVIEW, len(told)))(position, last)

    ledger.append({REVIEW: 0}, tell)
    ledger.append({REVIEW: 1}, tell)
    assert [(1, None), (2, ledger.stream(REVIEW)[0])] == told


def test_an_append_is_told_of_what_another_store_recorded(kept_place):
    """The last entry is the ledger's, not the last that this store wrote."""
    with_both = [open_store(kept_place), open_store(kept_place)]
    record(with_both[0], (REVIEW, 1))
    record(with_both[1], (REVIEW, 2))
    told = []
    with_both[0].append({REVIEW: 2}, lambda *about: told.append(about) or [])
    assert [(3, with_both[1].stream(REVIEW)[1])] == told
    for each in with_both:
        each.close()


def test_a_stream_that_moved_stops_the_append(ledger):
    """Nothing is recorded on a decision that has been overtaken, and the rows are not even made."""
    record(ledger, (REVIEW, 1), (ACTION, 1))
    with pytest.raises(Moved, match="expected at version 0 and is at version 1") as moved:
        ledger.append({REVIEW: 1, ACTION: 0}, lambda position, last: pytest.fail("the rows were made"))
    assert (ACTION, 0, 1) == (moved.value.reference, moved.value.expected, moved.value.actual)
    assert 2 == ledger.head()


def test_a_stream_that_is_only_read_must_not_have_moved_either(ledger):
    """A decision may rest on a stream that it does not write to."""
    record(ledger, (REVIEW, 1))
    with pytest.raises(Moved):
        ledger.append({REVIEW: 0, ACTION: 0}, entries((ACTION, 1)))
    with pytest.raises(Moved, match="expected at version 2 and is at version 1"):
        ledger.append({REVIEW: 2}, entries((REVIEW, 3)))
    assert 1 == ledger.head()


def test_many_streams_are_looked_at_together(ledger):
    """A thousand new streams come in one append, and every one of them is looked at in the next."""
    many = [(f"{REVIEW}:WMP:{number}", 1) for number in range(1_100)]
    record(ledger, *many)
    assert 1_100 == ledger.head()
    with pytest.raises(Moved) as moved:
        ledger.append({reference: 1 - (reference == many[777][0]) for reference, _ in many}, entries())
    assert many[777][0] == moved.value.reference
    assert many == [(row.reference, row.version) for row in ledger.read()]


@pytest.mark.parametrize(
    ("expected", "rows"),
    [
        ({REVIEW: 1}, [(3, REVIEW, 2)]),
        ({REVIEW: 1}, [(1, REVIEW, 2)]),
        ({REVIEW: 1}, [(2, REVIEW, 3)]),
        ({REVIEW: 1}, [(2, REVIEW, 1)]),
        ({REVIEW: 1}, [(2, REVIEW, 2), (4, REVIEW, 3)]),
        ({REVIEW: 1}, [(2, REVIEW, 2), (3, REVIEW, 2)]),
        ({REVIEW: 1}, [(2, REVIEW, 2), (3, ACTION, 1)]),
    ],
)
def test_no_gap_is_written(ledger, expected, rows):
    """A position or a version out of turn, or a stream that nobody looked at, is refused before anything is written."""
    record(ledger, (REVIEW, 1))
    with pytest.raises(StoreError, match="leaves no gap"):
        ledger.append(expected, lambda position, last: [Row(*row, "ProgressRecorded.v1", b"{}") for row in rows])
    assert 1 == ledger.head()
    record(ledger, (REVIEW, 2))


def test_an_append_of_nothing_records_nothing(ledger):
    """A decision that changes nothing leaves the ledger as it is."""
    ledger.append({REVIEW: 0}, entries())
    ledger.append({}, entries())
    assert 0 == ledger.head()


def test_a_failure_while_the_rows_are_made_records_nothing(ledger):
    """What goes wrong in the caller comes back as it was, and the ledger can be written to again."""
    with pytest.raises(ZeroDivisionError):
        ledger.append({REVIEW: 0}, lambda position, last: [1 // 0])
    with pytest.raises(KeyboardInterrupt):
        ledger.append({REVIEW: 0}, interrupted)
    record(ledger, (REVIEW, 1))
    assert 1 == ledger.head()


def interrupted(position: int, last: Row | None) -> Sequence[Row]:
    raise KeyboardInterrupt


def test_a_stream_is_read_after_a_version(ledger):
    """The versions above the one given come ascending, and of that stream alone."""
    record(ledger, (ACTION, 1), (REVIEW, 1), (ACTION, 2), (ACTION, 3))
    assert [2, 3] == [row.version for row in ledger.stream(ACTION, after=1)]
    assert [] == ledger.stream(ACTION, after=3) == ledger.stream(OTHER)


def test_a_reading_takes_everything_below_a_reference(ledger):
    """A reference stands for itself and for what follows it and a colon, not for what merely begins alike."""
    below = [REVIEW, f"{REVIEW}:", f"{REVIEW}:WMP", f"{REVIEW}:WMP:1.2", f"{REVIEW}:🏠:é", f"{REVIEW}:\U0010ffff"]
    beside = [f"{REVIEW}0", f"{REVIEW};", f"{REVIEW}9:WMP:1", f"{REVIEW} :x", f"{REVIEW}é", REVIEW[:-1], REVIEW.lower()]
    record(ledger, *((reference, 1) for pair in zip(below, beside, strict=False) for reference in pair))
    assert [*zip(range(1, 12, 2), below, strict=True)] == references(ledger.read(below=REVIEW))
    assert [(5, below[2]), (7, below[3])] == references(ledger.read(below=f"{REVIEW}:WMP"))


@pytest.mark.parametrize("wild", ["50%", "A_B", "[A-Z]", "A*", "A?", "'", '"', "\\", "{0}", "%s", "?1", "a\nb"])
def test_no_character_of_a_reference_is_wild(ledger, wild):
    """A reference stands for itself, whatever a database may make of its characters."""
    record(ledger, ("50 ways:1", 1), ("AXB:1", 1), ("A:1", 1), (wild, 1), (f"{wild}:1", 1))
    assert [(4, wild), (5, f"{wild}:1")] == references(ledger.read(below=wild))
    assert (1, 4) == (ledger.version(wild), ledger.stream(wild)[0].position)


@pytest.mark.parametrize("impossible", ["NUL \0", "half \ud83d"])
def test_a_reference_that_no_database_holds_is_refused(ledger, impossible):
    """Both databases refuse the same references, in the same words."""
    for attempt in (
        lambda: record(ledger, (impossible, 1)),
        lambda: ledger.version(impossible),
        lambda: ledger.stream(impossible),
        lambda: list(ledger.read(below=impossible)),
    ):
        with pytest.raises(StoreError, match="cannot be stored"):
            attempt()


@pytest.mark.parametrize("narrow", [0, 50_000])
@pytest.mark.parametrize("batch", [1, 2, 1_000])
def test_a_reading_has_the_bounds_it_was_given(ledger, monkeypatch, batch, narrow):
    """It begins after one position and ends with another, in whatever batches and whichever way it is read."""
    monkeypatch.setattr(store, "BATCH", batch)
    monkeypatch.setattr(store, "NARROW", narrow)
    record(ledger, *((reference, number) for number in range(1, 6) for reference in (REVIEW, ACTION, OTHER, "A", "B")))
    assert [*range(8, 20)] == [row.position for row in ledger.read(after=7, until=19)]
    assert [11, 12, 16, 17] == [row.position for row in ledger.read(REVIEW, after=7, until=19)]
    assert [8, 13, 18] == [row.position for row in ledger.read(OTHER, after=7, until=19)]
    assert [25] == [row.position for row in ledger.read(after=24, until=99)]
    assert [1] == [row.position for row in ledger.read(after=-5, until=1)]
    assert [] == list(ledger.read(until=0)) == list(ledger.read(REVIEW, until=-1))
    assert [] == list(ledger.read(after=25)) == list(ledger.read(after=9, until=9)) == list(ledger.read("nothing"))


@pytest.mark.parametrize("until", [None, 99])
@pytest.mark.parametrize("below", [None, REVIEW])
def test_a_reading_is_of_the_ledger_as_it_stood(ledger, monkeypatch, below, until):
    """What is recorded while a reading is under way is not in it, and is in the next."""
    monkeypatch.setattr(store, "BATCH", 2)
    record(ledger, *((REVIEW, version) for version in range(1, 6)))
    reading = ledger.read(below, until=until)
    assert [1] == [row.version for row in islice(reading, 1)]
    record(ledger, (REVIEW, 6))
    assert [2, 3, 4, 5] == [row.version for row in reading]
    assert 6 == len(list(ledger.read(below)))


def test_a_reading_ends_where_the_ledger_did_when_it_began(ledger):
    """The end is fixed when the first entry is asked for, not when the reading is named."""
    reading = ledger.read()
    record(ledger, (REVIEW, 1))
    assert [1] == [row.position for row in reading]


def test_an_abandoned_reading_holds_nothing(ledger, monkeypatch):
    """Readings that nobody finishes do not keep anybody from writing, or from reading."""
    monkeypatch.setattr(store, "BATCH", 1)
    monkeypatch.setattr(store, "PATIENCE", 1)
    record(ledger, (REVIEW, 1), (REVIEW, 2))
    abandoned = [ledger.read() for _ in range(40)]
    assert [1] * 40 == [next(reading).position for reading in abandoned]
    record(ledger, (REVIEW, 3))
    assert [2] * 40 == [next(reading).position for reading in abandoned]


def test_entries_are_there_when_the_ledger_is_opened_again(kept_place):
    """What was recorded outlives the store that recorded it."""
    first = open_store(kept_place)
    record(first, (REVIEW, 1))
    first.close()
    second = open_store(kept_place)
    assert [(1, REVIEW)] == references(second.read())
    record(second, (REVIEW, 2))
    assert 2 == second.version(REVIEW)
    second.close()


def test_ledgers_in_memory_are_strangers():
    """A ledger in memory belongs to the store that opened it."""
    one, another = open_store(None), open_store(None)
    record(one, (REVIEW, 1))
    assert (1, 0) == (one.head(), another.head())
    one.close()
    another.close()


@pytest.mark.parametrize("durability", ["full", "normal"])
def test_a_ledger_is_written_with_either_durability(new_place, durability):
    """Durability changes what a power cut may take, and nothing else."""
    ledger = open_store(new_place(), durability=durability)
    record(ledger, (REVIEW, 1), (ACTION, 1))
    assert 2 == ledger.head()
    ledger.close()


def test_there_is_no_third_durability():
    """A durability that is not one is refused before anything is opened."""
    with pytest.raises(BadInput, match=r"'off'; it is 'full' or 'normal'\."):
        open_store(None, durability="off")  # type: ignore[arg-type]


def test_a_closed_ledger_says_so(ledger):
    """Closing twice is closing; after that every use says that the ledger is closed."""
    record(ledger, (REVIEW, 1))
    unfinished = ledger.read()
    ledger.close()
    ledger.close()
    for attempt in (
        lambda: record(ledger, (REVIEW, 2)),
        ledger.head,
        lambda: ledger.version(REVIEW),
        lambda: ledger.stream(REVIEW),
        lambda: next(unfinished),
    ):
        with pytest.raises(StoreError, match=r"is closed; open it again to use it\."):
            attempt()


def test_threads_take_turns(ledger):
    """Appends from several threads neither lose nor mix anything, while others read."""
    done = threading.Event()
    trouble: list[BaseException] = []

    def write(reference: str) -> None:
        try:
            for version in range(1, 26):
                record(ledger, (reference, version), (f"{reference}:1", version))
        except BaseException as error:
            trouble.append(error)

    def read() -> None:
        try:
            while not done.is_set():
                seen = [row.position for row in ledger.read()]
                assert [*range(1, len(seen) + 1)] == seen
                assert 0 == len(seen) % 2
        except BaseException as error:
            trouble.append(error)

    writers = [threading.Thread(target=write, args=(f"W{number}",)) for number in range(6)]
    readers = [threading.Thread(target=read) for _ in range(3)]
    for thread in (*writers, *readers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert [] == trouble
    assert 300 == ledger.head()
    pairs = list(ledger.read())
    assert [row.reference + ":1" for row in pairs[::2]] == [row.reference for row in pairs[1::2]]


def test_threads_that_want_the_same_version_are_told_apart(ledger):
    """Of several decisions on one version, one is recorded and every other is told that the stream moved."""
    outcomes = []
    together = threading.Barrier(8)

    def decide() -> None:
        together.wait()
        try:
            record(ledger, (REVIEW, 1))
        except Moved as moved:
            outcomes.append(moved.actual)

    threads = [threading.Thread(target=decide) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ([1] * 7, 1) == (outcomes, ledger.head())


def test_a_thread_that_never_gets_its_turn_is_told(ledger, monkeypatch):
    """A writer gives up after a while, in one sentence, and has recorded nothing."""
    monkeypatch.setattr(store, "PATIENCE", 0.1)
    inside, let_go = threading.Event(), threading.Event()

    def dawdle(position: int, last: Row | None) -> Sequence[Row]:
        inside.set()
        let_go.wait()
        return []

    dawdler = threading.Thread(target=ledger.append, args=({}, dawdle))
    dawdler.start()
    inside.wait()
    with pytest.raises(StoreBusy, match=r"has been writing to the ledger in .* for 0.1 seconds; nothing was recorded"):
        record(ledger, (REVIEW, 1))
    let_go.set()
    dawdler.join()
    record(ledger, (REVIEW, 1))


@pytest.mark.parametrize(
    "elsewhere", ["mysql://localhost/ledger", "sqlite:///ledger.db", "https://example.org/ledger", ":memory:", "a\0b"]
)
def test_a_place_that_is_none_is_refused(elsewhere):
    """An address that we cannot open is not taken for the name of a file."""
    with pytest.raises(BadInput, match="give the path of a file, a postgresql:// address, or None for memory"):
        open_store(elsewhere)
