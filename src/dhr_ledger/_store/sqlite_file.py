"""What can be said of an SQLite file from outside, without opening it as a database."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from dhr_ledger.errors import NotALedger, StoreError

SMALLEST = 512
"""The bytes of the smallest SQLite file that is not empty: one page."""


def examine(path: Path) -> None:
    """Refuse what can be no ledger: a folder, a pipe, a file in a folder that is not there, a file of a few bytes."""
    try:
        if path.is_dir():
            raise NotALedger(f"{str(path)!r} is a folder; give the path of a file in it.")
        if path.exists() and not path.is_file():
            raise NotALedger(f"{str(path)!r} is a pipe or a device, which keeps nothing; give the path of a file.")
        if not path.parent.is_dir():
            raise StoreError(f"There is no folder {str(path.parent)!r} to keep {path.name!r} in; create it first.")
        # SQLite takes a file of one byte for an empty database, and would write over it.  No larger file is looked
        # into: to close it would free the locks that this process has on it, if the ledger is open here already, and
        # another process could then take away its log with what was recorded last.
        if path.exists() and 0 < path.stat().st_size < SMALLEST and (fault := stranger(path)):
            raise fault
    except OSError as error:
        raise StoreError(
            f"{str(path)!r} cannot be opened: {error.strerror}; give another path, or ask for the right to read it."
        ) from error


def uri(path: Path) -> str:
    """*path* as SQLite's `file:` address, whatever characters it is made of."""
    whole = os.fsencode(path.absolute().as_posix())
    return f"file://{'' if whole.startswith(b'/') else '/'}{quote(whole)}"


def stranger(path: Path) -> NotALedger | None:
    """What to say of the file at *path* when it does not begin like one of SQLite's."""
    with path.open("rb") as file:
        begins = file.read(16)
    if begins == b"SQLite format 3\0":
        return None
    return NotALedger(f"{str(path)!r} is not an SQLite file, it begins with {begins!r}; give another path.")


def hindrance(path: Path) -> str | None:
    """Why this account cannot write to the file at *path*, `None` when it can, as far as the permissions tell."""
    # Asked, and not tried: a file that is opened beside SQLite frees its locks, and one that is made is left behind.
    effective = os.access in os.supports_effective_ids
    if os.path.exists(path) and not os.access(path, os.W_OK, effective_ids=effective):
        return "the file may not be written to"
    if not os.access(path.parent, os.W_OK, effective_ids=effective):
        return f"its folder {str(path.parent)!r} may not be written to"
    return None


def size(path: Path) -> int | None:
    """How many bytes the file at *path* has, `None` when there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return None
