"""Who, when and where from, and the references that people write in minutes."""

from __future__ import annotations

import copy
import pickle
import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dhr_ledger.errors import BadActor, BadEffective, BadReference
from dhr_ledger.provenance import Actor, Effective, Source
from dhr_ledger.reference import (
    check_action,
    check_recommendation,
    check_review,
    check_section,
    check_stream,
    number_of,
    review_of,
    section_of,
)

# Actor


def test_a_plain_name_is_an_actor():
    """Blanks around it are no part of a name."""
    assert Actor(name="DHR coordinator") == Actor.of(" DHR coordinator ")


def test_an_actor_is_taken_as_it_is():
    chair = Actor(name="Chair", agency="Safer Town", role="Independent chair")
    assert chair is Actor.of(chair)


@pytest.mark.parametrize(
    ("actor", "told"),
    [
        (Actor(name="DHR coordinator"), "DHR coordinator"),
        (Actor(name="Chair", agency="Safer Town"), "Chair (Safer Town)"),
        (Actor(name="Chair", agency="Safer Town", role="Independent chair"), "Chair (Safer Town)"),
        (Actor(name="Chair", role="Independent chair"), "Chair"),
    ],
)
def test_an_actor_is_told_by_name_and_agency(actor, told):
    assert told == str(actor)


@pytest.mark.parametrize("nobody", [None, "", "  ", 7])
def test_nobody_records(nobody):
    with pytest.raises(BadActor) as caught:
        Actor.of(nobody)
    assert f"{nobody!r} names nobody; say who records this, like 'DHR coordinator'." == str(caught.value)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("x" * 201, "String should have at most 200 characters"),
        ("half \ud83d", "Input should be a valid string, unable to parse raw data as a unicode string"),
    ],
)
def test_a_name_has_to_be_one_that_can_be_kept(name, fault):
    with pytest.raises(BadActor) as caught:
        Actor.of(name)
    assert f"by={name!r} cannot be kept as a name: {fault}; write at most 200 characters." == str(caught.value)


@pytest.mark.parametrize("fields", [{"name": " "}, {"name": "Chair", "agency": ""}, {"name": "Chair", "post": "x"}])
def test_an_actor_has_no_blank_parts_and_no_others(fields):
    with pytest.raises(ValidationError):
        Actor(**fields)


# Effective


@pytest.mark.parametrize(
    ("text", "precision", "earliest", "latest"),
    [
        ("2013-09-14", "day", date(2013, 9, 14), date(2013, 9, 14)),
        ("2013-09", "month", date(2013, 9, 1), date(2013, 9, 30)),
        ("2012-02", "month", date(2012, 2, 1), date(2012, 2, 29)),
        ("1900-02", "month", date(1900, 2, 1), date(1900, 2, 28)),
        ("2013-12", "month", date(2013, 12, 1), date(2013, 12, 31)),
        ("2013", "year", date(2013, 1, 1), date(2013, 12, 31)),
        ("0001", "year", date(1, 1, 1), date(1, 12, 31)),
        ("9999-12", "month", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_a_time_is_known_to_the_day_the_month_or_the_year(text, precision, earliest, latest):
    """It begins with its first day, and counts from its last."""
    effective = Effective(text)
    assert (text, precision, earliest, latest) == (
        effective,
        effective.precision,
        effective.earliest,
        effective.latest,
    )


@pytest.mark.parametrize(
    "when",
    [
        *("", "2013-9", "2013-13", "2013-00", "2013-02-29", "2013-09-31", "0000", "13-09", "14/09/2013", "September"),
        *(
            "2013-09-14T10:00",
            "2013-09-14\n",
            " 2013",
            "20130914",
            "2013-",
            "2013-09-",
            "２０１３",
            "-2013",
            "2013-09-1",
        ),
        *(2013, None, b"2014"),
    ],
)
def test_a_time_is_written_as_iso_8601_has_it(when):
    with pytest.raises(BadEffective) as caught:
        Effective(when)
    assert f"{when!r} is no date; write it like 2013-09-14, 2013-09 or 2013." == str(caught.value)


def test_a_date_is_a_time():
    """A moment counts as its day."""
    assert "2013-09-14" == Effective(date(2013, 9, 14)) == Effective(datetime(2013, 9, 14, 23, 59, tzinfo=UTC))


def test_a_time_is_taken_as_it_is():
    september = Effective("2013-09")
    assert september is Effective(september)
    assert (september, Effective) == (pickle.loads(pickle.dumps(september)), type(copy.deepcopy(september)))


@given(st.dates(), st.sampled_from([10, 7, 4]))
def test_a_time_holds_its_days_and_no_others(day, length):
    """Its first day is not after its last; the day before and the day after are in it no more."""
    effective = Effective(day.isoformat()[:length])
    assert effective.earliest <= day <= effective.latest
    for neighbour, edge in ((-1, effective.earliest), (1, effective.latest)):
        if date.min < edge < date.max:
            outside = edge + timedelta(days=neighbour)
            assert effective != outside.isoformat()[:length]


@given(st.text(max_size=12))
def test_whatever_is_written_is_a_time_or_refused(text):
    try:
        effective = Effective(text)
    except BadEffective:
        return
    assert effective.earliest <= effective.latest


# Source


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (Source(file="plan.csv", row=12, columns={"progress": 8}), "plan.csv, row 12, column 8"),
        (Source(file="plan.csv", row=12, columns={"progress": 8, "status": 9}), "plan.csv, row 12"),
        (Source(file="plan.docx", table="Table 3", row=1, columns={}), "plan.docx, Table 3, row 1"),
        (Source(file="plan.csv"), "plan.csv"),
        (Source(system="casework", key="4711"), "casework 4711"),
        (Source(system="casework"), "casework"),
        (Source(), ""),
    ],
)
def test_a_source_is_told_as_a_person_would_look_for_it(source, told):
    assert told == str(source)


@pytest.mark.parametrize(
    "fields",
    [
        {"row": 0},
        {"row": 2**53},
        {"columns": {"progress": 0}},
        {"columns": {"größe": 1}},
        {"columns": {"": 1}},
        {"digest": "md5:0"},
        {"sheet": "1"},
    ],
)
def test_a_source_counts_from_1_and_has_no_other_parts(fields):
    with pytest.raises(ValidationError):
        Source(**fields)


# References

keys = st.text("aXz019éŵ字ק.&()/+'’-_", min_size=1, max_size=13)
names = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters=":"), min_size=1, max_size=15
)


@given(names, names)
def test_a_review_is_named_as_its_partnership_prints_it(first, second):
    """Any script, with blanks inside, and one reference for all forms of Unicode; checking it again changes nothing."""
    printed = f"{first} {second}"
    reference = check_review(printed)
    assert unicodedata.normalize("NFC", printed) == reference == check_review(unicodedata.normalize("NFD", printed))
    assert reference == check_review(reference) == check_stream(reference)
    assert (reference, "", reference) == (review_of(reference), section_of(reference), number_of(reference))


@given(names.map(check_review), keys, keys)
def test_an_action_is_named_by_review_section_and_number(review, key, number):
    """Taken apart, a reference is what it was put together from."""
    reference = f"{review}:{key}:x{number}"
    assert reference == check_action(reference) == check_stream(reference)
    assert (review, key, f"x{number}") == (review_of(reference), section_of(reference), number_of(reference))
    assert f"{review}:{key}" == check_section(f"{review}:{key}")
    assert (review, key, key) == (
        review_of(f"{review}:{key}"),
        section_of(f"{review}:{key}"),
        number_of(f"{review}:{key}"),
    )
    assert f"{review}:{key}:R1{number}" == check_recommendation(f"{review}:{key}:R1{number}")


def test_a_reference_is_the_same_however_its_accents_are_typed():
    """Ŵ is one character or two; the reference has it as one."""
    assert "Dŵr 7:OV:1" == check_action("Dw\u0302r 7:OV:1")


@pytest.mark.parametrize(
    "key", ["WMP", "S1", "R&D", "GP(2)", "A/E", "St.John's", "St.John’s", "A+B", "x_y", "x" * 40, "قسم"]
)
def test_a_key_is_short_and_has_no_blanks(key):
    assert f"DHR7:{key}" == check_section(f"DHR7:{key}")


@pytest.mark.parametrize("number", ["1", "1.2", "1.2a", "r1", "Rx", "R", "1R1", "10-12"])
def test_a_number_is_whatever_the_plan_has(number):
    assert f"DHR7:WMP:{number}" == check_action(f"DHR7:WMP:{number}")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " DHR7",
            "DHR7 ",
            "\tDHR7",
            "DHR7\n",
            "a\nb",
            "a\x00b",
            "a\x85b",
            "a\u2028b",
            "a\x1bb",
            "\x7f",
            "half \ud83d",
        ),
        *("x" * 101, "\xa0DHR7", "DHR7:WMP", ":"),
    ],
)
def test_what_is_no_review(text):
    with pytest.raises(BadReference) as caught:
        check_review(text)
    assert f"{text!r} is not the reference of a review; write it like BDHR2012/13-04." == str(caught.value)


@pytest.mark.parametrize("text", ["DHR7", "DHR7:", ":WMP", "DHR7:W MP", "DHR7:WMP:1", "DHR7:" + "x" * 41, " DHR7:WMP"])
def test_what_is_no_section(text):
    with pytest.raises(BadReference) as caught:
        check_section(text)
    told = f"{text!r} is not the reference of a section; write it like BDHR2012/13-04:WMP (review, colon, short key)."
    assert told == str(caught.value)


@pytest.mark.parametrize("text", ["DHR7", "DHR7:WMP", "DHR7:WMP:", "DHR7::1", ":WMP:1", "DHR7:WMP:1:2", "DHR7:WMP:1 2"])
def test_what_is_no_action(text):
    with pytest.raises(BadReference) as caught:
        check_action(text)
    told = "is not the reference of an action; write it like BDHR2012/13-04:WMP:1.2 (review, section, number)."
    assert f"{text!r} {told}" == str(caught.value)


def test_a_recommendation_is_no_action_and_an_action_no_recommendation():
    """The R before a number tells them apart."""
    with pytest.raises(BadReference) as caught:
        check_action("DHR7:WMP:R1")
    told = "'DHR7:WMP:R1' names a recommendation, not an action; an action is written without the R."
    assert told == str(caught.value)
    for text in ("DHR7:WMP:1", "DHR7:WMP:R", "DHR7:WMP", "DHR7:WMP:1R1"):
        with pytest.raises(BadReference) as caught:
            check_recommendation(text)
        cure = "write it like BDHR2012/13-04:WMP:R1 (review, section, R and its number)."
        assert f"{text!r} is not the reference of a recommendation; {cure}" == str(caught.value)


@pytest.mark.parametrize("text", ["", "DHR7:WMP", "DHR7:WMP:R1"])
def test_entries_are_kept_by_reviews_and_actions_alone(text):
    with pytest.raises(BadReference):
        check_stream(text)


@given(st.text(max_size=12) | st.text("R1:. \n", max_size=8))
def test_whatever_is_written_is_a_reference_or_refused(text):
    """Checking is stable: what was accepted once is accepted as it is."""
    for check in (check_review, check_section, check_action, check_recommendation, check_stream):
        try:
            reference = check(text)
        except BadReference:
            continue
        assert reference == check(reference)
        assert unicodedata.is_normalized("NFC", reference)
