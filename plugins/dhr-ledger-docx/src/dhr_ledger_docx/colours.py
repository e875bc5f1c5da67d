"""The colour of a cell: its own, or one of the document's theme."""

from __future__ import annotations

import re
from colorsys import hls_to_rgb, rgb_to_hls

from lxml import etree

from dhr_ledger_docx.names import VAL, a, w

_WHITE = "FFFFFF"
# A cell names the colours of the theme by what they are for (ECMA-376, 17.18.97), the theme by what they are.
_SLOTS = {
    "dark1": "dk1", "text1": "dk1", "light1": "lt1", "background1": "lt1",
    "dark2": "dk2", "text2": "dk2", "light2": "lt2", "background2": "lt2",
    "hyperlink": "hlink", "followedHyperlink": "folHlink",
}  # fmt: skip


def theme_colours(root: etree._Element | None) -> dict[str, str]:
    """The colours of a theme by name: `accent6` is `70AD47`."""
    scheme = root.find(f"{a('themeElements')}/{a('clrScheme')}") if root is not None else None
    colours: dict[str, str] = {}
    for slot in scheme.iterchildren("{*}*") if scheme is not None else ():
        for colour in slot.iterchildren(a("srgbClr"), a("sysClr")):
            found = _six(colour.get("lastClr") or colour.get("val"))
            if found:
                colours[etree.QName(slot).localname] = found
    return colours


def fill_of(properties: etree._Element | None, theme: dict[str, str]) -> str | None:
    """The colour of a cell with these *properties* (`w:tcPr`), as six digits; `None` where it has none, or white."""
    shading = properties.find(w("shd")) if properties is not None else None
    if shading is None or shading.get(VAL) == "nil":
        return None
    if shading.get(VAL) == "solid":  # then it is the pattern that is seen, and not what is behind it
        colour = _six(shading.get(w("color")))
    else:
        colour = _six(shading.get(w("fill"))) or _themed(shading, theme)
    return None if colour == _WHITE else colour


def _themed(shading: etree._Element, theme: dict[str, str]) -> str | None:
    slot = shading.get(w("themeFill"), "")
    colour = theme.get(_SLOTS.get(slot, slot))
    if colour is None:
        return None
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, saturation = rgb_to_hls(red, green, blue)
    shade, tint = _part(shading.get(w("themeFillShade"))), _part(shading.get(w("themeFillTint")))
    light = light * shade * tint + 1 - tint
    return "".join(f"{round(part * 255):02X}" for part in hls_to_rgb(hue, light, saturation))


def _part(text: str | None) -> float:
    """How much of a colour is left, from 0 to 1, written as two hexadecimal digits; all of it where nothing is said."""
    return int(text, 16) / 255 if text and re.fullmatch("[0-9A-Fa-f]{2}", text) else 1.0


def _six(text: str | None) -> str | None:
    return text.upper() if text and re.fullmatch("[0-9A-Fa-f]{6}", text) else None
