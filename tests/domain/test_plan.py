"""Where every action stands, by two clocks: when it was true, and when it was known."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dhr_ledger.action import (
    Action,
    ActionCreated,
    ActionUpdated,
    Progress,
    ProgressRecorded,
    StatusChanged,
)
from dhr_ledger.command import Change, Event
from dhr_ledger.entry import Entry, encode
from dhr_ledger.errors import BadEffective, BadInput
from dhr_ledger.plan import ActionPlan, action_plan, day_month_year, milestones_cell, progress_cell
from dhr_ledger.provenance import Effective
from dhr_ledger.review import (
    HeadingSettled,
    LegendRevised,
    RecommendationMade,
    RecommendationReworded,
    ReviewOpened,
    ReviewStageReached,
    SectionAdded,
    SectionRenamed,
)
from dhr_ledger.status import DEFAULT_LEGEND, Legend, Status
from dhr_ledger.testing.strategies import ledgers

DHR7, A1, A2, A3 = "DHR7", "DHR7:WMP:1", "DHR7:OV:1", "DHR7:WMP:2"
in_progress, complete = DEFAULT_LEGEND.parse("In progress"), DEFAULT_LEGEND.parse("Completed")
blank = Status(as_printed="", progress="unknown")
created = ActionCreated(text="Train call handlers")
completed = StatusChanged(was=blank, to=complete)


def recorded(*told: tuple[str, Event, str] | tuple[str, Event, str, str]) -> list[Entry]:
    """Entries of (reference, event, time of recording) and, where it was said, when it was true."""
    versions: Counter[str] = Counter()
    entries = []
    for position, (reference, event, at, *effective) in enumerate(told, start=1):
        versions[reference] += 1
        entries.append(
            encode(
                position=position,
                reference=reference,
                version=versions[reference],
                recorded_at=datetime.fromisoformat(at).replace(tzinfo=UTC),
                by={"name": "DHR coordinator"},
                event=event,
                effective=Effective(effective[0]) if effective else None,
                reason=None,
                source=None,
                batch=position,
            )
        )
    return entries


BEGUN = [
    (DHR7, ReviewOpened(title="Review 7"), "2013-06-03"),
    (DHR7, SectionAdded(section="OV", heading="Overview"), "2013-06-03"),
    (DHR7, SectionAdded(section="WMP", heading="West Midlands Police"), "2013-06-03"),
]


def test_an_empty_ledger_is_an_empty_plan():
    assert ActionPlan({}, {}, head=0) == action_plan([])


def test_a_plan_has_every_review_and_action_by_reference():
    plan = action_plan(recorded(*BEGUN, (A1, created, "2013-06-04"), (A2, created, "2013-06-05")))
    assert ([DHR7], [A1, A2], 5, None, None) == (
        list(plan.reviews),
        list(plan.actions),
        plan.head,
        plan.as_at,
        plan.as_known,
    )
    assert "Overview" == plan.reviews[DHR7].sections["OV"]
    assert date(2013, 6, 5) == plan.actions[A2].created


def test_a_plan_is_printed_section_by_section():
    """In the order in which sections and actions were added; an action of no known section comes last."""
    plan = action_plan(
        recorded(
            ("DHR9:X:1", created, "2013-06-01"),
            (A1, created, "2013-06-02"),
            *BEGUN,
            (A3, created, "2013-06-04"),
            (A2, created, "2013-06-05"),
            ("DHR8", ReviewOpened(title="Review 8"), "2013-06-06"),
            ("DHR8", SectionAdded(section="WMP", heading="Police"), "2013-06-06"),
            ("DHR8:WMP:1", created, "2013-06-06"),
        )
    )
    assert [A2, A1, A3, "DHR8:WMP:1", "DHR9:X:1"] == [action.reference for action in plan.in_order()]


# As at


HISTORY = recorded(
    *BEGUN,
    (A1, created, "2013-06-04"),
    (A1, ProgressRecorded(note="Pilot begun"), "2013-12-02", "2013-09"),
    (A1, completed, "2013-12-02"),
    (DHR7, ReviewStageReached(stage="published"), "2013-12-02"),
)


@pytest.mark.parametrize(
    ("as_at", "progress", "stage"),
    [
        ("2013-06-04", ("unknown", 0), None),
        ("2013-09-29", ("unknown", 0), None),
        ("2013-09-30", ("unknown", 1), None),
        ("2013-09", ("unknown", 1), None),
        (date(2013, 12, 1), ("unknown", 1), None),
        (date(2013, 12, 2), ("complete", 1), "published"),
        ("2013", ("complete", 1), "published"),
        (None, ("complete", 1), "published"),
    ],
)
def test_a_plan_as_at_a_day_has_what_was_true_by_then(as_at, progress, stage):
    """A month or a year is meant to its last day; what was true "in September" is so from the 30th."""
    plan = action_plan(HISTORY, as_at=as_at)
    assert progress == (plan.actions[A1].status.progress, len(plan.actions[A1].progress))
    assert stage == plan.reviews[DHR7].stage


def test_an_action_is_not_there_before_its_first_day():
    """Its review is: without it nothing could be said of the plan at all."""
    plan = action_plan(HISTORY, as_at="2013-06-03")
    assert ({DHR7: {"OV", "WMP"}}, {}) == (
        {name: set(one.sections) for name, one in plan.reviews.items()},
        plan.actions,
    )
    before = action_plan(HISTORY, as_at="2012")
    assert ("Review 7", {"OV", "WMP"}, date(2012, 12, 31), 7) == (
        before.reviews[DHR7].title,
        set(before.reviews[DHR7].sections),
        before.as_at,
        before.head,
    )


def test_what_changes_of_a_review_has_its_day():
    """A section is there before it was added, as it was first headed; that it was renamed is true from its day on."""
    colours = Legend.model_validate({"Amber": "in progress"})
    reworded = RecommendationReworded(
        recommendation="DHR7:WMP:R1", changes={"text": Change(was="Share.", to="Share it.")}
    )
    entries = recorded(
        *BEGUN,
        (DHR7, RecommendationMade(recommendation="DHR7:WMP:R1", text="Share."), "2013-06-03"),
        (DHR7, SectionRenamed(section="WMP", was="West Midlands Police", to="Police"), "2013-12-02", "2013-09"),
        (DHR7, reworded, "2013-12-02", "2013-09"),
        (DHR7, LegendRevised(to=colours), "2013-12-02", "2013-09"),
        (DHR7, HeadingSettled(heading="Evidence", means="evidence"), "2013-12-02", "2013-09"),
    )
    for as_at, stood in [
        ("2012", ("West Midlands Police", "Share.", DEFAULT_LEGEND, {})),
        ("2013-09-29", ("West Midlands Police", "Share.", DEFAULT_LEGEND, {})),
        ("2013-09-30", ("Police", "Share it.", colours, {"Evidence": "evidence"})),
        (None, ("Police", "Share it.", colours, {"Evidence": "evidence"})),
    ]:
        review = action_plan(entries, as_at=as_at).reviews[DHR7]
        recommendation = review.recommendations["DHR7:WMP:R1"]
        assert stood == (review.sections["WMP"], recommendation.text, review.legend, review.headings)


def test_an_action_that_was_typed_in_late_is_there_from_the_first_day_that_is_spoken_of():
    """It was entered in December without a date, and with it what had been reported since June."""
    late = recorded(
        *BEGUN,
        (A1, ActionCreated(text="Train call handlers", status=in_progress), "2013-12-02"),
        (A1, StatusChanged(was=in_progress, to=complete), "2013-12-02", "2013-09"),
        (A1, ProgressRecorded(note="Pilot begun"), "2013-12-02", "2013-06-30"),
        (A1, ActionUpdated(changes={"text": Change(was="Train call handlers", to="Train")}), "2013-12-02", "2013-10"),
    )
    assert {} == action_plan(late, as_at="2013-06-29").actions
    june = action_plan(late, as_at="2013-06").actions[A1]
    assert ("Train call handlers", 1, in_progress) == (june.text, len(june.progress), june.status)
    november = action_plan(late, as_at="2013-11").actions[A1]
    assert ("Train", complete, date(2013, 12, 2)) == (november.text, november.status, november.created)
    now = action_plan(late).actions[A1]
    assert ("Train", complete) == (now.text, now.status), "a creation that has no day gives way to what has one"


def test_part_of_a_ledger_can_be_read():
    """Entries of an action without its first: what they tell is told."""
    plan = action_plan(HISTORY[4:], as_at="2013-11")
    assert (None, 1) == (plan.actions[A1].created, len(plan.actions[A1].progress))


# As known


@pytest.mark.parametrize(
    ("as_known", "head"),
    [
        ("2013-06-02", 0),
        ("2013-06-03", 3),
        (date(2013, 6, 4), 4),
        ("2013-06-04T00:00:00Z", 4),
        ("2013-06-03T23:59:59.999999+00:00", 3),
        (datetime(2013, 6, 4, 1, tzinfo=timezone(timedelta(hours=1))), 4),
        (datetime(2013, 6, 4, 0, 59, tzinfo=timezone(timedelta(hours=1))), 3),
        ("2013-12-02", 7),
        (None, 7),
    ],
)
def test_a_plan_as_known_has_what_was_recorded_by_then(as_known, head):
    """A day is meant to its end, in UTC."""
    assert head == action_plan(HISTORY, as_known=as_known).head


def test_what_was_recorded_later_was_not_known_though_it_was_true():
    known = action_plan(HISTORY, as_at="2013-09-30", as_known="2013-11-30").actions[A1]
    assert () == known.progress
    assert datetime(2013, 11, 30, 23, 59, 59, 999999, UTC) == action_plan([], as_known="2013-11-30").as_known


@pytest.mark.parametrize("as_known", ["2013-06", "yesterday", "2013-06-04T25:00:00Z", ""])
def test_what_is_no_moment(as_known):
    with pytest.raises(BadInput) as caught:
        action_plan(HISTORY, as_known=as_known)
    told = f"{as_known!r} is no moment to know from; write 2014-03-31 or 2014-03-31T12:00:00Z."
    assert told == str(caught.value)


@pytest.mark.parametrize("as_known", ["2013-06-04T10:00:00", datetime(2013, 6, 4, 10)])  # noqa: DTZ001
def test_a_moment_says_its_time_zone(as_known):
    with pytest.raises(BadInput) as caught:
        action_plan(HISTORY, as_known=as_known)
    assert "2013-06-04T10:00:00 has no time zone; write it with one, like 2014-03-31T12:00:00Z." == str(caught.value)


def test_what_is_no_day():
    with pytest.raises(BadEffective, match="'September' is no date"):
        action_plan(HISTORY, as_at="September")


# Laws


days = st.dates(date(2012, 6, 1), date(2015, 1, 1))


@given(ledgers(), days, days)
def test_what_was_there_stays_there(entries, one, other):
    """A later day has every review and action of an earlier one, and no report of progress is lost."""
    first, then = sorted((one, other))
    early, late = action_plan(entries, as_at=first), action_plan(entries, as_at=then)
    assert list(early.reviews) == list(late.reviews)
    assert set(early.actions) <= set(late.actions)
    for reference, action in early.actions.items():
        later = late.actions[reference]
        assert Counter(action.progress) <= Counter(later.progress)
        assert Counter(action.evidence) <= Counter(later.evidence)
        assert (action.original_target_date, True) == (later.original_target_date, action.revisions <= later.revisions)


@given(ledgers())
def test_to_ask_about_the_end_is_not_to_ask(entries):
    """As at the last day of the calendar and as known then is the plan as it stands."""
    now = action_plan(entries)
    assert (now.reviews, now.actions) == (
        (end := action_plan(entries, as_at=date.max, as_known=date.max)).reviews,
        end.actions,
    )


@given(ledgers(), st.data())
def test_what_was_known_is_what_stood_in_the_ledger(entries, data):
    """To know as of a moment is to have read the ledger at that moment."""
    if entries:
        moment = data.draw(st.sampled_from([entry.recorded_at for entry in entries]))
        known = action_plan(entries, as_known=moment)
        kept = action_plan([entry for entry in entries if entry.recorded_at <= moment])
        assert (kept.reviews, kept.actions, kept.head) == (known.reviews, known.actions, known.head)


# The cell of progress


@pytest.mark.parametrize(
    ("reports", "cell"),
    [
        ([], ""),
        ([("Nov 2013: begun. ", True), ("Jan 2014: held.", True)], "Nov 2013: begun. Jan 2014: held."),
        ([("Pilot begun", False)], "29 April 2013: Pilot begun"),
        ([("Begun.", True), ("Held", False), ("Done", False)], "Begun.\n29 April 2013: Held\n29 April 2013: Done"),
    ],
)
def test_progress_is_one_cell(reports, cell):
    """Printed pieces are joined to the character; what was reported since stands below, with its day.

    The milestones are joined alike, into a cell of their own.
    """
    progress = tuple(Progress(date(2013, 4, 29), note, as_printed) for note, as_printed in reports)
    assert cell == progress_cell(Action(A1, progress=progress))
    assert cell == milestones_cell(Action(A1, milestones=progress))
    assert "" == milestones_cell(Action(A1, progress=progress)) == progress_cell(Action(A1, milestones=progress))


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2013, 1, 1), "1 January 2013"),
        (date(2014, 6, 30), "30 June 2014"),
        (date(2014, 7, 1), "1 July 2014"),
        (date(2014, 12, 31), "31 December 2014"),
    ],
)
def test_a_day_is_written_as_a_british_reader_does(day, told):
    assert told == day_month_year(day)
