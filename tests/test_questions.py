"""What is overdue, and how far each section has come: pure functions of a plan and a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dhr_ledger import Ledger, action_plan
from dhr_ledger.action import (
    AttachEvidence,
    ChangeStatus,
    CreateAction,
    ReopenAction,
    ReviseTargetDate,
    SupersedeAction,
    WithdrawAction,
)
from dhr_ledger.plan import ActionPlan
from dhr_ledger.questions import by_progress, due, overdue, standing
from dhr_ledger.review import AddSection, OpenReview, ReachStage

REVIEW = "DHR7"
ACTION = "DHR7:WMP:1"
OTHER = "DHR7:WMP:2"


def plan_of(*commands, sections=("WMP",), as_at=None) -> ActionPlan:
    """The plan that *commands* make, recorded on the first day of 2016."""
    with Ledger(clock=lambda: datetime(2016, 1, 1, tzinfo=UTC)) as ledger:
        opened = [OpenReview(review=REVIEW, title="Plan", effective="2013-01-01")]
        opened += [AddSection(section=f"{REVIEW}:{key}", heading=f"Agency {key}") for key in sections]
        ledger.record(*opened, *commands, by="DHR coordinator", reason="Because")
        return action_plan(ledger.entries(), as_at=as_at)


def create(reference=ACTION, target_date="31/03/2014", status="Ongoing") -> CreateAction:
    return CreateAction(action=reference, text="Train", target_date=target_date, status=status, effective="2013-01-01")


def late(plan, on) -> list[tuple[str, date, int]]:
    return [(found.action.reference, found.due, found.days) for found in overdue(plan, on)]


def test_an_action_is_not_late_on_the_day_it_is_due():
    """The day on which it is due is still in time."""
    assert [] == late(plan_of(create()), date(2014, 3, 31))


def test_an_action_is_late_from_the_day_after():
    """Days late are counted from the day it was due."""
    assert [(ACTION, date(2014, 3, 31), 1)] == late(plan_of(create()), date(2014, 4, 1))


def test_a_month_is_due_at_its_end():
    """Mar-14 is late on the first of April."""
    plan = plan_of(create(target_date="Mar-14"))
    assert [] == late(plan, date(2014, 3, 31))
    assert [(ACTION, date(2014, 3, 31), 1)] == late(plan, date(2014, 4, 1))


@pytest.mark.parametrize("target_date", ["Ongoing", "TBC", "one month from publication"])
def test_what_has_no_day_is_never_late(target_date):
    """A date that is continuous, to be confirmed or waits for a stage that was not reached makes nothing late."""
    assert [] == late(plan_of(create(target_date=target_date)), date(2099, 1, 1))


def test_a_relative_date_counts_from_the_stage():
    """One month from publication is due a month after the review was published."""
    published = ReachStage(review=REVIEW, stage="published", effective="2014-12-09")
    plan = plan_of(create(target_date="one month from publication"), published)
    assert date(2015, 1, 9) == due(plan, plan.actions[ACTION])
    assert [] == late(plan, date(2015, 1, 9))
    assert [(ACTION, date(2015, 1, 9), 12)] == late(plan, date(2015, 1, 21))


def test_a_stage_that_is_still_to_come_makes_nothing_late():
    """As at a day before publication, the date that waits for it is not known."""
    published = ReachStage(review=REVIEW, stage="published", effective="2014-12-09")
    plan = plan_of(create(target_date="one month from publication"), published, as_at="2014-12-08")
    assert [] == late(plan, date(2016, 1, 1))


@pytest.mark.parametrize(
    "command",
    [
        ChangeStatus(action=ACTION, to="Action completed"),
        WithdrawAction(action=ACTION),
        SupersedeAction(action=ACTION, by=OTHER),
        ChangeStatus(action=ACTION, to="Post publication"),
    ],
    ids=["complete", "withdrawn", "superseded", "awaiting a stage"],
)
def test_what_has_ended_or_awaits_a_stage_is_not_late(command):
    """Nothing more can be done about it now."""
    assert [] == late(plan_of(create(), create(OTHER, "TBC"), command), date(2015, 1, 1))


def test_a_paused_or_unknown_action_is_late_all_the_same():
    """Only an end, or a stage to wait for, excuses."""
    plan = plan_of(create(status="Paused"), create(OTHER, status="Unknown"))
    assert [ACTION, OTHER] == [found.action.reference for found in overdue(plan, date(2015, 1, 1))]


def test_a_reopened_action_is_late_again():
    """Evidence and completion do not count once it is taken up again."""
    plan = plan_of(
        create(),
        AttachEvidence(action=ACTION, name="Register", digest=f"sha256:{'0' * 64}", kept_at="Shared drive"),
        ChangeStatus(action=ACTION, to="Completed"),
        ReopenAction(action=ACTION, to="Ongoing"),
    )
    assert [ACTION] == [found.action.reference for found in overdue(plan, date(2015, 1, 1))]


def test_a_date_that_was_moved_counts_as_it_stands():
    """The revised target date decides, not the one at first."""
    plan = plan_of(create(), ReviseTargetDate(action=ACTION, to="30/06/2014"))
    assert [] == late(plan, date(2014, 6, 30))
    assert [(ACTION, date(2014, 6, 30), 1)] == late(plan, date(2014, 7, 1))


def test_the_longest_overdue_comes_first_and_the_plan_orders_the_rest():
    """Of two that are late alike, the one that the plan prints first comes first."""
    plan = plan_of(
        create("DHR7:B:1", "01/03/2014"),
        create("DHR7:A:2", "01/03/2014"),
        create("DHR7:B:2", "01/01/2014"),
        sections=("A", "B"),
    )
    found = [found.action.reference for found in overdue(plan, date(2014, 6, 1))]
    assert ["DHR7:B:2", "DHR7:A:2", "DHR7:B:1"] == found


@given(st.dates(date(2013, 1, 1), date(2020, 1, 1)), st.integers(0, 1000))
def test_what_is_late_stays_late_and_grows_by_a_day_each_day(on, later):
    """Without another entry, an action that is late is later by as many days as go by."""
    plan = PLAN
    for found in overdue(plan, on):
        (then,) = [one for one in overdue(plan, on + timedelta(later)) if one.action == found.action]
        assert found.days + later == then.days


PLAN = plan_of(create(), create(OTHER, "Q3 2014/15"), create("DHR7:WMP:3", "Ongoing"))


def test_actions_are_counted_by_progress():
    """Only the progress that occurs is counted."""
    plan = plan_of(create(), create(OTHER, status="Action completed"), create("DHR7:WMP:3"))
    assert [("in progress", 2), ("complete", 1)] == [*by_progress(plan.actions.values()).items()]
    backwards = reversed(plan.actions.values())
    assert [("in progress", 2), ("complete", 1)] == [*by_progress(backwards).items()]


def test_each_section_stands_with_its_heading_its_counts_and_what_is_late():
    """Sections come in the order of the plan, an empty one too."""
    plan = plan_of(create("DHR7:B:1"), create("DHR7:B:2", status="Completed"), sections=("B", "A"))
    found = standing(plan, date(2015, 1, 1))
    assert [("DHR7:B", "Agency B", 2, 1), ("DHR7:A", "Agency A", 0, 0)] == [
        (section.section, section.heading, section.actions, section.overdue) for section in found
    ]
    assert {"in progress": 1, "complete": 1} == found[0].progress
