"""A ledger of two actions, and what it takes to type a command about it."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dhr_ledger import Actor, Entry, Ledger
from dhr_ledger.action import CreateAction
from dhr_ledger.cli import app
from dhr_ledger.review import AddSection, MakeRecommendation, OpenReview

REVIEW = "BDHR2012/13-04"
SETTINGS = ("DHR_LEDGER", "DHR_LEDGER_BY", "DHR_LEDGER_AGENCY", "DHR_LEDGER_ROLE", "NO_COLOR", "FORCE_COLOR", "COLUMNS")
DHR_LEDGER = (sys.executable, "-c", "from dhr_ledger.cli import main; main()")


@pytest.fixture(autouse=True)
def _no_settings_of_ours(monkeypatch):
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Path:
    """A ledger of two actions, one of which was due at the end of March 2014."""
    place = tmp_path_factory.mktemp("made") / "plan.ledger"
    with Ledger(place, clock=lambda: datetime(2013, 2, 21, 10, tzinfo=UTC)) as ledger:
        ledger.record(
            OpenReview(review=REVIEW, title="Action plan"),
            AddSection(section=f"{REVIEW}:WMP", heading="West Midlands Police"),
            MakeRecommendation(recommendation=f"{REVIEW}:WMP:R1", text="Staff should be trained"),
            CreateAction(
                action=f"{REVIEW}:WMP:1.2",
                text="Train every front-line team",
                lead="Detective Chief Inspector",
                target_date="Mar-14",
                status="Not started",
                recommendation=f"{REVIEW}:WMP:R1",
            ),
            CreateAction(
                action=f"{REVIEW}:WMP:1.3",
                text="Bring [bold]a trainer[/bold] in",
                target_date="Ongoing",
                status="Ongoing",
            ),
            by=Actor(name="DHR coordinator", agency="Community Safety Partnership"),
        )
    return place


@pytest.fixture
def place(made, tmp_path, monkeypatch) -> Path:
    """A copy of it, in an empty folder where we are."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copy(made, tmp_path / "plan.ledger"))


@pytest.fixture
def run(place) -> Callable[..., Result]:
    """Type a command about that ledger: `run("show", expect=0)`."""

    def typed(*arguments: str, expect: int = 0, stdin: str | None = None) -> Result:
        answer = CliRunner().invoke(app, ["--ledger", str(place), *arguments], input=stdin, prog_name="dhr-ledger")
        assert expect == answer.exit_code, answer.output
        return answer

    return typed


@pytest.fixture
def entries(place) -> Callable[..., list[Entry]]:
    """What that ledger holds: `entries()`, or another: `entries("copy.ledger")`."""

    def held(of: str | Path = place) -> list[Entry]:
        with Ledger(of) as ledger:
            return list(ledger.entries())

    return held


@pytest.fixture(scope="session")
def process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a process of its own, its output into pipes."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*DHR_LEDGER, *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, **environment},
            timeout=60,
        )

    return run


@pytest.fixture(scope="session")
def on_a_terminal() -> Callable[..., str]:
    """Run a process on a terminal of so many columns, and return what the terminal was sent."""
    pty, fcntl, termios = (pytest.importorskip(name, exc_type=ImportError) for name in ("pty", "fcntl", "termios"))

    def run(*arguments: str, columns: int = 80, **environment: str) -> str:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        told = b""
        with subprocess.Popen(
            [*DHR_LEDGER, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm-256color", **environment},
        ):
            os.close(theirs)
            while part := _read(ours):
                told += part
        os.close(ours)
        return told.decode()

    return run


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side has hung up
        return b""


@pytest.fixture(scope="session")
def seen() -> Callable[[str], list[str]]:
    """The lines that a person sees on a terminal, without their colour."""

    def lines(told: str) -> list[str]:
        left = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", told.replace("\r\n", "\n"))
        return [line.rpartition("\r")[2] for line in left.split("\n")]

    return lines
