"""`agency-return.xlsx`: what an agency has to fill in, in the columns that an import understands.

    Agency return for BDHR2012/13-04: …, as at 27 February 2014
    Fill in only the columns Lead, Target date, Status and Update since the last return: …
    All other cells are locked.  Please send this workbook back by 30 April 2014.
    Section | Recommendation | Ref | Action | Lead | Target date | Progress | Status | Update since … | Reference

The cells hold to the character what the ledger holds, so that a return in which nothing was changed proposes nothing,
and one that was filled in proposes what was filled in.  The update is a second column of progress, which is read as
what follows the first.  An action of which Excel cannot hold a cell as it is would come back changed: it is left out,
and a line above the table says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, BinaryIO, NamedTuple, get_args

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from dhr_ledger import Entry, action_plan
from dhr_ledger.action import Action
from dhr_ledger.document import Properties, foot, in_capitals, last_moment, partnerships, references
from dhr_ledger.legible import legible
from dhr_ledger.plan import ActionPlan, day_month_year, progress_cell
from dhr_ledger.reference import number_of, review_of
from dhr_ledger.review import Review
from dhr_ledger.status import DEFAULT_LEGEND, Progress, Status
from dhr_ledger_xlsx.look import Area, Formats, colour, lines_of, make_table, paginate, set_height, write_cell
from dhr_ledger_xlsx.packing import LONGEST, done, packed, pieces, require_room, size
from dhr_ledger_xlsx.workbook import FILL_IN, LEFT_OUT, LOCKED, NOTHING_ASKED


class _Column(NamedTuple):
    """A column: its heading, its width in characters, and what is said to whoever fills it in, if it is to be."""

    heading: str
    width: int
    hint: str = ""


class _Listed(NamedTuple):
    """In which rows of the lists the statuses of a review stand, and what they mean, with the progress of each."""

    first: int
    last: int
    meanings: dict[str, Progress]


class _Row(NamedTuple):
    """An action: its review, the cells up to its progress, the parts of its progress, and the cells after it."""

    review: str
    before: tuple[str, ...]
    progress: tuple[str, ...]
    after: tuple[str, ...]


_BEFORE = (
    _Column("Section", 22),
    _Column("Recommendation", 36),
    _Column("Ref", 8),
    _Column("Action", 46),
    _Column("Lead", 24, "Change it only if somebody else leads now: the agency and the post, not a person's name."),
    _Column("Target date", 16, "Change it only if it has moved: a day or a month, such as 30/06/2026 or June 2026."),
)
_PROGRESS = _Column("Progress", 50)
_AFTER = (
    _Column("Status", 18, "Choose a word from the list."),
    _Column(
        "Update since the last return", 46, "What has been done since. Begin with the day if it matters: 12/05/2026: …"
    ),
    _Column("Reference", 26),
)
_LISTED = (_Column("Review", 26), _Column("Status", 30), _Column("What it means", 30))
_ROOM = 3
"""So many lines a row has at least, for what is typed into it."""
_FILLED_IN = [column.heading for column in (*_BEFORE, *_AFTER) if column.hint]
_NAMED_AT_MOST = 12
"""So many actions are named that were left out; there is more than one only in a ledger that was made to have them."""


def write_agency_return(
    entries: Iterable[Entry], out: BinaryIO, *, lead: str, return_by: date | None, open_only: bool, marking: str
) -> None:
    """Write the return to *out*; what the rest says is as in `export_agency_return`."""
    read = list(entries)
    plan = action_plan(read)
    last = last_moment(read)
    asked = [action for action in plan.in_order() if _mentions(action, lead) and not (open_only and action.ended)]
    rows = {action.reference: _row(plan, action) for action in asked}
    held = [row for row in rows.values() if row is not None]
    title = _title(plan, last)
    lines = [title, *_lines(held, [name for name, row in rows.items() if row is None], return_by)]
    require_room("Return", len(lines) + 1 + len(held))
    with packed(out, _properties(plan, title, last)) as (book, _):
        page, lists, formats = book.add_worksheet("Return"), book.add_worksheet("Lists"), Formats(book)
        width = _write_return(page, formats, lines, held, _write_lists(lists, formats, _statuses(plan)))
        told, marking = foot(plan.reviews.values(), last.date()), in_capitals(marking)
        paginate(page, told=told, marking=marking, width=width, headings=len(lines) if held else None)
        paginate(lists, told=told, marking=marking, headings=0)
        for sheet in (page, lists):
            sheet.protect("", {"autofilter": True, "format_columns": True, "format_rows": True})


# What is asked


def _mentions(action: Action, lead: str) -> bool:
    return _plain(lead) in _plain(action.lead.as_printed)


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())


def _row(plan: ActionPlan, action: Action) -> _Row | None:
    """The cells of *action*; `None` if Excel cannot hold them as they are."""
    made = plan.recommendation_of(action)
    row = _Row(
        review_of(action.reference),
        (
            plan.heading_of(action.reference),
            made.text if made else "",
            action.number or number_of(action.reference),
            action.text,
            action.lead.as_printed,
            action.target_date.as_printed,
        ),
        tuple(pieces(progress_cell(action))),
        (action.status.as_printed, "", action.reference),
    )
    whole = all(part[-1].isspace() for part in row.progress[:-1])
    return row if whole and all(map(_is_held, (*row.before, *row.progress, *row.after))) else None


_NOT_HELD = re.compile("[\x00-\x08\x0e-\x1b\x7f\ufffe\uffff]")
_BREAKS = re.compile("[\x0b\x0c\x1c-\x1f]")
"""White space that XML has no place for; it is written as a line break, and white space makes no difference."""


def _is_held(words: str) -> bool:
    """Whether a cell of Excel gives *words* back as they are."""
    return size(words) <= LONGEST and not _NOT_HELD.search(words)


# What is said above the table and about the file


def _title(plan: ActionPlan, last: datetime) -> str:
    reviews = list(plan.reviews.values())
    if len(reviews) == 1:
        named = reviews[0].reference
        called = " ".join(legible(reviews[0].title).split())
        named += f": {called}" if called != named and len(called) <= 200 else ""
    else:
        named = f"{len(reviews)} reviews"
    return f"Agency return for {named}, as at {day_month_year(last.date())}"


def _lines(held: Sequence[_Row], left_out: Sequence[str], return_by: date | None) -> Iterator[str]:
    """What to do with the workbook, a line each."""
    if held:
        yield (
            f"{FILL_IN}{', '.join(_FILLED_IN[:-1])} and {_FILLED_IN[-1]}: write there what has been "
            "done, and leave as it is what has not changed."
        )
        back = f" by {day_month_year(return_by)}" if return_by else ""
        yield f"{LOCKED} Please send this workbook back{back}."
    else:
        yield NOTHING_ASKED
    if left_out:
        more = len(left_out) - _NAMED_AT_MOST
        named = ", ".join(left_out[:_NAMED_AT_MOST]) + (f" and {more:,} more" if more > 0 else "")
        yield f"{LEFT_OUT}: {named}. Report on them in your message."


def _properties(plan: ActionPlan, title: str, last: datetime) -> Properties:
    return Properties(
        title=title,
        subject=references(plan.reviews.values()),
        author=partnerships(plan.reviews.values()),
        keywords=("action plan", "agency return", *plan.reviews),
        description="What has to be filled in of the action plan, to be sent back.",
        moment=last,
        head=plan.head,
    )


# Statuses


def _statuses(plan: ActionPlan) -> dict[str, list[Status]]:
    """The statuses to choose from, by the reference of the review."""
    of_review: dict[str, list[Action]] = {}
    for action in plan.in_order():
        of_review.setdefault(review_of(action.reference), []).append(action)
    return {name: _offered(plan.reviews.get(name) or Review(name), some) for name, some in of_review.items()}


def _offered(review: Review, actions: Iterable[Action]) -> list[Status]:
    """The plan's own words, those that its *actions* have, and one of its legend for each meaning that has none yet.

    Only the plan's own legend offers what an agency cannot say by itself: that an action is withdrawn or superseded,
    or that others have approved it.
    """
    legend, printed = review.legend, [action.status.as_printed for action in actions]
    own = [status for status in legend.root if status not in DEFAULT_LEGEND.root]
    in_use = [legend.read(words) for words in printed if legend.knows(words)]
    words = {_plain(status.as_printed): status for status in reversed((*own, *filter(_is_for_an_agency, in_use)))}
    meanings = {_meaning(status) for status in words.values()}
    for status in filter(_is_for_an_agency, legend.root):
        if status.progress != "unknown" and _meaning(status) not in meanings:
            meanings.add(_meaning(status))
            words.setdefault(_plain(status.as_printed), status)
    order = get_args(Progress)
    statuses = sorted(words.values(), key=lambda status: (order.index(status.progress), _plain(status.as_printed)))
    return [status for status in statuses if _is_held(status.as_printed)]


def _is_for_an_agency(status: Status) -> bool:
    return status.progress not in ("withdrawn", "superseded") and status.assurance in (None, "claimed", "evidenced")


def _meaning(status: Status) -> str:
    progress = None if status.progress == "unknown" and status.response else status.progress
    return ", ".join(filter(None, (progress, status.assurance, status.response)))


# The sheets


def _write_lists(sheet: Worksheet, formats: Formats, statuses: Mapping[str, Sequence[Status]]) -> dict[str, _Listed]:
    """Write the statuses of each review, a row each; where they stand."""
    listed: dict[str, _Listed] = {}
    row = 1
    for review, words in statuses.items():
        if words:
            listed[review] = _Listed(row, row + len(words) - 1, {_meaning(word): word.progress for word in words})
        for word in words:
            for column, cell in enumerate((review, word.as_printed, _meaning(word))):
                write_cell(sheet, row, column, cell, formats.locked)
            row += 1
    make_table(sheet, "Statuses", (0, row - 1), _headed(_LISTED, formats))
    return listed


def _write_return(
    sheet: Worksheet, formats: Formats, lines: Sequence[str], rows: Sequence[_Row], listed: Mapping[str, _Listed]
) -> int:
    """Write *lines* and, below them, the table of *rows*; how many characters wide it is."""
    for nth, line in enumerate(lines):
        write_cell(sheet, nth, 0, line, formats.line if nth else formats.part)
        set_height(sheet, nth, 1, line=18 if nth else 24)
    if not rows:
        return 0
    parts = max(len(row.progress) for row in rows)
    more = [_Column(f"Progress (continued {nth})", _PROGRESS.width) for nth in range(2, parts + 1)]
    columns = (*_BEFORE, _PROGRESS, *more, *_AFTER)
    top = len(lines)
    for nth, row in enumerate(rows, start=top + 1):
        needed = _ROOM
        progress = (*row.progress, *[""] * (1 + len(more) - len(row.progress)))
        for place, (column, cell) in enumerate(zip(columns, (*row.before, *progress, *row.after), strict=True)):
            look = formats.open if column.hint else formats.locked
            write_cell(sheet, nth, place, _BREAKS.sub("\n", cell), look)
            needed = max(needed, lines_of(cell, column.width))
        set_height(sheet, nth, needed)
    make_table(sheet, "Actions", (top, top + len(rows)), _headed(columns, formats))
    status = [column.heading for column in columns].index("Status")
    for place, column in enumerate(columns):
        if column.hint and place != status:
            said = {"validate": "any", "input_title": column.heading, "input_message": column.hint}
            done(sheet.data_validation(top + 1, place, top + len(rows), place, said))
    first = top + 1
    for review, some in groupby(rows, key=lambda row: row.review):
        last = first + len(list(some)) - 1
        if review in listed:
            _offer(sheet, formats, (first, status, last, status), columns[status], listed[review])
        first = last + 1
    return sum(column.width for column in columns)


def _headed(columns: Iterable[_Column], formats: Formats) -> list[tuple[str, int, Any]]:
    """The headings, widths and formats of *columns*; those to be filled in have another colour."""
    looks = (formats.heading_to_fill_in if column.hint else formats.heading for column in columns)
    return [(column.heading, column.width, look) for column, look in zip(columns, looks, strict=True)]


def _offer(sheet: Worksheet, formats: Formats, area: Area, column: _Column, listed: _Listed) -> None:
    """Let the cells of *area* hold one of the statuses that are *listed*, each in its colour."""
    words, meanings = (f"Lists!{xl_range_abs(listed.first, place, listed.last, place)}" for place in (1, 2))
    said = {
        "validate": "list",
        "source": f"={words}",
        "input_title": column.heading,
        "input_message": column.hint,
        "error_title": "Not in the list",
        "error_message": f"{column.hint} Whatever else there is to say goes into the update.",
    }
    done(sheet.data_validation(*area, said))
    cell = xl_rowcol_to_cell(*area[:2], col_abs=True)
    rules = [
        (f'=SUMPRODUCT(({words}={cell})*({meanings}="{meaning}"))>0', progress)
        for meaning, progress in listed.meanings.items()
    ]
    colour(sheet, formats, area, rules)
