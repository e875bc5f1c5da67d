"""What is shown: tables and colour on a terminal, plain text in a pipe, one JSON document for a program.

Rich is brought in only where there is a terminal to show it on.  In a pipe, and under NO_COLOR, there is neither
colour nor a box, and no line is cut or folded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console
    from rich.text import Text

    from dhr_ledger.entry import Entry

WIDE = 100
"""From this many columns on a terminal is wide."""
_WHOLE = 1_000
"""No sentence has so many characters."""

COLOURS = {
    "complete": "green",
    "in progress": "cyan",
    "not started": "yellow",
    "paused": "yellow",
    "awaiting a stage": "magenta",
    "withdrawn": "dim",
    "superseded": "dim",
    "unknown": "red",
}
"""How each progress looks; its word always stands beside the colour."""


class Styled(NamedTuple):
    """Words with a look of their own; the look is lost in a pipe, the words are not."""

    words: str
    style: str


Cell = str | Styled | tuple[Styled | str, ...]
"""What stands in a cell: words, or several pieces of them."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table on a terminal: *width* 0 is as wide as its widest cell, and *rest* takes what is left."""

    heading: str
    width: int = 0
    rest: bool = False
    right: bool = False


class Group(TyperGroup):
    """A group of commands whose examples are shown as they are typed, with nothing folded."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name."""
        command = super().get_command(ctx, cmd_name)
        if command is not None and self.rich_markup_mode:
            # Rich folds no example anyway; the mark that keeps plain text from it would be an empty line.
            command.help = (command.help or "").replace("\b\n", "")
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Say of each command what it does, in a sentence that is folded and never cut."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(_WHOLE)) for name, command in commands])


def fancy(stream: IO[str] | None = None) -> bool:
    """Whether there is a terminal that shows colour and boxes."""
    stream = stream or sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def console(*, stderr: bool = False) -> Console:
    """The terminal."""
    from rich.console import Console

    return Console(stderr=stderr)


def line(*pieces: str | Styled) -> None:
    """Show one paragraph."""
    if not fancy():
        typer.echo("".join(map(_words, pieces)))
        return
    console().print(text(pieces), soft_wrap=False)


def notice(words: str) -> None:
    """Say something that is not the answer: on the error stream, so that a pipe has the answer alone."""
    typer.echo(harmless(words), err=True)


def document(value: Any) -> None:
    """Show *value* as one JSON document."""
    import orjson

    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str))


def heading(words: str, after: str = "") -> None:
    """Show a heading, with a few quieter words after it."""
    if not fancy():
        typer.echo(f"\n{words}" + (f"  ({after})" if after else ""))
        return
    typer.echo()
    line(Styled(words, "bold"), Styled(f"  {after}" if after else "", "dim"))


def table(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
    """Show *rows*: in a pipe one line each, with two spaces at least between the columns."""
    if not fancy():
        _plain_table([[column.heading for column in columns], *([_words(cell) for cell in row] for row in rows)])
        return
    from rich import box
    from rich.table import Table

    shown = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        expand=any(column.rest for column in columns),
        header_style="dim",
    )
    for column in columns:
        shown.add_column(
            column.heading,
            width=column.width or None,
            ratio=1 if column.rest else None,
            justify="right" if column.right else "left",
            overflow="fold",
        )
    for row in rows:
        shown.add_row(*map(text, row))
    console().print(shown)


def pairs(told: Iterable[tuple[str, Cell]]) -> None:
    """Show what is said of one thing, a line each: `Target date  Mar-14`.  What is blank is left out."""
    rows = [(name, cell) for name, cell in told if _words(cell)]
    if not fancy():
        for name, cell in rows:
            typer.echo(f"{name + ':':<20} {_one_line(_words(cell))}")
        return
    listing(((Styled(name, "dim"), cell) for name, cell in rows), right=False)


def story(entries: Iterable[Entry], about: str | None) -> None:
    """Show *entries* as sentences, the days on which they were true in a column of their own on a terminal.

    Before each stands its number within its review or action, by which it is annotated, and what it concerns, unless
    the whole story is *about* one action.
    """
    from dhr_ledger.history import deed, sentence

    if not fancy():
        for entry in entries:
            typer.echo(_place(entry, about) + harmless(_one_line(sentence(entry))))
        return

    def told(entry: Entry) -> Cell:
        agency = f" ({entry.by.agency})" if entry.by.agency else ""
        why = f" ({entry.reason})" if entry.reason else ""
        return (
            Styled(_place(entry, about), "cyan"),
            Styled(entry.by.name, "bold"),
            f"{agency} {deed(entry.event)}",
            Styled(why, "italic"),
        )

    listing(((_when(entry), told(entry)) for entry in entries), right=False)


def listing(rows: Iterable[tuple[Cell, Cell]], *, right: bool = True) -> None:
    """Show *rows* on a terminal, each a short cell and a long one that is folded beside it."""
    from rich.padding import Padding
    from rich.table import Table

    shown = Table.grid(padding=(0, 2), expand=True)
    shown.add_column(no_wrap=True, justify="right" if right else "left")
    shown.add_column(ratio=1, overflow="fold")
    for short, long in rows:
        shown.add_row(text(short), text(long))
    console().print(Padding(shown, (0, 0, 0, 2)))


@contextmanager
def working(words: str) -> Iterator[None]:
    """Say *words* on a terminal for as long as the work goes on; in a pipe say nothing."""
    if not fancy(sys.stderr):
        yield
        return
    with console(stderr=True).status(text(f"{words} …")):
        yield


@contextmanager
def progressing(words: str) -> Iterator[Callable[[int, int], None]]:
    """Show *words* and a bar on a terminal; what is yielded is told how much is done, of how much."""
    if not fancy(sys.stderr):
        yield lambda done, whole: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"{words} …", total=None)
        yield lambda done, whole: progress.update(task, completed=done, total=whole)


def text(cell: Cell | Sequence[str | Styled]) -> Text:
    """*cell* as the terminal shows it."""
    from rich.text import Text

    if isinstance(cell, str):
        return Text(harmless(cell))
    if isinstance(cell, Styled):
        return Text(harmless(cell.words), cell.style)
    return Text.assemble(*(text(piece) for piece in cell))


def long_date(day: date) -> str:
    """*day* as it is written in a sentence."""
    from dhr_ledger.plan import day_month_year

    return day_month_year(day)


def joined(pieces: Iterable[Styled]) -> list[str | Styled]:
    """*pieces* with commas between."""
    with_commas: list[str | Styled] = []
    for piece in pieces:
        with_commas += [", ", piece] if with_commas else [piece]
    return with_commas


def legend(pieces: Iterable[Styled]) -> None:
    """Show what the squares of each colour stand for; in a pipe there are none, and the words do."""
    if not fancy():
        line(*joined(pieces))
        return
    from rich.columns import Columns

    console().print(Columns([text((Styled("■ ", style), words)) for words, style in pieces], padding=(0, 3)))


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 entry`, `1,204 entries`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), *range(8234, 8239)), "�")
del _CONTROLS[9], _CONTROLS[10]


def harmless(words: str) -> str:
    """*words* without what would tell the terminal to do something: a table that is taken in may hold anything."""
    return words.translate(_CONTROLS)


def _words(cell: Cell) -> str:
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, Styled):
        return harmless(cell.words)
    return "".join(map(_words, cell))


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _plain_table(rows: Sequence[Sequence[str]]) -> None:
    rows = [[_one_line(cell) for cell in row] for row in rows]
    # A cell of many words pushes its own row aside, and not all the others.
    widths = [max((len(cell) for cell in column if len(cell) <= 80), default=0) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _place(entry: Entry, about: str | None) -> str:
    alone = ":" in entry.reference and entry.reference == about  # a review has actions, which have entries too
    return f"{entry.version}. " if alone else f"{entry.reference}, entry {entry.version}: "


def _when(entry: Entry) -> Cell:
    recorded = entry.recorded_at.date().isoformat()
    if entry.effective is None or entry.effective == recorded:
        return Styled(recorded, "cyan")
    return Styled(entry.effective, "cyan"), Styled(f"\nrecorded {recorded}", "dim")
