"""References: what people write in minutes (`BDHR2012/13-04:WMP:1.2`).

Numbers restart in each agency's section, so an action is named by review, section and number, with a colon between:

    BDHR2012/13-04            a review, as its partnership prints it
    BDHR2012/13-04:WMP        a section of its plan, by its short key
    BDHR2012/13-04:WMP:1.2    an action
    BDHR2012/13-04:WMP:R1     a recommendation

A reference never changes once given; the number printed beside an action may.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator

from dhr_ledger.errors import BadReference

_REVIEW = r"(?!\s)[^:\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,100}(?<!\s)"
_KEY = r":[\w.&()/+'’-]{1,40}"
_FORMS = {parts: re.compile(_REVIEW + _KEY * (parts - 1)) for parts in (1, 2, 3)}
_RECOMMENDATION = re.compile(r"R\d.*")


def _check(text: str, noun: str, parts: int, example: str) -> str:
    text = spelled(text)
    if not _FORMS[parts].fullmatch(text):
        raise BadReference(f"{text!r} is not the reference of {noun}; write it like {example}.")
    return text


def check_review(text: str) -> str:
    """*text* as a review's reference, in Unicode NFC; raises `BadReference`."""
    return _check(text, "a review", 1, "BDHR2012/13-04")


def check_section(text: str) -> str:
    """*text* as a section's reference (`BDHR2012/13-04:WMP`); raises `BadReference`."""
    return _check(text, "a section", 2, "BDHR2012/13-04:WMP (review, colon, short key)")


def check_action(text: str) -> str:
    """*text* as an action's reference (`BDHR2012/13-04:WMP:1.2`); raises `BadReference`."""
    text = _check(text, "an action", 3, "BDHR2012/13-04:WMP:1.2 (review, section, number)")
    if _RECOMMENDATION.fullmatch(text.rpartition(":")[2]):
        raise BadReference(f"{text!r} names a recommendation, not an action; an action is written without the R.")
    return text


def check_recommendation(text: str) -> str:
    """*text* as a recommendation's reference (`BDHR2012/13-04:WMP:R1`); raises `BadReference`."""
    example = "BDHR2012/13-04:WMP:R1 (review, section, R and its number)"
    text = _check(text, "a recommendation", 3, example)
    if not _RECOMMENDATION.fullmatch(text.rpartition(":")[2]):
        raise BadReference(f"{text!r} is not the reference of a recommendation; write it like {example}.")
    return text


def check_stream(text: str) -> str:
    """*text* as the reference of a review or of an action: the two that keep entries; raises `BadReference`."""
    return check_review(text) if ":" not in text else check_action(text)


def check_scope(text: str) -> str:
    """*text* as the reference of a review, a section or an action: what has entries below it; raises `BadReference`."""
    check = {0: check_review, 1: check_section}.get(text.count(":"), check_action)
    return check(text)


ReviewRef = Annotated[str, AfterValidator(check_review)]
SectionRef = Annotated[str, AfterValidator(check_section)]
ActionRef = Annotated[str, AfterValidator(check_action)]
RecommendationRef = Annotated[str, AfterValidator(check_recommendation)]
StreamRef = Annotated[str, AfterValidator(check_stream)]


def spelled(reference: str) -> str:
    """*reference* in Unicode NFC, in which every reference is kept."""
    return reference if reference.isascii() else unicodedata.normalize("NFC", reference)


def review_of(reference: str) -> str:
    """The review that *reference* belongs to."""
    return reference.partition(":")[0]


def section_of(reference: str) -> str:
    """The key of the section that *reference* belongs to, `""` for a review."""
    return reference.split(":")[1] if ":" in reference else ""


def parent_of(reference: str) -> str:
    """What *reference* stands in: the section of an action or a recommendation, the review of a section."""
    return reference.rpartition(":")[0]


def number_of(reference: str) -> str:
    """The last part of *reference*: an action's number, a recommendation's with its R, a section's key."""
    return reference.rpartition(":")[2]
