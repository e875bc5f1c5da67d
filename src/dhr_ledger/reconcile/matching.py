"""Which row of a file is which action of the ledger, and which of its tables is which section.

By the reference that the file was made with, where it has one; else by its words, and by its number: a row that stands
elsewhere, or counts otherwise since another was put in above it, is the action whose words it has.  Nothing is matched
twice, and what was not recognised by its number is said in a sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from itertools import chain, islice
from typing import NamedTuple, TypeVar

from dhr_ledger.action import Action
from dhr_ledger.imports.cells import fits
from dhr_ledger.imports.grid import short
from dhr_ledger.imports.headings import as_words
from dhr_ledger.imports.keys import initials
from dhr_ledger.imports.section import ImportedAction, ImportedSection, as_number
from dhr_ledger.reference import number_of

Key = TypeVar("Key")
Value = TypeVar("Value")

_EDITED = 0.6
"""From here on the words of a row and of the action that has its number are taken for the same, edited."""
_ALIKE = 0.85
"""From here on they are, whatever the number; "officers" became "all officers", and no more."""
_FEW = 24
"""So many rows are compared with so many actions, each with each; among more, numbers and whole texts decide."""


class Match(NamedTuple):
    """A row and the action that it is, if the ledger has it; `how` is blank where both have one number and one text."""

    row: ImportedAction
    action: Action | None = None
    how: str = ""

    @property
    def alike(self) -> bool:
        """Whether the row says what the action says, but for a few words."""
        return self.action is not None and _ratio(self.action, self.row) >= _EDITED


def match_rows(rows: Sequence[ImportedAction], held: Mapping[str, Action]) -> list[Match]:
    """Each of *rows* with the action that it is, of those of its section in the ledger, by their references."""
    found: dict[int, Match] = {}
    left = dict(held)

    def take(nth: int, action: Action | None, how: str = "") -> None:
        if action is not None and nth not in found and left.pop(action.reference, None) is not None:
            found[nth] = Match(rows[nth], action, how)

    for nth, row in enumerate(rows):
        take(nth, held.get(row.reference or ""))
    unnamed = [nth for nth, row in enumerate(rows) if row.reference is None]
    by_number = {number_of(name): action for name, action in left.items()}
    by_number |= {as_number(action.number): action for action in left.values()}  # what is printed counts before
    for nth in unnamed:
        same = by_number.get(rows[nth].number)
        if same is not None and as_words(same.text) == as_words(rows[nth].text):
            take(nth, same)
    by_words = _once((as_words(action.text), action) for action in left.values())
    for words, nth in _once((as_words(rows[nth].text), nth) for nth in unnamed if nth not in found).items():
        if (action := by_words.get(words)) is not None:
            take(nth, action, _moved(rows[nth], action))
    others = [nth for nth in unnamed if nth not in found]
    if len(others) <= _FEW and len(left) <= _FEW:
        for nth in others:
            same = by_number.get(rows[nth].number)
            if same is not None and _ratio(same, rows[nth]) >= _EDITED:
                take(nth, same)
        for nth in others:
            if nth not in found and (close := _closest(rows[nth], left.values())) is not None:
                take(nth, close, _moved(rows[nth], close))
    if not found and not _any_alike((rows[nth] for nth in others), by_number):
        others = []  # no row says what an action says, so they are those of somebody else
    for nth in others:
        same = by_number.get(rows[nth].number)
        if same is not None and (rows[nth].numbered or _ratio(same, rows[nth]) >= _EDITED):
            how = "" if len(others) > _FEW or _ratio(same, rows[nth]) >= _EDITED else _reworded(rows[nth], same)
            take(nth, same, how)
    return [found.get(nth, Match(row)) for nth, row in enumerate(rows)]


def mixed_up(rows: Sequence[ImportedAction], plans: Iterable[Mapping[str, Action]]) -> dict[str, str]:
    """The references in *rows* that stand beside the words of another action, and the reference of that action.

    *plans* are the actions as they are, and as they were when the files were made.  A program that sorts some columns
    and not that of the references leaves such rows.  A row whose words are edited to those of another is none of them:
    it keeps its number, and the row of the other action its words.
    """
    worded: dict[str, dict[str, None]] = {}
    numbers: dict[str, set[str]] = {}
    for name, action in chain.from_iterable(plan.items() for plan in plans):
        worded.setdefault(as_words(action.text), {})[name] = None
        numbers.setdefault(name, set()).add(as_number(action.number))
    said = {row.reference: as_words(row.text) for row in rows}
    mixed: dict[str, str] = {}
    for row in rows:
        if row.reference is None or not row.text.strip() or row.reference in worded.get(said[row.reference], ()):
            continue
        others = [*worded.get(said[row.reference], ())]
        moved = [other for other in others if other not in worded.get(said.get(other, ""), ())]
        known = numbers.get(row.reference, set())
        numbered = [other for other in others if row.number in numbers[other] - known]
        if moved or numbered:
            mixed[row.reference] = [*moved, *numbered][0]
    return mixed


def match_sections(
    sections: Sequence[ImportedSection],
    headings: Iterable[Mapping[str, str]],
    held: Mapping[str, Mapping[str, Action]],
) -> tuple[dict[str, str], list[str]]:
    """The key in the ledger of each section of the files, by its key there, and a sentence for each that was not plain.

    *headings* are those of the ledger by key: as they are now, and as they were when the files were made.  *held* has
    the actions of each section, by its key.  A heading tells the section where nothing else says the key, or where half
    of its actions stand there word by word: two agencies may have tables of one heading.  A section that has neither a
    key nor a heading of the ledger is the one that most of its actions stand in; else it is new, under its own key.
    """
    known = list(headings)
    keys: dict[str, str] = {}
    said: list[str] = []
    for section in sections:
        for headed in known:
            same = [key for key, heading in headed.items() if heading.split() == section.heading.split()]
            if section.named or section.key in same:
                keys[section.key] = section.key
                break
            made_here = section.key == initials(section.heading)
            if len(same) == 1 and (made_here or 2 * _shared(section, held.get(same[0], {})) >= 1):
                keys[section.key] = same[0]
                break
    for section in sections:
        if section.key not in keys and not any(section.key in headed for headed in known):
            for key, actions in held.items():
                if key not in keys.values() and 2 * _shared(section, actions) > 1:
                    keys[section.key] = key
                    said.append(
                        f"{section.source}: {short(section.heading)} has the actions of {key}, and was taken for it."
                    )
                    break
        keys.setdefault(section.key, section.key)
    return keys, said


def _shared(section: ImportedSection, actions: Mapping[str, Action]) -> float:
    """The part of the rows of *section* whose words are those of one of *actions*."""
    texts = {as_words(row.text) for row in section.actions}
    words = {as_words(action.text) for action in actions.values()}
    return len(texts & words) / len(texts) if texts else 0


def _once(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, Value]:
    """What stands under each key that comes only once."""
    listed = list(pairs)
    count = Counter(key for key, _ in listed)
    return {key: value for key, value in listed if count[key] == 1}


def _ratio(action: Action, row: ImportedAction) -> float:
    one, other = as_words(action.text), as_words(row.text)
    return (
        1 if one == other or fits(row.text, action.text) else SequenceMatcher(None, one, other, autojunk=False).ratio()
    )


def _any_alike(rows: Iterable[ImportedAction], by_number: Mapping[str, Action]) -> bool:
    pairs = ((row, by_number[row.number]) for row in rows if row.number in by_number)
    return any(_ratio(action, row) >= _EDITED for row, action in islice(pairs, _FEW * _FEW))


def _closest(row: ImportedAction, actions: Iterable[Action]) -> Action | None:
    """The one of *actions* that says what *row* says but for a few words."""
    worded = _once((as_words(action.text), action) for action in actions)
    close = get_close_matches(as_words(row.text), worded, n=2, cutoff=_ALIKE)
    return worded[close[0]] if len(close) == 1 else None


def _moved(row: ImportedAction, action: Action) -> str:
    if row.number == as_number(action.number):
        return ""
    return f"{row.source}: number {row.number} says what {action.reference} says, and was taken for it."


def _reworded(row: ImportedAction, action: Action) -> str:
    return (
        f"{row.source}: number {row.number} says something else than {action.reference} ({short(action.text)}), and "
        "was taken for it by its number; check it."
    )
