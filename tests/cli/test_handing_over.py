"""Making a ledger and handing over what is in it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dhr_ledger import Ledger
from dhr_ledger.cli import app

REVIEW = "BDHR2012/13-04"
ACTION = f"{REVIEW}:WMP:1.2"
OTHER = f"{REVIEW}:WMP:1.3"
BY = ("--by", "DHR coordinator")


def test_init_makes_a_ledger_once(tmp_path, monkeypatch):
    """A second time it refuses, and says how much is in it."""
    monkeypatch.chdir(tmp_path)
    first, second = (CliRunner().invoke(app, ["--ledger", "new.ledger", "init"]) for _ in range(2))
    assert (0, 2) == (first.exit_code, second.exit_code)
    assert "There is a ledger at new.ledger already, with 0 entries; give another place with --ledger" in second.stderr


def test_a_ledger_is_rebuilt_from_its_entries(run, place, entries):
    """Byte for byte."""
    run("export", "entries.jsonl", "-o", "entries.jsonl", *BY)
    answer = CliRunner().invoke(app, ["--ledger", "copy.ledger", "init", "--from", "entries.jsonl"])
    assert "5 entries of entries.jsonl are in copy.ledger, byte for byte.\n" == answer.stdout
    assert [entry.body for entry in entries()][:5] == [entry.body for entry in entries("copy.ledger")]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("{}\n", "Line 1 is not an entry"), ("x\n", "Line 1 is not an entry"), (None, "entries.jsonl: No such file")],
)
def test_what_is_no_ledger_is_not_half_rebuilt(text, sentence, tmp_path, monkeypatch):
    """Nothing is in the ledger, which can be filled by the next try."""
    monkeypatch.chdir(tmp_path)
    if text:
        Path("entries.jsonl").write_text(text)
    answer = CliRunner().invoke(app, ["--ledger", "copy.ledger", "init", "--from", "entries.jsonl"])
    assert 2 == answer.exit_code
    assert sentence in answer.stderr
    with Ledger("copy.ledger") as ledger:
        assert 0 == ledger.head


def test_entries_that_are_not_a_whole_ledger_are_refused(run, tmp_path):
    """The first line is missing, and nothing of the others is kept."""
    run("export", "entries.jsonl", "-o", "entries.jsonl", *BY)
    Path("part.jsonl").write_bytes(b"".join(Path("entries.jsonl").read_bytes().splitlines(keepends=True)[1:]))
    answer = CliRunner().invoke(app, ["--ledger", "copy.ledger", "init", "--from", "part.jsonl"])
    assert 2 == answer.exit_code
    assert "These entries are not a whole ledger, and nothing was restored" in answer.stderr
    with Ledger("copy.ledger") as ledger:
        assert 0 == ledger.head
    assert 0 == CliRunner().invoke(app, ["--ledger", "copy.ledger", "init", "--from", "entries.jsonl"]).exit_code


def test_export_writes_the_file_and_records_that_it_was_issued(run, place, entries):
    """The ending picks the type; the digest of the file is in the entry."""

    answer = run("export", "plan", "-o", "my.csv", "--as-at", "2014-03", *BY)
    digest = f"sha256:{hashlib.sha256(Path('my.csv').read_bytes()).hexdigest()}"
    assert f"my.csv is plan.csv, made from 5 entries.\n{digest}\n" == answer.stdout
    issued = entries()[-1].event
    assert ("plan.csv", "my.csv", digest) == (issued.exporter, issued.file, issued.digest)
    assert {"as_at": "2014-03-31"} == issued.options


def test_export_answers_in_json(run):
    """Where, by what, and which entries."""
    told = json.loads(run("export", "entries.jsonl", REVIEW, "-o", "e.jsonl", *BY, "--json").stdout)
    assert ("e.jsonl", "entries.jsonl", 5, [REVIEW]) == (
        told["path"],
        told["exporter"],
        told["entries"],
        told["reviews"],
    )


def test_export_takes_options_as_key_and_value(run, place, entries):
    """-O and --option are the same."""
    run("export", "plan.csv", "-o", "my.csv", "-O", "as-at=2014-03-31", *BY)
    assert {"as_at": "2014-03-31"} == entries()[-1].event.options


def test_export_is_issued_by_the_account_where_nobody_is_named(run, place, monkeypatch, entries):
    """The name of the operating system's account, after --by and DHR_LEDGER_BY."""
    monkeypatch.setenv("LOGNAME", "j.smith")
    run("export", "plan", "-o", "a.csv")
    monkeypatch.setenv("DHR_LEDGER_BY", "Support officer")
    run("export", "plan", "-o", "b.csv")
    assert ["j.smith", "Support officer"] == [entry.by.name for entry in entries()[-2:]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["plan", "-o", "plan.xyz"], "There is no exporter called 'plan.xyz'; installed: "),
        (["plan", "-o", "nowhere/plan.csv"], "There is no folder nowhere"),
        (["plan.csv", "-o", "plan.csv", "-O", "colour=blue"], "plan.csv has no option 'colour'; it takes as_at, "),
        (["plan.csv", "-o", "plan.csv", "-O", "colour"], "--option 'colour' says no value"),
        (["audit-trail", "-o", "a.csv", "--as-at", "2014"], "audit-trail.csv has no option 'as_at'; it takes none."),
        (["plan.csv", "DHR9", "-o", "plan.csv"], "There is no review 'DHR9' in this ledger"),
        (["plan.csv", "-o", "plan.csv", "--as-at", "June"], "'June' is no date"),
    ],
)  # fmt: skip
def test_what_cannot_be_exported_leaves_no_file(arguments, sentence, run, place, entries):
    """And no entry."""
    answer = run("export", *arguments, *BY, expect=2)
    assert sentence in answer.stderr
    assert [place] == list(place.parent.iterdir())
    assert 5 == len(entries())


def test_a_section_that_is_named_twice_is_the_same_section(run, entries):
    """And one that is named beside another is refused."""
    run("export", "plan", f"{REVIEW}:WMP", "--section", "WMP", "-o", "plan.csv", *BY)
    assert f"{REVIEW}:WMP" == entries()[-1].event.shows
    told = run("export", "plan", f"{REVIEW}:WMP:1.2", "--section", "WMP", "-o", "plan.csv", *BY, expect=2)
    assert "is not the section 'WMP'" in told.stderr
    assert 6 == len(entries())


def test_exporters_are_listed_with_what_they_are_for(run):
    """Name, first line, options with defaults, plugin and version."""
    told = json.loads(run("exporters", "--json").stdout)
    named = {exporter["name"]: exporter for exporter in told["exporters"]}
    assert {"audit-trail.csv", "entries.jsonl", "plan.csv"} <= set(named)
    plan = named["plan.csv"]
    assert "The plan as it stands at a date: one row an action, every cell as printed." == plan["for"]
    assert [
        {"name": "as_at", "type": "date", "required": False, "default": None},
        {"name": "for_return", "type": "bool", "required": False, "default": False},
    ] == plan["options"]
    assert re.search(
        r"^plan\.csv +The plan as it stands at a date.* as_at=date for_return=bool .*dhr-ledger",
        run("exporters").stdout,
        re.M,
    )


def test_an_exporter_with_options_and_a_plugin_that_fails_are_shown(run, monkeypatch):
    """What is needed is marked, a default stands in brackets, and the faults are on the error stream."""
    from dhr_ledger import plugins

    def export_board(entries, out, *, board: str, days: int = 14) -> None:
        """A paper for the board."""

    doors = plugins.Doors(
        {"board.txt": plugins.Door("board.txt", export_board, "dhr-ledger-board", "2.1")}, {}, ("It broke.",)
    )
    monkeypatch.setattr(plugins, "installed", lambda: doors)
    answer = run("exporters")
    assert "board=str (needed) days=int (14)  dhr-ledger-board 2.1" in answer.stdout
    assert "It broke.\n" == answer.stderr


def test_what_an_export_shows_can_be_narrowed(run, entries):
    """To a section, to what was known by a day, and to what an audience may see; the entry says so."""
    run("export", "plan", "-o", "p.csv", "--section", "WMP", "--audience", "public", *BY)
    issued = entries()[-1].event
    assert (f"{REVIEW}:WMP", {"audience": "public"}) == (issued.shows, issued.options)
    run("export", "audit-trail", "-o", "a.csv", "--as-known", "2013-02-21", "--audience", "public", *BY)
    assert {"as_known": "2013-02-21 23:59:59.999999+00:00", "audience": "public"} == entries()[-1].event.options
    trail = Path("a.csv").read_text()
    assert (5, False, True) == (
        len(list(csv.reader(io.StringIO(trail)))) - 1,
        "DHR coordinator" in trail,
        "Community Safety Partnership" in trail,
    )
    run("export", "plan", "-o", "b.csv", "--as-known", "2013-02-20", *BY, expect=2)
    assert not Path("b.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--section", "XYZ"], "There is no section 'XYZ'; the plan has WMP."),
        (["--audience", "press"], "There is no audience 'press'"),
        (["--profiles", "p.json"], "say from whom with --audience"),
        (["--marking", "OFFICIAL"], "plan.csv has no option 'marking'"),
        (["--since", "2014"], "plan.csv has no option 'since'"),
        (["--as-known", "soon"], "'soon' is no moment to know from"),
    ],
)
def test_what_an_exporter_cannot_do_is_said(run, arguments, sentence):
    answer = run("export", "plan", "-o", "p.csv", *arguments, *BY, expect=2)
    assert sentence in answer.stderr
    assert not Path("p.csv").exists()


def test_whence_a_file_came(run):
    """Which export it is, what it showed, and how much was recorded since."""
    run("export", "plan", "-o", "p.csv", "--as-at", "2014-03", *BY)
    run("record", "record-progress", ACTION, "--note", "Begun", *BY)
    answer = run("whence", "p.csv")
    assert "p.csv is unaltered, to the byte:" in answer.stdout
    assert "DHR coordinator issued p.csv (plan.csv)" in answer.stdout
    assert (
        f"plan.csv of dhr-ledger {version('dhr-ledger')} made it.  It shows {REVIEW} as the ledger stood at entry 5 "
        "(as_at 2014-03-31); 2 entries were recorded since."
    ) in answer.stdout
    told = json.loads(run("whence", "p.csv", "--json").stdout)
    assert ("p.csv", 7, [6], []) == (
        *(told["file"], told["head"], [entry["position"] for entry in told["entries"]], told["called_alike"]),
    )


def test_an_altered_file_is_told_from_the_one_that_was_issued(run):
    """By its digest; one that is called alike is named, since it may be what was altered."""
    run("export", "plan", "-o", "p.csv", *BY)
    with open("p.csv", "a") as file:
        file.write("more\n")
    answer = run("whence", "p.csv", expect=1)
    assert "p.csv is no file that this ledger has issued, taken in or has as evidence." in answer.stdout
    assert "- It is called like one, and was altered since or is another: " in answer.stdout
    assert f"sha256:{hashlib.sha256(Path('p.csv').read_bytes()).hexdigest()}" in answer.stdout
    told = json.loads(run("whence", "p.csv", "--json", expect=1).stdout)
    assert (0, 1) == (len(told["entries"]), len(told["called_alike"]))


def test_a_file_of_another_type_than_its_ending_is_not_made(run):
    answer = run("export", "plan.csv", "-o", "plan.docx", *BY, expect=2)
    assert not Path("plan.docx").exists()
    assert "plan.csv makes a file of the type .csv; call it plan.csv, not plan.docx." in answer.stderr


def test_a_file_that_the_ledger_did_not_issue_is_not_overwritten(run, place, entries):
    """A return that somebody filled in has the name of the blank one; nothing is recorded, and it is whole."""
    run("export", "plan", "-o", "plan.csv", *BY)
    with open("plan.csv", "a") as file:
        file.write("filled in\n")
    before = Path("plan.csv").read_bytes()
    told = run("export", "plan", "-o", "plan.csv", *BY, expect=2)
    assert (
        "plan.csv is there already and is not, to the byte, a file that this ledger issued, so it stays; give another "
        "name with --output, or replace it with --force.\n"
    ) == told.stderr
    assert (before, 6) == (Path("plan.csv").read_bytes(), len(entries()))


def test_a_file_that_is_to_be_replaced_is_replaced(run, entries):
    """With --force; one that the ledger issued can be made again, so nobody is asked."""
    Path("plan.csv").write_text("something else")
    run("export", "plan", "-o", "plan.csv", "--force", *BY)
    run("record", "record-progress", ACTION, "--note", "Begun", *BY)
    run("export", "plan", "-o", "plan.csv", *BY)
    run("export", "audit-trail", "-o", "plan.csv", *BY)
    digest = f"sha256:{hashlib.sha256(Path('plan.csv').read_bytes()).hexdigest()}"
    assert digest == entries()[-1].event.digest
    assert 9 == len(entries())


def test_a_ledger_is_not_offered_to_be_replaced(run, place):
    """--force would not do it either."""
    Path("copy.csv").write_bytes(place.read_bytes())
    for more in ([], ["--force"]):
        told = run("export", "plan", "-o", "copy.csv", *more, *BY, expect=2)
        assert "belongs to a ledger or another database, which an export never replaces" in told.stderr


def test_a_document_of_a_day_on_which_there_was_no_plan_is_said_to_be_empty(run):
    """It is made all the same; on a day of the plan nothing is said."""
    told = run("export", "plan", "-o", "before.csv", "--as-at", "2001", *BY)
    assert (
        "before.csv shows no action: none was in the plan on 31 December 2001. "
        "If it was agreed earlier, say when: import it with --effective.\n"
    ) == told.stderr
    assert 1 == len(Path("before.csv").read_text().splitlines())
    told = run("export", "plan", "-o", "so.csv", "-O", "as_at=2001-12-31", *BY)
    assert "so.csv shows no action" in told.stderr
    assert "" == run("export", "plan", "-o", "after.csv", "--as-at", "2014", *BY).stderr


def test_evidence_is_known_by_its_digest(run):
    """What it is evidence of, and which entry says so; an altered one is none."""
    Path("minutes.pdf").write_bytes(b"Agreed.")
    run("record", "attach-evidence", ACTION, "--file", "minutes.pdf", "--kept-at", "Shared drive", *BY)
    Path("elsewhere.pdf").write_bytes(b"Agreed.")
    told = run("whence", "elsewhere.pdf").stdout
    assert f"- It is evidence of {ACTION} (entry 2): " in told
    assert "attached the evidence “minutes.pdf”, kept at Shared drive." in told
    assert [6] == [entry["position"] for entry in json.loads(run("whence", "minutes.pdf", "--json").stdout)["entries"]]
    Path("minutes.pdf").write_bytes(b"Agreed!")
    assert "- It is called like one, and was altered since" in run("whence", "minutes.pdf", expect=1).stdout


def test_an_exporter_that_is_nearly_called_so_is_named(run):
    told = run("export", "audit-trial", "-o", "a.csv", *BY, expect=2).stderr
    assert "There is no exporter called 'audit-trial.csv'; did you mean 'audit-trail.csv'? Installed: " in told
