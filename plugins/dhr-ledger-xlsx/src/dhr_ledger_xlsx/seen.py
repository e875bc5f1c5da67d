"""What was seen in a sheet that a person should look at, said in one sentence of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_MOST_PLACES = 20
"""Places that a sentence names."""

_SAYS: Mapping[str, str] = {
    "hidden row": "hidden rows were read like the others",
    "hidden column": "hidden columns were read like the others",
    "struck": "words that are struck through were taken in; check whether they still hold",
    "computed": "what a formula computed was read as it is shown",
    "not computed": "the value of the formula is not there and was read as blank; save the file in Excel",
    "error": "an error stands there instead of a value; put it right",
    "no year": "the date is shown, and was read, without its year; show the year and import it again",
    "covered": "words that a merged cell covers were not taken in; unmerge the cells to see them",
}
"""What is to be said of places, in the order in which it is said."""


@dataclass(slots=True)
class Seen:
    """What was seen so far in a sheet, and how often; `where` is what sentences about it begin with."""

    where: str
    hidden: bool = False
    comments: int = 0
    conditional: bool = False
    _places: dict[str, dict[str, None]] = field(default_factory=dict)
    _more: dict[str, int] = field(default_factory=dict)

    def at(self, place: str, what: str) -> None:
        """Keep *place* (`C4`), for the sentence that says *what*."""
        places = self._places.setdefault(what, {})
        if place in places or len(places) < _MOST_PLACES:
            places[place] = None
        else:
            self._more[what] = self._more.get(what, 0) + 1

    def notes(self, *, ours: bool = False) -> tuple[str, ...]:
        """All that was seen, in whole sentences; in a workbook of *ours* the colours say what the words say."""
        notes = [f"{self.where} is a hidden sheet and was read like the others."] if self.hidden else []
        for what in _SAYS:
            if places := self._places.get(what):
                more = self._more.get(what, 0)
                rest = f" and {more:,} more" if more else ""
                notes.append(f"{self.where}, {', '.join(places)}{rest}: {_SAYS[what]}.")
        if self.comments:
            notes.append(f"{self.where} has {counted(self.comments, 'comment')}; comments are not taken in.")
        if self.conditional and not ours:
            notes.append(f"{self.where} has colours that depend on a condition; they were not read.")
        return tuple(notes)


def counted(count: int, one: str) -> str:
    """How many there are of *one* kind, in words that go on a sentence."""
    return f"{count:,} {one}{'s' if count != 1 else ''}"
