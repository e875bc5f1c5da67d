"""Taking in a plan from the command line: shown first, recorded when told to, and what is doubtful left to a person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dhr_ledger import Ledger
from dhr_ledger.action import ChangeStatus
from dhr_ledger.cli import app
from dhr_ledger.reconcile import reconcile
from dhr_ledger.review import PlanImported

REVIEW = "BDHR2012/13-04"
BY = ("--by", "DHR coordinator", "--agency", "Community Safety Partnership")

HEADINGS = "Ref,Action (SMART),Lead Agency,Target Date,Outcome/Progress,Status\n"
TABLE = f"""Action Plan in Respect of {REVIEW}
West Midlands Police
{HEADINGS}Recommendation 1: Staff should be trained
1.2,Train every front-line team,Detective Chief Inspector,Mar-14,,Not started
1.4,Tell the board,Detective Chief Inspector,TBC,Drafted.,Ongoing
"""


@pytest.fixture
def table(tmp_path, monkeypatch) -> Path:
    """A table of two actions, one of which the ledger of the other tests has already."""
    monkeypatch.chdir(tmp_path)
    path = Path("09-WMP.csv")
    path.write_text(TABLE)
    return path


def typed(*arguments: str, place: str = "new.ledger"):
    """Type a command about a ledger that may not be there yet."""
    return CliRunner().invoke(app, ["--ledger", place, *arguments])


def test_without_apply_it_only_shows_what_it_would_record(table):
    """No ledger is made, and each line says what it is about, what it says, and where that was read."""
    answer = typed("import", str(table), "--review", REVIEW)
    assert 0 == answer.exit_code, answer.output
    lines = [" ".join(line.split()) for line in answer.stdout.splitlines()]
    assert f"{REVIEW} new review Action Plan in Respect of {REVIEW} 09-WMP.csv, row 1, column 1" in lines
    assert (
        f"{REVIEW}:WMP:1.2 new action Train every front-line team | Detective Chief Inspector | Mar-14 (2014-03-31) | "
        "Not started (not started) 09-WMP.csv, row 5"
    ) in lines
    assert f"{REVIEW}:WMP:1.4 progress Drafted. 09-WMP.csv, row 6, column 5" in lines
    assert "5 new, 0 changed, 0 as they were, 0 conflicts." in lines
    assert lines[-1].startswith("Nothing was recorded.")
    assert [table.name] == [path.name for path in Path().iterdir()]


def test_with_apply_it_makes_the_ledger_and_records(table, entries):
    """By whom, why and when are as they were said."""
    answer = typed("import", str(table), "--apply", *BY, "--reason", "First return", "--effective", "2013-02")
    assert 0 == answer.exit_code, answer.output
    assert answer.stdout.endswith("Recorded as 7 entries in new.ledger.\n")
    held = entries("new.ledger")
    assert {("DHR coordinator (Community Safety Partnership)", "First return", "2013-02")} == {
        (str(entry.by), entry.reason, entry.effective) for entry in held
    }
    assert isinstance(held[-1].event, PlanImported)


def test_the_same_file_again_has_nothing_to_record(table):
    """It says so, and is fine."""
    typed("import", str(table), "--apply", *BY)
    for more in ([], ["--apply", *BY]):
        answer = typed("import", str(table), *more)
        assert 0 == answer.exit_code
        assert "There is nothing to record: the files were taken in before" in answer.stdout


def test_what_changed_is_shown_from_what_to_what(table):
    """A target date, a status, a lead, words, and a completed action that is opened again."""
    typed("import", str(table), "--apply", *BY)
    typed("record", "change-status", f"{REVIEW}:WMP:1.4", "--to", "Completed", *BY)
    new = TABLE.replace("Mar-14", "Jun-14").replace("Not started", "Ongoing").replace("every", "each")
    table.write_text(new.replace("Train each front-line team,Detective Chief", "Train each front-line team,Chief"))
    lines = [" ".join(line.split()) for line in typed("import", str(table)).stdout.splitlines()]
    for line in (
        f"{REVIEW}:WMP:1.2 target date Mar-14 Jun-14 09-WMP.csv, row 5, column 4",
        f"{REVIEW}:WMP:1.2 status Not started Ongoing 09-WMP.csv, row 5, column 6",
        f"{REVIEW}:WMP:1.2 lead Detective Chief Inspector Chief Inspector 09-WMP.csv, row 5, column 3",
        f"{REVIEW}:WMP:1.2 text Train every front-line team Train each front-line team 09-WMP.csv, row 5, column 2",
        f"{REVIEW}:WMP:1.4 reopened Completed Ongoing 09-WMP.csv, row 6, column 6",
        "0 new, 2 changed, 0 as they were, 0 conflicts.",
    ):
        assert line in lines


def test_what_a_person_has_to_settle_is_listed_and_ends_with_1(table, entries):
    """The rest is taken in all the same."""
    typed("import", str(table), "--apply", *BY)
    table.write_text(TABLE.replace("Drafted.", "Sent.").replace("Not started", "Ongoing"))
    answer = typed("import", str(table), "--apply", *BY)
    assert 1 == answer.exit_code
    assert "To be settled by a person  (1 place)" in answer.stdout
    assert "does not hold all of what the ledger holds ('Drafted.')" in answer.stdout
    assert ["StatusChanged.v1", "PlanImported.v1"] == [entry.type for entry in entries("new.ledger")[7:]]


def test_what_is_not_understood_is_shown_to_be_looked_at(table):
    """A date that cannot be read is kept as printed, and said."""
    table.write_text(TABLE.replace("Mar-14", "31 September 2020"))
    answer = typed("import", str(table))
    assert "To be looked at  (1 place)" in answer.stdout
    assert "31 September 2020" in answer.stdout


def test_it_answers_in_json_that_record_takes(table, entries):
    """The commands can be looked at, changed, and recorded."""
    told = json.loads(typed("import", str(table), "--json").stdout)
    assert {
        *(
            "review",
            "title",
            "head",
            "commands",
            "new",
            "changed",
            "unchanged",
            "missing",
            "conflicts",
            "not_understood",
            "matched",
            "suggestions",
            "notes",
            "recorded",
        )
    } == set(told)
    assert (REVIEW, 0, []) == (told["review"], told["head"], told["recorded"])
    Path("commands.json").write_text(json.dumps(told["commands"]))
    typed("init")
    assert 0 == typed("record", "--json", "commands.json", *BY).exit_code
    typed("import", str(table), "--apply", *BY, place="other.ledger")
    assert [entry.event for entry in entries("new.ledger")] == [entry.event for entry in entries("other.ledger")]


@pytest.mark.parametrize(
    ("text", "arguments", "sentences"),
    [
        (TABLE, [], ["Nobody is named as the one who records this; say who, like --by"]),
        (TABLE, [*BY, "--review", "a:b"], ["'a:b' is not the reference of a review"]),
        (TABLE.replace(REVIEW, "us"), BY, ["No title in 09-WMP.csv says which review it is of"]),
        ("Nothing\n", [*BY, "--review", "DHR7"], ["09-WMP.csv has no row of headings"]),
        (
            TABLE.replace("1.4", "1.2").replace("TBC", "TBC,x"),
            BY,
            ["09-WMP.csv, row 6, column 7", "1.2 is the number of row 5 already"],
        ),
    ],
)
def test_what_cannot_be_taken_in_makes_no_ledger(text, arguments, sentences, table):
    """Every fault is told, and nothing is recorded."""
    table.write_text(text)
    answer = typed("import", str(table), "--apply", *arguments)
    assert (2, "") == (answer.exit_code, answer.stdout)
    for sentence in sentences:
        assert sentence in answer.stderr
    assert not Path("new.ledger").exists()


def test_no_ledger_is_begun_in_vain(table):
    """What may not be recorded is refused before there is a file."""
    answer = typed("import", str(table), "--apply", *BY, "--effective", "2999")
    assert 2 == answer.exit_code
    assert "which is yet to come" in answer.stderr
    assert [table.name] == [path.name for path in Path().iterdir()]


def test_a_moved_date_without_a_reason_is_refused(table, entries):
    """And nothing of the import is recorded."""
    typed("import", str(table), "--apply", *BY)
    table.write_text(TABLE.replace("Mar-14", "Jun-14"))
    answer = typed("import", str(table), "--apply", *BY)
    assert 2 == answer.exit_code
    assert "needs a reason" in answer.stderr
    assert 7 == len(entries("new.ledger"))


def test_what_somebody_else_recorded_meanwhile_is_not_overwritten(table, entries, monkeypatch):
    """Between the comparison and the recording, another return came in about the same action."""
    typed("import", str(table), "--apply", *BY)
    table.write_text(TABLE.replace("Not started", "Ongoing"))

    def compare_slowly(imported, ledger, **about):
        proposal = reconcile(imported, ledger, **about)
        with Ledger("new.ledger") as another:
            another.record(ChangeStatus(action=f"{REVIEW}:WMP:1.2", to="Paused"), by="Detective Chief Inspector")
        return proposal

    monkeypatch.setattr("dhr_ledger.reconcile.reconcile", compare_slowly)
    answer = typed("import", str(table), "--apply", *BY)
    assert 2 == answer.exit_code
    assert f"{REVIEW}:WMP:1.2 was changed by somebody else first" in answer.stderr
    assert 8 == len(entries("new.ledger"))


def test_going_through_keeps_what_was_said_yes_to(table, monkeypatch):
    """An answer that is none is asked for again; what stands on a change that was declined goes with it."""
    from dhr_ledger.cli import importing
    from dhr_ledger.imports import read_plan

    answers = iter(["yes", "yes", "perhaps", "no", "all"])
    monkeypatch.setattr(importing.typer, "prompt", lambda *asked, **how: next(answers))
    with Ledger() as ledger:
        proposal = reconcile(read_plan(table, review=REVIEW), ledger)
        importing._go_through(proposal, [importing._row(command, proposal) for command in proposal.commands])
        entries = ledger.record(*proposal.commands, by="DHR coordinator")
    assert ["ReviewOpened.v1", "SectionAdded.v1"] == [entry.type for entry in entries[:2]]
    assert "RecommendationMade.v1" not in {entry.type for entry in entries}
    assert f"{REVIEW}:WMP:R1: new recommendation was declined, and stays to be settled." in proposal.conflicts


@pytest.mark.parametrize("answers", [["quit"], ["yes", "quit"]])
def test_going_through_may_be_left(table, monkeypatch, answers):
    from dhr_ledger.cli import importing
    from dhr_ledger.imports import read_plan

    given = iter(answers)
    monkeypatch.setattr(importing.typer, "prompt", lambda *asked, **how: next(given))
    with Ledger() as ledger:
        proposal = reconcile(read_plan(table, review=REVIEW), ledger)
        with pytest.raises(importing.typer.Exit):
            importing._go_through(proposal, [importing._row(command, proposal) for command in proposal.commands])


def test_a_review_that_is_begun_beside_another_is_said(table, entries):
    """It may be a mistyped one; before it is recorded, and above the table."""
    Path("notes.csv").write_text(TABLE.replace(f"Action Plan in Respect of {REVIEW}", "Action plan"))
    first = typed("import", "notes.csv", "--review", "RSP/2023/02", "--apply", *BY)
    assert (0, "") == (first.exit_code, first.stderr)
    told = typed("import", "notes.csv", "--review", "RSP/2023/2")
    sentence = "The ledger has RSP/2023/02; this would begin another review, RSP/2023/2.\n"
    assert (sentence, True) == (told.stderr, told.output.startswith(sentence))
    assert sentence == typed("import", "notes.csv", "--review", "RSP/2023/2", "--json").stderr
    assert "" == typed("import", "notes.csv", "--review", "RSP/2023/02").stderr
    assert "" == typed("import", "notes.csv", "--review", "RSP/2023/2", "--apply", *BY).stderr
    told = typed("import", "notes.csv", "--review", "RSP/2023/3")
    assert "The ledger has RSP/2023/2 and RSP/2023/02; this would begin another review, RSP/2023/3.\n" == told.stderr


def test_a_table_without_a_review_is_told_how_to_name_it(table):
    """By the option, and by the one review that the ledger holds."""
    typed("import", str(table), "--apply", *BY)
    nameless = Path("return.csv")
    nameless.write_text(TABLE.replace(REVIEW, "us"))
    told = typed("import", "return.csv")
    expected = f"No title in return.csv says which review it is of; say it with --review {REVIEW}.\n"
    assert (2, expected) == (told.exit_code, told.stderr)
    told = typed("import", "return.csv", place="another.ledger")
    assert "which review it is of; say it with --review, like --review BDHR2012/13-04.\n" in told.stderr


def test_a_table_of_two_reviews_is_told_how_to_name_one(table):
    table.write_text(TABLE.replace("Action Plan in Respect of", "DHR7 and"))
    assert "or say which one it is with --review.\n" in typed("import", str(table)).stderr


def test_a_status_that_is_not_known_names_its_cure(table):
    """As a heading that is not understood does."""
    table.write_text(TABLE.replace("Ongoing", "Amber"))
    told = typed("import", str(table)).stdout
    assert (
        "the status 'Amber' is not known; it is kept as printed; say what it means in a file for --legend, "
        """as in {"Amber": "in progress"}.\n"""
    ) in told
