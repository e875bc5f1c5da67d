"""The importers that the core brings, registered by the same hook as anybody's."""

from __future__ import annotations

from dhr_ledger.hookspecs import Register, hookimpl
from dhr_ledger.importers.csv import read_csv


@hookimpl
def register_importers(register: Register) -> None:
    """Register what the core reads with nothing but the standard library."""
    register(".csv", read_csv)
