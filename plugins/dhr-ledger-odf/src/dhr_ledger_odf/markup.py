"""The pieces of an OpenDocument file as XML: the words of a paragraph, paragraphs, rows and tables, each as text.

They are put together as text, and not element by element, so that ten thousand actions take a moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in {
        "office": f"{_OASIS}:office:1.0",
        "style": f"{_OASIS}:style:1.0",
        "text": f"{_OASIS}:text:1.0",
        "table": f"{_OASIS}:table:1.0",
        "fo": f"{_OASIS}:xsl-fo-compatible:1.0",
        "svg": f"{_OASIS}:svg-compatible:1.0",
        "number": f"{_OASIS}:datastyle:1.0",
        "meta": f"{_OASIS}:meta:1.0",
        "config": f"{_OASIS}:config:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
        "xlink": "http://www.w3.org/1999/xlink",
        "ooo": "http://openoffice.org/2004/office",
    }.items()
)

# White space in XML is one space, and none at the beginning or the end of a paragraph (ODF 1.3, 6.1.2).
_MEANT = re.compile(r"(?:\A|(?<=[\n\t])) +| {2,}| +\Z")
_ELEMENTS = str.maketrans({"\n": "<text:line-break/>", "\t": "<text:tab/>"})


def part(root: str, content: str) -> str:
    """A part of the document: the element *root* with its *content*."""
    return "".join(part_of_pieces(root, [content]))


def part_of_pieces(root: str, content: Iterable[str]) -> Iterator[str]:
    """A part of the document, piece by piece."""
    yield f'{_DECLARATION}<office:{root} {_NAMESPACES} office:version="1.3">'
    yield from content
    yield f"</office:{root}>"


def words(text: str) -> str:
    """*text* in a paragraph, with every space, tab and line of it."""
    return _MEANT.sub(_spaces, escape(text)).translate(_ELEMENTS)


def _spaces(meant: re.Match[str]) -> str:
    return f'<text:s text:c="{len(meant[0])}"/>'


def span(style: str, text: str) -> str:
    """*text* in a style for characters; nothing for nothing."""
    return f'<text:span text:style-name="{style}">{words(text)}</text:span>' if text else ""


def paragraph(style: str, *content: str) -> str:
    """A paragraph in a named style; its content is markup already."""
    return f'<text:p text:style-name="{style}">{"".join(content)}</text:p>'


def number_of_page() -> str:
    """The number of the page, as the program counts it."""
    return '<text:page-number text:select-page="current">1</text:page-number>'


def number_of_pages() -> str:
    """How many pages there are, as the program counts them."""
    return "<text:page-count>1</text:page-count>"


def heading(level: int, text: str) -> str:
    """A heading, which programs list as the outline of the document."""
    style = f"Heading_20_{level}"
    return f'<text:h text:style-name="{style}" text:outline-level="{level}">{words(text)}</text:h>'


def cell(style: str, content: str) -> str:
    """A cell of a table in a text; its content is paragraphs."""
    return f'<table:table-cell table:style-name="{style}" office:value-type="string">{content}</table:table-cell>'


def row(style: str, cells: Iterable[str]) -> str:
    """A row of *cells* in a style, which says whether it may go on overleaf."""
    return f'<table:table-row table:style-name="{style}">{"".join(cells)}</table:table-row>'


def table(
    name: str, style: str, columns: Sequence[str], head: str, rows: Iterable[str], *, title: str, about: str
) -> Iterator[str]:
    """A table with *columns* in these styles, and a row *head* that stands on each of its pages.

    *title* and *about* are for those who hear it.
    """
    yield (
        f'<table:table table:name="{name}" table:style-name="{style}"><table:title>{escape(title)}</table:title>'
        f"<table:desc>{escape(about)}</table:desc>"
    )
    yield from (f'<table:table-column table:style-name="{column}"/>' for column in columns)
    yield f"<table:table-header-rows>{head}</table:table-header-rows>"
    yield from rows
    yield "</table:table>"


def style(family: str, name: str, properties: Mapping[str, Mapping[str, str]], **more: str) -> str:
    """A style of a *family*: its properties by their kind (`text`, `paragraph` …).

    What is inside such an element is markup: the value of the attribute `""`.
    """
    told = "".join(
        f"<style:{kind}-properties{attributes(values)}>{values.get('', '')}</style:{kind}-properties>"
        for kind, values in properties.items()
    )
    said = {f"style:{key.replace('_', '-')}": value for key, value in more.items()}
    return f'<style:style style:name="{name}" style:family="{family}"{attributes(said)}>{told}</style:style>'


def attributes(values: Mapping[str, str]) -> str:
    """*values* by their names, as they stand in an element."""
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items() if name)
