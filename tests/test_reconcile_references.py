"""Which action a row of a return is: the one of its reference, and a conflict where that cannot be right."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from dhr_ledger import Ledger
from dhr_ledger.action import CreateAction, ReassignLead, UpdateAction
from dhr_ledger.command import Command
from dhr_ledger.errors import ImportRefused
from dhr_ledger.exporters.table import read_table, write_table
from dhr_ledger.exports import issue
from dhr_ledger.imports import read_plan
from dhr_ledger.imports.grid import Grid
from dhr_ledger.plugins import Door, Doors
from dhr_ledger.reconcile import Proposal, reconcile
from dhr_ledger.review import AddSection, ImportPlan, MakeRecommendation, OpenReview
from dhr_ledger.workbook import HOW_TO_READ

A1, A2 = "DHR7:NP:1", "DHR7:NP:2"
R1 = "DHR7:NP:R1"
Rows = list[dict[str, str]]


@pytest.fixture
def ledger():
    """A review with a section of two actions."""
    with Ledger() as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Plan of DHR7"),
            AddSection(section="DHR7:NP", heading="Northshire Police"),
            MakeRecommendation(recommendation=R1, text="Learn"),
            CreateAction(
                action=A1,
                recommendation=R1,
                text="Train officers",
                lead="Training lead",
                target_date="Mar-14",
                status="Ongoing",
            ),
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


# A row and its reference


def test_a_new_row_with_the_number_of_another_is_told_as_it_is(ledger, rows, compare):
    """The other has no other number now."""
    new = dict.fromkeys(rows[0], "") | {"section": "Northshire Police", "ref": "2", "action": "Tell the board"}
    proposal = compare([rows[0], new, rows[1]])
    assert (["DHR7:NP:2-2"], []) == (proposal.new, proposal.conflicts)
    assert [
        f"return.csv, row 3: number 2 is that of {A2} in row 4 as well, so this new action was given the reference "
        "DHR7:NP:2-2; give it a number of its own."
    ] == proposal.matched


def test_an_action_on_a_day_before_it_began_is_the_same_action(ledger, rows, compare):
    """The reference says which it is, so it is no other one."""
    began = ledger.action(A1).created
    rows[0]["lead"] = "Somebody"
    proposal = compare(rows, as_of="2013-09-30")
    assert ([], []) == (orders(proposal), proposal.new)
    assert (
        f"{A1} is in the ledger since {began} only, and return.csv, row 2 tells of it on 2013-09-30; take in the older "
        "files first."
    ) == proposal.conflicts[0]


def test_a_row_without_a_reference_is_a_new_action(ledger, rows, compare):
    """It is of the section whose heading it has."""
    new = dict.fromkeys(rows[0], "") | {"section": "Northshire Police", "ref": "3", "action": "Tell the board"}
    proposal = compare([rows[0], new, rows[1]])
    assert (["DHR7:NP:3"], ["CreateAction"]) == (proposal.new, [type(order).__name__ for order in orders(proposal)])
    proposal = compare([*rows, new | {"section": "Probation (NPC)"}])
    assert ["DHR7:NPC", "DHR7:NPC:3"] == proposal.new


def test_references_are_told_from_the_numbers_that_are_printed(ledger, rows, compare):
    """Whatever the order and the numbers are now."""
    rows[0]["ref"], rows[1]["ref"] = "2", "1"
    assert [UpdateAction(action=A2, number="1"), UpdateAction(action=A1, number="2")] == orders(compare(rows[::-1]))


def sorted_but_for(rows: Rows) -> Rows:
    """The rows as a program leaves them that sorts every column but those of the references and the head."""
    kept = ("reference", "ledger_head")
    other = sorted(rows, key=lambda row: row["action"])
    return [moved | {name: row[name] for name in kept} for row, moved in zip(rows, other, strict=True)]


@pytest.mark.parametrize("head", [True, False], ids=["with its head", "without"])
def test_references_that_stand_beside_the_rows_of_others_are_a_conflict(head, ledger, rows, compare):
    """Sorted without the column of references, each row would rewrite one action as another."""
    ledger.record(ReassignLead(action=A1, to="Head of training"), by="Board")
    mixed = sorted_but_for(rows)
    assert ["Audit records", "Train officers"] == [row["action"] for row in mixed]
    if not head:
        mixed = [{name: cell for name, cell in row.items() if name != "ledger_head"} for row in mixed]
    proposal = compare(mixed)
    assert ([], [], []) == (orders(proposal), proposal.new, proposal.missing)
    assert [
        f"return.csv, row 2 has the reference of {A1} and says what {A2} says ('Audit records'), so nothing of it is "
        "proposed; put the references back.",
        f"return.csv, row 3 has the reference of {A2} and says what {A1} says ('Train officers'), so nothing of it is "
        "proposed; put the references back.",
    ] == proposal.conflicts


def test_nor_do_mixed_references_rename_a_section_or_make_a_recommendation(ledger, rows, compare):
    """What stands in the same row as another's reference stands there by the same mistake."""
    b1 = "DHR7:NPS:1"
    ledger.record(
        AddSection(section="DHR7:NPS", heading="Probation Service"),
        CreateAction(action=b1, text="Meet the family"),
        by="Board",
    )
    other = dict.fromkeys(rows[0], "") | {"section": "Probation Service", "ref": "1", "action": "Meet the family"}
    head = {"ledger_head": str(ledger.head)}
    proposal = compare([rows[0] | {"reference": b1} | head, rows[1] | head, other | {"reference": A1} | head])
    assert ([], 2) == (orders(proposal), len(proposal.conflicts))
    assert [A2] == proposal.unchanged


def test_words_that_became_those_of_another_action_are_an_edit(ledger, rows, compare):
    """The other row says them still, and the number is its own."""
    rows[0]["action"] = "Audit records"
    assert [UpdateAction(action=A1, text="Audit records")] == orders(compare(rows))


@pytest.mark.parametrize("reference", ["DHR7:NP:7.7", "DHR7:NO:2"])
def test_a_reference_that_no_action_has_is_a_conflict(reference, ledger, rows, compare):
    """One mistyped character makes no new action, and no new section."""
    rows[1]["reference"] = reference
    proposal = compare(rows)
    assert ([], []) == (orders(proposal), proposal.new)
    assert [
        f"return.csv, row 3, column 12: {reference} is the reference of no action; put back the one that stood there, "
        "or leave the cell blank for a new action."
    ] == proposal.conflicts


def test_a_plan_that_the_ledger_has_nothing_of_is_taken_in_with_its_references(ledger, rows, tmp_path):
    """It was made from another ledger, and this one begins with it."""
    imported = read_plan(tmp_path / "sent.csv")
    with Ledger() as empty:
        proposal = reconcile(imported, empty)
    assert ({A1, A2}, []) == ({A1, A2} & {*proposal.new}, proposal.conflicts)


def test_a_file_that_was_made_from_an_entry_that_is_yet_to_come_is_a_conflict(ledger, rows, compare):
    """It cannot be of this ledger as it is, and who edited what cannot be told."""
    head = ledger.head
    theirs = [row | {"ledger_head": "999", "lead": "Somebody"} for row in rows]
    told = [
        f"return.csv: the file was made from entry 999 of a ledger and this one has {head}, so it is another, or was "
        "restored from an older copy; nothing of it is proposed; take it in where it was made, or export the plan anew "
        "and edit that."
    ]
    assert ((), told) == ((proposal := compare(theirs)).commands, proposal.conflicts)
    assert ((), told) == (
        (proposal := compare([row | {"lead": "Somebody"} for row in rows], base=999)).commands,
        proposal.conflicts,
    )
    assert [] == compare(rows, base=head).conflicts


@pytest.mark.parametrize(
    ("reference", "fault"),
    [
        (
            "NP 2",
            "return.csv, row 3, column 12: 'NP 2' is the reference of no action; put back the one that stood there",
        ),
        (A1, f"return.csv, row 3: {A1} stands in row 2 already; leave the cell blank for a new action."),
    ],
)
def test_a_reference_that_cannot_be_right_is_refused(reference, fault, ledger, rows, compare):
    rows[1]["reference"] = reference
    with pytest.raises(ImportRefused) as refused:
        compare(rows)
    assert refused.value.faults[0].startswith(fault)


def test_rows_of_another_review_are_left_to_it(ledger, rows, tmp_path):
    """A file of several reviews is taken in once for each, or refused where nobody says for which."""
    other = [row | {"reference": row["reference"].replace("DHR7", "DHR8"), "lead": "Somebody"} for row in rows]
    path = tmp_path / "return.csv"
    with path.open("wb") as out:
        write_table(list(rows[0]), [list(row.values()) for row in rows + other], out)
    imported = read_plan(path, review="DHR7", ledger=ledger)
    assert ("return.csv: 2 rows of DHR8:NP were not taken in, since they are not of DHR7.",) == imported.notes
    assert [] == orders(reconcile(imported, ledger))
    with pytest.raises(ImportRefused, match="more than one review: DHR7"):
        read_plan(path, ledger=ledger)
    with pytest.raises(ImportRefused, match=r"return\.csv holds nothing of DHR9; is it the right review"):
        read_plan(path, ledger=ledger, review="DHR9")


def test_columns_that_our_own_exports_work_out_say_nothing(ledger, rows, compare):
    """A workbook has the day on which a date is due beside the date, and more of the kind; its cover says so."""
    assert [["Due", "Understood as", "Assurance"]] == [
        [name for name in ("Due", "Understood as", "Assurance") if name in line]
        for line in HOW_TO_READ
        if "not taken in" in line
    ]
    worked_out = {"Due": "2014-03-31", "Original target date": "Jan-14", "Times moved": "1", "Days overdue": "99"}
    proposal = compare([row | worked_out | {"Understood as": "in progress", "Assurance": "x"} for row in rows])
    assert ([], [], []) == (orders(proposal), proposal.conflicts, proposal.not_understood)


def test_nor_do_they_where_the_references_were_taken_out(ledger, rows, tmp_path):
    """A workbook still says what it was made from, so it is still one of ours; that they are gone is told."""
    out = ("section", "reference", "ledger_head")
    table = [{name: cell for name, cell in row.items() if name not in out} for row in rows]
    table = [row | {"Due": "2014-03-31", "Understood as": "in progress", "Assurance": "x"} for row in table]

    def read_workbook(stream, name):
        head, cells = [*table[0]], [[*row.values()] for row in table]
        headings = [heading.replace("_", " ").capitalize() for heading in head]
        return [Grid(enumerate([headings, *cells], start=1), above=("Northshire Police",), made_from=ledger.head)]

    (tmp_path / "plan.book").touch()
    doors = Doors({}, {".book": Door(".book", read_workbook, "dhr-ledger-book", "1")})
    table[0]["lead"] = "Somebody"
    imported = read_plan(tmp_path / "plan.book", review="DHR7", ledger=ledger, doors=doors)
    assert (
        "plan.book, row 1: there is no column Reference, which an export of the ledger has, so each action is told by "
        "its words and its number; put it back to be sure.",
    ) == imported.notes
    proposal = reconcile(imported, ledger)
    assert ([ReassignLead(action=A1, to="Somebody")], [], []) == (
        *(orders(proposal), proposal.conflicts, proposal.not_understood),
    )
