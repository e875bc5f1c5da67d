"""The documents that people open; the limit is the library alone, writing the same cells."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from ledgers import fill
from measure import Figure, in_turns, peak_megabytes, timed

from dhr_ledger import Ledger
from dhr_ledger.example import load_example
from dhr_ledger.plugins import installed
from dhr_ledger.workbook import workbook

DOCUMENTS = ("home-office.docx", "home-office.odt", "home-office.pdf", "workbook.xlsx", "workbook.ods", "report.html")


def figures() -> Iterator[Figure]:
    """Each document of the example, and workbooks of a hundred thousand entries and of twice as many."""
    for name in DOCUMENTS:
        yield example(name, "≤ 0.3 s" if name == "report.html" else "≤ 2 s")
    yield from large("≤ 2 ×", "flat, ≤ 300 MB")


def example(name: str, bar: str) -> Figure:
    """The plan of the example with its history, the second time that it is written."""
    export = installed().exporter(name).function
    with load_example() as ledger:
        entries = list(ledger.entries())
    export(entries, io.BytesIO())
    seconds = min(timed(lambda: export(entries, io.BytesIO())) for _ in range(3))
    return Figure(f"{name} of the example, {len(entries)} entries", f"{seconds:.2f} s", "", None, bar)


def large(time: str, memory: str, actions: int = 10_000, entries: int = 100_000) -> Iterator[Figure]:
    """A workbook beside XlsxWriter alone writing the same cells, and its memory beside that of half the entries."""
    export = installed().exporter("workbook.xlsx").function
    with TemporaryDirectory() as folder:
        path = fill(Path(folder, "ours.db"), entries, actions=actions)
        with Ledger(path) as ledger:
            sheets = [(sheet.name, list(sheet.rows)) for sheet in workbook(ledger.entries()).sheets]

            def ours() -> None:
                export(ledger.entries(), io.BytesIO())

            def limit() -> None:
                book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
                for name, rows in sheets:
                    page = book.add_worksheet(name)
                    for row, cells in enumerate(rows):
                        for column, cell in enumerate(cells):
                            page.write_string(row, column, str(cell or ""))
                book.close()

            seconds, raw, ratio = in_turns(ours, limit, turns=1)
        yield Figure(
            f"workbook.xlsx of {actions:,} actions and {entries:,} entries",
            f"{seconds:,.0f} s",
            f"XlsxWriter writing the same cells: {raw:,.0f} s",
            ratio,
            time,
        )
        held = peak_megabytes(EXPORT, path)
        more = peak_megabytes(EXPORT, fill(Path(folder, "more.db"), 2 * entries, actions=actions))
    yield Figure(
        f"workbook.xlsx of {actions:,} actions and {2 * entries:,} entries: peak memory",
        f"{more:,.0f} MB",
        f"{entries:,} entries of as many actions: {held:,.0f} MB",
        more / held,
        memory,
    )


EXPORT = """
import sys
from dhr_ledger import Ledger, export
export(Ledger(sys.argv[1]).entries(), 'workbook.xlsx', sys.argv[1] + '.xlsx')
"""
