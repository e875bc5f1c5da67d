"""What was recorded once can be read for ever: an entry of every version of every event, to the byte.

The files are never changed.  A new version of an event comes with a file of its own, beside the old one, and so do
fields that a version was given later: ActionCreated.v1+outcome.json has what ActionCreated.v1.json could not know.
"""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
import rfc8785

from dhr_ledger.action import ActionCreated, Lead, MilestoneReached, Party, ProgressRecorded
from dhr_ledger.command import Change, Event
from dhr_ledger.entry import EVENTS, Entry, encode, read, to_json
from dhr_ledger.provenance import Actor, Source
from dhr_ledger.review import (
    ExportIssued,
    LegendRevised,
    PlanImported,
    RecommendationMade,
    ReviewOpened,
    ReviewStageReached,
)
from dhr_ledger.status import Legend, Status
from dhr_ledger.target_date import TargetDate

GOLDEN = Path(__file__).parents[1] / "golden" / "events"
FILES = sorted(GOLDEN.glob("*.json"))


def kind(path: Path) -> str:
    """The type of the entry in a file, by the file's name."""
    return path.stem.partition("+")[0]


def added(path: Path) -> set[str]:
    """The fields that the type was given since its first file, by the file's name."""
    return set(path.stem.split("+")[1:])


def entry(path: Path) -> Entry:
    """The entry in a file, filed as it says itself."""
    kept = Entry.of_line(path.read_bytes())
    assert kind(path) == kept.type
    return kept


def test_every_version_of_every_event_has_a_file():
    """Whoever adds an event, or a version of one, adds an entry of it."""
    versions = [f"{name}.v{nth}" for name, event in EVENTS.items() for nth in range(1, event.v + 1)]
    assert sorted(versions) == [path.stem for path in FILES if not added(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_entry_is_read_and_says_the_same_bytes(path):
    """Nothing is lost in reading; an older version is read as the present one, and its bytes stay what they are."""
    kept = entry(path)
    assert path.stem.startswith(f"{type(kept.event).__name__}.v")
    told = encode(
        position=kept.position,
        reference=kept.reference,
        version=kept.version,
        recorded_at=kept.recorded_at,
        by=to_json(kept.by),
        event=kept.event,
        effective=kept.effective,
        reason=kept.reason,
        source=kept.source,
        batch=kept.batch,
    )
    if kind(path) == kept.event.type_name():
        assert (kept, path.read_bytes()) == (told, told.line)
    assert read(told.type, told.body, told.position).event == kept.event


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_canonical(path):
    """In the canonical form of another implementation."""
    assert rfc8785.dumps(orjson.loads(path.read_bytes())) == path.read_bytes()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_uses_every_field(path):
    """Of the entry, of who recorded it and where it was read, and of its event: what is not there is not kept safe.

    Of the event a file has every field that there was when it was written.
    """
    content = orjson.loads(path.read_bytes())
    event = EVENTS[kind(path).rpartition(".")[0]]
    later = {field for other in FILES if kind(other) == kind(path) for field in added(other)} - added(path)
    assert 11 == len(content)
    assert set(Actor.model_fields) == set(content["by"])
    assert set(Source.model_fields) == set(content["source"])
    if kind(path) == event.type_name():
        assert set(event.model_fields) - later == set(content["event"])


@pytest.mark.parametrize("path", [path for path in FILES if added(path)], ids=lambda path: path.stem)
def test_an_entry_from_before_a_field_reads_as_if_the_field_were_blank(path):
    """It says what it said, its bytes are what they were, and only the later entry says the field."""
    old, new = entry(path.with_stem(kind(path))), entry(path)
    fields = type(old.event).model_fields
    for field in added(path):
        assert fields[field].default == getattr(old.event, field) != getattr(new.event, field)
    said = orjson.loads(old.body)["event"]
    assert not added(path) & set(said)
    assert said == to_json(old.event)
    assert old.event == new.event.model_copy(update={field: fields[field].default for field in added(path)})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (
            {"text": "Train"},
            ActionCreated(
                text="Train",
                recommendation=None,
                lead=Lead(as_printed="", parties=()),
                target_date=TargetDate(as_printed="", kind="none"),
                desired_outcome="",
                monitoring="",
                success_measure="",
                evidence_required="",
                outcome="",
                status=Status(as_printed="", progress="unknown"),
            ),
        ),
        ({"note": "Begun"}, ProgressRecorded(note="Begun", as_printed=False)),
        ({"milestone": "Begun"}, MilestoneReached(milestone="Begun", as_printed=False)),
        ({"to": []}, LegendRevised(was=None, to=Legend(()))),
        ({"title": "Review 7"}, ReviewOpened(title="Review 7", kind="DHR", partnership=None, legend=None)),
        (
            {"recommendation": "DHR7:WMP:R1", "text": "Share."},
            RecommendationMade(recommendation="DHR7:WMP:R1", text="Share.", scope=None, addressee=None),
        ),
        ({"stage": "published"}, ReviewStageReached(stage="published", note=None)),
        (
            {"exporter": "plan.csv", "file": "plan.csv", "digest": "sha256:0", "entries": 0, "head": 0},
            ExportIssued(
                exporter="plan.csv", file="plan.csv", digest="sha256:0", entries=0, head=0, shows=None, options={}
            ),
        ),
        (
            {"file": "plan.csv", "digest": "sha256:0", "importer": ".csv", "actions": 0},
            PlanImported(file="plan.csv", digest="sha256:0", importer=".csv", actions=0, conflicts=0),
        ),
        ({}, Change(was=None, to=None)),
        ({}, Party(agency=None, post=None)),
    ],
    ids=lambda value: "" if isinstance(value, dict) else type(value).__name__,
)
def test_what_is_left_out_means_what_it_always_meant(written, meant):
    """A default is part of the format, and never changes."""
    assert meant == type(meant).model_validate(written)
    assert written == to_json(meant)


def test_the_defaults_above_are_all_there_are():
    """An event with a field that may be left out stands in the table above."""
    may_leave_out = {
        name for name, event in EVENTS.items() if any(not field.is_required() for field in event.model_fields.values())
    }
    assert {
        *("ActionCreated", "ProgressRecorded", "ReviewOpened", "RecommendationMade", "ReviewStageReached"),
        *("ExportIssued", "PlanImported", "MilestoneReached", "LegendRevised"),
    } == may_leave_out
    assert all(issubclass(event, Event) for event in EVENTS.values())
