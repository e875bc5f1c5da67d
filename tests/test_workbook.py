"""The rows of a workbook are read back as they were put down, however many they are."""

from __future__ import annotations

import io
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from dhr_ledger import Ledger
from dhr_ledger.audience import Audience, Profile
from dhr_ledger.review import OpenReview
from dhr_ledger.workbook import HELD, Column, Row, Rows, folder_of, workbook

COLUMNS = (Column("Reference", 26), Column("Due", 12, "date"), Column("Days", 8, "number"))
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)  # an entry has no half characters
ROWS = st.lists(st.tuples(WORDS, st.none() | st.dates(), st.none() | st.integers(-(2**53), 2**53)))


def rows_of(*rows: Row) -> Rows:
    kept = Rows(COLUMNS)
    for row in rows:
        kept.add(row)
    return kept


@given(ROWS, ROWS)
def test_rows_are_read_back_as_they_were_put_down(first, further):
    kept = rows_of(*first)
    assert first == list(kept)
    for row in further:
        kept.add(row)
    assert (len(first) + len(further), [*first, *further]) == (len(kept), list(kept))


def test_more_rows_than_memory_should_hold_are_gone_through_twice_at_a_time():
    rows = [("word\n" * 100, date(2014, 3, 31), nth) for nth in range(2 * HELD // 500)]
    kept = rows_of(*rows)
    assert [(row, row) for row in rows] == list(zip(kept, kept, strict=True))


def test_what_waits_for_a_file_waits_in_its_folder(tmp_path):
    with (tmp_path / "plan.ods").open("wb") as out:
        assert str(tmp_path) == folder_of(out)
    assert None is folder_of(io.BytesIO())
    with open(0, closefd=False) as numbered:
        assert None is folder_of(numbered.buffer)


def test_a_workbook_for_an_audience_explains_the_marks_of_what_is_withheld():
    with Ledger() as ledger:
        entries = ledger.record(OpenReview(review="DHR7", title="The death of Jane Doe"), by="Board")
    shown = Audience("public", Profile(names=["Jane Doe"])).shown(entries)
    said = "[name withheld] stands for a name that the ledger holds and this document does not show"
    assert said == dict(workbook(shown, audience="public").facts)["Withheld"]
    assert "Withheld" not in dict(workbook(entries).facts)
