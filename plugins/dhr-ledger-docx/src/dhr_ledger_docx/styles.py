"""What the styles of a document say that matters to its words: struck through, hidden, an item of a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from dhr_ledger_docx.names import VAL, w
from dhr_ledger_docx.package import number

_DEEPEST = 20
"""Styles that one style is based on, one on the other.  Word itself allows ten."""


@dataclass(frozen=True, slots=True)
class Look:
    """Whether words are struck through or hidden; `None` where nothing is said about it."""

    struck: bool | None = None
    hidden: bool | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the list with this number, at this level, counted from 0; `None` where nothing is said about it."""

    list_number: int | None = None
    level: int | None = None


class Styles:
    """The styles of a document, each with what it takes over from those that it is based on."""

    def __init__(self, root: etree._Element | None) -> None:
        styles = root.iterchildren(w("style")) if root is not None else ()
        self._styles = {style.get(w("styleId"), ""): style for style in styles}
        self._looks: dict[str, Look] = {"": Look()}
        self._items: dict[str, Item] = {"": Item()}

    def look(self, style: str) -> Look:
        """How *style* shows its words."""
        if style not in self._looks:
            looks = [look_of(element.find(w("rPr"))) for element in self._chain(style)]
            self._looks[style] = Look(
                next((look.struck for look in looks if look.struck is not None), None),
                next((look.hidden for look in looks if look.hidden is not None), None),
            )
        return self._looks[style]

    def item(self, style: str) -> Item:
        """The list that paragraphs of *style* are items of."""
        if style not in self._items:
            items = [item_of(element.find(w("pPr"))) for element in self._chain(style)]
            self._items[style] = Item(
                next((item.list_number for item in items if item.list_number is not None), None),
                next((item.level for item in items if item.level is not None), None),
            )
        return self._items[style]

    def _chain(self, style: str) -> Iterator[etree._Element]:
        """*style* and those it is based on, nearest first."""
        for _ in range(_DEEPEST):
            element = self._styles.get(style)
            if element is None:
                return
            yield element
            style = said(element.find(w("basedOn")))


def look_of(properties: etree._Element | None) -> Look:
    """What the properties of a run (`w:rPr`) say about its look."""
    if properties is None or len(properties) == 0:
        return Look()
    struck = [on(properties.find(w(name))) for name in ("strike", "dstrike")]
    return Look(True if True in struck else False if False in struck else None, on(properties.find(w("vanish"))))


def item_of(properties: etree._Element | None) -> Item:
    """What the properties of a paragraph (`w:pPr`) say about its list."""
    numbering = properties.find(w("numPr")) if properties is not None else None
    if numbering is None:
        return Item()
    listed, level = said(numbering.find(w("numId"))), said(numbering.find(w("ilvl")))
    return Item(number(listed, 0) if listed else None, number(level, 0) if level else None)


def on(element: etree._Element | None) -> bool | None:
    """Whether a switch such as `w:strike` is on; `None` where it is not there."""
    return None if element is None else element.get(VAL, "true") not in ("0", "false", "off")


def said(element: etree._Element | None) -> str:
    """What *element* says in its `w:val`; nothing where it is not there."""
    return element.get(VAL, "") if element is not None else ""
