"""`plan.csv`: one row an action, as it stands at a date, in the columns that a plan is kept in.

Two more columns can be asked for, for the way back: whoever edits the file and hands it in again has said with them
which action each row is, and what the ledger held when the file was made.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from datetime import date
from typing import BinaryIO

from dhr_ledger.entry import Entry
from dhr_ledger.exporters.table import write_table
from dhr_ledger.plan import ActionPlan, action_plan, progress_cell
from dhr_ledger.reference import number_of

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
FOR_RETURN = ("reference", "ledger_head")
"""The headings of the columns for the way back."""


def export_plan(
    entries: Iterable[Entry], out: BinaryIO, *, as_at: date | None = None, for_return: bool = False
) -> None:
    """The plan as it stands at a date: one row an action, every cell as printed."""
    plan = action_plan(entries, as_at=as_at)
    if for_return:
        write_table(HEADINGS + FOR_RETURN, map(operator.add, _rows(plan), _way_back(plan)), out)
    else:
        write_table(HEADINGS, _rows(plan), out)


def _way_back(plan: ActionPlan) -> Iterator[tuple[str, ...]]:
    # A plan as it stood on a day is not what the ledger held at its head, and is no file to hand in again.
    head = str(plan.head) if plan.as_at is None else ""
    return ((action.reference, head) for action in plan.in_order())


def _rows(plan: ActionPlan) -> Iterator[tuple[str, ...]]:
    for action in plan.in_order():
        made = plan.recommendation_of(action)
        yield (
            plan.heading_of(action.reference),
            made.text if made else "",
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
