"""What a test of your own needs: scenarios of commands, generated ledgers, and the contract of a plugin.

    from dhr_ledger.testing import check_exporter, given, ledgers

`given` needs nothing but dhr-ledger; the others need hypothesis (`pip install 'dhr-ledger[testing]'`) and bring it in
when they are asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dhr_ledger.testing.contract import check_exporter, check_importer
    from dhr_ledger.testing.scenario import given
    from dhr_ledger.testing.strategies import commands, events, ledgers

_HOMES = {
    "check_exporter": "contract",
    "check_importer": "contract",
    "commands": "strategies",
    "events": "strategies",
    "given": "scenario",
    "ledgers": "strategies",
}

__all__ = ["check_exporter", "check_importer", "commands", "events", "given", "ledgers"]


def __getattr__(name: str) -> Any:
    """Bring in what is asked for, when it is asked for."""
    if name in _HOMES:
        return getattr(import_module(f"dhr_ledger.testing.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'dhr_ledger.testing' has no attribute {name!r}")
