"""Going through an import change by change, and what is settled once: what headings and statuses mean."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dhr_ledger import Ledger
from dhr_ledger.action import RecordProgress
from dhr_ledger.cli import app
from dhr_ledger.review import PlanImported

from .conftest import DHR_LEDGER

BY = ("--by", "DHR coordinator")
TABLE = """Plan of DHR7
Northshire Police
Ref,Action,Lead Agency,Target Date,Progress,Status
Recommendation 1: Learn
1,Train officers,Training lead,Mar-14,Begun.,Ongoing
2,Audit records,Audit lead,Dec-13,,Completed
Recommendation 2: Listen
3,Ask the family,Chair,Dec-13,,
"""


@pytest.fixture
def table(tmp_path, monkeypatch) -> Path:
    """A table of three actions under two recommendations."""
    monkeypatch.chdir(tmp_path)
    path = Path("09-NP.csv")
    path.write_text(TABLE)
    return path


def typed(*arguments: str):
    """Type a command about the ledger of these tests."""
    return CliRunner().invoke(app, ["--ledger", "plan.ledger", *arguments])


def answered(*answers: str, reason: tuple[str, ...] = ()) -> tuple[int, str]:
    """Go through the table on a terminal, with these answers: how it ended, and what was shown."""
    ours, theirs = pty.openpty()
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    arguments = ("--ledger", "plan.ledger", "import", "09-NP.csv", "--interactive", *BY, *reason)
    with subprocess.Popen(
        [*DHR_LEDGER, *arguments],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "NO_COLOR": "1"},
        text=True,
    ) as process:
        os.close(theirs)
        told, _ = process.communicate(timeout=60)
    os.close(ours)
    return process.returncode, told


def recorded() -> list[str]:
    """What the ledger holds: the kind of each entry, and what it is about."""
    if not Path("plan.ledger").exists():
        return []
    with Ledger("plan.ledger") as ledger:
        return [f"{entry.type.partition('.')[0]} {entry.reference}" for entry in ledger.entries()]


# Going through it


def test_yes_to_all_of_it_is_an_import(table):
    """Each change is asked about, with what it was and what it would be."""
    ended, told = answered(*["yes"] * 9)
    assert 0 == ended, told
    assert 8 == told.count("Record this? (yes, no, all, quit)")
    assert "DHR7:NP:1  new action\n  + Train officers | Training lead | Mar-14 (2014-03-31) | Ongoing" in told
    through = recorded()
    Path("plan.ledger").unlink()
    typed("import", "09-NP.csv", "--apply", *BY)
    assert through == recorded()


def test_an_answer_may_be_a_letter_or_nothing_and_anything_else_is_asked_again(table):
    """Enter is yes, and all is yes to whatever comes after."""
    ended, told = answered("", "Y", "perhaps", "a")
    assert (0, 4) == (ended, told.count("Record this?"))
    assert "PlanImported DHR7" == recorded()[-1]


def test_what_stands_on_something_that_was_declined_goes_with_it(table):
    """The section with everything in it; the review is opened and the file counts as not settled."""
    ended, told = answered("yes", "no")
    assert (1, 2) == (ended, told.count("Record this?"))
    assert ["ReviewOpened DHR7", "PlanImported DHR7"] == recorded()
    with Ledger("plan.ledger") as ledger:
        assert 1 == list(ledger.entries())[-1].event.conflicts
    ended, _ = answered("all")
    assert (0, "PlanImported DHR7", 10) == (ended, recorded()[-1], len(recorded()))


def test_a_recommendation_that_was_declined_takes_its_actions_along(table):
    answered("yes", "yes", "no", "all")
    assert ["DHR7", "DHR7", "DHR7", "DHR7:NP:3", "DHR7"] == [told.split()[1] for told in recorded()]


def test_an_action_that_was_declined_takes_its_progress_along_and_no_other(table):
    answered("yes", "yes", "yes", "yes", "no", "all")
    assert {"DHR7", "DHR7:NP:2", "DHR7:NP:3"} == {told.split()[1] for told in recorded()}


def test_one_change_of_an_action_may_be_declined_without_the_others(table):
    """And it is proposed again, though the file was taken in."""
    typed("import", "09-NP.csv", "--apply", *BY)
    table.write_text(TABLE.replace("Training lead", "Head of training").replace("Ongoing", "Paused"))
    ended, _ = answered("no", "yes")
    assert 1 == ended
    assert "StatusChanged DHR7:NP:1" == recorded()[-2]
    again = typed("import", "09-NP.csv")
    assert "Head of training" in again.stdout
    assert "Paused" not in again.stdout.partition("\n\n")[0]


def test_what_was_declined_does_not_count_as_taken_in(table):
    """Neither an action that is not kept, nor one whose every change was declined; one that changed nothing does."""
    answered("yes", "yes", "yes", "yes", "no", "all")
    assert (2, 1) == counted()
    Path("plan.ledger").unlink()
    typed("import", "09-NP.csv", "--apply", *BY)
    table.write_text(TABLE.replace("Training lead", "Head of training").replace("Ongoing", "Paused"))
    answered("yes", "no")
    assert (3, 1) == counted()
    table.write_text(TABLE.replace("Ask the family,Chair", "Ask the family,Vicar").replace("Training lead", "Trainer"))
    answered("no", "all")
    assert (2, 1) == counted()


def counted() -> tuple[int, int]:
    """How many actions the last table counted as taken in, and how much of it is to be settled."""
    with Ledger("plan.ledger") as ledger:
        event = list(ledger.entries())[-1].event
    assert isinstance(event, PlanImported)
    return event.actions, event.conflicts


def test_what_is_not_reopened_is_not_changed(table):
    """Its progress is kept all the same."""
    typed("import", "09-NP.csv", "--apply", *BY)
    table.write_text(
        TABLE.replace("2,Audit records,Audit lead,Dec-13,,Completed", "2,Audit all,Audit lead,Dec-13,New.,Ongoing")
    )
    answered("no", "yes")
    assert ["ProgressRecorded DHR7:NP:2", "PlanImported DHR7"] == recorded()[-2:]


def test_a_reason_is_asked_for_where_one_is_needed(table):
    """Rather than that all the answers were in vain."""
    typed("import", "09-NP.csv", "--apply", *BY)
    table.write_text(TABLE.replace("Mar-14", "Jun-14"))
    ended, told = answered("yes", "The pilot was extended")
    assert 0 == ended, told
    with Ledger("plan.ledger") as ledger:
        assert "The pilot was extended" == list(ledger.entries("DHR7:NP:1"))[-1].reason
    assert "Why do dates move" in told


@pytest.mark.parametrize("answers", [("quit",), ("yes", "yes", "q"), ("no",)])
def test_whoever_quits_or_declines_everything_has_recorded_nothing(answers, table):
    """And there is no ledger either; it is the last that is said."""
    ended, told = answered(*answers)
    assert (1, []) == (ended, recorded()), told
    assert told.rstrip().endswith("Nothing was recorded.")


@pytest.mark.parametrize("answers", [("\x04",), ("yes", "\x04")])
def test_whoever_breaks_off_is_told_that_nothing_was_recorded(answers, table):
    """As somebody does who has said yes to half of it."""
    ended, told = answered(*answers)
    assert (1, []) == (ended, recorded()), told
    assert "Nothing was recorded." == told.splitlines()[-1]


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_where_nobody_can_be_asked_nothing_is(arguments, table):
    answer = typed("import", "09-NP.csv", "--interactive", *BY, *arguments)
    assert (2, "") == (answer.exit_code, answer.stdout)
    assert "there is nobody to ask here; use --apply instead" in answer.stderr


# What is settled once


@pytest.fixture
def unusual(table) -> Path:
    """A table with a heading and statuses of its own."""
    table.write_text(TABLE.replace("Progress,Status", "What we found,RAG").replace("Ongoing", "Amber"))
    return table


def test_what_a_heading_means_is_said_once_and_kept_with_the_plan(unusual):
    """The next table of the plan is read so without being told."""
    answer = typed("import", "09-NP.csv", "--apply", *BY)
    assert (1, True) == (answer.exit_code, "say what it means, as in --map 'What we found=progress'" in answer.stdout)
    answer = typed("import", "09-NP.csv", "--map", "WHAT we found=progress", "--apply", *BY)
    assert 0 == answer.exit_code, answer.output
    assert ["HeadingSettled DHR7", "ProgressRecorded DHR7:NP:1"] == recorded()[-3:-1]
    unusual.write_text(unusual.read_text().replace("Begun.", "Begun. Done."))
    answer = typed("import", "09-NP.csv", "--apply", *BY)
    assert 0 == answer.exit_code, answer.output
    assert "ProgressRecorded DHR7:NP:1" == recorded()[-2]


def test_a_heading_that_is_to_mean_nothing_is_left_out_for_good(unusual):
    assert 0 == typed("import", "09-NP.csv", "--map", "What we found=nothing", "--apply", *BY).exit_code
    assert 0 == typed("import", "09-NP.csv", "--apply", *BY).exit_code
    assert [] == [told for told in recorded() if "Progress" in told]


def test_what_statuses_mean_is_said_once_and_kept_with_the_plan(unusual):
    """What was taken in before is read again; a colour may be told as well."""
    Path("legend.json").write_text(json.dumps({"Amber": "in progress", "#00B050": "complete"}))
    typed("import", "09-NP.csv", "--map", "What we found=progress", "--apply", *BY)
    answer = typed("import", "09-NP.csv", "--legend", "legend.json", "--apply", *BY)
    assert 0 == answer.exit_code, answer.output
    assert "Amber = in progress, #00B050 = complete" in answer.stdout
    assert ["LegendRevised DHR7", "StatusChanged DHR7:NP:1"] == recorded()[-2:]
    with Ledger("plan.ledger") as ledger:
        assert "in progress" == ledger.action("DHR7:NP:1").status.progress
    unusual.write_text(unusual.read_text().replace("Chair,Dec-13,,", "Chair,Dec-13,,Amber"))
    typed("import", "09-NP.csv", "--apply", *BY)
    with Ledger("plan.ledger") as ledger:
        assert "in progress" == ledger.action("DHR7:NP:3").status.progress


def test_a_heading_that_no_table_has_is_not_settled(table):
    """It may have been written wrongly."""
    answer = typed("import", "09-NP.csv", "--map", "Progres=progress", "--apply", *BY)
    assert "No column is headed 'Progres'." in answer.stdout
    assert [] == [told for told in recorded() if "Heading" in told]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--map", "What we found"], "--map 'What we found' does not say what a heading means; write it like"),
        (["--map", "=progress"], "--map '=progress' does not say what a heading means"),
        (["--map", "What we found=news"], "with one of number, text,"),
        (
            ["--legend", "none.json"],
            "The legend 'none.json' cannot be read: No such file or directory; check its name.",
        ),
        (["--legend", "09-NP.csv"], "09-NP.csv is no legend: it is not JSON; write it like {"),
        (["--as-of", "last year"], "'last year' is no date; write it like 2013-09-14, 2013-09 or 2013."),
        (["--as-of", "2999"], "The files cannot tell of 2999, which is yet to come"),
        (["--as-of", "2013", "--effective", "2013"], "--effective says it as well; leave one out."),
    ],
)
def test_what_is_said_wrongly_is_told_in_a_sentence(arguments, sentence, table):
    """With what was said, and how it is written."""
    answer = typed("import", "09-NP.csv", "--apply", *BY, *arguments)
    assert (2, "", []) == (answer.exit_code, answer.stdout, recorded())
    assert sentence in answer.stderr


PROGRESS = "not started, in progress, complete, paused, withdrawn, superseded, awaiting a stage, unknown"


@pytest.mark.parametrize(
    ("legend", "told"),
    [
        ({"Amber": "middling"}, f"'Amber' cannot mean 'middling'; its progress is one of {PROGRESS}."),
        ({"Amber": {"progress": "half"}}, f"'Amber' cannot mean 'half'; its progress is one of {PROGRESS}."),
        ({"Green": "complete", "Red": 3}, f"'Red' cannot mean 3; its progress is one of {PROGRESS}."),
        (
            {"Blue": {"progress": "complete", "assurance": "sure"}},
            "'Blue' cannot mean 'sure'; its assurance is one of claimed, evidenced, signed off, audited.",
        ),
        ({"Blue": {"speed": "high"}}, "'Blue' cannot say its 'speed', only progress, response and assurance."),
        (
            {"Amber": "complete", "AMBER": "in progress"},
            "'Amber' and 'AMBER' are one word with two meanings; keep one.",
        ),
        (["Amber"], 'it does not say what each word means; write it like {"Green": "complete"'),
    ],
)
def test_a_legend_that_is_none_is_told_by_its_word_and_what_it_may_mean(legend, told, table):
    """And not in the words of a library."""
    Path("bad.json").write_text(json.dumps(legend))
    answer = typed("import", "09-NP.csv", "--legend", "bad.json")
    assert (2, "") == (answer.exit_code, answer.stdout)
    assert f"bad.json is no legend: {told}" in answer.stderr
    assert not [leak for leak in ("Value error", "()", "Input should", "(0") if leak in answer.stderr]


# Old versions and returns


def test_an_old_version_is_true_then_and_recorded_now(table):
    assert 0 == typed("import", "09-NP.csv", "--as-of", "2013-09-30", "--apply", *BY).exit_code
    told = json.loads(typed("show", "--as-at", "2013-09-30", "--json").stdout)
    assert ["DHR7:NP:1", "DHR7:NP:2", "DHR7:NP:3"] == [action["reference"] for action in told["actions"]]
    assert [] == json.loads(typed("show", "--as-at", "2013-09-29", "--json").stdout)["actions"]


def test_the_table_shows_what_stood_when_the_files_tell_of(table):
    """And not what stands now."""
    typed("import", "09-NP.csv", "--as-of", "2013-09-30", "--apply", *BY)
    table.write_text(TABLE.replace("Training lead", "Head of training"))
    typed("import", "09-NP.csv", "--as-of", "2014-03-31", "--apply", *BY)
    table.write_text(TABLE.replace("Training lead", "Constable"))
    line = next(
        line for line in typed("import", "09-NP.csv", "--as-of", "2013-12").stdout.splitlines() if "lead" in line
    )
    assert ["Training lead", "Constable"] == [
        words for words in ("Training lead", "Head of", "Constable") if words in line
    ]


def test_a_return_says_what_it_was_made_from_or_is_told(table):
    """What was recorded since is not taken back."""
    typed("import", "09-NP.csv", "--apply", *BY)
    typed("export", "plan.csv", "-o", "out.csv", "-O", "for_return=true", *BY)
    with Ledger("plan.ledger") as ledger:
        head = ledger.head
        ledger.record(RecordProgress(action="DHR7:NP:1", note="On."), by="Training lead")
    rows = Path("out.csv").read_text().replace("Training lead", "Head of training")
    Path("back.csv").write_text(rows)
    told = json.loads(typed("import", "back.csv", "--json").stdout)
    assert ["ReassignLead"] == [command["command"] for command in told["commands"][:-1]]
    assert [] == told["conflicts"]
    table.write_text(TABLE.replace("Training lead", "Head of training") + "\n")
    told = json.loads(typed("import", "09-NP.csv", "--json", "--made-from", str(head)).stdout)
    assert (["ReassignLead"], []) == ([command["command"] for command in told["commands"][:-1]], told["conflicts"])
