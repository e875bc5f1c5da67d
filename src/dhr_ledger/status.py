"""What the words in a status cell mean, on three axes that are never mixed.

Progress is how far the action is, response is what the addressee said to the recommendation, and assurance is who has
seen that a completed action is complete.  Which word means what is the plan's own affair and so an input: a `Legend`.
`DEFAULT_LEGEND` holds the words that mean the same wherever they were met.  It holds no colour and no number: amber is
confidence in one plan, progress in another and risk in a third, and "1" is the best in one and the worst in the next.
Whether an action is late is worked out from its target date, and is no status.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, RootModel, model_validator

from dhr_ledger.errors import UnknownStatus

Progress = Literal[
    "not started",
    "in progress",
    "complete",
    "paused",
    "withdrawn",
    "superseded",
    "awaiting a stage",
    "unknown",
]
Response = Literal["accepted", "partly accepted", "rejected", "none"]
Assurance = Literal["claimed", "evidenced", "signed off", "audited"]


def _is_unknown(value: object) -> bool:
    return value is None


class Status(BaseModel, frozen=True, extra="forbid"):
    """A status as printed, and what it says on each axis; an axis that it says nothing of is left out of the JSON.

    A blank cell is `Status(as_printed="", progress="unknown")`.
    """

    as_printed: str
    assurance: Annotated[Assurance | None, Field(exclude_if=_is_unknown)] = None
    progress: Progress
    response: Annotated[Response | None, Field(exclude_if=_is_unknown)] = None


class Legend(RootModel[tuple[Status, ...]], frozen=True):
    """The words of a plan and what each of them means, in the order in which the plan lists them.

    Made from `{"Amber": "in progress", "Blue": {"progress": "complete", "assurance": "evidenced"}}`.  Kept in entries
    as a list of statuses: the keys of an entry are ASCII, and what a plan prints need not be.  Capitals, hyphens, white
    space and a full stop at the end make no difference to a word; two meanings of one word are a `ValueError`.
    """

    def read(self, text: str) -> Status:
        """Take a printed cell for what it says; never raises: a word outside the legend is `unknown`, as printed."""
        return self._status(text) or Status(as_printed=text, progress="unknown")

    def parse(self, text: str) -> Status:
        """Take a word that somebody typed; `UnknownStatus` if it is outside the legend, even if it is blank."""
        if status := self._status(text):
            return status
        near = get_close_matches(_fold(text), self._by_word, n=1, cutoff=0.75)
        meant = f"; did you mean {self._by_word[near[0]].as_printed!r}?" if near else "."
        known = ", ".join(status.as_printed for status in self.root[:_SAID])
        more = f" and {len(self.root) - _SAID} more" if len(self.root) > _SAID else ""
        raise UnknownStatus(
            f"{text!r} is no status in the plan's legend{meant} The legend has {known}{more}; use one of these words, "
            "or revise the legend (ReviseLegend) so that it says what this one means."
        )

    def knows(self, text: str) -> bool:
        """Whether *text* is one of its words."""
        return _fold(text) in self._by_word

    def _status(self, text: str) -> Status | None:
        known = self._by_word.get(_fold(text))
        if known is None or known.as_printed == text:
            return known
        return known.model_copy(update={"as_printed": text})

    def __or__(self, other: Legend) -> Legend:
        """This legend and the *other*, whose meaning counts where both have the word."""
        return Legend(tuple(word for word in self.root if _fold(word.as_printed) not in other._by_word) + other.root)

    @cached_property
    def _by_word(self) -> dict[str, Status]:
        return {_fold(status.as_printed): status for status in self.root}

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, legend: object) -> object:
        if not isinstance(legend, Mapping):
            return tuple(legend) if isinstance(legend, list) else legend  # as it is read back from an entry
        return [
            {"as_printed": word, "progress": "unknown"}
            | (meaning if isinstance(meaning, dict) else {"progress": meaning})
            for word, meaning in legend.items()
        ]

    @model_validator(mode="after")
    def _one_meaning_a_word(self) -> Self:
        for status in self.root:
            other = self._by_word[_fold(status.as_printed)]
            if self.read(status.as_printed) != status:
                raise ValueError(
                    f"{status.as_printed!r} and {other.as_printed!r} are one word with two meanings; keep one"
                )
        return self


def _fold(word: str) -> str:
    """*word* without what makes no difference; a question mark does, and so does a tick."""
    return re.sub(r"[\s\u00ad\u2010-\u2014\u2212\u200b\ufeff-]+", " ", word.casefold()).strip(" .,;:!\u2022")


_SAID = 16
"""How many words of a legend an error lists."""

_CLAIMED = {"progress": "complete", "assurance": "claimed"}

DEFAULT_LEGEND = Legend.model_validate(
    {
        "Not started": "not started",
        "Not yet started": "not started",
        "In progress": "in progress",
        "Ongoing": "in progress",
        "On-going": "in progress",
        "Under way": "in progress",
        "Underway": "in progress",
        "Started": "in progress",
        "On track": "in progress",
        "Partly complete": "in progress",
        "Partially complete": "in progress",
        "Partly implemented": "in progress",
        "Partially implemented": "in progress",
        "Partly met": "in progress",
        # A bare word is a claim; it says nothing of who has seen the evidence.
        "Complete": _CLAIMED,
        "Completed": _CLAIMED,
        "Action complete": _CLAIMED,
        "Action completed": _CLAIMED,
        "Done": _CLAIMED,
        "Achieved": _CLAIMED,
        "Fully achieved": _CLAIMED,
        "Implemented": _CLAIMED,
        "Fully implemented": _CLAIMED,
        "Met": _CLAIMED,
        "Fully met": _CLAIMED,
        "Happening already": _CLAIMED,
        "Already in place": _CLAIMED,
        "Complete and evidenced": {"progress": "complete", "assurance": "evidenced"},
        "Completed and evidenced": {"progress": "complete", "assurance": "evidenced"},
        "Signed off": {"progress": "complete", "assurance": "signed off"},
        "Complete and signed off": {"progress": "complete", "assurance": "signed off"},
        "Completed and signed off": {"progress": "complete", "assurance": "signed off"},
        "Complete and audited": {"progress": "complete", "assurance": "audited"},
        "Completed and audited": {"progress": "complete", "assurance": "audited"},
        "Paused": "paused",
        "On hold": "paused",
        "Suspended": "paused",
        "Withdrawn": "withdrawn",
        "Cancelled": "withdrawn",
        "No longer required": "withdrawn",
        "Superseded": "superseded",
        "Replaced": "superseded",
        "Post publication": "awaiting a stage",
        "After publication": "awaiting a stage",
        "Awaiting publication": "awaiting a stage",
        "Pending publication": "awaiting a stage",
        # Not complete, but whether it was begun is not said.
        "Not met": "unknown",
        "Not implemented": "unknown",
        "Not known": "unknown",
        "Unknown": "unknown",
        # What was said to a recommendation tells nothing of what became of it.
        "Accepted": {"response": "accepted"},
        "Agreed": {"response": "accepted"},
        # In principle is less than accepted: what will be done was left open.
        "Accepted in principle": {"response": "partly accepted"},
        "Partly accepted": {"response": "partly accepted"},
        "Partially accepted": {"response": "partly accepted"},
        "Partly agreed": {"response": "partly accepted"},
        "Partially agreed": {"response": "partly accepted"},
        "Rejected": {"response": "rejected"},
        "Not accepted": {"response": "rejected"},
        "Not agreed": {"response": "rejected"},
        "Not responded": {"response": "none"},
        "No response": {"response": "none"},
        "Missing": {"response": "none"},
    }
)
"""Words met in published plans and in national follow-up exercises; data, to be replaced by a plan's own legend."""
