"""The plan that ships: an action plan as first agreed in early 2013, and two years of what was recorded about it.

``plan/`` holds one CSV file a section, laid out as councils keep them.
``history.jsonl`` holds one batch a line: when it was recorded, by whom, and the commands.

It is fiction, built on the public facts of a published plan: its review reference, agencies, headings, target dates
and words for status are as printed there, and many of its numbers.  Every sentence, event and figure is invented.
Nothing here records what any agency did.  People appear as posts only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.resources import as_file, files
from typing import Any

import orjson

from dhr_ledger.command import Command
from dhr_ledger.commands import command_of
from dhr_ledger.imports import read_plan
from dhr_ledger.ledger import Ledger, utc_now
from dhr_ledger.provenance import Actor
from dhr_ledger.reconcile import reconcile
from dhr_ledger.review import OpenReview

_HERE = files(__name__)
REVIEW = "BDHR2012/13-04"
FIRST_MOMENT = datetime(2013, 2, 21, 10, tzinfo=UTC)
"""When the plan was taken in."""
LAST_MOMENT = datetime(2015, 2, 5, 11, tzinfo=UTC)
"""When the last entry was recorded."""
COORDINATOR = Actor(name="DHR coordinator", agency="Birmingham Community Safety Partnership", role="coordinator")


def load_example(place: str | os.PathLike[str] | None = None, *, clock: Callable[[], datetime] = utc_now) -> Ledger:
    """The example in a ledger of its own at *place* (`None` is memory): the plan taken in, then two years of entries.

    Each entry is recorded when the example says that it was; *clock* gives the time of what is recorded afterwards.
    Raises what `Ledger` and `Ledger.record` raise.
    """
    recorded_at: datetime | None = FIRST_MOMENT
    ledger = Ledger(place, clock=lambda: recorded_at or clock())
    try:
        ledger.record(*_plan(ledger), by=COORDINATOR)
        for batch in _history():
            recorded_at = datetime.fromisoformat(batch["recorded_at"])
            ledger.record(
                *map(command_of, batch["commands"]),
                by=Actor(**batch["by"]),
                reason=batch.get("reason"),
                effective=batch.get("effective"),
            )
    except BaseException:
        ledger.close()
        raise
    recorded_at = None
    return ledger


def _plan(ledger: Ledger) -> Iterator[Command]:
    """The commands that take the plan in, under the partnership that owns it."""
    with ExitStack() as until_read:
        tables = sorted((_HERE / "plan").iterdir(), key=lambda table: table.name)
        imported = read_plan(*(until_read.enter_context(as_file(table)) for table in tables), review=REVIEW)
    for command in reconcile(imported, ledger).commands:
        owned = {"partnership": COORDINATOR.agency} if isinstance(command, OpenReview) else {}
        yield command.model_copy(update=owned)


def _history() -> Iterator[dict[str, Any]]:
    """What was recorded afterwards, batch by batch."""
    for line in (_HERE / "history.jsonl").read_bytes().splitlines():
        yield orjson.loads(line)
