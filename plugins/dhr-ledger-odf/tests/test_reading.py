"""Reading `.ods` and `.odt`: what is shown is what is read, and a file that would do harm is refused.

The files are written out as XML, so that each shows one thing.
"""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile

import pytest

from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports.grid import Cell, Grid
from dhr_ledger.testing import check_importer
from dhr_ledger_odf.reading import read_ods, read_odt

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in {
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
        "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
        "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
        "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
        "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }.items()
)


def archive(parts: dict[str, str | bytes]) -> bytes:
    """A zip archive of *parts*."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for name, part in parts.items():
            written.writestr(name, part)
    return file.getvalue()


def part(kind: str, inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><office:{kind} {NAMESPACES}>{inside}</office:{kind}>'


def package(body: str, *, automatic: str = "", common: str = "", meta: str = "", **parts: str | bytes) -> bytes:
    """A document of *body* with its styles; `content=` and `manifest=` put another part there as it is."""
    automatic = f"<office:automatic-styles>{automatic}</office:automatic-styles>"
    content = part("document-content", f"{automatic}<office:body>{body}</office:body>")
    return archive(
        {
            "META-INF/manifest.xml": parts.get("manifest", f"<manifest:manifest {NAMESPACES}/>"),
            "content.xml": parts.get("content", content),
            "styles.xml": part("document-styles", f"<office:styles>{common}</office:styles>"),
            "meta.xml": part("document-meta", f"<office:meta>{meta}</office:meta>"),
        }
    )


def spreadsheet(*sheets: str, **styles: str) -> bytes:
    return package(f"<office:spreadsheet>{''.join(sheets)}</office:spreadsheet>", **styles)


def sheet(rows: str, name: str = "WMP", of_table: str = "") -> str:
    return f'<table:table table:name="{name}" {of_table}>{rows}</table:table>'


def row(*cells: str, of_row: str = "") -> str:
    return f"<table:table-row {of_row}>{''.join(cells)}</table:table-row>"


def cell(words: str = "", of_cell: str = "", inside: str = "") -> str:
    """A cell of one paragraph, or of none."""
    paragraph = f"<text:p>{words}</text:p>" if words else ""
    return f"<table:table-cell {of_cell}>{paragraph}{inside}</table:table-cell>"


def covered(of_cell: str = "", inside: str = "") -> str:
    return f"<table:covered-table-cell {of_cell}>{inside}</table:covered-table-cell>"


def text(body: str, **styles: str) -> bytes:
    return package(f"<office:text>{body}</office:text>", **styles)


def ods(data: bytes) -> list[Grid]:
    return list(read_ods(io.BytesIO(data), "plan.ods"))


def odt(data: bytes) -> list[Grid]:
    return list(read_odt(io.BytesIO(data), "plan.odt"))


def rows(grid: Grid) -> list[list[str]]:
    """The words of each row of *grid*, which are numbered from 1 without a gap."""
    read = list(grid.rows)
    assert list(range(1, len(read) + 1)) == [number for number, _ in read]
    return [[str(cell) for cell in cells] for _, cells in read]


def one(inside: str, **styles: str) -> str:
    """What is read of a cell that holds *inside*."""
    [grid] = ods(spreadsheet(sheet(row(cell(inside=inside))), **styles))
    return rows(grid)[0][0]


def fills(grid: Grid) -> list[list[str | None]]:
    return [[getattr(cell, "fill", None) for cell in cells] for _, cells in grid.rows]


def refused(data: bytes, read=ods) -> str:
    with pytest.raises(ImportRefused) as why:
        read(data)
    return str(why.value)


# What a cell says


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<text:p>Train</text:p><text:p/><text:p>Brief</text:p>", "Train\n\nBrief"),
        ("<text:p>a<text:s/>b<text:s text:c='3'/>c</text:p>", "a b   c"),
        ("<text:p>a<text:tab/>b<text:line-break/>c</text:p>", "a\tb\nc"),
        ("<text:p> Train \n\t all <text:span> of </text:span> them</text:p>", "Train all of them"),
        ("<text:p>see <text:a>the <text:span>guide</text:span></text:a>.</text:p>", "see the guide."),
        (
            "<text:p>Agreed<text:note><text:note-citation>1</text:note-citation></text:note>, all</text:p>",
            "Agreed, all",
        ),
        ("<office:annotation><text:p>why?</text:p></office:annotation><text:p>Train</text:p>", "Train"),
        ("<text:p>A<draw:frame><svg:title>a logo</svg:title></draw:frame>B</text:p>", "AB"),
        ("<text:h>Heading</text:h>", "Heading"),
    ],
)
def test_a_cell_is_read_as_it_is_shown(inside, words):
    """Paragraphs are lines; white space counts where an element says it; comments, footnotes and titles do not."""
    assert words == one(inside)


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("31/03/2014", "31/03/2014"),
        ("31.3.14", "31.3.14"),
        ("Mar-14", "Mar-14"),
        ("March 31, 2014", "March 31, 2014"),
        ("03/2014", "03/2014"),
        ("2014", "2014"),
        ("3/31/2014", "2014-03-31"),
        ("03/31/14", "2014-03-31"),
        ("31/03/13", "2014-03-31"),
    ],
)
def test_a_date_is_read_as_shown_unless_that_is_not_day_first(shown, words):
    """A date that would be misread day first, or not at all, is given as its value."""
    value = 'office:value-type="date" office:date-value="2014-03-31"'
    [grid] = ods(spreadsheet(sheet(row(cell(shown, value)))))
    assert [[words]] == rows(grid)
    noted = "plan.ods, WMP: dates that are not shown day first were read from their values, as 2014-03-31"
    assert (() if shown == words else (f"{noted} (in row 1, column 1).",)) == grid.notes


def test_the_third_of_april_is_not_the_fourth_of_march():
    """Both numbers may be a day and a month, so the value decides."""
    dates = [
        cell(shown, f'office:value-type="date" office:date-value="{value}T00:00:00"')
        for shown, value in [("04/03/2014", "2014-03-04"), ("04/03/2014", "2014-04-03")]
    ]
    [grid] = ods(spreadsheet(sheet(row(*dates))))
    assert [["04/03/2014", "2014-04-03"]] == rows(grid)


def test_a_value_that_is_not_shown_in_words_is_read():
    """Some programs write the value of a cell and leave the words to the reader."""
    values = [
        cell(of_cell='office:value-type="date" office:date-value="2014-03-31T00:00:00"'),
        cell(of_cell='office:value-type="float" office:value="1.1"'),
        cell(of_cell='office:value-type="string" office:string-value="Train"'),
    ]
    [grid] = ods(spreadsheet(sheet(row(*values))))
    assert [["2014-03-31", "1.1", "Train"]] == rows(grid)


def test_a_formula_is_read_as_its_value_and_noted():
    formula = 'table:formula="of:=1+1" office:value-type="float" office:value="2"'
    [grid] = ods(spreadsheet(sheet(row(cell("A"), cell("2.0", formula)) + row(cell("2.0", formula)))))
    assert [["A", "2.0"], ["2.0", ""]] == rows(grid)
    assert (
        "plan.ods, WMP: formulas were read as the values that they show (2 in all, the first in row 1, column 2).",
    ) == grid.notes


def test_comments_and_boxes_are_noted():
    comment = "<office:annotation><text:p>who?</text:p></office:annotation>"
    box = "<draw:frame><draw:text-box><text:p>floating</text:p></draw:text-box></draw:frame>"
    [grid] = ods(spreadsheet(sheet(row(cell("A", inside=comment), cell("B", inside=box)))))
    assert [["A", "B\nfloating"]] == rows(grid)
    assert (
        "plan.ods, WMP: comments on cells were left out (in row 1, column 1).",
        "plan.ods, WMP: text boxes in cells were read as lines of the cell (in row 1, column 2).",
    ) == grid.notes


# Rows, columns and merged cells


def test_every_row_has_a_cell_for_every_column_and_blank_ends_are_dropped():
    blank_end = cell(of_cell='table:number-columns-repeated="16384"')
    [grid] = ods(
        spreadsheet(
            sheet(
                row(cell("A"), blank_end)
                + row(blank_end, of_row='table:number-rows-repeated="2"')
                + row(cell(), cell("B"), cell("<text:s/>"))
                + row(blank_end, of_row='table:number-rows-repeated="1048572"')
            )
        )
    )
    assert [["A", ""], ["", ""], ["", ""], ["", "B"]] == rows(grid)


def test_repeated_cells_and_rows_are_written_out():
    twice, thrice = 'table:number-columns-repeated="2"', 'table:number-rows-repeated="3"'
    [grid] = ods(spreadsheet(sheet(row(cell("x", twice), cell("y"), of_row=thrice) + row(cell("end")))))
    assert [["x", "x", "y"]] * 3 + [["end", "", ""]] == rows(grid)


def test_rows_are_found_in_groups_and_among_headings():
    grouped = (
        f"<table:table-header-rows>{row(cell('Ref'))}</table:table-header-rows>"
        f"<table:table-row-group><table:table-row-group>{row(cell('1'))}</table:table-row-group>"
        f"<table:table-rows>{row(cell('2'))}</table:table-rows></table:table-row-group>"
    )
    [grid] = ods(spreadsheet(sheet(grouped)))
    assert [["Ref"], ["1"], ["2"]] == rows(grid)


def test_a_cell_merged_over_columns_has_its_words_in_the_first():
    [grid] = ods(
        spreadsheet(
            sheet(
                row(cell("Rec 1", 'table:number-columns-spanned="3"'), covered('table:number-columns-repeated="2"'))
                + row(cell("a"), cell("b"), cell("c"))
            )
        )
    )
    assert [["Rec 1", "", ""], ["a", "b", "c"]] == rows(grid)


def test_a_cell_merged_over_rows_has_its_words_in_each_and_says_where_it_begins():
    over = 'table:number-rows-spanned="3" table:number-columns-spanned="2"'
    [grid] = ods(
        spreadsheet(
            sheet(
                row(cell("Ref"), cell(), cell("Action"))
                + row(cell("1", over), covered(), cell("a"))
                + row(covered('table:number-columns-repeated="2"'), cell("b"), of_row='table:number-rows-repeated="2"')
                + row(cell("2"), cell(), cell("c"))
            )
        )
    )
    assert [["Ref", "", "Action"], ["1", "", "a"], ["1", "", "b"], ["1", "", "b"], ["2", "", "c"]] == rows(grid)
    first = [cells[0] for _, cells in grid.rows]
    assert [None, 2, 2, 2, None] == [cell.begins if isinstance(cell, Cell) else None for cell in first]


def test_a_merged_cell_ends_where_it_says_or_where_the_table_ends():
    """Whatever a file says of rows that it does not have."""
    for_ever = 'table:number-rows-spanned="900000"'
    [grid] = ods(
        spreadsheet(
            sheet(
                row(cell("1", 'table:number-rows-spanned="2"'), cell("a", for_ever), cell("x"))
                + row(covered('table:number-columns-repeated="2"'), cell("y", 'table:number-columns-repeated="0"'))
                + row(covered(), cell("b"), cell("z"))
            )
        )
    )
    assert [["1", "a", "x"], ["1", "a", "y"], ["", "b", "z"]] == rows(grid)


def test_words_under_a_merged_cell_are_not_shown_and_noted():
    [grid] = ods(
        spreadsheet(sheet(row(cell("A", 'table:number-columns-spanned="2"'), covered(inside="<text:p>old</text:p>"))))
    )
    assert [["A"]] == rows(grid)
    assert ("plan.ods, WMP: words hidden under merged cells were left out (in row 1, column 2).",) == grid.notes


def test_what_is_hidden_is_read_and_noted():
    hidden = '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/>'
    filtered, collapsed = 'table:visibility="filter"', 'table:visibility="collapse"'
    grid, other = ods(
        spreadsheet(
            sheet(
                f"<table:table-column/><table:table-column {collapsed} table:number-columns-repeated='9'/>"
                + row(cell("Ref"), cell("Action"))
                + row(cell("1"), of_row=filtered)
                + row(cell("2"), of_row=collapsed)
                + row(cell(), of_row=f'{collapsed} table:number-rows-repeated="1000000"')
            ),
            sheet(row(cell("A")), "Old", 'table:style-name="ta2"'),
            automatic=f"{hidden}</style:style>",
        )
    )
    assert [["Ref", "Action"], ["1", ""], ["2", ""]] == rows(grid)
    assert (
        "plan.ods, WMP: rows that are hidden were read like the others (2 in all, the first in row 2).",
        "plan.ods, WMP: columns that are hidden were read like the others (in column 2).",
    ) == grid.notes
    assert ("plan.ods, Old is hidden and was read like the others.",) == other.notes


def test_one_grid_for_each_sheet_in_order():
    """A copy of somebody else's table, kept for a formula, is none; nor is what a tracked change holds."""
    changes = f"<table:tracked-changes><table:deletion>{cell('gone')}</table:deletion></table:tracked-changes>"
    copy = sheet(row(cell("x")), "'file:///other.ods'#$A", 'table:style-name="ta_extref"')
    grids = ods(spreadsheet(changes, sheet(row(cell("a")), "One"), copy, sheet("", "Two")))
    assert [("One", [["a"]]), ("Two", [])] == [(grid.name, rows(grid)) for grid in grids]
    assert [("plan.ods has 1 tracked changes; its cells were read as they are shown.",), ()] == [g.notes for g in grids]


# Colours


def style(name: str, colour: str = "", parent: str = "") -> str:
    background = f'<style:table-cell-properties fo:background-color="{colour}"/>' if colour else ""
    of = f'style:parent-style-name="{parent}"' if parent else ""
    return f'<style:style style:name="{name}" style:family="table-cell" {of}>{background}</style:style>'


def test_the_colour_of_a_cell_is_its_style_s_or_a_parent_s():
    automatic = style("ce1", "#00b050") + style("ce2", parent="Warn") + style("ce3", "#ffffff", "Warn")
    common = style("Warn", parent="Bad") + style("Bad", "#FF0000") + style("Round", parent="Round")
    cells = [
        cell("x", f'table:style-name="{name}"')
        for name in ("ce1", "ce2", "ce3", "Warn", "Round", "unknown")
    ]  # fmt: skip
    [grid] = ods(
        spreadsheet(sheet(row(*cells)), automatic=automatic + style("ce4", "transparent", "Bad"), common=common)
    )
    assert [["00B050", "FF0000", None, "FF0000", None, None]] == fills(grid)
    [grid] = ods(spreadsheet(sheet(row(cell("x", 'table:style-name="ce4"'))), common=common,
                             automatic=style("ce4", "transparent", "Bad")))  # fmt: skip
    assert [[None]] == fills(grid)


def test_a_cell_without_a_style_has_that_of_its_row_or_column():
    """A status that is a colour without a word is seen too; its column goes as far as the heading."""
    automatic = style("green", "#00b050") + style("red", "#ff0000")
    columns = '<table:table-column/><table:table-column table:default-cell-style-name="green"/>'
    [grid] = ods(
        spreadsheet(
            sheet(
                columns
                + row(cell("Ref"), cell("Status"))
                + row(cell("1", 'table:number-rows-spanned="2"'), cell(), of_row='table:default-cell-style-name="red"')
                + row(covered(), cell())
            ),
            automatic=automatic,
        )
    )
    assert [[None, "00B050"], ["FF0000", "FF0000"], ["FF0000", "00B050"]] == fills(grid)


def test_a_colour_that_a_condition_gives_is_noted():
    [grid] = ods(spreadsheet(sheet(row(cell("A")) + "<calcext:conditional-formats/>")))
    assert ("plan.ods, WMP has colours that depend on a condition; they were not read.",) == grid.notes


# Texts


def paragraphs(*lines: str) -> str:
    return "".join(f"<text:p>{line}</text:p>" for line in lines)


def test_a_text_has_a_grid_for_each_table_with_the_lines_above_it():
    first, second, third = (sheet(row(cell(words)), f"Table{words}") for words in ("Ref", "No", "Rec"))
    grids = odt(
        text(
            "<text:h>Action<text:line-break/>Plan</text:h><text:p/><text:section>"
            + paragraphs("Police")
            + first
            + "</text:section>"
            + paragraphs(*map(str, range(25)))
            + second
            + paragraphs("Health")
            + third
        )
    )
    assert ["table 1", "table 2", "table 3"] == [grid.name for grid in grids]
    assert [[["Ref"]], [["No"]], [["Rec"]]] == [rows(grid) for grid in grids]
    assert [("Action Plan", "Police"), tuple(map(str, range(5, 25))), ("Health",)] == [grid.above for grid in grids]


def test_a_table_in_a_table_is_read_as_lines_of_the_cell():
    inner = sheet(row(cell("x"), cell("y")))
    [grid] = odt(text(sheet(row(cell("A", inside=inner), cell("B")))))
    assert [["A\nx\ny", "B"]] == rows(grid)
    assert ("plan.odt, table 1: tables in cells were read as lines of the cell (in row 1, column 1).",) == grid.notes


def test_a_table_in_a_box_is_read_where_the_box_is_anchored():
    boxed = f"<text:p>Plan<draw:frame><draw:text-box>{sheet(row(cell('Ref')))}</draw:text-box></draw:frame></text:p>"
    [grid] = odt(text(boxed))
    assert (("Plan",), [["Ref"]]) == (grid.above, rows(grid))


def test_tracked_changes_are_read_as_shown_and_noted():
    """What was deleted is not shown; what was inserted is."""
    gone = f"<text:deletion>{paragraphs('gone')}{sheet(row(cell('x')))}</text:deletion>"
    regions = "".join(f"<text:changed-region>{of}</text:changed-region>" for of in (gone, "<text:insertion/>"))
    [grid] = odt(
        text(
            f"<text:tracked-changes>{regions}</text:tracked-changes>"
            + sheet(row(cell("be<text:change/>fore <text:change-start/>new<text:change-end/>")))
        )
    )
    assert ((), [["before new"]]) == (grid.above, rows(grid))
    assert ("plan.odt has 2 tracked changes; it was read as if all were accepted.",) == grid.notes


LISTS = (
    '<text:list-style style:name="L1">'
    '<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
    '<text:list-level-style-number text:level="2" style:num-format="1" text:display-levels="2"/>'
    '<text:list-level-style-number text:level="3" style:num-format="i" style:num-prefix="(" style:num-suffix=")"/>'
    '</text:list-style><text:list-style style:name="L2"><text:list-level-style-bullet text:level="1"/>'
    '</text:list-style><text:list-style style:name="L3">'
    '<text:list-level-style-number text:level="1" style:num-format="A" style:num-suffix=")" text:start-value="26"/>'
    "</text:list-style>"
)  # fmt: skip


def items(*inside: str, of_list: str = 'text:style-name="L1"') -> str:
    return f"<text:list {of_list}>{''.join(f'<text:list-item>{item}</text:list-item>' for item in inside)}</text:list>"


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (items("<text:p>a</text:p><text:p>more</text:p>", "<text:p>b</text:p>"), "1. a\nmore\n2. b"),
        (items("<text:p>a</text:p>", of_list='text:style-name="L2"'), "• a"),
        (items(*["<text:p>a</text:p>"] * 2, of_list='text:style-name="L3"'), "Z) a\nAA) a"),
        (items("<text:p>a</text:p>" + items("<text:p>b</text:p>", items("<text:p>c</text:p>"), of_list="")),
         "1. a\n1.1 b\n(i) c"),
        (items(items("<text:p>a</text:p>", "<text:p>b</text:p>")), "1.1 a\n1.2 b"),
        (items("<text:p>a</text:p>" + items("<text:p>b</text:p>"), "<text:p>c</text:p>" + items("<text:p>d</text:p>")),
         "1. a\n1.1 b\n2. c\n2.1 d"),
        (items(items("") + "<text:p>a</text:p>"), "a"),
        (items("<text:p/>"), "1."),
        (items("<text:p>a</text:p>", of_list='text:style-name="unknown"'), "a"),
    ],
)  # fmt: skip
def test_a_list_shows_its_numbers_and_bullets(inside, words):
    assert words == one(inside, automatic=LISTS)


def test_a_number_goes_on_from_cell_to_cell():
    """The references of a plan are often numbered by the program."""
    go_on = 'text:style-name="L1" text:continue-numbering="true"'
    by_id = 'text:style-name="L1" text:continue-list="first"'
    numbered = [
        row(cell(inside=items("<text:p/>", of_list=of_list)))
        for of_list in ('text:style-name="L1" xml:id="first"', go_on, 'text:style-name="L1"', by_id)
    ]
    [grid] = odt(text(sheet("".join(numbered)), automatic=LISTS))
    assert [["1."], ["2."], ["1."], ["3."]] == rows(grid)


@pytest.mark.parametrize(("said", "head"), [("42", 42), (" 42 ", 42), ("-1", None), ("4.5", None), ("", None)])
def test_a_file_says_which_entry_it_was_made_from(said, head):
    meta = f'<meta:user-defined meta:name="dhr-ledger-head" meta:value-type="float">{said}</meta:user-defined>'
    [of_ods] = ods(spreadsheet(sheet(row(cell("A"))), meta=meta))
    [of_odt] = odt(text(sheet(row(cell("A"))), meta=meta))
    assert (head, head) == (of_ods.made_from, of_odt.made_from)


# What is refused


def test_a_file_with_a_password_is_refused():
    entry = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    manifest = f"<manifest:manifest {NAMESPACES}>{entry}</manifest:manifest>"
    assert "plan.ods has a password; save it without one and import that." == refused(
        package("", manifest=manifest, content=b"\x9f\x13")
    )
    wholly = archive({"mimetype": "", "META-INF/manifest.xml": manifest, "encrypted-package": b"\x9f\x13"})
    assert "has a password" in refused(wholly)


def test_a_manifest_that_declares_a_document_type_hinders_nobody():
    """OpenOffice wrote one up to version 1.1 of the format."""
    manifest = '<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd">'
    body = f"<office:spreadsheet>{sheet(row(cell('A')))}</office:spreadsheet>"
    [grid] = ods(package(body, manifest=f"{manifest}<manifest:manifest {NAMESPACES}/>"))
    assert [["A"]] == rows(grid)


def content(inside: str, before: str = "") -> str:
    body = f"<office:body><office:spreadsheet>{inside}</office:spreadsheet></office:body>"
    return f"{before}<office:document-content {NAMESPACES}>{body}</office:document-content>"


ENTITIES = "".join(f"<!ENTITY e{n + 1} '{f'&e{n};' * 10}'>" for n in range(9))
OUTSIDE = content("&xxe;", "<!DOCTYPE a [<!ENTITY xxe SYSTEM 'file:///etc/passwd'>]>")
BOMB = content(sheet(row(cell("&e9;"))), f"<!DOCTYPE bomb [<!ENTITY e0 'lol'>{ENTITIES}]>")
A_LOT = 'table:number-columns-repeated="1000000"'
AS_MANY = 'table:number-rows-repeated="1000000"'
MANY = 'table:number-rows-repeated="200000"'
FIVE_MILLION = "<text:s text:c='200000'/>" * 25


HARMFUL = {
    "nothing": (b"", "is not an OpenDocument spreadsheet (.ods)"),
    "another format": (b"Ref,Action\n", "begins with b'Ref,Acti'"),
    "cut off": (spreadsheet(sheet(row(cell("A"))))[:-60], "its end is missing"),
    "a workbook of Excel": (archive({"[Content_Types].xml": "", "xl/workbook.xml": ""}), "is its ending right?"),
    "a text": (text(sheet(row(cell("A")))), "is its ending right?"),
    "no sheet": (spreadsheet(), "has no sheet"),
    "no content": (archive({"META-INF/manifest.xml": ""}), "has no part 'content.xml'"),
    "half an element": (package("", content="<office:document-content"), "'content.xml' cannot be read"),
    "nested deeply": (package("", content="<a>" * 100_000), "'content.xml' cannot be read"),
    "a bomb": (package("", content=BOMB), "declares a document type"),
    "a bomb in UTF-16": (package("", content=BOMB.encode("utf-16")), "'content.xml' cannot be read"),
    "a file from outside": (package("", content=OUTSIDE), "declares a document type"),
    "a file from outside in UTF-16": (package("", content=OUTSIDE.encode("utf-16")), "declares a document type"),
    "too many columns": (spreadsheet(sheet(row(cell("x", A_LOT)))), "row 1 and column 1,000,000, which is more"),
    "too many rows": (spreadsheet(sheet(row(cell("x"), of_row=AS_MANY))), "reaches to row 1,000,000"),
    "far out": (spreadsheet(sheet(row(cell(), of_row=AS_MANY) + row(cell("x")))), "reaches to row 1,000,001"),
    "too many together": (spreadsheet(*[sheet(row(cell("x"), of_row=MANY))] * 3), "reaches to row 200,000"),
    "too many words": (spreadsheet(sheet(row(cell("x" * 101), of_row=MANY))), "20,000,000 characters"),
    "a long cell": (spreadsheet(sheet(row(cell("x" * 1_000_001)))), "row 1, column 1: 'x"),
    "a wide cell": (spreadsheet(sheet(row(cell(f"x{FIVE_MILLION}x")))), "row 1, column 1: 'x' goes on for more"),
    "too long for the parser": (spreadsheet(sheet(row(cell("x" * 11_000_000)))), "'content.xml' cannot be read"),
    "too many tables": (spreadsheet("<table:table/>" * 1001), "more than 1,000 tables"),
    "too many elements": (spreadsheet("<a/>" * 1_000_001), "elements and attributes"),
    "a large part": (spreadsheet(sheet(row(cell("x" * 60_000_001)))), "unpacks to"),
}


@pytest.mark.parametrize("harm", HARMFUL)
def test_a_file_that_is_none_or_would_do_harm_is_refused(harm):
    """With one sentence that names the file and says what to do."""
    data, why = HARMFUL[harm]
    said = refused(data)
    assert why in said
    assert said.startswith("plan.ods")
    assert said.endswith((".", "?"))


def test_a_spreadsheet_is_no_text():
    assert "is its ending right?" in refused(spreadsheet(sheet(row(cell("A")))), odt)
    assert "plan.odt has no table; is it the action plan?" == refused(text(paragraphs("A")), odt)


def test_a_file_nested_as_deep_as_may_be_is_read():
    """The parser takes 256 levels; so deep a table in a table is lines of the outermost cell."""
    nested = "x"
    for _ in range(60):
        nested = sheet(row(cell(inside=nested if nested != "x" else "<text:p>x</text:p>")))
    [grid] = odt(text(nested))
    assert [["x"]] == rows(grid)


# The contract


SAMPLE = row(cell("Ref"), cell("Action")) + row(cell("1", 'table:number-rows-spanned="2"'), cell("a")) + row(covered())


def test_reading_a_spreadsheet_keeps_the_contract():
    check_importer(read_ods, spreadsheet(sheet(SAMPLE)), stored(spreadsheet(sheet(SAMPLE))))


def test_reading_a_text_keeps_the_contract():
    check_importer(read_odt, text(paragraphs("Plan") + sheet(SAMPLE)), stored(text(sheet(SAMPLE))))


def stored(data: bytes) -> bytes:
    """*data* with its parts not compressed, so that damage to it comes as far as the XML."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(file, "w") as plain:
        for name in packed.namelist():
            plain.writestr(name, packed.read(name))
    return file.getvalue()


def test_lxml_waits_until_a_file_is_read():
    """Nobody who has no OpenDocument file waits for it."""
    code = "import sys, dhr_ledger_odf; sys.exit('lxml.etree' in sys.modules)"
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode
