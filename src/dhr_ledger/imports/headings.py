"""What the columns of a plan are headed, and which field each heading means: a vocabulary that is data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from dhr_ledger.exporters import plan_csv
from dhr_ledger.provenance import Effective
from dhr_ledger.review import Held, Meaning
from dhr_ledger.target_date import TargetDate

Field = Literal[Held, "reference", "ledger_head"]
"""What a column can hold, and what one of our own tables says besides: which action each row is, and at which entry."""
FULL_TABLE: tuple[Field, ...] = (
    *("number", "text", "lead", "target_date", "desired_outcome", "monitoring", "success_measure"),
    *("progress", "status"),
)
"""The nine columns of the table that many partnerships keep."""

SHORT_TABLE: tuple[Field, ...] = ("number", "text", "lead", "target_date", "progress", "status")

HOME_OFFICE_2016: tuple[Field, ...] = (
    *("recommendation", "scope", "text", "lead", "milestones", "target_date", "outcome"),
)
"""The seven columns of the template in the Home Office's guidance of December 2016."""

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
        "sn",
        "serial no",
        "id",
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
        *("action to be undertaken", "actions to be undertaken", "action agreed", "actions agreed"),
        *("what will be done",),
        *("agreed actions to be taken", "recommended action", "recommended actions", "action description"),
        *("what action is required", "what needs to be done", "what needs to happen", "key activity", "key activities"),
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
        *("lead organisation", "lead organisations", "lead department", "lead partner", "lead agency or officer"),
        *("lead responsibility", "lead individual", "lead name", "accountable officer", "accountable lead", "agency"),
        *("organisation", "organisation responsible", "who is responsible", "who", "by who", "owned by", "led by"),
        *("agency lead", "agency and lead", "named lead", "designated lead", "action by", "responsible body"),
    ),
    "target_date": (
        *("target date", "target dates", "target", "target date for completion", "target completion date"),
        *("completion target date", "target completion", "date for completion", "to be completed by"),
        *("target date of completion", "target end date", "planned completion date", "proposed completion date"),
        *("expected completion date", "estimated completion date", "date due", "completion due", "due by", "when"),
        *("to be completed by when", "implementation date", "target implementation date", "timeline", "timelines"),
        *("timescale for completion", "timescale for implementation", "date to be completed", "complete by"),
        *("deadline", "due", "due date", "by when", "timescale", "timescales", "timeframe", "time scale", "time frame"),
    ),
    "desired_outcome": (
        *("desired outcome", "desired outcomes", "intended outcome", "intended outcomes"),
        *("expected outcome", "expected outcomes", "outcome expected", "outcomes expected", "outcome desired"),
        *("what outcome is expected", "intended impact", "expected impact", "desired impact", "anticipated outcome"),
    ),
    "monitoring": (
        *("monitoring", "monitoring arrangement", "monitoring arrangements", "monitored by"),
        *("how will it be monitored", "how will this be monitored", "how will progress be monitored"),
        *("monitoring and review", "how will this be monitored and reviewed", "governance", "review arrangements"),
        *("how will we monitor this", "monitoring method", "monitoring process", "monitoring mechanism"),
    ),
    "success_measure": (
        *("how will success be measured", "how success will be measured", "how will we measure success"),
        *("how will we know it has worked", "how will we know this has been achieved", "how will we know"),
        *("measurement of success", "measures", "measure", "outcome measure", "outcome measures", "impact measure"),
        *("success measure", "success measures", "measure of success", "measures of success", "success criteria"),
    ),
    "progress": (
        *("progress", "progress to date", "progress update", "progress updates", "progress made", "progress report"),
        *("outcome progress", "progress outcome", "outcome and progress", "progress and outcome"),
        *("update", "updates", "latest update", "latest progress", "update on progress", "current progress"),
        *("action taken", "actions taken", "progress and comments", "progress comments", "comments and progress"),
        *("progress notes", "progress against action", "progress on action", "progress so far", "position statement"),
        *("progress and impact", "current position", "progress and evidence", "evidence of progress", "action update"),
        *("quarterly update", "implementation update", "implementation updates", "what has been done", "agency update"),
    ),
    "evidence": (
        *("evidence required", "evidence to be provided", "evidence to be supplied", "evidence of completion"),
        *("evidence of implementation", "supporting evidence", "evidence of action", "evidence needed"),
        *("evidence of achievement", "evidence that action is complete", "what evidence will be provided"),
    ),
    "milestones": (
        *("key milestones achieved in enacting recommendation",),
        *("key milestones achieved in enacting the recommendation",),
        *("key milestones", "key milestones achieved", "milestones", "milestones achieved", "milestone"),
        *("key milestones achieved in enacting recommendations",),
    ),
    "outcome": (
        *("date of completion and outcome", "completion date and outcome", "date completed and outcome"),
        *("date of completion", "date completed", "completed on", "actual completion date"),
        *("date of actual completion",),
        *("date action completed", "date achieved", "completed date", "outcome achieved", "outcomes achieved"),
        *("actual outcome", "actual outcomes", "date of completion and outcomes"),
    ),
    "scope": (
        *("scope of recommendation", "scope of the recommendation", "scope", "local or regional", "level"),
        *("scope of recommendation i e local or regional", "scope of recommendation ie local or regional"),
    ),
    "recommendation_number": (
        *("recommendation no", "recommendation number", "recommendation ref", "recommendation reference", "rec no"),
        *("rec number", "rec ref", "rec", "no of recommendation"),
    ),
    "recommendation": (
        *("recommendation", "recommendations", "recommendation text", "the recommendation", "full recommendation"),
        *("recommendation from report", "recommendations from the report", "dhr recommendation", "imr recommendation"),
        *("overarching recommendation", "over arching recommendation", "review recommendation"),
    ),
    "section": ("section", "section of plan", "part of plan", "plan section"),
    "reference": ("ledger reference",),
    "ledger_head": ("ledger head",),
    "status": (
        *("status", "current status", "action status", "rag", "rag status", "rag rating", "status rag"),
        *("brag", "brag status", "brag rating", "status brag", "rag brag", "rag progress", "r a g", "b r a g"),
        *("completion status", "implementation status", "status of action", "rag rated", "current rag", "rag colour"),
        *("assessment of progress", "progress assessment", "progress rating", "complete y n", "completed y n"),
    ),
}
"""What a column may be headed: capitals, white space, hyphens, slashes, a bracket or a date make no difference.

A heading that says different things in different plans ("Date", "Outcome") is not among them.
"""

DERIVED = frozenset(
    {
        *("due", "original target date", "times moved", "understood as", "assurance", "days overdue"),
    }
)
"""What our own exports print besides: it was worked out from the plan, and says nothing of its own."""

OURS: dict[str, Field] = {"outcome": "outcome"}
"""What is headed so in our own exports, and may mean something else in the table of somebody else."""

TWO_IN_ONE: frozenset[tuple[Field, Field]] = frozenset(
    {
        ("progress", "status"),
        ("status", "progress"),
        ("target_date", "outcome"),
        ("outcome", "status"),
        ("number", "text"),
        ("recommendation_number", "recommendation"),
        ("lead", "target_date"),
    }
)
"""The pairs of fields that one column is known to hold."""

_NAMED_TWO: dict[str, tuple[Field, Field]] = {
    "target and completion": ("target_date", "outcome"),
    "target and completion date": ("target_date", "outcome"),
    "target date and completion": ("target_date", "outcome"),
    "target and completion dates": ("target_date", "outcome"),
    "due and completed": ("target_date", "outcome"),
    "progress and rag": ("progress", "status"),
    "update and rag": ("progress", "status"),
    "progress rag": ("progress", "status"),
}

LIKELY: dict[str, tuple[Field, ...]] = {
    "date": ("target_date",),
    "dates": ("target_date",),
    "completion": ("target_date",),
    "completion date": ("target_date",),
    "issues identified": ("recommendation",),
    "issue identified": ("recommendation",),
    "issue": ("recommendation",),
    "issues": ("recommendation",),
    "finding": ("recommendation",),
    "findings": ("recommendation",),
    "learning point": ("recommendation",),
    "learning": ("recommendation",),
    "lesson": ("recommendation",),
    "comments": ("progress",),
    "comment": ("progress",),
    "outcome": ("desired_outcome",),
    "outcomes": ("desired_outcome",),
    "impact": ("desired_outcome",),
    "complete": ("status",),
    "completed": ("status",),
    "response": ("status",),
}
"""What a heading that says different things in different plans may mean, where the cells below it leave no doubt."""

_LONGEST = 160
"""In characters.  Most cells are longer, and are told from a heading at a glance."""

_FIELDS: dict[str, Field] = {heading: name for name, headings in HEADINGS.items() for heading in headings}

# What follows the name of a column and says when it was filled in, for whom, or how.
_TAIL = re.compile(
    r"""\s(?:as\s+at|as\s+of|at|in|to|by|for|since|presented\s+to|reported\s+to|submitted\s+to|updated|agreed\s+by
        |categories|category|key|see|use|please|include|including|e\s+g|i\s+e|ie|eg|from|on|up\s+to|as)\b.*$""",
    re.VERBOSE,
)
_GLUED = re.compile(r"\b(progress|update|status|action|target|lead)(?=presented|reported|update|status|date|agency)")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading means: one field, or the two that its column holds, and the date that is printed in it, if any.

    `fields` is empty for a heading that is not understood, and for one that means nothing.
    """

    fields: tuple[Field, ...] = ()
    effective: Effective | None = None
    settled: bool = False


@lru_cache(maxsize=4096)
def _read(text: str) -> Heading:
    if len(text) > _LONGEST:
        return Heading()
    if named := _NAMED_TWO.get(fold(re.sub(r"[/\n]", " and ", text))):
        return Heading(named)
    for words in dict.fromkeys((text, _without_bracket(text))):
        folded = fold(words)
        if folded in _FIELDS:
            return Heading((_FIELDS[folded],))
        if two := _two(words):
            return Heading(two)
        rest, effective = _without_date(words)
        if effective and (found := _fields(rest)):
            return Heading(found, effective)
        if found := _fields(words):
            return Heading(found)
    return Heading()


def read_heading(text: str, settled: Mapping[str, Meaning] | None = None) -> Heading:
    """What the heading *text* means; *settled* has what a person has said some headings mean, folded (see `fold`)."""
    meaning = (settled or {}).get(fold(text))
    if meaning is not None:
        _, effective = _without_date(text)
        return Heading(() if meaning == "nothing" else (meaning,), effective, settled=True)
    return _read(text)


def field_of(heading: str) -> Field | None:
    """The field that *heading* means, if it is one that we know."""
    return next(iter(_read(heading).fields), None)


def known(cells: Sequence[str], settled: Mapping[str, Meaning] | None = None) -> dict[Field, int]:
    """The columns of *cells* that are headed as we know it, by field, counted from 1; the first of each."""
    columns: dict[Field, int] = {}
    for column, heading in enumerate(cells, start=1):
        for name in read_heading(heading, settled).fields:
            columns.setdefault(name, column)
    return columns


def reads_as(cells: Sequence[str]) -> dict[int, Field]:
    """What each column of *cells* means that is headed as we know it, by its place, counted from 1."""
    read = ((column, read_heading(heading).fields) for column, heading in enumerate(cells, start=1))
    return {column: fields[0] for column, fields in read if fields}


def gaps(cells: Sequence[str], settled: Mapping[str, Meaning] | None = None) -> dict[Field, int]:
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
        if all(
            name in columns or read_heading(heading, settled).fields == (name,)
            for name, heading in zip(usual, printed, strict=True)
        ):
            return columns
    return {}


def is_plan_csv(cells: Sequence[str]) -> bool:
    """Whether *cells* are the headings of a `plan.csv`, in which every character of a cell is meant.

    It begins as it was made, whatever columns were added at its end; or it has the columns for the way back, and then
    any may stand anywhere.
    """
    begun = tuple(cells[: len(_BEGINS)]) == _BEGINS
    return begun or set(plan_csv.FOR_RETURN) <= set(cells)


_BEGINS = plan_csv.HEADINGS[:4]


def fold(text: str) -> str:
    """*text* without what makes no difference between two headings."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    return " ".join(re.findall(r"[^\W_]+", text))


def as_words(text: str) -> str:
    """*text* without what makes no difference between two sentences; what has no letters in it is kept as it is."""
    return fold(text) or " ".join(text.split())


def _fields(words: str) -> tuple[Field, ...]:
    """The fields that *words* mean once what only says when and for whom is taken away."""
    folded = _GLUED.sub(r"\1 ", fold(words))
    for candidate in (folded, _TAIL.sub("", folded)):
        if candidate in _FIELDS:
            return (_FIELDS[candidate],)
        if two := _two(candidate):
            return two
    return ()


def _two(words: str) -> tuple[Field, ...]:
    """The two fields of a heading such as "Progress and RAG status", where both halves are headings of their own."""
    folded = fold(words)
    if folded in _NAMED_TWO:
        return _NAMED_TWO[folded]
    parts = folded.split()
    for cut in range(1, len(parts)):
        second = parts[cut:]
        one = _FIELDS.get(" ".join(parts[:cut]))
        other = _FIELDS.get(" ".join(second)) or _FIELDS.get(" ".join(second[1:]) if second[0] == "and" else "")
        if one and other and (one, other) in TWO_IN_ONE:
            return one, other
    return ()


def _without_bracket(text: str) -> str:
    return re.sub(r"\s*[(\[][^()\[\]]*[)\]]\s*$", "", text)


def _without_date(text: str) -> tuple[str, Effective | None]:
    """*text* without the date at its end or its beginning, and that date, if it is one to the day or the month."""
    words = text.replace("(", " ").replace(")", " ").split()
    for size in range(min(4, len(words) - 1), 0, -1):
        for date, rest in ((words[-size:], words[:-size]), (words[:size], words[size:])):
            if when := _date(" ".join(date).strip(" :,;.-–")):
                return " ".join(rest), when
    return text, None


_PART_OF_A_DATE = re.compile(
    r"""\d{1,4}(?:st|nd|rd|th)?,? | \d{1,2}[./-]\d{1,2}[./-]\d{2,4}
        | (?:\d{1,2}[-/])?(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*[.,]?(?:['’/-]?\d{2,4})?""",
    re.IGNORECASE | re.VERBOSE,
)


def _date(text: str) -> Effective | None:
    if not all(_PART_OF_A_DATE.fullmatch(word) for word in text.split()) or not any(map(str.isdigit, text)):
        return None
    read = TargetDate.read(text)
    if read.kind == "day" and read.earliest:
        return Effective(read.earliest)
    if read.kind == "month" and read.earliest:
        return Effective(read.earliest.isoformat()[:7])
    return None
