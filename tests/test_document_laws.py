"""Two laws of a document for the Home Office that comes back, of Word and of OpenDocument.

Nobody edited it, and nothing is proposed; one cell was edited, and exactly that is, or it is told that a person has to
settle it.  They hold for any plan, whatever its words: equal ones, hostile ones, none.  What is edited here is the XML
of the file, and every file is put together anew, as by a program that saves it, so that its digest is another.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from lxml import etree

from dhr_ledger import Entry, Ledger, export
from dhr_ledger.action import (
    Action,
    ChangeStatus,
    CreateAction,
    ReachMilestone,
    ReassignLead,
    RecordProgress,
    ReviseTargetDate,
    UpdateAction,
    WithdrawAction,
)
from dhr_ledger.command import Command
from dhr_ledger.home_office import Field, Line, PlanAction, PlanRecommendation, home_office_plan, template
from dhr_ledger.imports import read_plan
from dhr_ledger.imports.grid import as_shown
from dhr_ledger.imports.headings import as_words
from dhr_ledger.imports.rows import OWN_NUMBER, WORDED
from dhr_ledger.legible import legible
from dhr_ledger.plan import action_plan
from dhr_ledger.provenance import Actor
from dhr_ledger.reconcile import Proposal, reconcile
from dhr_ledger.reference import number_of
from dhr_ledger.review import AddSection, ImportPlan, MakeRecommendation, OpenReview
from dhr_ledger.target_date import TargetDate
from dhr_ledger.testing.strategies import effectives, everything, ledgers, record_what_may_happen, words

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
HEADINGS = [column.heading for column in template().columns]
FIELDS = [column.field for column in template().columns]


@dataclass(frozen=True)
class Format:
    """A format of the document: its ending, the part that holds the words, and what tables are made of."""

    ending: str
    part: str
    table: str
    row: str
    cell: str
    paragraph: str
    words: Callable[[str], etree._Element]


def run_of_word(said: str) -> etree._Element:
    run = etree.Element(f"{W}r")
    text = etree.SubElement(run, f"{W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    text.text = said
    return run


def span_of_opendocument(said: str) -> etree._Element:
    span = etree.Element(f"{TEXT}span")
    span.text = said
    return span


FORMATS = (
    Format("docx", "word/document.xml", f"{W}tbl", f"{W}tr", f"{W}tc", f"{W}p", run_of_word),
    Format(
        *("odt", "content.xml", f"{TABLE}table", f"{TABLE}table-row", f"{TABLE}table-cell", f"{TEXT}p"),
        words=span_of_opendocument,
    ),
)


@pytest.fixture(scope="module", params=FORMATS, ids=lambda form: form.ending)
def form(request) -> Format:
    return request.param


# A document, and what is done to it


class Document:
    """A document that was exported, taken apart."""

    def __init__(self, form: Format, entries: Sequence[Entry], folder: Path) -> None:
        self.form, self.path = form, folder / f"plan.{form.ending}"
        export(entries, f"home-office.{form.ending}", self.path)
        with zipfile.ZipFile(self.path) as parts:
            self.parts = {name: parts.read(name) for name in parts.namelist()}
        self.root = etree.fromstring(self.parts[form.part], etree.XMLParser(huge_tree=True))

    def rows(self) -> list[list[etree._Element]]:
        """The cells of every row of the plan, headings aside."""
        tables = ([[*row.iter(self.form.cell)] for row in table.iter(self.form.row)] for table in self.tables())
        return [row for _, *rows in tables for row in rows]

    def tables(self) -> Iterator[etree._Element]:
        for table in self.root.iter(self.form.table):
            first = next(table.iter(self.form.row))
            if HEADINGS == ["".join(cell.itertext()) for cell in first.iter(self.form.cell)]:
                yield table

    def sort(self, order: Callable[[list[etree._Element]], list[etree._Element]]) -> None:
        """Put the rows of each table into another order, headings aside; one that comes again is copied."""
        for table in self.tables():
            _, *rows = table.iter(self.form.row)
            parent = rows[0].getparent()
            for row in rows:
                parent.remove(row)
            for row in order(rows):
                parent.append(row if row.getparent() is None else deepcopy(row))

    def write(self, cell: etree._Element, said: str, *, label: bool = False) -> None:
        """Write *said* in place of what stands in *cell*, after its *label* if that is to stay."""
        first, *others = cell.iter(self.form.paragraph)
        for other in others:
            other.getparent().remove(other)
        kept = [node for node in first if node.tag == f"{W}pPr"]
        kept += [node for node in first if node not in kept][:1] if label else []
        first.text = None
        first[:] = kept
        for node in kept:
            node.tail = None
        begin, *more = said.split("\n")
        first.append(self.form.words(f" {begin}" if label else begin))
        for line in more:
            self.add(cell, line)

    def add(self, cell: etree._Element, said: str) -> None:
        """Write *said* below what stands in *cell*."""
        for line in said.split("\n"):
            etree.SubElement(cell, self.form.paragraph).append(self.form.words(line))

    def saved(self) -> Path:
        """The file, put together anew."""
        written = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8")
        with zipfile.ZipFile(self.path, "w") as file:
            for name, part in self.parts.items():
                file.writestr(name, written if name == self.form.part else part)
        return self.path


class Printed(NamedTuple):
    """A row of the plan as it was printed."""

    under: PlanRecommendation
    first: bool
    action: PlanAction | None

    @property
    def section(self) -> str:
        return (self.under.reference or self.action.reference).rpartition(":")[0]

    @property
    def review(self) -> str:
        return self.section.partition(":")[0]

    def label(self, field: Field) -> str:
        """The number that stands before the words of a recommendation and an action, and stays when they are edited."""
        return next((line.label for line in self.lines(field)), "") if field in ("recommendation", "action") else ""

    def lines(self, field: Field) -> tuple[Line, ...]:
        own = self.under.cells(first=self.first) if self.first or field == "scope" else {}
        return (own | (self.action.cells if self.action else {})).get(field, ())


def printed(entries: Sequence[Entry]) -> list[Printed]:
    return [
        Printed(made, not nth, action)
        for section in home_office_plan(entries).sections
        for made in section.recommendations
        for nth, action in enumerate(made.actions or [None])
    ]


def handed_in(document: Document, ledger: Ledger, review: str) -> Proposal:
    return reconcile(read_plan(document.saved(), review=review, ledger=ledger), ledger)


def orders(proposal: Proposal) -> list[Command]:
    """What is proposed besides saying that a file was taken in."""
    return [command for command in proposal.commands if not isinstance(command, ImportPlan)]


# Plans


def few(*said: str) -> st.SearchStrategy[str]:
    """Words of which some come again: the same in two cells is what tells a good reader from a lucky one."""
    return st.sampled_from(said) | words()


DATES = st.sampled_from(
    ("", "Mar-14", "31/05/2014", "ongoing", "1/4/13; 1/5/13", "one month from publication", "soon")
).map(TargetDate.read)


@st.composite
def plans(draw: st.DrawFn) -> list[Entry]:
    """The entries of one review: sections, recommendations and actions, of which some say the same, in all states."""
    now = datetime(2014, 2, 27, 14, tzinfo=UTC)
    with Ledger(clock=lambda: now) as ledger:

        def record(*commands: Command) -> None:
            record_what_may_happen(ledger, commands, Actor(name="DHR coordinator"))

        record(OpenReview(review="DHR7", title="Review"))
        for key in ("A", "B")[: draw(st.integers(1, 2))]:
            record(AddSection(section=f"DHR7:{key}", heading=draw(few("Police", "Police (continued)", "", ". "))))
            made = [f"DHR7:{key}:R{nth}" for nth in range(1, draw(st.integers(1, 3)))]
            for name in made:
                record(MakeRecommendation(recommendation=name, text=draw(few("Learn from it", "2. Learn", "Action"))))
            for nth in range(1, draw(st.integers(2, 5))):
                name = f"DHR7:{key}:{nth}"
                text = few("Train", "1. Train\n2. Audit", "Recommendation 1: Train", "1. Train", "Action to take")
                recommendation = draw(st.sampled_from([None, *made]))
                record(
                    CreateAction(
                        action=name,
                        text=draw(text),
                        recommendation=recommendation,
                        lead=draw(few("", "Sergeant", "as above")),
                        target_date=draw(DATES),
                        outcome=draw(st.sampled_from(("", "All staff trained"))),
                    )
                )
                record(*draw(st.lists(happenings(name), max_size=3)))
        now += timedelta(days=30)
        return list(ledger.entries())


def happenings(action: str) -> st.SearchStrategy[Command]:
    """What may become of an *action*."""
    about, reports = {"action": st.just(action)}, few("Begun.", "1 May 2014: Held.", "-")
    when = {"effective": st.none() | effectives(), "reason": st.just("The pilot was extended")}
    return st.one_of(
        st.builds(RecordProgress, **about, note=reports, as_printed=st.booleans(), **when),
        st.builds(ReachMilestone, **about, milestone=reports, as_printed=st.booleans(), **when),
        st.builds(ReviseTargetDate, **about, to=DATES, **when),
        st.builds(UpdateAction, **about, number=few("1", "1.1", "2."), **when),
        st.builds(ChangeStatus, **about, to=st.sampled_from(("Complete", "Ongoing", "Paused")), **when),
        st.builds(WithdrawAction, **about, **when),
    )


# The laws


@given(entries=ledgers() | plans())
@example(entries=everything())
def test_a_document_that_nobody_edited_proposes_nothing(form, entries):
    """Of each review in it: no command, no conflict, nothing that is not understood, and every action as it was."""
    reviews = {row.review for row in printed(entries)}
    with Ledger() as ledger, TemporaryDirectory() as folder:
        ledger.restore(entries)
        document = Document(form, entries, Path(folder))
        for review in reviews:
            proposal = handed_in(document, ledger, review)
            assert ((), [], [], []) == (
                *(proposal.commands, proposal.conflicts, proposal.not_understood),
                *(proposal.new + proposal.changed + proposal.missing + proposal.matched,),
            )
            known = [name for name in action_plan(entries).actions if name.startswith(f"{review}:")]
            assert sorted(known) == sorted(proposal.unchanged)


@given(entries=ledgers() | plans(), data=st.data())
def test_an_edit_of_one_cell_proposes_exactly_that_edit(form, entries, data):
    """Or it is told, once, and nothing is proposed: of a cell that says more, nobody guesses which part is meant."""
    rows = printed(entries)
    assume(rows)
    with Ledger() as ledger, TemporaryDirectory() as folder:
        ledger.restore(entries)
        document = Document(form, entries, Path(folder))
        nth = data.draw(st.integers(0, len(rows) - 1), label="row")
        row, field = rows[nth], data.draw(st.sampled_from(FIELDS), label="field")
        said = legible(data.draw(few("Completed", "Mar-14", "2. Learn", "", " "), label="said"))
        below = field == "milestones" and data.draw(st.booleans(), label="below the others")
        cell = document.rows()[nth][FIELDS.index(field)]
        if below:
            said = f"12/02/2014: {said}"
            document.add(cell, said)
        else:
            document.write(cell, said, label=bool(row.label(field)))
        proposal = handed_in(document, ledger, row.review)
        told = [*proposal.conflicts, *proposal.not_understood]
        known = ledger.action(row.action.reference) if row.action else None
        beside = [each for each in rows if each.section == row.section]
        expected, to_settle = expected_of(row, known, field, said, beside, below=below)
        assert (expected, to_settle) == ([in_short(command) for command in orders(proposal)], len(told))
        ledger.record(*proposal.commands, by="DHR coordinator", reason="Return", seen=proposal.head)


@given(entries=ledgers() | plans(), data=st.data())
def test_rows_that_stand_elsewhere_propose_nothing(form, entries, data):
    """A row is the one whose cells it has, not the one in whose place it stands."""
    with Ledger() as ledger, TemporaryDirectory() as folder:
        ledger.restore(entries)
        document = Document(form, entries, Path(folder))
        document.sort(lambda rows: data.draw(st.permutations(rows)))
        for review in {row.review for row in printed(entries)}:
            proposal = handed_in(document, ledger, review)
            assert ((), [], [], []) == (
                *(proposal.commands, proposal.conflicts, proposal.not_understood, proposal.missing),
            )


@given(entries=ledgers() | plans(), data=st.data())
def test_a_row_that_was_put_in_is_a_new_action_and_nothing_else(form, entries, data):
    """It stands below one of the same cells but for its words, as people copy a row; it is under what that is."""
    rows = printed(entries)
    assume(rows)
    with Ledger() as ledger, TemporaryDirectory() as folder:
        ledger.restore(entries)
        document = Document(form, entries, Path(folder))
        nth = data.draw(st.integers(0, len(rows) - 1))
        copied = document.rows()[nth][0].getparent()
        document.sort(lambda of_table: [row for one in of_table for row in ([one, one] if one is copied else [one])])
        document.write(document.rows()[nth + 1][FIELDS.index("action")], "Ask the family what would have helped")
        proposal = handed_in(document, ledger, rows[nth].review)
        new, *of_it = orders(proposal)
        assert {(ReachMilestone, new.action)} >= {(type(each), each.action) for each in of_it}
        assert ([], [], []) == (proposal.conflicts, proposal.not_understood, proposal.missing)
        assert ("action", rows[nth].section, "Ask the family what would have helped") == in_short(new)
        assert (rows[nth].under.reference or None) == new.recommendation
        ledger.record(*proposal.commands, by="DHR coordinator", reason="Return", seen=proposal.head)


@given(entries=ledgers() | plans(), data=st.data())
def test_a_row_that_was_taken_out_proposes_nothing_and_is_told(form, entries, data):
    rows = printed(entries)
    several = [nth for nth, row in enumerate(rows) if sum(other.section == row.section for other in rows) > 1]
    assume(several)
    with Ledger() as ledger, TemporaryDirectory() as folder:
        ledger.restore(entries)
        document = Document(form, entries, Path(folder))
        nth = data.draw(st.sampled_from(several))
        gone = document.rows()[nth][0].getparent()
        document.sort(lambda of_table: [row for row in of_table if row is not gone])
        proposal = handed_in(document, ledger, rows[nth].review)
        assert ((), [], []) == (proposal.commands, proposal.conflicts, proposal.not_understood)
        left_out = rows[nth].action is None or ledger.action(rows[nth].action.reference).ended
        assert len(proposal.missing) == (not left_out)


def in_short(command: Command) -> tuple[str, str, str]:
    """A command: its kind, what it is about, and what it says."""
    match command:
        case UpdateAction(action=name, text=text) if text:
            return "words", name, as_shown(text)
        case ReassignLead(action=name, to=lead):
            return "lead", name, as_shown(lead.as_printed)
        case ReviseTargetDate(action=name, to=target):
            return "target date", name, as_shown(target.as_printed)
        case CreateAction(action=name, text=text):
            return "action", name.rpartition(":")[0], as_shown(text)
        case ReachMilestone(action=name, milestone=note):
            return "milestone", name, as_shown(note)
        case UpdateAction(action=name, number=number) if number:
            return "number", name, number
        case UpdateAction(action=name, recommendation=under) if under:
            return "put under", name, under
        case MakeRecommendation(recommendation=name, text=text):
            return "recommendation", name, as_shown(text)
    return type(command).__name__, command.stream, "?"


Edit = tuple[list[tuple[str, str, str]], int]
"""What is proposed, in short, and how often a person is told to settle something."""
NOTHING: Edit = [], 0
TOLD: Edit = [], 1


def expected_of(
    row: Printed, known: Action | None, field: Field, said: str, beside: Sequence[Printed], *, below: bool
) -> Edit:
    """What becomes of an edit of one cell; *beside* are the rows of its section."""
    words, lines = as_shown(said), row.lines(field)
    if field == "recommendation":
        made = {number_of(each.under.reference): each.under for each in beside}
        return expected_of_recommendation(row, known, said, made)
    was = "\n".join(f"{label}: {text}" if label and field != "action" else text for label, text in lines)
    if words == as_shown(was) and not below:
        return NOTHING
    if known is None and field != "scope":
        taken = {each.action.reference for each in beside if each.action}
        return expected_of_new_action(row, field, said, taken)
    one_date = len(lines) < 2 and not any(line.label for line in lines)
    if field == "target_date" and lines and one_date and TargetDate.read(said).meaning == known.target_date.meaning:
        return NOTHING  # another way to write the same date
    if field in ("scope", "completion") or known.ended or not words:
        return TOLD
    match field:
        case "action":
            return [("words", known.reference, words)], 0
        case "lead":
            return [("lead", known.reference, words)], 0
        case "target_date" if one_date:
            return [("target date", known.reference, words)], 0
        case "milestones" if below or not lines:
            return [("milestone", known.reference, words)], 0
    return TOLD


def expected_of_recommendation(
    row: Printed, known: Action | None, said: str, made: dict[str, PlanRecommendation]
) -> Edit:
    """It keeps its words; but an action may be put under another, which its cell names, or one that is new."""
    if row.label("recommendation"):
        return NOTHING if as_shown(said) == as_shown(row.under.words) else TOLD
    if not said.strip():
        return NOTHING
    worded = WORDED.fullmatch(said)
    worded_so = [number for number, each in made.items() if number and as_words(each.words) == as_words(said)]
    if worded:
        number, words = f"R{worded['number']}", worded["text"]
    elif worded_so:
        number, words = worded_so[-1], said
    elif row.under.reference:
        return TOLD
    else:
        number, words = next(free for n in count(1) if (free := f"R{n}") not in made), said
    under = f"{row.section}:{number}"
    if number in made and as_words(made[number].words) != as_words(words):
        return TOLD
    if known.ended:
        return NOTHING if under == known.recommendation else TOLD
    new = [] if number in made else [("recommendation", under, as_shown(words))]
    return ([*new, ("put under", known.reference, under)], 0) if under != known.recommendation else NOTHING


def expected_of_new_action(row: Printed, field: Field, said: str, taken: set[str]) -> Edit:
    """A recommendation without an action gets one where somebody says what is to be done."""
    if not said.strip():
        return NOTHING
    own = OWN_NUMBER.match(said)
    words = as_shown(said[own.end() :] if own else said)
    if field != "action":
        return TOLD
    name = f"{row.section}:{own['number']}" if own else ""
    return [("action", row.section, words), *([("number", f"{name}-2", own["number"])] if name in taken else [])], 0
