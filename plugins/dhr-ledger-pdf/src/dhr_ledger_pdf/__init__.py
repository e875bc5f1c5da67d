"""PDF files for dhr-ledger: action plans read from tables with ruled lines, and written for the Home Office."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from dhr_ledger import hookimpl
from dhr_ledger.hookspecs import Register
from dhr_ledger.imports.grid import Grid
from dhr_ledger_pdf.writing import export_home_office


@hookimpl
def register_importers(register: Register) -> None:
    """Come in by the door that every importer comes in by."""
    register(".pdf", read_pdf)


@hookimpl
def register_exporters(register: Register) -> None:
    """Come in by the door that every exporter comes in by."""
    register("home-office.pdf", export_home_office)


def read_pdf(file: BinaryIO, name: str) -> Iterable[Grid]:
    """The tables with ruled lines in a PDF that has words in it; no scans."""
    from dhr_ledger_pdf.reading import grids  # here, so that nobody waits for it who reads no PDF

    return grids(file.read(), name)
