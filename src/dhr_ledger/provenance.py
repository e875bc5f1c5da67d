"""Who recorded a change, when it was true, and where it was read: `Actor`, `Effective`, `Source`.

All three are kept by value in the entry, so that they outlive the account, the calendar and the file that they name
(BS 10008 asks for the life history of a record: who, what, when, why and from where).
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from dhr_ledger.errors import BadActor, BadEffective

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[ -~]+$")]
"""A key in the stored JSON: ASCII alone, so that there is one order to sort by."""
Number = Annotated[int, Field(ge=-(2**53) + 1, le=2**53 - 1)]
"""A number in the stored JSON: one that a reader in another language does not round."""
Count = Annotated[Number, Field(ge=0)]
Nth = Annotated[Number, Field(ge=1)]


class Actor(BaseModel):
    """The post or person who recorded a change: a name, and the agency and role it was done in, where known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    agency: Name | None = None
    role: Name | None = None

    @classmethod
    def of(cls, who: Actor | str | None) -> Actor:
        """*who* as an actor: a plain name will do.  Raises `BadActor` for nobody."""
        if isinstance(who, Actor):
            # One with more to it, of a program's own, is kept as far as an entry has a place for it.
            return who if type(who) is Actor else cls(name=who.name, agency=who.agency, role=who.role)
        if not isinstance(who, str) or not who.strip():
            raise BadActor(f"{who!r} names nobody; say who records this, like 'DHR coordinator'.")
        try:
            return cls(name=who)
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]["msg"]
            raise BadActor(f"by={who!r} cannot be kept as a name: {fault}; write at most 200 characters.") from None

    def __str__(self) -> str:
        return f"{self.name} ({self.agency})" if self.agency else self.name


class Effective(str):
    """When something was true, to the precision known: `2013-09-14`, `2013-09` or `2013`.

    It counts from its last day: what was true "in September" is known to be true only when September is over.
    """

    __slots__ = ()

    def __new__(cls, when: str | date) -> Effective:
        """Raises `BadEffective` unless *when* is a date or is written as one (ISO 8601, reduced precision allowed)."""
        if isinstance(when, Effective):
            return when
        text = when.isoformat()[:10] if isinstance(when, date) else when
        try:
            match = _DATE.fullmatch(text)
            if not match:
                raise ValueError
            year, month, day = (int(part) if part else 1 for part in match.groups())
            date(year, month, day)
        except (TypeError, ValueError):
            raise BadEffective(f"{text!r} is no date; write it like 2013-09-14, 2013-09 or 2013.") from None
        return super().__new__(cls, text)

    @property
    def precision(self) -> Literal["day", "month", "year"]:
        """How exactly it is known."""
        return {10: "day", 7: "month", 4: "year"}[len(self)]  # type: ignore[return-value]

    @property
    def earliest(self) -> date:
        """Its first day."""
        return date.fromisoformat((self + "-01-01")[:10])

    @property
    def latest(self) -> date:
        """Its last day, from which it counts."""
        if len(self) == 10:
            return date.fromisoformat(self)
        year, month = int(self[:4]), int(self[5:7] or 12)
        return date(year, month, monthrange(year, month)[1])


class Source(BaseModel):
    """Where a change was read: an imported file and the cells in it, or the system that sent it.

    Rows and columns count from 1, as a person counts them; `columns` says which column each field was read from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", revalidate_instances="subclass-instances")

    file: str | None = None
    digest: Digest | None = None
    table: str | None = None
    row: Nth | None = None
    columns: dict[Key, Nth] | None = None
    system: str | None = None
    key: str | None = None

    def __str__(self) -> str:
        if self.file is None:
            return " ".join(part for part in (self.system, self.key) if part)
        place = [self.file, self.table, f"row {self.row}" if self.row else None]
        if self.columns and len(self.columns) == 1:
            place.append(f"column {next(iter(self.columns.values()))}")
        return ", ".join(part for part in place if part)
