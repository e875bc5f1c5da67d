"""An entry as a sentence: who did what, when, and why, as it would stand in minutes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from dhr_ledger.action import (
    ActionCreated,
    ActionReopened,
    ActionSignedOff,
    ActionSuperseded,
    ActionUpdated,
    ActionWithdrawn,
    EvidenceAttached,
    LeadReassigned,
    MilestoneReached,
    ProgressRecorded,
    StatusChanged,
    TargetDateRevised,
)
from dhr_ledger.annotation import EntryAnnotated
from dhr_ledger.command import Change
from dhr_ledger.entry import Entry, LedgerEvent
from dhr_ledger.review import (
    ExportIssued,
    HeadingSettled,
    LegendRevised,
    PlanImported,
    RecommendationMade,
    RecommendationReworded,
    ReviewOpened,
    ReviewStageReached,
    SectionAdded,
    SectionRenamed,
    Stage,
)
from dhr_ledger.status import DEFAULT_LEGEND, Legend, Status


def sentence(entry: Entry) -> str:
    """*entry* told in one sentence: the day it was true, who recorded it, what changed, and why."""
    told = f"{when(entry)}: {entry.by} {deed(entry.event)}"
    return f"{told} ({entry.reason})" if entry.reason else told


def when(entry: Entry) -> str:
    """When *entry* was true, and when it was recorded where that is another day: `2013-09, recorded 2013-12-02`."""
    recorded = entry.recorded_at.date().isoformat()
    if entry.effective is None or entry.effective == recorded:
        return recorded
    return f"{entry.effective}, recorded {recorded}"


def deed(event: LedgerEvent) -> str:
    """What happened, to follow the name of who recorded it."""
    match event:
        case ActionCreated(text=text):
            told = [f"{name} {_said(words)}" for name, words in _begins_with(event).items()]
            return f"added the action “{text}”" + (f", with the {', the '.join(told)}" if told else "")
        case ActionUpdated(changes=changes):
            return f"changed {_from_to(changes)}"
        case ProgressRecorded(note=note):
            return f"reported progress: “{note}”"
        case StatusChanged(was=was, to=to) if was.as_printed == to.as_printed and was != to:
            return f"read the status {_said(to.as_printed)} as {_meaning(to)}"
        case StatusChanged(was=was, to=to):
            return f"changed the status from {_said(was.as_printed)} to {_said(to.as_printed)}"
        case TargetDateRevised(was=was_due, to=to_due) if was_due.moves_to(to_due):
            return f"moved the target date from {_said(was_due.as_printed)} to {_said(to_due.as_printed)}"
        case TargetDateRevised(was=was_due, to=to_due) if was_due.kind == "none":
            return f"set the target date to {_said(to_due.as_printed)}"
        case TargetDateRevised(was=was_due, to=to_due) if was_due == to_due:  # what each of them is was withheld
            return f"changed the target date from {_said(was_due.as_printed)} to {_said(to_due.as_printed)}"
        case TargetDateRevised(was=was_due, to=to_due):
            return f"wrote the target date {_said(was_due.as_printed)} as {_said(to_due.as_printed)}"
        case LeadReassigned(was=was_led, to=to_led):
            return f"handed the lead over from {_said(was_led.as_printed)} to {_said(to_led.as_printed)}"
        case MilestoneReached(milestone=milestone):
            return f"reported a milestone: “{milestone}”"
        case EvidenceAttached(name=name, kept_at=kept_at):
            return f"attached the evidence “{name}”, kept at {kept_at}"
        case ActionSignedOff():
            return "signed the action off"
        case ActionWithdrawn(was=was):
            return "withdrew the action" + (f", which was {_said(was.as_printed)}" if was.as_printed else "")
        case ActionSuperseded(by=by):
            return f"replaced the action by {by}"
        case ActionReopened(was=was, to=to):
            return f"reopened the action, from {_said(was.as_printed)} to {_said(to.as_printed)}"
        case EntryAnnotated(version=version, note=note):
            return f"noted on entry {version}: “{note}”"
        case ReviewOpened(title=title):
            return f"opened the review “{title}”"
        case LegendRevised(was=was_legend, to=to_legend):
            return ": ".join(filter(None, ("revised the legend", _revised(was_legend or DEFAULT_LEGEND, to_legend))))
        case HeadingSettled(heading=heading, means="nothing"):
            return f"settled that a column headed “{heading}” is not taken in"
        case HeadingSettled(heading=heading, means=means):
            return f"settled that a column headed “{heading}” means the {_words(means)}"
        case SectionAdded(section=section, heading=heading):
            return f"added the section {section}" + (f", “{heading}”" if heading else "")
        case SectionRenamed(section=section, was=headed, to=heading):
            return f"changed the heading of the section {section} from {_said(headed)} to {_said(heading)}"
        case RecommendationMade(recommendation=recommendation, text=text):
            return f"added the recommendation {recommendation}, “{text}”"
        case RecommendationReworded(recommendation=recommendation, changes=reworded):
            return f"changed the recommendation {recommendation}: {_from_to(reworded)}"
        case ReviewStageReached(stage=stage, note=note):
            return f"recorded that the review is {_now(stage)}" + (f": “{note}”" if note else "")
        case PlanImported(file=file, actions=actions):
            return f"took in {file} with {actions} action{'' if actions == 1 else 's'}"
        case ExportIssued(file=file, exporter=exporter):
            return f"issued {file} ({exporter})"
        case _:
            assert_never(event)


def outlined(event: LedgerEvent) -> tuple[str, str, str]:
    """What happened in a few words, what stood before, and what stands since: for a table, with a column for each.

    Both are as printed, and blank where nothing was replaced or nothing stands.  Where several fields changed at once,
    each stands on a line of its own after its name.
    """
    match event:
        case ActionCreated(text=text):
            begins = {"text": text} | _begins_with(event)
            return "added the action", "", "\n".join(f"{name}: {words}" for name, words in begins.items())
        case ActionUpdated(changes=changes):
            names, stood, stands = _side_by_side(changes)
            return f"changed {names}", stood, stands
        case ProgressRecorded(note=note):
            return "reported progress", "", note
        case StatusChanged(was=was, to=to) if was.as_printed == to.as_printed and was != to:
            return f"read the status {_said(to.as_printed)} anew", _meaning(was), _meaning(to)
        case StatusChanged(was=was, to=to):
            return "changed the status", was.as_printed, to.as_printed
        case TargetDateRevised(was=was_due, to=to_due):
            wrote = "set the target date" if was_due.kind == "none" else "wrote the target date otherwise"
            wrote = "changed the target date" if was_due == to_due else wrote  # what each of them is was withheld
            what = "moved the target date" if was_due.moves_to(to_due) else wrote
            return what, was_due.as_printed, to_due.as_printed
        case LeadReassigned(was=was_led, to=to_led):
            return "handed the lead over", was_led.as_printed, to_led.as_printed
        case MilestoneReached(milestone=milestone):
            return "reported a milestone", "", milestone
        case EvidenceAttached(name=name, digest=digest, kept_at=kept_at):
            return "attached evidence", "", f"{name}, kept at {kept_at}, {digest}"
        case ActionSignedOff():
            return "signed the action off", "", ""
        case ActionWithdrawn(was=was):
            return "withdrew the action", was.as_printed, "Withdrawn"
        case ActionSuperseded(was=was, by=by):
            return "replaced the action by another", was.as_printed, by
        case ActionReopened(was=was, to=to):
            return "reopened the action", was.as_printed, to.as_printed
        case EntryAnnotated(version=version, note=note):
            return f"noted on entry {version}", "", note
        case ReviewOpened(title=title):
            return "opened the review", "", title
        case LegendRevised(was=was_legend, to=to_legend):
            return "revised the legend", _listed(was_legend) if was_legend else "the default legend", _listed(to_legend)
        case HeadingSettled(heading=heading, means=means):
            return f"settled what a column headed “{heading}” means", "", _words(means)
        case SectionAdded(section=section, heading=heading):
            return f"added the section {section}", "", heading
        case SectionRenamed(section=section, was=headed, to=heading):
            return f"changed the heading of the section {section}", headed, heading
        case RecommendationMade(recommendation=recommendation, text=text):
            return f"added the recommendation {recommendation}", "", text
        case RecommendationReworded(recommendation=recommendation, changes=reworded):
            names, stood, stands = _side_by_side(reworded)
            return f"changed {names} of the recommendation {recommendation}", stood, stands
        case ReviewStageReached(stage=stage, note=note):
            return f"recorded that the review is {_now(stage)}", "", note or ""
        case PlanImported(file=file, digest=digest, actions=actions):
            return f"took in {actions} action{'' if actions == 1 else 's'}", "", f"{file}, {digest}"
        case ExportIssued(file=file, exporter=exporter, digest=digest):
            return f"issued {exporter}", "", f"{file}, {digest}"
        case _:
            assert_never(event)


def _begins_with(created: ActionCreated) -> dict[str, str]:
    """What an action begins with and may be moved from, as printed, by name; what is blank is left out."""
    begins = {
        "lead": created.lead.as_printed,
        "target date": created.target_date.as_printed,
        "status": created.status.as_printed,
    }
    return {name: words for name, words in begins.items() if words.strip()}


def _from_to(changes: Mapping[Any, Change]) -> str:
    return "; ".join(
        f"{_words(name)} from {_said(change.was)} to {_said(change.to)}" for name, change in changes.items()
    )


def _side_by_side(changes: Mapping[Any, Change]) -> tuple[str, str, str]:
    """What was changed, what stood and what stands: where it is several fields, a line for each after its name."""
    names = f"the {', the '.join(map(_words, changes))}"
    if len(changes) == 1:
        (change,) = changes.values()
        return names, change.was or "", change.to or ""
    return (
        names,
        "\n".join(f"{_words(name)}: {change.was or ''}" for name, change in changes.items()),
        "\n".join(f"{_words(name)}: {change.to or ''}" for name, change in changes.items()),
    )


def _revised(was: Legend, to: Legend) -> str:
    """What is in a legend that was not, and how much of it is gone."""
    told = [f"{_said(word.as_printed)} means {_meaning(word)}" for word in to.root if word not in was.root]
    gone = len((was | to).root) - len(to.root)
    if gone:
        told.append("one word is left out" if gone == 1 else f"{gone} words are left out")
    return "; ".join(told)


def _listed(legend: Legend) -> str:
    return "\n".join(f"{word.as_printed}: {_meaning(word)}" for word in legend.root)


def _meaning(status: Status) -> str:
    """What *status* says on each axis; how far it is may be all that is unknown of it."""
    progress = None if status.progress == "unknown" else status.progress
    return ", ".join(filter(None, (progress, status.response, status.assurance))) or "unknown"


def _now(stage: Stage) -> str:
    return "to be submitted again" if stage == "resubmission required" else stage


def _said(value: str | None) -> str:
    return f"“{value}”" if value else "nothing"


def _words(name: str) -> str:
    return name.replace("_", " ")
