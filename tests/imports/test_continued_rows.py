"""A row that only goes on with the one above, as at the end of a page, and what else a table does to its rows."""

from __future__ import annotations

import pytest

from dhr_ledger.imports import read_plan
from dhr_ledger.imports.grid import Cell, Grid
from dhr_ledger.imports.section import ImportedAction
from dhr_ledger.plugins import Door, Doors

from .tables import FIRST, HEADING_ROW, POLICE, SECOND, TITLE, faults_of, progress_of, read

NO_NUMBER = "the row has no number and no action, and was joined to"


def actions_of(folder, *rows: list[str]) -> tuple[tuple[ImportedAction, ...], tuple[str, ...]]:
    """The actions of a table of these rows, and what is to be looked at."""
    imported = read(folder, TITLE, POLICE, *rows)
    return imported.sections[0].actions, imported.notes


def test_a_row_without_a_number_and_an_action_goes_on_with_the_one_above(tmp_path):
    """Its words are put below those above, each in its column, and it is said; as often as there are such rows."""
    more = ["", "", "", "", "Nov 13: on.", ""]
    actions, notes = actions_of(tmp_path, HEADING_ROW, FIRST, more, ["", "", "", "", "Dec 13: done.", ""], SECOND)
    assert ["1", "2"] == [action.number for action in actions]
    assert "Begun\nNov 13: on.\nDec 13: done." == progress_of(actions[0])
    assert ["2013-11", "2013-12"] == [piece.effective for piece in actions[0].progress if piece.effective]
    assert ("Training lead", 4) == (actions[0].lead.as_printed, actions[0].source.row)
    assert (
        "09-NP.csv, row 5: this row and those down to row 6 have no number and no action, and were joined to 1 above "
        "them."
    ) in notes


def test_what_is_said_of_a_row_is_said_once_when_another_goes_on_with_it(tmp_path):
    unreadable = [*FIRST[:3], "soon", *FIRST[4:]]
    _, notes = actions_of(tmp_path, HEADING_ROW, unreadable, ["", "", "", "", "More", ""])
    assert 1 == len([note for note in notes if "no date can be read" in note])


def test_every_further_column_goes_on_in_itself(tmp_path):
    headings = ["Ref", "Action", "Progress at Sept 2013", "Progress at Dec 2013"]
    actions, _ = actions_of(tmp_path, headings, ["1", "Train", "Begun", "Half"], ["", "", "Late", "done"])
    assert "Begun\nLate\nHalf\ndone" == progress_of(actions[0])
    assert ["2013-09", "2013-12"] == [piece.effective for piece in actions[0].progress]


def test_several_actions_in_one_cell_go_on_together(tmp_path):
    """They are counted once."""
    headings = ["Recommendation", "Action to take", "Lead agency", "Progress"]
    rows = [
        ["1. Learn", "1. Train officers\n2. Ask families", "Head", "1. Begun\n2. Asked"],
        ["", "", "", "3. Both done"],
    ]
    actions, notes = actions_of(tmp_path, headings, *rows, ["", "Tell the board", "Chair", ""])
    assert ["1.1", "1.2", "1.3"] == [action.number for action in actions]
    assert f"09-NP.csv, row 5: {NO_NUMBER} 1.1 and 1.2 above it." in notes


@pytest.mark.parametrize("between", [["Recommendation 2: Listen"], ["Key: R = red"]])
def test_nothing_goes_on_after_a_line_of_its_own(tmp_path, between):
    """There is no action right above it then."""
    (fault,) = faults_of(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST, between, ["", "", "", "", "Begun", "Ongoing"])
    assert "09-NP.csv, row 6: the row that begins 'Begun' has no number" in fault


def test_the_first_row_goes_on_with_nothing(tmp_path):
    (fault,) = faults_of(tmp_path, TITLE, POLICE, HEADING_ROW, ["", "", "", "", "Begun", "Ongoing"], FIRST)
    assert "09-NP.csv, row 4: the row that begins 'Begun' has no number" in fault


def test_a_row_with_an_action_and_no_number_is_refused_all_the_same(tmp_path):
    """It may be an action of its own."""
    (fault,) = faults_of(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST, ["", "Go on", "", "", "Begun", ""])
    assert "09-NP.csv, row 5: the row that begins 'Go on' has no number; give it one" in fault


def test_cells_that_only_go_on_from_above_begin_no_action(tmp_path):
    """In a file that shows which cells are shared by several rows; the other cells of the row are joined."""
    number, action = Cell("1", begins=2), Cell("Train officers", begins=2)

    def read_shared(file, name):
        """A table with shared cells."""
        rows = [["Ref", "Action", "Progress", "RAG"], [number, action, "Begun", Cell("", fill="00B050")]]
        yield Grid(list(enumerate([*rows, [number, action, "Done", ""], ["2", action, "", ""]], start=1)))

    (tmp_path / "plan.shared").write_text("")
    doors = Doors({}, {".shared": Door(".shared", read_shared, "dhr-ledger-shared", "1")})
    actions = read_plan(tmp_path / "plan.shared", review="DHR7", doors=doors).sections[0].actions
    assert [("1", "Begun\nDone"), ("2", "")] == [(action.number, progress_of(action)) for action in actions]


def test_a_column_may_say_which_section_each_row_is_of(tmp_path):
    """A cell that was left blank goes on with the section above; the heading is where it stands first."""
    headings = ["Section", "Ref", "Action", "Status"]
    imported = read(
        tmp_path,
        *(TITLE, headings, ["Police (NP)", "1", "Train", ""], ["", "2", "Audit", ""]),
        *(["Probation (NPC)", "1", "Listen", ""], ["Police (NP)", "3", "Ask", ""]),
    )
    assert [("NP", "Police (NP)", ["1", "2", "3"]), ("NPC", "Probation (NPC)", ["1"])] == [
        (section.key, section.heading, [action.number for action in section.actions]) for section in imported.sections
    ]
    assert "09-NP.csv, row 5, column 1" == str(imported.sections[1].source)
    assert ("DHR7", ()) == (imported.review, imported.notes)


def test_a_lead_that_names_a_person_is_noted(tmp_path):
    """It is kept as printed."""
    actions, notes = actions_of(tmp_path, HEADING_ROW, [*FIRST[:2], "Mr John Smith", *FIRST[3:]], SECOND)
    assert "Mr John Smith" == actions[0].lead.as_printed
    assert (
        "09-NP.csv, row 4, column 3: the lead 'Mr John Smith' seems to name a person; a post would still be right when "
        "somebody else holds it.",
    ) == notes
