"""The habits of the house that no linter knows: what is checked in, what it may be called, and what it may say.

Docstrings, `print`, left-over code and the order of imports are ruff's; who may import whom is import-linter's.
"""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]

# What a reader can hold in mind.  A module that grows past it has found a second noun, and a second noun is a second
# module.
LINES_OF_A_FILE = 600


def git(*arguments: str) -> str:
    """What git answers about this checkout."""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True, text=True).stdout


@cache
def checked_in() -> tuple[Path, ...]:
    """Every file that git tracks, relative to the root: a ledger that somebody tried out beside them is their own."""
    names = git("ls-files", "-z").split("\0")
    return tuple(path for name in names if (ROOT / (path := Path(name))).is_file())


@cache
def text(path: Path) -> str:
    """The text of *path*, or nothing if it is no text: a workbook has no words that we wrote."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def files(*patterns: str) -> list[Path]:
    """The files checked in that match one of *patterns*."""
    return [path for path in checked_in() if any(path.match(pattern) for pattern in patterns)]


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Where *pattern* stands in *paths*: `file:line: the words`."""
    return [
        f"{path}:{number}: {found[0]}"
        for path in paths
        for number, line in enumerate(text(path).splitlines(), 1)
        for found in pattern.finditer(line)
    ]


def unspoken(*words: str) -> re.Pattern[str]:
    """A pattern for *words*, each written here with a dot inside, so that this file does not say them itself."""
    spoken = (re.escape(word.replace("·", "")) for word in words)
    return re.compile(rf"(?<![A-Za-z])(?:{'|'.join(spoken)})(?![A-Za-z])", re.IGNORECASE)


def test_no_module_is_named_after_nothing():
    """A module is named after the noun it knows about."""
    nothing = {"base", "common", "helper", "helpers", "manager", "misc", "shared", "util", "utils"}
    assert [] == [path for path in files("*.py") if path.stem.strip("_") in nothing or path.parent.name in nothing]


def test_no_class_is_a_manager():
    """A class is a noun of the trade; what manages, handles or serves is a function, called by its verb."""
    vague = re.compile(r"(Manager|Handler|Service|Helper|Util|Utils|Processor)$")
    assert [] == [
        f"{path}: {node.name}"
        for path in files("*.py")
        for node in ast.walk(ast.parse(text(path)))
        if isinstance(node, ast.ClassDef) and vague.search(node.name)
    ]


def test_every_file_of_code_can_be_read_in_one_sitting():
    """No module is longer than a reader can hold in mind."""
    lengths = {str(path): len(text(path).splitlines()) for path in files("*.py")}
    assert {} == {path: length for path, length in lengths.items() if length > LINES_OF_A_FILE}


def test_nothing_is_left_for_later():
    """What is still to be done is an issue, not a note in a file."""
    assert [] == lines_with(unspoken("TO·DO", "FIX·ME", "XX·X"), list(checked_in()))


def test_the_project_speaks_of_itself_alone():
    """No file says with whose help it was written."""
    others = unspoken(
        "clau·de", "anthro·pic", "chat·g·pt", "g·pt", "open·ai", "co·pilot", "gemi·ni", "co·dex",
        "l·lm", "l·lms", "large language mo·del", "sub·agent",
    )  # fmt: skip
    assert [] == lines_with(others, list(checked_in()))


def test_no_file_names_a_folder_of_one_machine():
    """A path is relative to the project, so that it is true wherever the project is."""
    of_a_machine = re.compile(r"(?<![\w.:>-])(?:/(?:home|root|work|Users|tmp|opt|mnt)/|[A-Z]:\\)\w")
    assert [] == lines_with(of_a_machine, list(checked_in()))


def test_no_file_says_where_packages_are_fetched_from():
    """The index is the reader's choice; a mirror's address would tie the project to one place."""
    address = re.compile(
        r"https?://\S*(?:/simple\b|/packages/|pypi|pythonhosted)|file://|--(?:extra-)?index-url|--find-links"
    )
    assert [] == lines_with(address, files("requirements/*", "*.toml", ".ci/*", "justfile"))


def test_no_lock_file_is_checked_in():
    """A lock file records addresses; `requirements/dev.txt` has the same pins and none."""
    assert [] == files("uv.lock", "pylock*.toml", "*.lock")


def test_the_changelog_has_a_place_for_what_comes_next():
    """Whoever changes what a user notices adds a line under Unreleased."""
    headings = [line for line in text(Path("CHANGELOG.md")).splitlines() if line.startswith("## ")]
    assert "## Unreleased" == headings[0]


def test_git_leaves_bytes_that_are_compared_as_they_are():
    """No line ending of a golden file or a council's table is changed on its way in or out."""
    compared = [path for path in checked_in() if path.suffix == ".csv" or path.is_relative_to("tests/golden")]
    attributes = git("check-attr", "text", "--", *map(str, compared)).splitlines() if compared else []
    assert [] == [line for line in attributes if not line.endswith(": text: unset")]


def prose(markdown: str) -> Iterator[tuple[int, str]]:
    """The numbered lines of *markdown* that are sentences: no code, table, quotation or heading."""
    fenced = False
    for number, line in enumerate(markdown.splitlines(), 1):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced and not line.lstrip().startswith(("|", "#", ">", "    ")):
            yield number, re.sub(r"`[^`]*`|\"[^\"]*\"|“[^”]*”|\*[^*]+\*|\]\([^)]*\)|^\s*\d+\.", "…", line)


def test_prose_is_one_sentence_a_line():
    """A change to a sentence is a change to one line."""
    next_sentence = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bNo)(?<!\bvs)(?<=[\w)…])[.?!] +(?=[A-Z])")
    assert [] == [
        f"{path}:{number}: {line}"
        for path in files("*.md")
        for number, line in prose(text(path))
        if next_sentence.search(line)
    ]


def declared() -> dict[str, Requirement]:
    """What the distributions of this checkout say they need from elsewhere, by name."""
    projects = [tomllib.loads(text(path)) for path in files("pyproject.toml")]
    own = {canonicalize_name(project["project"]["name"]) for project in projects}
    needed = [
        Requirement(line)
        for project in projects
        for group in (project["project"].get("dependencies", []), project.get("dependency-groups", {}).get("dev", []))
        for line in group
    ]
    return {name: needs for needs in needed if (name := canonicalize_name(needs.name)) not in own}


def test_every_dependency_is_pinned_for_the_tests():
    """After a change of dependencies somebody ran `just requirements`."""
    pins = dict(re.findall(r"^([\w.-]+)==([\w.]+)", text(Path("requirements/dev.txt")), re.MULTILINE))
    assert [] == [
        str(needs) for name, needs in declared().items() if name not in pins or pins[name] not in needs.specifier
    ]


def test_every_distribution_is_installed_for_the_tests():
    """A plugin beside the core is part of the checkout, so that its tests run with the others."""
    installed = re.findall(r"^-e (\S+)$", text(Path("requirements/workspace.txt")), re.MULTILINE)
    assert sorted(str(path.parent) for path in files("pyproject.toml")) == sorted(installed)


def test_the_readme_is_what_is_checked():
    """Whoever types the README's two commands does what is done before a change lands."""
    commands = [
        command
        for line in text(Path("README.md")).splitlines()
        for command in line.removeprefix("$ ").split(" && ")
        if command.startswith(".venv/bin/")
    ]
    assert ".venv/bin/python -m pytest" == commands[-1]
    assert [] == [command for command in commands if command not in text(Path(".ci/run")).splitlines()]
