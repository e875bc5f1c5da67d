"""PDFs: a published plan cell by cell, tables as different programs lay them out, and files that are refused."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from drawn_pages import (
    HEADINGS,
    LONG,
    SAMPLE,
    Sheet,
    cells,
    collapsed,
    one_cell,
    read,
    row,
    sheets,
    typeset,
    wrapped,
)
from hypothesis import settings
from reportlab.pdfbase.pdfmetrics import stringWidth

from dhr_ledger.imports.grid import Cell, Grid
from dhr_ledger.plugins import installed
from dhr_ledger.testing import check_importer
from dhr_ledger_pdf import read_pdf

PLAN = Path(__file__).parents[4] / "shared" / "plans" / "bdhr2012-13-04"
published = pytest.mark.skipif(not PLAN.is_dir(), reason="the published plans are kept beside the checkout")


def test_reading_a_pdf_keeps_the_contract():
    """With fewer examples than other importers: each file is read in a process of its own, which takes a while."""
    before = settings.get_current_profile_name()
    settings.register_profile("few", settings.get_profile(before), max_examples=20)
    settings.load_profile("few")
    try:
        check_importer(
            read_pdf,
            sheets(lambda on: on.table(100, [60, 150, 80], SAMPLE, [20, 20])),
            typeset(SAMPLE, columns="(1fr, 3fr, 2fr)"),
        )
    finally:
        settings.load_profile(before)


def test_it_comes_in_by_the_door():
    assert read_pdf is installed().importers[".pdf"].function


# A published plan


@published
def test_a_published_plan_is_read_cell_by_cell():
    """All 13 tables, on 19 pages with 19 broken rows: every cell as in the files of the same plan."""
    grids = read((PLAN / "plan.pdf").read_bytes())
    tables = []
    for path in sorted((PLAN / "csv").glob("*.csv")):
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        begin = next(nth for nth, cells in enumerate(rows) if "Action (SMART)" in cells)
        width = len(rows[begin])
        tables.append([[collapsed(cell) for cell in (*cells, *[""] * width)[:width]] for cells in rows[begin:]])
    assert tables == [[[collapsed(cell) for cell in row] for row in cells(grid)] for grid in grids]
    assert 1281 == sum(len(row) for table in tables for row in table)


@published
def test_a_published_plan_holds_what_a_careful_reader_found_in_it():
    """13 sections with their headings, 46 recommendations and 87 actions."""
    expected = json.loads((PLAN / "expected.json").read_text(encoding="utf-8"))
    grids = read((PLAN / "plan.pdf").read_bytes())
    sections = expected["sections"]
    assert collapsed(expected["review"]["title"]) == collapsed(grids[0].above[0])
    assert [collapsed(section["agency_heading"]) for section in sections] == [
        collapsed(grid.above[-1]) for grid in grids
    ]
    found = 0
    for section, grid in zip(sections, grids, strict=True):
        rows = [[collapsed(cell) for cell in row] for row in cells(grid)]
        for recommendation in section["recommendations"]:
            assert any(row[0].endswith(collapsed(recommendation["text"])) and not any(row[1:]) for row in rows)
            found += 1
        for action in section["actions"]:
            said = {collapsed(action[name]) for name in ("action", "lead", "target_date", "progress", "status")}
            assert any(said <= {*row, ""} for row in rows)
            found += 1
    assert (13, 46 + 87) == (len(grids), found)


# Tables


def test_tables_come_in_reading_order_with_the_lines_above_each():
    def first(on: Sheet) -> None:
        on.words(40, 60, "Northshire action plan", 18)
        on.words(40, 80, "Police")
        on.table(100, [60, 150], [["Ref", "Action"], ["1", "Train"]], [20, 20])
        on.words(40, 180, "Housing")
        on.table(200, [60, 150], [["Ref", "Action"], ["1", "Visit"]], [20, 20])

    def second(on: Sheet) -> None:
        on.words(40, 60, "Health")
        on.table(100, [60, 80, 80], [["Ref", "Action", "Lead"], ["1", "Audit", "GP"]], [20, 20])

    assert [
        ("page 1", ("Northshire action plan", "Police"), [["Ref", "Action"], ["1", "Train"]]),
        ("page 1", ("Housing",), [["Ref", "Action"], ["1", "Visit"]]),
        ("page 2", ("Health",), [["Ref", "Action", "Lead"], ["1", "Audit", "GP"]]),
    ] == [(grid.name, grid.above, cells(grid)) for grid in read(sheets(first, second))]


def test_a_title_that_was_wrapped_is_one_line_above():
    title = "Domestic homicide review: action plan of the Northshire Community Safety Partnership, as agreed"
    (grid,) = read(typeset([HEADINGS, row("1")], before=f"= {title}\n== Northshire Police", text="size: 14pt"))
    assert (title, "Northshire Police") == grid.above


def test_of_many_lines_above_a_table_the_last_twenty_are_kept():
    before = "\n\n".join(f"Line number {nth}." for nth in range(30))
    (grid,) = read(typeset([HEADINGS, row("1")], before=before))
    assert tuple(f"Line number {nth}." for nth in range(10, 30)) == grid.above


def test_running_headers_footers_and_page_numbers_are_no_lines_above():
    number = '#counter(page).display("1 of 1", both: true)'
    page = f'paper: "a4", header: [OFFICIAL], footer: context [Draft 3 #h(1fr) Page {number}]'
    rows = [HEADINGS, *(row(str(nth), LONG) for nth in range(60))]
    before = "Northshire Police"
    (grid,) = read(typeset(rows, page, before=before))
    assert ("Northshire Police",) == grid.above
    assert 61 == len(cells(grid))


def test_a_running_header_that_alone_names_the_review_is_kept_once():
    rows = [HEADINGS, *(row(str(nth), LONG) for nth in range(60))]
    page = 'paper: "a4", header: [Action plan DHR7]'
    (grid,) = read(typeset(rows, page, before="Northshire Police"))
    assert ("Action plan DHR7", "Northshire Police") == grid.above
    (grid,) = read(typeset(rows, page, before="Northshire Police, DHR7"))
    assert ("Northshire Police, DHR7",) == grid.above


@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize("page", ['paper: "a4"', 'paper: "a4", flipped: true'])
def test_a_table_that_goes_on_over_pages_is_one_grid(page: str, again: bool):
    """In portrait and in landscape, with headings on each page or on the first alone, whatever rows are broken."""
    rows = [
        HEADINGS,
        *(
            [{"words": f"Recommendation {nth}: {LONG * (nth % 3 + 1)}", "colspan": 6}]
            if nth % 5 == 0
            else row(f"{nth // 5}.{nth % 5}", LONG * (nth % 3 + 1), LONG * (nth * 7 % 11), "Complete")
            for nth in range(40)
        ),
    ]
    (grid,) = read(typeset(rows, page, again=again))
    expected = [
        [collapsed(cell) if isinstance(cell, str) else collapsed(cell["words"]) for cell in row] + [""] * (6 - len(row))
        for row in rows
    ]
    assert expected == [[collapsed(cell) for cell in row] for row in cells(grid)]
    assert list(range(1, 42)) == [number for number, _ in grid.rows]
    (note,) = grid.notes
    assert note.startswith("plan.pdf, page 1: rows ")
    assert note.endswith("were broken over a page and put together; compare with the file.")


def over_a_page(upper: Sequence[str], lower: Sequence[str], height: float = 80, widths: Sequence[float] = ()) -> Grid:
    """The one grid of a table whose last row on a page is *upper*, and the first on the next *lower*."""
    widths = widths or [40, 150, 90, 90]
    headings = ["Ref", "Action", "Lead Agency", "Status"][: len(widths)]
    (grid,) = read(
        sheets(
            lambda on: on.table(700, widths, [headings, upper], [20, height]),
            lambda on: on.table(50, widths, [headings, lower, ["9", "Publish", "Board", ""]], [20, height, 20]),
        )
    )
    return grid


def test_a_row_that_is_broken_over_a_page_is_put_together_and_noted():
    lines = wrapped(LONG * 2, 142)
    grid = over_a_page(["1", "\n".join(lines[:6]), "Police", "Done"], ["", "\n".join(lines[6:10]), "", ""])
    assert [["1", " ".join(lines[:10]), "Police", "Done"], ["9", "Publish", "Board", ""]] == cells(grid)[1:]
    assert ("plan.pdf, page 1: row 2 was broken over a page and put together; compare with the file.",) == grid.notes


def test_a_hyphen_at_the_end_of_a_page_belongs_to_a_word():
    grid = over_a_page(
        ["1", "Appoint\na new lead and a\nnew domestic abuse co-", "", ""], ["", "ordinator", "", ""], 38
    )
    assert "Appoint\na new lead and a\nnew domestic abuse co-ordinator" == cells(grid)[1][1]
    assert any("'co-ordinator' (row 2)" in note for note in grid.notes)


def test_a_row_with_a_number_of_its_own_is_no_rest_of_another():
    grid = over_a_page(["1", "Train", "Police", ""], ["2", "Brief", "", ""], 20)
    assert [["1", "Train", "Police", ""], ["2", "Brief", "", ""]] == cells(grid)[1:3]


def test_a_row_is_no_rest_of_one_that_had_room_left():
    grid = over_a_page(["1", "Train officers", "Police", ""], ["", "Brief them", "", ""], 80)
    assert [["1", "Train officers", "Police", ""], ["", "Brief them", "", ""]] == cells(grid)[1:3]


def test_a_recommendation_at_the_top_of_a_page_is_no_rest_of_the_one_before():
    """Both are alone in their rows, and the upper one is full to the end."""
    full = " ".join(wrapped("Recommendation 1: " + LONG, 362)[:1])

    def page(y: float, words: str, *more: str):
        def draw(on: Sheet) -> None:
            on.table(
                y,
                [40, 150, 90, 90],
                [["Ref", "Action", "Lead Agency", "Status"], *[[""] * 4] * len(more)],
                [20, *[20] * len(more)],
            )
            below = y + 20 + 20 * len(more)
            on.line(40, below, 40, below + 18)
            on.line(410, below, 410, below + 18)
            on.line(40, below + 18, 410, below + 18)
            on.words(44, below + 12, words)

        return draw

    (grid,) = read(sheets(page(700, full), page(50, "Recommendation 2: Listen")))
    assert [[full, "", "", ""], ["Recommendation 2: Listen", "", "", ""]] == cells(grid)[1:]


def test_other_headings_at_the_top_of_a_page_begin_another_table():
    one = ["Ref", "Action", "Lead Agency", "Status"]
    other = ["Ref", "Action", "Lead Officer", "Progress"]
    grids = read(
        sheets(
            lambda on: on.table(700, [40, 150, 90, 90], [one, ["1", "Train", "Police", ""]], [20, 20]),
            lambda on: on.table(50, [40, 150, 90, 90], [other, ["1", "Visit", "Housing", ""]], [20, 20]),
        )
    )
    assert [one, other] == [cells(grid)[0] for grid in grids]


def test_a_cell_over_columns_stands_in_the_first_and_leaves_the_others_blank():
    rows = [
        HEADINGS,
        [{"words": "Recommendation 1: Train", "colspan": 6}],
        ["1", "Train", {"words": "Police", "colspan": 2}, "", ""],
    ]
    (grid,) = read(typeset(rows))
    assert [["Recommendation 1: Train", "", "", "", "", ""], ["1", "Train", "Police", "", "", ""]] == cells(grid)[1:]


def test_a_cell_over_rows_stands_in_each_of_them_and_says_where_it_begins():
    rows = [
        HEADINGS,
        row("1"),
        ["2", {"words": "Brief", "rowspan": 3}, "", "", "", ""],
        *[[n, "", "", "", ""] for n in "34"],
    ]
    (grid,) = read(typeset(rows))
    column = [row[1] for row in cells(grid)]
    assert ["Action", "Train officers", "Brief", "Brief", "Brief"] == column
    assert [None, None, 3, 3, 3] == [cell.begins for cell in column if isinstance(cell, Cell)]


def test_a_cell_over_rows_goes_on_over_a_page():
    """Blank there, as most programs leave it; the rows below it on the next page share its words."""

    def page(on: Sheet, y: float, tall: str, numbers: Sequence[str]) -> None:
        bottom = y + 20 * len(numbers)
        for side in (40, 140, 200):
            on.line(side, y, side, bottom)
        on.line(40, y, 200, y)
        on.line(40, bottom, 200, bottom)
        for nth, number in enumerate(numbers):
            on.line(140, y + 20 * nth, 200, y + 20 * nth)
            on.words(144, y + 20 * nth + 12, number)
        on.words(44, y + 12, tall)

    (grid,) = read(
        sheets(
            lambda on: page(on, 700, "Train", ["1.1"]),
            lambda on: page(on, 50, "", ["1.2", "1.3"]),
            lambda on: page(on, 50, "", ["1.4"]),
        )
    )
    assert [["Train", "1.1"], ["Train", "1.2"], ["Train", "1.3"], ["Train", "1.4"]] == cells(grid)
    assert [1, 1, 1, 1] == [row[0].begins for row in cells(grid) if isinstance(row[0], Cell)]


def test_lines_that_are_askew_make_no_columns():
    """The headings were drawn as a table of their own, some points off."""

    def draw(on: Sheet) -> None:
        on.table(100, [66, 154, 90], [["Ref", "Action", "Lead"]], [20])
        on.table(120, [60, 160, 90], [["1", "Train", "Police"], ["2", "Brief", "Police"]], [20, 20])

    (grid,) = read(sheets(draw))
    assert [["Ref", "Action", "Lead"], ["1", "Train", "Police"], ["2", "Brief", "Police"]] == cells(grid)


def test_a_table_may_be_open_on_both_sides():
    def draw(on: Sheet) -> None:
        for y in (100, 120, 140, 160):
            on.line(40, y, 340, y)
        for x in (100, 240):
            on.line(x, 100, x, 160)
        for y, words in ((112, ["Ref", "Action", "Lead"]), (132, ["1", "Train", "Police"]), (152, ["2", "Brief", ""])):
            for x, word in zip((44, 104, 244), words, strict=True):
                on.words(x, y, word)

    (grid,) = read(sheets(draw))
    assert [["Ref", "Action", "Lead"], ["1", "Train", "Police"], ["2", "Brief", ""]] == cells(grid)


def test_the_colour_behind_a_cell_is_told_unless_it_is_white_or_grey():
    fills = ["#00B050", "#FF0000", "#FFC000", "#FFFFFF", "#BFBFBF"]
    rows = [HEADINGS, *([*row(str(nth))[:5], {"words": "Done", "fill": fill}] for nth, fill in enumerate(fills))]
    (grid,) = read(typeset(rows))
    assert ["00B050", "FF0000", "FFC000", None, None] == [row[5].fill for row in cells(grid)[1:]]
    assert {None} == {cell.fill for row in cells(grid) for cell in row[:5]}


def test_marked_words_are_neither_a_cell_nor_its_colour():
    def draw(on: Sheet) -> None:
        on.canvas.setFillColorRGB(1, 1, 0)
        on.canvas.rect(100, 842 - 160, 54, 40, stroke=0, fill=1)
        on.canvas.setFillColorRGB(0, 0, 0)
        on.table(100, [60, 150], [["Ref", "Action"], ["1", "Train officers"]], [20, 40])

    (grid,) = read(sheets(draw))
    assert [["Ref", "Action"], ["1", "Train officers"]] == cells(grid)
    assert cells(grid)[1][1].fill is None


def test_turned_headings_are_read_along_their_lines():
    def draw(on: Sheet) -> None:
        on.table(100, [60, 150], [["", "Action"], ["1", "Train"]], [80, 20])
        on.canvas.saveState()
        on.canvas.translate(60, 842 - 170)
        on.canvas.rotate(90)
        on.canvas.drawString(0, 0, "Action no")
        on.canvas.restoreState()

    (grid,) = read(sheets(draw))
    assert ["Action no", "Action"] == cells(grid)[0]


def test_what_is_written_across_a_page_is_in_no_cell():
    def draw(on: Sheet) -> None:
        on.table(100, [60, 150], [["Ref", "Action"], ["1", "Train"]], [80, 80])
        on.canvas.saveState()
        on.canvas.translate(60, 842 - 240)
        on.canvas.rotate(45)
        on.words(0, 842, "DRAFT", 40)
        on.canvas.restoreState()

    (grid,) = read(sheets(draw))
    assert [["Ref", "Action"], ["1", "Train"]] == cells(grid)


# Words


def test_lines_that_were_only_wrapped_are_one():
    lines = wrapped(LONG, 142)
    assert (LONG.strip(), ()) == one_cell(*lines)


def test_a_line_that_was_ended_on_purpose_stays_one():
    assert ("Train\nBrief\nAudit", ()) == one_cell("Train", "Brief", "Audit")


@pytest.mark.parametrize("item", ["2. Audit", "(b) Audit", "· Audit", "- Audit", "Nov 2013: Audit", "19.12.13 - Audit"])
def test_an_item_of_a_list_and_a_dated_entry_begin_anew(item: str):
    """Whether or not the line before has room for another word."""
    full = wrapped(LONG, 142)[0]
    assert (f"{full}\n{item}", ()) == one_cell(full, item)


def test_a_hyphen_at_the_end_of_a_line_stays_and_is_noted_where_it_is_in_doubt():
    words, notes = one_cell("Appoint another Co-", "ordinator")
    assert "Appoint another Co-ordinator" == words
    (note,) = notes
    assert "'Co-ordinator' (row 2) stood on two lines and could be written otherwise" in note


def test_a_hyphen_is_in_no_doubt_where_the_word_is_written_so_elsewhere():
    lines = [
        *wrapped("All multi-agency meetings", 142),
        "",
        *wrapped("were held by the boards, all multi-", 142),
        "agency",
    ]
    words, notes = one_cell(*lines)
    assert words.endswith("all multi-agency")
    assert () == notes


def test_a_hyphen_before_a_space_is_a_dash():
    assert ("Held in the months Nov 13 - Feb 14", ()) == one_cell("Held in the months Nov 13 -", "Feb 14", width=130)


def test_words_that_were_parted_by_the_typesetter_are_whole_again():
    """Where the same words stand elsewhere without a hyphen, and the same was done to others."""
    parted = [
        "safe-",
        "guarding and infor-",
        "mation about organi-",
        "sations and recom-",
        "mendations, by co-",
        "ordinators",
    ]
    whole = "All safeguarding information about organisations with recommendations, each to co-ordinators of them"
    rows = [["Ref", "Action"], ["1", "\n".join(parted)], ["2", whole]]
    (grid,) = read(sheets(lambda on: on.table(100, [40, 480], rows, [20, 90, 20])))
    expected = "safeguarding and information about organisations and recommendations, by co-ordinators"
    assert expected == cells(grid)[1][1]
    assert () == grid.notes


def test_a_word_that_was_cut_to_fit_its_column_is_noted():
    words, notes = one_cell("Safeguardi", "ng lead", width=8 + stringWidth("Safeguardi", "Helvetica", 10))
    assert "Safeguarding lead" == words
    assert "'Safeguarding' (row 2)" in notes[0]


def test_letters_that_are_printed_twice_are_read_once():
    def draw(on: Sheet) -> None:
        on.table(100, [60, 150], [["Ref", "Action"], ["1", "Balloon"]], [20, 20])
        on.words(104.3, 132, "Balloon")

    (grid,) = read(sheets(draw))
    assert "Balloon" == cells(grid)[1][1]
