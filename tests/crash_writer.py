"""A process that makes writers: for each line that it is sent, a child that records without end until it is killed.

What it needs is imported once, before the first child, so that a child begins to write at once; the ledger is opened
after the fork, since no connection survives one.  Run as a program by `test_crash.py`.
"""

from __future__ import annotations

import os
import random
import sys
from itertools import count

from dhr_ledger import Ledger
from dhr_ledger.action import RecordProgress

ACTIONS = ("DHR7:WMP:1", "DHR7:WMP:2", "DHR7:WMP:3")


def main(place: str) -> None:
    """Make a writer for each line on standard input, and say `begun` with its number and `ended` once it is dead."""
    for line in sys.stdin:
        writer = os.fork()
        if not writer:
            write(place, random.Random(line))
        say(f"begun {writer}")
        os.waitpid(writer, 0)
        say("ended")


def write(place: str, chance: random.Random) -> None:
    """Record batches of every size; each entry says how many there are in its batch, and each batch is acknowledged."""
    with Ledger(place) as ledger:
        for number in count():
            size = chance.choice((1, 1, 2, 5, 40))
            note = f"{size} " + "word " * chance.choice((1, 100, 1000))
            batch = [RecordProgress(action=ACTIONS[(number + nth) % 3], note=note) for nth in range(size)]
            recorded = ledger.record(*batch, by="Writer")
            say(f"recorded {recorded[0].position} {recorded[-1].position}")


def say(words: str) -> None:
    """Say *words* in one piece, at once."""
    os.write(1, f"{words}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1])
