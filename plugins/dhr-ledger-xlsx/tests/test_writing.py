"""`workbook.xlsx` keeps the contract of an exporter, says all that the plan says, and opens whatever a cell holds."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
import tracemalloc
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from hashlib import shake_128
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
from hypothesis import example as case
from hypothesis import given, settings
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator

from dhr_ledger import Entry, Ledger, export
from dhr_ledger.action import CreateAction, RecordProgress, ReviseTargetDate
from dhr_ledger.errors import ExportError, ImportRefused
from dhr_ledger.example import load_example
from dhr_ledger.imports import read_plan
from dhr_ledger.legible import legible
from dhr_ledger.plan import action_plan
from dhr_ledger.reconcile import reconcile
from dhr_ledger.review import AddSection, OpenReview, ReachStage
from dhr_ledger.testing import check_exporter
from dhr_ledger.testing.strategies import everything, ledgers
from dhr_ledger.workbook import COLOURS, Sheet, Value, workbook
from dhr_ledger_xlsx import export_agency_return, export_workbook
from dhr_ledger_xlsx.look import INK, LINK, QUIET, TINT
from dhr_ledger_xlsx.packing import LONGEST, ROWS, done, pieces, require_room, size
from dhr_ledger_xlsx.reading import read_xlsx

PLAN = Path(__file__).parents[4] / "shared" / "plans" / "bdhr2012-13-04"
published = pytest.mark.skipif(not PLAN.is_dir(), reason="the published plans are kept beside the checkout")
libreoffice = pytest.mark.skipif(not shutil.which("soffice"), reason="there is no LibreOffice here to open it with")
HOSTILE = (
    '=HYPERLINK("https://example.org","click")',
    "-2+3+cmd|' /C calc'!A0",
    "https://example.org",
    "<t>&amp;&#0;]]></t><!-- --><?xml?>",
    "\x00\x01\x0b\x0c\x1f\x7f\x85 control characters",
    "_x0041_ and _x000D_",
    "\uf0b7 from Word \uf0fc",
    "\ue000\U0010fffd\ufffe\uffff\ufdd0 private use",
    "\u202eturned and not closed",
    "closed \u202c and never opened, \u200f with a mark",
    "Ŵyn Ŷnys · Ιωάννα · Юлия · Nguyễn Đỗ · محمد فاطمة · שרה · ਗੁਰਪ੍ਰੀਤ · สมชาย · Անի · 王小明 · さくら · 김민지 · ሰላም",
    "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 ✅ 🇬🇧",
    "two\r\nlines, a\ttab,  two spaces and\u00a0one that holds\n\n- a list\n- of two ",
    "0012",
    "1.10",
    "31/03/2014",
    "TRUE",
    "unbreakable" * 400,
)
LONG = ("A cell that somebody has pasted a whole report into. " * 2000)[:100_000]


def xlsx_of(entries: Iterable[Entry], **options: Any) -> bytes:
    out = io.BytesIO()
    export_workbook(entries, out, **options)
    return out.getvalue()


def ledger_of(*cells: str) -> list[Entry]:
    """A plan in which each of *cells* is an action, a report of progress, and the reason for another target date."""
    with Ledger(clock=lambda: datetime(2014, 2, 27, 14, 5, 30, 250, tzinfo=UTC)) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review of <DHR7>", partnership="Northshire & <CSP>"),
            AddSection(section="DHR7:WMP", heading="West & Police"),
            by="DHR coordinator",
        )
        for number, cell in enumerate(cells, start=1):
            action = f"DHR7:WMP:{number}"
            ledger.record(
                CreateAction(action=action, text=f"{cell}.", target_date="Mar-14"),
                RecordProgress(action=action, note=cell),
                ReviseTargetDate(action=action, to="Jun-14", reason=cell),
                by="DHR coordinator",
            )
        return list(ledger.entries())


@cache
def example() -> tuple[Entry, ...]:
    with load_example() as ledger:
        return tuple(ledger.entries())


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def read_back(book: Any, sheets: Iterable[Sheet]) -> dict[str, list[tuple[Any, ...]]]:
    return {sheet.name: list(book[sheet.name].iter_rows(values_only=True)) for sheet in sheets}


def expected(sheets: Iterable[Sheet]) -> dict[str, list[tuple[Any, ...]]]:
    """What stands in each sheet, as another program gives it back."""
    return {
        sheet.name: [
            tuple(column.heading for column in sheet.columns),
            *(tuple(map(given_back, row)) for row in sheet.rows),
        ]
        for sheet in sheets
    }


def given_back(value: Value) -> Any:
    match value:
        case str():
            return legible(value) or None
        case date():
            return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a cell says no zone
        case _:
            return value


# The contract


@pytest.mark.parametrize("options", [{}, {"marking": "official", "audience": "panel", "as_at": date(2014, 3, 1)}])
def test_the_exporter_keeps_the_contract(options):
    check_exporter(export_workbook, **options)


def test_it_is_found_by_what_it_is_for_and_the_ending_of_the_file(tmp_path):
    made = export(example(), "workbook", tmp_path / "plan.xlsx", options={"audience": "board"})
    assert "workbook.xlsx" == made.exporter
    assert xlsx_of(example(), audience="board") == made.path.read_bytes()


def test_nobody_waits_for_a_workbook_who_writes_none():
    lazy = "import sys, dhr_ledger_xlsx; sys.exit(any(name.partition('.')[0] == 'xlsxwriter' for name in sys.modules))"
    assert 0 == subprocess.run([sys.executable, "-c", lazy], check=False).returncode


def test_the_file_does_not_say_on_which_system_it_was_made():
    with zipfile.ZipFile(io.BytesIO(xlsx_of(example()))) as archive:
        assert {(3, (1980, 1, 1, 0, 0, 0))} == {(part.create_system, part.date_time) for part in archive.infolist()}


# What it says


def test_every_cell_of_the_example_is_read_back():
    sheets = workbook(example()).sheets
    assert expected(sheets) == read_back(opened(xlsx_of(example())), sheets)


@published
def test_every_cell_of_a_published_plan_is_read_back():
    with Ledger(clock=lambda: datetime(2015, 2, 5, 11, tzinfo=UTC)) as ledger:
        ledger.record(*reconcile(read_plan(PLAN / "plan.docx"), ledger).commands, by="DHR coordinator")
        entries = list(ledger.entries())
    sheets = workbook(entries).sheets
    assert 70 < len(sheets[0].rows)
    assert expected(sheets) == read_back(opened(xlsx_of(entries)), sheets)


def test_whatever_a_cell_holds_is_read_back_as_words():
    entries = ledger_of(*HOSTILE)
    book, sheets = opened(xlsx_of(entries)), workbook(entries).sheets
    assert expected(sheets) == read_back(book, sheets)
    assert {"s", "n", "d"} == {cell.data_type for sheet in sheets for row in book[sheet.name] for cell in row}
    edited = {cell.value[0] for row in book["Updates"] for cell in row if cell.data_type == "s" and cell.quotePrefix}
    assert {"=", "-"} == edited


@pytest.mark.parametrize(("published", "due"), [("1899-11-30", "1899-12-30"), ("1899-12-01", datetime(1900, 1, 1))])  # noqa: DTZ001
def test_a_day_before_the_calendar_of_excel_stands_in_words(published, due):
    with Ledger() as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Old"),
            AddSection(section="DHR7:WMP", heading="Police"),
            CreateAction(action="DHR7:WMP:1", text="Look back", target_date="One month from publication"),
            ReachStage(review="DHR7", stage="published", effective=published),
            by="DHR coordinator",
        )
        assert due == opened(xlsx_of(ledger.entries()))["Plan"]["G2"].value


@pytest.mark.parametrize("cell", [LONG, "unbroken" * 12_500, "👩" * 50_000, f"\u202a{'turned ' * 14_285}\u202c"])
def test_a_cell_that_is_too_long_goes_on_in_a_sheet_of_its_own(cell):
    entries = ledger_of("Short", cell)
    book = opened(xlsx_of(entries))
    rows = list(book["Long cells"].iter_rows(min_row=2, values_only=True))
    report = book["Updates"]["D3"].value
    first, last = (nth for nth, row in enumerate(rows, start=2) if row[:2] == ("Updates", "D3") and row[3] in (1, 4))
    assert report.endswith(f"all of it stands in the sheet Long cells, in rows {first} to {last}.")
    assert cell == "".join(row[4] for row in rows if row[:3] == ("Updates", "D3", "DHR7:WMP:2"))
    assert LONGEST - 100 < size(report)
    assert cell.startswith(report.partition("\n… This cell goes on")[0])
    assert {("Plan", "D3"), ("Plan", "O3"), ("Updates", "D3"), ("Moved dates", "F3")} <= {row[:2] for row in rows}
    assert LONGEST >= max(
        size(str(value)) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row
    )


@given(st.text(max_size=40), st.integers(2, 12))
def test_the_pieces_of_a_text_are_the_text(text, room):
    cut = list(pieces(text, room))
    assert text == "".join(cut)
    assert all(0 < size(piece) <= room for piece in cut)


def test_the_cover_says_what_the_workbook_is():
    said = workbook(example(), marking="OFFICIAL-SENSITIVE")
    book = opened(xlsx_of(example(), audience="public", marking="Official-Sensitive"))
    cover = {name: words for name, words, _ in book["About"].iter_rows(min_row=3, values_only=True) if name}
    assert (said.title, said.subtitle) == (book["About"]["A1"].value, book["About"]["A2"].value)
    assert dict(said.facts).items() <= cover.items()
    assert {name.capitalize(): count for name, count in said.counts}.items() <= cover.items()
    assert ("OFFICIAL-SENSITIVE", "public") == (cover["Protective marking"], cover["Shown to"])
    assert cover["Made by"].startswith("dhr-ledger-xlsx ")
    assert cover["Made by"].endswith(", workbook.xlsx")
    how_to_read = {cell.value: cell.alignment.wrap_text for _, cell, _ in book["About"].iter_rows()}
    assert dict.fromkeys(said.how_to_read, True).items() <= how_to_read.items()  # a line that does not wrap is cut off
    links = {cell.value: cell.hyperlink.location for (cell, *_) in book["About"].iter_rows() if cell.hyperlink}
    assert {name: f"'{name}'!A1" for name in book.sheetnames[1:]} == links


def test_the_cover_tells_of_what_could_not_be_shown():
    def told(*cells: str) -> str:
        return "\n".join(str(row[1]) for row in opened(xlsx_of(ledger_of(*cells)))["About"].iter_rows(values_only=True))

    assert "have no letter in this workbook and are shown as �" in told("\ue000")
    assert "Excel shows only so many lines of a cell" in told("word " * 4_000)
    assert "A cell that goes on in the sheet Long cells" in told(LONG)
    assert "letter" not in told("plain")
    assert "Excel shows" not in told("plain")


def test_it_says_of_itself_what_it_is_and_where_it_was_made_from():
    book = opened(xlsx_of(example(), marking="official"))
    assert (
        "Action plan: Domestic Homicide Review Action Plan in Respect of BDHR2012/13-04, as at 5 February 2015",
        "BDHR2012/13-04",
        "Birmingham Community Safety Partnership",
        "domestic homicide review, action plan, BDHR2012/13-04",
    ) == (book.properties.title, book.properties.subject, book.properties.creator, book.properties.keywords)
    assert book.properties.description.startswith("OFFICIAL. ")
    assert example()[-1].recorded_at.replace(tzinfo=None, microsecond=0) == book.properties.created
    assert {"dhr-ledger-head": 298} == {found.name: found.value for found in book.custom_doc_props}


def test_a_plan_as_it_stood_on_a_day_is_not_for_handing_in_again():
    data = xlsx_of(example(), as_at=date(2014, 3, 1))
    book = opened(data)
    assert {"dhr-ledger-as-at": "2014-03-01"} == {found.name: found.value for found in book.custom_doc_props}
    assert "as at 1 March 2014" in book.properties.title
    with pytest.raises(ImportRefused) as refused:
        read_xlsx(io.BytesIO(data), "plan.xlsx")
    assert (
        "plan.xlsx shows the plan as it stood on 1 March 2014 and is not for handing in again; "
        "export it without --as-at for that.",
    ) == refused.value.faults


def test_a_ledger_with_nothing_in_it_makes_headings_without_a_table():
    book = opened(xlsx_of([]))
    assert ["About", *(sheet.name for sheet in workbook([]).sheets)] == book.sheetnames
    assert [] == [table for sheet in book for table in sheet.tables]
    assert "Section" == book["Plan"]["A1"].value


def test_a_workbook_that_comes_back_unedited_proposes_nothing(tmp_path):
    with load_example() as ledger:
        (tmp_path / "plan.xlsx").write_bytes(xlsx_of(ledger.entries()))
        proposal = reconcile(read_plan(tmp_path / "plan.xlsx", review="BDHR2012/13-04", ledger=ledger), ledger)
        assert ((), [], 48) == (proposal.commands, proposal.conflicts, len(proposal.unchanged))


@settings(max_examples=settings().max_examples // 3)
@case(everything())
@given(ledgers())
def test_a_workbook_of_any_ledger_that_comes_back_unedited_proposes_nothing(tmp_path_factory, entries):
    """Whatever is in its cells, and however long they are."""
    path = tmp_path_factory.mktemp("any") / "plan.xlsx"
    path.write_bytes(xlsx_of(entries))
    with Ledger() as ledger:
        ledger.restore(entries)
        for review in {action.partition(":")[0] for action in action_plan(entries).actions}:
            proposal = reconcile(read_plan(path, review=review, ledger=ledger), ledger)
            assert ((), []) == (proposal.commands, proposal.conflicts)


@pytest.mark.parametrize("cell", [LONG, "unbroken" * 12_500])
def test_a_cell_that_goes_on_elsewhere_is_not_taken_in_as_somebody_changed_it(cell, tmp_path):
    """It goes on elsewhere, so what was written at its end is not the end of it."""
    entries = ledger_of("Short", cell)
    book = opened(xlsx_of(entries))
    cell = book["Plan"]["D3"]
    cell.value = f"{str(cell.value)[:-5]}Done."
    book.save(tmp_path / "plan.xlsx")
    with pytest.raises(ImportRefused, match=r"plan\.xlsx, Plan, D3 goes on in the sheet Long cells, and was changed"):
        read_plan(tmp_path / "plan.xlsx")


def test_what_only_tells_of_the_plan_is_not_taken_in(tmp_path):
    """One note says so; the sheets of somebody else's workbook are read whatever they are called."""
    with load_example() as ledger:
        (tmp_path / "plan.xlsx").write_bytes(xlsx_of(ledger.entries()))
        notes = read_plan(tmp_path / "plan.xlsx", ledger=ledger).notes
    assert [
        "plan.xlsx: Updates, Moved dates, Entries tell of the plan and were not taken in; a change belongs in the plan."
    ] == [note for note in notes if "Updates" in note]


def test_a_plan_that_no_sheet_can_hold_is_refused():
    require_room("Entries", ROWS)
    with pytest.raises(ExportError, match="The sheet Entries would have 1,048,577 rows"):
        require_room("Entries", ROWS + 1)
    with pytest.raises(ExportError, match="XlsxWriter answers -2"):
        done(-2)


def test_other_programs_that_read_it_as_a_stream_find_every_cell():
    """They go by the size that a sheet says it has, and few of them know every way to write a character."""
    entries = ledger_of(*HOSTILE, LONG)
    data, sheets = xlsx_of(entries), workbook(entries).sheets
    whole = opened(data)
    stream = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    calamine = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in (*(sheet.name for sheet in sheets), "Long cells"):
        rows = list(whole[name].iter_rows(values_only=True))
        assert rows == list(stream[name].iter_rows(values_only=True))
        words = [tuple(value if isinstance(value, str) else None for value in row) for row in rows]
        assert words == [
            tuple(value if isinstance(value, str) and value else None for value in row)
            for row in calamine.get_sheet_by_name(name).to_python()
        ]


# How large it may be


def moved_again_and_again(turns: int) -> list[Entry]:
    """A plan of twenty actions, each moved so many times, for reasons that are long and that no archive makes short."""
    with Ledger() as ledger:
        actions = [f"DHR7:WMP:{number}" for number in range(20)]
        ledger.record(
            OpenReview(review="DHR7", title="Long"),
            AddSection(section="DHR7:WMP", heading="Police"),
            *(CreateAction(action=action, text="Train", target_date="Mar-14") for action in actions),
            by="DHR coordinator",
        )
        for turn in range(turns):
            day = f"{1 + turn % 28:02}/06/2015"
            ledger.record(
                *(
                    ReviseTargetDate(
                        action=action, to=day, reason=shake_128(f"{action} {turn}".encode()).hexdigest(1_500)
                    )
                    for action in actions
                ),
                by="DHR coordinator",
            )
        return list(ledger.entries())


def test_the_memory_that_it_takes_does_not_grow_with_the_entries(tmp_path):
    """What is held is where the actions stand; rows, sheets and the archive wait on the disk."""

    def most_held(turns: int) -> int:
        rows = [tuple(entry) for entry in moved_again_and_again(turns)]
        with (tmp_path / "plan.xlsx").open("w+b") as out:
            tracemalloc.start()
            export_workbook((Entry(*row) for row in rows), out)
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return most

    most_held(1)  # so that what is imported and compiled once is counted in none of the two
    assert most_held(120) < 1.1 * most_held(60)


@pytest.mark.skipif(sys.platform == "win32", reason="a file has a name there")
def test_what_waits_has_no_name_and_stands_on_the_disk_of_the_file_that_is_made(tmp_path, monkeypatch):
    """Nothing is left of it, whatever happens, and nothing of a plan goes where nobody said that it may."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    folder = tmp_path / "folder"
    folder.mkdir()
    entries = moved_again_and_again(40)

    def passing(until: int) -> Iterator[Entry]:
        for entry in entries[:until]:
            assert 1 == len(list(folder.iterdir()))
            yield entry
        assert len(entries) == until, "the next entry cannot be read"

    export(passing(len(entries)), "workbook", folder / "plan.xlsx")
    assert ["plan.xlsx"] == [path.name for path in folder.iterdir()]
    (folder / "plan.xlsx").unlink()
    with pytest.raises(Exception, match="the next entry cannot be read"):
        export(passing(700), "workbook", folder / "plan.xlsx")
    assert [] == list(folder.iterdir())
    with pytest.raises(FileNotFoundError, match="nowhere"):
        xlsx_of(entries)  # which is written to no folder


def test_a_sheet_may_be_larger_than_an_archive_takes_a_part_to_be(monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100_000)
    assert 298 == opened(xlsx_of(example()))["Entries"].max_row - 1


# How it looks


def test_each_sheet_is_one_table_with_its_headings_in_sight():
    for sheet in opened(xlsx_of(example(), marking="A & B"))._sheets[1:]:
        ((name, area),) = sheet.tables.items()
        assert sheet.title.replace(" ", "_") == name
        assert sheet.dimensions == area == sheet.tables[name].autoFilter.ref
        assert ("A2", "$1:$1", "landscape") == (
            sheet.freeze_panes,
            sheet.print_title_rows,
            sheet.page_setup.orientation,
        )
        assert (True, 0) == (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight)
        assert ("&BA && B", "&BA && B") == (sheet.oddHeader.center.text, sheet.oddFooter.center.text)
        assert "Page &P of &N" == sheet.oddFooter.right.text
        assert [] == list(sheet.merged_cells.ranges)
        assert all(cell.alignment.wrap_text and "top" == cell.alignment.vertical for cell in sheet[2])


def test_a_row_is_as_high_as_its_words_need_and_grows_with_them():
    with zipfile.ZipFile(io.BytesIO(xlsx_of(ledger_of("Short", "word " * 60, LONG)))) as archive:
        plan = archive.read("xl/worksheets/sheet2.xml").decode()
    heights = [float(height) for height in re.findall(r'<row [^>]*ht="([\d.]+)"', plan)]
    assert (18.75, 408.75) == (heights[1], heights[3])
    assert heights[1] < heights[2] < heights[3]
    assert "customHeight" not in plan


def test_dates_are_dates_as_british_readers_write_them():
    formats = {cell.number_format for (cell,) in opened(xlsx_of(example()))["Plan"]["G2:G49"] if cell.value}
    assert {"dd/mm/yyyy"} == formats


def test_a_status_has_a_colour_by_what_it_means():
    sheet = opened(xlsx_of(example()))["Plan"]
    rules = {
        str(area.sqref): [rule.formula[0] for rule in found]
        for area, found in sheet.conditional_formatting._cf_rules.items()
    }
    formulas = [f'$R2="{meaning}"' for meaning in COLOURS]
    assert {"Q2:Q49": formulas, "R2:R49": formulas} == rules
    assert {"00000000"} == {cell.fill.fgColor.rgb for (cell,) in sheet["Q2:Q49"]}  # an importer takes no colour from it


@pytest.mark.parametrize(
    "ink_and_paper",
    sorted({*COLOURS.values(), (LINK, "#FFFFFF"), (QUIET, "#FFFFFF"), ("#FFFFFF", INK), (INK, TINT)}),
    ids="".join,
)
def test_words_stand_out_from_what_is_behind_them(ink_and_paper):
    ink, paper = ink_and_paper
    light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
    assert 4.5 <= (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """As WCAG 2.2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# Another program


@libreoffice
@pytest.mark.parametrize("made", [example, everything, lambda: ledger_of(*HOSTILE, LONG)])
def test_libreoffice_finds_in_it_what_was_put_there(tmp_path, made):
    (tmp_path / "plan.xlsx").write_bytes(xlsx_of(made()))
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"),
            *("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "saved", tmp_path / "plan.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    before, after = openpyxl.load_workbook(tmp_path / "plan.xlsx"), openpyxl.load_workbook(tmp_path / "saved/plan.xlsx")
    assert before.sheetnames == after.sheetnames
    for sheet in before:
        assert list(words_of(sheet)) == list(words_of(after[sheet.title]))


def words_of(sheet: Any) -> Iterator[tuple[Any, ...]]:
    """The cells without white space: LibreOffice breaks a line of more than 16,367 characters."""
    for row in sheet.iter_rows(values_only=True):
        yield tuple("".join(value.split())[: LONGEST // 2] if isinstance(value, str) else value for value in row)


@pytest.mark.parametrize("made", [list, example, everything, lambda: ledger_of(*HOSTILE, LONG)])
@pytest.mark.parametrize("function", [export_workbook, export_agency_return])
def test_every_part_is_what_the_schema_of_excel_allows(made, function, tmp_path):
    path = tmp_path / "plan.xlsx"
    with path.open("wb") as out:
        function(made(), out, marking="official")
    assert [] == OpenXmlValidator().validate(path).errors
