"""What a cell says: by its column, its colour, or that it says what stands above."""

from __future__ import annotations

import pytest

from dhr_ledger import Ledger
from dhr_ledger.action import ProgressRecorded
from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports import ImportedPlan, read_plan
from dhr_ledger.imports.grid import Cell, Grid
from dhr_ledger.plugins import Door, Doors
from dhr_ledger.reconcile import reconcile
from dhr_ledger.status import Legend

from .tables import FIRST, HEADING_ROW, POLICE, SECOND, TITLE, faults_of, read


def statuses(imported: ImportedPlan) -> list[str]:
    """The status of each action, as printed."""
    return [action.status.as_printed for action in imported.sections[0].actions]


# Statuses of several days


def test_of_the_statuses_of_several_days_the_latest_counts(tmp_path):
    headings = ["Ref", "Action", "RAG March 2024", "RAG June 2024"]
    rows = [["1", "Train", "Not started", "Complete"], ["2", "Audit", "Ongoing", "Started"], ["3", "Ask", "Paused", ""]]
    imported = read(tmp_path, TITLE, POLICE, headings, *rows)
    assert ["Complete", "Started", "Paused"] == statuses(imported)
    assert {"status": 4, "status_2": 3}.items() <= (imported.sections[0].actions[0].source.columns or {}).items()
    assert (
        "09-NP.csv, row 4, column 3: 'Not started' contradicts the status 'Complete', which was taken; check it.",
        "09-NP.csv, row 6, column 3: the status 'Paused' is an earlier one, as column 4 is blank; check it.",
    ) == imported.notes


def test_of_several_columns_of_progress_and_status_the_latest_says_the_status(tmp_path):
    headings = ["Ref", "Action", "Progress and status March 2024", "Progress and status June 2024"]
    imported = read(tmp_path, TITLE, POLICE, headings, ["1", "Train", "Begun. Ongoing", "Done. Completed"])
    assert ["Completed"] == statuses(imported)


# Colours


def coloured(folder, *fills: str | None, legend: Legend | None = None) -> ImportedPlan:
    """A plan whose actions have statuses of these colours, and no word for any."""

    def read_colours(file, name):
        """A table with colours."""
        rows = [[str(nth), "Train", Cell("", fill=fill)] for nth, fill in enumerate(fills, start=1)]
        yield Grid(enumerate([["Ref", "Action", "RAG"], *rows], start=1))

    (folder / "plan.rag").write_text("")
    doors = Doors({}, {".rag": Door(".rag", read_colours, "dhr-ledger-rag", "1")})
    return read_plan(folder / "plan.rag", review="DHR7", doors=doors, legend=legend)


def test_colours_that_no_legend_names_are_said_once(tmp_path):
    imported = coloured(tmp_path, "00B050", "FFC000", None, "00B050", "FF0000")
    assert ["", "", "", "", ""] == statuses(imported)
    assert (
        "plan.rag, row 1, column 3: the status of 4 actions is a colour (00B050, FFC000, FF0000) that the legend does "
        "not name, and was not taken in; say what each means with --legend.",
    ) == imported.notes


def test_a_shade_that_the_legend_does_not_name_is_said(tmp_path):
    legend = Legend.model_validate({"Green": "complete"})
    imported = coloured(tmp_path, "00B050", "00B051", legend=legend)
    assert ["Green", ""] == statuses(imported)
    (note,) = imported.notes
    assert "the status of 1 action is a colour (00B051)" in note


def test_a_row_that_is_coloured_from_end_to_end_has_no_status_by_that(tmp_path):
    def read_stripes(file, name):
        """A table with stripes."""
        row = [Cell(words, fill="D9D9D9") for words in ("1", "Train", "")]
        yield Grid(enumerate([["Ref", "Action", "RAG"], row], start=1))

    (tmp_path / "plan.rag").write_text("")
    doors = Doors({}, {".rag": Door(".rag", read_stripes, "dhr-ledger-rag", "1")})
    assert () == read_plan(tmp_path / "plan.rag", review="DHR7", doors=doors).notes


# What stands for something else, or for nothing


def test_what_stands_for_the_cell_above_is_noted_once_a_kind(tmp_path):
    rows = [
        ["2", "Audit", "As above", "", "ditto", ""],
        ["3", "Ask", '"', "", "as above.", ""],
        ["4", "Tell", "do.", "", "The same was done as above", ""],
    ]
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST, *rows)
    assert "As above" == imported.sections[0].actions[1].lead.as_printed
    kept = "stands for the cell above and is kept as printed; write it out"
    assert (
        f"09-NP.csv, row 5, column 3: 'As above' {kept}, and so in row 6, column 5.",
        f"09-NP.csv, row 5, column 5: 'ditto' {kept}.",
        f"09-NP.csv, row 6, column 3: '\"' {kept}.",
        f"09-NP.csv, row 7, column 3: 'do.' {kept}.",
    ) == imported.notes


@pytest.mark.parametrize("dash", ["-", "–", " — ", "n/a", "N/A"])
def test_a_dash_is_no_report(tmp_path, dash):
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, [*FIRST[:4], dash, "Ongoing"])
    assert () == imported.sections[0].actions[0].progress


# Leads


@pytest.mark.parametrize("headings", [("Lead agency", "Lead officer"), ("Agency", "Lead"), ("Lead", "Lead agency")])
def test_an_agency_and_its_officer_in_two_columns_are_one_lead(tmp_path, headings):
    agency_first = "gency" in headings[0]
    row = ["Adult Social Care", "Head of Service"] if agency_first else ["Head of Service", "Adult Social Care"]
    imported = read(
        tmp_path,
        *(TITLE, POLICE, ["Ref", "Action", *headings]),
        *(["1", "Train", *row], ["2", "Ask", row[0], ""], ["3", "Tell", "", row[1]], ["4", "Hear", "ASC", "ASC"]),
    )
    assert ["Adult Social Care - Head of Service", row[0], row[1], "ASC"] == [
        action.lead.as_printed for action in imported.sections[0].actions
    ]
    columns = (3, 4) if agency_first else (4, 3)
    names = headings if agency_first else headings[::-1]
    assert (
        f"09-NP.csv, row 3: {names[0]!r} in column {columns[0]} and {names[1]!r} in column {columns[1]} were joined as "
        "the lead.",
    ) == imported.notes


def test_two_columns_of_the_same_kind_of_lead_are_refused(tmp_path):
    (fault,) = faults_of(tmp_path, TITLE, POLICE, ["Ref", "Action", "Owner", "Lead"], ["1", "Train", "Chair", "Head"])
    assert "both 'Owner' in column 3 and 'Lead' in column 4 mean the lead" in fault


# What the words of progress say


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [("Ongoing", "Started", 0), ("Ongoing", "Completed", 1), ("Completed", "Signed off", 1), ("", "Started", 1)],
)
def test_another_status_is_one_that_means_something_else(tmp_path, status, said, expected):
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, [*FIRST[:4], said, status], SECOND)
    assert expected == len(imported.proposals)


# A file of cells that no comma separates


@pytest.mark.parametrize(("mark", "named"), [(";", "semicolons"), ("\t", "tabs")])
@pytest.mark.parametrize("quoted", ["", '"'])
def test_a_table_without_commas_is_refused_with_what_separates_its_cells(tmp_path, mark, named, quoted):
    rows = [[TITLE[0]], HEADING_ROW, FIRST]
    text = "\n".join(mark.join(f"{quoted}{cell}{quoted}" for cell in row) for row in rows)
    (tmp_path / "plan.csv").write_text(text)
    with pytest.raises(ImportRefused) as refused:
        read_plan(tmp_path / "plan.csv")
    assert (
        f"plan.csv, line 2: the cells are separated by {named}; save the table with commas between them, as CSV UTF-8."
    ) in str(refused.value)


def test_a_report_of_a_further_column_says_so(tmp_path):
    """So that its entry names the cell in which it was read."""
    headings = ["Ref", "Action", "Progress", "Update"]
    imported = read(tmp_path, TITLE, POLICE, headings, ["1", "Train", "Begun.", "12/05/2014: Half done. 1.6.14: Done."])
    (action,) = imported.sections[0].actions
    assert ["", "progress_2", "progress_2"] == [piece.column for piece in action.progress]
    assert 4 == (action.source.columns or {})["progress_2"]
    with Ledger() as ledger:
        ledger.record(*reconcile(imported, ledger).commands, by="DHR coordinator")
        reports = [entry for entry in ledger.entries() if isinstance(entry.event, ProgressRecorded)]
    place = "09-NP.csv, row 4, column"
    assert [f"{place} 3", f"{place} 4", f"{place} 4"] == [str(entry.source) for entry in reports]
