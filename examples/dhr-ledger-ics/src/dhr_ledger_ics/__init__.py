"""`calendar.ics`: the target dates of an action plan, in the calendar of whoever chases them.

Each action that has a day to be done by is an event of that day (VEVENT, RFC 5545).  Its UID is its reference, so that
a newer file brings an older one up to date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import BinaryIO

from dhr_ledger import Entry, action_plan, hookimpl
from dhr_ledger.hookspecs import Register
from dhr_ledger.reference import number_of, review_of


@hookimpl
def register_exporters(register: Register) -> None:
    """Come in by the door that every exporter comes in by."""
    register("calendar.ics", export_calendar)


def export_calendar(entries: Iterable[Entry], out: BinaryIO, *, alarm_days: int = 14) -> None:
    """A calendar with every action on its target date, and a reminder some days before."""
    from icalendar import Alarm, Calendar, Event  # here, so that nobody waits for it who wants no calendar

    entries = list(entries)
    plan = action_plan(entries)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//dhr-ledger//calendar.ics//EN")
    for action in plan.in_order():
        review = plan.reviews.get(review_of(action.reference))
        due = action.target_date.due_after(review.stages if review else {})
        if due is None:
            continue
        event = Event()
        event.add("uid", action.reference)
        event.add("dtstamp", entries[-1].recorded_at)  # never the clock: the same entries make the same calendar
        event.add("dtstart", due)
        event.add("summary", _plain(f"{action.number or number_of(action.reference)} {action.text}"))
        event.add("description", _plain(f"Lead: {action.lead.as_printed}\nStatus: {action.status.as_printed}"))
        event.add("transp", "TRANSPARENT")  # a day to be done by keeps nobody busy all day
        if not action.ended:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", event["summary"])
            alarm.add("trigger", timedelta(days=-alarm_days))
            event.add_component(alarm)
        calendar.add_component(event)
    out.write(calendar.to_ical())


def _plain(text: str) -> str:
    """*text* without the control characters that a calendar may not hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", " ", text)
