"""A correction or an explanation that points at an entry; the entry itself is never edited."""

from __future__ import annotations

from collections.abc import Iterator

from dhr_ledger.command import Command, Event, Text
from dhr_ledger.errors import UnknownReference
from dhr_ledger.provenance import Nth
from dhr_ledger.reference import StreamRef


class AnnotateEntry(Command):
    """Correct or explain an entry: the one of that version within its review or action."""

    reference: StreamRef
    version: Nth
    note: Text

    @property
    def stream(self) -> str:
        return self.reference


class EntryAnnotated(Event):
    """The entry of that version, in the same review or action, was corrected or explained."""

    version: int
    note: str


def decide(command: AnnotateEntry, head: int) -> Iterator[EntryAnnotated]:
    """Yield the annotation of an entry that is there: *head* is the version of the last one."""
    if not 1 <= command.version <= head:
        kept = f"it has versions 1 to {head}" if head else "it has none"
        raise UnknownReference(f"There is no entry {command.version} of {command.reference}; {kept}.")
    yield EntryAnnotated(version=command.version, note=command.note)
