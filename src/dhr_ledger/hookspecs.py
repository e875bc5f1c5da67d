"""The doors for plugins: one hook for exporters, one for importers.

A plugin is an installed distribution with an entry point in the group `dhr_ledger` that names a module:

    [project.entry-points.dhr_ledger]
    ics = "dhr_ledger_ics"

The module implements a hook with `dhr_ledger.hookimpl`.  Everything that is built in comes in by the same door.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import pluggy

if TYPE_CHECKING:
    from dhr_ledger.entry import Entry
    from dhr_ledger.imports.grid import Grid

hookspec = pluggy.HookspecMarker("dhr_ledger")
hookimpl = pluggy.HookimplMarker("dhr_ledger")


class Exporter(Protocol):
    """Writes entries to a binary file.

    Keyword-only parameters with annotations are its options; the first line of its docstring is what users see in the
    list.  The same entries and options make the same bytes.
    """

    # Any, so that each exporter may name its own options
    def __call__(self, entries: Iterable[Entry], out: BinaryIO, /, *args: Any, **options: Any) -> None: ...


class Importer(Protocol):
    """Reads a binary file called *name*: its tables as grids of cells, as printed.  What they mean is read elsewhere.

    Raises `ImportRefused` for a file that it cannot read, with every fault that it found.  The first line of its
    docstring is what users see in the list.
    """

    def __call__(self, file: BinaryIO, name: str, /) -> Iterable[Grid]: ...


class Register(Protocol):
    """What a hook is given: call it once for each exporter or importer."""

    def __call__(self, name: str, function: Any, /) -> None: ...


@hookspec
def register_exporters(register: Register) -> None:
    """Register exporters by what they are for and their file type: `register("calendar.ics", export_calendar)`."""


@hookspec
def register_importers(register: Register) -> None:
    """Register importers by the ending of the files they read: `register(".csv", read_csv)`."""
