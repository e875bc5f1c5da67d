"""What a row is: a recommendation in two cells, a line that is no action, a number that no reference can have."""

from __future__ import annotations

from time import perf_counter

import pytest

from dhr_ledger import Ledger
from dhr_ledger.reconcile import reconcile

from .tables import FIRST, HEADING_ROW, POLICE, SECOND, TITLE, faults_of, owners, progress_of, read


def numbers(imported) -> list[str]:
    """The number of each action."""
    return [action.number for section in imported.sections for action in section.actions]


# A recommendation in two cells


@pytest.mark.parametrize("label", ["Recommendation 1", "Recommendation 1:", "Rec 1", "REC. No. 1."])
def test_a_recommendation_may_have_its_number_in_one_cell_and_its_words_in_the_next(tmp_path, label):
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, [label, "Learn from it", "", ""], FIRST, SECOND)
    (made,) = imported.sections[0].recommendations
    assert ("1", "Learn from it", {"text": 2}) == (made.number, made.text, made.source.columns)
    assert [("1", "1"), ("2", "1")] == owners(imported)
    assert () == imported.notes


def test_a_recommendation_beside_a_lead_is_neither_that_nor_an_action(tmp_path):
    row = ["Recommendation 1", "Learn from it", "Chair", "Mar-14"]
    assert [
        "09-NP.csv, row 4, column 1: 'Recommendation 1' names a recommendation, and other cells are filled as those of "
        "an action are; give the action a number, and the recommendation a row of its own."
    ] == faults_of(tmp_path, TITLE, POLICE, HEADING_ROW, row, FIRST)


def test_a_column_that_only_numbers_recommendations_says_whose_the_actions_are(tmp_path):
    headings = ["Ref", "Recommendation", "Action", "Lead"]
    rows = [["Rec 1", "Learn", "Train", "Chair"], ["Rec 2", "Listen", "Ask", "Chair"]]
    assert [("1.1", "1"), ("2.1", "2")] == owners(read(tmp_path, TITLE, POLICE, headings, *rows))


# Lines that are no action


@pytest.mark.parametrize(
    ("row", "number"),
    [
        (["Total", "2 actions"], "'Total'"),
        (["Updated by", "JB", "12/3/24"], "'Updated by'"),
        (["Signed", "Chair"], "'Signed'"),
        (["-", "Chair"], "'-'"),
    ],
)
def test_a_number_without_a_digit_among_numbers_is_no_action(tmp_path, row, number):
    """It is left out and said, and what goes on with it as well."""
    more = ["", "", "", "", "More", ""]
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST, SECOND, row, more)
    assert ["1", "2"] == numbers(imported)
    assert "" == progress_of(imported.sections[0].actions[1])
    assert ["1"] == numbers(read(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST, row, ["Checked", "Board"]))
    first, second = imported.not_understood
    assert (
        f"09-NP.csv, row 6, column 1: {number} is no number like those of the other actions, so the row is not taken "
        "in; give it one if it is an action."
    ) == first
    assert "09-NP.csv, row 7: the row has no number and no action, and the one above it is not taken in" in second


@pytest.mark.parametrize("letters", [["A", "B", "C"], ["1", "a", "b"], ["WMP-A", "WMP-B", "WMP-C"]])
def test_letters_may_be_numbers(tmp_path, letters):
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, *([letter, "Train"] for letter in letters))
    assert letters == numbers(imported)
    assert () == imported.not_understood


@pytest.mark.parametrize(
    ("row", "what", "cell"),
    [
        (["", "", "", "", "Complete: 1 of 2", "50%"], "status", "column 6: '50%'"),
        (["", "", "", "Mar-15", "", ""], "target date", "column 4: 'Mar-15'"),
        (["", "", "Chair", "", "More", ""], "lead", "column 3: 'Chair'"),
    ],
)
def test_nothing_is_ever_joined_to_a_status_a_target_date_or_a_lead(tmp_path, row, what, cell):
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST, row)
    (action,) = imported.sections[0].actions
    assert ("Ongoing", "Mar-14", "Training lead", "Begun") == (
        action.status.as_printed,
        action.target_date.as_printed,
        action.lead.as_printed,
        progress_of(action),
    )
    assert (
        f"09-NP.csv, row 5, {cell} would be joined to the {what} of the row above, as the row has no number and no "
        "action, so the row is not taken in; give it a number, or put its words into the row that it continues.",
    ) == imported.not_understood


def test_a_thousand_rows_may_go_on_with_one(tmp_path):
    """They are joined once, and said once."""
    rows = [["", "", "", "", f"Line {nth}", ""] for nth in range(4000)]
    begun = perf_counter()
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST, *rows)
    assert perf_counter() - begun < 5
    assert "Begun\nLine 0\nLine 1\n" == progress_of(imported.sections[0].actions[0])[:20]
    assert (
        "09-NP.csv, row 5: this row and those down to row 4004 have no number and no action, and were joined to 1 "
        "above them.",
    ) == imported.notes


# Numbers


@pytest.mark.parametrize(
    ("number", "reference"), [("R1", "1"), ("R1.1", "1.1"), ("#4", "4"), ("7*", "7"), ("R2a", "2a"), ("1.2", "1.2")]
)
def test_a_number_stays_as_printed_and_its_reference_has_what_it_may(tmp_path, number, reference):
    with Ledger(tmp_path / "plan.ledger") as ledger:
        rows = [TITLE, POLICE, HEADING_ROW, [number, "Train"]]
        proposal = reconcile(read(tmp_path, *rows), ledger)
        ledger.record(*proposal.commands, by="Chair", seen=proposal.head)
        action = ledger.action(f"DHR7:NP:{reference}")
        assert number == action.number
        assert [] == reconcile(read(tmp_path, *rows, ["9", "Audit"]), ledger).conflicts
        again = reconcile(read(tmp_path, *rows), ledger)
        assert ([], []) == (again.new, again.changed)


def test_a_number_that_would_have_the_reference_of_another_is_refused(tmp_path):
    assert [
        "09-NP.csv, row 5: 'R1' has the reference 1, as R is kept for recommendations, and 1 is the number of row 4 "
        "already; number one of them anew."
    ] == faults_of(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST, ["R1", "Audit"])


def test_a_number_that_comes_twice_may_be_one_that_lost_its_nought(tmp_path):
    assert [
        "09-NP.csv, row 5: 1.1 is the number of row 4 already; number one of them anew, or, if it is 1.10, format the "
        "column as text."
    ] == faults_of(tmp_path, TITLE, POLICE, HEADING_ROW, ["1.1", "Train"], ["1.1", "Audit"])


def test_a_column_that_tells_equal_numbers_apart_is_named(tmp_path):
    """Where each agency counts from 1."""
    headings = ["Ref", "Agency", "Action", "Target date"]
    rows = [["1", "Police", "Train", ""], ["2", "Police", "Ask", ""], ["1", "Housing", "Train", ""]]
    assert [
        "09-NP.csv, row 5: 1 is the number of row 3 already; number one of them anew, or, if each counts for itself, "
        "say so with --map 'Agency=section'."
    ] == faults_of(tmp_path, TITLE, headings, *rows)
    imported = read(tmp_path, TITLE, headings, *rows, headings={"Agency": "section"}, name="plan.csv")
    assert ["1", "2", "1"] == numbers(imported)
