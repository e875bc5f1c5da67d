"""Which ledger is meant, and who records in it."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from dhr_ledger.errors import BadActor, BadInput, NotALedger, masked

if TYPE_CHECKING:
    from dhr_ledger.ledger import Ledger
    from dhr_ledger.provenance import Actor

By = Annotated[
    str | None,
    typer.Option(
        "--by",
        envvar="DHR_LEDGER_BY",
        metavar="WHO",
        help="Who records this: a post, or a name.",
        rich_help_panel="Who",
    ),
]
Agency = Annotated[
    str | None,
    typer.Option(
        "--agency",
        envvar="DHR_LEDGER_AGENCY",
        metavar="AGENCY",
        help="The agency they do it for.",
        rich_help_panel="Who",
    ),
]
Role = Annotated[
    str | None,
    typer.Option(
        "--role", envvar="DHR_LEDGER_ROLE", metavar="ROLE", help="The role they do it in.", rich_help_panel="Who"
    ),
]
WHY_AND_WHEN = "Why and when"


def year_first(param: typer.CallbackParam, value: str | None) -> str | None:
    """What was typed for a date.  Raises `BadInput` for one that is written otherwise, and says how it is written."""
    from dhr_ledger.errors import BadEffective
    from dhr_ledger.provenance import Effective
    from dhr_ledger.target_date import TargetDate

    if value is None:
        return None
    try:
        Effective(value)
    except BadEffective:
        meant = TargetDate.read(value)
        if meant.kind in ("day", "month") and meant.latest:
            iso = meant.latest.isoformat()[: 10 if meant.kind == "day" else 7]
            raise BadInput(f"{param.opts[0]} cannot take {value!r}; write it {iso}.") from None
    return value  # what else is wrong with it, the command says


Reason = Annotated[str | None, typer.Option("--reason", metavar="WORDS", help="Why.", rich_help_panel=WHY_AND_WHEN)]
EffectiveOn = Annotated[
    str | None,
    typer.Option(
        "--effective",
        metavar="DATE",
        help="When it was true: 2013-09-14, 2013-09 or 2013; now without it.",
        rich_help_panel=WHY_AND_WHEN,
        callback=year_first,
    ),
]
Reference = Annotated[
    str | None, typer.Argument(metavar="REFERENCE", help="A review, a section or an action; all of it without one.")
]
AsAt = Annotated[
    str | None,
    typer.Option("--as-at", metavar="DATE", help="As things stood on that day, month or year.", callback=year_first),
]
AsKnown = Annotated[
    str | None,
    typer.Option(
        "--as-known",
        metavar="DATE",
        help="As far as it had been recorded by the end of that day.",
        callback=year_first,
    ),
]
Section = Annotated[str | None, typer.Option("--section", metavar="KEY", help="Only the section with that short key.")]
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")]

_ADDRESS = re.compile(r"postgres(ql)?://")


@dataclass(frozen=True, slots=True)
class Invocation:
    """What stands before the command: the ledger that is meant, and whether to show where an error arose."""

    ledger: str | None = None
    debug: bool = False


def opened(ctx: typer.Context) -> Ledger:
    """The ledger that is meant, which must be there: a question never makes one.

    Raises `BadInput` when none was named and `NotALedger` when there is none.
    """
    from dhr_ledger.ledger import Ledger

    place = named(ctx)
    if is_vacant(place):
        raise NotALedger(
            f"There is no ledger at {masked(place)}; "
            f"make one with `dhr-ledger --ledger {shlex.quote(masked(place))} init`."
        )
    return Ledger(place, begin=False)


def named(ctx: typer.Context) -> str:
    """The path or address of the ledger that is meant.  Raises `BadInput` when none was named."""
    place = cast(Invocation, ctx.obj).ledger
    if not place:
        raise BadInput(
            f"No ledger was named; say which with `dhr-ledger --ledger FILE {ctx.info_name} …`, "
            "or set DHR_LEDGER to its path."
        )
    return place


def is_vacant(place: str) -> bool:
    """Whether no ledger has been begun at *place*, as far as the file system tells; an address is never vacant."""
    if is_address(place):
        return False
    path = Path(place)
    return not path.exists() or (path.is_file() and not os.path.getsize(path))


def is_address(place: str) -> bool:
    """Whether *place* is a database somewhere, not a file."""
    return bool(_ADDRESS.match(place))


def actor(by: str | None, agency: str | None, role: str | None) -> Actor:
    """Who records.  Raises `BadActor` when nobody is named."""
    from pydantic import ValidationError

    from dhr_ledger.provenance import Actor

    if by is None or not by.strip():
        raise BadActor("Nobody is named as the one who records this; say who, like --by 'DHR coordinator'.")
    try:
        return Actor(name=by, agency=agency, role=role)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        field = {"name": "by"}.get(str(fault["loc"][0]), fault["loc"][0])
        raise BadActor(f"--{field} {fault['input']!r} cannot stand for who records this: {fault['msg']}.") from None
