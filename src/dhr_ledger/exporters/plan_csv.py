"""`plan.csv`: one row an action, as it stands at a date, in the columns that a plan is kept in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import BinaryIO

from dhr_ledger.entry import Entry
from dhr_ledger.exporters.table import write_table
from dhr_ledger.plan import ActionPlan, action_plan, progress_cell
from dhr_ledger.reference import number_of, review_of, section_of

HEADINGS = (
    "section",
    "recommendation",
    "ref",
    "action",
    "lead",
    "target_date",
    "desired_outcome",
    "monitoring",
    "success_measure",
    "progress",
    "status",
)


def export_plan(entries: Iterable[Entry], out: BinaryIO, *, as_at: date | None = None) -> None:
    """The plan as it stands at a date: one row an action, every cell as printed."""
    write_table(HEADINGS, _rows(action_plan(entries, as_at=as_at)), out)


def _rows(plan: ActionPlan) -> Iterator[tuple[str, ...]]:
    for action in plan.in_order():
        review = plan.reviews.get(review_of(action.reference))
        sections = review.sections if review else {}
        recommendations = review.recommendations if review else {}
        recommendation = recommendations.get(action.recommendation or "")
        yield (
            sections.get(section_of(action.reference), section_of(action.reference)),
            recommendation.text if recommendation else "",
            action.number or number_of(action.reference),
            action.text,
            action.lead.as_printed,
            action.target_date.as_printed,
            action.desired_outcome,
            action.monitoring,
            action.success_measure,
            progress_cell(action),
            action.status.as_printed,
        )
