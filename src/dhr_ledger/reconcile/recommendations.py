"""Which recommendation of a file is which of the ledger, what is new among them, and under which one an action is put.

A recommendation is the report's own words, so nothing here rewords one: words that differ are told to a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

from dhr_ledger.action import Action
from dhr_ledger.imports.cells import says
from dhr_ledger.imports.grid import short
from dhr_ledger.imports.headings import as_words
from dhr_ledger.imports.section import ImportedAction, ImportedRecommendation, ImportedSection
from dhr_ledger.reconcile.changes import Said
from dhr_ledger.reconcile.matching import Match
from dhr_ledger.review import MakeRecommendation, Recommendation

Recommendations = Mapping[str, Recommendation]


@dataclass(slots=True)
class Recommended:
    """The recommendations of a *section* of the files beside those of the ledger, under its *reference* there.

    `stood` are those of the review when the file tells of it, and `made` those when the file was made from the ledger.
    `owners` is filled with the reference of each by its number in the file, and `doubted` with the numbers of those in
    other words than the ledger's: no action is put under one of them.
    """

    section: ImportedSection
    reference: str
    stood: Recommendations
    made: Recommendations
    said: Said
    owners: dict[str, str] = field(default_factory=dict)
    doubted: set[str] = field(default_factory=set)

    def commands(self, matches: Sequence[Match], *, used_alone: bool) -> Iterator[MakeRecommendation]:
        """Those that the ledger does not have; with *used_alone* only those that a row of *matches* stands under."""
        held = {name: made for name, made in self.stood.items() if name.startswith(f"{self.reference}:R")}
        by_words, under = self._by_words(held), _under(matches)
        used = {match.row.recommendation for match in matches}
        # Nothing is put under another recommendation once it has ended, so none is made for that.
        idle = used - {match.row.recommendation for match in matches if not _stays_ended(match)}
        for recommendation in self.section.recommendations:
            if used_alone and recommendation.number not in used:
                continue
            name = f"{self.reference}:R{recommendation.number}"
            if not recommendation.numbered:
                name = _known(recommendation, by_words, under) or self._free(name, held)
            self.owners[recommendation.number] = name
            if name in self.stood:
                self._compare(recommendation, name)
            elif recommendation.number not in idle:
                held[name] = Recommendation(name, recommendation.text)
                yield MakeRecommendation(
                    recommendation=name,
                    text=recommendation.text,
                    scope=recommendation.scope,
                    source=recommendation.source,
                    effective=self.said.effective,
                )

    def owner(self, row: ImportedAction, known: Action | None = None) -> str | None:
        """The recommendation that *row* stands under: of several in the same words, the one that the action has."""
        if row.recommendation is None:
            return None
        printed = next(made for made in self.section.recommendations if made.number == row.recommendation)
        if printed.number in self.doubted and (known or not printed.numbered):
            return known.recommendation if known else None
        if known and known.recommendation and not printed.numbered:
            stood = [held[known.recommendation].text for held in self._both if known.recommendation in held]
            if any(says(printed.text, text) for text in stood):
                return known.recommendation
        return self.owners[printed.number]

    @property
    def _both(self) -> tuple[Recommendations, Recommendations]:
        return self.stood, self.made

    def _by_words(self, held: Recommendations) -> dict[str, str]:
        """The reference of each that is *held* by its words; two that differ in nothing but their marks by these."""
        texts = [(plan[name].text, name) for plan in self._both for name in reversed([*held]) if name in plan]
        return {as_words(text): name for text, name in texts} | {" ".join(text.split()): name for text, name in texts}

    def _free(self, name: str, held: Recommendations) -> str:
        """*name*, or the next that no recommendation of the section has."""
        names = chain((name,), (f"{self.reference}:R{n}" for n in count(1)))
        return next(free for free in names if free not in held)

    def _compare(self, recommendation: ImportedRecommendation, name: str) -> None:
        """Tell where the file says it otherwise than the ledger does, or did when the file was made."""
        known = [held[name] for held in self._both if name in held]
        if not any(says(recommendation.text, stood.text) for stood in known):
            self.doubted.add(recommendation.number)
            self.said.conflicts.append(
                f"{name} has other words in {recommendation.source} than in the ledger "
                f"({short(self.stood[name].text)}); a recommendation keeps its words, so give the new one another "
                "number, or reword it, with a reason."
            )
        edits_are_told = any(row.printed is not None for row in self.section.actions)  # of a form that comes back
        if recommendation.scope not in (None, *(stood.scope for stood in known)) and not edits_are_told:
            scope = self.stood[name].scope
            self.said.conflicts.append(
                f"{name} has the scope {recommendation.scope!r} in {recommendation.source} and "
                f"{repr(scope) if scope else 'none'} in the ledger; a recommendation keeps its scope, so reword it, "
                "with a reason."
            )


def _under(matches: Sequence[Match]) -> dict[str, str]:
    """By the number of each recommendation in the file the first of those that actions under it have in the ledger."""
    under: dict[str, str] = {}
    for row, action, _ in matches:
        if row.recommendation and action and (owner := action.recommendation):
            under[row.recommendation] = min(owner, under.get(row.recommendation, owner))
    return under


def _known(recommendation: ImportedRecommendation, by_words: Mapping[str, str], under: Mapping[str, str]) -> str | None:
    """One without a number is the one that has its words, or else the one of the actions that stand under it."""
    words = " ".join(recommendation.text.split())
    return by_words.get(words) or by_words.get(as_words(words)) or under.get(recommendation.number)


def _stays_ended(match: Match) -> bool:
    """Whether the action has ended, and its row has no status that could begin it again."""
    return match.action is not None and match.action.ended and "status" not in (match.row.source.columns or {})
