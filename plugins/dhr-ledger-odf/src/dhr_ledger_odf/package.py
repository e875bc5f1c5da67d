"""An OpenDocument file opened with care: its body, what its styles say, and what it was made from.

A file is read as a tree, so its size in memory is that of its markup; there is a limit to both.  No entity is resolved
and nothing is fetched.
"""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO, Literal, NamedTuple

from lxml import etree
from lxml.etree import _Element as Element

from dhr_ledger.document import made_from
from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports.archive import open_archive, read_part
from dhr_ledger_odf.styles import Styles, read_styles
from dhr_ledger_odf.vocabulary import odf

MOST_MARKUP = 1_000_000
"""Elements and attributes of one part.  A plan of five thousand actions has half a million."""

Kind = Literal["spreadsheet", "text"]
_KINDS = {"spreadsheet": "an OpenDocument spreadsheet (.ods)", "text": "an OpenDocument text (.odt)"}
_MANIFEST = "META-INF/manifest.xml"


class Document(NamedTuple):
    """A file that was opened: what it holds, how it looks, and the head of the ledger that it was made from."""

    name: str
    body: Element
    styles: Styles
    made_from: int | None


def open_document(file: BinaryIO, name: str, kind: Kind) -> Document:
    """The document in *file*, if it is one of *kind*.

    Raises `ImportRefused` for anything else, and for what has a password, is damaged, or is larger than a plan.
    """
    with open_archive(file, name, kind=_KINDS[kind], needs=_MANIFEST) as archive:
        if _has_a_password(archive, name):
            raise ImportRefused([f"{name} has a password; save it without one and import that."])
        parts = archive.namelist()
        if "content.xml" not in parts:
            raise ImportRefused([f"{name} is not {_KINDS[kind]}: it has no part 'content.xml'; is its ending right?"])
        properties = _user_defined(_parsed(archive, "meta.xml", name)) if "meta.xml" in parts else {}
        head = made_from(properties, name)
        # Before the content, so that only one of the two is ever in memory.
        common = (
            read_styles(_parsed(archive, "styles.xml", name).find(odf("office:styles")))
            if "styles.xml" in parts
            else None
        )
        content = _parsed(archive, "content.xml", name)
    automatic = read_styles(content.find(odf("office:automatic-styles")))
    body = content.find(f"{odf('office:body')}/{odf(f'office:{kind}')}")
    if body is None:
        raise ImportRefused(
            [f"{name} is not {_KINDS[kind]}, though another document of that family; is its ending right?"]
        )
    return Document(name, body, Styles(automatic, common or read_styles(None)), head)


def _has_a_password(archive: zipfile.ZipFile, name: str) -> bool:
    try:
        manifest = read_part(archive, _MANIFEST, name)
    except ImportRefused:
        # Up to version 1.1 a manifest may declare a document type.  Nothing else is read in it, so it hinders nobody:
        # content that has a password is refused as damaged.
        return False
    return re.search(rb"<(?:[\w.-]+:)?encryption-data\b", manifest) is not None


def _parsed(archive: zipfile.ZipFile, part: str, name: str) -> Element:
    """The tree of the XML *part*."""
    data = read_part(archive, part, name)
    if (markup := data.count(b"<") + data.count(b"=")) > MOST_MARKUP:
        raise ImportRefused(
            [
                f"{name}: its part {part!r} holds {markup:,} elements and attributes, more than a plan could; "
                "save only its table and import that."
            ]
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ImportRefused(
            [f"{name}: its part {part!r} cannot be read ({error}); save it anew and import that."]
        ) from None
    if root.getroottree().docinfo.doctype:  # in an encoding in which the bytes did not show it
        raise ImportRefused([f"{name}: its part {part!r} declares a document type; save it anew and import that."])
    return root


def _user_defined(meta: Element) -> dict[str, str]:
    """The properties that the maker of the file named, as words."""
    name = odf("meta:name")
    return {one.get(name, ""): one.text or "" for one in meta.iterfind(f".//{odf('meta:user-defined')}")}
