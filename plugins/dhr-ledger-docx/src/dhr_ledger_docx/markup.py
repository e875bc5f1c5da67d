"""The pieces of a Word document as WordprocessingML: runs, paragraphs, rows and tables, each as text.

They are put together as text because a table that a library builds element by element takes time with the square of
its length.  The order of the properties is that of the schema (ECMA-376 part 1, annex A), which Word insists on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MOST_ROWS = 30_000
"""In one table: Word holds 32,767, and no more."""

_T = '<w:t xml:space="preserve">'
_BREAKS = str.maketrans({"\n": f"</w:t><w:br/>{_T}", "\t": f"</w:t><w:tab/>{_T}"})
_MOST_IN_A_CAPTION = 255


def part(root: str, content: str) -> str:
    """A part of the document: the element *root* of WordprocessingML with its *content*."""
    return f'{DECLARATION}<w:{root} xmlns:w="{MAIN}">{content}</w:{root}>'


def run(words: str, style: str = "") -> str:
    """*words*, in a style for characters if one is named; a line of them ends in a break."""
    look = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f"<w:r>{look}{_T}{escape(words).translate(_BREAKS)}</w:t></w:r>" if words else ""


def placeholder(words: str) -> str:
    """*words* that stand where nothing was written: shown, printed and read aloud, and no content when it is read."""
    return (
        '<w:sdt><w:sdtPr><w:showingPlcHdr/><w:text w:multiLine="1"/></w:sdtPr>'
        f"<w:sdtContent>{run(words, 'PlaceholderText')}</w:sdtContent></w:sdt>"
    )


def number_of(what: str) -> str:
    """The number of the page (`PAGE`) or of all pages (`NUMPAGES`), as Word counts them."""
    return f'<w:fldSimple w:instr=" {what} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def paragraph(style: str, *runs: str) -> str:
    """A paragraph in a named style."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(runs)}</w:p>'


def row(cells: Sequence[str], widths: Sequence[int], *, style: str = "", whole: bool = False) -> str:
    """A row of *cells*, which are paragraphs each, as wide as *widths* say in twentieths of a point.

    *style* `"head"` repeats it on every page, and `"first"` draws a line above it.  One that is *whole* stands on one
    page; it has to be shorter than one.
    """
    split = "<w:cantSplit/>" if whole else ""
    head = "<w:tblHeader/>" if style == "head" else ""
    properties = f"<w:trPr>{split}{head}</w:trPr>" if split or head else ""
    look = _CELLS[style]
    told = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{look}</w:tcPr>{cell}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr>{properties}{told}</w:tr>"


_CELLS = {
    "": "",
    "first": '<w:tcBorders><w:top w:val="single" w:sz="6" w:space="0" w:color="1D3D5C"/></w:tcBorders>',
    "head": '<w:tcBorders><w:bottom w:val="single" w:sz="8" w:space="0" w:color="1D3D5C"/></w:tcBorders>'
    '<w:shd w:val="clear" w:color="auto" w:fill="EAEFF4"/><w:vAlign w:val="bottom"/>',
}


def table(
    headings: Sequence[str], rows: Iterable[str], widths: Sequence[int], *, caption: str, description: str
) -> Iterator[str]:
    """A table of *rows* under its *headings*; *caption* and *description* are for those who hear it.

    One of more rows than Word holds goes on as another table, under the same headings.
    """
    told = list(rows)
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = row([paragraph("ColumnHeading", run(heading)) for heading in headings], widths, style="head", whole=True)
    for at in range(0, len(told), MOST_ROWS):
        if at:
            yield paragraph("Normal")
        yield (
            '<w:tbl><w:tblPr><w:tblStyle w:val="Plan"/>'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" '
            f'w:noVBand="1"/><w:tblCaption w:val="{_short(caption)}"/><w:tblDescription w:val="{_short(description)}"/>'
            f"</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{head}"
        )
        yield from told[at : at + MOST_ROWS]
        yield "</w:tbl>"


def _short(words: str) -> str:
    """*words* on one line, as an attribute, no longer than Word shows them."""
    words = " ".join(words.split())
    return escape(words if len(words) <= _MOST_IN_A_CAPTION else f"{words[: _MOST_IN_A_CAPTION - 1]}…")
