"""What an import would change: the difference between a plan and a ledger as commands, and what is left to a person."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from dhr_ledger import Ledger
from dhr_ledger.action import ReassignLead, RecordProgress, WithdrawAction
from dhr_ledger.command import Command
from dhr_ledger.errors import Conflict, ReasonRequired
from dhr_ledger.imports import read_plan
from dhr_ledger.plan import progress_cell
from dhr_ledger.reconcile import Proposal, reconcile
from dhr_ledger.review import OpenReview
from dhr_ledger.status import Legend

HEADING_ROW = ["Ref", "Action", "Lead Agency", "Target Date", "Desired Outcome", "Progress", "Status"]
BEGUN = ["1", "Train officers", "Training lead", "Mar-14", "Safer", "Nov 13: begun.", "Ongoing"]
A1 = "DHR7:NP:1"


def plan_file(folder: Path, *rows: list[str], heading: str = "Northshire Police", name: str = "09-NP.csv") -> Path:
    """A file that holds one section of these *rows*."""
    text = io.StringIO()
    csv.writer(text).writerows([["Plan of DHR7"], [heading], HEADING_ROW, *rows])
    (folder / name).write_bytes(text.getvalue().encode())
    return folder / name


@pytest.fixture
def ledger():
    with Ledger() as ledger:
        yield ledger


def take_in(ledger: Ledger, file: Path, reason: str | None = None) -> Proposal:
    """What importing *file* proposed, once it is recorded."""
    proposal = reconcile(read_plan(file), ledger)
    ledger.record(*proposal.commands, by="DHR coordinator", reason=reason, seen=proposal.head)
    return proposal


def orders(proposal: Proposal) -> list[str]:
    """The names of the commands that were proposed."""
    return [type(command).__name__ for command in proposal.commands]


def changed(row: list[str], **cells: str) -> list[str]:
    """*row* with other words in some cells."""
    names = ["number", "text", "lead", "target_date", "desired_outcome", "progress", "status"]
    return [cells.get(name, cell) for name, cell in zip(names, row, strict=True)]


def place(command: Command) -> str:
    return str(command.source)


# The first time


def test_a_plan_that_is_new_is_proposed_in_the_order_in_which_it_is_printed(tmp_path, ledger):
    """The review, its section, the recommendation, each action with its progress, and the file last."""
    file = plan_file(tmp_path, ["Recommendation 1: Learn"], BEGUN, ["2", "Audit", "", "", "", "", ""])
    proposal = take_in(ledger, file)
    assert [
        *("OpenReview", "AddSection", "MakeRecommendation", "CreateAction", "RecordProgress", "CreateAction"),
        "ImportPlan",
    ] == orders(proposal)
    assert [
        *("09-NP.csv, row 1, column 1", "09-NP.csv, row 2, column 1", "09-NP.csv, row 4, column 1"),
        *("09-NP.csv, row 5", "09-NP.csv, row 5, column 6", "09-NP.csv, row 6", "09-NP.csv"),
    ] == [place(command) for command in proposal.commands]
    assert ["DHR7", "DHR7:NP", "DHR7:NP:R1", A1, "DHR7:NP:2"] == proposal.new
    assert ([], [], []) == (proposal.changed, proposal.unchanged, proposal.conflicts)
    action = ledger.action(A1)
    assert ("DHR7:NP:R1", "Nov 13: begun.") == (action.recommendation, progress_cell(action))
    assert {"number": 1, "text": 2, "lead": 3, "target_date": 4, "desired_outcome": 5, "status": 7} == next(
        entry.source.columns for entry in ledger.entries(A1)
    )


def test_the_same_plan_makes_the_same_proposal(tmp_path, ledger):
    file = plan_file(tmp_path, BEGUN)
    assert reconcile(read_plan(file), ledger) == reconcile(read_plan(file), ledger)


def test_words_for_a_status_mean_what_the_legend_of_the_review_says(tmp_path, ledger):
    """A review that was opened with its own legend keeps it."""
    legend = Legend.model_validate({"Amber": "in progress"})
    ledger.record(OpenReview(review="DHR7", title="Plan", legend=legend), by="DHR coordinator")
    proposal = take_in(ledger, plan_file(tmp_path, changed(BEGUN, status="Amber")))
    assert "OpenReview" not in orders(proposal)
    assert "in progress" == ledger.action(A1).status.progress


def test_progress_of_an_action_that_is_taken_in_as_withdrawn_is_kept(tmp_path, ledger):
    """What is printed of an action that has ended is not dropped."""
    proposal = take_in(ledger, plan_file(tmp_path, changed(BEGUN, status="Withdrawn")))
    assert ([], "withdrawn") == (proposal.conflicts, ledger.action(A1).status.progress)
    assert ["Nov 13: begun."] == [report.note for report in ledger.action(A1).progress]


# Again


def test_a_file_that_was_imported_before_proposes_nothing(tmp_path, ledger):
    """Not even when the ledger has moved on since."""
    file = plan_file(tmp_path, BEGUN)
    take_in(ledger, file)
    ledger.record(RecordProgress(action=A1, note="Done"), by="Training lead")
    assert Proposal(head=ledger.head) == take_in(ledger, file)


def test_the_same_cells_in_another_file_leave_no_trace(tmp_path, ledger):
    """It was saved anew, and its digest is another."""
    file = plan_file(tmp_path, ["Recommendation 1: Learn"], BEGUN)
    take_in(ledger, file)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    proposal = take_in(ledger, file)
    assert ([], [A1], []) == (orders(proposal), proposal.unchanged, proposal.conflicts)


def test_white_space_at_the_end_of_the_progress_is_no_progress(tmp_path, ledger):
    """Spreadsheets put it there and take it away."""
    take_in(ledger, plan_file(tmp_path, BEGUN))
    proposal = take_in(ledger, plan_file(tmp_path, changed(BEGUN, progress="Nov 13: begun.\n ")))
    assert ([A1], []) == (proposal.unchanged, proposal.conflicts)


def test_each_cell_that_changed_becomes_the_command_that_changes_it(tmp_path, ledger):
    """Words, lead, target date, status; a date that moves needs the reason of the import."""
    take_in(ledger, plan_file(tmp_path, BEGUN))
    file = plan_file(
        tmp_path,
        *(["Recommendation 1: Learn"],),
        ["1", "Train all officers", "Head of training", "Jun-14", "Safe", "Nov 13: begun. Mar 14: done.", "Completed"],
    )
    proposal = reconcile(read_plan(file), ledger)
    assert [
        *("MakeRecommendation", "UpdateAction", "ReassignLead", "ReviseTargetDate", "RecordProgress", "ChangeStatus"),
        "ImportPlan",
    ] == orders(proposal)
    with pytest.raises(ReasonRequired):
        ledger.record(*proposal.commands, by="DHR coordinator")
    take_in(ledger, file, reason="Update of March 2014")
    action = ledger.action(A1)
    assert ("Train all officers", "Head of training", "Jun-14", "Safe", "Completed") == (
        *(action.text, action.lead.as_printed, action.target_date.as_printed, action.desired_outcome),
        action.status.as_printed,
    )
    assert ("DHR7:NP:R1", "Nov 13: begun. Mar 14: done.") == (action.recommendation, progress_cell(action))
    assert [" Mar 14: done."] == [report.note for report in action.progress[1:]]
    assert ([A1], [], []) == (proposal.changed, proposal.unchanged, proposal.conflicts)
    assert {"text": 2, "desired_outcome": 5} == proposal.commands[1].source.columns


def test_an_action_that_is_complete_is_reopened_before_it_is_changed(tmp_path, ledger):
    """The ledger says complete, the file says otherwise; the reason is that of the import."""
    take_in(ledger, plan_file(tmp_path, changed(BEGUN, status="Completed")))
    file = plan_file(tmp_path, changed(BEGUN, text="Train officers again"))
    proposal = take_in(ledger, file, reason="The panel asked for more")
    assert ["ReopenAction", "UpdateAction", "ImportPlan"] == orders(proposal)
    assert ("Train officers again", "in progress") == (ledger.action(A1).text, ledger.action(A1).status.progress)


def test_an_action_that_stays_complete_may_say_so_in_other_words(tmp_path, ledger):
    take_in(ledger, plan_file(tmp_path, changed(BEGUN, status="Completed")))
    proposal = take_in(ledger, plan_file(tmp_path, changed(BEGUN, status="Signed off")))
    assert ["ChangeStatus", "ImportPlan"] == orders(proposal)
    assert "signed off" == ledger.action(A1).assurance


# What is left to a person


def conflicts_of(
    folder: Path, ledger: Ledger, before: list[str], *now: list[str], heading="Northshire Police"
) -> list[str]:
    """The conflicts of a plan that was taken in as *before* and is *now* another; nothing but the file is recorded."""
    take_in(ledger, plan_file(folder, before))
    proposal = take_in(ledger, plan_file(folder, *now, heading=heading), reason="Update")
    assert ["ImportPlan"] == orders(proposal)
    return proposal.conflicts


def test_a_blank_cell_takes_nothing_away(tmp_path, ledger):
    """Each one that was filled before is a conflict."""
    stays = "; it stays as it is."
    assert [
        f"{A1} has the status 'Ongoing' in the ledger and a blank cell in 09-NP.csv, row 4, column 7{stays}",
        f"{A1} has the desired outcome 'Safer' in the ledger and a blank cell in 09-NP.csv, row 4, column 5{stays}",
        f"{A1} has the lead 'Training lead' in the ledger and a blank cell in 09-NP.csv, row 4, column 3{stays}",
        f"{A1} has the target date 'Mar-14' in the ledger and a blank cell in 09-NP.csv, row 4, column 4{stays}",
        f"{A1} has the progress 'Nov 13: begun.' in the ledger and a blank cell in 09-NP.csv, row 4, column 6{stays}",
    ] == conflicts_of(tmp_path, ledger, BEGUN, ["1", "Train officers", "", "", " ", "", ""])


def test_a_column_that_the_table_lacks_changes_nothing(tmp_path, ledger):
    take_in(ledger, plan_file(tmp_path, BEGUN))
    (tmp_path / "09-NP.csv").write_bytes(
        b"Plan of DHR7\nNorthshire Police\nRef,Action,Status\n1,Train officers,Ongoing\n"
    )
    proposal = take_in(ledger, tmp_path / "09-NP.csv")
    assert ([A1], []) == (proposal.unchanged, proposal.conflicts)


def test_progress_that_was_written_anew_is_a_conflict(tmp_path, ledger):
    """What was added could not be told from what was there."""
    assert [
        f"{A1}: the progress in 09-NP.csv, row 4, column 6 does not hold all of what the ledger holds ('Nov 13: "
        f"begun.'); "
        "record what is new in it as progress."
    ] == conflicts_of(tmp_path, ledger, BEGUN, changed(BEGUN, progress="Done"))


@pytest.mark.parametrize(
    ("before", "now", "cure"),
    [
        ("Ongoing", "Withdrawn", "withdraw or supersede it"),
        ("Completed", "Superseded", "withdraw or supersede it"),
        ("Completed", "Mauve", "reopen it, if that is meant"),
    ],
)
def test_a_status_that_needs_a_decision_is_a_conflict(tmp_path, ledger, before, now, cure):
    """Ending an action, or taking one up again for a word that is not known."""
    assert [f"{A1} is {before!r} in the ledger and {now!r} in 09-NP.csv, row 4, column 7; {cure}, with a reason."] == (
        conflicts_of(tmp_path, ledger, changed(BEGUN, status=before), changed(BEGUN, status=now))
    )


def test_an_action_that_has_ended_is_not_changed(tmp_path, ledger):
    """Neither one that stays complete, nor one that somebody withdrew and the file still carries on."""
    completed = changed(BEGUN, status="Completed")
    again = changed(completed, text="Train officers again", lead="Somebody", target_date="Jun-14")
    assert [
        f"{A1} is complete, and 09-NP.csv, row 4 changes its text ('Train officers again'), its lead ('Somebody') "
        "and its target date ('Jun-14'); reopen it first, with a reason."
    ] == conflicts_of(tmp_path, ledger, completed, again)


def test_an_action_that_was_withdrawn_is_not_taken_up_by_a_file(tmp_path, ledger):
    take_in(ledger, plan_file(tmp_path, BEGUN))
    ledger.record(WithdrawAction(action=A1), by="Board", reason="Out of date")
    proposal = take_in(ledger, plan_file(tmp_path, changed(BEGUN, progress="Nov 13: begun. Mar 14: on.")))
    assert ["RecordProgress", "ImportPlan"] == orders(proposal)
    assert [
        f"{A1} is 'Withdrawn' in the ledger and 'Ongoing' in 09-NP.csv, row 4, column 7; reopen it, if that is meant, "
        "with a reason.",
    ] == proposal.conflicts


def test_a_section_of_another_heading_is_left_alone(tmp_path, ledger):
    """Two agencies may have the same initials."""
    (conflict,) = conflicts_of(tmp_path, ledger, BEGUN, changed(BEGUN, text="Patrol"), heading="Northshire Parks")
    assert (
        "DHR7:NP is headed 'Northshire Police' in the ledger and 'Northshire Parks' in 09-NP.csv, row 2, column 1; "
        "nothing "
        "of it is proposed; give it the same heading, or another key by calling the file like 09-WMP.csv."
    ) == conflict


def test_a_recommendation_keeps_its_words(tmp_path, ledger):
    take_in(ledger, plan_file(tmp_path, ["Recommendation 1: Learn"], BEGUN))
    proposal = take_in(ledger, plan_file(tmp_path, ["Recommendation 1: Listen"], BEGUN))
    assert ["ImportPlan"] == orders(proposal)
    assert [
        "DHR7:NP:R1 has other words in 09-NP.csv, row 4, column 1 than in the ledger ('Learn'); a recommendation "
        "keeps its "
        "words, so give the new one another number, or reword it, with a reason."
    ] == proposal.conflicts


FORM = ["Recommendation", "Scope of recommendation", "Action to take", "Lead Agency", "Target date"]


def form_file(folder: Path, scope: str) -> Path:
    """A file in the columns of the Home Office, of one recommendation."""
    text = io.StringIO()
    csv.writer(text).writerows([FORM, ["1. Learn from it", scope, "1. Train", "Police", "Mar-14"]])
    (folder / "09-NP.csv").write_text(text.getvalue())
    return folder / "09-NP.csv"


@pytest.mark.parametrize(("before", "now"), [("Local", "National"), ("", "National")])
def test_a_recommendation_keeps_its_scope(before, now, tmp_path, ledger):
    """As it keeps its words; a cell that is blank says nothing."""
    first = reconcile(read_plan(form_file(tmp_path, before), review="DHR7"), ledger)
    ledger.record(*first.commands, by="DHR coordinator")
    proposal = reconcile(read_plan(form_file(tmp_path, now), review="DHR7"), ledger)
    assert ["ImportPlan"] == orders(proposal)
    was = repr(before.lower()) if before else "none"
    assert [
        f"DHR7:NP:R1 has the scope 'national' in 09-NP.csv, row 2, column 1 and {was} in the ledger; a recommendation "
        "keeps its scope, so reword it, with a reason."
    ] == proposal.conflicts
    blank = reconcile(read_plan(form_file(tmp_path, ""), review="DHR7"), ledger)
    assert [] == blank.conflicts


def test_another_title_of_the_plan_is_told(tmp_path, ledger):
    """A review keeps the title that it was opened with."""
    take_in(ledger, plan_file(tmp_path, BEGUN))
    file = plan_file(tmp_path, BEGUN)
    file.write_text(file.read_text().replace("Plan of DHR7", "Plan of DHR7 revised"))
    proposal = take_in(ledger, file)
    assert ([], []) == (orders(proposal), proposal.conflicts)
    assert [
        "09-NP.csv, row 1, column 1: the title is 'Plan of DHR7 revised', and the review was opened as 'Plan of "
        "DHR7'; it keeps that."
    ] == proposal.suggestions


def test_what_was_recorded_since_the_proposal_is_not_overwritten(tmp_path, ledger):
    """The commands are recorded as of the head that was looked at."""
    take_in(ledger, plan_file(tmp_path, BEGUN))
    proposal = reconcile(read_plan(plan_file(tmp_path, changed(BEGUN, lead="Head of training"))), ledger)
    ledger.record(RecordProgress(action=A1, note="Ready"), by="Training lead")
    with pytest.raises(Conflict, match="Ready"):
        ledger.record(*proposal.commands, by="DHR coordinator", seen=proposal.head)


# What has ended


WIDE = ["Ref", "Action", "Status", "Key milestones", "Date of completion and outcome"]


def wide_file(folder: Path, *rows: list[str]) -> Path:
    """A file with milestones and an outcome."""
    text = io.StringIO()
    csv.writer(text).writerows([["Plan of DHR7"], ["Northshire Police"], WIDE, *rows])
    (folder / "09-NP.csv").write_text(text.getvalue())
    return folder / "09-NP.csv"


def test_the_milestones_of_an_action_that_is_taken_in_as_complete_are_kept(tmp_path, ledger):
    """It is completed last, so that they may be reached."""
    file = wide_file(tmp_path, ["1", "Train", "Completed", "Nov 13: written. Dec 13: held.", "2 May 2014"])
    proposal = take_in(ledger, file)
    assert ["CreateAction", "ReachMilestone", "ReachMilestone", "ChangeStatus", "ImportPlan"] == orders(proposal)[2:]
    action = ledger.action(A1)
    assert ("complete", "2 May 2014", 2) == (action.status.progress, action.outcome, len(action.milestones))


def test_the_milestones_of_an_action_that_is_taken_in_as_withdrawn_are_left_to_a_person(tmp_path, ledger):
    proposal = take_in(ledger, wide_file(tmp_path, ["1", "Train", "Withdrawn", "Nov 13: written.", ""]))
    assert "withdrawn" == ledger.action(A1).status.progress
    assert [f"{A1} is withdrawn, so its milestones and its number were not taken in."] == proposal.conflicts


def test_what_came_of_an_action_may_be_said_when_it_has_ended_and_nothing_else(tmp_path, ledger):
    """Neither its words nor its milestones."""
    take_in(ledger, wide_file(tmp_path, ["1", "Train", "Completed", "", ""]))
    proposal = take_in(ledger, wide_file(tmp_path, ["1", "Train all", "Completed", "Nov 13: written.", "2 May 2014"]))
    assert ["UpdateAction", "ImportPlan"] == orders(proposal)
    assert ("Train", "2 May 2014", ()) == (
        *(ledger.action(A1).text, ledger.action(A1).outcome),
        ledger.action(A1).milestones,
    )
    assert [
        f"{A1} is complete, and 09-NP.csv, row 4 changes its text ('Train all') and its milestones ('Nov 13: "
        "written.'); reopen it first, with a reason."
    ] == proposal.conflicts


# Again, with something left to settle


def test_a_file_with_conflicts_that_is_imported_again_takes_nothing_back(tmp_path, ledger):
    """What was changed since was changed on purpose, and what is left to settle is told again."""
    take_in(ledger, plan_file(tmp_path, BEGUN))
    file = plan_file(tmp_path, changed(BEGUN, lead="Constable", progress="Done"))
    take_in(ledger, file)
    ledger.record(ReassignLead(action=A1, to="Head of training"), by="Board")
    proposal = take_in(ledger, file)
    assert ([], 1) == (orders(proposal), len(proposal.conflicts))
    assert "Head of training" == ledger.action(A1).lead.as_printed
