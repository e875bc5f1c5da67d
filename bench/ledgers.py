"""Ledgers to measure on: made by recording real commands, always the same ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from dhr_ledger import Ledger
from dhr_ledger.action import ChangeStatus, CreateAction, RecordProgress, ReviseTargetDate, UpdateAction
from dhr_ledger.command import Command
from dhr_ledger.review import AddSection, OpenReview

REVIEW = "DHR7"
BY = "DHR coordinator"
SOMETHING = (
    "The partnership looks again at how a first contact is passed on between the specialist service, primary care and "
    "social care, and tells the board what came of it. "
)


def opening(review: str = REVIEW) -> list[Command]:
    """A review with one section."""
    return [
        OpenReview(review=review, title="A review to measure on"),
        AddSection(section=f"{review}:WMP", heading="Police"),
    ]


def action(nth: int, review: str = REVIEW) -> str:
    """The reference of the *nth* action."""
    return f"{review}:WMP:{nth}"


def creation(nth: int, review: str = REVIEW) -> Command:
    """The *nth* action comes to be."""
    return CreateAction(
        action=action(nth, review),
        text=f"Action {nth}. {SOMETHING}",
        lead=("Council", "Police", "Health", "Probation")[nth % 4],
        target_date="Mar-27",
        status="Not started",
    )


def change(nth: int, turn: int, review: str = REVIEW) -> Command:
    """Change *turn*, from 1 on, of the *nth* action: words, status, target date and, every tenth time, progress."""
    reference = action(nth, review)
    if turn % 10 == 9:
        return RecordProgress(action=reference, note=f"Report {turn}. {SOMETHING}")
    match turn % 3:
        case 0:
            return UpdateAction(action=reference, text=f"Action {nth}, version {turn}. {SOMETHING}")
        case 1:
            return ChangeStatus(action=reference, to=("Ongoing", "In progress", "Not started")[turn // 3 % 3])
        case _:
            day = f"{1 + turn % 28:02}/{1 + turn // 3 % 12:02}/{2027 + turn // 84 % 20}"
            return ReviseTargetDate(action=reference, to=day, reason=f"Board meeting {turn}: agreed after an update")


def fill(path: Path, entries: int, *, actions: int, progress: bool = True) -> Path:
    """A ledger file of about *entries* entries over so many *actions*, a batch a turn."""
    with Ledger(path, durability="normal") as ledger:
        ledger.record(*opening(), *(creation(nth) for nth in range(actions)), by=BY)
        turn = 0
        while ledger.head < entries:
            turn += 1
            if turn % 10 == 9 and not progress:
                continue
            ledger.record(*(change(nth, turn) for nth in range(actions)), by=BY, reason=f"Board meeting {turn}")
    return path


def connection(path: Path, *, full: bool) -> sqlite3.Connection:
    """SQLite alone, with the settings that the ledger uses."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("pragma journal_mode=wal")
    database.execute(f"pragma synchronous={'full' if full else 'normal'}")
    return database


def bare_table(database: sqlite3.Connection) -> None:
    """The ledger's table and index, and nothing else of it."""
    database.execute(
        "create table entries (position integer primary key, reference text not null, version integer not null,"
        " type text not null, body blob not null, unique (reference, version)) strict"
    )


def rows(path: Path) -> Iterator[tuple[object, ...]]:
    """What a ledger file holds, as SQLite alone reads it."""
    database = sqlite3.connect(path)
    yield from database.execute(
        "select position, originator_id, originator_version, topic, state from stored_events order by position"
    )
    database.close()


def at_noon() -> datetime:
    """A clock that stands still."""
    return datetime(2026, 11, 2, 12, tzinfo=UTC)
