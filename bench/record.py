"""Recording: one change a transaction, and many in one; the limit is SQLite alone writing the same bytes."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from ledgers import BY, bare_table, change, connection, creation, fill, opening, rows
from measure import Figure, in_turns, per_second

from dhr_ledger import Ledger

INSERT = "insert into entries values (?,?,?,?,?)"


def figures() -> Iterator[Figure]:
    """One change a transaction at either durability, 20,000 in batches, and what an entry takes on the disk."""
    yield one_by_one("full", "≤ 1.5 ×")
    yield one_by_one("normal", "≤ 5 ×")
    yield in_batches()
    yield on_disk()


def one_by_one(durability: Literal["full", "normal"], bar: str) -> Figure:
    """Four hundred changes of twenty actions, each in a transaction of its own."""
    with TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder, "ours.db"), durability=durability)
        ledger.record(*opening(), *(creation(nth) for nth in range(20)), by=BY)
        # Made beforehand, as the limit's rows are: what is measured is to record them.
        commands = iter([change(nth, turn) for turn in range(1, 201) for nth in range(20)])

        def ours() -> None:
            for command in itertools.islice(commands, 400):
                ledger.record(command, by=BY, reason="Board meeting")

        database = connection(Path(folder, "limit.db"), full=durability == "full")
        bare_table(database)
        # The limit writes the bytes of 400 such changes, numbered on so that each is a new one.
        ours()
        bodies = [row[1:] for row in itertools.islice(rows(Path(folder, "ours.db")), 22, None)]
        positions = itertools.count(1)
        same = itertools.cycle(bodies)

        def limit() -> None:
            for _ in range(400):
                position = next(positions)
                reference, _, kind, body = next(same)
                database.execute("begin immediate")
                database.execute(INSERT, (position, reference, position, kind, body))
                database.execute("commit")

        seconds, raw, ratio = in_turns(ours, limit)
        ledger.close()
        database.close()
    return Figure(
        f"record one change a transaction, durability {durability}",
        per_second(400, seconds),
        f"SQLite alone, same bytes and durability: {per_second(400, raw)}",
        ratio,
        bar,
    )


def in_batches(entries: int = 20_000, batch: int = 1_000) -> Figure:
    """Twenty thousand changes in calls of a thousand."""
    with TemporaryDirectory() as folder:
        made = itertools.count()
        source = fill(Path(folder, "source.db"), entries, actions=batch)
        bodies = list(itertools.islice(rows(source), entries))
        commands = [[change(nth, turn) for nth in range(batch)] for turn in range(1, entries // batch + 1)]

        def ours() -> None:
            with Ledger(Path(folder, f"ours{next(made)}.db"), durability="full") as ledger:
                ledger.record(*opening(), *(creation(nth) for nth in range(batch)), by=BY)
                for many in commands:
                    ledger.record(*many, by=BY, reason="Board meeting")

        def limit() -> None:
            database = connection(Path(folder, f"limit{next(made)}.db"), full=True)
            bare_table(database)
            for begin in range(0, entries, batch):
                database.execute("begin immediate")
                database.executemany(INSERT, bodies[begin : begin + batch])
                database.execute("commit")
            database.close()

        seconds, raw, ratio = in_turns(ours, limit, turns=5)
    return Figure(
        f"record {entries:,} in batches of {batch:,}",
        per_second(entries, seconds),
        f"executemany, same bytes: {per_second(entries, raw)}",
        ratio,
        "none set",
    )


def on_disk(entries: int = 20_000) -> Figure:
    """What an entry takes in the file, index and all."""
    with TemporaryDirectory() as folder:
        path = fill(Path(folder, "ours.db"), entries, actions=1_000)
        database = sqlite3.connect(path)
        database.execute("pragma wal_checkpoint(truncate)")
        ((count, body),) = database.execute("select count(*), sum(length(state)) from stored_events")
        database.close()
        size = path.stat().st_size
    return Figure(
        "bytes on disk an entry",
        f"{size / count:,.0f}",
        f"its canonical JSON alone: {body / count:,.0f}",
        size / body,
        "≤ 600 bytes",
    )
