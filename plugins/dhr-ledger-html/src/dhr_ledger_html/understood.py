"""What was understood from a printed cell, in words: to stand beside the words of the cell itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dhr_ledger.action import Action, Lead
from dhr_ledger.plan import day_month_year
from dhr_ledger.target_date import TargetDate

_NO_DAY = {
    "continuous": "goes on, with no day to be done by",
    "to be confirmed": "to be confirmed",
    "not applicable": "not applicable",
    "none": "no date was given",
    "unreadable": "no date can be read from it",
}


def target_date(target: TargetDate, stages: Mapping[Any, date], *, ended: bool) -> str:
    """When *target* says that an action is due, given the days on which the review reached its *stages*.

    Of an action that has *ended* it says when it was.
    """
    due, is_due, is_ = target.due_after(stages), "was due" if ended else "due", "was" if ended else "is"
    if target.kind == "several":
        of = f"{len(target.milestones)} dates"
        return f"{of}; {is_due} on the last, {day_month_year(due)}" if due else f"{of}, of which not all are known"
    if target.kind == "relative":
        if target.after is None:
            return f"{'waited' if ended else 'waits'} for something that is no stage of the review"
        later = _length(target.months, target.days)
        if due is None or target.after not in stages:
            return f"{is_due} {later}once the review {is_} {target.after}"
        reached = day_month_year(stages[target.after])
        return f"{is_due} {day_month_year(due)}: the review was {target.after} on {reached}"
    if due is None:
        return _NO_DAY.get(target.kind, "no day is known")
    if target.kind in ("month", "quarter", "year"):
        return f"{is_due} {day_month_year(due)}, when the {target.kind} {'ended' if ended else 'ends'}"
    return f"{is_due} {day_month_year(due)}"


def status(action: Action, since: str, reached: date | None) -> str:
    """What the status of *action* says beside its progress: *since* when, who has seen it, what was answered.

    *reached* is the day on which the review reached the stage that it awaits.
    """
    told = [f"since {since}"] if since else []
    if reached:
        told.append(f"the stage was reached on {day_month_year(reached)}")
    if action.assurance:
        told.append("claimed only" if action.assurance == "claimed" else action.assurance)
    if action.status.response:
        answer = "no answer" if action.status.response == "none" else action.status.response
        told.append(f"the recommendation: {answer}")
    return ", ".join(told)


def lead(lead: Lead) -> str:
    """The agencies and posts that were understood from *lead*, blank where they say no more than its words."""
    parties = [", ".join(part for part in (party.post, party.agency) if part) for party in lead.parties]
    told = "; ".join(party for party in parties if party)
    return "" if told == lead.as_printed else told


def later(days: int) -> str:
    """How much later one day is than another, in words: `21 days later`."""
    if not days:
        return "the same day"
    return f"{abs(days):,} day{'' if abs(days) == 1 else 's'} {'later' if days > 0 else 'earlier'}"


def _length(months: int, days: int) -> str:
    counted = [
        f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in ((months, "month"), (days, "day")) if number
    ]
    return f"{' and '.join(counted)} after, " if counted else ""
