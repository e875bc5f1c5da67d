"""A table that a council keeps, understood as a plan: what is taken in, what is noted, and what is refused."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pytest

from dhr_ledger.errors import BadReference, ImportRefused
from dhr_ledger.importers.csv import read_csv
from dhr_ledger.imports import ImportedPlan, read_plan
from dhr_ledger.imports.grid import Grid
from dhr_ledger.imports.headings import FULL_TABLE, HEADINGS, field_of
from dhr_ledger.plugins import Door, Doors, installed

TITLE = ["Domestic Homicide Review Action Plan: DHR7"]
POLICE = ["Northshire Police"]
HEADING_ROW = ["Ref", "Action", "Lead Agency", "Target Date", "Progress", "Status"]
FIRST = ["1", "Train officers", "Training lead", "Mar-14", "Begun", "Ongoing"]
SECOND = ["2", "Audit records", "Audit lead", "31.01.13", "", ""]


def save(file: Path, *rows: list[str]) -> Path:
    """A file of these *rows*, as a spreadsheet saves them."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    file.write_bytes(text.getvalue().encode())
    return file


def read(folder: Path, *rows: list[str], name: str = "09-NP.csv", **options: str) -> ImportedPlan:
    """The plan that a file of these *rows* holds."""
    return read_plan(save(folder / name, *rows), **options)


def faults_of(folder: Path, *rows: list[str], name: str = "09-NP.csv") -> list[str]:
    """Why a file of these *rows* is refused."""
    with pytest.raises(ImportRefused) as refused:
        read(folder, *rows, name=name)
    return list(refused.value.faults)


def owners(plan: ImportedPlan) -> list[tuple[str, str | None]]:
    """Each action with the recommendation that it is for."""
    return [(action.number, action.recommendation) for section in plan.sections for action in section.actions]


# The layout


def test_a_table_becomes_a_section_with_its_actions(tmp_path):
    """Title, heading, headings, actions: each cell as printed, two of them understood, all with their place."""
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST)
    (section,) = imported.sections
    (action,) = section.actions
    assert ("DHR7", "DHR", TITLE[0]) == (imported.review, imported.kind, imported.title)
    assert ("NP", "Northshire Police", tuple(HEADING_ROW)) == (section.key, section.heading, section.columns)
    assert FIRST == [
        *(action.number, action.text, action.lead.as_printed, action.target_date.as_printed),
        *(action.progress, action.status.as_printed),
    ]
    assert ("month", "in progress") == (action.target_date.kind, action.status.progress)
    digest = f"sha256:{hashlib.sha256((tmp_path / '09-NP.csv').read_bytes()).hexdigest()}"
    assert ("09-NP.csv", digest, 4) == (action.source.file, action.source.digest, action.source.row)
    assert {"number": 1, "text": 2, "lead": 3, "target_date": 4, "progress": 5, "status": 6} == action.source.columns
    (file,) = imported.files
    assert ("09-NP.csv", digest, ".csv", 1) == (file.name, file.digest, file.importer, file.actions)
    assert () == imported.notes


def test_cells_are_kept_to_the_character(tmp_path):
    """White space, lines, bullets and an apostrophe in front of a sign are the council's, and stay."""
    cells = [" 1.1 ", "  Train\r\n• all\u00a0staff ", "'=lead", " Mar-14", "\tBegun\n", " Ongoing "]
    (action,) = read(tmp_path, TITLE, POLICE, HEADING_ROW, cells).sections[0].actions
    assert cells[1:] == [
        *(action.text, action.lead.as_printed, action.target_date.as_printed, action.progress),
        action.status.as_printed,
    ]
    assert ("1.1", "month", "in progress") == (action.number, action.target_date.kind, action.status.progress)


def test_a_row_is_counted_as_the_spreadsheet_counts_it(tmp_path):
    """Blank rows count, and the lines within a cell do not."""
    rows = [TITLE, [], ["", ""], POLICE, HEADING_ROW, ["1", "Train\nall\nstaff"], [], SECOND]
    assert [6, 8] == [action.source.row for action in read(tmp_path, *rows).sections[0].actions]


def test_rows_may_be_padded_or_cut_short(tmp_path):
    """Blank cells after the last heading say nothing, and neither do those that are left out."""
    rows = [TITLE, POLICE, HEADING_ROW, FIRST, ["2", "Audit records"]]
    plain = read(tmp_path, *rows)
    padded = read(tmp_path, *(row + [""] * 4 for row in rows))
    assert [action.text for action in plain.sections[0].actions] == [
        action.text for action in padded.sections[0].actions
    ]
    assert plain.sections[0].heading == padded.sections[0].heading
    assert () == padded.notes


def test_a_line_across_all_columns_is_one_line(tmp_path):
    """Merged cells repeat their words from end to end when a table is saved as text."""
    rows = [TITLE * 6, POLICE * 6, HEADING_ROW, ["Recommendation 1: Learn"] * 6, FIRST]
    imported = read(tmp_path, *rows)
    assert "Northshire Police" == imported.sections[0].heading
    assert [("1", "1")] == owners(imported)


def test_one_file_may_hold_several_sections(tmp_path):
    """Each row of headings begins a section, called as the line right above it says."""
    imported = read(
        tmp_path,
        *(TITLE, POLICE, HEADING_ROW, ["Recommendation 1: Learn"], FIRST),
        *(["Probation (NPC)"], ["Recommendation 1: Listen"], HEADING_ROW, ["1", "Listen", "Head"]),
        *(TITLE, ["NHS - Surgery 1"], ["Ref", "Action", "Owner"], ["1", "Ask", "Partner"]),
    )
    assert [("NP", "Northshire Police"), ("NPC", "Probation (NPC)"), ("NS1", "NHS - Surgery 1")] == [
        (section.key, section.heading) for section in imported.sections
    ]
    assert [("1", "1"), ("1", "1"), ("1", None)] == owners(imported)
    assert ["Learn", "Listen"] == [made.text for section in imported.sections for made in section.recommendations]
    assert () == imported.notes


def test_headings_printed_again_on_the_next_page_begin_nothing(tmp_path):
    """The section and its recommendation go on."""
    banner = ["Recommendation 1: Learn"]
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, banner, FIRST, HEADING_ROW, SECOND, banner, HEADING_ROW)
    assert [("1", "1"), ("2", "1")] == owners(imported)
    assert [1] == [len(section.recommendations) for section in imported.sections]


def test_several_files_are_one_plan_in_the_order_given(tmp_path):
    """One title that names the review is enough."""
    one = save(tmp_path / "01-B.csv", POLICE, HEADING_ROW, FIRST)
    two = save(tmp_path / "02-A.csv", TITLE, ["Courts"], HEADING_ROW, FIRST, SECOND)
    imported = read_plan(two, one)
    assert ["A", "B"] == [section.key for section in imported.sections]
    assert [("02-A.csv", 2), ("01-B.csv", 1)] == [(file.name, file.actions) for file in imported.files]


@pytest.mark.parametrize(
    ("name", "heading", "key"),
    [
        ("09-WMP.csv", "Northshire Police", "WMP"),
        ("1_S2.CSV", "Surgery", "S2"),
        ("plan.csv", "Northshire Safeguarding Board (NSB)", "NSB"),
        ("plan.csv", "Walk in Centre (Date)", "WCD"),
        ("plan.csv", "Children's Social Care", "CSC"),
        ("2014-03 plan.csv", "Adults and Communities", "AC"),
        ("plan.csv", "Heddlu'r Gogledd", "HG"),
    ],
)
def test_the_key_of_a_section(tmp_path, name, heading, key):
    """The file's name says it; else the acronym in brackets; else the initials of the heading."""
    assert key == read(tmp_path, TITLE, [heading], HEADING_ROW, FIRST, name=name).sections[0].key


def test_a_section_without_a_heading_is_called_like_its_file(tmp_path):
    """A single line that names the review is the title of the plan and no heading."""
    imported = read(tmp_path, TITLE, HEADING_ROW, FIRST, name="Northshire Police.csv")
    assert ("NP", "Northshire Police") == (imported.sections[0].key, imported.sections[0].heading)


# Which review


@pytest.mark.parametrize(
    ("title", "reference", "kind"),
    [
        ("Action Plan in Respect of BDHR2012/13-04", "BDHR2012/13-04", "DHR"),
        ("DHR 7: action plan, updated March 2014.", "DHR 7", "DHR"),
        ("Action plan (DARDR-2025-01)", "DARDR-2025-01", "DARDR"),
        ("SAR/3 action plan", "SAR/3", "SAR"),
    ],
)
def test_the_title_names_the_review(tmp_path, title, reference, kind):
    """The letters before the number say which kind of review it is."""
    imported = read(tmp_path, [title], POLICE, HEADING_ROW, FIRST)
    assert (reference, kind, title) == (imported.review, imported.kind, imported.title)


def test_a_reference_that_is_given_wins_and_the_other_is_noted(tmp_path):
    """A person may know better than a title that was copied."""
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST, review="NDHR7")
    assert "NDHR7" == imported.review
    assert ("09-NP.csv, row 1: the title names DHR7; it is taken in as NDHR7.",) == imported.notes
    assert () == read(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST, review="DHR7").notes


def test_a_plan_that_names_no_review_is_refused(tmp_path):
    """Unless its reference is given, which is its title then as well."""
    rows = [POLICE, HEADING_ROW, FIRST]
    fault = "No title in 09-NP.csv says which review it is of; say it, like BDHR2012/13-04."
    assert [fault] == faults_of(tmp_path, *rows)
    imported = read(tmp_path, *rows, review="Case A")
    assert ("Case A", "DHR", "Case A") == (imported.review, imported.kind, imported.title)


def test_files_of_two_reviews_are_refused(tmp_path):
    """A plan is of one review."""
    one = save(tmp_path / "1-A.csv", TITLE, POLICE, HEADING_ROW, FIRST)
    two = save(tmp_path / "2-B.csv", ["Action plan of DHR8"], ["Courts"], HEADING_ROW, FIRST)
    with pytest.raises(ImportRefused, match=r"more than one review: DHR7 \(1-A.csv, row 1\), DHR8 \(2-B.csv, row 1\);"):
        read_plan(one, two)


def test_a_reference_that_is_none_is_refused_before_anything_is_read(tmp_path):
    """It is the caller's mistake, and not the file's."""
    with pytest.raises(BadReference, match="'DHR:7' is not the reference of a review"):
        read_plan(tmp_path / "missing.csv", review="DHR:7")


# Headings


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
        ("Recommendation", None),
        ("", None),
    ],
)
def test_what_a_heading_means(heading, field):
    """A bracket at the end makes no difference; a word that means different things in different plans means nothing."""
    assert field == field_of(heading)


def test_no_heading_means_two_things():
    """The vocabulary is written as it is compared, each heading once."""
    headings = [heading for name in FULL_TABLE for heading in HEADINGS[name]]
    assert sorted(set(headings)) == sorted(headings)
    assert [] == [heading for name in FULL_TABLE for heading in HEADINGS[name] if field_of(heading) != name]


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
    faults = faults_of(
        tmp_path, TITLE, POLICE, headings, ["1", *(f"cell {nth}" for nth in range(2, 8))][: len(headings)]
    )
    begins = (
        f"09-NP.csv, row 3, column {column}: there is no heading, and 'cell {column}' below it in row 4 would be lost"
    )
    assert faults[0].startswith(begins)


def test_a_column_that_holds_nothing_needs_no_heading(tmp_path):
    """Nothing is lost with it."""
    headings = ["", "Ref", "Action", "", "Evidence", "Status"]
    banner = ["Recommendation 1: Learn"]
    imported = read(tmp_path, TITLE, POLICE, headings, banner, ["", "1", "Train", " ", "", "Done"])
    assert () == imported.notes
    assert {"number": 2, "text": 3, "status": 6} == imported.sections[0].actions[0].source.columns


def test_a_heading_that_is_not_known_is_refused_with_what_would_be_lost(tmp_path):
    """The first cell below it says where to look."""
    headings = ["Ref", "Action", "Status", "Colour of the day"]
    (fault,) = faults_of(tmp_path, TITLE, POLICE, headings, ["1", "Train", "Done", ""], ["2", "Audit", "", "Mauve"])
    assert (
        "09-NP.csv, row 3, column 4: the heading 'Colour of the day' is not known, and 'Mauve' below it in row 5 would "
        "be lost; give it one that is known (Lead or Target date or Desired outcome or Monitoring or How will success "
        "be measured or Progress), or take the column out."
    ) == fault


def test_two_headings_of_one_meaning_are_refused(tmp_path):
    """Neither is the better one."""
    headings = ["Ref", "Action", "Lead Agency", "Lead Officer"]
    (fault,) = faults_of(tmp_path, TITLE, POLICE, headings, ["1", "Train", "A", "B"])
    assert (
        "09-NP.csv, row 3: both 'Lead Agency' in column 3 and 'Lead Officer' in column 4 mean the lead; rename one, or "
        "take it out."
    ) == fault


def test_a_table_needs_numbers_and_actions(tmp_path):
    """There is no reference without a number, and no action without words."""
    assert [
        "09-NP.csv, row 3: no column is headed Ref, which every action needs; add it.",
        "09-NP.csv, row 3: no column is headed Action, which every action needs; add it.",
    ] == faults_of(tmp_path, TITLE, POLICE, ["Lead", "Target Date", "Status"], ["A", "Mar-14", "Done"], ["A", "", ""])


# Recommendations


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


# What is not understood


def test_what_is_not_understood_is_kept_as_printed_and_noted(tmp_path):
    """A date that does not exist, and a status outside the legend."""
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, ["1", "Train", "", "31 September 2020", "", "Mauve"])
    (action,) = imported.sections[0].actions
    assert ("31 September 2020", "Mauve") == (action.target_date.as_printed, action.status.as_printed)
    assert ("unreadable", "unknown") == (action.target_date.kind, action.status.progress)
    assert (
        "09-NP.csv, row 4, column 4: no date can be read from '31 September 2020'; it is kept as printed.",
        "09-NP.csv, row 4, column 6: the status 'Mauve' is not known; it is kept as printed.",
    ) == imported.notes


def test_lines_that_are_no_part_of_the_table_are_noted(tmp_path):
    """Between title and heading, beside them, and among the actions."""
    imported = read(
        tmp_path,
        *(TITLE, ["Updated to November 2014"], ["Chair", "Independent"], POLICE, HEADING_ROW, FIRST),
        *(["Key: R = red"], SECOND, ["Printed by", *[""] * 5], ["End of plan"] * 6),
    )
    assert ["1", "2"] == [action.number for action in imported.sections[0].actions]
    assert [
        "09-NP.csv, row 2: 'Updated to November 2014' stands above the table and was not taken in.",
        "09-NP.csv, row 3: 'Chair | Independent' stands above the table and was not taken in.",
        "09-NP.csv, row 7: 'Key: R = red' stands by itself among the actions and was not taken in.",
        "09-NP.csv, row 9: 'Printed by' stands by itself among the actions and was not taken in.",
        "09-NP.csv, row 10: 'End of plan' stands by itself among the actions and was not taken in.",
    ] == list(imported.notes)


# Faults


def test_every_fault_is_told_at_once(tmp_path):
    """One sentence each, with its place, what stands there and what to do."""
    faults = faults_of(
        tmp_path,
        *(TITLE, POLICE, HEADING_ROW, FIRST),
        ["", "Go on training", "Training lead"],
        ["", "Alone in its row"],
        ["3", " ", "Training lead"],
        ["4"],
        ["1.", "Train again"],
        ["5:a", "Audit"],
        ["R6", "Audit"],
        ["7", "Audit", "", "", "", "", "", "and more"],
    )
    no_number = "has no number; give it one, or put its words into the row that it continues."
    no_action = "has no action; say what is to be done, or leave the row out."
    no_reference = "cannot be the number of an action; write it like 1.2."
    no_heading = (
        "stands to the right of the last heading; is there a comma in a cell without quotation marks around it?"
    )
    assert [
        f"09-NP.csv, row 5: the row that begins 'Go on training' {no_number}",
        f"09-NP.csv, row 6: the row that begins 'Alone in its row' {no_number}",
        f"09-NP.csv, row 7: 3 {no_action}",
        f"09-NP.csv, row 8: 4 {no_action}",
        "09-NP.csv, row 9: 1 is the number of row 4 already; number one of them anew.",
        f"09-NP.csv, row 10: '5:a' {no_reference}",
        f"09-NP.csv, row 11: 'R6' {no_reference}",
        f"09-NP.csv, row 12, column 8: 'and more' {no_heading}",
    ] == faults


def test_faults_of_all_files_are_told_together(tmp_path):
    """Whoever has thirteen files need not try thirteen times."""
    empty = save(tmp_path / "1-A.csv")
    wrong = save(tmp_path / "2-B.csv", TITLE, POLICE, HEADING_ROW, ["1", ""])
    with pytest.raises(ImportRefused) as refused:
        read_plan(empty, wrong, tmp_path / "3.csv", tmp_path / "4.xyz", tmp_path)
    assert [
        "1-A.csv is empty; is it the action plan?",
        f"{tmp_path / '3.csv'} cannot be read: No such file or directory; check its name, and who may read it.",
        "4.xyz cannot be read: it has .xyz, and the importers installed read .csv.",
        f"{tmp_path.name} cannot be read: it has no ending, and the importers installed read .csv.",
        "2-B.csv, row 4: 1 has no action; say what is to be done, or leave the row out.",
    ] == list(refused.value.faults)


def test_nothing_to_import_is_a_fault():
    """An empty folder is no empty plan."""
    with pytest.raises(ImportRefused, match=r"There is nothing to import; name at least one file\."):
        read_plan()


@pytest.mark.parametrize(("names", "key"), [(("1-A.csv", "1-A.csv"), "A"), (("one.csv", "two.csv"), "NP")])
def test_the_same_section_twice_is_refused(tmp_path, names, key):
    """Whether the same file was named twice or two files have sections of one key."""
    one, two = (save(tmp_path / name, TITLE, POLICE, HEADING_ROW, FIRST) for name in names)
    with pytest.raises(ImportRefused) as refused:
        read_plan(one, two)
    assert (
        f"Two sections would have the key {key!r}: 'Northshire Police' ({one.name}, row 2, column 1) and "
        f"'Northshire Police' ({two.name}, row 2, column 1); leave one out, or call the files like 09-WMP.csv.",
    ) == refused.value.faults


def test_a_heading_that_makes_no_key_is_refused(tmp_path):
    """There is nothing in it that could be written in a reference."""
    (fault,) = faults_of(tmp_path, TITLE, ["***"], HEADING_ROW, FIRST, name="plan.csv")
    assert "plan.csv: '***' makes no key for a section; call the file like 09-WMP.csv." == fault


# The door


def test_csv_comes_in_by_the_door_that_is_open_to_anybody():
    """Its importer is registered by the hook, and its docstring is what the list shows."""
    door = installed().importers[".csv"]
    assert read_csv is door.function
    assert "A table of comma-separated values, as a spreadsheet saves it." == door.summary


def test_an_importer_of_a_plugin_is_found_by_its_ending(tmp_path):
    """It yields grids; what a table is called and what is to be said of it come along."""

    def read_tabs(file, name):
        """A table of tabs."""
        rows = [line.split("\t") for line in file.read().decode().splitlines()]
        yield Grid(enumerate(rows, start=1), name="Sheet 1", notes=(f"{name} has no colours.",))

    doors = Doors({}, {".tsv": Door(".tsv", read_tabs, "dhr-ledger-tabs", "1")})
    (tmp_path / "plan.TSV").write_text("DHR7\nRef\tAction\tStatus\n1\tTrain\tDone\n")
    imported = read_plan(tmp_path / "plan.TSV", doors=doors)
    (section,) = imported.sections
    assert ("Sheet 1", "S1") == (section.heading, section.key)
    assert "plan.TSV, Sheet 1, row 3" == str(section.actions[0].source)
    assert (".tsv", ("plan.TSV has no colours.",)) == (imported.files[0].importer, imported.notes)


def test_an_importer_that_fails_is_named(tmp_path):
    """And with it the plugin that brought it."""

    def fail(file, name):
        """Nothing."""
        raise RuntimeError("no such sheet")

    (tmp_path / "plan.tsv").write_text("x")
    with pytest.raises(ImportRefused) as refused:
        read_plan(tmp_path / "plan.tsv", doors=Doors({}, {".tsv": Door(".tsv", fail, "dhr-ledger-tabs", "1")}))
    assert (
        "plan.tsv: the importer .tsv of dhr-ledger-tabs failed: RuntimeError: no such sheet; tell its author.",
    ) == refused.value.faults
