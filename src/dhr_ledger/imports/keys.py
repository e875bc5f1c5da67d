"""The short key of a section: the one that its file or its heading says, or else the initials of its heading."""

from __future__ import annotations

import re
from pathlib import Path

from dhr_ledger.imports.grid import Table


def key_of(table: Table, heading: str) -> str:
    """The key of the section that *table* is: of a file called like `09-WMP.csv`, of an acronym, or initials."""
    numbered = re.fullmatch(r"\d{1,3}[-_ ]+([^\W\d_][^\W_]*)", Path(table.file.name).stem)
    if numbered and table.sole:
        return numbered[1]
    acronym = re.search(r"\(([A-Z][A-Z0-9&]+)\)\s*$", heading)
    return acronym[1] if acronym else initials(heading)


def initials(heading: str) -> str:
    """The initials of a *heading*: `WMP` for West Midlands Police.  Many headings may have the same."""
    words = [word for word in re.findall(r"\d+|[^\W\d_][\w'’]*", heading) if word.lower() not in _SMALL_WORDS]
    return "".join(word if word.isdecimal() else word[0].upper() for word in words)


_SMALL_WORDS = frozenset({"a", "and", "for", "from", "in", "of", "on", "the", "to"})
