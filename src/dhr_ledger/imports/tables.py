"""From the rows of a file to its tables: where each begins, and which lines above it are titles and headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from typing import NamedTuple

from dhr_ledger.errors import BadReference
from dhr_ledger.home_office import TRAIL_HEADINGS
from dhr_ledger.imports.carrying_on import by_lines, goes_on, hold
from dhr_ledger.imports.grid import PRINTED_REVIEW, File, Found, Grid, Row, Table, alike, same, short
from dhr_ledger.imports.headings import DERIVED, LIKELY, fold, is_plan_csv, known, reads_as
from dhr_ledger.imports.printed_rows import PrintedAt, handed_back, is_form, without_what_stands_for
from dhr_ledger.provenance import Source
from dhr_ledger.reference import check_action
from dhr_ledger.review import Meaning
from dhr_ledger.workbook import ENTRIES, MOVED_DATES, UPDATES


class _LeftOut(NamedTuple):
    """A grid that is not taken in: where it stands, what it is, and what may be done where a file holds nothing else.

    The three joined are the sentence for that case.
    """

    place: str
    what: str
    cure: str


def as_printed(grids: Iterable[Grid]) -> list[Grid]:
    """*grids* with all their rows, so that an importer that yields them has done all that it does.

    Raises whatever the importer raises, and `TypeError` for what is no text.
    """
    read: list[Grid] = []
    for grid in grids:
        rows = list(grid.rows)
        for number, cells in rows:
            for cell in cells:
                if not isinstance(cell, str):
                    raise TypeError(f"row {number} has a cell {cell!r}, which is no text")
        read.append(replace(grid, rows=rows))
    return read


def tables(
    file: File, grids: Sequence[Grid], settled: Mapping[str, Meaning], printed_at: PrintedAt, found: Found
) -> list[Table]:
    """The tables of *file*, in order; *printed_at* says what it said when it was made, if it is a document of ours.

    A grid without a row of headings is noted where the file has others, a key or a cover sheet; it is a fault where it
    is all there is.
    """
    held: list[Table] = []
    without: list[_LeftOut] = []
    trail: list[str] = []
    widths: dict[str, int] = {}
    read = [(grid, *_rows(grid)) for grid in grids]
    back = handed_back(file, [(grid, rows) for grid, rows, _ in read], printed_at, found)
    for nth, (grid, rows, width) in enumerate(read):
        found.notes += grid.notes
        if nth in back:
            held += [table for table in (back[nth],) if table]
            continue
        tells = _is_trail(rows) or (grid.made_from is not None and grid.name in _TELL)
        begun = [] if tells else _tables(file, grid, rows, settled, found)
        for table in begun:
            widths[grid.name] = width
            hold(held, table, settled, found)
        place = str(Source(file=file.name, table=grid.name or None))
        if tells:
            trail.append(grid.name)
        elif begun or (grid.made_from is not None and grid.name in _SAY_NOTHING):
            continue
        elif not (held and goes_on(held, grid, rows, width, widths, settled, found)):
            without.append(_no_headings(place, rows, settled))
    held = [part for table in held for part in _sections(table, settled, found)]
    if not held:
        only = [f"{file.name} holds the audit trail of a plan; import the file that holds the plan."] if trail else []
        none = [f"{file.name} holds no table; is it the action plan?"]
        found.faults += [*only, *("".join(why) for why in without)] or none
        return []
    found.notes += [f"{why.place}{why.what} and was not taken in." for why in without]
    if trail:
        tell, were = ("tells", "was") if len(trail) == 1 else ("tell", "were")
        found.notes.append(
            f"{file.name}: {', '.join(trail)} {tell} of the plan and {were} not taken in; a change belongs in the plan."
        )
    _name(held, found)
    for table in held:
        table.sole = len(held) == 1
    if any(_SEVERAL.fullmatch(words.strip()) for grid in grids for words in _beginning(grid)):
        _check_reviews(held, found)
    return held


_TELL = (UPDATES, MOVED_DATES, ENTRIES)
"""Sheets of a workbook of ours that tell of the plan."""
_SAY_NOTHING = ("About", "Lists")
"""Sheets of one that hold nothing of the plan."""
_SEVERAL = re.compile(r"(?:Agency return for )?\d+ reviews(?:, as at .*)?")
"""How a document, a workbook or a return of ours says that it is of several reviews."""


def _beginning(grid: Grid) -> Iterator[str]:
    """The words that stand first in *grid*, or above it, if it was made from a ledger."""
    if grid.made_from is not None:
        yield from grid.above
        yield from (cell for _, cells in islice(grid.rows, 9) for cell in cells[:1])


def _check_reviews(held: Sequence[Table], found: Found) -> None:
    """A fault for what was made from a ledger, of several reviews, and no longer says of which each row is."""
    for table in held:
        if table.made_from is not None and not table.section:
            found.faults.append(
                f"{table.at(table.rows[0]) if table.rows else table.at()}: the file was made of several reviews, and "
                "nothing says which of them this is of; put the references back, import the file into the ledger that "
                "it was made from, or export each review by itself."
            )


def _rows(grid: Grid) -> tuple[list[Row], int]:
    """The rows of *grid* that are not blank, up to its last column with anything in it, and how wide it is."""
    printed = list(grid.rows)
    reach = max((_reach(cells) for _, cells in printed), default=0)
    width = max((len(cells) for _, cells in printed), default=0)
    rows = [Row(number, tuple(cells[:reach])) for number, cells in printed if any(map(str.strip, cells))]
    if rows and is_form(rows[0]):
        rows = [row for row in map(without_what_stands_for, rows) if any(map(str.strip, row.cells))]
    return rows, width


def _reach(cells: Sequence[str]) -> int:
    """The last column that has words or a colour."""
    filled = (n for n in range(len(cells), 0, -1) if cells[n - 1].strip() or getattr(cells[n - 1], "fill", None))
    return next(filled, 0)


def _is_trail(rows: list[Row]) -> bool:
    """Whether *rows* are a part of the audit trail in a document of ours, and no plan."""
    return bool(rows) and tuple(cell.strip() for cell in rows[0].cells) in TRAIL_HEADINGS


def _tables(file: File, grid: Grid, rows: list[Row], settled: Mapping[str, Meaning], found: Found) -> list[Table]:
    first = next((nth for nth, row in enumerate(rows) if _is_headings(row, settled)), None)
    if first is None:
        return []
    below = range(first + 1, len(rows))
    reference = _column_of_references(rows[first], rows[first + 1 :])
    stripped = reference is None and grid.made_from is not None and any(fold(c) in DERIVED for c in rows[first].cells)
    ours = reference is not None or stripped or is_plan_csv(rows[first].cells)
    if stripped:
        found.notes.append(
            f"{Source(file=file.name, table=grid.name or None, row=rows[first].number)}: there is no column Reference, "
            "which an export of the ledger has, so each action is told by its words and its number; put it back to be "
            "sure."
        )
    if not ours:
        rows = _one_row_of_headings(file, grid, rows, settled, found)
        below = range(first + 1, len(rows))
    if ours:  # whatever the cells below may say, there are no other headings
        begins = [first, *(nth for nth in below if rows[nth].cells == rows[first].cells)]
    else:
        begins = [first, *(nth for nth in below if _is_headings(rows[nth], settled))]
    held: list[Table] = []
    lines = [*(Row(0, (line,)) for line in grid.above if line.strip()), *rows[: begins[0]]]
    for begin, end in pairwise([*begins, len(rows)]):
        body = rows[begin + 1 : end]
        if end == begin + 1 < len(rows) and not alike(rows[begin], rows[end]):
            place = Source(file=file.name, table=grid.name or None, row=rows[begin].number)
            found.faults.append(
                f"{place} and row {rows[end].number} are both rows of headings and say different things; take one out."
            )
            continue
        cut = _begin_of_lines(body) if end < len(rows) else len(body)
        above, banners = [row for row in lines if not row.banner], [row for row in lines if row.banner]
        _say_what_stands_below_a_recommendation(file, grid, lines, found)
        if held and not lines and same(held[-1].headings, rows[begin]):
            held[-1].rows += body[:cut]  # the headings were only printed again, on the next page
        else:
            held.append(
                Table(
                    file=file,
                    grid=grid.name,
                    above=above,
                    headings=rows[begin],
                    rows=[*banners, *body[:cut]],
                    made_from=grid.made_from,
                    ours=ours,
                    reference=reference,
                )
            )
        lines = body[cut:]
    return held


def _say_what_stands_below_a_recommendation(file: File, grid: Grid, lines: list[Row], found: Found) -> None:
    if lines and not lines[-1].banner and any(row.banner for row in lines):
        place = Source(file=file.name, table=grid.name or None, row=lines[-1].number or None)
        found.notes.append(
            f"{place}: {short(lines[-1].alone or '')} stands below a recommendation and was taken for the heading of a "
            "section; check that."
        )


def _one_row_of_headings(
    file: File, grid: Grid, rows: list[Row], settled: Mapping[str, Meaning], found: Found
) -> list[Row]:
    """*rows*, with each two rows of headings as one of which the lower only fills or parts the upper."""
    taken: list[Row] = []
    upper: Row | None = None
    for row in rows:
        one = _as_one(upper, row, settled) if upper else None
        if upper and one:
            place = Source(file=file.name, table=grid.name or None, row=upper.number)
            found.notes.append(f"{place} and row {row.number} were read as one row of headings.")
            taken[-1], upper = one, None
        else:
            taken.append(row)
            upper = row if _is_headings(row, settled) else None
    return taken


def _as_one(upper: Row, lower: Row, settled: Mapping[str, Meaning]) -> Row | None:
    """Two rows of headings as one, "Timescale" over "Original" and "Revised" as "Timescale Original" and so on.

    `None` where the lower one says anything else, and where it may be a row of the plan.
    """
    cells: list[str] = []
    over, fills, parts = "", False, False
    for column in range(1, max(len(upper.cells), len(lower.cells)) + 1):
        top, low = upper.cell(column), lower.cell(column)
        if top.strip() and (not low.strip() or fold(low) == fold(top)):
            over = ""
            cells.append(top)
        elif top.strip() and (upper.cell(column + 1).strip() or not lower.cell(column + 1).strip()):
            return None
        elif low.strip():
            over = top if top.strip() else over
            parts, fills = parts or bool(over), fills or not over
            cells.append(f"{over} {low}" if over else low)
        else:
            over = ""
            cells.append("")
    headings = _is_headings(lower, settled)
    words = not any(character.isdigit() for cell in lower.cells for character in cell)
    if alike(upper, lower) or not (headings or (parts and not fills and words)):
        return None
    return upper._replace(cells=tuple(cells))


# Sections that a column tells from each other


def _sections(table: Table, settled: Mapping[str, Meaning], found: Found) -> list[Table]:
    """*table*, or one for each section where a column says which section each row is of."""
    settled = {} if table.ours else settled  # what our own headings mean, nobody has to say
    column = known(table.headings.cells, settled).get("section")
    if table.reference:
        return _by_reference(table, table.reference, column, settled, found)
    if column is None:
        return [table] if table.ours else by_lines(table, settled, found)
    parts: dict[str, Table] = {}
    heading = ""
    for row in table.rows:
        heading = row.cell(column) if row.alone is None and row.cell(column).strip() else heading
        part = parts.get(heading)
        if part is None:
            part = parts[heading] = replace(table, rows=[], heading=_heading(row, column) if heading else None)
        part.rows.append(row)
    return list(parts.values())


def _column_of_references(headings: Row, rows: list[Row]) -> int | None:
    """The column that says which action of the ledger each row is, in a table that was made from one.

    It is headed Reference, beside the column of the printed numbers, and what stands in it are references.
    """
    meant = reads_as(headings.cells)
    for column, name in meant.items():
        beside = fold(headings.cell(column)) == "reference" and sum(other == "number" for other in meant.values()) > 1
        made = beside and ("ledger_head" in meant.values() or any(_section_in(row.cell(column)) for row in rows))
        if name == "reference" or made:
            return column
    return None


def _section_in(cell: str) -> str:
    """The section that the reference of an action in *cell* names; nothing where it holds none."""
    try:
        return check_action(cell.strip()).rpartition(":")[0]
    except BadReference:
        return ""


def _by_reference(
    table: Table, reference: int, column: int | None, settled: Mapping[str, Meaning], found: Found
) -> list[Table]:
    """A part of *table* for each section that its references name, and for each heading that stands beside none.

    A row without a reference is a new one: it is of the section whose heading it has, or of that of the row above.
    """
    head = known(table.headings.cells, settled).get("ledger_head")
    parts: dict[str, Table] = {}
    headings: dict[str, dict[str, Row]] = {}
    for row in table.rows:
        section = _section_in(row.cell(reference))
        if section:
            parts.setdefault(section, replace(table, rows=[], section=section))
            headings.setdefault(section, {}).setdefault(row.cell(column), row)
        elif row.cell(reference).strip():
            found.faults.append(
                f"{table.at(row.number, reference=reference)}: {short(row.cell(reference))} is the reference of no "
                "action; put back the one that stood there, or leave the cell blank for a new action."
            )
    named: dict[str, list[str]] = {}
    for section, said_of in headings.items():
        for heading in filter(str.strip, said_of):
            named.setdefault(heading, []).append(section)
    section = ""
    for row in table.rows:
        said = row.cell(column)
        own, of_it = _section_in(row.cell(reference)), named.get(said, [said] if said.strip() else [section])
        if not own and section not in of_it and len(of_it) > 1:
            found.faults.append(
                f"{table.at(row)}: the row has no reference, and {' and '.join(of_it)} are both headed {short(said)}; "
                "put it below a row of its section."
            )
        section = own or (section if section in of_it else of_it[0])
        part = parts.get(section)
        if part is None:
            part = parts[section] = replace(
                table, rows=[], heading=_heading(row, column) if column and section else None
            )
        part.rows.append(row)
    for section, said_of in headings.items():
        part = parts[section]
        if len(said_of) == 1:
            part.heading = next(
                (_heading(row, column) for said, row in said_of.items() if said.strip() and column), None
            )
        else:
            listed = " and ".join(f"{short(said)} in row {row.number}" for said, row in said_of.items())
            found.not_understood.append(
                f"{table.at()}: the rows of {section} have different headings, {listed}, and none is taken in; write "
                "the same one in each row of the section to rename it."
            )
        heads = {row.cell(head).strip() for row in part.rows} - {""}
        if part.made_from is None and heads and all(said.isdecimal() for said in heads):
            part.made_from = min(map(int, heads))
    return list(parts.values())


def _heading(row: Row, column: int) -> Row:
    """The heading of a section, as it stands in its column."""
    return Row(row.number, ("",) * (column - 1) + (row.cell(column),))


def _is_headings(row: Row, settled: Mapping[str, Meaning]) -> bool:
    """Whether *row* holds headings: three that are known, or two beside one that often is."""
    # Three, because two known words stand beside each other in the key to the colours as well.
    sure = 0 if row.asks else len(known(row.cells, settled))
    return sure >= 3 or (sure == 2 and any(fold(cell) in LIKELY for cell in row.cells) and row.alone is None)


def _begin_of_lines(body: list[Row]) -> int:
    """Where in *body* the lines begin that stand right above the next headings: the first that is no recommendation."""
    cut = nth = len(body)
    while nth and body[nth - 1].alone:
        nth -= 1
        if not body[nth].banner:
            cut = nth
    return cut


def _no_headings(place: str, rows: list[Row], settled: Mapping[str, Meaning]) -> _LeftOut:
    if not rows:
        return _LeftOut(place, " is empty", "; is it the action plan?")
    nearest = max(rows, key=lambda row: len(known(row.cells, settled)))
    words = ", ".join(short(nearest.cell(column)) for column in known(nearest.cells, settled).values())
    least = f"the most that are known are in row {nearest.number}, {words}" if words else "no heading in it is known"
    return _LeftOut(
        place,
        " has no row of headings",
        f": {least}; it takes three of them, such as Ref, Action, Lead Agency, Target Date or Status, each in a cell "
        "of its own.",
    )


def _name(held: list[Table], found: Found) -> None:
    """Tell the title of the plan from the headings of its sections, among the lines above each table.

    The line right above the headings is the section's; the first of several is the title, and so is a single one that
    names a review.
    """
    lines = [row for row in held[0].above if row.alone]
    several = len(lines) > 1 or held[0].heading is not None or held[0].reference is not None
    title = lines[0] if lines and (several or PRINTED_REVIEW.search(lines[0].alone or "")) else None
    for table in held:
        in_a_column = table.heading is not None or table.reference is not None
        table.title = title
        rest = [row for row in table.above if title is None or not alike(row, title)]
        if rest and rest[-1].alone and not in_a_column:
            table.heading = rest.pop()
        if in_a_column and table is not held[0] and table.above is held[0].above:
            continue  # they were one table, and what stands above it was said
        for row in rest[:_LINES_SAID]:
            words = short(" | ".join(cell for cell in row.cells if cell.strip()))
            found.notes.append(f"{table.at(row.number)}: {words} stands above the table and was not taken in.")
        if (more := len(rest) - _LINES_SAID) > 0:
            found.notes.append(f"{table.at()}: {more} more lines stand above the table and were not taken in.")


_LINES_SAID = 3
"""How many lines above a table are noted one by one; a whole report may stand there."""
