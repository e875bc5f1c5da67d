"""The archive around the words of a Word document: its parts, how much it may hold, and what is refused."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports.grid import Grid
from dhr_ledger.plugins import installed
from dhr_ledger.testing import check_importer
from dhr_ledger_docx.reading import read_docx

KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = f'xmlns:w="{WORDS}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def document(
    body: str = "", raw: bytes | None = None, more: dict[str, str | bytes] | None = None, **parts: str
) -> bytes:
    """A Word document of this *body*, or of the *raw* bytes of its text, with its `styles` and `custom` properties."""
    custom = {"custom-properties": "docProps/custom.xml"} if "custom" in parts else {}
    files = {
        "_rels/.rels": relationships({"officeDocument": "word/document.xml"} | custom),
        "word/_rels/document.xml.rels": relationships({part: f"{part}.xml" for part in parts if part != "custom"}),
        "word/document.xml": raw or f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
        **{f"{'docProps' if part == 'custom' else 'word'}/{part}.xml": text for part, text in parts.items()},
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in files.items():
            archive.writestr(part, text)
    return out.getvalue()


def relationships(targets: dict[str, str]) -> str:
    told = "".join(
        f'<Relationship Id="{kind}" Type="{KINDS}/{kind}" Target="{target}"/>' for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{RELATED}">{told}</Relationships>'


def p(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def tc(content: str = "", properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content if '<w:' in content else p(content)}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str, columns: int = 0) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def read(data: bytes, name: str = "plan.docx") -> list[Grid]:
    return list(read_docx(io.BytesIO(data), name))


def cells(grid: Grid) -> list[list[str]]:
    return [list(row) for _, row in grid.rows]


def refusal(data: bytes) -> str:
    """The one reason for which *data* is refused."""
    with pytest.raises(ImportRefused) as refused:
        read(data)
    (fault,) = refused.value.faults
    return fault


ROW = tr(tc("a"))


def test_macros_are_noted_and_not_looked_at():
    first, second = read(document(tbl(ROW) * 2, more={"word/vbaProject.bin": b"Sub AutoOpen()"}), "plan.docm")
    assert (("plan.docm holds macros; they were not looked at.",), ()) == (first.notes, second.notes)


@pytest.mark.parametrize(
    ("value", "expected"), [("412", 412), ("-1", None), ("", None), ("9" * 5000, None), ("x", None)]
)
def test_the_head_that_a_document_was_made_from_is_told(value: str, expected: int | None):
    custom = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties">'
        '<property name="other"><i4>7</i4></property>'
        f'<property name="dhr-ledger-head"><i4>{value}</i4></property></Properties>'
    )
    (grid,) = read(document(tbl(ROW), custom=custom))
    assert expected == grid.made_from


def test_a_document_in_strict_open_xml_is_read():
    strict = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
    (grid,) = read(document(raw=f"<w:document {strict}><w:body>{tbl(ROW)}</w:body></w:document>".encode()))
    assert [["a"]] == cells(grid)


def test_what_an_older_word_is_shown_instead_is_no_second_table():
    choice = f"<mc:Choice>{tbl(tr(tc('a')))}</mc:Choice><mc:Fallback>{p('b')}{tbl(tr(tc('b')))}</mc:Fallback>"
    (grid,) = read(document(f"<mc:AlternateContent>{choice}</mc:AlternateContent>"))
    assert [["a"]] == cells(grid)


# What is no document


FULL = p("Plan") + tbl(
    tr(tc("<w:sdt><w:sdtContent><w:p/></w:sdtContent></w:sdt>", '<w:vMerge w:val="restart"/>'), tc("b")),
    tr(tc("", "<w:vMerge/>"), tc("c", '<w:gridSpan w:val="12"/>'), properties='<w:gridBefore w:val="1"/>'),
    tr(tc('<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:sym w:char="F0FC"/></w:r></w:p>'), properties="<w:del/>"),
)


def test_reading_keeps_the_contract():
    check_importer(read_docx, document(tbl(ROW)), document(FULL, styles=f"<w:styles {NAMES}/>"))


def read_text(file: BinaryIO, name: str) -> list[Grid]:
    """A document of which *file* is the text."""
    return read_docx(io.BytesIO(document(raw=file.read())), name)


def test_reading_a_damaged_text_keeps_the_contract():
    """A document of which a byte is lost or changed rarely is an archive any more; its text is damaged by itself."""
    check_importer(read_text, f"<w:document {NAMES}><w:body>{FULL}</w:body></w:document>".encode())


ELEMENTS = [
    "w:p", "w:r", "w:t", "w:tbl", "w:tr", "w:tc", "w:sdt",
    "w:sdtPr", "w:sdtContent", "w:showingPlcHdr", "w:pPr", "w:rPr", "w:trPr", "w:tcPr",
    "w:ins", "w:del", "w:br", "w:moveTo", "w:strike", "w:vMerge", "w:gridSpan",
    "w:shd", "w:fldChar", "w:sym", "mc:AlternateContent", "mc:Choice", "mc:Fallback", "w:tblGrid",
]  # fmt: skip
NESTED = st.recursive(
    st.just("<w:t>a</w:t>"),
    lambda inside: st.builds(
        lambda name, val, parts: f'<{name} w:val="{val}" w:fldCharType="{val}">{"".join(parts)}</{name}>',
        st.sampled_from(ELEMENTS),
        st.sampled_from(["restart", "", "2", "begin", "separate", "end", "0"]),
        st.lists(inside, max_size=4),
    ),
    max_leaves=30,
)


@given(st.lists(NESTED, max_size=4).map("".join), st.booleans())
def test_elements_in_any_order_make_rows_of_one_width(inside: str, bare: bool):
    """No schema is kept by every program that writes documents."""
    body = inside if bare else tbl(tr(tc("a"), inside), inside, tr(tc(f"<w:p>{inside}</w:p>")), columns=2)
    for grid in read(document(body)):
        assert len({len(row) for _, row in grid.rows}) <= 1
        assert all(isinstance(cell, str) for row in cells(grid) for cell in row)


UTF_7 = b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE d SYSTEM "/etc/hostname"+AD4-<d/>'
ENTITIES = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d>&b;</d>'
NO_PLAN: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "is not a Word document (.docx), or is damaged"),
    "a password": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 64,
        "has a password, or is in the format of Office 97",
    ),
    "cut off": (lambda: document(tbl(ROW))[:-40], "is damaged: its end is missing"),
    "no XML": (lambda: document(raw=b"<w:document"), "its part 'word/document.xml' cannot be read"),
    "a workbook": (lambda: document(raw=b'<workbook xmlns="x"/>'), "its text begins with '{x}workbook'"),
    "UTF-16": (lambda: document(raw=f"<w:document {NAMES}/>".encode("utf-16")), "is not in UTF-8"),
    "entities": (lambda: document(raw=ENTITIES), "declares a document type"),
    "entities in hiding": (lambda: document(raw=UTF_7), "cannot be read"),
    "damaged styles": (lambda: document(tbl(ROW), styles="<w:styles"), "its part 'word/styles.xml' cannot be read"),
    "a wide cell": (lambda: document(tbl(tr(tc("", '<w:gridSpan w:val="100000"/>')))), "has 100,000 columns"),
    "a late cell": (
        lambda: document(tbl(tr(tc("a"), properties='<w:gridBefore w:val="300"/>'))),
        "has 300 columns in table 1",
    ),
    "wide cells": (
        lambda: document(tbl(tr(*[tc("a", '<w:gridSpan w:val="200"/>')] * 2))),
        "has 400 columns in table 1",
    ),
    "a wide table": (lambda: document(tbl(ROW, columns=300)), "has 300 columns in table 1"),
    "rows": (lambda: document(tbl("<w:tr/>" * 20_001)), "has more than 20,000 rows in table 1"),
    "paragraphs": (lambda: document("<w:p/>" * 200_001), "has more than 200,000 paragraphs"),
    "elements": (lambda: document("<w:x/>" * 1_500_001), "has 1,500,003 elements"),
    "attributes": (
        lambda: document("<w:x " + " ".join(f'a{nth}=""' for nth in range(600_000)) + "/>"),
        "elements and attributes in one row",
    ),
    "a large row": (lambda: document(tbl(tr(tc("<w:r/>" * 700_000)))), "elements and attributes in one row"),
    "large styles": (
        lambda: document(tbl(ROW), styles=f"<w:styles {NAMES}>{'<w:x/>' * 500_001}</w:styles>"),
        "elements and attributes in its part 'word/styles.xml'",
    ),
    "a long cell": (lambda: document(tbl(tr(tc("a" * 1_000_001)))), "column 1: the cell is 1,000,001 characters long"),
    "a text without end": (lambda: document(tbl(tr(tc("a" * 30_000_000)))), "cannot be read"),
    "a bomb": (lambda: document(tbl(tr(tc("a" * 70_000_000)))), "unpacks to 70,"),
    "runs in runs": (lambda: document("<w:r>" * 300 + "</w:r>" * 300), "Excessive depth"),
    "tables in tables": (
        lambda: document("<w:tbl><w:tr><w:tc>" * 100 + "</w:tc></w:tr></w:tbl>" * 100),
        "Excessive depth",
    ),
}


@pytest.mark.parametrize("what", NO_PLAN)
def test_what_is_no_plan_is_refused_with_the_reason(what: str):
    make, reason = NO_PLAN[what]
    assert reason in refusal(make())


def test_a_document_that_does_not_say_which_part_is_its_text_is_refused():
    assert "has no part that is its text; is its ending right?" in refusal(
        document(more={"_rels/.rels": relationships({})})
    )


def test_tables_as_deep_as_xml_may_be_are_read():
    depth = 60
    (grid,) = read(document("<w:tbl><w:tr><w:tc>" * depth + p("deep") + "</w:tc></w:tr></w:tbl>" * depth))
    assert [["deep"]] == cells(grid)


def test_a_large_table_is_read_whole():
    """It has more elements than are held at once: each row lets the one before go."""
    (grid,) = read(document(tbl(tr(*[tc("a")] * 6) * 9_000)))
    assert (9_000, {"a"}) == (len(list(grid.rows)), {cell for row in cells(grid) for cell in row})


def test_both_endings_come_in_by_their_door():
    importers = installed().importers
    assert (read_docx, read_docx) == (importers[".docx"].function, importers[".docm"].function)


def test_nobody_waits_for_lxml_who_reads_no_word():
    told = "import sys, dhr_ledger_docx; print('lxml' in sys.modules or 'docx' in sys.modules)"
    asked = subprocess.run([sys.executable, "-c", told], capture_output=True, check=True, text=True)
    assert "False" == asked.stdout.strip()
