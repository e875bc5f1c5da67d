"""What somebody has added to a cell of progress or of milestones, wherever in it.

A report that was written anew, or left out, cannot be told from one that was added: that is left to a person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, islice

from dhr_ledger.action import Progress
from dhr_ledger.imports.cells import fits, is_withheld, same, says
from dhr_ledger.imports.grid import WITHHELD
from dhr_ledger.imports.progress import Piece, read_progress
from dhr_ledger.legible import legible


def added(pieces: Sequence[Piece], ours: str, made: str | None, reports: Iterable[Progress]) -> list[Piece] | None:
    """What *pieces*, which are the cell in a file, say that is not in the ledger; `None` where that cannot be told.

    *ours* is the cell as the ledger has it now and *made* as it was when the file was made, where that is known;
    *reports* are those that stood then.  What both have added since is not added twice.
    """
    now = "".join(piece.words for piece in pieces)
    stood = ours if made is None else made
    if says(now, ours) or says(now, stood):
        return []
    reports = list(reports)
    new = _beside(pieces, stood, reports)
    if new is None:
        new = _beside(restored(pieces, stood), stood, reports)
    if new is None:
        return None
    new = [piece for piece in new if not is_withheld(piece.words)]
    if same(ours, stood):
        return new
    have = Counter(_words(read_progress(ours))) - Counter(_words(read_progress(stood)))
    return [replace(piece, words=f"\n{piece.words.strip()}") for piece in _without(new, have)]


def _beside(pieces: Sequence[Piece], stood: str, reports: Iterable[Progress]) -> list[Piece] | None:
    """What *pieces* say besides the cell as it *stood*: below it, among its reports, or at one place in it."""
    new = _at_the_end(pieces, stood)
    if new is None:
        new = _among(pieces, stood, reports)
    return _put_in(pieces, stood) if new is None else new


_COMPARED = 10_000_000
"""So many characters are compared to put words back; where there would be more, a person does."""
_STOPS = re.compile(r"(?<=[.!?:;\"'”’)])(?=\s)|(?=[\n\r])")
"""Where a sentence or a line ends."""


def restored(pieces: Sequence[Piece], stood: str) -> list[Piece]:
    """*pieces* with the words in them that were withheld of the cell as it *stood*; what fits nothing stays as it is.

    They may be the cell with more below or above it, or each may be a report in it.
    """
    cell = "".join(piece.words for piece in pieces)
    if not WITHHELD.search(cell):
        return list(pieces)
    known, most = list(read_progress(stood)), _COMPARED // len(cell)
    stops = [stop.start() for stop in _STOPS.finditer(cell)]
    for stop in reversed(stops[-most:]):
        if fits(cell[:stop], stood, strictly=True):
            return [*known, *_read(cell[stop:], pieces)]
    for stop in stops[:most]:
        if fits(cell[stop:], stood, strictly=True):
            return [*_read(cell[:stop], pieces), *known]
    if len(known) > most:
        return list(pieces)
    return [_put_back(piece, known) for piece in pieces]


def _put_back(piece: Piece, known: list[Piece]) -> Piece:
    """The one of the *known* reports that *piece* is, which is none of them for another then; or else *piece*."""
    report = next((report for report in known if says(piece.words, report.words)), None)
    if report is None:
        return piece
    known.remove(report)
    words = piece.words
    return replace(report, words=report.words.rstrip() + words[len(words.rstrip()) :])


def _at_the_end(pieces: Sequence[Piece], stood: str) -> list[Piece] | None:
    """What follows after the words of the cell as it *stood*, to the character."""
    now = "".join(piece.words for piece in pieces)
    for nth, length in enumerate(accumulate(len(piece.words) for piece in pieces[:-1]), start=1):
        if length == len(stood) and now.startswith(stood):
            return list(pieces[nth:])
    end = len(stood) if now.startswith(stood) else _end_of(stood.split(), now)
    if end is None or re.match(r"\w\w", now[end - 1 : end + 1] if end else ""):  # a word goes on
        return None
    return _read(now[end:], pieces)


def _among(pieces: Sequence[Piece], stood: str, reports: Iterable[Progress]) -> list[Piece] | None:
    """The pieces that are new, where all that *stood* is still there, in whatever order."""
    for known in (Counter(_words(read_progress(stood))), Counter(_key(report.note) for report in reports)):
        if not known - Counter(_words(pieces)):
            before = "" if not stood or stood.endswith("\n") else "\n"
            new = _without(pieces, known)
            first = [replace(piece, words=f"{before}{piece.words.strip()}") for piece in new[:1]]
            return [*first, *(replace(piece, words=f"\n{piece.words.strip()}") for piece in new[1:])]
    return None


def below(pieces: Sequence[Piece], stood: str) -> list[Piece] | None:
    """What *pieces* say below the words of the cell as it *stood*; `None` where that cannot be told.

    What goes on in the last line of it is no report of its own, unless a date opens it.
    """
    new = _at_the_end(pieces, stood)
    if new and stood.strip() and not new[0].opener and not re.match(r"\s*\n", new[0].words):
        return None
    return new and [replace(piece, words=piece.words.strip()) for piece in new if piece.words.strip()]


_ENDS = re.compile(r"(?:[.!?:;][\"'”’)\]]*|[\n\r])\s*$")


def _put_in(pieces: Sequence[Piece], stood: str) -> list[Piece] | None:
    """What was put in at one place of the cell as it *stood*: between two lines or sentences, or before the first."""
    now, was = "".join(piece.words for piece in pieces), [legible(word) for word in stood.split()]
    words = list(re.finditer(r"\S+\s*", now))
    texts = [legible(word[0].rstrip()) for word in words]
    more = len(texts) - len(was)
    before, after = _alike(was, texts), _alike(was[::-1], texts[::-1])
    for begin in range(len(was) - after, before + 1) if more > 0 else ():
        start, end = words[begin].start(), words[begin + more - 1].end()
        if all(not cut or _ENDS.search(now[:cut]) for cut in (start, end)):
            return [replace(piece, words=f"\n{piece.words.strip()}") for piece in _read(now[start:end], pieces)]
    return None


def _alike(words: Sequence[str], others: Sequence[str]) -> int:
    """With how many of the *words* the *others* begin."""
    pairs = enumerate(zip(words, others, strict=False))
    return next((nth for nth, (one, other) in pairs if one != other), min(len(words), len(others)))


def _read(words: str, pieces: Sequence[Piece]) -> list[Piece]:
    """The reports in *words*, which stand among *pieces*; the date in the heading of their column is theirs too.

    Where all of them stand in the last column, they are of that one.
    """
    last = pieces[-1].column if pieces else ""
    column = last if words.strip() in "".join(piece.words for piece in pieces if piece.column == last) else ""
    heading = next((piece.effective for piece in pieces if piece.effective and not piece.opener), None)
    return [replace(piece, column=column) for piece in read_progress(words, heading=heading)]


def _without(pieces: Iterable[Piece], known: Counter[str]) -> list[Piece]:
    left, new = known.copy(), []
    for piece in pieces:
        words = _key(piece.words)
        if left[words]:
            left[words] -= 1
        elif words:
            new.append(piece)
    return new


def _words(pieces: Iterable[Piece]) -> list[str]:
    return [words for piece in pieces if (words := _key(piece.words))]


def _key(words: str) -> str:
    return " ".join(legible(words).split())


def _end_of(words: Sequence[str], cell: str) -> int | None:
    """Where in *cell* the *words* end that it begins with, whatever the white space; `None` if it does not."""
    found = list(islice(re.finditer(r"\S+", cell), len(words)))
    if [legible(word[0]) for word in found] != [legible(word) for word in words]:
        return None
    return found[-1].end() if found else 0
