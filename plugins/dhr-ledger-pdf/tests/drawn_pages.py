"""Pages that the tests draw line by line, or let typst set, and what is read in them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence

import pytest
import typst
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports.grid import Grid
from dhr_ledger_pdf import read_pdf

HEADINGS = ["Ref", "Action", "Lead Agency", "Target Date", "Progress", "Status"]
LONG = "The board asked each agency to say what it had done, and to bring examples to the next meeting. "


def read(data: bytes) -> list[Grid]:
    return list(read_pdf(io.BytesIO(data), "plan.pdf"))


def cells(grid: Grid) -> list[list[str]]:
    return [list(row) for _, row in grid.rows]


def refusal(data: bytes) -> str:
    """The one reason for which a file of these bytes is refused."""
    with pytest.raises(ImportRefused) as refused:
        read(data)
    (fault,) = refused.value.faults
    return fault


def collapsed(cell: str | None) -> str:
    return " ".join((cell or "").split())


# Pages drawn line by line, as programs do that print no spaces at the ends of lines


class Sheet:
    """A page of A4 in portrait: words and lines at a place in points, from the top left."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    def words(self, x: float, y: float, words: str, size: float = 10) -> None:
        self.canvas.setFont("Helvetica", size)
        self.canvas.drawString(x, 842 - y, words)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.line(x0, 842 - y0, x1, 842 - y1)

    def table(self, y: float, widths: Sequence[float], rows: Sequence[Sequence[str]], heights: Sequence[float]) -> None:
        """A table with all its lines; a cell's lines of words are parted by `\\n`."""
        sides = [40 + sum(widths[:nth]) for nth in range(len(widths) + 1)]
        edges = [y + sum(heights[:nth]) for nth in range(len(heights) + 1)]
        for side in sides:
            self.line(side, edges[0], side, edges[-1])
        for edge in edges:
            self.line(sides[0], edge, sides[-1], edge)
        for edge, row in zip(edges, rows, strict=False):
            for side, cell in zip(sides, row, strict=False):
                for nth, line in enumerate(cell.split("\n")):
                    self.words(side + 4, edge + 12 + 12 * nth, line)


def sheets(*draw: Callable[[Sheet], None], **options: object) -> bytes:
    """A PDF of a page for each function that draws one on a `Sheet`."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1, **options)
    for page in draw:
        page(Sheet(canvas))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def one_cell(*lines: str, width: float = 150) -> tuple[str, tuple[str, ...]]:
    """What is read in a cell of these lines, and the notes on it."""
    rows = [["Ref", "Action"], ["1", "\n".join(lines)]]
    (grid,) = read(sheets(lambda on: on.table(100, [60, width], rows, [20, 14 * len(lines) + 8])))
    return cells(grid)[1][1], grid.notes


def wrapped(text: str, width: float, size: float = 10) -> list[str]:
    """*text* in lines that are as full as they may be."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if stringWidth(longer, "Helvetica", size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


# Pages set by typst, which breaks rows over pages


def typeset(
    rows: Sequence[Sequence[object]],
    page: str = 'paper: "a4"',
    text: str = "size: 8pt",
    before: str = "",
    again: bool = True,
    columns: str = "(1fr, 3fr, 2fr, 2fr, 4fr, 2fr)",
    table: str = "",
) -> bytes:
    """A PDF of a table of *rows*; a cell is words, or a mapping of words and of what typst's `table.cell` takes."""
    source = f"""
        #let given = json(bytes(sys.inputs.given))
        #let cell(it) = if type(it) == str {{ [#it] }} else {{
          table.cell(
            colspan: it.at("colspan", default: 1),
            rowspan: it.at("rowspan", default: 1),
            fill: if "fill" in it {{ rgb(it.fill) }},
          )[#it.words]
        }}
        #set page({page}, margin: 1.5cm)
        #set text({text})
        {before}
        #table(columns: {columns}, {table}
          table.header(repeat: {str(again).lower()}, ..given.first().map(cell)), ..given.slice(1).flatten().map(cell))
        """
    return typst.compile(source.encode(), sys_inputs={"given": json.dumps(rows)})


def row(number: str, action: str = "Train officers", progress: str = "", status: str = "Ongoing") -> list[str]:
    return [number, action, "Police", "Mar-14", progress, status]


SAMPLE = [["Ref", "Action", "Lead"], ["1", "Train officers", "Police"]]
