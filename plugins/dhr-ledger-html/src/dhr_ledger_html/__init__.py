"""`report.html`: where an action plan stands, and how it got there, on one page.

The page is one file that asks nobody for anything: it opens from a disk, from a mail and without scripts, and its
content security policy allows it nothing but its own style and its own script.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import BinaryIO

from dhr_ledger import Entry, hookimpl
from dhr_ledger.hookspecs import Register


@hookimpl
def register_exporters(register: Register) -> None:
    """Come in by the door that every exporter comes in by."""
    register("report.html", export_report)


def export_report(
    entries: Iterable[Entry],
    out: BinaryIO,
    *,
    as_at: date | None = None,
    as_known: datetime | date | str | None = None,
    section: str | None = None,
    marking: str = "",
) -> None:
    """A page of where the plan stands, what is late, which dates moved and why, with every entry behind it.

    *as_at* and *as_known* are as in `action_plan`; without *as_at*, late is what was late on the day of the last entry.
    *section* is a section's reference or its key, and *marking* a protective marking for the top and the bottom.
    Raises `UnknownReference` for a section that the plan does not have.
    """
    from dhr_ledger_html.layout import page_of  # here, so that nobody waits for a template who wants no page
    from dhr_ledger_html.rendering import render

    render(page_of(entries, as_at=as_at, as_known=as_known, section=section, marking=marking), out)
