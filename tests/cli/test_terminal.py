"""A terminal, a pipe, and how it ends: colour, width, exit codes, and what is imported."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from dhr_ledger import Ledger
from dhr_ledger.action import (
    CreateAction,
    RecordProgress,
)
from dhr_ledger.cli import app
from dhr_ledger.review import AddSection, OpenReview

REVIEW = "BDHR2012/13-04"
ACTION = f"{REVIEW}:WMP:1.2"
OTHER = f"{REVIEW}:WMP:1.3"
BY = ("--by", "DHR coordinator")
DHR_LEDGER = (sys.executable, "-c", "from dhr_ledger.cli import main; main()")


PICTURE = re.compile(r"[\x1b─-╿]")


def test_a_terminal_has_colour_and_tables(place, on_a_terminal, seen):
    """Folded to its width, and words in square brackets are words."""
    told = on_a_terminal("--ledger", str(place), "show")
    assert "\x1b[" in told
    assert "─" in told
    assert 80 >= max(map(len, seen(told)))
    assert "[bold]" in told


def test_a_wide_terminal_shows_who_leads(place, on_a_terminal, seen):
    """From a hundred columns on."""
    assert "Lead" not in "".join(seen(on_a_terminal("--ledger", str(place), "show")))
    assert "Lead" in "".join(seen(on_a_terminal("--ledger", str(place), "show", columns=120)))


@pytest.mark.parametrize("arguments", [["show"], ["show", ACTION], ["history"], ["overdue"], ["--help"], ["exporters"]])
def test_no_color_is_plain_text_on_a_terminal(arguments, place, on_a_terminal):
    """Neither colour nor boxes."""
    assert not PICTURE.search(on_a_terminal("--ledger", str(place), *arguments, NO_COLOR="1"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["show"],
        ["show", ACTION],
        ["history"],
        ["overdue"],
        ["--help"],
        ["record", "--help"],
        ["exporters"],
        ["verify"],
        ["nix"],
    ],
)
def test_a_pipe_has_plain_text(arguments, place, process):
    """Neither colour nor boxes, on either stream."""
    answer = process("--ledger", str(place), *arguments)
    assert not PICTURE.search(answer.stdout + answer.stderr)


def test_a_pipe_has_utf_8_whatever_the_locale(place, process):
    """A file that was written on one machine can be read on another."""
    answer = process("--ledger", str(place), "history", LC_ALL="C", PYTHONIOENCODING="latin-1")
    assert "“Train every front-line team”" in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["verify"], 0), (["overdue", "--on", "2014-04-01"], 1), (["show", "DHR9"], 2), (["nix"], 2), (["--help"], 0)],
)
def test_exit_codes_of_a_process(arguments, code, place, process):
    """0 is fine, 1 means that the answer is no, 2 is wrong use or an error."""
    assert code == process("--ledger", str(place), *arguments).returncode


def test_it_says_which_version_it_is(monkeypatch):
    """As the distribution has it."""
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"9.8 of {name}")
    assert "dhr-ledger 9.8 of dhr-ledger\n" == CliRunner().invoke(app, ["--version"]).stdout


def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path):
    """As in `dhr-ledger history | head -1`."""
    place = tmp_path / "long.ledger"
    with Ledger(place, durability="normal") as ledger:
        opened = OpenReview(review="DHR7", title="Plan")
        section = AddSection(section="DHR7:A", heading="A")
        action = CreateAction(action="DHR7:A:1", text="Train")
        ledger.record(opened, section, action, by="x")
        ledger.record(*(RecordProgress(action="DHR7:A:1", note="x" * 200) for _ in range(2000)), by="x")
    with subprocess.Popen(
        [*DHR_LEDGER, "--ledger", str(place), "history"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as dhr_ledger:
        assert dhr_ledger.stdout
        assert dhr_ledger.stderr
        dhr_ledger.stdout.readline()
        dhr_ledger.stdout.close()
        assert b"" == dhr_ledger.stderr.read()
    assert 141 == dhr_ledger.returncode


def test_ctrl_c_ends_with_130(place):
    """While it waits for standard input, say."""
    with subprocess.Popen(
        [*DHR_LEDGER, *("--ledger", str(place)), *("record", "--json", "-"), *BY],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as dhr_ledger:  # fmt: skip
        with pytest.raises(subprocess.TimeoutExpired):
            dhr_ledger.wait(1)
        dhr_ledger.send_signal(signal.SIGINT)
        assert dhr_ledger.stderr
        assert b"Traceback" not in dhr_ledger.stderr.read()
    assert 130 == dhr_ledger.returncode


def test_a_fault_of_the_program_is_not_an_answer(place):
    """It ends with 70 and shows where it is, so that no script takes it for a no."""
    code = "from dhr_ledger import verify; verify.verify = None; from dhr_ledger.cli import main; main()"
    answer = subprocess.run(
        [sys.executable, "-c", code, "--ledger", str(place), "verify"], capture_output=True, text=True
    )
    assert 70 == answer.returncode
    assert "TypeError" in answer.stderr


def test_a_bar_shows_how_far_the_reading_has_come(place, on_a_terminal, tmp_path):
    (tmp_path / "09-WMP.csv").write_text("Action plan DHR7\nPolice\nRef,Action,Lead\n1,Train,Head\n")
    shown = on_a_terminal("--ledger", str(place), "import", str(tmp_path / "09-WMP.csv"))
    assert "Reading 1 file" in shown
    assert "1/1" in shown


def test_help_brings_in_nothing_heavy():
    """Neither the database nor the models are loaded to print the help."""
    code = (
        "import sys; sys.argv[1:] = ['--help']\n"
        "from dhr_ledger.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('pydantic', 'eventsourcing', 'sqlite3', 'orjson', 'rich') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]" == answer.stdout.splitlines()[-1]


def test_what_a_table_holds_cannot_speak_to_the_terminal(place, run, on_a_terminal):
    """A cell may come from anybody: an escape in it would clear the screen, or rename the window."""
    note = "begun\x1b[2J\x1b]0;all is well\x07 \u202ednE"
    with Ledger(place) as ledger:
        ledger.record(RecordProgress(action=ACTION, note=note), by="Board")
    shown = run("show", ACTION).stdout + run("history", ACTION).stdout
    assert "begun\ufffd[2J\ufffd]0;all is well\ufffd \ufffddnE" in shown
    for told in (shown, on_a_terminal("--ledger", str(place), "history", ACTION)):
        assert not [part for part in ("\x1b[2J", "\x1b]0;", "\x07", "\u202e") if part in told]


@pytest.mark.parametrize(
    "address",
    [
        "mysql://clerk:s3cret@host/database",
        "postgresql+psycopg://clerk:s3cret@host/database",
        "postgresql://clerk:s3%cret@host/database",
        "postgresql://clerk:s3[cret@host/database",
        "postgresql://host/database?password=s3cret&hoster=1",
    ],
)
def test_an_address_is_never_shown_with_its_password(address):
    for command in (["init"], ["show"], ["--debug", "verify"]):
        debug = command[0] == "--debug"
        typed = ["--debug", "--ledger", address, *command[1:]] if debug else ["--ledger", address, *command]
        answer = CliRunner().invoke(app, typed)
        assert 0 != answer.exit_code
        assert "s3" not in answer.output
