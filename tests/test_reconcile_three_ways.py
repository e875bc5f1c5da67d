"""A return three ways: the plan that it was made from (base), the file (theirs), and the ledger meanwhile (ours)."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from dhr_ledger import Ledger
from dhr_ledger.action import (
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
from dhr_ledger.exporters.table import read_table, write_table
from dhr_ledger.exports import issue
from dhr_ledger.imports import read_plan
from dhr_ledger.plan import milestones_cell, progress_cell
from dhr_ledger.reconcile import Proposal, reconcile
from dhr_ledger.review import (
    AddSection,
    ImportPlan,
    MakeRecommendation,
    OpenReview,
    RenameSection,
    RewordRecommendation,
)

A1, A2 = "DHR7:NP:1", "DHR7:NP:2"
R1, R2 = "DHR7:NP:R1", "DHR7:NP:R2"
Rows = list[dict[str, str]]


@pytest.fixture
def ledger():
    """A review with a section of two recommendations and two actions."""
    with Ledger() as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Plan of DHR7"),
            AddSection(section="DHR7:NP", heading="Northshire Police"),
            MakeRecommendation(recommendation=R1, text="Learn"),
            MakeRecommendation(recommendation=R2, text="Listen"),
            CreateAction(
                action=A1,
                recommendation=R1,
                text="Train officers",
                lead="Training lead",
                target_date="Mar-14",
                desired_outcome="Officers know",
                monitoring="Quarterly",
                success_measure="90% trained",
                evidence_required="Register",
                outcome="None yet",
                status="Ongoing",
            ),
            RecordProgress(action=A1, note="Nov 13: begun.\nDec 13: half done.", as_printed=True),
            ReachMilestone(action=A1, milestone="Nov 13: course written.", as_printed=True),
            CreateAction(action=A2, text="Audit records", status="Not started"),
            by="DHR coordinator",
        )
        yield ledger


@pytest.fixture
def rows(ledger, tmp_path) -> Rows:
    """The plan as it was sent out, to be edited."""
    issue(ledger, "plan.csv", tmp_path / "sent.csv", by="DHR coordinator", options={"for_return": True})
    headings, *cells = read_table(io.BytesIO((tmp_path / "sent.csv").read_bytes()))
    return [dict(zip(headings, row, strict=True)) for row in cells]


@pytest.fixture
def compare(ledger, tmp_path) -> Callable[..., Proposal]:
    """What a return of these rows proposes; `wide` columns are beside those of `plan.csv`."""

    def compared(rows: Rows, **options: object) -> Proposal:
        path = tmp_path / "return.csv"
        with path.open("wb") as out:
            write_table(list(rows[0]), [list(row.values()) for row in rows], out)
        return reconcile(read_plan(path, ledger=ledger), ledger, **options)

    return compared


def orders(proposal: Proposal) -> list[Command]:
    """What is proposed besides saying that a file was taken in, without the place where it was read."""
    commands = (command for command in proposal.commands if not isinstance(command, ImportPlan))
    return [command.model_copy(update={"source": None}) for command in commands]


# Nobody edited it


def test_a_file_that_comes_back_as_it_was_issued_proposes_nothing(ledger, rows, tmp_path):
    """Whatever happened meanwhile, it is known by its digest and leaves no trace."""
    ledger.record(
        ReassignLead(action=A1, to="Head of training"), RenameSection(section="DHR7:NP", to="Police"), by="Board"
    )
    proposal = reconcile(read_plan(tmp_path / "sent.csv", ledger=ledger), ledger)
    assert Proposal(head=ledger.head) == proposal


def test_a_file_that_was_only_saved_anew_proposes_nothing(ledger, rows, compare):
    """Its digest is another, and it still says what it was made from."""
    ledger.record(
        UpdateAction(action=A1, text="Train all officers", number="1a", recommendation=R2, monitoring="Monthly"),
        ReassignLead(action=A1, to="Head of training"),
        ReviseTargetDate(action=A1, to="Jun-14", reason="Extended"),
        ChangeStatus(action=A1, to="Completed"),
        RecordProgress(action=A1, note="All done"),
        RenameSection(section="DHR7:NP", to="Police of Northshire"),
        RewordRecommendation(recommendation=R1, text="Learn from it", reason="Corrected"),
        WithdrawAction(action=A2, reason="Out of date"),
        by="Board",
    )
    for row in rows:
        row["action"] += " "
    proposal = compare(rows)
    assert ((), [], []) == (proposal.commands, proposal.conflicts, proposal.matched)
    assert [A1, A2] == proposal.unchanged


def test_without_its_head_the_same_file_would_take_everything_back(ledger, rows, compare):
    """That is why a return says what it was made from; `base` says it where the file cannot."""
    head = ledger.head
    ledger.record(ReassignLead(action=A1, to="Head of training"), by="Board")
    for row in rows:
        row.pop("ledger_head")
    assert [ReassignLead(action=A1, to="Training lead")] == orders(compare(rows))
    assert [] == orders(compare(rows, base=head))


# One side changed it, both alike, both otherwise

FIELDS = {
    "action": ("text", UpdateAction(action=A1, text="Ours"), UpdateAction(action=A1, text="Theirs")),
    "ref": ("number", UpdateAction(action=A1, number="Ours"), UpdateAction(action=A1, number="Theirs")),
    "lead": ("lead", ReassignLead(action=A1, to="Ours"), ReassignLead(action=A1, to="Theirs")),
    "target_date": (
        *("target date", ReviseTargetDate(action=A1, to="Jun-14", reason="Late")),
        ReviseTargetDate(action=A1, to="Sep-14"),
    ),
    "desired_outcome": (
        *("desired outcome", UpdateAction(action=A1, desired_outcome="Ours")),
        UpdateAction(action=A1, desired_outcome="Theirs"),
    ),
    "monitoring": (
        "monitoring",
        UpdateAction(action=A1, monitoring="Ours"),
        UpdateAction(action=A1, monitoring="Theirs"),
    ),
    "success_measure": (
        *("success measure", UpdateAction(action=A1, success_measure="Ours")),
        UpdateAction(action=A1, success_measure="Theirs"),
    ),
    "evidence_required": (
        *("evidence required", UpdateAction(action=A1, evidence_required="Ours")),
        UpdateAction(action=A1, evidence_required="Theirs"),
    ),
    "outcome": ("outcome", UpdateAction(action=A1, outcome="Ours"), UpdateAction(action=A1, outcome="Theirs")),
    "status": ("status", ChangeStatus(action=A1, to="Paused"), ChangeStatus(action=A1, to="Not started")),
}
WIDER = {"evidence_required": "Register", "outcome": "None yet"}
HEADED = {"evidence_required": "evidence required", "outcome": "date of completion and outcome"}


def said(command: Command) -> str:
    """The words that *command* puts into the cell."""
    to = getattr(command, "to", None) or next(
        words for name, words in command.model_dump(exclude={"action"}).items() if words is not None
    )
    return to if isinstance(to, str) else to.as_printed


@pytest.mark.parametrize("column", FIELDS)
@pytest.mark.parametrize("who", ["theirs", "ours", "both alike", "both otherwise"])
def test_every_field_is_compared_three_ways(column, who, ledger, rows, compare):
    """Theirs is proposed, ours stays, what both say is there already, and anything else is for a person to settle."""
    name, ours, theirs = FIELDS[column]
    if column in WIDER:
        rows = [row | {HEADED[column]: WIDER[column] if row["reference"] == A1 else ""} for row in rows]
    cell = HEADED.get(column, column)
    was = rows[0][cell]
    rows[1]["action"] += " "  # it was saved anew
    if who != "theirs":
        ledger.record(ours, by="Board", reason="The board decided")
    if who != "ours":
        rows[0][cell] = said(ours if who == "both alike" else theirs)
    proposal = compare(rows)
    if who == "theirs":
        (command,) = orders(proposal)
        assert (type(theirs), said(theirs)) == (type(command), said(command))
        assert ([A1], [A2], []) == (proposal.changed, proposal.unchanged, proposal.conflicts)
    elif who != "both otherwise":
        assert ([], [], [A1, A2]) == (orders(proposal), proposal.conflicts, proposal.unchanged)
    else:
        (conflict,) = proposal.conflicts
        assert ([], [A2]) == (orders(proposal), proposal.unchanged)
        assert conflict.startswith(
            f"{A1}: the file changed the {name} from {was!r} to {said(theirs)!r}, and the ledger has {said(ours)!r} "
            "meanwhile ("
        )
        assert ": Board " in conflict  # the other history: who did what, when and why
        assert conflict.endswith("); record the one that is right.")


def test_the_history_in_a_conflict_is_that_of_the_field(ledger, rows, compare):
    """What else happened to the action is not told."""
    ledger.record(
        RecordProgress(action=A1, note="All done"),
        ReassignLead(action=A1, to="Head of training"),
        by="Board",
        reason="Reorganised",
    )
    rows[0]["lead"] = "Constable"
    today = ledger.today.isoformat()
    assert [
        f"{A1}: the file changed the lead from 'Training lead' to 'Constable', and the ledger has 'Head of training' "
        f"meanwhile ({today}: Board handed the lead over from “Training lead” to “Head of training” (Reorganised)); "
        "record the one that is right."
    ] == compare(rows).conflicts


def test_a_cell_that_was_emptied_is_a_conflict_and_one_that_always_was_empty_is_none(ledger, rows, compare):
    """Blank in the file, and filled in the ledger since it was made: the file says nothing of it."""
    ledger.record(UpdateAction(action=A2, monitoring="Monthly"), RecordProgress(action=A2, note="Begun"), by="Board")
    rows[0]["monitoring"] = " "
    proposal = compare(rows)
    assert [] == orders(proposal)
    assert [
        f"{A1} has the monitoring 'Quarterly' in the ledger and a blank cell in return.csv, row 2, column 8; it stays "
        "as it is."
    ] == proposal.conflicts


# Reports

STOOD = "Nov 13: begun.\nDec 13: half done."
NEW = "Jan 14: tested."


@pytest.mark.parametrize(
    ("cell", "notes"),
    [
        (f"{STOOD}\n{NEW}", [f"\n{NEW}"]),
        (f"{STOOD} And more.", [" And more."]),
        (f"{NEW}\n{STOOD}", [f"\n{NEW}"]),
        (f"Nov 13: begun.\n{NEW}\nDec 13: half done.", [f"\n{NEW}"]),
        ("Nov 13: begun. It went well.\nDec 13: half done.", ["\nIt went well."]),
        (f"It went well.\n{STOOD}", ["\nIt went well."]),
        (f"{NEW}\n{STOOD}\nFeb 14: done.", [f"\n{NEW}", "\nFeb 14: done."]),
        ("Dec 13: half done.\nNov 13: begun.", []),
        ("Nov 13:   begun.\r\nDec 13: half done.\r\n", []),
    ],
)
@pytest.mark.parametrize("meanwhile", [False, True])
def test_what_was_added_to_the_progress_is_proposed_wherever_it_stands(cell, notes, meanwhile, ledger, rows, compare):
    """At the end, at the top, between two reports; whether or not the ledger has gone on meanwhile."""
    if meanwhile:
        ledger.record(RecordProgress(action=A1, note="Told the board", effective="2014-01-31"), by="Board")
        notes = [f"\n{note.strip()}" for note in notes]  # below what the ledger has got since
    rows[0]["progress"] = cell
    proposal = compare(rows)
    assert ([], notes) == (proposal.conflicts, [command.note for command in orders(proposal)])
    before = progress_cell(ledger.action(A1))
    ledger.record(*proposal.commands, by="DHR coordinator")
    assert before + "".join(notes) == progress_cell(ledger.action(A1))
    assert [] == orders(compare(rows))


def test_reports_that_both_have_added_alike_are_not_added_twice(ledger, rows, compare):
    ledger.record(RecordProgress(action=A1, note=f"\n{NEW}", as_printed=True), by="Board")
    rows[0]["progress"] = f"{STOOD}\n{NEW}\nFeb 14: done."
    assert ["\nFeb 14: done."] == [command.note for command in orders(compare(rows))]


@pytest.mark.parametrize(
    "cell",
    ["Nov 13: begun.", "Nov 13: begun late.\nDec 13: half done.", "Nov 13: now begun.\nDec 13: half done.", "Done"],
)
def test_reports_that_were_changed_or_left_out_are_a_conflict(cell, ledger, rows, compare):
    """What is new in them cannot be told from what was there."""
    rows[0]["progress"] = cell
    proposal = compare(rows)
    assert [] == orders(proposal)
    assert [
        f"{A1}: the progress in return.csv, row 2, column 10 does not hold all of what the ledger holds ('Nov 13: "
        "begun. Dec 13: half done.'); record what is new in it as progress."
    ] == proposal.conflicts


def test_a_word_that_goes_on_is_no_report(ledger, rows, compare):
    """ "Done" is not what stood there and a report of "e"."""
    ledger.record(RecordProgress(action=A2, note="Training was don", as_printed=True), by="Board")
    rows[1].pop("ledger_head"), rows[0].pop("ledger_head")
    rows[1]["progress"] = "Training was done"
    proposal = compare(rows)
    assert ([], 1) == (orders(proposal), len(proposal.conflicts))


@pytest.mark.parametrize(
    ("cell", "notes"),
    [
        ("Nov 13: course written.\nJan 14: course held.", ["\nJan 14: course held."]),
        ("Jan 14: course held.\nNov 13: course written.", ["\nJan 14: course held."]),
        ("Nov 13: course written.", []),
    ],
)
def test_milestones_are_compared_as_progress_is(cell, notes, ledger, rows, compare):
    ledger.record(ReachMilestone(action=A1, milestone="Board told", effective="2014-01-31"), by="Board")
    proposal = compare([row | {"key milestones": cell if row["reference"] == A1 else ""} for row in rows])
    assert ([], notes) == (proposal.conflicts, [command.milestone for command in orders(proposal)])
    ledger.record(*proposal.commands, by="DHR coordinator")
    assert milestones_cell(ledger.action(A1)).endswith("".join(notes) or "Board told")


# Sections


def test_a_section_that_the_file_renames_is_renamed(ledger, rows, compare):
    """In every row of it; white space is no name."""
    for row in rows:
        row["section"] = "Police of Northshire"
    assert [RenameSection(section="DHR7:NP", to="Police of Northshire")] == orders(compare(rows))
    for row in rows:
        row["section"] = "Northshire  Police "
    assert [] == orders(compare(rows))


def test_a_section_that_both_have_renamed_otherwise_is_a_conflict(ledger, rows, compare):
    """And its rows are compared all the same."""
    ledger.record(RenameSection(section="DHR7:NP", to="Heddlu"), by="Board")
    for row in rows:
        row["section"] = "Police of Northshire"
    rows[0]["lead"] = "Constable"
    proposal = compare(rows)
    assert [ReassignLead(action=A1, to="Constable")] == orders(proposal)
    assert [
        "DHR7:NP: the file changed the heading from 'Northshire Police' to 'Police of Northshire', and the ledger has "
        "'Heddlu' meanwhile; rename the section to the one that is right."
    ] == proposal.conflicts


def test_a_section_that_is_renamed_in_one_row_alone_is_not(ledger, rows, compare):
    """It may have been meant for the action."""
    rows[1]["section"] = "Probation"
    proposal = compare(rows)
    assert [] == orders(proposal)
    assert [
        "return.csv: the rows of DHR7:NP have different headings, 'Northshire Police' in row 2 and 'Probation' in row "
        "3, and none is taken in; write the same one in each row of the section to rename it."
    ] == proposal.not_understood


# Recommendations


def test_an_action_may_be_put_under_another_recommendation(ledger, rows, compare):
    """By the words that the other has."""
    rows[0]["recommendation"] = rows[1]["recommendation"] = "Listen"
    assert [UpdateAction(action=A1, recommendation=R2), UpdateAction(action=A2, recommendation=R2)] == orders(
        compare(rows)
    )


def test_both_may_put_it_under_another_one(ledger, rows, compare):
    ledger.record(UpdateAction(action=A2, recommendation=R1), by="Board")
    rows[1]["recommendation"] = "Listen"
    (conflict,) = compare(rows).conflicts
    assert f"{A2}: the file changed the recommendation from '' to {R2!r}, and the ledger has {R1!r}" in conflict


def test_other_words_for_a_recommendation_are_a_conflict_and_a_blank_cell_as_well(ledger, rows, compare):
    rows[0]["recommendation"] = "Learn from it"
    (conflict,) = compare(rows).conflicts
    assert conflict.startswith(f"{R1} has other words in return.csv, row 2, column 2 than in the ledger ('Learn')")
    rows[0]["recommendation"] = ""
    (conflict,) = compare(rows).conflicts
    assert f"{A1} is for {R1} in the ledger and for none in return.csv, row 2, column 2; it stays as it is." == conflict
    assert [] == orders(compare(rows))


def test_new_words_beside_an_action_of_none_are_a_new_recommendation(ledger, rows, compare):
    """It gets the next number that is free."""
    rows[1]["recommendation"] = "Tell"
    assert [
        MakeRecommendation(recommendation="DHR7:NP:R3", text="Tell"),
        UpdateAction(action=A2, recommendation="DHR7:NP:R3"),
    ] == orders(compare(rows))


# Another way to write it


@pytest.mark.parametrize("meanwhile", [None, "March 2014"])
def test_a_target_date_that_a_program_wrote_another_way_proposes_nothing(meanwhile, ledger, rows, compare):
    """Excel makes Mar-14 of March 2014 by itself; nobody moved anything, whatever the ledger wrote meanwhile."""
    if meanwhile:
        ledger.record(ReviseTargetDate(action=A1, to=meanwhile), by="Board")
    rows[0]["target_date"] = "Mar 2014" if meanwhile else "March 2014"
    proposal = compare(rows)
    assert ([], [], [A1, A2]) == (orders(proposal), proposal.conflicts, proposal.unchanged)


def test_nor_does_one_whose_date_the_ledger_has_moved_since(ledger, rows, compare):
    ledger.record(ReviseTargetDate(action=A1, to="Jun-14", reason="Extended"), by="Board")
    rows[0]["target_date"] = "March 2014"
    assert ([], []) == (orders(proposal := compare(rows)), proposal.conflicts)


def test_words_that_are_no_date_are_taken_as_they_are_written(ledger, rows, compare):
    """They may mean more than was understood of them."""
    ledger.record(ReviseTargetDate(action=A1, to="Ongoing", reason="No end"), by="Board")
    for row in rows:
        row["ledger_head"] = str(ledger.head)
    rows[0]["target_date"] = "Continuous"
    assert [ReviseTargetDate(action=A1, to="Continuous")] == orders(compare(rows))


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("March 2014", "March 2014 (extended by the Board)"),
        ("March 2014", "by March 2014, as agreed"),
        ("March 2014 (extended by the Board)", "March 2014"),
        ("1 month from publication", "One month after publication, if funded"),
        ("Q4 2013/14", "1/1/2014 - 31/3/2014"),
    ],
)
def test_words_beside_a_target_date_are_an_edit_though_they_move_nothing(was, now, ledger, rows, compare):
    """No program adds words, or takes them away."""
    ledger.record(ReviseTargetDate(action=A1, to=was, reason="As agreed"), by="Board")
    for row in rows:
        row["ledger_head"] = str(ledger.head)
    rows[0]["target_date"] = now
    proposal = compare(rows)
    assert [ReviseTargetDate(action=A1, to=now)] == orders(proposal)
    ledger.record(*proposal.commands, by="DHR coordinator")
    assert now == ledger.action(A1).target_date.as_printed


def test_words_beside_a_date_that_the_ledger_has_moved_since_are_a_conflict(ledger, rows, compare):
    ledger.record(ReviseTargetDate(action=A1, to="Jun-14", reason="Extended"), by="Board")
    rows[0]["target_date"] = "March 2014 (extended by the Board)"
    [conflict] = compare(rows).conflicts
    assert "changed the target date from 'Mar-14' to 'March 2014 (extended by the Board)'" in conflict


# Several returns at once


def test_each_of_several_returns_is_compared_with_what_it_was_made_from(ledger, tmp_path):
    """A newer file is not taken for one that has changed what an older one did not know yet."""
    ledger.record(
        AddSection(section="DHR7:HO", heading="Housing"), CreateAction(action="DHR7:HO:1", text="Visit"), by="Board"
    )
    sent: list[Rows] = []
    for lead in ("Housing lead", "Training manager"):
        name = "DHR7:HO:1" if lead == "Housing lead" else A1
        ledger.record(ReassignLead(action=name, to=lead), by="Board")
        issue(ledger, "plan.csv", tmp_path / "sent.csv", by="Board", options={"for_return": True})
        headings, *cells = read_table(io.BytesIO((tmp_path / "sent.csv").read_bytes()))
        sent.append([dict(zip(headings, row, strict=True)) for row in cells])
    ledger.record(ReassignLead(action=A1, to="Training lead"), by="Board")
    older = [row for row in sent[0] if row["section"] == "Housing"]
    newer = [row for row in sent[1] if row["section"] != "Housing"]
    files = []
    for name, rows in (("older", older), ("newer", newer)):
        rows[-1]["progress"] = "Begun"
        files.append(tmp_path / f"{name}.csv")
        with files[-1].open("wb") as out:
            write_table(list(rows[0]), [list(row.values()) for row in rows], out)
    imported = read_plan(*files, ledger=ledger)
    expected = [RecordProgress(action=name, note="Begun", as_printed=True) for name in ("DHR7:HO:1", A2)]
    assert expected == orders(reconcile(imported, ledger))
    assert [int(older[0]["ledger_head"]), int(newer[0]["ledger_head"])] == [
        section.made_from for section in imported.sections
    ]
    assert ReassignLead(action=A1, to="Training manager") in orders(reconcile(imported, ledger, base=6))


def test_of_several_returns_the_one_from_another_ledger_is_left_out(ledger, rows, compare, tmp_path):
    """The others are compared."""
    other = tmp_path / "other.csv"
    foreign = dict.fromkeys(rows[0], "") | {"section": "Housing", "ref": "1", "action": "Visit"}
    foreign |= {"reference": "DHR7:HO:1", "ledger_head": "999"}
    with other.open("wb") as out:
        write_table(list(foreign), [list(foreign.values())], out)
    rows[0]["lead"] = "Constable"
    compare(rows)
    proposal = reconcile(read_plan(tmp_path / "return.csv", other, review="DHR7", ledger=ledger), ledger)
    assert [ReassignLead(action=A1, to="Constable")] == orders(proposal)
    [conflict] = proposal.conflicts
    assert conflict.startswith("other.csv: the file was made from entry 999 of a ledger")


# Tables of ours


def test_a_row_that_reads_like_headings_is_an_action_all_the_same(ledger, rows, compare):
    """There is one row of headings in a table of ours."""
    rows[1] |= {"action": "Action", "lead": "Lead agency", "target_date": "Target date", "progress": "Progress"}
    assert ["UpdateAction", "ReassignLead", "ReviseTargetDate", "RecordProgress"] == [
        type(order).__name__ for order in orders(compare(rows))
    ]


def test_a_plan_as_at_a_day_is_no_return(ledger, tmp_path):
    """It does not say what the ledger held, since it was made to show something else."""
    issue(ledger, "plan.csv", tmp_path / "then.csv", by="Board", options={"as_at": "2999-01-01", "for_return": True})
    assert read_plan(tmp_path / "then.csv").made_from is None
