"""What holds of every history, drawn by hypothesis: evolving never refuses, orders are idempotent, order does not matter."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, get_args

from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dhr_ledger import action as _action
from dhr_ledger import review as _review
from dhr_ledger.action import (
    Action,
    ActionCreated,
    ActionEvent,
    ActionReopened,
    ActionSignedOff,
    ActionUpdated,
    Change,
    RecordProgress,
    StatusChanged,
)
from dhr_ledger.annotation import AnnotateEntry
from dhr_ledger.errors import BadInput, LedgerError, Refused
from dhr_ledger.ledger import Ledger
from dhr_ledger.plan import action_plan
from dhr_ledger.review import IssueExport, Review, ReviewEvent, ReviewOpened, ReviewStageReached
from dhr_ledger.status import DEFAULT_LEGEND
from dhr_ledger.testing import given as given_that
from dhr_ledger.testing.strategies import ACTIONS, REVIEWS, SECTIONS, actors, commands, events, ledgers

A1, DHR7 = ACTIONS[0], REVIEWS[0]
DEEDS = RecordProgress | IssueExport | AnnotateEntry
"""What may honestly be said twice: to report, to issue a file, to write a note."""

of_actions = events().filter(lambda event: isinstance(event, get_args(ActionEvent)))
of_reviews = events().filter(lambda event: isinstance(event, get_args(ReviewEvent)))
days = st.dates(date(2012, 1, 1), date(2014, 12, 31))
in_progress, complete = DEFAULT_LEGEND.parse("In progress"), DEFAULT_LEGEND.parse("Completed")


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


@given(st.lists(st.tuples(of_actions, days), max_size=12))
def test_evolving_an_action_never_refuses(told):
    """Any event on any state, in any order; and the state it was given stays as it was."""
    action = Action(A1)
    for event, since in told:
        before, kept = action, state_of(action)
        action = _action.evolve(action, event, since)
        assert kept == state_of(before)
        assert (A1, {one.name for one in fields(Action)}) == (action.reference, set(vars(action)))
        assert action.assurance in (None, "claimed", "evidenced", "signed off", "audited")


@given(st.lists(st.tuples(of_reviews, days), max_size=12))
def test_evolving_a_review_never_refuses(told):
    review = Review(DHR7)
    for event, since in told:
        before, kept = review, replace(review)
        review = _review.evolve(review, event, since)
        assert kept == before
    assert (review.stage in review.stages) if review.stage else not review.stages


once = of_actions.filter(lambda event: not isinstance(event, ActionCreated))


@given(
    ActionCreated.__hash__ and events().filter(lambda event: isinstance(event, ActionCreated)),
    st.lists(once, max_size=8),
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


@given(st.lists(of_reviews.filter(lambda event: isinstance(event, ReviewStageReached)), max_size=8), st.randoms())
def test_the_order_of_typing_in_does_not_matter_to_the_stages(reached, shuffle):
    told = [(event, date(2013, 1, 1) + timedelta(days=nth)) for nth, event in enumerate(reached)]
    in_time = review_after(told)
    shuffle.shuffle(told)
    typed_in = review_after(told)
    assert (in_time.stage, in_time.stages) == (typed_in.stage, typed_in.stages)


@given(st.lists(st.tuples(of_actions, days), max_size=8), days)
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
        self.told = given_that(ReviewOpened(title="Review 7"), _review.SectionAdded(section=SECTIONS[0], heading=""))

    @rule(command=commands())
    def order(self, command) -> None:
        """What it causes, it causes once; what it may not cause, it refuses in a sentence."""
        assume(command.stream in (A1, DHR7))
        when = self.told.when(command)
        if when.refusal:
            assert isinstance(when.refusal, BadInput | Refused)
            assert str(when.refusal).endswith((".", "?"))
            return
        self.told = when.then(*when.events)
        if not isinstance(command, DEEDS):
            assert len(when.events) <= 1
            self.told.when(command).nothing()

    @precondition(lambda self: self.told.action(A1).created)
    @invariant()
    def an_ended_action_says_how(self) -> None:
        """Nothing but evidence and notes comes after withdrawn, and only a superseded action names another."""
        action = self.told.action(A1)
        assert not action.signed_off or action.status.progress == "complete" or len(set(action.since.values())) > 1
        assert action.original_target_date is not None


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
                by_hand = _action.evolve(by_hand, entry.event, entry.since)
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
