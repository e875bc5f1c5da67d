"""Taking in: a workbook of five thousand actions is read and reconciled; the limit is openpyxl reading it alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import xlsxwriter
from ledgers import SOMETHING
from measure import Figure, in_turns, peak_megabytes

from dhr_ledger import Ledger
from dhr_ledger.imports import read_plan
from dhr_ledger.reconcile import reconcile

HEADINGS = (
    *("Ref", "Action (SMART)", "Lead Agency", "Target Date", "Desired Outcome", "Monitoring Arrangements"),
    *("How will Success be Measured", "Outcome/Progress", "Status (RAG)"),
)


def figures() -> Iterator[Figure]:
    """Five thousand actions over fifty sections: new, and again with every tenth row changed."""
    yield workbook("≤ 20 ×")
    yield memory("≤ 500 MB")


def plan_of(actions: int, folder: Path, *, changed: bool = False) -> Path:
    """A workbook with so many actions, a hundred a sheet."""
    path = folder / f"plan{'2' if changed else ''}.xlsx"
    book = xlsxwriter.Workbook(path)
    for nth in range(0, actions, 100):
        sheet = book.add_worksheet(f"Agency {nth // 100:03}")
        sheet.write_string(0, 0, "Action plan DHR7")
        sheet.write_string(1, 0, f"Agency {nth // 100:03}")
        sheet.write_row(2, 0, HEADINGS)
        for row in range(100):
            number = nth + row
            words = "changed" if changed and number % 10 == 0 else "as it was"
            sheet.write_row(
                3 + row,
                0,
                (
                    *(f"{row + 1}", f"Action {number}, {words}. {SOMETHING}", "Head of Service", "Mar-27"),
                    *(SOMETHING, "Quarterly to the board", SOMETHING),
                    *(f"Nov 2026: begun. {SOMETHING} Dec 2026: going on. {SOMETHING}", "Ongoing"),
                ),
            )
    book.close()
    return path


def workbook(bar: str, actions: int = 5_000) -> Figure:
    """Read, compare with the ledger that has an older version of it, propose."""
    with TemporaryDirectory() as name, Ledger() as ledger:
        folder = Path(name)
        first = read_plan(plan_of(actions, folder), ledger=ledger)
        ledger.record(*reconcile(first, ledger).commands, by="DHR coordinator")
        again = plan_of(actions, folder, changed=True)

        def ours() -> None:
            proposal = reconcile(read_plan(again, ledger=ledger), ledger)
            assert len(proposal.changed) == actions // 10

        def limit() -> None:
            for sheet in openpyxl.load_workbook(again):
                for _ in sheet.iter_rows(values_only=True):
                    pass

        seconds, raw, ratio = in_turns(ours, limit, turns=3)
    return Figure(
        f"read and reconcile a workbook of {actions:,} actions, a tenth of them changed",
        f"{seconds:,.1f} s",
        f"openpyxl reading it: {raw:,.1f} s",
        ratio,
        bar,
    )


def memory(bar: str, actions: int = 5_000) -> Figure:
    """The most memory that reading and reconciling it takes, in a process of its own."""
    with TemporaryDirectory() as name:
        path = plan_of(actions, Path(name))
        code = (
            "import sys; from dhr_ledger import Ledger; from dhr_ledger.imports import read_plan;"
            "from dhr_ledger.reconcile import reconcile; ledger = Ledger();"
            "reconcile(read_plan(sys.argv[1]), ledger)"
        )
        held = peak_megabytes(code, path)
    return Figure(f"memory for a workbook of {actions:,} actions", f"{held:,.0f} MB", "", None, bar)
