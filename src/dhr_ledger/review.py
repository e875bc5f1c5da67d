"""A review and its plan: the sections, the recommendations, and the stages of the process it goes through.

One page: commands, events, state, `decide`, `evolve`.  The stages are those of the Home Office's guidance of December
2016 (agreed, submitted, cleared or sent back, published, concluded), in the words that partnerships use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, assert_never, get_args

from dhr_ledger.annotation import EntryAnnotated
from dhr_ledger.command import Change, Command, Event, Text, require_reason
from dhr_ledger.errors import AlreadyExists, Refused, UnknownReference
from dhr_ledger.provenance import Count, Digest, Key, Number
from dhr_ledger.reference import RecommendationRef, ReviewRef, SectionRef, number_of, review_of, section_of
from dhr_ledger.status import DEFAULT_LEGEND, Legend

Kind = Literal["DHR", "DARDR", "SUSR", "DHSR", "SAR", "LCSPR", "MHHR", "OWHR"]
Scope = Literal["local", "regional", "national"]
Stage = Literal[
    "commissioned",
    "agreed",
    "submitted",
    "resubmission required",
    "cleared",
    "published",
    "concluded",
]
Held = Literal[
    "number",
    "text",
    "lead",
    "target_date",
    "desired_outcome",
    "monitoring",
    "success_measure",
    "evidence",
    "progress",
    "milestones",
    "outcome",
    "status",
    "scope",
    "recommendation_number",
    "recommendation",
    "section",
]
"""What a column of a plan can hold."""
Meaning = Literal[Held, "nothing"]
"""What a column of a plan holds; one that means nothing is not taken in."""
Options = dict[Key, str | Number | bool | None]


# Commands


class OpenReview(Command):
    """Begin the ledger of a review, under the reference that its partnership prints."""

    review: ReviewRef
    title: Text
    kind: Kind = "DHR"
    partnership: str | None = None
    legend: Legend | None = None

    @property
    def stream(self) -> str:
        return self.review


class ReviseLegend(Command):
    """Settle what the words of the plan's statuses mean.  What was recorded before stays as it was read then."""

    review: ReviewRef
    legend: Legend

    @property
    def stream(self) -> str:
        return self.review


class SettleHeading(Command):
    """Settle what a column means that is headed so in this plan's tables."""

    review: ReviewRef
    heading: Text
    means: Meaning

    @property
    def stream(self) -> str:
        return self.review


class AddSection(Command):
    """Add a section of the plan: a short key in the reference, and the heading as printed."""

    section: SectionRef
    heading: str

    @property
    def stream(self) -> str:
        return review_of(self.section)


class RenameSection(Command):
    """Change the heading of a section to the one that is printed now; its key stays."""

    section: SectionRef
    to: str

    @property
    def stream(self) -> str:
        return review_of(self.section)


class MakeRecommendation(Command):
    """Add a recommendation to a section, in the words of the report."""

    recommendation: RecommendationRef
    text: Text
    scope: Scope | None = None
    addressee: str | None = None

    @property
    def stream(self) -> str:
        return review_of(self.recommendation)


class RewordRecommendation(Command):
    """Change the words of a recommendation, its scope or its addressee.  Needs a reason: they are the report's."""

    recommendation: RecommendationRef
    text: Text | None = None
    scope: Scope | None = None
    addressee: str | None = None

    @property
    def stream(self) -> str:
        return review_of(self.recommendation)


class ReachStage(Command):
    """Say that the review has reached a stage of the process, such as publication."""

    review: ReviewRef
    stage: Stage
    note: str | None = None

    @property
    def stream(self) -> str:
        return self.review


class ImportPlan(Command):
    """Say that a table was taken in: which file, how many actions of it, and how much a person has yet to settle."""

    review: ReviewRef
    file: Text
    digest: Digest
    importer: Text
    actions: Count
    conflicts: Count = 0

    @property
    def stream(self) -> str:
        return self.review


class IssueExport(Command):
    """Say that a file was made from the ledger: its digest, and what it shows (the whole review if not said).

    `made_by` is the distribution that the exporter came with, and its version.
    """

    review: ReviewRef
    exporter: Text
    file: Text
    digest: Digest
    entries: Count
    head: Count
    shows: str | None = None
    options: Options = {}
    made_by: str | None = None

    @property
    def stream(self) -> str:
        return self.review


ReviewCommand = (
    OpenReview
    | ReviseLegend
    | SettleHeading
    | AddSection
    | RenameSection
    | MakeRecommendation
    | RewordRecommendation
    | ReachStage
    | ImportPlan
    | IssueExport
)


# Events


class ReviewOpened(Event):
    """The ledger of a review was begun."""

    title: str
    kind: Kind = "DHR"
    partnership: str | None = None
    legend: Legend | None = None


class LegendRevised(Event):
    """The words of the plan's statuses were given other meanings; `was` is blank for the default legend."""

    was: Legend | None = None
    to: Legend


class HeadingSettled(Event):
    """It was settled what a column headed so means."""

    heading: str
    means: Meaning


class SectionAdded(Event):
    """A section stands in the plan."""

    section: str
    heading: str


class SectionRenamed(Event):
    """A section is headed otherwise."""

    section: str
    was: str
    to: str


class RecommendationMade(Event):
    """A recommendation stands in a section."""

    recommendation: str
    text: str
    scope: Scope | None = None
    addressee: str | None = None


Reworded = Literal["text", "scope", "addressee"]


class RecommendationReworded(Event):
    """A recommendation was changed: only the fields that changed, with what they were; the entry says why."""

    recommendation: str
    changes: dict[Reworded, Change]


class ReviewStageReached(Event):
    """The review reached a stage of the process."""

    stage: Stage
    note: str | None = None


class PlanImported(Event):
    """A table was taken in."""

    file: str
    digest: str
    importer: str
    actions: Count
    conflicts: Count = 0


class ExportIssued(Event):
    """A file was made of `entries` entries of the review, or of what it `shows` of it, the last of them at `head`.

    `made_by` is the distribution that the exporter came with, and its version.
    """

    exporter: str
    file: str
    digest: str
    entries: Count
    head: Count
    shows: str | None = None
    options: Options = {}
    made_by: str | None = None


ReviewEvent = (
    ReviewOpened
    | LegendRevised
    | HeadingSettled
    | SectionAdded
    | SectionRenamed
    | RecommendationMade
    | RecommendationReworded
    | ReviewStageReached
    | PlanImported
    | ExportIssued
    | EntryAnnotated
)


# State


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What the report says should change."""

    reference: str
    text: str
    scope: Scope | None = None
    addressee: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A review as its entries tell it; `opened` is `None` while nobody has opened it.

    `sections` holds the headings by key and `recommendations` the recommendations by reference, in the order of the
    plan; `stages` holds the day on which each stage was last reached, and `headings` what the columns mean that
    are headed so, by the heading as it was said.
    """

    reference: str
    opened: date | None = None
    title: str = ""
    kind: Kind = "DHR"
    partnership: str | None = None
    legend: Legend = DEFAULT_LEGEND
    headings: Mapping[str, Meaning] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    recommendations: Mapping[str, Recommendation] = field(default_factory=dict)
    stages: Mapping[Stage, date] = field(default_factory=dict)
    imported: frozenset[tuple[str, int]] = frozenset()

    @property
    def stage(self) -> Stage | None:
        """The stage that it is at: the one reached last."""
        reached: tuple[Stage, date] | None = None
        for stage, day in self.stages.items():
            if reached is None or day >= reached[1]:
                reached = stage, day
        return reached[0] if reached else None

    def require_section(self, reference: str) -> None:
        """Raises `UnknownReference` unless the section that *reference* belongs to stands in the plan."""
        if not self.opened:
            raise UnknownReference.of("review", self.reference)
        if section_of(reference) not in self.sections:
            raise UnknownReference.of(
                "section",
                f"{self.reference}:{section_of(reference)}",
                [f"{self.reference}:{key}" for key in self.sections],
            )

    def require_recommendation(self, reference: str) -> Recommendation:
        """The recommendation, which must stand in the plan.  Raises `UnknownReference`."""
        if reference not in self.recommendations:
            raise UnknownReference.of("recommendation", reference, self.recommendations)
        return self.recommendations[reference]


# What may happen


def decide(command: ReviewCommand, review: Review, since: date) -> Iterator[ReviewEvent]:
    """Yield what *command* causes: nothing if it changes nothing, an error if it may not happen.

    *since* is the day from which it counts.
    """
    if not isinstance(command, OpenReview) and not review.opened:
        raise UnknownReference.of("review", review.reference)
    match command:
        case OpenReview(title=title, kind=kind, partnership=partnership, legend=legend):
            opened = ReviewOpened(title=title, kind=kind, partnership=partnership, legend=legend)
            if not review.opened:
                yield opened
            elif (title, kind, partnership, legend or DEFAULT_LEGEND) != (
                review.title,
                review.kind,
                review.partnership,
                review.legend,
            ):
                raise AlreadyExists(
                    f"Review {review.reference} is open already, as {review.title!r}; it is opened once."
                )
        case ReviseLegend(legend=to_legend):
            if to_legend != review.legend:
                yield LegendRevised(was=None if review.legend == DEFAULT_LEGEND else review.legend, to=to_legend)
        case SettleHeading(heading=heading, means=means):
            if (_fold(heading), means) not in {(_fold(said), meant) for said, meant in review.headings.items()}:
                yield HeadingSettled(heading=heading, means=means)
        case AddSection(section=section, heading=heading):
            standing = review.sections.get(section_of(section))
            if standing is None:
                yield SectionAdded(section=section_of(section), heading=heading)
            elif standing != heading:
                raise AlreadyExists(
                    f"Section {section} is there already, headed {standing!r}; choose another key, or rename it."
                )
        case RenameSection(section=section, to=to):
            review.require_section(section)
            was = review.sections[section_of(section)]
            if to != was:
                yield SectionRenamed(section=section_of(section), was=was, to=to)
        case MakeRecommendation(recommendation=reference, text=text, scope=scope, addressee=addressee):
            review.require_section(reference)
            made = review.recommendations.get(reference)
            if made is None:
                yield RecommendationMade(recommendation=reference, text=text, scope=scope, addressee=addressee)
            elif made != Recommendation(reference, text, scope, addressee):
                told = f"{made.text[:60]}…" if len(made.text) > 60 else made.text
                raise AlreadyExists(
                    f"Recommendation {reference} is there already and says something else ({told!r}); "
                    f"give this one another number than {number_of(reference)}, or reword that one, with a reason."
                )
        case RewordRecommendation(recommendation=reference):
            stands = review.require_recommendation(reference)
            changes = {
                name: Change(was=getattr(stands, name), to=said or None)
                for name in get_args(Reworded)
                if (said := getattr(command, name)) is not None and (said or None) != getattr(stands, name)
            }
            if changes:
                require_reason(command, f"Rewording {reference}")
                yield RecommendationReworded(recommendation=reference, changes=changes)
        case ReachStage(stage=stage, note=note):
            if since == review.stages.get(stage) or (stage == review.stage and command.effective is None):
                return
            concluded = review.stages.get("concluded")
            if stage != "concluded" and concluded and since >= concluded:
                raise Refused(
                    f"Review {review.reference} is concluded and reaches no further stage, not {stage!r}; "
                    "if it was reached earlier, say when (effective)."
                )
            yield ReviewStageReached(stage=stage, note=note)
        case ImportPlan(file=file, digest=digest, importer=importer, actions=actions, conflicts=conflicts):
            if not {(digest, conflicts), (digest, 0)} & review.imported:
                yield PlanImported(file=file, digest=digest, importer=importer, actions=actions, conflicts=conflicts)
        case IssueExport():
            yield ExportIssued(**{name: getattr(command, name) for name in ExportIssued.model_fields})
        case _:
            assert_never(command)


# What happened


def evolve(review: Review, event: ReviewEvent, since: date) -> Review:
    """*review* after *event*, which was true from the day *since*.  Evolving never refuses: what happened, happened."""
    match event:
        case ReviewOpened(title=title, kind=kind, partnership=partnership, legend=legend):
            return replace(
                review,
                opened=since,
                title=title,
                kind=kind,
                partnership=partnership,
                legend=legend or DEFAULT_LEGEND,
            )
        case LegendRevised(to=to):
            return replace(review, legend=to)
        case HeadingSettled(heading=heading, means=means):
            others = {said: meant for said, meant in review.headings.items() if _fold(said) != _fold(heading)}
            return replace(review, headings={**others, heading: means})
        case SectionAdded(section=section, heading=heading) | SectionRenamed(section=section, to=heading):
            return replace(review, sections={**review.sections, section: heading})
        case RecommendationMade(recommendation=reference, text=text, scope=scope, addressee=addressee):
            made = Recommendation(reference, text, scope, addressee)
            return replace(review, recommendations={**review.recommendations, reference: made})
        case RecommendationReworded(recommendation=reference, changes=changes):
            said: dict[str, Any] = {name: change.to for name, change in changes.items()}
            reworded = replace(review.recommendations.get(reference, Recommendation(reference, "")), **said)
            return replace(review, recommendations={**review.recommendations, reference: reworded})
        case ReviewStageReached(stage=stage):
            # What was said last of a stage stands, so that a day can be corrected.
            stages = {other: day for other, day in review.stages.items() if other != stage}
            return replace(review, stages={**stages, stage: since})
        case PlanImported(digest=digest, conflicts=conflicts):
            return replace(review, imported=review.imported | {(digest, conflicts)})
        case ExportIssued() | EntryAnnotated():
            return review
        case _:
            assert_never(event)


def _fold(heading: str) -> str:
    """*heading* without what makes no difference to a column: capitals and white space."""
    return " ".join(heading.casefold().split())
