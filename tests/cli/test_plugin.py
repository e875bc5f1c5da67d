"""A plugin that is written by the command works, and its own test says so."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from dhr_ledger.cli import app


def typed(*arguments: str):
    return CliRunner().invoke(app, ["plugin", "new", *arguments])


def test_a_new_plugin_passes_its_own_test(tmp_path):
    """Its test holds it to the contract; its entry point names the module that is there."""
    answer = typed("board-paper.md", "--in", str(tmp_path))
    assert 0 == answer.exit_code, answer.output
    root = tmp_path / "dhr-ledger-board-paper"
    assert f"A plugin is in {root}; it exports board-paper.md." in " ".join(answer.stdout.split())
    assert 'dhr_ledger_board_paper = "dhr_ledger_board_paper"' in (root / "pyproject.toml").read_text()
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(root)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert "2 passed" in ran.stdout, ran.stdout


@pytest.mark.parametrize("name", ["Board Paper", "board_paper", "../board", "board-", "1", "board.t x", ""])
def test_what_is_no_name_is_refused(name, tmp_path):
    answer = typed(name, "--in", str(tmp_path))
    assert 2 == answer.exit_code
    assert f"{name!r} is no name for a plugin; write what it is for in small letters" in answer.stderr
    assert [] == list(tmp_path.iterdir())


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "dhr-ledger-board-paper").mkdir()
    answer = typed("board-paper", "--in", str(tmp_path))
    assert 2 == answer.exit_code
    assert "There is something at" in answer.stderr
    assert [] == list((tmp_path / "dhr-ledger-board-paper").iterdir())
