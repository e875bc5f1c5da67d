"""What the page says: the plan on a day, what is late, which dates moved, and the entries behind every figure.

Everything here is as recorded; `rendering` makes it fit to be shown.  `layout` makes a page from entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from dhr_ledger.action import Action
from dhr_ledger.entry import Entry
from dhr_ledger.reference import number_of
from dhr_ledger.review import Recommendation, Review
from dhr_ledger_html.timeline import Scale, Timeline

PROGRESS = {
    "complete": "Complete",
    "in progress": "In progress",
    "not started": "Not started",
    "paused": "Paused",
    "awaiting a stage": "Awaiting a stage",
    "unknown": "Status not known",
    "withdrawn": "Withdrawn",
    "superseded": "Superseded",
}
"""The words for how far an action is, in the order in which the page counts them."""
ALSO = {"overdue": "Overdue", "undated": "Without a date", "moved": "Date moved"}
"""What else is counted: late on the day; still to be done, with no day known; its target date was moved."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the plan: its name, the words as printed, what was understood, and the entries that it stands by."""

    name: str
    printed: str
    understood: str
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A target date that was moved: from what to what, how much later, and the entry that says who, when and why."""

    was: str
    to: str
    later: str
    when: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Card:
    """One action as it stands, with the entries that tell it.

    `label` is what the page calls it and `counts` the figures that it is counted in; `planned` and `stands` are the
    target dates that it began with and has, as printed, and `days_late` is how long it is overdue.  `reached` is the
    day on which the review reached the stage that it awaits.
    """

    action: Action
    anchor: str
    label: str
    counts: tuple[str, ...]
    facts: tuple[Cell, ...]
    cells: tuple[Cell, ...]
    due: date | None
    later: str
    days_late: int
    reached: date | None
    moves: tuple[Move, ...]
    entries: tuple[Entry, ...]
    timeline: Timeline
    replaced_by: str | None

    @property
    def number(self) -> str:
        """The number as printed."""
        return self.action.number or number_of(self.action.reference)


@dataclass(frozen=True, slots=True)
class Part:
    """The actions of a section that stand under one recommendation, or under none: then `reference` is `None`."""

    reference: str | None
    recommendation: Recommendation | None
    anchor: str | None
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the plan, in parts, with all its actions."""

    reference: str
    heading: str
    anchor: str
    parts: tuple[Part, ...]
    cards: tuple[Card, ...]

    def counted(self, key: str) -> tuple[Card, ...]:
        """The actions that the figure *key* counts."""
        return tuple(card for card in self.cards if key in card.counts)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on the page, and the actions that it counts in each section that has any."""

    key: str
    label: str
    sections: tuple[tuple[Section, tuple[Card, ...]], ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(len(cards) for _, cards in self.sections)

    @property
    def anchor(self) -> str:
        """Where its actions are listed."""
        return f"figure-{self.key.replace(' ', '-')}"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A review and the sections of its plan."""

    review: Review
    anchor: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """An entry on the page: what it is about, the entry that it notes something on, and those that note on it."""

    entry: Entry
    about: str
    anchor: str | None
    notes_on: int | None
    noted_in: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page.

    `day` is the day that it is as at and `head` the last entry that was read, both `None` for an empty ledger;
    `as_known` is the moment asked for and `only` the section asked for; `left_out` counts the entries that tell of
    days after `day`, and `withheld` says what the marks mean of what is not shown to everybody.
    """

    day: date | None
    as_known: datetime | None
    only: str | None
    marking: str
    head: Entry | None
    left_out: int
    withheld: str
    chapters: tuple[Chapter, ...]
    cards: tuple[Card, ...]
    figures: Mapping[str, Figure]
    late: tuple[Card, ...]
    moved: tuple[Card, ...]
    lines: tuple[Line, ...]
    scale: Scale | None

    @property
    def sections(self) -> list[Section]:
        """Every section of every review."""
        return [section for chapter in self.chapters for section in chapter.sections]
