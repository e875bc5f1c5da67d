"""Handing over: a file made from the ledger, and the list of those that can be made."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dhr_ledger.cli import screen
from dhr_ledger.cli.place import Agency, By, Json, Reference, Role, actor, opened
from dhr_ledger.cli.screen import Column, Styled
from dhr_ledger.errors import BadOption

if TYPE_CHECKING:
    from dhr_ledger.exports import Option


def export(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is for: home-office.pdf, or plan with an ending in --output.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")],
    reference: Reference = None,
    as_at: Annotated[
        str | None,
        typer.Option("--as-at", metavar="DATE", help="As things stood on that day: short for -O as_at=DATE."),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", "-O", metavar="KEY=VALUE", help="An option of the exporter, as often as needed."),
    ] = None,
    by: By = None,
    agency: Agency = None,
    role: Role = None,
    json: Json = False,
) -> None:
    """Write a file for those who ask for it, and record that it was issued.

    The ending of the file picks the type, where the name has none.
    Without --by, the name of your account on this computer is recorded.

    \b
    Example:
      dhr-ledger export plan -o plan.csv --as-at 2014-03-31
    """
    from dhr_ledger.exports import issue
    from dhr_ledger.provenance import Effective

    options = _options(option or [])
    if as_at is not None:
        options["as_at"] = Effective(as_at).latest
    who = actor(by or _account(), agency, role)
    with opened(ctx) as ledger, screen.working(f"Writing {output.name}"):
        made = issue(ledger, name, output, by=who, reference=reference, options=options)
    if json:
        screen.document(
            {
                "path": str(made.path),
                "exporter": made.exporter,
                "options": dict(made.options),
                "digest": made.digest,
                "entries": made.entries,
                "head": made.head,
                "reviews": made.reviews,
            }
        )
        return
    screen.line(
        Styled(str(made.path), "bold"),
        f" is {made.exporter}, made from {screen.counted(made.entries, 'entry', 'entries')}.",
    )
    screen.line(Styled(made.digest, "dim"))


def exporters(json: Json = False) -> None:
    """List what can be exported: what it is for, its options, and the plugin that brings it.

    \b
    Example:
      dhr-ledger exporters
    """
    from dhr_ledger.exports import options_of
    from dhr_ledger.plugins import installed

    doors = installed()
    exporters = [(door, options_of(door)) for _, door in sorted(doors.exporters.items())]
    if json:
        screen.document(
            {
                "exporters": [
                    {
                        "name": door.name,
                        "for": door.summary,
                        "options": [
                            {"name": option.name, "type": _type(option), "required": _is_required(option)}
                            | ({} if _is_required(option) else {"default": option.default})
                            for option in options
                        ],
                        "plugin": door.plugin,
                        "version": door.version,
                    }
                    for door, options in exporters
                ],
                "faults": doors.faults,
            }
        )
        return
    screen.table(
        [Column("Name"), Column("What it is for", rest=True), Column("Options"), Column("Plugin")],
        (
            [
                Styled(door.name, "bold"),
                door.summary,
                "\n".join(map(_shown, options)),
                Styled(f"{door.plugin} {door.version}", "dim"),
            ]
            for door, options in exporters
        ),
    )
    for fault in doors.faults:
        screen.notice(fault)


def _options(told: list[str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for one in told:
        key, equals, value = one.partition("=")
        if not equals or not key:
            raise BadOption(f"--option {one!r} says no value; write it like --option as_at=2014-03-31.")
        options[key.strip().replace("-", "_")] = value
    return options


def _shown(option: Option) -> str:
    if _is_required(option):
        return f"{option.name}={_type(option)} (needed)"
    return f"{option.name}={_type(option)}" + ("" if option.default is None else f" ({option.default})")


def _type(option: Option) -> str:
    name = option.annotation.__name__ if isinstance(option.annotation, type) else str(option.annotation)
    return name.replace(" | None", "").replace("datetime.", "")


def _is_required(option: Option) -> bool:
    return option.default is inspect.Parameter.empty


def _account() -> str | None:
    """The name of the account on this computer, where it has one."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return None
