"""`home-office.docx`: the action plan as the Home Office's quality assurance reads it, to be opened and edited in Word.

What is said comes from `dhr_ledger.home_office`; here it is put down, in order.  A recommendation stands in full beside
its first action, and by its number beside the others: no cells are merged, so that every row can be read by itself,
aloud and on any page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import BinaryIO, Literal

from dhr_ledger import Entry
from dhr_ledger.home_office import (
    Field,
    HomeOfficePlan,
    Line,
    PlanRecommendation,
    PlanSection,
    Trail,
    home_office_plan,
)
from dhr_ledger.legible import illegible, legible
from dhr_ledger.plan import day_month_year
from dhr_ledger_docx.look import PAPERS, Paper, layout, styles
from dhr_ledger_docx.markup import number_of, paragraph, part, placeholder, row, run, table
from dhr_ledger_docx.packing import Properties, pack

_WHOLE = 24
"""A row of so many lines is kept on one page: half of a sheet, so that none is left mostly empty."""
_SHARES = {"Action": 16, "Of": 16, "From": 13, "To": 13, "Reason": 26, "Evidence": 22, "What": 36, "Who": 22}
_TIGHT = 12
"""The share of the width that a column of the audit trail has by its heading, and that of any other."""
_NUMBERED = frozenset({"recommendation", "action"})
"""The columns of which the lines begin with a number; in the others it is a label or a date, or neither."""


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
    read = list(entries)
    plan = home_office_plan(
        read,
        as_at=as_at,
        since=since,
        marking=" ".join(marking.upper().split()),
        made_by=f"dhr-ledger-docx {version('dhr-ledger-docx')}, home-office.docx",
    )
    last = max((entry.recorded_at for entry in read), default=datetime(2000, 1, 1, tzinfo=UTC))
    document = _Document(plan, PAPERS[paper], audience)
    pack(
        out,
        document.body(),
        {
            "styles": styles(document.paper),
            "footer": part("ftr", "".join(document.footer())),
            **({"header": part("hdr", document.marking())} if plan.marking else {}),
        },
        # A plan as it stood on a day is not what the ledger held at its head, and is no file to hand in again.
        _properties(plan, last, plan.head if as_at is None else None),
    )


def _properties(plan: HomeOfficePlan, last: datetime, head: int | None) -> Properties:
    as_at = day_month_year(plan.as_at)
    marked = f"{plan.marking}. " if plan.marking else ""
    return Properties(
        title=legible(f"{plan.title}: {plan.subtitle}, as at {as_at}"),
        subject=legible(plan.reference),
        author=legible(dict(plan.facts).get("Partnership", "")),
        description=legible(f"{marked}The action plan as it stood on {as_at}, and its audit trail. {plan.note}"),
        keywords=legible(", ".join(plan.keywords)),
        moment=last,
        head=head,
    )


@dataclass(slots=True)
class _Document:
    """A plan that is put down on paper, and how many of its characters could not be shown so far."""

    plan: HomeOfficePlan
    paper: Paper
    audience: str
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
        named = self.plan.reference if len(self.plan.reference) <= 80 else self.plan.subtitle
        told = " · ".join(filter(None, (" ".join(legible(named).split()), f"as at {day_month_year(self.plan.as_at)}")))
        yield paragraph("Footer", run(f"{told}\tPage "), number_of("PAGE"), run(" of "), number_of("NUMPAGES"))
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
        marking, shown_to, actions = ("Protective marking", plan.marking), ("Shown to", self.audience), _counted(plan)
        for name, said in (marking, *plan.facts, shown_to, ("Actions", actions)):
            if said.strip():
                yield paragraph("Fact", run(name, "Strong"), run(f"\t{self._shown(said)}"))
        yield paragraph("Note", run(self._shown(plan.note)))
        if self.lost:
            yield paragraph("Note", run(_said_of_lost(self.lost)))

    # The plan

    def _plan(self) -> Iterator[str]:
        columns = self.plan.template.columns
        headings = [column.heading for column in columns]
        widths = self.paper.columns(headings, [column.width for column in columns])
        for section in self.plan.sections:
            heading = self._shown(section.heading)
            yield paragraph("Heading1", run(heading))
            if not any(made.actions for made in section.recommendations):
                yield paragraph("Normal", run("This section has no actions."))
            yield from table(
                headings,
                self._rows(section, [column.field for column in columns], widths),
                widths,
                caption=heading,
                description=f"The actions of {heading}, a row for each, in the columns of the form.",
            )
        if not self.plan.sections:
            yield paragraph("Normal", run("The plan has no sections yet."))

    def _rows(self, section: PlanSection, fields: Sequence[Field], widths: Sequence[int]) -> Iterator[str]:
        """A row for each action, and one for a recommendation that has none."""
        for made in section.recommendations:
            for nth, cells in enumerate([action.cells for action in made.actions] or [{}]):
                lines = {**_recommendation(made), **cells}
                if nth and made.reference:
                    lines["recommendation"] = (Line(made.number, _ABOVE),)
                yield self._row([_labelled(field, lines) for field in fields], widths, "" if nth else "first")

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
        if line.words is _ABOVE:
            return paragraph("Cell", placeholder(f"{label} {_ABOVE}"))
        first, *rest = self._shown(line.words).split("\n")
        begins = paragraph("Cell", run(f"{label} " if label and line.words else label, "Strong"), run(first))
        return begins + "".join(paragraph("Cell", run(words)) for words in rest)

    # The audit trail for the panel

    def _trails(self) -> Iterator[str]:
        yield paragraph("Heading1", run("Audit trail for the panel"))
        for trail in self.plan.trails:
            yield from self._trail(trail)

    def _trail(self, trail: Trail) -> Iterator[str]:
        yield paragraph("Heading2", run(trail.title))
        yield paragraph("Normal", run(trail.about))
        if not trail.rows:
            yield paragraph("Normal", run(trail.nothing))
        widths = self.paper.columns(trail.headings, [_SHARES.get(heading, _TIGHT) for heading in trail.headings])
        rows = (self._row([(Line("", cell),) for cell in cells], widths) for cells in trail.rows)
        yield from table(trail.headings, rows, widths, caption=trail.title, description=trail.about)


_ABOVE = "as above"
"""What stands for a recommendation beside its further actions.

It is a placeholder, which Word shows, prints and reads aloud: whoever reads the table as data finds the cell blank, as
of a recommendation that goes on.
"""


def _recommendation(made: PlanRecommendation) -> Mapping[Field, tuple[Line, ...]]:
    if not made.reference:
        return {}
    return {
        "recommendation": (Line(made.number, made.words),),
        "scope": (Line("", made.scope),) if made.scope else (),
    }


def _labelled(field: Field, lines: Mapping[Field, Sequence[Line]]) -> list[Line]:
    """The lines of a cell, each number and each label with what parts it from the words, for those who hear it."""
    stop = "." if field in _NUMBERED else ":"
    return [Line(f"{label}{stop}" if label else "", words) for label, words in lines.get(field, ())]


def _counted(plan: HomeOfficePlan) -> str:
    counts = [f"{number:,} {name}" for name, number in plan.counts.items() if number and name != "overdue"]
    late = plan.counts.get("overdue", 0)
    return ", ".join(counts) + (f"; {late:,} of these {'is' if late == 1 else 'are'} overdue" if late else "")


def _said_of_lost(count: int) -> str:
    what = "1 character has" if count == 1 else f"{count:,} characters have"
    return f"{what} no letter in this document and {'is' if count == 1 else 'are'} printed as �; the ledger keeps them."
