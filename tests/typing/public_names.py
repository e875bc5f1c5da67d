"""What a type checker makes of the public names.

mypy reads this file (`just types`) and nothing runs it: where a type changes, this is red before a user's code is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, assert_type

import dhr_ledger
from dhr_ledger import Entry, Ledger
from dhr_ledger.command import Command
from dhr_ledger.hookspecs import Exporter, Register


def what_is_recorded_comes_back_as_entries(ledger: Ledger, command: Command) -> None:
    assert_type(ledger.record(command, by="Board"), list[Entry])
    assert_type(ledger.entries("BDHR2012/13-04"), Iterator[Entry])


def a_ledger_closes_itself() -> None:
    with Ledger() as ledger:
        assert_type(ledger, Ledger)


def export_calendar(entries: Iterable[Entry], out: BinaryIO, *, alarm_days: int = 14) -> None:
    """A calendar with every action on its target date."""


@dhr_ledger.hookimpl
def register_exporters(register: Register) -> None:
    register("calendar.ics", export_calendar)


an_exporter_may_have_options: Exporter = export_calendar
