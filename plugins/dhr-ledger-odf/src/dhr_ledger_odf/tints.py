"""How the spreadsheet looks: its cells, and the tint behind a status.

The word is the status; the tint only helps the eye to find it.  Each tint is light enough, and the letters on it dark
enough, to be read at 4.5 to 1 (WCAG 2.2, 1.4.3).  None is a colour that a partnership gives a meaning of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from dhr_ledger.workbook import COLOURS
from dhr_ledger_odf.look import FONT_FACES, HAIR, INK, LETTERS, QUIET, TINT, letters
from dhr_ledger_odf.markup import attributes, part, style

SIZE = 12
CHARACTER = 2.35
"""The width of a digit of that size, in millimetres."""
_ON_A_PAGE = 300
"""So many characters stand side by side on a page in letters that can still be read."""


def tint_style(progress: str) -> str:
    """The name of the style of a cell that says *progress*."""
    return f"Status_20_{progress.replace(' ', '_20_')}"


def styles(header: str, footer: str, pages: Iterable[int]) -> str:
    """The part that says what each style is, and what stands above and below each printed page.

    *pages* are how many pages wide the sheets are.
    """
    pages = sorted({1, *pages})
    return part(
        "document-styles",
        f"{FONT_FACES}<office:styles>{_common()}</office:styles>"
        f"<office:automatic-styles>{''.join(map(_layout, pages))}{_CENTRED}</office:automatic-styles>"
        f"<office:master-styles>{''.join(_master(each, header, footer) for each in pages)}</office:master-styles>",
    )


def pages_across(widths: Iterable[int]) -> int:
    """How many pages stand side by side for columns of these *widths*: on fewer, letters are too small to read."""
    return -(-sum(widths) // _ON_A_PAGE)


def sheet_style(pages: int) -> str:
    """The name of the style of a sheet that is so many *pages* wide."""
    return f"Sheet_{pages}"


_APART = 'fo:min-height="6mm" fo:margin'


def _layout(pages: int) -> str:
    """A3, on so many *pages* side by side, and as many below each other as need be where the height is not said."""
    return (
        f'<style:page-layout style:name="{sheet_style(pages)}"><style:page-layout-properties fo:page-width="420mm" '
        'fo:page-height="297mm" style:print-orientation="landscape" style:print-page-order="ltr" '
        'fo:margin-top="10mm" fo:margin-bottom="10mm" fo:margin-left="10mm" fo:margin-right="10mm" '
        f'style:scale-to-X="{pages}"/>'
        f'<style:header-style><style:header-footer-properties {_APART}-bottom="3mm"/></style:header-style>'
        f'<style:footer-style><style:header-footer-properties {_APART}-top="3mm"/></style:footer-style>'
        "</style:page-layout>"
    )


def _master(pages: int, header: str, footer: str) -> str:
    return (
        f'<style:master-page style:name="{_page(pages)}" style:page-layout-name="{sheet_style(pages)}">'
        f"<style:header>{header}</style:header><style:footer>{footer}</style:footer></style:master-page>"
    )


def _page(pages: int) -> str:
    return "Default" if pages == 1 else f"Pages_{pages}"


_CENTRED = style("paragraph", "Centred", {"paragraph": {"fo:text-align": "center"}, "text": letters(SIZE, bold=True)})


def _common() -> str:
    padded = {f"fo:padding-{side}": "1mm" for side in ("top", "bottom", "left")}
    top = {"style:vertical-align": "top", "fo:wrap-option": "wrap", **padded, "fo:padding-right": "2.5mm"}
    ruled = {"fo:border-bottom": f"0.5pt solid {HAIR}"}
    head = {"fo:background-color": TINT, "fo:border-bottom": f"1pt solid {INK}", "style:vertical-align": "bottom"}
    bold, quiet = letters(SIZE, INK, bold=True), letters(colour=QUIET)
    usual = attributes({**LETTERS, **letters(SIZE)})
    return (
        f'<style:default-style style:family="table-cell"><style:text-properties{usual}/></style:default-style>'
        '<number:text-style style:name="As_20_text"><number:text-content/></number:text-style>'
        '<number:number-style style:name="Whole_20_number"><number:number number:decimal-places="0" '
        'number:min-integer-digits="1"/></number:number-style>'
        '<number:date-style style:name="Day_20_first" number:language="en" number:country="GB" '
        'number:automatic-order="false"><number:day number:style="long"/><number:text>/</number:text>'
        '<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>'
        "</number:date-style>"
        + _cell("Default", {}, {})
        + _cell("Title", {}, letters(SIZE * 2, INK, bold=True), data="As_20_text")
        + _cell("Subtitle", {"style:vertical-align": "top"}, quiet, data="As_20_text")
        + _cell("Part", {"style:vertical-align": "bottom"}, letters(SIZE + 3, INK, bold=True), data="As_20_text")
        + _cell("Name", top, letters(bold=True), data="As_20_text")
        + _cell("Heading", {**top, **head}, bold, data="As_20_text")
        + _cell("Number_20_heading", {**top, **head}, bold, data="As_20_text", align="end")
        + _cell("Text", {**top, **ruled}, {}, data="As_20_text")
        + _cell("Said", top, {}, data="As_20_text")
        + _cell("Count", top, {}, data="Whole_20_number", align="start")
        + _cell("Number", {**top, **ruled}, {}, data="Whole_20_number", align="end")
        + _cell("Date", {**top, **ruled}, {}, data="Day_20_first", align="start")
        + "".join(
            _cell(
                tint_style(progress),
                {**top, **ruled, "fo:background-color": tint},
                letters(colour=ink),
                data="As_20_text",
            )
            for progress, (ink, tint) in COLOURS.items()
        )
    )


def _cell(name: str, box: dict[str, str], text: dict[str, str], *, data: str = "", align: str = "start") -> str:
    said = {"parent_style_name": "Default"} if name != "Default" else {}
    if data:
        said["data_style_name"] = data
    properties = {
        "table-cell": {**box, "style:text-align-source": "fix"},
        "paragraph": {"fo:text-align": align, "fo:margin-left": "0mm"},
        "text": text,
    }
    return style("table-cell", name, properties, display_name=name.replace("_20_", " "), **said)


def sheet_styles(widths: Iterable[int], pages: Iterable[int]) -> str:
    """The styles of sheets that are so many *pages* wide, of rows, and of columns of these *widths* in characters."""
    optimal = {"style:use-optimal-row-height": "true"}
    return (
        "".join(
            style(
                "table",
                sheet_style(each),
                {"table": {"table:display": "true", "style:writing-mode": "lr-tb"}},
                master_page_name=_page(each),
            )
            for each in sorted({1, *pages})
        )
        + style("table-row", "Row", {"table-row": optimal})
        + style(
            "table-row", "Apart", {"table-row": {"style:row-height": "13mm", "style:use-optimal-row-height": "false"}}
        )
        + "".join(
            style(
                "table-column",
                f"Wide_{width}",
                {"table-column": {"style:column-width": f"{width * CHARACTER + 3:.2f}mm"}},
            )
            for width in sorted(set(widths))
        )
    )
