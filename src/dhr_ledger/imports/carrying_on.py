"""Which section a table goes on with, and which rows of a table begin sections and recommendations of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from dhr_ledger.imports.grid import Banner, Found, Grid, Row, Table, alike, row_beside, same, short
from dhr_ledger.imports.headings import fold, known
from dhr_ledger.provenance import Source
from dhr_ledger.review import Meaning

_CONTINUED = re.compile(
    r"(?P<what>.*?)[\s,:–-]*[(\[]?\s*\b(?:continued|cont['’]?d\b\.?|cont\.)(?:\s+from\b.*?)?\s*[)\]]?\s*",
    re.IGNORECASE | re.DOTALL,
)
_COUNTED = re.compile(r"table \d+")


def hold(held: list[Table], table: Table, settled: Mapping[str, Meaning], found: Found) -> None:
    """Hold *table* as a section of its own, or join it to the one of *held* that it goes on with.

    That is the one above, where it has the same headings and no heading of its own, unless it is a sheet with a name;
    or the one that a line such as "Housing (continued)" names.
    """
    above, named = _above(held, table), bool(_CONTINUED.fullmatch(table.line))
    place = Source(file=table.file.name, table=table.grid or None)
    if above is None or table.ours:
        held.append(table)
    elif same(above.headings, table.headings):
        section = short(above.line or above.grid)
        joined = (
            f"{short(table.line)} goes on with {section}, and was joined to it."
            if named
            else f"the headings of {above.grid} and no heading of its own, so it was joined to {section}."
        )
        found.notes.append(f"{place}: {joined}" if named else f"{place} has {joined}")
        _join(above, table.rows, table.grid)
    elif named:
        found.faults.append(
            f"{place}: {short(table.line)} goes on with {short(above.line)} under other headings than in {above.grid}; "
            "give both the same."
        )
    elif alike(above.headings, table.headings):
        found.faults.append(
            f"{table.at(table.headings)}: the headings of {above.grid} stand in other columns here; put them into the "
            "same, or a line with the heading of a section above them."
        )
    else:
        held.append(table)
        if "section" not in known(table.headings.cells, settled):
            found.notes.append(
                f"{place} has no heading of its own and other headings than the table above, so it is a section; check "
                "that."
            )


def _above(held: Sequence[Table], table: Table) -> Table | None:
    """The one of *held* that *table* may go on with."""
    if continued := _CONTINUED.fullmatch(table.line):
        wanted = fold(continued["what"])
        return next((other for other in reversed(held) if not wanted or fold(other.line) == wanted), None)
    counted = held and not table.above and _COUNTED.fullmatch(table.grid)
    return held[-1] if counted and held[-1].grid != table.grid else None


def _join(table: Table, rows: Sequence[Row], grid: str) -> None:
    table.rows += [row if grid == table.grid else row._replace(table=row.table or grid) for row in rows]


# A table without headings


def goes_on(
    held: Sequence[Table],
    grid: Grid,
    rows: Sequence[Row],
    width: int,
    widths: Mapping[str, int],
    settled: Mapping[str, Meaning],
    found: Found,
) -> bool:
    """Whether *rows*, without headings, are of the plan: joined to the last of *held*, or else a fault.

    They are as wide as a table of it (*widths* by grid), and are joined where their numbers carry on.
    """
    last = held[-1]
    if not rows or last.ours or not _COUNTED.fullmatch(grid.name) or width not in widths.values():
        return False
    number = known(last.headings.cells, settled).get("number")
    lines = [Row(0, (line,)) for line in grid.above if line.strip()]
    named = [row for row in lines if not row.banner and not _goes_on_with(last, row.cell(1))]
    before, after = ([row.cell(number) for row in some if row.alone is None] for some in (last.rows, rows))
    place = Source(file=last.file.name, table=grid.name)
    if not named and width == widths[last.grid] and _carry_on(before, after):
        found.notes.append(
            f"{place} has no headings and its numbers carry on, so it was joined to {short(last.line or last.grid)}."
        )
        _join(last, [*(row for row in lines if row.banner), *rows], grid.name)
    else:
        begin = next(cell for cell in rows[0].cells if cell.strip())
        found.faults.append(
            f"{place.model_copy(update={'row': rows[0].number})}: there are no headings above the row that begins "
            f"{short(begin)}, in a table as wide as that of the plan above it; print the headings again above it, or "
            "take the table out if it is no part of the plan."
        )
    return True


def _goes_on_with(table: Table, line: str) -> bool:
    continued = _CONTINUED.fullmatch(line)
    return continued is not None and fold(continued["what"]) in ("", fold(table.line))


def _carry_on(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether the numbers of one column go on with those of another: 1.3 with 1.4, 2 or 2.1, and then upwards."""
    numbers = [[_number(cell) for cell in cells if cell.strip()] for cells in (before, after)]
    if not all(numbers) or not all(number for column in numbers for number in column):
        return False
    (*_, last), (first, *_) = numbers
    return first in _next(last) and all(one < other for one, other in pairwise(numbers[1]))


def _number(cell: str) -> tuple[int, ...]:
    match = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,6})*)[.)]?\s*", cell)
    return tuple(map(int, match[1].split("."))) if match else ()


def _next(number: tuple[int, ...]) -> list[tuple[int, ...]]:
    counted = [(*number[:nth], number[nth] + 1) for nth in range(len(number))]
    return [*counted, *((*one, 1) for one in counted)]


# Lines of words between the rows

_SHORT = re.compile(r"\s*(?:R\s*(\d+(?:\.\d+)*)\b|(\d+(?:\.\d+)*)\s*[.:)–-])[\s.:)–-]*(?P<text>\D.*)", re.DOTALL)
"""A recommendation without the word, after one that has it."""
_BAND = re.compile(r"[^\W\d_][^\d:=.?!*]*")
_NO_BAND = re.compile(
    r"\s*(?:printed|page|updated?|version|end|totals?|notes?|key|draft|confidential|official|restricted|see|review"
    r"|recommendations?|appendix|table)\b",
    re.IGNORECASE,
)


def by_lines(table: Table, settled: Mapping[str, Meaning], found: Found) -> list[Table]:
    """*table*, or one for each section where lines between its rows are the headings of sections.

    They are where the numbers begin again below each; where they may be, and the numbers do not, that is a fault.
    """
    number = known(table.headings.cells, settled).get("number")
    _recommend(table, number, found)
    rows = table.rows
    acts = [nth for nth, row in enumerate(rows) if row.alone is None]
    said = {fold(row.alone or "") for row in table.above}
    bands = [nth for nth, row in enumerate(rows) if _is_band(table, row, number) and fold(row.alone or "") not in said]
    bands = [nth for nth in bands if acts and nth < acts[-1]]
    if not bands or (len(bands) == 1 and bands[0] < acts[0]):
        return [table]
    groups = [rows[begin + 1 : end] for begin, end in pairwise([*bands, len(rows)])]
    firsts = [next((row.cell(number) for row in group if row.alone is None), "") for group in groups]
    first = table.at(rows[bands[0]])
    listed = _and([str(first), *(row_beside(table.at(rows[nth]), first) for nth in bands[1:])])
    words = _and([short(rows[nth].alone or "") for nth in bands])
    stands = "stands by itself" if len(bands) == 1 else "stand by themselves"
    before = rows[: bands[0]]
    if bands[0] > acts[0]:
        firsts.append(rows[acts[0]].cell(number) if table.line else "")
    if firsts[0].strip() and len({*firsts}) == 1:
        found.notes.append(
            f"{listed}: {words} {stands} above actions of which the numbers begin again, so each was taken for the "
            "heading of a section."
        )
        parts = [
            replace(table, rows=group, heading=rows[nth], above=[]) for nth, group in zip(bands, groups, strict=True)
        ]
        if bands[0] > acts[0]:
            return [replace(table, rows=before), *parts]
        return [replace(parts[0], rows=[*before, *parts[0].rows], above=table.above), *parts[1:]]
    found.faults.append(
        f"{listed}: {words} {stands} above actions and may begin another section; say in a column headed Section "
        "which section each row is of, or take these rows out."
    )
    return [table]


def _recommend(table: Table, number: int | None, found: Found) -> None:
    """Tell the recommendations that are printed in a shorter form than the first, by their numbers."""
    last: tuple[int, ...] = ()
    for nth, row in enumerate(table.rows):
        match = _SHORT.fullmatch(row.alone or "")
        if row.banner:
            last = _number(row.banner.number)
        elif last and match and _is_line(table, row, number):
            counted = match[1] or match[2]
            if _number(counted) in _next(last):
                table.rows[nth] = row._replace(made=Banner(counted, match["text"]))
                last = _number(counted)
            else:
                printed = ".".join(map(str, last))
                wanted = ".".join(map(str, _next(last)[len(last) - 1]))
                found.faults.append(
                    f"{table.at(row)}: {short(row.alone or '')} may be a recommendation, and its number does not carry "
                    f"on from {printed}; write it like 'Recommendation {wanted}: …', or take the row out."
                )


def _is_line(table: Table, row: Row, number: int | None) -> bool:
    """Whether *row* is a line of words: it goes from end to end, or stands where the numbers stand, or no heading."""
    if row.alone is None or row.banner:
        return False
    across = sum(1 for cell in row.cells if cell.strip()) > 1
    return across or row.column == number or not table.headings.cell(row.column).strip()


def _is_band(table: Table, row: Row, number: int | None) -> bool:
    words = (row.alone or "").strip()
    short_words = len(words.split()) <= 8 and _BAND.fullmatch(words) and not _NO_BAND.match(words)
    # What stands in the column of numbers and is one, or a letter, is an action of which the other cells are blank.
    return bool(short_words) and len(words) > 2 and _is_line(table, row, number)


def _and(items: Sequence[str]) -> str:
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last
