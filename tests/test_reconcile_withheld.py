"""What was withheld from whoever got a file says nothing of its cell, and what is edited beside it is not lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from time import perf_counter

import pytest

from dhr_ledger import Ledger
from dhr_ledger.action import CreateAction, ReassignLead, RecordProgress, UpdateAction
from dhr_ledger.audience import Audience, Profile
from dhr_ledger.command import Command
from dhr_ledger.exporters.table import read_table, write_table
from dhr_ledger.exports import issue
from dhr_ledger.imports import read_plan
from dhr_ledger.plan import progress_cell
from dhr_ledger.reconcile import Proposal, reconcile
from dhr_ledger.review import AddSection, ImportPlan, MakeRecommendation, OpenReview

A1, A2 = "DHR7:NP:1", "DHR7:NP:2"
AGENCY = Audience("agency", Profile(names=("Jane Doe",)))
Rows = list[dict[str, str]]


@pytest.fixture
def ledger():
    """Two actions, and the name of a person in many of their cells."""
    with Ledger() as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Plan of DHR7"),
            AddSection(section="DHR7:NP", heading="Jane Doe House"),
            MakeRecommendation(recommendation="DHR7:NP:R1", text="Ask Jane Doe"),
            MakeRecommendation(recommendation="DHR7:NP:R2", text="Ask jane doe"),
            CreateAction(
                action=A1,
                recommendation="DHR7:NP:R1",
                text="Train officers with Jane Doe",
                lead="Jane Doe",
                monitoring="Jane Doe reports monthly",
            ),
            RecordProgress(action=A1, note="Jane Doe wrote the course.", as_printed=True),
            RecordProgress(action=A1, note="\n2 Jan 2014: read by Jane Doe.", as_printed=True),
            CreateAction(action=A2, recommendation="DHR7:NP:R2", text="Audit records"),
            by="DHR coordinator",
        )
        yield ledger


@pytest.fixture
def rows(ledger, tmp_path) -> Rows:
    """The plan as it was sent out, without the name, to be edited."""
    issue(
        *(ledger, "plan.csv", tmp_path / "sent.csv"),
        by="DHR coordinator",
        options={"for_return": True},
        audience=AGENCY,
    )
    headings, *cells = read_table(io.BytesIO((tmp_path / "sent.csv").read_bytes()))
    return [dict(zip(headings, row, strict=True)) for row in cells]


@pytest.fixture
def compare(ledger, tmp_path) -> Callable[..., Proposal]:
    """What a return of these rows proposes."""

    def compared(rows: Rows) -> Proposal:
        path = tmp_path / "return.csv"
        with path.open("wb") as out:
            write_table(list(rows[0]), [list(row.values()) for row in rows], out)
        return reconcile(read_plan(path, ledger=ledger), ledger)

    return compared


def orders(proposal: Proposal) -> list[Command]:
    """What is proposed besides saying that a file was taken in, without the place where it was read."""
    commands = (command for command in proposal.commands if not isinstance(command, ImportPlan))
    return [command.model_copy(update={"source": None}) for command in commands]


@pytest.mark.parametrize("head", [True, False], ids=["with its head", "without"])
@pytest.mark.parametrize("wholly", [True, False], ids=["whole cells", "names"])
def test_what_was_withheld_takes_nothing_away(wholly, head, ledger, rows, compare):
    """Neither a cell, nor a name in it; nor is an action put under another recommendation."""
    if wholly:
        cells = ("recommendation", "action", "lead", "monitoring", "progress")
        rows = [row | {name: "[withheld]" for name in cells if row[name]} for row in rows]
    if not head:
        rows = [{name: cell for name, cell in row.items() if name != "ledger_head"} for row in rows]
    rows[1]["action"] += " "
    proposal = compare(rows)
    assert ([], [], [A1, A2]) == (orders(proposal), proposal.conflicts, proposal.unchanged)


def test_nor_where_the_ledger_has_gone_on(ledger, rows, compare):
    ledger.record(
        UpdateAction(action=A1, monitoring="Quarterly", text="Train all officers"),
        ReassignLead(action=A1, to="Head of training"),
        RecordProgress(action=A1, note="Done"),
        by="Board",
    )
    rows[1]["action"] += " "
    proposal = compare(rows)
    assert ([], [], [A1, A2]) == (orders(proposal), proposal.conflicts, proposal.unchanged)


@pytest.mark.parametrize(
    ("column", "said", "was"),
    [
        ("monitoring", "[name withheld] reports quarterly to the board", "Jane Doe reports monthly"),
        ("action", "Train all officers with [name withheld]", "Train officers with Jane Doe"),
        ("lead", "[name withheld] and somebody", "Jane Doe"),
    ],
)
def test_an_edit_beside_a_name_that_was_withheld_is_a_conflict(column, said, was, rows, compare):
    """Nobody knows what to record in place of the name but the one who knows it."""
    rows[0][column] = said
    proposal = compare(rows)
    nth = list(rows[0]).index(column) + 1
    named = {"action": "text"}.get(column, column)
    assert ([], [A2]) == (orders(proposal), proposal.unchanged)
    assert [
        f"{A1} has the {named} {was!r} in the ledger and {said!r} in return.csv, row 2, column {nth}, which does not "
        "fit it, whatever was withheld there; it stays as it is, so record what is meant."
    ] == proposal.conflicts


def test_an_edit_of_a_heading_beside_a_name_is_a_conflict(rows, compare):
    for row in rows:
        row["section"] = "[name withheld] Centre"
    proposal = compare(rows)
    assert [] == orders(proposal)
    [conflict] = proposal.conflicts
    assert conflict.startswith("DHR7:NP is headed 'Jane Doe House' in the ledger and '[name withheld] Centre' in")


def test_an_edit_of_a_recommendation_beside_a_name_is_a_conflict(rows, compare):
    rows[0]["recommendation"] = "Never ask [name withheld]"
    proposal = compare(rows)
    assert [] == orders(proposal)
    [conflict] = proposal.conflicts
    assert conflict.startswith("DHR7:NP:R1 has other words in return.csv, row 2, column 2 than in the ledger")


SENT = "[name withheld] wrote the course.\n2 Jan 2014: read by [name withheld]."


@pytest.mark.parametrize(
    ("cell", "notes"),
    [
        (SENT, []),
        ("[withheld]", []),
        (f"{SENT}\n2 Feb 2014: All trained.", ["\n2 Feb 2014: All trained."]),
        (f"{SENT}\n2 Feb 2014: All trained by [name withheld].", ["\n2 Feb 2014: All trained by [name withheld]."]),
        (f"{SENT} All are trained.", [" All are trained."]),
        (f"3 Mar 2014: Begun.\n{SENT}", ["\n3 Mar 2014: Begun."]),
        (SENT.replace("\n", "\n1 Jan 2014: Sent.\n"), ["\n1 Jan 2014: Sent."]),
        ("[withheld]\n2 Feb 2014: All trained.", ["\n2 Feb 2014: All trained."]),
        ("2 Feb 2014: All trained.\n[withheld]", ["\n2 Feb 2014: All trained."]),
    ],
)
def test_reports_that_were_added_beside_what_was_withheld_are_proposed(cell, notes, ledger, rows, compare):
    rows[0]["progress"], rows[1]["action"] = cell, "Audit  records"
    proposal = compare(rows)
    assert ([], notes) == (proposal.conflicts, [command.note for command in orders(proposal)])


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("Begun. The name of the complainant is [withheld] here.", " The name of the complainant is [withheld] here."),
        ("Begun.\n1 Feb 2014: [withheld]\n2 Feb 2014: Done.", "\n1 Feb 2014: [withheld]\n"),
    ],
)
def test_a_report_that_merely_speaks_of_what_is_withheld_is_a_report(cell, note, ledger, rows, compare):
    """Nothing was withheld from this cell."""
    ledger.record(RecordProgress(action=A2, note="Begun.", as_printed=True), by="Board")
    for row in rows:
        row["ledger_head"] = str(ledger.head)
    rows[1]["progress"] = cell
    assert note == orders(compare(rows))[0].note


def test_a_mark_by_itself_is_no_report(ledger, rows, compare):
    ledger.record(RecordProgress(action=A2, note="1 Feb 2014: Begun.", as_printed=True), by="Board")
    for row in rows:
        row["ledger_head"] = str(ledger.head)
    rows[1]["progress"] = "[withheld]\n1 Feb 2014: Begun.\n2 Feb 2014: Done."
    assert ["\n2 Feb 2014: Done."] == [each.note for each in orders(compare(rows))]


@pytest.mark.parametrize(
    "cell",
    [
        "[name withheld] wrote nothing.\n2 Jan 2014: read by [name withheld].",
        "[name withheld] wrote the course.",
        "Nothing was written. [name withheld].",
        "[name withheld]. Nothing was written.",
        "[name withheld] wrote the course.\n2 Jan 2014: read by [name withheld] and others.",
    ],
)
def test_reports_that_were_written_anew_beside_what_was_withheld_are_a_conflict(cell, ledger, rows, compare):
    rows[0]["progress"] = cell
    proposal = compare(rows)
    assert ([], 1) == (orders(proposal), len(proposal.conflicts))
    assert "does not hold all of what the ledger holds" in proposal.conflicts[0]
    assert progress_cell(ledger.action(A1)).startswith("Jane Doe")


@pytest.mark.parametrize("mark", ["[withheld]", "a[withheld]", "a [name withheld]. ", "1 Jan 2014: [withheld]\n"])
@pytest.mark.parametrize("column", ["progress", "monitoring"])
def test_a_cell_full_of_what_was_withheld_takes_no_longer_than_any_other(column, mark, ledger, rows, compare):
    """It is compared piece by piece, in order, and never tried in every way."""
    stood = "a" * 20_000
    ledger.record(
        RecordProgress(action=A1, note=f"{stood}.", as_printed=True), UpdateAction(action=A1, monitoring=stood), by="x"
    )
    rows[0][column] = mark * 2_000 + "b"
    began = perf_counter()
    compare(rows)
    assert 60 > perf_counter() - began
