"""`audit-trail.csv`: one row an entry, for Home Office quality assurance and for whoever audits after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from dhr_ledger.entry import Entry
from dhr_ledger.exporters.table import write_table
from dhr_ledger.history import outlined

HEADINGS = (
    "position",
    "reference",
    "version",
    "recorded_at",
    "effective",
    "by",
    "agency",
    "role",
    "event",
    "what_happened",
    "was",
    "to",
    "reason",
    "source",
    "batch",
)


def export_audit_trail(entries: Iterable[Entry], out: BinaryIO) -> None:
    """The audit trail: one row an entry, who changed what, from what to what, when and why."""
    write_table(HEADINGS, _rows(entries), out)


def _rows(entries: Iterable[Entry]) -> Iterator[tuple[str, ...]]:
    for entry in entries:
        by, source = entry.by, entry.source
        yield (
            str(entry.position),
            entry.reference,
            str(entry.version),
            entry.recorded_at.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z",
            entry.effective or "",
            by.name,
            by.agency or "",
            by.role or "",
            entry.type.partition(".")[0],
            *outlined(entry.event),
            entry.reason or "",
            str(source) if source else "",
            str(entry.batch),
        )
