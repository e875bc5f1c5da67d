"""Export: entries in, a whole file or no file out.

The host opens the file, checks the options, and hands over entries that cannot be changed.  It writes to a temporary
file beside the target and moves it into place, so that an exporter that fails leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import inspect
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from pathlib import Path
from secrets import token_hex
from stat import S_ISDIR, S_ISREG
from typing import Any, BinaryIO, Protocol, cast

from pydantic import PydanticUserError, TypeAdapter, ValidationError

from dhr_ledger.audience import Audience
from dhr_ledger.audience import audience as audience_called
from dhr_ledger.command import Command
from dhr_ledger.entry import Entry
from dhr_ledger.errors import BadOption, Conflict, ExportError, LedgerError, PluginError, UnknownReference
from dhr_ledger.plan import moment
from dhr_ledger.plugins import Door, Doors, installed
from dhr_ledger.provenance import Actor
from dhr_ledger.reference import review_of, section_of
from dhr_ledger.review import (
    IssueExport,
    RecommendationMade,
    RecommendationReworded,
    SectionAdded,
    SectionRenamed,
)

TOLD = ("as_known", "audience")
"""Options that `issue` tells an exporter, by what it shows; to choose one would say so and show something else."""
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Option:
    """An option of an exporter: its name, its type, and its default, `inspect.Parameter.empty` where it has none."""

    name: str
    annotation: Any
    default: Any


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was made: where, by which exporter and options, its SHA-256 digest, and which entries it shows.

    `made_by` is the distribution that the exporter came with, and its version: `dhr-ledger-pdf 0.1.0`.  `entries`
    counts the entries and `head` is the position of the last; `reviews` are the reviews they belong to.
    """

    path: Path
    exporter: str
    options: Mapping[str, Any]
    digest: str
    entries: int
    head: int
    reviews: tuple[str, ...]
    made_by: str


class Source(Protocol):
    """What `issue` needs of a ledger."""

    def entries(self, reference: str | None = None) -> Iterator[Entry]: ...
    def record(self, *commands: Command, by: Actor | str | None = None) -> list[Entry]: ...


def export(
    entries: Iterable[Entry],
    name: str,
    path: str | os.PathLike[str],
    *,
    options: Mapping[str, Any] | None = None,
    doors: Doors | None = None,
    before_it_is_there: Callable[[Exported], None] | None = None,
) -> Exported:
    """Write *entries* to *path* by the exporter called *name*; without a file type in it, the ending of *path* picks.

    *options* are checked against the exporter's keyword-only parameters; text is taken for any of them.
    *before_it_is_there* is called once the file is whole and on the disk, before it gets its name; if it raises,
    there is no file, and what it raised is raised.  A file that stood at *path* is replaced at that moment or not at
    all.
    Raises `UnknownExporter`, `BadOption`, and `ExportError` naming the exporter that failed or the place that cannot
    be written to.
    """
    path = Path(path)
    door = (doors or installed()).exporter(name, path.suffix)
    chosen = check_options(door, options or {})
    _check_place(path)
    seen = _Seen(entries, door)
    temporary = path.with_name(f".{token_hex(8)}.part")
    try:
        with _cannot_be_written(door, path), open(temporary, "x+b") as out:
            _run(door, seen, out, chosen)
            out.flush()
            # If the power goes before this returns, the temporary file may be lost; nobody was told of it.
            os.fsync(out.fileno())
            out.seek(0)
            digest = hashlib.file_digest(cast(Any, out), "sha256").hexdigest()
        exported = Exported(
            *(path, door.name, chosen, f"sha256:{digest}", seen.count, seen.head, tuple(sorted(seen.reviews))),
            made_by=f"{door.plugin} {door.version}",
        )
        if before_it_is_there is not None:
            before_it_is_there(exported)
        with _cannot_be_written(door, path):
            # From here the whole file is there under its name, or, if the power goes, the one that was there before.
            os.replace(temporary, path)
    except BaseException:
        with suppress(OSError, ValueError):
            temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return exported


def issue(
    ledger: Source,
    name: str,
    path: str | os.PathLike[str],
    *,
    by: Actor | str | None = None,
    reference: str | None = None,
    as_known: datetime | date | str | None = None,
    audience: Audience | str | None = None,
    options: Mapping[str, Any] | None = None,
    doors: Doors | None = None,
    so_far: Callable[[int], None] | None = None,
) -> Exported:
    """Export what *ledger* holds of *reference*, and record in each review shown that the file was issued.

    For a section or an action the entries of the review itself come along, which hold the headings and the stages, but
    for those that are about another section.
    *as_known* shows what had been recorded by then, a day standing for the end of it, in UTC.  *audience* is who the
    file is for, or what they are called in the profiles of the package: what they are not shown, the exporter is not
    given.  An exporter that has an option of either name is told, and nobody else can choose it.  *so_far* is told the
    position of every hundredth entry as the exporter takes it.

    The entry is recorded before the file gets its name: if the power goes in between, the ledger tells of a file that
    nobody has, and there is never a file that the ledger does not know.
    Raises what `export` and `Ledger.record` raise, and `UnknownReference` when there is nothing to show; there is no
    file then.
    """
    for chosen in TOLD:
        if chosen in (options or {}):
            raise BadOption(
                f"{chosen} is no option to choose, for it would change what {name} says and not what it shows; "
                f"give it to the export itself, as {chosen}=… or --{chosen.replace('_', '-')}."
            )
    if isinstance(audience, str):
        audience = audience_called(audience)
    known = moment(as_known)
    told: dict[str, Any] = {}
    if known is not None:
        told["as_known"] = known
    if audience is not None:
        told["audience"] = audience.name

    def record(exported: Exported) -> None:
        if not exported.reviews:
            shown = reference or "any review"
            raise UnknownReference(f"There are no entries of {shown} to export; import a plan first.")
        orders = [_issued(exported, review, reference, told) for review in exported.reviews]
        for tries_left in reversed(range(_TRIES)):
            try:
                ledger.record(*orders, by=by)
                return
            except Conflict:  # with what was recorded of the review just now, by which no export is less true
                if not tries_left:
                    raise

    entries = _shown(ledger, reference)
    if known is not None:
        entries = takewhile(lambda entry: entry.recorded_at <= known, entries)
    if so_far is not None:
        entries = _telling(entries, so_far)
    if audience is not None:
        entries = audience.shown(entries)
    doors = doors or installed()
    takes = {option.name for option in options_of(doors.exporter(name, Path(path).suffix))}
    options = {key: value for key, value in told.items() if key in takes} | dict(options or {})
    return export(entries, name, path, options=options, doors=doors, before_it_is_there=record)


def _shown(ledger: Source, reference: str | None) -> Iterator[Entry]:
    """The entries of *reference*, and of its review, without which a section has no heading and a stage no day.

    Another section would seem to have no actions, so what the review says of one is left out.
    """
    below = ledger.entries(reference)  # says what is wrong with a reference
    if reference is None or ":" not in reference:
        return below
    review, section = review_of(reference), section_of(reference)
    return (
        entry
        for entry in ledger.entries(review)
        if (entry.reference == review and _is_about(entry, section))
        or entry.reference == reference
        or entry.reference.startswith(f"{reference}:")
    )


def _is_about(entry: Entry, section: str) -> bool:
    """Whether *entry* of a review is about the section with the key *section*, or about no section at all."""
    match entry.event:
        case SectionAdded(section=other) | SectionRenamed(section=other):
            return other == section
        case RecommendationMade(recommendation=other) | RecommendationReworded(recommendation=other):
            return section_of(other) == section
        case _:
            return True


def _telling(entries: Iterable[Entry], so_far: Callable[[int], None]) -> Iterator[Entry]:
    for entry in entries:
        if entry.position % 100 == 0:
            so_far(entry.position)
        yield entry


def options_of(door: Door) -> list[Option]:
    """The options of an exporter: its keyword-only parameters."""
    return [
        Option(parameter.name, _annotation(door, parameter), parameter.default)
        for parameter in inspect.signature(door.function).parameters.values()
        if parameter.kind is parameter.KEYWORD_ONLY
    ]


def _annotation(door: Door, parameter: inspect.Parameter) -> Any:
    """The annotation of an option.  The other parameters' may name what is imported for type checkers alone."""
    annotation = Any if parameter.annotation is parameter.empty else parameter.annotation
    if not isinstance(annotation, str):
        return annotation
    try:
        return eval(annotation, getattr(inspect.unwrap(door.function), "__globals__", {}))
    except NameError as error:
        raise PluginError(
            f"The option {parameter.name!r} of {door.name} is annotated as {annotation!r}, and {error}; "
            f"{door.plugin} has to import it where the program runs."
        ) from error


def check_options(door: Door, options: Mapping[str, Any]) -> dict[str, Any]:
    """*options* as the exporter takes them.  Raises `BadOption` for one that it does not know or cannot use."""
    known = {option.name: option for option in options_of(door)}
    chosen: dict[str, Any] = {}
    for name, value in options.items():
        if name not in known:
            listed = f"it takes {', '.join(known)}" if known else "it takes none"
            raise BadOption(f"{door.name} has no option {name!r}; {listed}.")
        try:
            chosen[name] = TypeAdapter(known[name].annotation).validate_python(value)
        except PydanticUserError as error:
            raise PluginError(
                f"The option {name!r} of {door.name} is of a type that cannot be read from text; "
                f"{door.plugin} has to annotate it with one that pydantic knows."
            ) from error
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            raise BadOption(f"{door.name} cannot take {name}={value!r}: {fault['msg']}.") from None
    for option in known.values():
        if option.default is inspect.Parameter.empty and option.name not in chosen:
            raise BadOption(f"{door.name} needs the option {option.name!r}.")
    return chosen


def _run(door: Door, entries: Iterable[Entry], out: BinaryIO, options: Mapping[str, Any]) -> None:
    try:
        door.function(entries, out, **options)
    except LedgerError:
        raise
    except Exception as error:
        raise ExportError(
            f"The exporter {door.name} of {door.plugin} failed and left no file: {type(error).__name__}: {error}."
        ) from error
    if out.closed:
        raise ExportError(
            f"The exporter {door.name} of {door.plugin} closed the file that it was given, which is not its own; "
            "a wrapper around the file has to be detached from it."
        )


def _is_a_ledger(path: Path) -> bool:
    """Whether an SQLite file, or one that belongs to it, stands at *path*: an export never takes its place."""
    for name in (path.name, path.name.removesuffix("-wal"), path.name.removesuffix("-shm")):
        with suppress(OSError, ValueError), open(path.with_name(name), "rb") as file:
            if file.read(16) == b"SQLite format 3\0":
                return True
    return False


def _check_place(path: Path) -> None:
    try:
        mode = path.stat().st_mode if path.exists() else None
        folder = path.parent.is_dir()
    except (OSError, ValueError) as error:
        raise ExportError(f"No file can be called {str(path)!r}: {error}; give another name.") from error
    if mode is not None and S_ISDIR(mode):
        raise ExportError(f"{str(path)!r} is a folder; give the name of a file in it.")
    if mode is not None and not S_ISREG(mode):
        raise ExportError(f"{str(path)!r} is a device or a pipe, which a file cannot replace; give the name of a file.")
    if _is_a_ledger(path):
        raise ExportError(f"{str(path)!r} belongs to a ledger or another database, which an export never replaces.")
    if not folder:
        raise ExportError(f"There is no folder {path.parent}; make it first, or choose another place for {path.name}.")


@contextmanager
def _cannot_be_written(door: Door, path: Path) -> Iterator[None]:
    """Say of what the system refuses which export it was, and where to."""
    try:
        yield
    except LedgerError:
        raise
    except (OSError, ValueError) as error:
        raise ExportError(f"{door.name} cannot be written to {str(path)!r}: {error}; no file was left.") from error


def _sync_folder(folder: Path) -> None:
    """Put the new name on the disk: until then the power may take it away again, and leave what was there before."""
    if os.name != "posix":  # elsewhere a folder cannot be opened, and keeps its names by itself
        return
    # A few network file systems cannot do it, and nobody may look into a folder that is for handing in alone.  The
    # file is there and whole all the same, so it is no failure.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _issued(exported: Exported, review: str, reference: str | None, told: Mapping[str, Any]) -> IssueExport:
    return IssueExport(
        review=review,
        exporter=exported.exporter,
        file=exported.path.name,
        digest=exported.digest,
        entries=exported.entries,
        head=exported.head,
        shows=None if reference == review else reference,
        options={
            name: value if isinstance(value, str | int | None) else str(value)
            for name, value in {**told, **exported.options}.items()
        },
        made_by=exported.made_by,
    )


class _Seen:
    """Entries on their way to an exporter, counted as they pass; they may be asked for once."""

    def __init__(self, entries: Iterable[Entry], door: Door) -> None:
        self._entries: Iterable[Entry] | None = entries
        self._door = door
        self.count = 0
        self.head = 0
        self.reviews: set[str] = set()

    def __iter__(self) -> Iterator[Entry]:
        entries, self._entries = self._entries, None
        if entries is None:
            raise ExportError(
                f"The exporter {self._door.name} of {self._door.plugin} asked for the entries twice; "
                "they are read once, from the store, so it has to keep what it needs again."
            )
        for entry in entries:
            self.count += 1
            self.head = entry.position
            self.reviews.add(review_of(entry.reference))
            yield entry
