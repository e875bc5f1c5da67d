"""What a printed target date means, and what it is never taken to mean."""

from __future__ import annotations

import datetime
import json
import time
from calendar import monthrange
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from dhr_ledger import target_date
from dhr_ledger.errors import BadTargetDate
from dhr_ledger.review import Stage
from dhr_ledger.target_date import AwaitedStage, TargetDate

MONTHS = [
    *["January", "February", "March", "April", "May", "June"],
    *["July", "August", "September", "October", "November", "December"],
]
ORDINALS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}

# The days that can be printed: a year is written in four digits of the last or of this century, or in two of this one.
days = st.dates(date(1900, 1, 1), date(2099, 12, 31))
days_of_this_century = st.dates(date(2000, 1, 1), date(2099, 12, 31))
# Words of plans in any order, which come near to a date far more often than any text does.
near_dates = st.lists(
    st.sampled_from(
        [
            *["1", "31", "12", "2014", "14", "99", "1st", "3", "²", "٣", "31/01/2013", "2013-04-01", "Q3", "2014/15"],
            *["March", "Sept", "may", ".", "/", "-", "–", ",", ";", ":", "(", ")", "?", "'", "|", "\n", "\xa0"],
            *["of", "to", "and", "or", "by", "end", "from", "after", "post", "publication", "review", "the", "weeks"],
            *["ongoing", "TBC", "N/A", "one", "month", "completed"],
        ]
    ),
    max_size=12,
).flatmap(lambda words: st.sampled_from(["", " "]).map(lambda glue: glue.join(words)))
texts = st.one_of(st.text(), near_dates)


def span(text: str) -> tuple[str, str | None, str | None]:
    """The kind of *text* with its first and last day."""
    read = TargetDate.read(text)
    return read.kind, str(read.earliest) if read.earliest else None, str(read.latest) if read.latest else None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31.01.13", "2013-01-31"),
        ("31/01/2013", "2013-01-31"),
        ("1/4/2013", "2013-04-01"),
        ("01-04-13", "2013-04-01"),
        ("03/04/2014", "2014-04-03"),
        ("13-04-01", "2001-04-13"),
        ("2013-04-01", "2013-04-01"),
        ("2013-04-01 00:00:00", "2013-04-01"),
        ("1st April 2014", "2014-04-01"),
        ("1 April 14", "2014-04-01"),
        ("the 1st of April, 2014", "2014-04-01"),
        ("Tuesday 1st April 2014", "2014-04-01"),
        ("31st Jan.2013", "2013-01-31"),
        ("31-Mar-14", "2014-03-31"),
        ("March 31st, 2014", "2014-03-31"),
        ("March 14 2014", "2014-03-14"),
        ("1. 31 January 2020", "2020-01-31"),
        ("2) 31/01/2020", "2020-01-31"),
        ("31–01–2013", "2013-01-31"),
        ("31\xa0January\u20092013", "2013-01-31"),
        ("３１/０１/２０１３", "2013-01-31"),
        ("End of March 2015", "2015-03-31"),
        ("by end of April 2014", "2014-04-30"),
        ("by the end of Feb-16", "2016-02-29"),
        ("end of Q3 2014/15", "2014-12-31"),
        ("end of 2014", "2014-12-31"),
        ("end of the financial year 2014/15", "2015-03-31"),
        ("To be completed on 1/4/2014", "2014-04-01"),
        ("Training completed by 1/4/2014", "2014-04-01"),
    ],
)
def test_a_day_is_read_day_first(text: str, day: str) -> None:
    assert ("day", day, day) == span(text)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("Mar-14", "2014-03"),
        ("Sept-14", "2014-09"),
        ("Jul-14", "2014-07"),
        ("November 2013", "2013-11"),
        ("Nov 2013", "2013-11"),
        ("Nov ’13", "2013-11"),
        ("Sept. 2014", "2014-09"),
        ("november\n2013", "2013-11"),
        ("FEB 16", "2016-02"),
        ("03/2014", "2014-03"),
        ("2014-03", "2014-03"),
        ("by May 2014", "2014-05"),
        ("Phase 1 June 2014", "2014-06"),
        ("Revised guidance agreed by June 2014", "2014-06"),
        ("June 2014 (subject to funding)", "2014-06"),
    ],
)
def test_a_month_is_due_at_its_end(text: str, month: str) -> None:
    year, number = map(int, month.split("-"))
    assert ("month", f"{month}-01", f"{month}-{monthrange(year, number)[1]}") == span(text)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Q1 2014/15", ("quarter", "2014-04-01", "2014-06-30")),
        ("Q3 2014/15", ("quarter", "2014-10-01", "2014-12-31")),
        ("Q4 99/00", ("quarter", "2100-01-01", "2100-03-31")),
        ("Q4 2014/15", ("quarter", "2015-01-01", "2015-03-31")),
        ("Quarter 2 of 14-15", ("quarter", "2014-07-01", "2014-09-30")),
        ("2014/2015 Q3", ("quarter", "2014-10-01", "2014-12-31")),
        ("Quarter 3 (October-Dec 2013)", ("quarter", "2013-10-01", "2013-12-31")),
        ("2014/15", ("year", "2014-04-01", "2015-03-31")),
        ("2013-14", ("year", "2013-04-01", "2014-03-31")),
        ("during 2014", ("year", "2014-01-01", "2014-12-31")),
        ("Apr-June 2014", ("range", "2014-04-01", "2014-06-30")),
        ("March/April 2014", ("range", "2014-03-01", "2014-04-30")),
        ("Dec-13 to Sept-14", ("range", "2013-12-01", "2014-09-30")),
        ("from Dec 2013 until Feb 2014", ("range", "2013-12-01", "2014-02-28")),
        ("1 April - 30 June 2014", ("range", "2014-04-01", "2014-06-30")),
        ("1 April -30 June 2014", ("range", "2014-04-01", "2014-06-30")),
        ("1 April 2014–30 June 2014", ("range", "2014-04-01", "2014-06-30")),
    ],
)
def test_quarters_are_of_the_financial_year_and_ranges_are_due_at_their_end(
    text: str, meaning: tuple[str, str, str]
) -> None:
    assert meaning == span(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *((words, "continuous") for words in ["Ongoing", "on-going", "1. On going", "Ongoing every school holiday"]),
        *((words, "continuous") for words in ["Annually", "termly", "every 6 months", "Ongoing from April 2014"]),
        *((words, "continuous") for words in ["April 2014 onwards", "Quarterly since 2012-13"]),
        *((words, "to be confirmed") for words in ["TBC", "tbc.", "To be confirmed once the Act is in force"]),
        *((words, "not applicable") for words in ["N/A", "n/a.", "Not applicable"]),
        *((words, "none") for words in ["", " \n\t", "\xa0", "-", "–"]),
    ],
)
def test_what_is_said_instead_of_a_date_has_no_days(text: str, kind: str) -> None:
    assert (kind, None, None) == span(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31 September 2020", "September 2020 has 30 days, not 31"),
        ("1. 31 September 2020", "September 2020 has 30 days, not 31"),
        ("29/02/2015", "February 2015 has 28 days, not 29"),
        ("00/01/2014", "January 2014 has 31 days, not 0"),
        ("12/13/14", "there is no month 13; the day comes first"),
        ("2014-13-01", "there is no month 13"),
        ("Q12014/15", "together with its year"),
        ("May", "no day, month or quarter stands in it together with its year"),
        ("14-Mar", "together with its year"),
        ("March 14th", "together with its year"),
        ("Q3 2014", "together with its year"),
        ("31/12/2105", "together with its year"),
        ("41729", "together with its year"),
        ("early in 2015", "together with its year"),
        ("Spring 2015", "together with its year"),
        ("20 working days", "together with its year"),
        ("before publication", "together with its year"),
        ("after publication of the new strategy", "together with its year"),
        ("2014/16", "2014/16 is no financial year"),
        ("Q3 2014/16", "2014/16 is no financial year"),
        ("2011-12", "may be a month or a financial year"),
        ("Dec-Feb 2014", "it ends before it begins"),
        ("Quarter 4 (Dec-Feb 2014)", "it ends before it begins"),
        ("June 2014 to March 2014", "it ends before it begins"),
        ("1-5 June 2014", "looks like a date and is none, or lacks its year"),
        ("March or April 2014", "lacks its year"),
        ("1.2.3.14", "looks like a date and is none"),
        ("31/01/2013/14", "looks like a date and is none"),
        ("1² June 2014", "looks like a date and is none"),
        ("June 2014, then 31 September", "lacks its year"),
        ("2-3 months after publication", "looks like a date and is none"),
        ("20 working days after publication", "how long after the stage"),
        ("several months after publication", "how long after the stage"),
        ("publication plus 3 months", "how long after the stage"),
        ("Completed 12.3.14", "with 'Completed' the date is not the one by which the action is due"),
        ("12.3.14 - done", "with 'done'"),
        ("From April 2014", "with 'From'"),
        ("before 1 April 2014", "with 'before'"),
        ("following the June 2013 audit", "with 'following the'"),
        ("mid-March 2015", "with 'mid-'"),
        ("June 2014?", "with '?'"),
        ("March 2014 or April 2014", "with 'or'"),
        ("March 2014\n" * 1_000, "it has 11,000 characters"),
    ],
)
def test_what_is_not_sure_is_unreadable_and_says_why(text: str, why: str) -> None:
    assert TargetDate(as_printed=text, kind="unreadable") == TargetDate.read(text)
    with pytest.raises(BadTargetDate) as refused:
        TargetDate.parse(text)
    message = str(refused.value)
    assert message.startswith(f"The target date {text!r} cannot be read: ")
    assert why in message
    assert message.endswith("; write it as 31/03/2015, 31 March 2015, March 2015, Q4 2014/15, Apr-June 2015, ongoing, "
                            "TBC or one month from publication.")  # fmt: skip


@pytest.mark.parametrize("text", ["", "  ", "–"])
def test_a_blank_is_read_but_cannot_be_typed_in(text: str) -> None:
    assert TargetDate(as_printed=text, kind="none") == TargetDate.read(text)
    with pytest.raises(BadTargetDate, match="it is blank"):
        TargetDate.parse(text)


def test_the_cure_in_the_error_can_be_typed_in() -> None:
    with pytest.raises(BadTargetDate) as refused:
        TargetDate.parse("soon")
    cure = str(refused.value).split("; write it as ")[1].removesuffix(".").replace(" or ", ", ").split(", ")
    assert ["day", "day", "month", "quarter", "range", "continuous", "to be confirmed", "relative"] == [
        TargetDate.parse(example).kind for example in cure
    ]


@pytest.mark.parametrize(
    ("text", "milestones", "earliest", "due"),
    [
        (
            "31.01.13. Then revised September 2013",
            [("31.01.13", "day"), ("Then revised September 2013", "month")],
            date(2013, 1, 31),
            date(2013, 9, 30),
        ),
        (
            "01/04/2013. Learning Board January 2015",
            [("01/04/2013", "day"), ("Learning Board January 2015", "month")],
            date(2013, 4, 1),
            date(2015, 1, 31),
        ),
        (
            "First figures delivered by November 2013; scheme adapted by June 2014.",
            [("First figures delivered by November 2013", "month"), ("scheme adapted by June 2014.", "month")],
            date(2013, 11, 1),
            date(2014, 6, 30),
        ),
        (
            "Jun 2013 and post review",
            [("Jun 2013", "month"), ("post review", "relative")],
            date(2013, 6, 1),
            None,
        ),
        (
            "March, June and September 2014",
            [("March", "month"), ("June", "month"), ("September 2014", "month")],
            date(2014, 3, 1),
            date(2014, 9, 30),
        ),
        (
            "1. 31 January 2020\n2. 28 February 2020",
            [("1. 31 January 2020", "day"), ("2. 28 February 2020", "day")],
            date(2020, 1, 31),
            date(2020, 2, 28),
        ),
        (
            "31.01.13 (draft) 31.03.13 (final)",
            [("31.01.13 (draft)", "day"), ("31.03.13 (final)", "day")],
            date(2013, 1, 31),
            date(2013, 3, 31),
        ),
        (
            "Pilot Apr-June 2014; report Dec 2013",
            [("Pilot Apr-June 2014", "range"), ("report Dec 2013", "month")],
            date(2013, 12, 1),
            date(2014, 6, 30),
        ),
        (
            "March 2014 and ongoing",
            [("March 2014", "month"), ("ongoing", "continuous")],
            date(2014, 3, 1),
            None,
        ),
    ],
)
def test_several_dates_are_milestones_in_their_own_words(
    text: str, milestones: list[tuple[str, str]], earliest: date, due: date | None
) -> None:
    read = TargetDate.read(text)
    assert "several" == read.kind
    assert milestones == [(milestone.as_printed, milestone.kind) for milestone in read.milestones]
    assert (earliest, due) == (read.earliest, read.due)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Post publication", "2014-01-31"),
        ("post–publication", "2014-01-31"),
        ("1. Publication", "2014-01-31"),
        ("once the final report has been published", "2014-01-31"),
        ("after the review has been published", "2014-01-31"),
        ("One month from publication of domestic homicide review", "2014-02-28"),
        ("within one month of publication", "2014-02-28"),
        ("13 months after the date of publication", "2015-02-28"),
        ("a year after publication", "2015-01-31"),
        ("two years after publication", "2016-01-31"),
        ("six weeks after publication of the report", "2014-03-14"),
        ("28 days from publication", "2014-02-28"),
        ("one month after submission to the Home Office", "2013-10-05"),
        ("after Home Office clearance", "2013-12-01"),
        ("when the review is concluded", None),
        ("post review", None),
        ("one month after the trial", None),
        ("Immediate", None),
        ("within 3 months", None),
    ],
)
def test_a_relative_date_is_due_once_its_stage_is_reached(text: str, due: str | None) -> None:
    stages: dict[Stage, date] = {
        "submitted": date(2013, 9, 5),
        "cleared": date(2013, 12, 1),
        "published": date(2014, 1, 31),
    }
    read = TargetDate.parse(text)
    assert ("relative", None, None) == (read.kind, read.due, read.due_after({}))
    assert due == ((on := read.due_after(stages)) and on.isoformat())


def test_a_relative_date_says_how_long_after_which_stage() -> None:
    read = TargetDate.read("two months from publication")
    assert ("published", 2, 0) == (read.after, read.months, read.days)
    read = TargetDate.read("within 3 months")
    assert (None, 3, 0) == (read.after, read.months, read.days)


def test_several_milestones_are_due_when_the_last_of_them_is() -> None:
    """Which is not known before all of them are."""
    read = TargetDate.read("Jun 2013 and post publication")
    assert read.due is None
    assert read.due_after({}) is None
    assert date(2013, 6, 30) == read.due_after({"published": date(2013, 2, 1)})
    assert date(2014, 2, 1) == read.due_after({"published": date(2014, 2, 1)})
    assert TargetDate.read("post review and post publication").due_after({}) is None


def test_a_stage_does_not_move_a_date_that_does_not_wait_for_it() -> None:
    assert date(2014, 3, 31) == TargetDate.read("Mar-14").due_after({"published": date(2020, 1, 1)})


def test_the_stages_waited_for_are_stages_of_a_review() -> None:
    assert set(get_args(AwaitedStage)) <= set(get_args(Stage))


@given(days)
def test_a_day_in_any_printed_style_reads_back_as_itself(day: date) -> None:
    name = MONTHS[day.month - 1]
    for text in (
        f"{day.day:02}/{day.month:02}/{day.year}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day.day}-{day.month}-{day.year}",
        day.isoformat(),
        f"{day.day} {name} {day.year}",
        f"{day.day}{ORDINALS.get(day.day, 'th')} {name} {day.year}",
        f"{day.day}{ORDINALS.get(day.day, 'th')} {name[:3]}.{day.year}",
        f"{name} {day.day}, {day.year}",
        f"1. {day.day} {name[:3].upper()} {day.year}",
    ):
        assert ("day", day.isoformat(), day.isoformat()) == span(text), text


@given(days_of_this_century)
def test_two_digits_are_a_year_of_this_century(day: date) -> None:
    for text in (f"{day.day:02}.{day.month:02}.{day.year % 100:02}", f"{day.day} {MONTHS[day.month - 1]} {day:%y}"):
        assert ("day", day.isoformat(), day.isoformat()) == span(text), text
    first, last = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    for text in (f"{MONTHS[day.month - 1][:3]}-{day:%y}", f"{MONTHS[day.month - 1]} {day:%y}"):
        assert ("month", first.isoformat(), last.isoformat()) == span(text), text


@given(days)
def test_a_month_in_any_printed_style_reads_back_as_itself(day: date) -> None:
    name = MONTHS[day.month - 1]
    first, last = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    for text in (f"{name} {day.year}", f"{name[:3]}-{day.year}", f"{name[:3]}. {day.year}", f"{day.month}/{day.year}"):
        assert ("month", first.isoformat(), last.isoformat()) == span(text), text
    assert ("day", last.isoformat(), last.isoformat()) == span(f"End of {name} {day.year}")


@given(days, days)
def test_two_days_joined_by_to_are_a_range_or_run_backwards(first: date, last: date) -> None:
    read = TargetDate.read(f"{first:%d.%m.%Y} to {last:%d.%m.%Y}")
    assert (("range", first, last) if first <= last else ("unreadable", None, None)) == (
        read.kind,
        read.earliest,
        read.latest,
    )


@given(texts)
@example("ſept 2014")
@example("31/٠١/2013")
@example("1. " * 5000)
def test_any_text_is_read_and_kept_as_printed(text: str) -> None:
    read = TargetDate.read(text)
    assert text == read.as_printed
    assert (read.earliest is None) == (read.latest is None)
    if read.earliest and read.latest:
        assert read.earliest <= read.latest
    assert (read.kind == "several") == (len(read.milestones) > 1)
    known = [day for milestone in read.milestones for day in (milestone.earliest, milestone.latest) if day]
    if known:
        assert (min(known), max(known)) == (read.earliest, read.latest)
    rest = text
    for milestone in read.milestones:
        assert milestone.as_printed in rest
        rest = rest.split(milestone.as_printed, 1)[1]


@given(texts)
def test_reading_and_parsing_agree(text: str) -> None:
    read = TargetDate.read(text)
    if read.kind in {"none", "unreadable"}:
        with pytest.raises(BadTargetDate):
            TargetDate.parse(text)
    else:
        assert read == TargetDate.parse(text)


@given(texts, st.text(" \t\n\r\xa0\u2003"), st.text(" \t\n\r\xa0\u2003"))
@example("31.01.13. Then revised September 2013", "   ", "  ")
def test_white_space_around_a_cell_changes_no_reading(text: str, before: str, after: str) -> None:
    bare, spaced = TargetDate.read(text), TargetDate.read(before + text + after)
    assert bare == spaced.model_copy(update={"as_printed": text})


@given(texts)
def test_a_year_is_never_made_up(text: str) -> None:
    """Every year of a reading stands in the text, in four digits or two, or is the other half of a financial year."""
    read = TargetDate.read(text)
    digits = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)
    for day in filter(None, (read.earliest, read.latest)):
        assert any(f"{year % 100:02}" in digits for year in (day.year, day.year - 1))


@given(texts)
def test_the_storage_format_loads_back_equal_and_holds_no_empty_field(text: str) -> None:
    read = TargetDate.read(text)
    stored = read.model_dump(mode="json")
    assert {"as_printed", "kind"} <= stored.keys()
    assert all(value for field, value in stored.items() if field != "as_printed")
    assert sorted(stored) == list(stored)
    assert read == TargetDate.model_validate(stored) == TargetDate.model_validate_json(read.model_dump_json())


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Mar-14", {"as_printed": "Mar-14", "earliest": "2014-03-01", "kind": "month", "latest": "2014-03-31"}),
        (
            "One month from publication",
            {"after": "published", "as_printed": "One month from publication", "kind": "relative", "months": 1},
        ),
        (
            "Jun-13; 6 weeks after the inquest",
            {
                "as_printed": "Jun-13; 6 weeks after the inquest",
                "earliest": "2013-06-01",
                "kind": "several",
                "latest": "2013-06-30",
                "milestones": [
                    {"as_printed": "Jun-13", "earliest": "2013-06-01", "kind": "month", "latest": "2013-06-30"},
                    {"as_printed": "6 weeks after the inquest", "days": 42, "kind": "relative"},
                ],
            },
        ),
        ("", {"as_printed": "", "kind": "none"}),
    ],
)
def test_the_storage_format(text: str, stored: dict[str, object]) -> None:
    assert stored == json.loads(TargetDate.read(text).model_dump_json())


@given(st.dates())
def test_a_target_date_on_a_day_is_that_day(day: date) -> None:
    on = TargetDate.on(day)
    assert (day.isoformat(), "day", day, day, day) == (on.as_printed, on.kind, on.earliest, on.latest, on.due)


def test_the_time_of_day_is_no_part_of_a_target_date() -> None:
    assert TargetDate.on(date(2014, 3, 31)) == TargetDate.on(datetime.datetime(2014, 3, 31, 9, 30, tzinfo=datetime.UTC))


@given(st.dates(max_value=date(9000, 1, 1)), st.integers(0, 600))
def test_months_after_a_stage_keep_the_day_or_end_with_the_month(reached: date, months: int) -> None:
    due = TargetDate(as_printed="", kind="relative", after="published", months=months).due_after({"published": reached})
    assert due is not None
    assert reached.year * 12 + reached.month + months == due.year * 12 + due.month
    assert due.day == reached.day or (due.day < reached.day and (due + timedelta(days=1)).day == 1)


def test_no_reading_looks_at_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(date):
        @classmethod
        def today(cls) -> Stopped:
            raise AssertionError("a reading looked at the clock")

        @classmethod
        def fromtimestamp(cls, timestamp: float) -> Stopped:
            raise AssertionError(f"a reading looked at the clock, {timestamp}")

    def stopped(*_: object) -> float:
        raise AssertionError("a reading looked at the clock")

    monkeypatch.setattr(target_date, "date", Stopped)
    for name in ("time", "time_ns", "localtime", "gmtime", "strftime", "strptime"):
        monkeypatch.setattr(time, name, stopped)
    for text in (
        "31.01.13",
        "May",
        "Mar-14",
        "March",
        "Q3 2014/15",
        "one month from publication",
        "TBC",
        "1/4",
        "soon",
    ):
        TargetDate.read(text)


def test_days_out_of_order_are_refused() -> None:
    with pytest.raises(
        BadTargetDate, match="'March' begins on 2014-03-02, after it ends on 2014-03-01; give the days in"
    ):
        TargetDate(as_printed="March", kind="range", earliest=date(2014, 3, 2), latest=date(2014, 3, 1)).in_order()
    with pytest.raises(BadTargetDate, match="has an earliest and a latest day, or neither"):
        TargetDate(as_printed="", kind="day", earliest=date(2014, 3, 2)).in_order()


@pytest.mark.parametrize(
    ("one", "other"), [("31/12/2013", "31 December 2013"), ("Mar-14", "March 2014"), ("Q3 2014/15", "Oct-Dec 2014")]
)
def test_one_date_written_in_two_ways_means_the_same(one: str, other: str) -> None:
    assert TargetDate.read(one).meaning == TargetDate.read(other).meaning


@pytest.mark.parametrize(
    ("one", "other"),
    [("31/12/2013", "Dec-13"), ("Mar-14", "Apr-14"), ("TBC", "Ongoing"), ("soon", "later"), ("TBC", "")],
)
def test_two_dates_do_not_mean_the_same(one: str, other: str) -> None:
    assert TargetDate.read(one).meaning != TargetDate.read(other).meaning


@pytest.mark.parametrize("offset", [{"months": 12_001}, {"days": 100_000}, {"months": 2**60}])
def test_no_date_waits_for_ages(offset: dict[str, int]) -> None:
    """A number that no calendar holds would stop every question about the plan."""
    with pytest.raises(ValidationError):
        TargetDate(as_printed="x", kind="relative", after="published", **offset)  # type: ignore[arg-type]


def test_a_date_beyond_the_calendar_is_not_known() -> None:
    waits = TargetDate(as_printed="x", kind="relative", after="published", months=12_000, days=99_999)
    assert waits.due_after({"published": date(9990, 1, 1)}) is None
