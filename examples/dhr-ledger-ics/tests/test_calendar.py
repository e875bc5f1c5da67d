"""The calendar keeps the contract of an exporter, and says what the plan says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar

from dhr_ledger import Ledger, export
from dhr_ledger.action import ChangeStatus, CreateAction
from dhr_ledger.review import AddSection, OpenReview, ReachStage
from dhr_ledger.testing import check_exporter
from dhr_ledger_ics import export_calendar


def test_the_calendar_keeps_the_contract():
    check_exporter(export_calendar)


def test_the_calendar_reads_back(tmp_path):
    """By the name under which the plugin is installed."""
    recorded = datetime(2014, 2, 28, 16, 20, tzinfo=UTC)
    with Ledger(clock=lambda: recorded) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review 7"),
            AddSection(section="DHR7:WMP", heading="West Midlands Police"),
            CreateAction(
                action="DHR7:WMP:1", text="Train, and brief;\nall officers", target_date="Mar-14", lead="Training"
            ),
            CreateAction(action="DHR7:WMP:2", text="Publish", target_date="one month from publication"),
            CreateAction(action="DHR7:WMP:3", text="Listen", target_date="ongoing"),
            CreateAction(action="DHR7:WMP:4", text="Write", target_date="31/1/2014"),
            ChangeStatus(action="DHR7:WMP:4", to="Complete"),
            ReachStage(review="DHR7", stage="published", effective="2014-01-31"),
            by="DHR coordinator",
        )
        export(ledger.entries(), "calendar", tmp_path / "plan.ics", options={"alarm_days": "7"})
    train, publish, write = Calendar.from_ical((tmp_path / "plan.ics").read_bytes()).walk("VEVENT")

    assert ("DHR7:WMP:1", recorded, date(2014, 3, 31)) == (train["uid"], train["dtstamp"].dt, train["dtstart"].dt)
    assert "1 Train, and brief;\nall officers" == train["summary"]
    assert "Lead: Training\nStatus: " == train["description"]
    assert [timedelta(days=-7)] == [alarm["trigger"].dt for alarm in train.walk("VALARM")]
    assert date(2014, 2, 28) == publish["dtstart"].dt
    assert ("Lead: \nStatus: Complete", []) == (write["description"], write.walk("VALARM"))
