"""An OpenDocument file as a package: its parts, what they are, what the whole says of itself, and the archive.

Nothing in it tells of the machine: times are those of the entries, and the archive has the same order and the same
dates at any time.  What a package has to be is in part 2 of OpenDocument 1.3: its type stands first, unpacked, so that
a program knows the file by its first bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from html import escape
from importlib.metadata import version
from typing import BinaryIO

from dhr_ledger.document import Properties
from dhr_ledger.legible import legible
from dhr_ledger_odf.markup import part
from dhr_ledger_odf.package import Kind

DISTRIBUTION = "dhr-ledger-odf"
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_LONGEST = 255
"""In characters: what programs show of a property."""


def pack(out: BinaryIO, kind: Kind, parts: Mapping[str, Iterable[str]], properties: Properties) -> None:
    """Write a document of *kind* to *out*: its *parts* by name (`content`, `styles` …), each in pieces.

    It is made in memory first, because an archive has other bytes in a file that cannot be wound back.
    """
    media_type = f"application/vnd.oasis.opendocument.{kind}"
    parts = {**parts, "meta": [_meta(properties)]}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        _add(archive, "mimetype", [media_type], zipfile.ZIP_STORED)
        for name, pieces in parts.items():
            _add(archive, f"{name}.xml", pieces)
        _add(archive, "META-INF/manifest.xml", _manifest(media_type, parts))
    out.write(whole.getvalue())


def _add(archive: zipfile.ZipFile, name: str, pieces: Iterable[str], how: int = zipfile.ZIP_DEFLATED) -> None:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type, info.create_system = how, 3
    with archive.open(info, "w") as written:
        for piece in pieces:
            written.write(piece.encode())


def _manifest(media_type: str, parts: Iterable[str]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<manifest:manifest xmlns:manifest="{_MANIFEST}" manifest:version="1.3">'
    yield f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{media_type}"/>'
    for name in parts:
        yield f'<manifest:file-entry manifest:full-path="{name}.xml" manifest:media-type="text/xml"/>'
    yield "</manifest:manifest>"


def _meta(properties: Properties) -> str:
    moment = properties.moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()
    said = [
        ("meta:generator", f"{DISTRIBUTION}/{version(DISTRIBUTION)}"),
        ("dc:title", properties.title),
        ("dc:subject", properties.subject),
        ("dc:description", properties.description),
        *(("meta:keyword", keyword) for keyword in properties.keywords),
        ("meta:initial-creator", properties.author),
        ("dc:creator", properties.author),
        ("meta:creation-date", f"{moment}Z"),
        ("dc:date", f"{moment}Z"),
        ("dc:language", "en-GB"),
    ]
    told = "".join(f"<{name}>{escape(_short(words))}</{name}>" for name, words in said if words)
    for name, value in properties.origin.items():
        kind = "float" if isinstance(value, int) else "string"
        told += f'<meta:user-defined meta:name="{name}" meta:value-type="{kind}">{value}</meta:user-defined>'
    return part("document-meta", f"<office:meta>{told}</office:meta>")


def _short(words: str) -> str:
    words = " ".join(legible(words).split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
