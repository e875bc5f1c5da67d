"""Another process, in another time, place and language: what an exporter makes there, and what else it does.

It runs in a zone where it is another day, in a locale that knows only ASCII, with another home, user, working folder
and order of hashing.  Python's audit hooks tell what is opened for writing and whom it calls; Python's profile hook
tells where a package reads the clock by itself.
"""

from __future__ import annotations

import importlib.util
import inspect
import io
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from dhr_ledger.entry import Entry

Export = Callable[..., None]
_FOLDERS = ("working folder", "home", "temporary")


@dataclass(frozen=True)
class Errand:
    """What is to be done there: each of *ledgers*, rows that make entries, by the function of that name in a module."""

    module: str
    file: str
    function: str
    options: dict[str, Any]
    ledgers: list[list[tuple[Any, ...]]]


@dataclass
class Seen:
    """What came of it: the files, what was written beside them, who was called, where the clock was read."""

    made: list[bytes] = field(default_factory=list)
    failed: str | None = None
    wrote: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    clock: list[str] = field(default_factory=list)


def errand(function: Export, options: dict[str, Any], ledgers: Sequence[Sequence[Entry]]) -> Errand:
    """The errand to export *ledgers* by *function*.  Raises `AssertionError` if no other process can find it."""
    module, name = getattr(function, "__module__", None), getattr(function, "__qualname__", "")
    if not module or not name.isidentifier():
        raise AssertionError(f"{name or repr(function)} cannot be imported; define it at the top level of its module.")
    file = inspect.getsourcefile(inspect.unwrap(function)) or ""
    return Errand(module, file, name, options, [[tuple(entry) for entry in ledger] for ledger in ledgers])


def send(errand: Errand) -> Seen:
    """Do *errand* there.  Raises `AssertionError` if there is no answer."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for place in _FOLDERS:
            (folder / place).mkdir()
        (folder / "errand").write_bytes(pickle.dumps(errand))
        done = subprocess.run(
            [sys.executable, "-c", f"from {__name__} import run; run()", str(folder)],
            cwd=folder / "working folder",
            env={**os.environ, **_circumstances(folder)},
            capture_output=True,
            check=False,
        )
        if done.returncode or not (folder / "answer").exists():
            raise AssertionError(f"Another process could not be asked: {done.stderr.decode(errors='replace')}")
        seen: Seen = pickle.loads((folder / "answer").read_bytes())
        seen.wrote += [f"{path.name} in the {place}" for place in _FOLDERS for path in (folder / place).iterdir()]
        return seen


def _circumstances(folder: Path) -> dict[str, str]:
    return {
        # It is another day there than anywhere where it is today.
        "TZ": "THERE-14" if time.gmtime().tm_hour >= 10 else "THERE+12",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONHASHSEED": "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1",
        "HOME": str(folder / "home"),
        "USERPROFILE": str(folder / "home"),
        "TMPDIR": str(folder / "temporary"),
        "USER": "somebody-else",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }


# There


def run() -> None:
    """Do the errand that lies in the folder named on the command line, and leave the answer there."""
    folder = Path(sys.argv[1])
    errand: Errand = pickle.loads((folder / "errand").read_bytes())
    seen = Seen()
    try:
        function = _find(errand)
        with _watched(seen, folder, errand.module.partition(".")[0]):
            for ledger in errand.ledgers:
                out = io.BytesIO()
                function((Entry(*row) for row in ledger), out, **errand.options)
                seen.made.append(out.getvalue())
    except Exception as error:
        seen.failed = f"{type(error).__name__}: {error}"
    (folder / "answer").write_bytes(pickle.dumps(seen))


def _find(errand: Errand) -> Export:
    """The function: by its module, or, where that is a test that no one can import, by its file."""
    try:
        module = import_module(errand.module)
    except ModuleNotFoundError:
        spec = importlib.util.spec_from_file_location(errand.module, errand.file)
        if spec is None or spec.loader is None:
            raise
        module = sys.modules[errand.module] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    function: Export = getattr(module, errand.function)
    return function


@contextmanager
def _watched(seen: Seen, folder: Path, package: str) -> Iterator[None]:
    """Note what is written and who is called, by anybody, and where *package* reads the clock."""
    watching = True
    temporary = str(folder / "temporary")

    def hear(event: str, about: tuple[Any, ...]) -> None:
        if not watching:
            return
        if event == "open" and isinstance(about[0], str | bytes) and about[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            path = os.path.abspath(os.fsdecode(about[0]))
            if path != os.devnull and not path.startswith((temporary, str(folder / "home"), str(folder / "working"))):
                seen.wrote.append(path)
        elif event in {"socket.connect", "socket.getaddrinfo"}:
            seen.called.append(str(about[1] if event == "socket.connect" else about[0]))

    def profile(frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call" and _reads_the_clock(called) and frame.f_globals["__name__"].partition(".")[0] == package:
            place = f"{Path(frame.f_code.co_filename).name}, line {frame.f_lineno}"
            if place not in seen.clock:
                seen.clock.append(place)

    sys.addaudithook(hear)  # which cannot be taken away again
    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(None)
        watching = False


def _reads_the_clock(called: Any) -> bool:
    owner = getattr(called, "__self__", None)
    if isinstance(owner, type) and issubclass(owner, date):
        return called.__name__ in {"now", "today", "utcnow"}
    return called in (time.time, time.time_ns)
