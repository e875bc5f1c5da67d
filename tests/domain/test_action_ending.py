"""How an action ends, what a completion is worth, what may be said of it afterwards, and what is typed in later."""

from __future__ import annotations

from datetime import date

import pytest

from dhr_ledger.action import (
    Action,
    ActionCreated,
    ActionEvent,
    ActionReopened,
    ActionSignedOff,
    ActionSuperseded,
    ActionUpdated,
    ActionWithdrawn,
    EvidenceAttached,
    Lead,
    LeadReassigned,
    MilestoneReached,
    ProgressRecorded,
    ReachMilestone,
    ReassignLead,
    RecordProgress,
    ReopenAction,
    ReviseTargetDate,
    SignOffAction,
    StatusChanged,
    SupersedeAction,
    TargetDateRevised,
    UpdateAction,
    WithdrawAction,
    as_it_stood,
)
from dhr_ledger.command import Change
from dhr_ledger.errors import (
    BadInput,
    ReasonRequired,
    Refused,
)
from dhr_ledger.review import ReviewOpened
from dhr_ledger.status import DEFAULT_LEGEND, Status
from dhr_ledger.target_date import TargetDate
from dhr_ledger.testing import given

A1, A2, ELSEWHERE = "DHR7:WMP:1.2", "DHR7:WMP:1.3", "DHR8:WMP:1.2"
DIGEST = "sha256:" + "0" * 64
march, june = TargetDate.parse("Mar-14"), TargetDate.parse("Jun-14")
not_started, in_progress, complete, done, signed, audited, withdrawn, superseded, accepted = map(
    DEFAULT_LEGEND.parse,
    (
        *("Not started", "In progress", "Completed", "Done", "Signed off", "Completed and audited"),
        *("Withdrawn", "Superseded", "Accepted"),
    ),
)
blank = Status(as_printed="", progress="unknown")
police = Lead(as_printed="West Midlands Police")

opened = ReviewOpened(title="Review 7")
created = ActionCreated(text="Train call handlers", lead=police, target_date=march, status=in_progress)
completed = StatusChanged(was=in_progress, to=complete)
was_withdrawn = ActionWithdrawn(was=in_progress)
was_superseded = ActionSuperseded(was=in_progress, by=A2)
minutes = EvidenceAttached(name="minutes.pdf", digest=DIGEST, kept_at="Board folder")


def standing(*events: ActionEvent | tuple[ActionEvent, date | str]) -> Action:
    """The action after *events*."""
    return given(*events).action(A1)


# Signing off, and what a completion is worth


def test_a_completion_is_signed_off_once():
    after = given(created, completed).when(SignOffAction(action=A1)).then(ActionSignedOff())
    after.when(SignOffAction(action=A1)).nothing()
    assert "signed off" == after.action(A1).assurance


@pytest.mark.parametrize("status", [signed, audited])
def test_a_word_in_a_cell_approves_nothing(status):
    """Who signs off what is printed as signed off already is recorded as the one who did."""
    printed = given(ActionCreated(text="Train call handlers", status=status))
    printed.when(SignOffAction(action=A1)).then(ActionSignedOff()).when(SignOffAction(action=A1)).nothing()


@pytest.mark.parametrize(
    ("status", "told"),
    [(in_progress, "'In progress'"), (blank, "'unknown'"), (withdrawn, "'Withdrawn'"), (accepted, "'Accepted'")],
)
def test_only_a_completion_is_signed_off(status, told):
    given(ActionCreated(text="Train call handlers", status=status)).when(SignOffAction(action=A1)).refused(
        Refused,
        f"DHR7:WMP:1.2 cannot be signed off: its status is {told}, not complete; change its status first.",
    )


LATER, LATEST = "2014-03-05", "2014-04-05"


@pytest.mark.parametrize(
    ("events", "assurance"),
    [
        ([created], None),
        ([created, completed], "claimed"),
        ([created, completed, minutes], "evidenced"),
        ([created, minutes, completed], "evidenced"),
        ([created, minutes], None),
        ([created, (completed, LATER), (minutes, "2014-02")], "evidenced"),
        ([created, completed, ActionSignedOff()], "signed off"),
        ([created, completed, ActionSignedOff(), minutes], "signed off"),
        ([created, completed, ActionSignedOff(), StatusChanged(was=complete, to=done)], "signed off"),
        ([created, completed, ActionSignedOff(), StatusChanged(was=complete, to=audited)], "audited"),
        ([created, StatusChanged(was=in_progress, to=signed)], "signed off"),
        ([ActionCreated(text="Train call handlers", status=audited), minutes, ActionSignedOff()], "audited"),
        (
            [created, completed, ActionSignedOff(), ActionReopened(was=complete, to=in_progress), completed],
            "claimed",
        ),
        (
            # Signed off in April; in May it is typed in that it had been reopened in February, and done again since.
            [
                created,
                (completed, "2014-01-05"),
                (ActionSignedOff(), LATER),
                (ActionReopened(was=complete, to=in_progress), "2014-02-05"),
                (completed, LATEST),
            ],
            "claimed",
        ),
        ([created, completed, ActionSignedOff(), ActionReopened(was=complete, to=in_progress)], None),
        ([created, completed, ActionSignedOff(), ActionWithdrawn(was=complete)], None),
        ([created, completed, ActionSignedOff(), ActionSuperseded(was=complete, by=A2), completed], "claimed"),
        ([created, completed, ActionSignedOff(), ActionWithdrawn(was=complete), completed], "claimed"),
    ],
)
def test_a_completion_is_worth_the_best_that_supports_it(events, assurance):
    """A claim, until evidence or an approval is there, in whatever order they were typed in; reopening ends both."""
    assert assurance == standing(*events).assurance


@pytest.mark.parametrize(
    "after",
    [
        ActionWithdrawn(was=complete),
        ActionSuperseded(was=complete, by=A2),
        ActionReopened(was=complete, to=in_progress),
        StatusChanged(was=complete, to=in_progress),
        StatusChanged(was=in_progress, to=in_progress),
    ],
)
def test_an_approval_ends_with_the_completion_that_was_approved(after):
    """Nothing but a completion is ever signed off."""
    assert standing(created, completed, ActionSignedOff()).signed_off
    assert not standing(created, completed, ActionSignedOff(), after).signed_off


# Withdrawing, superseding, reopening


def test_an_action_is_withdrawn_with_a_reason():
    order = WithdrawAction(action=A1, reason="The law changed")
    after = given(created).when(order).then(was_withdrawn)
    after.when(order).nothing()
    assert (Status(as_printed="Withdrawn", progress="withdrawn"), True) == (
        after.action(A1).status,
        after.action(A1).ended,
    )


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_an_action_is_not_withdrawn_without_a_reason(reason):
    given(created).when(WithdrawAction(action=A1, reason=reason)).refused(
        ReasonRequired, "Withdrawing DHR7:WMP:1.2 needs a reason, like 'The pilot was extended'."
    )


def test_an_action_is_superseded_by_another():
    order = SupersedeAction(action=A1, by=A2)
    after = given(created).when(order).then(was_superseded)
    after.when(order).nothing()
    action = after.action(A1)
    assert (A2, Status(as_printed="Superseded", progress="superseded"), True) == (
        action.superseded_by,
        action.status,
        action.ended,
    )


@pytest.mark.parametrize("by", [A1, ELSEWHERE])
def test_an_action_is_superseded_by_another_of_its_review(by):
    given(created).when(SupersedeAction(action=A1, by=by)).refused(
        BadInput, f"DHR7:WMP:1.2 cannot be superseded by {by}; name another action of its review."
    )


def test_an_action_is_not_superseded_twice():
    given(created, was_superseded).when(SupersedeAction(action=A1, by="DHR7:WMP:1.4")).refused(
        Refused, "DHR7:WMP:1.2 is superseded, so SupersedeAction may not change it; reopen it first, with a reason."
    )


@pytest.mark.parametrize(
    ("ending", "was"),
    [
        (completed, complete),
        (was_withdrawn, Status(as_printed="Withdrawn", progress="withdrawn")),
        (was_superseded, Status(as_printed="Superseded", progress="superseded")),
    ],
)
def test_an_ended_action_is_reopened_with_a_reason(ending, was):
    order = ReopenAction(action=A1, to="In progress", reason="It came back")
    after = given(created, ending).when(order).then(ActionReopened(was=was, to=in_progress))
    after.when(order).nothing()
    action = after.action(A1)
    assert (in_progress, False, None) == (action.status, action.ended, action.superseded_by)


@pytest.mark.parametrize("reason", [None, "", "\n"])
def test_an_ended_action_is_not_reopened_without_a_reason(reason):
    given(created, completed).when(ReopenAction(action=A1, to="In progress", reason=reason)).refused(
        ReasonRequired, "Reopening DHR7:WMP:1.2 needs a reason, like 'The pilot was extended'."
    )


@pytest.mark.parametrize("word", ["Completed", "Withdrawn", "Superseded"])
def test_an_action_is_reopened_as_something_that_is_not_over(word):
    given(created, completed).when(ReopenAction(action=A1, to=word, reason="It came back")).refused(
        BadInput, f"DHR7:WMP:1.2 cannot be reopened as {word!r}; say what it is now."
    )


@pytest.mark.parametrize(("status", "told"), [(in_progress, "'In progress'"), (blank, "'unknown'")])
def test_an_open_action_is_not_reopened(status, told):
    """An order is not dropped in silence: another status is another order."""
    before = given(ActionCreated(text="Train call handlers", status=status))
    before.when(ReopenAction(action=A1, to="Not started", reason="It came back")).refused(
        Refused, f"DHR7:WMP:1.2 is open already, as {told}; use ChangeStatus."
    )


CHANGES = [
    UpdateAction(action=A1, text="Train supervisors"),
    ReviseTargetDate(action=A1, to="Jun-14", reason="The pilot was extended"),
    ReassignLead(action=A1, to="The Board"),
    ReachMilestone(action=A1, milestone="Training agreed"),
    WithdrawAction(action=A1, reason="The law changed"),
    SupersedeAction(action=A1, by=A2),
]


@pytest.mark.parametrize(
    ("ending", "word"),
    [(completed, "complete"), (was_withdrawn, "withdrawn"), (was_superseded, "superseded")],
)
@pytest.mark.parametrize("command", CHANGES, ids=lambda command: type(command).__name__)
def test_an_ended_action_is_not_changed(command, ending, word):
    """What is over stays as it was, until it is reopened; the ending itself may be said again."""
    again = {("WithdrawAction", "withdrawn"), ("SupersedeAction", "superseded")}
    when = given(opened, created, ending).when(command)
    if (type(command).__name__, word) in again:
        when.nothing()
    else:
        when.refused(
            Refused,
            f"DHR7:WMP:1.2 is {word}, so {type(command).__name__} may not change it; reopen it first, with a reason.",
        )


@pytest.mark.parametrize("ending", [completed, was_withdrawn, was_superseded])
def test_what_came_of_an_action_may_be_said_when_it_has_ended(ending):
    """It is often known only then; any other words beside it wait until the action is reopened."""
    before = given(created, ending)
    order = UpdateAction(action=A1, outcome="March 2014: held")
    after = before.when(order).then(ActionUpdated(changes={"outcome": Change(was="", to="March 2014: held")}))
    assert "March 2014: held" == after.action(A1).outcome
    before.when(UpdateAction(action=A1, outcome="March 2014: held", monitoring="Monthly")).refused(Refused)


@pytest.mark.parametrize(("ending", "word"), [(was_withdrawn, "withdrawn"), (was_superseded, "superseded")])
def test_what_is_reported_of_an_action_that_has_ended_is_kept(ending, word):
    """A late report changes nothing of where the action stands, and is not lost."""
    story = given(created, ending).when(RecordProgress(action=A1, note="Pilot begun"))
    story.then(ProgressRecorded(note="Pilot begun"))
    assert word == story.then(ProgressRecorded(note="Pilot begun")).action(A1).status.progress


@pytest.mark.parametrize(
    ("event", "command"),
    [
        (
            ActionUpdated(changes={"text": Change(was="Train call handlers", to="Train supervisors")}),
            UpdateAction(action=A1, text="Train supervisors"),
        ),
        (TargetDateRevised(was=march, to=june), ReviseTargetDate(action=A1, to=june)),
        (LeadReassigned(was=police, to=Lead(as_printed="The Board")), ReassignLead(action=A1, to="The Board")),
        (MilestoneReached(milestone="Training agreed"), ReachMilestone(action=A1, milestone="Training agreed")),
    ],
)
def test_what_already_holds_may_be_said_of_an_ended_action(event, command):
    """A client that sends its order again gets the same answer, though the action has ended since."""
    given(created, event, completed).when(command).nothing()


# Typing in later what was true earlier


def test_an_order_is_decided_as_things_stood_when_it_was_true():
    """In December it is typed in that the date had been moved in September, before the action was complete."""
    order = ReviseTargetDate(action=A1, to=june, reason="The pilot was extended", effective="2013-09")
    after = (
        given((created, "2013-06"), (completed, "2013-12-02")).when(order).then(TargetDateRevised(was=march, to=june))
    )
    after.when(order).nothing()
    assert (june, complete) == (after.action(A1).target_date, after.action(A1).status)


def test_what_was_true_later_stands():
    """Of two changes to one field, the later one by the calendar, not the later one to be typed in."""
    july = TargetDate.parse("Jul-14")
    action = standing(
        (created, "2013-06"),
        (TargetDateRevised(was=march, to=july), "2013-12-02"),
        (TargetDateRevised(was=march, to=june), "2013-09"),
        (LeadReassigned(was=police, to=Lead(as_printed="The Board")), "2013-09"),
    )
    assert (july, 2, "The Board") == (action.target_date, action.revisions, action.lead.as_printed)
    assert (date(2013, 12, 2), date(2013, 9, 30)) == (action.since["target_date"], action.since["lead"])


def test_of_two_changes_on_one_day_the_one_recorded_last_stands():
    """Minutes of one meeting are taken down in order."""
    action = standing(created, StatusChanged(was=in_progress, to=complete), StatusChanged(was=complete, to=done))
    assert done == action.status


def test_a_creation_says_nothing_of_what_it_leaves_blank():
    """A status of September stands, though the action was entered in December without one."""
    action = standing(
        (ActionCreated(text="Train call handlers"), "2013-12-02"), (StatusChanged(was=blank, to=complete), "2013-09")
    )
    assert (complete, date(2013, 12, 2)) == (action.status, action.created)


def test_a_creation_stands_until_something_later_is_said():
    """What the creation does say was true later than what is typed in of the time before it."""
    action = standing((created, "2013-12-02"), (StatusChanged(was=not_started, to=complete), "2013-09"))
    assert in_progress == action.status


def test_an_action_can_be_asked_how_it_stood():
    """What was true later is left out; a creation that was entered later gives way to what was true by then."""
    told = [
        (ActionCreated(text="Train call handlers", status=in_progress), date(2013, 12, 2), None),
        (StatusChanged(was=in_progress, to=complete), date(2013, 9, 30), None),
        (ProgressRecorded(note="Dip sample held"), date(2013, 11, 30), None),
    ]
    stood = as_it_stood(A1, told, date(2013, 10, 1))
    assert ("Train call handlers", complete, (), date(2013, 12, 2)) == (
        stood.text,
        stood.status,
        stood.progress,
        stood.created,
    )
    now = as_it_stood(A1, told, date(2013, 12, 2))
    assert (complete, 1) == (now.status, len(now.progress)), "a creation without a day gives way to what has one"
