"""The documents that people open; the limit is the library alone, writing the same cells."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from ledgers import fill
from measure import Figure, in_turns, timed

from dhr_ledger import Ledger
from dhr_ledger.example import load_example
from dhr_ledger.plugins import installed
from dhr_ledger.workbook import workbook

DOCUMENTS = ("home-office.docx", "home-office.odt", "home-office.pdf", "workbook.xlsx", "workbook.ods", "report.html")


def figures() -> Iterator[Figure]:
    """Each document of the example, and a workbook of a hundred thousand entries."""
    for name in DOCUMENTS:
        yield example(name, "≤ 0.3 s" if name == "report.html" else "≤ 2 s")
    yield large("≤ 2 ×")


def example(name: str, bar: str) -> Figure:
    """The plan of the example with its history, the second time that it is written."""
    export = installed().exporter(name).function
    with load_example() as ledger:
        entries = list(ledger.entries())
    export(entries, io.BytesIO())
    seconds = min(timed(lambda: export(entries, io.BytesIO())) for _ in range(3))
    return Figure(f"{name} of the example, {len(entries)} entries", f"{seconds:.2f} s", "", None, bar)


def large(bar: str, actions: int = 10_000, entries: int = 100_000) -> Figure:
    """A workbook, and XlsxWriter alone writing the same cells; with the memory of a process of its own."""
    export = installed().exporter("workbook.xlsx").function
    with TemporaryDirectory() as folder:
        path = fill(Path(folder, "ours.db"), entries, actions=actions)
        with Ledger(path) as ledger:
            sheets = workbook(ledger.entries()).sheets

            def ours() -> None:
                export(ledger.entries(), io.BytesIO())

            def limit() -> None:
                book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
                for sheet in sheets:
                    page = book.add_worksheet(sheet.name)
                    for row, cells in enumerate(sheet.rows):
                        for column, cell in enumerate(cells):
                            page.write_string(row, column, str(cell or ""))
                book.close()

            seconds, raw, ratio = in_turns(ours, limit, turns=1)
        code = (
            "import io, resource, sys; from dhr_ledger import Ledger; from dhr_ledger.plugins import installed;"
            "installed().exporter('workbook.xlsx').function(Ledger(sys.argv[1]).entries(), io.BytesIO());"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
        )
        memory = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return Figure(
        f"workbook.xlsx of {actions:,} actions and {entries:,} entries",
        f"{seconds:,.0f} s, {int(memory.stdout):,} MB",
        f"XlsxWriter writing the same cells: {raw:,.0f} s",
        ratio,
        bar,
    )
