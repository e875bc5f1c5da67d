"""dhr-ledger: the audit trail of domestic homicide review action plans.

Every change to a plan is an entry that is never rewritten; where the plan stands, at any date, is folded from the
entries.  Five names do most of the work: `Ledger`, `action_plan`, `export`, `acting` and the commands, which live in
`dhr_ledger.review` and `dhr_ledger.action`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dhr_ledger.entry import Entry
    from dhr_ledger.errors import LedgerError
    from dhr_ledger.exports import export, issue
    from dhr_ledger.history import sentence
    from dhr_ledger.hookspecs import hookimpl
    from dhr_ledger.ledger import Ledger, acting
    from dhr_ledger.plan import action_plan
    from dhr_ledger.provenance import Actor

_HOMES = {
    "Actor": "provenance",
    "Entry": "entry",
    "Ledger": "ledger",
    "LedgerError": "errors",
    "acting": "ledger",
    "action_plan": "plan",
    "export": "exports",
    "hookimpl": "hookspecs",
    "issue": "exports",
    "sentence": "history",
}

__all__ = [
    "Actor",
    "Entry",
    "Ledger",
    "LedgerError",
    "acting",
    "action_plan",
    "export",
    "hookimpl",
    "issue",
    "sentence",
]


def __getattr__(name: str) -> Any:
    """Bring in what is asked for, when it is asked for: a program that only registers a hook loads no database."""
    if name in _HOMES:
        return getattr(import_module(f"dhr_ledger.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'dhr_ledger' has no attribute {name!r}")
