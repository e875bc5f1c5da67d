"""What the letters of a symbol font look like, so that a tick is read as a tick and not as a `ü`.

Word keeps such a letter as its number in the font, mostly moved to the private use area: U+F0FC is the tick of
Wingdings.
"""

from __future__ import annotations

import re

_WINGDINGS = {
    0x28: "☎", 0x2A: "✉", 0x3F: "✍", 0x43: "👍", 0x44: "👎", 0x4A: "☺", 0x4B: "😐", 0x4C: "☹",
    0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "☐", 0x71: "❑", 0x72: "❒", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x78: "☒",
    0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓",
    0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_SYMBOL = {
    **{code: chr(code) for code in (*range(0x20, 0x22), 0x23, *range(0x25, 0x27), *range(0x28, 0x2A), 0x2B, 0x2C)},
    **{code: chr(code) for code in (*range(0x2E, 0x40), 0x5B, 0x5D, 0x5F, 0x7B, 0x7C, 0x7D)},
    0x2D: "−", 0x44: "Δ", 0x53: "Σ", 0x57: "Ω", 0x61: "α", 0x62: "β", 0x67: "γ", 0x6D: "μ", 0x70: "π", 0x73: "σ",
    0xA0: "€", 0xA3: "≤", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×",
    0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xBC: "…", 0xD6: "√", 0xDB: "⇔", 0xDE: "⇒",
}  # fmt: skip
_FONTS = {
    "wingdings": _WINGDINGS,
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x97: "●", 0xA3: "☐"},
    "webdings": {0x61: "✓", 0x63: "☐", 0x67: "■", 0x6E: "●", 0x72: "✗"},
    "symbol": _SYMBOL,
}
# Where the font is not said: the bullet of Symbol is the one that is met everywhere.
_ANY = _WINGDINGS | {0xB7: "•"}

PRIVATE = re.compile("[\ue000-\uf8ff]")
"""A letter that means nothing without its font."""


def shown(text: str, font: str) -> str:
    """*text* as *font* shows it; a letter whose look is not known stays."""
    named = font.lower()
    table = _FONTS.get(named)
    if table is None and not PRIVATE.search(text):
        return text
    return "".join(_letter(letter, table) for letter in text)


def _letter(letter: str, table: dict[int, str] | None) -> str:
    code = ord(letter)
    if 0xF000 <= code <= 0xF0FF:
        return (_ANY if table is None else table).get(code - 0xF000, letter)
    return letter if table is None else table.get(code, letter)


def numbered(code: str, font: str) -> str:
    """The symbol with the hexadecimal number *code* in *font*; nothing where that is no number of a letter."""
    if not re.fullmatch("[0-9A-Fa-f]{1,5}", code):
        return ""
    value = int(code, 16)
    return "" if 0xD800 <= value <= 0xDFFF or value < 0x20 else shown(chr(value), font)
