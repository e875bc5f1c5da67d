"""Exporting; the limit is SELECT, orjson.loads and the standard library's csv, or SELECT and write."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from fold import SELECT
from ledgers import fill
from measure import Figure, in_turns, per_second

from dhr_ledger import Ledger
from dhr_ledger.exporters.audit_trail_csv import export_audit_trail
from dhr_ledger.exporters.entries_jsonl import export_entries

WHOLE = "select position, originator_id, originator_version, topic, state from stored_events order by position"


def figures() -> Iterator[Figure]:
    """audit-trail.csv and entries.jsonl of 20,000 entries."""
    with TemporaryDirectory() as folder:
        path = fill(Path(folder, "ours.db"), 20_000, actions=1_000)
        with Ledger(path) as ledger:
            database = sqlite3.connect(path)
            count = ledger.head

            def as_csv() -> None:
                writer = csv.writer(io.StringIO())
                for position, reference, version, kind, body in database.execute(WHOLE):
                    told = orjson.loads(body)
                    writer.writerow(
                        [
                            position,
                            reference,
                            version,
                            told["recorded_at"],
                            told["by"]["name"],
                            kind,
                            str(told["event"]),
                        ]
                    )

            def as_lines() -> None:
                out = io.BytesIO()
                for (body,) in database.execute(SELECT):
                    out.write(body)
                    out.write(b"\n")

            seconds, raw, ratio = in_turns(lambda: export_audit_trail(ledger.entries(), io.BytesIO()), as_csv, turns=5)
            yield Figure(
                "export audit-trail.csv",
                per_second(count, seconds),
                f"SELECT, orjson.loads, csv: {per_second(count, raw)}",
                ratio,
                "≥ 60,000/s or ≤ 1.7 ×",
            )
            seconds, raw, ratio = in_turns(lambda: export_entries(ledger.entries(), io.BytesIO()), as_lines, turns=5)
            yield Figure(
                "export entries.jsonl",
                per_second(count, seconds),
                f"SELECT and write: {per_second(count, raw)}",
                ratio,
                "≥ 60,000/s or ≤ 1.7 ×",
            )
            database.close()
