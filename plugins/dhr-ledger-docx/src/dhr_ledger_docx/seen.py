"""What was seen in a table that a person should look at, said in one sentence of each kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from dhr_ledger.provenance import Source

_MOST_PLACES = 20
"""Places that a sentence names."""

_SAYS = {
    "struck": "words that are struck through were taken in; check whether they still hold",
    "hidden": "words that Word hides were taken in; check whether they belong there",
    "nested": "a table inside was taken in as lines of words; check how they read",
    "picture": "a picture was not taken in; write in words what it says",
    "symbol": "a symbol of a font that is not known was taken in as it is; write it in words",
    "covered": "words that a merged cell covers were not taken in; unmerge the cells to see them",
    "deleted": "a row that a tracked change deletes was left out; accept or reject the change",
}
"""What is to be said of words or rows, by the place where they stand."""


class Place(NamedTuple):
    """Where words stand: a row and a column of the table, counted from 1; row 0 is what stands above it."""

    row: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.row:
            return "above it"
        return f"row {self.row}, column {self.column}" if self.column else f"row {self.row}"


@dataclass(slots=True)
class Seen:
    """What was seen so far in a table and in the lines above it; `place` is where the reading is.

    `links` are the links in it: where each stands, its words, and the name that the body has for its address.
    """

    place: Place = field(default_factory=Place)
    tracked: int = 0
    comments: int = 0
    footnotes: int = 0
    embedded: int = 0
    links: list[tuple[Place, str, str]] = field(default_factory=list)
    _places: dict[str, dict[Place, None]] = field(default_factory=dict)

    def here(self, what: str) -> None:
        """Keep the place, for the sentence that says *what*."""
        self._places.setdefault(what, {})[self.place] = None

    def notes(self, file: str, table: str) -> tuple[str, ...]:
        """All that was seen in *table* of *file*, in whole sentences."""
        where = Source(file=file, table=table)
        notes = [
            f"{where} has {_counted(self.tracked, 'tracked change')}, taken as shown: what is inserted is in and what "
            "is deleted is out; accept or reject them to be sure." if self.tracked else "",
            f"{where} has {_counted(self.comments, 'comment')}; comments are not taken in." if self.comments else "",
            f"{where} refers to {_counted(self.footnotes, 'footnote or endnote', 'footnotes and endnotes')}; they are "
            "not taken in." if self.footnotes else "",
            f"{where} comes after {_counted(self.embedded, 'embedded document')}, not taken in; open the file in Word "
            "and save it anew." if self.embedded else "",
        ]  # fmt: skip
        notes += [f"{where}, {_listed(self._places[what])}: {_SAYS[what]}." for what in _SAYS if what in self._places]
        return tuple(note for note in notes if note)


def _counted(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def _listed(places: dict[Place, None]) -> str:
    named = [str(place) for place in places][:_MOST_PLACES]
    rest = len(places) - len(named)
    return "; ".join(named) + (f"; and {_counted(rest, 'other place')}" if rest else "")
