"""A cell of progress is cut where a dated report begins, to the character, and never dated by a guess."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dhr_ledger.imports.progress import Hint, Piece, closing_status, proposals_in, read_progress
from dhr_ledger.provenance import Effective
from dhr_ledger.status import DEFAULT_LEGEND, Legend

PLANS = Path(__file__).parents[3] / "shared" / "plans"

# Words of reports in any order, which come near to a dated report far more often than any text does.
near_reports = st.lists(
    st.sampled_from(
        [
            *[
                "Nov 2013",
                "Sept 13",
                "19.12.13",
                "04/11/2020",
                "31/09/2014",
                "2014",
                "2013/14",
                "March",
                "12th",
                "1",
                "99",
            ],
            *[
                "Update",
                "Progress at",
                "As at",
                "update",
                "Complete",
                "completed",
                "and signed off",
                "by",
                "from",
                "to",
            ],
            *[":", " - ", "–", ". ", ".", ",", "(", ")", "[", "]", "\n", "\r\n", "\n\n", " ", "\u2028", "\xa0", "• "],
            *["1. ", "2. ", "3) ", "a) ", "1-3 ", "Police attended", "will", "due", "e.g.", "Training was delivered"],
        ]
    ),
    max_size=14,
).flatmap(lambda words: st.sampled_from(["", " "]).map(lambda glue: glue.join(words)))
cells = st.one_of(st.text(), near_reports)


def told(cell: str) -> list[tuple[str, str | None]]:
    """The pieces of *cell*, each with when it was true."""
    return [(piece.words, piece.effective) for piece in read_progress(cell)]


# The law


@given(cells, st.sampled_from([None, Effective("2017-12")]))
@example("", None)
@example(" \n ", Effective("2017-12"))
def test_the_pieces_joined_are_the_cell(cell, heading):
    """To the character, whatever stands in it; and no piece is empty."""
    pieces = read_progress(cell, heading=heading)
    assert cell == "".join(piece.words for piece in pieces)
    assert all(piece.words and piece.opener in piece.words for piece in pieces)


@given(cells)
def test_a_piece_that_is_dated_says_its_date(cell):
    """Without a heading, no date comes from anywhere but the words of the piece."""
    assert all(piece.opener for piece in read_progress(cell) if piece.effective)


@given(st.dates(min_value=Effective("2000").earliest, max_value=Effective("2099").latest), st.sampled_from("./-"))
def test_a_date_is_read_day_first(day, dot):
    cell = f"{day.day:02}{dot}{day.month:02}{dot}{day.year % 100:02}: Draft agreed."
    assert [(cell, day.isoformat())] == told(cell)


# What opens a report


@pytest.mark.parametrize(
    ("opener", "effective"),
    [
        ("Nov 2013: ", "2013-11"),
        ("Nov 2013:", "2013-11"),
        ("November 2013 – ", "2013-11"),
        ("Nov 14 - ", "2014-11"),
        ("Dec-13: ", "2013-12"),
        ("Update Sept 13: ", "2013-09"),
        ("Update  Sept 13 ", "2013-09"),
        ("Update: Sept 13 ", "2013-09"),
        ("Update 19.12.13 ", "2013-12-19"),
        ("Update (12/3/14): ", "2014-03-12"),
        ("Updated 12/3/14 - ", "2014-03-12"),
        ("Progress update March 2014: ", "2014-03"),
        ("Sept 13 update: ", "2013-09"),
        ("Sept 13 update:", "2013-09"),
        ("11.3.14 update: ", "2014-03-11"),
        ("11.3.14 update\n", "2014-03-11"),
        ("19.12.13 ", "2013-12-19"),
        ("19-12-2013 ", "2013-12-19"),
        ("2013-12-19: ", "2013-12-19"),
        ("04/11/2020 - ", "2020-11-04"),
        ("[12/3/14] ", "2014-03-12"),
        ("(12/3/14): ", "2014-03-12"),
        ("12/3/14 (JS): ", "2014-03-12"),
        ("Thursday 19 December 2013: ", "2013-12-19"),
        ("19th December 2013 - ", "2013-12-19"),
        ("As at March 2014 ", "2014-03"),
        ("As at 31 March 2014, ", "2014-03-31"),
        ("Progress at 30 June 2014: ", "2014-06-30"),
        ("Position at 30 June 2014 - ", "2014-06-30"),
        ("At 30 June 2014: ", "2014-06-30"),
        ("End of March 2014: ", "2014-03"),
        ("• Nov 2013: ", "2013-11"),
        ("- Nov 2013: ", "2013-11"),
        ("1. Nov 2013: ", "2013-11"),
        ("12. March 2014: ", "2014-03"),
        ("(2) 12.3.14: ", "2014-03-12"),
        ("03/2014: ", "2014-03"),
        ("2014: ", "2014"),
    ],
)
def test_a_date_opens_a_report_at_the_beginning_of_the_cell_and_of_a_line(opener, effective):
    """To the precision that is printed, with a bullet or a number before it or without."""
    report = f"{opener}Ninety officers were trained"
    assert [(report, effective)] == told(report)
    below = "The policy was revised.\n"
    if opener[0] != "[":  # brackets may hold the date of what stands before them
        assert [(below, None), (report, effective)] == told(below + report)


@pytest.mark.parametrize(
    ("cut", "dates"),
    [
        ("Nov 2013: Draft agreed. |Nov 14 - Sent out.", ["2013-11", "2014-11"]),
        ("It works. |19.12.13 Named nurse found.", [None, "2013-12-19"]),
        ("It works.|Update Sept 13 Audits run.", [None, "2013-09"]),
        ("It works (mostly).  |Sept 13 update:All is well", [None, "2013-09"]),
        ("[12/3/14] Agreed. |[15/4/14] Done.", ["2014-03-12", "2014-04-15"]),
        ("March 2014\nAgreed\n|June 2014\nSent out", ["2014-03", "2014-06"]),
        ("\n  Nov 2013: Agreed.\r\n|Dec 2013: Sent.", ["2013-11", "2013-12"]),
        ("Pilot begun. |12 Jan. 2013: Agreed.", [None, "2013-01-12"]),
    ],
)
def test_each_report_is_a_piece(cut, dates):
    """One begins at the cell's own beginning, at that of a line or after the end of a sentence: where the | stands."""
    assert list(zip(cut.split("|"), dates, strict=True)) == told(cut.replace("|", ""))


@pytest.mark.parametrize(
    ("cell", "dates"),
    [
        ("1. Nov 2013: Draft agreed. 2. Ten teams began in Sept 14. 3. All are trained.", ["2013-11", None]),
        ("• Nov 2013: Draft agreed\n• All are trained\n• Dec 2013: Sent out", ["2013-11", None, "2013-12"]),
        ("Nov 2013:\n• Draft agreed\n• All are trained", ["2013-11"]),
        ("1. Complete 31/01/2020\n2. Under way", ["2020-01-31", None]),
    ],
)
def test_a_date_inside_an_item_of_a_list_says_nothing_of_the_next_item(cell, dates):
    assert dates == [effective for _, effective in told(cell)]


# What does not


@pytest.mark.parametrize(
    "cell",
    [
        "The first round is due to commence on 14/09/20. All standards were agreed.",
        "The board wishes to begin by September 2018",
        "From November 2014 the force will have ten teams.",
        "A group between March and September 2013 looked at records.",
        "By June 2014 training has taken place for all staff.",
        "As from Sept 13 there is a process",
        "As of June 2015 the service will be one.",
        "Sept 10th 2013 Centre event to tell all staff. All centres know.",
        "March 2014, the team moved",
        "Since 2013 all is well. In 2014: more",
        "Reported to the board. (12/3/14) Police were there.",
        "Training was delivered on\n12.3.14 Police and council staff came",
        "Training was delivered by the\nMarch 2014 - June 2014 cohort",
        "It was agreed, i.e. March 2014: the whole team",
        "See policy 4.3.12 Transfer. Also v. 1.2.13 Draft",
        "4.3.12 sets out what is needed",
        "12-03-14-1: the number of a file",
        "Meeting held on w/c 12.3.14 Police came",
        "A new form is in use since April.",
        "Training delivered\nMarch 2014",
        "Training delivered\nMarch 2014\nPolicy agreed\nJune 2014",
        "Three things were done: 1.5 days of training, 2.1 audits",
        "May 14 families were seen",
        "May 2014 be the year",
    ],
)
def test_a_date_in_mid_sentence_opens_nothing(cell):
    """And what holds no report with a date stays whole."""
    assert [Piece(cell)] == list(read_progress(cell))


@pytest.mark.parametrize(
    ("cell", "opener"),
    [
        ("Sept: Draft agreed.", "Sept"),
        ("12 March: Draft agreed.", "12 March"),
        ("31/09/2014: Draft agreed.", "31/09/2014"),
        ("31.9.14 Draft agreed.", "31.9.14"),
        ("Update 30 February 2014: Draft agreed.", "30 February 2014"),
        ("Nov - Dec 2013: Draft agreed.", "Nov - Dec 2013"),
        ("Sept/Oct 2013: Draft agreed.", "Sept/Oct 2013"),
        ("Early 2014: Draft agreed.", "Early 2014"),
        ("3/2014: Draft agreed.", "3/2014"),
        ("2008-12: Draft agreed.", "2008-12"),
        ("Nov 13 - Feb 14: Draft agreed.", "Nov 13"),
        ("March 2014 - ongoing.", "March 2014"),
        ("March 2014 - present: Draft agreed.", "March 2014"),
        ("Nov 14 - 15: Conference held.", "Nov 14"),
        ("Q3 2014/15: Draft agreed.", "Q3 2014/15"),
        ("2013/14: Draft agreed.", "2013/14"),
        ("31/03/2015 - deadline for all returns", "31/03/2015"),
        ("June 2015: to be reviewed", "June 2015"),
        ("25.11.14 Board meeting will receive a report", "25.11.14"),
    ],
)
def test_what_cannot_be_read_for_sure_is_not_dated(cell, opener):
    """A month without a year, an impossible date, a range, a quarter, a plan: the opener is kept, without a date."""
    heading = Effective("2017-12")
    assert [Piece(cell, None, opener)] == list(read_progress(cell, heading=heading))
    before, after = read_progress(f"Nov 2012: Begun.\n{cell}")
    assert ("2012-11", None) == (before.effective, after.effective)


# Completions


@pytest.mark.parametrize(
    ("cell", "effective"),
    [
        ("Complete 31/01/2020", "2020-01-31"),
        ("1. Complete 31/01/2020", "2020-01-31"),
        ("Completed - June 2020.", "2020-06"),
        ("Completed: 12/3/14", "2014-03-12"),
        ("Completed (March 2014).", "2014-03"),
        ("Completed on 12 March 2014.", "2014-03-12"),
        ("Completed at June 2013", "2013-06"),
        ("Fully implemented in June 2013.", "2013-06"),
        ("action completed Oct 13.", "2013-10"),
        ("Completed and signed off 12/3/14.", "2014-03-12"),
        ("1-3 Complete and shown in all forms -20/01/2020. Since then the feedback is good.", "2020-01-20"),
        ("2. New words added to the system Complete 04/03/2020.", "2020-03-04"),
    ],
)
def test_a_completion_says_its_own_date_at_its_end(cell, effective):
    assert [(cell, effective)] == told(cell)


@pytest.mark.parametrize(
    ("cut", "dates"),
    [
        ("1. Terms agreed in the panel. |Complete 04/03/2020", [None, "2020-03-04"]),
        ("Re-issue it . |action completed Oct 13. |Update dec-13: Audited.", [None, "2013-10", "2013-12"]),
        ("Completed 12/3/14. |The audit of 15/4/14 was good.", ["2014-03-12", None]),
        ("Nov 2013: Begun. |Completed 12/3/14.", ["2013-11", "2014-03-12"]),
    ],
)
def test_a_completion_begins_a_piece_at_its_own_sentence(cut, dates):
    """And ends it there where what follows has another date."""
    assert list(zip(cut.split("|"), dates, strict=True)) == told(cut.replace("|", ""))


@pytest.mark.parametrize(
    "cell",
    [
        "To be completed by 31/01/2020.",
        "Not complete 31/01/2020",
        "Complete by 31/01/2020",
        "Complete the audit - June 2020.",
        "Complete and embed in practice - June 2020.",
        "Complete and submit the return - 31/01/2020",
        "Completed forms to be returned - 30/06/2020.",
        "Completed and audited, with a review to be held - June 2020.",
        "Full review completed 02/03/2020 and told to the board on 04/03/2020. Another is due.",
        "The findings of an audit completed December 2018.",
        "Once Completed June 2020.",
        "The form is to be Completed 31/01/2020.",
        "Completed 12/3/14 and 15/4/14.",
        "Completed Nov 13-Feb 14.",
        "Completed March and June 2014.",
        "Completed June 2020?",
        "Completed 31 September 2020.",
        "Completed 3 Sept.",
        "Completed 2013/14.",
        "Completed Q3 2014/15.",
        "Completed 12/3/14 (target 1/3/14).",
        "Incomplete 31/01/2020",
        "Draft - March 2020\nConsult - May 2020\nComplete - June 2020",
    ],
)
def test_no_date_is_taken_for_that_of_a_completion_unless_it_says_so(cell):
    assert [None] == [piece.effective for piece in read_progress(cell)]


# The heading


def test_a_report_without_a_date_has_that_of_the_heading():
    """And one that says its own keeps it; a date that could not be read is its own, too."""
    heading = Effective("2017-12")
    assert [Piece("Agreed.", heading)] == list(read_progress("Agreed.", heading=heading))
    assert [heading, "2016-11", None] == [
        piece.effective for piece in read_progress("Agreed.\nNov 2016: Sent.\nMarch: Done.", heading=heading)
    ]
    assert [Piece("  ")] == list(read_progress("  ", heading=heading))
    assert () == read_progress("", heading=heading)


# Hints


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("revised action", "Begun. |Revised action: The team will write a pathway.| More follows."),
        ("target date", "|Target date now March 2015.| Begun."),
        ("target date", "Begun; |target date has been revised to 30/06/2015|"),
        ("target date", "|Deadline extended to the end of June 2015|"),
        ("target date", "|New target date: June 2015|\nBegun"),
        ("lead", "|New lead: Head of Service|\nBegun"),
        ("lead", "This is |now led by the Police.|"),
        ("lead", "|Lead has been changed to the Board.|"),
        ("status", "Paper reviewed. |Completed.|"),
        ("status", "Paper reviewed\n|On hold|"),
    ],
)
def test_what_may_change_more_than_the_progress_is_a_hint(kind, cell):
    """The words between the two |, and where they stand."""
    before, words, after = cell.split("|")
    assert (Hint(kind, words, len(before)),) == proposals_in(before + words + after)


@pytest.mark.parametrize(
    "cell",
    [
        "The lead clinician checks this. It may lead to change.",
        "The contract was extended to June 2015.",
        "Target date now unclear.",
        "Action revised with partners.",
        "The new date of birth field is used.",
        "All actions completed",
        "",
    ],
)
def test_what_changes_nothing_else_is_no_hint(cell):
    assert () == proposals_in(cell)


def test_the_words_of_the_plan_s_own_legend_are_looked_for():
    """In a line of their own as well, whatever the line above ends with."""
    cell, legend = (
        "Training for West Mercia\nDelivered",
        DEFAULT_LEGEND | Legend.model_validate({"Delivered": "complete"}),
    )
    assert (Hint("status", "Delivered", 25),) == proposals_in(cell, legend)
    assert ("Delivered", legend.parse("Delivered")) == closing_status(cell, legend)
    assert () == proposals_in(cell)


@given(cells)
@example("Target date now March 2015. Completed.")
def test_a_hint_stands_in_the_cell(cell):
    hints = proposals_in(cell)
    assert [hint.words for hint in hints] == [cell[hint.at : hint.at + len(hint.words)] for hint in hints]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("The forms were revised. Completed.", "Completed."),
        ("The forms were revised.\nCompleted", "Completed"),
        ("Audits are in place to look at care planning\nCompleted.", "Completed."),
        ("It was shown to the Board\nCompleted.", "Completed."),
        ("The forms were revised.\r\n\r\nIn progress \n", "In progress"),
        ("The forms were revised. completed", "completed"),
        ("Completed", "Completed"),
    ],
)
def test_a_cell_may_close_with_a_status(cell, words):
    """The last line or the last sentence, to the letter one word of the legend."""
    assert (words, DEFAULT_LEGEND.parse(words)) == closing_status(cell, DEFAULT_LEGEND)


@pytest.mark.parametrize(
    "cell",
    [
        "The audit has not been\ncompleted.",
        "The audit has not been\nCompleted.",
        "The audit was\nsigned off",
        "The audit is still\nongoing",
        "All of it is completed.",
        "Completed. More is to follow.",
        "The team is at Bethnal\nGreen.",
        "The refuge, e.g. done",
        "See www.met",
        "",
        " ",
    ],
)
def test_a_status_that_goes_on_or_stands_in_a_sentence_closes_nothing(cell):
    assert closing_status(cell, DEFAULT_LEGEND | Legend.model_validate({"Green": "in progress"})) is None


# Real plans


def entries(plan: str) -> list[tuple[list[str], list[str]]]:
    """For each row of *plan*, the dates that a careful reader took from its progress, and those that we take."""
    folder = PLANS / plan
    if not folder.exists():
        pytest.skip(f"The plan {plan} lies beside the checkout of this project, and is not here.")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    with open(folder / "plan.csv", encoding="utf-8-sig", newline="") as file:
        headings, *rows = csv.reader(file)
    heading = next(name for name, means in expected["plan"]["header_map"].items() if means.startswith("progress"))
    column = headings.index(heading)
    dated = Effective("2017-12") if "Dec 2017" in heading else None
    return [
        (
            [entry["iso"] for entry in told_of["progress_entries"] if entry["iso"]],
            [piece.effective for piece in read_progress(row[column], heading=dated) if piece.effective],
        )
        for row, told_of in zip(rows, expected["rows"], strict=True)
    ]


@pytest.mark.parametrize(
    ("plan", "right", "wrong", "missed"),
    [("kent-mr-s", 9, 0, 2), ("essex-si444", 0, 0, 0), ("stockton-2017", 5, 0, 0)],
)
def test_the_progress_of_real_plans_is_dated_right_or_not_at_all(plan, right, wrong, missed):
    """The two that are missed stand in mid-sentence."""
    rows = entries(plan)
    hits = sum(len(set(expected) & set(read)) for expected, read in rows)
    assert (right, wrong, missed) == (
        hits,
        sum(len(read) for _, read in rows) - hits,
        sum(len(expected) for expected, _ in rows) - hits,
    )


DATED_IN_BIRMINGHAM = [
    *["2013-11", "2013-11", "2014-11", "2013-09", "2013-12", "2013-09", "2013-09", "2013-09", "2013-09", "2014-03-11"],
    *["2013-09", "2013-12-19", "2013-10", "2013-12", "2014-03-11", "2013-12-19", "2014-03-11", "2013-06", "2014-06"],
    *["2013-09", "2013-08"],
]
"""Judged by hand, in the order of the plan; another four are missed, of which none opens a sentence beyond doubt."""


def test_the_progress_of_a_plan_of_run_on_cells_is_dated_right_or_not_at_all():
    folder = PLANS / "bdhr2012-13-04" / "csv"
    if not folder.exists():
        pytest.skip("The plan of BDHR2012/13-04 lies beside the checkout of this project, and is not here.")
    dated = []
    for path in sorted(folder.glob("*.csv")):
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = [*csv.reader(file)]
        column = next(row.index("Outcome/Progress") for row in rows if "Outcome/Progress" in row)
        cells_of_plan = [row[column] for row in rows if len(row) > column]
        dated += [piece.effective for cell in cells_of_plan for piece in read_progress(cell) if piece.effective]
    assert DATED_IN_BIRMINGHAM == dated
