"""Years of old versions: each becomes what changed since the one before, true then and recorded now."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dhr_ledger import Ledger, action_plan
from dhr_ledger.errors import BadEffective
from dhr_ledger.history import sentence
from dhr_ledger.imports import read_plan
from dhr_ledger.plan import progress_cell
from dhr_ledger.reconcile import Proposal, reconcile

HEADINGS = ["Ref", "Action", "Lead Agency", "Target Date", "Progress", "Status"]
A1, A2, A3 = "DHR7:NP:1", "DHR7:NP:2", "DHR7:NP:3"
TODAY = "2026-11-23"

SEPTEMBER = [
    ["1", "Train officers", "Training lead", "Mar-14", "Sept 13: begun.", "Not started"],
    ["2", "Audit records", "Audit lead", "Dec-13", "", "Ongoing"],
]
DECEMBER = [
    ["1", "Train all officers", "Training lead", "Mar-14", "Sept 13: begun. Dec 13: half done.", "Ongoing"],
    ["2", "Audit records", "Audit lead", "Dec-13", "All was audited.", "Completed"],
    ["3", "Tell the board", "Chair", "Mar-14", "", "Not started"],
]
MARCH = [
    [
        "1",
        "Train all officers",
        "Head of training",
        "Jun-14",
        "Sept 13: begun. Dec 13: half done. Mar 14: late.",
        "Ongoing",
    ],
    ["2", "Audit records", "Audit lead", "Dec-13", "All was audited.", "Completed"],
    ["3", "Tell the board", "Chair", "Mar-14", "Told.", "Completed"],
]
VERSIONS = {"2013-09-30": SEPTEMBER, "2013-12": DECEMBER, "2014-03-31": MARCH}


@pytest.fixture
def ledger():
    with Ledger(clock=lambda: datetime(2026, 11, 23, 9, tzinfo=UTC)) as ledger:
        yield ledger


@pytest.fixture
def take_in(ledger, tmp_path):
    """Take in a version as of a day; what was proposed is returned."""

    def taken_in(rows: list[list[str]], as_of: str | None, heading: str = "Northshire Police") -> Proposal:
        text = io.StringIO()
        csv.writer(text).writerows([["Plan of DHR7"], [heading], HEADINGS, *rows])
        path: Path = tmp_path / "09-NP.csv"
        path.write_text(text.getvalue())
        proposal = reconcile(read_plan(path, ledger=ledger), ledger, as_of=as_of)
        ledger.record(*proposal.commands, by="DHR coordinator", reason="Taken in from the files", seen=proposal.head)
        return proposal

    return taken_in


@pytest.fixture
def kept(ledger, take_in) -> Ledger:
    """The ledger with the three versions in it, one after the other."""
    for as_of, rows in VERSIONS.items():
        assert [] == take_in(rows, as_of).conflicts
    return ledger


def rows_of(ledger: Ledger, as_at: str) -> list[list[str]]:
    """The rows of the plan as it stood on a day."""
    return [
        [
            *(action.number, action.text, action.lead.as_printed, action.target_date.as_printed),
            *(progress_cell(action), action.status.as_printed),
        ]
        for action in action_plan(ledger.entries(), as_at=as_at).in_order()
    ]


def test_the_plan_as_at_each_day_says_what_its_version_said(kept):
    assert VERSIONS == {as_of: rows_of(kept, as_of) for as_of in VERSIONS}
    assert [] == rows_of(kept, "2013-08-31")
    assert SEPTEMBER == rows_of(kept, "2013-12-30")
    assert MARCH == rows_of(kept, TODAY)


def test_each_entry_was_true_then_and_is_recorded_now(kept):
    """A report that is dated in the cell has its own day; that a file was taken in is of today."""
    told = [entry for entry in kept.entries() if entry.type != "PlanImported.v1"]
    assert {date(2026, 11, 23)} == {entry.recorded_at.date() for entry in kept.entries()}
    assert {"2013-09-30", "2013-12", "2014-03-31", "2013-09", "2014-03"} == {str(entry.effective) for entry in told}
    assert [None] * 3 == [entry.effective for entry in kept.entries() if entry.type == "PlanImported.v1"]


def test_the_history_reads_as_if_it_had_been_kept_from_the_start(kept):
    why = "(Taken in from the files)"
    who = f"recorded {TODAY}: DHR coordinator"
    begun = "with the lead “Training lead”, the target date “Mar-14”, the status “Not started”"
    assert [
        f"2013-09-30, {who} added the action “Train officers”, {begun} {why}",
        f"2013-09, {who} reported progress: “Sept 13: begun.” {why}",
        f"2013-12, {who} changed text from “Train officers” to “Train all officers” {why}",
        f"2013-12, {who} reported progress: “ Dec 13: half done.” {why}",
        f"2013-12, {who} changed the status from “Not started” to “Ongoing” {why}",
        f"2014-03-31, {who} handed the lead over from “Training lead” to “Head of training” {why}",
        f"2014-03-31, {who} moved the target date from “Mar-14” to “Jun-14” {why}",
        f"2014-03, {who} reported progress: “ Mar 14: late.” {why}",
    ] == [sentence(entry) for entry in kept.entries(A1)]


def test_a_version_that_was_taken_in_proposes_nothing_again(kept, take_in):
    """Saved anew or not; nor does the last of them as the plan of today."""
    for as_of, rows in VERSIONS.items():
        assert () == take_in(rows, as_of).commands
        again = [[*row[:1], row[1] + " ", *row[2:]] for row in rows]
        assert () == take_in(again, as_of).commands
    assert () == take_in([[*row, " "] for row in MARCH], None).commands


def test_an_earlier_version_is_a_conflict_where_a_later_one_brought_the_action(ledger, take_in):
    """It is said which has to come first, and nothing of it is recorded."""
    take_in(DECEMBER, "2013-12-31")
    proposal = take_in([row for row in SEPTEMBER if row[0] == "2"], "2013-09-30")
    assert ["ImportPlan"] == [type(command).__name__ for command in proposal.commands]
    assert [
        f"{A2} is in the ledger since 2013-12-31 only, and 09-NP.csv, row 4 tells of it on 2013-09-30; take in the "
        "older files first."
    ] == proposal.conflicts


def test_other_words_under_the_number_of_a_later_action_are_another_action(ledger, take_in):
    take_in(DECEMBER, "2013-12-31")
    proposal = take_in([["2", "Ask the family what would have helped", "Chair", "", "", ""]], "2013-09-30")
    assert [
        f"09-NP.csv, row 4: {A2} is another action: the ledger has it since 2013-12-31 only; take in the older files "
        "first."
    ] == proposal.conflicts


def test_an_earlier_version_is_a_conflict_where_a_report_tells_of_an_earlier_day(ledger, take_in):
    """The action is known of September by its dated report, and was created by the plan of December."""
    take_in(DECEMBER, "2013-12-31")
    proposal = take_in(SEPTEMBER[:1], "2013-09-30")
    assert [
        f"{A1} is in the ledger since 2013-12-31 only, and 09-NP.csv, row 4 tells of it on 2013-09-30; take in the "
        "older files first."
    ] == proposal.conflicts
    assert "Train all officers" == ledger.action(A1).text


def test_a_version_between_two_others_changes_what_stood_then_and_no_later(ledger, take_in):
    """Its fields go where they belong; its reports would stand after later ones, and are a conflict."""
    take_in(SEPTEMBER, "2013-09-30")
    take_in(MARCH, "2014-03-31")
    between = [[*row[:5], "Paused"] for row in SEPTEMBER[:1]]
    assert [] == take_in(between, "2013-11-15").conflicts
    assert ["Not started", "Paused", "Ongoing"] == [rows_of(ledger, day)[0][5] for day in VERSIONS]
    between[0][4] += "\nOct 13: stopped."
    proposal = take_in(between, "2013-11-15")
    assert [
        f"{A1}: the progress in 09-NP.csv, row 4, column 5 says 'Oct 13: stopped.', and the ledger has what was "
        "reported after 2013-11-15 already ('Dec 13: half done.'); take in the older files first."
    ] == proposal.conflicts


def test_a_report_dated_after_the_version_is_taken_in_as_of_the_version(ledger, take_in):
    """A plan of September cannot report of November; it is said."""
    proposal = take_in([["1", "Train officers", "", "", "Nov 13: all done.\nSept 13: begun.", ""]], "2013-09-30")
    later = [command for command in proposal.commands if type(command).__name__ == "RecordProgress"]
    assert ["2013-09-30", "2013-09"] == [command.effective for command in later]
    assert [
        "09-NP.csv, row 4, column 5: 'Nov 13: all done.' is dated 2013-11, which is later than 2013-09-30, of which "
        "the file tells, so it was taken in without that date; check it."
    ] == proposal.suggestions


def test_a_heading_changes_when_its_version_did(ledger, take_in):
    """And a version of before does not change it back."""
    take_in(SEPTEMBER, "2013-09-30")
    take_in(DECEMBER, "2013-12-31", heading="Police of Northshire")
    headings = [
        action_plan(ledger.entries(), as_at=day).reviews["DHR7"].sections["NP"] for day in ("2013-09-30", "2013-12-31")
    ]
    assert ["Northshire Police", "Police of Northshire"] == headings
    proposal = take_in(SEPTEMBER, "2013-10-31", heading="The Police")
    assert [
        "DHR7:NP is headed 'The Police' in 09-NP.csv, row 2, column 1, and has been renamed after 2013-10-31 already; "
        "take in the older files first."
    ] == proposal.conflicts


@pytest.mark.parametrize("as_of", ["2999", "2013-13"])
def test_files_of_a_day_that_cannot_be_are_refused(as_of, take_in):
    with pytest.raises(BadEffective, match=as_of):
        take_in(SEPTEMBER, as_of)
