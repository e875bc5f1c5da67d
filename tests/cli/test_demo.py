"""The example that ships, and the first minute with it."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dhr_ledger import Entry, Ledger
from dhr_ledger.action import (
    RecordProgress,
)
from dhr_ledger.cli import app
from dhr_ledger.cli.demo import FILES, TOLD
from dhr_ledger.example import COORDINATOR, FIRST_MOMENT, LAST_MOMENT, load_example
from dhr_ledger.review import ExportIssued

REVIEW = "BDHR2012/13-04"
ACTION = f"{REVIEW}:WMP:1.2"
OTHER = f"{REVIEW}:WMP:1.3"
BY = ("--by", "DHR coordinator")


@pytest.fixture(scope="session")
def example() -> list:
    with load_example() as ledger:
        return list(ledger.entries())


def test_the_example_is_recorded_when_it_says(example):
    """The plan is taken in by the coordinator in February 2013; the last entry is of the last day."""
    assert (COORDINATOR, FIRST_MOMENT) == (example[0].by, example[0].recorded_at)
    assert LAST_MOMENT == example[-1].recorded_at
    assert sorted(entry.recorded_at for entry in example) == [entry.recorded_at for entry in example]


def test_the_example_is_the_same_each_time(example):
    """Down to the byte."""
    with load_example() as ledger:
        assert [entry.body for entry in example] == [entry.body for entry in ledger.entries()]


def test_the_example_goes_on_with_the_clock_that_is_given():
    """What is recorded after it is recorded now."""
    now = datetime(2016, 1, 1, tzinfo=UTC)
    with load_example(clock=lambda: now) as ledger:
        (entry,) = ledger.record(RecordProgress(action=TOLD, note="Under way"), by="DHR coordinator")
    assert now == entry.recorded_at


def test_the_demo_makes_a_folder_and_looks_at_it(tmp_path, monkeypatch):
    """A ledger that verifies, three files, where things stood, what was late, a story, and what to try next."""
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(app, ["demo"])
    assert 0 == answer.exit_code, answer.output
    assert {"demo.ledger", *FILES} == {path.name for path in Path("dhr-ledger-demo").iterdir()}
    for words in (
        "Where things stood  (on 5 February 2015)",
        "What was overdue",
        f"The story of {TOLD}",
        "What to try next",
    ):
        assert words in answer.stdout
    assert 0 == CliRunner().invoke(app, ["--ledger", "dhr-ledger-demo/demo.ledger", "verify"]).exit_code


def test_what_the_demo_says_to_try_works(tmp_path, monkeypatch):
    """Each line can be copied and pasted, in that order."""

    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["demo"]).stdout.partition("What to try next")[2].replace("\\\n", " ")
    export, *commands = [shlex.split(line, comments=True) for line in told.strip().splitlines()]
    monkeypatch.setenv(*export[1].split("=", 1))
    assert 7 == len(commands)
    for program, *arguments in commands:
        answer = CliRunner().invoke(app, arguments)
        assert "dhr-ledger" == program
        assert {"overdue": 1}.get(arguments[0], 0) == answer.exit_code, answer.output


def test_the_demo_is_the_same_each_time(tmp_path, monkeypatch):
    """The files too: their entries are recorded on the demo's last day."""
    monkeypatch.chdir(tmp_path)
    for folder in ("a", "b"):
        CliRunner().invoke(app, ["demo", "--folder", folder])
    for name in FILES:
        assert Path("a", name).read_bytes() == Path("b", name).read_bytes()


def test_whoever_is_handed_a_page_of_the_demo_sees_that_it_is_invented(tmp_path, monkeypatch):
    """Its agencies are real ones, and a page is soon passed on without the rest."""
    monkeypatch.chdir(tmp_path)
    assert 0 == CliRunner().invoke(app, ["demo"]).exit_code
    assert "EXAMPLE: INVENTED" in Path("dhr-ledger-demo/report.html").read_text("utf-8")
    for name in ("home-office.pdf", "workbook.xlsx"):
        [marked] = [entry.event.options for entry in entries_of(name)]
        assert {"marking": "Example: invented"} == marked


def entries_of(name: str) -> list[Entry]:
    """The entries that say that the file called *name* was issued by the demo."""
    with Ledger("dhr-ledger-demo/demo.ledger") as ledger:
        return [
            entry for entry in ledger.entries() if isinstance(entry.event, ExportIssued) and entry.event.file == name
        ]


def test_the_demo_overwrites_nothing(tmp_path, monkeypatch):
    """It says what to do instead."""
    monkeypatch.chdir(tmp_path)
    Path("dhr-ledger-demo").mkdir()
    Path("dhr-ledger-demo/mine.txt").touch()
    answer = CliRunner().invoke(app, ["demo"])
    assert 2 == answer.exit_code
    expected = (
        "dhr-ledger-demo is there already; delete it, or make the demo elsewhere with `dhr-ledger demo --folder DIR`.\n"
    )
    assert expected == answer.stderr
    assert ["mine.txt"] == [path.name for path in Path("dhr-ledger-demo").iterdir()]


def test_a_second_demo_says_how_to_look_at_the_first(tmp_path, monkeypatch):
    """What it says to type works."""
    monkeypatch.chdir(tmp_path)
    CliRunner().invoke(app, ["demo", "--folder", "my demo"])
    told = CliRunner().invoke(app, ["demo", "--folder", "my demo"]).stderr
    assert told.startswith(
        "my demo is there already; look at it with `dhr-ledger --ledger 'my demo/demo.ledger' show`,"
    )
    assert told.endswith(" delete it, or make the demo elsewhere with `dhr-ledger demo --folder DIR`.\n")
    program, *arguments = shlex.split(told.split("`")[1])
    assert ("dhr-ledger", 0) == (program, CliRunner().invoke(app, arguments).exit_code)


@pytest.mark.parametrize("columns", [80, 120])
def test_the_demo_fits_its_terminal(columns, tmp_path, monkeypatch, on_a_terminal, seen):
    """No line is wider than the terminal, and no command that is to be copied is folded."""
    monkeypatch.chdir(tmp_path)
    lines = seen(on_a_terminal("demo", columns=columns))
    assert columns >= max(map(len, lines))
    assert any(line.startswith('    --to Jun-15 --reason "Trainer appointed" --by "DHR coordinator"') for line in lines)
