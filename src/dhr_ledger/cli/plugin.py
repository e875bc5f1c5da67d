"""Beginning a plugin: a distribution that works, with the test that holds it to its contract."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from dhr_ledger.cli import screen
from dhr_ledger.cli.screen import Styled
from dhr_ledger.errors import AlreadyExists, BadInput


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for: board-paper, or board-paper.txt.")],
    folder: Annotated[
        Path | None, typer.Option("--in", metavar="FOLDER", help="The folder to make it in; this one without it.")
    ] = None,
) -> None:
    """Write a plugin that works: an exporter, its test and its packaging, to go on from.

    \b
    Example:
      dhr-ledger plugin new board-paper.txt
    """
    stem, _, ending = name.partition(".")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", stem) or not re.fullmatch(r"[a-z0-9]*", ending):
        raise BadInput(
            f"{name!r} is no name for a plugin; write what it is for in small letters, like board-paper or "
            "board-paper.txt."
        )
    exporter = f"{stem}.{ending or 'txt'}"
    distribution = stem if stem.startswith("dhr-ledger-") else f"dhr-ledger-{stem}"
    root = (folder or Path()) / distribution
    if root.exists():
        raise AlreadyExists(f"There is something at {str(root)!r} already; give another name, or another folder.")
    module = distribution.replace("-", "_")
    words = {
        "distribution": distribution,
        "module": module,
        "exporter": exporter,
        "function": f"export_{stem.removeprefix('dhr-ledger-').replace('-', '_')}",
    }
    for path, text in _FILES.items():
        file = root / Template(path).substitute(words)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(Template(text).substitute(words), encoding="utf-8", newline="\n")
    screen.line("A plugin is in ", Styled(str(root), "bold"), f"; it exports {exporter}.  To go on:")
    screen.line(f"  pip install -e {root} pytest 'dhr-ledger[testing]'")
    screen.line(f"  pytest {root}")
    screen.line(f"  dhr-ledger export {exporter} -o {exporter}")


_FILES = {
    "pyproject.toml": """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "$distribution"
version = "0.1.0"
description = "$exporter for dhr-ledger."
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["dhr-ledger"]

[project.optional-dependencies]
test = ["dhr-ledger[testing]", "pytest"]

[project.entry-points.dhr_ledger]
$module = "$module"

[tool.hatch.build.targets.wheel]
packages = ["src/$module"]
""",
    "README.md": """\
# $distribution

Writes `$exporter` from the ledger of a domestic homicide review's action plan.

    pip install $distribution
    dhr-ledger export $exporter -o $exporter
""",
    "src/$module/__init__.py": '''\
"""`$exporter`: where the plan stands, a line an action."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import BinaryIO

import dhr_ledger
from dhr_ledger import Entry, action_plan


@dhr_ledger.hookimpl
def register_exporters(register):
    """Register what this plugin writes."""
    register("$exporter", $function)


def $function(entries: Iterable[Entry], out: BinaryIO, *, as_at: date | None = None) -> None:
    """Where every action stands, a line each."""
    for action in action_plan(entries, as_at=as_at).in_order():
        line = f"{action.reference}: {action.text} ({action.status.as_printed or action.status.progress})"
        out.write(" ".join(line.split()).encode() + b"\\n")
''',
    "src/$module/py.typed": "",
    "tests/test_$module.py": '''\
"""`$exporter` keeps the contract of an exporter, and says what it should."""

import io

from $module import $function

from dhr_ledger import Ledger
from dhr_ledger.action import CreateAction
from dhr_ledger.review import AddSection, OpenReview
from dhr_ledger.testing.contract import check_exporter


def test_it_keeps_the_contract():
    check_exporter($function)


def test_it_says_where_an_action_stands():
    with Ledger() as ledger:
        entries = ledger.record(
            OpenReview(review="DHR7", title="Action plan"),
            AddSection(section="DHR7:WMP", heading="Police"),
            CreateAction(action="DHR7:WMP:1", text="Brief every team", status="Ongoing"),
            by="DHR coordinator",
        )
    out = io.BytesIO()
    $function(entries, out)
    assert b"DHR7:WMP:1: Brief every team (Ongoing)\\n" == out.getvalue()
''',
}
