"""An export is a whole file or no file, and the ledger knows of every file that was issued."""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from dhr_ledger import Ledger, exports
from dhr_ledger.action import CreateAction, RecordProgress
from dhr_ledger.errors import (
    BadActor,
    BadInput,
    BadOption,
    ExportError,
    LedgerError,
    PluginError,
    Refused,
    UnknownExporter,
    UnknownReference,
)
from dhr_ledger.exporters.table import read_table
from dhr_ledger.exports import export, issue, options_of
from dhr_ledger.plugins import Door, Doors, installed
from dhr_ledger.review import AddSection, MakeRecommendation, OpenReview, RenameSection

if TYPE_CHECKING:
    from dhr_ledger.nowhere import Nothing


@pytest.fixture
def ledger():
    with Ledger() as ledger:
        for review in ("DHR7", "DHR8"):
            ledger.record(
                OpenReview(review=review, title="Review"),
                AddSection(section=f"{review}:WMP", heading="Police"),
                CreateAction(action=f"{review}:WMP:1", text="Train", target_date="Mar-14"),
                RecordProgress(action=f"{review}:WMP:1", note="Begun"),
                by="DHR coordinator",
            )
        yield ledger


def doors(**exporters: Any) -> Doors:
    """Doors with exporters of the test's own: `draft` is called `draft.txt`."""
    return Doors(
        {f"{name}.txt": Door(f"{name}.txt", function, "a-plugin", "1.0") for name, function in exporters.items()}, {}
    )


def copy(entries, out, *, heading: str = "", copies: int = 1, until: date | None = None):
    """The references of the entries."""
    out.write(heading.encode())
    for entry in entries:
        out.write(f"{entry.reference}\n".encode() * copies)


def fail_half_way(entries, out):
    """Half a file."""
    for entry in entries:
        out.write(entry.body)
        if entry.position == 3:
            raise ZeroDivisionError("half way")


def test_a_file_is_what_the_exporter_wrote(ledger, tmp_path):
    exported = export(ledger.entries("DHR7"), "copy", tmp_path / "plan.txt", doors=doors(copy=copy))
    assert "DHR7\nDHR7\nDHR7:WMP:1\nDHR7:WMP:1\n" == (tmp_path / "plan.txt").read_text()
    assert tmp_path / "plan.txt" == exported.path
    assert "copy.txt" == exported.exporter
    assert f"sha256:{hashlib.sha256((tmp_path / 'plan.txt').read_bytes()).hexdigest()}" == exported.digest
    assert (4, 4, ("DHR7",)) == (exported.entries, exported.head, exported.reviews)
    assert ["plan.txt"] == os.listdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("plan", "plan.csv"),
        ("plan", "any name.csv"),
        ("plan", "PLAN.CSV"),
        ("plan.csv", "plan.txt"),
        ("plan.csv", "-"),
        ("plan.csv", "plan.csv "),
        ("plan.csv", "plan."),
        ("plan.csv", ".csv"),
        ("plan.csv", "--as-at"),
        ("plan.csv", "Cynllun Dŵr\u202e*?\n'\".csv"),
        ("plan.csv", "x" * 255),
        ("plan.csv", b"\xff.csv".decode(errors="surrogateescape")),
    ],
)
def test_the_ending_picks_the_exporter_and_any_name_will_do(ledger, tmp_path, name, file):
    exported = export(ledger.entries(), name, tmp_path / file)
    assert "plan.csv" == exported.exporter
    assert [file] == os.listdir(tmp_path)


def test_an_exporter_that_is_not_there_is_named_with_those_that_are(ledger, tmp_path):
    with pytest.raises(UnknownExporter) as told:
        export(ledger.entries(), "plan", tmp_path / "plan.pdf")
    assert str(told.value).startswith("There is no exporter called 'plan.pdf'; installed: ")
    assert "audit-trail.csv, " in str(told.value)
    with pytest.raises(UnknownExporter, match=r"There is no exporter called 'plan'; installed: .*plan.csv"):
        export(ledger.entries(), "plan", tmp_path / "plan")
    assert [] == os.listdir(tmp_path)


# Whole file or no file


@pytest.mark.parametrize("there_before", [b"the old file", None])
def test_an_exporter_that_fails_leaves_no_half_file_and_is_named(ledger, tmp_path, there_before):
    """What stood there before still does."""
    path = tmp_path / "plan.txt"
    if there_before is not None:
        path.write_bytes(there_before)
    with pytest.raises(ExportError) as told:
        issue(ledger, "draft", path, by="Board", doors=doors(draft=fail_half_way))
    message = "The exporter draft.txt of a-plugin failed and left no file: ZeroDivisionError: half way."
    assert message == str(told.value)
    assert ([path.name] if there_before else []) == os.listdir(tmp_path)
    assert there_before is None or there_before == path.read_bytes()
    assert 8 == ledger.head


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, Refused])
def test_whatever_stops_an_export_leaves_nothing_behind(ledger, tmp_path, stop):
    def stopped(entries, out):
        out.write(b"half")
        raise stop

    with pytest.raises(stop):
        export(ledger.entries(), "stopped", tmp_path / "plan.txt", doors=doors(stopped=stopped))
    assert [] == os.listdir(tmp_path)


def test_a_damaged_entry_is_reported_as_what_it_is(ledger, tmp_path):
    """An error of the ledger's own is not the exporter's fault."""
    entries = [*ledger.entries()]
    entries[4] = entries[4]._replace(type="ReviewDissolved.v1")
    with pytest.raises(LedgerError, match=r"Entry 5 is of a type 'ReviewDissolved.v1'"):
        export(entries, "plan", tmp_path / "plan.csv")
    assert [] == os.listdir(tmp_path)


def test_an_exporter_that_closes_the_file_is_named(ledger, tmp_path):
    def close(entries, out):
        out.close()

    with pytest.raises(ExportError, match=r"The exporter shut.txt of a-plugin closed the file that it was given"):
        export(ledger.entries(), "shut", tmp_path / "plan.txt", doors=doors(shut=close))
    assert [] == os.listdir(tmp_path)


def test_an_exporter_that_reads_twice_is_named(ledger, tmp_path):
    """The second time there would be nothing, in silence."""

    def twice(entries, out):
        return [*entries, *entries]

    with pytest.raises(ExportError, match=r"The exporter twice.txt of a-plugin asked for the entries twice"):
        export(ledger.entries(), "twice", tmp_path / "plan.txt", doors=doors(twice=twice))


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no limit to the size of files here")
@pytest.mark.parametrize("room", [0, 100, 20_000])
def test_a_full_disk_leaves_no_half_file(tmp_path, room):
    """The disk is full at the first byte, within a buffer, and while the exporter is writing."""
    (tmp_path / "plan.csv").write_text("the old file")
    program = f"""
import resource, signal
from dhr_ledger import export
from dhr_ledger.errors import ExportError
from dhr_ledger.testing.strategies import everything
entries = everything()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))
try:
    export(entries, "plan", "plan.csv")
except ExportError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=everywhere(), capture_output=True, text=True, check=True
    )
    assert "File too large" in done.stdout
    assert "plan.csv" in done.stdout
    assert "no file" in done.stdout
    assert ["plan.csv"] == os.listdir(tmp_path)
    assert "the old file" == (tmp_path / "plan.csv").read_text()


def everywhere() -> dict[str, str]:
    """The environment of a process that finds what this one finds."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def test_a_folder_that_is_not_there_is_named(ledger, tmp_path):
    with pytest.raises(
        ExportError, match=r"There is no folder .*/to; make it first, or choose another place for plan\.csv"
    ):
        export(ledger.entries(), "plan", tmp_path / "to" / "plan.csv")


@pytest.mark.parametrize("place", [".", "..", "", "folder"])
def test_a_folder_is_no_place_for_a_file(ledger, tmp_path, monkeypatch, place):
    """Nothing is recorded of a file that cannot be."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(ExportError, match="is a folder; give the name of a file in it"):
        issue(ledger, "plan.csv", place, by="Board")
    assert 8 == ledger.head
    assert ["folder"] == os.listdir(tmp_path)


def test_a_device_is_not_replaced_by_a_file(ledger, tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(ExportError, match="is a device or a pipe"):
        export(ledger.entries(), "plan", tmp_path / "pipe.csv")
    assert (tmp_path / "pipe.csv").is_fifo()


@pytest.mark.parametrize("name", ["a\0b.csv", "x" * 300 + ".csv", "file/plan.csv"])
def test_a_name_that_no_file_can_have_is_refused_in_a_sentence(ledger, tmp_path, name):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ExportError):
        export(ledger.entries(), "plan", tmp_path / name)
    assert ["file"] == os.listdir(tmp_path)


def test_a_folder_that_may_not_be_written_to_is_named(ledger, tmp_path):
    """As somebody without the right to; the superuser of a test has every right, and gives it up for a moment."""
    tmp_path.chmod(0o555)
    somebody = 65_534 if os.geteuid() == 0 else os.geteuid()
    before = os.geteuid()
    for folder in tmp_path.parents[:2]:
        folder.chmod(0o755)
    os.seteuid(somebody)
    try:
        with pytest.raises(ExportError, match=r"plan\.csv cannot be written to .*: .*; no file was left\."):
            export(ledger.entries(), "plan", tmp_path / "plan.csv")
    finally:
        os.seteuid(before)
        tmp_path.chmod(0o755)
    assert [] == os.listdir(tmp_path)


def test_a_folder_that_nobody_may_look_into_takes_a_file(ledger, tmp_path):
    """One that is for handing in alone: its names cannot be put on the disk, and the file is there all the same."""
    drop = tmp_path / "drop"
    drop.mkdir(mode=0o333)
    drop.chmod(0o333)
    somebody = 65_534 if os.geteuid() == 0 else os.geteuid()
    before = os.geteuid()
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    known = installed()  # before the files of the plugins may be out of reach
    os.seteuid(somebody)
    try:
        issue(ledger, "plan.csv", drop / "plan.csv", by="Board", doors=known)
    finally:
        os.seteuid(before)
        drop.chmod(0o755)
    assert ["plan.csv"] == os.listdir(drop)
    assert "ExportIssued.v1" == [*ledger.entries()][-1].type


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("no"), Refused("no")])
def test_what_recording_it_raises_is_not_said_of_the_file(ledger, tmp_path, error):
    def record(exported):
        raise error

    with pytest.raises(type(error)) as raised:
        export(ledger.entries(), "plan", tmp_path / "plan.csv", before_it_is_there=record)
    assert error is raised.value
    assert [] == os.listdir(tmp_path)


def test_the_file_and_then_its_name_are_on_the_disk(ledger, tmp_path, monkeypatch):
    """The order of what is durable: the bytes, the entry, the name."""
    steps = []
    sync, replace, record = os.fsync, os.replace, ledger.record
    monkeypatch.setattr(
        os, "fsync", lambda fd: steps.append(f"sync {os.path.basename(os.readlink(f'/proc/self/fd/{fd}'))}") or sync(fd)
    )
    monkeypatch.setattr(os, "replace", lambda one, other: steps.append("name") or replace(one, other))
    monkeypatch.setattr(ledger, "record", lambda *commands, by: steps.append("record") or record(*commands, by=by))
    issue(ledger, "plan", tmp_path / "plan.csv", by="Board")
    assert steps[0].startswith("sync .")
    assert steps[0].endswith(".part")
    assert ["record", "record", "name", f"sync {tmp_path.name}"][1:] == steps[1:]


# Options


@pytest.mark.parametrize(
    ("given_", "taken"),
    [
        ({}, {}),
        ({"copies": "2"}, {"copies": 2}),
        ({"until": "2014-03-31"}, {"until": date(2014, 3, 31)}),
        ({"until": None, "heading": "Plan\n"}, {"until": None, "heading": "Plan\n"}),
    ],
)
def test_options_are_taken_as_text_or_as_what_they_are(ledger, tmp_path, given_, taken):
    assert taken == export(ledger.entries(), "copy", tmp_path / "a.txt", options=given_, doors=doors(copy=copy)).options


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"colour": "red"}, r"^copy\.txt has no option 'colour'; it takes heading, copies, until\.$"),
        ({"copies": "two"}, r"^copy\.txt cannot take copies='two': Input should be a valid integer"),
        ({"until": "31/03/2014"}, r"^copy\.txt cannot take until='31/03/2014': Input should be a valid date"),
    ],
)
def test_an_option_that_cannot_be_is_refused_before_anything_is_written(ledger, tmp_path, options, fault):
    with pytest.raises(BadOption, match=fault):
        export(ledger.entries(), "copy", tmp_path / "a.txt", options=options, doors=doors(copy=copy))
    assert [] == os.listdir(tmp_path)


def test_an_option_without_a_default_is_needed(ledger, tmp_path):
    def titled(entries, out, *, title: Literal["plan", "report"]):
        out.write(title.encode())

    with pytest.raises(BadOption, match=r"^titled\.txt needs the option 'title'\.$"):
        export(ledger.entries(), "titled", tmp_path / "a.txt", doors=doors(titled=titled))
    export(ledger.entries(), "titled", tmp_path / "a.txt", options={"title": "plan"}, doors=doors(titled=titled))


def test_only_the_annotations_of_options_are_looked_up():
    """A plugin may import `Entry` for type checkers alone; what an option is has to be known where it runs."""

    def lazy(entries: Nothing, out: Nothing, *, days: int = 3, anything="x"): ...
    def wrong(entries: Nothing, out: Nothing, *, days: Nothing = 3): ...

    [days, anything] = options_of(Door("lazy.txt", lazy, "a-plugin", "1"))
    assert ("days", int, 3) == (days.name, days.annotation, days.default)
    assert ("anything", Any, "x") == (anything.name, anything.annotation, anything.default)
    with pytest.raises(
        PluginError, match=r"The option 'days' of wrong.txt is annotated as 'Nothing'.* a-plugin has to import"
    ):
        options_of(Door("wrong.txt", wrong, "a-plugin", "1"))


def test_the_options_of_the_plan_are_listed():
    assert ["as_at", "for_return"] == [option.name for option in options_of(installed().exporter("plan.csv"))]


# Issued


def test_an_issued_file_is_an_entry_of_each_review_that_it_shows(ledger, tmp_path):
    exported = issue(ledger, "plan", tmp_path / "plan.csv", by="Board", options={"as_at": "2030-01-01"})
    entries = [entry for entry in ledger.entries() if entry.type == "ExportIssued.v1"]
    assert ["DHR7", "DHR8"] == [entry.reference for entry in entries]
    for entry in entries:
        assert "Board" == entry.by.name
        assert "plan.csv" == entry.event.exporter
        assert "plan.csv" == entry.event.file
        assert f"dhr-ledger {version('dhr-ledger')}" == entry.event.made_by
        assert f"sha256:{hashlib.sha256((tmp_path / 'plan.csv').read_bytes()).hexdigest()}" == entry.event.digest
        assert (8, 8) == (entry.event.entries, entry.event.head)
        assert {"as_at": "2030-01-01"} == entry.event.options
    assert exported.digest == entries[0].event.digest
    assert 1 == len({entry.batch for entry in entries})


@pytest.mark.parametrize("told", ["audience", "as_known"])
def test_what_an_export_shows_is_no_option_to_choose(ledger, tmp_path, told):
    """A file that says it is for the public and names everybody would be believed."""
    with pytest.raises(BadOption) as refused:
        issue(ledger, "plan", tmp_path / "plan.csv", by="Board", options={told: "public"})
    assert (
        f"{told} is no option to choose, for it would change what plan says and not what it shows; "
        f"give it to the export itself, as {told}=… or --{told.replace('_', '-')}."
    ) == str(refused.value)
    assert ([], 8) == (os.listdir(tmp_path), ledger.head)


def test_an_audience_of_the_package_may_be_called_by_its_name(ledger, tmp_path):
    issue(ledger, "audit-trail", tmp_path / "a.csv", by="Board", audience="public")
    assert "[withheld]" in (tmp_path / "a.csv").read_text()
    assert {"audience": "public"} == [*ledger.entries()][-1].event.options
    with pytest.raises(BadInput, match="There is no audience 'everybody'; there are board, panel, public"):
        issue(ledger, "audit-trail", tmp_path / "b.csv", by="Board", audience="everybody")


def test_one_review_or_one_action_may_be_issued_alone(ledger, tmp_path):
    issue(ledger, "audit-trail", tmp_path / "a.csv", by="Board", reference="DHR8:WMP")
    [entry] = [entry for entry in ledger.entries() if entry.type == "ExportIssued.v1"]
    assert ("DHR8", "DHR8:WMP", 4, 8) == (entry.reference, entry.event.shows, entry.event.entries, entry.event.head)


def test_a_section_that_is_issued_alone_has_its_heading(ledger, tmp_path):
    """The entries of its review come along, and those of other sections do not, nor what the review says of these."""
    ledger.record(
        AddSection(section="DHR8:HSG", heading="Housing"),
        MakeRecommendation(recommendation="DHR8:HSG:R1", text="Review tenancies"),
        RenameSection(section="DHR8:HSG", to="Homes", reason="So called now"),
        MakeRecommendation(recommendation="DHR8:WMP:R1", text="Train all"),
        by="Board",
    )
    issue(ledger, "entries", tmp_path / "entries.jsonl", by="Board", reference="DHR8:WMP")
    written = (tmp_path / "entries.jsonl").read_text()
    assert ("Train all" in written, "HSG" in written) == (True, False)
    issue(ledger, "plan.csv", tmp_path / "plan.csv", by="Board", reference="DHR8:WMP")
    with open(tmp_path / "plan.csv", "rb") as file:
        headings, *rows = read_table(file)
    (section,) = {dict(zip(headings, row, strict=True))["section"] for row in rows}
    assert ledger.review("DHR8").sections["WMP"] == section


@pytest.mark.parametrize(
    ("said", "error"), [({"by": None}, BadActor), ({"by": "Board", "reference": "DHR9"}, UnknownReference)]
)
def test_a_file_that_cannot_be_recorded_is_not_there(ledger, tmp_path, said, error):
    with pytest.raises(error):
        issue(ledger, "entries", tmp_path / "e.jsonl", **said)
    assert [] == os.listdir(tmp_path)
    assert 8 == ledger.head


def test_the_entry_is_there_before_the_file(ledger, tmp_path, monkeypatch):
    """If the power goes in between, the ledger tells of a file that nobody has, never the other way round."""

    def power_cut(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(exports.os, "replace", power_cut)
    with pytest.raises(KeyboardInterrupt):
        issue(ledger, "plan", tmp_path / "plan.csv", by="Board")
    assert [] == os.listdir(tmp_path)
    assert ["ExportIssued.v1", "ExportIssued.v1"] == [entry.type for entry in ledger.entries(after=8)]


def test_a_name_with_half_a_character_cannot_be_recorded(ledger, tmp_path):
    name = b"\xff.csv".decode(errors="surrogateescape")
    with pytest.raises(LedgerError, match="cannot"):
        issue(ledger, "plan", Path(tmp_path) / name, by="Board")
    assert [] == os.listdir(tmp_path)


@pytest.mark.parametrize("ending", ["", "-wal", "-shm"])
def test_an_export_never_takes_the_place_of_a_ledger(ending, tmp_path):
    """Whatever it is called on the command line."""
    with Ledger(tmp_path / "plan.ledger") as ledger:
        ledger.record(OpenReview(review="DHR7", title="Review 7"), by="DHR coordinator")
        with pytest.raises(
            ExportError, match="belongs to a ledger or another database, which an export never replaces"
        ):
            issue(ledger, "plan.csv", tmp_path / f"plan.ledger{ending}", by="Board")
        assert (1, True) == (ledger.head, bool(ledger.verify()))


def test_exports_at_the_same_time_do_not_stand_in_each_others_way(tmp_path):
    with Ledger(tmp_path / "plan.ledger") as ledger:
        ledger.record(OpenReview(review="DHR7", title="Review 7"), by="DHR coordinator")

        def export_six(name: str) -> None:
            for nth in range(6):
                issue(ledger, "plan.csv", tmp_path / f"{name}{nth}.csv", by=name)

        with ThreadPoolExecutor() as pool:
            list(pool.map(export_six, ["Board", "Chair", "Police"]))
        assert 18 == sum(entry.type == "ExportIssued.v1" for entry in ledger.entries())


def test_whoever_waits_is_told_how_far_it_has_come(tmp_path):
    """The position of every hundredth entry, in order, whatever is withheld."""
    told: list[int] = []
    with Ledger() as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review"), AddSection(section="DHR7:WMP", heading="P"), by="Board"
        )
        ledger.record(*(CreateAction(action=f"DHR7:WMP:{n}", text="Train") for n in range(1, 349)), by="Board")
        issue(ledger, "audit-trail", tmp_path / "a.csv", by="Board", so_far=told.append)
    assert [100, 200, 300] == told
