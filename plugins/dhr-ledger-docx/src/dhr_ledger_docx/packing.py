"""A Word document as a file: the parts that go with its body, and the archive that they all stand in.

Nothing in it tells of the machine: times are those of the entries, and the archive has the same order and the same
dates at any time.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from html import escape
from pathlib import PurePosixPath
from typing import BinaryIO

from dhr_ledger.document import Properties
from dhr_ledger.legible import legible
from dhr_ledger_docx.markup import DECLARATION, MAIN

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OF_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NAMED = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""Which set of properties those are that a document's maker names (MS-OLEPS 2.18)."""
_LONGEST = 255
"""In characters: what Word keeps of a property."""


def pack(out: BinaryIO, body: Iterable[str], parts: Mapping[str, str], properties: Properties) -> None:
    """Write the document with this *body* to *out*; *parts* are its styles, its footer and its header, if it has one.

    It is made in memory first, because an archive has other bytes in a file that cannot be wound back.
    """
    parts = {**parts, "settings": _SETTINGS, "fontTable": _FONTS}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        _add(archive, "[Content_Types].xml", [_content_types(parts)])
        _add(archive, "_rels/.rels", [_relationships(_OF_THE_WHOLE)])
        _add(archive, "docProps/core.xml", [_core(properties)])
        _add(archive, "docProps/custom.xml", [_custom(properties.origin)])
        _add(archive, "word/document.xml", _document(body))
        related = {f"{name}.xml": f"{_OFFICE}/relationships/{name}" for name in parts}
        _add(archive, "word/_rels/document.xml.rels", [_relationships(related)])
        for name, part in parts.items():
            _add(archive, f"word/{name}.xml", [part])
    out.write(whole.getvalue())


_OF_THE_WHOLE = {
    "word/document.xml": f"{_OFFICE}/relationships/officeDocument",
    "docProps/core.xml": f"{_PACKAGE}/relationships/metadata/core-properties",
    "docProps/custom.xml": f"{_OFFICE}/relationships/custom-properties",
}


def _add(archive: zipfile.ZipFile, name: str, content: Iterable[str]) -> None:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
    with archive.open(info, "w") as part:
        for piece in content:
            part.write(piece.encode())


def _document(body: Iterable[str]) -> Iterator[str]:
    yield f'{DECLARATION}<w:document xmlns:w="{MAIN}" xmlns:r="{_OFFICE}/relationships"><w:body>'
    yield from body
    yield "</w:body></w:document>"


def _content_types(parts: Iterable[str]) -> str:
    types = {
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/custom.xml": "application/vnd.openxmlformats-officedocument.custom-properties+xml",
        "/word/document.xml": f"{_OF_WORD}.document.main+xml",
    }
    types |= {f"/word/{name}.xml": f"{_OF_WORD}.{name}+xml" for name in parts}
    told = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in types.items())
    return (
        f'{DECLARATION}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{told}</Types>'
    )


def _relationships(targets: dict[str, str]) -> str:
    """What each of *targets* is to the document; the name of its file is its identifier."""
    told = "".join(
        f'<Relationship Id="{PurePosixPath(target).stem}" Type="{kind}" Target="{target}"/>'
        for target, kind in targets.items()
    )
    return f'{DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def _core(properties: Properties) -> str:
    moment = properties.moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()
    said = {
        "dc:title": properties.title,
        "dc:subject": properties.subject,
        "dc:creator": properties.author,
        "cp:keywords": ", ".join(properties.keywords),
        "dc:description": properties.description,
        "dc:language": "en-GB",
    }
    told = "".join(f"<{name}>{escape(_short(words))}</{name}>" for name, words in said.items())
    times = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{moment}Z</dcterms:{name}>' for name in ("created", "modified")
    )
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{told}{times}</cp:coreProperties>'
    )


def _short(words: str) -> str:
    words = " ".join(legible(words).split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def _custom(origin: Mapping[str, int | str]) -> str:
    told = "".join(
        f'<property fmtid="{_NAMED}" pid="{pid}" name="{name}">{_value(value)}</property>'
        for pid, (name, value) in enumerate(origin.items(), start=2)
    )
    return (
        f'{DECLARATION}<Properties xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes">'
        f"{told}</Properties>"
    )


def _value(value: int | str) -> str:
    return f"<vt:i4>{value}</vt:i4>" if isinstance(value, int) else f"<vt:lpwstr>{value}</vt:lpwstr>"


_SETTINGS = (
    f'{DECLARATION}<w:settings xmlns:w="{MAIN}">'
    '<w:zoom w:percent="100"/><w:autoHyphenation w:val="0"/><w:characterSpacingControl w:val="doNotCompress"/>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
    'w:val="15"/></w:compat><w:themeFontLang w:val="en-GB"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>'
    "</w:settings>"
)
"""The way of laying out that Word has had since 2013, so that it does not open the document as an old one."""

_FONTS = (
    f'{DECLARATION}<w:fonts xmlns:w="{MAIN}">'
    '<w:font w:name="Arial"><w:altName w:val="Liberation Sans"/><w:panose1 w:val="020B0604020202020204"/>'
    '<w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
)
"""What to take where there is no Arial: letters as wide, so that no line breaks elsewhere."""
