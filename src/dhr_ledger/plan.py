"""Where every action stands: the entries of a ledger, folded to a date.

Two clocks tell time.  `as_at` asks how things stood on a day (by when they were true), `as_known` what had been
recorded by a moment.  Leaving both out means everything that is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from dhr_ledger import action as _action
from dhr_ledger import review as _review
from dhr_ledger.action import Action, ActionEvent, Progress
from dhr_ledger.entry import Entry, happening
from dhr_ledger.errors import BadInput
from dhr_ledger.provenance import Effective
from dhr_ledger.reference import parent_of, review_of, section_of
from dhr_ledger.review import Recommendation, RecommendationMade, Review, ReviewOpened, SectionAdded, Stage

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class ActionPlan:
    """The reviews and actions of a ledger as they stand, by reference, in the order in which they were created.

    `head` is the position of the last entry that was read; `as_at` and `as_known` are what was asked for.
    """

    reviews: Mapping[str, Review]
    actions: Mapping[str, Action]
    head: int
    as_at: date | None = None
    as_known: datetime | None = None

    def in_order(self) -> list[Action]:
        """The actions as a plan prints them: review by review and section by section, as these were added."""
        place = {
            f"{review.reference}:{key}": (nth, n)
            for nth, review in enumerate(self.reviews.values())
            for n, key in enumerate(review.sections)
        }
        last = (len(self.reviews), 0)
        return sorted(self.actions.values(), key=lambda action: place.get(parent_of(action.reference), last))

    def heading_of(self, reference: str) -> str:
        """The heading of the section that *reference* is or stands in; the section's key where it has no heading."""
        key, review = section_of(reference), self.reviews.get(review_of(reference))
        return review.sections.get(key, key) if review else key

    def recommendation_of(self, action: Action) -> Recommendation | None:
        """What *action* is to carry out, as far as that is known."""
        review = self.reviews.get(review_of(action.reference))
        return review.recommendations.get(action.recommendation or "") if review else None

    def stages_of(self, action: Action) -> Mapping[Stage, date]:
        """The stages that the review of *action* has reached, and when."""
        review = self.reviews.get(review_of(action.reference))
        return review.stages if review else {}


def action_plan(
    entries: Iterable[Entry],
    *,
    as_at: date | str | None = None,
    as_known: datetime | date | str | None = None,
) -> ActionPlan:
    """Where every action stands, from *entries* in the order recorded.

    *as_at* is a day, or a month or year of which the last day is meant.  *as_known* is a moment, or a day of which the
    end is meant (UTC).  An entry counts from the last day of the time it was effective; an action is there from the
    first day that any of its entries speaks of.  Raises `BadEffective` or `BadInput` for what is no date.
    """
    day = Effective(as_at).latest if as_at is not None else None
    known_by = moment(as_known)
    reviews: dict[str, Review] = {}
    actions: dict[str, Action] = {}
    created: dict[str, tuple[ActionEvent, date]] = {}
    head = 0
    for entry in entries:
        event, recorded_at, effective, since = happening(entry)
        if known_by is not None and recorded_at > known_by:
            break
        head, reference = entry.position, entry.reference
        counts = day is None or since <= day
        if action := actions.get(reference):
            if counts:
                _action.advance(action, event, since, effective)
        elif ":" not in reference:
            # A section or a recommendation is there as soon as it is known; what changes it has its day.
            if counts or isinstance(event, ReviewOpened | SectionAdded | RecommendationMade):
                reviews[reference] = _review.evolve(reviews.get(reference) or Review(reference), event, since)
        elif counts:
            action = _action.unknown(reference)
            if reference in created:
                # What it says was true only later, so it gives way to all that was true by then.
                action = _action.evolve(action, *created.pop(reference))
            _action.advance(action, event, since, effective)
            actions[reference] = action
        elif entry.version == 1:
            created[reference] = (event, since)
    return ActionPlan(reviews, actions, head, day, known_by)


def progress_cell(action: Action) -> str:
    """The reports of progress as one cell of a plan.

    Pieces of a printed cell are joined to the character; a report that was made since stands on a line of its own,
    after the day or the month in which it was true (`29 April 2013: …`, `September 2013: …`).
    """
    return _cell(action.progress)


def milestones_cell(action: Action) -> str:
    """The milestones that were reached as one cell of a plan, joined as the reports of progress are."""
    return _cell(action.milestones)


def _cell(reports: Iterable[Progress]) -> str:
    cell = ""
    for report in reports:
        if report.as_printed:
            cell += report.note
        else:
            said = f"{when(report)}: {report.note}"
            cell += f"\n{said}" if cell else said
    return cell


def when(told: Progress | Entry) -> str:
    """When *told* was true as a British reader writes it, to the precision that was given: `September 2013`."""
    words = day_month_year(told.effective.earliest if told.effective else told.since).split()
    return " ".join(words[{"day": 0, "month": 1, "year": 2}[told.effective.precision if told.effective else "day"] :])


def day_month_year(day: date) -> str:
    """*day* as a British reader writes it, whatever the locale: `29 April 2013`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def moment(known: datetime | date | str | None) -> datetime | None:
    """The moment that *known* means: of a day its end, in UTC.  Raises `BadInput` for what is none."""
    if known is None:
        return None
    if isinstance(known, str):
        try:
            known = date.fromisoformat(known) if len(known) <= 10 else datetime.fromisoformat(known)
        except ValueError:
            raise BadInput(f"{known!r} is no moment to know from; write 2014-03-31 or 2014-03-31T12:00:00Z.") from None
    if not isinstance(known, datetime):
        return datetime.combine(known, time.max, UTC)
    if known.tzinfo is None:
        raise BadInput(f"{known.isoformat()} has no time zone; write it with one, like 2014-03-31T12:00:00Z.")
    return known.astimezone(UTC)
