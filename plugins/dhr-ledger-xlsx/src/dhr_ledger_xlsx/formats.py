"""The codes by which a workbook says how a number is shown: `0.00`, `dd/mm/yyyy`, `"£"#,##0;[Red]-"£"#,##0`.

A code is one section, or several for numbers of different signs, each read as tokens (ECMA-376, 18.8.30 and 18.8.31).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from dhr_ledger_xlsx.dates import DateFormat

# How Excel shows the formats that have a number and no code, in the United Kingdom: 14 is the date of the region.
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: '"£"#,##0;-"£"#,##0', 6: '"£"#,##0;-"£"#,##0', 7: '"£"#,##0.00;-"£"#,##0.00', 8: '"£"#,##0.00;-"£"#,##0.00',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "dd/mm/yyyy", 15: "dd-mmm-yy", 16: "dd-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "hh:mm", 21: "hh:mm:ss", 22: "dd/mm/yyyy hh:mm",
    37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: '#,##0;-#,##0;"-"', 42: '"£"#,##0;-"£"#,##0;"£-"', 43: '#,##0.00;-#,##0.00;"-"',
    44: '"£"#,##0.00;-"£"#,##0.00;"£-"', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss", 48: "##0.0E+0", 49: "@",
}  # fmt: skip

_LONGEST = 255
"""In characters, of a code.  Excel takes no more."""
_LONG_DATE = re.compile(r"\[\$-F800\][^;]*", re.IGNORECASE)
"""What stands for the long date of the region, whatever the code says after it."""

_TOKEN = re.compile(
    r"""(?P<end> ; ) | "(?P<quoted> [^"]* ) "? | \\(?P<escaped> . ) | _(?P<space> . ) | \*(?P<filler> . )
      | \[ (?P<bracket> [^\]]* ) \] | (?P<general> General ) | (?P<half> AM/PM | A/P )
      | (?P<date> y+ | m+ | d+ | h+ | s+ ) | (?P<digit> [0\#?] ) | (?P<exponent> E[+-] ) | (?P<other> . )""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_KINDS = {".": "point", ",": "comma", "%": "percent", "@": "text", "/": "fraction"}
_CONDITION = re.compile(r"(<>|<=|>=|<|>|=)(-?\d+(?:\.\d+)?)")
_ELAPSED = re.compile("h+|m+|s+", re.IGNORECASE)


class Token(NamedTuple):
    """A piece of a code: what kind of piece, and what it says."""

    kind: str
    said: str


class Section(NamedTuple):
    """A part of a code, and for which numbers it is, where that is said: a comparison and what with."""

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None = None

    def has(self, *kinds: str) -> bool:
        """Whether any of its tokens is of these *kinds*."""
        return any(token.kind in kinds for token in self.tokens)

    def is_for(self, number: Decimal) -> bool:
        """Whether it says that it is for *number*."""
        if self.condition is None:
            return True
        compared, limit = self.condition
        return ("<" in compared and number < limit) or (">" in compared and number > limit) or (
            "=" in compared and number == limit
        )  # fmt: skip


class Format:
    """How the numbers of some cells are shown."""

    def __init__(self, code: str) -> None:
        """Read *code*; one that Excel would not take is as good as none."""
        code = _LONG_DATE.sub("d mmmm yyyy", code)
        sections = list(_sections(code if 0 < len(code) <= _LONGEST else "General"))
        if len(sections) > 1 and (len(sections) == 4 or sections[-1].has("text")):
            sections.pop()  # for what is no number
        self._sections = sections[:3]
        self._dates = {
            nth: DateFormat([(token.kind, token.said) for token in section.tokens])
            for nth, section in enumerate(self._sections)
            if section.has("date", "elapsed")
        }
        self._plain = [token.kind for section in self._sections for token in section.tokens] in (["general"], ["text"])

    @property
    def hides_the_year(self) -> bool:
        """Whether it shows the days of dates, and no years."""
        return 0 in self._dates and self._dates[0].hides_the_year

    @property
    def shows_dates(self) -> bool:
        """Whether what it shows are dates or times."""
        return 0 in self._dates

    def shown(self, text: str, *, from_1904: bool = False) -> str:
        """The number that is written *text*, as it is shown; *text* itself where that is no number.

        As a date it is counted in days from the beginning of 1900, or of 1904.
        """
        if not _NUMBER.fullmatch(text) or not -_LARGEST < (value := float(text)) < _LARGEST:
            return text  # more digits than are shown anywhere
        if self._plain:
            return _general(text, value)
        number = Decimal(repr(value))
        nth = self._which(number)
        if nth is None:
            return _general(text, value)
        section = self._sections[nth]
        if nth in self._dates:
            shown = self._dates[nth].shown(value, from_1904)
            return _general(text, value) if shown is None else shown
        if nth == 1 and not any(section.condition for section in self._sections):
            number = abs(number)  # the section is for those below nothing, and says so itself
        if section.has("general", "text"):
            general = _general(text, value)
            said = (general if token.kind in ("general", "text") else token.said for token in section.tokens)
            return "".join(said).strip()
        if section.has("exponent", "fraction"):
            return _general(text, value)
        return _digits(section.tokens, number)

    def _which(self, number: Decimal) -> int | None:
        """The section that *number* is shown by."""
        sections = self._sections
        if any(section.condition for section in sections):
            return next((nth for nth, section in enumerate(sections) if section.is_for(number)), None)
        if number < 0 and len(sections) > 1:
            return 1
        return 2 if number == 0 and len(sections) > 2 else 0


_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_LARGEST = 1e21
_EXACTLY = Context(prec=300)  # 21 digits before the point, and as many after it as a code has room for


def _sections(code: str) -> Iterator[Section]:
    tokens: list[Token] = []
    condition = None
    for found in _TOKEN.finditer(code):
        kind, said = found.lastgroup or "", found[found.lastgroup or 0]
        if kind == "end":
            yield Section(tuple(tokens), condition)
            tokens, condition = [], None
        elif kind == "bracket":
            if compared := _CONDITION.fullmatch(said):
                condition = compared[1], Decimal(compared[2])
            elif _ELAPSED.fullmatch(said):
                tokens.append(Token("elapsed", said.lower()))
            elif said.startswith("$"):  # a currency and, after the dash, the region
                tokens.append(Token("literal", said[1:].partition("-")[0]))
        elif kind == "space":
            tokens.append(Token("literal", " "))
        elif kind in ("quoted", "escaped"):
            tokens.append(Token("literal", said))
        elif kind == "other":
            digits_before = any(token.kind == "digit" for token in tokens)
            tokens.append(Token("literal" if said == "/" and not digits_before else _KINDS.get(said, "literal"), said))
        elif kind != "filler":
            tokens.append(Token(kind, said if kind == "digit" else said.lower()))
    yield Section(tuple(tokens), condition)


def _general(text: str, value: float) -> str:
    """*value* without a format: no more digits than Excel finds room for, and of a whole number all of them."""
    if value.is_integer():
        return str(int(value)) if abs(value) < 1e15 else text
    said = f"{value:.15g}"
    return (f"{value:.10g}" if len(said) > 11 else said).upper()


def _digits(tokens: tuple[Token, ...], number: Decimal) -> str:
    """*number* with its digits in the places that *tokens* have for them."""
    kinds = [token.kind for token in tokens]
    point = kinds.index("point") if "point" in kinds else len(kinds)
    places = [at for at, kind in enumerate(kinds[:point]) if kind == "digit"]
    after = kinds[point:].count("digit")
    last = places[-1] if places else point
    grouped = "comma" in kinds[:last]
    # Commas right after the places before the point, or at the end, divide by a thousand each.
    ends = {last, max(at for at, kind in enumerate(kinds) if kind == "digit")} if places else ()
    thousands = sum(_commas_after(kinds, at) for at in ends)
    scaled = abs(number).scaleb(2 * kinds.count("percent") - 3 * thousands)
    rounded = scaled.quantize(Decimal(1).scaleb(-after), ROUND_HALF_UP, _EXACTLY)
    before, _, fraction = f"{rounded:f}".partition(".")
    before = before.lstrip("0").rjust(len(places))

    said: list[str] = []
    for at, (kind, literal) in enumerate(tokens):
        if kind == "digit" and at < point:
            left = len(places) - places.index(at)  # places from here to the point, with this one
            of_it = before[: len(before) - left + 1] if at == places[0] else before[len(before) - left]
            of_it = of_it if of_it.strip() else {"0": "0", "?": " "}.get(literal, "")
            said.append(_grouped(of_it, left) if grouped and of_it.strip() else of_it)
        elif kind == "digit":
            rest = fraction[-kinds[at:].count("digit") :]
            said.append(rest[0] if literal == "0" or rest.strip("0") else {"?": " "}.get(literal, ""))
        elif kind == "comma":
            said.append("")  # it says how digits are grouped
        elif kind == "point" and not places:
            said.append(before + literal)
        else:
            said.append(literal)
    minus = "-" if number < 0 and rounded else ""
    return minus + "".join(said).strip()


def _commas_after(kinds: list[str], at: int) -> int:
    """How many commas come one after another after the token at *at*."""
    return next((nth for nth, kind in enumerate(kinds[at + 1 :]) if kind != "comma"), len(kinds) - at - 1)


def _grouped(digits: str, left: int) -> str:
    """*digits*, the last of which has *left* - 1 after it before the point, with commas between thousands."""
    after = range(left + len(digits) - 2, left - 2, -1)
    return "".join(f"{digit}," if n and n % 3 == 0 else digit for digit, n in zip(digits, after, strict=True))
