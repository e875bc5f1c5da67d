"""`home-office.odt` says all that the plan says, so that it can be read and heard, and comes back as it was."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

import odfdo
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dhr_ledger import Entry, Ledger
from dhr_ledger.action import CreateAction, ReassignLead, RecordProgress, ReviseTargetDate
from dhr_ledger.command import Command
from dhr_ledger.example import load_example
from dhr_ledger.home_office import HomeOfficePlan, Line, home_office_plan
from dhr_ledger.imports import read_plan
from dhr_ledger.legible import legible
from dhr_ledger.plan import action_plan
from dhr_ledger.reconcile import Proposal, reconcile
from dhr_ledger.review import AddSection, ImportPlan, MakeRecommendation, OpenReview
from dhr_ledger.testing.strategies import everything
from dhr_ledger_odf import export_home_office
from dhr_ledger_odf.home_office import divided
from dhr_ledger_odf.look import PAPERS
from dhr_ledger_odf.reading import read_odt
from dhr_ledger_odf.vocabulary import odf

PLAN = Path(__file__).parents[4] / "shared" / "plans" / "bdhr2012-13-04" / "plan.docx"
published = pytest.mark.skipif(not PLAN.exists(), reason="the plans of shared/ are not beside this checkout")


def odt_of(entries: Iterable[Entry], **options: Any) -> bytes:
    out = io.BytesIO()
    export_home_office(entries, out, **options)
    return out.getvalue()


@cache
def example() -> tuple[Entry, ...]:
    with load_example() as ledger:
        return tuple(ledger.entries())


@cache
def published_plan() -> tuple[Entry, ...]:
    with Ledger(clock=lambda: datetime(2015, 2, 5, 11, tzinfo=UTC)) as ledger:
        ledger.record(*reconcile(read_plan(PLAN), ledger).commands, by="DHR coordinator")
        return tuple(ledger.entries())


@pytest.fixture
def small():
    """A recommendation with two actions, one with none, an action under none; and a section with nothing in it."""
    with Ledger(clock=lambda: datetime(2014, 2, 27, 14, tzinfo=UTC)) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review of DHR7", partnership="Northshire CSP"),
            AddSection(section="DHR7:WMP", heading="Police"),
            AddSection(section="DHR7:EY", heading="Early Years"),
            MakeRecommendation(recommendation="DHR7:WMP:R1", text="Learn from it", scope="local"),
            MakeRecommendation(recommendation="DHR7:WMP:R2", text="Tell others"),
            CreateAction(action="DHR7:WMP:1.1", text="Train", recommendation="DHR7:WMP:R1"),
            CreateAction(action="DHR7:WMP:1.2", text="Audit", recommendation="DHR7:WMP:R1"),
            CreateAction(action="DHR7:WMP:3", text="Publish"),
            by="DHR coordinator",
        )
        return list(ledger.entries())


def part(data: bytes, name: str = "content") -> etree._Element:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(f"{name}.xml"))


# What odfdo, which did not write it, reads back


def opened(data: bytes) -> odfdo.Document:
    return odfdo.Document(io.BytesIO(data))


def paragraphs(data: bytes) -> list[str]:
    """Those outside of tables, headings too, with white space collapsed."""
    body = opened(data).body
    return [one_line(str(each)) for each in body.children if each.tag in ("text:p", "text:h")]


def one_line(text: str) -> str:
    return " ".join(text.split())


def tables(data: bytes) -> list[list[list[str]]]:
    """The cells of each table, a line a paragraph."""
    return [
        [[one_line(" ".join(str(each) for each in cell.children)) for cell in row.cells] for row in rows_of(table)]
        for table in opened(data).body.get_elements("table:table")
    ]


def rows_of(table: odfdo.Element) -> list[odfdo.Row]:
    return list(table.get_elements(".//table:table-row"))


def plan_tables(plan: HomeOfficePlan) -> Iterator[list[list[str]]]:
    """The tables that a document of *plan* has to have, cell by cell."""
    columns = plan.template.columns
    for section in plan.sections:
        rows = []
        for made in section.recommendations:
            for nth, cells in enumerate([action.cells for action in made.actions] or [{}]):
                own = {"recommendation": f"{made.number}. {made.words}", "scope": made.scope}
                if nth:
                    own["recommendation"] = f"Recommendation {made.number}, continued"
                if not made.reference:
                    own = {"recommendation": "Under no recommendation", "scope": ""}
                rows.append([own.get(c.field, cell_of(cells.get(c.field, ()), c.field)) for c in columns])
        if rows:
            yield [[column.heading for column in columns], *([one_line(legible(cell)) for cell in row] for row in rows)]
    for trail in plan.trails:
        if trail.rows:
            yield [list(trail.headings), *([one_line(legible(cell)) for cell in row] for row in trail.rows)]


def cell_of(lines: Iterable[Line], field: str) -> str:
    stop = "." if field == "action" else ":"
    return "\n".join(f"{label}{stop} {words}" if label else words for label, words in lines)


@pytest.mark.parametrize("paper", PAPERS)
def test_every_cell_of_the_example_is_read_back(paper):
    assert list(plan_tables(home_office_plan(example()))) == tables(odt_of(example(), paper=paper))


def test_every_cell_of_everything_that_can_happen_is_read_back():
    assert list(plan_tables(home_office_plan(everything()))) == tables(odt_of(everything()))


@published
def test_every_cell_of_a_published_plan_is_read_back():
    plan = home_office_plan(published_plan())
    assert 87 == sum(len(made.actions) for section in plan.sections for made in section.recommendations)
    assert list(plan_tables(plan)) == tables(odt_of(published_plan()))


# What it says beside the tables


def test_the_first_page_says_what_the_document_is():
    said = paragraphs(odt_of(example(), audience="public", marking="Official-Sensitive"))
    plan = home_office_plan(example(), made_by=f"dhr-ledger-odf {version('dhr-ledger-odf')}, home-office.odt")
    facts = [("Protective marking", "OFFICIAL-SENSITIVE"), *plan.facts, ("Shown to", "public")]
    counts = (
        "9 in progress, 32 complete, 1 withdrawn, 2 superseded, 2 awaiting a stage, 2 unknown; 8 of these are overdue"
    )
    assert [
        *(plan.title, plan.subtitle),
        *(f"{name}: {told}" for name, told in (*facts, ("Actions", counts))),
        plan.note,
    ] == said[: len(facts) + 4]


def test_what_is_not_given_is_not_said():
    said = paragraphs(odt_of(example()))
    assert not [line for line in said if line.startswith(("Protective marking", "Shown to"))]


def test_the_marking_stands_at_the_top_and_the_bottom_of_every_page():
    page = part(odt_of(example(), marking="official\n-sensitive"), "styles").find(f".//{odf('style:master-page')}")
    header, footer = (["".join(each.itertext()) for each in side] for side in page)
    assert ["OFFICIAL -SENSITIVE"] == header
    assert ["BDHR2012/13-04 · as at 5 February 2015Page 1 of 1", "OFFICIAL -SENSITIVE"] == footer
    unmarked = part(odt_of(example()), "styles").find(f".//{odf('style:master-page')}")
    assert [odf("style:footer")] == [side.tag for side in unmarked]


def test_the_number_of_pages_is_counted_by_the_program():
    footer = part(odt_of(example()), "styles").find(f".//{odf('style:footer')}")
    assert [odf("text:page-number"), odf("text:page-count")] == [
        node.tag for node in footer.iter() if node.tag not in (odf("style:footer"), odf("text:p"), odf("text:tab"))
    ]


def test_the_outline_is_the_sections_and_then_the_audit_trail():
    plan = home_office_plan(example())
    found = opened(odt_of(example())).body.get_elements("//text:h")
    assert [
        *((1, one_line(section.heading)) for section in plan.sections),
        (1, "Audit trail for the panel"),
        *((2, trail.title) for trail in plan.trails),
    ] == [(int(each.get_attribute("text:outline-level")), one_line(str(each))) for each in found]


def test_a_section_without_actions_and_a_trail_without_rows_say_so(small):
    said = paragraphs(odt_of(small, since=date(2014, 3, 1)))
    after = {line: said[nth + 1] for nth, line in enumerate(said[:-1])}
    assert "This section has no actions." == after["Early Years"]
    for trail in home_office_plan(small, since=date(2014, 3, 1)).trails:
        assert (trail.about, trail.nothing) == (after[trail.title], after[trail.about])
    assert "The plan has no sections yet." in paragraphs(odt_of([]))


def test_since_tells_the_trail_from_which_day_on():
    assert "Changes shown since: 1 January 2015" in paragraphs(odt_of(example(), since=date(2015, 1, 1)))


# How it stands there


def test_no_cells_are_merged_and_every_row_says_what_it_is_for(small):
    data = odt_of(small)
    assert not list(part(data).iter(odf("table:covered-table-cell")))
    assert [
        *("Recommendation", "1. Learn from it", "Recommendation 1, continued", "2. Tell others"),
        "Under no recommendation",
    ] == [row[0] for row in tables(data)[0]]
    first_cells = [row[0].get(odf("table:style-name")) for row in part(data).iter(odf("table:table-row"))]
    assert ["Head", "First", "Next", "First", "First"] == first_cells[:5]


def test_headings_are_repeated_on_every_page_and_each_table_says_what_it_is():
    plan = home_office_plan(example())
    content = part(odt_of(example()))
    found = list(content.iter(odf("table:table")))
    assert {1} == {len(table.findall(f"{odf('table:table-header-rows')}/{odf('table:table-row')}")) for table in found}
    titles = [table.findtext(odf("table:title")) for table in found]
    assert [*(section.heading for section in plan.sections), *(trail.title for trail in plan.trails)] == titles
    names = [table.get(odf("table:name")) for table in found]
    assert len(set(names)) == len(names)


def test_a_short_row_stays_on_its_page_and_a_long_one_goes_on_overleaf():
    with Ledger(clock=lambda: datetime(2014, 2, 27, 14, tzinfo=UTC)) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review of DHR7"),
            AddSection(section="DHR7:WMP", heading="Police"),
            CreateAction(action="DHR7:WMP:1", text="Train"),
            CreateAction(action="DHR7:WMP:2", text="Train everybody " * 200),
            by="DHR coordinator",
        )
        content = part(odt_of(ledger.entries()))
    rows = content.find(f".//{odf('table:table')}").findall(odf("table:table-row"))
    assert ["Whole", "Long"] == [row.get(odf("table:style-name")) for row in rows]


@pytest.mark.parametrize("paper", PAPERS)
def test_columns_fill_the_paper_and_print_the_words_of_their_headings_unbroken(paper):
    """A letter of Arial in bold is 0.58 times as wide as it is high, in the words that these headings are made of."""
    columns = home_office_plan(example()).template.columns
    sheet = PAPERS[paper]
    widths = sheet.columns([column.heading for column in columns], [column.width for column in columns])
    assert sheet.room == pytest.approx(sum(widths))
    for column, width in zip(columns, widths, strict=True):
        longest = max(map(len, column.heading.split()))
        assert width - 3.2 > longest * 0.58 * sheet.size * 25.4 / 72


def test_the_paper_lies_on_its_long_side():
    for paper, size in (("a3", ("420mm", "297mm", "12pt")), ("a4", ("297mm", "210mm", "9pt"))):
        styles = part(odt_of(example(), paper=paper), "styles")
        layout = styles.find(f".//{odf('style:page-layout')}")[0]
        letters = styles.find(f".//{odf('style:default-style')}/{odf('style:text-properties')}")
        assert size == (
            *(layout.get(odf(f"fo:page-{side}")) for side in ("width", "height")),
            letters.get(odf("fo:font-size")),
        )
        assert ("landscape", "en", "GB") == (
            layout.get(odf("style:print-orientation")),
            *(letters.get(odf(f"fo:{name}")) for name in ("language", "country")),
        )


def test_nothing_is_slanted_or_justified():
    styles = zipfile.ZipFile(io.BytesIO(odt_of(example()))).read("styles.xml").decode()
    assert "italic" not in styles
    assert "justify" not in styles


@given(st.text("ab \n", max_size=40).map(lambda text: text * 400))
def test_a_long_text_is_divided_and_nothing_of_it_is_lost(text):
    """It is divided where a line ends, or else after a space."""
    parts = list(divided(text))
    assert text.split() == "\n".join(parts).split()
    assert text.replace("\n", "") == "".join(parts).replace("\n", "")
    assert all(len(part) <= 2_000 or not {" ", "\n"} & set(part[:-1]) for part in parts)


# The way back


def proposed(entries: Iterable[Entry], folder: Path, ledger: Ledger, change: Any = None) -> Proposal:
    """What is proposed when the document of *entries* is handed in, unedited but for *change*."""
    data = odt_of(entries)
    if change:
        data = changed(data, change)
    (folder / "plan.odt").write_bytes(data)
    return reconcile(read_plan(folder / "plan.odt", ledger=ledger), ledger)


def orders(proposal: Proposal) -> list[Command]:
    """What is proposed, but for the report that a file was taken in."""
    return [command for command in proposal.commands if not isinstance(command, ImportPlan)]


def changed(data: bytes, change: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            words = before.read(name)
            after.writestr(name, change(words.decode()) if name == "content.xml" else words)
    return out.getvalue()


def test_the_document_is_understood_as_the_plan_that_it_is(tmp_path):
    """Its tables are the sections, its trail is no plan, and it says what it was made from."""
    (tmp_path / "plan.odt").write_bytes(odt_of(example(), marking="official"))
    imported = read_plan(tmp_path / "plan.odt")
    plan = home_office_plan(example())
    assert (plan.reference, plan.properties.head) == (imported.review, imported.made_from)
    assert [one_line(section.heading) for section in plan.sections] == [each.heading for each in imported.sections]
    for section, read in zip(plan.sections, imported.sections, strict=True):
        assert [(made.number, made.words) for made in section.recommendations if made.reference] == [
            (made.number, made.text) for made in read.recommendations
        ]
        actions = [action for made in section.recommendations for action in made.actions]
        assert [action.cells["action"][0].words for action in actions] == [action.text for action in read.actions]
        leads = ["".join(line.words for line in action.cells["lead"]) for action in actions]
        assert leads == [action.lead.as_printed for action in read.actions]


def test_unedited_it_proposes_nothing(tmp_path):
    """Its target dates tell of every move, and its reports of their days: nobody wrote that into it."""
    with load_example() as ledger:
        proposal = proposed(example(), tmp_path, ledger)
    assert ((), [], [], []) == (proposal.commands, proposal.conflicts, proposal.new, proposal.missing)


@published
def test_unedited_actions_in_the_same_words_are_told_apart(tmp_path):
    """The number that is printed of an action is no part of it; they stand in the order in which they were printed."""
    with Ledger(clock=lambda: datetime(2015, 2, 5, 11, tzinfo=UTC)) as ledger:
        ledger.record(*reconcile(read_plan(PLAN), ledger).commands, by="DHR coordinator")
        proposal = proposed(ledger.entries(), tmp_path, ledger)
    assert ((), [], [], []) == (proposal.commands, proposal.conflicts, proposal.new, proposal.missing)


def test_a_lead_that_is_changed_is_all_that_is_proposed_of_leads(tmp_path):
    with load_example() as ledger:
        actions = action_plan(ledger.entries()).actions.values()
        how_often = Counter(action.lead.as_printed for action in actions)
        action = next(each for each in actions if not each.ended and how_often[each.lead.as_printed] == 1)
        was = f">{escape(action.lead.as_printed)}</text:p></table:table-cell>"
        proposal = proposed(example(), tmp_path, ledger, lambda words: words.replace(was, was.replace(">", ">New ", 1)))
    leads = [(each.action, each.to.as_printed) for each in proposal.commands if isinstance(each, ReassignLead)]
    assert [(action.reference, f"New {action.lead.as_printed}")] == leads
    assert (1, []) == (len(orders(proposal)), proposal.conflicts)


@pytest.fixture
def kept():
    """A ledger of two actions, one of which has a target date that moved, and reports."""
    now = datetime(2014, 2, 27, 14, tzinfo=UTC)
    with Ledger(clock=lambda: now) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review of DHR7", partnership="Northshire CSP"),
            AddSection(section="DHR7:WMP", heading="Police"),
            MakeRecommendation(recommendation="DHR7:WMP:R1", text="Learn from it", scope="local"),
            CreateAction(
                action="DHR7:WMP:1",
                text="Train all officers",
                recommendation="DHR7:WMP:R1",
                lead="Sergeant",
                target_date="Mar-14",
            ),
            CreateAction(action="DHR7:WMP:2", text="Audit", recommendation="DHR7:WMP:R1", target_date="Apr-14"),
            by="DHR coordinator",
        )
        ledger.record(
            RecordProgress(action="DHR7:WMP:1", note="Course written", effective="2014-02-10"),
            ReviseTargetDate(action="DHR7:WMP:2", to="May-14", reason="Few took part", effective="2014-02-11"),
            by="DHR coordinator",
        )
        yield ledger


EDITS = {
    "the action": ("Train all officers<", "Train all the officers<", {"text": "Train all the officers"}),
    "the lead": (">Sergeant<", ">Inspector<", {"to": "Inspector"}),
    "a target date that never moved": (">Mar-14<", ">Jun-14<", {"to": "Jun-14"}),
    "a report below the others": (
        *("Course written</text:p>", "Course written</text:p><text:p>Jan 14: course held.</text:p>"),
        {"milestone": "Jan 14: course held."},
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_proposes_exactly_that_edit(edit, kept, tmp_path):
    was, now, says = EDITS[edit]
    proposal = proposed(kept.entries(), tmp_path, kept, lambda words: words.replace(was, now))
    assert ([], 1) == (proposal.conflicts, len(orders(proposal)))
    (command,) = orders(proposal)
    told = command.model_dump(mode="json", include=set(says))
    assert ([], {"action": "DHR7:WMP:1"} | says) == (
        proposal.conflicts,
        {"action": command.action}
        | {name: one if isinstance(one, str) else one["as_printed"] for name, one in told.items()},
    )


@pytest.mark.parametrize(
    ("was", "now", "place"),
    [
        (">May-14<", ">Jun-14<", "column 6"),
        (" from Apr-14 to May-14", " from Apr-14 to June 2014", "column 6"),
        ("Course written</text:p>", "Course was written</text:p>", "column 5"),
        ("Unknown</text:p>", "Done</text:p>", "column 7"),
    ],
)
def test_where_a_cell_says_more_than_the_plan_an_edit_of_it_is_for_a_person(was, now, place, kept, tmp_path):
    """Which part of a cell that tells of two target dates is meant is not guessed."""
    proposal = proposed(kept.entries(), tmp_path, kept, lambda words: words.replace(was, now))
    (conflict, *_) = proposal.conflicts
    assert [] == orders(proposal)
    assert place in conflict
    assert conflict.endswith(
        "is not what was printed there, and a document for the Home Office says more in that cell than the plan does; "
        "record what is meant."
    )


@pytest.mark.parametrize("typed", ["1.1. Train more", "1.1 Train", "Train"])
def test_what_somebody_types_into_a_number_is_read(small, typed):
    """And so is the number: which part of a cell it is, is worked out where it is known what was printed."""
    data = changed(
        odt_of(small), lambda words: words.replace(">1.1.</text:span> Train<", f">{typed}</text:span> Train<")
    )
    assert (f"{typed} Train", "1.1. Train") == (cells(data)[1][2], cells(odt_of(small))[1][2])


def test_what_stands_for_a_recommendation_is_left_out_and_what_replaces_it_is_read(small):
    data = changed(odt_of(small), lambda words: words.replace("Recommendation 1, continued", "3. Do more"))
    assert ("3. Do more", "") == (cells(data)[2][0], cells(odt_of(small))[2][0])


def cells(data: bytes) -> list[tuple[str, ...]]:
    return [tuple(map(str, row)) for _, row in read_odt(io.BytesIO(data), "plan.odt")[0].rows]
