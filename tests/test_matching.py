"""Which row of a table is which action: by its words where its number has moved, and never two of one."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from dhr_ledger import Ledger
from dhr_ledger.action import CreateAction, UpdateAction
from dhr_ledger.command import Command
from dhr_ledger.imports import read_plan
from dhr_ledger.reconcile import Proposal, reconcile
from dhr_ledger.review import ImportPlan, RenameSection

TRAIN = ["1", "Train every officer", "Training lead"]
AUDIT = ["2", "Audit the records of the last year", "Audit lead"]
TELL = ["3", "Tell the board what was found", "Chair"]
HEADINGS = ["Ref", "Action", "Lead Agency"]


@pytest.fixture
def ledger():
    with Ledger() as ledger:
        yield ledger


@pytest.fixture
def compare(ledger, tmp_path):
    """What a table of these rows proposes."""

    def compared(*rows: list[str], heading="Northshire Police", headings=HEADINGS, name="09-NP.csv") -> Proposal:
        text = io.StringIO()
        csv.writer(text).writerows([["Plan of DHR7"], [heading], headings, *rows])
        path: Path = tmp_path / name
        path.write_text(text.getvalue())
        return reconcile(read_plan(path, ledger=ledger), ledger)

    return compared


@pytest.fixture
def taken_in(ledger, compare) -> Ledger:
    """The ledger with the three actions in it."""
    ledger.record(*compare(TRAIN, AUDIT, TELL).commands, by="DHR coordinator")
    return ledger


def orders(proposal: Proposal) -> list[Command]:
    """What is proposed besides saying that a file was taken in, without the place where it was read."""
    commands = (command for command in proposal.commands if not isinstance(command, ImportPlan))
    return [command.model_copy(update={"source": None}) for command in commands]


def renumbered(*numbers: str) -> list[Command]:
    """Other numbers for the three actions; a blank one stays."""
    return [UpdateAction(action=f"DHR7:NP:{nth}", number=to) for nth, to in enumerate(numbers, start=1) if to]


def row(number: str, like: list[str], text: str | None = None) -> list[str]:
    """The row *like*, with another number, and perhaps other words."""
    return [number, text or like[1], *like[2:]]


def test_rows_that_moved_are_the_same_actions(taken_in, compare):
    proposal = compare(TELL, TRAIN, AUDIT)
    assert ([], [], [], 3) == (orders(proposal), proposal.matched, proposal.conflicts, len(proposal.unchanged))


def test_actions_that_were_counted_anew_get_other_numbers(taken_in, compare):
    """Their references stay, and it is said which row was taken for which; the next table finds them so."""
    table = [row("1", TELL), row("2", TRAIN), row("3", AUDIT)]
    proposal = compare(*table)
    assert sorted(map(str, renumbered("2", "3", "1"))) == sorted(map(str, orders(proposal)))
    assert [
        "09-NP.csv, row 4: number 1 says what DHR7:NP:3 says, and was taken for it.",
        "09-NP.csv, row 5: number 2 says what DHR7:NP:1 says, and was taken for it.",
        "09-NP.csv, row 6: number 3 says what DHR7:NP:2 says, and was taken for it.",
    ] == proposal.matched
    taken_in.record(*proposal.commands, by="DHR coordinator")
    again = compare(*table, ["4", "Ask the family", "Chair"])
    assert ([], ["DHR7:NP:4"]) == (again.matched, again.new)


def test_a_row_that_was_put_in_does_not_take_the_number_of_the_next(taken_in, compare):
    """The new one gets a reference of its own, since a reference never changes once given."""
    new = ["2", "Ask the family what would have helped", "Chair"]
    proposal = compare(TRAIN, new, row("3", AUDIT), row("4", TELL))
    created, numbered, *others = orders(proposal)
    assert (CreateAction, "DHR7:NP:2-2", new[1]) == (type(created), created.action, created.text)
    assert UpdateAction(action="DHR7:NP:2-2", number="2") == numbered
    assert renumbered("", "3", "4") == others
    assert (
        "09-NP.csv, row 5: number 2 is a new action, and that of the ledger has another number now, so it was given "
        "the reference DHR7:NP:2-2."
    ) == proposal.matched[-1]
    taken_in.record(*proposal.commands, by="DHR coordinator")
    assert ([], []) == (orders(compare(TRAIN, new, row("3", AUDIT), row("4", TELL))), compare(TRAIN).conflicts)


def test_what_was_edited_and_moved_is_found_by_what_is_left_of_its_words(taken_in, compare):
    """Where only a few rows are left to compare."""
    edited = row("7", AUDIT, "Audit the records of the last two years")
    proposal = compare(TRAIN, edited, TELL)
    assert [UpdateAction(action="DHR7:NP:2", text=edited[1], number="7")] == orders(proposal)
    assert ["09-NP.csv, row 5: number 7 says what DHR7:NP:2 says, and was taken for it."] == proposal.matched


def test_other_words_under_a_printed_number_are_taken_for_its_action_and_shown(taken_in, compare):
    """Unless its action stands elsewhere."""
    proposal = compare(TRAIN, row("2", AUDIT, "Ask the family what would have helped"), TELL)
    assert [UpdateAction(action="DHR7:NP:2", text="Ask the family what would have helped")] == orders(proposal)
    assert [
        "09-NP.csv, row 5: number 2 says something else than DHR7:NP:2 ('Audit the records of the last year'), and was "
        "taken for it by its number; check it."
    ] == proposal.matched


def test_a_number_is_the_one_that_is_printed_now(taken_in, compare):
    """And not the one that an action began with, which is only its reference."""
    taken_in.record(*compare(row("2", TRAIN), row("1", AUDIT), TELL).commands, by="DHR coordinator")
    (command,) = orders(compare(row("2", TRAIN), row("1", AUDIT, "Ask the family"), TELL))
    assert UpdateAction(action="DHR7:NP:2", text="Ask the family") == command


def test_other_words_under_a_number_that_was_only_counted_are_a_conflict(ledger, compare):
    """No number is printed, so it says nothing."""
    without = {"headings": ["Action", "Lead Agency", "Status"]}
    ledger.record(*compare(TRAIN[1:], AUDIT[1:], **without).commands, by="DHR coordinator")
    proposal = compare(["Ask the family what would have helped", "Chair"], AUDIT[1:], **without)
    assert ([], ["DHR7:NP:1"]) == (orders(proposal), proposal.missing)
    assert [
        "09-NP.csv, row 4: DHR7:NP:1 is another action: the ledger has 'Train every officer' under that number; give "
        "one of them another number, or update the words of that action if they are meant."
    ] == proposal.conflicts
    shifted = compare(["Ask the family what would have helped", "Chair"], TRAIN[1:], AUDIT[1:], **without)
    assert (["DHR7:NP:1", "DHR7:NP:2"], 1) == (shifted.unchanged, len(shifted.conflicts))


def test_two_actions_in_the_same_words_go_by_their_numbers(ledger, compare):
    twice = [row("1", TRAIN), row("2", TRAIN)]
    ledger.record(*compare(*twice).commands, by="DHR coordinator")
    twice[1][2] = "Chair"
    (command,) = orders(compare(*twice[::-1]))
    assert ("DHR7:NP:2", "Chair") == (command.action, command.to.as_printed)


def test_an_action_that_the_table_has_no_more_is_told(taken_in, compare):
    """And left alone: tables lose rows."""
    proposal = compare(TRAIN, TELL)
    assert (["DHR7:NP:2"], [], []) == (proposal.missing, orders(proposal), proposal.conflicts)


def test_a_heading_is_the_name_of_a_section_whatever_its_file_is_called(taken_in, compare):
    assert [] == orders(compare(TRAIN, AUDIT, TELL, name="return.csv"))


def test_a_section_under_another_heading_is_known_by_its_actions(taken_in, compare):
    """Its key stays, and it is renamed."""
    proposal = compare(TRAIN, AUDIT, row("3", TELL, "Ask"), heading="Constabulary of Northshire", name="return.csv")
    assert RenameSection(section="DHR7:NP", to="Constabulary of Northshire") == orders(proposal)[0]
    assert "return.csv, row 2, column 1: 'Constabulary of Northshire' has the actions of NP, and was taken for it." in (
        proposal.matched
    )


def test_the_name_of_a_file_is_no_other_heading(taken_in, compare, ledger, tmp_path):
    """A table without a line above it renames nothing."""
    path = tmp_path / "09-NP.csv"
    path.write_text(
        "Ref,Action,Lead Agency\n1,Train every officer,Training lead\n2,Audit the records of the last year,\n"
    )
    proposal = reconcile(read_plan(path, review="DHR7", ledger=ledger), ledger)
    assert ["DHR7:NP:1"] == proposal.unchanged
    assert [] == orders(proposal)


# Whose table it is


def test_a_table_of_another_agency_under_the_same_heading_is_another_section(ledger, compare):
    """Its file says its key, and none of its actions is one of the other's."""
    generic = {"heading": "Agency action plan"}
    ledger.record(*compare(TRAIN, AUDIT, name="09-WMP.csv", **generic).commands, by="DHR coordinator")
    proposal = compare(["1", "Review the caseloads", "Probation"], name="10-PROB.csv", **generic)
    assert (["DHR7:PROB", "DHR7:PROB:1"], [], []) == (proposal.new, proposal.changed, proposal.conflicts)


def test_and_where_nothing_says_its_key_it_is_a_conflict(ledger, compare):
    generic = {"heading": "Agency action plan"}
    ledger.record(*compare(TRAIN, AUDIT, name="09-WMP.csv", **generic).commands, by="DHR coordinator")
    proposal = compare(["1", "Review the caseloads", "Probation"], ["9", *AUDIT[1:]], name="return.csv", **generic)
    assert ["DHR7:WMP:1", "DHR7:WMP:2"] == proposal.changed
    proposal = compare(["1", "Review the caseloads", "Probation"], name="return.csv", **generic)
    assert ([], []) == (orders(proposal), proposal.missing)
    assert [
        "return.csv, row 2, column 1: 'Agency action plan' is the heading of DHR7:WMP, whose actions are others; "
        "nothing of it is proposed; call the file like 09-WMP.csv to say whose actions they are."
    ] == proposal.conflicts


def test_a_heading_tells_a_section_whose_key_is_another(ledger, compare):
    """Whether nothing says the key of the table, or its actions are those of the section."""
    ledger.record(*compare(TRAIN, AUDIT, TELL, name="09-POL.csv").commands, by="DHR coordinator")
    for name in ("return.csv", "10-NP.csv"):
        assert [] == orders(compare(TRAIN, AUDIT, TELL, name=name))


@pytest.mark.parametrize("count", [1, 30])
def test_a_table_that_has_none_of_the_words_of_a_section_rewrites_nothing(count, ledger, compare):
    """Its numbers alone do not make it the plan of that agency, however many they are."""
    ours = [[str(n), f"Train every officer of the response team in year {n}", "Lead"] for n in range(1, count + 1)]
    theirs = [[str(n), f"Visit {n} homes", "Lead"] for n in range(1, count + 1)]
    ledger.record(*compare(*ours).commands, by="DHR coordinator")
    proposal = compare(*theirs)
    assert ([], count) == (orders(proposal), len(proposal.conflicts))
    assert proposal.conflicts[0].startswith(
        "09-NP.csv, row 4: DHR7:NP:1 is another action: the ledger has 'Train every officer of the response team in "
        "year 1' under that number; give one of them another number, or"
    )


def test_a_section_that_two_files_are_is_taken_in_from_one(ledger, tmp_path):
    """From the one that has its key; of the other nothing is proposed, and that is told once."""

    def file(name: str, *rows: list[str]) -> Path:
        text = io.StringIO()
        csv.writer(text).writerows([["Plan of DHR7"], ["Northshire Police"], HEADINGS, *rows])
        (tmp_path / name).write_text(text.getvalue())
        return tmp_path / name

    ledger.record(*reconcile(read_plan(file("09-NP.csv", TRAIN, AUDIT)), ledger).commands, by="DHR coordinator")
    files = file("08-POL.csv", AUDIT, ["3", "Another three", ""]), file("09-NP.csv", TRAIN, ["3", "New three", ""])
    proposal = reconcile(read_plan(*files, ledger=ledger), ledger)
    assert (["DHR7:NP:3"], ["DHR7:NP:2"]) == (proposal.new, proposal.missing)
    assert [
        "08-POL.csv, row 2, column 1: DHR7:NP is the section of 09-NP.csv, row 2, column 1 already, so nothing of "
        "'Northshire Police' here is proposed; put both into one table, or give one of them another heading."
    ] == proposal.conflicts
    ledger.record(*proposal.commands, by="DHR coordinator", seen=proposal.head)
