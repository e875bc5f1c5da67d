"""Which section an action is of, where a plan is printed in several tables or under lines of words."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dhr_ledger.errors import ImportRefused
from dhr_ledger.home_office import TRAIL_HEADINGS
from dhr_ledger.imports import ImportedPlan, read_plan
from dhr_ledger.imports.grid import Grid
from dhr_ledger.plugins import Door, Doors

from .tables import FIRST, HEADING_ROW, POLICE, SECOND, TITLE, faults_of, owners, read

THIRD = ["3", "Close the case", "Housing lead", "May-14", "", ""]
FOURTH = ["4", "Tell the family", "Housing lead", "June-14", "", ""]


def grid(name: str, above: list[str], *rows: list[str]) -> Grid:
    """A table of a document, with the lines of words *above* it."""
    return Grid(list(enumerate(rows, start=1)), name, tuple(above))


def read_grids(*grids: Grid, **options: object) -> ImportedPlan:
    """The plan that a document of these *grids* holds."""
    doors = Doors({}, {".py": Door(".py", lambda file, name: list(grids), "a plugin", "1")})
    return read_plan(Path(__file__), review="DHR7", doors=doors, **options)  # type: ignore[arg-type]


def refused(*grids: Grid) -> list[str]:
    """Why a document of these *grids* is refused, without the name of the file."""
    with pytest.raises(ImportRefused) as why:
        read_grids(*grids)
    return [fault.replace("test_sections.py, ", "") for fault in why.value.faults]


def sections(imported: ImportedPlan) -> dict[str, list[str]]:
    """The numbers of the actions in each section."""
    return {section.heading: [action.number for action in section.actions] for section in imported.sections}


def notes(imported: ImportedPlan) -> list[str]:
    return [note.replace("test_sections.py, ", "") for note in imported.notes]


# A section in several tables

HOUSING = grid("table 1", ["Housing"], HEADING_ROW, FIRST, SECOND)


def test_a_table_with_the_same_headings_and_no_line_above_it_goes_on_with_the_section_above():
    imported = read_grids(HOUSING, grid("table 2", [], HEADING_ROW, THIRD))
    assert {"Housing": ["1", "2", "3"]} == sections(imported)
    assert ["table 2 has the headings of table 1 and no heading of its own, so it was joined to 'Housing'."] == notes(
        imported
    )
    assert "test_sections.py, table 2, row 2" == str(
        imported.sections[0].actions[2].source.model_copy(update={"columns": None})
    )


def test_a_recommendation_above_each_table_is_that_of_its_actions():
    """Though the rows of both tables are counted from 1."""
    imported = read_grids(
        grid("table 1", ["Plan of Adult Q", "Housing", "Recommendation 1: Learn"], HEADING_ROW, FIRST, SECOND),
        grid("table 2", ["Recommendation 2: Listen"], HEADING_ROW, THIRD, FOURTH),
    )
    assert {"Housing": ["1", "2", "3", "4"]} == sections(imported)
    assert [("1", "1"), ("2", "1"), ("3", "2"), ("4", "2")] == owners(imported)


def test_a_recommendation_above_a_later_table_takes_no_action_of_the_first():
    """There 2 is only the second action, and not one of recommendation 2."""
    later = grid("table 2", ["Recommendation 2: Families must be heard"], HEADING_ROW, THIRD)
    imported = read_grids(HOUSING, later)
    assert [("1", None), ("2", None), ("3", "2")] == [
        (action.number, action.recommendation) for action in imported.sections[0].actions
    ]


def test_words_below_a_recommendation_are_no_heading_of_a_section_unseen():
    imported = read_grids(HOUSING, grid("table 2", ["Recommendation 2: Listen", "It was missed"], HEADING_ROW, THIRD))
    assert any(
        "'It was missed' stands below a recommendation and was taken for the heading" in n for n in notes(imported)
    )


@pytest.mark.parametrize("line", ["Housing (continued)", "HOUSING cont'd", "Housing – contd.", "Housing, continued"])
def test_a_heading_that_is_continued_is_the_same_section(line):
    imported = read_grids(HOUSING, grid("table 2", [line], HEADING_ROW, THIRD))
    assert {"Housing": ["1", "2", "3"]} == sections(imported)
    assert [f"table 2: {line!r} goes on with 'Housing', and was joined to it."] == notes(imported)


def test_a_heading_that_is_continued_between_the_rows_of_a_sheet_is_the_same_section(tmp_path):
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST, ["Northshire Police (cont.)"], HEADING_ROW, SECOND)
    assert {"Northshire Police": ["1", "2"]} == sections(imported)


def test_a_section_that_goes_on_under_other_headings_is_refused():
    other = grid("table 2", ["Housing (continued)"], HEADING_ROW[:5], THIRD[:5])
    (fault,) = refused(HOUSING, other)
    assert (
        "table 2: 'Housing (continued)' goes on with 'Housing' under other headings than in table 1; give both "
        "the same."
    ) == fault


def test_the_same_headings_in_other_columns_are_refused():
    moved = grid("table 2", [], ["", *HEADING_ROW], ["", *THIRD])
    (fault,) = refused(HOUSING, moved)
    assert fault.startswith("table 2, row 1: the headings of table 1 stand in other columns here;")


def test_sheets_that_have_names_stay_sections_of_their_own():
    imported = read_grids(grid("Housing", [], HEADING_ROW, FIRST), grid("Police", [], HEADING_ROW, FIRST))
    assert {"Housing": ["1"], "Police": ["1"]} == sections(imported)


def test_a_table_with_other_headings_and_no_heading_of_its_own_is_a_section_that_is_noted():
    imported = read_grids(HOUSING, grid("table 2", [], HEADING_ROW[:5], THIRD[:5]))
    assert {"Housing": ["1", "2"], "table 2": ["3"]} == sections(imported)
    assert [
        "table 2 has no heading of its own and other headings than the table above, so it is a section; check that."
    ] == notes(imported)


# A table without headings


def test_a_table_without_headings_of_which_the_numbers_carry_on_goes_on_with_the_one_above():
    imported = read_grids(HOUSING, grid("table 2", [], THIRD, ["", "", "", "", "More was done", ""], FOURTH))
    assert {"Housing": ["1", "2", "3", "4"]} == sections(imported)
    assert "table 2 has no headings and its numbers carry on, so it was joined to 'Housing'." == notes(imported)[0]


@pytest.mark.parametrize(
    ("above", "rows"),
    [
        ([], [["7", *THIRD[1:]]]),
        ([], [["", *THIRD[1:]]]),
        ([], [["3", *THIRD[1:]], ["3", *FOURTH[1:]]]),
        (["Police"], [THIRD]),
    ],
    ids=["a gap", "no number", "a number twice", "a heading of its own"],
)
def test_a_table_as_wide_as_the_plan_that_has_no_headings_is_refused(above, rows):
    (fault,) = refused(HOUSING, grid("table 2", above, *rows))
    begin = rows[0][0] or rows[0][1]
    assert (
        f"table 2, row 1: there are no headings above the row that begins {begin!r}, in a table as wide as that of the "
        "plan above it; print the headings again above it, or take the table out if it is no part of the plan."
    ) == fault


def test_a_narrower_table_without_headings_is_noted():
    imported = read_grids(HOUSING, grid("table 2", [], ["R", "red"], ["G", "green"]))
    assert ["table 2 has no row of headings and was not taken in."] == notes(imported)


# Lines of words between the rows


def test_agencies_between_the_rows_are_refused_where_their_actions_would_be_filed_under_another(tmp_path):
    (fault,) = faults_of(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST, ["Housing"], SECOND, ["Health"], THIRD)
    assert (
        "09-NP.csv, row 5 and row 7: 'Housing' and 'Health' stand by themselves above actions and may begin another "
        "section; say in a column headed Section which section each row is of, or take these rows out."
    ) == fault


def test_agencies_below_each_of_which_the_numbers_begin_again_are_sections(tmp_path):
    rows = [["Housing"], FIRST, SECOND, ["Probation"], ["Recommendation 1: Learn"], FIRST, ["Children"] * 6, FIRST]
    imported = read(tmp_path, TITLE, HEADING_ROW, *rows)
    assert {"Housing": ["1", "2"], "Probation": ["1"], "Children": ["1"]} == sections(imported)
    assert [None, None, "1", None] == [owner for _, owner in owners(imported)]
    assert [
        "09-NP.csv, row 3, row 6 and row 9: 'Housing', 'Probation' and 'Children' stand by themselves above actions of "
        "which the numbers begin again, so each was taken for the heading of a section."
    ] == list(imported.notes)


def test_the_agency_above_the_table_keeps_the_actions_above_the_next(tmp_path):
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST, SECOND, ["Housing"], FIRST)
    assert {"Northshire Police": ["1", "2"], "Housing": ["1"]} == sections(imported)


def test_a_line_below_the_last_action_is_only_noted(tmp_path):
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST, SECOND, ["End of plan"])
    assert ["09-NP.csv, row 6: 'End of plan' stands by itself among the actions and was not taken in."] == list(
        imported.notes
    )


def test_recommendations_that_carry_on_in_a_shorter_form_are_recommendations(tmp_path):
    rows = [["Rec 1 - share"], FIRST, ["R2. train"], SECOND, ["3. Learn from families"], THIRD]
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, *rows)
    assert [("1", "1"), ("2", "2"), ("3", "3")] == owners(imported)
    assert ["share", "train", "Learn from families"] == [r.text for r in imported.sections[0].recommendations]


@pytest.mark.parametrize("line", ["R4. train", "4. Learn from families"])
def test_a_recommendation_in_a_shorter_form_that_does_not_carry_on_is_refused(tmp_path, line):
    (fault,) = faults_of(tmp_path, TITLE, POLICE, HEADING_ROW, ["Rec 1 - share"], FIRST, [line], SECOND)
    assert (
        f"09-NP.csv, row 6: {line!r} may be a recommendation, and its number does not carry on from 1; write it like "
        "'Recommendation 2: …', or take the row out."
    ) == fault


# Two rows of headings

TOP = ["Ref", "Action", "Lead", "Timescale", "", "Status"]
BELOW = ["Ref", "Action", "Lead", "Original", "Revised", "Status"]
DATED = ["1", "Train", "Head", "May 2024", "June 2024", "Ongoing"]


@pytest.mark.parametrize("below", [BELOW, ["", "", "", "Original", "Revised", ""]], ids=["merged", "blank"])
def test_two_rows_of_headings_of_which_one_parts_the_other_are_read_as_one(tmp_path, below):
    imported = read(
        tmp_path,
        TITLE,
        POLICE,
        TOP,
        below,
        DATED,
        headings={"Timescale Original": "target_date", "Timescale Revised": "nothing"},
    )
    assert ("Ref", "Action", "Lead", "Timescale Original", "Timescale Revised", "Status") == imported.sections[
        0
    ].columns
    assert ["1"] == [action.number for action in imported.sections[0].actions]
    assert "May 2024" == imported.sections[0].actions[0].target_date.as_printed
    assert ["09-NP.csv, row 3 and row 4 were read as one row of headings."] == list(imported.notes)


def test_two_rows_of_headings_that_contradict_each_other_are_one_fault(tmp_path):
    """And no section is made of the upper one."""
    other = ["Action", "Ref", "Status", "Lead Agency", "Target Date", "Progress"]
    (fault,) = faults_of(tmp_path, TITLE, POLICE, HEADING_ROW, other, FIRST, name="plan.csv")
    assert "plan.csv, row 3 and row 4 are both rows of headings and say different things; take one out." == fault


# What is wide


def test_a_cell_far_to_the_right_costs_no_time(tmp_path):
    rows = [[*row, *[""] * 16_000, "x"] for row in (FIRST, SECOND, THIRD)]
    begun = time.process_time()
    (said,) = read(tmp_path, TITLE, POLICE, [*HEADING_ROW, *[""] * 16_001], *rows).not_understood
    assert "row 3, column 16007: there is no heading" in said
    assert 3 > time.process_time() - begun


def test_twenty_thousand_columns_of_progress_cost_no_time(tmp_path):
    begun = time.process_time()
    read(tmp_path, TITLE, POLICE, [*HEADING_ROW, *["Progress"] * 20_000], [*FIRST, *["x"] * 20_000])
    assert 4 > time.process_time() - begun


# Our own audit trail


@pytest.mark.parametrize("trail", TRAIL_HEADINGS, ids=" ".join)
def test_the_audit_trail_of_a_document_of_ours_is_no_plan(trail):
    """Even where a person has settled what one of its headings means."""
    settled = {"Evidence": "evidence", "What": "text", "Of": "number"}
    imported = read_grids(HOUSING, grid("table 2", ["Statuses"], [*trail], ["x"] * len(trail)), headings=settled)
    assert {"Housing": ["1", "2"]} == sections(imported)


def test_of_joined_tables_a_fault_names_the_other_table(tmp_path):
    """Each counts its rows by itself."""
    begun = grid("table 1", ["Housing"], HEADING_ROW, FIRST, SECOND)
    again = grid("table 2", [], HEADING_ROW, ["3", "Close", "L", "May-14", "", ""], FIRST)
    assert ["table 2, row 3: 1 is the number of table 1, row 2 already; number one of them anew."] == refused(
        begun, again
    )
    banners = [["Recommendation 1: Learn"], FIRST], [["Recommendation 1: Listen"], THIRD]
    first, other = (
        grid(f"table {nth}", ["Housing"] if nth == 1 else [], HEADING_ROW, *some) for nth, some in enumerate(banners, 1)
    )
    assert [
        "table 2, row 2, column 1: recommendation 1 stands in table 1, row 2 already, with other words; number one of "
        "them anew."
    ] == refused(first, other)


def test_the_name_of_a_sheet_that_is_left_out_is_whole():
    """Whatever marks are in it."""
    key = Grid([(1, ["Red", "late"])], "Key: colours; RAG")
    imported = read_grids(Grid(list(enumerate([HEADING_ROW, FIRST], start=1)), "Plan"), key)
    assert ["Key: colours; RAG has no row of headings and was not taken in."] == notes(imported)
