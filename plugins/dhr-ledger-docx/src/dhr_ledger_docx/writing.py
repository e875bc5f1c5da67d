"""`home-office.docx`: the action plan as the Home Office's quality assurance reads it, to be opened and edited in Word.

What is said comes from `dhr_ledger.home_office`; here it is put down, in order.  A recommendation stands in full beside
its first action, and by its number beside the others: no cells are merged, so that every row can be read by itself,
aloud and on any page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import BinaryIO, Literal

from dhr_ledger import Entry
from dhr_ledger.home_office import (
    AS_ABOVE,
    AUDIT_TRAIL,
    Field,
    HomeOfficePlan,
    Line,
    PlanSection,
    Trail,
    home_office_plan,
    parted,
)
from dhr_ledger.legible import illegible, legible, said_of_lost
from dhr_ledger_docx.look import PAPERS, Paper, layout, styles
from dhr_ledger_docx.markup import number_of, paragraph, part, placeholder, row, run, table
from dhr_ledger_docx.packing import pack

_WHOLE = 24
"""A row of so many lines is kept on one page: half of a sheet, so that none is left mostly empty."""


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
        made_by=f"dhr-ledger-docx {version('dhr-ledger-docx')}, home-office.docx",
        audience=audience,
    )
    document = _Document(plan, PAPERS[paper])
    pack(
        out,
        document.body(),
        {
            "styles": styles(document.paper),
            "footer": part("ftr", "".join(document.footer())),
            **({"header": part("hdr", document.marking())} if plan.marking else {}),
        },
        plan.properties,
    )


@dataclass(slots=True)
class _Document:
    """A plan that is put down on paper, and how many of its characters could not be shown so far."""

    plan: HomeOfficePlan
    paper: Paper
    lost: int = 0

    def body(self) -> Iterator[str]:
        """All that stands between the top and the bottom of the pages."""
        rest = [*self._plan(), *self._trails()]  # first, so that the first page knows how many characters were lost
        yield from self._front()
        yield from rest
        yield layout(self.paper, header=bool(self.plan.marking))

    def marking(self) -> str:
        """The protective marking, for the top and the bottom of every page."""
        return paragraph("Header", run(legible(self.plan.marking)))

    def footer(self) -> Iterator[str]:
        """What stands at the bottom of every page: which review, as at when, and which page of how many."""
        yield paragraph(
            "Footer", run(f"{self.plan.footer}\tPage "), number_of("PAGE"), run(" of "), number_of("NUMPAGES")
        )
        if self.plan.marking:
            yield self.marking()

    def _shown(self, words: str) -> str:
        self.lost += illegible(words)
        return legible(words)

    # The first page

    def _front(self) -> Iterator[str]:
        plan = self.plan
        yield paragraph("Title", run(self._shown(plan.title)))
        yield paragraph("Subtitle", run(self._shown(plan.subtitle)))
        for name, said in (*plan.facts, ("Actions", plan.counted)):
            if said:
                yield paragraph("Fact", run(name, "Strong"), run(f"\t{self._shown(said)}"))
        yield paragraph("Note", run(self._shown(plan.note)))
        if self.lost:
            yield paragraph("Note", run(said_of_lost(self.lost)))

    # The plan

    def _plan(self) -> Iterator[str]:
        columns = self.plan.template.columns
        headings = [column.heading for column in columns]
        widths = self.paper.columns(headings, [column.width for column in columns])
        for section in self.plan.sections:
            heading = self._shown(section.heading)
            yield paragraph("Heading1", run(heading))
            if section.nothing:
                yield paragraph("Normal", run(section.nothing))
            yield from table(
                headings,
                self._rows(section, [column.field for column in columns], widths),
                widths,
                caption=heading,
                description=section.about(heading),
            )
        if self.plan.nothing:
            yield paragraph("Normal", run(self.plan.nothing))

    def _rows(self, section: PlanSection, fields: Sequence[Field], widths: Sequence[int]) -> Iterator[str]:
        """A row for each action, and one for a recommendation that has none."""
        for _, first, cells in section.rows():
            told = [[Line(parted(field, label), words) for label, words in cells.get(field, ())] for field in fields]
            yield self._row(told, widths, "first" if first else "")

    def _row(self, cells: Sequence[Sequence[Line]], widths: Sequence[int], style: str = "") -> str:
        lines = max(self._lines(cell, width) for cell, width in zip(cells, widths, strict=True))
        return row([self._cell(cell) for cell in cells], widths, style=style, whole=lines <= _WHOLE)

    def _lines(self, cell: Sequence[Line], width: int) -> int:
        return sum(self.paper.lines(f"{label} {words}", width) for label, words in cell)

    def _cell(self, lines: Sequence[Line]) -> str:
        """A paragraph for each line: its label, and what it says."""
        return "".join(self._line(line) for line in lines) or paragraph("Cell")

    def _line(self, line: Line) -> str:
        label = self._shown(line.label)
        if line.words is AS_ABOVE:
            # Word shows, prints and reads aloud a placeholder; whoever reads the table as data finds the cell blank, as
            # of a recommendation that goes on.
            return paragraph("Cell", placeholder(f"{label} {AS_ABOVE}"))
        first, *rest = self._shown(line.words).split("\n")
        begins = paragraph("Cell", run(f"{label} " if label and line.words else label, "Strong"), run(first))
        return begins + "".join(paragraph("Cell", run(words)) for words in rest)

    # The audit trail for the panel

    def _trails(self) -> Iterator[str]:
        yield paragraph("Heading1", run(AUDIT_TRAIL))
        for trail in self.plan.trails:
            yield from self._trail(trail)

    def _trail(self, trail: Trail) -> Iterator[str]:
        yield paragraph("Heading2", run(trail.title))
        yield paragraph("Normal", run(trail.about))
        if not trail.rows:
            yield paragraph("Normal", run(trail.nothing))
        widths = self.paper.columns(trail.headings, trail.shares)
        rows = (self._row([(Line("", cell),) for cell in cells], widths) for cells in trail.rows)
        yield from table(trail.headings, rows, widths, caption=trail.title, description=trail.about)
