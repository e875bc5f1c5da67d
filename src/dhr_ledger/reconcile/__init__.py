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
from itertools import chain, count, takewhile

from dhr_ledger.action import Action, ChangeStatus, CreateAction, UpdateAction
from dhr_ledger.command import Command
from dhr_ledger.entry import Entry
from dhr_ledger.errors import BadEffective
from dhr_ledger.imports import ImportedFile, ImportedPlan
from dhr_ledger.imports.grid import WITHHELD, short
from dhr_ledger.imports.headings import as_words, fold
from dhr_ledger.imports.section import ImportedAction, ImportedSection
from dhr_ledger.ledger import Ledger
from dhr_ledger.plan import ActionPlan, action_plan
from dhr_ledger.provenance import Effective, Source
from dhr_ledger.reconcile.changes import Changes, Said, reports
from dhr_ledger.reconcile.matching import Match, match_rows, match_sections, mixed_up
from dhr_ledger.reconcile.reports import same
from dhr_ledger.reference import number_of
from dhr_ledger.review import (
    AddSection,
    ExportIssued,
    ImportPlan,
    MakeRecommendation,
    OpenReview,
    PlanImported,
    Recommendation,
    RenameSection,
    Review,
    ReviseLegend,
    SettleHeading,
)
from dhr_ledger.status import Status


@dataclass(slots=True)
class Proposal:
    """What would make the ledger say what the files say: commands, each with the cells that it was read from.

    `new`, `changed` and `unchanged` are references, and `missing` those of actions that the ledger has in a section of
    the files and the files have not; `matched` says which rows were recognised by their words, `conflicts` what is not
    proposed and why, `not_understood` which columns are not taken in, and `suggestions` what a person may want to
    record besides, a sentence each.
    `head` is the last entry that was looked at: record the commands with `seen=head`, and nothing that was recorded in
    between is overwritten.  Moving a target date and reopening an action need the reason that is given to `record`.
    `plan` is the one that the files were compared with.
    """

    head: int
    commands: tuple[Command, ...] = ()
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    matched: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    plan: ActionPlan | None = field(default=None, repr=False, compare=False)

    @property
    def to_settle(self) -> int:
        """In how many places a person has something to settle."""
        return len(self.conflicts) + len(self.not_understood)


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
    made_from = base if base is not None else imported.made_from
    proposal.commands = tuple(
        _Comparison(imported, history, ledger.head, now, plan, made_from, said, proposal).commands()
    )
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
    made_from: int | None
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
        if sections and review.opened and self._is_of_another_ledger():
            return
        yield from settled
        bases = {section.key: self._base(section.source.digest) for section in sections}
        if review.opened:
            rows = [row for section in sections for row in section.actions]
            self.doubtful = dict(self._doubtful(rows, [plan for plan in bases.values() if plan]))
        stood = [
            plan.reviews[review.reference].sections for plan in (self.plan, *bases.values()) if plan and plan.reviews
        ]
        held = {name.rpartition(":")[2]: actions for name, actions in self.of_section.items()}
        keys, self.proposal.matched[:] = match_sections(sections, stood, held)
        conflicts, changes = Counter[str](), Counter[str]()
        for section in sections:
            digest, before = section.source.digest or "", len(self.said.conflicts)
            compared = _Section(self, section, keys[section.key], review, bases[section.key])
            for command in compared.commands():
                changes[digest] += 1
                yield command
            conflicts[digest] += len(self.said.conflicts) - before
        for file in self.imported.files:
            unread = sum(sentence.startswith(file.name) for sentence in self.imported.not_understood)
            left = conflicts[file.digest] + unread
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

    def _is_of_another_ledger(self) -> bool:
        """Whether the files say that they were made from an entry that the ledger does not have; that is a conflict."""
        if self.made_from is None or self.made_from <= self.head:
            return False
        names = ", ".join(file.name for file in self.imported.files)
        self.said.conflicts.append(
            f"{names}: the files were made from entry {self.made_from} of a ledger and this one has {self.head}, so it "
            "is another, or was restored from an older copy; nothing of them is proposed; take them in where they were "
            "made, or export the plan anew and edit that."
        )
        return True

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

    def _base(self, digest: str | None) -> ActionPlan | None:
        """The plan that a file was made from: as it says, or else as it was left when the same file was taken in."""
        taken_in = [
            entry for entry in self.files if isinstance(entry.event, PlanImported) and entry.event.digest == digest
        ]
        head = self.made_from or (taken_in[-1].position if taken_in else None)
        if head is None:
            return None
        if head not in self.bases:
            until = takewhile(lambda entry: entry.position <= head, self.history)
            self.bases[head] = action_plan(until, as_at=self.said.effective)
        return self.bases[head]


@dataclass(slots=True)
class _Section:
    """A section of the files beside that of the ledger which has the same *key*, as it stood when the file tells of."""

    whole: _Comparison
    section: ImportedSection
    key: str
    review: Review
    base: ActionPlan | None
    owners: dict[str, str] = field(default_factory=dict)
    doubted: set[str] = field(default_factory=set)
    since: dict[str, list[Entry]] = field(default_factory=dict)

    def commands(self) -> Iterator[Command]:
        proposal = self.whole.proposal
        held = self.whole.of_section.get(self.reference, {})
        matches = match_rows(self.section.actions, held)
        if self._is_another(matches):
            return
        matched = {match.action.reference: match.row for match in matches if match.action}
        doubtful = [match for match in matches if match.row.reference in self.whole.doubtful]
        self.whole.said.conflicts += [self.whole.doubtful[match.row.reference or ""] for match in doubtful]
        if doubtful:  # a heading and a recommendation may stand there by the same mistake
            matches = [match for match in matches if match not in doubtful]
        else:
            yield from self._heading()
        proposal.matched += [match.how for match in matches if match.how]
        # A file that was made to be filled in leaves out what has ended.
        left_out = {name for name in held if self.base and name in self.base.actions and self.base.actions[name].ended}
        proposal.missing += [name for name in held if name not in matched.keys() | left_out]
        yield from self._recommendations(matches)
        for entry in self.whole.history if self.base else ():
            if self.base and entry.position > self.base.head and entry.reference in matched:
                self.since.setdefault(entry.reference, []).append(entry)
        legend = self.review.legend
        if self.whole.imported.legend:
            legend = legend | self.whole.imported.legend
        for match in matches:
            status = legend.read(match.row.status.as_printed)
            if match.action is None:
                yield from self._created(match.row, status, matched)
            else:
                yield from self._changed(match.row, match.action, status)

    @property
    def reference(self) -> str:
        """The reference of the section in the ledger."""
        return f"{self.review.reference}:{self.key}"

    # The section and its recommendations

    def _stood(self, plan: ActionPlan | None) -> Review:
        """The review as it stood in *plan*."""
        return (plan and plan.reviews.get(self.review.reference)) or Review(self.review.reference)

    def _is_another(self, matches: Sequence[Match]) -> bool:
        """Whether it only happens to have the key of a section of another heading, whose actions are others."""
        heading = self._stood(self.whole.plan).sections.get(self.key)
        was = self._stood(self.base).sections.get(self.key)
        if (
            self.section.named
            or heading is None
            or self.section.heading.split() in (heading.split(), (was or "").split())
        ):
            return False
        if 2 * sum(match.alike for match in matches) > len(matches):
            return False
        self.whole.said.conflicts.append(
            f"{self.reference} is headed {short(heading)} in the ledger and {short(self.section.heading)} in "
            f"{self.section.source}; nothing of it is proposed; give it the same heading, or another key by calling "
            "the file like 09-WMP.csv."
        )
        return True

    def _heading(self) -> Iterator[Command]:
        """The section, if it is new, or its new heading."""
        section, effective = self.section, self.whole.said.effective
        heading, was = (self._stood(plan).sections.get(self.key) for plan in (self.whole.plan, self.base))
        if heading is None:
            self.whole.proposal.new.append(self.reference)
            yield AddSection(
                section=self.reference, heading=section.heading, source=section.source, effective=effective
            )
        elif not section.headed or same(section.heading, heading) or same(section.heading, was or ""):
            return  # as it is, or as it was when the file was made
        elif WITHHELD.search(section.heading):
            return
        elif was is not None and not same(heading, was):
            self.whole.said.conflicts.append(
                f"{self.reference}: the file changed the heading from {short(was)} to {short(section.heading)}, and "
                f"the ledger has {short(heading)} meanwhile; rename the section to the one that is right."
            )
        elif heading != self.review.sections.get(self.key):
            self.whole.said.conflicts.append(
                f"{self.reference} is headed {short(section.heading)} in {section.source}, and has been renamed after "
                f"{effective} already; take in the older files first."
            )
        else:
            yield RenameSection(section=self.reference, to=section.heading, source=section.source, effective=effective)

    def _recommendations(self, matches: Sequence[Match]) -> Iterator[Command]:
        """What the ledger does not have of them; `owners` is filled with the reference of each, by its number.

        Those in other words than the ledger's are `doubted`: no action is put under one of them.
        """
        stood, made = self._stood(self.whole.plan).recommendations, self._stood(self.base).recommendations
        held = {name: held for name, held in stood.items() if name.startswith(f"{self.reference}:R")}
        by_words = {
            as_words(plan[name].text): name for plan in (stood, made) for name in reversed(held) if name in plan
        }
        # Two that differ in nothing but their marks are told by these.
        by_words |= {
            " ".join(plan[name].text.split()): name for plan in (stood, made) for name in reversed(held) if name in plan
        }
        under: dict[str, set[str]] = {}
        for match in matches:
            if match.row.recommendation and match.action and match.action.recommendation:
                under.setdefault(match.row.recommendation, set()).add(match.action.recommendation)
        used = {match.row.recommendation for match in matches}
        # Nothing is put under another recommendation once it has ended, so none is made for that.
        idle = used - {match.row.recommendation for match in matches if not _stays_ended(match)}
        for recommendation in self.section.recommendations:
            if self.whole.doubtful and recommendation.number not in used:
                continue
            name = f"{self.reference}:R{recommendation.number}"
            if not recommendation.numbered:
                others = sorted(under.get(recommendation.number, ()))
                words = " ".join(recommendation.text.split())
                known = by_words.get(words) or by_words.get(as_words(words))
                name = known or (others[0] if others else self._free(name, held))
            self.owners[recommendation.number] = name
            if name not in stood and recommendation.number in idle:
                continue
            if name not in stood:
                held[name] = Recommendation(name, recommendation.text)
                self.whole.proposal.new.append(name)
                yield MakeRecommendation(
                    recommendation=name,
                    text=recommendation.text,
                    scope=recommendation.scope,
                    source=recommendation.source,
                    effective=self.whole.said.effective,
                )
            elif not same(stood[name].text, recommendation.text) and not WITHHELD.search(recommendation.text):
                if name in made and same(made[name].text, recommendation.text):
                    continue  # it has the words that the file was made with
                self.doubted.add(recommendation.number)
                self.whole.said.conflicts.append(
                    f"{name} has other words in {recommendation.source} than in the ledger "
                    f"({short(stood[name].text)}); a recommendation keeps its words, so give the new one another "
                    "number, or reword it, with a reason."
                )

    def _free(self, name: str, held: Mapping[str, Recommendation]) -> str:
        """*name*, or the next that no recommendation of the section has."""
        names = chain((name,), (f"{self.reference}:R{n}" for n in count(1)))
        return next(free for free in names if free not in held)

    def _owner(self, row: ImportedAction, known: Action | None = None) -> str | None:
        """The recommendation that *row* stands under: of several in the same words, the one that the action has."""
        if row.recommendation is None:
            return None
        printed = next(made for made in self.section.recommendations if made.number == row.recommendation)
        if printed.number in self.doubted and (known or not printed.numbered):
            return known.recommendation if known else None
        if known and known.recommendation and not printed.numbered:
            plans = (self._stood(plan).recommendations for plan in (self.whole.plan, self.base))
            stood = [held[known.recommendation].text for held in plans if known.recommendation in held]
            if any(same(text, printed.text) for text in stood):
                return known.recommendation
        return self.owners[printed.number]

    # Actions

    def _created(self, row: ImportedAction, status: Status, matched: Mapping[str, ImportedAction]) -> Iterator[Command]:
        """The commands for an action that the ledger does not have; one that it has under this number is a conflict."""
        name = row.reference or f"{self.reference}:{row.named}"
        said = self.whole.said
        if (other := self.whole.now.actions.get(name)) is not None:
            if name not in self.whole.plan.actions:
                said.conflicts.append(
                    f"{name} is in the ledger since {other.created} only, and {row.source} tells of it on "
                    f"{said.effective}; take in the older files first."
                    if row.reference or Match(row, other).alike
                    else f"{row.source}: {name} is another action: the ledger has it since {other.created} only; take "
                    "in the older files first."
                )
                return
            if name not in matched or not row.numbered:
                said.conflicts.append(
                    f"{row.source}: {name} is another action: the ledger has {short(other.text)} under that number; "
                    "give one of them another number."
                )
                return
            # The number was given to another row; a reference, once given, is never given to another action.
            name = next(free for n in count(2) if (free := f"{name}-{n}") not in self.whole.now.actions)
            beside = matched[other.reference]
            self.whole.proposal.matched.append(
                f"{row.source}: number {row.number} is that of {other.reference} in row {beside.source.row} as well, "
                f"so this new action was given the reference {name}; give it a number of its own."
                if beside.number == row.number
                else f"{row.source}: number {row.number} is a new action, and that of the ledger has another number "
                f"now, so it was given the reference {name}."
            )
        if not row.text.strip():
            said.conflicts.append(
                f"{row.source}: {name} is not in the ledger, and has no action; say what is to be done."
            )
            return
        self.whole.proposal.new.append(name)
        columns = row.source.columns or {}
        printed = {column: n for column, n in columns.items() if not column.startswith(("progress", "milestones"))}
        renumbered = row.numbered and row.number.strip() and row.number != number_of(name)
        # What is complete from the beginning would be closed to what is printed of it besides.
        later = status.progress == "complete" and bool(renumbered or row.milestones)
        yield CreateAction(
            action=name,
            text=row.text,
            recommendation=self._owner(row),
            lead=row.lead,
            target_date=row.target_date,
            desired_outcome=row.desired_outcome,
            monitoring=row.monitoring,
            success_measure=row.success_measure,
            evidence_required=row.evidence_required,
            outcome=row.outcome,
            status=Status(as_printed="", progress="unknown") if later else status,
            source=row.source.model_copy(update={"columns": printed}),
            effective=said.effective,
        )
        if status.progress in ("withdrawn", "superseded") and (renumbered or row.milestones):
            said.conflicts.append(f"{name} is {status.progress}, so its milestones and its number were not taken in.")
        else:
            if renumbered:
                yield UpdateAction(action=name, number=row.number, source=row.at("number"), effective=said.effective)
            yield from reports(name, row.milestones, row, "milestones", said)
        yield from reports(name, row.progress, row, "progress", said)
        if later:
            yield ChangeStatus(action=name, to=status, source=row.at("status"), effective=said.effective)

    def _changed(self, row: ImportedAction, known: Action, status: Status) -> Iterator[Command]:
        """The commands for an action that the ledger has."""
        said, proposal = self.whole.said, self.whole.proposal
        if said.effective and known.created and known.created > said.latest:
            said.conflicts.append(
                f"{known.reference} is in the ledger since {known.created} only, and {row.source} tells of it on "
                f"{said.effective}; take in the older files first."
            )
            return
        made = self.base.actions.get(known.reference) if self.base else None
        now = self.whole.now.actions[known.reference]
        changes = Changes(known, now, made, row, self.since.get(known.reference, []), said)
        before = len(said.conflicts)
        commands = list(
            changes.commands(status, self._owner(row, known), reread=self.whole.imported.legend is not None)
        )
        if commands:
            proposal.changed.append(known.reference)
        elif len(said.conflicts) == before:
            proposal.unchanged.append(known.reference)
        yield from commands


def _stays_ended(match: Match) -> bool:
    """Whether the action has ended, and its row has no status that could begin it again."""
    return match.action is not None and match.action.ended and "status" not in (match.row.source.columns or {})
