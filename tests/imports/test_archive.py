"""The archive of an office file is opened with care, whatever a program put into it or an attacker did."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports.archive import LARGEST_PART, MOST_PARTS, open_archive, read_part
from dhr_ledger.testing.strategies import damaged

KIND = "a plan (.plan)"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


PLAN = packed({"plan.xml": b"<plan>\xc5\xb5</plan>", "picture.png": b"\x89PNG"})


def part_of(data: bytes, part: str = "plan.xml") -> bytes:
    """What a reader has of *part* of the archive in *data*."""
    with open_archive(io.BytesIO(data), "a.plan", kind=KIND, needs="plan.xml") as archive:
        return read_part(archive, part, "a.plan")


def refusal(data: bytes) -> str:
    """The one reason for which an archive of these bytes, or its plan, is refused."""
    with pytest.raises(ImportRefused) as refused:
        part_of(data)
    (fault,) = refused.value.faults
    return fault


def said_to_be(data: bytes, size: int) -> bytes:
    """The archive in *data*, with another size for its first part wherever it is said."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        was = struct.pack("<LL", archive.infolist()[0].compress_size, archive.infolist()[0].file_size)
    return data.replace(was, was[:4] + struct.pack("<L", size))


def locked(data: bytes) -> bytes:
    """The archive in *data*, with the mark of a password on its parts."""
    locked = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := locked.find(mark, start + 1)) >= 0:
            locked[start + at] |= 1
    return bytes(locked)


def test_a_part_is_read_as_it_was_packed():
    assert "<plan>ŵ</plan>".encode() == part_of(PLAN)
    assert b"<a/>" == part_of(packed({"plan.xml": b"<a/>"}, zipfile.ZIP_STORED))


def test_the_file_stays_open():
    file = io.BytesIO(PLAN)
    with open_archive(file, "a.plan", kind=KIND, needs="plan.xml"):
        pass
    assert not file.closed


DOCTYPE = '<!DOCTYPE plan [<!ENTITY a SYSTEM "file.txt">]><plan>&a;</plan>'
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "a.plan is not a plan (.plan), or is damaged: it begins with b''"),
    "words": (lambda: b"Ref,Action", "it begins with b'Ref,Acti'; save it anew and import that."),
    "cut off": (lambda: PLAN[:-30], "is damaged: its end is missing"),
    "cut off in a part": (lambda: PLAN[:40] + PLAN[50:], "is damaged"),
    "Office 97": (lambda: OLE + bytes(600), "is in the format of Office 97; save it as a plan (.plan) without"),
    "encrypted": (
        lambda: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "a.plan has a password, or only some people may open it; save it as a plan (.plan) without, and import that.",
    ),
    "locked": (lambda: locked(PLAN), "a.plan has a password; save it without one and import that."),
    "another archive": (lambda: packed({"a.txt": b""}), "it has no part 'plan.xml'; is its ending right?"),
    "a part twice": (lambda: packed({"plan.xml": b"", "twin.xml": b""}).replace(b"twin", b"plan"), "of 2 parts"),
    "many parts": (lambda: packed({f"{n}": b"" for n in range(MOST_PARTS + 1)}), "is an archive of 5,001 parts"),
    "a bomb": (lambda: packed({"plan.xml": bytes(LARGEST_PART + 1)}), "unpacks to 60,000,001 bytes"),
    "a bomb in pieces": (
        lambda: packed({f"{n}.png": bytes(LARGEST_PART // 2) for n in range(5)}),
        "unpacks to 150,000,000 bytes",
    ),
    "more than it says": (lambda: said_to_be(packed({"plan.xml": bytes(9999)}), 9), "'plan.xml' cannot be read"),
    "another packing": (lambda: packed({"plan.xml": b""}, zipfile.ZIP_LZMA), "packed in a way that no office program"),
    "a document type": (lambda: packed({"plan.xml": DOCTYPE.encode()}), "declares a document type"),
    "a document type in UTF-16": (lambda: packed({"plan.xml": DOCTYPE.encode("utf-16")}), "declares a document type"),
    "a document type without a mark": (
        lambda: packed({"plan.xml": DOCTYPE.encode("utf-16-be")}),
        "declares a document type",
    ),
    "UTF-16": (lambda: packed({"plan.xml": "<a/>".encode("utf-16")}), "its part 'plan.xml' is not in UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_archive_of_a_plan_is_refused_with_the_cure(what: str):
    make, expected = REFUSED[what]
    said = refusal(make())
    assert expected in said
    assert said.startswith("a.plan")


def test_a_part_that_is_too_large_is_refused_whatever_it_is_called():
    """Only parts called `.xml` are refused before they are read; a picture may be large."""
    data = packed({"plan.xml": b"", "large": bytes(LARGEST_PART + 1)})
    with pytest.raises(ImportRefused, match=r"its part 'large' is larger than 60,000,000 bytes; is it the plan\?"):
        part_of(data, "large")


@given(damaged([PLAN, packed({"plan.xml": b"<a/>" * 99}, zipfile.ZIP_STORED)]))
def test_any_bytes_are_an_archive_or_are_refused(data: bytes):
    with suppress(ImportRefused):
        assert isinstance(part_of(data), bytes)


@given(st.binary(max_size=99))
def test_what_is_packed_is_read(data: bytes):
    """Unless it declares a document type, or is wide."""
    if b"<!" not in data and b"\0" not in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        assert data == part_of(packed({"plan.xml": data}))
