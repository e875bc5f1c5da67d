"""The links of cells: an address that a click opens is not taken in, and where no words show it, that is said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from dhr_ledger.imports.grid import short


def leads_elsewhere(words: str, target: str) -> bool:
    """Whether *words*, which link to *target*, do not show where that is."""
    return bool(words.strip() and _bare(target)) and _bare(target) not in _bare(words)


def _bare(text: str) -> str:
    """*text* without what makes no difference between two addresses."""
    text = "".join(unquote(text).casefold().split())
    return re.sub(r"(?:https?|mailto|file):/*|\bwww\.|/+$", "", text)


def said_of_links(file: str, targets: Sequence[str]) -> tuple[str, ...]:
    """A sentence about the links in *file*, where there are any: *targets* has the address of one for each cell."""
    if not targets:
        return ()
    cells = "1 cell links" if len(targets) == 1 else f"{len(targets):,} cells link"
    elsewhere = len(set(targets)) - 1
    more = f" and {elsewhere:,} other address{'' if elsewhere == 1 else 'es'}" if elsewhere else ""
    links = "the link was" if len(targets) == 1 else "the links were"
    return (f"{file}: {cells} to {short(targets[0])}{more}; {links} not taken in; write an address out to keep it.",)
