"""Every command there is, by name, and how one is read from JSON.

{"command": "ReviseTargetDate", "action": "BDHR2012/13-04:WMP:1.2", "to": "Jun-14", "reason": "Pilot extended"}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, get_args

import orjson

from dhr_ledger.action import ActionCommand
from dhr_ledger.annotation import AnnotateEntry
from dhr_ledger.command import Command
from dhr_ledger.errors import BadInput
from dhr_ledger.review import ReviewCommand

COMMANDS: Mapping[str, type[Command]] = MappingProxyType(
    {command.__name__: command for command in (*get_args(ReviewCommand), *get_args(ActionCommand), AnnotateEntry)}
)
"""Every command, by name.  The table is closed: a name that is not in it is never looked up elsewhere."""


def command_of(told: Any) -> Command:
    """The command that *told*, a JSON object, is: its name under `command`, and its fields.  Raises `BadInput`."""
    if not isinstance(told, Mapping) or not isinstance(told.get("command"), str):
        raise BadInput(f"{_shown(told)} is no command; write an object like " + '{"command": "RecordProgress", …}.')
    name = told["command"]
    if name not in COMMANDS:
        near = get_close_matches(name, COMMANDS, n=1)
        raise BadInput(
            f"There is no command {name!r}; "
            + (f"did you mean {near[0]!r}?" if near else f"those known: {', '.join(sorted(COMMANDS))}.")
        )
    return COMMANDS[name](**{field: value for field, value in told.items() if field != "command"})


def told_of(command: Command) -> dict[str, Any]:
    """*command* as JSON, blank fields left out: what `command_of` takes."""
    return {"command": type(command).__name__, **command.model_dump(mode="json", exclude_defaults=True)}


def read_commands(text: bytes) -> Iterator[Command]:
    """The commands in *text*: one JSON object, an array of them, or one to a line.

    Raises `BadInput`, naming the line or the place in the array.
    """
    try:
        whole = orjson.loads(text)
        told = list(enumerate(whole if isinstance(whole, list) else [whole], start=1))
        place = "Command"
    except orjson.JSONDecodeError:
        told = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
        place = "Line"
    for number, one in told:
        try:
            yield command_of(orjson.loads(one) if isinstance(one, bytes) else one)
        except orjson.JSONDecodeError as error:
            raise BadInput(f"{place} {number} is no JSON ({error}); write one object a line.") from None
        except BadInput as error:
            raise type(error)(f"{place} {number}: {error}") from None


def _shown(told: Any) -> str:
    text = orjson.dumps(told).decode()
    return text if len(text) <= 60 else f"{text[:60]}…"
