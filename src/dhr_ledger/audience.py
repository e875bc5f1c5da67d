"""What each audience is shown: names and fields are withheld from the entries before any exporter sees them.

Who is not shown what is a profile, which is data.  Three come with the package (panel, board, public); a file of the
same form changes them or adds others, and names the people whose names stand in the words of a plan:

    {"public": {"withheld": ["by.name", "reason"], "leads_that_name_a_person": true, "names": ["Jane Doe"]}}

A field that is withheld says so, so that nobody takes it for blank.  The ledger itself keeps every word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from dhr_ledger.entry import EVENTS, Entry, canonical
from dhr_ledger.errors import BadInput
from dhr_ledger.lead import Lead

WITHHELD = "[withheld]"
"""What stands in place of words that are withheld."""


def _known(path: str) -> str:
    where, _, name = path.partition(".")
    if path in _OF_ANY_ENTRY or (where in EVENTS and name in EVENTS[where].model_fields):
        return path
    given = ", ".join(_OF_ANY_ENTRY)
    raise ValueError(f"{path!r} is no field of an entry; give {given} or one like EvidenceAttached.name")


_OF_ANY_ENTRY = ("by.name", "by.agency", "by.role", "reason", "source")


@checked(frozen=True, config={"extra": "forbid"})
class Profile:
    """What is withheld: `by.name`, `by.role`, `reason`, `source`, or a field of an event (`EvidenceAttached.name`).

    `names` are withheld wherever they stand in any words, whole and in any capitals.
    """

    summary: str = ""
    withheld: tuple[Annotated[str, AfterValidator(_known)], ...] = ()
    leads_that_name_a_person: bool = False
    names: tuple[Annotated[str, StringConstraints(pattern=r"\S")], ...] = ()


@dataclass(frozen=True)
class Audience:
    """Those who are shown a file: what they are called, and what is withheld from them."""

    name: str
    profile: Profile

    def shown(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """*entries* as they are shown: the same number of them, at the same places, with less in them."""
        if not (self.profile.withheld or self.profile.leads_that_name_a_person or self.profile.names):
            yield from entries
            return
        for entry in entries:
            told = orjson.loads(entry.body)
            self._withhold(entry.type.rpartition(".v")[0], told)
            yield Entry(*entry[:4], canonical(told))

    def _withhold(self, kind: str, told: dict[str, Any]) -> None:
        event = told["event"]
        for path in self.profile.withheld:
            where, _, name = path.partition(".")
            if path == "by.name":
                # Somebody recorded it; the agency or the role says who, where it was said.
                told["by"]["name"] = told["by"].get("role") or told["by"].get("agency") or WITHHELD
            elif where == "by":
                told["by"].pop(name, None)
            elif path in ("reason", "source"):
                if path in told:
                    told.pop(path)
                    if path == "reason":
                        told["reason"] = WITHHELD
            elif where == kind and name in event:
                event[name] = WITHHELD if isinstance(event[name], str) else type(event[name])()
        if self.profile.leads_that_name_a_person:
            _each_lead(event)
        if self.profile.names:
            for key in ("by", "event", "reason"):
                if key in told:
                    told[key] = _each_text(told[key], self._without_names)

    def _without_names(self, words: str) -> str:
        return self._names.sub("[name withheld]", words)

    @cached_property
    def _names(self) -> re.Pattern[str]:
        longest_first = sorted(self.profile.names, key=lambda name: -len(name))
        spaced = [r"\s+".join(map(re.escape, name.split())) for name in longest_first]
        return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)", re.IGNORECASE)


def audience(name: str, profiles: Path | None = None) -> Audience:
    """The audience called *name*, by the profiles that come with the package and those in the file *profiles*.

    Raises `BadInput` for one that is not there, and for a file that holds no profiles.
    """
    known = _profiles((files("dhr_ledger") / "audiences.json").read_bytes(), "the package")
    if profiles is not None:
        try:
            known = {**known, **_profiles(profiles.read_bytes(), str(profiles))}
        except OSError as error:
            raise BadInput(
                f"The profiles {str(profiles)!r} cannot be read: {error.strerror}; check the name."
            ) from None
    if name not in known:
        raise BadInput(f"There is no audience {name!r}; there are {', '.join(sorted(known))}.")
    return Audience(name, known[name])


_PROFILES = TypeAdapter(dict[str, Profile])


def _profiles(data: bytes, place: str) -> Mapping[str, Profile]:
    try:
        return _PROFILES.validate_json(data)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise BadInput(
            f"{place} holds no profiles of audiences: {'.'.join(map(str, fault['loc']))}: {fault['msg']}; "
            'write them like {"public": {"withheld": ["by.name"], "names": []}}.'
        ) from None


def _each_lead(event: dict[str, Any]) -> None:
    """Withhold each lead in *event* that names a person."""
    for name in ("lead", "was", "to"):
        lead = event.get(name)
        if isinstance(lead, dict) and "as_printed" in lead and "kind" not in lead and "progress" not in lead:
            read = Lead(as_printed=lead["as_printed"])
            if read.names_a_person:
                event[name] = {"as_printed": WITHHELD}


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """*value* with every text in it changed; keys stay."""
    match value:
        case str():
            return change(value)
        case dict():
            return {key: _each_text(part, change) for key, part in value.items()}
        case list():
            return [_each_text(part, change) for part in value]
        case _:
            return value
