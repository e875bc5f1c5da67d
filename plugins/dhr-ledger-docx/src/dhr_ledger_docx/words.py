"""The words of paragraphs, as Word shows them.

Whatever holds words is gone into, known or not: only what is named here as not shown is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from dhr_ledger_docx.lists import BULLET, Lists
from dhr_ledger_docx.names import VAL, mc, r, w, w14
from dhr_ledger_docx.package import number
from dhr_ledger_docx.seen import Seen
from dhr_ledger_docx.styles import Look, Styles, look_of, on, said
from dhr_ledger_docx.symbols import PRIVATE, numbered, shown

P, R, T, TBL, TR, SDT, LINK = (w(name) for name in ("p", "r", "t", "tbl", "tr", "sdt", "hyperlink"))
MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"

DELETED = frozenset({w("del"), w("moveFrom")})
INSERTED = frozenset({w("ins"), w("moveTo")})
TRACKED = DELETED | INSERTED

_NOT_SHOWN = DELETED | {
    *(w(f"{kind}Pr") for kind in ("p", "r", "sdt", "sdtEnd", "tbl", "tblEx", "tr", "tc", "sect", "ruby", "customXml")),
    *(w(name) for name in ("instrText", "delText", "delInstrText", "tblGrid", "rt")),  # w:rt: the reading of a ruby
}
_AS_LETTERS = {w("tab"): "\t", w("ptab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-"}
_LONGEST_ADDRESS = 4_000
"""In characters: no more of what a link shows is kept, to see whether it shows its address."""
_CHOICE = frozenset({mc("Choice"), mc("Fallback")})
_FOOTNOTE = frozenset({w("footnoteReference"), w("endnoteReference")})
_PICTURE = frozenset(
    {"{http://schemas.openxmlformats.org/drawingml/2006/picture}pic", "{urn:schemas-microsoft-com:vml}imagedata"}
)
# A line break that only wraps the XML is a blank to Word, and a soft hyphen is seen at the end of a line alone.
_LETTERS = str.maketrans({"\n": " ", "\r": " ", "\t": " ", "\u00ad": None})


class Line(NamedTuple):
    """A paragraph: the label of its list, blank where it is in none, and its words."""

    label: str
    words: str

    def __str__(self) -> str:
        if not self.words.strip():
            return "" if self.label == BULLET else self.label + self.words
        return f"{self.label} {self.words}" if self.label else self.words


@dataclass(slots=True)
class _Paragraph:
    """A paragraph that is being read."""

    label: str
    look: Look
    joined: bool
    """Whether it goes on in the next one, because the mark between the two is deleted."""
    words: list[str] = field(default_factory=list)
    fields: list[bool] = field(default_factory=list)
    """The fields that are open: whether it is their result that comes."""


class _Run(NamedTuple):
    """The look of the words that come."""

    struck: bool
    hidden: bool
    font: str


def lines_of(element: etree._Element, styles: Styles, lists: Lists, seen: Seen) -> list[Line]:
    """The paragraphs in *element*, in reading order; those of a text box come before the one that it hangs on."""
    reading = _Reading(styles, lists, seen)
    events = etree.iterwalk(element, events=("start", "end"))
    for event, node in events:
        if event == "end":
            reading.end(node)
        elif not reading.begin(node):
            events.skip_subtree()
    return reading.lines + ([Line("", reading.carried)] if reading.carried else [])


class _Reading:
    """A walk through an element, from each beginning to each end."""

    def __init__(self, styles: Styles, lists: Lists, seen: Seen) -> None:
        self.lines: list[Line] = []
        self.carried = ""
        self._styles, self._lists, self._seen = styles, lists, seen
        self._paragraphs: list[_Paragraph] = []
        self._runs: list[_Run] = []
        self._chosen: list[etree._Element | None] = []
        self._links: list[tuple[str, int]] = []

    def begin(self, node: etree._Element) -> bool:
        """Take in what *node* is by itself; returns whether to go into it."""
        tag = node.tag
        if tag == P:
            self._paragraphs.append(self._paragraph(node))
        elif tag == R:
            self._runs.append(self._run(node))
        elif tag == LINK:
            self._links.append((node.get(r("id"), ""), len(self._paragraphs[-1].words) if self._paragraphs else 0))
        elif tag in (T, MATHS):
            self._say((node.text or "").translate(_LETTERS))
        elif tag in _AS_LETTERS:
            self._say(_AS_LETTERS[tag])
        elif tag in TRACKED:
            self._seen.tracked += 1
            return tag in INSERTED
        elif tag in _NOT_SHOWN:
            return False
        elif tag == SDT:
            return self._control(node)
        elif tag == TBL:
            self._seen.here("nested")
        elif tag == TR:
            return not row_is_deleted(node, self._seen)
        elif tag == mc("AlternateContent"):
            choice = node.find(mc("Choice"))
            self._chosen.append(choice if choice is not None else node.find(mc("Fallback")))
        elif tag in _CHOICE:
            return bool(self._chosen) and node is self._chosen[-1]
        elif tag == w("sym"):
            self._say(numbered(node.get(w("char"), ""), node.get(w("font"), "")))
        elif tag == w("fldChar"):
            self._field(node)
        elif tag in _FOOTNOTE:
            self._seen.footnotes += 1
        elif tag == w("commentReference"):
            self._seen.comments += 1
        elif tag in _PICTURE:
            self._seen.here("picture")
        return True

    def end(self, node: etree._Element) -> None:
        """Leave *node*."""
        if node.tag == R:
            self._runs.pop()
        elif node.tag == mc("AlternateContent"):
            self._chosen.pop()
        elif node.tag == LINK:
            said, begins = self._links.pop()
            words = "".join(self._paragraphs[-1].words[begins:]) if self._paragraphs else ""
            self._seen.links.append((self._seen.place, words[:_LONGEST_ADDRESS], said))
        elif node.tag == P:
            paragraph = self._paragraphs.pop()
            self.carried += "".join(paragraph.words)
            if not paragraph.joined:
                self.lines.append(Line(paragraph.label, self.carried))
                self.carried = ""

    def _paragraph(self, node: etree._Element) -> _Paragraph:
        properties = node.find(w("pPr"))
        if properties is None:
            return _Paragraph("", Look(), joined=False)
        mark = properties.find(w("rPr"))
        changes = [change.tag for change in mark.iterchildren(*TRACKED)] if mark is not None else []
        self._seen.tracked += len(changes)
        style = said(properties.find(w("pStyle")))
        joined = not DELETED.isdisjoint(changes)
        label = "" if joined else self._lists.label(properties, style)
        return _Paragraph(label, self._styles.look(style), joined)

    def _run(self, node: etree._Element) -> _Run:
        properties = node.find(w("rPr"))
        around = self._paragraphs[-1].look if self._paragraphs else Look()
        if properties is None:
            return _Run(around.struck or False, around.hidden or False, "")
        looks = (look_of(properties), self._styles.look(said(properties.find(w("rStyle")))), around)
        fonts = properties.find(w("rFonts"))
        return _Run(
            next((look.struck for look in looks if look.struck is not None), False),
            next((look.hidden for look in looks if look.hidden is not None), False),
            (fonts.get(w("ascii")) or fonts.get(w("hAnsi")) or "") if fonts is not None else "",
        )

    def _say(self, text: str) -> None:
        if not self._paragraphs:
            return
        paragraph = self._paragraphs[-1]
        if not all(paragraph.fields):
            return
        if self._runs and text.strip():
            run = self._runs[-1]
            text = shown(text, run.font)
            if run.struck:
                self._seen.here("struck")
            if run.hidden:
                self._seen.here("hidden")
        if PRIVATE.search(text):
            self._seen.here("symbol")
        paragraph.words.append(text)

    def _control(self, node: etree._Element) -> bool:
        """Whether there are words to go into in a content control; a check box is said here."""
        properties = node.find(w("sdtPr"))
        if is_unfilled(properties):
            return False
        box = properties.find(w14("checkbox")) if properties is not None else None
        content = node.find(w("sdtContent"))
        if box is None or content is None or content.find(R) is None:
            return True
        checked = box.find(w14("checked"))
        self._say(_box(checked is not None and checked.get(w14("val"), "1") in ("1", "true", "on")))
        return False

    def _field(self, node: etree._Element) -> None:
        """Begin a field, come to its result, or end it; what an old form field shows stands in its beginning."""
        if not self._paragraphs:
            return
        fields = self._paragraphs[-1].fields
        match node.get(w("fldCharType")):
            case "begin":
                form = node.find(w("ffData"))
                if form is not None:
                    self._say(_form(form))
                fields.append(False)
            case "separate" if fields:
                fields[-1] = True
            case "end" if fields:
                fields.pop()


def is_unfilled(properties: etree._Element | None) -> bool:
    """Whether a content control with these properties (`w:sdtPr`) shows what to fill in, and not what was."""
    return properties is not None and on(properties.find(w("showingPlcHdr"))) is True


def row_is_deleted(row: etree._Element, seen: Seen) -> bool:
    """Whether a tracked change deletes *row*; counts the changes to it."""
    properties = row.find(w("trPr"))
    if properties is None:
        return False
    changes = [change.tag for change in properties.iterchildren(*TRACKED)]
    seen.tracked += len(changes)
    return not DELETED.isdisjoint(changes)


def _form(form: etree._Element) -> str:
    """What an old form field shows that has no words of its own: a check box, or the item that was picked."""
    box, items = form.find(w("checkBox")), form.find(w("ddList"))
    if box is not None:
        checked = on(box.find(w("checked")))
        return _box(on(box.find(w("default"))) or False if checked is None else checked)
    if items is not None:
        entries = items.findall(w("listEntry"))
        picked = number(said(items.find(w("result"))) or said(items.find(w("default"))), 0)
        return entries[picked].get(VAL, "") if picked < len(entries) else ""
    return ""


def _box(checked: bool) -> str:
    return "☒" if checked else "☐"
