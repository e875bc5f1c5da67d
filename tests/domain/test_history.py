"""An entry as it would stand in minutes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dhr_ledger.action import (
    ActionCreated,
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
    StatusChanged,
    TargetDateRevised,
)
from dhr_ledger.annotation import EntryAnnotated
from dhr_ledger.command import Change
from dhr_ledger.entry import EVENTS, Entry, encode, to_json
from dhr_ledger.history import deed, outlined, sentence, when
from dhr_ledger.provenance import Actor, Effective
from dhr_ledger.review import (
    ExportIssued,
    HeadingSettled,
    LegendRevised,
    PlanImported,
    RecommendationMade,
    RecommendationReworded,
    ReviewOpened,
    ReviewStageReached,
    SectionAdded,
    SectionRenamed,
)
from dhr_ledger.status import DEFAULT_LEGEND, Legend, Status
from dhr_ledger.target_date import TargetDate

A2, DIGEST = "DHR7:WMP:1.3", "sha256:" + "0" * 64
march, june, undated = TargetDate.parse("Mar-14"), TargetDate.parse("Jun-14"), TargetDate.read("")
march_in_words = TargetDate.parse("March 2014")
blank = Status(as_printed="", progress="unknown")
in_progress, complete = DEFAULT_LEGEND.parse("In progress"), DEFAULT_LEGEND.parse("Completed")
police, board, nobody = Lead(as_printed="West Midlands Police"), Lead(as_printed="The Board"), Lead(as_printed="")
amber_begun = Status(as_printed="Amber", progress="in progress")
amber, blue, agreed = (
    Status(as_printed="Amber", progress="unknown"),
    Status(as_printed="Blue", progress="complete", assurance="evidenced"),
    Status(as_printed="Agreed", progress="unknown", response="accepted"),
)
exported = {"exporter": "plan.csv", "file": "board.csv", "digest": DIGEST, "entries": 9, "head": 12}

TOLD = [
    (ReviewOpened(title="Review 7"), "opened the review “Review 7”"),
    (
        LegendRevised(was=Legend((amber, blue)), to=Legend((blue, amber_begun, agreed))),
        "revised the legend: “Amber” means in progress; “Agreed” means accepted",
    ),
    (
        LegendRevised(was=Legend((amber, blue)), to=Legend((blue,))),
        "revised the legend: one word is left out",
    ),
    (
        LegendRevised(to=Legend((amber,))),
        f"revised the legend: “Amber” means unknown; {len(DEFAULT_LEGEND.root)} words are left out",
    ),
    (
        LegendRevised(to=DEFAULT_LEGEND | Legend((blue,))),
        "revised the legend: “Blue” means complete, evidenced",
    ),
    (LegendRevised(was=Legend((amber, blue)), to=Legend((blue, amber))), "revised the legend"),
    (
        HeadingSettled(heading="Evidence", means="success_measure"),
        "settled that a column headed “Evidence” means the success measure",
    ),
    (HeadingSettled(heading="Cost", means="nothing"), "settled that a column headed “Cost” is not taken in"),
    (
        SectionRenamed(section="WMP", was="", to="Police"),
        "changed the heading of the section WMP from nothing to “Police”",
    ),
    (
        RecommendationReworded(
            recommendation="DHR7:WMP:R1",
            changes={"text": Change(was="Share.", to="Share it."), "addressee": Change(was="NHS")},
        ),
        "changed the recommendation DHR7:WMP:R1: text from “Share.” to “Share it.”; addressee from “NHS” to nothing",
    ),
    (SectionAdded(section="WMP", heading="West Midlands Police"), "added the section WMP, “West Midlands Police”"),
    (SectionAdded(section="WMP", heading=""), "added the section WMP"),
    (
        RecommendationMade(recommendation="DHR7:WMP:R1", text="Share what is known."),
        "added the recommendation DHR7:WMP:R1, “Share what is known.”",
    ),
    (ReviewStageReached(stage="published"), "recorded that the review is published"),
    (
        ReviewStageReached(stage="resubmission required", note="Two cells are blank."),
        "recorded that the review is to be submitted again: “Two cells are blank.”",
    ),
    (PlanImported(file="plan.csv", digest=DIGEST, importer=".csv", actions=0), "took in plan.csv with 0 actions"),
    (PlanImported(file="plan.csv", digest=DIGEST, importer=".csv", actions=1), "took in plan.csv with 1 action"),
    (PlanImported(file="plan.csv", digest=DIGEST, importer=".csv", actions=2), "took in plan.csv with 2 actions"),
    (ExportIssued(**exported), "issued board.csv (plan.csv)"),
    (EntryAnnotated(version=2, note="The second cohort"), "noted on entry 2: “The second cohort”"),
    (ActionCreated(text="Train call handlers"), "added the action “Train call handlers”"),
    (
        ActionUpdated(changes={"text": Change(was="Train all", to="Train call handlers")}),
        "changed text from “Train all” to “Train call handlers”",
    ),
    (
        ActionUpdated(
            changes={"recommendation": Change(to="DHR7:WMP:R1"), "desired_outcome": Change(was="Less", to="")}
        ),
        "changed recommendation from nothing to “DHR7:WMP:R1”; desired outcome from “Less” to nothing",
    ),
    (ProgressRecorded(note="Pilot begun"), "reported progress: “Pilot begun”"),
    (ProgressRecorded(note="Nov 2013: begun", as_printed=True), "reported progress: “Nov 2013: begun”"),
    (StatusChanged(was=in_progress, to=complete), "changed the status from “In progress” to “Completed”"),
    (StatusChanged(was=blank, to=complete), "changed the status from nothing to “Completed”"),
    (StatusChanged(was=amber, to=amber_begun), "read the status “Amber” as in progress"),
    (TargetDateRevised(was=march, to=june), "moved the target date from “Mar-14” to “Jun-14”"),
    (TargetDateRevised(was=undated, to=june), "set the target date to “Jun-14”"),
    (TargetDateRevised(was=march, to=march_in_words), "wrote the target date “Mar-14” as “March 2014”"),
    (LeadReassigned(was=police, to=board), "handed the lead over from “West Midlands Police” to “The Board”"),
    (LeadReassigned(was=police, to=nobody), "handed the lead over from “West Midlands Police” to nothing"),
    (MilestoneReached(milestone="Training agreed"), "reported a milestone: “Training agreed”"),
    (
        EvidenceAttached(name="minutes.pdf", digest=DIGEST, kept_at="the Board's folder"),
        "attached the evidence “minutes.pdf”, kept at the Board's folder",
    ),
    (ActionSignedOff(), "signed the action off"),
    (ActionWithdrawn(was=in_progress), "withdrew the action, which was “In progress”"),
    (ActionWithdrawn(was=blank), "withdrew the action"),
    (ActionSuperseded(was=in_progress, by=A2), "replaced the action by DHR7:WMP:1.3"),
    (ActionReopened(was=complete, to=in_progress), "reopened the action, from “Completed” to “In progress”"),
]


@pytest.mark.parametrize(("event", "told"), TOLD, ids=[told for _, told in TOLD])
def test_what_happened_is_told_in_words(event, told):
    assert told == deed(event)


def test_every_event_is_told():
    assert set(EVENTS) == {type(event).__name__ for event, _ in TOLD}


OUTLINED = [
    (ActionCreated(text="Train call handlers"), ("added the action", "", "text: Train call handlers")),
    (
        ActionCreated(text="Train all", lead=police, target_date=march, status=in_progress),
        (
            "added the action",
            "",
            "text: Train all\nlead: West Midlands Police\ntarget date: Mar-14\nstatus: In progress",
        ),
    ),
    (ProgressRecorded(note="Pilot begun"), ("reported progress", "", "Pilot begun")),
    (MilestoneReached(milestone="Trainers chosen"), ("reported a milestone", "", "Trainers chosen")),
    (
        EvidenceAttached(name="minutes.pdf", digest=DIGEST, kept_at="the Board's folder"),
        ("attached evidence", "", f"minutes.pdf, kept at the Board's folder, {DIGEST}"),
    ),
    (ActionSignedOff(), ("signed the action off", "", "")),
    (StatusChanged(was=in_progress, to=complete), ("changed the status", "In progress", "Completed")),
    (StatusChanged(was=amber, to=amber_begun), ("read the status “Amber” anew", "unknown", "in progress")),
    (ActionReopened(was=complete, to=in_progress), ("reopened the action", "Completed", "In progress")),
    (TargetDateRevised(was=march, to=june), ("moved the target date", "Mar-14", "Jun-14")),
    (TargetDateRevised(was=undated, to=june), ("set the target date", "", "Jun-14")),
    (TargetDateRevised(was=march, to=march_in_words), ("wrote the target date otherwise", "Mar-14", "March 2014")),
    (LeadReassigned(was=police, to=nobody), ("handed the lead over", "West Midlands Police", "")),
    (ActionWithdrawn(was=in_progress), ("withdrew the action", "In progress", "Withdrawn")),
    (ActionSuperseded(was=in_progress, by=A2), ("replaced the action by another", "In progress", A2)),
    (ActionUpdated(changes={"number": Change(was="1.2", to="2.1")}), ("changed the number", "1.2", "2.1")),
    (ActionUpdated(changes={"recommendation": Change()}), ("changed the recommendation", "", "")),
    (
        ActionUpdated(changes={"text": Change(was="Train all", to="Train"), "desired_outcome": Change(to="Less")}),
        (
            "changed the text, the desired outcome",
            "text: Train all\ndesired outcome: ",
            "text: Train\ndesired outcome: Less",
        ),
    ),
    (
        ActionUpdated(changes={"monitoring": Change(was="Monthly"), "text": Change(was="Train", to="Train all")}),
        ("changed the monitoring, the text", "monitoring: Monthly\ntext: Train", "monitoring: \ntext: Train all"),
    ),
    (EntryAnnotated(version=3, note="Meant 1.3"), ("noted on entry 3", "", "Meant 1.3")),
    (ReviewOpened(title="Review 7"), ("opened the review", "", "Review 7")),
    (
        LegendRevised(was=Legend((amber, agreed)), to=Legend((blue, amber_begun))),
        ("revised the legend", "Amber: unknown\nAgreed: accepted", "Blue: complete, evidenced\nAmber: in progress"),
    ),
    (LegendRevised(to=Legend((blue,))), ("revised the legend", "the default legend", "Blue: complete, evidenced")),
    (
        HeadingSettled(heading="Evidence", means="success_measure"),
        ("settled what a column headed “Evidence” means", "", "success measure"),
    ),
    (
        SectionRenamed(section="WMP", was="Police", to="Police and Crime Commissioner"),
        ("changed the heading of the section WMP", "Police", "Police and Crime Commissioner"),
    ),
    (
        RecommendationReworded(recommendation="DHR7:WMP:R1", changes={"scope": Change(to="local")}),
        ("changed the scope of the recommendation DHR7:WMP:R1", "", "local"),
    ),
    (SectionAdded(section="WMP", heading="Police"), ("added the section WMP", "", "Police")),
    (
        RecommendationMade(recommendation="DHR7:WMP:R1", text="Share."),
        ("added the recommendation DHR7:WMP:R1", "", "Share."),
    ),
    (ReviewStageReached(stage="published"), ("recorded that the review is published", "", "")),
    (
        ReviewStageReached(stage="resubmission required", note="By June"),
        ("recorded that the review is to be submitted again", "", "By June"),
    ),
    (
        PlanImported(file="09-WMP.csv", digest=DIGEST, importer=".csv", actions=1),
        ("took in 1 action", "", f"09-WMP.csv, {DIGEST}"),
    ),
    (
        PlanImported(file="09-WMP.csv", digest=DIGEST, importer=".csv", actions=2),
        ("took in 2 actions", "", f"09-WMP.csv, {DIGEST}"),
    ),
    (
        ExportIssued(exporter="plan.csv", file="board.csv", digest=DIGEST, entries=9, head=9),
        ("issued plan.csv", "", f"board.csv, {DIGEST}"),
    ),
]


@pytest.mark.parametrize(("event", "outline"), OUTLINED, ids=range(len(OUTLINED)))
def test_what_happened_is_outlined_with_what_stood_and_what_stands(event, outline):
    assert outline == outlined(event)


def test_every_event_is_outlined():
    assert set(EVENTS) == {type(event).__name__ for event, _ in OUTLINED}


def entry(effective: str | None = None, reason: str | None = None) -> Entry:
    """An entry recorded on 2 December 2013."""
    return encode(
        position=3,
        reference="DHR7:WMP:1.2",
        version=2,
        recorded_at=datetime(2013, 12, 2, 16, 20, tzinfo=UTC),
        by=to_json(Actor(name="DHR coordinator", agency="Safer Town")),
        event=TargetDateRevised(was=march, to=june),
        effective=Effective(effective) if effective else None,
        reason=reason,
        source=None,
        batch=3,
    )


@pytest.mark.parametrize(
    ("effective", "told"),
    [
        (None, "2013-12-02"),
        ("2013-12-02", "2013-12-02"),
        ("2013-09", "2013-09, recorded 2013-12-02"),
        ("2013-12", "2013-12, recorded 2013-12-02"),
        ("2013", "2013, recorded 2013-12-02"),
    ],
)
def test_the_day_of_recording_is_told_where_it_is_another(effective, told):
    assert told == when(entry(effective))


def test_a_sentence_says_who_did_what_when_and_why():
    assert (
        "2013-09, recorded 2013-12-02: DHR coordinator (Safer Town) moved the target date from “Mar-14” to “Jun-14” "
        "(The pilot was extended)" == sentence(entry("2013-09", "The pilot was extended"))
    )


def test_a_sentence_without_a_reason_ends_there():
    assert "2013-12-02: DHR coordinator (Safer Town) moved the target date from “Mar-14” to “Jun-14”" == sentence(
        entry()
    )
