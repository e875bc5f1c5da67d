"""Given, when, then: a rule of a review or an action, told in the ledger's own language.

    given(created).when(ReviseTargetDate(action=A1, to=june, reason="The pilot was extended")).then(
        TargetDateRevised(was=march, to=june)
    )
    given(created).when(ReviseTargetDate(action=A1, to=june)).refused(ReasonRequired, "needs a reason")
    given(created, revised).when(ReviseTargetDate(action=A1, to=june, reason="The pilot was extended")).nothing()

Needs neither a ledger nor a store.  What is given are events of one review and of one action of it, in the order in
which they were recorded; each may stand with the day on which it was true: `(created, "2013-06")`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast, get_args

from dhr_ledger import action as _action
from dhr_ledger import annotation as _annotation
from dhr_ledger import review as _review
from dhr_ledger.action import Action, ActionCommand, ActionEvent
from dhr_ledger.annotation import AnnotateEntry
from dhr_ledger.command import Command, Event
from dhr_ledger.errors import LedgerError
from dhr_ledger.provenance import Effective
from dhr_ledger.reference import review_of
from dhr_ledger.review import Review, ReviewCommand, ReviewEvent

Told = tuple[Event, date, Effective | None]
_ONE_DAY = date(2014, 1, 1)


def given(*happened: Event | tuple[Event, date | str]) -> Given:
    """Begin a scenario with what has *happened*.

    An event without a day was true on the day of the one before it, the first on 1 January 2014.
    """
    told: list[Told] = []
    for one in happened:
        if isinstance(one, tuple):
            effective = Effective(one[1])
            told.append((one[0], effective.latest, effective))
        else:
            told.append((one, told[-1][1] if told else _ONE_DAY, None))
    return Given(tuple(told))


@dataclass(frozen=True)
class Given:
    """What has happened so far: each event, the day from which it counts, and when it was true if that was said."""

    happened: tuple[Told, ...] = ()

    def when(self, command: Command) -> When:
        """Decide *command*, and keep what it causes or why it is refused.

        One that does not say when it is effective is so on the latest day that was told of so far.
        """
        today = max((since for _, since, _ in self.happened), default=_ONE_DAY)
        since = command.effective.latest if command.effective else today
        try:
            return When(self, command, since, events=tuple(self._decide(command, since)))
        except LedgerError as refusal:
            return When(self, command, since, refusal=refusal)

    def review(self, reference: str) -> Review:
        """The review as it stands after all this."""
        review = Review(reference)
        for event, since, _ in self._of(ReviewEvent):
            review = _review.evolve(review, cast(ReviewEvent, event), since)
        return review

    def action(self, reference: str, as_at: date = date.max) -> Action:
        """The action as it stands after all this, or as it stood on a day."""
        told = cast(list[tuple[ActionEvent, date, Effective | None]], self._of(ActionEvent))
        return _action.as_it_stood(reference, told, as_at)

    def _decide(self, command: Command, since: date) -> Iterable[Event]:
        of_an_action = ":" in command.stream
        if isinstance(command, AnnotateEntry):
            kept = self._of(ActionEvent if of_an_action else ReviewEvent)
            return _annotation.decide(command, len(kept))
        review = self.review(review_of(command.stream))
        if of_an_action:
            return _action.decide(cast(ActionCommand, command), self.action(command.stream, since), review)
        return _review.decide(cast(ReviewCommand, command), review, since)

    def _of(self, events: object) -> list[Told]:
        return [told for told in self.happened if isinstance(told[0], get_args(events))]


@dataclass(frozen=True)
class When:
    """What came of a command.  Each of its three methods fails the test unless it is what was expected."""

    given: Given
    command: Command
    since: date
    events: tuple[Event, ...] = ()
    refusal: LedgerError | None = None

    def then(self, *events: Event) -> Given:
        """It caused exactly *events*.  Returns what has happened by now, to go on from."""
        if self.refusal:
            raise AssertionError(f"{self.command!r} was refused: {self.refusal}") from self.refusal
        if self.events != events:
            raise AssertionError(f"{self.command!r} caused\n    {_listed(self.events)}\nand not\n    {_listed(events)}")
        return Given((*self.given.happened, *((event, self.since, self.command.effective) for event in events)))

    def nothing(self) -> Given:
        """It changed nothing.  Returns what had happened before."""
        return self.then()

    def refused(self, error: type[LedgerError], *parts: str) -> None:
        """It was refused with exactly that *error*, and each of *parts* stands in what it says."""
        if not self.refusal:
            raise AssertionError(f"{self.command!r} was not refused; it caused\n    {_listed(self.events)}")
        if type(self.refusal) is not error:
            told = f"{type(self.refusal).__name__}: {self.refusal}"
            raise AssertionError(f"{self.command!r} was refused with {told}\nand not with {error.__name__}")
        for part in parts:
            if part not in str(self.refusal):
                raise AssertionError(f"{self.command!r} was refused with\n    {self.refusal}\nand not with\n    {part}")


def _listed(events: Iterable[Event]) -> str:
    return "\n    ".join(map(repr, events)) or "nothing"
