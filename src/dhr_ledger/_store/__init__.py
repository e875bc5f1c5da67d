"""Where entries are kept: one append-only table, in memory, in an SQLite file or in PostgreSQL.

    store = open_store("actions.ledger")
    store.append({"BDHR2012/13-04": 0}, lambda position, last: [Row(position, "BDHR2012/13-04", 1, …)])
    list(store.read(below="BDHR2012/13-04"))

This is the only room that knows the event-sourcing engine (`eventsourcing` 9) and the databases.  The engine's
recorders, datastores and pools are subclassed here, so its tools can read a ledger, and its columns keep their names:

    originator_id        the reference of the stream, a review's or an action's
    originator_version   the version in that stream, from 1 without gaps
    topic                the type of the event and its version, `TargetDateRevised.v1`; never an import path
    state                the bytes of the entry, exactly as they were recorded
    position             (`notification_id` in PostgreSQL) the position in the ledger, from 1 without gaps

Nothing here reads the environment: what a ledger does is said by the arguments of `open_store` and by nothing else.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from dhr_ledger._store.sqlite import SQLiteRecorder
from dhr_ledger._store.store import Durability, Moved, Store
from dhr_ledger.errors import BadInput, NotALedger, StoreError, masked

__all__ = ["Durability", "Moved", "Store", "open_store"]

_POSTGRESQL = re.compile(r"postgres(ql)?://")
_NO_PATH = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://|:memory:$|.*\0", re.DOTALL)


def open_store(
    place: str | os.PathLike[str] | None = None, durability: Durability = "full", *, begin: bool = True
) -> Store:
    """Open the ledger at *place*, or, where *begin* allows it, begin one there.

    `None` is a ledger in memory, private to this store and gone with it; a path is an SQLite file;
    `postgresql://host/database?schema=name` is a PostgreSQL database (the schema is `public` unless one is named).
    With *durability* `"full"`, what was appended is on disk when `Store.append` returns; with `"normal"` the last
    entries may be lost if the power goes, and the ledger is whole without them.

    Raises `NotALedger` for a file or table of something else or of a newer format, and for nothing where none may be
    begun, `BadInput` for what is no place at all, and `StoreError` for a place that cannot be opened.
    """
    if durability not in ("full", "normal"):
        raise BadInput(f"There is no durability {durability!r}; it is 'full' or 'normal'.")
    if place is None:
        return Store(SQLiteRecorder(None, durability))
    if isinstance(place, str) and _POSTGRESQL.match(place):
        try:
            from dhr_ledger._store.postgres import PostgresRecorder
        except ImportError as error:
            raise StoreError(
                f"A ledger in PostgreSQL needs a driver that is not installed ({error}): "
                "pip install 'dhr-ledger[postgresql]'."
            ) from error
        return Store(PostgresRecorder(place, durability, begin=begin))
    if isinstance(place, str) and _NO_PATH.match(place):
        raise BadInput(
            f"{masked(place)!r} is no place for a ledger; give the path of a file, a postgresql:// address, "
            "or None for memory."
        )
    path = Path(place)
    if not begin and not (path.exists() and (path.is_dir() or path.stat().st_size)):
        raise NotALedger(f"There is no ledger at {str(path)!r}; give another path, or begin one there.")
    return Store(SQLiteRecorder(path, durability))
