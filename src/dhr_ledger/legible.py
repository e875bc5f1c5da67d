"""What a document can show of a text: characters that have no glyph, and marks that turn the direction of writing.

The ledger keeps every character.  A page cannot: HTML and XML forbid most control characters, and no font has a glyph
for a noncharacter or for the private use of somebody else's.  Each of these stands as U+FFFD, �.  Four symbols that
Word puts into its bulleted lists stand as the bullets and ticks that they print as.

An embedding, override or isolate that a text opens and does not close would turn the words around it.  It is closed at
the end of its line, and a mark that closes what the text never opened stands as U+FFFD.
"""

from __future__ import annotations

import re

_NO_GLYPH = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0xF0000, 0x10000))
    + "\U000f0000-\U0010ffff]"
)
_OF_WORD = str.maketrans({"\uf0a7": "▪", "\uf0b7": "•", "\uf0d8": "➢", "\uf0fc": "✓"})
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_PLAIN = re.compile(r"[ -~\n\u00a0-\u00ff\u2013-\u2026]*")
"""What every document shows as it is, and most cells are nothing but: it is told at once."""
_CLOSES = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", "\u2069")


def legible(text: str) -> str:
    """*text* as a document can show it."""
    return _told(text)[0]


def illegible(text: str) -> int:
    """How many characters of *text* stand as U+FFFD."""
    return _told(text)[1]


def said_of_lost(count: int, document: str = "document") -> str:
    """What a *document* says of *count* characters that stand as U+FFFD in it; nothing of none."""
    if not count:
        return ""
    if count == 1:
        return f"1 character has no letter in this {document} and is shown as �; the ledger keeps it."
    return f"{count:,} characters have no letter in this {document} and are shown as �; the ledger keeps them."


def _told(text: str) -> tuple[str, int]:
    if _PLAIN.fullmatch(text):
        return text, 0
    text, lost = _NO_GLYPH.subn("�", text.translate(_OF_WORD))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _TURNS.search(text):
        closed = [_closed(line) for line in text.split("\n")]
        text, lost = "\n".join(line for line, _ in closed), lost + sum(count for _, count in closed)
    return text, lost


def _closed(line: str) -> tuple[str, int]:
    """*line* with whatever it opens closed, and how often it closed what was not open."""
    still_open: list[str] = []
    lost = 0

    def turn(mark: re.Match[str]) -> str:
        nonlocal lost
        if closing := _CLOSES.get(mark[0]):
            still_open.append(closing)
        elif still_open and still_open[-1] == mark[0]:
            still_open.pop()
        else:
            lost += 1
            return "�"
        return mark[0]

    line = _TURNS.sub(turn, line)
    return line + "".join(reversed(still_open)), lost
