"""Reading: a whole ledger to where it stands, and the history of one action; the limit is SELECT and orjson.loads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from ledgers import action, fill
from measure import Figure, in_turns, peak_megabytes, per_second

from dhr_ledger import Ledger, action_plan

SELECT = "select state from stored_events order by position"
OF_ONE = "select state from stored_events where originator_id=? order by originator_version"


def figures(*, a_million: bool = True) -> Iterator[Figure]:
    """A hundred thousand entries, one action of twenty, verification, and a million in flat memory."""
    with TemporaryDirectory() as folder:
        path = fill(Path(folder, "whole.db"), 100_000, actions=1_000)
        yield whole(path)
        yield verified(path)
        yield one(fill(Path(folder, "twenty.db"), 20_000, actions=1_000))
        if a_million:
            yield flat(Path(folder))


def whole(path: Path) -> Figure:
    """Fold everything to where it stands now."""
    with Ledger(path) as ledger:
        database = sqlite3.connect(path)
        count = ledger.head
        seconds, raw, ratio = in_turns(
            lambda: action_plan(ledger.entries()),
            lambda: [orjson.loads(body) for (body,) in database.execute(SELECT)],
            turns=5,
        )
        database.close()
    return Figure(
        f"fold {count:,} entries to where the plan stands",
        per_second(count, seconds),
        f"SELECT and orjson.loads: {per_second(count, raw)}",
        ratio,
        "≤ 5 ×",
    )


def verified(path: Path) -> Figure:
    """Check every entry from its stored bytes."""
    with Ledger(path) as ledger:
        database = sqlite3.connect(path)
        count = ledger.head
        seconds, raw, ratio = in_turns(
            ledger.verify, lambda: [orjson.loads(body) for (body,) in database.execute(SELECT)], turns=3
        )
        database.close()
    return Figure(
        f"verify {count:,} entries",
        per_second(count, seconds),
        f"SELECT and orjson.loads: {per_second(count, raw)}",
        ratio,
        "none set",
    )


def one(path: Path) -> Figure:
    """Read one action of twenty entries and fold it."""
    with Ledger(path) as ledger:
        database = sqlite3.connect(path)
        references = [action(nth * 7 % 1_000) for nth in range(200)]

        def ours() -> None:
            for reference in references:
                action_plan(ledger.entries(reference))

        def limit() -> None:
            for reference in references:
                [orjson.loads(body) for (body,) in database.execute(OF_ONE, (reference,))]

        seconds, raw, ratio = in_turns(ours, limit)
        database.close()
    return Figure(
        "read and fold one action of 20 entries",
        f"{seconds / 200 * 1e3:.2f} ms",
        f"SELECT and orjson.loads: {raw / 200 * 1e3:.2f} ms",
        ratio,
        "none set",
    )


FOLD = """
import sys
from dhr_ledger import Ledger, action_plan
with Ledger(sys.argv[1]) as ledger:
    action_plan(ledger.entries())
"""


def flat(folder: Path) -> Figure:
    """The most memory that folding holds, for ten times the entries about as many actions.

    Reports of progress are part of the plan as it stands and so of what is held; these ledgers have none.
    """

    def peak(entries: int) -> float:
        return peak_megabytes(FOLD, fill(folder / f"{entries}.db", entries, actions=1_000, progress=False))

    small, large = peak(100_000), peak(1_000_000)
    return Figure(
        "fold 1,000,000 entries: peak memory",
        f"{large:,.0f} MB",
        f"100,000 entries of as many actions: {small:,.0f} MB",
        large / small,
        "flat",
    )
