"""An entry is its bytes: canonical, minimal, read back as what was said, and never changed."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel

from dhr_ledger.action import ActionCreated, ActionUpdated, Lead, ProgressRecorded, TargetDateRevised
from dhr_ledger.command import Change, Event
from dhr_ledger.entry import EVENTS, Entry, canonical, encode, happening, read, to_json
from dhr_ledger.errors import BadInput, DamagedEntry, UnknownEvent
from dhr_ledger.provenance import Actor, Effective, Source
from dhr_ledger.review import ExportIssued, ReviewOpened
from dhr_ledger.target_date import TargetDate
from dhr_ledger.testing.strategies import AWKWARD, actors, effectives, events, sources, texts

A1 = "BDHR2012/13-04:WMP:1.2"


def told(event: Event, **said: Any) -> Entry:
    """An entry of *event*."""
    plain: dict[str, Any] = {
        "position": 18,
        "reference": A1,
        "version": 3,
        "recorded_at": datetime(2014, 2, 28, 16, 20, 5, 123456, tzinfo=UTC),
        "by": to_json(Actor(name="DHR coordinator", agency="West Midlands Police")),
        "effective": None,
        "reason": None,
        "source": None,
        "batch": 17,
    }
    return encode(event=event, **(plain | said))


def said(entry: Entry) -> Any:
    """The JSON of an entry."""
    return orjson.loads(entry.body)


moments = st.datetimes(datetime(2000, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
positions = st.integers(1, 2**53 - 1)
entries = st.builds(
    told,
    events(),
    position=positions,
    version=positions,
    batch=positions,
    recorded_at=moments,
    by=actors().map(to_json),
    effective=st.none() | effectives(),
    reason=st.none() | texts(),
    source=st.none() | sources(),
)


# The bytes


def test_an_entry_is_written_as_the_page_says():
    """The example of the format, to the byte."""
    revised = TargetDateRevised(was=TargetDate.parse("Mar-14"), to=TargetDate.parse("Jun-14"))
    assert (
        b'{"batch":17,"by":{"agency":"West Midlands Police","name":"DHR coordinator"},'
        b'"event":{"to":{"as_printed":"Jun-14","earliest":"2014-06-01","kind":"month","latest":"2014-06-30"},'
        b'"was":{"as_printed":"Mar-14","earliest":"2014-03-01","kind":"month","latest":"2014-03-31"}},'
        b'"position":18,"reason":"The pilot was extended","recorded_at":"2014-02-28T16:20:05.123456Z",'
        b'"reference":"BDHR2012/13-04:WMP:1.2","type":"TargetDateRevised.v1","version":3}'
        == told(revised, reason="The pilot was extended").line
    )


def test_the_time_of_recording_has_its_microseconds_always():
    """Bytes of one length sort as the times do."""
    entry = told(ProgressRecorded(note="Begun"), recorded_at=datetime(2014, 2, 28, tzinfo=UTC))
    assert "2014-02-28T00:00:00.000000Z" == said(entry)["recorded_at"]


@given(entries)
def test_the_bytes_are_those_of_another_implementation(entry):
    """RFC 8785, as written by people who never saw this code."""
    assert rfc8785.dumps(said(entry)) == entry.body


def parts(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Everything in a JSON value, with its place."""
    yield path, value
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield from parts(part, f"{path}/{key}")


@given(entries)
def test_there_is_nothing_that_readers_could_differ_about(entry):
    """No float, no number that is rounded elsewhere, no key that is not ASCII."""
    for path, value in parts(said(entry)):
        assert path.isascii()
        assert not isinstance(value, float)
        assert not isinstance(value, int) or -(2**53) < value < 2**53


def written(model: BaseModel) -> set[str]:
    """The fields of *model* that say something."""
    fields = type(model).model_fields.items()
    return {name for name, field in fields if field.is_required() or getattr(model, name) != field.default}


@given(entries)
def test_what_is_blank_is_left_out(entry):
    """Of the entry, of its event and of what both are made of; only an option may have been nothing."""
    content = said(entry)
    blank = {
        "effective": entry.effective is None,
        "reason": not (entry.reason or "").strip(),
        "source": entry.source is None,
    }
    assert {name for name, left_out in blank.items() if left_out} == set(blank) - set(content)
    assert written(entry.event) == set(content["event"])
    assert written(entry.by) == set(content["by"])
    assert [] == [path for path, value in parts(content) if value is None and "/options/" not in path]


@pytest.mark.parametrize("reason", [None, "", " \n"])
def test_a_blank_reason_is_none(reason):
    entry = told(ProgressRecorded(note="Begun"), reason=reason)
    assert (None, False) == (entry.reason, b"reason" in entry.body)


# Reading


@given(
    events(),
    positions,
    positions,
    positions,
    moments,
    actors(),
    st.none() | effectives(),
    st.none() | texts().filter(str.strip),
    st.none() | sources(),
)
def test_what_was_said_is_read(event, position, version, batch, recorded_at, by, effective, reason, source):
    """Every event, and everything around it."""
    entry = told(
        event,
        position=position,
        version=version,
        batch=batch,
        recorded_at=recorded_at,
        by=to_json(by),
        effective=effective,
        reason=reason,
        source=source,
    )
    assert (position, A1, version, event.type_name()) == entry[:4]
    assert (event, by, recorded_at, effective, reason, source, batch) == (
        entry.event,
        entry.by,
        entry.recorded_at,
        entry.effective,
        entry.reason,
        entry.source,
        entry.batch,
    )
    assert type(event) is type(entry.event)
    assert entry.recorded_at.utcoffset() == UTC.utcoffset(None)


@given(st.text() | st.sampled_from(AWKWARD))
@example("\x00")
@example("ŵ مراجعة 审查 ສະບາຍດີ पुनरीक्षण 👨‍👩‍👧 \u202e\ufeff\u2028\U0010ffff")
def test_every_text_is_kept_to_the_character(text):
    """Nothing is stripped, composed, escaped or cut."""
    event = ActionUpdated(changes={"text": Change(was=text, to=text)})
    assert text == told(event).event.changes["text"].to


def test_a_text_may_be_very_long():
    text = "Adolygiad Dŵr 审查 " * 500_000
    assert text == told(ProgressRecorded(note=text)).event.note


HALF = "half a character: \ud83d"


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (ProgressRecorded(note=HALF), {}),
        (ActionCreated(text="Train", lead=Lead(as_printed=HALF)), {}),
        (ProgressRecorded(note="Begun"), {"reason": HALF}),
        (ProgressRecorded(note="Begun"), {"source": Source(file=HALF)}),
    ],
    ids=["note", "lead", "reason", "source"],
)
def test_half_a_character_is_refused_before_it_is_stored(event, said):
    """A file name may hold one; no JSON can."""
    with pytest.raises(BadInput, match=r"^\w+\.v1 of .* cannot be recorded: .*; write it in whole characters\.$"):
        told(event, **said)


@pytest.mark.parametrize(
    ("effective", "since"),
    [
        (None, date(2014, 2, 28)),
        ("2013-09", date(2013, 9, 30)),
        ("2014-02-27", date(2014, 2, 27)),
        ("2014-02", date(2014, 2, 28)),
        ("2014", date(2014, 2, 28)),
        ("2014-03-01", date(2014, 2, 28)),
    ],
)
def test_an_entry_counts_from_the_last_day_that_is_meant(effective, since):
    """And from the day of recording at the latest: nothing is known to be true tomorrow."""
    entry = told(ProgressRecorded(note="Begun"), effective=Effective(effective) if effective else None)
    assert since == entry.since


# An entry stays as it is


def test_an_entry_cannot_be_changed():
    entry = told(ProgressRecorded(note="Begun"))
    for name in ("position", "body", "event", "by", "note", "_content"):
        with pytest.raises(AttributeError, match="Entry 18 cannot be changed; record a correction instead"):
            setattr(entry, name, "other")
    with pytest.raises(ValueError, match="frozen"):
        entry.event.note = "Ended"
    with pytest.raises(ValueError, match="frozen"):
        entry.by.name = "Board"
    assert told(ProgressRecorded(note="Begun")) == entry


def test_an_entry_is_equal_to_one_of_the_same_bytes():
    """Whether it has been read yet or not, and after it has been carried to another process."""
    entry, other = told(ProgressRecorded(note="Begun")), told(ProgressRecorded(note="Begun"))
    assert "Begun" == entry.event.note
    assert ({entry}, "<Entry 18 BDHR2012/13-04:WMP:1.2 ProgressRecorded.v1>") == ({other}, repr(entry))
    assert entry == pickle.loads(pickle.dumps(entry)) == copy.deepcopy(entry)


def test_bytes_are_read_once():
    entry = told(ProgressRecorded(note="Begun"))
    assert entry.event is entry.event


# What cannot be read


@pytest.mark.parametrize(
    "type_name",
    [
        *(
            "ReviewClosed.v1",
            "ReviewOpened",
            "ReviewOpened.v0",
            "ReviewOpened.v2",
            "ReviewOpened.v01",
            "ReviewOpened.v",
        ),
        *(
            "ReviewOpened.v-1",
            "ReviewOpened.v١",
            "reviewopened.v1",
            "",
            ".v1",
            "Event.v1",
            "dhr_ledger.review.ReviewOpened.v1",
        ),
        "ReviewOpened.v" + "9" * 5_000,
    ],
    ids=lambda name: name[:40] or "blank",
)
def test_an_unknown_type_is_never_skipped(type_name):
    """The table of events is closed: nothing is looked up anywhere else, and nothing is guessed."""
    entry = Entry(1, "DHR7", 1, type_name, told(ReviewOpened(title="Review 7")).body)
    with pytest.raises(UnknownEvent) as caught:
        _ = entry.event
    assert (
        f"Entry 1 is of a type {type_name!r} that this version of dhr-ledger does not know; "
        "read it with the version that recorded it, or a later one." == str(caught.value)
    )


def damaged(**content: Any) -> bytes:
    """The bytes of an entry, of which some say something else."""
    return canonical(said(told(ExportIssued(**exported))) | content)


exported = {"exporter": "plan.csv", "file": "plan.csv", "digest": "sha256:0", "entries": 9, "head": 9}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", "it: Invalid JSON: EOF while parsing a value at line 1 column 0"),
        (b"{", "it: Invalid JSON: EOF while parsing an object at line 1 column 1"),
        (b"[]", "it: Input should be an object"),
        (b"null", "it: Input should be an object"),
        (b"{}", "batch: Field required"),
        (damaged(more=1), "more: Extra inputs are not permitted"),
        (damaged(batch="18"), "batch: Input should be a valid integer"),
        (damaged(batch=18.0), "batch: Input should be a valid integer"),
        (damaged(batch=True), "batch: Input should be a valid integer"),
        (damaged(by={"name": ""}), "by.name: String should have at least 1 character"),
        (damaged(by="DHR coordinator"), "by: Input should be an object"),
        (damaged(event=exported | {"head": 9.0}), "event.head: Input should be a valid integer"),
        (
            damaged(event=exported | {"head": 2**53}),
            "event.head: Input should be less than or equal to 9007199254740991",
        ),
        (
            damaged(event=exported | {"options": {"size": 1.5}}),
            "event.options.size.str: Input should be a valid string",
        ),
        (damaged(event={}), "event.exporter: Field required"),
        (damaged(effective="September"), "effective: Value error, 'September' is no date; "),
        (damaged(effective=2013), "effective: Value error, 2013 is no date; "),
        (damaged(recorded_at="2014-02-28T16:20:05.123456"), "recorded_at: Input should have timezone info"),
        (damaged(recorded_at=1393604405), "recorded_at: Input should be a valid datetime"),
        (damaged(source={"row": 0}), "source.row: Input should be greater than or equal to 1"),
        (damaged().replace(b"plan.csv", b"plan.\xff"), "it: Invalid JSON: invalid unicode code point at line 1 column"),
        (damaged().replace(b"plan.csv", rb"\ud83d"), "it: Invalid JSON: "),
    ],
    ids=range(22),
)
def test_bytes_that_are_not_what_they_claim_are_never_guessed_at(body, fault):
    entry = Entry(18, A1, 3, "ExportIssued.v1", body)
    with pytest.raises(DamagedEntry) as caught:
        _ = entry.event
    told = str(caught.value)
    assert told.startswith(f"Entry 18 is not what it claims to be (ExportIssued.v1): {fault}")
    assert told.endswith("; restore it from a copy of the ledger.")


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"{}", damaged(event=exported | {"head": 2**53}), damaged(event=None), damaged(event={})),
        *(damaged(effective="September"), damaged(effective=2013), damaged(recorded_at="2014-02-28T16:20:05.123456")),
        *(damaged(recorded_at=1393604405), damaged(recorded_at="yesterday")),
    ],
    ids=range(11),
)
def test_what_cannot_be_read_cannot_be_folded(body):
    """A fold reads only what it needs, and says of it what reading the whole entry says."""
    entry = Entry(18, A1, 3, "ExportIssued.v1", body)
    with pytest.raises(DamagedEntry) as read_whole:
        _ = entry.event
    with pytest.raises(DamagedEntry) as folded:
        happening(entry)
    assert str(read_whole.value) == str(folded.value)


def test_an_unknown_type_cannot_be_folded():
    for kept in ("ReviewClosed.v1", "ReviewOpened.v2", "ReviewOpened"):
        with pytest.raises(UnknownEvent, match=f"Entry 1 is of a type '{kept}'"):
            happening(Entry(1, "DHR7", 1, kept, told(ReviewOpened(title="Review 7")).body))


@given(entries)
def test_a_fold_reads_what_the_entry_says(entry):
    """The quick way and the whole way come to the same."""
    assert (entry.event, entry.recorded_at, entry.effective, entry.since) == happening(entry)


def test_what_can_be_read_can_be_folded():
    """Where the quick way stumbles, over a small z say, the whole way has the word."""
    entry = Entry(18, A1, 3, "ExportIssued.v1", damaged(recorded_at="2014-02-28T16:20:05.123456z"))
    assert (entry.event, entry.recorded_at, None, date(2014, 2, 28)) == happening(entry)


# A line


@given(entries)
def test_a_line_is_the_whole_entry(entry):
    """In canonical form, columns and all; and what was read from a line is the entry, to the byte."""
    assert rfc8785.dumps(orjson.loads(entry.line)) == entry.line
    assert entry == Entry.of_line(entry.line)
    assert {"position": entry.position, "reference": entry.reference, "version": entry.version, "type": entry.type} == {
        name: value for name, value in orjson.loads(entry.line).items() if name not in said(entry)
    }


def line(**columns: Any) -> bytes:
    """The line of an entry, of which some columns say something else."""
    return canonical(orjson.loads(told(ProgressRecorded(note="Begun")).line) | columns)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"", "Input is a zero-length, empty document"),
        (b"[]", "^it is no object$"),
        (b"7", "^it is no object$"),
        (b"{}", "^it lacks 'position'$"),
        (b'{"position":1,"reference":"DHR7","version":1}', "^it lacks 'type'$"),
        (line(position="18"), r"^it is filed as \('18', 'BDHR2012/13-04:WMP:1.2', 3, 'ProgressRecorded.v1'\)$"),
        (line(position=18.0), r"^it is filed as \(18.0, "),
        (line(version=True), r"^it is filed as \(18, 'BDHR2012/13-04:WMP:1.2', True, "),
        (line(reference=None), r"^it is filed as \(18, None, "),
        (line(type=1), r"^it is filed as .*, 1\)$"),
        (line() + b"\n", "^it is not in canonical form$"),
        (line().replace(b":18", b": 18"), "^it is not in canonical form$"),
    ],
    ids=range(12),
)
def test_a_line_that_is_no_entry_to_the_byte_is_none(text, fault):
    with pytest.raises(ValueError, match=fault):
        Entry.of_line(text)


# Older versions


class Raised(Event):
    """An event in its third version: once a sum of pounds, then of pence, now with its currency."""

    v = 3
    upcasts = {
        1: lambda event: {"pence": event["pounds"] * 100},
        2: lambda event: event | {"currency": "GBP"},
    }

    pence: int
    currency: str


RAISED = {"Raised": Raised}


def older(version: int, event: dict[str, Any]) -> tuple[str, bytes]:
    kept = f"Raised.v{version}"
    return kept, canonical(said(told(ProgressRecorded(note="x"))) | {"event": event})


@pytest.mark.parametrize(
    ("version", "event"),
    [(1, {"pounds": 7}), (2, {"pence": 700}), (3, {"pence": 700, "currency": "GBP"})],
)
def test_an_older_version_is_read_as_the_present_one(version, event):
    """Step by step, each from one version to the next; the bytes stay what they are."""
    content = read(*older(version, event), 18, RAISED)
    assert Raised(pence=700, currency="GBP") == content.event


def test_a_version_of_the_future_is_not_read():
    with pytest.raises(UnknownEvent, match=r"'Raised\.v4'"):
        read(*older(4, {}), 18, RAISED)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"7",
        older(1, {})[1],
        older(1, {"pounds": []})[1],
        b'{"event":[]}',
        older(1, {"pounds": None})[1],
    ],
    ids=range(8),
)
def test_an_older_entry_that_is_damaged_says_so(body):
    """Whatever it is that its upcast stumbles over."""
    with pytest.raises(DamagedEntry, match=r"Entry 18 is not what it claims to be \(Raised\.v1\): .+; restore it"):
        read("Raised.v1", body, 18, RAISED)


def test_every_step_from_an_older_version_is_there():
    """An event of version 3 knows how to bring up the first and the second."""
    assert {name: set(range(1, event.v)) for name, event in EVENTS.items()} == {
        name: set(event.upcasts) for name, event in EVENTS.items()
    }
    assert {f"{name}.v{event.v}" for name, event in EVENTS.items()} == {event.type_name() for event in EVENTS.values()}
