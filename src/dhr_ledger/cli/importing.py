"""Beginning a ledger, and taking in the plan that a council holds."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast, get_args

import typer

from dhr_ledger.cli import screen
from dhr_ledger.cli.place import (
    Agency,
    By,
    EffectiveOn,
    Json,
    Reason,
    Role,
    actor,
    is_address,
    is_vacant,
    named,
    year_first,
)
from dhr_ledger.cli.screen import Cell, Column, Styled
from dhr_ledger.errors import AlreadyExists, BadInput, ImportRefused, masked

if TYPE_CHECKING:
    from dhr_ledger.command import Command
    from dhr_ledger.entry import Entry
    from dhr_ledger.imports import ImportedPlan
    from dhr_ledger.ledger import Ledger
    from dhr_ledger.reconcile import Proposal
    from dhr_ledger.review import ImportPlan, Meaning
    from dhr_ledger.status import Legend

_MOST_REVIEWS = 3
"""How many reviews a notice names."""
_UNKNOWN_STATUS = re.compile(r"the status ['\"](.+)['\"] is not known; it is kept as printed\.$")


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
    interactive: Annotated[
        bool, typer.Option("--interactive", help="Go through it change by change, and record what is said yes to.")
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="The day of which the files tell: 2013-09-30, 2013-09 or 2013.",
            callback=year_first,
        ),
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="HEADING=FIELD", help="What a heading means; kept with the plan. Repeatable."),
    ] = None,
    legend: Annotated[
        Path | None,
        typer.Option("--legend", metavar="FILE.json", help="What the plan's words and colours for a status mean."),
    ] = None,
    made_from: Annotated[
        int | None,
        typer.Option("--made-from", metavar="ENTRY", help="The last entry of the ledger when the files were made."),
    ] = None,
    by: By = None,
    agency: Agency = None,
    role: Role = None,
    reason: Reason = None,
    effective: EffectiveOn = None,
    json: Json = False,
) -> None:
    """Take in the plan that a council holds.

    It shows what would be recorded, and with --apply records it.  Nothing is guessed.
    What a person has to settle is listed, and then it ends with 1; the rest is taken in.

    \b
    Examples:
      dhr-ledger import 09-WMP.csv --review BDHR2012/13-04
      dhr-ledger import plan.xlsx --apply --by "DHR coordinator" --reason "Quarterly return"
      dhr-ledger import sept.docx --as-of 2013-09-30 --apply --by "DHR coordinator"
      dhr-ledger import plan.csv --map "Evidence to be probed=evidence"
    """
    from dhr_ledger.imports import read_plan
    from dhr_ledger.ledger import Ledger
    from dhr_ledger.reconcile import reconcile

    place = named(ctx)
    who = actor(by, agency, role) if apply or interactive else None
    headings, words = _headings(map_ or []), _legend(legend)
    if as_of and effective:
        raise BadInput("--as-of says when all of it was true, and --effective says it as well; leave one out.")
    if interactive and (json or not sys.stdin.isatty()):
        raise BadInput("--interactive asks about each change and there is nobody to ask here; use --apply instead.")
    with Ledger(None if is_vacant(place) else place) as ledger:
        with screen.progressing(f"Reading {screen.counted(len(files), 'file')}") as so_far, _naming_options(ledger):
            imported = read_plan(
                *files,
                review=review,
                headings=headings,
                legend=words,
                ledger=ledger,
                made_from=made_from,
                so_far=so_far,
            )
        with screen.working("Comparing with the ledger"):
            proposal = reconcile(imported, ledger, as_of=as_of, base=made_from)
            rows = [_row(command, proposal) for command in proposal.commands]
        if not apply:
            _say_if_another_review_begins(proposal, ledger)
        if not json:
            _show_proposal(imported, proposal, rows)
        if interactive:
            try:
                _go_through(proposal, rows)
                reason = _asked_why(proposal, reason)
            except typer.Abort:  # Ctrl-C, or there is no more to read
                screen.line("")
                screen.line(Styled("Nothing was recorded.", "bold"))
                raise typer.Exit(1) from None
        if (apply or interactive) and is_vacant(place):  # what may not be recorded shows before there is a file
            ledger.record(*proposal.commands, by=who, reason=reason, effective=effective)
    recorded: list[Entry] = []
    if proposal.commands and (apply or interactive):
        with Ledger(place) as ledger, screen.working(f"Recording {screen.counted(len(rows), 'change')}"):
            recorded = ledger.record(*proposal.commands, by=who, reason=reason, effective=effective, seen=proposal.head)
    if json:
        _show_document(imported, proposal, recorded)
    else:
        _show_what_was_recorded(rows, recorded, place, apply=apply or interactive)
    if proposal.to_settle:
        raise typer.Exit(1)


@contextmanager
def _naming_options(ledger: Ledger) -> Iterator[None]:
    """Say in a refusal which option is the cure; the library knows of none."""
    from dhr_ledger.cli.reading import reviews_of

    try:
        yield
    except ImportRefused as refused:
        held = reviews_of(ledger)
        named = f"--review {held[0]}" if len(held) == 1 else "--review, like --review BDHR2012/13-04"
        cures = {
            "of; say it, like BDHR2012/13-04.": f"of; say it with {named}.",
            "or say which one it is.": "or say which one it is with --review.",
        }
        raise ImportRefused([_told_otherwise(fault, cures) for fault in refused.faults]) from None


def _told_otherwise(sentence: str, endings: Mapping[str, str]) -> str:
    for ending, other in endings.items():
        if sentence.endswith(ending):
            return sentence.removesuffix(ending) + other
    return sentence


def _headings(told: Sequence[str]) -> dict[str, Meaning]:
    """What the headings mean, from `HEADING=FIELD`.  Raises `BadInput`."""
    from dhr_ledger.review import Meaning

    headings: dict[str, Meaning] = {}
    for pair in told:
        heading, equals, meaning = pair.rpartition("=")
        if not equals or not heading.strip() or meaning.strip() not in get_args(Meaning):
            raise BadInput(
                f"--map {pair!r} does not say what a heading means; write it like 'Evidence to be probed=evidence', "
                f"with one of {', '.join(get_args(Meaning))}."
            )
        headings[heading.strip()] = cast("Meaning", meaning.strip())
    return headings


def _legend(path: Path | None) -> Legend | None:
    """The legend in the JSON file at *path*.  Raises `BadInput`."""
    if path is None:
        return None
    import orjson
    from pydantic import ValidationError

    from dhr_ledger.status import Legend

    like = 'write it like {"Green": "complete", "#FFC000": "in progress"}.'
    try:
        said = orjson.loads(path.read_bytes())
        return Legend.model_validate(said)
    except OSError as error:
        raise BadInput(f"The legend {str(path)!r} cannot be read: {error.strerror}; check its name.") from None
    except orjson.JSONDecodeError:
        raise BadInput(f"{path} is no legend: it is not JSON; {like}") from None
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        why = _no_meaning(fault["type"], fault["loc"], fault["input"], [*said] if isinstance(said, dict) else [])
        why = why or (f"{fault['ctx']['error']}." if fault["type"] == "value_error" else "")
        raise BadInput(f"{path} is no legend: {why or f'it does not say what each word means; {like}'}") from None


def _no_meaning(fault: str, place: Sequence[int | str], said: object, words: Sequence[str]) -> str:
    """Why what is *said* is no meaning of the word at *place*, and what would be; nothing where it is another fault."""
    from dhr_ledger.status import Assurance, Progress, Response

    meanings = {"progress": get_args(Progress), "response": get_args(Response), "assurance": get_args(Assurance)}
    if not words or len(place) < 2:
        return ""
    word, axis = words[int(place[0])], str(place[1])
    if fault == "extra_forbidden":
        return f"{word!r} cannot say its {axis!r}, only progress, response and assurance."
    return (
        f"{word!r} cannot mean {said!r}; its {axis} is one of {', '.join(meanings[axis])}." if axis in meanings else ""
    )


# Going through it


def _kept_of(file: ImportPlan, proposed: Sequence[Command], kept: Sequence[Command]) -> int:
    """How many of the actions of *file* are taken in: not those of which nothing that was proposed is kept."""
    from dhr_ledger.review import ReviewCommand

    def changed(commands: Sequence[Command]) -> set[str]:
        return {
            command.stream
            for command in commands
            if not isinstance(command, ReviewCommand) and command.source and command.source.digest == file.digest
        }

    return file.actions - len(changed(proposed) - changed(kept))


def _go_through(proposal: Proposal, rows: Sequence[Sequence[Cell]]) -> None:
    """Ask about each change, and leave in *proposal* what was said yes to.

    What stands on something that was declined goes with it: the actions of a section, the changes of an action that is
    not reopened.  Whoever quits has recorded nothing.
    """
    from dhr_ledger.review import ImportPlan

    kept: list[Command] = []
    declined: set[str] = set()
    left = 0
    answer = ""
    for command, row in zip(proposal.commands, rows, strict=True):
        if _stands_on(command) & declined:
            declined |= _brings(command)
            continue
        if isinstance(command, ImportPlan):
            actions = _kept_of(command, proposal.commands, kept)
            kept.append(command.model_copy(update={"actions": actions, "conflicts": command.conflicts + left}))
            continue
        if answer != "all":
            answer = _asked(row)
        if answer == "quit":
            screen.line(Styled("Nothing was recorded.", "bold"))
            raise typer.Exit(1)
        if answer == "no":
            left += 1
            declined |= _brings(command)
            about, what = (" ".join(str(screen.text(cell)).split()) for cell in row[:2])
            proposal.conflicts.append(f"{about}: {what} was declined, and stays to be settled.")
        else:
            kept.append(command)
    proposal.commands = tuple(kept)


def _asked(row: Sequence[Cell]) -> Literal["yes", "no", "all", "quit"]:
    """What somebody says to the change in *row*."""
    about, what, was, to = (str(screen.text(cell)) for cell in row[:4])
    screen.line("")
    screen.line(Styled(about, "bold"), f"  {what}")
    for sign, cell in (("-", was), ("+", to)):
        if cell.strip():
            screen.line(f"  {sign} {cell}")
    while True:
        said = typer.prompt("Record this? (yes, no, all, quit)", default="yes", show_default=False).strip().lower()
        for word in get_args(Literal["yes", "no", "all", "quit"]):
            if said and word.startswith(said):
                return cast(Literal["yes", "no", "all", "quit"], word)


def _asked_why(proposal: Proposal, reason: str | None) -> str | None:
    """The reason: the one that was given, or else what somebody says where one is needed."""
    from dhr_ledger.action import ReopenAction, ReviseTargetDate

    if reason or not any(isinstance(command, ReviseTargetDate | ReopenAction) for command in proposal.commands):
        return reason
    screen.line("")
    return str(typer.prompt("Why do dates move, or is an action taken up again? This is recorded as the reason"))


def _brings(command: Command) -> set[str]:
    """What is not there, or not open, without *command*."""
    from dhr_ledger import action, review

    match command:
        case review.AddSection(section=reference) | review.MakeRecommendation(recommendation=reference):
            return {reference}
        case action.ReopenAction(action=reference):
            return {f"{reference} reopened"}
        case review.OpenReview() | action.CreateAction():
            return {command.stream}
        case _:
            return set()


def _stands_on(command: Command) -> set[str]:
    """What has to be there for *command*: what it is about, and all that this belongs to."""
    from dhr_ledger.action import CreateAction, RecordProgress, UpdateAction
    from dhr_ledger.review import MakeRecommendation

    about = command.recommendation if isinstance(command, MakeRecommendation) else command.stream
    needs = {about.partition(":")[0], about.rpartition(":")[0], about}
    if isinstance(command, CreateAction | UpdateAction) and command.recommendation:
        needs.add(command.recommendation)
    return needs if isinstance(command, RecordProgress) else {*needs, f"{about} reopened"}


# Showing it


def _say_if_another_review_begins(proposal: Proposal, ledger: Ledger) -> None:
    """Its reference may be mistyped, and a plan in two reviews is soon two plans."""
    from difflib import get_close_matches

    from dhr_ledger.cli.reading import reviews_of
    from dhr_ledger.review import OpenReview

    begun = next((command.review for command in proposal.commands if isinstance(command, OpenReview)), None)
    if begun is None or not (held := reviews_of(ledger)):
        return
    nearest = get_close_matches(begun, held, n=_MOST_REVIEWS, cutoff=0)
    others = len(held) - len(nearest)
    *first, last = [*nearest, *([f"{others} more"] if others else [])]
    named = f"{', '.join(first)} and {last}" if first else last
    screen.notice(f"The ledger has {named}; this would begin another review, {begun}.")


def _with_its_cure(note: str) -> str:
    """*note* with the option that settles it, where it is a status that is not known."""
    import json

    found = _UNKNOWN_STATUS.search(note)
    if found is None:
        return note
    word = found[1] if "…" not in found[1] else "Amber"
    example = json.dumps({word: "in progress"}, ensure_ascii=False)
    return f"{note.removesuffix('.')}; say what it means in a file for --legend, as in {example}."


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
        ("Not understood", proposal.not_understood),
        ("Recognised by their words", proposal.matched),
        ("May be meant, and is not recorded", proposal.suggestions),
        ("To be looked at", [*map(_with_its_cure, imported.notes), *missing]),
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
    else:
        how = "" if apply else "  To record it, type the same with --apply and --by."
        screen.line(Styled("Nothing was recorded.", "bold"), how)


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
            "not_understood": proposal.not_understood,
            "matched": proposal.matched,
            "suggestions": proposal.suggestions,
            "notes": imported.notes,
            "recorded": [entry_document(entry) for entry in recorded],
        }
    )


def _row(command: Command, proposal: Proposal) -> tuple[Cell, ...]:
    """What *command* is about, what it does, from what and to what, and where that was read."""
    reference, what, was, to = _told(command, proposal)
    return (Styled(reference, "bold"), what, was, to, Styled(str(command.source or ""), "dim"))


def _told(command: Command, proposal: Proposal) -> tuple[str, str, str, str]:
    from dhr_ledger import action as of_action
    from dhr_ledger import review as of_review

    plan = proposal.plan
    known = (plan and plan.actions.get(command.stream)) or of_action.Action(command.stream)
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
        case of_review.RenameSection(section=reference, to=to):
            review = plan and plan.reviews.get(command.stream)
            return reference, "heading", review.sections[reference.rpartition(":")[2]] if review else "", to
        case of_review.SettleHeading(review=reference, heading=heading, means=means):
            return reference, "heading settled", heading, means
        case of_review.ReviseLegend(review=reference, legend=legend):
            held = plan.reviews[reference].legend.root if plan and reference in plan.reviews else ()
            new = (f"{word.as_printed} = {word.progress}" for word in legend.root if word not in held)
            return reference, "legend", "", ", ".join(new)
        case of_action.RecordProgress(action=reference, note=note, effective=when):
            return reference, f"progress of {when}" if when else "progress", "", note
        case of_action.ReachMilestone(action=reference, milestone=note, effective=when):
            return reference, f"milestone of {when}" if when else "milestone", "", note
        case of_action.UpdateAction(action=reference):
            names = [name for name in get_args(of_action.Wording) if getattr(command, name) is not None]
            was, to = ("\n".join(str(getattr(one, name) or "") for name in names) for one in (known, command))
            return reference, "\n".join(name.replace("_", " ") for name in names), was, to
        case of_action.ReassignLead(action=reference, to=to):
            return reference, "lead", known.lead.as_printed, to.as_printed
        case of_action.ReviseTargetDate(action=reference, to=to):
            return reference, "target date", known.target_date.as_printed, to.as_printed
        case of_action.ChangeStatus(action=reference, to=to) | of_action.ReopenAction(action=reference, to=to):
            what = "status" if isinstance(command, of_action.ChangeStatus) else "reopened"
            return reference, what, known.status.as_printed, getattr(to, "as_printed", str(to))
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
