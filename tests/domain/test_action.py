"""An action: what each command causes, that saying it again causes nothing, and what may not happen."""

from __future__ import annotations

from datetime import date

import pytest

from dhr_ledger.action import (
    Action,
    ActionCreated,
    ActionSignedOff,
    ActionSuperseded,
    ActionUpdated,
    ActionWithdrawn,
    AttachEvidence,
    ChangeStatus,
    CreateAction,
    Evidence,
    EvidenceAttached,
    Lead,
    LeadReassigned,
    MilestoneReached,
    Party,
    Progress,
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
)
from dhr_ledger.annotation import AnnotateEntry, EntryAnnotated
from dhr_ledger.command import Change, Command, Event
from dhr_ledger.errors import (
    AlreadyExists,
    BadInput,
    BadReference,
    BadTargetDate,
    ReasonRequired,
    Refused,
    UnknownReference,
    UnknownStatus,
)
from dhr_ledger.review import LegendRevised, RecommendationMade, ReviewOpened, SectionAdded
from dhr_ledger.status import DEFAULT_LEGEND, Legend, Status
from dhr_ledger.target_date import TargetDate
from dhr_ledger.testing import given

A1, A2 = "DHR7:WMP:1.2", "DHR7:WMP:1.3"
R1, R2 = "DHR7:WMP:R1", "DHR7:WMP:R2"
DIGEST = "sha256:" + "0" * 64
march, june = TargetDate.parse("Mar-14"), TargetDate.parse("Jun-14")
in_progress, complete, done = map(DEFAULT_LEGEND.parse, ("In progress", "Completed", "Done"))
blank = Status(as_printed="", progress="unknown")
police = Lead(as_printed="West Midlands Police")

opened = ReviewOpened(title="Review 7")
section = SectionAdded(section="WMP", heading="West Midlands Police")
recommendation = RecommendationMade(recommendation=R1, text="Share what is known.")
created = ActionCreated(text="Train call handlers", lead=police, target_date=march, status=in_progress)
completed = StatusChanged(was=in_progress, to=complete)
was_withdrawn = ActionWithdrawn(was=in_progress)
was_superseded = ActionSuperseded(was=in_progress, by=A2)
minutes = EvidenceAttached(name="minutes.pdf", digest=DIGEST, kept_at="Board folder")


# Creating


def test_creating_an_action_keeps_every_field():
    """What is said of a new action is in the event, and the action stands as it says."""
    told = {
        "desired_outcome": "Fewer missed calls",
        "monitoring": "Quarterly",
        "success_measure": "Dip samples",
        "evidence_required": "Attendance lists",
        "outcome": "March 2014: every call handler is trained",
    }
    order = CreateAction(
        action=A1, text="Train call handlers", recommendation=R1, lead="Chief Inspector", target_date="Mar-14",
        status="In progress", **told,
    )  # fmt: skip
    event = ActionCreated(
        text="Train call handlers", recommendation=R1, lead=Lead.read("Chief Inspector"), target_date=march,
        status=in_progress, **told,
    )  # fmt: skip
    after = given(opened, section, recommendation).when(order).then(event)
    after.when(order).nothing()
    assert Action(
        A1,
        created=date(2014, 1, 1),
        text="Train call handlers",
        number="1.2",
        recommendation=R1,
        lead=Lead.read("Chief Inspector"),
        target_date=march,
        original_target_date=march,
        status=in_progress,
        since=after.action(A1).since,
        **told,
    ) == after.action(A1)


def test_an_action_may_begin_with_its_text_alone():
    """All that a plan does not say of an action is blank."""
    event = ActionCreated(text="Train call handlers")
    given(opened, section).when(CreateAction(action=A1, text="Train call handlers")).then(event)
    assert (Lead(as_printed=""), TargetDate.read(""), blank) == (event.lead, event.target_date, event.status)


def test_a_target_date_may_be_a_day_of_the_calendar():
    """A program hands over a date as a date."""
    order = CreateAction(action=A1, text="Train call handlers", target_date=date(2014, 3, 31))
    given(opened, section).when(order).then(
        ActionCreated(text="Train call handlers", target_date=TargetDate.parse("2014-03-31"))
    )


def test_what_an_importer_read_leniently_is_kept_as_it_is():
    """A date that nobody can read and a word outside the legend come in with the plan."""
    unreadable, unknown = TargetDate.read("soon"), DEFAULT_LEGEND.read("Teal")
    order = CreateAction(action=A1, text="Train call handlers", target_date=unreadable, status=unknown)
    given(opened, section).when(order).then(
        ActionCreated(text="Train call handlers", target_date=unreadable, status=unknown)
    )


def test_the_legend_of_the_plan_reads_the_status():
    """A colour means what this plan says that it means."""
    colours = Legend.model_validate({"Amber": "in progress"})
    amber = Status(as_printed="amber", progress="in progress")
    after = given(ReviewOpened(title="Review 7", legend=colours), section)
    order = CreateAction(action=A1, text="Train call handlers", status="amber")
    after.when(order).then(ActionCreated(text="Train call handlers", status=amber))
    given(opened, section).when(order).refused(UnknownStatus, "'amber' is no status in the plan's legend")


def test_a_legend_that_is_settled_later_reads_the_statuses_from_then_on():
    """What was recorded before stays as it was read, until somebody says the same word again."""
    colours = Legend.model_validate({"Amber": "in progress"})
    amber = Status(as_printed="Amber", progress="unknown")
    after = given(opened, section, ActionCreated(text="Train", status=amber), LegendRevised(to=colours))
    assert amber == after.action(A1).status
    after.when(ChangeStatus(action=A1, to="Amber")).then(StatusChanged(was=amber, to=colours.parse("Amber")))
    after.when(ChangeStatus(action=A1, to="Completed")).refused(UnknownStatus, "'Completed' is no status")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("text", "Train supervisors", "text"),
        ("recommendation", R1, "recommendation"),
        ("lead", "The Board", "lead"),
        ("target_date", "Jun-14", "target date"),
        ("desired_outcome", "Better calls", "desired outcome"),
        ("monitoring", "Monthly", "monitoring"),
        ("success_measure", "A survey", "success measure"),
        ("evidence_required", "A list", "evidence required"),
        ("outcome", "Held", "outcome"),
        ("status", "Completed", "status"),
    ],
)
def test_an_action_is_created_once(field, value, told):
    """A second action of that reference that says something else is refused, whatever it is that differs."""
    same = {"text": "Train call handlers", "lead": police, "target_date": march, "status": in_progress}
    before = given(opened, section, recommendation, created)
    before.when(CreateAction(action=A1, **same)).nothing()
    before.when(CreateAction(action=A1, **(same | {field: value}))).refused(
        AlreadyExists,
        f"Action DHR7:WMP:1.2 is there already, with another {told}; update it, or give the new one another number.",
    )


def test_an_action_needs_its_review():
    """Nothing can be added to a review that nobody has opened."""
    given().when(CreateAction(action=A1, text="Train call handlers")).refused(
        UnknownReference, "There is no review 'DHR7' in this ledger; check the reference, or create it first."
    )


def test_an_action_needs_its_section():
    """A misspelt section is answered with the one that may be meant."""
    given(opened, section).when(CreateAction(action="DHR7:WMD:1", text="Train call handlers")).refused(
        UnknownReference, "There is no section 'DHR7:WMD' in this ledger; did you mean 'DHR7:WMP'?"
    )


def test_an_action_needs_its_recommendation():
    """An action stands under a recommendation that is there."""
    order = CreateAction(action=A1, text="Train call handlers", recommendation=R2)
    given(opened, section, recommendation).when(order).refused(
        UnknownReference, "There is no recommendation 'DHR7:WMP:R2' in this ledger; did you mean 'DHR7:WMP:R1'?"
    )


# What every other command needs: the action


EVERY_OTHER = [
    UpdateAction(action=A1, text="Train supervisors"),
    RecordProgress(action=A1, note="Pilot begun"),
    ChangeStatus(action=A1, to="Completed"),
    ReviseTargetDate(action=A1, to="Jun-14", reason="The pilot was extended"),
    ReassignLead(action=A1, to="The Board"),
    ReachMilestone(action=A1, milestone="Training agreed"),
    AttachEvidence(action=A1, name="minutes.pdf", digest=DIGEST, kept_at="Board folder"),
    SignOffAction(action=A1),
    WithdrawAction(action=A1, reason="The law changed"),
    SupersedeAction(action=A1, by=A2),
    ReopenAction(action=A1, to="In progress", reason="It came back"),
]


@pytest.mark.parametrize("command", EVERY_OTHER, ids=lambda command: type(command).__name__)
def test_nothing_happens_to_an_action_that_is_not_there(command):
    """Whatever is ordered, the action has to be in the plan."""
    given(opened, section).when(command).refused(
        UnknownReference, "There is no action 'DHR7:WMP:1.2' in this ledger; check the reference, or create it first."
    )


@pytest.mark.parametrize("command", EVERY_OTHER, ids=lambda command: type(command).__name__)
def test_a_command_adds_to_the_history_of_its_action(command):
    """The stream of a command is the action that it names."""
    assert command.stream == A1


# Words


def test_updating_tells_only_what_changed():
    """A field that already says so is left out; each that changed is told with what it was."""
    order = UpdateAction(action=A1, text="Train call handlers", number="2.1", recommendation=R1, monitoring="Monthly")
    given(opened, section, recommendation, created).when(order).then(
        ActionUpdated(
            changes={
                "number": Change(was="1.2", to="2.1"),
                "recommendation": Change(to=R1),
                "monitoring": Change(was="", to="Monthly"),
            }
        )
    ).when(order).nothing()


@pytest.mark.parametrize(
    "field",
    [
        *("text", "number", "recommendation"),
        *("desired_outcome", "monitoring", "success_measure", "evidence_required", "outcome"),
    ],
)
def test_every_field_of_words_can_be_updated(field):
    """What was changed stands."""
    before = given(opened, section, recommendation, created)
    was, to = getattr(before.action(A1), field), R1 if field == "recommendation" else "Other words"
    order = UpdateAction(action=A1, **{field: to})
    after = before.when(order).then(ActionUpdated(changes={field: Change(was=was, to=to)}))
    assert to == getattr(after.action(A1), field)
    after.when(order).nothing()


def test_the_changes_are_told_in_the_order_of_the_plan():
    """Fields are told in one order, whatever the order in which they were given."""
    order = UpdateAction(
        action=A1,
        outcome="O",
        success_measure="S",
        number="N",
        monitoring="M",
        evidence_required="E",
        text="T",
        desired_outcome="D",
    )
    (event,) = given(opened, created).when(order).events
    assert [
        *("text", "number", "desired_outcome", "monitoring", "success_measure", "evidence_required", "outcome")
    ] == list(event.changes)


def test_the_number_that_is_printed_is_that_of_the_reference_until_it_is_changed():
    """To say the number that stands is to say nothing."""
    given(created).when(UpdateAction(action=A1, number="1.2")).nothing()


def test_words_may_be_taken_back():
    """A field that the plan may leave blank can be made blank again."""
    before = given(ActionCreated(text="Train call handlers", monitoring="Quarterly"))
    before.when(UpdateAction(action=A1, monitoring="")).then(
        ActionUpdated(changes={"monitoring": Change(was="Quarterly", to="")})
    )


def test_an_update_that_says_nothing_changes_nothing():
    given(created).when(UpdateAction(action=A1)).nothing()


def test_an_action_moves_only_to_a_recommendation_that_is_there():
    given(opened, section, recommendation, created).when(UpdateAction(action=A1, recommendation=R2)).refused(
        UnknownReference, "There is no recommendation 'DHR7:WMP:R2' in this ledger; did you mean 'DHR7:WMP:R1'?"
    )


# Progress


def test_progress_may_honestly_be_said_twice():
    """It is the one order that is not idempotent."""
    order = RecordProgress(action=A1, note="No change since the last meeting")
    told = ProgressRecorded(note="No change since the last meeting")
    given(created).when(order).then(told).when(order).then(told)


def test_a_printed_cell_is_marked_as_printed():
    order = RecordProgress(action=A1, note="Nov 2013: ", as_printed=True)
    after = given(created).when(order).then(ProgressRecorded(note="Nov 2013: ", as_printed=True))
    assert (Progress(date(2014, 1, 1), "Nov 2013: ", True),) == after.action(A1).progress


def test_progress_is_reported_of_a_complete_action():
    """A complete action is still audited and talked about."""
    given(created, completed).when(RecordProgress(action=A1, note="Dip sample held")).then(
        ProgressRecorded(note="Dip sample held")
    )


# Status


def test_a_status_is_changed_in_the_words_of_the_legend():
    order = ChangeStatus(action=A1, to="completed")
    after = (
        given(created)
        .when(order)
        .then(StatusChanged(was=in_progress, to=complete.model_copy(update={"as_printed": "completed"})))
    )
    after.when(order).nothing()
    assert "completed" == after.action(A1).status.as_printed


def test_a_status_that_was_read_already_is_taken_as_it_is():
    teal = DEFAULT_LEGEND.read("Teal")
    given(created).when(ChangeStatus(action=A1, to=teal)).then(StatusChanged(was=in_progress, to=teal))


def test_a_word_outside_the_legend_is_no_status():
    given(created).when(ChangeStatus(action=A1, to="In progres")).refused(
        UnknownStatus, "'In progres' is no status in the plan's legend; did you mean 'In progress'?"
    )


@pytest.mark.parametrize(
    ("word", "order"),
    [("Withdrawn", "WithdrawAction"), ("Cancelled", "WithdrawAction"), ("Superseded", "SupersedeAction")],
)
def test_an_action_does_not_end_without_a_word(word, order):
    """Withdrawn and superseded are orders of their own, which say why and by what."""
    given(created).when(ChangeStatus(action=A1, to=word)).refused(
        Refused, f"DHR7:WMP:1.2 cannot just be called {word!r}; use {order}, which says why."
    )


def test_a_complete_action_may_be_called_so_in_other_words():
    given(created, completed).when(ChangeStatus(action=A1, to="Done")).then(StatusChanged(was=complete, to=done))


def test_a_complete_action_does_not_just_go_back():
    """That would be a completion quietly taken back."""
    given(created, completed).when(ChangeStatus(action=A1, to="In progress")).refused(
        Refused,
        "DHR7:WMP:1.2 is complete, so ChangeStatus may not change it; reopen it first, with a reason.",
    )


@pytest.mark.parametrize("ending", [was_withdrawn, was_superseded])
def test_an_ended_action_does_not_become_complete(ending):
    given(created, ending).when(ChangeStatus(action=A1, to="Completed")).refused(Refused, "may not change it; reopen")


# Target date


def test_revising_a_target_date_keeps_the_old_one():
    """The move is counted, and the first promise stays to be seen."""
    order = ReviseTargetDate(action=A1, to=june, reason="The pilot was extended")
    after = given(created).when(order).then(TargetDateRevised(was=march, to=june))
    after.when(order).nothing()
    action = after.action(A1)
    assert (june, march, 1) == (action.target_date, action.original_target_date, action.revisions)


def test_a_target_date_moves_in_the_words_as_printed():
    given(created).when(ReviseTargetDate(action=A1, to="Jun-14", reason="The pilot was extended")).then(
        TargetDateRevised(was=march, to=june)
    )


def test_the_first_target_date_needs_no_reason():
    """Where none stood, nothing is moved."""
    given(ActionCreated(text="Train call handlers")).when(ReviseTargetDate(action=A1, to=june)).then(
        TargetDateRevised(was=TargetDate.read(""), to=june)
    )


@pytest.mark.parametrize("reason", [None, "", " \t"])
def test_a_target_date_does_not_move_without_a_reason(reason):
    given(created).when(ReviseTargetDate(action=A1, to=june, reason=reason)).refused(
        ReasonRequired,
        "Moving the target date of DHR7:WMP:1.2 to 'Jun-14' needs a reason, like 'The pilot was extended'.",
    )


def test_a_target_date_that_stands_needs_no_reason():
    given(created).when(ReviseTargetDate(action=A1, to="Mar-14")).nothing()


@pytest.mark.parametrize("words", ["soon", "", "31 September 2020"])
def test_a_target_date_has_to_be_one(words):
    with pytest.raises(BadTargetDate, match=r"cannot be read: .*; write it as 31/03/2015"):
        ReviseTargetDate(action=A1, to=words, reason="The pilot was extended")


# Lead


def test_a_lead_hands_over():
    order = ReassignLead(action=A1, to="The Board")
    after = given(created).when(order).then(LeadReassigned(was=police, to=Lead.read("The Board")))
    after.when(order).nothing()
    assert "The Board" == after.action(A1).lead.as_printed


def test_the_words_that_stand_take_nothing_from_what_was_understood_of_them():
    """To hand over to the lead as printed is to change nothing, though parties were read from those words."""
    head = Party(agency="West Midlands Police", post="Head of Public Protection")
    understood = Lead(as_printed="West Midlands Police", parties=(head,))
    before = given(ActionCreated(text="Train call handlers", lead=understood))
    before.when(ReassignLead(action=A1, to="West Midlands Police")).nothing()
    given(created).when(ReassignLead(action=A1, to=understood)).then(LeadReassigned(was=police, to=understood))


def test_a_lead_that_was_recorded_before_parties_were_read_is_the_same_lead():
    """To type it again, or to create the action again, is to change nothing."""
    assert () == police.parties
    again = CreateAction(action=A1, text="Train call handlers", lead="West Midlands Police")
    assert (Party(agency="West Midlands Police"),) == again.lead.parties
    before = given(opened, section, ActionCreated(text="Train call handlers", lead=police))
    before.when(ReassignLead(action=A1, to="West Midlands Police")).nothing()
    before.when(again).nothing()


# Milestones and evidence


def test_a_milestone_is_reached_once():
    order = ReachMilestone(action=A1, milestone="Training agreed")
    after = given(created).when(order).then(MilestoneReached(milestone="Training agreed"))
    after.when(order).nothing()
    after = after.when(ReachMilestone(action=A1, milestone="Training held")).then(
        MilestoneReached(milestone="Training held")
    )
    assert ["Training agreed", "Training held"] == [reached.note for reached in after.action(A1).milestones]


def test_a_milestone_that_was_typed_in_is_recorded_again_when_it_is_printed():
    """The printed cell can be told whole; what was printed need not be typed in."""
    typed, printed = ReachMilestone(action=A1, milestone="Held"), MilestoneReached(milestone="Held", as_printed=True)
    order = ReachMilestone(action=A1, milestone="Held", as_printed=True)
    after = given(created, MilestoneReached(milestone="Held")).when(order).then(printed)
    after.when(order).nothing()
    after.when(typed).nothing()
    given(created, printed).when(typed).nothing()
    assert [("Held", False), ("Held", True)] == [(one.note, one.as_printed) for one in after.action(A1).milestones]


def test_evidence_is_attached_once():
    order = AttachEvidence(action=A1, name="minutes.pdf", digest=DIGEST, kept_at="Board folder")
    after = given(created).when(order).then(minutes)
    after.when(order).nothing()
    assert (Evidence("minutes.pdf", DIGEST, "Board folder"),) == after.action(A1).evidence


@pytest.mark.parametrize("ending", [completed, was_withdrawn, was_superseded])
def test_evidence_may_come_at_the_very_end(ending):
    """The minutes that withdrew an action are evidence of it, too."""
    order = AttachEvidence(action=A1, name="minutes.pdf", digest=DIGEST, kept_at="Board folder")
    given(created, ending).when(order).then(minutes)


# Annotating


def test_an_entry_of_an_action_is_annotated():
    """The entry itself is never touched, and neither is the state."""
    before = given(created, completed)
    order = AnnotateEntry(reference=A1, version=2, note="It was the second cohort")
    after = before.when(order).then(EntryAnnotated(version=2, note="It was the second cohort"))
    assert before.action(A1) == after.action(A1)


@pytest.mark.parametrize("version", [3, 40])
def test_only_an_entry_that_is_there_is_annotated(version):
    given(created, completed).when(AnnotateEntry(reference=A1, version=version, note="No")).refused(
        UnknownReference, f"There is no entry {version} of DHR7:WMP:1.2; it has versions 1 to 2."
    )


def test_there_is_nothing_to_annotate_in_an_action_without_entries():
    given(opened).when(AnnotateEntry(reference=A1, version=1, note="No")).refused(
        UnknownReference, "There is no entry 1 of DHR7:WMP:1.2; it has none."
    )


# Orders that cannot even be given


@pytest.mark.parametrize(
    ("order", "fields", "error", "sentence"),
    [
        (RecordProgress, {"action": A1}, BadInput, "RecordProgress needs note; it was not given."),
        (RecordProgress, {"action": A1, "note": " "}, BadInput, "RecordProgress needs note; a blank one was given."),
        (UpdateAction, {"action": A1, "text": ""}, BadInput, "UpdateAction needs text; a blank one was given."),
        (
            RecordProgress,
            {"action": A1, "note": "Begun", "who": "Board"},
            BadInput,
            "RecordProgress has no field 'who'; check its spelling in docs/reference/commands.md.",
        ),
        (
            RecordProgress,
            {"action": A1, "note": 7},
            BadInput,
            "RecordProgress cannot take note=7: Input should be a valid string.",
        ),
        (
            AttachEvidence,
            {"action": A1, "name": "minutes.pdf", "digest": "md5:0", "kept_at": "Board folder"},
            BadInput,
            "AttachEvidence cannot take digest='md5:0': String should match pattern '^sha256:[0-9a-f]{64}$'.",
        ),
        (
            ReassignLead,
            {"action": A1, "to": 7},
            BadInput,
            "ReassignLead cannot take to=7: Input should be a valid dictionary or instance of Lead.",
        ),
        (
            WithdrawAction,
            {"action": "1.2"},
            BadReference,
            "'1.2' is not the reference of an action; write it like BDHR2012/13-04:WMP:1.2 (review, section, number).",
        ),
        (
            SupersedeAction,
            {"action": A1, "by": R1},
            BadReference,
            "'DHR7:WMP:R1' names a recommendation, not an action; an action is written without the R.",
        ),
    ],
)
def test_an_order_is_checked_when_it_is_given(order: type[Command], fields, error: type[BadInput], sentence: str):
    """The sentence has the order, the field, the value and the cure."""
    with pytest.raises(error) as caught:
        order(**fields)
    assert (error, sentence) == (type(caught.value), str(caught.value))


def test_an_event_cannot_be_changed():
    """What happened, happened."""
    with pytest.raises(ValueError, match="frozen"):
        created.text = "Train supervisors"
    with pytest.raises(ValueError, match="Extra inputs"):
        ActionSignedOff.model_validate({"by": "Board"})
    assert issubclass(type(created), Event)
