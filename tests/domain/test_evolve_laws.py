"""What holds of every history: evolving never refuses, no matter the order, and what was ordered once is done."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, get_args

from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from hypothesis.strategies import SearchStrategy

from dhr_ledger import action as _action
from dhr_ledger import review as _review
from dhr_ledger.action import (
    Action,
    ActionCreated,
    ActionEvent,
    ActionReopened,
    ActionSignedOff,
    ActionUpdated,
    RecordProgress,
    StatusChanged,
)
from dhr_ledger.annotation import AnnotateEntry
from dhr_ledger.command import Change, Event
from dhr_ledger.errors import BadInput, LedgerError, Refused
from dhr_ledger.ledger import Ledger
from dhr_ledger.plan import action_plan
from dhr_ledger.review import IssueExport, Review, ReviewEvent, ReviewOpened, ReviewStageReached, SectionAdded, Stage
from dhr_ledger.status import DEFAULT_LEGEND
from dhr_ledger.testing import given as given_that
from dhr_ledger.testing.strategies import (
    ACTIONS,
    REVIEWS,
    SECTIONS,
    actors,
    commands,
    events,
    leads,
    ledgers,
    statuses,
    target_dates,
    words,
)

A1, DHR7 = ACTIONS[0], REVIEWS[0]
DEEDS = RecordProgress | IssueExport | AnnotateEntry
"""What may honestly be said twice: to report, to issue a file, to write a note."""

days = st.dates(date(2012, 1, 1), date(2014, 12, 31))
in_progress, complete = DEFAULT_LEGEND.parse("In progress"), DEFAULT_LEGEND.parse("Completed")


def histories(kinds: object) -> SearchStrategy[list[tuple[Event, date]]]:
    """Events of some kinds, each with the day from which it counts, whether they could come about or not."""
    told = st.lists(st.tuples(events(), days), max_size=16)
    return told.map(lambda all_of_them: [one for one in all_of_them if isinstance(one[0], get_args(kinds))])


def standing(told) -> Action:
    """The action after events, each with the day from which it counts."""
    action = Action(A1)
    for event, since in told:
        action = _action.evolve(action, event, since)
    return action


def review_after(told) -> Review:
    """The review after events."""
    review = Review(DHR7)
    for event, since in told:
        review = _review.evolve(review, event, since)
    return review


def state_of(action: Action) -> dict[str, Any]:
    """What stands, and what happened, without the order in which it was typed in."""
    state = {one.name: getattr(action, one.name) for one in fields(action)}
    return state | {name: Counter(state[name]) for name in ("progress", "milestones", "evidence")}


# Evolving


@given(histories(ActionEvent))
def test_evolving_an_action_never_refuses(told):
    """Any event on any state, in any order; and the state it was given stays as it was."""
    action = Action(A1)
    for event, since in told:
        before, kept = action, state_of(action)
        action = _action.evolve(action, event, since)
        assert kept == state_of(before)
        assert (A1, {one.name for one in fields(Action)}) == (action.reference, set(vars(action)))
        assert action.assurance in (None, "claimed", "evidenced", "signed off", "audited")


def test_an_action_that_nobody_created_is_made_in_one_of_two_ways_and_is_the_same():
    assert vars(Action(A1)) == vars(_action.unknown(A1))


@given(target_dates(), target_dates())
def test_a_target_date_moves_to_whatever_means_something_else(was, to):
    """Unless none was set; what is printed in other words and means the same is no move."""
    assert (was.kind != "none" and was.meaning != to.meaning) == was.moves_to(to)


@given(histories(ReviewEvent))
def test_evolving_a_review_never_refuses(told):
    review = Review(DHR7)
    for event, since in told:
        before, kept = review, replace(review)
        review = _review.evolve(review, event, since)
        assert kept == before
    assert (review.stage in review.stages) if review.stage else not review.stages


@given(
    st.builds(ActionCreated, text=words(), lead=leads(), target_date=target_dates(), status=statuses()),
    histories(ActionEvent).map(lambda told: [event for event, _ in told if not isinstance(event, ActionCreated)]),
    st.randoms(use_true_random=False),
)
@example(
    ActionCreated(text="Train", status=in_progress),
    [StatusChanged(was=in_progress, to=complete), ActionSignedOff(), ActionReopened(was=complete, to=in_progress)],
    random.Random(1),
)
def test_the_order_of_typing_in_does_not_matter(created, others, shuffle):
    """With each on a day of its own, an action stands alike however its entries were recorded."""
    told = [(event, date(2013, 1, 1) + timedelta(days=nth)) for nth, event in enumerate([created, *others])]
    shuffle.shuffle(told)
    in_time = sorted(told, key=lambda one: one[1])
    assert state_of(standing(in_time)) == state_of(standing(told))
    assert standing(in_time).assurance == standing(told).assurance


stages = st.builds(ReviewStageReached, stage=st.sampled_from(get_args(Stage)))


@given(st.lists(stages, max_size=7, unique_by=lambda event: event.stage), st.randoms(use_true_random=False))
def test_the_order_of_typing_in_does_not_matter_to_the_stages(reached, shuffle):
    told = [(event, date(2013, 1, 1) + timedelta(days=nth)) for nth, event in enumerate(reached)]
    in_time = review_after(told)
    shuffle.shuffle(told)
    typed_in = review_after(told)
    assert (in_time.stage, in_time.stages) == (typed_in.stage, typed_in.stages)


@given(histories(ActionEvent), days)
def test_a_field_stands_since_the_last_day_that_spoke_of_it(told, day):
    """Whatever is typed in, the day from which a field stands only moves on."""
    action = standing(told)
    text = ActionUpdated(changes={"text": Change(was=action.text, to="Other words")})
    after = _action.evolve(action, text, day)
    for name, since in action.since.items():
        assert since <= after.since[name]
    stands = action.since.get("text", day) <= day
    assert ("Other words" if stands else action.text) == after.text


# Deciding


class Orders(RuleBasedStateMachine):
    """Commands in any order, on a review and an action that come about by them."""

    def __init__(self) -> None:
        super().__init__()
        self.told = given_that(ReviewOpened(title="Review 7"), SectionAdded(section=SECTIONS[0], heading=""))

    @rule(command=commands())
    def order(self, command) -> None:
        """It is refused, or what it causes it causes once."""
        assume(command.stream in (A1, DHR7))
        when = self.told.when(command)
        if when.refusal:
            assert isinstance(when.refusal, BadInput | Refused)
            return
        self.told = when.then(*when.events)
        if not isinstance(command, DEEDS):
            assert len(when.events) <= 1
            self.told.when(command).nothing()


TestOrders = Orders.TestCase


@given(ledgers())
def test_what_the_ledger_says_is_what_its_entries_say(entries):
    """Folded by the ledger, by a plan and by hand, an action stands alike."""
    with Ledger() as ledger:
        ledger.restore(entries)
        plan = action_plan(entries)
        for reference, action in plan.actions.items():
            own = [entry for entry in entries if entry.reference == reference]
            by_hand = Action(reference)
            for entry in own:
                by_hand = _action.evolve(by_hand, entry.event, entry.since, entry.effective)
            assert by_hand == action == ledger.action(reference)
        for reference, review in plan.reviews.items():
            assert review == ledger.review(reference)


@given(ledgers(), st.lists(commands(), max_size=4), actors())
def test_a_ledger_takes_an_order_once(entries, orders, by):
    """The same through a store: what was recorded is not recorded again."""
    with Ledger() as ledger:
        ledger.restore(entries)
        for order in orders:
            try:
                ledger.record(order, by=by)
            except LedgerError:
                continue
            if not isinstance(order, DEEDS):
                assert [] == ledger.record(order, by=by)
