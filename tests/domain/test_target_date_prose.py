"""Target dates among other words: what the words may do to a date, and the whole sentence when it cannot be read."""

from __future__ import annotations

from datetime import date

import pytest

from dhr_ledger.errors import BadTargetDate
from dhr_ledger.target_date import TargetDate, date_at

CURE = (
    "write it as 31/03/2015, 31 March 2015, March 2015, Q4 2014/15, Apr-June 2015, ongoing, TBC "
    "or one month from publication."
)


def milestones(text: str) -> list[tuple[str, date | None]]:
    """The words of each milestone of *text*, and the day on which it is due."""
    return [(milestone.as_printed, milestone.latest) for milestone in TargetDate.parse(text).milestones]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Immediate.", "relative"), ("ASAP.", "relative"), ("Within 3 months.", "relative"), ("N/A.", "not applicable")],
)
def test_a_full_stop_after_the_words_changes_nothing(text: str, kind: str) -> None:
    with_stop, without = TargetDate.parse(text), TargetDate.parse(text.removesuffix("."))
    assert kind == with_stop.kind
    assert without == with_stop.model_copy(update={"as_printed": without.as_printed})


@pytest.mark.parametrize("text", ["X", "XX", "N/AX", "ASAPX"])
def test_a_letter_is_not_a_blank(text: str) -> None:
    """A cell that was ticked with an X says something, and so does a letter that stands too many."""
    assert "unreadable" == TargetDate.read(text).kind


@pytest.mark.parametrize(
    "text",
    [
        "Ongoing, with a report every March",
        "Ongoing; figures of 2012 to the Board",
        "Ongoing (on-going)",
    ],
)
def test_ongoing_has_no_end_whatever_stands_beside_it(text: str) -> None:
    """A month without its year does not make it unreadable, and saying it twice does not make it several."""
    assert TargetDate(as_printed=text, kind="continuous") == TargetDate.read(text)


@pytest.mark.parametrize("before", ["", "Pilot ", "Starting "])
def test_from_before_a_range_says_nothing_more(before: str) -> None:
    """Whatever the words before it do to the range, they do with "from" and without."""
    plain, with_from = f"{before}Dec 2013 until Feb 2014", f"{before}from Dec 2013 until Feb 2014"
    assert TargetDate.read(plain) == TargetDate.read(with_from).model_copy(update={"as_printed": plain})


def test_a_year_said_once_holds_for_every_month_however_it_is_written() -> None:
    days = (date(2014, 4, 1), date(2014, 6, 30))
    for text in ("Apr-June 2014", "Apr-June, 2014", "Apr-June '14", "Apr-June-14"):
        read = TargetDate.parse(text)
        assert ("range", *days) == (read.kind, read.earliest, read.latest), text
    assert [
        ("March", date(2014, 3, 31)),
        ("June", date(2014, 6, 30)),
        ("Sept '14", date(2014, 9, 30)),
    ] == milestones("March, June and Sept '14")


def test_milestones_without_a_break_are_cut_after_each_date() -> None:
    assert [
        ("Draft March 2014", date(2014, 3, 31)),
        ("final June 2014", date(2014, 6, 30)),
    ] == milestones("Draft March 2014 final June 2014")


def test_a_milestone_is_not_cut_at_a_break_after_the_next_date() -> None:
    assert [
        ("Draft March 2014", date(2014, 3, 31)),
        ("final June 2014; then a launch", date(2014, 6, 30)),
    ] == milestones("Draft March 2014 final June 2014; then a launch")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is blank"),
        ("soon", "no day, month or quarter stands in it together with its year"),
        ("1-5 June 2014", "a part of it looks like a date and is none, or lacks its year"),
        (
            "20 working days after publication",
            "how long after the stage it falls due is not said in whole days, weeks, months or years",
        ),
        ("June 2014 to March 2014", "it ends before it begins"),
        ("Quarter 4 (Dec-Feb 2014)", "it ends before it begins"),
        ("early in March 2015", "with 'early in' the date is not the one by which the action is due"),
        ("12/13/14", "there is no month 13; the day comes first"),
        ("31 September 2020", "September 2020 has 30 days, not 31"),
        ("2011-12", "2011-12 may be a month or a financial year"),
        ("end of 2011-12", "end of 2011-12 may be a month or a financial year"),
        ("Q3 2014/16", "2014/16 is no financial year, which ends in the year after it begins"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(text: str, why: str) -> None:
    """The words, the reason and the cure, and nothing else."""
    with pytest.raises(BadTargetDate) as refused:
        TargetDate.parse(text)
    assert f"The target date {text!r} cannot be read: {why}; {CURE}" == str(refused.value)


def test_a_target_date_that_lacks_a_day_is_refused_in_one_sentence() -> None:
    with pytest.raises(BadTargetDate) as refused:
        TargetDate(as_printed="March", kind="day", earliest=date(2014, 3, 2)).in_order()
    assert "The target date 'March' lacks a day; a target date has an earliest and a latest day, or neither." == str(
        refused.value
    )


# One date in a text


@pytest.mark.parametrize(
    ("text", "at", "printed", "latest"),
    [
        ("12 March 2014: the pilot began", 0, "12 March 2014", date(2014, 3, 12)),
        ("Since 12 March 2014 it runs", 6, "12 March 2014", date(2014, 3, 12)),
        ("Sept \u201914 - trained", 0, "Sept \u201914", date(2014, 9, 30)),
        ("Q3 2014/15, and after", 0, "Q3 2014/15", date(2014, 12, 31)),
        ("31 September 2014 was missed", 0, "31 September 2014", None),
    ],
)
def test_the_date_that_begins_there_is_read_in_its_own_words(text: str, at: int, printed: str, latest: date) -> None:
    found = date_at(text, at)
    assert found is not None
    assert (printed, latest) == (found.as_printed, found.latest)
    assert (found.kind == "unreadable") == (latest is None)


@pytest.mark.parametrize("text", ["", "Since 12 March 2014", "March, June and July 2014", "March", "12"])
def test_where_no_date_with_a_year_begins_there_is_none(text: str) -> None:
    assert date_at(text) is None


def test_a_text_as_long_as_a_cell_may_be_is_read_and_a_longer_one_is_not() -> None:
    longest = "Mar-14" + " .." * 3_331 + "."
    assert 10_000 == len(longest)
    assert TargetDate.read(longest).kind == "month"
    assert TargetDate.read(longest + ".").kind == "unreadable"


def test_the_calendar_ends_with_the_year_9998() -> None:
    relative = TargetDate.parse("post publication")
    assert date(9998, 12, 31) == relative.due_after({"published": date(9998, 12, 31)})
    assert relative.due_after({"published": date(9999, 1, 1)}) is None
