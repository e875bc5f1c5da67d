"""A table that a council keeps, understood as a plan: what is taken in, what is noted, and what is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from dhr_ledger.errors import BadReference, ImportRefused
from dhr_ledger.exporters.plan_csv import FOR_RETURN, HEADINGS
from dhr_ledger.importers.csv import read_csv
from dhr_ledger.imports import read_plan
from dhr_ledger.imports.grid import Cell, Grid
from dhr_ledger.plugins import Door, Doors, installed
from dhr_ledger.status import Legend

from .imports.tables import FIRST, HEADING_ROW, POLICE, SECOND, TITLE, faults_of, owners, progress_of, read, save

BUILT_IN = Doors({}, {".csv": installed().importers[".csv"]})


# The layout


def test_who_waits_is_told_how_far_it_has_come(tmp_path):
    """After each section: the rows that are understood, and all there are."""
    told = []
    other = [["Courts"], HEADING_ROW, FIRST]
    read(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST, SECOND, *other, so_far=lambda *rows: told.append(rows))
    assert [(2, 3), (3, 3)] == told


def test_a_table_becomes_a_section_with_its_actions(tmp_path):
    """Title, heading, headings, actions: each cell as printed, two of them understood, all with their place."""
    imported = read(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST)
    (section,) = imported.sections
    (action,) = section.actions
    assert ("DHR7", "DHR", TITLE[0]) == (imported.review, imported.kind, imported.title)
    assert ("NP", "Northshire Police", tuple(HEADING_ROW)) == (section.key, section.heading, section.columns)
    assert FIRST == [
        *(action.number, action.text, action.lead.as_printed, action.target_date.as_printed),
        *(progress_of(action), action.status.as_printed),
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
        *(action.text, action.lead.as_printed, action.target_date.as_printed, progress_of(action)),
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


# The status

COLOURS = Legend.model_validate({"#00B050": "complete", "Amber": "in progress", "2": "in progress"})


def test_a_colour_is_a_status_where_the_legend_says_so(tmp_path):
    """As the colour itself, or by the name that office programs give it; a word that says otherwise is noted."""

    def read_colours(file, name):
        """A table with colours."""
        rows = [["Ref", "Action", "RAG"]]
        rows += [["1", "Train", Cell("", fill="00B050")], ["2", "Audit", Cell("", fill="FFC000")]]
        rows += [["3", "Ask", Cell("Ongoing", fill="00B050")], ["4", "Tell", Cell("", fill="123456")]]
        yield Grid(enumerate(rows, start=1))

    doors = Doors({}, {".rag": Door(".rag", read_colours, "dhr-ledger-rag", "1")})
    (tmp_path / "plan.rag").write_text("")
    imported = read_plan(tmp_path / "plan.rag", review="DHR7", legend=COLOURS, doors=doors)
    assert [("#00B050", "complete"), ("Amber", "in progress"), ("Ongoing", "in progress"), ("", "unknown")] == [
        (action.status.as_printed, action.status.progress) for action in imported.sections[0].actions
    ]
    assert imported.notes[0].endswith(
        "row 4, column 3: '#00B050' contradicts the status 'Ongoing', which was taken; check it."
    )
    plain = read_plan(tmp_path / "plan.rag", review="DHR7", doors=doors)
    assert ["", "", "Ongoing", ""] == [action.status.as_printed for action in plain.sections[0].actions]


def test_a_number_is_a_status_where_the_legend_says_so(tmp_path):
    row = ["1", "Train", "", "", "", "2"]
    assert ["unknown", "in progress"] == [
        read(tmp_path, TITLE, POLICE, HEADING_ROW, row, legend=legend).sections[0].actions[0].status.progress
        for legend in (None, COLOURS)
    ]


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
        ["R6:a", "Audit"],
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
        f"09-NP.csv, row 11: 'R6:a' {no_reference}",
        f"09-NP.csv, row 12, column 8: 'and more' {no_heading}",
    ] == faults


def test_faults_of_all_files_are_told_together(tmp_path):
    """Whoever has thirteen files need not try thirteen times."""
    empty = save(tmp_path / "1-A.csv")
    wrong = save(tmp_path / "2-B.csv", TITLE, POLICE, HEADING_ROW, ["1", ""])
    with pytest.raises(ImportRefused) as refused:
        read_plan(empty, wrong, tmp_path / "3.csv", tmp_path / "4.xyz", tmp_path, doors=BUILT_IN)
    assert [
        "1-A.csv is empty; is it the action plan?",
        f"{tmp_path / '3.csv'} cannot be read: No such file or directory; check its name, and who may read it.",
        "4.xyz cannot be read: it has .xyz, and the importers installed read .csv.",
        f"{tmp_path} is a folder; name the files in it.",
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


def test_two_sections_of_one_table_are_told_how_they_get_keys_of_their_own(tmp_path):
    """The name of the file is no key there, but what stands in brackets is."""
    rows = [["Ref", "Action", "Status", "Section"], ["1", "Train", "", "Police"], ["1", "Audit", "", "Prison"]]
    (fault,) = faults_of(tmp_path, TITLE, *rows)
    assert fault.endswith("leave one out, or put a key of its own in brackets at the end of a heading, like (WMP).")
    rows[2][3] = "Prison (HMP)"
    assert ["P", "HMP"] == [section.key for section in read(tmp_path, TITLE, *rows).sections]


def test_two_returns_of_one_section_are_imported_one_after_the_other(tmp_path):
    """Their key is that of the ledger, whatever the files are called, and each may be made from another state."""
    headings = [*HEADINGS, *FOR_RETURN]
    rows = [["Police", "", str(nth), "Train", *[""] * 7, f"DHR7:NP:{nth}", "1"] for nth in (1, 2)]
    one, two = (save(tmp_path / f"0{nth}-A.csv", headings, row) for nth, row in enumerate(rows, start=1))
    with pytest.raises(ImportRefused) as refused:
        read_plan(one, two)
    assert (
        "Two sections would have the key 'NP': 'Police' (01-A.csv, row 2, column 1) and 'Police' (02-A.csv, row 2, "
        "column 1); import one file after the other, each by itself.",
    ) == refused.value.faults
    assert [["1"], ["2"]] == [[action.number for action in read_plan(file).sections[0].actions] for file in (one, two)]


def test_a_file_of_too_many_rows_is_named_beside_all_other_faults(tmp_path):
    """And not the file that happens to come first."""
    small = save(tmp_path / "01-A.csv", TITLE, POLICE, HEADING_ROW, FIRST)
    large = save(tmp_path / "02-B.csv", TITLE, POLICE, HEADING_ROW, *([str(nth), "Train"] for nth in range(25_001)))
    with pytest.raises(ImportRefused) as refused:
        read_plan(small, large, tmp_path / "03-C.csv")
    assert (
        "There are 25,001 rows in 02-B.csv, more than in any plan; name the right file.",
        f"{tmp_path / '03-C.csv'} cannot be read: No such file or directory; check its name, and who may read it.",
    ) == refused.value.faults


def test_what_is_not_understood_is_counted_for_its_own_file(tmp_path):
    """Two files may have one name."""
    for folder, headings in (("a", [*HEADING_ROW, "Colour of the day"]), ("b", HEADING_ROW)):
        (tmp_path / folder).mkdir()
        save(tmp_path / folder / "plan.csv", TITLE, [f"{folder} agency"], headings, [*FIRST, "Mauve"][: len(headings)])
    imported = read_plan(tmp_path / "a" / "plan.csv", tmp_path / "b" / "plan.csv")
    assert [1, 0] == [file.unread for file in imported.files]


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


def test_a_fault_of_ours_is_not_put_to_the_importer(tmp_path, monkeypatch):
    """Only what it does itself is its own, to the last row that it yields."""

    def broken(*_: object) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr("dhr_ledger.imports.tables", broken)
    with pytest.raises(RuntimeError, match="ours"):
        read(tmp_path, TITLE, POLICE, HEADING_ROW, FIRST)


def failing(number: int) -> Iterator[tuple[int, list[str]]]:
    """Rows of which the second is a fault."""
    yield number, ["Ref", "Action", "Status"]
    raise RuntimeError("no such row")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (failing(1), "RuntimeError: no such row"),
        ([(1, ["Ref", None])], "TypeError: row 1 has a cell None, which is no text"),
    ],
)
def test_what_an_importer_yields_is_looked_at_before_it_is_understood(tmp_path, rows, why):
    """Its rows may be worked out as they are asked for, and its cells are text."""
    (tmp_path / "plan.tsv").write_text("x")
    doors = Doors({}, {".tsv": Door(".tsv", lambda file, name: [Grid(rows)], "dhr-ledger-tabs", "1")})
    with pytest.raises(ImportRefused) as refused:
        read_plan(tmp_path / "plan.tsv", doors=doors)
    assert (f"plan.tsv: the importer .tsv of dhr-ledger-tabs failed: {why}; tell its author.",) == refused.value.faults
