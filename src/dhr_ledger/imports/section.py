"""A section of a plan as it was read: its recommendations and its actions, each with the place of its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dhr_ledger.home_office import Field as FormField
from dhr_ledger.home_office import Line
from dhr_ledger.imports.progress import Piece
from dhr_ledger.imports.rows import in_a_reference
from dhr_ledger.lead import Lead
from dhr_ledger.provenance import Source
from dhr_ledger.review import Scope
from dhr_ledger.status import Status
from dhr_ledger.target_date import TargetDate


@dataclass(frozen=True, slots=True)
class ImportedRecommendation:
    """A recommendation, in its own words, and where it was read; `numbered` says that its number is printed."""

    number: str
    text: str
    source: Source
    scope: Scope | None = None
    numbered: bool = True


MOST_REPORTS = 50_000
"""In all tables."""


@dataclass(frozen=True, slots=True)
class ImportedAction:
    """A row of the table, or one of several actions in it: its cells as printed, and what they mean.

    `recommendation` is the number of the one that it stands under; `source.columns` says which columns there are.
    `numbered` says that its number is printed, and is not only counted here.  `progress` and `milestones` are pieces
    that joined again are the printed cell.  `reference` is that of the ledger which the table was made from, if any,
    and `printed` what was printed in its row where the table is a document for the Home Office that comes back.
    """

    number: str
    recommendation: str | None
    text: str
    lead: Lead
    target_date: TargetDate
    desired_outcome: str
    monitoring: str
    success_measure: str
    evidence_required: str
    outcome: str
    milestones: tuple[Piece, ...]
    progress: tuple[Piece, ...]
    status: Status
    source: Source
    numbered: bool = True
    reference: str | None = None
    printed: Mapping[FormField, tuple[Line, ...]] | None = None

    @property
    def named(self) -> str:
        """Its number as it stands in a reference: 1 for a printed R1, as R is kept for recommendations."""
        return in_a_reference(self.number)

    def at(self, name: str) -> Source:
        """The place of one of its cells; of the whole row where it has no such column."""
        column = (self.source.columns or {}).get(name)
        return self.source.model_copy(update={"columns": {name: column} if column else None})


@dataclass(frozen=True, slots=True)
class ImportedSection:
    """What one agency is to do: its short key, its heading, and the headings of its columns, all as printed.

    `named` says that the key is that of the ledger which the table was made from, and `headed` that a heading is
    printed, and the name of the file or of the table does not only stand in for it.  `made_from` is the head that the
    ledger had then, where the file says so.
    """

    key: str
    heading: str
    columns: tuple[str, ...]
    recommendations: tuple[ImportedRecommendation, ...]
    actions: tuple[ImportedAction, ...]
    source: Source
    named: bool = False
    headed: bool = True
    made_from: int | None = None


def as_number(cell: str) -> str:
    """A printed number as it stands in a reference: `1.` is written `1`."""
    return "".join(cell.split()).rstrip(".")
