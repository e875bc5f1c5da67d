"""The colour of a cell, as a word of the plan's legend."""

from __future__ import annotations

from dhr_ledger.status import Legend

_COLOURS = {
    "red": ("C00000", "FF0000", "DA291C", "D4351C"),
    "amber": ("FFC000", "FF9900", "FFA500", "F79646", "ED7D31", "FFBF00"),
    "orange": ("FFC000", "FF9900", "FFA500", "F79646", "ED7D31"),
    "yellow": ("FFFF00", "FFF200", "FFEB9C"),
    "green": ("00B050", "92D050", "00FF00", "008000", "70AD47", "00703C"),
    "blue": ("0070C0", "00B0F0", "0000FF", "002060", "4472C4", "5B9BD5", "1D70B8"),
    "purple": ("7030A0", "800080"),
    "grey": ("808080", "A6A6A6", "BFBFBF", "D9D9D9", "7F7F7F"),
}
"""The colours that office programs offer under their names; shades between them have no name here."""


def is_a_colour(words: str) -> bool:
    """Whether *words* are the name of a colour, and no more."""
    return words.strip().rstrip(".").lower() in _COLOURS


def colour_word(fill: str | None, legend: Legend) -> str | None:
    """The word of *legend* for a cell filled with *fill*: the colour itself (`#00B050`), or its name."""
    if fill is None:
        return None
    names = [f"#{fill}", *(name.capitalize() for name, shades in _COLOURS.items() if fill in shades)]
    return next((name for name in names if legend.knows(name)), None)
