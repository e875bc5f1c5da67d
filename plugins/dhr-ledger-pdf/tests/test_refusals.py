"""PDFs that are refused, and how long that may take."""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest
from drawn_pages import (
    Sheet,
    cells,
    read,
    refusal,
    sheets,
)
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption

from dhr_ledger_pdf import apart

# What is refused


def body(stream: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(stream), stream)


def packed(stream: bytes, entries: bytes = b"") -> bytes:
    return body(zlib.compress(stream, 9), entries + b"/Filter/FlateDecode")


def pdf(objects: Mapping[int, bytes]) -> bytes:
    """A PDF of these objects, the first of which is its catalogue."""
    out, places = b"%PDF-1.7\n", {}
    for number, written in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    size = max(objects) + 1
    table = b"".join(b"%010d 00000 %s \n" % (places.get(n, 0), b"n" if n in places else b"f") for n in range(size))
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    return out + b"xref\n0 %d\n" % size + table + end


def single(
    contents: bytes,
    resources: bytes = b"<</Font<</F 5 0 R>>>>",
    pages: bytes = b"/Count 1/Kids[3 0 R]",
    catalogue: bytes = b"",
    more: Mapping[int, bytes] | None = None,
) -> bytes:
    """A PDF of one page with these contents."""
    return pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
            2: b"<</Type/Pages%s>>" % pages,
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources %s>>" % resources,
            4: contents,
            5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            **(more or {}),
        }
    )


WORDS = b"BT /F 9 Tf 50 50 Td (Words) Tj ET\n"
TABLE = sheets(lambda on: on.table(100, [60, 150], [["Ref", "Action"], ["1", "Train"]], [20, 20]))


def test_a_table_without_lines_between_its_columns_is_refused():
    """Where its columns end would be a guess."""

    def draw(on: Sheet) -> None:
        for nth, words in enumerate((["Ref", "Action", "Lead"], ["1", "Train", "Police"], ["2", "Brief", "Police"])):
            on.line(40, 100 + 20 * nth, 500, 100 + 20 * nth)
            for x, word in zip((44, 144, 344), words, strict=True):
                on.words(x, 112 + 20 * nth, word)
        on.line(40, 160, 500, 160)

    assert (
        "plan.pdf, page 1: a table has lines between its rows and none between its columns, so that where a cell ends "
        "would be a guess; ask for the Word or Excel file."
    ) == refusal(sheets(draw))


def test_words_in_a_table_and_in_none_of_its_cells_are_refused():
    """They would be lost."""

    def draw(on: Sheet) -> None:
        on.table(100, [60, 150], [["Ref", "Action"]], [20])
        on.table(140, [60, 150], [["2", "Brief"]], [20])
        on.line(250, 100, 250, 160)
        on.line(300, 100, 300, 160)
        on.line(250, 100, 300, 100)
        on.line(250, 160, 300, 160)
        on.words(44, 132, "1")
        on.words(104, 132, "Train")

    assert "plan.pdf, page 1: '1 Train' stands in a table" in refusal(sheets(draw))


def test_words_without_a_ruled_table_make_no_grid():
    assert [] == read(sheets(lambda on: on.words(40, 100, "An action plan")))
    assert [] == read(sheets(lambda on: on.table(100, [200], [["A frame"]], [40])))


def test_a_scan_is_refused():
    assert "no words that can be read, as a scan has none; ask for the Word or Excel file." in refusal(
        sheets(lambda on: on.line(40, 40, 90, 90))
    )


def test_letters_whose_meaning_the_file_does_not_tell_are_refused():
    font = {
        5: b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]>>",
        6: b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
    }
    said = refusal(single(packed(b"BT /F 9 Tf 50 50 Td <001100120013> Tj ET"), more=font))
    assert "does not say which letters its signs stand for (3 of" in said


def test_a_page_that_is_a_picture_is_noted():
    def picture(on: Sheet) -> None:
        on.canvas.drawInlineImage(Image.new("RGB", (4, 4), (200, 0, 0)), 0, 0, 595, 842)

    table = [["Ref", "Action"], ["1", "Train"]]
    (grid,) = read(sheets(picture, lambda on: on.table(100, [60, 150], table, [20, 20])))
    (note,) = grid.notes
    assert note.startswith("plan.pdf: page 1 is a picture without words, and nothing was read there")


def test_a_password_is_refused_and_a_mere_restriction_is_not():
    def draw(on: Sheet) -> None:
        on.table(100, [60, 150], [["Ref", "Action"], ["1", "Train"]], [20, 20])

    said = refusal(sheets(draw, encrypt=StandardEncryption("secret", "owner")))
    assert "plan.pdf has a password; save it without one, or ask for the Word or Excel file." == said
    (grid,) = read(sheets(draw, encrypt=StandardEncryption("", "owner", canCopy=0)))
    assert ["1", "Train"] == cells(grid)[1]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 a workbook", b"<html>"])
def test_what_is_no_pdf_is_refused(data: bytes):
    assert f"plan.pdf is no PDF: it begins with {data[:8]!r}; is its ending right?" == refusal(data)


def test_a_pdf_that_was_cut_off_is_refused():
    assert "plan.pdf is damaged: its end is missing" in refusal(TABLE[: len(TABLE) // 2])


def test_damage_that_would_lose_words_is_refused():
    """In what draws the page, in the list of pages, and where a part is not there at all."""
    good = packed(WORDS * 40)
    middle = good.index(b"stream") + 30
    assert [] == read(single(good))
    assert "is damaged, so a part" in refusal(single(good[:middle] + b"\0\0\0\0" + good[middle + 4 :]))
    assert "is damaged, so a part" in refusal(single(good, pages=b"/Count 2/Kids[3 0 R]"))
    assert "is damaged, so a part" in refusal(single(good).replace(b"/Contents 4 0 R", b"/Contents 7 0 R"))


def test_more_than_three_hundred_pages_are_refused():
    """Whether the file says how many they are or not."""
    leaf = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    leaves = dict.fromkeys(range(3, 304), leaf)
    kids = b" ".join(b"%d 0 R" % number for number in leaves)
    for count in (301, 1, 10**9):
        pages = b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids)
        said = refusal(pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: pages, **leaves}))
        assert "plan.pdf has more than 300 pages; print the pages of the action plan alone into a PDF" in said


def _bomb() -> bytes:
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(b" " * 10_000_000) for _ in range(100)), packer.flush()])


def _laughing() -> bytes:
    """A form that holds ten forms that hold ten forms, and so on."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
    forms = {number: packed(b"/X Do " * 10, form % (number + 1)) for number in range(10, 22)}
    resources = b"<</XObject<</X 10 0 R>>>>"
    return single(packed(b"/X Do"), resources, more={**forms, 22: packed(b"0 0 m 9 9 l S", form % 22)})


def _deep() -> bytes:
    tree = {number: b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (number + 1) for number in range(2, 5000)}
    return pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", **tree, 5000: b"<</Type/Page/MediaBox[0 0 9 9]>>"})


HOSTILE = {
    "a gigabyte of spaces": lambda: single(body(_bomb(), b"/Filter/FlateDecode")),
    "the same, packed twice": lambda: single(body(zlib.compress(_bomb()), b"/Filter[/FlateDecode/FlateDecode]")),
    "runs of spaces": lambda: single(
        packed(b"\x81 " * 10_000_000, b"").replace(b"/FlateDecode", b"[/FlateDecode/RunLengthDecode]")
    ),
    "two million lines": lambda: single(packed(b"0 0 m 1 1 l S\n" * 2_000_000)),
    "a fine net": lambda: single(
        packed(b"".join(b"%d 0 m %d 800 l 0 %d m 600 %d l S " % ((x,) * 4) for x in range(0, 600, 4)))
    ),
    "letters without end": lambda: single(packed(b"BT /F 9 Tf " + b"(aaaaaaaaaaaaaaaaaaaa) Tj\n" * 900_000)),
    "forms in forms": _laughing,
    "pages in pages": _deep,
    "brackets in brackets": lambda: single(b"[" * 100_000 + b"]" * 100_000),
    "a million of one page": lambda: single(packed(WORDS), pages=b"/Count 1/Kids[%s]" % (b"3 0 R " * 1_000_000)),
}


@pytest.mark.parametrize("harm", HOSTILE)
def test_a_file_that_is_made_to_do_harm_is_given_up(harm: str, monkeypatch: pytest.MonkeyPatch):
    """Each within the time it is given, here less than a user would wait; memory is held by the system."""
    monkeypatch.setattr(apart, "SECONDS", 2.0)
    data = HOSTILE[harm]()
    began = time.monotonic()
    said = refusal(data)
    assert any(why in said for why in ("takes more memory", "takes longer", "is damaged")), said
    assert time.monotonic() - began < 10


def test_a_form_in_itself_and_a_page_tree_in_itself_are_read_as_what_else_there_is():
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 10 0 R>>>>"
    resources = b"<</Font<</F 5 0 R>>/XObject<</X 10 0 R>>>>"
    assert [] == read(single(packed(WORDS + b"/X Do"), resources, more={10: packed(b"/X Do", form)}))
    assert [] == read(single(packed(WORDS), pages=b"/Count 1/Kids[2 0 R 3 0 R]"))


def test_nothing_that_a_file_asks_for_is_done(tmp_path: Path):
    """A script and a program to launch are in a PDF like any other words, and left there."""
    file = tmp_path / "done"
    launch = b"/OpenAction<</S/Launch/F(/usr/bin/touch %s)>>" % str(file).encode()
    script = b"/AA<</WC<</S/JavaScript/JS(app.alert\\(1\\))>>>>"
    assert [] == read(single(packed(WORDS), catalogue=launch + script))
    assert not file.exists()


def test_where_no_process_can_be_started_that_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    assert "plan.pdf cannot be read: a PDF is read in a process of its own, and none can be started" in refusal(TABLE)
