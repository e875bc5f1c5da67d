"""Measure every promise and write the table of docs/performance.md.

python bench/run.py             print the table
python bench/run.py --write     and put it into docs/performance.md
python bench/run.py --quick     without the ledger of a million entries
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import sys
from itertools import chain
from pathlib import Path

import exports
import fold
import imports
import office
import record
import start_up

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def main() -> None:
    """Print the table, row by row, and write it where asked to."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--write", action="store_true")
    arguments.add_argument("--quick", action="store_true")
    asked = arguments.parse_args()
    lines = ["| what | ours | the limit, in the same run | ratio | bar |", "|---|---|---|---|---|"]
    print("\n".join(lines))
    for figure in chain(
        record.figures(),
        fold.figures(a_million=not asked.quick),
        exports.figures(),
        imports.figures(),
        office.figures(),
        start_up.figures(),
    ):
        lines.append(figure.row)
        print(figure.row, flush=True)
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    machine = f"{versions}, {os.cpu_count()} cores, {platform.system()}."
    print(machine)
    if asked.write:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(BEGIN)
        _, after = rest.split(END)
        table = "\n".join(lines)
        PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{machine}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
