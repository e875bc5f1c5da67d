"""Import: the tables that a council keeps, understood as a plan.

An importer yields grids, which are rows of cells as printed.  Understanding is done once, here, for every format:

    Domestic Homicide Review Action Plan … BDHR2012/13-04      the title, which names the review
    West Midlands Police                                       the heading of a section, right above its headings
    Ref | Action (SMART) | Lead Agency | Target Date | …       the headings: at least three that are known
    Recommendation 1 : …                                       a recommendation, alone in its row
    1.1 | …                                                    its actions

Nothing is guessed.  What is not understood and holds no place in the plan is a note; what would be lost or could be
mistaken is a fault, and any fault refuses the whole import, together with all the others that were found.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from dhr_ledger.errors import ImportRefused
from dhr_ledger.imports.grid import PRINTED_REVIEW, File, Found, Table, short, tables
from dhr_ledger.imports.section import ImportedSection, read_section
from dhr_ledger.plugins import Doors, installed
from dhr_ledger.provenance import Source
from dhr_ledger.reference import check_review
from dhr_ledger.review import Kind

LARGEST_FILE = 20_000_000
"""In bytes.  A plan of a thousand actions takes two million; what is larger is something else."""


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file that was read, the importer that read it, and how many actions it holds."""

    name: str
    digest: str
    importer: str
    actions: int


@dataclass(frozen=True, slots=True)
class ImportedPlan:
    """The plan of one review as some files hold it.  `notes` are what a person should look at, a sentence each."""

    review: str
    kind: Kind
    title: str
    sections: tuple[ImportedSection, ...]
    files: tuple[ImportedFile, ...]
    notes: tuple[str, ...]
    source: Source


def read_plan(*files: str | os.PathLike[str], review: str | None = None, doors: Doors | None = None) -> ImportedPlan:
    """The plan that *files* hold together, section after section in the order given.

    *review* is its reference, and may be left out where a title says it.  A section's key is that of a file called
    like `09-WMP.csv`; else the acronym in brackets at the end of its heading; else the initials of its heading.
    Raises `ImportRefused` with every fault that was found, and `BadReference` for a *review* that is none.
    """
    found = Found()
    doors = doors or installed()
    given = check_review(review) if review is not None else None
    held = [table for path in files for table in _read(Path(path), doors, found)]
    if not files:
        found.faults.append("There is nothing to import; name at least one file.")
    reference = _review(held, given, found)
    sections = [read_section(table, found) for table in held]
    _check_keys(sections, found)
    if found.faults or reference is None:
        raise ImportRefused(found.faults)
    counts = Counter[str]()
    for table, section in zip(held, sections, strict=True):
        counts[table.file.digest] += len(section.actions)
    title, source = _title(held)
    return ImportedPlan(
        review=reference,
        kind=_kind(reference),
        title=title or reference,
        sections=tuple(sections),
        files=tuple(
            ImportedFile(file.name, file.digest, file.importer, counts[file.digest])
            for file in dict.fromkeys(table.file for table in held)
        ),
        notes=tuple(found.notes),
        source=source,
    )


def _read(path: Path, doors: Doors, found: Found) -> list[Table]:
    """The tables of one file, through the importer that its ending names; a fault for a file that cannot be read."""
    door = doors.importers.get(path.suffix.lower())
    if door is None:
        ending = path.suffix or "no ending"
        listed = ", ".join(sorted(doors.importers)) or "none"
        found.faults.append(f"{path.name} cannot be read: it has {ending}, and the importers installed read {listed}.")
        return []
    try:
        with open(path, "rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise ImportRefused([f"{path.name} is larger than {LARGEST_FILE:,} bytes; is it the action plan?"])
        file = File(path.name, f"sha256:{hashlib.sha256(data).hexdigest()}", door.name)
        return tables(file, door.function(io.BytesIO(data), path.name), found)
    except ImportRefused as refused:
        found.faults += refused.faults
    except OSError as error:
        found.faults.append(f"{path} cannot be read: {error.strerror or error}; check its name, and who may read it.")
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        found.faults.append(f"{path.name}: the importer {door.name} of {door.plugin} failed: {why}; tell its author.")
    return []


def _title(held: list[Table]) -> tuple[str, Source]:
    """The title of the plan and where it was read, or no title and the first file."""
    for table in held:
        if table.title and table.title.alone:
            return table.title.alone, table.at(table.title.number, title=table.title.column)
    return "", held[0].at()


def _review(held: list[Table], given: str | None, found: Found) -> str | None:
    """The reference of the review: the one that was *given*, or else the one that all the titles name."""
    printed: dict[str, Source] = {}
    for table in held:
        for row in table.above:
            for match in PRINTED_REVIEW.finditer(" ".join(row.cells)):
                printed.setdefault(match[0], table.at(row.number))
    if given:
        found.notes += [
            f"{place}: the title names {name}; it is taken in as {given}."
            for name, place in printed.items()
            if name != given
        ]
        return given
    if len(printed) > 1:
        named = ", ".join(f"{name} ({place})" for name, place in printed.items())
        found.faults.append(
            f"The files name more than one review: {named}; import each by itself, or say which one it is."
        )
    elif held and not printed:
        found.faults.append(f"No title in {held[0].file.name} says which review it is of; say it, like BDHR2012/13-04.")
    return next(iter(printed), None)


def _kind(reference: str) -> Kind:
    match = PRINTED_REVIEW.match(reference)
    return cast(Kind, match["kind"]) if match else "DHR"


def _check_keys(sections: list[ImportedSection], found: Found) -> None:
    first: dict[str, ImportedSection] = {}
    for section in sections:
        other = first.setdefault(section.key, section)
        if other is not section:
            found.faults.append(
                f"Two sections would have the key {section.key!r}: {short(other.heading)} ({other.source}) and "
                f"{short(section.heading)} ({section.source}); leave one out, or call the files like 09-WMP.csv."
            )
