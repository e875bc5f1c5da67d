"""Which recommendation an action is for: the one in the columns of its own row, or the one that it stands under."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import get_args

from dhr_ledger.errors import BadReference
from dhr_ledger.imports.columns import Columns, label_of
from dhr_ledger.imports.grid import Banner, Found, Row, Table, row_beside, short
from dhr_ledger.imports.headings import as_words, fold
from dhr_ledger.imports.remarks import is_no_report
from dhr_ledger.imports.rows import WORDED
from dhr_ledger.imports.section import ImportedRecommendation, as_number
from dhr_ledger.reference import check_recommendation
from dhr_ledger.review import Scope


@dataclass(slots=True)
class Owners:
    """The recommendations of a table, by their numbers, and which of them each of its rows is for.

    `above` has that of each row by its place, `worded` the number of each recommendation by its words, and `standing`
    the one that the columns of a row named last.
    """

    table: Table
    columns: Columns
    found: Found
    recommendations: dict[str, ImportedRecommendation] = field(default_factory=dict)
    above: dict[tuple[str, int], str | None] = field(default_factory=dict)
    worded: dict[str, str] = field(default_factory=dict)
    standing: str | None = None

    def __post_init__(self) -> None:
        if not self.table.ours:
            self.above = _above(self.table, self.columns, self.found)

    def take(self, row: Row, banner: Banner, column: int, scope: Scope | None = None, *, numbered: bool = True) -> None:
        """Take what *row* says in *column* for a recommendation."""
        source = self.table.at(row, text=column)
        standing = self.recommendations.get(banner.number)
        if not banner.text.strip():
            self.found.faults.append(
                f"{source}: recommendation {banner.number} has no words; put them into the same cell."
            )
        elif standing is None:
            made = ImportedRecommendation(banner.number, banner.text, source, scope, numbered)
            self.recommendations[banner.number] = made
            self.worded.setdefault(as_words(banner.text), banner.number)
        elif as_words(standing.text) != as_words(banner.text):
            self.found.faults.append(
                f"{source}: recommendation {banner.number} stands in {row_beside(standing.source, source)} already, "
                "with other words; number one of them anew."
            )

    def of(self, row: Row) -> str | None:
        """The recommendation of *row*: in its own columns, or in those of a row above, or above the row."""
        first = self.columns.first
        if self.table.ours:
            return self._in_a_table_of_ours(row)
        if not {"recommendation", "recommendation_number"} & first.keys():
            return self.above.get(row.place)
        printed, words = row.cell(first.get("recommendation_number")), row.cell(first.get("recommendation"))
        said = [cell for cell in (printed, words) if cell.strip()]
        if not said:
            return self.standing or self.above.get(row.place)  # the cell above goes on, or was left blank
        if all(map(is_no_report, said)):
            self.standing = None  # a dash stands for none
            return None
        number = label_of(printed) or as_number(printed)
        worded = WORDED.fullmatch(words)
        if not number and worded:
            number, words = worded["number"], worded["text"]
        elif worded and worded["number"] == number:
            words = worded["text"]
        if not number:
            number = self.worded.get(as_words(words), "")
        if not number and first.get("number", 0) < first.get("recommendation", 0):
            number = as_number(row.cell(first.get("number")))
        if number and not _is_a_number(number):
            place = first.get("recommendation_number") or first["number"]
            self.found.faults.append(
                f"{self.table.at(row, number=place)}: {short(row.cell(place))} cannot be the number of a "
                "recommendation; write it like 1.2, or leave the cell blank where it is that of the row above."
            )
            return None
        numbered = bool(number)
        number = number or str(len(self.recommendations) + 1)
        if words.strip() or number not in self.recommendations:
            place = first.get("recommendation") or first["recommendation_number"]
            made = Banner(number, words or printed)
            self.take(row, made, place, self._scope(row), numbered=numbered)
        self.standing = number
        return number

    def _in_a_table_of_ours(self, row: Row) -> str | None:
        """The recommendation of *row* in a table of ours, which prints its words, and nothing for none."""
        place = self.columns.first.get("recommendation")
        words = row.cell(place)
        if not place or not words.strip():
            return None
        number = self.worded.get(" ".join(words.split()))
        if number is None:
            number = self.worded[" ".join(words.split())] = str(len(self.recommendations) + 1)
            source = self.table.at(row, text=place)
            self.recommendations[number] = ImportedRecommendation(number, words, source, None, numbered=False)
        return number

    def _scope(self, row: Row) -> Scope | None:
        printed = row.cell(self.columns.first.get("scope"))
        scope = fold(printed)
        if scope and scope not in get_args(Scope):
            self.found.notes.append(
                f"{self.table.at(row)}: the scope {short(printed)} is none of {', '.join(get_args(Scope))} and "
                "was not taken in."
            )
        return next((known for known in get_args(Scope) if known == scope), None)


def _is_a_number(number: str) -> bool:
    """Whether *number* may stand in the reference of a recommendation."""
    try:
        check_recommendation(f"DHR:KEY:R{number}")
    except BadReference:
        return False
    return True


def _above(table: Table, columns: Columns, found: Found) -> dict[tuple[str, int], str | None]:
    """The number of the recommendation that each row stands under, by the number of the row.

    It is the one above it.  In a section that begins with actions and ends with a recommendation, each recommendation
    stands below its actions, and it is the next one.  Where actions stand both before the first recommendation and
    after the last, those before the first belong to the one that their own number names (`2.1` and `2` name 2), or to
    none.  Numbers decide nothing else: actions 1 to 14 under recommendations 1 to 4 are only counted on, and so they
    may be where a table goes on in another.
    """
    rows = [row for row in table.rows if row.banner or row.alone is None]
    banners = {row.place: row.banner.number for row in rows if row.banner}
    upwards = bool(banners) and rows[0].place not in banners and rows[-1].place in banners
    if upwards:
        found.notes.append(
            f"{table.at(rows[0])}: the section begins with actions and ends with a recommendation, so each "
            "action was put under the next recommendation below it; check that."
        )
    owners: dict[tuple[str, int], str | None] = {}
    owner: str | None = None
    for row in reversed(rows) if upwards else rows:
        owner = banners.get(row.place, owner)
        owners[row.place] = owner
    numbers = set(banners.values())
    in_one_table = len({row.place[0] for row in rows}) == 1
    if banners and not {"recommendation", "recommendation_number"} & columns.first.keys():
        for row in (row for row in rows if owners[row.place] is None):
            number = as_number(row.cell(columns.first.get("number")))
            owners[row.place] = next(
                (n for n in (number if in_one_table else "", number.rpartition(".")[0]) if n in numbers), None
            )
            under = f"was put under {owners[row.place]} by its number" if owners[row.place] else "is under none"
            found.notes.append(
                f"{table.at(row)}: action {number} stands above the first recommendation and {under}; check it."
            )
    return owners
