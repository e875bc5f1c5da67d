"""`workbook.ods` says all that the workbook says, each value as what it is."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from lxml import etree
from python_calamine import CalamineWorkbook

from dhr_ledger import Entry, Ledger
from dhr_ledger.action import CreateAction
from dhr_ledger.example import load_example
from dhr_ledger.imports import read_plan
from dhr_ledger.legible import legible
from dhr_ledger.reconcile import reconcile
from dhr_ledger.review import AddSection, OpenReview
from dhr_ledger.status import Legend
from dhr_ledger.testing.strategies import everything, ledgers
from dhr_ledger.workbook import workbook
from dhr_ledger_odf import export_workbook
from dhr_ledger_odf.reading import read_ods
from dhr_ledger_odf.vocabulary import odf

PLAN = Path(__file__).parents[4] / "shared" / "plans" / "bdhr2012-13-04" / "plan.docx"
published = pytest.mark.skipif(not PLAN.exists(), reason="the plans of shared/ are not beside this checkout")
MADE_BY = f"dhr-ledger-odf {version('dhr-ledger-odf')}, workbook.ods"


def ods_of(entries: Iterable[Entry], **options: Any) -> bytes:
    out = io.BytesIO()
    export_workbook(entries, out, **options)
    return out.getvalue()


@cache
def example() -> tuple[Entry, ...]:
    with load_example() as ledger:
        return tuple(ledger.entries())


def part(data: bytes, name: str = "content") -> etree._Element:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(f"{name}.xml"), etree.XMLParser(huge_tree=True))


# What calamine, which did not write it, reads back


def sheets(data: bytes) -> dict[str, list[list[object]]]:
    """The values of each sheet: text, dates and numbers; a blank cell is blank text."""
    opened = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: opened.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in opened.sheet_names}


def shown(value: object) -> object:
    """A value as a spreadsheet holds it: what is none is blank, numbers are of one kind, texts are legible."""
    match value:
        case None:
            return ""
        case str():
            return "\n".join(line for line in legible(value).split("\n"))
        case int():
            return float(value)
        case _:
            return value


def expected_sheets(entries: Iterable[Entry]) -> dict[str, list[list[object]]]:
    return {
        sheet.name: [[column.heading for column in sheet.columns], *([*map(shown, row)] for row in sheet.rows)]
        for sheet in workbook(entries).sheets
    }


def without_cover(data: bytes) -> dict[str, list[list[object]]]:
    return {name: rows for name, rows in sheets(data).items() if name != "About"}


@pytest.mark.parametrize("entries", [example(), everything()], ids=["example", "everything"])
def test_every_value_is_read_back_as_what_it_is(entries):
    """A text is a text, a date a date, a number a number."""
    assert expected_sheets(entries) == without_cover(ods_of(entries))


@published
def test_every_value_of_a_published_plan_is_read_back():
    with Ledger(clock=lambda: datetime(2015, 2, 5, 11, tzinfo=UTC)) as ledger:
        ledger.record(*reconcile(read_plan(PLAN), ledger).commands, by="DHR coordinator")
        entries = list(ledger.entries())
    assert 88 == len(expected_sheets(entries)["Plan"])
    assert expected_sheets(entries) == without_cover(ods_of(entries))


@given(ledgers())
def test_every_sheet_is_one_table_from_its_first_cell(entries):
    """No cells are merged, no row is blank, and there are as many rows as there is to say."""
    content = part(ods_of(entries))
    assert not list(content.iter(odf("table:covered-table-cell")))
    for table, sheet in zip(list(content.iter(odf("table:table")))[1:], workbook(entries).sheets, strict=True):
        rows = list(table.iter(odf("table:table-row")))
        assert (sheet.name, len(sheet.rows) + 1) == (table.get(odf("table:name")), len(rows))
        assert {len(sheet.columns)} == {len(row) for row in rows}


# The cover


def test_the_cover_says_what_it_is_and_lists_the_sheets():
    told = workbook(example(), made_by=MADE_BY)
    cover = [
        [cell for cell in row if cell != ""]
        for row in sheets(ods_of(example(), marking="Official", audience="public"))["About"]
    ]
    assert [
        *([told.title], [told.subtitle], ["Protective marking", "OFFICIAL"], *map(list, told.facts)),
        ["Shown to", "public"],
        ["Actions"],
        *([name.capitalize(), float(number)] for name, number in told.counts),
        ["How to read it"],
        *([line] for line in told.how_to_read),
        *(["Sheets"], ["Sheet", "What it shows", "Rows"]),
        *([sheet.name, sheet.about, float(len(sheet.rows))] for sheet in told.sheets),
    ] == cover


def test_the_name_of_a_sheet_on_the_cover_leads_there():
    links = [link.get("{http://www.w3.org/1999/xlink}href") for link in part(ods_of(example())).iter(odf("text:a"))]
    assert [f"#'{sheet.name}'.A1" for sheet in workbook(example()).sheets] == links


def test_the_marking_stands_at_the_top_and_the_bottom_of_every_printed_page():
    page = part(ods_of(example(), marking="official"), "styles").find(f".//{odf('style:master-page')}")
    assert ["OFFICIAL", "OFFICIAL · Sheet · Page 1 of 1"] == ["".join(side.itertext()) for side in page]


def test_a_line_of_how_to_read_it_wraps():
    """Else it is printed over the edge of the page, onto one of its own."""
    data = ods_of(example())
    styles = {style.get(odf("style:name")): style for style in part(data, "styles").iter(odf("style:style"))}
    cells = {"".join(cell.itertext()): cell for cell in part(data).iter(odf("table:table-cell"))}
    for line in workbook(example()).how_to_read:
        look = styles[cells[line].get(odf("table:style-name"))].find(odf("style:table-cell-properties"))
        assert "wrap" == look.get(odf("fo:wrap-option"))


def test_a_sheet_is_one_page_wide_and_two_where_its_letters_would_be_too_small():
    data = ods_of(example())
    styles, content = part(data, "styles"), part(data)
    layouts = {page.get(odf("style:name")): page[0] for page in styles.iter(odf("style:page-layout"))}
    masters = {
        page.get(odf("style:name")): layouts[page.get(odf("style:page-layout-name"))]
        for page in styles.iter(odf("style:master-page"))
    }
    pages = {
        style.get(odf("style:name")): masters[style.get(odf("style:master-page-name"))]
        for style in content.iter(odf("style:style"))
        if style.get(odf("style:family")) == "table"
    }
    across = {
        table.get(odf("table:name")): [
            pages[table.get(odf("table:style-name"))].get(odf(f"style:{name}"))
            for name in ("scale-to-X", "scale-to-Y", "print-orientation")
        ]
        for table in content.iter(odf("table:table"))
    }
    one, two = ["1", None, "landscape"], ["2", None, "landscape"]
    assert {"About": one, "Plan": two, "Updates": one, "Moved dates": one, "Entries": one} == across


# How it stands there


def test_every_sheet_may_be_filtered_and_its_headings_stay():
    data = ods_of(example())
    ranges = [
        (
            found.get(odf("table:target-range-address")),
            found.get(odf("table:display-filter-buttons")),
            found.get(odf("table:contains-header")),
        )
        for found in part(data).iter(odf("table:database-range"))
    ]
    assert [
        ("'Plan'.A1:'Plan'.U49", "true", "true"),
        ("'Updates'.A1:'Updates'.G79", "true", "true"),
        ("'Moved dates'.A1:'Moved dates'.I27", "true", "true"),
        ("'Entries'.A1:'Entries'.H299", "true", "true"),
    ] == ranges
    config = "{urn:oasis:names:tc:opendocument:xmlns:config:1.0}"
    settings = part(data, "settings")
    for sheet in workbook(example()).sheets:
        [entry] = settings.iterfind(f".//{config}config-item-map-entry[@{config}name='{sheet.name}']")
        said = {item.get(f"{config}name"): item.text for item in entry}
        assert ("2", "1") == (said["VerticalSplitMode"], said["VerticalSplitPosition"])
    assert "About" == settings.findtext(f".//{config}config-item[@{config}name='ActiveTable']")


def test_a_date_is_a_date_and_shown_day_first():
    found = [cell for cell in part(ods_of(example())).iter(odf("table:table-cell")) if kind(cell) == "date"]
    assert {"Date"} == {cell.get(odf("table:style-name")) for cell in found}
    for cell in found:
        day = date.fromisoformat(cell.get(odf("office:date-value")))
        assert f"{day:%d/%m/%Y}" == "".join(cell.itertext())


def kind(cell: etree._Element) -> str | None:
    return cell.get(odf("office:value-type"))


def test_the_format_of_a_text_keeps_it_a_text():
    """Else a cell that is edited may become a date: "Mar-14" would."""
    styles = part(ods_of(example()), "styles")
    formats = {
        style.get(odf("style:name")): style.get(odf("style:data-style-name"))
        for style in styles.iter(odf("style:style"))
        if style.get(odf("style:family")) == "table-cell"
    }
    texts = [cell for cell in part(ods_of(example())).iter(odf("table:table-cell")) if kind(cell) in ("string", None)]
    assert {"As_20_text"} == {formats[cell.get(odf("table:style-name"))] for cell in texts}


def test_a_status_is_tinted_by_what_it_was_understood_as():
    """And a status that is blank is not: its colour would say what nobody said."""
    [plan] = [grid for grid in read_ods(io.BytesIO(ods_of(example())), "plan.ods") if grid.name == "Plan"]
    headings, *rows = [cells for _, cells in plan.rows]
    fills: dict[str, set[str | None]] = {}
    for cells in rows:
        status, understood = cells[headings.index("Status")], cells[headings.index("Understood as")]
        fills.setdefault(str(understood), set()).add(understood.fill)
        assert getattr(status, "fill", None) == (understood.fill if status.strip() else None)
    assert {"DCEFE3"} == fills["complete"]
    assert {"F5E3EF"} == fills["unknown"]
    assert {1} == {len(each) for each in fills.values()}


def test_a_printed_status_is_tinted_by_what_the_legend_of_the_plan_says():
    """Even where its word means something else in most."""
    with Ledger(clock=lambda: datetime(2015, 2, 5, 11, tzinfo=UTC)) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review", legend=Legend.model_validate({"paused": "complete"})),
            AddSection(section="DHR7:WMP", heading="Police"),
            CreateAction(action="DHR7:WMP:1", text="Train", status="paused"),
            by="DHR coordinator",
        )
        [plan] = [grid for grid in read_ods(io.BytesIO(ods_of(ledger.entries())), "plan.ods") if grid.name == "Plan"]
    [_, (_, cells)] = plan.rows
    assert [("paused", "DCEFE3"), ("complete", "DCEFE3")] == [(str(cell), cell.fill) for cell in cells[16:18]]


# The way back


@pytest.mark.parametrize("options", [{}, {"marking": "official", "audience": "panel"}])
def test_handed_in_unedited_it_proposes_nothing(options, tmp_path):
    (tmp_path / "plan.ods").write_bytes(ods_of(example(), **options))
    with load_example() as ledger:
        proposal = reconcile(read_plan(tmp_path / "plan.ods", ledger=ledger), ledger)
    assert ((), [], [], [], [], 48) == (
        *(proposal.commands, proposal.new, proposal.missing, proposal.conflicts, proposal.not_understood),
        len(proposal.unchanged),
    )
