"""Word documents for `dhr-ledger`: the tables of a `.docx` or `.docm` as an action plan, and a plan as a `.docx`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import BinaryIO, Literal

from dhr_ledger import Entry, hookimpl
from dhr_ledger.hookspecs import Register
from dhr_ledger_docx.reading import read_docx


@hookimpl
def register_importers(register: Register) -> None:
    """Come in by the door that every importer comes in by."""
    register(".docx", read_docx)
    register(".docm", read_docx)


@hookimpl
def register_exporters(register: Register) -> None:
    """Come in by the door that every exporter comes in by."""
    register("home-office.docx", export_home_office)


def export_home_office(
    entries: Iterable[Entry],
    out: BinaryIO,
    *,
    as_at: date | None = None,
    since: date | None = None,
    marking: str = "",
    paper: Literal["a3", "a4"] = "a3",
    audience: str = "",
) -> None:
    """The plan and its audit trail for the Home Office: a Word document, for drafts and for the way back.

    *as_at* and *since* are as in `home_office_plan`.  *marking* is a protective marking, in capitals on every page, and
    *audience* is named on the first one.  *paper* is "a3" with letters of 12 points or "a4" with letters of 9.
    """
    from dhr_ledger_docx.writing import write_home_office  # here, so that nobody waits for it who writes no Word

    write_home_office(entries, out, as_at=as_at, since=since, marking=marking, paper=paper, audience=audience)
