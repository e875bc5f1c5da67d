"""The pages of a PDF, read in a process of its own that is ended when it takes longer, or more, than a plan could.

A parser written in Python promises neither time nor memory, and a thread that runs cannot be ended.  So:

- the process gets eight seconds of the processor, and one more for every page that it has read, so that a long plan may
  take its time, and a file on whose page it sticks is given up; it watches over that itself, as no system does for all,
  and is ended from here when several times as long has passed on the wall;
- on Linux the system holds it to `page.MEMORY`; everywhere, no stream unpacks to more than `page.LARGEST_STREAM`;
- pages come back as JSON, so that nothing in the file can reach this process but words and numbers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from dhr_ledger.errors import ImportRefused
from dhr_ledger_pdf import page
from dhr_ledger_pdf.page import Page

SECONDS = 8.0
PATIENCE = 5
"""How many times as long a process may take where the machine has much else to do."""
_LONGEST_LINE = 20_000_000

_WORD = "ask for the Word or Excel file"
_REASONS = {
    "long": f"has more than {page.MOST_PAGES} pages; print the pages of the action plan alone into a PDF, "
    "and import that.",
    "password": f"has a password; save it without one, or {_WORD}.",
    "large": f"takes more memory to read than an action plan could; {_WORD}.",
    "slow": f"takes longer to read than an action plan could; {_WORD}.",
    "damaged": f"is damaged, so a part of it could be lost without a word; fetch it anew, or {_WORD}.",
}


def pages_of(data: bytes, name: str) -> list[Page]:
    """The pages of the PDF *data*, which is called *name*.

    Raises `ImportRefused` for what is no PDF, is damaged, has a password, or takes too long or too much to read.
    """
    if b"%PDF-" not in data[:1024]:
        raise ImportRefused([f"{name} is no PDF: it begins with {data[:8]!r}; is its ending right?"])
    if b"startxref" not in data[-2048:]:
        raise ImportRefused([f"{name} is damaged: its end is missing; fetch it anew, or {_WORD}."])
    try:
        pages, reason = _read_apart(data)
    except OSError as error:
        raise ImportRefused(
            [f"{name} cannot be read: a PDF is read in a process of its own, and none can be started ({error})."]
        ) from error
    if reason != "whole":
        raise ImportRefused([f"{name} {_REASONS.get(reason, _REASONS['damaged'])}"])
    return pages


def _read_apart(data: bytes) -> tuple[list[Page], str]:
    """The pages that the process told of, and its last word."""
    pages: list[Page] = []
    reason = "damaged"  # unless it says anything else
    over, began = threading.Event(), time.monotonic()
    late = False
    with _process() as reader:

        def end_it_in_time() -> None:
            nonlocal late
            while not over.wait(0.05):
                if time.monotonic() - began > PATIENCE * (SECONDS + page.SECONDS_A_PAGE * len(pages)):
                    late = True
                    reader.kill()
                    return

        watch = threading.Thread(target=end_it_in_time, daemon=True)
        watch.start()
        try:
            assert reader.stdin is not None
            assert reader.stdout is not None
            with suppress(BrokenPipeError), reader.stdin:
                reader.stdin.write(data)
            with suppress(ValueError), reader.stdout:  # a line that is cut off says nothing
                while line := reader.stdout.readline(_LONGEST_LINE):
                    told = json.loads(line)
                    if isinstance(told, str):
                        reason = told
                    else:
                        pages.append(Page.heard(line))
            late = reader.wait() == page.TOO_SLOW or late
        finally:
            reader.kill()
            over.set()
            watch.join()
    return pages, "slow" if late else reason


def _process() -> subprocess.Popen[bytes]:
    """A process that runs `page` with this interpreter, and finds what this one finds."""
    return subprocess.Popen(
        [sys.executable, "-P", page.__file__, str(SECONDS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(str(Path(path).absolute()) for path in sys.path if path)},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
