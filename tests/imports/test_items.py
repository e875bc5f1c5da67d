"""Several numbered actions in one cell, and what another cell of the row says of each."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dhr_ledger.imports.items import Item, aligned, items, without_number

STYLES = ["{}.", "{})", "({})"]

# Actions, with words that come near to a number of a list.
actions = st.lists(
    st.sampled_from(["Train", "5 days", "in 2014", "1.2.13", "of section 4.3", "all staff", "e.g. nurses", "(see 2)"]),
    min_size=1,
    max_size=4,
).map(" ".join)
# Numbers, words and breaks in any order, which come near to a list far more often than any text does.
near_lists = st.lists(
    st.sampled_from(
        [
            *["1. ", "2. ", "3. ", "1) ", "(a) ", "b) ", "(i) ", "ii. ", "1.2.13", "31. March"],
            *["Train", ".", " ", "\n", "\r\n", "• "],
        ]
    ),
    max_size=12,
).map("".join)
cells = st.one_of(st.text(), near_lists)


def numbered(cell: str) -> list[tuple[str, str]]:
    """The items of *cell*."""
    return [(item.number, item.words) for item in items(cell)]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1. Train\n2. Audit", [("1", "Train"), ("2", "Audit")]),
        ("  1) Train\n\n 2) Audit\n", [("1", "Train"), ("2", "Audit")]),
        ("1.Train\n2.Audit", [("1", "Train"), ("2", "Audit")]),
        ("(1) Train\r\n(2) Audit", [("1", "Train"), ("2", "Audit")]),
        ("a) Train\nb) Audit\nc) Tell", [("a", "Train"), ("b", "Audit"), ("c", "Tell")]),
        ("(i) Train\n(ii) Audit\n(iii) Tell", [("i", "Train"), ("ii", "Audit"), ("iii", "Tell")]),
        ("1. Train all\nstaff\n2. Audit", [("1", "Train all\nstaff"), ("2", "Audit")]),
        ("1. Train:\na) nurses\nb) doctors\n2. Audit", [("1", "Train:\na) nurses\nb) doctors"), ("2", "Audit")]),
        ("1. Train. 2. Audit. 3. Tell", [("1", "Train."), ("2", "Audit."), ("3", "Tell")]),
        ("1. Train\n2. Give\n3. 5 days of leave", [("1", "Train"), ("2", "Give"), ("3", "5 days of leave")]),
        ("1. 31 January 2020\n2. 28 February 2020", [("1", "31 January 2020"), ("2", "28 February 2020")]),
    ],
)
def test_a_numbered_list_is_its_items(cell, expected):
    assert expected == numbered(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "Train",
        "1. Train",
        "1. Train\n3. Audit",
        "2. Train\n3. Audit",
        "1. Train\n2. Audit\n2. Tell",
        "1. Train\n2. Audit\n1. Tell",
        "1. Train\n2) Audit",
        "1. Train. 2. Audit.",
        "Two things:\n1. Train\n2. Audit",
        "1.2.13 Train\n2.3.13 Audit",
        "1.5 days\n2.5 days",
        "1. Train within\n5. days",
        "1. Train\n31. March 2014",
        "The team grew from 1. 2. was too few. 3. is right.",
        "We met 1. Then 2. Then 3. Then went",
        "A. Khan\nB. Jones",
        "• Train\n• Audit",
        "1. \n2. ",
    ],
)
def test_what_is_no_list_beyond_doubt_has_no_items(cell):
    assert () == items(cell)


@given(st.lists(actions, min_size=2, max_size=9), st.sampled_from(STYLES), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_a_list_that_is_written_is_read(actions, style, line):
    cell = line.join(f"{style.format(nth)} {action}" for nth, action in enumerate(actions, 1))
    assert [(str(nth), action) for nth, action in enumerate(actions, 1)] == numbered(cell)


@given(cells)
@example("1. 2. 3. ")
def test_nothing_of_a_list_is_lost(cell):
    """What is left of the cell without its items is their numbers."""
    rest = cell
    for item in items(cell):
        before, found, rest = rest.partition(item.words)
        assert found
        assert item.number == before.strip().strip("().")
    assert not items(cell) or not rest.strip()


# The number of the row itself


@pytest.mark.parametrize(
    ("cell", "number", "expected"),
    [
        ("1. 31 January 2020", "1", "31 January 2020"),
        ("1. Complete", "1.", "Complete"),
        ("2) Complete", "2", "Complete"),
        ("(2) Complete", "2", "Complete"),
        ("1.Complete", "1", "Complete"),
        ("1.1 Complete", "1.1", "Complete"),
        ("1.1. Complete", "1.1", "Complete"),
        ("2. Complete", "1", "2. Complete"),
        ("1.2.13", "1", "1.2.13"),
        ("1.5 days", "1", "1.5 days"),
        ("1 January 2020", "1", "1 January 2020"),
        ("1.12 days", "1.1", "1.12 days"),
        ("11. Complete", "1", "11. Complete"),
        ("1.", "1", "1."),
        ("1. Train\n2. Audit", "1", "1. Train\n2. Audit"),
        ("Complete", "", "Complete"),
        ("Complete", "1", "Complete"),
    ],
)
def test_the_number_of_the_row_is_taken_from_a_cell(cell, number, expected):
    """Where it is the row's own, and nothing else that begins with the same figure."""
    assert expected == without_number(cell, number)


@given(cells, st.sampled_from(["1", "1.1", "2.", "", "(a)"]))
def test_nothing_but_the_number_is_taken(cell, number):
    assert cell.endswith(without_number(cell, number))


# What another cell says of each item

TWO = (Item("1", "Train"), Item("2", "Audit"))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1. March 2014\n2. April 2014", ({"1": "March 2014", "2": "April 2014"}, False)),
        ("March 2014", ({"1": "March 2014", "2": "March 2014"}, False)),
        ("1.2.13", ({"1": "1.2.13", "2": "1.2.13"}, False)),
        ("2-3 months", ({"1": "2-3 months", "2": "2-3 months"}, False)),
        ("12-14 March 2014", ({"1": "12-14 March 2014", "2": "12-14 March 2014"}, False)),
        ("", ({"1": "", "2": ""}, False)),
        ("1. Done", ({"1": "1. Done", "2": "1. Done"}, True)),
        ("1-2 Done", ({"1": "1-2 Done", "2": "1-2 Done"}, True)),
        ("Action 1 is done", ({"1": "Action 1 is done", "2": "Action 1 is done"}, True)),
        ("1. A\n2. B\n3. C", ({"1": "1. A\n2. B\n3. C", "2": "1. A\n2. B\n3. C"}, True)),
        ("a) A\nb) B", ({"1": "a) A\nb) B", "2": "a) A\nb) B"}, True)),
        ("Both:\n1. A\n2. B", ({"1": "Both:\n1. A\n2. B", "2": "Both:\n1. A\n2. B"}, True)),
    ],
)
def test_each_item_has_what_is_numbered_alike_or_the_whole_cell(cell, expected):
    """And where other numbers stand in it, that is doubtful."""
    assert expected == aligned(TWO, cell)


@given(cells)
def test_every_item_is_told_something(cell):
    parts, doubtful = aligned(TWO, cell)
    assert ["1", "2"] == list(parts)
    assert not doubtful or {cell} == set(parts.values())


@given(
    st.lists(actions, min_size=2, max_size=9).map(lambda told: tuple(Item(str(n), t) for n, t in enumerate(told, 1)))
)
def test_a_list_aligned_with_itself_is_itself(several):
    cell = "\n".join(f"{item.number}. {item.words}" for item in several)
    assert ({item.number: item.words for item in several}, False) == aligned(several, cell)
