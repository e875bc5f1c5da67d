"""Every kind of fault is found, every fault is told, and a ledger without one has none."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dhr_ledger.action import ActionCreated, ProgressRecorded
from dhr_ledger.command import Event
from dhr_ledger.entry import Row, canonical, encode
from dhr_ledger.review import ReviewOpened, SectionAdded
from dhr_ledger.testing.strategies import everything, ledgers
from dhr_ledger.verify import Verification, verify

DHR7, A1 = "DHR7", "DHR7:WMP:1"


def row(position: int, reference: str, version: int, event: Event, *, day: int = 3, batch: int = 1) -> Row:
    """An entry recorded in June 2013."""
    return encode(
        position=position,
        reference=reference,
        version=version,
        recorded_at=datetime(2013, 6, day, tzinfo=UTC),
        by={"name": "DHR coordinator"},
        event=event,
        effective=None,
        reason=None,
        source=None,
        batch=batch,
    )


opened = row(1, DHR7, 1, ReviewOpened(title="Review 7"))
section = row(2, DHR7, 2, SectionAdded(section="WMP", heading="West Midlands Police"))
created = row(3, A1, 1, ActionCreated(text="Train call handlers"))
progress = row(4, A1, 2, ProgressRecorded(note="Pilot begun"), day=4, batch=4)
LEDGER = [opened, section, created, progress]


def rewritten(entry: Row, **content: object) -> Row:
    """*entry* with other bytes, in canonical form."""
    return Row(*entry[:4], canonical(orjson.loads(entry.body) | content))


def with_body(entry: Row, body: bytes) -> Row:
    return Row(*entry[:4], body)


@given(ledgers())
def test_what_was_recorded_is_whole(entries):
    assert Verification(len(entries)) == verify(entries)


def test_every_event_that_can_be_recorded_is_whole():
    entries = everything()
    assert Verification(len(entries)) == verify(entries)


def test_a_verification_is_true_where_there_is_no_fault():
    assert Verification(0) == verify([])
    assert Verification(0)
    assert Verification(4) == verify(LEDGER)
    assert not Verification(4, ("Entry 3 is gone.",))


FAULTS = {
    "an entry is missing": (
        [opened, created, progress],
        ["Entry 3 stands where entry 2 should: entries are missing or were moved."],
    ),
    "the first entry is missing": (
        [section, created, progress],
        [
            "Entry 2 stands where entry 1 should: entries are missing or were moved.",
            "Entry 2 is version 2 of DHR7 where 1 should be.",
        ],
    ),
    "entries were moved": (
        [opened, section, progress, created],
        [
            "Entry 4 stands where entry 3 should: entries are missing or were moved.",
            "Entry 4 is version 2 of DHR7:WMP:1 where 1 should be.",
            "Entry 3 stands where entry 5 should: entries are missing or were moved.",
            "Entry 3 is version 1 of DHR7:WMP:1 where 3 should be.",
            "Entry 3 says it was recorded at 2013-06-03 00:00:00+00:00, before the one in front of it.",
        ],
    ),
    "a version is missing": (
        [opened, section, created, row(4, A1, 3, ProgressRecorded(note="Pilot begun"))],
        ["Entry 4 is version 3 of DHR7:WMP:1 where 2 should be."],
    ),
    "there is a blank in the bytes": (
        [with_body(opened, opened.body.replace(b'":', b'": ', 1))],
        ["Entry 1 is not stored in canonical form; its bytes were changed after it was recorded."],
    ),
    "the keys are in another order": (
        [with_body(opened, orjson.dumps(dict(reversed(orjson.loads(opened.body).items()))))],
        ["Entry 1 is not stored in canonical form; its bytes were changed after it was recorded."],
    ),
    "a key is there twice": (
        [with_body(opened, opened.body.replace(b'"batch"', b'"batch":1,"batch"', 1))],
        ["Entry 1 is not stored in canonical form; its bytes were changed after it was recorded."],
    ),
    "a letter is escaped": (
        [with_body(opened, opened.body.replace(b"Review 7", rb"Review \u0037"))],
        ["Entry 1 is not stored in canonical form; its bytes were changed after it was recorded."],
    ),
    "the clock went back": (
        [opened, row(2, DHR7, 2, SectionAdded(section="WMP", heading="Police"), day=2)],
        ["Entry 2 says it was recorded at 2013-06-02 00:00:00+00:00, before the one in front of it."],
    ),
    "the batch begins later": (
        [row(1, DHR7, 1, ReviewOpened(title="Review 7"), batch=2)],
        ["Entry 1 says it belongs to batch 2, which is not the position of an entry up to it."],
    ),
    "the batch begins before the ledger": (
        [row(1, DHR7, 1, ReviewOpened(title="Review 7"), batch=0)],
        ["Entry 1 says it belongs to batch 0, which is not the position of an entry up to it."],
    ),
    "the type is unknown": (
        [Row(1, DHR7, 1, "ReviewClosed.v1", opened.body)],
        [
            "Entry 1 is of a type 'ReviewClosed.v1' that this version of dhr-ledger does not know; "
            "read it with the version that recorded it, or a later one."
        ],
    ),
    "the event is damaged": (
        [rewritten(opened, event={"title": 7})],
        [
            "Entry 1 is not what it claims to be (ReviewOpened.v1): event.title: Input should be a valid string; "
            "restore it from a copy of the ledger."
        ],
    ),
    "there are no bytes": (
        [with_body(opened, b"")],
        [
            "Entry 1 is not what it claims to be (ReviewOpened.v1): it: "
            "Invalid JSON: EOF while parsing a value at line 1 column 0; restore it from a copy of the ledger."
        ],
    ),
    "the event is none of a review": (
        [row(1, DHR7, 1, ActionCreated(text="Train call handlers"))],
        ["Entry 1 is of a type that no review has: ActionCreated.v1 of DHR7."],
    ),
    "the event is none of an action": (
        [row(1, A1, 1, ReviewOpened(title="Review 7"))],
        ["Entry 1 is of a type that no action has: ReviewOpened.v1 of DHR7:WMP:1."],
    ),
    "an action begins with something else": (
        [opened, section, row(3, A1, 1, ProgressRecorded(note="Pilot begun"))],
        ["Entry 3 is ProgressRecorded.v1 of DHR7:WMP:1, where it should begin: entries were changed or moved."],
    ),
    "an action is created twice": (
        [opened, section, created, row(4, A1, 2, ActionCreated(text="Train call handlers"))],
        ["Entry 4 is ActionCreated.v1 of DHR7:WMP:1, which had begun before: entries were changed or moved."],
    ),
    "the reference is none": (
        [row(1, "DHR7:WMP", 1, ReviewOpened(title="Review 7"))],
        [
            "Entry 1 is of nothing that keeps entries: 'DHR7:WMP' is not the reference of an action; "
            "write it like BDHR2012/13-04:WMP:1.2 (review, section, number)."
        ],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(fault):
    rows, told = FAULTS[fault]
    assert Verification(len(rows), tuple(told)) == verify(rows)


def test_every_fault_is_told():
    """The check goes on to the end, though an entry cannot be read."""
    rows = [
        with_body(opened, b"{}"),
        Row(*section[:3], "SectionRemoved.v1", section.body),
        with_body(row(3, A1, 2, ActionCreated(text="Train call handlers")), created.body + b"\n"),
        rewritten(Row(40, *progress[1:]), batch=41, recorded_at="2013-06-01T00:00:00.000000Z"),
    ]
    checked = verify(rows)
    assert (4, 9) == (checked.entries, len(checked.faults))
    assert ["Entry 1", "Entry 2"] + ["Entry 3"] * 3 + ["Entry 4"] * 4 == [fault[:7] for fault in checked.faults]


@given(ledgers().filter(bool), st.data())
def test_a_changed_byte_is_seen_or_is_still_a_ledger(entries, data):
    """Whatever byte is changed, checking never breaks off; a change that is told of no fault is canonical and reads."""
    nth = data.draw(st.integers(0, len(entries) - 1))
    body = bytearray(entries[nth].body)
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    rows: list[Row] = list(entries)
    rows[nth] = with_body(entries[nth], bytes(body))
    checked = verify(rows)
    assert len(rows) == checked.entries
    if checked:
        assert canonical(orjson.loads(rows[nth].body)) == rows[nth].body


@pytest.mark.parametrize(
    "said",
    [
        {"recorded_at": "2013-06-03T01:00:00.000000+01:00"},
        {"recorded_at": "2013-06-03T00:00:00Z"},
        {"reason": None},
        {"reason": " "},
        {"by": {"name": "  DHR coordinator "}},
    ],
    ids=["another zone", "no microseconds", "no reason", "a blank reason", "a padded name"],
)
def test_what_would_not_have_been_recorded_so_is_found(said):
    """Canonical JSON that reads well, and is not what the ledger writes: another zone, a blank that is not left out."""
    (fault,) = verify([rewritten(opened, **said)]).faults
    assert "is not stored in canonical form" in fault


def test_a_reference_in_another_spelling_is_found():
    """The same letters to the eye, which no question would find."""
    name = "DHR7e\u0301"
    faults = verify([row(1, name, 1, ReviewOpened(title="Review 7"))]).faults
    assert (f"Entry 1 is of {name!r}, which is not spelled in Unicode NFC.",) == faults
