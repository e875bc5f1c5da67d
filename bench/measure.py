"""How a promise is measured: ours and its limit in turns, in one process, and the ratio of each turn.

Machines are shared and drift, so seconds are never a bar; the ratio of two things that were timed side by side is.
"""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured promise: ours and the limit as people read them, and the median ratio against the bar."""

    promise: str
    ours: str
    limit: str
    ratio: float | None
    bar: str

    @property
    def row(self) -> str:
        """A line of the table in docs/performance.md."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} ×"
        return f"| {self.promise} | {self.ours} | {self.limit} | {ratio} | {self.bar} |"


def timed(work: Callable[[], object]) -> float:
    """The seconds that *work* took."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turns(ours: Callable[[], object], limit: Callable[[], object], turns: int = 7) -> tuple[float, float, float]:
    """Median seconds of *ours* and of *limit*, and the median of the ratios, turn by turn after one that warms up."""
    ours()
    limit()
    pairs = [(timed(ours), timed(limit)) for _ in range(turns)]
    return (
        statistics.median(ours for ours, _ in pairs),
        statistics.median(limit for _, limit in pairs),
        statistics.median(ours / limit for ours, limit in pairs),
    )


def per_second(count: int, seconds: float) -> str:
    """*count* things in *seconds*, as a rate."""
    return f"{count / seconds:,.0f}/s"


def peak_megabytes(code: str, *arguments: object) -> float:
    """The most memory that a process of its own holds while it runs *code* with these *arguments*.

    Linux tells it by `VmHWM`; its `ru_maxrss` would be that of this process, where this one has held more before.
    """
    asked = "\nprint(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    run = [sys.executable, "-c", code + asked, *map(str, arguments)]
    return int(subprocess.run(run, capture_output=True, text=True, check=True).stdout) / 1024
