"""The zip archive that an office file is, opened with care: a bomb, a password or a stump is refused, with the cure."""

from __future__ import annotations

import zipfile
import zlib
from typing import BinaryIO, NoReturn

from dhr_ledger.errors import ImportRefused

LARGEST_PART = 60_000_000
"""In bytes, unpacked.  A plan of five thousand actions takes ten million."""
LARGEST = 120_000_000
"""In bytes, all parts together; pictures among them."""
MOST_PARTS = 5_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# How an office program packs what has a password, or rights that only some people have, into that older container.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# What office files are packed with.  The other methods of a zip may ask for gigabytes of memory before the first byte.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def open_archive(file: BinaryIO, name: str, *, kind: str, needs: str) -> zipfile.ZipFile:
    """The archive in *file*, if it is one of *kind* (`"an Excel workbook (.xlsx)"`) that has the part *needs*.

    Raises `ImportRefused` for what is none, has a password, is cut off, or unpacks to more than a plan could be.
    """
    beginning = file.read(8)
    if beginning == _OLE:
        _refuse_older(file, name, kind)
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
        parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        why = "its end is missing" if beginning.startswith(b"PK") else f"it begins with {beginning!r}"
        raise ImportRefused([f"{name} is not {kind}, or is damaged: {why}; save it anew and import that."]) from error
    names = [part.filename for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise ImportRefused([f"{name} has a password; save it without one and import that."])
    if len(parts) > MOST_PARTS or len(set(names)) != len(names):
        raise ImportRefused([f"{name} is an archive of {len(parts):,} parts, which is not {kind}; is it the plan?"])
    too_large = [part for part in parts if part.file_size > LARGEST_PART and part.filename.endswith(".xml")]
    if too_large or sum(part.file_size for part in parts) > LARGEST:
        size = sum(part.file_size for part in parts)
        raise ImportRefused(
            [f"{name} unpacks to {size:,} bytes, more than a plan could hold; save only its table and import that."]
        )
    if needs not in names:
        raise ImportRefused([f"{name} is not {kind}: it has no part {needs!r}; is its ending right?"])
    return archive


def read_part(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    """The bytes of the XML *part*, no more of them than it promised.

    Raises `ImportRefused` for a damaged part, for one that is not in UTF-8, and for one that declares a document type:
    office files have none, and entities that grow without end, or point outside, begin there.  A parser that obeys the
    encoding that a part declares may still find one; make it read UTF-8, or ask it.
    """
    if archive.getinfo(part).compress_type not in _METHODS:
        raise ImportRefused(
            [f"{name}: its part {part!r} is packed in a way that no office program uses; save it anew and import that."]
        )
    try:
        with archive.open(part) as stream:
            data = stream.read(LARGEST_PART + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise ImportRefused(
            [f"{name} is damaged: its part {part!r} cannot be read; restore it from a copy."]
        ) from error
    if len(data) > LARGEST_PART:
        raise ImportRefused([f"{name}: its part {part!r} is larger than {LARGEST_PART:,} bytes; is it the plan?"])
    wide = data.startswith(_UTF_16) or b"\0" in data[:4]
    letters = data.replace(b"\0", b"") if wide else data
    if b"<!DOCTYPE" in letters or b"<!ENTITY" in letters:
        raise ImportRefused(
            [
                f"{name}: its part {part!r} cannot be read: it declares a document type, and no office program does; "
                "save it anew and import that."
            ]
        )
    if wide:
        raise ImportRefused([f"{name}: its part {part!r} is not in UTF-8, as office programs write it; save it anew."])
    return data


def _refuse_older(file: BinaryIO, name: str, kind: str) -> NoReturn:
    """Refuse a file in the container of Office 97, which is also that of a newer one that is encrypted."""
    if _ENCRYPTED in file.read():
        raise ImportRefused(
            [f"{name} has a password, or only some people may open it; save it as {kind} without, and import that."]
        )
    raise ImportRefused(
        [f"{name} has a password, or is in the format of Office 97; save it as {kind} without a password."]
    )
