"""What the columns of a table are headed, and what they are taken for."""

from __future__ import annotations

from typing import get_args

import pytest

from dhr_ledger.imports.headings import FULL_TABLE, HEADINGS, TWO_IN_ONE, Field, field_of, read_heading

from .tables import FIRST, HEADING_ROW, POLICE, TITLE, faults_of, read


@pytest.mark.parametrize(
    "heading", ["Lead Officer and Agency", "LEAD OFFICER & AGENCY", "Lead\nOfficer - and  Agency:"]
)
def test_capitals_white_space_and_marks_make_no_difference_to_a_heading(heading):
    """It is the words that count."""
    assert "lead" == field_of(heading)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Action (SMART)", "text"),
        ("Status (RAG)", "status"),
        ("Status [R/A/G]", "status"),
        ("Outcome/Progress", "progress"),
        ("Target completion date", "target_date"),
        ("No.", "number"),
        ("Outcome", None),
        ("Date", None),
        ("Recommendation", "recommendation"),
        ("Scope of recommendation (i.e. local or regional)", "scope"),
        ("Key milestones achieved in enacting recommendation", "milestones"),
        ("Date of completion and outcome", "outcome"),
        ("Evidence to be probed", None),
        ("", None),
    ],
)
def test_what_a_heading_means(heading, field):
    """A bracket at the end makes no difference; a word that means different things in different plans means nothing."""
    assert field == field_of(heading)


def test_no_heading_means_two_things():
    """The vocabulary is written as it is compared, each heading once."""
    headings = [heading for name in HEADINGS for heading in HEADINGS[name]]
    assert sorted(set(headings)) == sorted(headings)
    assert [] == [heading for name in HEADINGS for heading in HEADINGS[name] if field_of(heading) != name]
    assert set(get_args(Field)) == HEADINGS.keys() >= set(FULL_TABLE)


@pytest.mark.parametrize(
    ("heading", "fields", "effective"),
    [
        ("Progress at March 2014", ("progress",), "2014-03"),
        ("Update Sept 13", ("progress",), "2013-09"),
        ("Progress (31.01.13)", ("progress",), "2013-01-31"),
        ("Status as at 30 June 2014", ("status",), "2014-06-30"),
        ("Progresspresented to the Board\nDec 2017", ("progress",), "2017-12"),
        ("Progress 12/13/14", (), None),
        ("Progress\nRAG status", ("progress", "status"), None),
        ("Progress and RAG", ("progress", "status"), None),
        ("RAG rating and progress", ("status", "progress"), None),
        ("Target / completion", ("target_date", "outcome"), None),
        ("Target completion", ("target_date",), None),
        ("Lead and status", (), None),
    ],
)
def test_a_heading_may_hold_a_date_or_two_fields(heading, fields, effective):
    """When a column was filled in stands in its heading, and so does that it is two columns in one."""
    read = read_heading(heading)
    assert (fields, effective) == (read.fields, read.effective)


WIDE = [
    *("Ref", "Action", "Lead Agency", "Target Date", "Desired Outcome", "Monitoring", "Success Measure"),
    *("Progress", "Status"),
]


@pytest.mark.parametrize("headings", [WIDE, HEADING_ROW])
def test_empty_headings_of_the_number_and_the_lead_are_settled_by_their_place(tmp_path, headings):
    """All the others are printed, in the usual order; it is noted."""
    imported = read(tmp_path, TITLE, POLICE, ["", headings[1], "", *headings[3:]], FIRST)
    (action,) = imported.sections[0].actions
    assert ("1", "Training lead") == (action.number, action.lead.as_printed)
    assert (
        "09-NP.csv, row 3, column 1: the empty heading was taken for the number, by its place.",
        "09-NP.csv, row 3, column 3: the empty heading was taken for the lead, by its place.",
    ) == imported.notes


@pytest.mark.parametrize(
    "headings",
    [
        ["Ref", "Action", "", "Lead Agency", "Target Date", "Status"],
        ["Ref", "Action", "", "Target Date", "Status", "Progress"],
        ["Ref", "Action", "Lead Agency", "Target Date", "", "Status"],
        ["Ref", "Action", "Lead Agency", "Target Date", "Progress", "", "Status"],
        ["Ref", "Action", "", "Target Date", "Progress", "Status", "Evidence"],
    ],
)
def test_an_empty_heading_is_never_guessed_otherwise(tmp_path, headings):
    """Another place, order or width, and the column that would be lost is named."""
    column = headings.index("") + 1
    imported = read(tmp_path, TITLE, POLICE, headings, ["1", *(f"cell {nth}" for nth in range(2, 8))][: len(headings)])
    begins = f"09-NP.csv, row 3, column {column}: there is no heading, and 'cell {column}' below it in row 4 is not"
    assert imported.not_understood[0].startswith(begins)


def test_an_empty_heading_over_statuses_is_the_status(tmp_path):
    """Every cell below is a word of the legend; one that is not, and nothing is taken."""
    headings = ["Ref", "Action", "Lead Agency", ""]
    rows = [["1", "Train", "Head", "Ongoing"], ["2", "Audit", "Head", ""], ["3", "Tell", "Head", "Completed."]]
    imported = read(tmp_path, TITLE, POLICE, headings, *rows)
    assert ["in progress", "unknown", "complete"] == [a.status.progress for a in imported.sections[0].actions]
    assert ("09-NP.csv, row 3, column 4: the empty heading was taken for the status, by its cells.",) == imported.notes
    assert 1 == len(read(tmp_path, TITLE, POLICE, headings, *rows, ["4", "Ask", "", "Mauve"]).not_understood)


def test_a_column_that_holds_nothing_needs_no_heading(tmp_path):
    """Nothing is lost with it."""
    headings = ["", "Ref", "Action", "", "Evidence", "Status"]
    banner = ["Recommendation 1: Learn"]
    imported = read(tmp_path, TITLE, POLICE, headings, banner, ["", "1", "Train", " ", "", "Done"])
    assert () == imported.notes
    assert {"number": 2, "text": 3, "status": 6} == imported.sections[0].actions[0].source.columns


def test_a_heading_that_is_not_understood_is_reported_with_what_is_left_out(tmp_path):
    """The first cell below it says where to look; the rest of the table is read."""
    headings = ["Ref", "Action", "Status", "Colour of the day"]
    imported = read(tmp_path, TITLE, POLICE, headings, ["1", "Train", "Done", ""], ["2", "Audit", "", "Mauve"])
    assert (
        "09-NP.csv, row 3, column 4: the heading 'Colour of the day' is not understood, and 'Mauve' below it in row 5 "
        "is not taken in; say what it means, as in --map 'Colour of the day=progress', or --map 'Colour of the "
        "day=nothing'.",
    ) == imported.not_understood
    assert ["1", "2"] == [action.number for action in imported.sections[0].actions]


@pytest.mark.parametrize(("meaning", "taken"), [("evidence", "Minutes"), ("nothing", "")])
def test_a_heading_can_be_settled(tmp_path, meaning, taken):
    """By a person, once; capitals and white space make no difference, and nothing means that it is left out."""
    headings = ["Ref", "Action", "Status", "Evidence  to be PROBED"]
    imported = read(
        tmp_path, TITLE, POLICE, headings, ["1", "T", "", "Minutes"], headings={"Evidence to be probed": meaning}
    )
    assert (taken, ()) == (imported.sections[0].actions[0].evidence_required, imported.not_understood)
    assert {"Evidence to be probed": meaning} == imported.headings


@pytest.mark.parametrize(
    ("cells", "taken"), [(["Mar-14", "TBC", "soon"], True), (["see above", "soon", "Mar-14"], False)]
)
def test_a_heading_of_several_meanings_is_told_by_its_cells(tmp_path, cells, taken):
    """Most of the cells under "Date" are dates, or it is not understood."""
    rows = [[str(nth), "Train", cell] for nth, cell in enumerate(cells, start=1)]
    imported = read(tmp_path, TITLE, POLICE, ["Ref", "Action", "Date"], *rows)
    assert taken == (imported.sections[0].actions[0].target_date.as_printed == cells[0])
    assert (not taken) == bool(imported.not_understood)
    if taken:
        note = "09-NP.csv, row 3, column 3: the heading 'Date' was taken for the target date, by its cells."
        assert note == imported.notes[0]


def test_a_column_of_outcomes_and_statuses_says_the_status_that_it_ends_with(tmp_path):
    """And where it ends with none, that is told, and not passed over."""
    headings = ["Ref", "Action", "Outcome achieved and status", "Progress"]
    imported = read(
        tmp_path, TITLE, POLICE, headings, ["1", "Train", "Forms agreed. Completed"], ["2", "Audit", "Shown."]
    )
    assert [("Completed", "complete"), ("", "unknown")] == [
        (action.status.as_printed, action.status.progress) for action in imported.sections[0].actions
    ]
    assert (
        "09-NP.csv, row 5, column 3: 'Shown.' stands in a column of outcomes and statuses and says no status that is "
        "known, so none is taken in; put the status into a column of its own.",
    ) == imported.not_understood


def test_what_nobody_can_part_is_taken_for_the_first_and_told(tmp_path):
    """Where a lead ends and a date begins, no rule says."""
    headings = ["Ref", "Action", "Lead agency and target date", "Progress"]
    imported = read(tmp_path, TITLE, POLICE, headings, ["1", "Train", "", ""], ["2", "Audit", "Housing - May 14", ""])
    (_, action) = imported.sections[0].actions
    assert ("Housing - May 14", "none") == (action.lead.as_printed, action.target_date.kind)
    assert {"number": 1, "text": 2, "lead": 3, "progress": 4} == action.source.columns
    assert (
        "09-NP.csv, row 3, column 3: 'Lead agency and target date' holds the lead and the target date, and all of "
        "'Housing - May 14' below it in row 5 was taken for the lead; put the target date into a column of its own.",
    ) == imported.not_understood


@pytest.mark.parametrize("pair", sorted(TWO_IN_ONE))
def test_every_two_fields_of_one_column_are_parted_or_told(tmp_path, pair):
    """None of them is left blank without a word."""
    heading = " and ".join(HEADINGS[name][0] for name in pair)
    others = [
        headed for name, headed in {"number": "Ref", "text": "Action", "lead": "Lead"}.items() if name not in pair
    ]
    cell = {"number": "1. Train", "recommendation_number": "2. Learn", "target_date": "May 14 completed"}
    words = cell.get(pair[0], "Done")
    imported = read(tmp_path, TITLE, POLICE, [heading, *others], [words, *("1" for _ in others)])
    (action,) = imported.sections[0].actions
    columns = action.source.columns or {}
    assert set(pair) <= columns.keys() or 1 == len(imported.not_understood)


def test_two_headings_of_one_meaning_are_refused(tmp_path):
    """Neither is the better one."""
    headings = ["Ref", "Action", "Lead Person", "Lead Officer"]
    (fault,) = faults_of(tmp_path, TITLE, POLICE, headings, ["1", "Train", "A", "B"])
    assert (
        "09-NP.csv, row 3: both 'Lead Person' in column 3 and 'Lead Officer' in column 4 mean the lead; rename one, or "
        "take it out."
    ) == fault


def test_a_table_needs_actions(tmp_path):
    """There is no action without words."""
    assert [
        "09-NP.csv, row 3: no column is headed Action, which every action needs; add it.",
    ] == faults_of(tmp_path, TITLE, POLICE, ["Lead", "Target Date", "Status"], ["A", "Mar-14", "Done"], ["A", "", ""])
