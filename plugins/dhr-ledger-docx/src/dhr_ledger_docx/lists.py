"""The labels that Word puts before the items of its lists: `1.`, `2.3`, `(b)`, `iv)`, a bullet.

The words of a document do not hold them; they are counted as its paragraphs go by (ECMA-376 part 1, section 17.9).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from lxml import etree

from dhr_ledger_docx.names import VAL, w
from dhr_ledger_docx.package import number
from dhr_ledger_docx.styles import Styles, item_of, on, said

BULLET = "•"

_LEVELS = 9
_ROMAN = {1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l", 40: "xl"} | {
    10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of a list: how it is counted, and the words of its label, `%1` standing for the count of level 1."""

    form: str
    text: str
    start: int
    restarts: bool
    decimal: bool
    style: str


@dataclass(frozen=True, slots=True)
class _List:
    """A list (`w:num`): the definition that it counts along with, and where it begins to count anew."""

    definition: str
    levels: dict[int, _Level]
    begins: dict[int, int]


class Lists:
    """The lists of a document, counting."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._styles = styles
        self._lists = _lists(root, styles) if root is not None else {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[tuple[int, int]] = set()

    def label(self, properties: etree._Element | None, style: str) -> str:
        """The label of the next paragraph, whose properties (`w:pPr`) and style these are; blank where it has none."""
        own, inherited = item_of(properties), self._styles.item(style)
        listed = own.list_number if own.list_number is not None else inherited.list_number
        found = self._lists.get(listed or 0)
        if found is None or not listed:
            return ""
        by_style = (nth for nth, level in found.levels.items() if style and level.style == style)
        level = own.level if own.level is not None else inherited.level
        nth = level if level is not None else next(by_style, 0)
        return self._next(listed, found, nth) if nth in found.levels else ""

    def _next(self, listed: int, found: _List, nth: int) -> str:
        level, counts = found.levels[nth], self._counts[found.definition]
        if nth in found.begins and (listed, nth) not in self._begun:
            self._begun.add((listed, nth))
            counts[nth] = found.begins[nth]
        else:
            counts[nth] = counts[nth] + 1 if nth in counts else level.start
        for deeper in [deeper for deeper in counts if deeper > nth]:
            if deeper not in found.levels or found.levels[deeper].restarts:
                del counts[deeper]
        if level.form == "bullet":
            return BULLET

        def count(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            of = found.levels.get(at)
            return _counted(counts.get(at, of.start), "decimal" if level.decimal else of.form) if of else ""

        return re.sub("%([1-9])", count, level.text).strip()


def _lists(root: etree._Element, styles: Styles) -> dict[int, _List]:
    definitions = {element.get(w("abstractNumId"), ""): element for element in root.iterchildren(w("abstractNum"))}
    kept: dict[str, dict[int, _Level]] = {}
    held: dict[int, _List] = {}
    numbered = {number(element.get(w("numId")), 0): element for element in root.iterchildren(w("num"))}
    for nth, element in numbered.items():
        key = said(element.find(w("abstractNumId")))
        definition = definitions.get(key)
        style = said(definition.find(w("numStyleLink"))) if definition is not None else ""
        if style:  # a list style: its levels stand where the style's own list is defined
            other = numbered.get(styles.item(style).list_number or 0)
            key = said(other.find(w("abstractNumId"))) if other is not None else key
            definition = definitions.get(key)
        if key not in kept:
            kept[key] = _levels(definition) if definition is not None else {}
        levels, begins = dict(kept[key]), {}
        for override in element.iterchildren(w("lvlOverride")):
            at = number(override.get(w("ilvl")), 0)
            if at < _LEVELS:
                levels |= _levels(override)
                start = override.find(w("startOverride"))
                if start is not None:
                    begins[at] = number(start.get(VAL), 0)
        held[nth] = _List(key, levels, begins)
    return held


def _levels(definition: etree._Element) -> dict[int, _Level]:
    levels = {}
    for element in definition.iterchildren(w("lvl")):
        at = number(element.get(w("ilvl")), 0)
        if at < _LEVELS:
            levels[at] = _Level(
                form=said(element.find(w("numFmt"))) or "decimal",
                text=said(element.find(w("lvlText")))[:200],
                start=number(said(element.find(w("start"))), 0),
                restarts=said(element.find(w("lvlRestart"))) != "0",
                decimal=on(element.find(w("isLgl"))) or False,
                style=said(element.find(w("pStyle"))),
            )
    return levels


def _counted(count: int, form: str) -> str:
    """*count* in the *form* of a list (ECMA-376, 17.18.59); one that is none of the usual forms counts in digits."""
    match form:
        case "none":
            return ""
        case "decimalZero":
            return f"{count:02}"
        case "lowerLetter" | "upperLetter" if 0 < count <= 26 * 30:
            letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
            return letters if form == "lowerLetter" else letters.upper()
        case "lowerRoman" | "upperRoman" if 0 < count < 4000:
            roman = ""
            for value, digits in _ROMAN.items():
                roman += digits * (count // value)
                count %= value
            return roman if form == "lowerRoman" else roman.upper()
        case _:
            return str(count)
