"""The engine's own tests of a recorder, as it ships them, on ours.

The two that measure speed, and could not fail, are left out; so is the one of subscriptions, which it calls optional.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import ApplicationRecorder, StoredEvent
from eventsourcing.tests import persistence as shipped

from dhr_ledger._store import open_store


class InMemory:
    """Recorders of ledgers in memory."""

    test_performance = None
    test_concurrent_throughput = None

    @pytest.fixture(autouse=True)
    def _open(self, request: pytest.FixtureRequest) -> Iterator[None]:
        self._store = open_store(self.place(request))
        yield
        self._store.close()

    def place(self, request: pytest.FixtureRequest) -> Any:
        return None

    def new_originator_id(self) -> str:
        return f"DHR7:{uuid4()}"

    def create_recorder(self) -> ApplicationRecorder:
        return self._store._recorder  # type: ignore[return-value]


class InAFile(InMemory):
    """Recorders of ledgers in an SQLite file."""

    def place(self, request: pytest.FixtureRequest) -> Any:
        folder: Path = request.getfixturevalue("tmp_path")
        return folder / "engine.ledger"


class InPostgreSQL(InMemory):
    """Recorders of ledgers in PostgreSQL."""

    def place(self, request: pytest.FixtureRequest) -> Any:
        return request.getfixturevalue("new_postgresql_place")()


class _Forgetful:
    """A recorder that says nothing of positions, as the engine expects of one that keeps only streams."""

    def __init__(self, recorder: ApplicationRecorder) -> None:
        self.recorder = recorder
        self.select_events = recorder.select_events

    def insert_events(self, stored_events: Sequence[StoredEvent]) -> None:
        self.recorder.insert_events(stored_events)


class OfStreams:
    """Recorders as the engine uses them for streams alone."""

    def create_recorder(self) -> _Forgetful:
        return _Forgetful(super().create_recorder())  # type: ignore[misc]


class TestLogInMemory(InMemory, shipped.ApplicationRecorderTestCase[ApplicationRecorder]): ...


class TestLogInAFile(InAFile, shipped.ApplicationRecorderTestCase[ApplicationRecorder]): ...


class TestLogInPostgreSQL(InPostgreSQL, shipped.ApplicationRecorderTestCase[ApplicationRecorder]): ...


class TestStreamsInMemory(OfStreams, InMemory, shipped.AggregateRecorderTestCase): ...


class TestStreamsInAFile(OfStreams, InAFile, shipped.AggregateRecorderTestCase): ...


class TestStreamsInPostgreSQL(OfStreams, InPostgreSQL, shipped.AggregateRecorderTestCase): ...


class TestOrderInMemory(InMemory, shipped.NonInterleavingNotificationIDsBaseCase): ...


class TestOrderInAFile(InAFile, shipped.NonInterleavingNotificationIDsBaseCase): ...


class TestOrderInPostgreSQL(InPostgreSQL, shipped.NonInterleavingNotificationIDsBaseCase): ...


@pytest.mark.parametrize("tests", ["ApplicationRecorderTestCase", "AggregateRecorderTestCase"])
def test_the_engine_still_ships_what_is_run_here(tests):
    """A test that the engine adds to its recorders is run, and one that it renames is noticed."""
    of_speed = {"test_performance", "test_concurrent_throughput"}
    of_recorders = {
        "ApplicationRecorderTestCase": {"test_insert_select", "test_concurrent_no_conflicts"},
        "AggregateRecorderTestCase": {"test_insert_and_select"},
    }
    shipped_here = {name for name in vars(getattr(shipped, tests)) if name.startswith("test_")}
    assert of_recorders[tests] == shipped_here - of_speed
