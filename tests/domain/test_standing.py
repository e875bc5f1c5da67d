"""What an action keeps of what happened to it: when it was true, as it was said, and whether it is approved still."""

from __future__ import annotations

from datetime import date

import pytest

from dhr_ledger.action import (
    ActionCreated,
    ActionReopened,
    ActionSignedOff,
    ActionSuperseded,
    ActionWithdrawn,
    MilestoneReached,
    Progress,
    ProgressRecorded,
    StatusChanged,
    as_it_stood,
)
from dhr_ledger.provenance import Effective
from dhr_ledger.status import DEFAULT_LEGEND, Status
from dhr_ledger.testing import given

A1, A2 = "DHR7:WMP:1.2", "DHR7:WMP:1.3"
in_progress, complete = DEFAULT_LEGEND.parse("In progress"), DEFAULT_LEGEND.parse("Completed")

created = ActionCreated(text="Train call handlers", status=in_progress)
completed = StatusChanged(was=in_progress, to=complete)


def test_a_report_is_kept_with_the_precision_in_which_it_was_dated():
    """It counts from the last day of "September", and goes on saying September."""
    action = given((created, "2013-06-03"), (ProgressRecorded(note="Pilot begun"), "2013-09")).action(A1)
    assert (Progress(date(2013, 9, 30), "Pilot begun", effective=Effective("2013-09")),) == action.progress


def test_a_milestone_is_kept_with_the_precision_in_which_it_was_dated():
    action = given((created, "2013-06-03"), (MilestoneReached(milestone="Training agreed"), "2013-09")).action(A1)
    assert (Progress(date(2013, 9, 30), "Training agreed", effective=Effective("2013-09")),) == action.milestones


@pytest.mark.parametrize("event", [ProgressRecorded(note="Begun"), MilestoneReached(milestone="Begun")])
def test_what_was_not_dated_counts_from_its_recording_and_says_no_date(event):
    action = given((created, "2013-06-03"), event).action(A1)
    assert (Progress(date(2013, 6, 3), "Begun", effective=None),) == (*action.progress, *action.milestones)


@pytest.mark.parametrize(
    "after",
    [
        StatusChanged(was=complete, to=in_progress),
        ActionWithdrawn(was=complete),
        ActionSuperseded(was=complete, by=A2),
        ActionReopened(was=complete, to=in_progress),
    ],
    ids=lambda event: type(event).__name__,
)
def test_whether_it_is_signed_off_is_a_yes_or_a_no(after):
    """An approval that has ended is a plain no, not an unknown."""
    story = (created, completed, ActionSignedOff())
    assert given(*story).action(A1).signed_off is True
    assert given(*story, after).action(A1).signed_off is False


def test_a_status_that_prints_nothing_and_means_something_stands():
    blank = Status(as_printed="", progress="in progress")
    assert blank == given(ActionCreated(text="Train call handlers", status=blank)).action(A1).status


def test_what_an_action_was_created_with_later_gives_way_to_all_that_was_true_by_then():
    told = [
        (created, date(2014, 6, 1), Effective("2014-06-01")),
        (completed, date(2013, 9, 30), Effective("2013-09")),
    ]
    stood = as_it_stood(A1, told, date(2013, 12, 31))
    assert ("Train call handlers", complete) == (stood.text, stood.status)
    assert {"status", "signed_off"} == set(stood.since)
