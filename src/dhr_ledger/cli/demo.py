"""The first minute: the plan that ships, in a folder of its own, and a look at it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dhr_ledger.cli import screen
from dhr_ledger.cli.reading import overdue_list
from dhr_ledger.cli.screen import COLOURS, Column, Styled
from dhr_ledger.errors import AlreadyExists

if TYPE_CHECKING:
    from dhr_ledger.plan import ActionPlan

INVENTED = "Example: invented"
"""What stands on every page, for whoever is handed one of them without the rest."""
MARKED = ("home-office.pdf", "workbook.xlsx", "report.html")
FILES = ("home-office.pdf", "workbook.xlsx", "report.html", "audit-trail.csv", "plan.csv", "entries.jsonl")
"""What is made beside the ledger, as far as the plugins that make it are installed."""
TOLD = "BDHR2012/13-04:WMP:2.1"
"""The action whose story is told: its date moved, it was called complete, and it was opened again."""
SHOWN = 4
"""How many of the overdue actions are shown."""


def demo(
    folder: Annotated[
        Path, typer.Option("--folder", metavar="DIR", help="The folder to make.", show_default=True)
    ] = Path("dhr-ledger-demo"),
) -> None:
    """Make a ledger from the plan that ships, and look at it.

    It has the outline of a published plan; every sentence, event and figure in it is invented, and nothing in it
    records what any agency did.

    \b
    Example:
      dhr-ledger demo
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        place = folder / "demo.ledger"
        look = f"look at it with `dhr-ledger --ledger {shlex.quote(str(place))} show`, " if place.is_file() else ""
        raise AlreadyExists(
            f"{folder} is there already; {look}delete it, or make the demo elsewhere with "
            "`dhr-ledger demo --folder DIR`."
        )
    from dhr_ledger.example import COORDINATOR, LAST_MOMENT, REVIEW, load_example
    from dhr_ledger.exports import issue
    from dhr_ledger.plan import action_plan
    from dhr_ledger.plugins import installed

    files = [name for name in FILES if name in installed().exporters]
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / "demo.ledger"
    with screen.working("Recording two years of history"), load_example(place, clock=lambda: LAST_MOMENT) as ledger:
        for name in files:
            marked = {"marking": INVENTED} if name in MARKED else {}
            issue(ledger, name, folder / name, by=COORDINATOR, options=marked)
        plan = action_plan(ledger.entries(), as_at=LAST_MOMENT.date())
        told = list(ledger.entries(TOLD))
    _say_what_was_made(folder, place, plan, files)
    _show_where_things_stand(plan)
    _show_what_is_overdue(plan)
    screen.heading(f"The story of {TOLD}", "one action, every entry")
    screen.story(told, TOLD)
    _say_what_to_try(place, REVIEW, LAST_MOMENT.date())


def _say_what_was_made(folder: Path, place: Path, plan: ActionPlan, files: Sequence[str]) -> None:
    (review,) = plan.reviews.values()
    screen.heading(review.title)
    screen.line(
        "An example on the outline of a published plan; every sentence, event and figure in it is invented.  "
        f"{screen.counted(len(review.sections), 'section')}, {screen.counted(len(plan.actions), 'action')} "
        f"and two years of changes to them are {screen.counted(plan.head, 'entry', 'entries')} in ",
        Styled(str(place), "bold"),
        f".  Beside it in {folder} lie {', '.join(files[:-1])} and {files[-1]}, to hand over.",
    )


def _show_where_things_stand(plan: ActionPlan) -> None:
    from dhr_ledger.questions import by_progress, standing

    assert plan.as_at
    screen.heading("Where things stood", f"on {screen.long_date(plan.as_at)}")
    counts = by_progress(plan.actions.values())
    screen.legend(Styled(f"{counts[word]} {word}", COLOURS[word]) for word in COLOURS if word in counts)
    screen.line("")
    columns = [Column("Section", rest=True), Column("Complete", right=True), Column("Overdue", right=True)]
    columns += [Column("Actions")] if screen.fancy() else []
    screen.table(
        columns,
        (
            (
                section.heading,
                f"{section.progress.get('complete', 0)} of {section.actions}",
                Styled(str(section.overdue or ""), "bold red"),
                tuple(Styled("■" * section.progress.get(progress, 0), colour) for progress, colour in COLOURS.items()),
            )[: len(columns)]
            for section in standing(plan, plan.as_at)
        ),
    )


def _show_what_is_overdue(plan: ActionPlan) -> None:
    from dhr_ledger.questions import overdue

    assert plan.as_at
    late = overdue(plan, plan.as_at)
    screen.heading("What was overdue", screen.counted(len(late), "action"))
    overdue_list(late[:SHOWN])
    if len(late) > SHOWN:
        screen.line(f"  and {len(late) - SHOWN} more: dhr-ledger overdue --on {plan.as_at}")


def _say_what_to_try(place: Path, review: str, last_day: date) -> None:
    named = f'$env:DHR_LEDGER = "{place}"' if os.name == "nt" else f"export DHR_LEDGER={shlex.quote(str(place))}"
    on = "`" if os.name == "nt" else "\\"
    screen.heading("What to try next")
    for command, meaning in (
        (named, "say once which ledger"),
        (f"dhr-ledger show --as-at {last_day}", "where actions stood"),
        (f"dhr-ledger show {review}:WMP --as-at 2014-03", "a section, back then"),
        (f"dhr-ledger history {TOLD}", "an action, told whole"),
        ("dhr-ledger overdue --on 2014-06-30", "what was late that day"),
        (f"dhr-ledger record revise-target-date {TOLD} {on}", ""),
        ('  --to Jun-15 --reason "Trainer appointed" --by "DHR coordinator"', ""),
        ("dhr-ledger export plan -o plan.csv", "the plan as a table"),
        ("dhr-ledger verify", "is the ledger whole?"),
    ):
        screen.line(
            "  ",
            Styled(f"{command:<50}" if meaning else command, "cyan"),
            Styled(f"  # {meaning}" if meaning else "", "dim"),
        )
