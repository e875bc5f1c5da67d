"""How a workbook looks, on the screen and on paper: its formats, its colours, and what stands around each page.

The letters are Arial, aligned to the left and never slanted.  A status is a word; its colour depends on the word by a
condition, so that it changes with the word, and no importer takes the colour for a status of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_range  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from dhr_ledger.legible import legible
from dhr_ledger.status import Progress
from dhr_ledger.workbook import COLOURS
from dhr_ledger_xlsx.packing import done, pieces

INK, QUIET, HAIR, TINT, WASH = "#1D3D5C", "#505A5F", "#B9C1C9", "#EAEFF4", "#F4F6F8"
LINK = "#125070"
Area = tuple[int, int, int, int]
"""The first row and column and the last, counted from 0."""
LINES = 26
"""So many lines of a cell Excel can show."""
_LINE, _TALLEST = 15.5, 409.0
"""In points."""
_A3 = 8
_ON_A_PAGE = 300
"""So many characters stand side by side on a page in letters that can still be read."""


class Formats:
    """The formats of one workbook, by what they are for."""

    def __init__(self, book: Workbook) -> None:
        said = {"text_wrap": True, "valign": "top"}
        cell = said | {"bottom": 1, "bottom_color": HAIR}
        heading = said | {"bold": True, "font_color": INK, "bg_color": TINT, "bottom": 2, "bottom_color": INK}
        self.title = book.add_format({"bold": True, "font_size": 24, "font_color": INK, "valign": "top"})
        self.subtitle = book.add_format({"font_color": QUIET, "valign": "top"})
        self.part = book.add_format({"bold": True, "font_size": 15, "font_color": INK, "valign": "bottom"})
        self.name = book.add_format(said | {"bold": True})
        self.said = book.add_format(said)
        self.line = book.add_format({"valign": "top"})
        self.count = book.add_format(said | {"num_format": "#,##0", "align": "left"})
        self.link = book.add_format(cell | {"underline": 1, "font_color": LINK})
        self.heading = book.add_format(heading)
        self.heading_to_fill_in = book.add_format(heading | {"font_color": "#FFFFFF", "bg_color": INK})
        self.text = book.add_format(cell)
        self.quoted = book.add_format(cell | {"quote_prefix": True})
        self.date = book.add_format(cell | {"num_format": "dd/mm/yyyy", "align": "left"})
        self.number = book.add_format(cell | {"num_format": "0", "align": "right", "indent": 1})
        self.locked = book.add_format(cell | {"bg_color": WASH})
        # As text, so that Excel makes no date of 1/2, no number of 1.10 and no formula of "- see above".
        box = {"border": 1, "border_color": HAIR}
        self.open = book.add_format(cell | box | {"locked": False, "num_format": "@"})
        self.colours = {
            meaning: book.add_format({"font_color": ink, "bg_color": paper})
            for meaning, (ink, paper) in COLOURS.items()
        }


def lines_of(words: str, width: int) -> int:
    """About how many lines *words* take in a column of *width* digits: letters are narrower, and words break."""
    letters = width + width // 10 - 2
    if len(words) <= letters and "\n" not in words:
        return 1
    return sum(-(-len(line) // letters) or 1 for line in words.split("\n"))


def height_of(lines: int, line: float = _LINE) -> float:
    """How high a row has to be for so many *lines*, or how high it can be: in points, of which a pixel is 0.75."""
    return int(min(lines * line + 3, _TALLEST) / 0.75 + 0.5) * 0.75


def set_height(sheet: Worksheet, row: int, lines: int, *, line: float = _LINE) -> None:
    """Make *row* high enough for so many *lines*, or as high as a row can be."""
    done(sheet.set_row(row, height_of(lines, line)))


def make_table(sheet: Worksheet, name: str, rows: tuple[int, int], columns: Sequence[tuple[str, int, Any]]) -> None:
    """Make a table called *name* of the cells of *sheet* in *rows*, the first and the last, counted from 0.

    The first is that of the headings, which stays in sight.  *columns* are the heading, the width in characters, and
    the format of the heading of each.  A table without any other row is only its headings: Excel has none such.
    """
    first, last = rows
    for nth, (heading, width, look) in enumerate(columns):
        done(sheet.set_column(nth, nth, width))
        write_cell(sheet, first, nth, heading, look)
    set_height(sheet, first, max(lines_of(heading, max(width - 2, 6)) for heading, width, _ in columns))
    sheet.freeze_panes(first + 1, 0)
    if last > first:
        area = first, 0, last, len(columns) - 1
        headings = [{"header": heading, "header_format": look} for heading, _, look in columns]
        done(sheet.add_table(*area, {"name": name, "style": None, "banded_rows": False, "columns": headings}))
        done(sheet.ignore_errors({"number_stored_as_text": xl_range(*area)}))


def colour(sheet: Worksheet, formats: Formats, area: Area, conditions: Iterable[tuple[str, Progress]]) -> None:
    """Give the cells of *area* a colour by the first of *conditions* that holds.

    A condition is a formula for the first of these cells, and the progress that it stands for.
    """
    for formula, meaning in conditions:
        if meaning in formats.colours:
            rule = {"type": "formula", "criteria": formula, "format": formats.colours[meaning], "stop_if_true": True}
            done(sheet.conditional_format(*area, rule))


def paginate(sheet: Worksheet, *, told: str, marking: str, width: int = 0, headings: int | None = None) -> None:
    """Set up the pages of *sheet*, which is *width* characters wide: landscape, with *told* below each.

    *marking* stands above and below each page; the row *headings*, counted from 0, is repeated at the top of each.
    """
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    sheet.fit_to_pages(-(-width // _ON_A_PAGE) or 1, 0)
    sheet.print_across()
    marked = f"&C&B{_short(marking, 50)}" if marking else ""
    sheet.set_header(marked)
    sheet.set_footer(f"&L{_short(told, 60)}{marked}&RPage &P of &N")
    if headings is not None:
        sheet.repeat_rows(headings)


def _short(words: str, most: int) -> str:
    """*words* as they stand around a page, where an ampersand begins an order and there is room for few of them."""
    words = " ".join(legible(words).split())
    first = next(pieces(words, most), "")
    return (first if first == words else f"{first.rstrip()}…").replace("&", "&&")


def write_cell(sheet: Worksheet, row: int, column: int, words: str, look: Any) -> None:
    """Write *words* as text, whatever they look like; nothing for no words."""
    done(sheet.write_string(row, column, words, look) if words else sheet.write_blank(row, column, None, look))
