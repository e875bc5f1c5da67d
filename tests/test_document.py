"""What every document says of itself, and what is understood of that when it comes back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dhr_ledger import Ledger
from dhr_ledger.action import CreateAction
from dhr_ledger.audience import Audience, Profile
from dhr_ledger.document import foot, in_capitals, keys_of_sections, made_from, marks_in, said_of_withheld
from dhr_ledger.errors import ImportRefused
from dhr_ledger.legible import illegible, legible, said_of_lost
from dhr_ledger.review import AddSection, OpenReview, Review

DAY = date(2014, 3, 31)


@pytest.mark.parametrize(
    ("head", "expected"),
    [("42", 42), (" 42\n", 42), ("0", 0), ("-1", None), ("4.5", None), ("", None), ("٤٢", None), ("9" * 5_000, None)],
)
def test_the_head_that_a_file_was_made_from_is_a_whole_number(head, expected):
    assert expected == made_from({"dhr-ledger-head": head, "other": "7"}, "plan.docx")


def test_a_file_that_says_nothing_was_made_from_no_ledger():
    assert None is made_from({}, "plan.docx")
    assert None is made_from({"dhr-ledger-as-at": " "}, "plan.docx")


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2014-03-31", "31 March 2014"),
        (" 2014-03-31T00:00:00 ", "31 March 2014"),
        ("31/03/2014", "another day"),
        ("2014-02-30", "another day"),
    ],
)
def test_a_file_that_shows_a_plan_as_it_stood_on_a_day_is_refused(said, day):
    with pytest.raises(ImportRefused) as refused:
        made_from({"dhr-ledger-head": "42", "dhr-ledger-as-at": said}, "plan.docx")
    assert (
        f"plan.docx shows the plan as it stood on {day} and is not for handing in again; "
        "export it without --as-at for that.",
    ) == refused.value.faults


def test_a_marking_stands_in_capitals_on_one_line():
    assert "OFFICIAL-SENSITIVE [PERSONAL DATA]" == in_capitals(" official-sensitive\n[personal\tdata] ")


def test_the_foot_of_a_page_names_the_reviews_as_long_as_there_is_room():
    assert "DHR7, DHR8 · as at 31 March 2014" == foot([Review("DHR7"), Review("DHR8")], DAY)
    assert "22 reviews · as at 31 March 2014" == foot([Review(f"DHR{number}") for number in range(22)], DAY)
    assert "Of a long name · as at 31 March 2014" == foot([Review("D" * 81, title=" Of a\nlong  name")], DAY)
    assert "as at 31 March 2014" == foot([], DAY)


@given(st.text(max_size=90))
def test_the_foot_of_a_page_is_one_line_that_can_be_shown(words):
    said = foot([Review("D" * 81, title=words)], DAY)
    assert (said, 0) == (legible(said), illegible(said))
    assert 1 == len(said.splitlines())


def test_characters_that_cannot_be_shown_are_counted_in_a_sentence():
    assert "" == said_of_lost(0)
    assert "1 character has no letter in this document and is shown as �; the ledger keeps it." == said_of_lost(1)
    assert (
        "1,200 characters have no letter in this workbook and are shown as �; the ledger keeps them."
        == said_of_lost(1_200, "workbook")
    )


def test_a_key_that_a_heading_does_not_show_is_told():
    """A reference says the key alone, and whoever reads it has the headings."""
    sections = {
        "WMP": "West Midlands Police",
        "HOM": "Homelessness (HOM)",
        "Housing": "Housing",
        "X": " ",
        "EY": "Early\nYears",
    }
    review = Review("DHR7", sections=sections)
    assert "WMP is West Midlands Police; EY is Early Years" == keys_of_sections([review])
    assert "" == keys_of_sections([])
    other = Review("DHR8", sections={"WMP": "Police"})
    assert keys_of_sections([review, other]).endswith("DHR7:EY is Early Years; DHR8:WMP is Police")


def test_the_marks_of_what_is_withheld_are_explained_where_they_stand():
    with Ledger() as ledger:
        entries = ledger.record(
            OpenReview(review="DHR7", title="Review"),
            AddSection(section="DHR7:WMP", heading="Police"),
            CreateAction(action="DHR7:WMP:1", text="Train Jane Doe"),
            by="Board",
        )
    seen = "that the ledger holds and this document does not show"

    def said(**withheld):
        return said_of_withheld(marks_in(*Audience("public", Profile(**withheld)).shown(entries)))

    assert "" == said(withheld=["reason"])
    assert f"[withheld] stands for words {seen}" == said(withheld=["ActionCreated.text"])
    assert f"[name withheld] stands for a name {seen}" == said(names=["Jane Doe"])
    assert f"[withheld] stands for words and [name withheld] stands for a name {seen}" == said(
        withheld=["SectionAdded.heading"], names=["Jane Doe"]
    )
