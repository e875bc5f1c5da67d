"""Beginning a ledger, and taking in the plan that a council holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from dhr_ledger.cli import screen
from dhr_ledger.cli.place import Agency, By, EffectiveOn, Json, Reason, Role, actor, is_address, is_vacant, named
from dhr_ledger.cli.screen import Cell, Column, Styled
from dhr_ledger.errors import AlreadyExists, masked

if TYPE_CHECKING:
    from dhr_ledger.command import Command
    from dhr_ledger.entry import Entry
    from dhr_ledger.imports import ImportedPlan
    from dhr_ledger.ledger import Ledger
    from dhr_ledger.reconcile import Proposal


def init(
    ctx: typer.Context,
    from_: Annotated[
        Path | None, typer.Option("--from", metavar="ENTRIES.jsonl", help="Rebuild it from an export of every entry.")
    ] = None,
) -> None:
    """Make a ledger, empty or rebuilt from every entry of another.

    \b
    Examples:
      dhr-ledger --ledger plan.ledger init
      dhr-ledger --ledger copy.ledger init --from entries.jsonl
    """
    from dhr_ledger.exporters.entries_jsonl import read_entries
    from dhr_ledger.ledger import Ledger

    place = named(ctx)
    _refuse_what_is_there(place, may_be_empty=from_ is not None)
    if from_ is None:
        with Ledger(place):
            begun = Styled(masked(place), "bold")
            screen.line("An empty ledger is at ", begun, ".  Take a plan in with dhr-ledger import.")
        return
    with open(from_, "rb") as lines, screen.working(f"Rebuilding from {from_}"), Ledger(place) as ledger:
        restored = ledger.restore(read_entries(lines))
    entries = screen.counted(restored, "entry", "entries")
    screen.line(f"{entries} of {from_} are in ", Styled(masked(place), "bold"), ", byte for byte.")


def import_(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILES", help="The tables, in the order of the plan.")],
    review: Annotated[
        str | None, typer.Option("--review", metavar="REVIEW", help="The review, where no title says which it is.")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Record it; without this it is only shown.")] = False,
    by: By = None,
    agency: Agency = None,
    role: Role = None,
    reason: Reason = None,
    effective: EffectiveOn = None,
    json: Json = False,
) -> None:
    """Take in the plan that a council holds: show what would be recorded, and with --apply record it.

    Nothing is guessed.  What a person has to settle is listed, and then it ends with 1; the rest is taken in.

    \b
    Example:
      dhr-ledger import 09-WMP.csv --review BDHR2012/13-04
      dhr-ledger import 09-WMP.csv --review BDHR2012/13-04 --apply \\
        --reason "Quarterly return" --by "DHR coordinator"
    """
    from dhr_ledger.imports import read_plan
    from dhr_ledger.ledger import Ledger
    from dhr_ledger.reconcile import reconcile

    place = named(ctx)
    who = actor(by, agency, role) if apply else None
    with screen.working(f"Reading {screen.counted(len(files), 'file')}"):
        imported = read_plan(*files, review=review)
    recorded: list[Entry] = []
    with Ledger(None if is_vacant(place) else place) as ledger, screen.working("Comparing with the ledger"):
        proposal = reconcile(imported, ledger)
        rows = [_row(command, ledger) for command in proposal.commands]
        if apply and is_vacant(place):  # what may not be recorded shows before there is a file
            ledger.record(*proposal.commands, by=who, reason=reason, effective=effective)
    if apply:
        with Ledger(place) as ledger, screen.working(f"Recording {screen.counted(len(rows), 'change')}"):
            recorded = ledger.record(*proposal.commands, by=who, reason=reason, effective=effective, seen=proposal.head)
    if json:
        _show_document(imported, proposal, recorded)
    else:
        _show_proposal(imported, proposal, rows)
        _show_what_was_recorded(rows, recorded, place, apply=apply)
    if proposal.conflicts:
        raise typer.Exit(1)


def _show_proposal(imported: ImportedPlan, proposal: Proposal, rows: Sequence[Sequence[Cell]]) -> None:
    screen.heading(imported.title)
    if rows:
        wide = not screen.fancy() or screen.console().width >= screen.WIDE
        columns = [Column("Reference"), Column("What"), Column("From", width=18), Column("To", rest=True)]
        columns += [Column("Read in", width=22)] if wide else []
        screen.table(columns, (row[: len(columns)] for row in rows))
    missing = [f"{reference} is in the ledger, and not in the files." for reference in proposal.missing]
    for title, sentences in (
        ("To be settled by a person", proposal.conflicts),
        ("To be looked at", [*imported.notes, *missing]),
    ):
        if sentences:
            screen.heading(title, screen.counted(len(sentences), "place"))
            for sentence in sentences:
                screen.line(f"- {sentence}")
    screen.line("")
    screen.line(
        f"{len(proposal.new)} new, {len(proposal.changed)} changed, {len(proposal.unchanged)} as they were, "
        f"{screen.counted(len(proposal.conflicts), 'conflict')}."
    )


def _show_what_was_recorded(
    rows: Sequence[Sequence[Cell]], recorded: Sequence[Entry], place: str, *, apply: bool
) -> None:
    if recorded:
        entries = screen.counted(len(recorded), "entry", "entries")
        screen.line(Styled("Recorded", "bold green"), f" as {entries} in ", Styled(masked(place), "bold"), ".")
    elif not rows:
        screen.line("There is nothing to record: the files were taken in before, or say what the ledger says.")
    elif not apply:
        screen.line(Styled("Nothing was recorded.", "bold"), "  To record it, type the same with --apply and --by.")


def _show_document(imported: ImportedPlan, proposal: Proposal, recorded: Sequence[Entry]) -> None:
    from dhr_ledger.cli.reading import entry_document
    from dhr_ledger.commands import told_of

    screen.document(
        {
            "review": imported.review,
            "title": imported.title,
            "head": proposal.head,
            "commands": [told_of(command) for command in proposal.commands],
            "new": proposal.new,
            "changed": proposal.changed,
            "unchanged": proposal.unchanged,
            "missing": proposal.missing,
            "conflicts": proposal.conflicts,
            "notes": imported.notes,
            "recorded": [entry_document(entry) for entry in recorded],
        }
    )


def _row(command: Command, ledger: Ledger) -> tuple[Cell, ...]:
    """What *command* is about, what it does, from what and to what, and where that was read."""
    reference, what, was, to = _told(command, ledger)
    return (Styled(reference, "bold"), what, was, to, Styled(str(command.source or ""), "dim"))


def _told(command: Command, ledger: Ledger) -> tuple[str, str, str, str]:
    from dhr_ledger import action as of_action
    from dhr_ledger import review as of_review

    match command:
        case of_review.OpenReview(review=reference, title=title):
            return reference, "new review", "", title
        case of_review.AddSection(section=reference, heading=heading):
            return reference, "new section", "", heading
        case of_review.MakeRecommendation(recommendation=reference, text=text):
            return reference, "new recommendation", "", text
        case of_review.ImportPlan(review=reference, file=file, actions=actions):
            return reference, "taken in", "", f"{file}, {screen.counted(actions, 'action')}"
        case of_action.CreateAction(action=reference, text=text, lead=lead, target_date=target, status=status):
            due = f"{target.as_printed} ({target.due or target.kind})" if target.as_printed else ""
            printed = getattr(status, "as_printed", "")
            understood = f"{printed} ({getattr(status, 'progress', '')})" if printed else ""
            return reference, "new action", "", " | ".join(filter(None, (text, lead.as_printed, due, understood)))
        case of_action.RecordProgress(action=reference, note=note):
            return reference, "progress", "", note
        case of_action.UpdateAction(action=reference):
            known = ledger.action(reference)
            names = [name for name in get_args(of_action.Wording) if getattr(command, name) is not None]
            was, to = ("\n".join(str(getattr(one, name) or "") for name in names) for one in (known, command))
            return reference, "\n".join(name.replace("_", " ") for name in names), was, to
        case of_action.ReassignLead(action=reference, to=to):
            return reference, "lead", ledger.action(reference).lead.as_printed, to.as_printed
        case of_action.ReviseTargetDate(action=reference, to=to):
            return reference, "target date", ledger.action(reference).target_date.as_printed, to.as_printed
        case of_action.ChangeStatus(action=reference, to=to) | of_action.ReopenAction(action=reference, to=to):
            what = "status" if isinstance(command, of_action.ChangeStatus) else "reopened"
            return reference, what, ledger.action(reference).status.as_printed, getattr(to, "as_printed", str(to))
        case _:
            return command.stream, type(command).__name__, "", ""


def _refuse_what_is_there(place: str, *, may_be_empty: bool) -> None:
    from dhr_ledger.ledger import Ledger

    if is_vacant(place):
        return
    with Ledger(place) as ledger:  # raises `NotALedger` for a file of something else
        held = ledger.head
    if held or not (may_be_empty or is_address(place)):
        raise AlreadyExists(
            f"There is a ledger at {masked(place)} already, with {screen.counted(held, 'entry', 'entries')}; "
            "give another place with --ledger, or go on with that one."
        )
