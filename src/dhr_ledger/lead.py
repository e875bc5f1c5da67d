"""Who is to see an action done: the cell as printed, and the agencies and posts that were understood from it.

    West Midlands Police                              an agency
    Detective Superintendent (Public Protection)      a post
    Chair / DCS                                       two parties; so are bullets, numbers and semicolons
    Practice Manager/Lead GP                          two, as both sides are posts; so are two agencies
    Head of Service, Adult Social Care                one post: what is both is kept whole
    Jane Smith                                        nobody: a name is a warning, and no identity

Nothing else divides a cell: "and", "&" and a comma stand inside one title as often as between two.  Lines that carry no
bullet are parties of their own only where all are posts or all are agencies, for a long title runs over two lines.
"""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict


class Party(BaseModel):
    """One who leads: an agency, a post in it, or both.  A person's name is never an identity here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: str | None = None
    post: str | None = None


class Lead(BaseModel):
    """Who is to see the action done: the cell as printed, and the agencies and posts that were understood from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_printed: str
    parties: tuple[Party, ...] = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """Take a printed cell for what it says; never raises.

        A party is an agency if a word in it says so and none in it names a post, and else a post.  An acronym alone is
        an agency if it is a national body's or ends like those of the bodies that every area has (BSCB, BCSP); others,
        such as DCS or SIO, are posts.
        """
        return cls(
            as_printed=text,
            parties=tuple(
                Party(agency=part) if _kind(part) == "agency" else Party(post=part)
                for part in _parts(text)
                if not _NOBODY.fullmatch(part) and not _is_a_name(part)
            ),
        )

    @property
    def names_a_person(self) -> bool:
        """Whether a part of it looks like a person's name, which no plan that is published should print."""
        return any(_holds_a_name(part) for part in _parts(self.as_printed))

    def says_no_more_than(self, other: Lead) -> bool:
        """Whether it is printed as *other* is, and nothing was understood of it but what anybody reads from the words.

        An entry that was recorded before parties were read has none.
        """
        words = other.as_printed
        return self == other or self in (Lead(as_printed=words), Lead.read(words))


# Where one party ends and the next begins


_BULLET = re.compile(r"(?m)^[^\S\n]*(?:[-–—*▪◦‣●○·]|\(?\d{1,2}[.)])[^\S\n]+|[•\uf0b7]")
_DIVIDED = re.compile(r";|\s/\s")
_SLASH = re.compile(r"\s?/\s?")


def _parts(text: str) -> list[str]:
    """The parties that *text* prints, each with its white space collapsed and without its bullet."""
    marked = _BULLET.sub("\v", text.replace("\v", "\n"))
    parts = [
        piece for block in marked.split("\v") for divided in _DIVIDED.split(block) for piece in _lines(divided.strip())
    ]
    return [words for part in parts for name in _at_slashes(" ".join(part.split())) if (words := name.strip(" ,"))]


def _lines(block: str) -> list[str]:
    """The lines of *block* where each is a party by itself, or else *block* whole."""
    lines = [line for line in block.splitlines() if line.strip()]
    return lines if _alike(lines) else [block]


def _at_slashes(part: str) -> list[str]:
    """*part* cut at its slashes where each side is a party by itself, or else whole."""
    sides = _SLASH.split(part)
    return sides if _alike(sides) else [part]


def _alike(parts: list[str]) -> bool:
    """Whether all *parts* are whole posts, or all are whole agencies, so that they are several beyond doubt."""
    kinds = {_kind(part) if _is_whole(part) else None for part in parts}
    return len(parts) > 1 and len(kinds) == 1 and None not in kinds


def _is_whole(part: str) -> bool:
    """Whether *part* neither goes on nor goes back: no small word or bracket stands at its edge."""
    words = part.split()
    small = {"and", "&", "of", "for", "the", "to", "in", "at", "with", "or", "-", "–"}
    return bool(
        words
        and words[0][0].isupper()
        and words[0].lower() not in small
        and words[-1].lower() not in small
        and words[-1][-1] not in ",(-–:"
        and part.count("(") == part.count(")")
    )


# What a party is


def _words(of: str) -> frozenset[str]:
    return frozenset(of.split())


_POSTS = _words(
    """
    adviser advisers advisor advisors ambassador analyst assistant captain ceo chair chairman chairperson chairs
    champion chancellor clerk co-ordinator co-ordinators commander commissioner commissioners constable constables
    consultant coordinator coordinators councillor dass dcc dci dcs deputy di director directors doctor dph dsl
    executive governor governors gp gps head headteacher inspector inspectors lado lead leader leaders leads manager
    managers mayor member members midwife midwives minister nurse nurses officer officers owner partner partners
    practitioner practitioners president principal professor psychiatrist psychologist registrar secretary sergeant
    sio solicitor specialist spoc superintendent supervisor supervisors teacher trainer treasurer warden worker
    workers
    """
)
_AGENCIES = _words(
    """
    academy agency agencies alliance association authority board boards charity clinic college commission committee
    constabulary consortium council councils court department directorate federation force forum foundation group
    groups hospital hub ministry nhs office panel partnership partnerships police practice prison probation school
    secretariat service services sub-group subgroup surgery team teams trust trusts unit university
    """
)
_BODIES = re.compile(r"\b(?:Social Care|Social Services|Women[’']?s Aid|Home Office)\b", re.IGNORECASE)
_ACRONYMS = re.compile(
    r"[A-Z]{0,3}(?:CSP|SCB|SCP|SAB|CCG|ICB|NHS)|BTP|CAFCASS|Cafcass|CPS|CQC|DAC|HMCTS|HMICFRS|HMPPS|IOPC|MPS|NSPCC|OPCC|Ofsted"
)
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_NOBODY = re.compile(
    r"(?i)\W*|t\.?b\.?[acd]\.?|n\s?/\s?a\.?|to be (?:confirmed|agreed|decided)\.?|none\.?|vacant\.?|not known\.?"
)


def _kind(part: str) -> Literal["agency", "post", None]:
    """What *part* says that it is; what says nothing is `None`, and what says both is a post."""
    words = _WORD.findall(part)
    if any(word.lower() in _POSTS for word in words):
        return "post"
    if any(word.lower() in _AGENCIES or _ACRONYMS.fullmatch(word) for word in words) or _BODIES.search(part):
        return "agency"
    return None


# What looks like a person's name


_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Rev|Cllr|Councillor|DCI|DI|DS|DC|PC|PS|DSU|DCS|CI)\b\.?\s+"
_NAME = r"(?:Mc|Mac|O[’'])?[A-Z][a-z]+(?:-[A-Z][a-z]+)?"
_INITIALS = r"(?:[A-Z]\b\.?\s?)"
_A_NAME = re.compile(
    rf"(?P<titled>(?:{_TITLE})*{_INITIALS}{{0,3}})(?P<names>{_NAME}(?:\s{_INITIALS}?\s?{_NAME}){{0,2}})\.?"
)
_TITLED = re.compile(rf"\b{_TITLE}{_INITIALS}{{0,3}}({_NAME})")
_TWO_NAMES = re.compile(rf"\b(?=({_NAME})\s+{_INITIALS}?({_NAME})\b(?:\s+(\w+))?)")
_PHRASES = re.compile(r"\s*[,(){}\[\]:;/]\s*|\s+[-–—]\s+|\s+(?:and|&|with|of|for|at|to|by)\s+")
_GIVEN_NAMES = _words(
    """
    adam ahmed aisha alan alex alexander alice alison amanda amina amy andrea andrew angela anita ann anna anne
    anthony barbara ben benjamin beth brian carl carol caroline catherine charles chloe chris christine christopher
    claire clare colin craig daniel darren dave david dean deborah debbie denise diane donna elaine elizabeth emily
    emma fatima fiona frances gareth gary gemma geoff george gillian graham greg hannah harry heather helen ian
    imran iqbal jack jackie jacqueline james jane janet jason jean jennifer jenny jessica jess jill jim joan joanna
    joanne joe john jon jonathan joseph joshua judith julia julie karen kate katherine kathryn katie keith kelly ken
    kenneth kerry kevin laura lauren lee leanne lesley linda lisa liz louise lucy lynn malcolm marcus margaret maria
    marie marion mark martin mary matt matthew megan michael michelle mick mike mohammad mohammed muhammad natalie
    natasha neil nicholas nick nicola nigel nina olivia pamela patricia paul paula pauline peter phil philip rachel
    rebecca richard rob robert robin roger rosie ruth ryan sally sam samantha samuel sandra sara sarah sean sharon
    shaun simon sophie stephanie stephen steve steven stuart sue susan tanya tara terry thomas tim timothy tina tom
    tony tracey tracy valerie vanessa victoria wendy william yasmin yvonne zoe
    """
)
"""The commonest in Britain, as far as they are no word of a plan (Grace, Hope, Dawn, May)."""
_PLAN_WORDS = _words(
    """
    abuse adult adults area central centre chief child children city community county court crime criminal detective
    development district division domestic early east family female force head health homicide hospital house
    housing intelligence investigation investigations justice learning local major mental midlands named
    neighbourhood north nursing operations performance policy professional protection public quality regional review
    road safeguarding safer safety senior sexual south standards strategic street support training violence
    vulnerability vulnerable west women years young youth
    """
)


_VOCABULARY = _POSTS | _AGENCIES | _PLAN_WORDS


def _is_a_name(phrase: str) -> bool:
    """Whether *phrase* is a name and nothing else: a title or initials before a surname, or two names."""
    name = _A_NAME.fullmatch(phrase)
    if name is None:
        return False
    names = [word for word in name["names"].split() if word.strip(".")[1:]]
    if any(word.lower() in _VOCABULARY for word in names):
        return False
    return bool(name["titled"]) or (len(names) > 1 and names[0].lower() in _GIVEN_NAMES)


def _holds_a_name(text: str) -> bool:
    """Whether a name stands anywhere in *text*, beside a post or an agency."""
    return (
        any(_is_a_name(phrase) for phrase in _PHRASES.split(text))
        or any(titled[1].lower() not in _VOCABULARY for titled in _TITLED.finditer(text))
        or any(
            given.lower() in _GIVEN_NAMES
            and surname.lower() not in _VOCABULARY
            and following.lower() not in _VOCABULARY - _POSTS
            for given, surname, following in _TWO_NAMES.findall(text)
        )
    )
