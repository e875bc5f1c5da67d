"""Handing over: a file made from the ledger, and the list of those that can be made."""

from __future__ import annotations

import inspect
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

import typer

from dhr_ledger.cli import screen
from dhr_ledger.cli.place import (
    Agency,
    AsAt,
    AsKnown,
    By,
    Json,
    Reference,
    Role,
    Section,
    actor,
    opened,
    year_first,
)
from dhr_ledger.cli.screen import Column, Styled
from dhr_ledger.errors import AlreadyExists, BadInput, BadOption

if TYPE_CHECKING:
    from dhr_ledger.exports import Exported, Option
    from dhr_ledger.ledger import Ledger


LARGEST_FOR_THE_HOME_OFFICE = 20_000_000
"""In bytes; from the closing paragraphs of its feedback letters."""


def export(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is for: home-office.pdf, or plan with an ending in --output.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")],
    reference: Reference = None,
    as_at: AsAt = None,
    as_known: AsKnown = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DATE",
            help="What was true or recorded after that day: short for -O since=DATE.",
            callback=year_first,
        ),
    ] = None,
    section: Section = None,
    audience: Annotated[
        str | None,
        typer.Option("--audience", metavar="WHO", help="Who it is for (panel, board, public): what is withheld."),
    ] = None,
    profiles: Annotated[
        Path | None,
        typer.Option("--profiles", metavar="FILE.json", help="What is withheld from which audience, and which names."),
    ] = None,
    marking: Annotated[
        str | None,
        typer.Option("--marking", metavar="WORDS", help="Printed on each page: short for -O marking=WORDS."),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", "-O", metavar="KEY=VALUE", help="An option of the exporter, as often as needed."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file that is there already, whatever it is.")
    ] = False,
    by: By = None,
    agency: Agency = None,
    role: Role = None,
    json: Json = False,
) -> None:
    """Write a file for those who ask, and record that it was issued.

    The ending of the file picks the type, where the name has none.
    A file that is there already is replaced if it is one that the ledger issued, to the byte, or with --force.
    Without --by, the name of your account on this computer is recorded.

    \b
    Example:
      dhr-ledger export plan -o plan.csv --as-at 2014-03-31
      dhr-ledger export home-office -o plan.pdf --since 2014-02-12 --marking OFFICIAL-SENSITIVE
      dhr-ledger export report -o report.html --audience public
    """
    from dhr_ledger.audience import audience as audience_called
    from dhr_ledger.exports import issue
    from dhr_ledger.provenance import Effective

    options = _options(option or [])
    if as_at is not None:
        options["as_at"] = Effective(as_at).latest
    if since is not None:
        options["since"] = Effective(since).latest
    if marking is not None:
        options["marking"] = marking
    if profiles is not None and audience is None:
        raise BadOption("--profiles says what is withheld from whom; say from whom with --audience.")
    shown_to = audience_called(audience, profiles) if audience is not None else None
    ending = Path(name).suffix
    if ending and output.suffix and ending != output.suffix.lower():
        better = output.with_suffix(ending).name
        raise BadInput(f"{name} makes a file of the type {ending}; call it {better}, not {output.name}.")
    who = actor(by or _account(), agency, role)
    with opened(ctx) as ledger, screen.progressing(f"Writing {output.name}") as so_far:
        if not force:
            _refuse_what_was_not_issued(ledger, output)
        head, shown = ledger.head, _scope(ledger, reference, section)
        made = issue(
            ledger,
            name,
            output,
            by=who,
            reference=shown,
            as_known=as_known,
            audience=shown_to,
            options=options,
            so_far=lambda position: so_far(position, head),
        )
        _say_if_nothing_stood(ledger, made, shown)
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
    if marking and audience == "public":
        screen.notice(
            f"{made.path} is made for the public and marked {marking!r}; what is published carries no marking."
        )
    if name.startswith("home-office") and (size := made.path.stat().st_size) >= LARGEST_FOR_THE_HOME_OFFICE:
        screen.notice(
            f"{made.path} has {size:,} bytes, and the Home Office asks for less than {LARGEST_FOR_THE_HOME_OFFICE:,}; "
            "export it section by section, or without what changed long ago (--since)."
        )


def whence(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that was exported, or may have been.")],
    json: Json = False,
) -> None:
    """Say which export a file is, and whether it was altered since.

    It says what the file showed as well, and ends with 1 where it is none.  Evidence and tables that were taken in
    are known as well.

    \b
    Example:
      dhr-ledger whence plan.pdf
    """
    from dhr_ledger.action import EvidenceAttached
    from dhr_ledger.cli.reading import entry_document
    from dhr_ledger.history import sentence
    from dhr_ledger.review import ExportIssued, PlanImported

    digest = digest_of(file)
    with opened(ctx) as ledger, screen.working("Reading the ledger"):
        head = ledger.head
        known = [
            (entry, entry.event)
            for entry in ledger.entries()
            if isinstance(entry.event, ExportIssued | PlanImported | EvidenceAttached)
        ]
    same = [(entry, event) for entry, event in known if event.digest == digest]
    namesakes = [
        entry
        for entry, event in known
        if file.name == (event.name if isinstance(event, EvidenceAttached) else event.file) and event.digest != digest
    ]
    if json:
        screen.document(
            {
                "file": str(file),
                "digest": digest,
                "head": head,
                "entries": [entry_document(entry) for entry, _ in same],
                "called_alike": [entry_document(entry) for entry in namesakes],
            }
        )
    elif same:
        screen.line(Styled(str(file), "bold"), " is unaltered, to the byte:")
    for entry, event in () if json else same:
        evidence = isinstance(event, EvidenceAttached)
        of_what = f"It is evidence of {entry.reference} (entry {entry.version}): " if evidence else ""
        screen.line(f"- {of_what}{sentence(entry)}.")
        if isinstance(event, ExportIssued):
            later = screen.counted(head - event.head, "entry was", "entries were")
            options = ", ".join(f"{name} {value}" for name, value in event.options.items())
            made_by = f"{event.exporter} of {event.made_by} made it.  " if event.made_by else ""
            screen.line(
                f"  {made_by}It shows {event.shows or entry.reference} as the ledger stood at entry {event.head}"
                f"{f' ({options})' if options else ''}; {later} recorded since."
            )
    if same:
        return
    if not json:
        screen.line(Styled(str(file), "bold"), " is no file that this ledger has issued, taken in or has as evidence.")
        for entry in namesakes:
            screen.line(f"- It is called like one, and was altered since or is another: {sentence(entry)}.")
        screen.line(Styled(digest, "dim"))
    raise typer.Exit(1)


def digest_of(file: Path) -> str:
    """The SHA-256 digest of *file*, as entries have it."""
    import hashlib

    with open(file, "rb") as stream:
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"


def _refuse_what_was_not_issued(ledger: Ledger, output: Path) -> None:
    """Raise `AlreadyExists` for a file that cannot be made again: one that *ledger* did not issue as it is now."""
    from dhr_ledger.review import ExportIssued

    if not output.is_file() or _is_a_ledger(output):  # the export itself says what is wrong with another place
        return
    digest = digest_of(output)
    if not any(isinstance(entry.event, ExportIssued) and entry.event.digest == digest for entry in ledger.entries()):
        raise AlreadyExists(
            f"{output} is there already and is not, to the byte, a file that this ledger issued, so it stays; give "
            "another name with --output, or replace it with --force."
        )


def _is_a_ledger(output: Path) -> bool:
    with open(output, "rb") as stream:
        return stream.read(16) == b"SQLite format 3\0"


def _say_if_nothing_stood(ledger: Ledger, made: Exported, reference: str | None) -> None:
    """A document of a day before there was a plan looks as if the plan were empty."""
    from dhr_ledger.action import ActionCreated
    from dhr_ledger.cli.reading import AGREED_EARLIER

    day = made.options.get("as_at")
    if isinstance(day, date) and not any(
        isinstance(entry.event, ActionCreated) and entry.since <= day for entry in ledger.entries(reference)
    ):
        screen.notice(f"{made.path} shows no action: none was in the plan on {screen.long_date(day)}. {AGREED_EARLIER}")


def _scope(ledger: Ledger, reference: str | None, section: str | None) -> str | None:
    """What is to be shown: *reference*, or the section of it with that short key."""
    from dhr_ledger.cli.reading import known, section_called

    known(ledger, reference)
    return reference if section is None else section_called(ledger, reference, section)


def exporters(json: Json = False) -> None:
    """List what can be exported, with its options and its plugin.

    \b
    Example:
      dhr-ledger exporters
    """
    from dhr_ledger.exports import TOLD, options_of
    from dhr_ledger.plugins import installed

    doors = installed()
    exporters = [
        (door, [option for option in options_of(door) if option.name not in TOLD])
        for _, door in sorted(doors.exporters.items())
    ]
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
    if get_origin(option.annotation) is Literal:
        return "|".join(map(str, get_args(option.annotation)))
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
