"""How a table is measured: where a long word may break, and how room is given out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dhr_ledger_pdf.layout import BREAK, breakable, divided


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("BDHR2012/13-04:CSC:9,", ["BDHR2012/", "13-", "04:", "CSC:9,"]),
        ("https://example.org/a/plan.pdf", ["https://", "example.", "org/", "a/", "plan.pdf"]),
        ("Unbreakable", ["Unbreakable"]),
    ],
)
def test_where_a_long_word_may_break(word, pieces):
    assert pieces == breakable(word, 6.0).replace("\u200b", "").split(BREAK)


@given(st.lists(st.integers(0, 50_000)), st.integers(1, 20_000))
def test_whatever_is_divided_is_given_out_and_no_more(wanted, whole):
    given = divided(whole, wanted)
    assert all(0 <= got <= want for got, want in zip(given, wanted, strict=True))
    assert pytest.approx(min(whole, sum(wanted))) == sum(given)
    short = [got for got, want in zip(given, wanted, strict=True) if got < want]
    assert not short or pytest.approx(max(given)) == min(short)
