"""The contracts of an exporter and of an importer, each as one line of a plugin's tests.

    def test_the_calendar_keeps_the_contract():
        check_exporter(export_calendar)

    def test_reading_a_workbook_keeps_the_contract():
        check_importer(read_workbook, Path("plan.xlsx").read_bytes())

A rule that is broken is an `AssertionError` that says which, where, and what to do.
"""

from __future__ import annotations

import inspect
import io
import os
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from errno import ENOSPC
from pathlib import Path
from typing import Any, BinaryIO

from hypothesis import HealthCheck, example, given, settings

from dhr_ledger.audience import Audience, Profile
from dhr_ledger.entry import Entry
from dhr_ledger.errors import ImportRefused
from dhr_ledger.exports import check_options
from dhr_ledger.hookspecs import Importer
from dhr_ledger.plugins import Door
from dhr_ledger.testing.elsewhere import Export, errand, send
from dhr_ledger.testing.strategies import damaged, everything, ledgers

_SENT = 12
"""How many ledgers, the largest, are exported in another process as well."""
_UNSEEN = "Somebody Unseen"
"""A name that is withheld."""


def check_exporter(function: Export, golden: str | os.PathLike[str] | None = None, /, **options: Any) -> None:
    """Hold the exporter *function*, with *options*, to its contract, on an empty ledger, a full one and generated ones.

    - Any ledger goes through, whatever happened in it and whatever its cells hold.
    - The same entries give the same bytes, at any time, in any time zone, locale, home folder and order of hashing.
    - The entries are read once and left as they are, and the file is left open.
    - An error is handed on, whether the entries raise it or a full disk does: a file is whole or not there.
    - Nothing is written but the file, nobody is called over the network, and the clock is not read.
    - What an audience is not shown is not in the file, nor in a part of it where it is a zip archive.
    - The file of `everything()` is *golden*, where one is given, to the byte.  It is made where it is missing, so that
      it can be looked at and kept; take it away to make it anew.

    Time, place and order of hashing change in another process, so *function* stands at the top level of its module.
    Not seen are: a date in UTC that a library of yours takes from the clock; a locale other than one of plain ASCII;
    files and connections that are not opened through Python; what is withheld in a file that packs its words otherwise.

    Raises `AssertionError`, and `BadOption` for an option that *function* does not take.
    """
    contract = _Contract(function, options)
    began = time.monotonic()
    exported: list[tuple[list[Entry], bytes]] = []

    @settings(max_examples=settings().max_examples // 4 or 1, deadline=None, suppress_health_check=list(HealthCheck))
    @example(everything())
    @example([])
    @given(ledgers())
    def any_ledger(entries: list[Entry]) -> None:
        exported.append((entries, contract.check_here(entries)))

    any_ledger()
    exported.sort(key=lambda pair: len(pair[0]), reverse=True)
    # Whatever is told in seconds has changed by then.
    time.sleep(max(0.0, began + 1.1 - time.monotonic()))
    contract.check_elsewhere(exported[:_SENT])
    contract.check_withheld()
    if golden is not None:
        contract.check_golden(Path(golden))


def check_importer(function: Importer, /, *samples: bytes) -> None:
    """Hold the importer *function* to its contract, on *samples* that it can read, damaged ones and arbitrary bytes.

    - Any file is read or refused: nothing but `ImportRefused` is raised, and it says at least one fault.
    - The same bytes give the same grids: rows that are numbered upwards from 1 on, and cells that are text.
    - The file is left open.

    A sample that is refused is an `AssertionError` too.  How long a file of a few bytes takes, and how much memory, is
    not looked at.
    """
    name = getattr(function, "__qualname__", repr(function))
    for sample in samples:
        read = _grids(function, name, sample)
        if isinstance(read, ImportRefused):
            raise AssertionError(f"{name} refused a sample that it is to read: {read}")

    @settings(deadline=None, suppress_health_check=list(HealthCheck))
    @example(b"")
    @given(damaged(samples))
    def any_file(data: bytes) -> None:
        once, again = _grids(function, name, data), _grids(function, name, data)
        if str(once) != str(again):
            raise AssertionError(f"{name} read the same bytes as {once} and then as {again}.")

    any_file()


def _grids(function: Importer, name: str, data: bytes) -> list[object] | ImportRefused:
    """What *function* reads in *data*, whole, or why it refuses to."""
    file = io.BytesIO(data)
    try:
        read: list[object] = []
        for grid in function(file, "a file"):
            rows = [(number, list(cells)) for number, cells in grid.rows]
            numbers = [0, *(number for number, _ in rows)]
            if numbers != sorted(set(numbers)):
                raise AssertionError(f"{name} numbered its rows {numbers[1:]}; they go upwards from 1 on.")
            if any(not isinstance(cell, str) for _, cells in rows for cell in cells):
                raise AssertionError(f"{name} gave cells that are no text: {rows}; give them as printed.")
            read.append((grid.name, rows, grid.notes))
    except ImportRefused as refused:
        if not refused.faults:
            raise AssertionError(f"{name} refused a file and did not say why; say at least one fault.") from refused
        return refused
    except AssertionError:
        raise
    except Exception as error:
        raise AssertionError(
            f"{name} failed on {data[:80]!r}: {type(error).__name__}: {error}; "
            "raise `ImportRefused` for what cannot be read."
        ) from error
    if file.closed:
        raise AssertionError(
            f"{name} closed its file; leave that to whoever opened it, and detach what you wrap it in."
        )
    return read


class _Contract:
    """An exporter and its options, to be held to the rules one by one."""

    def __init__(self, function: Export, options: Mapping[str, Any]) -> None:
        self._function = function
        self._name = getattr(function, "__qualname__", repr(function))
        self._options = check_options(Door(self._name, function, "the exporter under test", ""), options)
        first_line = (inspect.getdoc(function) or "").partition("\n")[0]
        self._require(bool(first_line.strip()), "has no docstring; say in its first line what the file is.")

    def check_here(self, entries: Sequence[Entry]) -> bytes:
        """Check what shows in one process and with one ledger; returns the file."""
        before = [_told(entry) for entry in entries]
        once, out = _Once(entries), io.BytesIO()
        try:
            self._function(once, out, **self._options)
        except Exception as error:
            what = f"failed on a ledger of {len(entries)} entries: {type(error).__name__}: {error}."
            raise AssertionError(f"{self._name} {what}") from error
        self._require(once.asked < 2, "asked for the entries twice; they are read once, so keep what you need again.")
        self._require(
            not out.closed, "closed its file; leave that to whoever opened it, and detach what you wrap it in."
        )
        changed = [entry for entry, told in zip(entries, before, strict=True) if _told(entry) != told]
        self._require(not changed, f"changed {changed}; copy what you want to change.")
        file = out.getvalue()

        out = io.BytesIO()
        self._function(_Once([Entry._make(entry) for entry in entries]), out, **self._options)
        self._require_same(file, out.getvalue(), "the second time, from the same entries")

        broken = _Once(entries, until=len(entries) // 2)
        self._require(
            self._fails(broken, io.BytesIO()) or not broken.raised,
            "swallowed an error that the entries raised, so a part would pass for the whole; let errors through.",
        )
        if file:
            self._require(
                self._fails(_Once(entries), _FullDisk(len(file) // 2)),
                "swallowed the error of a full disk, so a part would pass for the whole; let errors through.",
            )
        return file

    def check_withheld(self) -> None:
        """Check that nothing is in the file that was withheld, though the same words were exported before."""
        told = [Entry(*entry[:4], entry.body.replace(b"DHR coordinator", _UNSEEN.encode())) for entry in everything()]
        self._function(_Once(told), io.BytesIO(), **self._options)
        withheld, out = Audience("nobody", Profile(withheld=("by.name",), names=(_UNSEEN,))), io.BytesIO()
        self._function(_Once([*withheld.shown(told)]), out, **self._options)
        self._require(
            _UNSEEN.encode() not in _words_in(out.getvalue()),
            f"wrote {_UNSEEN!r}, which was withheld from it; say nothing but what the entries say that you are given.",
        )

    def check_golden(self, golden: Path) -> None:
        """Check the file of `everything()` against the one that is kept."""
        out = io.BytesIO()
        self._function(_Once(everything()), out, **self._options)
        if not golden.exists():
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_bytes(out.getvalue())
            raise AssertionError(f"There was no {golden}, and it was made; look at it, and keep it if it is right.")
        self._require_same(golden.read_bytes(), out.getvalue(), f"than those that are kept in {golden.name}")

    def check_elsewhere(self, exported: Sequence[tuple[Sequence[Entry], bytes]]) -> None:
        """Check what shows in another process, where everything but the entries is different."""
        seen = send(errand(self._function, self._options, [entries for entries, _ in exported]))
        self._require(
            not seen.failed, f"failed in another process, with another locale, time zone and home: {seen.failed}."
        )
        self._require(not seen.wrote, f"wrote {', '.join(seen.wrote)}; write to `out` and nowhere else.")
        self._require(
            not seen.called, f"called {', '.join(seen.called)} over the network; an export needs nobody else."
        )
        self._require(not seen.clock, f"read the clock ({'; '.join(seen.clock)}); take the time from the entries.")
        for (_, here), there in zip(exported, seen.made, strict=True):
            self._require_same(here, there, "later, in another time zone, locale, home and order of hashing")

    def _fails(self, entries: Iterable[Entry], out: BinaryIO) -> bool:
        try:
            self._function(entries, out, **self._options)
        except Exception:
            return True
        return False

    def _require(self, kept: bool, fault: str) -> None:
        if not kept:
            raise AssertionError(f"{self._name} {fault}")

    def _require_same(self, one: bytes, other: bytes, when: str) -> None:
        at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
        start = max(0, at - 20)
        self._require(
            one == other,
            f"wrote other bytes {when}: {one[start : at + 20]!r} became {other[start : at + 20]!r} at byte {at}; "
            "sort what has no order, name the encoding, and take times from the entries.",
        )


def _words_in(file: bytes) -> bytes:
    """The bytes of *file*, and of every part of it where it is a zip archive."""
    if not zipfile.is_zipfile(io.BytesIO(file)):
        return file
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return b"\n".join([file, *(archive.read(part) for part in archive.namelist())])


def _told(entry: Entry) -> str:
    """All that an entry says."""
    return repr(
        (
            tuple(entry),
            entry.event,
            entry.by,
            entry.recorded_at,
            entry.effective,
            entry.reason,
            entry.source,
            entry.batch,
        )
    )


class _Interrupted(Exception):
    """What entries raise that cannot be read any further."""


class _Once:
    """Entries as a host hands them over: to be gone through once, not to be counted or picked from.

    After *until* of them they raise an error, as a ledger does whose next entry is damaged.
    """

    def __init__(self, entries: Sequence[Entry], until: int | None = None) -> None:
        self._entries = entries
        self._until = until
        self.asked = 0
        self.raised = False

    def __iter__(self) -> Iterator[Entry]:
        self.asked += 1
        yield from self._entries[: self._until]
        if self._until is not None:
            self.raised = True
            raise _Interrupted("the next entry cannot be read")


class _FullDisk(io.BytesIO):
    """A file that takes so many bytes and no more."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self._room = room

    def write(self, data: Any, /) -> int:
        if self.tell() + memoryview(data).nbytes > self._room:
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        return super().write(data)

    def writelines(self, lines: Iterable[Any], /) -> None:
        for line in lines:
            self.write(line)
