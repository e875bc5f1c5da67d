"""What the docs promise is there, and what is there is in the docs.

The Python in them is run by sybil (see the root's conftest.py).  Here the command lines are run, what is printed is
compared, and the reference pages are held against the code: a name or a field that is missing, or gone, is red.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import io
import json
import re
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import redirect_stdout
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from dhr_ledger import Entry, Ledger, errors, hookspecs
from dhr_ledger.action import Lead
from dhr_ledger.command import Change, Command
from dhr_ledger.commands import COMMANDS, command_of
from dhr_ledger.entry import EVENTS, Content
from dhr_ledger.exporters import audit_trail_csv, plan_csv
from dhr_ledger.exports import options_of
from dhr_ledger.plugins import OWN, installed
from dhr_ledger.status import Status
from dhr_ledger.target_date import TargetDate
from dhr_ledger.verify import verify

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


class Fence(NamedTuple):
    """A fenced block: its language, the file that it is to be saved as, and what is in it."""

    language: str
    file: str
    text: str


def fences(text: str) -> list[Fence]:
    """Every fenced block, in order."""
    found = re.finditer(r"^```(\w*)[ ]?(\S*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [Fence(*block.groups()) for block in found]


def sections(page: str) -> dict[str, str]:
    """The parts of a reference page by the name that heads them: ## `ReviseTargetDate`."""
    parts = re.split(r"^## `([^`]+)`.*$", (DOCS / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def first_cells(text: str) -> list[str]:
    """The names that stand in the first column of the tables of *text*, without their backticks."""
    return re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)


# What is printed


def alike(shown: str) -> str:
    """*shown* without what differs from day to day: the day of recording, and digests of files that hold it."""
    shown = re.sub(r"20(?:2[6-9]|[3-9]\d)-\d\d-\d\d", "today", shown)
    return re.sub(r"sha256:(?:[0-9a-f]{64}|…)", "sha256:…", shown).rstrip()


def prints(shown: str, printed: str) -> bool:
    """Whether *printed* is what the page shows; a line of `…` there stands for any number of lines."""
    lines = [r"(?:.*\n)*?" if line == "…" else f"{re.escape(line)}\n" for line in alike(shown).splitlines()]
    return re.fullmatch("".join(lines), f"{alike(printed)}\n" if printed.strip() else "") is not None


def typed(console: str) -> Iterator[tuple[str, str]]:
    """The command lines of a console block, each with what the page shows below it."""
    for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        line, _, shown = re.sub(r"\\\n\s*", "", part).partition("\n")
        yield line, shown


@pages
def test_command_lines_print_what_the_page_shows(page, tmp_path, monkeypatch):
    """Every `$ dhr-ledger …` runs, in the order of the page, in one folder with the files that the page has saved."""
    from dhr_ledger.cli import app

    monkeypatch.chdir(tmp_path)
    for name in ("DHR_LEDGER", "DHR_LEDGER_BY", "DHR_LEDGER_AGENCY", "DHR_LEDGER_ROLE"):
        monkeypatch.delenv(name, raising=False)
    for fence in fences(page.read_text(encoding="utf-8")):
        if fence.file:
            Path(fence.file).write_text(fence.text, encoding="utf-8")
        for line, shown in typed(fence.text) if fence.language == "console" else ():
            program, *arguments = shlex.split(line)
            if program == "export":
                monkeypatch.setenv(*arguments[0].split("=", 1))
            elif program == "dhr-ledger":
                answer = CliRunner().invoke(app, arguments, prog_name="dhr-ledger")
                assert isinstance(answer.exception, SystemExit | None), answer.exception
                assert prints(shown, answer.output), f"$ {line}\n{answer.output}"


@pages
def test_python_prints_what_the_page_shows(page, tmp_path, monkeypatch):
    """A block of text right after a block of Python is what it prints."""
    monkeypatch.chdir(tmp_path)
    blocks = fences(page.read_text(encoding="utf-8"))
    if not any((code.language, text.language) == ("python", "text") for code, text in pairwise(blocks)):
        return
    namespace: dict[str, object] = {}
    for code, text in pairwise([*blocks, Fence("", "", "")]):
        if code.language == "python" and not code.file:
            with redirect_stdout(io.StringIO()) as printed:
                exec(code.text, namespace)
            if text.language == "text":
                assert prints(text.text, printed.getvalue()), printed.getvalue()


def anchors(page: Path) -> list[str]:
    """The headings of *page*, as links name them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings]


@pages
def test_links_lead_somewhere(page):
    """A link to a file of this checkout, or to a heading in it, finds it."""
    lost = []
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if re.match(r"[a-z]+:", link):
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert [] == lost


def test_every_page_is_on_the_map():
    """docs/index.md leads to every page."""
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    others = sorted(str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md") if page.name != "index.md")
    assert [] == [page for page in others if f"({page})" not in index]


# Commands and events


def own_fields(command: type[Command]) -> list[str]:
    return [name for name in command.model_fields if name not in Command.model_fields]


def test_every_command_is_documented_with_its_fields():
    """docs/reference/commands.md has each command, and its fields in the order in which they are declared."""
    documented = {name: first_cells(text) for name, text in sections("reference/commands.md").items()}
    assert {name: own_fields(command) for name, command in COMMANDS.items()} == documented


def test_what_every_command_takes_is_documented():
    """So do the three fields that every command has."""
    top = (DOCS / "reference/commands.md").read_text(encoding="utf-8").partition("\n## `")[0]
    assert [*Command.model_fields] == first_cells(top)


def examples_of_commands() -> list[tuple[str, dict[str, object]]]:
    return [
        (name, json.loads(fence.text))
        for name, text in sections("reference/commands.md").items()
        for fence in fences(text)
        if fence.language == "json"
    ]


def test_the_examples_of_the_commands_are_one_story():
    """Each command has an example; recorded in the order of the page, each causes the event that the page names."""
    with Ledger() as ledger:
        for name, told in examples_of_commands():
            command = command_of(told)
            assert name == type(command).__name__
            [entry] = ledger.record(command, by="DHR coordinator")
            assert f"`{type(entry.event).__name__}`" in sections("reference/commands.md")[name]
        assert set(COMMANDS) == {name for name, _ in examples_of_commands()}
        assert ledger.verify()


def test_every_event_is_documented_with_its_fields():
    """docs/reference/events.md has each event by its stored name, and its fields in the order of their declaration."""
    documented = {name: first_cells(text) for name, text in sections("reference/events.md").items()}
    assert {event.type_name(): [*event.model_fields] for event in EVENTS.values()} == documented


def test_every_value_inside_an_event_is_documented_with_its_fields():
    """So are the values that stand in the fields of events."""
    top = (DOCS / "reference/events.md").read_text(encoding="utf-8").partition("\n## `")[0]
    parts = re.split(r"^### `([^`]+)`.*$", top, flags=re.MULTILINE)
    values = (Status, TargetDate, Lead, Change)
    assert {value.__name__: [*value.model_fields] for value in values} == {
        name: first_cells(text) for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


# Exporters, hooks, the command line, errors


def test_every_exporter_is_documented_with_its_options():
    """docs/reference/exporters.md has each exporter of the core, its options, and the headings of its columns."""
    headings = {"audit-trail.csv": audit_trail_csv.HEADINGS, "plan.csv": plan_csv.HEADINGS}
    expected = {
        door.name: {option.name for option in options_of(door)} | set(headings.get(door.name, ()))
        for door in installed().exporters.values()
        if door.plugin == OWN
    }
    text = sections("reference/exporters.md")
    assert expected == {name: set(first_cells(part)) for name, part in text.items()}
    assert [] == [name for name in expected if installed().exporters[name].summary not in text[name]]


def test_every_hook_has_a_page_that_shows_it():
    """A hook is shown in the pages on plugins, as one would write it."""
    shown = "".join(page.read_text(encoding="utf-8") for page in (DOCS / "plugins").glob("*.md"))
    hooks = [name for name, value in vars(hookspecs).items() if hasattr(value, "dhr_ledger_spec")]
    assert [] == [name for name in hooks if f"def {name}(register" not in shown]
    assert ["register_exporters", "register_importers"] == hooks


def test_every_sub_command_is_documented_with_its_options():
    """docs/reference/cli.md has each sub-command, and each argument and option that it takes."""
    from dhr_ledger.cli import app

    whole = get_command(app)
    made = {"dhr-ledger": whole} | {f"dhr-ledger {name}": command for name, command in whole.commands.items()}
    expected = {
        name: {
            parameter.opts[0] if parameter.param_type_name == "option" else parameter.name.upper()
            for parameter in command.params
            if parameter.name != "help"
        }
        for name, command in made.items()
    }
    documented = sections("reference/cli.md")
    assert expected == {name: {cell.split()[0] for cell in first_cells(text)} for name, text in documented.items()}


def test_every_command_has_its_sub_command():
    """docs/recording.md names each sub-command of `record` beside its command; two are recorded by other ones."""
    from dhr_ledger.cli import app
    from dhr_ledger.cli.recording import kebab

    recording = (DOCS / "recording.md").read_text(encoding="utf-8")
    names = get_command(app).commands["record"].list_commands(None)
    assert [] == [name for name in names if f"`{name}`" not in recording]
    assert {"import-plan", "issue-export"} == {kebab(name) for name in COMMANDS} - set(names)


def test_every_error_is_documented():
    """docs/reference/errors.md has each error, below the error that it is a kind of."""
    kinds = {name: kind for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, Exception)}
    expected = {name: kind.__bases__[0].__name__ for name, kind in kinds.items()}
    page = (DOCS / "reference/errors.md").read_text(encoding="utf-8")
    assert expected == dict(re.findall(r"^\| `(\w+)` \| `(\w+)`", page, re.MULTILINE))


def test_what_an_error_holds_is_documented():
    """An error that holds more than its sentence says so on the page."""
    page = (DOCS / "reference/errors.md").read_text(encoding="utf-8")
    held = re.findall(r"self\.(\w+) =", inspect.getsource(errors))
    assert ["faults"] == held
    assert [] == [name for name in held if f"`{name}`" not in page]


# Storage


def test_the_entry_in_the_storage_format_has_the_digest_that_is_printed():
    """The worked example holds with nothing but the standard library: sorted keys, no spaces, UTF-8, SHA-256."""
    page = (DOCS / "storage-format.md").read_text(encoding="utf-8")
    [shown] = [fence.text for fence in fences(page) if fence.file == "entry.json"]
    columns = ("position", "reference", "type", "version")
    beside_them = {key: value for key, value in json.loads(shown).items() if key not in columns}
    for name, values in (("line.json", json.loads(shown)), ("stored.json", beside_them)):
        [printed] = [fence.text.rstrip("\n") for fence in fences(page) if fence.file == name]
        assert json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False) == printed
        assert f"`{hashlib.sha256(printed.encode()).hexdigest()}`" in page
        assert f"{len(printed.encode())} bytes" in page


def test_the_entry_in_the_storage_format_is_an_entry():
    """The ledger reads the worked example, and finds nothing wrong with its bytes."""
    page = (DOCS / "storage-format.md").read_text(encoding="utf-8")
    [line, stored] = [
        fence.text.rstrip("\n").encode() for fence in fences(page) if fence.file in ("line.json", "stored.json")
    ]
    entry = Entry.of_line(line)
    assert (stored, line) == (entry.body, entry.line)
    assert "DHR coordinator" in str(entry.by)
    assert not [fault for fault in verify([entry]).faults if "canonical" in fault or "claims" in fault]


def test_every_key_of_an_entry_is_documented():
    """docs/storage-format.md has each key that stands at the top of an entry."""
    page = (DOCS / "storage-format.md").read_text(encoding="utf-8")
    keys = page.partition("## The keys of an entry")[2].partition("\n## ")[0].partition("\n### ")[0]
    assert sorted([*Content.model_fields, "position", "reference", "type", "version"]) == first_cells(keys)


def test_the_tables_in_the_storage_format_are_those_of_a_new_ledger(tmp_path):
    """The SQL on the page is what a new file holds, and the numbers are its own."""
    Ledger(tmp_path / "new.ledger").close()
    made = sqlite3.connect(tmp_path / "new.ledger")
    page = (DOCS / "storage-format.md").read_text(encoding="utf-8")
    [shown] = [fence.text for fence in fences(page) if fence.file == "sqlite"]
    statements = [sql for (sql,) in made.execute("select sql from sqlite_master where sql is not null order by rowid")]
    assert [" ".join(sql.split()) for sql in statements] == [" ".join(sql.split()) for sql in shown.split("\n\n")]
    [(owner,), (version,), (mode,)] = [
        made.execute(f"pragma {name}").fetchone() for name in ("application_id", "user_version", "journal_mode")
    ]
    made.close()
    assert f"| `application_id` | `{owner}` (0x{owner:X}" in page
    assert f"| `user_version` | `{version}` |" in page
    assert f"| `journal_mode` | `{mode}` |" in page


def test_the_table_in_the_storage_format_is_that_of_a_new_ledger_in_postgresql(new_postgresql_place, sql):
    """The SQL on the page makes the columns and constraints that a new ledger has, and the comment is its own."""
    page = (DOCS / "storage-format.md").read_text(encoding="utf-8")
    [shown] = [fence.text for fence in fences(page) if fence.file == "postgresql"]
    begun, made = new_postgresql_place(), new_postgresql_place()
    Ledger(begun).close()
    sql(f"SET search_path = {made.rpartition('=')[2]}")
    sql(shown)

    def described(place: str) -> list[object]:
        table = f"{place.rpartition('=')[2]}.stored_events"
        return [
            sql(
                "SELECT attname, format_type(atttypid, atttypmod), attnotnull, attcollation FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
                table,
            ),
            sql("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass ORDER BY 1", table),
        ]

    assert described(begun) == described(made)
    table = f"{begun.rpartition('=')[2]}.stored_events"
    [(comment,)] = sql("SELECT obj_description(%s::regclass, 'pg_class')", table)
    assert f"`{comment}`" in page


# Snippets


def test_snippets_are_regions_of_tested_files():
    """A block of code that names a file of this checkout stands in that file, word for word."""
    for page in PAGES:
        for fence in fences(page.read_text(encoding="utf-8")):
            if "/" in fence.file:
                assert fence.text in (ROOT / fence.file).read_text(encoding="utf-8"), f"{page.name}: {fence.file}"


def test_the_python_on_the_pages_can_be_read():
    """Every block of Python on the pages is whole: a block that is not run could be half of something."""
    for page in PAGES:
        for fence in fences(page.read_text(encoding="utf-8")):
            if fence.language == "python":
                ast.parse(fence.text)
