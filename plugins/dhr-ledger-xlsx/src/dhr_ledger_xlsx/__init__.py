"""Excel workbooks for `dhr-ledger`: the sheets of an `.xlsx` or `.xlsm` as an action plan, and a plan as an `.xlsx`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import BinaryIO

from dhr_ledger import Entry, hookimpl
from dhr_ledger.hookspecs import Register
from dhr_ledger_xlsx.reading import read_xlsx


@hookimpl
def register_importers(register: Register) -> None:
    """Come in by the door that every importer comes in by."""
    register(".xlsx", read_xlsx)
    register(".xlsm", read_xlsx)


@hookimpl
def register_exporters(register: Register) -> None:
    """Come in by the door that every exporter comes in by."""
    register("workbook.xlsx", export_workbook)
    register("agency-return.xlsx", export_agency_return)


def export_workbook(
    entries: Iterable[Entry], out: BinaryIO, *, as_at: date | None = None, marking: str = "", audience: str = ""
) -> None:
    """The plan, its updates, its moved dates and every entry: an Excel workbook, a sheet each.

    *as_at* is the day on which the plan stands so, that of the last entry without it.  *marking* is a protective
    marking, in capitals on every page, and *audience* is named on the cover.
    """
    from dhr_ledger_xlsx.writing import write_workbook  # here, so that nobody waits for it who only reads

    write_workbook(entries, out, as_at=as_at, marking=marking, audience=audience)


def export_agency_return(
    entries: Iterable[Entry],
    out: BinaryIO,
    *,
    lead: str = "",
    return_by: date | None = None,
    open_only: bool = True,
    marking: str = "",
) -> None:
    """What an agency has to fill in, action by action: an Excel workbook to be sent out and imported again.

    Only the actions of which the lead mentions *lead* are in it, in any capitals, and with *open_only* none that has
    ended.  *return_by* is the day by which it is to come back, and *marking* a protective marking, on every page.
    """
    from dhr_ledger_xlsx.agency_return import write_agency_return  # here, so that nobody waits for it who only reads

    write_agency_return(entries, out, lead=lead, return_by=return_by, open_only=open_only, marking=marking)
