"""How the text document looks: its paper, and the style of each kind of paragraph, row and cell.

The letters are Arial or what is as wide, aligned to the left and never slanted, and nothing is said by colour alone, as
UK guidance on accessible documents asks.  One dark blue is for headings and rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dhr_ledger_odf.markup import attributes, part, style
from dhr_ledger_odf.vocabulary import STANDS_FOR

INK, QUIET, HAIR, TINT = "#1d3d5c", "#505a5f", "#b9c1c9", "#eaeff4"
STRONG = "Strong_20_Emphasis"
FONT = "Arial"
FONT_FACES = (
    f'<office:font-face-decls><style:font-face style:name="{FONT}" svg:font-family="Arial, '
    '&apos;Liberation Sans&apos;, Carlito, sans-serif" style:font-family-generic="swiss" '
    'style:font-pitch="variable"/></office:font-face-decls>'
)
LETTERS = {
    "style:font-name": FONT,
    "style:font-name-asian": FONT,
    "style:font-name-complex": FONT,
    "fo:language": "en",
    "fo:country": "GB",
}
_PAD = 1.6
"""The space at either side of a cell, in millimetres."""
_POINT = 25.4 / 72


class Paper(NamedTuple):
    """A sheet in landscape: its width, height and margin in millimetres, and its letters in points."""

    width: int
    height: int
    margin: int
    size: int

    @property
    def room(self) -> int:
        """The width between the margins."""
        return self.width - 2 * self.margin

    def columns(self, headings: Sequence[str], shares: Sequence[int]) -> list[float]:
        """The room divided as *shares* say; who has more than a heading needs gives to who cannot print one unbroken.

        A letter of a heading is 0.59 times as wide as it is high.
        """
        letter = 0.59 * self.size * _POINT
        least = [max(map(len, heading.split()), default=0) * letter + 2 * _PAD for heading in headings]
        widths = [self.room * share / sum(shares) for share in shares]
        missing = sum(max(0.0, need - width) for need, width in zip(least, widths, strict=True))
        spare = sum(max(0.0, width - need) for need, width in zip(least, widths, strict=True))
        if missing > spare:
            return widths
        return [
            need if width <= need else width - (width - need) * missing / spare
            for need, width in zip(least, widths, strict=True)
        ]

    def lines(self, text: str, width: float) -> int:
        """About how many lines *text* takes in a column of this *width*: a letter is half as wide as it is high."""
        letters = max(1, int((width - 2 * _PAD) / (self.size * _POINT / 2)))
        return sum(-(-len(line) // letters) or 1 for line in text.split("\n"))


PAPERS = {"a3": Paper(420, 297, 15, 12), "a4": Paper(297, 210, 10, 9)}
"""A3 is for reading: 12 points is the least that UK guidance on accessible documents asks for.  A4 is for printing."""


def styles(paper: Paper, header: str, footer: str) -> str:
    """The part that says what each style is, and what stands above and below each page."""
    return part(
        "document-styles",
        f"{FONT_FACES}<office:styles>{_common(paper)}</office:styles>"
        f"<office:automatic-styles>{_page(paper, header=bool(header))}</office:automatic-styles>"
        f'<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="Sheet">'
        f"{f'<style:header>{header}</style:header>' if header else ''}<style:footer>{footer}</style:footer>"
        "</style:master-page></office:master-styles>",
    )


def _page(paper: Paper, *, header: bool) -> str:
    above = _apart("header", "bottom") if header else ""
    return (
        '<style:page-layout style:name="Sheet"><style:page-layout-properties '
        f'fo:page-width="{paper.width}mm" fo:page-height="{paper.height}mm" style:print-orientation="landscape" '
        f'fo:margin-top="{paper.margin}mm" fo:margin-bottom="{paper.margin}mm" fo:margin-left="{paper.margin}mm" '
        f'fo:margin-right="{paper.margin}mm"/>{above}{_apart("footer", "top")}</style:page-layout>'
    )


def _apart(kind: str, side: str) -> str:
    return (
        f'<style:{kind}-style><style:header-footer-properties fo:min-height="5mm" fo:margin-{side}="4mm"/>'
        f"</style:{kind}-style>"
    )


def _common(paper: Paper) -> str:
    size, gap = paper.size, paper.size / 2
    edges = {"fo:margin-left": "6mm", "fo:border-left": f"2.5pt solid {INK}", "fo:padding-left": "3mm"}
    return (
        '<style:default-style style:family="paragraph"><style:paragraph-properties style:tab-stop-distance="12.5mm"/>'
        f"<style:text-properties{attributes({**LETTERS, **letters(size)})}/></style:default-style>"
        + _paragraph("Standard", "", 0, gap / 2)
        + _paragraph("Title", "chapter", 0, gap / 2, {"fo:keep-with-next": "always"}, letters(size * 2 + 4, INK, True))
        + _paragraph("Subtitle", "chapter", 0, gap * 2, letters=letters(size * 1.25, QUIET))
        + _heading(1, letters(size + 4, INK, True), gap * 4, gap)
        + _heading(2, letters(size + 1, INK, True), gap * 3, gap / 2)
        + _paragraph("Fact", "text", 0, gap / 2, {"fo:margin-left": "60mm", "fo:text-indent": "-60mm"})
        + _paragraph("Note", "text", gap * 2, gap, edges)
        + _paragraph("About", "text", 0, gap, {"fo:keep-with-next": "always"})
        + _paragraph("Cell", "extra", 0, gap / 2)
        + _paragraph("Column_20_heading", "extra", 0, 0, {"fo:keep-with-next": "always"}, letters(size, INK, True))
        + _paragraph("Header", "extra", 0, 0, _CENTRED, letters(size, bold=True))
        + _paragraph("Footer", "extra", 0, 0, {"": _tab_stop(paper.room)}, letters(size - 1, QUIET))
        + _paragraph("Marking", "extra", 0, 0, _CENTRED, letters(size, bold=True))
        + _letters(STRONG, letters(bold=True))
        + _letters(STANDS_FOR, letters(colour=QUIET))
    )


_CENTRED = {"fo:text-align": "center"}


def _paragraph(
    name: str,
    kind: str,
    before: float,
    after: float,
    properties: Mapping[str, str] | None = None,
    letters: Mapping[str, str] | None = None,
    **more: str,
) -> str:
    around = {"fo:margin-top": f"{before:g}pt", "fo:margin-bottom": f"{after:g}pt", "fo:text-align": "start"}
    spaced = {**around, "fo:line-height": "115%", "fo:orphans": "2", "fo:widows": "2", **(properties or {})}
    said = {"display_name": name.replace("_20_", " "), **({"class": kind} if kind else {}), **more}
    if name != "Standard":
        said["parent_style_name"] = "Standard"
    return style("paragraph", name, {"paragraph": spaced, "text": letters or {}}, **said)


def _letters(name: str, letters: Mapping[str, str]) -> str:
    return style("text", name, {"text": letters}, display_name=name.replace("_20_", " "))


def _heading(level: int, letters: Mapping[str, str], before: float, after: float) -> str:
    together = {"fo:keep-with-next": "always", "fo:keep-together": "always"}
    name, next_ = f"Heading_20_{level}", {"default_outline_level": str(level), "next_style_name": "Standard"}
    return _paragraph(name, "text", before, after, together, letters, **next_)


def letters(size: float = 0, colour: str = "", bold: bool = False) -> dict[str, str]:
    """Letters of a size in points and a colour, in every alphabet; what is left out stays as it was."""
    said = {"fo:color": colour} if colour else {}
    for alphabet in ("", "-asian", "-complex"):
        space = "fo" if not alphabet else "style"
        said |= {f"{space}:font-size{alphabet}": f"{size:g}pt"} if size else {}
        said |= {f"{space}:font-weight{alphabet}": "bold"} if bold else {}
    return said


def _tab_stop(at: float) -> str:
    return f'<style:tab-stops><style:tab-stop style:position="{at:g}mm" style:type="right"/></style:tab-stops>'


def table_styles(tables: Mapping[str, Sequence[float]]) -> str:
    """The styles of the *tables*, which have columns of these widths in millimetres, and of their rows and cells."""
    told = "".join(_table(name, widths) for name, widths in tables.items())
    rule, hair = f"0.75pt solid {INK}", f"0.5pt solid {HAIR}"
    return (
        told
        + style("table-row", "Whole", {"table-row": {"fo:keep-together": "always"}})
        + style("table-row", "Long", {"table-row": {"fo:keep-together": "auto"}})
        + _cell("Head", {"fo:background-color": TINT, "fo:border-bottom": rule, "style:vertical-align": "bottom"})
        + _cell("First", {"fo:border-top": rule, "fo:border-bottom": hair})
        + _cell("Next", {"fo:border-bottom": hair})
    )


def _table(name: str, widths: Sequence[float]) -> str:
    whole = {"style:width": f"{sum(widths):.2f}mm", "table:align": "left", "table:border-model": "collapsing"}
    around = {"fo:margin-top": "0mm", "fo:margin-bottom": "4mm", "style:may-break-between-rows": "true"}
    return style("table", name, {"table": {**whole, **around}}) + "".join(
        style("table-column", f"{name}.{nth}", {"table-column": {"style:column-width": f"{width:.2f}mm"}})
        for nth, width in enumerate(widths, start=1)
    )


def _cell(name: str, properties: Mapping[str, str]) -> str:
    padded = {"fo:padding-top": "1.2mm", "fo:padding-bottom": "0.6mm"}
    padded |= {"fo:padding-left": f"{_PAD}mm", "fo:padding-right": f"{_PAD}mm", "fo:border": "none"}
    return style("table-cell", name, {"table-cell": {**padded, **properties}})
