"""The command line: `dhr-ledger --ledger FILE COMMAND …`.

Exit codes: 0 is fine, 1 means that the answer is no (something is overdue, the ledger does not verify), 2 is wrong use
or an error, told in one sentence.  A fault of the program itself ends with 70 and shows where it is.
Nothing heavy is imported before a command asks for it: `--help` comes at once.
"""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import Annotated, Any

import typer

from dhr_ledger.cli.demo import demo
from dhr_ledger.cli.exporting import export, exporters, whence
from dhr_ledger.cli.importing import import_, init
from dhr_ledger.cli.place import Invocation
from dhr_ledger.cli.plugin import new
from dhr_ledger.cli.reading import history, overdue, show, verify
from dhr_ledger.cli.recording import Commands, record
from dhr_ledger.cli.screen import Group, fancy
from dhr_ledger.errors import LedgerError

NO = 1
WRONG = 2
FAULT = 70


class _Told(Group):
    """Tells every error in its own words, on the error stream."""

    def invoke(self, ctx: Any) -> Any:
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
            return answer
        except LedgerError as error:
            _tell(ctx, error, str(error))
        except BrokenPipeError:
            # Whoever was reading has seen enough.  What is still buffered goes nowhere, or Python would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(128 + 13) from None
        except OSError as error:
            _tell(ctx, error, f"{error.filename or 'The system'}: {error.strerror or error}.")
        except Exception as error:
            if getattr(error, "option_name", None) == "--ledger":
                error.message = "--ledger stands before the command: dhr-ledger --ledger FILE COMMAND …"  # type: ignore[attr-defined]
            raise


def _tell(ctx: Any, error: Exception, sentence: str) -> None:
    if ctx.obj and ctx.obj.debug:
        import traceback

        traceback.print_exception(error)
    else:
        typer.echo(sentence, err=True)
    raise typer.Exit(WRONG) from None


app = typer.Typer(
    name="dhr-ledger",
    cls=_Told,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Begin with: dhr-ledger demo",
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"dhr-ledger {version('dhr-ledger')}")
        raise typer.Exit


@app.callback()
def before_the_command(
    ctx: typer.Context,
    ledger: Annotated[
        str | None,
        typer.Option(
            "--ledger", envvar="DHR_LEDGER", metavar="FILE", help="The ledger: a file, or a postgresql:// address."
        ),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where in the code an error arose.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Keep the audit trail of domestic homicide review action plans: every change an entry that stays."""
    ctx.obj = Invocation(ledger, debug)


BEGIN, KEEP, ASK, HAND_OVER, EXTEND = "Begin", "Keep a plan", "Ask", "Hand over", "Extend"

app.command(rich_help_panel=BEGIN)(demo)
app.command(rich_help_panel=BEGIN)(init)
app.command("import", rich_help_panel=KEEP)(import_)

_record = typer.Typer(cls=Commands, no_args_is_help=True, invoke_without_command=True, subcommand_metavar="COMMAND …")
_record.callback()(record)
app.add_typer(_record, name="record", rich_help_panel=KEEP)

app.command(rich_help_panel=ASK)(show)
app.command(rich_help_panel=ASK)(history)
app.command(rich_help_panel=ASK)(overdue)
app.command(rich_help_panel=ASK)(verify)
app.command(rich_help_panel=HAND_OVER)(export)
app.command(rich_help_panel=HAND_OVER)(exporters)
app.command(rich_help_panel=HAND_OVER)(whence)

_plugin = typer.Typer(cls=Group, no_args_is_help=True, help="Write plugins of your own.")
_plugin.command()(new)
_plugin.callback()(lambda: None)
app.add_typer(_plugin, name="plugin", rich_help_panel=EXTEND)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")  # a file has the same bytes on every system
    if fancy():
        app.rich_markup_mode = "rich"
    try:
        app(prog_name="dhr-ledger")
    except Exception:
        import traceback

        traceback.print_exc()
        sys.exit(FAULT)
