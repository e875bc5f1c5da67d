"""How the cells of a workbook look: what shows a number, whether words are struck through, and the colour behind."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial

from dhr_ledger_xlsx.colours import PALETTE, fill_of
from dhr_ledger_xlsx.formats import BUILT_IN, Format
from dhr_ledger_xlsx.package import Attributes, Package, is_said, whole

MOST_ELEMENTS = 1_000_000
"""What says how cells look.  Excel keeps at most 65,490 styles of cells, and as many with a name."""


class Look:
    """How the cells of one style look."""

    def __init__(self, code: str = "General", *, fill: str | None = None, struck: bool = False) -> None:
        self._code = code
        self.fill = fill
        self.struck = struck

    @cached_property
    def format(self) -> Format:
        """What shows a number; read when it is first asked for, because a workbook may keep styles by the thousand."""
        return Format(self._code)


class Styles:
    """The looks of a workbook, by the numbers that its cells name them by."""

    def __init__(self, package: Package, path: str | None, theme: Sequence[str]) -> None:
        self._theme: Sequence[str] = theme
        self._palette: Sequence[str] = PALETTE
        self._codes = dict(BUILT_IN)
        self._fonts: list[bool] = []
        self._fills: list[Attributes | None] = []
        self._of_cells: list[tuple[int, int, int]] = []  # format, font and fill, by their numbers
        self._looks: dict[int, Look] = {}
        # Fonts, fills and formats stand in several lists, and one of each counts.
        self._list, self._solid = "", False
        own: list[str] = []
        if path is None:
            return
        lists = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "colors")
        package.walk(
            path,
            {
                **{name: partial(self._begin_list, name) for name in lists},
                "numFmt": self._take_format,
                "font": self._take_font,
                "strike": self._take_strike,
                "fill": self._take_fill,
                "patternFill": self._take_pattern,
                "fgColor": self._take_colour,
                "xf": self._take_look,
                "rgbColor": lambda said: own.append(said.get("rgb", "")[-6:]),
            },
            {},
            most=MOST_ELEMENTS,
        )
        self._palette = (*own, *PALETTE[len(own) :])

    def look(self, number: int) -> Look:
        """The look that a cell names by *number*; a plain one where there is none."""
        look = self._looks.get(number)
        if look is None:
            look = self._looks[number] = self._look(number)
        return look

    def _look(self, number: int) -> Look:
        if number >= len(self._of_cells):
            return Look()
        code, font, fill = self._of_cells[number]
        colour = self._fills[fill] if fill < len(self._fills) else None
        return Look(
            self._codes.get(code, "General"),
            fill=fill_of(colour, self._theme, self._palette) if colour else None,
            struck=font < len(self._fonts) and self._fonts[font],
        )

    def _begin_list(self, name: str, _: Attributes) -> None:
        self._list = name

    def _take_format(self, said: Attributes) -> None:
        if self._list == "numFmts":
            self._codes[whole(said.get("numFmtId"), 0)] = said.get("formatCode", "")

    def _take_font(self, _: Attributes) -> None:
        if self._list == "fonts":
            self._fonts.append(False)

    def _take_strike(self, said: Attributes) -> None:
        if self._list == "fonts" and self._fonts:
            self._fonts[-1] = is_said(said.get("val", "1"))

    def _take_fill(self, _: Attributes) -> None:
        if self._list == "fills":
            self._fills.append(None)

    def _take_pattern(self, said: Attributes) -> None:
        self._solid = said.get("patternType") == "solid"

    def _take_colour(self, said: Attributes) -> None:
        if self._list == "fills" and self._fills and self._solid:
            self._fills[-1] = said

    def _take_look(self, said: Attributes) -> None:
        if self._list == "cellXfs":
            code, font, fill = (whole(said.get(which), 0) for which in ("numFmtId", "fontId", "fillId"))
            self._of_cells.append((code, font, fill))
