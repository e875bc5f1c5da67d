"""The colours of a workbook: written out, of its theme, or of the palette that Excel had before there were themes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from colorsys import hls_to_rgb, rgb_to_hls
from functools import partial

from dhr_ledger_xlsx.package import Attributes, Package, whole

_WHITE = "FFFFFF"
# A colour names those of the theme by number, and Excel counts the light ones first (ECMA-376, 18.8.3, as it is done).
_SLOTS = ("lt1", "dk1", "lt2", "dk2", *(f"accent{nth}" for nth in range(1, 7)), "hlink", "folHlink")
# Of Excel 2007 on, for a workbook that brings no theme.
_OFFICE = (
    "FFFFFF", "000000", "EEECE1", "1F497D", "4F81BD", "C0504D",
    "9BBB59", "8064A2", "4BACC6", "F79646", "0000FF", "800080",
)  # fmt: skip
_BRIGHT = ("000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")
PALETTE = (
    *_BRIGHT, *_BRIGHT,
    "800000", "008000", "000080", "808000", "800080", "008080", "C0C0C0", "808080",
    "9999FF", "993366", "FFFFCC", "CCFFFF", "660066", "FF8080", "0066CC", "CCCCFF",
    "000080", "FF00FF", "FFFF00", "00FFFF", "800080", "800000", "008080", "0000FF",
    "00CCFF", "CCFFFF", "CCFFCC", "FFFF99", "99CCFF", "FF99CC", "CC99FF", "FFCC99",
    "3366FF", "33CCCC", "99CC00", "FFCC00", "FF9900", "FF6600", "666699", "969696",
    "003366", "339966", "003300", "333300", "993300", "993366", "333399", "333333",
)  # fmt: skip
"""The 64 colours that are named by number (ECMA-376, 18.8.27)."""


def theme_colours(package: Package, path: str | None) -> Sequence[str]:
    """The colours of the theme in the part at *path*, by the numbers that cells name them by."""
    found: dict[str, str] = {}
    slot = ""

    def begin_slot(name: str, _: Attributes) -> None:
        nonlocal slot
        slot = name

    def colour(said: Attributes) -> None:
        if digits := _six(said.get("lastClr") or said.get("val")):
            found.setdefault(slot, digits)  # those of gradients and shadows come later

    if path is not None and path in package:
        begins = {name: partial(begin_slot, name) for name in _SLOTS}
        package.walk(path, {**begins, "srgbClr": colour, "sysClr": colour}, {})
    return [found.get(name, otherwise) for name, otherwise in zip(_SLOTS, _OFFICE, strict=True)]


def fill_of(said: Attributes, theme: Sequence[str], palette: Sequence[str]) -> str | None:
    """The colour that these attributes say, as six digits; `None` for white, and for one that only the screen knows."""
    colour = _six(said.get("rgb")) or _at(said.get("theme"), theme) or _at(said.get("indexed"), palette)
    if colour is not None and (tint := _tint(said.get("tint"))):
        colour = _tinted(colour, tint)
    return None if colour == _WHITE else colour


def _tinted(colour: str, tint: float) -> str:
    """*colour* made lighter by *tint*, or darker where that is less than nothing (ECMA-376, 18.8.19)."""
    hue, light, saturation = rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(f"{round(part * 255):02X}" for part in hls_to_rgb(hue, light, saturation))


def _tint(text: str | None) -> float:
    """From -1 to 1, as an attribute says it; 0 where it says nothing of the kind."""
    try:
        tint = float(text or 0)
    except ValueError:
        return 0.0
    return tint if -1 <= tint <= 1 else 0.0


def _six(text: str | None) -> str | None:
    """The last six of six or eight digits: how opaque a colour is, Excel ignores."""
    return text[-6:].upper() if text and re.fullmatch("(?:[0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}", text) else None


def _at(number: str | None, colours: Sequence[str]) -> str | None:
    nth = whole(number, len(colours))
    return colours[nth] if nth < len(colours) else None
