"""Recording: one sub-command for every command of the domain, and `--json` for many at once.

The sub-commands are made from the command classes: the reference is the argument, and each field is an option of the
same name.  A new command appears here by itself, unless it is one that another sub-command records.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer
from typer.main import get_group

from dhr_ledger.cli import screen
from dhr_ledger.cli.place import WHY_AND_WHEN, Agency, By, EffectiveOn, Json, Reason, Role, actor, opened
from dhr_ledger.cli.reading import ending_so, known
from dhr_ledger.errors import BadInput, BadReference, LedgerError, UnknownReference

if TYPE_CHECKING:
    from dhr_ledger.command import Command
    from dhr_ledger.entry import Entry
    from dhr_ledger.ledger import Ledger

Seen = Annotated[
    int | None,
    typer.Option(
        "--seen",
        metavar="POSITION",
        help="The last entry that you looked at: what somebody else recorded since is a conflict.",
        rich_help_panel=WHY_AND_WHEN,
    ),
]

_COMMON = {
    "by": By,
    "agency": Agency,
    "role": Role,
    "reason": Reason,
    "effective": EffectiveOn,
    "seen": Seen,
    "json": Json,
}

_MEANINGS = {
    "action": "The action, like BDHR2012/13-04:WMP:1.2.",
    "review": "The review, like BDHR2012/13-04.",
    "section": "The section, like BDHR2012/13-04:WMP.",
    "reference": "The review or the action whose entry it is.",
    "CreateAction.recommendation": "The recommendation it answers, like BDHR2012/13-04:WMP:R1.",
    "UpdateAction.recommendation": "The recommendation it answers, like BDHR2012/13-04:WMP:R1.",
    "recommendation": "The recommendation, like BDHR2012/13-04:WMP:R1.",
    "text": "Its words.",
    "number": "The number printed beside it.",
    "lead": "Who is to see it done: agency and post.",
    "target_date": "By when: 31/03/2015, March 2015, Q4 2014/15, ongoing, TBC.",
    "desired_outcome": "What is to change.",
    "monitoring": "Who checks, and how often.",
    "success_measure": "How success will be known.",
    "evidence_required": "What will show that it is done.",
    "outcome": "When it was completed, and what came of it.",
    "status": "Its status, in the words of the plan's legend.",
    "note": "What is to be said, in a sentence or two.",
    "as_printed": "The words are a printed cell, or a piece of one, to the character.",
    "ChangeStatus.to": "The new status, in the words of the plan's legend.",
    "ReopenAction.to": "What its status is now, in the words of the plan's legend.",
    "ReviseTargetDate.to": "The new target date: 31/03/2015, March 2015, Q4 2014/15, ongoing, TBC.",
    "RenameSection.to": "The heading as it is printed now.",
    "ReassignLead.to": "Who is to see it done from now on: agency and post.",
    "milestone": "The key step that was reached.",
    "name": "What the document is called.",
    "digest": "Its SHA-256 digest: sha256: and 64 hexadecimal digits.",
    "kept_at": "Where it is kept.",
    "SupersedeAction.by": "The action that replaces it.",
    "title": "The title of the review.",
    "kind": "What kind of review it is; a DHR without it.",
    "partnership": "The partnership that owns it.",
    "legend": "What the words for a status mean.",
    "heading": "The heading as printed.",
    "means": "What a column headed so holds; one that holds nothing is not taken in.",
    "scope": "Whether it is for the area, the region or the nation.",
    "addressee": "The body to which it is directed.",
    "stage": "The stage that was reached.",
    "version": "Which entry: the number that stands before it in the history of the review or action.",
}
"""What each field is, by its command and name, or by its name."""

_OF_THE_DOCUMENT = {"AttachEvidence": ("name", "digest")}
"""The fields of a command that the document says by itself, where it is named with --file."""
_File = Annotated[
    Path | None,
    typer.Option(
        "--file",
        metavar="PATH",
        help="The document: its digest and its name are recorded, and nothing that it holds.",
        show_default=False,
    ),
]

_CHOICES = 10
"""How many words are shown beside the name of an option; more of them are listed in its explanation."""

_BY_THEMSELVES = ("ImportPlan", "IssueExport")
"""What `import` and `export` record of what they did; nobody has done it by saying so."""


class Commands(screen.Group):
    """The commands of the domain, made into sub-commands when somebody asks for them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the domain."""
        self._make()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One of them."""
        self._make()
        return super().get_command(ctx, cmd_name)

    def _make(self) -> None:
        if self.commands:
            return
        from dhr_ledger.commands import COMMANDS

        app = typer.Typer(rich_markup_mode=self.rich_markup_mode, add_completion=False)
        for name, command in COMMANDS.items():
            if name not in _BY_THEMSELVES:
                app.command(kebab(name))(_sub_command(command))
        self.commands.update(get_group(app).commands)


def record(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Option(
            "--json",
            metavar="FILE",
            help="Record the commands in FILE (- is standard input), all or none: an object, an array, or one a line. "
            "The answer is one JSON document.",
        ),
    ] = None,
    by: By = None,
    agency: Agency = None,
    role: Role = None,
    reason: Reason = None,
    effective: EffectiveOn = None,
    seen: Seen = None,
) -> None:
    """Record what happened: one command, or a file of them.

    \b
    Examples:
      dhr-ledger record revise-target-date BDHR2012/13-04:WMP:1.2 \\
        --to Jun-14 --reason "The pilot was extended" --by "DHR coordinator"
      dhr-ledger record --json commands.jsonl --by "DHR coordinator"
    """
    if ctx.invoked_subcommand is not None:
        if file is not None:
            raise BadInput(f"--json FILE stands alone; leave out {ctx.invoked_subcommand}, or --json {file}.")
        # What is said before the sub-command holds for it, unless it says otherwise itself.
        said = {"by": by, "agency": agency, "role": role, "reason": reason, "effective": effective, "seen": seen}
        ctx.default_map = {ctx.invoked_subcommand: {name: value for name, value in said.items() if value is not None}}
        return
    if file is None:
        raise BadInput("Say what to record: a command (see `dhr-ledger record --help`), or --json FILE.")
    from dhr_ledger.commands import read_commands

    commands = list(read_commands(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()))
    who = actor(by, agency, role)
    with opened(ctx) as ledger, screen.working(f"Recording {screen.counted(len(commands), 'command')}"):
        recorded = ledger.record(*commands, by=who, reason=reason, effective=effective, seen=seen)
    tell(recorded, as_json=True)


def tell(recorded: list[Entry], *, as_json: bool) -> None:
    """Show what was recorded."""
    if as_json:
        from dhr_ledger.cli.reading import entry_document

        screen.document({"recorded": [entry_document(entry) for entry in recorded]})
    elif not recorded:
        screen.line("Nothing is changed by that, so nothing was recorded.")
    else:
        screen.line("Recorded:")
        screen.story(recorded, None)


def kebab(name: str) -> str:
    """`ReviseTargetDate` as it is typed: `revise-target-date`."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def _sub_command(command: type[Command]) -> Callable[..., None]:
    """A function that records *command*, with a parameter for each of its fields, as Typer reads them."""
    fields = _own_fields(command)
    parameters = {
        "ctx": inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
        **{f"its_{field}": _parameter(command, field) for field in fields},
        **(
            {"file": inspect.Parameter("file", inspect.Parameter.KEYWORD_ONLY, annotation=_File, default=None)}
            if _fields_of_the_document(command)
            else {}
        ),
        **{
            name: inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, annotation=option, default=False if name == "json" else None
            )
            for name, option in _COMMON.items()
        },
    }

    def run(ctx: typer.Context, json: bool, **given: Any) -> None:
        said = {field: value for field in fields if (value := given[f"its_{field}"]) is not None}
        if _fields_of_the_document(command):
            said |= _said_of_the_document(command, given["file"], said)
        references = [said[field] for field in fields if _is_argument(command, field)]
        try:
            order = command(**{field: _read(command, field, value) for field, value in said.items()})
        except BadReference:
            _tell_in_full(ctx, references)
            raise
        who = actor(given["by"], given["agency"], given["role"])
        with opened(ctx) as ledger, _as_they_are_typed(), _told_as_when_asked_for(ledger, order.stream):
            recorded = ledger.record(
                order, by=who, reason=given["reason"], effective=given["effective"], seen=given["seen"]
            )
        tell(recorded, as_json=json)

    run.__signature__ = inspect.Signature(list(parameters.values()))  # type: ignore[attr-defined]
    run.__annotations__ = {name: parameter.annotation for name, parameter in parameters.items()}
    what_it_does = inspect.cleandoc(command.__doc__ or "").partition("\n\n")[0]
    run.__doc__ = f"{what_it_does}\n\n\b\nExample:\n  {_example(command)}\n"
    return run


def _fields_of_the_document(command: type[Command]) -> Sequence[str]:
    return _OF_THE_DOCUMENT.get(command.__name__, ())


def _said_of_the_document(command: type[Command], file: Path | None, said: Mapping[str, Any]) -> dict[str, str]:
    """The name and the digest of a document: what is *said* of it, or else what *file* says.  Raises `BadInput`."""
    from dhr_ledger.cli.exporting import digest_of

    if file is not None:
        if "digest" in said:
            raise BadInput(f"--file {file} says the digest; leave out --digest.")
        return {"name": said.get("name", file.name), "digest": digest_of(file)}
    if not {"name", "digest"} <= said.keys():
        raise BadInput(f"`record {kebab(command.__name__)}` needs --file PATH, or --name and --digest.")
    if not re.fullmatch("sha256:[0-9a-f]{64}", said["digest"]):
        raise BadInput(
            f"--digest {said['digest']!r} is no SHA-256 digest; write it as sha256: and 64 digits from 0-9 and a-f, "
            "or name the document itself with --file and it is worked out."
        )
    return {}


def _tell_in_full(ctx: typer.Context, references: Sequence[str]) -> None:
    """Raise `UnknownReference` for one of *references* that only lacks its review, with what it is in full."""
    with opened(ctx) as ledger:
        for reference in references:
            if ending_so(ledger, reference):
                known(ledger, reference)


@contextmanager
def _told_as_when_asked_for(ledger: Ledger, reference: str) -> Iterator[None]:
    """Say of a review or a section that is not there what `show` says of it."""
    try:
        yield
    except UnknownReference:
        known(ledger, reference.rpartition(":")[0] or reference)
        raise


@contextmanager
def _as_they_are_typed() -> Iterator[None]:
    """Call the commands that an error names as they are typed here: `record revise-legend`."""
    from dhr_ledger.commands import COMMANDS

    try:
        yield
    except LedgerError as error:
        names = "|".join(COMMANDS)
        error.args = (re.sub(rf"\b(?:{names})\b", lambda name: f"`record {kebab(name[0])}`", str(error)),)
        raise


def _own_fields(command: type[Command]) -> list[str]:
    """The fields of *command* besides those that every command has, the reference of its stream first."""
    from dhr_ledger.command import Command

    return [name for name in command.model_fields if name not in Command.model_fields]


def _is_argument(command: type[Command], field: str) -> bool:
    """Whether *field* is typed without its name: the first, and one whose name says already who records."""
    return field == _own_fields(command)[0] or field in _COMMON


def _parameter(command: type[Command], field: str) -> inspect.Parameter:
    info = command.model_fields[field]
    kind = _kind(command, field)
    help_text = _MEANINGS.get(f"{command.__name__}.{field}", _MEANINGS.get(field, ""))
    annotation: Any
    if _is_argument(command, field):
        annotation = Annotated[str, typer.Argument(metavar=field.upper(), help=help_text)]
    else:
        flag = f"--{field.replace('_', '-')}"
        metavar = {dict: "JSON", str: "WORDS", int: "NUMBER"}.get(kind)
        if len(get_args(kind)) > _CHOICES:
            metavar, help_text = field.upper(), f"{help_text}  One of: {', '.join(get_args(kind))}."
        annotation = Annotated[
            kind if kind is not dict else str, typer.Option(flag, help=help_text, metavar=metavar, show_default=False)
        ]
    default: Any = inspect.Parameter.empty
    if not info.is_required() or field in _fields_of_the_document(command):
        default = False if kind is bool else None
        if kind is not bool:
            annotation = Annotated[annotation.__origin__ | None, *annotation.__metadata__]
    return inspect.Parameter(f"its_{field}", inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _kind(command: type[Command], field: str) -> Any:
    """What is typed for *field*: one of some words, a number, yes or no, text, or else JSON (`dict`)."""
    schema = _schema(command)[field]
    accepted = [part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"]
    if any("enum" in part for part in accepted):
        return Literal[tuple(accepted[0]["enum"])]
    kinds = {"string": str, "integer": int, "boolean": bool}
    return next((kinds[part["type"]] for part in accepted if part.get("type") in kinds), dict)


@cache
def _schema(command: type[Command]) -> dict[str, Any]:
    properties: dict[str, Any] = command.model_json_schema()["properties"]
    return properties


def _read(command: type[Command], field: str, value: Any) -> Any:
    """What was typed for *field*, which is JSON where no text would do."""
    import orjson

    if _kind(command, field) is not dict:
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"--{field.replace('_', '-')} {value!r} is no JSON: {error}.") from None


_EXAMPLES = {
    "action": "BDHR2012/13-04:WMP:1.2",
    "review": "BDHR2012/13-04",
    "section": "BDHR2012/13-04:WMP",
    "recommendation": "BDHR2012/13-04:WMP:R1",
    "reference": "BDHR2012/13-04:WMP:1.2",
    "by": "BDHR2012/13-04:WMP:1.3",
    "text": '"Train every front-line team"',
    "note": '"The pilot has begun"',
    "ReviseTargetDate.to": "Jun-14",
    "ReassignLead.to": '"Detective Superintendent"',
    "ChangeStatus.to": '"Action completed"',
    "ReopenAction.to": "Ongoing",
    "milestone": '"Course written"',
    "title": '"Action plan"',
    "heading": '"West Midlands Police"',
    "legend": """'{"Amber": "in progress"}'""",
    "SettleHeading.heading": '"Evidence required"',
    "means": "evidence",
    "RenameSection.to": '"West Midlands Police and Crime Commissioner"',
    "stage": "published",
    "version": "3",
    "kept_at": '"Shared drive"',
}
_NEEDS_A_REASON = ("RewordRecommendation", "ReviseTargetDate", "WithdrawAction", "ReopenAction")


def _example(command: type[Command]) -> str:
    """A line that could be typed, in two where it is long."""
    reference, *others = _own_fields(command)
    words = ["dhr-ledger record", kebab(command.__name__), _example_of(command, reference)]
    more: list[str] = []
    if of_the_document := _fields_of_the_document(command):
        more.append("--file minutes.pdf")
    needed = [field for field in others if command.model_fields[field].is_required() and field not in of_the_document]
    for field in needed or others[:1]:
        value = _example_of(command, field)
        more.append(value if _is_argument(command, field) else f"--{field.replace('_', '-')} {value}")
    if command.__name__ in _NEEDS_A_REASON:
        more.append('--reason "The pilot was extended"')
    more.append('--by "DHR coordinator"')
    return " ".join(words) + " \\\n    " + " ".join(more)


def _example_of(command: type[Command], field: str) -> str:
    return _EXAMPLES.get(f"{command.__name__}.{field}", _EXAMPLES.get(field, "1"))
