"""Which recommendation an action is for, in rows and in columns."""

from __future__ import annotations

import pytest

from .tables import FIRST, HEADING_ROW, POLICE, SECOND, TITLE, faults_of, owners, progress_of, read


@pytest.mark.parametrize(
    ("printed", "number", "text"),
    [
        ("Recommendation 1.1 : Learn from it", "1.1", "Learn from it"),
        ("Recommendation 2.1  : Learn", "2.1", "Learn"),
        ("Recommendation 3.3: Learn", "3.3", "Learn"),
        ("Recommendation 5. Learn: now", "5", "Learn: now"),
        ("RECOMMENDATION 2a – Learn", "2a", "Learn"),
        ("Rec. no. 4) Learn", "4", "Learn"),
        ("Recommendation 6\nLearn\nand listen", "6", "Learn\nand listen"),
        ("Recommendation 7: 3 agencies learn", "7", "3 agencies learn"),
    ],
)
def test_a_recommendation_stands_alone_in_its_row(tmp_path, printed, number, text):
    """Its words are the cell without the number."""
    (made,) = read(tmp_path, TITLE, POLICE, HEADING_ROW, [printed], FIRST).sections[0].recommendations
    assert (number, text) == (made.number, made.text)
    assert (4, {"text": 1}) == (made.source.row, made.source.columns)


@pytest.mark.parametrize(
    "printed", ["Recommendations 1 and 2: Learn", "Recommendation 1.2-1.3: Learn", "Recommendation: Learn"]
)
def test_a_recommendation_without_one_number_is_refused(tmp_path, printed):
    """It would leave the actions below it under the one above."""
    (fault,) = faults_of(tmp_path, TITLE, POLICE, HEADING_ROW, [printed], FIRST)
    cure = "write it like 'Recommendation 2: …', one to a row"
    assert f"09-NP.csv, row 4: {printed!r} has no number that can be read; {cure}." == fault


def test_a_recommendation_without_words_is_refused(tmp_path):
    """They may have ended up in the next row."""
    (fault,) = faults_of(tmp_path, TITLE, POLICE, HEADING_ROW, ["Recommendation 1:"], FIRST)
    assert "09-NP.csv, row 4, column 1: recommendation 1 has no words; put them into the same cell." == fault


def test_a_recommendation_may_be_printed_twice_but_not_with_other_words(tmp_path):
    """Plans repeat it at the head of a page."""
    rows = [TITLE, POLICE, HEADING_ROW, ["Recommendation 1: Learn"], FIRST]
    assert [("1", "1"), ("2", "1")] == owners(read(tmp_path, *rows, ["Recommendation 1: learn."], SECOND))
    (fault,) = faults_of(tmp_path, *rows, ["Recommendation 1: Listen"], SECOND)
    assert (
        "09-NP.csv, row 6, column 1: recommendation 1 stands in row 4 already, with other words; number one of them "
        "anew."
    ) == fault


def section_of(*marks: str) -> list[list[str]]:
    """The rows of a section: `R2` is a recommendation, anything else an action of that number."""
    rows = [[f"Recommendation {mark[1:]}: Learn"] if mark[0] == "R" else [mark, "Train"] for mark in marks]
    return [TITLE, POLICE, HEADING_ROW, *rows]


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (["R1", "1.1", "1.2", "R2", "2"], {"1.1": "1", "1.2": "1", "2": "2"}),
        (["R1", "1", "2", "R2", "3", "4"], {"1": "1", "2": "1", "3": "2", "4": "2"}),
        (["R3.1", "R3.2", "3"], {"3": "3.2"}),
        (["R1", "1", "R2"], {"1": "1"}),
        (["1", "2"], {"1": None, "2": None}),
    ],
)
def test_an_action_is_for_the_recommendation_above_it(tmp_path, marks, expected):
    """Whatever the numbers say: many plans only count their actions on."""
    imported = read(tmp_path, *section_of(*marks))
    assert expected == dict(owners(imported))
    assert () == imported.notes


def test_recommendations_that_stand_below_their_actions_are_taken_so_and_noted(tmp_path):
    """The section begins with actions and ends with a recommendation."""
    imported = read(tmp_path, *section_of("1", "2", "R1", "3", "R2"))
    assert {"1": "1", "2": "1", "3": "2"} == dict(owners(imported))
    (note,) = imported.notes
    assert note.startswith("09-NP.csv, row 4: the section begins with actions and ends with a recommendation")


def test_actions_above_the_first_recommendation_go_by_their_number_and_are_noted(tmp_path):
    """Or are under none, when their number names none."""
    imported = read(tmp_path, *section_of("2.1", "7", "1", "R1", "1.1", "R2", "2.2"))
    assert {"2.1": "2", "7": None, "1": "1", "1.1": "1", "2.2": "2"} == dict(owners(imported))
    above = "stands above the first recommendation and"
    assert [
        f"09-NP.csv, row 4: action 2.1 {above} was put under 2 by its number; check it.",
        f"09-NP.csv, row 5: action 7 {above} is under none; check it.",
        f"09-NP.csv, row 6: action 1 {above} was put under 1 by its number; check it.",
    ] == list(imported.notes)


# Tables that say their recommendations in columns

IN_COLUMNS = ["No.", "Recommendation", "Actions required", "Lead", "Target Date", "Progress\nRAG status"]


def test_a_recommendation_in_a_column_of_its_own(tmp_path):
    """Its number and words stand once; the actions below are counted under it, and it is said."""
    imported = read(
        tmp_path,
        *(TITLE, POLICE, IN_COLUMNS),
        ["1", "Learn", "Train officers", "Head", "April 2015", "Training was given. Completed."],
        ["2", "Listen", "Ask families", "Head", "Nov 2015", "Begun\nOngoing"],
        ["", "", "Tell the board", "Chair", "Oct 2015", "Nothing yet"],
    )
    (section,) = imported.sections
    assert [("1.1", "1"), ("2.1", "2"), ("2.2", "2")] == owners(imported)
    assert [("1", "Learn"), ("2", "Listen")] == [(made.number, made.text) for made in section.recommendations]
    assert ["Completed.", "Ongoing", ""] == [action.status.as_printed for action in section.actions]
    assert "Training was given. Completed." == progress_of(section.actions[0])
    assert [False] * 3 == [action.numbered for action in section.actions]
    assert (
        "09-NP.csv, row 3: no number is printed for some actions, so they were counted here, each under its "
        "recommendation.",
    ) == imported.notes


def test_numbers_that_are_all_different_are_those_of_the_actions(tmp_path):
    """As a plan with one action a recommendation numbers them."""
    rows = [["1", "Learn", "Train", "", "", ""], ["2", "Listen", "Ask", "", "", ""]]
    imported = read(tmp_path, TITLE, POLICE, IN_COLUMNS, *rows)
    assert [("1", "1"), ("2", "2")] == owners(imported)


def test_a_table_without_actions_keeps_track_of_its_recommendations(tmp_path):
    """The words of the recommendation are what is promised."""
    headings = ["No.", "Recommendation", "Responsibility", "By when"]
    imported = read(tmp_path, TITLE, POLICE, headings, ["1.", "Learn", "Chair", "April 2017"])
    (action,) = imported.sections[0].actions
    assert ("1", "1", "Learn", "Chair") == (action.number, action.recommendation, action.text, action.lead.as_printed)


def test_a_label_names_the_recommendation_of_which_the_words_stand_beside_it(tmp_path):
    """And the number before an action is its own, in its target date too."""
    headings = ["Recommendation", "Issues identified", "Actions to be taken", "Person responsible", "By when"]
    imported = read(
        tmp_path,
        *(TITLE, POLICE, headings),
        ["Recommendation 3", "Learn", "1. Train officers", "Head", "1. 31 January 2020"],
        ["Recommendation 3", "Learn", "2. Ask families", "Head", "28 February 2020"],
    )
    assert [("3.1", "3"), ("3.2", "3")] == owners(imported)
    assert [("3", "Learn")] == [(made.number, made.text) for made in imported.sections[0].recommendations]
    assert ["2020-01-31", "2020-02-28"] == [str(a.target_date.latest) for a in imported.sections[0].actions]


def test_several_numbered_actions_in_one_cell_are_several_actions(tmp_path):
    """Each with what is numbered like it, or with all of a cell that has no numbers."""
    headings = ["Recommendation", "Action to take", "Lead agency", "Target date"]
    imported = read(
        tmp_path,
        *(TITLE, POLICE, headings),
        ["1. Learn", "1. Train officers\n2. Ask families", "Head", "1. March 2014\n2. June 2014"],
    )
    first, second = imported.sections[0].actions
    assert [("1.1", "1"), ("1.2", "1")] == owners(imported)
    assert ("Head", "Head") == (first.lead.as_printed, second.lead.as_printed)
    assert ("2014-03-31", "2014-06-30") == (str(first.target_date.latest), str(second.target_date.latest))


def test_the_row_that_explains_the_template_is_left_out(tmp_path):
    """The Home Office's table of 2016 has one under its headings."""
    headings = [
        *("Recommendation", "Scope of recommendation i.e. local or regional", "Action to take", "Lead agency"),
        *("Key milestones achieved in enacting recommendation", "Target date", "Date of completion and outcome"),
    ]
    asked = ["What is it?", "Local or regional?", "How will it happen?", "Who?", "Which steps?", "By when?", "When?"]
    done = ["1. Learn", "Local", "Train officers", "Police", "Nov 2013: course written.", "March 2014", "2 May 2014"]
    imported = read(tmp_path, TITLE, POLICE, headings, asked, done)
    (action,) = imported.sections[0].actions
    (made,) = imported.sections[0].recommendations
    assert ("1", "Learn", "local") == (made.number, made.text, made.scope)
    assert ("Train officers", "2 May 2014") == (action.text, action.outcome)
    assert [("Nov 2013: course written.", "2013-11")] == [(step.words, step.effective) for step in action.milestones]
    assert imported.notes[0].endswith("row 4: the row says how to fill in the table and was not taken in.")


def test_two_columns_of_progress_are_read_in_turn_with_the_date_in_each_heading(tmp_path):
    headings = ["Ref", "Action", "Progress at Sept 2013", "Progress at Dec 2013"]
    imported = read(tmp_path, TITLE, POLICE, headings, ["1", "Train", "Begun", "Done"])
    (action,) = imported.sections[0].actions
    assert [("Begun", "2013-09"), ("\nDone", "2013-12")] == [(p.words, p.effective) for p in action.progress]
    assert {"progress": 3, "progress_2": 4} == {
        name: column for name, column in action.source.columns.items() if name.startswith("progress")
    }


def test_two_rows_of_headings_that_contradict_each_other_are_refused(tmp_path):
    other = ["Action", "Ref", "Status", "Lead Agency", "Target Date", "Progress"]
    (fault,) = faults_of(tmp_path, TITLE, POLICE, HEADING_ROW, other, FIRST)
    assert "09-NP.csv, row 3 and row 4 are both rows of headings and say different things; take one out." == fault


@pytest.mark.parametrize("dash", [".", "...", "-", "–", "n/a"])
@pytest.mark.parametrize("headings", [["Ref", "Rec No"], ["Rec No", "Ref"]])
def test_a_dash_for_the_number_of_a_recommendation_is_none(tmp_path, dash, headings):
    """Nor does the one above go on, where it stands for none below."""
    swapped = headings[0] == "Rec No"
    rows = [
        ([rec, ref] if swapped else [ref, rec]) + ["Do it", "L"] for ref, rec in (("1", "4"), ("2", dash), ("3", ""))
    ]
    imported = read(tmp_path, TITLE, POLICE, [*headings, "Action", "Lead"], *rows)
    assert [("1", "4"), ("2", None), ("3", None)] == owners(imported)


def test_a_recommendation_without_a_number_that_may_be_one_is_refused(tmp_path):
    """It could not be referred to."""
    headings = ["Ref", "Rec No", "Action", "Lead"]
    (fault,) = faults_of(tmp_path, TITLE, POLICE, headings, ["1", "as above", "Train", "L"])
    assert (
        "09-NP.csv, row 4, column 2: 'as above' cannot be the number of a recommendation; write it like 1.2, or leave "
        "the cell blank where it is that of the row above."
    ) == fault
