"""What a ledger is asked: where things stand, what happened, what is overdue, whether it is whole."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dhr_ledger.cli import screen
from dhr_ledger.cli.place import AsAt, AsKnown, Json, Reference, Section, opened, year_first
from dhr_ledger.cli.screen import COLOURS, Cell, Column, Styled
from dhr_ledger.errors import BadInput, UnknownReference

if TYPE_CHECKING:
    from dhr_ledger.action import Action
    from dhr_ledger.entry import Entry
    from dhr_ledger.ledger import Ledger
    from dhr_ledger.plan import ActionPlan
    from dhr_ledger.questions import Overdue


_MOST_MEANT = 12
"""How many references an error lists that may be meant."""
AGREED_EARLIER = "If it was agreed earlier, say when: import it with --effective."


def show(
    ctx: typer.Context,
    reference: Reference = None,
    as_at: AsAt = None,
    as_known: AsKnown = None,
    section: Section = None,
    json: Json = False,
) -> None:
    """Show where the plan stands, or a section of it, or an action.

    \b
    Example:
      dhr-ledger show BDHR2012/13-04:WMP --as-at 2014-03
    """
    from dhr_ledger.plan import action_plan
    from dhr_ledger.questions import overdue as late_on

    with opened(ctx) as ledger, screen.working("Reading the ledger"):
        review = known(ledger, reference)
        plan = action_plan(ledger.entries(review), as_at=as_at, as_known=as_known)
        if reference is None or reference.count(":") < 2:
            _say_if_nothing_stood(ledger, plan)
        if section is not None:
            reference = section_called(ledger, reference, section)
    actions = [action for action in plan.in_order() if _below(action.reference, reference)]
    on = plan.as_at or _today()
    late = {found.action.reference: found for found in late_on(plan, on)}
    if json:
        screen.document(_plan_document(plan, actions, late, on))
    elif reference is not None and reference.count(":") == 2:
        _show_action(plan, _only(actions, reference, as_at, as_known), late)
    else:
        _show_plan(plan, actions, late, reference, on)


def history(ctx: typer.Context, reference: Reference = None, json: Json = False) -> None:
    """Tell what happened, entry by entry, in sentences.

    Before each stands its number within its review or action, which `record annotate-entry` takes.

    \b
    Example:
      dhr-ledger history BDHR2012/13-04:WMP:1.2
    """
    with opened(ctx) as ledger:
        known(ledger, reference)
        if json:
            screen.document({"entries": [entry_document(entry) for entry in ledger.entries(reference)]})
        else:
            screen.story(ledger.entries(reference), reference)


def overdue(
    ctx: typer.Context,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="On that day; today without it.", callback=year_first),
    ] = None,
    json: Json = False,
) -> None:
    """Say which actions were due and are not done.

    It ends with 1 when there are any.
    An action that has ended is not overdue, nor is one that awaits a stage of the review.

    \b
    Example:
      dhr-ledger overdue --on 2014-06-30
    """
    from dhr_ledger.plan import action_plan
    from dhr_ledger.provenance import Effective
    from dhr_ledger.questions import overdue as late_on

    day = Effective(on).latest if on else _today()
    with opened(ctx) as ledger, screen.working("Reading the ledger"):
        plan = action_plan(ledger.entries(), as_at=day)
        _say_if_nothing_stood(ledger, plan)
    late = late_on(plan, day)
    if json:
        screen.document({"on": day, "overdue": [_action_document(found.action, plan, found) for found in late]})
    elif late:
        were = "was" if len(late) == 1 else "were"
        screen.heading(f"{screen.counted(len(late), 'action')} {were} overdue on {screen.long_date(day)}")
        overdue_list(late)
    else:
        screen.line(f"Nothing was overdue on {screen.long_date(day)}.")
    if late:
        raise typer.Exit(1)


def verify(ctx: typer.Context, json: Json = False) -> None:
    """Check that every stored entry is what it claims to be.

    Each is read again; it ends with 1 when one is not.

    \b
    Example:
      dhr-ledger verify
    """
    with opened(ctx) as ledger, screen.working("Reading every entry"):
        checked = ledger.verify()
    if json:
        screen.document({"entries": checked.entries, "faults": checked.faults, "whole": bool(checked)})
    elif checked:
        screen.line(Styled("Whole. ", "bold green"), f"{_every(checked.entries)} what it claims to be.")
    else:
        for fault in checked.faults:
            screen.line(fault)
        screen.notice(
            f"{screen.counted(len(checked.faults), 'fault')} in {screen.counted(checked.entries, 'entry', 'entries')}."
        )
    if not checked:
        raise typer.Exit(1)


def known(ledger: Ledger, reference: str | None) -> str | None:
    """The review that *reference* belongs to.  Raises `UnknownReference` or `BadReference` unless it is in *ledger*."""
    from dhr_ledger.reference import check_section, number_of, review_of

    if reference is None:
        return None
    try:
        review = ledger.review(reference)
    except UnknownReference as error:
        if not (whole := ending_so(ledger, reference)):
            raise UnknownReference.of("review", review_of(reference), reviews_of(ledger)) from None
        raise UnknownReference(
            f"{str(error).partition(';')[0]}; {reference!r} lacks its review, and in full is "
            f"{' or '.join(whole[:_MOST_MEANT])}{' …' if len(whole) > _MOST_MEANT else ''}."
        ) from None
    if ":" in reference:
        review.require_section(reference)
    if reference.count(":") == 1:
        check_section(reference)
    elif ":" in reference:
        if reference in review.recommendations:
            raise BadInput(
                f"{reference} is a recommendation, which has no entries of its own; "
                f"its section is {reference.removesuffix(':' + number_of(reference))}."
            )
        ledger.action(reference)
    return review.reference


def overdue_list(late: list[Overdue]) -> None:
    """Show what is overdue: how late, what, by whom, and what was promised."""
    if not screen.fancy():
        screen.table(
            [Column(name) for name in ("Days late", "Due", "Reference", "Lead", "Action")],
            (
                [
                    str(found.days),
                    found.due.isoformat(),
                    found.action.reference,
                    found.action.lead.as_printed,
                    found.action.text,
                ]
                for found in late
            ),
        )
        return
    screen.listing(
        (
            Styled(f"{found.days:,} days", "bold red"),
            (
                Styled(found.action.reference, "bold"),
                Styled(f"  due {screen.long_date(found.due)}  {found.action.lead.as_printed}", "dim"),
                f"\n{found.action.text}",
            ),
        )
        for found in late
    )


def entry_document(entry: Entry) -> dict[str, Any]:
    """*entry* as it is stored, with its sentence."""
    import orjson

    from dhr_ledger.history import sentence

    return {**orjson.loads(entry.line), "sentence": sentence(entry)}


def _show_plan(
    plan: ActionPlan, actions: list[Action], late: dict[str, Overdue], reference: str | None, on: date
) -> None:
    from dhr_ledger.reference import number_of

    if not screen.fancy():
        screen.table(
            [Column(name) for name in ("Reference", "Status", "Target date", "Overdue", "Lead", "Action")],
            (
                [
                    action.reference,
                    action.status.as_printed,
                    action.target_date.as_printed,
                    _days(late.get(action.reference)),
                    action.lead.as_printed,
                    action.text,
                ]
                for action in actions
            ),
        )
        return
    wide = screen.console().width >= screen.WIDE
    columns = [
        Column("Ref", width=max([3, *(len(number_of(action.reference)) for action in actions)])),
        Column("Action", rest=True),
        *([Column("Lead", width=28)] if wide else []),
        Column("Target date", width=18 if wide else 15),
        Column("Status", width=18 if wide else 16),
    ]
    stood = f"as it stood on {screen.long_date(plan.as_at)}" if plan.as_at else ""
    for review in plan.reviews.values():
        whole = reference is None or reference == review.reference
        if whole:
            named = "" if review.reference in review.title else review.reference
            screen.heading(review.title, "  ".join(filter(None, (named, stood))))
        for key, title in review.sections.items():
            section = f"{review.reference}:{key}"
            rows = [action for action in actions if _below(action.reference, section)]
            if rows:
                screen.heading(f"{key}  {title}", "" if whole else stood)
                screen.table(columns, (_row(action, late.get(action.reference), wide=wide) for action in rows))
    _show_totals(actions, late, on)


def _row(action: Action, late: Overdue | None, *, wide: bool) -> list[Cell]:
    from dhr_ledger.reference import number_of

    return [
        Styled(number_of(action.reference), "bold"),
        action.text,
        *([action.lead.as_printed] if wide else []),
        action.target_date.as_printed,
        (status(action), Styled(f"\n{late.days:,} days late" if late else "", "bold red")),
    ]


def _show_totals(actions: list[Action], late: dict[str, Overdue], on: date) -> None:
    from dhr_ledger.questions import by_progress

    number = sum(action.reference in late for action in actions)
    screen.line("")
    screen.line(
        f"{screen.counted(len(actions), 'action')}: ",
        *screen.joined(Styled(f"{count} {word}", COLOURS[word]) for word, count in by_progress(actions).items()),
        "; ",
        Styled(f"{number} overdue", "bold red" if number else ""),
        f" on {screen.long_date(on)}.",
    )


def _show_action(plan: ActionPlan, action: Action, late: dict[str, Overdue]) -> None:
    from dhr_ledger.plan import when
    from dhr_ledger.questions import due
    from dhr_ledger.reference import number_of

    recommendation = plan.recommendation_of(action)
    found = late.get(action.reference)
    day = due(plan, action)
    target: Cell = (
        action.target_date.as_printed or "none",
        Styled(f", due on {screen.long_date(day)}" if day else "", "dim"),
        Styled(f", {found.days:,} days late" if found else "", "bold red"),
    )
    moved = {0: "", 1: "moved once", 2: "moved twice"}.get(action.revisions, f"moved {action.revisions} times")
    screen.heading(action.reference, plan.heading_of(action.reference))
    screen.line(action.text)
    screen.line("")
    screen.pairs(
        [
            ("Status", (status(action), f", {action.assurance}" if action.assurance else "")),
            ("Superseded by", action.superseded_by or ""),
            ("Target date", target),
            ("At first", (action.original_target_date.as_printed, f", {moved}") if moved else ""),
            ("Lead", action.lead.as_printed),
            ("Printed number", "" if action.number == number_of(action.reference) else action.number or ""),
            ("Recommendation", recommendation.text if recommendation else ""),
            ("Desired outcome", action.desired_outcome),
            ("Monitoring", action.monitoring),
            ("Success measure", action.success_measure),
            ("Evidence required", action.evidence_required),
            *(
                ("Milestone", reached.note if reached.as_printed else f"{when(reached)}: {reached.note}")
                for reached in action.milestones
            ),
            *(("Evidence", f"{shown.name}, kept at {shown.kept_at}") for shown in action.evidence),
            *(
                ("Progress", report.note if report.as_printed else f"{when(report)}: {report.note}")
                for report in action.progress
            ),
            ("Outcome", action.outcome),
        ]
    )


def status(action: Action) -> Styled:
    """The status of *action* as printed, or what was understood where nothing is printed."""
    return Styled(action.status.as_printed or action.status.progress, COLOURS.get(action.status.progress, ""))


def _plan_document(plan: ActionPlan, actions: list[Action], late: dict[str, Overdue], on: date) -> dict[str, Any]:
    from dhr_ledger.questions import standing

    return {
        "as_at": plan.as_at,
        "as_known": plan.as_known,
        "head": plan.head,
        "overdue_on": on,
        "reviews": [
            {
                "reference": review.reference,
                "title": review.title,
                "kind": review.kind,
                "partnership": review.partnership,
                "stage": review.stage,
                "stages": dict(review.stages),
                "recommendations": {made.reference: made.text for made in review.recommendations.values()},
            }
            for review in plan.reviews.values()
        ],
        "sections": [
            {
                "reference": section.section,
                "heading": section.heading,
                "actions": section.actions,
                "progress": dict(section.progress),
                "overdue": section.overdue,
            }
            for section in standing(plan, on)
        ],
        "actions": [_action_document(action, plan, late.get(action.reference)) for action in actions],
    }


def _action_document(action: Action, plan: ActionPlan, late: Overdue | None) -> dict[str, Any]:
    from dhr_ledger.questions import due

    return {
        "reference": action.reference,
        "text": action.text,
        "number": action.number,
        "recommendation": action.recommendation,
        "lead": action.lead.model_dump(mode="json"),
        "target_date": action.target_date.model_dump(mode="json"),
        "original_target_date": action.original_target_date.model_dump(mode="json"),
        "revisions": action.revisions,
        "due": due(plan, action),
        "days_late": late.days if late else None,
        "desired_outcome": action.desired_outcome,
        "monitoring": action.monitoring,
        "success_measure": action.success_measure,
        "evidence_required": action.evidence_required,
        "outcome": action.outcome,
        "status": action.status.model_dump(mode="json"),
        "assurance": action.assurance,
        "superseded_by": action.superseded_by,
        "progress": [
            {"since": report.since, "effective": report.effective, "note": report.note} for report in action.progress
        ],
        "milestones": [
            {"since": reached.since, "effective": reached.effective, "note": reached.note}
            for reached in action.milestones
        ],
        "evidence": [
            {"name": shown.name, "digest": shown.digest, "kept_at": shown.kept_at} for shown in action.evidence
        ],
        "created": action.created,
        "ended": action.ended,
    }


def section_called(ledger: Ledger, reference: str | None, key: str) -> str:
    """The section with the short *key* in the one review that is meant, as *ledger* knows it now.

    Raises `UnknownReference` where there is none, and `BadInput` where *reference* is of another section, or less.
    """
    from dhr_ledger.plan import action_plan

    if reference and ":" in reference and reference.partition(":")[2] != key:
        raise BadInput(f"{reference} is not the section {key!r}; leave out --section, or name the review alone.")
    reviews = [ledger.review(reference)] if reference else [*action_plan(ledger.entries()).reviews.values()]
    holding = [review.reference for review in reviews if key in review.sections]
    if not holding:
        keys = sorted({key for review in reviews for key in review.sections})
        raise UnknownReference(f"There is no section {key!r}; the plan has {', '.join(keys) or 'none'}.")
    if len(holding) > 1:
        raise BadInput(f"Section {key!r} stands in several reviews ({', '.join(holding)}); say which review to show.")
    return f"{holding[0]}:{key}"


def reviews_of(ledger: Ledger) -> list[str]:
    """The reviews that *ledger* holds, in the order in which they were opened."""
    from dhr_ledger.review import ReviewOpened

    return [entry.reference for entry in ledger.entries() if isinstance(entry.event, ReviewOpened)]


def ending_so(ledger: Ledger, reference: str) -> list[str]:
    """The references that *reference* is the end of, whatever its capitals: it was written without its review."""
    from dhr_ledger.plan import action_plan

    plan = action_plan(ledger.entries())
    every = {*plan.actions}
    for review in plan.reviews.values():
        every |= {*review.recommendations, *(f"{review.reference}:{key}" for key in review.sections)}
    return sorted(whole for whole in every if whole.casefold().endswith(f":{reference.casefold()}"))


def _only(actions: list[Action], reference: str, as_at: str | None, as_known: str | None) -> Action:
    if not actions:
        asked = [f"as at {as_at}"] if as_at else []
        asked += [f"as far as was known by {as_known}"] if as_known else []
        raise UnknownReference(f"{reference} was not in the plan yet {', '.join(asked)}; ask for a later day.")
    return actions[0]


def _below(reference: str, above: str | None) -> bool:
    return above is None or reference == above or reference.startswith(f"{above}:")


def _days(late: Overdue | None) -> str:
    return f"{late.days:,} days" if late else ""


def _every(entries: int) -> str:
    if entries == 0:
        return "There is no entry yet, and so none that is not"
    return "The one entry is" if entries == 1 else f"Each of the {entries:,} entries is"


def _say_if_nothing_stood(ledger: Ledger, plan: ActionPlan) -> None:
    """Nothing overdue and nothing in the plan at all look alike, and mean very different things."""
    if not plan.actions and ledger.head:
        on = f" on {screen.long_date(plan.as_at)}" if plan.as_at else " that was known by then"
        screen.notice(f"No action was in the plan{on}. {AGREED_EARLIER}")


def _today() -> date:
    from dhr_ledger.ledger import utc_now

    return utc_now().date()
