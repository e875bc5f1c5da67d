"""Questions that a plan answers: what is overdue, and how far each section has come.

Whether an action is late is never stored; it follows from its target date, its status and the day that is asked about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, get_args

from dhr_ledger.action import Action
from dhr_ledger.reference import parent_of
from dhr_ledger.status import Progress

if TYPE_CHECKING:
    from dhr_ledger.plan import ActionPlan


@dataclass(frozen=True, slots=True)
class Overdue:
    """An action that is late: the day on which it was due, and how many days have gone by since."""

    action: Action
    due: date
    days: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a section has come: how many of its actions are at each progress, and how many are overdue.

    `section` is its reference and `heading` its heading as printed; `progress` has only what occurs.
    """

    section: str
    heading: str
    progress: Mapping[str, int]
    overdue: int

    @property
    def actions(self) -> int:
        """How many actions it has."""
        return sum(self.progress.values())


def due(plan: ActionPlan, action: Action) -> date | None:
    """The day on which *action* is due, as far as one is known.

    A date that is relative to a stage is known once the review has reached that stage.
    """
    return action.target_date.due_after(plan.stages_of(action))


def overdue(plan: ActionPlan, on: date) -> list[Overdue]:
    """The actions of *plan* that were due before *on* and are still to be done, the longest overdue first.

    An action is not late on the day on which it is due.  One that has ended is not late, nor is one that awaits a
    stage of the review, until that stage is reached and the time that was given from then on has gone by.
    """
    late = [
        Overdue(action, day, (on - day).days)
        for action in plan.in_order()
        if not action.ended and not _awaits(plan, action)
        if (day := due(plan, action)) is not None and day < on
    ]
    return sorted(late, key=lambda found: -found.days)


def _awaits(plan: ActionPlan, action: Action) -> bool:
    """Whether *action* waits for a stage that is not reached: its own, or else publication, which ends the process."""
    reached = plan.stages_of(action)
    return action.status.progress == "awaiting a stage" and (action.target_date.after or "published") not in reached


def by_progress(actions: Iterable[Action]) -> dict[str, int]:
    """How many of *actions* are at each progress; only what occurs, in one order everywhere."""
    counted = Counter(action.status.progress for action in actions)
    return {progress: counted[progress] for progress in get_args(Progress) if counted[progress]}


def standing(plan: ActionPlan, on: date) -> list[Standing]:
    """How far each section of *plan* had come by *on*, in the order of the plan."""
    late = Counter(parent_of(found.action.reference) for found in overdue(plan, on))
    sections: dict[str, list[Action]] = {
        f"{review.reference}:{key}": [] for review in plan.reviews.values() for key in review.sections
    }
    for action in plan.in_order():
        sections.setdefault(parent_of(action.reference), []).append(action)
    return [
        Standing(section, plan.heading_of(section), by_progress(actions), late[section])
        for section, actions in sections.items()
    ]
