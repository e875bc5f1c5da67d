"""A ledger against a plain list: whatever is done to it, in any store, it says what the list says.

The list holds what was recorded, each event with the day from which it counts.  How things stand is folded from it anew
for every question; nothing is remembered, nothing is optimised.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dhr_ledger import Ledger, action, action_plan, annotation, review
from dhr_ledger.action import Action, CreateAction, SupersedeAction
from dhr_ledger.annotation import AnnotateEntry
from dhr_ledger.command import Command
from dhr_ledger.errors import BadEffective, Conflict, LedgerError, Refused, UnknownReference
from dhr_ledger.provenance import Actor, Effective
from dhr_ledger.reference import review_of
from dhr_ledger.review import AddSection, OpenReview, RecommendationMade, Review, SectionAdded
from dhr_ledger.testing.strategies import ACTIONS, REVIEWS, SECTIONS, actors, commands, effectives, texts

BEGUN = (
    *(OpenReview(review=review, title="Review") for review in REVIEWS),
    *(AddSection(section=f"{review}:{section}", heading="Section") for review in REVIEWS for section in SECTIONS),
    *(CreateAction(action=action, text="Action", target_date="Mar-14", status="Ongoing") for action in ACTIONS[:6]),
)


class Told(NamedTuple):
    """An entry as the list has it."""

    position: int
    reference: str
    version: int
    event: Any
    since: date
    effective: Effective | None
    recorded_at: datetime
    by: Actor
    reason: str | None
    batch: int


def fold(told: list[Told], reference: str, day: date = date.max) -> Action | Review:
    """The review or action as it stood on *day*, from the events that were true by then.

    The first is always there, and so are a review's headings and recommendations.
    """
    state = Action(reference) if ":" in reference else Review(reference)
    for one in told:
        known = one.version == 1 or isinstance(one.event, SectionAdded | RecommendationMade)
        if one.reference == reference and (one.since <= day or known):
            if isinstance(state, Action):
                state = action.evolve(state, one.event, one.since, one.effective)
            else:
                state = review.evolve(state, one.event, one.since)
            if one.since > day and isinstance(state, Action):
                state = replace(state, since={})  # what was said only later gives way to all that was true by then
    return state


def decide(told: list[Told], command: Command, day: date) -> list[Any]:
    """What *command* causes on *day*, given what was *told*."""
    if isinstance(command, AnnotateEntry):
        return [*annotation.decide(command, sum(one.reference == command.stream for one in told))]
    if ":" not in command.stream:
        return [*review.decide(command, fold(told, command.stream), day)]
    if isinstance(command, SupersedeAction):
        other = fold(told, command.by)
        if not other.created:
            raise UnknownReference
        if other.status.progress in ("withdrawn", "superseded"):
            raise Refused
    return [*action.decide(command, fold(told, command.stream, day), fold(told, review_of(command.stream)))]


@st.composite
def batches(draw: st.DrawFn) -> list[Command]:
    """Commands for one call; a strategy of its own, so that a failure does not print the others whole."""
    return draw(st.lists(commands(), min_size=1, max_size=4))


class LedgerMachine(RuleBasedStateMachine):
    """Everything that can be done to a ledger, by one or two who have it open."""

    new_place: Any
    several = True

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2014, 2, 27, 14, 5, tzinfo=UTC)
        self.told: list[Told] = []
        self.place = self.new_place()
        self.ledgers = [self.open() for _ in range(1 + self.several)]

    def open(self) -> Ledger:
        return Ledger(self.place, clock=lambda: self.now, durability="normal")

    def teardown(self) -> None:
        for ledger in self.ledgers:
            ledger.close()

    def would_record(self, batch, by, reason, effective, seen) -> list[Told]:
        """What the list says that a call should record, or the error that it should raise."""
        told, recorded = [*self.told], []
        recorded_at = max(self.now, told[-1].recorded_at) if told else self.now
        for command in batch:
            effective_then = command.effective or effective
            if effective_then and effective_then.earliest > self.now.date() + timedelta(days=1):
                raise BadEffective
            day = min(effective_then.latest, self.now.date()) if effective_then else self.now.date()
            if seen is not None and any(one.reference == command.stream and one.position > seen for one in self.told):
                raise Conflict
            why = (command.reason if command.reason is not None else reason) or ""
            complete = command.model_copy(update={"reason": why})
            for event in decide(told, complete, day):
                version = 1 + sum(one.reference == command.stream for one in told)
                since = min(effective_then.latest, recorded_at.date()) if effective_then else recorded_at.date()
                # Until it is recorded, it counts from the day on which it is decided.
                entry = Told(
                    *(len(told) + 1, command.stream, version, event, since, effective_then, recorded_at),
                    *(by, why if why.strip() else None, len(self.told) + 1),
                )
                recorded.append(entry)
                told.append(entry._replace(since=day))
        return recorded

    @initialize()
    def begin(self) -> None:
        self.record(0, BEGUN, Actor(name="Board"), None, None, None)

    @rule(
        who=st.integers(0, 1),
        batch=batches(),
        by=actors(),
        reason=st.none() | texts(),
        effective=st.none() | effectives(),
        seen=st.none() | st.integers(0, 30),
    )
    def record(self, who, batch, by, reason, effective, seen) -> None:
        ledger = self.ledgers[who % len(self.ledgers)]
        try:
            expected = self.would_record(batch, by, reason, effective, seen)
        except LedgerError as error:
            expected = type(error)
        if not isinstance(expected, list):
            with pytest.raises(expected):
                ledger.record(*batch, by=by, reason=reason, effective=effective, seen=seen)
            return
        recorded = ledger.record(*batch, by=by, reason=reason, effective=effective, seen=seen)
        assert expected == [as_told(entry) for entry in recorded]
        self.told += expected

    @rule(after=st.sampled_from((timedelta(hours=5), timedelta(days=45), timedelta(hours=-20))))
    def time_goes_by(self, after) -> None:
        self.now += after

    @precondition(lambda self: self.place is not None)
    @rule(who=st.integers(0, 1))
    def reopen(self, who) -> None:
        who %= len(self.ledgers)
        self.ledgers[who].close()
        self.ledgers[who] = self.open()

    @rule(
        who=st.integers(0, 1),
        reference=st.none() | st.sampled_from((*REVIEWS, f"{REVIEWS[0]}:{SECTIONS[0]}", *ACTIONS, "nobody")),
        after=st.just(0) | st.integers(0, 30),
        since=st.none() | st.dates(date(2014, 2, 1), date(2014, 12, 31)),
        until=st.none() | st.dates(date(2014, 2, 1), date(2014, 12, 31)),
    )
    def read(self, who, reference, after, since, until) -> None:
        entries = self.ledgers[who % len(self.ledgers)].entries(reference, after=after, since=since, until=until)
        expected = [
            one
            for one in self.told
            if (reference is None or f"{one.reference}:".startswith(f"{reference}:"))
            and one.position > after
            and (since is None or one.recorded_at.date() >= since)
            and (until is None or one.recorded_at.date() <= until)
        ]
        assert expected == [as_told(entry) for entry in entries]

    @rule(
        who=st.integers(0, 1),
        as_at=st.none() | st.dates(date(2012, 1, 1), date(2014, 12, 31)),
        as_known=st.none() | st.dates(date(2014, 2, 1), date(2014, 12, 31)),
    )
    def look(self, who, as_at, as_known) -> None:
        plan = action_plan(self.ledgers[who % len(self.ledgers)].entries(), as_at=as_at, as_known=as_known)
        moment = datetime.combine(as_known or date.max, time.max, UTC)
        known = [one for one in self.told if one.recorded_at <= moment]
        there = {one.reference for one in known if as_at is None or one.since <= as_at}
        expected = {reference: fold(known, reference, as_at or date.max) for reference in there if ":" in reference}
        assert expected == dict(plan.actions)
        reviews = {one.reference for one in known if ":" not in one.reference}
        assert {reference: fold(known, reference, as_at or date.max) for reference in reviews} == dict(plan.reviews)
        assert len(known) == plan.head

    @rule(who=st.integers(0, 1), reference=st.sampled_from(ACTIONS))
    def ask(self, who, reference) -> None:
        ledger, expected = self.ledgers[who % len(self.ledgers)], fold(self.told, reference)
        try:
            assert expected == ledger.action(reference)
            assert fold(self.told, review_of(reference)) == ledger.review(reference)
        except UnknownReference:
            assert not expected.created

    @invariant()
    def is_whole(self) -> None:
        for ledger in self.ledgers:
            assert len(self.told) == ledger.head

    @rule(who=st.integers(0, 1))
    def verify(self, who) -> None:
        verified = self.ledgers[who % len(self.ledgers)].verify()
        assert () == verified.faults
        assert len(self.told) == verified.entries


def as_told(entry) -> Told:
    """*entry* as the list has it."""
    return Told(
        *(entry.position, entry.reference, entry.version, entry.event, entry.since, entry.effective),
        *(entry.recorded_at, entry.by, entry.reason, entry.batch),
    )


def test_a_ledger_says_what_a_plain_list_says(new_place, request):
    class Machine(LedgerMachine):
        several = "memory" not in request.node.name

    Machine.new_place = staticmethod(new_place)
    slow = "postgresql" in request.node.name
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=settings().max_examples // (10 if slow else 1),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
