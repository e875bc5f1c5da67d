"""What the fonts that come along can show, and how wide it is.

Everything is set in Inter, which has Latin with Welsh and Vietnamese, Greek and Cyrillic.  What it lacks of the boxes,
ticks and arrows that Word puts into tables, and U+FFFD itself, is taken from DejaVu Sans Mono, which the engine brings.
Whatever neither has would stop the engine: a file that is to last may not hold a character without a glyph.

Read from the font itself, so that no list of characters grows stale: its tables `cmap` (format 12), `hhea`, `hmtx` and
`head`, as OpenType 1.9 lays them out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from struct import iter_unpack, unpack_from

from dhr_ledger.legible import illegible, legible

FOLDER = Path(__file__).parent / "fonts"
FAMILIES = ("Inter", "DejaVu Sans Mono")

_SYMBOLS = "�☐☑☒✔✖✘♦❖❑❒➔➢⇒►"
# Marks that say how their neighbours are drawn and have no glyph of their own.
_UNSEEN = "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f"
_SPACE = re.compile("[\t\u2028\u2029\ufeff]")
_AS_SPACE = {"\t": " ", "\u2028": "\n", "\u2029": "\n", "\ufeff": ""}
_UNUSUAL_WIDTH = 1.0


def shown(text: str) -> tuple[str, int]:
    """*text* as the page shows it, and how many of its characters stand as U+FFFD there.

    A byte-order mark is left out, since a PDF for the archive may not hold one (ISO 19005-2, 6.2.11.7.2).
    """
    if text.isascii() and text.isprintable():
        return text, 0
    words = _SPACE.sub(lambda match: _AS_SPACE[match[0]], legible(text))
    words, lost = _no_glyph().subn("�", words)
    return words, lost + illegible(text)


def width(text: str) -> float:
    """How wide a line of *text* is at most, in ems: that of the semibold face, without kerning."""
    widths = _widths()
    return sum(widths.get(character, _UNUSUAL_WIDTH) for character in text)


def covered() -> frozenset[str]:
    """Every character that Inter has."""
    return frozenset(_widths())


@cache
def _no_glyph() -> re.Pattern[str]:
    # What a plan is full of is told first, so that it is told fast.
    return re.compile(f"[^\n -~{_UNSEEN}{re.escape(''.join(sorted(covered())) + _SYMBOLS)}]")


@cache
def _widths() -> Mapping[str, float]:
    font = (FOLDER / "Inter-SemiBold.otf").read_bytes()
    tables = {
        tag: offset for tag, _, offset, _ in iter_unpack(">4sIII", font[12 : 12 + 16 * unpack_from(">H", font, 4)[0]])
    }
    em: int = unpack_from(">H", font, tables[b"head"] + 18)[0]
    told: int = unpack_from(">H", font, tables[b"hhea"] + 34)[0]  # the glyphs after them are as wide as the last
    advances = [unpack_from(">H", font, tables[b"hmtx"] + 4 * glyph)[0] / em for glyph in range(told)]
    return {
        chr(code): advances[min(first_glyph + code - first, told - 1)]
        for first, last, first_glyph in _groups(font, tables[b"cmap"])
        for code in range(first, last + 1)
    }


def _groups(font: bytes, cmap: int) -> list[tuple[int, int, int]]:
    """The ranges of characters of the font: the first, the last, and the glyph of the first."""
    for platform, encoding, offset in iter_unpack(
        ">HHI", font[cmap + 4 : cmap + 4 + 8 * unpack_from(">H", font, cmap + 2)[0]]
    ):
        if (platform, encoding) == (3, 10):
            count = unpack_from(">I", font, cmap + offset + 12)[0]
            start = cmap + offset + 16
            return list(iter_unpack(">III", font[start : start + 12 * count]))
    raise AssertionError("The font that comes along has no table of Unicode characters.")
