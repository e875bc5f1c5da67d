"""The links in a Word document, whose addresses are not taken in."""

from __future__ import annotations

import io

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from dhr_ledger_docx.reading import read_docx


def notes(*cells: list[tuple[str, str]]) -> tuple[str, ...]:
    """What is said about a table of these *cells*, each of words and where they link to, blank for nowhere."""
    document = docx.Document()
    table = document.add_table(rows=1, cols=len(cells))
    for cell, linked in zip(table.rows[0].cells, cells, strict=True):
        for words, address in linked:
            run = cell.paragraphs[0].add_run(words)
            if address:
                link = OxmlElement("w:hyperlink")
                link.set(qn("r:id"), document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
                run._r.addprevious(link)
                link.append(run._r)
    file = io.BytesIO()
    document.save(file)
    file.seek(0)
    (grid,) = read_docx(file, "plan.docx")
    shown = ["".join(words for words, _ in linked) for linked in cells]
    assert [(1, shown)] == [(number, list(row)) for number, row in grid.rows]
    return grid.notes


def test_a_link_whose_words_do_not_show_where_it_leads_is_noted_once_for_the_file():
    """With how many cells there are, and where the first one leads."""
    assert (
        "plan.docx: 2 cells link to 'https://example.org/guide' and 1 other address; the links were not taken in; "
        "write an address out to keep it.",
    ) == notes(
        [("See ", ""), ("the guide", "https://example.org/guide")],
        [("a page", "https://example.org/other"), (" and more", "https://example.org/more")],
        [("no link", "")],
    )


def test_a_link_that_shows_where_it_leads_loses_nothing():
    """Whatever a browser adds to an address by itself."""
    assert () == notes(
        [("panel@example.org", "mailto:panel@example.org")],
        [("www.example.org/guide", "https://www.example.org/guide/")],
    )
