"""A review and its plan: what each command causes, that saying it again causes nothing, and what may not happen."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from dhr_ledger.annotation import AnnotateEntry, EntryAnnotated
from dhr_ledger.command import Change
from dhr_ledger.errors import AlreadyExists, BadInput, BadReference, ReasonRequired, Refused, UnknownReference
from dhr_ledger.review import (
    AddSection,
    ExportIssued,
    HeadingSettled,
    ImportPlan,
    IssueExport,
    LegendRevised,
    MakeRecommendation,
    Meaning,
    OpenReview,
    PlanImported,
    ReachStage,
    Recommendation,
    RecommendationMade,
    RecommendationReworded,
    RenameSection,
    Review,
    ReviewOpened,
    ReviewStageReached,
    ReviseLegend,
    RewordRecommendation,
    SectionAdded,
    SectionRenamed,
    SettleHeading,
    Stage,
)
from dhr_ledger.status import DEFAULT_LEGEND, Legend
from dhr_ledger.testing import given

DHR7, WMP, R1 = "DHR7", "DHR7:WMP", "DHR7:WMP:R1"
DIGEST, OTHER_DIGEST = "sha256:" + "0" * 64, "sha256:" + "1" * 64
COLOURS = Legend.model_validate({"Amber": "in progress"})

opened = ReviewOpened(title="Review 7")
section = SectionAdded(section="WMP", heading="West Midlands Police")
recommendation = RecommendationMade(recommendation=R1, text="Share what is known.")
imported = PlanImported(file="plan.csv", digest=DIGEST, importer=".csv", actions=2)
exported = {"exporter": "plan.csv", "file": "board.csv", "digest": DIGEST, "entries": 9, "head": 12}


def reached(stage: Stage) -> ReviewStageReached:
    """The review is at *stage*."""
    return ReviewStageReached(stage=stage)


EVERY_OTHER = [
    ReviseLegend(review=DHR7, legend=COLOURS),
    SettleHeading(review=DHR7, heading="Evidence", means="evidence"),
    AddSection(section=WMP, heading="West Midlands Police"),
    RenameSection(section=WMP, to="Police"),
    MakeRecommendation(recommendation=R1, text="Share what is known."),
    RewordRecommendation(recommendation=R1, text="Share it.", reason="Corrected"),
    ReachStage(review=DHR7, stage="published"),
    ImportPlan(review=DHR7, file="plan.csv", digest=DIGEST, importer=".csv", actions=2),
    IssueExport(review=DHR7, **exported),
]


@pytest.mark.parametrize("command", EVERY_OTHER, ids=lambda command: type(command).__name__)
def test_nothing_happens_to_a_review_that_nobody_opened(command):
    given().when(command).refused(
        UnknownReference, "There is no review 'DHR7' in this ledger; check the reference, or create it first."
    )


@pytest.mark.parametrize(
    "command",
    [OpenReview(review=DHR7, title="Review 7"), *EVERY_OTHER],
    ids=lambda command: type(command).__name__,
)
def test_a_command_adds_to_the_history_of_its_review(command):
    """The stream of a command is the review that it names, or that its section or recommendation belongs to."""
    assert command.stream == DHR7


# Opening


def test_a_review_is_opened_once():
    order = OpenReview(review=DHR7, title="Review 7", kind="DARDR", partnership="Safer Town", legend=COLOURS)
    event = ReviewOpened(title="Review 7", kind="DARDR", partnership="Safer Town", legend=COLOURS)
    after = given().when(order).then(event)
    after.when(order).nothing()
    assert (
        Review(
            DHR7, opened=date(2014, 1, 1), title="Review 7", kind="DARDR", partnership="Safer Town", legend=COLOURS
        )
        == after.review(DHR7)
    )  # fmt: skip


def test_a_review_may_begin_with_its_title_alone():
    """It is a domestic homicide review, with the legend that needs no plan to say it."""
    order = OpenReview(review=DHR7, title="Review 7")
    after = given().when(order).then(opened)
    after.when(order).nothing()
    after.when(OpenReview(review=DHR7, title="Review 7", legend=DEFAULT_LEGEND)).nothing()
    assert ("DHR", None, DEFAULT_LEGEND) == (
        after.review(DHR7).kind,
        after.review(DHR7).partnership,
        after.review(DHR7).legend,
    )


@pytest.mark.parametrize(
    "other",
    [{"title": "Review 8"}, {"kind": "SAR"}, {"partnership": "Safer Town"}, {"legend": COLOURS}],
    ids=lambda other: next(iter(other)),
)
def test_a_review_is_not_opened_as_something_else(other):
    given(opened).when(OpenReview(**({"review": DHR7, "title": "Review 7"} | other))).refused(
        AlreadyExists, "Review DHR7 is open already, as 'Review 7'; it is opened once."
    )


# What is settled later: the legend, and what headings mean


def test_a_legend_may_be_settled_later():
    """The default one is not told, and any other is; the same one changes nothing."""
    order = ReviseLegend(review=DHR7, legend=COLOURS)
    after = given(opened).when(order).then(LegendRevised(was=None, to=COLOURS))
    assert COLOURS == after.review(DHR7).legend
    after.when(order).nothing()
    back = after.when(ReviseLegend(review=DHR7, legend=DEFAULT_LEGEND)).then(
        LegendRevised(was=COLOURS, to=DEFAULT_LEGEND)
    )
    assert DEFAULT_LEGEND == back.review(DHR7).legend
    given(opened).when(ReviseLegend(review=DHR7, legend=DEFAULT_LEGEND)).nothing()


def test_a_review_is_not_opened_again_with_the_legend_that_it_was_given_up_for():
    given(opened, LegendRevised(to=COLOURS)).when(OpenReview(review=DHR7, title="Review 7")).refused(AlreadyExists)


def test_what_a_heading_means_is_settled_once():
    order = SettleHeading(review=DHR7, heading="Evidence required", means="evidence")
    after = given(opened).when(order).then(HeadingSettled(heading="Evidence required", means="evidence"))
    after.when(order).nothing()
    assert {"Evidence required": "evidence"} == after.review(DHR7).headings


@pytest.mark.parametrize("heading", ["evidence REQUIRED", "  Evidence\n required ", "Evidence\u00a0required"])
def test_capitals_and_white_space_make_no_other_heading(heading):
    """The same of it says nothing; another meaning of it replaces the first, as it was said."""
    before = given(opened, HeadingSettled(heading="Cost", means="nothing"))
    before = before.when(SettleHeading(review=DHR7, heading="Evidence required", means="evidence")).then(
        HeadingSettled(heading="Evidence required", means="evidence")
    )
    before.when(SettleHeading(review=DHR7, heading=heading, means="evidence")).nothing()
    order = SettleHeading(review=DHR7, heading=heading, means="outcome")
    after = before.when(order).then(HeadingSettled(heading=heading, means="outcome"))
    after.when(order).nothing()
    assert {"Cost": "nothing", heading: "outcome"} == after.review(DHR7).headings


@pytest.mark.parametrize("heading", ["Evidence", "Evidence-required", "Evidence required?"])
def test_other_words_are_another_heading(heading):
    before = given(opened, HeadingSettled(heading="Evidence required", means="evidence"))
    after = before.when(SettleHeading(review=DHR7, heading=heading, means="evidence")).then(
        HeadingSettled(heading=heading, means="evidence")
    )
    assert {"Evidence required": "evidence", heading: "evidence"} == after.review(DHR7).headings


@pytest.mark.parametrize("means", get_args(Meaning))
def test_a_column_may_mean_any_field(means):
    order = SettleHeading(review=DHR7, heading="Column", means=means)
    assert {"Column": means} == given(opened).when(order).then(
        HeadingSettled(heading="Column", means=means)
    ).review(DHR7).headings  # fmt: skip


def test_a_heading_says_something_and_means_a_field():
    for fields in ({"heading": " ", "means": "text"}, {"heading": "Cost", "means": "cost"}):
        with pytest.raises(BadInput):
            SettleHeading(review=DHR7, **fields)


# Sections and recommendations


def test_a_section_is_added_once():
    order = AddSection(section=WMP, heading="West Midlands Police")
    after = given(opened).when(order).then(section)
    after.when(order).nothing()
    after = after.when(AddSection(section="DHR7:OV", heading="")).then(SectionAdded(section="OV", heading=""))
    assert [("WMP", "West Midlands Police"), ("OV", "")] == list(after.review(DHR7).sections.items())


def test_a_key_has_one_heading():
    given(opened, section).when(AddSection(section=WMP, heading="Women's Mental Health Project")).refused(
        AlreadyExists,
        "Section DHR7:WMP is there already, headed 'West Midlands Police'; choose another key, or rename it.",
    )


@pytest.mark.parametrize("to", ["Police", ""])
def test_a_section_is_renamed(to):
    """Its key and its place in the plan stay; it is added no more under its old heading."""
    order = RenameSection(section=WMP, to=to)
    before = given(opened, section, SectionAdded(section="OV", heading="Overview"))
    after = before.when(order).then(SectionRenamed(section="WMP", was="West Midlands Police", to=to))
    after.when(order).nothing()
    assert [("WMP", to), ("OV", "Overview")] == list(after.review(DHR7).sections.items())
    after.when(AddSection(section=WMP, heading=to)).nothing()
    after.when(AddSection(section=WMP, heading="West Midlands Police")).refused(AlreadyExists, f"headed {to!r}")


def test_only_a_section_that_is_there_is_renamed():
    given(opened, section).when(RenameSection(section="DHR7:WMD", to="Police")).refused(
        UnknownReference, "There is no section 'DHR7:WMD' in this ledger; did you mean 'DHR7:WMP'?"
    )


def test_a_recommendation_is_made_once():
    order = MakeRecommendation(
        recommendation=R1, text="Share what is known.", scope="national", addressee="Home Office"
    )
    event = RecommendationMade(
        recommendation=R1, text="Share what is known.", scope="national", addressee="Home Office"
    )
    after = given(opened, section).when(order).then(event)
    after.when(order).nothing()
    assert {R1: Recommendation(R1, "Share what is known.", "national", "Home Office")} == after.review(
        DHR7
    ).recommendations


def test_a_recommendation_needs_its_section():
    given(opened, section).when(MakeRecommendation(recommendation="DHR7:WMD:R1", text="Share.")).refused(
        UnknownReference, "There is no section 'DHR7:WMD' in this ledger; did you mean 'DHR7:WMP'?"
    )


@pytest.mark.parametrize(
    ("standing", "other", "told"),
    [
        ("Share what is known.", {"text": "Train all."}, "'Share what is known.'"),
        ("Share what is known.", {"scope": "local"}, "'Share what is known.'"),
        ("Share what is known.", {"addressee": "NHS"}, "'Share what is known.'"),
        ("x" * 60, {"text": "Train all."}, f"'{'x' * 60}'"),
        ("x" * 61, {"text": "Train all."}, f"'{'x' * 60}…'"),
    ],
)
def test_a_number_has_one_recommendation(standing, other, told):
    """Whatever differs, the one that stands is shown."""
    before = given(opened, section, RecommendationMade(recommendation=R1, text=standing))
    before.when(MakeRecommendation(**({"recommendation": R1, "text": standing} | other))).refused(
        AlreadyExists,
        f"Recommendation DHR7:WMP:R1 is there already and says something else ({told}); "
        "give this one another number than R1, or reword that one, with a reason.",
    )


def test_a_recommendation_is_reworded_with_a_reason():
    """Only what changed is told, with what it was; the recommendations keep their order."""
    order = RewordRecommendation(
        recommendation=R1, text="Share what is known.", scope="national", addressee="NHS", reason="Corrected"
    )
    other = RecommendationMade(recommendation="DHR7:WMP:R2", text="Train all.")
    after = given(opened, section, recommendation, other).when(order).then(
        RecommendationReworded(
            recommendation=R1, changes={"scope": Change(to="national"), "addressee": Change(to="NHS")}
        )
    )  # fmt: skip
    after.when(order).nothing()
    after.when(RewordRecommendation(recommendation=R1)).nothing()
    assert [
        Recommendation(R1, "Share what is known.", "national", "NHS"),
        Recommendation("DHR7:WMP:R2", "Train all."),
    ] == [*after.review(DHR7).recommendations.values()]


def test_the_text_of_a_recommendation_is_changed():
    order = RewordRecommendation(recommendation=R1, text="Share it.", reason="Corrected")
    after = given(opened, section, recommendation).when(order).then(
        RecommendationReworded(
            recommendation=R1, changes={"text": Change(was="Share what is known.", to="Share it.")}
        )
    )  # fmt: skip
    assert Recommendation(R1, "Share it.") == after.review(DHR7).recommendations[R1]


def test_what_reworded_a_recommendation_that_is_not_there_happened_all_the_same():
    """A ledger is read whatever it holds; of the recommendation only what was said is known."""
    reworded = RecommendationReworded(recommendation=R1, changes={"scope": Change(to="national")})
    assert {R1: Recommendation(R1, "", "national")} == given(opened, reworded).review(DHR7).recommendations


def test_an_addressee_may_be_taken_away():
    """A blank one is none, so where there is none it changes nothing."""
    order = RewordRecommendation(recommendation=R1, addressee="", reason="Corrected")
    given(opened, section, recommendation).when(order).nothing()
    made = RecommendationMade(recommendation=R1, text="Share.", addressee="NHS")
    after = given(opened, section, made).when(order).then(
        RecommendationReworded(recommendation=R1, changes={"addressee": Change(was="NHS")})
    )  # fmt: skip
    assert Recommendation(R1, "Share.") == after.review(DHR7).recommendations[R1]
    after.when(order).nothing()


@pytest.mark.parametrize("change", [{"text": "Share it."}, {"scope": "local"}, {"addressee": "NHS"}])
@pytest.mark.parametrize("reason", [None, " "])
def test_a_recommendation_is_not_reworded_without_a_reason(change, reason):
    given(opened, section, recommendation).when(
        RewordRecommendation(recommendation=R1, reason=reason, **change)
    ).refused(ReasonRequired, "Rewording DHR7:WMP:R1 needs a reason, like 'The pilot was extended'.")


def test_only_a_recommendation_that_is_there_is_reworded():
    given(opened, section, recommendation).when(
        RewordRecommendation(recommendation="DHR7:WMP:R2", text="Share it.", reason="Corrected")
    ).refused(UnknownReference, "There is no recommendation 'DHR7:WMP:R2' in this ledger; did you mean 'DHR7:WMP:R1'?")


# Stages


def test_a_review_reaches_a_stage_once():
    order = ReachStage(review=DHR7, stage="submitted", note="With the data form")
    after = given(opened).when(order).then(ReviewStageReached(stage="submitted", note="With the data form"))
    after.when(order).nothing()
    after.when(ReachStage(review=DHR7, stage="submitted", note="Again")).nothing()
    assert ("submitted", {"submitted": date(2014, 1, 1)}) == (after.review(DHR7).stage, after.review(DHR7).stages)


def test_a_review_may_be_sent_back_and_submitted_again():
    """A stage counts from the day on which it was last reached."""
    after = (
        given((opened, "2013-01-01"), (reached("submitted"), "2013-02-01"))
        .when(ReachStage(review=DHR7, stage="resubmission required", effective="2013-03-01"))
        .then(reached("resubmission required"))
        .when(ReachStage(review=DHR7, stage="submitted", effective="2013-04-01"))
        .then(reached("submitted"))
    )
    assert ("submitted", date(2013, 4, 1)) == (after.review(DHR7).stage, after.review(DHR7).stages["submitted"])


def test_a_stage_may_be_typed_in_after_a_later_one():
    """The review stays where it is, and saying it again says nothing."""
    order = ReachStage(review=DHR7, stage="submitted", effective="2013-02")
    after = given((opened, "2013-01-01"), (reached("published"), "2014-01-01")).when(order).then(reached("submitted"))
    after.when(order).nothing()
    assert ("published", {"published": date(2014, 1, 1), "submitted": date(2013, 2, 28)}) == (
        after.review(DHR7).stage,
        after.review(DHR7).stages,
    )


def test_the_day_of_a_stage_is_the_one_that_was_said_last():
    """So that it can be corrected, either way; what was reached since is reached still."""
    after = given(
        (opened, "2013-01-01"),
        (reached("submitted"), "2013-04-01"),
        (reached("cleared"), "2013-05-01"),
        (reached("submitted"), "2013-02-01"),
    )
    assert ("cleared", date(2013, 2, 1)) == (after.review(DHR7).stage, after.review(DHR7).stages["submitted"])
    corrected = after.when(ReachStage(review=DHR7, stage="cleared", effective="2013-05-02")).then(reached("cleared"))
    assert date(2013, 5, 2) == corrected.review(DHR7).stages["cleared"]


def test_the_day_on_which_a_review_was_concluded_can_be_corrected():
    before = given((opened, "2013-01-01"), (reached("concluded"), "2014-01-01"))
    after = before.when(ReachStage(review=DHR7, stage="concluded", effective="2014-02-01")).then(reached("concluded"))
    assert date(2014, 2, 1) == after.review(DHR7).stages["concluded"]


@pytest.mark.parametrize("effective", [None, "2014-01-01", "2014-02"])
@pytest.mark.parametrize("stage", [stage for stage in get_args(Stage) if stage != "concluded"])
def test_a_concluded_review_goes_no_further(stage, effective):
    before = given((opened, "2013-01-01"), (reached("concluded"), "2014-01-01"))
    before.when(ReachStage(review=DHR7, stage="concluded")).nothing()
    before.when(ReachStage(review=DHR7, stage=stage, effective=effective)).refused(
        Refused,
        f"Review DHR7 is concluded and reaches no further stage, not {stage!r}; "
        "if it was reached earlier, say when (effective).",
    )


def test_what_a_concluded_review_had_reached_before_may_be_typed_in():
    order = ReachStage(review=DHR7, stage="published", effective="2013-12-31")
    after = given((opened, "2013-01-01"), (reached("concluded"), "2014-01-01")).when(order).then(reached("published"))
    after.when(order).nothing()
    assert "concluded" == after.review(DHR7).stage


def test_of_two_stages_on_one_day_the_one_recorded_last_stands():
    assert "published" == given(opened, reached("cleared"), reached("published")).review(DHR7).stage


def test_a_stage_is_one_of_the_process():
    with pytest.raises(BadInput) as caught:
        ReachStage(review=DHR7, stage="done")
    assert (
        "ReachStage cannot take stage='done': Input should be 'commissioned', 'agreed', 'submitted', "
        "'resubmission required', 'cleared', 'published' or 'concluded'." == str(caught.value)
    )


# Files in and out


def test_a_file_is_taken_in_once():
    """A file is known by its digest, not by its name."""
    order = ImportPlan(review=DHR7, file="plan.csv", digest=DIGEST, importer=".csv", actions=2)
    after = given(opened).when(order).then(imported)
    after.when(order).nothing()
    after.when(ImportPlan(review=DHR7, file="copy.csv", digest=DIGEST, importer=".csv", actions=2)).nothing()
    again = ImportPlan(review=DHR7, file="plan.csv", digest=OTHER_DIGEST, importer=".csv", actions=0)
    after = after.when(again).then(PlanImported(file="plan.csv", digest=OTHER_DIGEST, importer=".csv", actions=0))
    assert {(DIGEST, 0), (OTHER_DIGEST, 0)} == after.review(DHR7).imported


def test_a_file_with_something_to_settle_is_taken_in_again():
    """It counts as taken in when nothing is left of it, and says nothing while as much is left."""
    left = ImportPlan(review=DHR7, file="plan.csv", digest=DIGEST, importer=".csv", actions=2, conflicts=3)
    settled = ImportPlan(review=DHR7, file="plan.csv", digest=DIGEST, importer=".csv", actions=2)
    after = (
        given(opened)
        .when(left)
        .then(PlanImported(file="plan.csv", digest=DIGEST, importer=".csv", actions=2, conflicts=3))
    )
    after.when(left).nothing()
    after.when(settled).then(imported).when(left).nothing()
    given(opened, imported).when(left).nothing()


def test_a_file_may_be_issued_twice():
    """To issue a file is a deed, and it may honestly be done again; the plan itself is as it was."""
    order = IssueExport(review=DHR7, **exported, options={"alarm_days": 14, "public": True, "as_at": None})
    event = ExportIssued(**exported, options={"alarm_days": 14, "public": True, "as_at": None})
    before = given(opened)
    after = before.when(order).then(event).when(order).then(event)
    assert before.review(DHR7) == after.review(DHR7)


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("head", 2**53, "head=9007199254740992: Input should be less than or equal to 9007199254740991."),
        ("entries", -1, "entries=-1: Input should be greater than or equal to 0."),
        ("digest", "0", "digest='0': String should match pattern '^sha256:[0-9a-f]{64}$'."),
        ("options", {"Größe": 1}, "options.Größe='Größe': String should match pattern '^[ -~]+$'."),
        ("options", {"size": 1.5}, "options.size=1.5: Input should be a valid string."),
        ("options", {"size": 2**53}, "options.size=9007199254740992: Input should be a valid string."),
    ],
)
def test_nothing_is_issued_that_canonical_json_cannot_say(field, value, fault):
    """No floats, no numbers that other readers round, keys in ASCII."""
    with pytest.raises(BadInput) as caught:
        IssueExport(review=DHR7, **(exported | {field: value}))
    assert f"IssueExport cannot take {fault}" == str(caught.value)


# Annotating


def test_an_entry_of_a_review_is_annotated():
    before = given(opened, section)
    order = AnnotateEntry(reference=DHR7, version=1, note="Renamed since")
    after = before.when(order).then(EntryAnnotated(version=1, note="Renamed since"))
    assert before.review(DHR7) == after.review(DHR7)
    before.when(AnnotateEntry(reference=DHR7, version=3, note="No")).refused(
        UnknownReference, "There is no entry 3 of DHR7; it has versions 1 to 2."
    )


def test_a_section_keeps_no_entries():
    """There is nothing in a section that could be annotated; its review and its actions have the entries."""
    with pytest.raises(BadReference, match="'DHR7:WMP' is not the reference of an action"):
        AnnotateEntry(reference=WMP, version=1, note="No")
