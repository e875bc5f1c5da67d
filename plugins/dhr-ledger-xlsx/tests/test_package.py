"""The parts of a workbook: how they are found, how much they may hold, and what is refused."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports.grid import Grid
from dhr_ledger.plugins import installed
from dhr_ledger.testing import check_importer
from dhr_ledger_xlsx.reading import read_xlsx
from dhr_ledger_xlsx.sheet import letters

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"


def relationships(*targets: tuple[str, str]) -> str:
    told = "".join(
        f'<Relationship Id="r{nth}" Type="{KINDS}/{kind}" Target="{target}"/>'
        for nth, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{RELATED}">{told}</Relationships>'


def parts_of(
    data: str = "", after: str = "", *, strings: str = "", styles: str = "", before: str = ""
) -> dict[str, str]:
    """The parts of a workbook of one sheet, Police, with what stands in it, and *before* and *after* its data."""
    return {
        "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{KINDS}"><sheets>'
        '<sheet name="Police" sheetId="1" r:id="r0"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relationships(
            ("worksheet", "sheet.xml"), ("sharedStrings", "strings.xml"), ("styles", "styles.xml")
        ),
        "xl/sheet.xml": f'<worksheet xmlns="{MAIN}">{before}<sheetData>{data}</sheetData>{after}</worksheet>',
        "xl/strings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }


def packed(parts: dict[str, str] | dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def raw(data: str = "", after: str = "", **more: str) -> bytes:
    return packed(parts_of(data, after, **more))


def inline(place: str, words: str, more: str = "") -> str:
    return f'<c r="{place}" t="inlineStr" {more}><is><t>{words}</t></is></c>'


def row(number: int, *cells: str, more: str = "") -> str:
    return f'<row r="{number}" {more}>{"".join(cells)}</row>'


def read(data: bytes, name: str = "plan.xlsx") -> list[Grid]:
    return list(read_xlsx(io.BytesIO(data), name))


def sheet(data: bytes) -> Grid:
    (grid,) = read(data)
    return grid


def only_cell(data: bytes) -> str:
    """The only cell of the only row of the only sheet."""
    ((_, (cell,)),) = sheet(data).rows
    return cell


def refusal(data: bytes, name: str = "plan.xlsx") -> str:
    """The one reason for which *data* is refused."""
    with pytest.raises(ImportRefused) as refused:
        read(data, name)
    (fault,) = refused.value.faults
    return fault


# What is found

STYLE = '<numFmts><numFmt numFmtId="164" formatCode="{}"/></numFmts><cellXfs><xf/><xf numFmtId="164"/></cellXfs>'


def test_a_workbook_in_strict_open_xml_is_read():
    parts = parts_of(row(1, '<c r="A1" s="1" t="d"><v>2014-03-31T00:00:00</v></c>'), styles=STYLE.format("dd/mm/yyyy"))
    strict = {
        name: text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
            KINDS, "http://purl.oclc.org/ooxml/officeDocument/relationships"
        )
        for name, text in parts.items()
    }
    assert "31/03/2014" == only_cell(packed(strict))


def test_a_date_that_is_written_as_a_date_is_that_date_from_whenever_days_are_counted():
    parts = parts_of(row(1, '<c r="A1" s="1" t="d"><v>2014-03-31</v></c>'), styles=STYLE.format("d mmmm yyyy"))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    assert "31 March 2014" == only_cell(packed(parts))


def test_the_names_of_parts_are_compared_as_excel_does():
    """Without regard to case, and wherever they say they are."""
    parts = parts_of(row(1, inline("A1", "a")))
    parts["xl\\SHEET.xml"] = parts.pop("xl/sheet.xml")
    parts["_rels/.rels"] = relationships(("officeDocument", "/XL/workbook.xml"))
    assert "a" == only_cell(packed(parts))


def test_a_chart_sheet_is_left_out_and_noted():
    with xlsxwriter.Workbook(out := io.BytesIO()) as workbook:
        workbook.add_worksheet("Police").write("A1", 1)
        chart = workbook.add_chart({"type": "column"})
        chart.add_series({"values": "=Police!$A$1:$A$1"})
        workbook.add_chartsheet("Progress").set_chart(chart)
    grid = sheet(out.getvalue())
    assert "Police" == grid.name
    assert ("plan.xlsx, Progress is no sheet of cells, but a chartsheet, and was not taken in.",) == grid.notes


def test_macros_and_links_to_other_files_are_noted():
    parts = parts_of(row(1, inline("A1", "a")))
    parts["xl/_rels/workbook.xml.rels"] = relationships(
        ("worksheet", "sheet.xml"),
        ("vbaProject", "vbaProject.bin"),
        ("externalLink", "a.xml"),
        ("externalLink", "b.xml"),
    )
    assert (
        "plan.xlsx holds macros; they were not looked at.",
        "plan.xlsx has links to 2 other files; they were not followed.",
    ) == sheet(packed(parts)).notes


# What is refused


def many(count: int, element: str) -> str:
    return element * count


UTF_7 = b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE d SYSTEM "a"+AD4-<d/>'
LAUGHS = '<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE s [<!ENTITY a SYSTEM "file.txt">]>'


def with_sheet(text: str | bytes) -> bytes:
    return packed({**parts_of(), "xl/sheet.xml": text})


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "is not an Excel workbook (.xlsx), or is damaged"),
    "a table of commas": (lambda: b"Ref,Action\r\n1,Train\r\n", "it begins with b'Ref,Acti'"),
    "a password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "has a password, or is in the format of"),
    "cut off": (lambda: raw()[:-40], "is damaged: its end is missing"),
    "another archive": (lambda: packed({"a.txt": "a"}), "it has no part '_rels/.rels'; is its ending right?"),
    "a document": (
        lambda: packed({**parts_of(), "xl/workbook.xml": "<w:document xmlns:w='urn:w'/>"}),
        "is no Excel workbook (.xlsx), but a 'document'",
    ),
    "a binary workbook": (
        lambda: packed({"_rels/.rels": relationships(("officeDocument", "xl/workbook.bin")), "xl/workbook.bin": "a"}),
        "is a binary workbook (.xlsb) inside",
    ),
    "no workbook": (lambda: packed({"_rels/.rels": relationships()}), "it has no part that lists its sheets"),
    "no sheet": (
        lambda: packed({**parts_of(), "xl/workbook.xml": f'<workbook xmlns="{MAIN}"/>'}),
        "plan.xlsx has no sheet of cells; is it the action plan?",
    ),
    "a sheet that is not there": (
        lambda: packed({name: text for name, text in parts_of().items() if name != "xl/sheet.xml"}),
        "is damaged: it has no part 'xl/sheet.xml'",
    ),
    "a sheet twice": (
        lambda: packed(
            {
                name: text.replace("</sheets>", '<sheet name="Again" r:id="r0"/></sheets>')
                for name, text in parts_of().items()
            }
        ),
        "is damaged: its sheet 'Again' is not in it",
    ),
    "no XML": (lambda: with_sheet("<a>"), "is damaged: its part 'xl/sheet.xml' cannot be read"),
    "an encoding that hides": (lambda: with_sheet(UTF_7), "is damaged: its part 'xl/sheet.xml' cannot be read"),
    "UTF-16": (lambda: with_sheet("<a/>".encode("utf-16")), "is not in UTF-8"),
    "entities": (lambda: with_sheet(f"{LAUGHS}<s>&b;</s>"), "declares a document type"),
    "a file outside": (lambda: with_sheet(f"{OUTSIDE}<s>&a;</s>"), "declares a document type"),
    "entities in UTF-16": (lambda: with_sheet(f"{LAUGHS}<s>&b;</s>".encode("utf-16")), "declares a document type"),
    "words that are not there": (
        lambda: raw(row(1, '<c r="A1" t="s"><v>7</v></c>')),
        "is damaged: the words of Police, A1 are not in it",
    ),
    "a column too far": (lambda: raw(row(1, inline("XFE1", "a"))), "has a cell 'XFE1', and no sheet has"),
    "a row too far": (lambda: raw(row(1_000_000_000, inline("A1", "a"))), "has a row '1000000000', and no sheet has"),
    "words far out": (
        lambda: raw(row(1, inline("XFD1", "a")) + "".join(row(n, inline("A1", "a")) for n in range(2, 40))),
        "has words as far as row 39 and column XFD of Police, more than any plan; save only the plan and import that.",
    ),
    "a cell of a million characters": (
        lambda: raw(row(1, inline("B1", "a" * 1_000_001))),
        "has 1,000,001 characters in one cell (Police, B1)",
    ),
    "words over and over": (
        lambda: raw(
            "".join(row(n, '<c t="s"><v>0</v></c>') for n in range(1, 60)), strings=f"<si><t>{'a' * 900_000}</t></si>"
        ),
        "has more than 40,000,000 characters",
    ),
    "cells merged over and over": (
        lambda: raw(row(1, inline("A1", "a")) + row(9999, ""), many(99, '<mergeCell ref="A1:A9999"/>')),
        "has more than 500,000 cells",
    ),
    "deep": (lambda: raw(many(300, "<a>") + many(300, "</a>")), "has elements more than 256 deep"),
    "a long tag": (lambda: raw(f'<row a="{"a" * 1_200_000}"/>'), "has a tag of more than 1,000,000 bytes"),
    "much markup": (lambda: raw(many(2_500_000, "<c/>")), "has 2,500,0"),
    "much markup in several parts": (
        lambda: raw(many(1_250_000, "<c/>"), strings=many(1_250_000, "<a/>")),
        "has 2,500,0",
    ),
    "many styles": (lambda: raw(styles=many(1_000_001, "<xf/>")), "of them in its part 'xl/styles.xml'"),
    "a bomb": (lambda: raw(row(1, inline("A1", "a" * 70_000_000))), "unpacks to 70,"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_plan_is_refused_with_the_cure(what: str):
    make, expected = REFUSED[what]
    said = refusal(make())
    assert expected in said
    assert said.startswith("plan.xlsx")


def test_a_size_that_a_sheet_only_says_it_has_costs_nothing():
    data = raw(row(1, inline("A1", "a")), before='<dimension ref="A1:XFD1048576"/>')
    assert "a" == only_cell(data)


WITHIN = 500
"""Megabytes."""

HEAVY = {
    "a million empty cells": lambda: raw(
        "".join(row(n, many(100, '<c r="A1" s="1"/>')) for n in range(1, 10_001)) + row(10_001, inline("A10001", "a"))
    ),
    "a cell of 59 MB": lambda: raw(row(1, inline("A1", "a" * 59_000_000))),
    "half a million cells merged": lambda: raw(
        row(1, inline("A1", "a")) + row(450_000, ""), '<mergeCell ref="A1:A1048576"/>'
    ),
    "half a million strings": lambda: raw(strings=many(500_000, "<si><t>a</t></si>")),
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says how much memory there was at most")
@pytest.mark.parametrize("what", HEAVY)
def test_the_heaviest_workbooks_are_read_or_refused_in_half_a_gigabyte(what: str, tmp_path: Path):
    (tmp_path / "plan.xlsx").write_bytes(HEAVY[what]())
    told = (
        "import sys\nfrom dhr_ledger.errors import ImportRefused\nfrom dhr_ledger_xlsx.reading import read_xlsx\n"
        "try: read_xlsx(open(sys.argv[1], 'rb'), 'plan.xlsx')\n"
        "except ImportRefused: pass\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    asked = [sys.executable, "-c", told, str(tmp_path / "plan.xlsx")]
    most = int(subprocess.run(asked, capture_output=True, check=True, text=True, timeout=120).stdout) // 1024
    assert most < WITHIN


# The contract

SAMPLE = raw(
    row(1, inline("A1", "Police")) + row(2, '<c r="A2" t="s"><v>0</v></c><c r="B2" s="1"><v>41729</v></c>'),
    '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>',
    strings="<si><r><rPr><strike/></rPr><t>Ref</t></r></si>",
    styles=STYLE.format("dd/mm/yyyy"),
)


def test_reading_a_workbook_keeps_the_contract():
    workbook = openpyxl.Workbook()
    workbook.active.append(["Ref", "Action"])
    workbook.active.append([1, "Train"])
    workbook.save(saved := io.BytesIO())
    check_importer(read_xlsx, SAMPLE, saved.getvalue())


@given(st.data())
def test_damage_inside_a_workbook_is_read_or_refused(data: st.DataObject):
    """A workbook of which a byte is lost or changed rarely is an archive any more; its parts are damaged alone."""
    with zipfile.ZipFile(io.BytesIO(SAMPLE)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    text = parts[name]
    at, length = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 9))
    instead = data.draw(st.one_of(st.binary(max_size=4), st.sampled_from([b"9" * 20, b"-1", b'"', b"A", b"<c>"])))
    damaged = {**parts, name: text[:at] + instead + text[at + length :]}
    with suppress(ImportRefused):
        assert all(isinstance(cell, str) for grid in read(packed(damaged)) for _, row in grid.rows for cell in row)


def test_both_endings_are_read_by_the_door_of_this_plugin():
    importers = installed().importers
    assert (read_xlsx, read_xlsx) == (importers[".xlsx"].function, importers[".xlsm"].function)


def test_nobody_waits_for_a_library_of_spreadsheets():
    told = "import sys, dhr_ledger_xlsx; print({'openpyxl', 'xlsxwriter', 'dhr_ledger_xlsx.sheet'} & set(sys.modules))"
    asked = subprocess.run([sys.executable, "-c", told], capture_output=True, check=True, text=True)
    assert "set()" == asked.stdout.strip()


@pytest.mark.parametrize(("column", "expected"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (16_384, "XFD")])
def test_a_column_is_named_as_excel_names_it(column: int, expected: str):
    assert expected == letters(column) == openpyxl.utils.get_column_letter(column)
