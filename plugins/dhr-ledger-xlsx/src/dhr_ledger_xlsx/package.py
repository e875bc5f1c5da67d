"""The parts of a workbook, found by their relationships and read as streams of elements, with care.

Nothing is fetched and no entity is resolved; how much markup there may be is limited, and how deep and how long it is.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple
from xml.parsers import expat
from zipfile import ZipFile

from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports.archive import open_archive, read_part

MOST_ELEMENTS = 2_500_000
"""Of all parts together.  A plan of five thousand actions takes half a million."""
DEEPEST = 256
LONGEST_TAG = 1_000_000
"""In bytes."""

Attributes = dict[str, str]
Begins = Mapping[str, Callable[[Attributes], None]]
Ends = Mapping[str, Callable[[str], None]]

_KIND = "an Excel workbook (.xlsx)"
_ROOT = "_rels/.rels"
_CHUNK = 1 << 16
# Where the names are from that are asked for (ECMA-376); "Strict Open XML", which Excel can save as well, has its own.
_MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
_NAMES_FROM = (
    *_MAIN,
    "http://schemas.openxmlformats.org/package/2006/relationships",
    "http://schemas.openxmlformats.org/drawingml/2006/main",
    "http://purl.oclc.org/ooxml/drawingml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
    "http://purl.oclc.org/ooxml/officeDocument/customProperties",
    "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main",  # what Excel 2010 added, colours among it
)


class Related(NamedTuple):
    """A part that another one refers to: by which name, as what (`"worksheet"`), and where it is."""

    id: str
    kind: str
    path: str


class Package:
    """A workbook in its archive; `main` is the part that lists its sheets."""

    def __init__(self, archive: ZipFile, name: str) -> None:
        self.name = name
        self._archive = archive
        # Names of parts are compared without regard to case (ECMA-376 part 2), and some programs rely on it.
        self._parts = {part.replace("\\", "/").lower(): part for part in reversed(archive.namelist())}
        self._elements = 0
        self.whole = {related.kind: related.path for related in reversed(self.related(""))}
        self.main = self.whole.get("officeDocument", "")

    def __contains__(self, path: str) -> bool:
        return path.lower() in self._parts

    def links(self, path: str) -> dict[str, str]:
        """The addresses that the part at *path* links to, which are never opened, by the names that it has for them."""
        return {link.id: link.path for link in self._referred_to(path, outside=True) if link.kind == "hyperlink"}

    def related(self, path: str) -> list[Related]:
        """What the part at *path* refers to, or the whole archive, as long as it is inside."""
        return self._referred_to(path, outside=False)

    def _referred_to(self, path: str, *, outside: bool) -> list[Related]:
        folder, base = posixpath.split(path)
        found: list[Related] = []

        def relationship(said: Attributes) -> None:
            target = said.get("Target", "")
            kind = said.get("Type", "").rpartition("/")[2]
            if (said.get("TargetMode") == "External") != outside:
                return
            if outside:
                found.append(Related(said.get("Id", ""), kind, target))
            elif target:
                inside = posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")
                found.append(Related(said.get("Id", ""), kind, inside))

        of_it = posixpath.join(folder, "_rels", f"{base}.rels")
        if of_it in self:
            self.walk(of_it, {"Relationship": relationship}, {})
        return found

    def walk(self, path: str, begins: Begins, ends: Ends, *, most: int = MOST_ELEMENTS) -> str:
        """Go through the part at *path*, calling *begins* with the attributes of an element and *ends* with its words.

        The words are those that stand between its beginning, or that of another, and its end.  Returns the name of the
        first element.  Raises `ImportRefused` for what is not there, no XML, or more of it than a plan could be.
        """
        if path not in self:
            raise self.damaged(f"it has no part {path!r}")
        data = read_part(self._archive, self._parts[path.lower()], self.name)
        elements = data.count(b"<") - data.count(b"</")
        self._elements += elements
        if elements > most or self._elements > MOST_ELEMENTS:
            raise self.too_much(f"{self._elements:,} elements, {elements:,} of them in its part {path!r}")
        taking = {f"{space}}}{tag}": take for space in _NAMES_FROM for tag, take in begins.items()}
        ending = {f"{space}}}{tag}": take for space in _NAMES_FROM for tag, take in ends.items()}
        words: list[str] = []
        open_: list[str] = []
        first = ""

        def begin(tag: str, said: Attributes) -> None:
            nonlocal first
            open_.append(tag)
            words.clear()
            first = first or tag
            if len(open_) > DEEPEST:
                raise self.too_much(f"elements more than {DEEPEST} deep in its part {path!r}")
            if take := taking.get(tag):
                take(said)

        def end(tag: str) -> None:
            open_.pop()
            if take := ending.get(tag):
                take("".join(words))

        # Whatever encoding it declares: in UTF-8 it declares no document type, which was looked for.
        parser = expat.ParserCreate("utf-8", "}")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = begin, end
        parser.CharacterDataHandler = words.append
        try:
            for at in range(0, len(data), _CHUNK):
                parser.Parse(data[at : at + _CHUNK], False)
                # Words are given as they come; what is still held back is the beginning of a tag.
                if at - parser.CurrentByteIndex > LONGEST_TAG:
                    raise self.too_much(f"a tag of more than {LONGEST_TAG:,} bytes in its part {path!r}")
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self.damaged(f"its part {path!r} cannot be read ({error})") from None
        return first.rpartition("}")[2]

    def damaged(self, why: str) -> ImportRefused:
        """The refusal of a workbook that Excel would offer to repair."""
        return ImportRefused([f"{self.name} is damaged: {why}; open it in Excel, save it anew and import that."])

    def too_much(self, what: str) -> ImportRefused:
        """The refusal of a workbook that holds more than any plan does."""
        return ImportRefused([f"{self.name} has {what}, more than any plan; save only the plan and import that."])


@contextmanager
def open_package(file: BinaryIO, name: str) -> Iterator[Package]:
    """The workbook in *file*, which stays open.  Raises `ImportRefused` for what is none, and what is damaged."""
    with open_archive(file, name, kind=_KIND, needs=_ROOT) as archive:
        package = Package(archive, name)
        if package.main.lower().endswith(".bin"):
            raise ImportRefused([f"{name} is a binary workbook (.xlsb) inside; save it as {_KIND} and import that."])
        if package.main not in package:
            raise ImportRefused([f"{name} is not {_KIND}: it has no part that lists its sheets; is its ending right?"])
        yield package


def is_said(value: str | None) -> bool:
    """Whether an attribute says yes."""
    return value in ("1", "true", "on")


def whole(value: str | None, otherwise: int) -> int:
    """The number that an attribute holds; *otherwise* where it holds none, or one of more than nine digits."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else otherwise
