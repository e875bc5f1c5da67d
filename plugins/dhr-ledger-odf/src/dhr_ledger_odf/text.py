"""The tables of a text, each as a grid with the lines above it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from lxml.etree import _Element as Element
from lxml.etree import iterwalk

from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports.grid import Grid
from dhr_ledger_odf.package import Document
from dhr_ledger_odf.table import Tables
from dhr_ledger_odf.vocabulary import HEADING, LIST, PARAGRAPH, TABLE, odf
from dhr_ledger_odf.words import NOT_SHOWN

LINES_ABOVE = 20
"""Of the lines above a table the last ones are kept: in a report of a hundred pages most have nothing to do with it."""


def tables(document: Document) -> list[Grid]:
    """One grid for each table of *document* that is in no other, called `table 1`, `table 2` … in reading order.

    A name that the file gives a table is a program's ("Table3") and stays with it when others are deleted, so it is no
    help to whoever looks for the place.  Raises `ImportRefused` if there is no table.
    """
    reading = Tables(document)
    grids: list[Grid] = []
    above = deque[str](maxlen=LINES_ABOVE)
    changes = sum(1 for _ in document.body.iter(odf("text:changed-region")))
    notes = [f"{document.name} has {changes} tracked changes; it was read as if all were accepted."] if changes else []
    for block in _blocks(document.body):
        if block.tag == TABLE:
            grids.append(reading.grid(block, f"table {len(grids) + 1}", above=tuple(above), notes=notes))
            above.clear()
            notes = []
        else:
            above += reading.lines(block)
    if not grids:
        raise ImportRefused([f"{document.name} has no table; is it the action plan?"])
    return reading.with_links(grids)


def _blocks(body: Element) -> Iterator[Element]:
    """The paragraphs, lists and tables of *body* in order; after a paragraph or list, the tables in its text boxes."""
    walk = iterwalk(body, events=("start",))
    for _, node in walk:
        if node.tag in NOT_SHOWN:
            walk.skip_subtree()
        elif node.tag in (PARAGRAPH, HEADING, LIST, TABLE):
            walk.skip_subtree()
            yield node
            if node.tag != TABLE:
                yield from (table for table in node.iter(TABLE) if _is_outermost(table))


def _is_outermost(table: Element) -> bool:
    return not any(node.tag == TABLE or node.tag in NOT_SHOWN for node in table.iterancestors())
