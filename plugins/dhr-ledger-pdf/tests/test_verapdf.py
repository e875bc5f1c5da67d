"""veraPDF, the reference validator, finds `home-office.pdf` in order by PDF/A-2a and by PDF/UA-1.

Every run asks a faster validator; this one needs Java 17 with its compiler, veraPDF's library and JAXB, and is asked
where `VERAPDF_CLASSPATH` says where they are: see CONTRIBUTING.md.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest

from dhr_ledger import Ledger
from dhr_ledger.action import CreateAction
from dhr_ledger.example import load_example
from dhr_ledger.review import AddSection, OpenReview
from dhr_ledger.testing.strategies import everything
from dhr_ledger_pdf.writing import export_home_office

CLASSPATH = os.environ.get("VERAPDF_CLASSPATH", "")
VERDICT = Path(__file__).with_name("Verdict.java")
HOSTILE = (
    "\x00\x0b\uf0b7 \u202eturned",
    "👩‍👩‍👧 🏴󠁧󠁢󠁷󠁬󠁳󠁿 محمد שרה 王小明",
    '#panic() *bold* $x$ "}]',
    "W" * 3_000,
    "word " * 20_000,
)

pytestmark = [
    pytest.mark.verapdf,
    pytest.mark.skipif(not CLASSPATH, reason="VERAPDF_CLASSPATH does not say where veraPDF is"),
]


def hostile():
    with Ledger() as ledger:
        ledger.record(
            OpenReview(review="DHR7", title=HOSTILE[0]), AddSection(section="DHR7:WMP", heading="W" * 400), by="A"
        )
        ledger.record(
            *(
                CreateAction(action=f"DHR7:WMP:{nth}", text=text, lead=text)
                for nth, text in enumerate(HOSTILE, start=1)
            ),
            by="A",
        )
        return list(ledger.entries())


def verdicts(folder: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """Of each file in *folder* and each profile: whether it is in order, and the rules that failed."""
    java = shutil.which("java")
    assert java is not None
    files = sorted(map(str, folder.glob("*.pdf")))
    told = subprocess.run(
        [java, "-cp", CLASSPATH, str(VERDICT), *files], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    ).stdout.decode()
    return {
        (name, profile): (good, failed)
        for name, profile, good, failed in (row.split("\t") for row in told.splitlines())
    }


def test_the_reference_validator_finds_every_document_in_order(tmp_path):
    with load_example() as ledger:
        example = list(ledger.entries())
    for name, entries in {"example": example, "nothing": [], "everything": everything(), "hostile": hostile()}.items():
        for paper in ("a3", "a4"):
            out = BytesIO()
            export_home_office(entries, out, paper=paper, marking="official-sensitive", audience="panel")
            (tmp_path / f"{name}-{paper}.pdf").write_bytes(out.getvalue())
    found = verdicts(tmp_path)
    assert {
        (f"{name}.pdf", profile): ("true", "{}")
        for name in sorted(path.stem for path in tmp_path.glob("*.pdf"))
        for profile in ("2a", "ua1")
    } == found


def test_it_says_so_of_one_that_is_not(tmp_path):
    """Both profiles ask that a document says it is tagged."""
    out = BytesIO()
    export_home_office([], out)
    (tmp_path / "plan.pdf").write_bytes(out.getvalue().replace(b"/Marked true", b"/Marked 1234"))
    assert {"false"} == {good for good, _ in verdicts(tmp_path).values()}
