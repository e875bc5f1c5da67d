"""How the document looks: its paper, and the style of each kind of paragraph.

The letters are Arial, with other alphabets left to whatever font the reader's machine has for them.  Text is aligned to
the left and never slanted, and nothing is said by colour alone, as UK guidance on accessible documents asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dhr_ledger_docx.markup import part

INK, QUIET, HAIR = "1D3D5C", "505A5F", "B9C1C9"
PAD = 90
"""The space at either side of a cell, in twentieths of a point."""


class Paper(NamedTuple):
    """A sheet in landscape: its width, height and margin in twentieths of a point, and its letters in half points.

    `code` is its number among the papers that a printer knows.
    """

    width: int
    height: int
    margin: int
    size: int
    code: int

    @property
    def room(self) -> int:
        """The width between the margins."""
        return self.width - 2 * self.margin

    def columns(self, headings: Sequence[str], shares: Sequence[int]) -> list[int]:
        """The room divided as *shares* say; the widest column gives what another needs to print its heading unbroken.

        What does not divide goes to the last column.
        """
        widths = [self.room * share // sum(shares) for share in shares]
        widths[-1] += self.room - sum(widths)
        for nth, heading in enumerate(headings):
            needs = max(map(len, heading.split()), default=0) * self.size * 6 + 2 * PAD
            widest = widths.index(max(widths))
            given = max(0, min(needs - widths[nth], widths[widest] // 3))
            widths[widest] -= given
            widths[nth] += given
        return widths

    def lines(self, words: str, width: int) -> int:
        """About how many lines *words* take in a column of this *width*: a letter is half as wide as it is high."""
        letters = max(1, (width - 2 * PAD) // (self.size * 5))
        return sum(-(-len(line) // letters) or 1 for line in words.split("\n"))


PAPERS = {"a3": Paper(23811, 16838, 850, 24, 8), "a4": Paper(16838, 11906, 567, 18, 9)}
"""A3 is for reading: 12 points is the least that UK guidance on accessible documents asks for.  A4 is for printing."""


def styles(paper: Paper) -> str:
    """The part that says what each style is."""
    size, gap = paper.size, paper.size * 5
    return part(
        "styles",
        '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:eastAsia="Arial" w:hAnsi="Arial" '
        f'w:cs="Arial"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        '<w:lang w:val="en-GB" w:eastAsia="en-GB" w:bidi="en-GB"/></w:rPr></w:rPrDefault>'
        f"<w:pPrDefault><w:pPr>{_spaced(0, gap)}</w:pPr></w:pPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        + _style("Title", "Title", f"<w:keepNext/>{_spaced(0, gap // 2)}", f"<w:b/><w:bCs/>{_ink(INK, size * 2 + 8)}")
        + _style("Subtitle", "Subtitle", _spaced(0, gap * 2), _ink(QUIET, size + size // 4 // 2 * 2))
        + _heading(1, size + 8, gap * 4, gap)
        + _heading(2, size + 2, gap * 3, gap)
        + _style(
            "Fact",
            "Fact",
            f'<w:tabs><w:tab w:val="left" w:pos="{size * 150}"/></w:tabs>{_spaced(0, gap // 2)}'
            f'<w:ind w:left="{size * 150}" w:hanging="{size * 150}"/>',
        )
        + _style(
            "Note",
            "Note",
            f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="10" w:color="{INK}"/></w:pBdr>'
            f'{_spaced(gap * 2, gap)}<w:ind w:left="240"/>',
        )
        + _style("Cell", "Cell", _spaced(0, gap // 2))
        + _style(
            "ColumnHeading",
            "Column heading",
            f"<w:keepNext/>{_spaced(0, gap // 2)}",
            f"<w:b/><w:bCs/>{_ink(INK, size)}",
        )
        + _style("Header", "header", f'{_spaced(0, 0)}<w:jc w:val="center"/>', "<w:b/><w:bCs/>")
        + _style(
            "Footer",
            "footer",
            f'<w:tabs><w:tab w:val="right" w:pos="{paper.room}"/></w:tabs>{_spaced(0, 0)}',
            _ink(QUIET, size - 4),
        )
        + '<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:qFormat/>'
        "<w:rPr><w:b/><w:bCs/></w:rPr></w:style>"
        '<w:style w:type="character" w:styleId="PlaceholderText"><w:name w:val="Placeholder Text"/><w:semiHidden/>'
        f'<w:rPr><w:color w:val="{QUIET}"/></w:rPr></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
        '<w:style w:type="table" w:customStyle="1" w:styleId="Plan"><w:name w:val="Plan"/>'
        '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
        f"{_edge('top', INK)}{_edge('bottom', INK)}{_edge('insideH', HAIR)}</w:tblBorders><w:tblCellMar>"
        f'<w:top w:w="{gap // 2}" w:type="dxa"/><w:left w:w="{PAD}" w:type="dxa"/>'
        f'<w:bottom w:w="40" w:type="dxa"/><w:right w:w="{PAD}" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
    )


def layout(paper: Paper, *, header: bool) -> str:
    """The last element of the body: the paper, and that every page has the footer, and the *header* if there is one."""
    head = '<w:headerReference w:type="default" r:id="header"/>' if header else ""
    edge = paper.margin
    return (
        f'<w:sectPr>{head}<w:footerReference w:type="default" r:id="footer"/>'
        f'<w:pgSz w:w="{paper.width}" w:h="{paper.height}" w:orient="landscape" w:code="{paper.code}"/>'
        f'<w:pgMar w:top="{edge + 200}" w:right="{edge}" w:bottom="{edge + 350}" w:left="{edge}" '
        f'w:header="{edge // 2}" w:footer="{edge // 2}" w:gutter="0"/></w:sectPr>'
    )


def _style(name_in_file: str, name: str, paragraph: str = "", letters: str = "") -> str:
    custom = "" if name_in_file in _OF_WORD else ' w:customStyle="1"'
    told = f"<w:rPr>{letters}</w:rPr>" if letters else ""
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{name_in_file}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{paragraph}</w:pPr>{told}</w:style>'
    )


_OF_WORD = frozenset({"Title", "Subtitle", "Heading1", "Heading2", "Header", "Footer"})
"""The styles that Word knows by name, and by which programs that read aloud find their way."""


def _heading(level: int, size: int, before: int, after: int) -> str:
    place = f'<w:keepNext/><w:keepLines/>{_spaced(before, after)}<w:outlineLvl w:val="{level - 1}"/>'
    return _style(f"Heading{level}", f"heading {level}", place, f"<w:b/><w:bCs/>{_ink(INK, size)}")


def _spaced(before: int, after: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="259" w:lineRule="auto"/>'


def _ink(colour: str, size: int) -> str:
    return f'<w:color w:val="{colour}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def _edge(side: str, colour: str) -> str:
    return f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{colour}"/>'
