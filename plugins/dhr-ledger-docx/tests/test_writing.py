"""`home-office.docx` keeps the contract of an exporter, says all that the plan says, and opens whatever a cell says."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree
from openxml_audit import OpenXmlValidator

from dhr_ledger import Entry, Ledger, export
from dhr_ledger.action import CreateAction, RecordProgress, ReviseTargetDate
from dhr_ledger.errors import BadOption, ImportRefused
from dhr_ledger.example import load_example
from dhr_ledger.home_office import HomeOfficePlan, Line, home_office_plan
from dhr_ledger.imports import read_plan
from dhr_ledger.legible import illegible, legible
from dhr_ledger.reconcile import reconcile
from dhr_ledger.review import AddSection, MakeRecommendation, OpenReview
from dhr_ledger.testing import check_exporter
from dhr_ledger.testing.strategies import everything
from dhr_ledger_docx import export_home_office
from dhr_ledger_docx.look import PAPERS
from dhr_ledger_docx.names import VAL, w
from dhr_ledger_docx.reading import read_docx

PLAN = Path(__file__).parents[4] / "shared" / "plans" / "bdhr2012-13-04"
published = pytest.mark.skipif(not PLAN.is_dir(), reason="the published plans are kept beside the checkout")
HOSTILE = (
    '=HYPERLINK("https://example.org","click")',
    "-2+3+cmd|' /C calc'!A0",
    "<w:p><w:r><w:t>&amp;&#0;]]></w:t></w:r></w:p><!-- --><?xml?>",
    "\x00\x01\x0b\x0c\x1f\x7f\x85 control characters",
    "\uf0b7 from Word \uf0fc",
    "\ue000\U0010fffd\ufffe\uffff\ufdd0 private use",
    "\u202eturned and not closed",
    "closed \u202c and never opened, \u200f with a mark",
    "Ŵyn Ŷnys · Ιωάννα · Юлия · Nguyễn Đỗ · محمد فاطمة · שרה · ਗੁਰਪ੍ਰੀਤ · பட்டேல் · สมชาย",
    "Անի · 王小明 · さくら · 김민지 · ሰላም",
    "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 ✅ 🇬🇧",
    "two\r\nlines, a\ttab,  two spaces and\u00a0one that holds\n\n- a list\n- of two ",
    "unbreakable" * 400,
)
LONG = ("A cell that somebody has pasted a whole report into. " * 2000)[:100_000]
SOFFICE = pytest.mark.skipif(not shutil.which("soffice"), reason="there is no LibreOffice here to open it with")


def docx_of(entries: Iterable[Entry], **options: Any) -> bytes:
    out = io.BytesIO()
    export_home_office(entries, out, **options)
    return out.getvalue()


def ledger_of(*cells: str) -> list[Entry]:
    """A plan in which each of *cells* is an action, a report of progress, and the reason for another target date."""
    with Ledger(clock=lambda: datetime(2014, 2, 27, 14, 5, 30, 250, tzinfo=UTC)) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review of <DHR7>", partnership="Northshire & <CSP>"),
            AddSection(section="DHR7:WMP", heading="West & Police"),
            AddSection(section="DHR7:EY", heading="Early Years"),
            MakeRecommendation(recommendation="DHR7:WMP:R1", text="Learn from it", scope="local"),
            by="DHR coordinator",
        )
        for number, cell in enumerate(cells, start=1):
            action = f"DHR7:WMP:{number}"
            ledger.record(
                CreateAction(action=action, text=f"{cell}.", target_date="Mar-14", recommendation="DHR7:WMP:R1"),
                RecordProgress(action=action, note=f"{cell}."),
                ReviseTargetDate(action=action, to="Jun-14", reason=f"{cell}."),
                by="DHR coordinator",
            )
        return list(ledger.entries())


@cache
def example() -> tuple[Entry, ...]:
    with load_example() as ledger:
        return tuple(ledger.entries())


# What python-docx, which did not write it, reads back


def opened(data: bytes) -> Any:
    return docx.Document(io.BytesIO(data))


def in_order(document: Any) -> list[Paragraph | Table]:
    return list(document.iter_inner_content())


def words(data: bytes) -> list[str]:
    """The paragraphs outside of tables."""
    return [part.text for part in in_order(opened(data)) if isinstance(part, Paragraph)]


def tables(data: bytes) -> list[list[list[str]]]:
    """The cells of each table, with placeholders, which python-docx leaves out, as they are shown."""
    return [[[shown(cell) for cell in row.cells] for row in rows_of(table)] for table in opened(data).tables]


def rows_of(table: Table) -> list[Any]:
    return list(table.rows)


def shown(cell: Any) -> str:
    words = cell.text
    placeholders = [text.text for text in cell._tc.iterfind(f".//{w('sdt')}//{w('t')}")]
    return words or "".join(placeholders)


def plan_tables(plan: HomeOfficePlan) -> Iterator[list[list[str]]]:
    """The tables that a document of *plan* has to have, cell by cell."""
    columns = plan.template.columns
    for section in plan.sections:
        rows = []
        for made in section.recommendations:
            for nth, cells in enumerate([action.cells for action in made.actions] or [{}]):
                own = {"recommendation": f"{made.number}. {'as above' if nth else made.words}", "scope": made.scope}
                if not made.reference:
                    own = {"recommendation": "", "scope": ""}
                rows.append([own.get(c.field, cell_of(cells.get(c.field, ()), c.field)) for c in columns])
        if rows:
            yield [[column.heading for column in columns], *([*map(legible, row)] for row in rows)]
    for trail in plan.trails:
        if trail.rows:
            yield [list(trail.headings), *([*map(legible, row)] for row in trail.rows)]


def cell_of(lines: Iterable[Line], field: str) -> str:
    stop = "." if field == "action" else ":"
    return "\n".join(f"{label}{stop} {words}" if label else words for label, words in lines)


# The contract


@pytest.mark.parametrize(
    "options", [{}, {"paper": "a4", "marking": "official", "audience": "panel", "as_at": date(2014, 3, 1)}]
)
def test_the_exporter_keeps_the_contract(options):
    check_exporter(export_home_office, **options)


def test_it_is_found_by_what_it_is_for_and_the_ending_of_the_file(tmp_path):
    made = export(example(), "home-office", tmp_path / "plan.docx", options={"paper": "a4"})
    assert "home-office.docx" == made.exporter
    assert docx_of(example(), paper="a4") == made.path.read_bytes()


@pytest.mark.parametrize("paper", ["a5", "A3", ""])
def test_another_paper_is_refused(tmp_path, paper):
    with pytest.raises(BadOption, match="paper"):
        export(example(), "home-office", tmp_path / "plan.docx", options={"paper": paper})


def test_nobody_waits_for_a_word_document_who_writes_none():
    lazy = "import sys, dhr_ledger_docx; sys.exit('dhr_ledger_docx.writing' in sys.modules or 'lxml' in sys.modules)"
    assert 0 == subprocess.run([sys.executable, "-c", lazy], check=False).returncode


# What it says


@pytest.mark.parametrize("paper", PAPERS)
def test_every_cell_of_the_example_is_read_back(paper):
    assert list(plan_tables(home_office_plan(example()))) == tables(docx_of(example(), paper=paper))


@published
def test_every_cell_of_a_published_plan_is_read_back():
    with Ledger(clock=lambda: datetime(2015, 2, 5, 11, tzinfo=UTC)) as ledger:
        ledger.record(*reconcile(read_plan(PLAN / "plan.docx"), ledger).commands, by="DHR coordinator")
        entries = list(ledger.entries())
    plan = home_office_plan(entries)
    assert 70 < sum(len(made.actions) for section in plan.sections for made in section.recommendations)
    assert list(plan_tables(plan)) == tables(docx_of(entries))


def test_the_first_page_says_what_the_document_is():
    said = words(docx_of(example(), audience="public", marking="Official-Sensitive"))
    plan = home_office_plan(example())
    assert [plan.title, plan.subtitle, "Protective marking\tOFFICIAL-SENSITIVE"] == said[:3]
    made_by = [line for line in said if re.fullmatch(r"Made by\tdhr-ledger-docx [\w.]+, home-office\.docx", line)]
    facts = [f"{name}\t{told}" for name, told in plan.facts]
    assert [*facts, *made_by, "Shown to\tpublic"] == said[3 : 5 + len(facts)]
    assert (
        "Actions\t9 in progress, 32 complete, 1 withdrawn, 2 superseded, 2 awaiting a stage, 2 unknown; "
        "8 of these are overdue"
    ) == said[5 + len(facts)]
    assert plan.note == said[6 + len(facts)]


def test_sections_and_trails_are_headings_with_what_they_are_about():
    plan = home_office_plan(example())
    paragraphs = opened(docx_of(example())).paragraphs
    headings = [(p.style.name, p.text) for p in paragraphs if p.style.name.startswith("Heading")]
    expected = [("Heading 1", section.heading) for section in plan.sections]
    expected += [("Heading 1", "Audit trail for the panel"), *(("Heading 2", trail.title) for trail in plan.trails)]
    assert expected == headings
    assert {trail.about for trail in plan.trails} <= {p.text for p in paragraphs}


def test_a_section_without_actions_and_a_trail_without_rows_say_so():
    said = words(docx_of(ledger_of("Train")))
    assert "This section has no actions." == said[said.index("Early Years") + 1]
    assert "No entry was corrected." == said[-1]
    assert "The plan has no sections yet." in words(docx_of([]))


def test_a_recommendation_without_actions_has_a_row_of_its_own():
    data = docx_of(ledger_of())
    assert ["1. Learn from it", "Local", "", "", "", "", ""] == tables(data)[0][1]
    assert "This section has no actions." in words(data)


def test_a_recommendation_stands_once_and_by_its_number_beside_its_further_actions():
    """In the file that is a placeholder, so that whoever reads the table finds no words of a recommendation there."""
    data = docx_of(ledger_of("Train", "Brief", "Audit"))
    assert ["1. Learn from it", "1. as above", "1. as above"] == [row[0] for row in tables(data)[0][1:]]
    [plan, *_] = read_docx(io.BytesIO(data), "plan.docx")
    assert ["1. Learn from it", "", ""] == [cells[0] for _, cells in plan.rows][1:]


def test_the_marking_stands_in_capitals_at_the_top_and_the_bottom_of_every_page():
    [section] = opened(docx_of(example(), marking=" official-\nsensitive ")).sections
    assert ["OFFICIAL- SENSITIVE"] == [p.text for p in section.header.paragraphs]
    assert "OFFICIAL- SENSITIVE" == section.footer.paragraphs[-1].text
    [section] = opened(docx_of(example())).sections
    assert [""] == [p.text for p in section.header.paragraphs]
    assert 1 == len(section.footer.paragraphs)


def test_the_foot_of_every_page_says_which_review_as_at_when_and_which_page_of_how_many():
    [section] = opened(docx_of(example(), as_at=date(2014, 3, 1))).sections
    [foot] = section.footer.paragraphs
    assert "BDHR2012/13-04 · as at 1 March 2014\tPage  of " == foot.text  # python-docx leaves out what Word counts
    fields = [field.get(w("instr")).strip() for field in foot._p.iterfind(w("fldSimple"))]
    assert ["PAGE", "NUMPAGES"] == fields


def test_the_plan_and_the_trail_are_those_of_the_days_that_were_asked_for():
    asked = {"as_at": date(2014, 6, 1), "since": date(2014, 5, 1)}
    assert list(plan_tables(home_office_plan(example(), **asked))) == tables(docx_of(example(), **asked))


# How it is made


def parts(data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}


def body(data: bytes) -> Any:
    return parts(data)["word/document.xml"]


@pytest.mark.parametrize(("paper", "wide", "high", "size"), [("a3", 420, 297, 12), ("a4", 297, 210, 9)])
def test_the_paper_lies_on_its_side_and_the_letters_are_as_large_as_promised(paper, wide, high, size):
    document = opened(docx_of(example(), paper=paper))
    [section] = document.sections
    assert (wide, high) == (round(section.page_width.mm), round(section.page_height.mm))
    styles = parts(docx_of(example(), paper=paper))["word/styles.xml"]
    assert str(2 * size) == styles.find(f".//{w('rPrDefault')}//{w('sz')}").get(VAL)
    assert [] == styles.findall(f".//{w('i')}")
    for table in document.tables:
        widths = [int(column.get(w("w"))) for column in table._tbl.tblGrid]
        assert sum(widths) == PAPERS[paper].width - 2 * PAPERS[paper].margin
        for row in rows_of(table):
            assert widths == [int(cell._tc.tcPr.tcW.get(w("w"))) for cell in row.cells]


@pytest.mark.parametrize("paper", PAPERS)
def test_no_heading_of_a_column_breaks_within_a_word(paper):
    """A letter in bold is 0.6 of its height wide, on average."""
    for table in opened(docx_of(example(), paper=paper)).tables:
        for cell, column in zip(table.rows[0].cells, table._tbl.tblGrid, strict=True):
            longest = max(map(len, cell.text.split())) * PAPERS[paper].size * 10 * 0.6
            assert longest <= int(column.get(w("w"))) - 180


def test_every_table_repeats_its_headings_says_what_it_is_and_merges_nothing():
    document = body(docx_of(ledger_of(*HOSTILE)))
    assert [] == [element.tag for element in document.iter(w("gridSpan"), w("vMerge"), w("hMerge"))]
    for table in document.iter(w("tbl")):
        assert [0] == [
            nth for nth, row in enumerate(table.iter(w("tr"))) if row.find(f".//{w('tblHeader')}") is not None
        ]
        assert all(table.find(f".//{w(name)}").get(VAL).strip() for name in ("tblCaption", "tblDescription"))


def test_a_row_stays_on_one_page_unless_it_is_long():
    """One that is longer than a page could stand on none."""
    [_, short, long, *_] = body(docx_of(ledger_of("Train", LONG))).find(f".//{w('tbl')}").findall(w("tr"))
    assert short.find(f".//{w('cantSplit')}") is not None
    assert long.find(f".//{w('cantSplit')}") is None


def test_all_of_it_is_in_british_english_and_in_arial():
    """And nothing that says which machine it was made on, or how often it was saved."""
    every = parts(docx_of(example()))
    languages = {value for part in every.values() for lang in part.iter(w("lang")) for value in lang.attrib.values()}
    assert {"en-GB"} == languages
    fonts = {value for part in every.values() for font in part.iter(w("rFonts")) for value in font.attrib.values()}
    assert {"Arial"} == fonts
    assert [] == [
        name for part in every.values() for element in part.iter() for name in element.attrib if "rsid" in name
    ]


def test_the_document_says_what_it_is_to_programs():
    data = docx_of(ledger_of("Train"), marking="official")
    properties = opened(data).core_properties
    assert "Action plan: Review of <DHR7>, as at 27 February 2014" == properties.title
    assert ("DHR7", "Northshire & <CSP>", "en-GB") == (properties.subject, properties.author, properties.language)
    assert "domestic homicide review, action plan, DHR7" == properties.keywords
    assert properties.comments.startswith("OFFICIAL. The action plan as it stood on 27 February 2014")
    moment = datetime(2014, 2, 27, 14, 5, 30, tzinfo=UTC)
    assert (moment, moment) == (properties.created, properties.modified)


def test_the_archive_has_no_dates_of_its_own():
    with zipfile.ZipFile(io.BytesIO(docx_of(example()))) as archive:
        assert {(1980, 1, 1, 0, 0, 0)} == {info.date_time for info in archive.infolist()}
        assert {3} == {info.create_system for info in archive.infolist()}
        assert "[Content_Types].xml" == archive.namelist()[0]


# Hostile text


@pytest.mark.parametrize("cell", [*HOSTILE, LONG])
def test_every_text_is_read_back_as_it_can_be_shown(cell):
    entries = ledger_of(cell, "Train")
    assert list(plan_tables(home_office_plan(entries))) == tables(docx_of(entries))


def test_a_ledger_in_which_everything_happened_is_read_back():
    entries = everything()
    plan = home_office_plan(entries, marking="\x00 <official>")
    data = docx_of(entries, marking="\x00 <official>", audience="]]>&\x01")
    assert list(plan_tables(plan)) == tables(data)
    assert "Shown to\t]]>&�" in words(data)
    assert "� <OFFICIAL>" == opened(data).sections[0].header.paragraphs[0].text


def test_the_first_page_says_how_many_characters_could_not_be_shown():
    """Each as often as it stands in the document: here in an action, in its progress, and twice in a reason."""
    cell = "\x00 and \ue000"
    assert 2 == illegible(cell)
    said = words(docx_of(ledger_of(cell)))
    count = "".join(said + [cell for table in tables(docx_of(ledger_of(cell))) for row in table for cell in row]).count(
        "�"
    )
    assert f"{count - 1} characters have no letter in this document and are shown as �; the ledger keeps them." in said
    one = "1 character has no letter in this document and is shown as �; the ledger keeps it."
    assert one in words(docx_of([], audience="\x00"))
    assert not any("no letter" in line for line in words(docx_of(example())))


@cache
def many(actions: int) -> list[Entry]:
    return ledger_of(*(f"Train the staff of area {number}" for number in range(actions)))


def test_two_thousand_actions_are_all_there():
    [plan, moved, *_] = read_docx(io.BytesIO(docx_of(many(2000))), "plan.docx")
    assert (2001, 2001) == (len(list(plan.rows)), len(list(moved.rows)))


def test_the_work_grows_with_the_actions_and_not_with_their_square():
    """Counted in calls, for no clock is the same twice."""

    def calls(actions: int) -> int:
        entries, count = many(actions), 0

        def called(frame: object, event: str, argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(called)
        try:
            docx_of(entries)
        finally:
            sys.setprofile(None)
        return count

    docx_of(many(50))  # whatever is made once is made now
    assert calls(800) < 2.2 * calls(400)


# Other programs


def converted(data: bytes, to: str, folder: Path) -> bytes:
    """The document as LibreOffice opens it and saves it again."""
    (folder / "plan.docx").write_bytes(data)
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", to, "--outdir", str(folder), str(folder / "plan.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return (folder / f"plan.{to.partition(':')[0]}").read_bytes()


def letters(text: str) -> str:
    return "".join(text.split())


@SOFFICE
def test_libreoffice_shows_every_cell(tmp_path):
    data = docx_of(example(), marking="official")
    text = letters(converted(data, "txt:Text (encoded):UTF8", tmp_path).decode("utf-8-sig"))
    at = 0
    for table in tables(data):
        for cell in (cell for row in table for cell in row if cell):
            at = text.index(letters(cell), at)


@SOFFICE
def test_libreoffice_lays_out_whatever_a_cell_holds(tmp_path):
    """A cell of a hundred thousand letters goes over as many pages as it takes."""
    report = "\n".join([LONG[:1000]] * 100)
    laid_out = converted(docx_of(ledger_of(*HOSTILE, report)), "pdf", tmp_path)
    pages = [int(count) for count in re.findall(rb"/Type\s*/Pages\b.*?/Count\s+(\d+)", laid_out, re.DOTALL)]
    assert 100 < max(pages)


# The way back


def grids(data: bytes) -> list[Any]:
    return list(read_docx(io.BytesIO(data), "plan.docx"))


def test_its_own_reader_reads_every_table():
    data = docx_of(example())
    for grid, table in zip(grids(data), tables(data), strict=True):
        read = [[cell.strip("\n") for cell in cells] for _, cells in grid.rows]
        assert [["" if cell.endswith(" as above") else cell.strip("\n") for cell in row] for row in table] == read
        assert () == grid.notes


def test_it_knows_the_head_of_the_ledger_that_it_was_made_from():
    assert {len(example())} == {grid.made_from for grid in grids(docx_of(example()))}


def test_a_plan_as_it_stood_on_a_day_is_not_for_handing_in_again():
    """It says more in a cell than the plan does, and not what the ledger held: nothing could tell an edit from that."""
    with pytest.raises(ImportRefused) as refused:
        grids(docx_of(example(), as_at=date(2014, 3, 31)))
    assert (
        "plan.docx shows the plan as it stood on 31 March 2014 and is not for handing in again; "
        "export it without --as-at for that.",
    ) == refused.value.faults


def test_the_plan_is_understood_again(tmp_path):
    """Every section under its heading, every recommendation in its words, every action in its words; no trail."""
    (tmp_path / "plan.docx").write_bytes(docx_of(example()))
    imported = read_plan(tmp_path / "plan.docx")
    plan = home_office_plan(example())
    assert (plan.reference, plan.properties.head) == (imported.review, imported.made_from)
    assert [section.heading for section in plan.sections] == [section.heading for section in imported.sections]
    for section, read in zip(plan.sections, imported.sections, strict=True):
        assert [(made.number, made.words) for made in section.recommendations if made.reference] == [
            (made.number, made.text) for made in read.recommendations
        ]
        actions = [action.cells["action"][0].words for made in section.recommendations for action in made.actions]
        assert actions == [action.text.partition(". ")[2] or action.text for action in read.actions]


@pytest.mark.parametrize("made", [list, example, everything, lambda: ledger_of(*HOSTILE, LONG)])
@pytest.mark.parametrize("paper", ["a3", "a4"])
def test_every_part_is_what_the_schema_of_word_allows(made, paper, tmp_path):
    """A theme, which the validator asks for, may be left out: Word has one of its own, and no colour here is of it."""
    path = tmp_path / "plan.docx"
    path.write_bytes(docx_of(made(), paper=paper, marking="official", audience="panel"))
    faults = [str(fault) for fault in OpenXmlValidator().validate(path).errors]
    assert [] == [fault for fault in faults if not fault.endswith("/relationships/theme' is missing.")]
