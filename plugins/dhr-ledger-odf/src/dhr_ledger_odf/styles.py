"""What the styles of a document say of its tables: the colour of a cell, a hidden sheet, how a list is numbered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml.etree import _Element as Element

from dhr_ledger_odf.vocabulary import odf, times

_DEEPEST = 50
"""How many parents a style may have; programs give it two or three."""


class Look(NamedTuple):
    """What the style of a cell says itself: its background, blank where it says nothing, and its parent."""

    background: str
    parent: str


class Numbering(NamedTuple):
    """How one level of a list is marked: a number between two affixes, or a bullet where `form` is `•`."""

    form: str
    prefix: str = ""
    suffix: str = ""
    begins: int = 1
    levels: int = 1


@dataclass(frozen=True, slots=True)
class Sheaf:
    """The styles of one part of a document, by name."""

    cells: dict[str, Look] = field(default_factory=dict)
    hidden_tables: set[str] = field(default_factory=set)
    lists: dict[str, dict[int, Numbering]] = field(default_factory=dict)


class Styles(NamedTuple):
    """The styles that a program made up for this content, and the common ones, which are the parents."""

    automatic: Sheaf
    common: Sheaf

    def fill(self, style: str) -> str | None:
        """The background that *style* or the nearest of its parents gives a cell, as six digits; none if white."""
        look = self.automatic.cells.get(style) or self.common.cells.get(style)
        for _ in range(_DEEPEST):
            if look is None or look.background:
                break
            look = self.common.cells.get(look.parent)
        colour = re.fullmatch("#([0-9A-Fa-f]{6})", look.background) if look else None
        return colour[1].upper() if colour and colour[1].upper() != "FFFFFF" else None

    def hides(self, style: str) -> bool:
        """Whether a table of *style* is not shown."""
        return style in self.automatic.hidden_tables or style in self.common.hidden_tables

    def list_levels(self, style: str) -> dict[int, Numbering]:
        """How each level of a list of *style* is marked, from 1."""
        return self.automatic.lists.get(style) or self.common.lists.get(style) or {}


def read_styles(element: Element | None) -> Sheaf:
    """What *element* (`office:styles` or `office:automatic-styles`) says; nothing where there is none."""
    sheaf = Sheaf()
    for style in element if element is not None else ():
        name = style.get(odf("style:name"), "")
        if style.tag == odf("text:list-style"):
            sheaf.lists[name] = {times(level, "text:level"): _numbering(level) for level in style}
        elif style.get(odf("style:family")) == "table-cell":
            properties = style.find(odf("style:table-cell-properties"))
            background = properties.get(odf("fo:background-color"), "") if properties is not None else ""
            sheaf.cells[name] = Look(background, style.get(odf("style:parent-style-name"), ""))
        elif style.get(odf("style:family")) == "table":
            properties = style.find(odf("style:table-properties"))
            if properties is not None and properties.get(odf("table:display")) == "false":
                sheaf.hidden_tables.add(name)
    return sheaf


def _numbering(level: Element) -> Numbering:
    if level.tag != odf("text:list-level-style-number"):
        return Numbering("•")  # whatever the bullet is: many are in a font of symbols and mean nothing outside it
    return Numbering(
        level.get(odf("style:num-format"), ""),
        level.get(odf("style:num-prefix"), ""),
        level.get(odf("style:num-suffix"), ""),
        times(level, "text:start-value"),
        times(level, "text:display-levels"),
    )
