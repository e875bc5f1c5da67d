"""The words of a workbook: its table of shared strings, and those that stand in a cell; runs of letters joined."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from dhr_ledger_xlsx.package import Attributes, Package


class Words(NamedTuple):
    """Words as they are shown; whether some are struck through, and some in the font of their cell."""

    text: str
    struck: bool = False
    in_the_font_of_the_cell: bool = True


_NONE = Words("")


class Runs:
    """Joins the runs of one string after another: what `begins` and `ends` are called for, `take` has whole."""

    def __init__(self, tag: str, take: Callable[[Words], None]) -> None:
        """Read strings that are elements called *tag*."""
        self._take = take
        self._begin_string({})
        self.begins = {
            tag: self._begin_string,
            "r": self._begin_run,
            "rPr": self._begin_font,
            "strike": self._strike,
            "rPh": self._begin_reading,
        }
        self.ends = {"t": self._end_text, "rPh": self._end_reading, tag: self._end_string}

    def _begin_string(self, _: Attributes) -> None:
        self._texts: list[str] = []
        self._any_struck = self._own_font = self._struck = self._reading = False
        self._any_plain = False

    def _begin_run(self, _: Attributes) -> None:
        self._own_font = self._struck = False

    def _begin_font(self, _: Attributes) -> None:
        self._own_font = True

    def _strike(self, said: Attributes) -> None:
        self._struck = said.get("val", "1") in ("1", "true")

    def _begin_reading(self, _: Attributes) -> None:
        self._reading = True  # how Japanese is pronounced, printed small above it

    def _end_reading(self, _: str) -> None:
        self._reading = False

    def _end_text(self, text: str) -> None:
        if self._reading:
            return
        self._texts.append(_read_out(text))
        if text.strip():
            self._any_struck |= self._struck
            self._any_plain |= not self._own_font

    def _end_string(self, _: str) -> None:
        text = _cleared("".join(self._texts))
        self._take(Words(text, self._any_struck, self._any_plain) if text else _NONE)


def shared_strings(package: Package, path: str | None) -> list[Words]:
    """The strings of the workbook, which cells refer to by their place in this list."""
    strings: list[Words] = []
    if path is not None:
        runs = Runs("si", strings.append)
        package.walk(path, runs.begins, runs.ends)
    return strings


def as_shown(text: str) -> str:
    """*text* as Excel shows it, which writes some characters as `_x000D_`: the control characters, and `_x` itself."""
    return _cleared(_read_out(text))


def _read_out(text: str) -> str:
    """*text*, which is of one run: what is written out does not go on in another."""
    if "_x" in text:
        text = _WRITTEN_OUT.sub(lambda found: chr(int(found[1], 16)), text)
        if _SURROGATE.search(text):
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _cleared(text: str) -> str:
    if _NOT_SHOWN.search(text):
        text = _NOT_SHOWN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text


_WRITTEN_OUT = re.compile("_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_SHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
