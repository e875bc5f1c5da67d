"""The difference between an imported plan and the ledger, as commands to look at before they are recorded.

Nothing is recorded here, and nothing that somebody may have meant otherwise is proposed: what is doubtful is a
conflict, said in a sentence, for a person to settle.

A file that was made from the ledger is compared three ways: with the ledger that it was made from (base), with the
ledger as it stands (ours), and with itself (theirs).  What the file leaves as it was made proposes nothing, whatever
has changed since; what both have changed, to different words, is a conflict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import takewhile

from dhr_ledger.action import Action
from dhr_ledger.command import Command
from dhr_ledger.entry import Entry
from dhr_ledger.errors import BadEffective
from dhr_ledger.imports import ImportedFile, ImportedPlan
from dhr_ledger.imports.cells import says
from dhr_ledger.imports.grid import short
from dhr_ledger.imports.headings import fold
from dhr_ledger.imports.section import ImportedAction, ImportedSection
from dhr_ledger.ledger import Ledger
from dhr_ledger.plan import ActionPlan, action_plan
from dhr_ledger.provenance import Effective, Source
from dhr_ledger.reconcile.changes import Said
from dhr_ledger.reconcile.matching import match_sections, mixed_up
from dhr_ledger.reconcile.proposal import Proposal as Proposal
from dhr_ledger.reconcile.section import Compared
from dhr_ledger.review import ExportIssued, ImportPlan, OpenReview, PlanImported, Review, ReviseLegend, SettleHeading


def reconcile(
    imported: ImportedPlan,
    ledger: Ledger,
    *,
    as_of: Effective | date | str | None = None,
    base: int | None = None,
) -> Proposal:
    """What importing *imported* into *ledger* would record.

    *as_of* is the day of which the files tell: they are compared with the plan as it stood then, and what they change
    was true then.  *base* is the head of the ledger that the files were made from; they may say it themselves.
    A file that was imported before, with nothing left to settle, proposes nothing, whatever has changed since: it was
    changed on purpose.  Nor does an export that comes back as it was issued.  Of the other files, a cell that is
    printed as the ledger has it, white space aside, proposes nothing.  The same plan and ledger make the same proposal.
    Raises `BadEffective` for what is no date, and for a day that is yet to come.
    """
    effective = Effective(as_of) if as_of is not None else None
    today = ledger.today + timedelta(days=1)  # somewhere it is tomorrow already
    if effective and effective.earliest > today:
        raise BadEffective(f"The files cannot tell of {effective}, which is yet to come; say of which day they are.")
    history = list(ledger.entries(imported.review))
    now = action_plan(history)
    plan = action_plan(history, as_at=effective) if effective else now
    proposal = Proposal(
        now.head, not_understood=list(imported.not_understood), suggestions=list(imported.proposals), plan=plan
    )
    said = Said(
        effective, min(effective.latest, today) if effective else today, proposal.conflicts, proposal.suggestions
    )
    proposal.commands = tuple(_Comparison(imported, history, ledger.head, now, plan, base, said, proposal).commands())
    return proposal


@dataclass(slots=True)
class _Comparison:
    """One plan beside one ledger: `now` as it stands, and `plan` as it stood on the day that the files tell of.

    `head` is the last entry of the whole ledger.  `files` are the entries of the review that tell of files,
    `of_section` the actions of `plan` by the reference of their section, and `doubtful` says of each reference in the
    files that cannot be right why not.
    """

    imported: ImportedPlan
    history: Sequence[Entry]
    head: int
    now: ActionPlan
    plan: ActionPlan
    base: int | None
    said: Said
    proposal: Proposal
    files: list[Entry] = field(default_factory=list)
    of_section: dict[str, dict[str, Action]] = field(default_factory=dict)
    bases: dict[int, ActionPlan] = field(default_factory=dict)
    doubtful: dict[str, str] = field(default_factory=dict)

    def commands(self) -> Iterator[Command]:
        review = self.now.reviews.get(self.imported.review, Review(self.imported.review))
        settled = list(self._settled(review))
        of_review = (entry for entry in self.history if entry.reference == review.reference)
        self.files = [entry for entry in of_review if isinstance(entry.event, ExportIssued | PlanImported)]
        for name, action in self.plan.actions.items():
            self.of_section.setdefault(name.rpartition(":")[0], {})[name] = action
        sections = [section for section in self.imported.sections if not self._is_known(section, review, settled)]
        if review.opened:
            ours = [section for section in sections if not self._is_of_another_ledger(section)]
            if sections and not ours:
                return
            sections = ours
            self._tell_another_title(review, sections)
        yield from settled
        bases = {section.key: self._base(section) for section in sections}
        if review.opened:
            rows = [row for section in sections for row in section.actions]
            self.doubtful = dict(self._doubtful(rows, [plan for plan in bases.values() if plan]))
        stood = [
            plan.reviews[review.reference].sections for plan in (self.plan, *bases.values()) if plan and plan.reviews
        ]
        held = {name.rpartition(":")[2]: actions for name, actions in self.of_section.items()}
        keys, self.proposal.matched[:] = match_sections(sections, stood, held)
        twice = self._twice(sections, keys)
        conflicts, changes = Counter[str](), Counter[str]()
        for section in sections:
            digest, before = section.source.digest or "", len(self.said.conflicts)
            if why := twice.get(section.key):
                self.said.conflicts.append(why)
            else:
                for command in self._compared(section, f"{review.reference}:{keys[section.key]}", review).commands():
                    changes[digest] += 1
                    yield command
            conflicts[digest] += len(self.said.conflicts) - before
        for file in self.imported.files:
            left = conflicts[file.digest] + file.unread
            known = {(file.digest, 0), (file.digest, left)} & review.imported
            if not known and (changes[file.digest] or left):  # one that says what the ledger says leaves no trace
                yield self._import(file, left)

    def _settled(self, review: Review) -> Iterator[Command]:
        """What is settled for the whole plan: that there is a review, and what its headings and statuses mean."""
        imported = self.imported
        legend = review.legend | imported.legend if imported.legend else None
        if not review.opened:
            self.proposal.new.append(imported.review)
            yield OpenReview(
                review=imported.review,
                title=imported.title,
                kind=imported.kind,
                legend=legend,
                source=imported.source,
                effective=self.said.effective,
            )
        elif legend and legend != review.legend:
            yield ReviseLegend(review=imported.review, legend=legend)
        known = {fold(heading): meaning for heading, meaning in review.headings.items()}
        for heading, meaning in imported.headings.items():
            if known.get(fold(heading)) != meaning:
                yield SettleHeading(review=imported.review, heading=heading, means=meaning)

    def _import(self, file: ImportedFile, conflicts: int) -> ImportPlan:
        return ImportPlan(
            review=self.imported.review,
            file=file.name,
            digest=file.digest,
            importer=file.importer,
            actions=file.actions,
            conflicts=conflicts,
            source=Source(file=file.name, digest=file.digest),
        )

    def _is_known(self, section: ImportedSection, review: Review, settled: Sequence[Command]) -> bool:
        """Whether its file was issued so; or taken in before, with nothing left to settle and nothing settled anew."""
        digest = section.source.digest
        issued = any(isinstance(entry.event, ExportIssued) and entry.event.digest == digest for entry in self.files)
        return issued or (not settled and (digest, 0) in review.imported)

    def _is_of_another_ledger(self, section: ImportedSection) -> bool:
        """Whether its file says that it was made from an entry that the ledger does not have; that is a conflict."""
        head = self._made_from(section)
        if head is None or head <= self.head:
            return False
        told = (
            f"{section.source.file}: the file was made from entry {head} of a ledger and this one has {self.head}, so "
            "it is another, or was restored from an older copy; nothing of it is proposed; take it in where it was "
            "made, or export the plan anew and edit that."
        )
        if told not in self.said.conflicts:  # of several sections of one file it is said once
            self.said.conflicts.append(told)
        return True

    def _tell_another_title(self, review: Review, sections: Sequence[ImportedSection]) -> None:
        """Say that the files have another title than the review, which keeps the one that it was opened with."""
        title = self.imported.title
        if sections and title != review.reference and not says(title, review.title):
            self.said.suggestions.append(
                f"{self.imported.source}: the title is {short(title)}, and the review was opened as "
                f"{short(review.title)}; it keeps that."
            )

    def _doubtful(self, rows: Sequence[ImportedAction], bases: Sequence[ActionPlan]) -> Iterator[tuple[str, str]]:
        """Each reference in the files that no action has, or that stands beside the words of another, and why."""
        mixed = mixed_up(rows, [self.now.actions, *(base.actions for base in bases)])
        for row in rows:
            if row.reference is None:
                continue
            if row.reference not in self.now.actions:
                yield (
                    row.reference,
                    f"{row.at('reference')}: {row.reference} is the reference of no action; put back the one that "
                    "stood there, or leave the cell blank for a new action.",
                )
            elif other := mixed.get(row.reference):
                yield (
                    row.reference,
                    f"{row.source} has the reference of {row.reference} and says what {other} says "
                    f"({short(row.text)}), so nothing of it is proposed; put the references back.",
                )

    def _twice(self, sections: Sequence[ImportedSection], keys: Mapping[str, str]) -> dict[str, str]:
        """Why each of *sections* is left out, by its key, that is a section of the ledger which another is already."""
        first: dict[str, ImportedSection] = {}
        for section in sorted(sections, key=lambda section: section.key != keys[section.key]):
            first.setdefault(keys[section.key], section)
        return {
            section.key: f"{section.source}: {self.imported.review}:{keys[section.key]} is the section of "
            f"{other.source} already, so nothing of {short(section.heading)} here is proposed; put both into one "
            "table, or give one of them another heading."
            for section in sections
            if (other := first[keys[section.key]]) is not section
        }

    def _compared(self, section: ImportedSection, reference: str, review: Review) -> Compared:
        """A section of the files beside the one of the ledger that has the *reference*."""
        base, legend = self._base(section), self.imported.legend
        since: dict[str, list[Entry]] = {}
        for entry in self.history if base else ():
            if base and entry.position > base.head:
                since.setdefault(entry.reference, []).append(entry)
        return Compared(
            section,
            reference,
            now=self.now,
            plan=self.plan,
            made=base,
            held=self.of_section.get(reference, {}),
            since=since,
            doubtful=self.doubtful,
            legend=review.legend | legend if legend else review.legend,
            reread=legend is not None,
            said=self.said,
            proposal=self.proposal,
        )

    def _made_from(self, section: ImportedSection) -> int | None:
        return section.made_from if self.base is None else self.base

    def _base(self, section: ImportedSection) -> ActionPlan | None:
        """The plan that a section was made from: as is said, or else as it was left when its file was taken in."""
        taken_in = [
            entry
            for entry in self.files
            if isinstance(entry.event, PlanImported) and entry.event.digest == section.source.digest
        ]
        head = self._made_from(section) or (taken_in[-1].position if taken_in else None)
        if head is None:
            return None
        if head not in self.bases:
            until = takewhile(lambda entry: entry.position <= head, self.history)
            self.bases[head] = action_plan(until, as_at=self.said.effective)
        return self.bases[head]
