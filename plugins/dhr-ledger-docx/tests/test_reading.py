"""Word documents are read as Word shows them, whatever their words stand in, and refused where they are no document."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import docx
import pytest

from dhr_ledger.imports.grid import Cell, Grid
from dhr_ledger_docx.reading import read_docx

PLAN = Path(__file__).parents[4] / "shared" / "plans" / "bdhr2012-13-04"
published = pytest.mark.skipif(not PLAN.is_dir(), reason="the published plans are kept beside the checkout")

KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = (
    f'xmlns:w="{WORDS}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def document(body: str = "", **parts: str) -> bytes:
    """A Word document of this *body*, with its `numbering`, `styles` and `theme` where they are given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", relationships({"officeDocument": "word/document.xml"}))
        archive.writestr("word/_rels/document.xml.rels", relationships({part: f"{part}.xml" for part in parts}))
        archive.writestr("word/document.xml", f"<w:document {NAMES}><w:body>{body}</w:body></w:document>")
        for part, text in parts.items():
            archive.writestr(f"word/{part}.xml", text)
    return out.getvalue()


def relationships(targets: dict[str, str]) -> str:
    told = "".join(
        f'<Relationship Id="{kind}" Type="{KINDS}/{kind}" Target="{target}"/>' for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{RELATED}">{told}</Relationships>'


def p(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def tc(content: str = "", properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content if '<w:' in content else p(r(content))}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str, columns: int = 0) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def sdt(content: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def field(instruction: str, result: str, form: str = "") -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{form}</w:fldChar></w:r><w:r><w:instrText>{instruction}</w:instrText>'
        f'</w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


PICKED = '<w:result w:val="1"/><w:listEntry w:val="Open"/><w:listEntry w:val="Met"/>'


def styles(*told: str) -> str:
    return f"<w:styles {NAMES}>{''.join(told)}</w:styles>"


def read(data: bytes, name: str = "plan.docx") -> list[Grid]:
    return list(read_docx(io.BytesIO(data), name))


def grid_of(*rows: str, columns: int = 0, **parts: str) -> Grid:
    """The grid that a table of these *rows* makes."""
    (grid,) = read(document(tbl(*rows, columns=columns), **parts))
    return grid


def words(*contents: str, **parts: str) -> str:
    """The words of a cell with this content."""
    ((_, (cell,)),) = grid_of(tr(tc("".join(contents))), **parts).rows
    return str(cell)


def notes(*contents: str, **parts: str) -> tuple[str, ...]:
    """What is said about a table of one cell with this content."""
    return grid_of(tr(tc("".join(contents))), **parts).notes


def cells(grid: Grid) -> list[list[str]]:
    return [list(row) for _, row in grid.rows]


# A published plan


def collapsed(row: Iterable[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in row]


@published
def test_a_published_plan_has_the_cells_of_its_tables():
    """13 tables, each with the title or the heading above it and every cell as the same plan's CSV files have it."""
    grids = read((PLAN / "plan.docx").read_bytes())
    files = [
        list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")))) for path in sorted(PLAN.glob("csv/*.csv"))
    ]
    assert 13 == len(files) == len(grids)
    for number, (grid, (title, heading, *rows)) in enumerate(zip(grids, files, strict=True), start=1):
        above = [title[0], heading[0]] if number == 1 else [heading[0]]
        columns = len(cells(grid)[0])
        assert (f"table {number}", collapsed(above)) == (grid.name, collapsed(grid.above))
        # A line of a CSV file ends where its words end.
        assert [collapsed(row + [""] * (columns - len(row))) for row in rows] == [*map(collapsed, cells(grid))]
        assert list(range(1, len(rows) + 1)) == [row for row, _ in grid.rows]
        assert () == grid.notes


@published
def test_a_cell_of_a_published_plan_that_two_rows_share_says_where_it_begins():
    shared = [
        (grid.name, row, cell.begins)
        for grid in read((PLAN / "plan.docx").read_bytes())
        for row, held in grid.rows
        for cell in held
        if isinstance(cell, Cell)
    ]
    assert 2 <= len(shared)
    assert all(begins <= row for _, row, begins in shared)
    assert {(name, begins) for name, _, begins in shared} == {
        (name, row) for name, row, begins in shared if row == begins
    }


# What words stand in


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (p(r("Train")) + p() + p(r("Brief")) + p(), "Train\n\nBrief"),
        (p("<w:r><w:t>Train</w:t><w:br/><w:t>Brief</w:t><w:tab/><w:t>Audit</w:t><w:cr/></w:r>"), "Train\nBrief\tAudit"),
        (p("<w:r><w:t>31</w:t><w:noBreakHyphen/><w:t>3</w:t><w:softHyphen/><w:t>/2&#xAD;014</w:t></w:r>"), "31-3/2014"),
        (p('<w:r><w:t>a\n  b</w:t></w:r>'), "a   b"),
        (p(r("Ask "), f"<w:ins>{r('every ')}</w:ins>", r("officer")), "Ask every officer"),
        (p(r("Ask "), "<w:del><w:r><w:delText>no</w:delText></w:r></w:del>", r("all")), "Ask all"),
        (p(f"<w:ins><w:del>{r('never')}</w:del></w:ins>", r("now")), "now"),
        (p(f"<w:moveFrom>{r('here')}</w:moveFrom>") + p(f"<w:moveTo>{r('there')}</w:moveTo>"), "there"),
        (p(r("one "), properties="<w:rPr><w:del/></w:rPr>") + p(r("line")), "one line"),
        (p(f"<w:hyperlink>{r('a guide')}</w:hyperlink>"), "a guide"),
        (p(f"<w:smartTag><w:smartTagPr/>{r('Leeds')}</w:smartTag>", f"<w:bdo>{r('!')}</w:bdo>"), "Leeds!"),
        (p(f'<w:fldSimple w:instr="PAGE">{r("Mar-14")}</w:fldSimple>'), "Mar-14"),
        (p(field("DATE \\@ x", r("1 May")), r(" 2014")), "1 May 2014"),
        (p(field(f"IF </w:instrText></w:r>{field('REF b', r('hidden'))}<w:r><w:instrText>", r("Met"))), "Met"),
        (p(field("HYPERLINK", r("a "))) + p(r("b"), '<w:r><w:fldChar w:fldCharType="end"/></w:r>'), "a \nb"),
        (p("<w:ruby><w:rubyPr/><w:rt>" + r("a") + "</w:rt><w:rubyBase>" + r("b") + "</w:rubyBase></w:ruby>"), "b"),
        (p("<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>"), "x=1"),
        (p("<w:unheard><w:of>" + r("kept") + "</w:of></w:unheard>"), "kept"),
        # Content controls
        (sdt(p(r("Head of Service"))), "Head of Service"),
        (p(r("By "), sdt(r("May")), sdt(sdt(r(" 2014")))), "By May 2014"),
        (p(sdt(r("Ongoing"), '<w:dropDownList><w:listItem w:value="Complete"/></w:dropDownList>')), "Ongoing"),
        (p(sdt(r("Choose an item."), "<w:showingPlcHdr/><w:dropDownList/>")), ""),
        (p(sdt(r("Met"), '<w:showingPlcHdr w:val="0"/>')), "Met"),
        (p(sdt(r("?"), '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>'), r(" Met")), "☒ Met"),
        (p(sdt(r("?"), '<w14:checkbox><w14:checked w14:val="0"/></w14:checkbox>'), r(" Met")), "☐ Met"),
        (sdt(p(r("☒")), '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>'), "☒"),
        # The form fields of older documents
        (p(field("FORMCHECKBOX", "", '<w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData>')), "☐"),
        (p(field("FORMCHECKBOX", "", "<w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>")), "☒"),
        (p(field("FORMDROPDOWN", "", f"<w:ffData><w:ddList>{PICKED}</w:ddList></w:ffData>")), "Met"),
        # Symbols
        (p('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'), "✓"),
        (p('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/><w:t> done</w:t></w:r>'), "☑ done"),
        (p('<w:r><w:sym w:font="Calibri" w:char="2713"/><w:sym w:font="A" w:char="D800"/></w:r>'), "✓"),
        (p(r("\uf0b7", '<w:rFonts w:ascii="Symbol"/>'), r(" a \uf0fc")), "• a ✓"),
        (p(r("ü", '<w:rFonts w:ascii="Wingdings"/>'), r("ü")), "✓ü"),
        # Text boxes, and what an older Word is shown instead
        (
            p(
                "<w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>"
                + p(r("boxed"))
                + "</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>"
                + p(r("boxed"))
                + "</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
                r("around"),
            ),
            "boxed\naround",
        ),
        (p("<w:r><mc:AlternateContent><mc:Fallback><w:t>old</w:t></mc:Fallback></mc:AlternateContent></w:r>"), "old"),
        (p("<w:r><w:pict><v:textbox>" + p(r("box")) + "</v:textbox></w:pict></w:r>"), "box"),
        (tbl(tr(tc("a"), tc("b")), tr(tc("gone"), properties="<w:del/>"), tr(tc("c"))) + p(), "a\nb\nc"),
    ],
)  # fmt: skip
def test_words_are_read_as_word_shows_them(content: str, expected: str):
    assert expected == words(content)


def test_a_control_around_a_row_or_a_cell_hides_neither():
    grid = grid_of(
        tr(tc("1"), sdt(tc("Train"))),
        sdt(tr(tc("2"), sdt(tc("Click here"), "<w:showingPlcHdr/>"))),
        sdt(tr(tc("?"), tc("Click here")), "<w:showingPlcHdr/>"),
        sdt(sdt(tr(sdt(tc("3") + tc("Audit"))))),
    )
    assert [["1", "Train"], ["2", ""], ["", ""], ["3", "Audit"]] == cells(grid)


def test_a_control_around_a_table_hides_neither_it_nor_the_lines_above():
    (grid,) = read(document(sdt(p(r("Police")) + sdt(tbl(tr(tc("Ref")))) + p(r("below")))))
    assert (("Police",), [["Ref"]]) == (grid.above, cells(grid))


def test_a_document_that_python_docx_made_is_read(tmp_path: Path):
    """With the styles that lists have there."""
    made = docx.Document()
    made.add_heading("Police")
    table = made.add_table(rows=1, cols=2)
    cell = table.cell(0, 1)
    cell.text = "Steps:"
    for text, style in (("train", "List Number"), ("brief", "List Number"), ("posters", "List Bullet")):
        cell.add_paragraph(text, style)
    made.save(str(tmp_path / "plan.docx"))
    (grid,) = read((tmp_path / "plan.docx").read_bytes())
    assert (("Police",), [["", "Steps:\n1. train\n2. brief\n• posters"]]) == (grid.above, cells(grid))


# Lists


def level(nth: int, form: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{nth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*levels: str, more: str = "") -> str:
    """One definition with these *levels*, and its list, which has the number 1."""
    return (
        f'<w:numbering {NAMES}><w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{more}</w:numbering>'
    )


def item(text: str, at: int = 0, listed: int = 1) -> str:
    runs = (r(text),) if text else ()
    return p(*runs, properties=f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{listed}"/></w:numPr>')


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("decimal", "%1.", ["1. a", "2. a", "3. a"]),
        ("decimalZero", "%1", ["01 a", "02 a", "03 a"]),
        ("lowerLetter", "%1)", ["a) a", "b) a", "c) a"]),
        ("upperLetter", "(%1)", ["(A) a", "(B) a", "(C) a"]),
        ("lowerRoman", "%1", ["i a", "ii a", "iii a"]),
        ("upperRoman", "Aim %1:", ["Aim I: a", "Aim II: a", "Aim III: a"]),
        ("bullet", "\uf0b7", ["• a", "• a", "• a"]),
        ("none", "", ["a", "a", "a"]),
        ("chicago", "%1", ["1 a", "2 a", "3 a"]),
    ],
)
def test_an_item_of_a_list_has_its_label(form: str, text: str, expected: list[str]):
    assert expected == words(item("a") * 3, numbering=numbering(level(0, form, text))).split("\n")


@pytest.mark.parametrize(
    ("start", "form", "expected"),
    [
        (27, "lowerLetter", "aa"),
        (1994, "lowerRoman", "mcmxciv"),
        (5000, "upperRoman", "5000"),
        (10**8, "lowerLetter", "100000000"),
    ],
)
def test_a_list_may_begin_anywhere(start: int, form: str, expected: str):
    begun = level(0, form, "%1").replace('<w:start w:val="1"/>', f'<w:start w:val="{start}"/>')
    assert f"{expected} a" == words(item("a"), numbering=numbering(begun))


def test_a_deeper_level_counts_anew_below_each_item():
    levels = numbering(
        level(0, "upperRoman", "%1."), level(1, "lowerLetter", "%1.%2"), level(2, "decimal", "%1.%2.%3", "<w:isLgl/>")
    )
    read = words(item("a"), item("b", 1), item("c", 1), item("d", 2), item("e"), item("f", 1), numbering=levels)
    assert ["I. a", "I.a b", "I.b c", "1.2.1 d", "II. e", "II.a f"] == read.split("\n")


def test_lists_of_one_definition_count_on_unless_one_begins_anew():
    more = (
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>'
    )
    read = words(
        item("a"), item("b", listed=2), item("c", listed=3), item("d", listed=3), item("e", listed=0),
        numbering=numbering(level(0, "decimal", "%1."), more=more),
    )  # fmt: skip
    assert ["1. a", "2. b", "7. c", "8. d", "e"] == read.split("\n")


def test_a_number_alone_in_its_cell_is_its_words_and_a_bullet_alone_is_none():
    """Many a column of references is nothing but a list that Word counts."""
    listed = numbering(level(0, "decimal", "%1."), level(1, "bullet", "o"))
    grid = grid_of(tr(tc(item(""))), tr(tc(item(""))), tr(tc(item("", 1))), numbering=listed)
    assert [["1."], ["2."], [""]] == cells(grid)


def test_what_a_tracked_change_deletes_is_not_counted():
    listed = numbering(level(0, "decimal", "%1."))
    gone = item("").replace("</w:pPr>", "<w:rPr><w:del/></w:rPr></w:pPr>")
    assert "1. a\n2. b" == words(item("a"), gone, item("b"), numbering=listed)


def test_a_style_may_say_the_list_and_the_level():
    listed = numbering(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2", '<w:pStyle w:val="Deep"/>'))
    told = styles(
        '<w:style w:styleId="Based"><w:basedOn w:val="Deep"/></w:style>',
        '<w:style w:styleId="Top"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>',
        '<w:style w:styleId="Deep"><w:basedOn w:val="Top"/></w:style>',
        '<w:style w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style>',
    )
    styled = [p(r("a"), properties=f'<w:pStyle w:val="{name}"/>') for name in ("Top", "Deep", "Deep", "Loop", "Based")]
    taken_out = p(r("a"), properties='<w:pStyle w:val="Top"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    expected = ["1. a", "1.1 a", "1.2 a", "a", "2. a", "a"]
    assert expected == words(*styled, taken_out, numbering=listed, styles=told).split("\n")


def test_a_list_style_says_where_the_levels_stand():
    listed = (
        f'<w:numbering {NAMES}><w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="L"/></w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="1"><w:styleLink w:val="L"/>{level(0, "decimal", "%1)")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        "</w:numbering>"
    )
    told = styles('<w:style w:styleId="L"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>')
    assert "1) a\n2) b" == words(item("a"), item("b"), numbering=listed, styles=told)


# The shape of a table


def test_of_a_cell_over_several_columns_the_others_are_blank():
    grid = grid_of(
        tr(tc("Recommendation 1", '<w:gridSpan w:val="3"/>')),
        tr(tc("a"), tc("b", '<w:gridSpan w:val="2"/>')),
        tr(tc("c"), tc("d"), properties='<w:gridBefore w:val="1"/>'),
        tr(tc("e"), properties='<w:gridAfter w:val="2"/>'),
        tr(tc("f", '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>"), tc("g")),
        columns=3,
    )
    expected = [["Recommendation 1", "", ""], ["a", "b", ""], ["", "c", "d"], ["e", "", ""], ["f", "", "g"]]
    assert expected == cells(grid)


def test_every_row_has_a_cell_for_each_column_of_the_table():
    """Those that the table promises, or those of its longest row."""
    assert [["a", "", ""]] == cells(grid_of(tr(tc("a")), columns=3))
    assert [["a", "b"], ["c", ""], ["", ""]] == cells(grid_of(tr(tc("a"), tc("b")), tr(tc("c")), tr(), columns=1))


BEGIN, GO_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_a_cell_over_several_rows_stands_in_each():
    grid = grid_of(
        tr(tc("1"), tc("Lead", BEGIN + '<w:shd w:val="clear" w:fill="FFC000"/>')),
        tr(tc("2"), tc("", '<w:vMerge w:val="continue"/>')),
        tr(tc("3"), tc("", GO_ON)),
        tr(tc("4"), tc("Alone", BEGIN)),
        tr(tc("5"), tc("Lost", GO_ON), tc("beside", GO_ON)),
    )
    assert ["Lead", "Lead", "Lead", "Alone", "Alone"] == [row[1] for row in cells(grid)]
    assert [1, 1, 1, 4, 4] == [row[1].begins for row in cells(grid) if isinstance(row[1], Cell)]
    assert {"FFC000"} == {row[1].fill for row in cells(grid)[:3] if isinstance(row[1], Cell)}
    assert "beside" == cells(grid)[4][2]
    assert ("plan.docx, table 1, row 5, column 2: words that a merged cell covers were not taken in; "
            "unmerge the cells to see them.",) == grid.notes  # fmt: skip


def test_a_merged_cell_ends_where_another_begins():
    """Also one that spans several columns, and one that no other row goes on with."""
    grid = grid_of(
        tr(tc("a", BEGIN + '<w:gridSpan w:val="2"/>'), tc("b", BEGIN)),
        tr(tc("", GO_ON + '<w:gridSpan w:val="2"/>'), tc("c")),
        tr(tc("d", '<w:gridSpan w:val="2"/>'), tc("e", GO_ON)),
    )
    assert [["a", "", "b"], ["a", "", "c"], ["d", "", "e"]] == cells(grid)
    assert [1, None, None, 1, None, None, None, None, None] == [
        cell.begins if isinstance(cell, Cell) else None for row in cells(grid) for cell in row
    ]


def test_a_deleted_row_in_a_merged_cell_takes_away_only_what_begins_in_it():
    grid = grid_of(
        tr(tc("a", BEGIN), tc("b", BEGIN)),
        tr(tc("", GO_ON), tc("c", BEGIN), properties="<w:del/>"),
        tr(tc("", GO_ON), tc("d", GO_ON)),
    )
    assert [["a", "b"], ["a", "d"]] == cells(grid)


def test_a_row_that_is_hidden_is_in_and_noted():
    grid = grid_of(tr(tc("a"), properties="<w:hidden/>"))
    assert [["a"]] == cells(grid)
    assert (
        "plan.docx, table 1, row 1: words that Word hides were taken in; check whether they belong there.",
    ) == grid.notes


def test_a_row_that_is_deleted_is_left_out_and_one_that_is_inserted_is_in():
    grid = grid_of(
        tr(tc("a")), tr(tc("b"), properties="<w:del/>"), tr(tc("c"), properties="<w:ins/>"), tr(tc("d")), columns=1
    )
    assert [(1, ["a"]), (3, ["c"]), (4, ["d"])] == [(row, list(held)) for row, held in grid.rows]
    assert (
        "plan.docx, table 1 has 2 tracked changes, taken as shown: what is inserted is in and what is deleted is out; "
        "accept or reject them to be sure.",
        "plan.docx, table 1, row 2: a row that a tracked change deletes was left out; accept or reject the change.",
    ) == grid.notes


def test_a_cell_that_is_deleted_is_blank():
    grid = grid_of(tr(tc("a", "<w:cellDel/>"), tc("b", "<w:cellIns/>")))
    assert [["", "b"]] == cells(grid)
    assert "2 tracked changes" in grid.notes[0]


def test_a_table_that_is_deleted_whole_is_none():
    """What stood above it stands above the next one."""
    gone = tbl(tr(tc("a"), properties="<w:del/>"))
    (grid,) = read(document(p(r("Police")) + gone + p(r("Plan")) + tbl(tr(tc("b")))))
    assert ("table 2", ("Police", "Plan"), [["b"]]) == (grid.name, grid.above, cells(grid))


def test_each_table_of_the_body_is_a_grid_with_the_lines_between():
    body = (
        p(r("Plan"), properties='<w:pStyle w:val="Title"/>')
        + p()
        + p(r("Police"))
        + tbl(tr(tc("a" + tbl(tr(tc("inside"))))))
        + tbl(tr(tc("b")))
        + p(r("Health"))
        + tbl(tr(tc("c")))
        + p(r("The end"))
    )
    assert [("table 1", ("Plan", "Police")), ("table 2", ()), ("table 3", ("Health",))] == [
        (grid.name, grid.above) for grid in read(document(body))
    ]


def test_a_line_that_nobody_filled_in_stands_above_no_table():
    """The control ends where it ends."""
    body = p(r("Plan")) + sdt(p(r("Click here")), "<w:showingPlcHdr/>") + p(r("Police")) + tbl(tr(tc("a")))
    (grid,) = read(document(body))
    assert (("Plan", "Police"), [["a"]]) == (grid.above, cells(grid))


def test_of_the_lines_above_a_table_the_last_twenty_are_kept():
    (grid,) = read(document("".join(p(r(f"{nth}")) for nth in range(30)) + tbl(tr(tc("a")))))
    assert tuple(str(nth) for nth in range(10, 30)) == grid.above


def test_a_line_above_has_its_label_and_a_label_alone_is_no_line():
    body = item("Police") + item("") + item("Health") + tbl(tr(tc("a")))
    (grid,) = read(document(body, numbering=numbering(level(0, "decimal", "%1."))))
    assert ("1. Police", "3. Health") == grid.above


def test_a_document_without_a_table_has_no_grid():
    assert [] == read(document(p(r("Nothing"))))


# Colours


THEME = (
    '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:themeElements><a:clrScheme>'
    '<a:dk1><a:srgbClr val="000000"/></a:dk1>'
    '<a:lt1><a:sysClr val="window" lastClr="FFFFFF"/></a:lt1><a:accent6><a:srgbClr val="70AD47"/></a:accent6>'
    "</a:clrScheme></a:themeElements></a:theme>"
)


@pytest.mark.parametrize(
    ("shading", "expected"),
    [
        ('w:val="clear" w:fill="00b050"', "00B050"),
        ('w:val="clear" w:fill="auto"', None),
        ('w:val="clear" w:fill="FFFFFF"', None),
        ('w:val="nil" w:fill="00B050"', None),
        ('w:val="solid" w:color="FF0000" w:fill="auto"', "FF0000"),
        ('w:val="clear" w:color="FF0000" w:fill="red"', None),
        ('w:val="clear" w:fill="auto" w:themeFill="accent6"', "70AD47"),
        ('w:val="clear" w:themeFill="accent6" w:themeFillTint="33"', "E2EFDA"),
        ('w:val="clear" w:themeFill="accent6" w:themeFillShade="BF"', "548235"),
        ('w:val="clear" w:themeFill="background1"', None),
        ('w:val="clear" w:themeFill="accent9"', None),
    ],
)
def test_the_colour_of_a_cell_is_its_own_or_the_themes(shading: str, expected: str | None):
    """The tints and shades are those that Word's own palette shows for this theme, but for rounding."""
    grid = grid_of(tr(tc("a", f"<w:shd {shading}/>")), theme=THEME)
    cell = cells(grid)[0][0]
    found = cell.fill if isinstance(cell, Cell) else None
    assert (expected is None) == (found is None)
    if expected and found:
        assert all(abs(int(expected[at : at + 2], 16) - int(found[at : at + 2], 16)) <= 2 for at in (0, 2, 4))


def test_the_colour_of_words_is_none_of_the_cells():
    cell = cells(grid_of(tr(tc(p(r("a", '<w:color w:val="FF0000"/><w:shd w:fill="FF0000"/>'))))))[0][0]
    assert ("a", str) == (cell, type(cell))


# What a person should look at


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (p(f"<w:ins>{r('a')}</w:ins>"), " has 1 tracked change, taken as shown: what is inserted is in and what is "
         "deleted is out; accept or reject them to be sure."),
        (p(f"<w:ins>{r('a')}<w:del>{r('b')}</w:del></w:ins>", properties="<w:rPr><w:ins/></w:rPr>"), " has "
         "3 tracked changes, taken as shown: what is inserted is in and what is deleted is out; accept or reject them "
         "to be sure."),
        (p("<w:r><w:commentReference/></w:r>" * 2), " has 2 comments; comments are not taken in."),
        (p("<w:r><w:footnoteReference/></w:r>"), " refers to 1 footnote or endnote; they are not taken in."),
        (p(r("a", "<w:vanish/>")), ", row 1, column 1: words that Word hides were taken in; check whether they belong "
         "there."),
        (p(r("a", "<w:strike/>")), ", row 1, column 1: words that are struck through were taken in; check whether they "
         "still hold."),
        (p(r("a", '<w:rStyle w:val="Old"/>')), ", row 1, column 1: words that are struck through were taken in; check "
         "whether they still hold."),
        (tbl(tr(tc("a"))), ", row 1, column 1: a table inside was taken in as lines of words; check how they read."),
        (p("<w:r><w:drawing><pic:pic/></w:drawing></w:r>"), ", row 1, column 1: a picture was not taken in; write in "
         "words what it says."),
        (p(r("\uf8ff")), ", row 1, column 1: a symbol of a font that is not known was taken in as it is; write it in "
         "words."),
    ],
)  # fmt: skip
def test_what_words_cannot_show_is_a_note(content: str, expected: str):
    told = styles(
        '<w:style w:styleId="Old"><w:basedOn w:val="Older"/></w:style>',
        '<w:style w:styleId="Older"><w:rPr><w:dstrike/></w:rPr></w:style>',
    )
    assert ("plan.docx, table 1" + expected,) == notes(content, styles=told)


def test_what_is_shown_plainly_is_no_note():
    """A blank that is struck through, a switch that is off, and what the style says and the run takes back."""
    told = styles('<w:style w:styleId="Old"><w:rPr><w:strike/></w:rPr></w:style>')
    plain = p(r(" ", "<w:strike/>"), r("a", '<w:strike w:val="0"/><w:vanish w:val="false"/>'))
    taken_back = p(r("b", '<w:strike w:val="0"/>'), properties='<w:pStyle w:val="Old"/>')
    assert () == notes(plain, taken_back, styles=told)


def test_a_note_names_every_place_once_and_no_more_than_twenty():
    struck = tc(p(r("a", "<w:strike/>"), r("b", "<w:strike/>")))
    (note,) = grid_of(*[tr(tc("x"), struck)] * 22).notes
    assert note.startswith("plan.docx, table 1, row 1, column 2; row 2, column 2; ")
    assert "row 20, column 2; and 2 other places: words that are struck through" in note


def test_what_stands_above_a_table_is_noted_with_it():
    body = p(r("Old", "<w:strike/>"), "<w:r><w:commentReference/></w:r>") + tbl(tr(tc("a"))) + tbl(tr(tc("b")))
    first, second = read(document(body))
    assert (
        "plan.docx, table 1 has 1 comment; comments are not taken in.",
        "plan.docx, table 1, above it: words that are struck through were taken in; check whether they still hold.",
    ) == first.notes
    assert () == second.notes


def test_an_embedded_document_is_noted():
    (grid,) = read(document("<w:altChunk/>" + tbl(tr(tc("a")))))
    assert (
        "plan.docx, table 1 comes after 1 embedded document, not taken in; open the file in Word and save it anew.",
    ) == grid.notes
