"""One published plan in four formats: each gives the same ledger, and that is what a careful reader found in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dhr_ledger import Ledger, action_plan
from dhr_ledger.imports import ImportedPlan, read_plan
from dhr_ledger.plan import progress_cell
from dhr_ledger.reconcile import reconcile

PLAN = Path(__file__).parents[2] / "shared" / "plans" / "bdhr2012-13-04"
pytestmark = pytest.mark.skipif(not PLAN.is_dir(), reason="the published plans are kept beside the checkout")
FORMATS = ("csv", "plan.xlsx", "plan.docx", "plan.pdf")


def read(name: str) -> ImportedPlan:
    files = sorted((PLAN / name).glob("*.csv")) if name == "csv" else [PLAN / name]
    return read_plan(*files)


def told(imported: ImportedPlan) -> dict[str, list[dict[str, str]]]:
    """Every section, recommendation and action of the ledger that it makes, white space collapsed."""
    with Ledger() as ledger:
        ledger.record(*reconcile(imported, ledger).commands, by="DHR coordinator")
        plan = action_plan(ledger.entries())
    (review,) = plan.reviews.values()
    sections = {}
    for key, heading in review.sections.items():
        below = f"{review.reference}:{key}:"
        made = [
            {"ref": name.removeprefix(f"{below}R"), "text": recommendation.text}
            for name, recommendation in review.recommendations.items()
            if name.startswith(below)
        ]
        actions = [
            {
                "ref": action.number,
                "action": action.text,
                "lead": action.lead.as_printed,
                "target_date": action.target_date.as_printed,
                "desired_outcome": action.desired_outcome,
                "monitoring": action.monitoring,
                "success_measure": action.success_measure,
                "progress": progress_cell(action),
                "status": action.status.as_printed,
            }
            for action in plan.actions.values()
            if action.reference.startswith(below)
        ]
        sections[" ".join(heading.split())] = [
            {name: " ".join(cell.split()) for name, cell in row.items()} for row in (*made, *actions)
        ]
    return sections


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_what_a_careful_reader_found(name):
    """Thirteen sections, 46 recommendations, 87 actions, every cell."""
    expected = {
        " ".join(section["agency_heading"].split()): [
            {name: " ".join(str(cell or "").split()) for name, cell in row.items() if name in WANTED}
            for row in (*section["recommendations"], *section["actions"])
        ]
        for section in json.loads((PLAN / "expected.json").read_bytes())["sections"]
    }
    found = told(read(name))
    assert (13, 133) == (len(found), sum(map(len, found.values())))
    assert expected == found


WANTED = {
    *("ref", "text", "action", "lead", "target_date", "desired_outcome", "monitoring", "success_measure"),
    *("progress", "status"),
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("first", FORMATS[:2])
def test_what_came_in_one_format_is_nothing_new_in_another(first, name):
    with Ledger() as ledger:
        ledger.record(*reconcile(read(first), ledger).commands, by="DHR coordinator")
        proposal = reconcile(read(name), ledger)
    assert ((), [], [], 87) == (
        *(proposal.commands, proposal.conflicts, proposal.missing),
        87 if name == first else len(proposal.unchanged),
    )
