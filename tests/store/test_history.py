"""A store against the plainest ledger there is: a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from dhr_ledger._store import Moved, open_store, store
from dhr_ledger.entry import Row

# References that begin alike, sort next to each other, or mean something to a database.
REFERENCES = st.sampled_from(
    [
        "A",
        "A:B",
        "A:B:1",
        "A:B:10",
        "A:B1",
        "A;",
        "A:",
        "A::",
        "A_",
        "A%",
        "a",
        "Á:1",
        f"A:{chr(0x10FFFF)}",
        "AB:🏠",
        "B",
    ]
) | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
BODIES = st.binary(max_size=40)
POSITIONS = st.none() | st.integers(-2, 40)


class History(RuleBasedStateMachine):
    """Everything that can be done to a store, done to it and to a list of rows."""

    def __init__(self, place: Any) -> None:
        super().__init__()
        self.place = place
        self.ledger = open_store(place)
        self.rows: list[Row] = []

    def version(self, reference: str) -> int:
        return sum(row.reference == reference for row in self.rows)

    @rule(said=st.lists(st.tuples(REFERENCES, BODIES), max_size=7), only_read=st.sets(REFERENCES, max_size=2))
    def append(self, said: list[tuple[str, bytes]], only_read: set[str]) -> None:
        """Entries of one stream or of many are appended together."""
        expected = {reference: self.version(reference) for reference in [*only_read, *(said[0] for said in said)]}
        last, versions = (self.rows or [None])[-1], dict(expected)
        for reference, body in said:
            versions[reference] += 1
            self.rows.append(Row(len(self.rows) + 1, reference, versions[reference], "Said.v1", body))

        def rows(position: int, told: Row | None) -> list[Row]:
            assert (len(self.rows) - len(said) + 1, last) == (position, told)
            return self.rows[position - 1 :]

        self.ledger.append(expected, rows)

    @rule(right=st.sets(REFERENCES, max_size=3), wrong=REFERENCES, by=st.sampled_from([-2, -1, 1, 5]))
    def append_too_late(self, right: set[str], wrong: str, by: int) -> None:
        """A stream that has moved stops the append and is named, among others that have not."""
        expected = {reference: self.version(reference) for reference in right - {wrong}}
        expected[wrong] = self.version(wrong) + by
        with pytest.raises(Moved) as moved:
            self.ledger.append(expected, lambda position, last: pytest.fail("the rows were made"))
        assert (wrong, expected[wrong], self.version(wrong)) == (
            moved.value.reference,
            moved.value.expected,
            moved.value.actual,
        )

    @rule(below=st.none() | REFERENCES, after=st.integers(-2, 40), until=POSITIONS)
    def read(self, below: str | None, after: int, until: int | None) -> None:
        """Every combination of bounds and scope gives what the list gives."""
        assert [
            row
            for row in self.rows
            if (below is None or row.reference == below or row.reference.startswith(f"{below}:"))
            and after < row.position <= (len(self.rows) if until is None else until)
        ] == list(self.ledger.read(below, after, until))

    @rule(reference=REFERENCES, after=st.integers(-1, 9))
    def stream(self, reference: str, after: int) -> None:
        """A stream is its rows above a version."""
        assert [row for row in self.rows if row.reference == reference and row.version > after] == self.ledger.stream(
            reference, after
        )
        assert self.version(reference) == self.ledger.version(reference)

    @rule()
    def open_again(self) -> None:
        """A ledger that is kept somewhere is the same when it is opened again."""
        if self.place is not None:
            self.ledger.close()
            self.ledger = open_store(self.place)

    @invariant()
    def head(self) -> None:
        """The head is the number of rows."""
        assert len(self.rows) == self.ledger.head()

    def teardown(self) -> None:
        self.ledger.close()


@pytest.mark.parametrize(("batch", "narrow"), [(1_000, 50_000), (2, 3)])
def test_a_store_is_a_list_that_is_only_ever_added_to(
    new_place: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, batch: int, narrow: int
) -> None:
    """Whatever is done to a store, it answers as a list would, in large batches and in small ones."""
    monkeypatch.setattr(store, "BATCH", batch)
    monkeypatch.setattr(store, "NARROW", narrow)
    run_state_machine_as_test(lambda: History(new_place()), settings=settings(max_examples=25, stateful_step_count=25))
