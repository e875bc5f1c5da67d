"""Two laws of a file that comes back: nobody edited it, and nothing is proposed; one cell was edited, and that is.

They hold for any ledger and any words.  What a cell cannot say is no edit: one that differs in white space alone says
what it said, and one that was emptied takes nothing away, which is a conflict.
"""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dhr_ledger import Ledger
from dhr_ledger.action import Action, CreateAction, RecordProgress
from dhr_ledger.audience import Audience, Profile
from dhr_ledger.exporters.plan_csv import FOR_RETURN, HEADINGS, export_plan
from dhr_ledger.exporters.table import read_table, write_table
from dhr_ledger.imports import ImportedPlan, read_plan
from dhr_ledger.imports.headings import as_words
from dhr_ledger.reconcile import Proposal, reconcile
from dhr_ledger.review import AddSection, ImportPlan, MakeRecommendation, OpenReview
from dhr_ledger.target_date import TargetDate, date_at
from dhr_ledger.testing.strategies import everything, ledgers, words

Rows = list[list[str]]
FIELDS = ("action", "lead", "target_date", "desired_outcome", "monitoring", "success_measure", "status", "ref")
WORDED = ("section", "recommendation", "action", "lead", "desired_outcome", "monitoring", "progress")
COMMANDS = {"lead": "ReassignLead", "target_date": "ReviseTargetDate"}


def exported(ledger: Ledger, *, for_return: bool = True) -> Rows:
    """The rows of `plan.csv`, headings first."""
    out = io.BytesIO()
    export_plan(ledger.entries(), out, for_return=for_return)
    out.seek(0)
    return list(read_table(out))


def handed_in(rows: Rows, ledger: Ledger, review: str) -> ImportedPlan:
    """What is read of a file of these *rows*."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.csv"
        with path.open("wb") as out:
            write_table(rows[0], rows[1:], out)
        return read_plan(path, review=review, ledger=ledger)


def reviews_of(rows: Rows) -> list[str]:
    """The reviews of which there are actions."""
    return list(dict.fromkeys(cells(row)["reference"].partition(":")[0] for row in rows[1:]))


def cells(row: list[str]) -> dict[str, str]:
    """The cells of a row by their headings."""
    return dict(zip(HEADINGS + FOR_RETURN, row, strict=True))


def without_the_head(rows: Rows) -> Rows:
    """The rows without what says how far the ledger was."""
    return [row[:-1] for row in rows]


def without_heads(imported: ImportedPlan) -> ImportedPlan:
    """The plan as it is where no file says what it was made from."""
    return replace(imported, sections=tuple(replace(section, made_from=None) for section in imported.sections))


def told(proposal: Proposal) -> list[str]:
    """What is proposed besides saying that a file was taken in."""
    return [type(command).__name__ for command in proposal.commands if not isinstance(command, ImportPlan)]


@pytest.fixture(scope="module", params=[True, False], ids=["with its head", "without"])
def with_its_head(request) -> bool:
    """Whether the file says which ledger it was made from, or is only compared with the one that there is."""
    return request.param


@given(entries=ledgers())
@example(entries=everything())
def test_a_plan_that_nobody_edited_proposes_nothing(with_its_head, entries):
    """Of each review in the file: no command, no conflict, and nothing that is not understood."""
    with Ledger() as ledger:
        ledger.restore(entries)
        rows = exported(ledger)
        for review in reviews_of(rows):
            imported = handed_in(rows, ledger, review)
            proposal = reconcile(imported if with_its_head else without_heads(imported), ledger)
            assert ((), [], [], []) == (
                *(proposal.commands, proposal.conflicts, proposal.not_understood),
                *(proposal.new + proposal.changed + proposal.missing,),
            )
            mine = [row for row in rows[1:] if cells(row)["reference"].startswith(f"{review}:")]
            assert sorted(cells(row)["reference"] for row in mine) == sorted(proposal.unchanged)


@given(entries=ledgers(), data=st.data())
@example(entries=everything(), data=None)
def test_nor_does_one_of_which_somebody_was_not_shown_all(with_its_head, entries, data):
    """Whatever names are in it, and whatever fields of it were withheld."""
    with Ledger() as ledger:
        ledger.restore(entries)
        rows = [cells(row) for row in exported(ledger)[1:]]
        texts = {word for row in rows for name in row if name in WORDED for word in row[name].split()}
        said = sorted(texts)
        names = data.draw(st.lists(st.sampled_from(said), max_size=3)) if data and said else ["training", "police"]
        fields = ("ProgressRecorded.note", "ActionCreated.lead", "ActionCreated.desired_outcome")
        withheld = data.draw(st.lists(st.sampled_from(fields))) if data else fields
        audience = Audience("agency", Profile(names=tuple(names), withheld=tuple(withheld)))
        out = io.BytesIO()
        export_plan(audience.shown(ledger.entries()), out, for_return=True)
        out.seek(0)
        table = list(read_table(out))
        for review in reviews_of(table):
            imported = handed_in(table, ledger, review)
            proposal = reconcile(imported if with_its_head else without_heads(imported), ledger)
            assert ([], [], []) == (told(proposal), proposal.conflicts, proposal.not_understood)


@given(entries=ledgers(), data=st.data())
def test_an_edit_of_one_cell_proposes_exactly_that_edit(with_its_head, entries, data):
    """Recorded, the plan is exported as the file that was handed in; or it is a conflict, and nothing changes."""
    with Ledger() as ledger:
        ledger.restore(entries)
        rows = exported(ledger)
        assume(len(rows) > 1)
        nth = data.draw(st.integers(1, len(rows) - 1))
        column = data.draw(st.sampled_from([*FIELDS, "progress"]))
        place, before = (HEADINGS + FOR_RETURN).index(column), [list(row) for row in rows]
        was = rows[nth][place]
        printed = (
            "Completed",
            "Ongoing",
            "Withdrawn",
            "Mar-14",
            "March 2014",
            f"{was} (extended by the Board)",
            "",
            " ",
        )
        said = data.draw(words() | st.sampled_from(printed))
        rows[nth][place] = f"{was}\n{said}" if column == "progress" else said
        known = ledger.action(cells(rows[nth])["reference"])
        imported = handed_in(rows, ledger, known.reference.partition(":")[0])
        proposal = reconcile(imported if with_its_head else without_heads(imported), ledger)
        assert [] == proposal.not_understood
        rewritten = column == "target_date" and with_its_head and written_another_way(was, said)
        if rows[nth][place].split() == was.split() or rewritten:
            assert ([], []) == (told(proposal), proposal.conflicts)
            return
        if proposal.conflicts:
            assert ([], 1) == (told(proposal), len(proposal.conflicts))
            assert proposal.conflicts[0].startswith(known.reference)
            assert cannot_be_taken_in(column, known, said, ledger)
        else:
            assert commands_for(column, known, said, ledger) == set(told(proposal))
        ledger.record(*proposal.commands, by="DHR coordinator", reason="Return", seen=proposal.head)
        assert without_the_head(before if proposal.conflicts else rows) == without_the_head(exported(ledger))


@given(entries=ledgers(), data=st.data())
def test_references_that_changed_places_propose_nothing(with_its_head, entries, data):
    """Each of the two rows says what the other's action says, and that is told of both."""
    with Ledger() as ledger:
        ledger.restore(entries)
        rows = exported(ledger)
        assume(len(rows) > 2)
        one, other = data.draw(st.lists(st.sampled_from(rows[1:]), min_size=2, max_size=2))
        names = [cells(row)["reference"] for row in (one, other)]
        reviews = {name.partition(":")[0] for name in names}
        assume(len(reviews) == 1 and as_words(cells(one)["action"]) != as_words(cells(other)["action"]))
        place = (HEADINGS + FOR_RETURN).index("reference")
        one[place], other[place] = other[place], one[place]
        imported = handed_in(rows, ledger, reviews.pop())
        proposal = reconcile(imported if with_its_head else without_heads(imported), ledger)
        assert ([], 2) == (told(proposal), len(proposal.conflicts))
        assert all(name in conflict for name in names for conflict in proposal.conflicts)


def written_another_way(was: str, said: str) -> bool:
    """Whether both cells are one date and no other words, so that a program may have made the one of the other."""
    dates = [date_at(cell.strip()) for cell in (was, said)]
    alone = [date.as_printed == cell.strip() for date, cell in zip(dates, (was, said), strict=True) if date]
    return alone == [True, True] and TargetDate.read(was).meaning == TargetDate.read(said).meaning


def commands_for(column: str, known: Action, said: str, ledger: Ledger) -> set[str]:
    """The command that an edit of this *column* is."""
    if column == "progress":
        return {"RecordProgress"}
    if column == "status":
        complete = known.status.progress == "complete"
        to = ledger.review(known.reference).legend.read(said)
        return {"ReopenAction" if complete and to.progress != "complete" else "ChangeStatus"}
    return {COMMANDS.get(column, "UpdateAction")}


def cannot_be_taken_in(column: str, known: Action, said: str, ledger: Ledger) -> bool:
    """Whether an edit is left to a person: an emptied cell, an action that has ended, a status that ends one."""
    if column == "status":
        to = ledger.review(known.reference).legend.read(said).progress
        ending = {"withdrawn", "superseded"}
        over = {to, known.status.progress} & ending
        return bool(not said.strip() or over or (known.status.progress, to) == ("complete", "unknown"))
    return known.ended or not said.strip()


TEXTS = st.lists(words(), min_size=1, max_size=5)
SECTIONS = ("Northshire Police", "Probation Service (NPS)")


@given(actions=TEXTS, recommendations=TEXTS, data=st.data())
def test_nor_does_a_plan_without_references_whose_headings_and_numbers_are_its_own(actions, recommendations, data):
    """Sections are told by their headings, actions by their numbers, and recommendations by their words."""
    with Ledger() as ledger:
        ledger.record(OpenReview(review="DHR7", title="Plan"), by="DHR coordinator")
        for key, heading in zip(("NP", "NPS"), SECTIONS, strict=True):
            section = f"DHR7:{key}"
            made = {f"{section}:R{nth}": text for nth, text in enumerate(recommendations, start=1)}
            ledger.record(
                AddSection(section=section, heading=heading),
                *(MakeRecommendation(recommendation=name, text=text) for name, text in made.items()),
                *(
                    CreateAction(
                        action=f"{section}:{nth}",
                        text=text,
                        recommendation=data.draw(st.sampled_from([None, *made])),
                        lead=data.draw(words()),
                    )
                    for nth, text in enumerate(actions, start=1)
                ),
                *(
                    RecordProgress(action=f"{section}:{nth}", note=text, as_printed=True)
                    for nth, text in enumerate(actions, start=1)
                ),
                by="DHR coordinator",
            )
        proposal = reconcile(handed_in(exported(ledger, for_return=False), ledger, "DHR7"), ledger)
        assert ((), [], [], []) == (proposal.commands, proposal.conflicts, proposal.matched, proposal.missing)
