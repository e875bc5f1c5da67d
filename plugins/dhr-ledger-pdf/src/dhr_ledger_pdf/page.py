"""What stands on each page of a PDF: ruled cells with their lines of words, and the lines of words around them.

It runs as a program of its own, so that a file made to do harm harms nobody but it: the file comes in on standard
input, and each page goes out as a line of JSON, as soon as it is read, or else the reason why the file is refused.
Nothing is imported here but pdfplumber and the standard library, so that the program starts quickly.
"""

from __future__ import annotations

import io
import json
import os
import sys
import threading
import time
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice, pairwise
from types import SimpleNamespace
from typing import Any, NamedTuple

MOST_PAGES = 300
MEMORY = 380_000_000
"""In bytes of address space, where the system can hold a process to it; a plan of nineteen pages takes 85 million."""
LARGEST_STREAM = 32_000_000
"""In bytes, unpacked.  What draws a page of a plan takes a tenth of a million, a font some millions."""
SECONDS_A_PAGE = 1.0
TOO_SLOW = 3
"""What the program exits with that took more time of the processor than it was given."""

_LINE_IS_THINNER = 3.0
"""In points: a filled rectangle that is thinner is a line; a wider one is a colour."""


class Line(NamedTuple):
    """Words on one line, where they stand on the page (in points, from its top left), and the size of the letters.

    `first` is how wide the first word is, `widest_gap` the room between the two words that stand furthest apart;
    `spaced` says that a space is printed behind the last word, where the line was wrapped.
    """

    words: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    first: float
    widest_gap: float
    spaced: bool


class Box(NamedTuple):
    """A cell that is ruled on all four sides, the colour behind it, and the lines of words in it."""

    x0: float
    top: float
    x1: float
    bottom: float
    fill: str | None
    lines: list[Line]


class Page(NamedTuple):
    """What stands on a page: tables, each a list of cells, and the lines of words outside them, from the top down.

    `unruled` says that something on it looks like a table with lines between its rows and none between its columns,
    `picture` that it is a picture and no words; `letters` are counted, and those whose meaning the file does not tell.
    """

    number: int
    height: float
    right: float
    tables: list[list[Box]]
    lines: list[Line]
    unruled: bool
    picture: bool
    letters: int
    untold: int

    @classmethod
    def heard(cls, told: str | bytes) -> Page:
        """The page that was written as the line *told*."""
        number, height, right, tables, lines, *rest = json.loads(told)
        return cls(
            number,
            height,
            right,
            [
                [
                    Box(x0, top, x1, bottom, fill, [Line(*line) for line in words])
                    for x0, top, x1, bottom, fill, words in boxes
                ]
                for boxes in tables
            ],
            [Line(*line) for line in lines],
            *rest,
        )


class Refused(Exception):
    """The reason why a file is not read, in one word that `apart` makes a sentence of."""


def pages_of(data: bytes) -> Iterator[Page]:
    """The pages of the PDF in *data*, one after the other.

    Raises `Refused`, and whatever the libraries raise on a file that is damaged.
    """
    import pdfplumber
    from pdfminer import pdftypes
    from pdfminer.pdfpage import PDFPage
    from pdfplumber.page import Page as DrawnPage

    # pdfminer unpacks a stream whatever its size, and takes what it gets of a damaged one without a word.
    bounded = SimpleNamespace(decompress=_inflated, error=zlib.error, decompressobj=zlib.decompressobj)
    pdftypes.zlib = bounded  # type: ignore[assignment,attr-defined]
    with pdfplumber.open(io.BytesIO(data), pages=[]) as pdf:
        catalog = pdftypes.resolve1(pdf.doc.catalog.get("Pages"))
        promised = pdftypes.resolve1(catalog.get("Count")) if isinstance(catalog, dict) else None
        if isinstance(promised, int) and promised > MOST_PAGES:
            raise Refused("long")
        pages = list(islice(PDFPage.create_pages(pdf.doc), MOST_PAGES + 1))
        if len(pages) > MOST_PAGES:
            raise Refused("long")
        if not pages or (isinstance(promised, int) and len(pages) < promised):
            raise Refused("damaged")
        height = 0.0
        for number, page in enumerate(pages, start=1):
            if not all(isinstance(pdftypes.resolve1(part), pdftypes.PDFStream) for part in page.contents):
                raise Refused("damaged")
            drawn = DrawnPage(pdf, page, page_number=number, initial_doctop=height)
            yield _read(drawn)
            height += float(drawn.height)
            drawn.close()


def _inflated(data: bytes) -> bytes:
    """What the stream *data* unpacks to, whole; its checksum is held to, and may be missing, as some programs leave it.

    Raises `Refused` where it is cut off or changed, and where it grows beyond what a page could need.
    """
    for inflater, packed in ((zlib.decompressobj(), data), (zlib.decompressobj(-zlib.MAX_WBITS), data[2:])):
        try:
            whole = inflater.decompress(packed, LARGEST_STREAM)
        except zlib.error:
            raise Refused("damaged") from None
        if inflater.unconsumed_tail:
            raise Refused("large")
        if inflater.eof:
            return whole
    raise Refused("damaged")


def _read(page: Any) -> Page:
    """What stands on a page of pdfplumber's."""
    ruled = page.filter(_is_no_fill)
    x0, top, x1, bottom = page.bbox
    letters = [
        char
        for char in ruled.chars
        if x0 <= (char["x0"] + char["x1"]) / 2 <= x1 and top <= (char["top"] + char["bottom"]) / 2 <= bottom
    ]
    rules = [edge for edge in ruled.edges if edge["orientation"] == "h"]
    found = ruled.find_tables(
        {"explicit_vertical_lines": list(_open_sides(ruled)), "explicit_horizontal_lines": list(_open_ends(ruled))}
    )
    tables = [table for table in found if len({round(cell[0]) for cell in table.cells}) > 1]
    tables.sort(key=lambda table: (table.bbox[1], table.bbox[0]))
    fills = [(mark, colour) for mark in (*page.rects, *page.curves) if (colour := _colour(mark))]
    inside, outside = _sorted_into([cell for table in tables for cell in table.cells], letters)
    lines = _lines([char for char in outside if _upright(char)])
    return Page(
        number=page.page_number,
        height=float(page.height),
        right=max([line.x1 for line in lines] + [table.bbox[2] for table in tables], default=0.0),
        tables=[
            [
                Box(cell[0], cell[1], cell[2], cell[3], _fill(cell, fills), _lines(inside[cell]))
                for cell in dict.fromkeys(table.cells)
            ]
            for table in tables
        ],
        lines=lines,
        unruled=_looks_unruled(rules, lines, float(page.width)),
        picture=not letters and any(_large(image, page) for image in page.images),
        letters=sum(not char["text"].isspace() for char in letters),
        untold=sum(char["text"].startswith("(cid:") for char in letters),
    )


def _is_no_fill(mark: dict[str, Any]) -> bool:
    """Whether *mark* rules a cell off, rather than colours it: fills end where cells do, and where marked words do."""
    if mark["object_type"] not in ("rect", "curve") or mark.get("stroke"):
        return True
    return bool(min(mark["width"], mark["height"]) <= _LINE_IS_THINNER)


def _open_sides(page: Any) -> Iterator[dict[str, Any]]:
    """The outer sides of tables that are ruled between their columns, and open to the left and to the right."""
    vertical = [edge for edge in page.edges if edge["orientation"] == "v"]
    for (x0, x1), group in _alike_in_extent(page.edges).items():
        top, bottom = group[0]["top"], group[-1]["top"]
        beside = [edge for edge in vertical if edge["top"] < bottom and edge["bottom"] > top]
        between = [edge for edge in beside if x0 + 6 < edge["x0"] < x1 - 6]
        for side in (x0, x1):
            if len(group) > 2 and between and not any(abs(edge["x0"] - side) <= 6 for edge in beside):
                yield _rule(side, top, side, bottom)


def _open_ends(page: Any) -> Iterator[dict[str, Any]]:
    """The lines above and below a row that was broken over a page, which not every program draws there."""
    from pdfplumber.table import merge_edges

    horizontal = [edge for edge in page.edges if edge["orientation"] == "h"]
    vertical = merge_edges([edge for edge in page.edges if edge["orientation"] == "v"], 3, 3, 3, 3)
    for end in ("top", "bottom"):
        ends: list[list[dict[str, Any]]] = []
        for edge in sorted(vertical, key=lambda edge: edge[end]):
            if ends and edge[end] - ends[-1][0][end] <= 3:
                ends[-1].append(edge)
            else:
                ends.append([edge])
        for group in ends:
            at, x0, x1 = group[0][end], min(edge["x0"] for edge in group), max(edge["x0"] for edge in group)
            closed = any(abs(edge["top"] - at) <= 6 and edge["x0"] < x1 and edge["x1"] > x0 for edge in horizontal)
            if len(group) > 2 and not closed:
                yield _rule(x0, at, x1, at)


def _rule(x0: float, top: float, x1: float, bottom: float) -> dict[str, Any]:
    """A line as pdfplumber keeps them."""
    return {
        "object_type": "line",
        "orientation": "v" if x0 == x1 else "h",
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
    }


def _alike_in_extent(edges: Iterable[dict[str, Any]]) -> dict[tuple[float, float], list[dict[str, Any]]]:
    """The horizontal *edges* that begin and end alike, from the top down; those that meet end to end are one."""
    from pdfplumber.table import merge_edges

    horizontal = [edge for edge in edges if edge["orientation"] == "h"]
    groups: dict[tuple[float, float], list[dict[str, Any]]] = {}
    for edge in sorted(merge_edges(horizontal, 3, 3, 3, 3), key=lambda edge: (edge["top"], edge["x0"])):
        same = (at for at in groups if abs(at[0] - edge["x0"]) <= 3 and abs(at[1] - edge["x1"]) <= 3)
        groups.setdefault(next(same, (edge["x0"], edge["x1"])), []).append(edge)
    return groups


def _looks_unruled(edges: Sequence[dict[str, Any]], lines: Sequence[Line], width: float) -> bool:
    """Whether three long lines, one below the other, have words in columns between them, outside any ruled table."""
    for (x0, x1), group in _alike_in_extent(edges).items():
        if x1 - x0 < width / 3:
            continue
        rules = [edge["top"] for edge in group]
        columned = [
            line
            for line in lines
            if line.widest_gap > 1.5 * line.size
            and x0 <= (line.x0 + line.x1) / 2 <= x1
            and any(above < line.bottom and line.top < below for above, below in pairwise(rules))
        ]
        if len(rules) > 2 and len(columned) > 2:
            return True
    return False


def _sorted_into(
    cells: Iterable[tuple[float, float, float, float]], letters: Iterable[dict[str, Any]]
) -> tuple[dict[tuple[float, float, float, float], list[dict[str, Any]]], list[dict[str, Any]]]:
    """The *letters* by the cell that they stand in, and those that stand in none."""
    inside: dict[tuple[float, float, float, float], list[dict[str, Any]]] = {cell: [] for cell in cells}
    outside = []
    near: Sequence[tuple[float, float, float, float]] = sorted(inside)
    last = None
    for char in letters:
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        # Letters come one after the other, so that most stand in the cell of the one before.
        for cell in chain([last] if last else [], near):
            if cell[0] <= x < cell[2] and cell[1] <= y < cell[3]:
                inside[cell].append(char)
                last = cell
                break
        else:
            outside.append(char)
    return inside, outside


def _lines(letters: Sequence[dict[str, Any]]) -> list[Line]:
    """The lines that *letters* make, from the top down; of turned ones, in the order in which they are read."""
    turned = [char for char in letters if abs(char["matrix"][0]) + abs(char["matrix"][3]) < 0.01]
    if len(turned) * 2 > len(letters):
        if sum(char["matrix"][1] > 0 for char in turned) * 2 > len(turned):  # they are read from below
            placed = [(char["x0"], -char["bottom"], -char["top"], char) for char in turned]
        else:
            placed = [(-char["x1"], char["top"], char["bottom"], char) for char in turned]
    else:
        placed = [(char["top"], char["x0"], char["x1"], char) for char in letters if _upright(char)]
    groups: list[list[tuple[float, float, float, dict[str, Any]]]] = []
    middle = 0.0
    for across, start, end, char in sorted(placed, key=lambda at: (at[0] + _size(at[3]) / 2, at[1])):
        size, at = _size(char), across + _size(char) / 2
        if not groups or at - middle > 0.5 * max(size, _size(groups[-1][0][3])):
            groups.append([])
            middle = at
        groups[-1].append((across, start, end, char))
    return [line for group in groups if (line := _line(sorted(group, key=lambda at: at[1])))]


def _line(group: Sequence[tuple[float, float, float, dict[str, Any]]]) -> Line | None:
    """The line that letters make which stand beside each other; none where they are all blank."""
    printed: list[tuple[float, float, dict[str, Any]]] = []
    for _, start, end, char in group:
        twice = printed and printed[-1][2]["text"] == char["text"] and start - printed[-1][0] < 0.1 * _size(char)
        if char["text"].strip() and not twice:  # some programs print letters twice to make them bold
            printed.append((start, end, char))
    if not printed:
        return None
    blanks = [(start + end) / 2 for _, start, end, char in group if not char["text"].strip()]
    size = Counter(round(_size(char), 1) for _, _, char in printed).most_common(1)[0][0]
    words, reached, first, widest, nth = "", printed[0][0], 0.0, 0.0, 0
    while nth < len(blanks) and blanks[nth] < reached:
        nth += 1
    for start, end, char in printed:
        gap, apart = start - reached, False
        while nth < len(blanks) and blanks[nth] < start:
            nth, apart = nth + 1, True
        if words and (apart or gap > 0.17 * size):
            first = first or reached - printed[0][0]
            widest = max(widest, gap)
            words += " "
        words += _told(char["text"])
        reached = max(reached, end)
    return Line(
        words=" ".join(words.split()),
        x0=round(printed[0][0], 2),
        x1=round(reached, 2),
        top=round(min(char["top"] for _, _, char in printed), 2),
        bottom=round(max(char["bottom"] for _, _, char in printed), 2),
        size=size,
        first=round(first or reached - printed[0][0], 2),
        widest_gap=round(widest, 2),
        spaced=nth < len(blanks),
    )


_PRINTED_AS = {
    # Marks of the fonts Symbol and Wingdings, of which Word's lists are full.
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf0d8": "➢",
    "\uf0fc": "✓",
    **{chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)},
}


def _told(letter: str) -> str:
    letter = "".join(_PRINTED_AS.get(one, one) for one in letter)
    return "".join("�" if unicodedata.category(one) in ("Cc", "Cs") else one for one in letter)


def _upright(char: dict[str, Any]) -> bool:
    """Whether *char* stands as letters do; what is written across a page, as `DRAFT` is, does not."""
    a, b, _, d = char["matrix"][:4]
    return bool(a > 0 and d > 0 and abs(b) < 0.1 * a)


def _size(char: dict[str, Any]) -> float:
    return float(char["size"])


def _colour(mark: dict[str, Any]) -> str | None:
    """The colour that *mark* is filled with, as six hexadecimal digits; none where it is a line, or has a pattern."""
    colour = mark.get("non_stroking_color")
    if not mark.get("fill") or min(mark["width"], mark["height"]) <= _LINE_IS_THINNER or colour is None:
        return None
    parts = colour if isinstance(colour, (tuple, list)) else (colour,)
    if not all(isinstance(part, (int, float)) and 0 <= part <= 1 for part in parts):
        return None
    match len(parts):
        case 1:
            red = green = blue = parts[0]
        case 3:
            red, green, blue = parts
        case 4:
            red, green, blue = ((1 - part) * (1 - parts[3]) for part in parts[:3])
        case _:
            return None
    return "".join(f"{round(part * 255):02X}" for part in (red, green, blue))


def _fill(cell: tuple[float, float, float, float], fills: Sequence[tuple[dict[str, Any], str]]) -> str | None:
    """The colour behind *cell*, if one lies behind most of it and is neither white nor grey."""
    x0, top, x1, bottom = cell
    area = (x1 - x0) * (bottom - top)
    covered = Counter[str]()
    for mark, colour in fills:  # in the order in which they are painted
        wide = min(x1, mark["x1"]) - max(x0, mark["x0"])
        high = min(bottom, mark["bottom"]) - max(top, mark["top"])
        if wide <= 0 or high <= 0:
            continue
        if wide * high > 0.8 * area:
            covered.clear()
        covered[colour] += wide * high
    colour, most = covered.most_common(1)[0] if covered else ("FFFFFF", 0.0)
    shades = [int(colour[at : at + 2], 16) for at in (0, 2, 4)]
    return colour if most > 0.7 * area and max(shades) - min(shades) > 16 else None


def _large(image: dict[str, Any], page: Any) -> bool:
    return bool(image["width"] * image["height"] > 0.3 * float(page.width) * float(page.height))


class _Clock:
    """The time of the processor that this process may take: some seconds, and some more for every page it has read.

    A machine that has much else to do is no fault of a file, so that the time on the wall is not looked at here.
    """

    def __init__(self, seconds: float) -> None:
        self.until = seconds
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while time.process_time() < self.until:
            time.sleep(0.05)
        os._exit(TOO_SLOW)


def _hold_to_memory() -> None:
    """Let the system refuse memory that no plan needs, where it can."""
    try:
        import resource
    except ImportError:  # on Windows
        return
    with suppress(ValueError, OSError):  # macOS holds nobody to an address space
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _main(seconds: float) -> None:
    data = sys.stdin.buffer.read()
    clock = _Clock(seconds)
    _hold_to_memory()
    spare = bytearray(4_000_000)  # so that a lack of memory can still be told
    try:
        for page in pages_of(data):
            _tell(page)
            clock.until += SECONDS_A_PAGE
        _tell("whole")
    except BaseException as error:
        del spare
        _tell(_reason(error))
    os._exit(0)  # nothing is left to tidy up, and after a lack of memory nothing should be tried


def _tell(what: Page | str) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _reason(error: BaseException) -> str:
    """Why the file is refused, in one word, whatever was raised: pdfminer and its like raise nearly anything."""
    causes: list[BaseException] = []
    rest: BaseException | None = error
    while rest is not None and rest not in causes:
        causes.append(rest)
        rest = rest.args[0] if rest.args and isinstance(rest.args[0], BaseException) else rest.__cause__
    for cause in causes:
        if isinstance(cause, Refused):
            return str(cause)
        if isinstance(cause, MemoryError):
            return "large"
        if "Password" in type(cause).__name__ or "Encryption" in type(cause).__name__:
            return "password"
    return "damaged"


if __name__ == "__main__":
    _main(float(sys.argv[1]))
