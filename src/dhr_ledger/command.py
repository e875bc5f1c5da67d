"""What every command and every event has in common.

A command is an order (`ReviseTargetDate`); it is checked when it is made, so that `decide` sees only well-formed ones.
An event is history (`TargetDateRevised`); its class name, its `v` and its field names are the storage format and need
to be versioned with care: a field that is left out of the stored bytes is blank, so a default never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator, StringConstraints, ValidationError

from dhr_ledger.errors import BadInput, LedgerError, ReasonRequired
from dhr_ledger.provenance import Effective, Source

_BRANCHES = ("str", "int", "bool", "none", "Status", "[key]")

Text = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
EffectiveDate = Annotated[Effective, PlainValidator(Effective, json_schema_input_type=str), PlainSerializer(str)]


class Command(BaseModel):
    """An order to change something.

    `reason`, `effective` and `source` may be said here, for this command alone, or to `Ledger.record`, for all that
    do not say it themselves.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    reason: str | None = None
    effective: EffectiveDate | None = None
    source: Source | None = None

    if not TYPE_CHECKING:

        def __init__(self, **fields: Any) -> None:
            """Raises the `BadInput` that says which value cannot be taken, where, and what would do."""
            try:
                super().__init__(**fields)
            except ValidationError as error:
                raise bad_input(type(self).__name__, error) from None

    @property
    def stream(self) -> str:
        """The reference of the review or action whose history this command adds to."""
        raise NotImplementedError


class Event(BaseModel):
    """Something that happened.  `v` is the version of its storage format; `upcasts` brings older ones up to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    v: ClassVar[int] = 1
    upcasts: ClassVar[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}

    @classmethod
    def type_name(cls) -> str:
        """The name under which it is stored: `TargetDateRevised.v1`."""
        return f"{cls.__name__}.v{cls.v}"


class Change(BaseModel):
    """What a field was, and what it was changed to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    was: str | None = None
    to: str | None = None


def require_reason(command: Command, deed: str) -> None:
    """Raises `ReasonRequired`, naming the *deed*, unless *command* says why."""
    if not (command.reason or "").strip():
        raise ReasonRequired(f"{deed} needs a reason, like 'The pilot was extended'.")


def bad_input(where: str, error: ValidationError) -> LedgerError:
    """The first fault of *error* as one sentence about *where*; an error of ours is handed on as it is."""
    fault = error.errors(include_url=False)[0]
    ours = fault.get("ctx", {}).get("error")
    if isinstance(ours, LedgerError):
        return ours
    # pydantic names the branch of a union that it tried as if it were a place.
    field = ".".join(str(part) for part in fault["loc"] if part not in _BRANCHES) or "value"
    match fault["type"]:
        case "missing":
            return BadInput(f"{where} needs {field}; it was not given.")
        case "extra_forbidden":
            return BadInput(f"{where} has no field {field!r}; check its spelling in docs/reference/commands.md.")
        case "string_too_short" | "string_pattern_mismatch" if not str(fault["input"]).strip():
            return BadInput(f"{where} needs {field}; a blank one was given.")
        case _:
            return BadInput(f"{where} cannot take {field}={fault['input']!r}: {fault['msg']}.")
