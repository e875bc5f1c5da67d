"""A table of a few rows, saved and read as a plan, for the tests of what it is understood to be."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports import ImportedPlan, read_plan
from dhr_ledger.imports.section import ImportedAction

TITLE = ["Domestic Homicide Review Action Plan: DHR7"]
POLICE = ["Northshire Police"]
HEADING_ROW = ["Ref", "Action", "Lead Agency", "Target Date", "Progress", "Status"]
FIRST = ["1", "Train officers", "Training lead", "Mar-14", "Begun", "Ongoing"]
SECOND = ["2", "Audit records", "Audit lead", "31.01.13", "", ""]


def save(file: Path, *rows: list[str]) -> Path:
    """A file of these *rows*, as a spreadsheet saves them."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    file.write_bytes(text.getvalue().encode())
    return file


def read(folder: Path, *rows: list[str], name: str = "09-NP.csv", **options: Any) -> ImportedPlan:
    """The plan that a file of these *rows* holds."""
    return read_plan(save(folder / name, *rows), **options)


def faults_of(folder: Path, *rows: list[str], name: str = "09-NP.csv") -> list[str]:
    """Why a file of these *rows* is refused."""
    with pytest.raises(ImportRefused) as refused:
        read(folder, *rows, name=name)
    return list(refused.value.faults)


def progress_of(action: ImportedAction) -> str:
    """The progress of an action as one cell."""
    return "".join(piece.words for piece in action.progress)


def owners(plan: ImportedPlan) -> list[tuple[str, str | None]]:
    """Each action with the recommendation that it is for."""
    return [(action.number, action.recommendation) for section in plan.sections for action in section.actions]
