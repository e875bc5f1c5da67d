"""The names of OpenDocument 1.3 that are met here, and how its counts are read."""

from __future__ import annotations

import re
from functools import cache

from lxml.etree import _Element as Element

from dhr_ledger.home_office import CONTINUED, UNDER_NONE

_NAMESPACES = {
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "xml": "http://www.w3.org/XML/1998/namespace",
}


@cache
def odf(name: str) -> str:
    """The qualified name that *name* (`table:table-cell`) stands for."""
    prefix, local = name.split(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


TABLE = odf("table:table")
CELL, COVERED = odf("table:table-cell"), odf("table:covered-table-cell")
PARAGRAPH, HEADING = odf("text:p"), odf("text:h")
LIST = odf("text:list")
COMMENT, NOTE = odf("office:annotation"), odf("text:note")
STANDS_FOR = "Stands_20_for"
"""The style of what stands in our own documents for the words of a recommendation further up."""
OURS = re.compile(CONTINUED.format(r"\S+") + f"|{UNDER_NONE}")
"""What is said in this style and is no part of the cell; whatever else somebody has typed in it is."""


def times(element: Element, attribute: str, least: int = 1) -> int:
    """How often *attribute* says that *element* stands; *least* where it says nothing, less, or no number.

    No more than nine digits are read: whatever is said with more is too much for anybody who asks.
    """
    said = element.get(odf(attribute), "")
    return max(least, int(said[:9])) if said.isascii() and said.isdecimal() else least
