"""Starting: importing the library, and asking the command line for help."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from measure import Figure, in_turns

DEPENDENCIES = "import eventsourcing.persistence, eventsourcing.sqlite, pydantic, orjson; pydantic.BaseModel"


def figures() -> Iterator[Figure]:
    """`import dhr_ledger` with all that recording needs, and `dhr-ledger --help`."""
    everything = (
        "import dhr_ledger; dhr_ledger.Ledger, dhr_ledger.action_plan; import dhr_ledger._store, dhr_ledger.action"
    )
    yield started("import dhr_ledger", "import dhr_ledger", "≤ 2 ×")
    yield started("import it with all that recording needs", everything, "≤ 2 ×")
    yield started(
        "dhr-ledger --help",
        "import sys; sys.argv = ['dhr-ledger', '--help']; from dhr_ledger.cli import main; main()",
        "none set",
    )


def started(promise: str, program: str, bar: str) -> Figure:
    """A fresh interpreter that runs *program*, less one that runs nothing, against one that imports what it needs."""
    bare, _, _ = in_turns(lambda: run("pass"), lambda: run("pass"), turns=9)
    ours, limit, _ = in_turns(lambda: run(program), lambda: run(DEPENDENCIES), turns=9)
    ratio = (ours - bare) / (limit - bare)
    return Figure(
        promise,
        f"{(ours - bare) * 1e3:.0f} ms",
        f"eventsourcing, pydantic and orjson alone: {(limit - bare) * 1e3:.0f} ms",
        ratio,
        bar,
    )


def run(program: str) -> None:
    """Run *program* in a fresh interpreter; what it prints is not looked at."""
    subprocess.run([sys.executable, "-c", program], stdout=subprocess.DEVNULL, check=True)
