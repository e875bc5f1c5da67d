"""What a document for the Home Office says, and what a workbook says: the content, whatever it is written in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given

from dhr_ledger import Ledger
from dhr_ledger.action import (
    AttachEvidence,
    ChangeStatus,
    CreateAction,
    ReachMilestone,
    RecordProgress,
    ReopenAction,
    ReviseTargetDate,
    SignOffAction,
    SupersedeAction,
    UpdateAction,
)
from dhr_ledger.annotation import AnnotateEntry
from dhr_ledger.audience import audience
from dhr_ledger.errors import BadInput
from dhr_ledger.example import load_example
from dhr_ledger.home_office import AS_ABOVE, LIVE_DOCUMENT, Line, home_office_plan, parted, template
from dhr_ledger.plan import action_plan
from dhr_ledger.review import AddSection, MakeRecommendation, OpenReview, ReachStage
from dhr_ledger.testing.strategies import ledgers
from dhr_ledger.workbook import workbook

A = "DHR7:WMP:1.1"
DIGEST = f"sha256:{'0' * 64}"


@pytest.fixture
def entries():
    """An action that was moved, reported on, completed with evidence and signed off; one that is late; none of one."""
    moments = iter(datetime(*day, 12, tzinfo=UTC) for day in ((2013, 9, 30), (2014, 3, 1), (2014, 9, 1)))
    with Ledger(clock=lambda: next(moments)) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Action plan of DHR7", partnership="Northshire CSP"),
            AddSection(section="DHR7:WMP", heading="Police"),
            AddSection(section="DHR7:EY", heading="Early Years"),
            MakeRecommendation(recommendation="DHR7:WMP:R1", text="Learn", scope="local"),
            CreateAction(action=A, text="Train", lead="Head", target_date="Mar-14", recommendation="DHR7:WMP:R1"),
            CreateAction(action="DHR7:WMP:2", text="Audit", target_date="1 June 2014", status="Ongoing"),
            by="DHR coordinator",
            effective="2013-09",
        )
        ledger.record(
            RecordProgress(action=A, note="Pilot begun", effective="2013-11"),
            ReachMilestone(action=A, milestone="Course written", effective="2013-12-05"),
            ReviseTargetDate(action=A, to="Jun-14", reason="The pilot was extended", effective="2014-02"),
            ReachStage(review="DHR7", stage="submitted", effective="2014-03-01"),
            by="DHR coordinator",
        )
        ledger.record(
            ChangeStatus(action=A, to="Completed", effective="2014-06-30"),
            UpdateAction(action=A, outcome="Every team trained"),
            AttachEvidence(action=A, name="Attendance list", digest=DIGEST, kept_at="Records"),
            SignOffAction(action=A),
            AnnotateEntry(reference=A, version=2, note="It was begun in October"),
            by="DHR coordinator",
        )
        return list(ledger.entries())


def test_the_template_is_data():
    """Another one is a file; what was not checked against the guidance is said."""
    assert ["Recommendation", "Action to take", "Target date"] == [template().columns[nth].heading for nth in (0, 2, 5)]
    assert template().unverified
    with pytest.raises(BadInput, match="There is no template 'x'; there are home-office-2016"):
        home_office_plan([], form="x")


def test_an_action_says_how_it_came_to_stand_there(entries):
    """Milestones and reports with their dates, each move of the target date, and the completion with its evidence."""
    said = home_office_plan(entries)
    police, early_years = said.sections
    learn, nothing = police.recommendations
    assert ("1", "Learn", "Local") == (learn.number, learn.words, learn.scope)
    assert ("", "") == (nothing.number, nothing.words)
    (train,) = learn.actions
    assert (
        Line("November 2013", "Pilot begun"),
        Line("Noted", "1 September 2014: It was begun in October"),
        Line("5 December 2013", "Course written"),
    ) == train.cells["milestones"]
    assert (
        Line("", "Jun-14"),
        Line("Moved", "from Mar-14 to Jun-14, February 2014 (The pilot was extended)"),
    ) == train.cells["target_date"]
    assert (
        Line("Complete", "30 June 2014"),
        Line("", "Every team trained"),
        Line("Assurance", "signed off"),
        Line("Evidence", "Attendance list"),
    ) == train.cells["completion"]
    assert ("Early Years", ()) == (early_years.heading, early_years.recommendations)


def test_what_is_late_says_by_how_much(entries):
    (audit,) = home_office_plan(entries).sections[0].recommendations[1].actions
    assert (92, Line("Overdue", "by 92 days")) == (audit.overdue, audit.cells["target_date"][1])


def test_the_first_page_says_what_it_is(entries):
    said = home_office_plan(
        entries, marking=" official-\nsensitive", made_by="dhr-ledger-docx 0.1.0, home-office.docx", audience="panel"
    )
    facts = dict(said.facts)
    assert ("Protective marking", "OFFICIAL- SENSITIVE") == said.facts[0]
    assert (("Made by", "dhr-ledger-docx 0.1.0, home-office.docx"), ("Shown to", "panel")) == said.facts[-2:]
    assert LIVE_DOCUMENT == said.note
    assert ("DHR7", "Northshire CSP", "1 September 2014") == (facts["Review"], facts["Partnership"], facts["As at"])
    assert f"1, made from {len(entries)} entries of the ledger" == facts["Edition"]
    assert "1 March 2014" == facts["Changes shown since"]
    assert {"complete": 1, "in progress": 1, "overdue": 1} == said.counts
    assert "1 in progress, 1 complete; 1 of these is overdue" == said.counted
    assert ("2 actions", "1 signed off") == (facts["In all"], facts["Completions"])


def test_the_first_page_explains_the_keys_and_the_marks(entries):
    """The marks where an audience was told of and they stand in what it is shown."""
    facts = dict(home_office_plan(entries, audience="panel").facts)
    assert ("WMP is Police; EY is Early Years", False) == (facts["Keys of the sections"], "Withheld" in facts)
    shown = [*audience("public").shown(entries)]
    facts = dict(home_office_plan(shown, audience="public").facts)
    assert "[withheld] stands for words that the ledger holds and this document does not show" == facts["Withheld"]


def test_what_was_not_given_is_no_fact(entries):
    facts = dict(home_office_plan(entries, marking=" ", audience="\n").facts)
    assert {"Protective marking", "Made by", "Shown to"}.isdisjoint(facts)
    assert "" not in facts.values()


def test_counts_are_in_words(entries):
    said = home_office_plan(entries)
    several = replace(said, counts={"complete": 1_200, "paused": 0, "in progress": 9, "overdue": 8})
    assert "1,200 complete, 9 in progress; 8 of these are overdue" == several.counted
    assert (("complete", 1_200), ("in progress", 9), ("of these are overdue", 8)) == several.tallies
    assert "1,200 complete" == replace(said, counts={"complete": 1_200}).counted
    assert ("", "The plan has no sections yet.") == (home_office_plan([]).counted, home_office_plan([]).nothing)


def test_a_row_for_each_action_says_which_recommendation_it_is_under(entries):
    police, early_years = home_office_plan(entries).sections
    (learn, of_none) = police.rows()
    assert (True, (Line("1", "Learn"),), (Line("", "Local"),)) == (
        *(learn.first, learn.cells["recommendation"], learn.cells["scope"]),
    )
    assert (Line("1.1", "Train"),) == learn.cells["action"]
    assert (True, False) == (of_none.first, "recommendation" in of_none.cells)
    again = replace(police, recommendations=(replace(learn.under, actions=learn.under.actions * 2),))
    first, further = again.rows()
    assert ((Line("1", "Learn"),), (Line("1", AS_ABOVE),)) == (
        *(first.cells["recommendation"], further.cells["recommendation"]),
    )
    assert (True, False) == (first.first, further.first)
    bare = replace(police, recommendations=(replace(learn.under, actions=()),))
    assert [(Line("1", "Learn"),)] == [row.cells["recommendation"] for row in bare.rows()]
    sentence = "This section has no actions."
    assert ("", sentence, sentence) == (police.nothing, bare.nothing, early_years.nothing)


def test_a_number_ends_with_a_stop_and_a_label_with_a_colon():
    assert ("1.1.", "3.", "Moved:", "") == (
        *(parted("action", "1.1"), parted("recommendation", "3"), parted("target_date", "Moved"), parted("action", "")),
    )


@pytest.mark.parametrize("content", [home_office_plan, workbook])
def test_a_document_says_to_programs_what_it_is_and_what_it_was_made_from(content, entries):
    said = content(entries, marking="official").properties
    assert "Action plan: Action plan of DHR7, as at 1 September 2014" == said.title
    assert ("DHR7", "Northshire CSP") == (said.subject, said.author)
    assert said.description.startswith("OFFICIAL. The action plan as it stood on 1 September 2014, and ")
    assert ("domestic homicide review", "action plan", "DHR7") == said.keywords
    assert datetime(2014, 9, 1, 12, tzinfo=UTC) == said.moment
    assert {"dhr-ledger-head": len(entries)} == said.origin
    assert {"dhr-ledger-as-at": "2014-01-31"} == content(entries, as_at=date(2014, 1, 31)).properties.origin


@pytest.mark.parametrize("content", [home_office_plan, workbook])
def test_a_document_of_nothing_has_a_time_all_the_same(content):
    said = content([])
    assert (datetime(2000, 1, 1, tzinfo=UTC), "as at 1 January 2000") == (said.properties.moment, said.footer)
    assert {"dhr-ledger-head": 0} == said.properties.origin


def test_the_trail_tells_what_changed_since_the_plan_was_submitted(entries):
    """Or since the day that is asked for; the days before it are left out."""
    moved, statuses, changed, corrected = home_office_plan(entries).trails
    assert () == moved.rows
    assert "No target date was moved." == moved.nothing
    when = "30 June 2014,\nrecorded 1 September 2014"
    assert [("WMP:1.1", "", "Completed", "", "Attendance list", "DHR coordinator", when)] == list(statuses.rows)
    assert ["changed", "attached", "signed", "noted"] == [row[1].split()[0] for row in (*changed.rows, *corrected.rows)]
    earlier = home_office_plan(entries, since=date(2014, 1, 1)).trails[0]
    assert [
        (
            "WMP:1.1",
            "Mar-14",
            "Jun-14",
            "The pilot was extended",
            "DHR coordinator",
            "February 2014,\nrecorded 1 March 2014",
        ),
    ] == list(earlier.rows)


def test_a_column_of_words_has_a_larger_share_of_the_width_than_one_of_days(entries):
    for trail in home_office_plan(entries).trails:
        shares = dict(zip(trail.headings, trail.shares, strict=True))
        words = [shares[heading] for heading in ("What", "Reason", "Evidence", "Who") if heading in shares]
        assert sorted(words, reverse=True) == words
        assert shares["When"] < min(words)


def test_as_at_an_earlier_day_nothing_of_later_is_told(entries):
    said = home_office_plan(entries, as_at=date(2014, 1, 31))
    (train,) = said.sections[0].recommendations[0].actions
    assert (Line("", "Mar-14"),) == train.cells["target_date"]
    assert {"unknown": 1, "in progress": 1} == said.counts
    assert () == said.trails[0].rows


def test_a_workbook_has_a_row_for_each_action_report_move_and_entry(entries):
    said = workbook(entries)
    assert ["Plan", "Updates", "Moved dates", "Entries"] == [sheet.name for sheet in said.sheets]
    plan, updates, moved, told = said.sheets
    assert ([2, 2, 1], len(entries)) == ([len(sheet.rows) for sheet in (plan, updates, moved)], len(told.rows))
    row = dict(zip((column.heading for column in plan.columns), next(iter(plan.rows)), strict=True))
    assert ("Police", "Learn", date(2014, 6, 30), 1) == (
        *(row["Section"], row["Recommendation"], row["Due"], row["Times moved"]),
    )
    assert [91] == [row[4] for row in moved.rows]  # from the end of March to the end of June


KINDS = {"text": str, "status": str, "date": date | None, "number": int | None}


@given(ledgers())
def test_anything_can_be_told(entries):
    """Every cell is of the kind that its column says, and no action is left out."""
    actions = action_plan(entries).actions
    said = home_office_plan(entries)
    assert len(actions) == sum(len(made.actions) for part in said.sections for made in part.recommendations)
    for sheet in workbook(entries).sheets:
        for row in sheet.rows:
            for column, value in zip(sheet.columns, row, strict=True):
                assert isinstance(value, KINDS[column.kind])


def test_the_example_that_ships_fills_every_part():
    with load_example() as ledger:
        said = home_office_plan(ledger.entries())
    assert all(trail.rows for trail in said.trails)
    assert 48 == sum(len(made.actions) for part in said.sections for made in part.recommendations)


def test_another_way_to_write_a_target_date_moves_nothing():
    """It is told among the changes, and not among the moves: nobody was given more time."""
    with Ledger() as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review"),
            AddSection(section="DHR7:WMP", heading="Police"),
            CreateAction(action="DHR7:WMP:1", text="Train", target_date="May 2024"),
            by="Board",
        )
        ledger.record(ReviseTargetDate(action="DHR7:WMP:1", to="May-24"), by="Board")
        plan = home_office_plan(ledger.entries())
        moved, _, changed, _ = plan.trails
        [cell] = [action.cells["target_date"] for action in plan.sections[0].recommendations[0].actions]
        assert ((), [Line("", "May-24")]) == (moved.rows, [line for line in cell if line.label != "Overdue"])
        assert "wrote the target date “May 2024” as “May-24”" == changed.rows[-1][1]
        assert 0 == len(next(sheet.rows for sheet in workbook(ledger.entries()).sheets if sheet.name == "Moved dates"))


def test_a_claim_is_not_supported_by_what_was_attached_after_it():
    """A claim that was wrong, and taken back with a reason, must not look evidenced; what ended says how and why."""
    moments = iter(datetime(2014, month, 1, 12, tzinfo=UTC) for month in range(1, 8))
    with Ledger(clock=lambda: next(moments)) as ledger:
        by = {"by": "Board"}
        ledger.record(OpenReview(review="DHR7", title="Review"), AddSection(section="DHR7:WMP", heading="Police"), **by)
        ledger.record(*(CreateAction(action=f"DHR7:WMP:{nth}", text=f"Train {nth}") for nth in (1, 2)), **by)
        ledger.record(ChangeStatus(action="DHR7:WMP:1", to="Completed"), **by)
        ledger.record(ReopenAction(action="DHR7:WMP:1", to="Ongoing", reason="Nothing had begun"), **by)
        ledger.record(AttachEvidence(action="DHR7:WMP:1", name="Minutes", digest=DIGEST, kept_at="Records"), **by)
        ledger.record(ChangeStatus(action="DHR7:WMP:1", to="Completed"), **by)
        ledger.record(SupersedeAction(action="DHR7:WMP:2", by="DHR7:WMP:1", reason="It is the same"), **by)
        plan = home_office_plan(ledger.entries())
    _, statuses, _, _ = plan.trails
    assert [
        ("Completed", "", ""),
        ("Ongoing", "Nothing had begun", ""),
        ("Completed", "", "Minutes"),
        ("Superseded by WMP:1", "It is the same", ""),
    ] == [row[2:5] for row in statuses.rows]
    [_, superseded] = plan.sections[0].recommendations[0].actions
    assert [("Superseded", "by WMP:1, 1 July 2014 (It is the same)")] == [*superseded.cells["completion"]]


def test_each_time_that_a_stage_was_reached_is_told_as_exactly_as_it_was_said():
    with Ledger(clock=lambda: datetime(2014, 9, 1, 12, tzinfo=UTC)) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review"),
            ReachStage(review="DHR7", stage="commissioned", effective="2012-11"),
            *(ReachStage(review="DHR7", stage="submitted", effective=day) for day in ("2013-06-17", "2014-02-12")),
            by="Board",
        )
        facts = dict(home_office_plan(ledger.entries()).facts)
    assert (
        "commissioned in November 2012; submitted on 17 June 2013; submitted on 12 February 2014"
        == (facts["Stage of the review"])
    )
