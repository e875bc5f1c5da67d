"""What a printed status means (a first reading, to be replaced)."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel

from dhr_ledger.errors import UnknownStatus

ProgressCode = Literal[
    "not started", "in progress", "complete", "paused", "withdrawn", "superseded", "awaiting a stage", "unknown"
]
Response = Literal["accepted", "partly accepted", "rejected", "none"]
Assurance = Literal["claimed", "evidenced", "signed off", "audited"]


class Status(BaseModel, frozen=True, extra="forbid"):
    """A status."""

    as_printed: str
    progress: ProgressCode
    response: Response | None = None
    assurance: Assurance | None = None


class Legend(BaseModel, frozen=True, extra="forbid"):
    """A legend."""

    words: dict[str, ProgressCode]

    def read(self, text: str) -> Status:
        """Read."""
        folded = re.sub(r"[\s.-]+", " ", text).strip().casefold()
        return Status(as_printed=text, progress=self.words.get(folded, "unknown"))

    def parse(self, text: str) -> Status:
        """Parse."""
        status = self.read(text)
        if status.progress == "unknown":
            raise UnknownStatus(f"{text!r} is not in the legend; the legend has: {', '.join(self.words)}.")
        return status


DEFAULT_LEGEND = Legend(
    words={
        "action completed": "complete",
        "completed": "complete",
        "complete": "complete",
        "ongoing": "in progress",
        "on going": "in progress",
        "in progress": "in progress",
        "not started": "not started",
        "post publication": "awaiting a stage",
        "paused": "paused",
        "withdrawn": "withdrawn",
        "superseded": "superseded",
    }
)
