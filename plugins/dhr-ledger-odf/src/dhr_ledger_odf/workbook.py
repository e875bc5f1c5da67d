"""`workbook.ods`: the plan as a spreadsheet, to be sorted, filtered and counted.

What is said comes from `dhr_ledger.workbook`; here it is put into cells.  A text is always a text, whatever it begins
with: no cell of the file is a formula, and the format of a cell keeps one that is edited a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from importlib.metadata import version
from typing import BinaryIO

from dhr_ledger import Entry
from dhr_ledger.legible import illegible, legible, said_of_lost
from dhr_ledger.workbook import COLOURS, Sheet, Value, Workbook, folder_of, workbook
from dhr_ledger_odf.look import FONT_FACES
from dhr_ledger_odf.markup import number_of_page, number_of_pages, part, part_of_pieces, words
from dhr_ledger_odf.packing import DISTRIBUTION, pack
from dhr_ledger_odf.tints import pages_across, sheet_style, sheet_styles, styles, tint_style

COVER = "About"
_HEADINGS = {"number": "Number_20_heading"}
_COVER_WIDTHS = (24, 84, 10)


def write_workbook(entries: Iterable[Entry], out: BinaryIO, *, as_at: date | None, marking: str, audience: str) -> None:
    """Write the workbook to *out*; what the rest says is as in `export_workbook`."""
    told = workbook(
        entries,
        as_at=as_at,
        marking=marking,
        made_by=f"{DISTRIBUTION} {version(DISTRIBUTION)}, workbook.ods",
        audience=audience,
        folder=folder_of(out),
    )
    sheets = _Sheets(told)
    parts = {
        "content": part_of_pieces("document-content", sheets.content()),
        "styles": [styles(sheets.header(), sheets.footer(), map(_pages, told.sheets))],
        "settings": [_settings(told)],
    }
    pack(out, "spreadsheet", parts, told.properties)


@dataclass(slots=True)
class _Sheets:
    """A workbook that is put into cells, and how many of its characters could not be shown so far."""

    told: Workbook
    lost: int = 0

    def content(self) -> Iterator[str]:
        """The styles of columns, the cover, the sheets, and where each of them may be filtered."""
        sheets = [piece for sheet in self.told.sheets for piece in self._sheet(sheet)]  # first: the cover tells of them
        widths = {column.width for sheet in self.told.sheets for column in sheet.columns}
        made_up = sheet_styles({*widths, *_COVER_WIDTHS}, map(_pages, self.told.sheets))
        yield f"{FONT_FACES}<office:automatic-styles>{made_up}</office:automatic-styles>"
        yield "<office:body><office:spreadsheet>"
        yield from self._cover()
        yield from sheets
        yield f"<table:database-ranges>{''.join(map(_range, self.told.sheets))}</table:database-ranges>"
        yield "</office:spreadsheet></office:body>"

    def header(self) -> str:
        """The protective marking, for the top of every printed page."""
        return f'<text:p text:style-name="Centred">{words(legible(self.told.marking))}</text:p>'

    def footer(self) -> str:
        """Which sheet, which page of how many, and the marking, for the bottom of every printed page."""
        marking = f"{words(legible(self.told.marking))} · " if self.told.marking else ""
        sheet = "<text:sheet-name>Sheet</text:sheet-name>"
        told = f"{marking}{sheet} · Page {number_of_page()} of {number_of_pages()}"
        return f'<text:p text:style-name="Centred">{told}</text:p>'

    def _shown(self, text: str) -> str:
        self.lost += illegible(text)
        return legible(text)

    # The cover

    def _cover(self) -> Iterator[str]:
        told = self.told
        yield _begin(COVER, _COVER_WIDTHS, "What this workbook is, and what is in it.")
        yield _row(_text("Title", self._shown(told.title)))
        yield _row(_text("Subtitle", self._shown(told.subtitle)))
        for name, said in told.facts:
            yield _row(_text("Name", name), _text("Said", self._shown(said)))
        yield _row(_text("Part", "Actions"), style="Apart")
        for name, number in told.counts:
            yield _row(_text("Name", name.capitalize()), _number("Count", number))
        yield _row(_text("Part", "How to read it"), style="Apart")
        for line in told.how_to_read:
            yield _row(_BLANK, _text("Said", self._shown(line)))
        if self.lost:
            yield _row(_BLANK, _text("Said", said_of_lost(self.lost, "workbook")))
        yield _row(_text("Part", "Sheets"), style="Apart")
        headings = _text("Heading", "Sheet"), _text("Heading", "What it shows"), _text("Number_20_heading", "Rows")
        yield _row(*headings)
        for sheet in told.sheets:
            yield _row(_link(sheet.name), _text("Text", sheet.about), _number("Number", len(sheet.rows)))
        yield "</table:table>"

    # A sheet

    def _sheet(self, sheet: Sheet) -> Iterator[str]:
        yield _begin(sheet.name, [column.width for column in sheet.columns], sheet.about)
        head = _row(*(_text(_HEADINGS.get(column.kind, "Heading"), column.heading) for column in sheet.columns))
        yield f"<table:table-header-rows>{head}</table:table-header-rows>"
        statuses = [nth for nth, column in enumerate(sheet.columns) if column.kind == "status"]
        for values in sheet.rows:
            progress = next((str(values[nth]) for nth in reversed(statuses) if values[nth] in COLOURS), "")
            yield _row(
                *(
                    self._cell(value, tint_style(progress) if progress and nth in statuses else "Text")
                    for nth, value in enumerate(values)
                )
            )
        yield "</table:table>"

    def _cell(self, value: Value, style: str) -> str:
        match value:
            case None | "":
                return '<table:table-cell table:style-name="Text"/>'
            case str():
                return _text(style, self._shown(value))
            case date():
                return _date(value)
            case int():
                return _number("Number", value)


_BLANK = '<table:table-cell table:style-name="Said"/>'


def _pages(sheet: Sheet) -> int:
    return pages_across(column.width for column in sheet.columns)


def _begin(name: str, widths: Sequence[int], about: str) -> str:
    columns = "".join(
        f'<table:table-column table:style-name="Wide_{width}" table:default-cell-style-name="Default"/>'
        for width in widths
    )
    return (
        f'<table:table table:name="{escape(name)}" table:style-name="{sheet_style(pages_across(widths))}">'
        f"<table:title>{escape(name)}</table:title><table:desc>{escape(about)}</table:desc>{columns}"
    )


def _row(*cells: str, style: str = "Row") -> str:
    return f'<table:table-row table:style-name="{style}">{"".join(cells)}</table:table-row>'


def _cell(style: str, kind: str, content: str, value: str = "") -> str:
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="{kind}"{value}>{content}</table:table-cell>'
    )


def _text(style: str, said: str) -> str:
    """A cell of text, a paragraph for each of its lines.

    A tab stays a character: LibreOffice (7.4) and others leave out the element for it, and the words beside it run
    together.
    """
    lines = (words(line).replace("<text:tab/>", "\t") for line in said.split("\n"))
    return _cell(style, "string", "".join(f"<text:p>{line}</text:p>" for line in lines))


def _number(style: str, number: int) -> str:
    return _cell(style, "float", f"<text:p>{number}</text:p>", f' office:value="{number}"')


def _date(day: date) -> str:
    shown = f"<text:p>{day.day:02}/{day.month:02}/{day.year:04}</text:p>"
    return _cell("Date", "date", shown, f' office:date-value="{day.isoformat()}"')


def _link(sheet: str) -> str:
    link = f'<text:a xlink:type="simple" xlink:href="#{_of(sheet)}.A1">{escape(sheet)}</text:a>'
    return _cell("Text", "string", f"<text:p>{link}</text:p>")


def _of(sheet: str) -> str:
    """The name of a *sheet* as it stands in an address."""
    return f"&apos;{escape(sheet)}&apos;"


def _range(sheet: Sheet) -> str:
    """The table of a *sheet*, with a button on each heading by which its rows are filtered."""
    sheet_name, last = _of(sheet.name), f"{_letters(len(sheet.columns))}{len(sheet.rows) + 1}"
    return (
        f'<table:database-range table:name="{sheet.name.replace(" ", "_")}_rows" '
        f'table:target-range-address="{sheet_name}.A1:{sheet_name}.{last}" table:display-filter-buttons="true" '
        'table:contains-header="true"/>'
    )


def _letters(column: int) -> str:
    """What a spreadsheet calls *column*, counted from 1."""
    name = ""
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def _settings(told: Workbook) -> str:
    """The cover is shown first, and the headings of every sheet stay while its rows are scrolled."""
    frozen = {"VerticalSplitMode": ("short", 2), "VerticalSplitPosition": ("int", 1), "ActiveSplitRange": ("short", 2)}
    frozen |= {"PositionTop": ("int", 0), "PositionBottom": ("int", 1)}
    items = "".join(_item(name, kind, value) for name, (kind, value) in frozen.items())
    tables = "".join(
        f'<config:config-item-map-entry config:name="{escape(sheet.name)}">{items}</config:config-item-map-entry>'
        for sheet in told.sheets
    )
    view = (
        f"<config:config-item-map-entry>{_item('ViewId', 'string', 'view1')}"
        f'<config:config-item-map-named config:name="Tables">{tables}</config:config-item-map-named>'
        f"{_item('ActiveTable', 'string', COVER)}</config:config-item-map-entry>"
    )
    return part(
        "document-settings",
        '<office:settings><config:config-item-set config:name="ooo:view-settings">'
        f'<config:config-item-map-indexed config:name="Views">{view}</config:config-item-map-indexed>'
        "</config:config-item-set></office:settings>",
    )


def _item(name: str, kind: str, value: int | str) -> str:
    return f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'
