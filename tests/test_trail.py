"""What the documents for the Home Office say of how the plan came to stand so: news, evidence, completion, editions."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dhr_ledger import Ledger
from dhr_ledger.action import (
    AttachEvidence,
    ChangeStatus,
    CreateAction,
    RecordProgress,
    ReopenAction,
    ReviseTargetDate,
    SignOffAction,
    SupersedeAction,
)
from dhr_ledger.annotation import AnnotateEntry
from dhr_ledger.exports import export, issue
from dhr_ledger.home_office import Line, home_office_plan
from dhr_ledger.plugins import Door, Doors
from dhr_ledger.provenance import Source
from dhr_ledger.review import AddSection, OpenReview, ReachStage

A = "DHR7:WMP:1"
DIGEST = f"sha256:{'0' * 64}"


class Days:
    """A clock that stands at noon of the day it was set to, an hour later at each look."""

    def __init__(self) -> None:
        self.now = datetime(2014, 1, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now = self.now.replace(hour=self.now.hour + 1)
        return self.now

    def set(self, day: str) -> None:
        self.now = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=8)


@pytest.fixture
def clock():
    return Days()


@pytest.fixture
def ledger(clock):
    """A plan of one action, recorded on 1 January 2014."""
    with Ledger(clock=clock) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review"),
            AddSection(section="DHR7:WMP", heading="Police"),
            CreateAction(action=A, text="Train", target_date="Mar-14", status="Ongoing"),
            by="Board",
            effective="2014-01-01",
        )
        yield ledger


def told(ledger, **asked):
    """The rows of the trail, without whom they are of: what, and when."""
    trails = home_office_plan(ledger.entries(), **asked).trails
    return [(row[1], row[2], row[-1]) for trail in trails[:2] for row in trail.rows]


def cell(ledger, **asked):
    """The cell of the completion of the first action."""
    return [*home_office_plan(ledger.entries(), **asked).sections[0].recommendations[0].actions[0].cells["completion"]]


# News


@pytest.fixture
def told_late(ledger, clock):
    """What was true before the submission of 12 February was recorded a month after it."""
    clock.set("2014-02-12")
    ledger.record(ReachStage(review="DHR7", stage="submitted"), by="Board")
    clock.set("2014-03-12")
    ledger.record(ReviseTargetDate(action=A, to="Dec-15"), by="Board", effective="2014-02-01", reason="It slipped")
    return ledger


LATE = [("Mar-14", "Dec-15", "1 February 2014,\nrecorded 12 March 2014")]


@pytest.mark.parametrize("since", [None, date(2014, 2, 12)])
def test_what_was_recorded_after_the_plan_was_submitted_is_news_whenever_it_was_true(told_late, since):
    """It stood in nothing that was submitted, and would stand in no edition; it says when it was recorded."""
    assert LATE == told(told_late, since=since)
    assert LATE == told(told_late, since=since, as_at=date(2014, 3, 1))
    assert [] == told(told_late, since=date(2014, 3, 12))


def test_what_was_not_known_then_is_no_news(told_late):
    known = [entry for entry in told_late.entries() if entry.recorded_at.date() <= date(2014, 3, 1)]
    assert all(not trail.rows for trail in home_office_plan(known, as_at=date(2014, 3, 1)).trails)


def test_what_is_recorded_on_the_day_of_the_submission_is_news_if_it_came_after_it(ledger, clock):
    clock.set("2014-02-12")
    ledger.record(ReviseTargetDate(action=A, to="Jun-14"), by="Board", reason="In the plan that was submitted")
    ledger.record(ReachStage(review="DHR7", stage="submitted"), by="Board")
    ledger.record(ReviseTargetDate(action=A, to="Dec-15"), by="Board", reason="An hour later")
    clock.set("2014-02-20")
    ledger.record(RecordProgress(action=A, note="Begun"), by="Board")
    assert [("Jun-14", "Dec-15", "12 February 2014")] == told(ledger)


# Evidence


def test_evidence_that_was_attached_later_on_the_same_day_was_not_there(ledger):
    ledger.record(AttachEvidence(action=A, name="Before", digest=DIGEST, kept_at="Records"), by="Board")
    ledger.record(
        ChangeStatus(action=A, to="Completed"),
        AttachEvidence(action=A, name="Together", digest=DIGEST, kept_at="Records"),
        by="Board",
    )
    ledger.record(AttachEvidence(action=A, name="Later", digest=DIGEST, kept_at="Records"), by="Board")
    [row] = home_office_plan(ledger.entries()).trails[1].rows
    assert "Before; Together" == row[4]


# Completion


CLAIMED = Line("Assurance", "claimed only")


def test_an_older_status_that_is_typed_in_later_takes_no_day_of_completion_away(ledger, clock):
    """Nor does one that was wrong, and was taken back with a reason, leave its day behind."""
    clock.set("2014-12-01")
    ledger.record(ChangeStatus(action=A, to="Completed"), by="Board", effective="2014-11-30")
    ledger.record(ChangeStatus(action=A, to="Not started"), by="Board", effective="2014-06-30")
    assert [Line("Complete", "30 November 2014"), CLAIMED] == cell(ledger)
    assert [Line("Status", "Not started")] == cell(ledger, as_at=date(2014, 7, 1))
    ledger.record(ReopenAction(action=A, to="Ongoing"), by="Board", reason="It was not", effective="2014-11-30")
    ledger.record(ChangeStatus(action=A, to="Completed"), by="Board", effective="2014-12-01")
    assert [Line("Complete", "1 December 2014"), CLAIMED] == cell(ledger)


def test_a_completion_that_is_told_in_other_words_keeps_its_day(ledger, clock):
    clock.set("2014-12-01")
    ledger.record(ChangeStatus(action=A, to="Completed"), by="Board", effective="2014-06-30")
    ledger.record(ChangeStatus(action=A, to="Complete and evidenced"), by="Board", effective="2014-09-30")
    assert [Line("Complete", "30 June 2014"), Line("Assurance", "evidenced by its status alone")] == cell(ledger)


def test_an_action_that_was_complete_after_it_was_replaced_says_since_when(ledger, clock):
    """Both were typed in late, in the wrong order; what was true later stands."""
    clock.set("2014-12-01")
    ledger.record(CreateAction(action="DHR7:WMP:2", text="Audit", status="Ongoing"), by="Board")
    ledger.record(ChangeStatus(action=A, to="Completed"), by="Board", effective="2014-11-30")
    ledger.record(SupersedeAction(action=A, by="DHR7:WMP:2"), by="Board", effective="2014-06-30")
    assert [Line("Complete", "30 November 2014"), CLAIMED] == cell(ledger)


@pytest.mark.parametrize("status", ["Complete", "Action completed", "COMPLETED."])
def test_a_status_that_says_complete_is_not_said_twice(ledger, clock, status):
    clock.set("2014-12-01")
    ledger.record(ChangeStatus(action=A, to=status), by="Board", effective="2014-11-30")
    assert [Line("Complete", "30 November 2014"), CLAIMED] == cell(ledger)


@pytest.mark.parametrize("status", ["Fully met", "Happening already"])
def test_a_status_that_says_it_otherwise_is_said_as_printed(ledger, clock, status):
    clock.set("2014-12-01")
    ledger.record(ChangeStatus(action=A, to=status), by="Board", effective="2014-11-30")
    assert [Line("Complete", "30 November 2014"), Line("Status", status), CLAIMED] == cell(ledger)


def test_how_well_completions_are_assured_is_said_of_each_and_counted(ledger, clock):
    """Who fills in a status can say that it is evidenced; the ledger says whether it holds the evidence."""
    clock.set("2014-12-01")
    ledger.record(
        CreateAction(action="DHR7:WMP:2", text="Audit"),
        CreateAction(action="DHR7:WMP:3", text="Ask"),
        CreateAction(action="DHR7:WMP:4", text="Write"),
        ChangeStatus(action=A, to="Complete and evidenced"),
        AttachEvidence(action="DHR7:WMP:2", name="Register", digest=DIGEST, kept_at="Records"),
        ChangeStatus(action="DHR7:WMP:2", to="Complete and evidenced"),
        ChangeStatus(action="DHR7:WMP:3", to="Complete and signed off"),
        ChangeStatus(action="DHR7:WMP:4", to="Complete and signed off"),
        SignOffAction(action="DHR7:WMP:4"),
        by="Board",
        effective="2014-11-30",
    )
    plan = home_office_plan(ledger.entries())
    assert [
        "evidenced by its status alone",
        "evidenced",
        "signed off by its status alone",
        "signed off",
    ] == [
        line.words
        for action in plan.sections[0].recommendations[0].actions
        for line in action.cells["completion"]
        if line.label == "Assurance"
    ]
    assert (
        "1 evidenced by its status alone, 1 evidenced, 1 signed off by its status alone, 1 signed off"
        == dict(plan.facts)["Completions"]
    )


def test_what_was_complete_when_a_file_told_of_it_was_complete_by_then(ledger, clock):
    """The day is that of the file; since when it was complete, nobody has said."""
    clock.set("2014-12-01")
    ledger.record(
        CreateAction(action="DHR7:WMP:2", text="Audit", status="Completed"),
        ChangeStatus(action=A, to="Completed", source=Source(file="september.docx", row=2)),
        by="Board",
        effective="2014-09-30",
    )
    first, second = home_office_plan(ledger.entries()).sections[0].recommendations[0].actions
    assert [Line("Complete", "by 30 September 2014"), CLAIMED] == [*first.cells["completion"]]
    assert [Line("Complete", "by 30 September 2014"), CLAIMED] == [*second.cells["completion"]]


def test_of_several_dates_it_is_said_when_the_action_is_due(ledger):
    ledger.record(ReviseTargetDate(action=A, to="01/04/2013. Board January 2015", reason="The Board asked"), by="Board")
    (action,) = home_office_plan(ledger.entries()).sections[0].recommendations[0].actions
    assert Line("Due", "31 January 2015") == action.cells["target_date"][1]


# Editions


def editions(*names: str) -> Doors:
    """Exporters that write what edition it is, and as many bytes as the name has letters."""

    def write(entries, out):
        facts = dict(home_office_plan(entries).facts)
        out.write(facts["Edition"].partition(",")[0].encode())

    return Doors({name: Door(name, write, "a-plugin", "1.0") for name in names}, {})


def test_an_edition_is_a_state_of_the_plan_that_was_issued(tmp_path):
    """Not a file: several reviews, several formats and another copy are one edition, and exports change nothing."""
    doors = editions("home-office.txt", "home-office.md", "plan.txt")
    with Ledger() as ledger:

        def issued(name: str, reference: str | None = None) -> str:
            path = tmp_path / name
            issue(ledger, name, path, by="Board", doors=doors, reference=reference)
            return path.read_text()

        ledger.record(OpenReview(review="DHR7", title="A"), OpenReview(review="DHR8", title="B"), by="Board")
        assert ["1"] * 4 == [
            issued(name) for name in ("plan.txt", "home-office.txt", "home-office.txt", "home-office.md")
        ]
        ledger.record(AddSection(section="DHR7:WMP", heading="Police"), by="Board")
        ledger.record(AnnotateEntry(reference="DHR7", version=1, note="Corrected"), by="Board")
        assert ["2", "2"] == [issued("home-office.txt"), issued("home-office.md")]
        assert "2" == issued("home-office.txt", "DHR7")
        assert "2" == issued("home-office.txt", "DHR7:WMP")
        assert "1" == issued("home-office.txt", "DHR8")
        ledger.record(AddSection(section="DHR7:EY", heading="Early Years"), by="Board")
        issued("plan.txt")
        ledger.record(AddSection(section="DHR7:CSC", heading="Social Care"), by="Board")
        assert "3" == issued("home-office.txt")
        before = [entry for entry in ledger.entries() if entry.position <= 2]
        export(before, "home-office.txt", tmp_path / "again.txt", doors=doors)
        assert "1" == (tmp_path / "again.txt").read_text()


def test_in_the_trail_of_several_reviews_an_action_is_called_by_its_whole_reference(ledger):
    """In that of one its review goes without saying; a longer name has twice the room."""
    ledger.record(ChangeStatus(action=A, to="Completed"), by="Board")
    alone = home_office_plan(ledger.entries()).trails[1]
    assert ("WMP:1", 10) == (alone.rows[0][0], alone.shares[0])
    ledger.record(
        OpenReview(review="BDHR2012/13-04", title="Another"),
        AddSection(section="BDHR2012/13-04:S", heading="Surgery"),
        CreateAction(action="BDHR2012/13-04:S:1", text="Train"),
        ChangeStatus(action="BDHR2012/13-04:S:1", to="Ongoing"),
        by="Board",
    )
    both = home_office_plan(ledger.entries()).trails[1]
    assert ([A, "BDHR2012/13-04:S:1"], 20) == ([row[0] for row in both.rows], both.shares[0])
