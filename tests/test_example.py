"""The plan that ships is taken in whole, by the door that every table comes in by."""

from __future__ import annotations

from pathlib import Path

import dhr_ledger.example
from dhr_ledger import Ledger
from dhr_ledger.imports import read_plan
from dhr_ledger.reconcile import reconcile

FILES = sorted((Path(dhr_ledger.example.__file__).parent / "plan").glob("*.csv"))


def test_the_plan_that_ships_is_one_review_of_ten_sections():
    """29 recommendations and 45 actions, and nothing of it needs a second look but two empty headings."""
    imported = read_plan(*FILES)
    assert ("BDHR2012/13-04", 10) == (imported.review, len(imported.sections))
    assert (29, 45) == (
        sum(len(section.recommendations) for section in imported.sections),
        sum(len(section.actions) for section in imported.sections),
    )
    assert [path.stem.partition("-")[2] for path in FILES] == [section.key for section in imported.sections]
    assert ["06-S1.csv, row 3, column 1", "06-S1.csv, row 3, column 3"] == [
        note.partition(":")[0] for note in imported.notes
    ]


def test_taking_it_in_again_records_nothing():
    """Each file is known by its digest."""
    imported = read_plan(*FILES)
    with Ledger() as ledger:
        proposal = reconcile(imported, ledger)
        ledger.record(*proposal.commands, by="DHR coordinator", seen=proposal.head)
        assert [] == proposal.conflicts
        assert () == reconcile(imported, ledger).commands
