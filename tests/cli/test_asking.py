"""What is asked of a ledger: where things stand, what happened, what is overdue, whether it is whole."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from dhr_ledger import Ledger
from dhr_ledger.action import CreateAction
from dhr_ledger.cli import app
from dhr_ledger.review import AddSection, OpenReview

REVIEW = "BDHR2012/13-04"
ACTION = f"{REVIEW}:WMP:1.2"
OTHER = f"{REVIEW}:WMP:1.3"
BY = ("--by", "DHR coordinator")


def test_the_ledger_may_be_named_by_the_environment(place, monkeypatch):
    """DHR_LEDGER says which ledger, so that it need not be typed each time."""
    monkeypatch.setenv("DHR_LEDGER", str(place))
    assert 0 == CliRunner().invoke(app, ["show"]).exit_code


def test_without_a_ledger_it_says_how_to_name_one():
    """The sentence has the command that was meant."""
    answer = CliRunner().invoke(app, ["show"])
    assert (2, "") == (answer.exit_code, answer.stdout)
    assert "No ledger was named; say which with `dhr-ledger --ledger FILE show …`, or set DHR_LEDGER" in answer.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["show"],
        ["history"],
        ["overdue"],
        ["verify"],
        ["export", "plan.csv", "-o", "plan.csv"],
        ["record", "record-progress", ACTION, "--note", "Begun", *BY],
    ],
    ids=lambda arguments: arguments[0],
)
def test_where_there_is_no_ledger_none_is_made(arguments, tmp_path, monkeypatch):
    """Only init, demo and import --apply make a ledger; everything else says how to."""
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(app, ["--ledger", "my plan.ledger", *arguments])
    assert 2 == answer.exit_code
    expected = "There is no ledger at my plan.ledger; make one with `dhr-ledger --ledger 'my plan.ledger' init`.\n"
    assert expected == answer.stderr
    assert [] == list(tmp_path.iterdir())


def test_an_empty_file_is_no_ledger_and_stays_empty(tmp_path):
    """A question about an empty file does not begin a ledger in it."""
    empty = tmp_path / "plan.ledger"
    empty.touch()
    assert 2 == CliRunner().invoke(app, ["--ledger", str(empty), "show"]).exit_code
    assert b"" == empty.read_bytes()


def test_a_file_of_something_else_is_refused(tmp_path):
    """The error says what it is not."""
    text = tmp_path / "plan.csv"
    text.write_text("Ref,Action\n" * 100)
    answer = CliRunner().invoke(app, ["--ledger", str(text), "show"])
    assert 2 == answer.exit_code
    assert "is not an SQLite file" in answer.stderr


def test_a_ledger_named_after_the_command_is_told_where_it_belongs(run):
    """The commonest slip gets its own sentence."""
    answer = run("show", "--ledger", "plan.ledger", expect=2)
    assert "--ledger stands before the command: dhr-ledger --ledger FILE COMMAND" in answer.stderr


def test_debug_shows_where_an_error_arose(place):
    """Without --debug there is one sentence and no traceback."""
    plainly = CliRunner().invoke(app, ["--ledger", str(place), "show", "DHR9"])
    closely = CliRunner().invoke(app, ["--debug", "--ledger", str(place), "show", "DHR9"])
    assert 1 == plainly.stderr.count("\n")
    assert "Traceback" in closely.stderr
    assert (2, 2) == (plainly.exit_code, closely.exit_code)


@pytest.mark.parametrize(
    "arguments",
    [
        ["show"],
        ["show", ACTION, "--json"],
        ["history", REVIEW],
        ["overdue", "--on", "2013-01-01"],
        ["verify"],
        ["exporters"],
        ["import", "--help"],
    ],
    ids=" ".join,
)
def test_a_question_changes_nothing(arguments, run, place):
    """Neither the ledger nor the folder is touched."""
    before = place.read_bytes()
    run(*arguments)
    assert before == place.read_bytes()
    assert [place] == list(place.parent.iterdir())


def test_show_has_a_line_for_each_action_in_a_pipe(run):
    """Nothing is cut, whatever the width; words in square brackets are words."""
    lines = run("show", REVIEW).stdout.splitlines()
    assert ["Reference", "Status", "Target", "date", "Overdue", "Lead", "Action"] == lines[0].split()
    assert lines[1].startswith(f"{ACTION}  Not started  Mar-14")
    assert lines[1].endswith("days  Detective Chief Inspector  Train every front-line team")
    assert lines[2].endswith("Bring [bold]a trainer[/bold] in")
    assert 3 == len(lines)


def test_show_of_an_action_tells_it_in_full(run):
    """Every field that says something is there, by its name."""
    told = run("show", ACTION, "--as-at", "2014-04-10").stdout
    for line in (
        "Train every front-line team",
        "Status:              Not started",
        "Target date:         Mar-14, due on 31 March 2014, 10 days late",
        "Lead:                Detective Chief Inspector",
        "Recommendation:      Staff should be trained",
    ):
        assert line in told.splitlines()
    assert "Desired outcome" not in told


def test_show_as_at_a_day_is_how_things_stood(run):
    """What was true later is not there yet."""
    run("record", "change-status", ACTION, "--to", "Action completed", "--effective", "2014-05", *BY)
    told = [json.loads(run("show", ACTION, "--as-at", day, "--json").stdout) for day in ("2014-04", "2014-05")]
    assert ["not started", "complete"] == [plan["actions"][0]["status"]["progress"] for plan in told]


def test_show_as_known_is_what_had_been_recorded(run):
    """Recorded today, it was not known in 2013."""
    run("record", "change-status", ACTION, "--to", "Action completed", *BY)
    plan = json.loads(run("show", ACTION, "--as-known", "2013-12-31", "--json").stdout)
    assert "not started" == plan["actions"][0]["status"]["progress"]


def test_show_may_be_told_a_section_by_its_key(run):
    """The key alone will do where one review has it."""
    assert run("show", "--section", "WMP").stdout == run("show", f"{REVIEW}:WMP").stdout


def test_show_in_json_has_the_same_keys_whatever_is_asked(run):
    """One document, with the plan around the actions."""
    keys = {"as_at", "as_known", "head", "overdue_on", "reviews", "sections", "actions"}
    for reference in ([], [REVIEW], [f"{REVIEW}:WMP"], [ACTION]):
        assert keys == set(json.loads(run("show", *reference, "--json").stdout))
    (action,) = json.loads(run("show", ACTION, "--json", "--as-at", "2014-04-01").stdout)["actions"]
    assert ("2014-03-31", 1, 0) == (action["due"], action["days_late"], action["revisions"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "DHR9"], "There is no review 'DHR9' in this ledger, which has BDHR2012/13-04; check the reference."),
        (["show", f"{REVIEW}:WPM"], f"There is no section '{REVIEW}:WPM' in this ledger; did you mean '{REVIEW}:WMP'?"),
        (["history", f"{ACTION}.1"], f"There is no action '{ACTION}.1' in this ledger; did you mean '{ACTION}'?"),
        (["show", f"{REVIEW}:WMP:R1"], f"{REVIEW}:WMP:R1 is a recommendation, which has no entries of its own;"),
        (["show", f"{REVIEW}:WMP:a b"], "is not the reference of an action"),
        (["show", "--section", "XYZ"], "There is no section 'XYZ'; the plan has WMP."),
        (["show", "--as-at", "June"], "'June' is no date; write it like 2013-09-14,"),
        (["show", "--as-known", "June"], "'June' is no moment to know from; write 2014-03-31 or 2014-03-31T12:00:00Z."),
        (["show", ACTION, "--as-at", "2012"], f"{ACTION} was not in the plan yet as at 2012; ask for a later day."),
        (["overdue", "--on", "soon"], "'soon' is no date"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_told_in_a_sentence(arguments, sentence, run):
    """On the error stream, with 2, and nothing on the other."""
    answer = run(*arguments, expect=2)
    assert "" == answer.stdout
    assert sentence in answer.stderr
    assert 1 == answer.stderr.count("\n")


def test_history_is_sentences(run):
    """One line an entry with its number, in the order recorded."""
    run("record", "revise-target-date", ACTION, "--to", "Jun-14", "--reason", "Pilot\nextended", *BY)
    first, second = run("history", ACTION).stdout.splitlines()
    assert (
        "1. 2013-02-21: DHR coordinator (Community Safety Partnership) added the action “Train every front-line team”, "
        "with the lead “Detective Chief Inspector”, the target date “Mar-14”, the status “Not started”"
    ) == first
    assert second.startswith("2. ")
    assert second.endswith("DHR coordinator moved the target date from “Mar-14” to “Jun-14” (Pilot extended)")


def test_history_in_json_is_the_entries_as_stored(run, place, entries):
    """Each with its sentence besides."""
    told = json.loads(run("history", ACTION, "--json").stdout)["entries"]
    assert [json.loads(entry.line) for entry in entries() if entry.reference == ACTION] == [
        {key: value for key, value in entry.items() if key != "sentence"} for entry in told
    ]


def test_overdue_ends_with_1_when_something_is(run):
    """A script may ask by the exit code alone."""
    answer = run("overdue", "--on", "2014-04-01", expect=1)
    assert "1 action was overdue on 1 April 2014" in answer.stdout
    assert re.search(rf"^1 +2014-03-31 +{re.escape(ACTION)} ", answer.stdout, re.MULTILINE)


def test_overdue_ends_with_0_when_nothing_is(run):
    """It says so, too."""
    assert "Nothing was overdue on 31 March 2014.\n" == run("overdue", "--on", "2014-03-31").stdout


def test_overdue_in_json_ends_with_the_same_code(run):
    """Days late and the day it was due are numbers and dates."""
    told = json.loads(run("overdue", "--on", "2014-04", "--json", expect=1).stdout)
    assert "2014-04-30" == told["on"]
    assert [(ACTION, "2014-03-31", 30)] == [(one["reference"], one["due"], one["days_late"]) for one in told["overdue"]]


def test_overdue_asks_how_things_stood_that_day(run):
    """What was completed later was late until then."""
    run("record", "change-status", ACTION, "--to", "Action completed", "--effective", "2014-06-01", *BY)
    run("overdue", "--on", "2014-05-31", expect=1)
    run("overdue", "--on", "2014-06-01")


def test_verify_says_that_the_ledger_is_whole(run):
    """Every entry was read again."""
    assert "Whole. Each of the 5 entries is what it claims to be.\n" == run("verify").stdout
    assert {"entries": 5, "faults": [], "whole": True} == json.loads(run("verify", "--json").stdout)


def test_verify_lists_every_fault_and_ends_with_1(run, place):
    """Entries that were changed behind the ledger's back are seen."""
    with sqlite3.connect(place) as database:
        database.execute("DROP TRIGGER no_entry_is_changed")
        database.execute("UPDATE stored_events SET originator_version = 9 WHERE position = 4")
        database.execute("UPDATE stored_events SET topic = 'Nothing.v1' WHERE position = 5")
        database.execute("UPDATE stored_events SET state = CAST(' ' || state AS BLOB) WHERE position = 1")
    database.close()
    answer = run("verify", expect=1)
    assert [f"Entry {position} " for position in (1, 4, 5)] == sorted({line[:8] for line in answer.stdout.splitlines()})
    told = json.loads(run("verify", "--json", expect=1).stdout)
    assert not told["whole"]
    assert answer.stdout.splitlines() == told["faults"]


def test_a_day_on_which_nothing_was_in_the_plan_is_not_a_day_on_which_nothing_was_overdue(run):
    """Both lists are empty, and the reader is told which it is."""
    for asked in (["overdue", "--on", "2010"], ["show", "--as-at", "2010"]):
        answer = run(*asked)
        assert "No action was in the plan on 31 December 2010. If it was agreed earlier, say when" in answer.stderr


# A section, a day, and a reference without its review


@pytest.fixture
def several(place):
    """The ledger with a second review, which has a section of the same key and one of its own."""
    with Ledger(place, clock=lambda: datetime(2013, 3, 1, 10, tzinfo=UTC)) as ledger:
        ledger.record(
            OpenReview(review="DHR8", title="Other plan"),
            AddSection(section="DHR8:WMP", heading="Police"),
            AddSection(section="DHR8:HO", heading="Housing"),
            CreateAction(action="DHR8:WMP:1.3", text="Audit"),
            by="DHR coordinator",
        )


@pytest.mark.parametrize("reference", [REVIEW, f"{REVIEW}:WMP"])
def test_a_section_is_there_on_every_day_on_which_nothing_was_known(run, reference):
    """Its key is looked up in the ledger as it is now; what was known of it then is shown, which is nothing."""
    told = run("show", reference, "--section", "WMP", "--as-known", "2000-01-01")
    assert "No action was in the plan that was known by then" in told.stderr
    assert 1 == len(told.stdout.splitlines())


def test_a_section_that_is_not_there_is_named_with_those_that_are(run, several):
    assert "There is no section 'X'; the plan has HO, WMP." in run("show", "--section", "X", expect=2).stderr
    assert "stands in several reviews" in run("show", "--section", "WMP", expect=2).stderr
    assert "DHR8:WMP:1.3" in run("show", "DHR8", "--section", "WMP").stdout


@pytest.mark.parametrize("reference", ["DHR8:HO", "DHR8:WMP:1.3"])
def test_a_reference_of_another_section_or_of_less_is_no_place_for_a_section(run, several, reference):
    assert (
        f"{reference} is not the section 'WMP'; leave out --section, or name the review alone.\n"
        == run("show", reference, "--section", "WMP", expect=2).stderr
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--as-at", "2012"], "as at 2012"),
        (["--as-known", "2000-01-01"], "as far as was known by 2000-01-01"),
        (["--as-at", "2012", "--as-known", "2000-01-01"], "as at 2012, as far as was known by 2000-01-01"),
    ],
)
def test_an_action_that_was_not_there_yet_says_by_which_clock(run, asked, said):
    assert (
        f"{ACTION} was not in the plan yet {said}; ask for a later day.\n"
        == run("show", ACTION, *asked, expect=2).stderr
    )


@pytest.mark.parametrize("command", [["show"], ["history"], ["export", "plan", "-o", "plan.csv"]])
def test_a_reference_without_its_review_is_told_in_full(run, command):
    assert (
        f"There is no review 'wmp' in this ledger; 'wmp:1.2' lacks its review, and in full is {ACTION}.\n"
        == run(*command, "wmp:1.2", expect=2).stderr
    )
    assert f"and in full is {REVIEW}:WMP." in run(*command, "WMP", expect=2).stderr


def test_a_reference_without_its_review_may_be_several(run, several):
    assert f"in full is {OTHER} or DHR8:WMP:1.3." in run("show", "WMP:1.3", expect=2).stderr
    assert "check the reference" in run("show", "WMP:9.9", expect=2).stderr


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("31/12/2014", "2014-12-31"),
        ("31.12.14", "2014-12-31"),
        ("31 December 2014", "2014-12-31"),
        ("Dec-14", "2014-12"),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        ["overdue", "--on"],
        ["show", "--as-at"],
        ["show", "--as-known"],
        ["export", "plan", "-o", "plan.csv", "--as-at"],
        ["export", "plan", "-o", "plan.csv", "--as-known"],
        ["export", "home-office.docx", "-o", "plan.docx", "--since"],
        ["import", "plan.csv", "--as-of"],
        ["import", "plan.csv", "--effective"],
        ["record", "sign-off-action", ACTION, *BY, "--effective"],
        ["record", "--effective"],
    ],
    ids=" ".join,
)
def test_a_date_that_is_written_day_first_is_refused_with_that_very_day(run, command, typed, iso):
    """Every option that takes a day says so alike; none guesses which of two numbers is the day."""
    assert f"{command[-1]} cannot take {typed!r}; write it {iso}.\n" == run(*command, typed, expect=2).stderr


def test_a_date_that_is_none_is_refused_with_an_example(run):
    assert "'soon' is no date; write it like 2013-09-14" in run("overdue", "--on", "soon", expect=2).stderr
    assert run("show", "--as-known", "2014-03-31T12:00:00Z").stdout


@pytest.mark.parametrize("command", [[], ["record"], ["plugin"]], ids=" ".join)
def test_no_sentence_of_the_help_is_cut(run, command, monkeypatch):
    """Each command stands beside its first sentence, to the full stop; of the first commands each has one line."""
    monkeypatch.setenv("COLUMNS", "80")
    _, _, listed = run(*command, "--help").stdout.partition("Commands:\n")
    listed = listed.partition("\n\n")[0]
    told = re.sub(r"\n {4,}", " ", listed).splitlines()
    assert [] == [line for line in told if "..." in line or not line.endswith(".")]
    assert [] == [line for line in listed.splitlines() if len(line) > 80]
    assert command or len(told) == len(listed.splitlines())
