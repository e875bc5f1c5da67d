"""Write a page down: the template filled in, with its style and its script, and a policy that allows nothing else."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from importlib import metadata
from importlib.resources import files
from typing import BinaryIO

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from dhr_ledger.history import sentence
from dhr_ledger.home_office import LIVE_DOCUMENT
from dhr_ledger.legible import illegible, legible
from dhr_ledger.plan import day_month_year
from dhr_ledger_html.page import ALSO, PROGRESS, Page

_HERE = files(__name__.partition(".")[0])
_BRIEF = 110


def render(page: Page, out: BinaryIO) -> None:
    """Write *page* to *out* as HTML, in UTF-8."""
    style = _read("report.css") + _on_paper(page)
    script = _read("report.js")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=_shown, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"brief": brief, "day": day_month_year, "slug": _slug, "told": sentence}
    stream = environment.from_string(_read("report.html.jinja")).stream(
        page=page,
        title=title_of(page),
        live=LIVE_DOCUMENT,
        unshown=_unshown(page),
        progress=PROGRESS,
        also=ALSO,
        versions=[f"{name} {_version(name)}".strip() for name in ("dhr-ledger-html", "dhr-ledger")],
        style=Markup(style),
        script=Markup(script),
        policy="; ".join(
            (
                "default-src 'none'",
                f"style-src {_allowed(style)}",
                f"script-src {_allowed(script)}",
                "base-uri 'none'",
                "form-action 'none'",
            )
        ),
    )
    stream.enable_buffering(500)
    stream.dump(out, encoding="utf-8")


def title_of(page: Page) -> str:
    """What the page is called: by its review, or by how many there are."""
    if len(page.chapters) == 1:
        review = page.chapters[0].review
        return review.title or review.reference
    return f"Action plans of {len(page.chapters)} reviews" if page.chapters else "An empty ledger"


def brief(text: str, length: int = _BRIEF) -> str:
    """The beginning of *text* on one line, up to the end of a word; the whole of it stands in its card."""
    words = " ".join(text[: length * 20].split())
    if len(words) <= length and len(text) <= length * 20:
        return words
    return f"{words[:length].rpartition(' ')[0] or words[:length]} …"


def _shown(value: object) -> object:
    """Every word that goes into the page passes here, so that none is left as it cannot be shown."""
    return legible(value) if type(value) is str else value


def _unshown(page: Page) -> list[tuple[str, str | None, int]]:
    """Where characters stand as U+FFFD: what it is, where it is on the page, and how many there are."""
    places: list[tuple[str, str | None, int]] = [("the marking", None, illegible(page.marking))]
    for chapter in page.chapters:
        review = chapter.review
        places.append((f"the review {review.reference}", chapter.anchor, _in(review.title, review.partnership or "")))
        for section in chapter.sections:
            places.append((f"the section {section.heading}", section.anchor, illegible(section.heading)))
            for part in section.parts:
                if part.recommendation and part.anchor:
                    lost = _in(part.recommendation.text, part.recommendation.addressee or "")
                    places.append((f"the recommendation {part.reference}", part.anchor, lost))
            for card in section.cards:
                cells = [cell.printed + cell.understood for cell in (*card.facts, *card.cells)]
                places.append((f"the action {card.label}", card.anchor, _in(card.action.text, card.number, *cells)))
    for line in page.lines:
        lost = _in(sentence(line.entry), str(line.entry.source or ""))
        places.append((f"entry {line.entry.position}", f"entry-{line.entry.position}", lost))
    return [place for place in places if place[2]]


def _in(*texts: str) -> int:
    return sum(map(illegible, texts))


def _on_paper(page: Page) -> str:
    """What stands in the margins of every printed page: the marking, what the page is, and its number."""
    told = [title_of(page) if len(page.chapters) != 1 else page.chapters[0].review.reference]
    if page.day:
        told.append(f"as at {day_month_year(page.day)}")
    if page.head:
        told.append(f"entry {page.head.position}")
    marked = f"@top-center {{ content: {_css(page.marking)}; }} @bottom-center {{ content: {_css(page.marking)}; }}"
    return f"""
@page {{
  {marked if page.marking else ""}
  @bottom-left {{ content: {_css(", ".join(told))}; }}
}}
"""


def _css(text: str) -> str:
    """*text* as a string of a style sheet, which it cannot leave."""
    return '"' + "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in legible(text)) + '"'


def _allowed(block: str) -> str:
    return f"'sha256-{b64encode(sha256(block.encode()).digest()).decode()}'"


def _slug(keys: str | Iterable[str]) -> str:
    """*keys* as words of an attribute, without spaces inside."""
    return " ".join(key.replace(" ", "-") for key in ([keys] if isinstance(keys, str) else keys))


def _read(name: str) -> str:
    # As text, so that the line endings are those that a browser hashes, whatever they were on the disk.
    return (_HERE / name).read_text(encoding="utf-8")


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""
