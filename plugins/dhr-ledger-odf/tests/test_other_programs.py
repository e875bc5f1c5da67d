"""What other programs write is read like what they were given to write."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import odfdo
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from dhr_ledger.hookspecs import Importer
from dhr_ledger.imports.grid import Grid
from dhr_ledger_odf.reading import read_ods, read_odt

CELLS = st.lists(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=8), min_size=1),
    min_size=1,
    max_size=6,
)


def written(table: Iterable[Iterable[str]]) -> bytes:
    """A spreadsheet of *table*, as odfdo writes it."""
    document = odfdo.Document("spreadsheet")
    document.body.clear()
    plan = odfdo.Table("Plan")
    for words in table:
        of_words = odfdo.Row()
        for word in words:
            of_words.append(odfdo.Cell(value=word))
        plan.append(of_words)
    document.body.append(plan)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def words(grid: Grid) -> list[list[str]]:
    return [list(cells) for _, cells in grid.rows]


def trimmed(table: Iterable[Iterable[object]]) -> list[list[str]]:
    """*table* without blank rows at its end and blank cells at the end of a row; white space collapsed."""
    lines = [[" ".join(str(word).split()) for word in words] for words in table]
    for line in lines:
        while line and not line[-1]:
            line.pop()
    while lines and not lines[-1]:
        lines.pop()
    return lines


@given(CELLS)
def test_what_odfdo_writes_is_read_as_calamine_reads_it(table):
    """Whatever the words are."""
    data = written(table)
    [grid] = read_ods(io.BytesIO(data), "plan.ods")
    calamine = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    assert trimmed(table) == trimmed(words(grid)) == trimmed(calamine.to_python(skip_empty_area=False))


PLAN = Path(__file__).parents[4] / "shared" / "plans" / "bdhr2012-13-04"


@pytest.mark.skipif(not PLAN.exists(), reason="the plans of shared/ are not beside this checkout")
@pytest.mark.skipif(not shutil.which("soffice"), reason="there is no LibreOffice here to convert with")
@pytest.mark.parametrize(("ending", "read"), [(".ods", read_ods), (".odt", read_odt)])
def test_a_council_s_plan_that_libreoffice_saved_is_read_like_its_tables(ending: str, read: Importer, tmp_path: Path):
    """The workbook and the document of one plan say what its thirteen tables say."""
    source = PLAN / {".ods": "plan.xlsx", ".odt": "plan.docx"}[ending]
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", ending[1:], "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    with open(tmp_path / f"plan{ending}", "rb") as file:
        grids = list(read(file, f"plan{ending}"))
    tables = [list(csv.reader(io.StringIO(path.read_text("utf-8")))) for path in sorted((PLAN / "csv").glob("*.csv"))]
    said = [[row for row in trimmed([*([line] for line in grid.above), *words(grid)]) if row] for grid in grids]
    expected = [[row for row in trimmed(table) if row] for table in tables]
    if ending == ".odt":  # which prints its title once
        expected = [expected[0], *(table[1:] for table in expected[1:])]
    assert expected == said
