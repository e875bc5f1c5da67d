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
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import cast

from dhr_ledger.entry import Entry
from dhr_ledger.errors import ImportRefused, UnknownReference
from dhr_ledger.home_office import HomeOfficePlan, home_office_plan
from dhr_ledger.imports.grid import PRINTED_REVIEW, File, Found, Table, short
from dhr_ledger.imports.handed_back import read_handed_back
from dhr_ledger.imports.headings import fold
from dhr_ledger.imports.printed_rows import PrintedAt
from dhr_ledger.imports.reading import read_section
from dhr_ledger.imports.section import ImportedSection
from dhr_ledger.imports.tables import as_printed, tables
from dhr_ledger.ledger import Ledger
from dhr_ledger.plugins import Doors, installed
from dhr_ledger.provenance import Source
from dhr_ledger.reference import check_review, review_of
from dhr_ledger.review import ExportIssued, Kind, Meaning, Review
from dhr_ledger.status import DEFAULT_LEGEND, Legend

LARGEST_FILE = 20_000_000
"""In bytes.  A plan of a thousand actions takes two million; what is larger is something else."""
MOST_ROWS = 25_000
MOST_TEXT = 5_000_000
"""In characters, in all tables of a file.  The largest published plan has a fiftieth of it, and a few hundred rows."""


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file that was read, the importer that read it, and how many actions it holds.

    `unread` says in how many places there is something that is not understood.
    """

    name: str
    digest: str
    importer: str
    actions: int
    unread: int = 0


@dataclass(frozen=True, slots=True)
class ImportedPlan:
    """The plan of one review as some files hold it.

    `notes` are what a person should look at, `not_understood` what is not taken in, and `proposals` what
    the words of a cell seem to change, each a sentence.  `headings` and `legend` are what was settled for it now.
    """

    review: str
    kind: Kind
    title: str
    sections: tuple[ImportedSection, ...]
    files: tuple[ImportedFile, ...]
    source: Source
    notes: tuple[str, ...] = ()
    not_understood: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    headings: Mapping[str, Meaning] = field(default_factory=dict)
    legend: Legend | None = None

    @property
    def made_from(self) -> int | None:
        """The first head of the ledger that any of the files was made from, where they say so."""
        return min((section.made_from for section in self.sections if section.made_from is not None), default=None)


def read_plan(
    *files: str | os.PathLike[str],
    review: str | None = None,
    headings: Mapping[str, Meaning] | None = None,
    legend: Legend | None = None,
    ledger: Ledger | None = None,
    made_from: int | None = None,
    doors: Doors | None = None,
    so_far: Callable[[int, int], None] | None = None,
) -> ImportedPlan:
    """The plan that *files* hold together, section after section in the order given.

    *review* is its reference, and may be left out where a title says it.  A section's key is that of a file called
    like `09-WMP.csv`; else the acronym in brackets at the end of its heading; else the initials of its heading.
    *headings* says what headings mean that are not in the vocabulary, and *legend* what the words and colours of its
    statuses mean; what was said of the review before is taken from *ledger*, where one is given, and so is what was
    printed in a document that was made from it.  *made_from* is the head of the ledger then, for files that do not say
    it.  *so_far* is told after each section how many rows are understood, and how many there are.
    Raises `ImportRefused` with every fault that was found, and `BadReference` for a *review* that is none.
    """
    found = Found()
    doors = doors or installed()
    given = check_review(review) if review is not None else None
    said = {fold(heading): meaning for heading, meaning in (headings or {}).items()}
    settled, words = _remembered(ledger, given, said, legend)
    printed_at = _PrintedAt(ledger, made_from)
    actions, unread = Counter[str](), Counter[str]()
    held: list[Table] = []
    for path in files:
        before = len(found.not_understood)
        tables_of_it = _read(Path(path), doors, settled, printed_at, found)
        held += tables_of_it
        if tables_of_it:
            unread[tables_of_it[0].file.digest] += len(found.not_understood) - before
    if not files:
        found.faults.append("There is nothing to import; name at least one file.")
    reference = _review(held, given, found)
    held = _of_the_review(held, reference, found)
    if reference and reference != given and _remembered(ledger, reference, said, legend) != (settled, words):
        # Only now is it known which plan it is, and what was settled about it.
        return read_plan(
            *files,
            review=reference,
            headings=headings,
            legend=legend,
            ledger=ledger,
            made_from=made_from,
            doors=doors,
            so_far=so_far,
        )
    sections: list[ImportedSection] = []
    done, rows = 0, sum(len(table.rows) for table in held)
    for table in held:
        done += len(table.rows)
        before = len(found.not_understood)
        try:
            back = table.printed is not None
            section = read_handed_back(table, found) if back else read_section(table, settled, words, found)
        except ImportRefused as refused:  # there is more of it than of any plan
            raise ImportRefused([*found.faults, *refused.faults]) from None
        sections.append(section)
        actions[table.file.digest] += len(section.actions)
        unread[table.file.digest] += len(found.not_understood) - before
        if so_far:
            so_far(done, rows)
    _check_keys(held, sections, found)
    if found.faults or reference is None:
        raise ImportRefused(found.faults)
    if found.notes and ledger is not None and _are_as_issued(held, ledger.entries(reference)):
        found.notes.clear()  # nobody has edited them, and what could be said of them is what we wrote
    title, source = _title(held)
    headed = {fold(cell) for table in held for cell in table.headings.cells}
    found.notes += [f"No column is headed {heading!r}." for heading in headings or {} if fold(heading) not in headed]
    return ImportedPlan(
        review=reference,
        kind=_kind(reference),
        title=title or reference,
        sections=tuple(sections),
        files=tuple(
            ImportedFile(file.name, file.digest, file.importer, actions[file.digest], unread[file.digest])
            for file in dict.fromkeys(table.file for table in held)
        ),
        source=source,
        notes=tuple(found.notes),
        not_understood=tuple(found.not_understood),
        proposals=tuple(found.proposals),
        headings={heading: meaning for heading, meaning in (headings or {}).items() if fold(heading) in headed},
        legend=legend,
    )


def _remembered(
    ledger: Ledger | None, review: str | None, said: Mapping[str, Meaning], legend: Legend | None
) -> tuple[dict[str, Meaning], Legend]:
    """What headings mean, folded, and what statuses mean: what is *said* now, and what was said of the *review*."""
    known: Review | None = None
    if ledger is not None and review is not None:
        with suppress(UnknownReference):
            known = ledger.review(review)
    settled = {fold(heading): meaning for heading, meaning in known.headings.items()} if known else {}
    words = known.legend if known else DEFAULT_LEGEND
    return {**settled, **said}, words | legend if legend else words


@dataclass(frozen=True, slots=True)
class _PrintedAt:
    """What a document for the Home Office said that was made from *ledger*, by the last entry that there was then.

    `otherwise` is that entry for a document that does not say it.
    """

    ledger: Ledger | None
    otherwise: int | None
    plans: dict[int, HomeOfficePlan] = field(default_factory=dict)

    def __call__(self, said: int | None) -> HomeOfficePlan | None:
        head = self.otherwise if said is None else said
        if self.ledger is None or head is None or not 0 < head <= self.ledger.head:
            return None
        if head not in self.plans:
            entries = takewhile(lambda entry: entry.position <= head, self.ledger.entries())
            self.plans[head] = home_office_plan(entries)
        return self.plans[head]


def _read(path: Path, doors: Doors, settled: Mapping[str, Meaning], printed_at: PrintedAt, found: Found) -> list[Table]:
    """The tables of one file, through the importer that its ending names; a fault for a file that cannot be read."""
    door = doors.importers.get(path.suffix.lower())
    if path.is_dir():
        found.faults.append(f"{path} is a folder; name the files in it.")
        return []
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
        grids = as_printed(door.function(io.BytesIO(data), path.name))
    except ImportRefused as refused:
        found.faults += refused.faults
    except OSError as error:
        found.faults.append(f"{path} cannot be read: {error.strerror or error}; check its name, and who may read it.")
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        found.faults.append(f"{path.name}: the importer {door.name} of {door.plugin} failed: {why}; tell its author.")
    else:
        held = tables(file, grids, settled, printed_at, found)
        rows = sum(len(table.rows) for table in held)
        text = sum(len(cell) for table in held for row in table.rows for cell in row.cells)
        if rows <= MOST_ROWS and text <= MOST_TEXT:
            return held
        what = f"{rows:,} rows" if rows > MOST_ROWS else f"{text:,} characters"
        found.faults.append(f"There are {what} in {path.name}, more than in any plan; name the right file.")
    return []


def _are_as_issued(held: Sequence[Table], entries: Iterable[Entry]) -> bool:
    """Whether all the files are, to the byte, exports that were issued."""
    issued = {entry.event.digest for entry in entries if isinstance(entry.event, ExportIssued)}
    return all(table.file.digest in issued for table in held)


def _title(held: list[Table]) -> tuple[str, Source]:
    """The title of the plan and where it was read, or no title and the first file."""
    for table in held:
        if table.title and table.title.alone and table.made_from is None:  # ours are called otherwise than the plan
            return table.title.alone, table.at(table.title.number, title=table.title.column)
    return "", held[0].at()


def _review(held: list[Table], given: str | None, found: Found) -> str | None:
    """The reference of the review: the one that was *given*, or else the one that all titles and references name."""
    printed: dict[str, Source] = {}
    for table in held:
        if table.section:
            printed.setdefault(review_of(table.section), table.at(table.rows[0].number) if table.rows else table.at())
        for row in () if table.section else table.above:
            for match in PRINTED_REVIEW.finditer(" ".join(row.cells)):
                printed.setdefault(match[0], table.at(row.number))
    if given:
        found.notes += [
            f"{place}: the title names {name}; it is taken in as {given}."
            for name, place in printed.items()
            if name != given and not any(table.section for table in held)
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


def _of_the_review(held: list[Table], review: str | None, found: Found) -> list[Table]:
    """Those of the tables that are not of another review, by the references in them; what is left out is noted."""
    of_it = []
    for table in held:
        if not table.section or review is None or review_of(table.section) == review:
            of_it.append(table)
        else:
            rows, were = ("1 row", "was") if len(table.rows) == 1 else (f"{len(table.rows)} rows", "were")
            found.notes.append(
                f"{table.at()}: {rows} of {table.section} {were} not taken in, since they are not of {review}."
            )
    if held and not of_it:
        found.faults.append(f"{held[0].file.name} holds nothing of {review}; is it the right review?")
    return of_it


def _kind(reference: str) -> Kind:
    match = PRINTED_REVIEW.match(reference)
    return cast(Kind, match["kind"]) if match else "DHR"


def _check_keys(held: Sequence[Table], sections: Sequence[ImportedSection], found: Found) -> None:
    first: dict[str, tuple[Table, ImportedSection]] = {}
    for table, section in zip(held, sections, strict=True):
        of_it, other = first.setdefault(section.key, (table, section))
        if other is section:
            continue
        if section.named and other.named:
            once = table.file == of_it.file
            cure = "leave one out" if once else "import one file after the other, each by itself"
        elif table.sole and of_it.sole:
            cure = "leave one out, or call the files like 09-WMP.csv"
        else:
            cure = "leave one out, or put a key of its own in brackets at the end of a heading, like (WMP)"
        found.faults.append(
            f"Two sections would have the key {section.key!r}: {short(other.heading)} ({other.source}) and "
            f"{short(section.heading)} ({section.source}); {cure}."
        )
