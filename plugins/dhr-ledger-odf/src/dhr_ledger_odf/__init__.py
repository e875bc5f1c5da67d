"""OpenDocument files for dhr-ledger: `.ods` and `.odt`, as LibreOffice and others write them (ISO/IEC 26300)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import BinaryIO, Literal

from dhr_ledger import Entry, hookimpl
from dhr_ledger.hookspecs import Register
from dhr_ledger_odf.reading import read_ods, read_odt


@hookimpl
def register_importers(register: Register) -> None:
    """Register a reader for each of the two endings that a plan may have."""
    register(".ods", read_ods)
    register(".odt", read_odt)


@hookimpl
def register_exporters(register: Register) -> None:
    """Register the text for the Home Office and the workbook."""
    register("home-office.odt", export_home_office)
    register("workbook.ods", export_workbook)


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
    """The plan and its audit trail for the Home Office: an OpenDocument text, to be edited without buying a program.

    *as_at* and *since* are as in `home_office_plan`.  *marking* is a protective marking, in capitals on every page, and
    *audience* is named on the first one.  *paper* is "a3" with letters of 12 points or "a4" with letters of 9.
    """
    from dhr_ledger_odf.home_office import write_home_office  # here, so that nobody waits for it who writes no text

    write_home_office(entries, out, as_at=as_at, since=since, marking=marking, paper=paper, audience=audience)


def export_workbook(
    entries: Iterable[Entry], out: BinaryIO, *, as_at: date | None = None, marking: str = "", audience: str = ""
) -> None:
    """The plan, its reports, its moved dates and all its entries: an OpenDocument spreadsheet, to sort and to count.

    *as_at* is as in `workbook`.  *marking* is a protective marking, in capitals on the cover and on every printed page,
    and *audience* is named on the cover.
    """
    from dhr_ledger_odf.workbook import write_workbook

    write_workbook(entries, out, as_at=as_at, marking=marking, audience=audience)
