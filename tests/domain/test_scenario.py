"""Given, when, then: a rule that is broken fails the test, and says what happened instead."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

import dhr_ledger.testing
from dhr_ledger.action import ActionCreated, ChangeStatus, ProgressRecorded, RecordProgress, StatusChanged
from dhr_ledger.errors import ReasonRequired, Refused, UnknownReference
from dhr_ledger.review import ReachStage, ReviewOpened, ReviewStageReached
from dhr_ledger.status import DEFAULT_LEGEND
from dhr_ledger.testing import given

A1 = "DHR7:WMP:1.2"
created = ActionCreated(text="Train call handlers")
begun = ProgressRecorded(note="Pilot begun")
progress = RecordProgress(action=A1, note="Pilot begun")


def broken(promise) -> str:
    """What a scenario says of a promise that does not hold."""
    with pytest.raises(AssertionError) as caught:
        promise()
    return str(caught.value)


def test_a_scenario_goes_on_from_what_has_happened():
    """Each event is true on its own day, or on that of the one before it."""
    after = given((created, "2013-06")).when(progress).then(begun).when(progress).then(begun)
    assert [created, begun, begun] == [event for event, *_ in after.happened]
    assert {date(2013, 6, 30)} == {since for _, since, _ in after.happened}
    assert date(2014, 1, 1) == given(created, begun).happened[-1][1]
    assert date(2014, 1, 1) == given().when(ReachStage(review="DHR7", stage="agreed")).since
    order = RecordProgress(action=A1, note="Pilot begun", effective="2013-09")
    assert date(2013, 9, 30) == given(created).when(order).since
    assert date(2014, 1, 1) == given(created, (begun, "2013-09")).when(progress).since


def test_a_review_and_an_action_of_it_are_told_together():
    """An event goes to the one that it is of."""
    after = given(ReviewOpened(title="Review 7"), created, begun)
    assert ("Review 7", "Train call handlers") == (after.review("DHR7").title, after.action(A1).text)
    after.when(ReachStage(review="DHR7", stage="agreed")).then(ReviewStageReached(stage="agreed"))


def test_other_events_than_those_promised_are_told():
    told = broken(lambda: given(created).when(progress).then(created))
    assert told.startswith("RecordProgress(")
    assert told.endswith(f") caused\n    {begun!r}\nand not\n    {created!r}")
    assert broken(lambda: given(created).when(progress).nothing()).endswith(f"{begun!r}\nand not\n    nothing")
    assert broken(lambda: given(created).when(progress).then(begun, begun)).count(repr(begun)) == 3


def test_a_refusal_that_nobody_promised_is_told():
    told = broken(lambda: given().when(progress).then(begun))
    assert told.endswith(
        "was refused: There is no action 'DHR7:WMP:1.2' in this ledger; check the reference, or create it first."
    )
    assert "was refused" in broken(lambda: given().when(progress).nothing())


def test_a_refusal_that_did_not_come_is_told():
    assert broken(lambda: given(created).when(progress).refused(Refused)).endswith(
        f"was not refused; it caused\n    {begun!r}"
    )


def test_another_refusal_than_the_one_promised_is_told():
    """The error is exactly that one, and each part of a sentence stands in it."""
    when = given().when(progress)
    assert broken(lambda: when.refused(ReasonRequired)).endswith("\nand not with ReasonRequired")
    assert broken(lambda: when.refused(Refused)).endswith("\nand not with Refused")
    assert broken(lambda: when.refused(UnknownReference, "no action", "no review")).endswith("not with\n    no review")
    when.refused(UnknownReference)
    when.refused(UnknownReference, "no action", "create it first")


def test_an_order_of_an_earlier_day_meets_what_stood_then():
    complete = DEFAULT_LEGEND.parse("Completed")
    told = given((created, "2013-01"), (StatusChanged(was=created.status, to=complete), "2014-01"))
    order = ChangeStatus(action=A1, to="In progress", effective="2013-06")
    told.when(order).then(StatusChanged(was=created.status, to=DEFAULT_LEGEND.parse("In progress")))


def test_given_needs_no_hypothesis():
    """Who only tells scenarios installs nothing more, and no database is brought in."""
    program = """
import sys
sys.modules["hypothesis"] = None
from dhr_ledger.testing import given
print([name for name in ("sqlite3", "eventsourcing", "dhr_ledger.ledger") if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ("", "[]\n") == (run.stderr, run.stdout)


@pytest.mark.parametrize("name", dhr_ledger.testing.__all__)
def test_every_name_of_the_kit_is_there(name):
    assert callable(getattr(dhr_ledger.testing, name))


def test_the_kit_has_no_other_names():
    with pytest.raises(AttributeError, match=r"module 'dhr_ledger.testing' has no attribute 'check_importers'"):
        _ = dhr_ledger.testing.check_importers
