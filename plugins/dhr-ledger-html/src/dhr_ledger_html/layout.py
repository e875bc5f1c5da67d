"""Lay out a page: fold the entries to a day, and put beside everything that stands the entries by which it does.

What is on the page has an anchor made of the position of the first entry that tells of it, so that a link to an action
holds in every later page of the same ledger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, get_args

from dhr_ledger.action import (
    Action,
    ActionCreated,
    ActionReopened,
    ActionSuperseded,
    ActionWithdrawn,
    Prose,
    StatusChanged,
)
from dhr_ledger.annotation import EntryAnnotated
from dhr_ledger.document import by_both_clocks, in_capitals, marks_in, said_of_withheld
from dhr_ledger.entry import Entry
from dhr_ledger.errors import UnknownReference
from dhr_ledger.plan import ActionPlan, action_plan, day_month_year, milestones_cell, progress_cell, when
from dhr_ledger.questions import due, overdue, standing
from dhr_ledger.reference import parent_of, review_of, section_of, spelled
from dhr_ledger.review import (
    RecommendationMade,
    RecommendationReworded,
    Review,
    ReviewOpened,
    SectionAdded,
    SectionRenamed,
)
from dhr_ledger_html import trail, understood
from dhr_ledger_html.page import ALSO, PROGRESS, Card, Cell, Chapter, Figure, Line, Move, Page, Part, Section
from dhr_ledger_html.timeline import Scale, timeline

_Histories = Mapping[str, Sequence[Entry]]
_Anchors = Mapping[str, str]


def page_of(
    entries: Iterable[Entry],
    *,
    as_at: date | None = None,
    as_known: datetime | date | str | None = None,
    section: str | None = None,
    marking: str = "",
) -> Page:
    """The page that *entries*, in the order recorded, make.

    Raises `UnknownReference` for a *section* that is not in the plan, and what `action_plan` raises.
    """
    entries = list(entries)
    plan = action_plan(entries, as_at=as_at, as_known=as_known)
    entries = [entry for entry in entries if entry.position <= plan.head]
    head = entries[-1] if entries else None
    day = plan.as_at or (head.recorded_at.date() if head else None)
    if section is not None:
        only = _sections_called(section, plan)
        plan = _narrowed(plan, only)
        entries = [entry for entry in entries if _tells_of(entry, only)]
    shown = [entry for entry in entries if _counts(entry, plan)]
    histories: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in shown:
        histories[entry.reference].append(entry)
    anchors = _anchors(entries)
    scale = _scale(plan, histories, day) if day else None
    late = {found.action.reference: found.days for found in overdue(plan, day)} if day else {}
    columns = [
        name for name in get_args(Prose) if any(getattr(action, name).strip() for action in plan.actions.values())
    ]
    cards = (
        {
            action.reference: _card(action, plan, histories[action.reference], anchors, late, columns, scale, day)
            for action in plan.in_order()
        }
        if day and scale
        else {}
    )
    chapters = _chapters(plan, cards, anchors, day)
    return Page(
        day=day,
        as_known=plan.as_known,
        only=section,
        marking=in_capitals(marking),
        head=head,
        left_out=len(entries) - len(shown),
        withheld=said_of_withheld(marks_in(*shown)),
        chapters=chapters,
        cards=tuple(cards.values()),
        figures=_figures([section for chapter in chapters for section in chapter.sections]),
        late=tuple(cards[reference] for reference in late),
        moved=tuple(card for card in cards.values() if card.moves),
        lines=_lines(shown, plan, anchors),
        scale=scale,
    )


# One section alone


def _sections_called(section: str, plan: ActionPlan) -> set[str]:
    """The sections that *section* names, by reference or by key; two reviews may both have one."""
    known = {f"{review.reference}:{key}" for review in plan.reviews.values() for key in review.sections}
    known |= {parent_of(reference) for reference in plan.actions}
    named = {reference for reference in known if spelled(section) in (reference, section_of(reference))}
    if not named:
        raise UnknownReference.of("section", section, known)
    return named


def _narrowed(plan: ActionPlan, only: set[str]) -> ActionPlan:
    """*plan* with the sections in *only* alone."""
    reviews = {
        reference: replace(
            review,
            sections={key: heading for key, heading in review.sections.items() if f"{reference}:{key}" in only},
        )
        for reference, review in plan.reviews.items()
        if any(review_of(section) == reference for section in only)
    }
    actions = {reference: action for reference, action in plan.actions.items() if parent_of(reference) in only}
    return replace(plan, reviews=reviews, actions=actions)


def _tells_of(entry: Entry, only: set[str]) -> bool:
    """Whether *entry* tells of one of the sections in *only*, or of their review as a whole."""
    if ":" in entry.reference:
        return parent_of(entry.reference) in only
    match entry.event:
        case SectionAdded(section=key) | SectionRenamed(section=key):
            return f"{entry.reference}:{key}" in only
        case RecommendationMade(recommendation=recommendation) | RecommendationReworded(recommendation=recommendation):
            return parent_of(recommendation) in only
        case _:
            return any(review_of(section) == entry.reference for section in only)


# What the page is made of


def _counts(entry: Entry, plan: ActionPlan) -> bool:
    """Whether *entry* counts on the day of *plan*, by the same rule as `action_plan`."""
    if plan.as_at is None or entry.since <= plan.as_at:
        return True
    if ":" in entry.reference:
        return entry.version == 1 and entry.reference in plan.actions
    return isinstance(entry.event, ReviewOpened | SectionAdded | RecommendationMade)


def _anchors(entries: Iterable[Entry]) -> dict[str, str]:
    """Where each review, section, recommendation and action stands on the page, by reference."""
    anchors: dict[str, str] = {}
    for entry in entries:
        if ":" in entry.reference:
            anchors.setdefault(entry.reference, f"action-{entry.position}")
            continue
        anchors.setdefault(entry.reference, f"review-{entry.position}")
        match entry.event:
            case SectionAdded(section=key):
                anchors.setdefault(f"{entry.reference}:{key}", f"section-{entry.position}")
            case RecommendationMade(recommendation=recommendation):
                anchors.setdefault(recommendation, f"recommendation-{entry.position}")
            case _:
                pass
    # An export of less than a review may lack the entries that named its sections.
    for reference, anchor in list(anchors.items()):
        anchors.setdefault(parent_of(reference) or reference, f"section-of-{anchor}")
    return anchors


def _scale(plan: ActionPlan, histories: _Histories, day: date) -> Scale:
    """A scale for every day that is drawn."""
    days = [entry.since for reference in plan.actions for entry in histories[reference] if entry.since <= day]
    for action in plan.actions.values():
        stages = plan.stages_of(action)
        targets = [action.original_target_date, action.target_date]
        targets += [event.to for _, event in trail.moves(histories[action.reference])]
        days += [found for target in targets if (found := target.due_after(stages))]
    return Scale.of(days, day)


def _card(
    action: Action,
    plan: ActionPlan,
    history: Sequence[Entry],
    anchors: _Anchors,
    late: Mapping[str, int],
    columns: Sequence[str],
    scale: Scale,
    day: date,
) -> Card:
    stages = plan.stages_of(action)
    moved = [
        Move(
            was=event.was.as_printed,
            to=event.to.as_printed,
            later=_later(event.was.due_after(stages), event.to.due_after(stages)),
            when=by_both_clocks(entry),
            entry=entry,
        )
        for entry, event in trail.moves(history)
    ]
    days_late = late.get(action.reference, 0)
    planned, stands = action.original_target_date.due_after(stages), due(plan, action)
    ended = action.since.get("status") if action.ended else None
    done = ended if action.status.progress == "complete" else None
    since, reached = _since(action, history), _reached(action, stages)
    counts = {
        action.status.progress: True,
        "overdue": bool(days_late),
        "undated": stands is None and not action.ended,
        "moved": bool(moved),
    }
    return Card(
        action=action,
        anchor=anchors[action.reference],
        label=_label(action.reference, plan),
        counts=tuple(key for key, counted in counts.items() if counted),
        facts=_facts(action, since, reached, stages, trail.stands_by(history, plan.as_at)),
        cells=_cells(action, columns, trail.stands_by(history, plan.as_at)),
        due=stands,
        later=_later(planned, stands) if moved else "",
        days_late=days_late,
        reached=reached,
        moves=tuple(moved),
        entries=tuple(history),
        timeline=timeline(
            scale,
            words=_drawn(action, planned, stands, len(moved), days_late, since),
            today=day,
            planned=planned,
            between=[found for _, event in trail.moves(history) if (found := event.to.due_after(stages))],
            due=stands,
            late=bool(days_late),
            done=done,
            ended=None if done else ended,
            reports=[entry.since for entry in history if entry.since <= day],
        ),
        replaced_by=anchors[by] if (by := action.superseded_by) and by in plan.actions else None,
    )


def _facts(
    action: Action, since: str, reached: date | None, stages: Mapping[Any, date], by: Mapping[str, tuple[int, ...]]
) -> tuple[Cell, ...]:
    """Who leads, by when, and how far it is *since* when; *reached* is the day of the stage that it awaited."""
    approved = by.get("signed_off", ()) if action.signed_off else ()
    return (
        Cell("Lead", action.lead.as_printed, understood.lead(action.lead), by.get("lead", ())),
        Cell(
            "Target date",
            action.target_date.as_printed,
            understood.target_date(action.target_date, stages, ended=action.ended),
            by.get("target_date", ()),
        ),
        Cell(
            "Status",
            action.status.as_printed,
            understood.status(action, since, reached),
            by.get("status", ()) + approved,
        ),
    )


def _cells(action: Action, columns: Sequence[str], by: Mapping[str, tuple[int, ...]]) -> tuple[Cell, ...]:
    """The cells with prose, in *columns*; milestones and evidence only where there are any."""
    cells = [Cell(name.replace("_", " ").capitalize(), getattr(action, name), "", by.get(name, ())) for name in columns]
    cells.append(Cell("Progress", progress_cell(action), "", by.get("progress", ())))
    if action.milestones:
        cells.append(Cell("Milestones", milestones_cell(action), "", by.get("milestones", ())))
    if action.evidence:
        told = "\n".join(f"{found.name}, kept at {found.kept_at} ({found.digest})" for found in action.evidence)
        cells.append(Cell("Evidence", told, "", by.get("evidence", ())))
    return tuple(cells)


def _drawn(action: Action, planned: date | None, stands: date | None, moved: int, days_late: int, since: str) -> str:
    """What the timeline of *action* shows, in words; it stands so *since* a day, a month or a year."""
    now_due, is_known = ("was due", "was known") if action.ended else ("now due", "is known now")
    if stands is None:
        told = [f"No day {is_known} by which to have it done"]
        if planned is not None:
            told = [f"Planned for {day_month_year(planned)}, and no other day {is_known}"]
    elif planned is None:
        told = [f"Planned without a day, {now_due} {day_month_year(stands)}"]
    elif planned == stands:
        told = [f"Planned for {day_month_year(planned)}" + (", and back to it" if moved else "")]
    else:
        told = [
            f"Planned for {day_month_year(planned)}, {now_due} {day_month_year(stands)}, "
            f"{understood.later((stands - planned).days)}"
        ]
    if moved:
        told.append(f"Moved {'once' if moved == 1 else f'{moved} times'}")
    if action.ended:
        told.append(
            f"{PROGRESS[action.status.progress]}{f' since {since}' if since else ', since when is not recorded'}"
        )
    if days_late:
        told.append(f"Overdue by {days_late:,} day{'' if days_late == 1 else 's'}")
    return ". ".join(told) + "."


def _chapters(plan: ActionPlan, cards: Mapping[str, Card], anchors: _Anchors, day: date | None) -> tuple[Chapter, ...]:
    if day is None:
        return ()
    by_section: defaultdict[str, list[Card]] = defaultdict(list)
    for reference, card in cards.items():
        by_section[parent_of(reference)].append(card)
    by_review: defaultdict[str, list[Section]] = defaultdict(list)
    for found in standing(plan, day):
        review = plan.reviews.get(review_of(found.section)) or Review(review_of(found.section))
        inside = by_section[found.section]
        by_review[review.reference].append(
            Section(
                found.section,
                found.heading,
                anchors[found.section],
                _parts(found.section, inside, review, anchors),
                tuple(inside),
            )
        )
    references = list(plan.reviews) + [reference for reference in by_review if reference not in plan.reviews]
    return tuple(
        Chapter(
            plan.reviews.get(reference) or Review(reference),
            anchors.get(reference, f"review-of-{by_review[reference][0].anchor}" if by_review[reference] else ""),
            tuple(by_review[reference]),
        )
        for reference in references
    )


def _parts(section: str, cards: Sequence[Card], review: Review, anchors: _Anchors) -> tuple[Part, ...]:
    """The actions of *section* by recommendation: its own in the order of the plan, any other, and those under none."""
    under: dict[str | None, list[Card]] = {
        reference: [] for reference in review.recommendations if parent_of(reference) == section
    }
    for card in sorted(cards, key=lambda card: card.action.recommendation is None):
        under.setdefault(card.action.recommendation, []).append(card)
    return tuple(
        Part(
            reference,
            review.recommendations.get(reference) if reference else None,
            anchors.get(reference) if reference and parent_of(reference) == section else None,
            tuple(inside),
        )
        for reference, inside in under.items()
    )


def _figures(sections: Sequence[Section]) -> dict[str, Figure]:
    """The figures by key: every progress that occurs, and what else is counted."""
    return {
        key: figure
        for key, label in (PROGRESS | ALSO).items()
        if (
            figure := Figure(
                key, label, tuple((section, counted) for section in sections if (counted := section.counted(key)))
            )
        ).count
        or key in ALSO
    }


def _lines(shown: Sequence[Entry], plan: ActionPlan, anchors: _Anchors) -> tuple[Line, ...]:
    positions = {(entry.reference, entry.version): entry.position for entry in shown}
    notes_on: dict[int, int] = {}
    noted_in: defaultdict[int, list[int]] = defaultdict(list)
    for entry in shown:
        if isinstance(event := entry.event, EntryAnnotated):
            noted = positions.get((entry.reference, event.version))
            if noted is not None:
                notes_on[entry.position] = noted
                noted_in[noted].append(entry.position)
    return tuple(
        Line(
            entry,
            _label(entry.reference, plan),
            anchors[entry.reference] if entry.reference in plan.actions or entry.reference in plan.reviews else None,
            notes_on.get(entry.position),
            tuple(noted_in[entry.position]),
        )
        for entry in shown
    )


def _label(reference: str, plan: ActionPlan) -> str:
    """What the page calls *reference*: without its review, where there is only one."""
    return reference.partition(":")[2] or reference if len(plan.reviews) == 1 else reference


def _since(action: Action, history: Sequence[Entry]) -> str:
    """Since when *action* has its status, to the precision that was given."""
    of_status = (ActionCreated, StatusChanged, ActionReopened, ActionWithdrawn, ActionSuperseded)
    entries = [entry for entry in history if isinstance(entry.event, of_status)]
    stands = [entry for entry in entries if entry.since == action.since.get("status")]
    return when(stands[-1]) if stands else ""


def _reached(action: Action, stages: Mapping[Any, date]) -> date | None:
    """The day on which the review reached the stage that *action* awaits: its own, or else publication."""
    awaits = action.status.progress == "awaiting a stage"
    return stages.get(action.target_date.after or "published") if awaits else None


def _later(one: date | None, other: date | None) -> str:
    return understood.later((other - one).days) if one and other else ""
