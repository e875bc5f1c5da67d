"""dhr-ledger at the job that every history library is given: actions × 20 changes, with user and reason.

The job's statuses are in nobody's legend, so they are recorded as printed and their meaning as unknown; its
recommendation is a text beside the action and stands in the desired outcome.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TextIO

from dhr_ledger import Ledger, action_plan
from dhr_ledger.action import (
    ActionCreated,
    ActionUpdated,
    ChangeStatus,
    CreateAction,
    ReviseTargetDate,
    StatusChanged,
    TargetDateRevised,
    UpdateAction,
)
from dhr_ledger.command import Command
from dhr_ledger.entry import Entry
from dhr_ledger.exporters.audit_trail_csv import export_audit_trail
from dhr_ledger.review import AddSection, OpenReview
from dhr_ledger.status import Status
from dhr_ledger.target_date import TargetDate

NAME, DIST = "dhr-ledger", "dhr-ledger"
IMPORT = "import dhr_ledger.ledger, dhr_ledger._store"
BULK = "record(*commands): one transaction per round"
REVIEW = "PEER"
FIELDS = {"recommendation": "desired_outcome", "action_text": "text", "outcome": "success_measure"}


class Peer:
    """What the bench asks of a library; see its README."""

    def __init__(self, path: str, pragmas: list[str]) -> None:
        self.ledger = Ledger(Path(path), durability="normal" if pragmas else "full")
        self.ledger.record(
            OpenReview(review=REVIEW, title="The job"), AddSection(section=f"{REVIEW}:S", heading="Actions"), by="bench"
        )

    def record(self, change: dict[str, Any]) -> None:
        self.ledger.record(command(change), by=change["user"], reason=change["reason"])

    def record_bulk(self, changes: list[dict[str, Any]]) -> None:
        self.ledger.record(*map(command, changes), by=changes[0]["user"], reason=changes[0]["reason"])

    def mark(self) -> datetime:
        return datetime.now(UTC)

    def history(self, ref: str) -> list[dict[str, Any]]:
        return [
            {"user": entry.by.name, "reason": entry.reason, "at": entry.recorded_at, "set": what_was_set(entry)}
            for entry in self.ledger.entries(reference(ref))
        ]

    def as_of(self, moment: datetime) -> dict[str, dict[str, str]]:
        plan = action_plan(self.ledger.entries(), as_known=moment)
        return {
            action.reference.rpartition(":")[2]: {
                "recommendation": action.desired_outcome,
                "action_text": action.text,
                "lead_agency": action.lead.as_printed,
                "target_date": action.target_date.as_printed,
                "status": action.status.as_printed,
                "outcome": action.success_measure,
            }
            for action in plan.actions.values()
        }

    def export(self, out: TextIO) -> int:
        written = io.BytesIO()
        actions = (entry for entry in self.ledger.entries() if ":" in entry.reference)
        export_audit_trail(actions, written)
        _headings, _, trail = written.getvalue().decode().partition("\r\n")
        out.write(trail)
        return trail.count("\r\n")

    def close(self) -> None:
        self.ledger.close()


def reference(ref: str) -> str:
    """The reference of an action of the job."""
    return f"{REVIEW}:S:{ref}"


def command(change: dict[str, Any]) -> Command:
    """The order that a change of the job is."""
    action, said = reference(change["ref"]), change["set"]
    match change["kind"]:
        case "created":
            return CreateAction(
                action=action,
                text=said["action_text"],
                desired_outcome=said["recommendation"],
                lead=said["lead_agency"],
                target_date=TargetDate.on(said["target_date"]),
                status=as_printed(said["status"]),
                success_measure=said["outcome"],
            )
        case "text":
            return UpdateAction(action=action, text=said["action_text"])
        case "status":
            return ChangeStatus(action=action, to=as_printed(said["status"]))
        case "date":
            return ReviseTargetDate(action=action, to=TargetDate.on(said["target_date"]))
    raise ValueError(change["kind"])


def as_printed(status: str) -> Status:
    """A status of the job, of which no legend knows the meaning."""
    return Status(as_printed=status, progress="unknown")


def what_was_set(entry: Entry) -> dict[str, str | date | None]:
    """The fields that an entry set, by the job's names."""
    match entry.event:
        case ActionCreated() as created:
            return {
                "recommendation": created.desired_outcome,
                "action_text": created.text,
                "lead_agency": created.lead.as_printed,
                "target_date": created.target_date.as_printed,
                "status": created.status.as_printed,
                "outcome": created.success_measure,
            }
        case ActionUpdated(changes=changes):
            return {job: changes[ours].to for job, ours in FIELDS.items() if ours in changes}
        case StatusChanged(to=to):
            return {"status": to.as_printed}
        case TargetDateRevised(to=to_date):
            return {"target_date": to_date.as_printed}
    return {}
