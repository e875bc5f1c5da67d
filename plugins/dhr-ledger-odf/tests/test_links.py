"""The links in an OpenDocument file, whose addresses are not taken in."""

from __future__ import annotations

import io
import zipfile

from dhr_ledger.imports.grid import Grid
from dhr_ledger_odf.reading import read_ods

OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMESPACES = (
    f'xmlns:office="{OASIS}:office:1.0" xmlns:table="{OASIS}:table:1.0" xmlns:text="{OASIS}:text:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def sheets(*cells: str) -> list[Grid]:
    """A spreadsheet with a sheet of one cell for each of *cells*."""
    tables = "".join(
        f'<table:table table:name="S{nth}"><table:table-row><table:table-cell><text:p>{cell}</text:p>'
        "</table:table-cell></table:table-row></table:table>"
        for nth, cell in enumerate(cells, start=1)
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        archive.writestr("content.xml", f"<office:document-content {NAMESPACES}>{body}</office:document-content>")
    file.seek(0)
    return list(read_ods(file, "plan.ods"))


def link(address: str, shown: str) -> str:
    return f'<text:a xlink:href="{address}">{shown}</text:a>'


def test_a_link_whose_words_do_not_show_where_it_leads_is_noted_once_for_the_file():
    """With how many cells there are, and where the first one leads; one that shows it loses nothing."""
    first, *others = sheets(
        f"see {link('https://example.org/guide', 'the <text:span>guide</text:span>')}",
        link("https://example.org/guide", "again"),
        link("mailto:panel@example.org", "panel@example.org"),
    )
    assert [(1, ("see the guide",))] == list(first.rows)
    assert (
        "plan.ods: 2 cells link to 'https://example.org/guide'; the links were not taken in; write an address out to "
        "keep it.",
    ) == first.notes
    assert [(), ()] == [grid.notes for grid in others]
