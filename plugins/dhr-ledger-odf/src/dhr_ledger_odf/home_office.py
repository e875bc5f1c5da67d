"""`home-office.odt`: the action plan as the Home Office's quality assurance reads it, to be opened and edited.

What is said comes from `dhr_ledger.home_office`; here it is put down, in order.  A recommendation stands in full beside
its first action, and beside the others as "Recommendation 1.1, continued".  No cells are merged, so that every row can
be read by itself, aloud and on any page, and a table may break between any two rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from typing import BinaryIO, Literal, NamedTuple

from dhr_ledger import Entry
from dhr_ledger.home_office import (
    AUDIT_TRAIL,
    CONTINUED,
    UNDER_NONE,
    Field,
    HomeOfficePlan,
    Line,
    PlanRecommendation,
    PlanSection,
    Trail,
    home_office_plan,
    parted,
)
from dhr_ledger.legible import illegible, legible, said_of_lost
from dhr_ledger_odf.look import FONT_FACES, PAPERS, STRONG, Paper, styles, table_styles
from dhr_ledger_odf.markup import (
    cell,
    heading,
    number_of_page,
    number_of_pages,
    paragraph,
    part_of_pieces,
    row,
    span,
    table,
    words,
)
from dhr_ledger_odf.packing import DISTRIBUTION, pack
from dhr_ledger_odf.vocabulary import STANDS_FOR

_WHOLE = 16
"""A row of so many lines is kept on one page: a third of a sheet, so that none is left mostly empty."""
_LONGEST = 2_000
"""A paragraph of more characters is divided: a program takes half a minute to break one of 100,000 over pages."""


def write_home_office(
    entries: Iterable[Entry],
    out: BinaryIO,
    *,
    as_at: date | None,
    since: date | None,
    marking: str,
    paper: Literal["a3", "a4"],
    audience: str,
) -> None:
    """Write the document for the Home Office to *out*; what the rest says is as in `export_home_office`."""
    plan = home_office_plan(
        entries,
        as_at=as_at,
        since=since,
        marking=marking,
        made_by=f"{DISTRIBUTION} {version(DISTRIBUTION)}, home-office.odt",
        audience=audience,
    )
    document = _Document(plan, PAPERS[paper])
    parts = {
        "content": part_of_pieces("document-content", document.content()),
        "styles": [styles(document.paper, document.header(), document.footer())],
    }
    pack(out, "text", parts, plan.properties)


@dataclass(slots=True)
class _Document:
    """A plan that is put down on paper, what its tables measure, and how many characters could not be shown so far."""

    plan: HomeOfficePlan
    paper: Paper
    lost: int = 0
    tables: dict[str, Sequence[float]] = field(default_factory=dict)

    def content(self) -> Iterator[str]:
        """All that stands between the top and the bottom of the pages, after the styles that were made up for it."""
        rest = [*self._plan(), *self._trails()]  # first: what stands before it tells of it
        yield f"{FONT_FACES}<office:automatic-styles>{table_styles(self.tables)}</office:automatic-styles>"
        yield "<office:body><office:text>"
        yield from self._front()
        yield from rest
        yield "</office:text></office:body>"

    def header(self) -> str:
        """The protective marking, for the top of every page."""
        return paragraph("Header", words(legible(self.plan.marking))) if self.plan.marking else ""

    def footer(self) -> str:
        """What stands at the bottom of every page: which review, as at when, which page of how many; the marking."""
        named = words(f"{self.plan.footer}\tPage")
        numbered = paragraph("Footer", named, " ", number_of_page(), " of ", number_of_pages())
        return numbered + (paragraph("Marking", words(legible(self.plan.marking))) if self.plan.marking else "")

    def _shown(self, text: str) -> str:
        self.lost += illegible(text)
        return legible(text)

    # The first page

    def _front(self) -> Iterator[str]:
        plan = self.plan
        yield paragraph("Title", words(self._shown(plan.title)))
        yield paragraph("Subtitle", words(self._shown(plan.subtitle)))
        for name, said in (*plan.facts, ("Actions", plan.counted)):
            if said:
                yield paragraph("Fact", span(STRONG, f"{name}:"), words(f"\t{self._shown(said)}"))
        yield paragraph("Note", words(self._shown(plan.note)))
        if self.lost:
            yield paragraph("Note", words(said_of_lost(self.lost)))

    # The plan

    def _plan(self) -> Iterator[str]:
        columns = self.plan.template.columns
        headings = [column.heading for column in columns]
        widths = self.paper.columns(headings, [column.width for column in columns])
        self.tables["Plan"] = widths
        for nth, section in enumerate(self.plan.sections, start=1):
            shown = self._shown(section.heading)
            yield heading(1, shown)
            if section.recommendations:
                rows = self._rows(section, [column.field for column in columns], widths)
                about = section.about(shown)
                yield from self._table(f"Plan_{nth}", "Plan", headings, rows, title=shown, about=about)
            if section.nothing:
                yield paragraph("Standard", section.nothing)
        if self.plan.nothing:
            yield paragraph("Standard", self.plan.nothing)

    def _rows(self, section: PlanSection, fields: Sequence[Field], widths: Sequence[float]) -> Iterator[str]:
        """A row for each action, and one for a recommendation that has none."""
        for made, first, cells in section.rows():
            told = {name: [_said(name, line) for line in cells.get(name, ())] for name in fields}
            if not (first and made.reference):
                told["recommendation"] = [_Said(label=_stands_for(made), style=STANDS_FOR)]
            yield self._row([told[name] for name in fields], widths, "First" if first else "Next")

    def _row(self, cells: Sequence[Sequence[_Said]], widths: Sequence[float], style: str) -> str:
        sized = zip(cells, widths, strict=True)
        lines = max(sum(self.paper.lines(" ".join(said[:2]), width) for said in told) for told, width in sized)
        in_cells = (cell(style, "".join(map(self._paragraphs, told)) or paragraph("Cell")) for told in cells)
        return row("Whole" if lines <= _WHOLE else "Long", in_cells)

    def _paragraphs(self, said: _Said) -> str:
        """What a cell says: a paragraph, or several where it is long."""
        first, *more = divided(self._shown(said.words))
        before = span(said.style, self._shown(said.label))
        begun = paragraph("Cell", before, " " if before and first else "", words(first))
        return begun + "".join(paragraph("Cell", words(part)) for part in more)

    def _table(
        self, name: str, style: str, headings: Sequence[str], rows: Iterable[str], *, title: str, about: str
    ) -> Iterator[str]:
        head = row("Whole", (cell("Head", paragraph("Column_20_heading", words(said))) for said in headings))
        columns = [f"{style}.{nth}" for nth, _ in enumerate(headings, start=1)]
        return table(name, style, columns, head, rows, title=title, about=about)

    # The audit trail for the panel

    def _trails(self) -> Iterator[str]:
        yield heading(1, AUDIT_TRAIL)
        for nth, trail in enumerate(self.plan.trails, start=1):
            yield from self._trail(nth, trail)

    def _trail(self, nth: int, trail: Trail) -> Iterator[str]:
        yield heading(2, trail.title)
        yield paragraph("About", words(trail.about))
        if not trail.rows:
            yield paragraph("Standard", words(trail.nothing))
            return
        name = f"Trail_{nth}"
        widths = self.paper.columns(trail.headings, trail.shares)
        self.tables[name] = widths
        rows = (self._row([[_Said(words=said)] for said in cells], widths, "Next") for cells in trail.rows)
        yield from self._table(name, name, trail.headings, rows, title=trail.title, about=trail.about)


class _Said(NamedTuple):
    """What a cell says: a label in a style of its own, and words."""

    label: str = ""
    words: str = ""
    style: str = STRONG


def _said(name: Field, line: Line) -> _Said:
    """A *line* of the column *name*, with what parts its number or its label from its words, for those who hear it."""
    return _Said(parted(name, line.label), line.words)


def _stands_for(made: PlanRecommendation) -> str:
    """What stands beside an action where its recommendation stands further up, or is none."""
    return CONTINUED.format(made.number) if made.reference else UNDER_NONE


def divided(text: str) -> Iterator[str]:
    """*text*, or parts of it where it is long: each ends at the end of a line, or else after a space."""
    while len(text) > _LONGEST:
        cut = text.rfind("\n", 0, _LONGEST) + 1 or text.rfind(" ", 0, _LONGEST) + 1
        if not cut:
            later = re.compile("[ \n]").search(text, _LONGEST)
            cut = later.end() if later else len(text)
        if cut == len(text):
            break
        yield text[:cut].removesuffix("\n")
        text = text[cut:]
    yield text
