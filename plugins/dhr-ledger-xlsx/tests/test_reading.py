"""Workbooks are read as Excel shows them in the United Kingdom, and refused where they are none or no plan."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.packaging.custom import IntProperty, StringProperty
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.workbook.protection import WorkbookProtection

from dhr_ledger.imports import read_plan
from dhr_ledger.imports.grid import Cell, Grid
from dhr_ledger_xlsx.reading import read_xlsx

PLAN = Path(__file__).parents[4] / "shared" / "plans" / "bdhr2012-13-04"
published = pytest.mark.skipif(not PLAN.is_dir(), reason="the published plans are kept beside the checkout")

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"

MARCH_31 = 41729
"""31 March 2014, counted in days as Excel counts them."""


def written(fill: Callable[[Any, Any], object], **options: object) -> bytes:
    """A workbook that XlsxWriter writes, with what *fill* puts into it and its first sheet, called Police."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as workbook:
        fill(workbook, workbook.add_worksheet("Police"))
    return out.getvalue()


def saved(workbook: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def of_values(*rows: Iterable[object]) -> openpyxl.Workbook:
    """A workbook of openpyxl with these *rows* in its first sheet, called Police."""
    workbook = openpyxl.Workbook()
    workbook.active.title = "Police"
    for row in rows:
        workbook.active.append(list(row))
    return workbook


def relationships(*targets: tuple[str, str]) -> str:
    told = "".join(
        f'<Relationship Id="r{nth}" Type="{KINDS}/{kind}" Target="{target}"/>'
        for nth, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{RELATED}">{told}</Relationships>'


def raw(
    data: str = "", after: str = "", *, strings: str = "", styles: str = "", theme: str = "", before: str = ""
) -> bytes:
    """A workbook of one sheet, Police, with what stands in it, and *before* and *after* its data."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", relationships(("officeDocument", "xl/workbook.xml")))
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{KINDS}"><sheets><sheet name="Police" r:id="r0"/></sheets></workbook>',
        )
        own = ("worksheet", "sheet.xml"), ("sharedStrings", "strings.xml"), ("styles", "styles.xml"), ("theme", "t.xml")
        archive.writestr("xl/_rels/workbook.xml.rels", relationships(*own))
        whole = f'<worksheet xmlns="{MAIN}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'
        archive.writestr("xl/sheet.xml", whole)
        archive.writestr("xl/strings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
        archive.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>')
        archive.writestr("xl/t.xml", f'<a:theme xmlns:a="{DRAWING}">{theme}</a:theme>')
    return out.getvalue()


def inline(place: str, words: str, more: str = "") -> str:
    return f'<c r="{place}" t="inlineStr" {more}><is><t>{words}</t></is></c>'


def row(number: int, *cells: str, more: str = "") -> str:
    return f'<row r="{number}" {more}>{"".join(cells)}</row>'


def read(data: bytes, name: str = "plan.xlsx") -> list[Grid]:
    return list(read_xlsx(io.BytesIO(data), name))


def sheet(data: bytes) -> Grid:
    (grid,) = read(data)
    return grid


def cells(grid: Grid) -> dict[int, list[str]]:
    return {number: list(row) for number, row in grid.rows}


def only_cell(data: bytes) -> str:
    """The only cell of the only row of the only sheet."""
    ((_, (cell,)),) = sheet(data).rows
    return cell


def fills(data: bytes) -> list[str | None]:
    """The colours of the cells of the first row."""
    _, first = next(iter(sheet(data).rows))
    return [cell.fill if isinstance(cell, Cell) else None for cell in first]


# A published plan


def collapsed(row: Iterable[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in row]


@published
def test_a_published_plan_has_the_cells_of_its_tables():
    """13 sheets, in order, and every cell as the same plan's CSV files have it; nothing else is to be said."""
    grids = read((PLAN / "plan.xlsx").read_bytes())
    tables = sorted((PLAN / "csv").glob("*.csv"))
    assert 13 == len(grids) == len(tables)
    assert [()] * 13 == [grid.notes for grid in grids]
    for grid, table in zip(grids, tables, strict=True):
        with open(table, encoding="utf-8-sig", newline="") as lines:
            expected = {n: collapsed(row) for n, row in enumerate(csv.reader(lines), 1) if any(map(str.strip, row))}
        found = {number: collapsed(row) for number, row in grid.rows}
        width = {len(row) for row in found.values()}
        assert 1 == len(width)
        assert [row + [""] * (max(width) - len(row)) for row in expected.values()] == list(found.values()), grid.name


@published
def test_a_published_plan_keeps_which_cells_its_rows_share():
    """What openpyxl says is merged over rows, and no other cell, says in which row it begins."""
    workbook = openpyxl.load_workbook(PLAN / "plan.xlsx")
    expected = {
        (merged.min_col, number, merged.min_row, worksheet.title)
        for worksheet in workbook
        for merged in worksheet.merged_cells.ranges
        for number in range(merged.min_row, merged.max_row + 1)
        if merged.max_row > merged.min_row
    }
    found = {
        (column, number, cell.begins, grid.name)
        for grid in read((PLAN / "plan.xlsx").read_bytes())
        for number, row in grid.rows
        for column, cell in enumerate(row, start=1)
        if isinstance(cell, Cell) and cell.begins
    }
    assert len(expected) > 2
    assert expected == found


@published
def test_a_published_plan_is_imported_with_all_its_actions():
    assert 87 == sum(len(section.actions) for section in read_plan(PLAN / "plan.xlsx").sections)


# Words


@given(
    rows=st.lists(
        st.lists(
            st.one_of(
                st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=8).map(lambda t: f"{t}."),
                st.none(),
                st.integers(-(10**9), 10**9),
                st.booleans(),
            ),
            max_size=4,
        ),
        max_size=5,
    ),
    merged=st.none() | st.tuples(*[st.integers(1, 4)] * 4),
)
def test_any_workbook_has_the_cells_that_openpyxl_finds(
    rows: list[list[object]], merged: tuple[int, int, int, int] | None
):
    """Whatever its words, whole numbers and truths are, and whatever is merged."""
    workbook = of_values(*rows)
    if merged:
        (top, bottom), (left, right) = sorted(merged[:2]), sorted(merged[2:])
        workbook.active.merge_cells(start_row=top, end_row=bottom, start_column=left, end_column=right)
    data = saved(workbook)
    worksheet = openpyxl.load_workbook(io.BytesIO(data)).active
    expected = {
        (cell.row, cell.column): {True: "TRUE", False: "FALSE"}[value] if isinstance(value, bool) else str(value)
        for cells_ in worksheet.iter_rows()
        for cell in cells_
        if (value := cell.value) is not None and not str(value).startswith("=") and str(value).strip()
    }
    if merged and (words := expected.get((top, left))):
        expected |= {(number, left): words for number in range(top, max(bottom, top) + 1)}
    found = {
        (number, column): str(cell)
        for number, row in cells(sheet(data)).items()
        for column, cell in enumerate(row, start=1)
        if cell.strip() and not str(worksheet.cell(number, column).value).startswith("=")
    }
    assert {place: " ".join(words.split()) for place, words in expected.items()} == {
        place: " ".join(words.split()) for place, words in found.items()
    }


def test_rows_keep_their_numbers_and_are_equally_long():
    workbook = of_values([], [None, "a"], [], ["b", None, "c"])
    assert {2: ["", "a", ""], 4: ["b", "", "c"]} == cells(sheet(saved(workbook)))


def test_blank_rows_and_columns_behind_the_words_are_dropped():
    def fill(workbook: Any, worksheet: Any) -> None:
        grey = workbook.add_format({"bg_color": "#C0C0C0"})
        worksheet.write("A1", "a")
        for place in ("B1", "A2", "D9"):
            worksheet.write_blank(place, None, grey)
        worksheet.write("C3", "  ")

    assert {1: ["a"]} == cells(sheet(written(fill)))


def test_a_sheet_without_words_is_a_grid_without_rows():
    assert ["Police", {}] == [sheet(raw()).name, cells(sheet(raw()))]


def test_every_sheet_is_a_grid_in_order():
    workbook = of_values(["a"])
    workbook.create_sheet("Älder & Söhne").append(["b"])
    workbook.create_sheet("First", 0).append(["c"])
    found = [(grid.name, cells(grid)) for grid in read(saved(workbook))]
    assert [("First", {1: ["c"]}), ("Police", {1: ["a"]}), ("Älder & Söhne", {1: ["b"]})] == found


def test_the_runs_of_rich_text_are_joined():
    def fill(workbook: Any, worksheet: Any) -> None:
        bold = workbook.add_format({"bold": True})
        worksheet.write_rich_string("A1", bold, "Train", " and ", bold, "brief")

    assert "Train and brief" == only_cell(written(fill))


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("<t>1.10</t>", "1.10"),
        ("<t>a</t><rPh><t>how it is read</t></rPh><phoneticPr/>", "a"),
        ("<t>one_x000D_\ntwo_x000d_three</t>", "one\ntwo\nthree"),
        ("<t>_x005F_x000D_ _x2022_ _xD83D__xDE00_ _xD83D_ a_x0007_b</t>", "_x000D_ • 😀 \ufffd ab"),
        ("<r><t>a</t></r><r><rPr><b/></rPr><t xml:space='preserve'> b</t></r>", "a b"),
        ("<r><t>_</t></r><r><t>x0041_ _x2022_</t></r>", "_x0041_ •"),
        ("<t>a &amp; b &lt;c&gt;</t>", "a & b <c>"),
    ],
)
def test_a_string_is_read_as_excel_shows_it(string: str, expected: str):
    shared = raw(row(1, '<c r="A1" t="s"><v>0</v></c>'), strings=f"<si>{string}</si>")
    inside = raw(row(1, f'<c r="A1" t="inlineStr"><is>{string}</is></c>'))
    assert [expected, expected] == [only_cell(shared), only_cell(inside)]


def test_rows_and_cells_that_do_not_say_where_they_are_follow_each_other():
    grid = sheet(raw("<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c r='B3'><v>4</v></c></row>"))
    assert {1: ["1", "", "3"], 3: ["", "4", ""]} == cells(grid)


def test_rows_are_numbered_upwards_in_whatever_order_they_are_written():
    assert [1, 3] == list(cells(sheet(raw(row(3, inline("A3", "c")) + row(1, inline("A1", "a"))))))


# Numbers and dates

STYLE = '<numFmts><numFmt numFmtId="164" formatCode="{}"/></numFmts><cellXfs><xf/><xf numFmtId="164"/></cellXfs>'


@pytest.mark.parametrize(
    ("built_in", "expected"), [(14, "31/03/2014"), (15, "31-Mar-14"), (17, "Mar-14"), (1, "41729")]
)
def test_a_format_that_has_a_number_is_that_of_a_british_excel(built_in: int, expected: str):
    styles = f'<cellXfs><xf/><xf numFmtId="{built_in}"/></cellXfs>'
    assert expected == only_cell(raw(row(1, f'<c r="A1" s="1"><v>{MARCH_31}</v></c>'), styles=styles))


def test_dates_that_a_program_stores_as_dates_are_read():
    workbook = of_values([date(2014, 3, 31), datetime(2014, 3, 31, 10, 30), time(10, 30), "31.03.14"])  # noqa: DTZ001
    workbook.active["D1"].number_format = "mm/dd/yyyy"
    assert {1: ["2014-03-31", "2014-03-31 10:30:00", "10:30:00", "31.03.14"]} == {
        number: [cell if len(cell) != 16 else f"{cell}:00" for cell in row]
        for number, row in cells(sheet(saved(workbook))).items()
    }


def test_days_are_counted_from_1904_where_the_workbook_does():
    def fill(workbook: Any, worksheet: Any) -> None:
        worksheet.write_datetime("A1", date(2014, 3, 31), workbook.add_format({"num_format": "dd/mm/yyyy"}))

    assert ["31/03/2014"] * 2 == [only_cell(written(fill, date_1904=mac)) for mac in (False, True)]


def test_a_date_without_its_year_is_noted():
    """It is read as it is shown, and the year that is behind it is not made up from what nobody sees."""
    grid = sheet(raw(row(4, f'<c r="C4" s="1"><v>{MARCH_31}</v></c>'), styles=STYLE.format("dd-mmm")))
    assert {4: ["", "", "31-Mar"]} == cells(grid)
    assert (
        "plan.xlsx, Police, C4: the date is shown, and was read, without its year; show the year and import it again.",
    ) == grid.notes


def test_truths_and_errors_are_read_as_shown_and_an_error_is_noted():
    grid = sheet(raw(row(1, '<c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c><c t="e"><v>#REF!</v></c>')))
    assert {1: ["TRUE", "FALSE", "#REF!"]} == cells(grid)
    assert ("plan.xlsx, Police, C1: an error stands there instead of a value; put it right.",) == grid.notes


def test_a_formula_is_the_value_that_it_showed_last():
    first = row(1, '<c r="A1" s="1"><f>B1+1</f><v>41729</v></c>', '<c r="B1" t="str"><f>""</f><v></v></c>')
    second = row(2, '<c r="A2" t="str"><f>A1</f><v>Met</v></c>', '<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>')
    grid = sheet(raw(first + second, styles=STYLE.format("dd/mm/yyyy")))
    assert {1: ["31/03/2014", ""], 2: ["Met", "#DIV/0!"]} == cells(grid)
    assert "plan.xlsx, Police, A1, B1, A2, B2: what a formula computed was read as it is shown." == grid.notes[0]


def test_a_formula_that_nothing_computed_is_blank_and_noted():
    grid = sheet(saved(of_values(["a", "=1+1", "b"])))
    assert {1: ["a", "", "b"]} == cells(grid)
    assert (
        "plan.xlsx, Police, B1: the value of the formula is not there and was read as blank; save the file in Excel.",
    ) == grid.notes


def test_a_note_names_the_first_twenty_cells_and_counts_the_others():
    (note,) = sheet(saved(of_values(*[["a", "=1+1"]] * 25))).notes
    assert "B19, B20 and 5 more: the value" in note
    assert "B21" not in note


# What can be seen of a cell


def test_a_cell_over_columns_has_its_words_in_the_first():
    def fill(workbook: Any, worksheet: Any) -> None:
        worksheet.merge_range("A1:C1", "Police")
        worksheet.write_row("A2", ["Ref", "Action", "Lead"])

    assert {1: ["Police", "", ""], 2: ["Ref", "Action", "Lead"]} == cells(sheet(written(fill)))


def test_a_cell_over_rows_has_its_words_in_each_and_says_where_it_begins():
    def fill(workbook: Any, worksheet: Any) -> None:
        worksheet.merge_range("B2:B4", "Train", workbook.add_format({"bg_color": "#00B050"}))
        worksheet.write_column("A2", ["1", "2", "3", "4"])

    grid = sheet(written(fill))
    assert {2: ["1", "Train"], 3: ["2", "Train"], 4: ["3", "Train"], 5: ["4", ""]} == cells(grid)
    shared = [row[1] for _, row in grid.rows]
    assert [("00B050", 2)] * 3 == [(cell.fill, cell.begins) for cell in shared if isinstance(cell, Cell)]


def test_a_cell_over_rows_and_columns_does_both():
    def fill(workbook: Any, worksheet: Any) -> None:
        worksheet.merge_range("A1:B2", "Train")
        worksheet.write("C1", "1")

    grid = sheet(written(fill))
    assert {1: ["Train", "", "1"], 2: ["Train", "", ""]} == cells(grid)
    assert [1, 1] == [row[0].begins for _, row in grid.rows if isinstance(row[0], Cell)]


def test_a_colour_over_rows_is_in_each():
    def fill(workbook: Any, worksheet: Any) -> None:
        worksheet.merge_range("A1:A2", "", workbook.add_format({"bg_color": "#FFC000"}))
        worksheet.write_column("B1", ["1", "2"])

    assert ["FFC000", "FFC000"] == [row[0].fill for _, row in sheet(written(fill)).rows if isinstance(row[0], Cell)]


def test_words_that_a_merged_cell_covers_are_left_out_and_noted():
    data = row(1, inline("A1", "shown"), inline("B1", "covered")) + row(2, inline("A2", "covered too"))
    grid = sheet(raw(data, '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'))
    assert {1: ["shown"], 2: ["shown"]} == cells(grid)
    assert (
        "plan.xlsx, Police, B1, A2: words that a merged cell covers were not taken in; unmerge the cells to see them.",
    ) == grid.notes


def test_a_cell_over_rows_that_hold_nothing_else_is_in_each():
    """Whether the file has these rows or not, as it need not where nothing is written in them."""
    grid = sheet(raw(row(1, inline("A1", "a")), '<mergeCell ref="A1:A3"/><mergeCell ref="B1:B9000"/>'))
    assert {1: ["a"], 2: ["a"], 3: ["a"]} == cells(grid)


def test_a_cell_merged_to_the_end_of_the_sheet_goes_as_far_as_there_are_rows():
    grid = sheet(raw(row(1, inline("A1", "a")) + row(3, inline("B3", "b")), '<mergeCell ref="A1:A1048576"/>'))
    assert {1: ["a", ""], 2: ["a", ""], 3: ["a", "b"]} == cells(grid)


GREEN = '<fills><fill><patternFill patternType="{}"><fgColor {}/></patternFill></fill></fills><cellXfs><xf/></cellXfs>'
THEME = (
    '<a:clrScheme><a:dk1><a:sysClr val="windowText" lastClr="000000"/></a:dk1><a:lt1><a:sysClr val="window" '
    'lastClr="FFFFFF"/></a:lt1><a:dk2><a:srgbClr val="44546A"/></a:dk2><a:lt2><a:srgbClr val="E7E6E6"/></a:lt2>'
    '<a:accent6><a:srgbClr val="70AD47"/></a:accent6></a:clrScheme><a:fmtScheme><a:srgbClr val="123456"/></a:fmtScheme>'
)


@pytest.mark.parametrize(
    ("pattern", "colour", "expected"),
    [
        ("solid", 'rgb="FF00B050"', "00B050"),
        ("solid", 'rgb="0000b050"', "00B050"),
        ("solid", 'rgb="FFFFFFFF"', None),
        ("none", 'rgb="FF00B050"', None),
        ("gray125", 'rgb="FF00B050"', None),
        ("solid", 'indexed="10"', "FF0000"),
        ("solid", 'indexed="64"', None),
        ("solid", 'theme="9"', "70AD47"),
        ("solid", 'theme="3"', "44546A"),
        ("solid", 'theme="0"', None),
        # as Excel 2016 shows them: "White, Background 1, Darker 15%" and two of "Green, Accent 6"
        ("solid", 'theme="0" tint="-0.149998"', "D9D9D9"),
        ("solid", 'theme="9" tint="0.79998"', "E2EFDA"),
        ("solid", 'theme="9" tint="-0.249977"', "548235"),
        ("solid", 'theme="1" tint="0.499984740745262"', "808080"),
        ("solid", 'theme="99"', None),
        ("solid", 'rgb="green"', None),
        ("solid", 'auto="1"', None),
    ],
)
def test_the_colour_of_a_cell_goes_with_it(pattern: str, colour: str, expected: str | None):
    data = raw(row(1, inline("A1", "a", 's="0"')), styles=GREEN.format(pattern, colour), theme=THEME)
    (found,) = fills(data)
    if expected is None or found is None:
        assert expected == found
    else:  # Excel counts lightness in 255ths, and may be one off
        assert all(abs(a - b) <= 1 for a, b in zip(bytes.fromhex(expected), bytes.fromhex(found), strict=True)), found


def test_a_colour_of_a_palette_of_its_own_is_found():
    styles = GREEN.format("solid", 'indexed="1"') + '<colors><indexedColors><rgbColor rgb="00111111"/>'
    styles += '<rgbColor rgb="00222222"/></indexedColors></colors>'
    assert ["222222"] == fills(raw(row(1, inline("A1", "a")), styles=styles))


def test_a_blank_cell_has_the_colour_of_its_row_or_else_of_its_column():
    styles = (
        '<fills><fill/><fill><patternFill patternType="solid"><fgColor rgb="FF00B050"/></patternFill></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FFFF0000"/></patternFill></fill></fills>'
        '<cellXfs><xf/><xf fillId="1"/><xf fillId="2"/></cellXfs>'
    )
    plain = row(1, inline("A1", "a"), inline("D1", "d", 's="2"'))
    columns = '<cols><col min="2" max="3" style="1"/><col min="3" max="16384" style="2"/></cols>'
    assert [None, "00B050", "00B050", "FF0000"] == fills(raw(plain, styles=styles, before=columns))
    red = row(1, inline("A1", "a"), inline("D1", "d"), more='s="2" customFormat="1"')
    assert [None, "FF0000", "FF0000", None] == fills(raw(red, styles=styles, before=columns))


def test_the_colours_that_openpyxl_wrote_are_read():
    workbook = of_values(["Complete", "Overdue", "none"])
    workbook.active["A1"].fill = PatternFill("solid", fgColor="00B050")
    workbook.active["B1"].fill = PatternFill("solid", fgColor=Color(theme=5))
    assert ["00B050", "C0504D", None] == fills(saved(workbook))


def test_words_struck_through_are_kept_and_noted():
    """Whether the cell is, or only some of its words; not where the words have a font of their own that is not."""

    def fill(workbook: Any, worksheet: Any) -> None:
        struck, plain = workbook.add_format({"font_strikeout": True}), workbook.add_format({"bold": True})
        worksheet.write("A1", "cancelled", struck)
        worksheet.write_rich_string("B1", "Train ", struck, "all", plain, " some")
        worksheet.write("C1", "kept", plain)
        worksheet.write_blank("D1", None, struck)
        worksheet.write_rich_string("E1", plain, "still", plain, " holds", struck)

    grid = sheet(written(fill))
    assert {1: ["cancelled", "Train all some", "kept", "", "still holds"]} == cells(grid)
    assert (
        "plan.xlsx, Police, A1, B1: words that are struck through were taken in; check whether they still hold.",
    ) == grid.notes


def test_what_is_struck_through_ends_with_its_run():
    struck = "<r><rPr><strike/></rPr><t> </t></r>"
    strings = f"<si>{struck}<r><t>kept</t></r></si><si>{struck}<r><rPr><strike val='0'/></rPr><t>kept</t></r></si>"
    data = row(1, '<c t="s"><v>0</v></c><c t="s"><v>1</v></c>')
    assert () == sheet(raw(data, strings=strings)).notes


def test_struck_words_that_openpyxl_wrote_are_noted():
    workbook = of_values(["a", "b"])
    workbook.active["B1"].font = Font(strike=True)
    (note,) = sheet(saved(workbook)).notes
    assert note.startswith("plan.xlsx, Police, B1: words that are struck through")


# What a person should look at


def test_what_is_hidden_is_read_and_noted():
    def fill(workbook: Any, worksheet: Any) -> None:
        worksheet.write_row("A1", ["a", "b", "c", "", "", "", "g"])
        worksheet.write_row("A2", ["d", "e", "f"])
        worksheet.set_row(1, None, None, {"hidden": True})
        worksheet.set_row(7, None, None, {"hidden": True})
        worksheet.set_column("B:B", None, None, {"hidden": True})
        worksheet.set_column("D:F", None, None, {"hidden": True})
        hidden = workbook.add_worksheet("Hidden")
        hidden.hide()
        hidden.write("A1", "g")
        very = workbook.add_worksheet("Very")
        very.very_hidden()
        very.write("A1", "h")

    police, *others = read(written(fill))
    assert {1: ["a", "b", "c", "", "", "", "g"], 2: ["d", "e", "f", "", "", "", ""]} == cells(police)
    assert (
        "plan.xlsx, Police, row 2: hidden rows were read like the others.",
        "plan.xlsx, Police, column B: hidden columns were read like the others.",
    ) == police.notes
    assert [{1: ["g"]}, {1: ["h"]}] == [cells(grid) for grid in others]
    assert [
        ("plan.xlsx, Hidden is a hidden sheet and was read like the others.",),
        ("plan.xlsx, Very is a hidden sheet and was read like the others.",),
    ] == [grid.notes for grid in others]


def test_comments_are_counted_and_left_out():
    workbook = of_values(["a", "b"])
    for place in ("A1", "B1"):
        workbook.active[place].comment = Comment("Ask the chair", "Coordinator")
    grid = sheet(saved(workbook))
    assert {1: ["a", "b"]} == cells(grid)
    assert ("plan.xlsx, Police has 2 comments; comments are not taken in.",) == grid.notes


def test_colours_that_depend_on_a_condition_are_noted_once():
    def fill(workbook: Any, worksheet: Any) -> None:
        worksheet.write("A1", "Complete")
        green = workbook.add_format({"bg_color": "#00B050"})
        for area in ("A1:A9", "B1:B9"):
            worksheet.conditional_format(area, {"type": "cell", "criteria": "==", "value": '"x"', "format": green})

    grid = sheet(written(fill))
    assert ("plan.xlsx, Police has colours that depend on a condition; they were not read.",) == grid.notes
    assert [None] == fills(written(fill))


def test_links_and_pictures_change_no_words():
    """Where a link leads that does not show it is said, once for the file."""

    def fill(workbook: Any, worksheet: Any) -> None:
        worksheet.write_url("A1", "https://example.org/guide", string="a guide")
        worksheet.write_url("B1", "mailto:panel@example.org", string="Write to panel@example.org")
        worksheet.write_url("C1", "internal:'Sheet2'!A1", string="below")
        worksheet.write_url("D1", "https://example.org/", string="another")
        worksheet.insert_textbox("C3", "a box")

    grid = sheet(written(fill))
    assert {1: ["a guide", "Write to panel@example.org", "below", "another"]} == cells(grid)
    assert (
        "plan.xlsx: 2 cells link to 'https://example.org/guide' and 1 other address; the links were not taken in; "
        "write an address out to keep it.",
    ) == grid.notes


@pytest.mark.parametrize(
    ("property_", "expected"),
    [
        (IntProperty(name="dhr-ledger-head", value=42), 42),
        (StringProperty(name="dhr-ledger-head", value="42"), 42),
        (StringProperty(name="dhr-ledger-head", value="-1"), None),
        (IntProperty(name="another", value=42), None),
    ],
)
def test_a_workbook_says_from_which_ledger_it_was_made(property_: Any, expected: int | None):
    workbook = of_values(["a"])
    workbook.create_sheet("Health")
    workbook.custom_doc_props.append(property_)
    assert [expected, expected] == [grid.made_from for grid in read(saved(workbook))]


def test_a_locked_sheet_or_workbook_is_read():
    """A lock keeps people from changing a cell, and hides nothing."""
    workbook = of_values(["a"])
    workbook.active.protection.set_password("secret")
    workbook.security = WorkbookProtection(workbookPassword="secret", lockStructure=True)
    assert "a" == only_cell(saved(workbook))
