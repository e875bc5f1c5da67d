"""The exporters that the core brings, registered by the same hook as anybody's.

Each is a module of its own; they are imported when somebody asks which exporters there are.
"""

from __future__ import annotations

from dhr_ledger.exporters.audit_trail_csv import export_audit_trail
from dhr_ledger.exporters.entries_jsonl import export_entries
from dhr_ledger.exporters.plan_csv import export_plan
from dhr_ledger.hookspecs import Register, hookimpl


@hookimpl
def register_exporters(register: Register) -> None:
    """Register what the core writes with nothing but the standard library and the entries' own bytes."""
    register("audit-trail.csv", export_audit_trail)
    register("entries.jsonl", export_entries)
    register("plan.csv", export_plan)
