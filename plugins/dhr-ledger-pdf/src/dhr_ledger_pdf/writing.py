"""`home-office.pdf`: the action plan as the Home Office's quality assurance reads it, made to be heard and to last.

One file is both PDF/UA-1 (ISO 14289-1: tagged, with a title, a language and headings of tables) and PDF/A-2a (ISO
19005-2), the archive format that UK government bodies take.  A recommendation stands in full beside its first action
and by its number beside the others: no cells are merged, and each row can be read by itself, aloud and on any page.

What is said comes from `dhr_ledger.home_office`; `layout` measures it, and `home-office.typ` sets it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, Literal
from unicodedata import category

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
from dhr_ledger.plan import day_month_year
from dhr_ledger_pdf.glyphs import FAMILIES, FOLDER, shown
from dhr_ledger_pdf.layout import PAPERS, Cell, Paper, Part, Row, divided, measured, shares_by_content

MOST_ROWS = 10_000
"""How many rows of the audit trail are printed at most; the engine takes a gigabyte of memory for so many."""

_LONGEST = 300
"""A title, a heading or a marking of more characters is cut."""


def export_home_office(
    entries: Iterable[Entry],
    out: BinaryIO,
    *,
    as_at: date | None = None,
    since: date | None = None,
    marking: str = "",
    paper: Literal["a3", "a4"] = "a3",
    audience: str = "",
) -> None:
    """The plan and its audit trail for the Home Office: a tagged PDF for the archive, PDF/UA-1 and PDF/A-2a.

    *as_at* and *since* are as in `home_office_plan`.  *marking* is a protective marking, in capitals on every page, and
    *audience* is named on the first one.  *paper* is "a3" with letters of 12 points or "a4" with letters of 9.
    """
    read = list(entries)
    plan = home_office_plan(
        read,
        as_at=as_at,
        since=since,
        marking=marking,
        made_by=f"dhr-ledger-pdf {version('dhr-ledger-pdf')}, home-office.pdf",
    )
    last = max((entry.recorded_at for entry in read), default=datetime(2000, 1, 1, tzinfo=UTC))
    out.write(_set(_told(plan, PAPERS[paper], paper, audience), last))


def _set(told: Mapping[str, object], last: datetime) -> bytes:
    """The PDF of what is *told*.  It goes to the engine as data: no cell of a plan is ever read as its language."""
    import typst  # here, so that nobody waits for an engine who wants no PDF

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FOLDER])
    compiler = typst.Compiler(root=FOLDER, font_paths=fonts)
    made = compiler.compile(
        input=(Path(__file__).parent / "home-office.typ").read_bytes(),
        format="pdf",
        sys_inputs={"told": json.dumps(told)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(last.timestamp()),
    )
    if not isinstance(made, bytes):
        raise AssertionError("A PDF is one file.")
    return made


# What is told to the engine


def _told(plan: HomeOfficePlan, paper: Paper, name: str, audience: str) -> Mapping[str, object]:
    unshown = 0

    def show(text: str) -> str:
        nonlocal unshown
        text, lost = shown(text)
        unshown += lost
        return text

    # A marking that stands in no structure is not read aloud, so that the first page says it as a fact as well.
    marking = show(plan.marking.upper().strip())
    facts = [("Protective marking", plan.marking.upper()), *plan.facts, ("Shown to", audience)]
    reference = plan.reference if len(plan.reference) <= 80 else plan.subtitle
    as_at = day_month_year(plan.as_at)
    parts = [measured(part, paper, show) for part in _parts(plan)]
    document = {
        "title": f"{plan.title}: {plan.subtitle}, as at {as_at}",
        "author": dict(plan.facts).get("Partnership", ""),
        "description": f"{f'{marking}. ' if marking else ''}The action plan as it stood on {as_at}, "
        f"and its audit trail. {plan.note}",
    }
    told = {
        "paper": name,
        "size": paper.size,
        "margin": paper.margin,
        "families": FAMILIES,
        "document": {key: _cut(_one_line(shown(text)[0])) for key, text in document.items()},
        "keywords": [_cut(_one_line(shown(word)[0])) for word in plan.keywords],
        "title": show(plan.title),
        "subtitle": show(plan.subtitle),
        "marking": _cut(_one_line(marking)),
        "footer": _one_line(show(" · ".join(filter(None, (reference, f"as at {as_at}"))))),
        "facts": [[fact, show(said)] for fact, said in facts if said.strip()],
        "counts": [[words, number] for words, number in plan.counts.items() if number],
        "note": show(plan.note),
        "parts": parts,
    }
    return told | {"unshown": _unshown(unshown)}


def _unshown(count: int) -> str:
    if not count:
        return ""
    what = "1 character has" if count == 1 else f"{count:,} characters have"
    return f"{what} no letter in this document and {'is' if count == 1 else 'are'} printed as �; the ledger keeps them."


def _is_seen(text: str) -> bool:
    """Whether anything of *text* can be seen: a heading that nobody sees is none (ISO 14289-1, 7.4)."""
    return any(not letter.isspace() and category(letter) != "Cf" for letter in shown(text)[0])


def _one_line(text: str) -> str:
    # Python takes some control characters for spaces, which are signs that the page has to show.
    return re.sub("[ \t\r\n]+", " ", text).strip(" ")


def _cut(text: str) -> str:
    """*text* as far as a bookmark shows it.  No string of a PDF for the archive may be longer than 32,767 bytes."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _parts(plan: HomeOfficePlan) -> Iterator[Part]:
    for section in plan.sections:
        heading = _one_line(section.heading) if _is_seen(section.heading) else section.reference
        yield Part(
            1,
            _cut(heading),
            heading if len(heading) > _LONGEST else "",
            headings=tuple(column.heading for column in plan.template.columns),
            shares=tuple(float(column.width) for column in plan.template.columns),
            rows=tuple(_rows(section, [column.field for column in plan.template.columns])),
            nothing="This section has no actions.",
        )
    if not plan.sections:
        yield Part(1, "Action plan", nothing="The plan has no sections yet.")
    yield Part(1, "Audit trail for the panel")
    lengths = [len(trail.rows) for trail in plan.trails]
    for trail, most in zip(plan.trails, divided(MOST_ROWS, lengths), strict=True):
        yield trail_part(trail, int(most))


def _rows(section: PlanSection, fields: Sequence[Field]) -> Iterator[Row]:
    """A row for each action, and one for a recommendation that has none."""
    for recommendation in section.recommendations:
        first = True
        for cells in [action.cells for action in recommendation.actions] or [{}]:
            told = {**_recommendation(recommendation, first), **cells}
            yield Row(tuple(told.get(field, ()) for field in fields), first)
            first = False


def _recommendation(recommendation: PlanRecommendation, first: bool) -> dict[Field, Cell]:
    if not recommendation.reference:
        return {}
    words = recommendation.words if first else "as above"
    scope: Cell = (Line("", recommendation.scope),) if recommendation.scope else ()
    return {"recommendation": (Line(recommendation.number, words),), "scope": scope}


def trail_part(trail: Trail, most: int) -> Part:
    """*trail* with its newest *most* rows, and a sentence about the others if there are any."""
    about = trail.about
    if most < len(trail.rows):
        about += f" The newest {most:,} of {len(trail.rows):,} are shown; audit-trail.csv tells them all."
    newest = trail.rows[len(trail.rows) - most :]
    rows = tuple(Row(tuple((Line("", cell),) if cell.strip() else () for cell in row)) for row in newest)
    return Part(2, trail.title, about, trail.headings, shares_by_content(rows), rows, trail.nothing)
