"""Two laws of a `workbook.ods` that comes back: nobody edited it, and nothing is proposed; one cell was edited, and
that is.

They hold for any ledger and any words.  What is edited is the XML of the file, and every file is put together anew, as
by a program that saves it, so that its digest is another.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, example, given
from hypothesis import strategies as st
from lxml import etree

from dhr_ledger import Entry, Ledger
from dhr_ledger.action import Action
from dhr_ledger.imports import read_plan
from dhr_ledger.imports.headings import DERIVED, fold
from dhr_ledger.legible import legible
from dhr_ledger.reconcile import Proposal, reconcile
from dhr_ledger.review import ImportPlan
from dhr_ledger.target_date import TargetDate
from dhr_ledger.testing.strategies import everything, ledgers, words
from dhr_ledger.workbook import Value, workbook
from dhr_ledger_odf import export_workbook
from dhr_ledger_odf.vocabulary import CELL, PARAGRAPH, TABLE, odf

ROW = odf("table:table-row")
FIELDS = {
    "Ref": "number",
    "Action": "text",
    "Lead": "lead",
    "Target date": "target_date",
    "Desired outcome": "desired_outcome",
    "Monitoring": "monitoring",
    "Success measure": "success_measure",
    "Evidence required": "evidence_required",
    "Milestones": "milestones",
    "Progress": "progress",
    "Outcome": "outcome",
    "Status": "status",
}
"""What may be edited in a row, by the heading of its column; the rest is worked out, or said of more than the row."""


class Book:
    """A workbook that was exported, taken apart."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        out = io.BytesIO()
        export_workbook(entries, out)
        with zipfile.ZipFile(out) as parts:
            self.parts = {name: parts.read(name) for name in parts.namelist()}
        self.root = etree.fromstring(self.parts["content.xml"], etree.XMLParser(huge_tree=True))

    def write(self, row: int, column: int, said: str) -> None:
        """Write *said* into a cell of the sheet Plan, of which row 0 has the headings."""
        [plan] = (table for table in self.root.iter(TABLE) if table.get(odf("table:name")) == "Plan")
        cell = list(list(plan.iter(ROW))[row].iter(CELL))[column]
        style = cell.get(odf("table:style-name"))
        cell.clear()
        cell.attrib.update({odf("table:style-name"): style, odf("office:value-type"): "string"})
        for line in said.split("\n"):
            etree.SubElement(cell, PARAGRAPH).text = line

    def handed_in(self, ledger: Ledger, review: str) -> Proposal:
        """What is proposed of it, saved again."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "plan.ods"
            with zipfile.ZipFile(path, "w") as file:
                for name, part in self.parts.items():
                    file.writestr(name, etree.tostring(self.root) if name == "content.xml" else part)
            return reconcile(read_plan(path, review=review, ledger=ledger), ledger)


def plan_rows(entries: Sequence[Entry]) -> list[dict[str, str]]:
    """The rows of the sheet Plan, by their headings; a cell that says nothing is blank."""
    sheet = workbook(entries).sheets[0]
    headings = [column.heading for column in sheet.columns]
    return [dict(zip(headings, map(text_of, row), strict=True)) for row in sheet.rows]


def text_of(value: Value) -> str:
    return "" if value is None else legible(str(value))


def told(proposal: Proposal) -> list[str]:
    """What is proposed besides saying that a file was taken in."""
    return [type(command).__name__ for command in proposal.commands if not isinstance(command, ImportPlan)]


@given(entries=ledgers())
@example(entries=everything())
def test_a_workbook_that_nobody_edited_proposes_nothing(entries):
    """Of each review in it: no command, no conflict, nothing that is not understood, and every action as it was."""
    known = [row["Reference"] for row in plan_rows(entries)]
    with Ledger() as ledger:
        ledger.restore(entries)
        for review in {name.partition(":")[0] for name in known}:
            proposal = Book(entries).handed_in(ledger, review)
            assert ((), [], [], []) == (
                *(proposal.commands, proposal.conflicts, proposal.not_understood),
                *(proposal.new + proposal.changed + proposal.missing,),
            )
            assert sorted(name for name in known if name.startswith(f"{review}:")) == sorted(proposal.unchanged)


@given(entries=ledgers(), data=st.data())
def test_an_edit_of_one_cell_proposes_exactly_that_edit(entries, data):
    """Recorded, the sheet says what was handed in; or it is a conflict, and nothing changes."""
    rows = plan_rows(entries)
    assume(rows)
    nth = data.draw(st.integers(0, len(rows) - 1), label="row")
    editable = [name for name in rows[nth] if name in FIELDS or fold(name) in DERIVED]
    heading = data.draw(st.sampled_from(editable), label="heading")
    said = legible(data.draw(words() | st.sampled_from(("Complete", "Ongoing", "Mar-14", "", " ")), label="said"))
    was = rows[nth][heading]
    if heading in ("Milestones", "Progress"):
        said = f"{was}\n{said}"
    with Ledger() as ledger:
        ledger.restore(entries)
        known = ledger.action(rows[nth]["Reference"])
        book = Book(entries)
        book.write(nth + 1, [*rows[nth]].index(heading), said)
        proposal = book.handed_in(ledger, known.reference.partition(":")[0])
        assert [] == proposal.not_understood
        conflicts, kinds = expected_of(FIELDS.get(heading), known, was, said, ledger)
        assert (kinds, conflicts) == (told(proposal), len(proposal.conflicts))
        ledger.record(*proposal.commands, by="DHR coordinator", reason="Return", seen=proposal.head)
        if kinds:
            rows[nth][heading] = said
        assert edited(rows) == edited(plan_rows(list(ledger.entries())))


def edited(rows: Sequence[dict[str, str]]) -> list[list[list[str]]]:
    """What may be edited of *rows*, white space aside."""
    return [[row[name].split() for name in FIELDS] for row in rows]


def expected_of(field: str | None, known: Action, was: str, said: str, ledger: Ledger) -> tuple[int, list[str]]:
    """How many conflicts an edit is, and the commands that it is."""
    if field is None or was.split() == said.split():
        return 0, []  # what is worked out is not taken in
    dated = field == "target_date" and known.target_date.kind != "none"
    if dated and TargetDate.read(said).meaning == known.target_date.meaning:
        return 0, []  # another way to write the same date
    if field == "status":
        return expected_of_status(known, said, ledger)
    if not said.strip() or (known.ended and field not in ("progress", "outcome")):
        return 1, []
    kinds = {"lead": "ReassignLead", "target_date": "ReviseTargetDate"}
    kinds |= {"milestones": "ReachMilestone", "progress": "RecordProgress"}
    return 0, [kinds.get(field, "UpdateAction")]


def expected_of_status(known: Action, said: str, ledger: Ledger) -> tuple[int, list[str]]:
    """A status that ends an action, or begins it again after it was withdrawn, is left to a person."""
    to, now = ledger.review(known.reference).legend.read(said).progress, known.status.progress
    if not said.strip() or {to, now} & {"withdrawn", "superseded"} or (now, to) == ("complete", "unknown"):
        return 1, []
    return 0, ["ReopenAction" if now == "complete" != to else "ChangeStatus"]
