"""The parts of a Word document, found by their relationships and parsed with care."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, TypedDict
from zipfile import ZipFile

from lxml import etree

from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports.archive import open_archive, read_part

MOST_AT_ONCE = 500_000
"""Elements and attributes that are held in memory together: a row of the table, or a part such as the styles."""

_KIND = "a Word document (.docx)"
# "Strict Open XML", which Word can save as well, is the same under other names (ECMA-376 part 1, annex A).
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")


class Careful(TypedDict):
    """How every part is parsed: nothing is fetched, no entity grows, and nothing is nested more than 256 deep."""

    encoding: str
    resolve_entities: bool
    no_network: bool
    load_dtd: bool
    huge_tree: bool
    remove_comments: bool
    remove_pis: bool


CAREFUL = Careful(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


@dataclass(frozen=True, slots=True)
class Package:
    """A Word document in its archive: `main` is the part that holds the body, `related` the others by what they are.

    `links` are the addresses that its words link to, by the names that the body has for them.
    """

    archive: ZipFile
    name: str
    main: str
    related: dict[str, str]
    links: dict[str, str]

    def data(self, part: str) -> bytes:
        """The bytes of *part*, in UTF-8 and in the names of transitional Open XML.  Raises `ImportRefused`."""
        return _data(self.archive, part, self.name)

    def root(self, kind: str) -> etree._Element | None:
        """The part that is *kind* of this document (`"styles"`), or `None` where it has none."""
        part = self.related.get(kind)
        return None if part is None else _root(self.archive, part, self.name)

    @property
    def macros(self) -> bool:
        """Whether it holds macros.  They are never looked at."""
        return any(part.endswith("vbaProject.bin") for part in self.archive.namelist())


@contextmanager
def open_package(file: BinaryIO, name: str) -> Iterator[Package]:
    """The Word document in *file*, which stays open.  Raises `ImportRefused` for what is none, and what is damaged."""
    with open_archive(file, name, kind=_KIND, needs="_rels/.rels") as archive:
        whole, _ = _related(archive, "", name)
        main = whole.get("officeDocument")
        if main is None or main not in archive.namelist():
            raise ImportRefused([f"{name} is not {_KIND}: it has no part that is its text; is its ending right?"])
        related, links = _related(archive, main, name)
        if custom := whole.get("custom-properties") or whole.get("customProperties"):
            related["custom-properties"] = custom
        yield Package(archive, name, main, related, links)


def not_sound(name: str, part: str, error: etree.LxmlError) -> ImportRefused:
    """The refusal of a *part* that is no XML, or XML such as no program writes."""
    return ImportRefused(
        [f"{name} is damaged: its part {part!r} cannot be read ({error}); save it anew in Word and import that."]
    )


def too_much(name: str, what: str) -> ImportRefused:
    """The refusal of a document that holds more than any plan does."""
    return ImportRefused([f"{name} has {what}, more than any plan; save only its table and import that."])


def weight(data: bytes) -> int:
    """The most elements and attributes that *data* can make."""
    return data.count(b"<") - data.count(b"</") + data.count(b"=")


def number(text: str | None, otherwise: int) -> int:
    """The number that an attribute holds; *otherwise* where it holds none, or one of more than nine digits."""
    return int(text) if text and re.fullmatch(r"\d{1,9}", text, re.ASCII) else otherwise


def _data(archive: ZipFile, part: str, name: str) -> bytes:
    data = read_part(archive, part, name)
    return _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", data)


def _root(archive: ZipFile, part: str, name: str) -> etree._Element | None:
    if part not in archive.namelist():
        return None
    data = _data(archive, part, name)
    if weight(data) > MOST_AT_ONCE:
        raise too_much(name, f"{weight(data):,} elements and attributes in its part {part!r}")
    try:
        return etree.fromstring(data, etree.XMLParser(**CAREFUL))
    except etree.LxmlError as error:
        raise not_sound(name, part, error) from None


def _related(archive: ZipFile, part: str, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """The parts that *part*, or the whole archive, names: by the last word of the kind of their relationship.

    Its links to other places, which are never opened, are the second of the two, by their names.
    """
    folder, base = posixpath.split(part)
    root = _root(archive, posixpath.join(folder, "_rels", f"{base}.rels"), name)
    related: dict[str, str] = {}
    links: dict[str, str] = {}
    for relationship in root if root is not None else ():
        kind, target = relationship.get("Type", ""), relationship.get("Target", "")
        if kind.endswith("/hyperlink"):
            links[relationship.get("Id", "")] = target
        elif target:  # one outside the archive is no part of it, and is never opened
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            related.setdefault(kind.rpartition("/")[2], path)
    return related, links
