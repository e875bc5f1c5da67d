"""What each audience is shown: names and fields are withheld from the entries before any exporter sees them.

Who is not shown what is a profile, which is data.  Three come with the package (panel, board, public); a file of the
same form changes them or adds others, and names the people whose names stand in the words of a plan:

    {"public": {"withheld": ["by.name", "reason"], "leads_that_name_a_person": true, "names": ["Jane Doe"]}}

A field that is withheld says so, so that nobody takes it for blank.  What holds no words cannot be withheld: a number,
one of some words that are given, a reference.  The ledger itself keeps every word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, BaseModel, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from dhr_ledger.entry import EVENTS, Entry, canonical, read
from dhr_ledger.errors import BadInput
from dhr_ledger.lead import Lead
from dhr_ledger.provenance import Actor, Source

WITHHELD = "[withheld]"
"""What stands in place of words that are withheld."""
NAME_WITHHELD = "[name withheld]"
"""What stands in place of a name that is withheld, within words that are not."""


_OF_ANY_ENTRY = ("by.name", "by.agency", "by.role", "reason", "source")
_REFERENCES = ("section", "recommendation")
"""Fields by which the parts of a plan hang together; a reference is shown to everybody."""


def _known(path: str) -> str:
    where, _, name = path.partition(".")
    if path in _OF_ANY_ENTRY:
        return path
    if where not in EVENTS or name not in EVENTS[where].model_fields:
        given = ", ".join(_OF_ANY_ENTRY)
        raise ValueError(f"{path!r} is no field of an entry; give {given} or one like EvidenceAttached.name")
    schema = _schema(EVENTS[where])
    if name in _REFERENCES or not _holds_words(schema["properties"][name], schema):
        raise ValueError(f"{path!r} holds no words that could be withheld, and is always shown; take it out")
    return path


@checked(frozen=True, config={"extra": "forbid"})
class Profile:
    """What is withheld: `by.name`, `by.role`, `reason`, `source`, or a field of an event (`EvidenceAttached.name`).

    `names` are withheld wherever they stand in any words, whole and in any capitals; the name of a file is words too.
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
            kind = entry.type.rpartition(".v")[0]
            if kind not in EVENTS:
                read(*entry[3:], entry.position)  # raises: nobody knows where the words are in it
            told = orjson.loads(entry.body)
            self._withhold(kind, told)
            yield Entry(*entry[:4], canonical(told))

    def _withhold(self, kind: str, told: dict[str, Any]) -> None:
        event, of_event = told["event"], _schema(EVENTS[kind])
        withheld = self.profile.withheld
        if "by.name" in withheld:
            # Somebody recorded it; the agency or the role says who, where it was said and may be.
            posts = (told["by"].get(part) for part in ("role", "agency") if f"by.{part}" not in withheld)
            told["by"]["name"] = next(filter(None, posts), WITHHELD)
        for path in withheld:
            where, _, name = path.partition(".")
            if where == "by" and name != "name" and name in told["by"]:
                told["by"][name] = WITHHELD
            elif path == "reason" and path in told:
                told[path] = WITHHELD
            elif path == "source" and path in told:
                told[path] = {"file": WITHHELD}
            elif where == kind and name in event:
                event[name] = _without(event[name], of_event["properties"][name], of_event)
        if self.profile.leads_that_name_a_person:
            _each_lead(event)
        if self.profile.names:
            for key, schema in (("by", _schema(Actor)), ("event", of_event), ("source", _schema(Source))):
                if key in told:
                    told[key] = _each_text(told[key], self._without_names, schema, schema)
            told["by"] = {key: words[:_LONGEST_NAME] for key, words in told["by"].items()}
            if "reason" in told:
                told["reason"] = self._without_names(told["reason"])
            told["event"] = {name: _one_of_each(value) for name, value in told["event"].items()}

    def _without_names(self, words: str) -> str:
        return self._names.sub(NAME_WITHHELD, words)

    @cached_property
    def _names(self) -> re.Pattern[str]:
        longest_first = sorted(self.profile.names, key=lambda name: -len(name))
        # The name of a file has other signs where there would be a space.
        spaced = [r"[\s._-]+".join(map(re.escape, name.split())) for name in longest_first]
        return re.compile(rf"(?<![^\W_])(?:{'|'.join(spaced)})(?![^\W_])", re.IGNORECASE)


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


def _one_of_each(value: Any) -> Any:
    """*value*; of a legend, each word once: two that were names are one word now, and nobody knows what it means."""
    match value:
        case [{"as_printed": _, "progress": _}, *_]:
            words = Counter(status["as_printed"] for status in value)
            said_once = (status for status in value if words[status["as_printed"]] == 1)
            said_twice = (word for word, count in words.items() if count > 1)
            return [*said_once, *({"as_printed": word, "progress": "unknown"} for word in said_twice)]
        case _:
            return value


def _each_lead(event: dict[str, Any]) -> None:
    """Withhold each lead in *event* that names a person."""
    for name in ("lead", "was", "to"):
        match event.get(name):
            case {"kind": _} | {"progress": _}:
                pass  # a date, or a status
            case {"as_printed": words} if Lead(as_printed=words).names_a_person:
                event[name] = {"as_printed": WITHHELD}


# Where the words are: in what the schema of an event calls a text and says nothing more of


def _each_text(value: Any, change: Callable[[str], str], schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """*value*, which is as *schema* says, with every text in it changed; keys and references stay, and so do codes."""
    for known in _branches(schema, root):
        match value:
            case str() if _is_words(known):
                return change(value)
            case dict() if known.get("type") == "object":
                return {
                    key: part if key in _references(known) else _each_text(part, change, _part(known, key), root)
                    for key, part in value.items()
                }
            case list() if known.get("type") == "array":
                return [_each_text(part, change, known["items"], root) for part in value]
    return value


def _without(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """*value* with `[withheld]` for every text in it; of a printed cell, nothing that was understood of it stays."""
    match value:
        case {"as_printed": words, **understood}:
            code = {key: _NOTHING_UNDERSTOOD[key] for key in understood if key in _NOTHING_UNDERSTOOD}
            return {"as_printed": WITHHELD, **code} if words else value
        case [{"as_printed": _}, *_]:
            return [{"as_printed": WITHHELD, "progress": "unknown"}]
        case _:
            return _each_text(value, lambda words: WITHHELD if words else words, schema, root)


_NOTHING_UNDERSTOOD = {"kind": "unreadable", "progress": "unknown"}
_LONGEST_NAME = 200
"""So many characters of a name are kept in an entry."""


def _holds_words(schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    """Whether any text stands in what is as *schema* says."""
    return any(
        _is_words(known)
        or any(_holds_words(part, root) for part in _parts(known).values())
        or (known.get("type") == "array" and _holds_words(known["items"], root))
        for known in _branches(schema, root)
    )


def _is_words(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "string" and not {"enum", "const", "pattern", "format"} & schema.keys()


def _branches(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What is as *schema* says may be as any of these says."""
    for branch in schema.get("anyOf", (schema,)):
        name = branch.get("$ref", "").rpartition("/")[2]
        yield root["$defs"][name] if name else branch


def _parts(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schemas of the parts of an object, by name; one that any name may have is under `""`."""
    named: dict[str, Any] = dict(schema.get("properties", {}))
    for other in (*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")):
        if isinstance(other, dict):
            named[""] = other
    return named


def _part(schema: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    parts = _parts(schema)
    part: Mapping[str, Any] = parts.get(key, parts.get("", {}))
    return part


def _references(schema: Mapping[str, Any]) -> Iterable[str]:
    """Which parts of an object are references: of one that may hold anything, none."""
    named = {*schema.get("properties", ()), *schema.get("propertyNames", {}).get("enum", ())}
    return named.intersection(_REFERENCES)


@cache
def _schema(model: type[BaseModel]) -> Mapping[str, Any]:
    return model.model_json_schema()
