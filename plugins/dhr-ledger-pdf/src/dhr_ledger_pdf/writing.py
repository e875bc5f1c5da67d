"""`home-office.pdf`: the action plan as the Home Office's quality assurance reads it, made to be heard and to last.

One file is both PDF/UA-1 (ISO 14289-1: tagged, with a title, a language and headings of tables) and PDF/A-2a (ISO
19005-2), the archive format that UK government bodies take.  A recommendation stands in full beside its first action
and by its number beside the others: no cells are merged, and each row can be read by itself, aloud and on any page.

What is said comes from `dhr_ledger.home_office`; `layout` measures it, and `home-office.typ` sets it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, Literal
from unicodedata import category

from dhr_ledger import Entry
from dhr_ledger.home_office import (
    AS_ABOVE,
    AUDIT_TRAIL,
    NONE_RECORDED,
    HomeOfficePlan,
    Line,
    Trail,
    home_office_plan,
)
from dhr_ledger.legible import said_of_lost
from dhr_ledger_pdf.glyphs import FAMILIES, FOLDER, shown
from dhr_ledger_pdf.layout import BREAK, PAPERS, Paper, Part, Row, divided, measured

MOST_ROWS = 10_000
"""How many rows of the audit trail are printed at most; the engine takes a gigabyte of memory for so many."""

_LONGEST = 300
"""A title, a heading or a marking of more characters is cut."""
_LONGEST_NUMBER = 40


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
    plan = home_office_plan(
        entries,
        as_at=as_at,
        since=since,
        marking=marking,
        made_by=f"dhr-ledger-pdf {version('dhr-ledger-pdf')}, home-office.pdf",
        audience=audience,
    )
    out.write(_set(_told(plan, PAPERS[paper], paper), plan.properties.moment))


def _set(told: Mapping[str, object], moment: datetime) -> bytes:
    """The PDF of what is *told*.  It goes to the engine as data: no cell of a plan is ever read as its language."""
    import typst  # here, so that nobody waits for an engine who wants no PDF

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FOLDER])
    compiler = typst.Compiler(root=FOLDER, font_paths=fonts)
    made = compiler.compile(
        input=(Path(__file__).parent / "home-office.typ").read_bytes(),
        format="pdf",
        sys_inputs={"told": json.dumps(told)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(moment.timestamp()),
    )
    if not isinstance(made, bytes):
        raise AssertionError("A PDF is one file.")
    return made


# What is told to the engine


def _told(plan: HomeOfficePlan, paper: Paper, name: str) -> Mapping[str, object]:
    unshown = 0

    def show(text: str) -> str:
        nonlocal unshown
        text, lost = shown(text)
        unshown += lost
        return text

    properties = plan.properties
    document = {"title": properties.title, "author": properties.author, "description": properties.description}
    told = {
        "paper": name,
        "size": paper.size,
        "margin": paper.margin,
        "families": FAMILIES,
        "none_recorded": NONE_RECORDED,
        "as_above": AS_ABOVE,
        "goes_on": "continued",
        "place_to_break": BREAK,
        "document": {key: _cut(_one_line(shown(text)[0])) for key, text in document.items()},
        "keywords": [_cut(_one_line(shown(word)[0])) for word in properties.keywords],
        "title": show(plan.title),
        "subtitle": show(plan.subtitle),
        # A marking that stands in no structure is not read aloud, so that the first page says it as a fact as well.
        "marking": _cut(_one_line(show(plan.marking))),
        "footer": _one_line(show(plan.footer)),
        "facts": [[fact, show(said)] for fact, said in plan.facts],
        "counts": plan.tallies,
        "note": show(plan.note),
        "parts": [measured(part, paper, show) for part in _parts(plan)],
    }
    return told | {"unshown": said_of_lost(unshown)}


def _is_seen(text: str) -> bool:
    """Whether anything of *text* can be seen: a heading that nobody sees is none (ISO 14289-1, 7.4)."""
    return any(not letter.isspace() and category(letter) != "Cf" for letter in shown(text)[0])


def _one_line(text: str) -> str:
    # Python takes some control characters for spaces, which are signs that the page has to show.
    return re.sub("[ \t\r\n]+", " ", text).strip(" ")


def _cut(text: str, longest: int = _LONGEST) -> str:
    """*text* as far as a bookmark shows it.  No string of a PDF for the archive may be longer than 32,767 bytes."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _called(number: str) -> str:
    """What a row is called by its *number* at the head of the next page, where there is one line for it."""
    return _cut(_one_line(shown(number)[0]), _LONGEST_NUMBER)


def _parts(plan: HomeOfficePlan) -> Iterator[Part]:
    for section in plan.sections:
        heading = _one_line(section.heading) if _is_seen(section.heading) else section.reference
        yield Part(
            1,
            _cut(heading),
            heading if len(heading) > _LONGEST else "",
            headings=tuple(column.heading for column in plan.template.columns),
            shares=tuple(float(column.width) for column in plan.template.columns),
            rows=tuple(
                Row(
                    tuple(cells.get(column.field, ()) for column in plan.template.columns),
                    first,
                    _called(cells["action"][0].label if "action" in cells else made.number),
                )
                for made, first, cells in section.rows()
            ),
            nothing=section.nothing,
        )
    if plan.nothing:
        yield Part(1, plan.title, nothing=plan.nothing)
    yield Part(1, AUDIT_TRAIL)
    lengths = [len(trail.rows) for trail in plan.trails]
    for trail, most in zip(plan.trails, divided(MOST_ROWS, lengths), strict=True):
        yield trail_part(trail, int(most))


def trail_part(trail: Trail, most: int) -> Part:
    """*trail* with its newest *most* rows, and a sentence about the others if there are any."""
    about = trail.about
    if most < len(trail.rows):
        about += f" The newest {most:,} of {len(trail.rows):,} are shown; audit-trail.csv tells them all."
    newest = trail.rows[len(trail.rows) - most :]
    rows = tuple(
        Row(tuple((Line("", cell),) if cell.strip() else () for cell in row), called=_called(row[0])) for row in newest
    )
    return Part(2, trail.title, about, trail.headings, trail.shares, rows, trail.nothing)
