"""The words of a document as it shows them: paragraphs as lines, with the number or bullet of a list in front."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from lxml.etree import _Element as Element
from lxml.etree import iterwalk

from dhr_ledger.imports.links import leads_elsewhere
from dhr_ledger_odf.styles import Numbering, Styles
from dhr_ledger_odf.vocabulary import COMMENT, HEADING, LIST, NOTE, OURS, PARAGRAPH, STANDS_FOR, TABLE, odf, times

LARGEST_CELL = 1_000_000
"""In characters.  A cell of a spreadsheet holds at most 32,767."""

NOT_SHOWN = frozenset(
    {COMMENT, NOTE}
    | {odf(name) for name in ("text:tracked-changes", "table:tracked-changes", "svg:title", "svg:desc", "text:script")}
)
"""What stands among the words and is none of them: comments, notes, what was deleted, what a picture shows."""
BOX = odf("draw:text-box")

_SPACE, _TAB, _BREAK = odf("text:s"), odf("text:tab"), odf("text:line-break")
_ITEM, _SPAN = odf("text:list-item"), odf("text:span")
_LINK, _ADDRESS = odf("text:a"), odf("xlink:href")


def _is_ours(span: Element) -> bool:
    """Whether it is what stands in our own documents for the words of another cell."""
    stands = span.get(odf("text:style-name")) == STANDS_FOR
    return stands and OURS.fullmatch("".join(map(str, span.itertext()))) is not None


@dataclass(slots=True)
class Line:
    """A paragraph while it is read.  White space in XML is one space; the rest is said by elements (ODF 1.3, 6.1.2)."""

    label: str
    pieces: list[str] = field(default_factory=list)
    after_space: bool = True

    def add(self, text: str) -> int:
        """Add *text* as the file has it; returns its length as shown."""
        text = re.sub("[ \t\r\n]+", " ", text)
        if self.after_space:
            text = text.removeprefix(" ")
        if text:
            self.after_space = text.endswith(" ")
        return self.add_as_it_is(text, after_space=self.after_space)

    def add_as_it_is(self, text: str, *, after_space: bool = False) -> int:
        """Add white space that is meant."""
        self.pieces.append(text)
        self.after_space = after_space
        return len(text)

    def __str__(self) -> str:
        words = "".join(self.pieces)
        return f"{self.label} {words}".rstrip() if self.label else words


@dataclass(slots=True)
class _List:
    """A list, or a list in it: how its levels are marked, and how far each has counted."""

    style: str
    levels: dict[int, Numbering]
    counted: dict[int, int]

    def next_label(self, level: int, begins: int | None) -> str:
        """Count one item of *level*, from *begins* if that is said, and return its number or bullet."""
        for above in range(1, level):
            self.counted.setdefault(above, self._begin(above))
        count = self.counted[level] + 1 if level in self.counted else self._begin(level)
        self.counted[level] = count if begins is None else begins
        for below in [below for below in self.counted if below > level]:
            del self.counted[below]
        numbering = self.levels.get(level)
        if numbering is None or not numbering.form:
            return ""
        if numbering.form == "•":
            return "•"
        shown = range(max(1, level - numbering.levels + 1), level + 1)
        number = ".".join(
            _number(self.counted[nth], self._form(nth)) for nth in shown if self._form(nth) not in ("", "•")
        )
        return f"{numbering.prefix}{number}{numbering.suffix}"

    def _begin(self, level: int) -> int:
        return self.levels[level].begins if level in self.levels else 1

    def _form(self, level: int) -> str:
        return self.levels[level].form if level in self.levels else ""


class Words:
    """Reads the words of one document, from its beginning to its end: the numbers of a list go on from cell to cell.

    `met` counts what was met among them that a person should hear of: comments, notes, boxes, tables in a cell.
    `links` are the addresses that words link to and do not show.
    """

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._lists_by_id: dict[str, dict[int, int]] = {}
        self._lists_by_style: dict[str, dict[int, int]] = {}
        self.met = Counter[str]()
        self.links: list[str] = []

    def lines(self, element: Element, *, without: frozenset[str] = NOT_SHOWN) -> list[str]:
        """The paragraphs in *element*, those of tables and boxes in it too, but not what is in one of *without*.

        One that holds more than `LARGEST_CELL` characters is not read to its end.
        """
        lines: list[Line] = []
        unfinished: list[Line] = []
        lists: list[_List] = []
        item: Element | None = None  # that has no paragraph yet
        length = 0
        # No recursion: how deep a file is nested is not up to us.
        walk = iterwalk(element, events=("start", "end"))
        for event, node in walk:
            tag = node.tag
            if event == "start":
                if tag in without:
                    self.met[tag] += 1
                    walk.skip_subtree()
                elif tag == _SPAN and _is_ours(node):
                    walk.skip_subtree()
                elif tag in (PARAGRAPH, HEADING):
                    lines.append(Line(self._label(lists, item)))
                    unfinished.append(lines[-1])
                    item = None
                    length += lines[-1].add(node.text or "") + len(lines[-1].label) + 1
                elif tag == LIST:
                    lists.append(self._begin_list(node, lists))
                elif tag == _ITEM:
                    item = node
                elif tag in (TABLE, BOX):
                    self.met[tag] += 1
                elif unfinished:
                    line = unfinished[-1]
                    if tag == _LINK and leads_elsewhere("".join(map(str, node.itertext())), node.get(_ADDRESS, "")):
                        self.links.append(node.get(_ADDRESS, ""))
                    if tag == _SPACE:
                        length += line.add_as_it_is(" " * min(times(node, "text:c"), LARGEST_CELL))
                    elif tag == _TAB:
                        length += line.add_as_it_is("\t")
                    elif tag == _BREAK:
                        length += line.add_as_it_is("\n")
                    elif node.text:
                        length += line.add(node.text)
            else:
                if tag in (PARAGRAPH, HEADING):
                    unfinished.pop()
                elif tag == LIST:
                    lists.pop()
                elif tag == _ITEM:
                    item = None
                if unfinished and node.tail:
                    length += unfinished[-1].add(node.tail)
            if length > LARGEST_CELL:
                break
        return [str(line) for line in lines]

    def _begin_list(self, node: Element, lists: list[_List]) -> _List:
        if lists:  # a list in a list counts with it
            style = node.get(odf("text:style-name")) or lists[-1].style
            return _List(style, self._styles.list_levels(style), lists[-1].counted)
        style = node.get(odf("text:style-name"), "")
        counted: dict[int, int] = {}
        if (before := node.get(odf("text:continue-list"))) in self._lists_by_id:
            counted = self._lists_by_id[before]
        elif node.get(odf("text:continue-numbering")) == "true":
            counted = self._lists_by_style.get(style, counted)
        self._lists_by_id[node.get(odf("xml:id"), "")] = self._lists_by_style[style] = counted
        return _List(style, self._styles.list_levels(style), counted)

    @staticmethod
    def _label(lists: list[_List], item: Element | None) -> str:
        """The number or bullet of the paragraph that begins, if it is the first of its *item*."""
        if item is None or not lists:
            return ""
        begins = times(item, "text:start-value") if item.get(odf("text:start-value")) else None
        return lists[-1].next_label(len(lists), begins)


_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def _number(count: int, form: str) -> str:
    """*count* as a list of *form* prints it: `1`, `a`, `A`, `i` or `I`."""
    shown = ""
    if form in ("a", "A") and count > 0:
        while count:
            count, letter = divmod(count - 1, 26)
            shown = chr(ord("a") + letter) + shown
    elif form in ("i", "I") and 0 < count < 4000:
        for value, letters in _ROMAN:
            shown += letters * (count // value)
            count %= value
    else:
        return str(count)
    return shown.upper() if form.isupper() else shown
