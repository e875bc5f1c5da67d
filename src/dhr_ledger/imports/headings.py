"""What the columns of a plan are headed, and which field each heading means: a vocabulary that is data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal, get_args

Field = Literal[
    "number",
    "text",
    "lead",
    "target_date",
    "desired_outcome",
    "monitoring",
    "success_measure",
    "progress",
    "status",
]
FULL_TABLE: tuple[Field, ...] = get_args(Field)
SHORT_TABLE: tuple[Field, ...] = ("number", "text", "lead", "target_date", "progress", "status")

HEADINGS: dict[Field, tuple[str, ...]] = {
    "number": (
        "ref",
        "ref no",
        "reference",
        "no",
        "number",
        "action no",
        "action number",
        "action ref",
        "item",
        "item no",
    ),
    "text": (
        *("action", "actions", "action required", "actions required", "action needed", "actions needed"),
        *("action to take", "action to be taken", "actions to be taken", "agreed action", "agreed actions"),
        *(
            "action plan",
            "key action",
            "key actions",
            "proposed action",
            "proposed actions",
            "smart action",
            "smart actions",
        ),
    ),
    "lead": (
        *(
            "lead",
            "leads",
            "lead agency",
            "lead agencies",
            "lead officer",
            "lead officers",
            "lead person",
            "lead professional",
        ),
        *("lead officer and agency", "lead agency and officer", "lead officer agency", "lead agency officer"),
        *("identified lead", "action lead", "owner", "action owner", "responsibility", "responsible", "by whom"),
        *("person responsible", "persons responsible", "officer responsible", "agency responsible"),
        *("responsible person", "responsible officer", "responsible agency", "responsible lead"),
    ),
    "target_date": (
        *("target date", "target dates", "target", "target date for completion", "target completion date"),
        *("completion target date", "target completion", "date for completion", "to be completed by"),
        *("deadline", "due", "due date", "by when", "timescale", "timescales", "timeframe", "time scale", "time frame"),
    ),
    "desired_outcome": (
        *("desired outcome", "desired outcomes", "intended outcome", "intended outcomes"),
        *("expected outcome", "expected outcomes"),
    ),
    "monitoring": (
        *("monitoring", "monitoring arrangement", "monitoring arrangements", "monitored by"),
        *("how will it be monitored", "how will this be monitored", "how will progress be monitored"),
    ),
    "success_measure": (
        *("how will success be measured", "how success will be measured", "how will we measure success"),
        *("success measure", "success measures", "measure of success", "measures of success", "success criteria"),
    ),
    "progress": (
        *("progress", "progress to date", "progress update", "progress updates", "progress made", "progress report"),
        *("outcome progress", "progress outcome", "outcome and progress", "progress and outcome"),
        *("update", "updates", "latest update", "latest progress", "update on progress"),
    ),
    "status": (
        *("status", "current status", "action status", "rag", "rag status", "rag rating", "status rag"),
        *("brag", "brag status", "brag rating", "status brag"),
    ),
}
"""What a column may be headed: capitals, white space, hyphens, slashes and a bracket at the end make no difference.

A heading that says different things in different plans ("Outcome", "Date", "Evidence") is not among them.
"""

_LONGEST = 100
"""In characters.  Most cells are longer, and are told from a heading at a glance."""

_FIELDS: dict[str, Field] = {heading: name for name, headings in HEADINGS.items() for heading in headings}


def field_of(heading: str) -> Field | None:
    """The field that *heading* means, if it is one that we know."""
    if len(heading) > _LONGEST:
        return None
    without_bracket = re.sub(r"\s*[(\[][^()\[\]]*[)\]]\s*$", "", heading)
    return _FIELDS.get(fold(heading)) or _FIELDS.get(fold(without_bracket))


def known(cells: Sequence[str]) -> dict[Field, int]:
    """The columns of *cells* that are headed as we know it, by field, counted from 1; the first of each."""
    columns: dict[Field, int] = {}
    for column, heading in enumerate(cells, start=1):
        if name := field_of(heading):
            columns.setdefault(name, column)
    return columns


def gaps(cells: Sequence[str]) -> dict[Field, int]:
    """The columns of the number and the lead, where their headings are empty and their place leaves no doubt.

    All the other headings must be printed, and be those of a whole table in the usual order, so that the gaps are the
    first place and the one between the action and its target date: what stands there in every such table is the number
    and the lead.  The longer cells further right change places from plan to plan, so no gap is filled there.
    """
    printed = list(cells)
    while printed and not printed[-1].strip():
        printed.pop()
    for usual in (FULL_TABLE, SHORT_TABLE):
        if len(usual) != len(printed):
            continue
        columns: dict[Field, int] = {
            name: column
            for column, (name, heading) in enumerate(zip(usual, printed, strict=True), start=1)
            if not heading.strip() and name in ("number", "lead")
        }
        if all(name in columns or field_of(heading) == name for name, heading in zip(usual, printed, strict=True)):
            return columns
    return {}


def fold(text: str) -> str:
    """*text* without what makes no difference between two headings."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    return " ".join(re.findall(r"[^\W_]+", text))
