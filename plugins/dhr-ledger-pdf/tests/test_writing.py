"""`home-office.pdf` keeps the contract of an exporter, says all that the plan says, and is valid whatever it says."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category, normalize

import page as validation
import pdfplumber
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from pdfminer.converter import PDFPageAggregator
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFObjRef, resolve1
from pdfminer.utils import decode_text

from dhr_ledger import Entry, Ledger, export
from dhr_ledger.action import CreateAction, RecordProgress, ReviseTargetDate
from dhr_ledger.audience import audience
from dhr_ledger.errors import BadOption
from dhr_ledger.example import load_example
from dhr_ledger.home_office import HomeOfficePlan, Line, Trail, home_office_plan
from dhr_ledger.imports import read_plan
from dhr_ledger.reconcile import reconcile
from dhr_ledger.review import AddSection, MakeRecommendation, OpenReview
from dhr_ledger.testing import check_exporter
from dhr_ledger.testing.strategies import everything
from dhr_ledger_pdf.glyphs import FAMILIES, FOLDER, covered, shown, width
from dhr_ledger_pdf.writing import export_home_office, trail_part

PLAN = Path(__file__).parents[4] / "shared" / "plans" / "bdhr2012-13-04"
MARKUP = (
    "#panic()",
    '#read("/etc/passwd")',
    "*bold* _italic_ `raw` $x^2$ <label> @reference",
    "= Heading\n- item\n+ item\n/ term: words",
    "\\ // no comment /* at all */ ~ --- https://example.org/#]{(",
    '"}],"parts":[]',
    "if x -> y then 2x4 (c) fi ffi",
)
UNSHOWABLE = (
    "\x00\x01\x0b\x7f\x85",
    "\uf0b7 from Word \uf0fc",
    "\ue000\U0010fffd\ufffe\ufdd0",
    "\u202eturned\u2066 and not closed",
    "closed \u202c\u2069 and never opened",
    "a\u0301\u0316\u0489 \u0301 ✔\ufe0f ➢\u0340 \ufffd\u0489 e\u200d\u0301",
    "\ufeff\u00ad\u200b\u2060\u2028\u2029\u3164\u115f\U000e0041",
    "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 ✅ ❌ 🇬🇧",
    "Ŵyn Ŷnys · Ιωάννα · Ђорђе Юлия Ґалина · Nguyễn Đỗ · Małgorzata · Șerban",
    "محمد فاطمة · שרה · সুমাইয়া · ਗੁਰਪ੍ਰੀਤ · પટેલ · தமிழ் · สมชาย · ლელა · Անի · 王小明 · 金秀賢 · さくら · 김민지 · ሰላም",
    "• ✓ → ≥ ≤ ☐ ☑ ☒ ✔ ✗ ▪ ➢ ‘single’ “double” – — … ½ £ €",
    "W" * 300 + " " + "m" * 300 + " " + "é" * 300,
)
LONG = ("A cell that somebody has pasted a whole report into. " * 2000)[:100_000]


def pdf_of(entries: Iterable[Entry], **options: Any) -> bytes:
    out = io.BytesIO()
    export_home_office(entries, out, **options)
    return out.getvalue()


def ledger_of(*cells: str) -> list[Entry]:
    """A plan in which each of *cells* is an action, a report of progress, and the reason for another target date."""
    with Ledger(clock=lambda: datetime(2014, 2, 27, 14, 5, tzinfo=UTC)) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="#title[Review] of DHR7", partnership="Northshire <CSP>"),
            AddSection(section="DHR7:WMP", heading="#heading Police"),
            AddSection(section="DHR7:EY", heading="Early Years"),
            MakeRecommendation(recommendation="DHR7:WMP:R1", text="Learn #panic()", scope="local"),
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


@cache
def example_pdf(paper: str = "a3") -> bytes:
    return pdf_of(example(), paper=paper)


# What is read back: the structure that a screen reader follows


class Letters(PDFPageAggregator):
    """What a page tells: in `marked` by its place in the structure, in `running` what stands outside of it."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.marked: dict[tuple[int, int], list[str]] = {}
        self.running: list[str] = []
        self._open: list[tuple[int | None, bool]] = []

    def begin_tag(self, tag: Any, props: Any = None) -> None:
        props = props if isinstance(props, dict) else {}
        place, replaced = self._open[-1] if self._open else (None, False)
        place = props.get("MCID", place)
        if "ActualText" in props:
            self._tell(place, decode_text(props["ActualText"]))
        self._open.append((place, replaced or "ActualText" in props))

    def end_tag(self) -> None:
        self._open.pop()

    def render_char(self, *args: Any, **kwargs: Any) -> float:
        advance = super().render_char(*args, **kwargs)
        place, replaced = self._open[-1]
        if not replaced:
            self._tell(place, self.cur_item._objs[-1].get_text())
        return advance

    def _tell(self, place: int | None, words: str) -> None:
        if place is None:
            self.running.append(words)
        else:
            self.marked.setdefault((self.page, place), []).append(words)


class Told:
    """What a PDF tells: the words of each heading, paragraph and cell, as its structure puts them together."""

    def __init__(self, data: bytes) -> None:
        self._letters: dict[tuple[int, int], list[str]] = {}
        self.headings: list[tuple[str, str]] = []
        self.tables: list[list[list[str]]] = []
        self.outside: list[str] = []
        self.running: list[str] = []
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        resources = PDFResourceManager()
        for page in PDFPage.create_pages(document):
            device = Letters(resources)
            device.page = page.pageid
            PDFPageInterpreter(resources, device).process_page(page)
            self._letters |= device.marked
            self.running.append("".join(device.running))
        self.catalog = {name: resolve1(value) for name, value in document.catalog.items()}
        self.metadata = {name: decode_text(value) for name, value in document.info[0].items() if name != "Trapped"}
        self.xmp = self.catalog["Metadata"].get_data().decode()
        self.outline = [(level, title) for level, title, *_ in document.get_outlines()]
        self._read(self.catalog["StructTreeRoot"]["K"], None)

    def bare_tables(self) -> list[list[list[str]]]:
        return [[[bare(cell) for cell in row] for row in table] for table in self.tables]

    def _read(self, node: Any, page: int | None) -> None:
        for element in self._children(node):
            kind = element["S"].name
            if kind == "Table":
                self.tables.append([[self._words(cell, page) for cell in row] for row in self._rows(element)])
            elif kind in {"H1", "H2"}:
                self.headings.append((kind, self._words(element, page)))
            elif kind in {"Title", "P", "Lbl", "LBody"}:
                self.outside.append(self._words(element, page))
            else:
                self._read(element.get("K"), page)

    def _rows(self, node: Any) -> Iterator[list[Any]]:
        for element in self._children(node.get("K")):
            if element["S"].name == "TR":
                yield list(self._children(element["K"]))
            else:
                yield from self._rows(element)

    @staticmethod
    def _children(kids: Any) -> Iterator[Any]:
        kids = resolve1(kids)
        for kid in kids if isinstance(kids, list) else [kids]:
            element = resolve1(kid)
            if isinstance(element, dict) and "S" in element:
                yield element

    def _words(self, element: Any, page: int | None) -> str:
        page = element["Pg"].objid if isinstance(element.get("Pg"), PDFObjRef) else page
        kids = resolve1(element.get("K"))
        told = []
        for kid in kids if isinstance(kids, list) else [kids]:
            kid = resolve1(kid)
            if isinstance(kid, int) and page is not None:
                told += self._letters.get((page, kid), [])
            elif isinstance(kid, dict) and "MCID" in kid:
                told += self._letters.get((kid["Pg"].objid if "Pg" in kid else page, kid["MCID"]), [])
            elif isinstance(kid, dict) and "S" in kid:
                told.append(self._words(kid, page))
        return "".join(told)


def bare(text: str) -> str:
    """*text* as it is shown, without what nobody sees: spaces, places to break a word, marks of direction."""
    return "".join(
        letter for letter in normalize("NFD", shown(text)[0]) if not letter.isspace() and category(letter) != "Cf"
    )


def bare_table(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    return [[bare(cell) or bare("None recorded") for cell in row] for row in rows]


def cell_of(lines: Iterable[Line]) -> str:
    return " ".join(f"{line.label} {line.words}" for line in lines)


def plan_tables(plan: HomeOfficePlan) -> Iterator[list[list[str]]]:
    """The tables that a document of *plan* has to have, cell by cell."""
    for section in plan.sections:
        rows = []
        for recommendation in section.recommendations:
            words = recommendation.words
            for cells in [action.cells for action in recommendation.actions] or [{}]:
                own = {"recommendation": f"{recommendation.number} {words}", "scope": recommendation.scope}
                rows.append(
                    [own.get(column.field) or cell_of(cells.get(column.field, ())) for column in plan.template.columns]
                )
                words = "as above" if recommendation.reference else ""
        if rows:
            yield bare_table([[column.heading for column in plan.template.columns], *rows])
    for trail in plan.trails:
        if trail.rows:
            yield bare_table([trail.headings, *trail.rows])


# The contract


def test_the_exporter_keeps_the_contract():
    check_exporter(export_home_office)


def test_it_is_found_by_what_it_is_for_and_the_ending_of_the_file(tmp_path):
    made = export(example(), "home-office", tmp_path / "plan.pdf", options={"paper": "a4"})
    assert "home-office.pdf" == made.exporter
    assert example_pdf("a4") == made.path.read_bytes()


@pytest.mark.parametrize("paper", ["a5", "A3", ""])
def test_another_paper_is_refused(tmp_path, paper):
    with pytest.raises(BadOption, match="paper"):
        export(example(), "home-office", tmp_path / "plan.pdf", options={"paper": paper})


# Valid, and the same in both profiles


@pytest.mark.parametrize("paper", ["a3", "a4"])
@pytest.mark.parametrize(
    "entries",
    [
        pytest.param(example, id="the example"),
        pytest.param(list, id="no entries"),
        pytest.param(everything, id="everything"),
        pytest.param(lambda: ledger_of(*MARKUP, *UNSHOWABLE), id="hostile text"),
    ],
)
@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_the_file_is_in_order_for_the_reader_and_the_archive(tmp_path, entries, paper, profile):
    path = tmp_path / "plan.pdf"
    path.write_bytes(pdf_of(entries(), paper=paper, marking="official-sensitive", audience="panel"))
    faults = list(validation.validate_pdf(str(path), profile=profile).failures)
    # The validator takes the last byte of a stream that ends in one for a part of the end of the line that follows.
    assert [] == [fault for fault in faults if fault.rule_id != "PDFA2A-STREAM-LENGTH-001"]
    lengths = [
        (int(told[1]), told.end()) for told in re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\n", path.read_bytes())
    ]
    assert lengths
    assert all(path.read_bytes()[start + length :].startswith(b"\nendstream") for length, start in lengths)


def test_nothing_is_attached():
    """PDF/A-3 is for files with attachments, which UK government bodies are told not to take."""
    assert "Names" not in Told(example_pdf()).catalog or "EmbeddedFiles" not in Told(example_pdf()).catalog["Names"]


# What it says


@pytest.mark.parametrize("paper", ["a3", "a4"])
def test_every_cell_of_the_example_is_read_back(paper):
    assert list(plan_tables(home_office_plan(example()))) == Told(example_pdf(paper)).bare_tables()


@pytest.mark.skipif(not PLAN.is_dir(), reason="the published plans are kept beside the checkout")
def test_every_cell_of_a_published_plan_is_read_back():
    review = "BDHR2012/13-04"
    with Ledger(clock=lambda: datetime(2015, 2, 5, 11, tzinfo=UTC)) as ledger:
        ledger.record(OpenReview(review=review, title="Action plan"), by="DHR coordinator")
        imported = read_plan(*sorted((PLAN / "csv").glob("*.csv")), review=review)
        ledger.record(*reconcile(imported, ledger).commands, by="DHR coordinator")
        entries = list(ledger.entries())
    plan = home_office_plan(entries)
    assert 80 < sum(len(part.actions) for section in plan.sections for part in section.recommendations)
    assert list(plan_tables(plan)) == Told(pdf_of(entries)).bare_tables()


def test_the_first_page_says_what_the_document_is():
    told = Told(pdf_of(example(), audience="public", marking="Official-Sensitive"))
    plan = home_office_plan(example(), marking="Official-Sensitive")
    first = [bare(words) for words in told.outside]
    assert [bare(plan.title), bare(plan.subtitle)] == first[:2]
    for fact, said in [*plan.facts, ("Shown to", "public"), ("Protective marking", "OFFICIAL-SENSITIVE")]:
        assert bare(said) == first[first.index(bare(fact)) + 1]
    for words, number in plan.counts.items():
        assert not number or bare("of these are overdue" if words == "overdue" else words) in first
    assert bare(plan.note) in first


def test_sections_and_trails_are_headings_and_bookmarks():
    plan = home_office_plan(example())
    headings = [("H1", section.heading) for section in plan.sections]
    headings += [("H1", "Audit trail for the panel"), *(("H2", trail.title) for trail in plan.trails)]
    told = Told(example_pdf())
    assert [(level, bare(words)) for level, words in headings] == [
        (level, bare(words)) for level, words in told.headings
    ]
    assert [(int(level[1]), " ".join(words.split())) for level, words in headings] == told.outline


def test_a_section_without_actions_and_a_trail_without_rows_say_so():
    told = Told(pdf_of(ledger_of("Train")))
    assert bare("This section has no actions.") in map(bare, told.outside)
    assert bare("No status was changed.") in map(bare, told.outside)
    empty = Told(pdf_of([]))
    assert bare("The plan has no sections yet.") in map(bare, empty.outside)
    assert [] == empty.tables


@pytest.mark.parametrize("heading", ["\u200b", "\ufeff", "\u00ad"])
def test_a_section_whose_heading_shows_nothing_is_headed_by_its_reference(heading):
    with Ledger(clock=lambda: datetime(2014, 2, 27, tzinfo=UTC)) as ledger:
        review = OpenReview(review="DHR7", title="Review")
        ledger.record(review, AddSection(section="DHR7:WMP", heading=heading), by="DHR coordinator")
        told = Told(pdf_of(ledger.entries()))
    assert ("H1", "DHR7:WMP") == told.headings[0]


def test_a_heading_of_control_characters_is_shown_as_signs():
    with Ledger(clock=lambda: datetime(2014, 2, 27, tzinfo=UTC)) as ledger:
        review = OpenReview(review="DHR7", title="Review")
        ledger.record(review, AddSection(section="DHR7:WMP", heading="\x00\x1c\x1d\x85"), by="DHR coordinator")
        told = Told(pdf_of(ledger.entries()))
    assert ("H1", "����") == told.headings[0]


def test_a_heading_that_is_too_long_for_a_bookmark_is_cut_and_stands_in_full_below():
    heading = LONG[:40_000].strip()
    with Ledger(clock=lambda: datetime(2014, 2, 27, tzinfo=UTC)) as ledger:
        review = OpenReview(review="DHR7", title=heading, partnership=heading)
        ledger.record(review, AddSection(section="DHR7:WMP", heading=heading), by="DHR coordinator")
        told = Told(pdf_of(ledger.entries(), marking=heading[:1_000]))
    cut = heading[:299] + "…"
    assert cut == told.outline[0][1]
    assert 3 == [bare(words) for words in told.outside].count(bare(heading))  # as title, partnership and heading
    assert told.metadata["Title"].startswith("Action plan: A cell")
    assert told.metadata["Title"].endswith("…")


def test_a_recommendation_stands_once_and_by_its_number_with_every_other_action():
    first, second = Told(pdf_of(ledger_of("Train", "Audit"))).bare_tables()[0][1:]
    assert [bare("1 Learn #panic()"), "Local"] == first[:2]
    assert [bare("1 as above"), "Local"] == second[:2]


def test_a_recommendation_without_actions_has_a_row_that_says_so():
    table = Told(pdf_of(ledger_of())).bare_tables()[0]
    assert [bare("1 Learn #panic()"), "Local", *["Nonerecorded"] * 5] == table[1]


def test_headings_are_repeated_on_every_page_of_a_table():
    """The repetition is no part of the structure, so that nobody hears it twice."""
    told = Told(pdf_of(ledger_of(LONG[:9_000]), since=date(2020, 1, 1)))
    assert 5 < len(told.running)
    assert "Action to take" not in told.running[0]
    assert all("Action to take" in text for text in told.running[1:-2])
    assert 1 == len([row for row in told.tables[0] if "Action to take" in row])


def test_every_page_has_the_marking_twice_and_a_footer():
    told = Told(pdf_of(example(), marking="Official-Sensitive"))
    for number, text in enumerate(told.running, start=1):
        assert 2 == text.count("OFFICIAL-SENSITIVE")
        assert "BDHR2012/13-04 · as at 5 February 2015" in text
        assert f"Page {number} of {len(told.running)}" in text
    assert not any("OFFICIAL" in text for text in Told(example_pdf()).running)


def test_as_at_and_since_are_those_of_the_content():
    told = Told(pdf_of(example(), as_at=date(2014, 3, 1), since=date(2013, 6, 1)))
    plan = home_office_plan(example(), as_at=date(2014, 3, 1), since=date(2013, 6, 1))
    assert list(plan_tables(plan)) == told.bare_tables()
    assert "as at 1 March 2014" in told.running[0]


def test_the_file_tells_its_title_language_author_and_the_time_of_the_last_entry():
    told = Told(pdf_of(example(), marking="official"))
    assert b"en-GB" == told.catalog["Lang"]
    title = "Action plan: Domestic Homicide Review Action Plan in Respect of BDHR2012/13-04, as at 5 February 2015"
    assert title == told.metadata["Title"]
    assert "Birmingham Community Safety Partnership" == told.metadata["Author"]
    assert "domestic homicide review, action plan, BDHR2012/13-04" == told.metadata["Keywords"]
    assert told.metadata["Subject"].startswith("OFFICIAL. The action plan as it stood on 5 February 2015")
    assert "D:20150205110000Z" == told.metadata["CreationDate"]
    assert "2015-02-05T11:00:00" in told.xmp
    assert True is told.catalog["MarkInfo"]["Marked"]


# Whatever a cell holds


@pytest.mark.parametrize("paper", ["a3", "a4"])
def test_a_cell_is_never_read_as_the_language_of_the_engine(paper):
    entries = ledger_of(*MARKUP)
    assert list(plan_tables(home_office_plan(entries))) == Told(pdf_of(entries, paper=paper)).bare_tables()


def test_what_has_no_letter_is_printed_as_a_sign_and_counted():
    told = Told(pdf_of(ledger_of("王\x00")))
    signs = sum(cell.count("�") for table in told.tables for row in table for cell in row)
    assert 6 <= signs
    note = f"{signs} characters have no letter in this document and are shown as �; the ledger keeps them."
    assert bare(note) in map(bare, told.outside)
    assert "��." in told.tables[0][1][2]
    assert not any("no letter" in words for words in Told(example_pdf()).outside)


def test_hostile_text_is_read_back_as_far_as_it_can_be_shown():
    entries = ledger_of(*UNSHOWABLE)
    told = Told(pdf_of(entries))
    # Letters between marks of direction are in the order in which they are seen.
    expected = [[sorted(cell) for cell in row] for table in plan_tables(home_office_plan(entries)) for row in table]
    assert expected == [[sorted(cell) for cell in row] for table in told.bare_tables() for row in table]


def test_a_cell_of_a_hundred_thousand_characters_is_read_back():
    entries, later = ledger_of(LONG), date(2020, 1, 1)
    assert list(plan_tables(home_office_plan(entries, since=later))) == Told(pdf_of(entries, since=later)).bare_tables()


@pytest.mark.parametrize("paper", ["a3", "a4"])
def test_no_word_is_so_long_that_it_leaves_its_column(paper):
    data = pdf_of(ledger_of("W" * 200, "m" * 50 + "é" * 90, "https://example.org/" + "a" * 300), paper=paper)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            for word in page.extract_words():
                if set(word["text"]) <= set("Wmé.") and (table := headings_above(word, page.rects)):
                    column = max((cell for cell in table if cell["x0"] < word["x0"] + 0.1), key=lambda cell: cell["x0"])
                    assert word["x1"] <= column["x1"]


def test_a_reference_too_wide_for_its_column_breaks_behind_a_sign_and_nobody_meets_a_letter_for_it():
    """Each half is found by a search, and the whole is copied as it was written."""
    action = "DHR2012-GREATER-MANCHESTER/13-04-PART-2:WMP:1"
    told = Told(pdf_of(ledger_of(f"Superseded by {action}")))
    assert action in told.tables[0][1][2]
    with pdfplumber.open(io.BytesIO(pdf_of(ledger_of(f"Superseded by {action}")))) as pdf:
        words = [word["text"] for word in pdf.pages[0].extract_words()]
    pieces = [word for word in words if word in f"{action}." and len(word) > 5 and word != action]
    assert pieces
    assert {True} == {piece[-1] in "/_.:-" or f"{action}.".endswith(piece) for piece in pieces}


@pytest.mark.parametrize("audience_of", ["everybody", "public"])
@pytest.mark.parametrize("paper", ["a3", "a4"])
def test_no_heading_ends_a_page(paper, audience_of):
    """Neither a heading nor the sentence about a table: the first row stands below them."""
    entries = example() if audience_of == "everybody" else audience(audience_of).shown(example())
    titles = [bare(title) for _, title in Told(example_pdf()).outline]
    abouts = [bare(trail.about) for trail in home_office_plan(example()).trails]
    with pdfplumber.open(io.BytesIO(pdf_of(entries, paper=paper))) as pdf:
        for page in pdf.pages:
            lines = [bare(line["text"]) for line in page.extract_text_lines()]
            assert not {lines[-2], lines[-3]} & {*titles, *abouts}, page.page_number  # above the footer


def test_the_rest_of_a_row_is_called_by_its_number_at_the_head_of_the_next_page():
    told = Told(pdf_of(ledger_of(LONG[:9_000], "Train"), since=date(2020, 1, 1)))
    heads = ["1 continued" in text for text in told.running]
    assert [False, *[True] * (heads.count(True)), *[False] * (len(heads) - heads.count(True) - 1)] == heads
    assert 3 < heads.count(True)
    assert not any("continued" in text for text in Told(pdf_of(ledger_of("Train", "Audit"))).running)


def headings_above(word: dict[str, Any], boxes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The shaded headings of the table that *word* stands in."""
    above = [box["top"] for box in boxes if box["height"] > 12 and box["top"] < word["top"]]
    return [box for box in boxes if above and box["top"] == max(above)]


# The fonts that come along


def test_the_engine_has_a_letter_for_whatever_is_shown_as_it_is():
    """A character without a glyph would stop the engine, so this would fail, not print it wrongly."""
    assert covered() - set(claimed()) <= {chr(code) for code in (0xFEFF, 0x2028, 0x2029, *range(0xE000, 0xF900))}
    for weight in (400, 600):
        assert b"%PDF" == compiled("\n".join(claimed()), weight)[:4]


def test_a_sign_from_the_other_font_bears_any_mark():
    """A sign and its marks have to come from one font, or the engine would stop."""
    marks = [letter for letter in claimed() if category(letter).startswith("M")]
    assert 100 < len(marks)
    assert b"%PDF" == compiled("\n".join(sign + mark for sign in set(claimed()) - covered() for mark in marks), 600)[:4]


@given(st.lists(st.text(st.deferred(lambda: st.sampled_from(claimed())))))
def test_any_text_of_characters_that_are_shown_has_letters(texts):
    assert b"%PDF" == compiled(shown("\n".join(texts))[0], 400)[:4]


@cache
def claimed() -> str:
    """Every character that is shown as it is."""
    return "".join(chr(code) for code in range(0x110000) if shown(f"é{chr(code)}") == (f"é{chr(code)}", 0))


@pytest.mark.parametrize("character", ["א", "漢", "\U0001f600"])
def test_the_engine_has_no_letter_for_what_is_not_shown(character):
    assert ("�", 1) == shown(character)
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        compiled(character, 400)


def test_the_fonts_are_small_and_their_licence_comes_with_them():
    fonts = sorted(path.name for path in FOLDER.iterdir())
    assert ["Inter-Regular.otf", "Inter-SemiBold.otf", "OFL.txt"] == fonts
    assert 1_000_000 > sum(path.stat().st_size for path in FOLDER.iterdir())
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / "OFL.txt").read_text("utf-8")


def test_both_faces_have_the_same_characters():
    tables = [(FOLDER / f"Inter-{face}.otf").read_bytes() for face in ("Regular", "SemiBold")]
    assert cmap_of(tables[0]) == cmap_of(tables[1])


def cmap_of(font: bytes) -> bytes:
    for at in range(12, 12 + 16 * struct.unpack_from(">H", font, 4)[0], 16):
        tag, _, offset, length = struct.unpack_from(">4sIII", font, at)
        if tag == b"cmap":
            return font[offset : offset + length]
    raise AssertionError("The font has no cmap.")


def compiled(text: str, weight: int) -> bytes:
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[FOLDER])
    source = f"""#set document(title: "Letters")
    #set text(font: {str(FAMILIES).replace("'", '"')}, weight: {weight}, fallback: false, lang: "en")
    = Letters
    #for line in sys.inputs.text.split("\\n") [#line #linebreak()]"""
    made = typst.Compiler(font_paths=fonts).compile(
        input=source.encode(), format="pdf", sys_inputs={"text": text}, pdf_standards=["a-2a", "ua-1"], timestamp=0
    )
    assert isinstance(made, bytes)
    return made


def test_a_line_is_as_wide_as_it_is_measured():
    text = "Recommendation, Wŷr 2013/14 — “quoted”"
    data = pdf_of(ledger_of(text))
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        heading = next(word for word in pdf.pages[0].extract_words() if word["text"] == "Recommendation")
    assert pytest.approx(heading["x1"] - heading["x0"], abs=1) == 12 * width("Recommendation")


# Long trails


def test_the_newest_rows_of_a_long_trail_are_shown_and_how_many_there_are():
    trail = Trail("Statuses", "Every change.", ("Of", "To"), tuple((f"A{n}", "Done") for n in range(12_345)), "None.")
    part = trail_part(trail, 10_000)
    assert "Every change. The newest 10,000 of 12,345 are shown; audit-trail.csv tells them all." == part.about
    assert 10_000 == len(part.rows)
    assert ("A2345", "A12344") == (part.rows[0].cells[0][0].words, part.rows[-1].cells[0][0].words)
    assert "Every change." == trail_part(trail, 12_345).about
