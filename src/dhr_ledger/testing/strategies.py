"""What hypothesis draws: any command, any event, and whole ledgers that could have come about.

    @given(ledgers())
    def test_every_entry_has_a_row(entries): ...

A ledger is made by really recording what was drawn, so it is a possible history, and what could not happen is not in
it.  The texts are the worst that a cell may hold: formulas, control characters, marks that turn the direction of
writing, bullets from the private-use area, cells longer than a spreadsheet takes, every script.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar, get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from dhr_ledger.action import (
    ActionCreated,
    ActionReopened,
    ActionSignedOff,
    ActionSuperseded,
    ActionUpdated,
    ActionWithdrawn,
    AttachEvidence,
    ChangeStatus,
    CreateAction,
    EvidenceAttached,
    Lead,
    LeadReassigned,
    MilestoneReached,
    Party,
    ProgressRecorded,
    Prose,
    ReachMilestone,
    ReassignLead,
    RecordProgress,
    ReopenAction,
    ReviseTargetDate,
    SignOffAction,
    StatusChanged,
    SupersedeAction,
    TargetDateRevised,
    UpdateAction,
    WithdrawAction,
    Wording,
)
from dhr_ledger.annotation import AnnotateEntry, EntryAnnotated
from dhr_ledger.command import Change, Command, Event
from dhr_ledger.entry import Entry
from dhr_ledger.errors import BadInput, Refused
from dhr_ledger.ledger import Ledger
from dhr_ledger.provenance import Actor, Effective, Source
from dhr_ledger.review import (
    AddSection,
    ExportIssued,
    HeadingSettled,
    ImportPlan,
    IssueExport,
    Kind,
    LegendRevised,
    MakeRecommendation,
    Meaning,
    OpenReview,
    PlanImported,
    ReachStage,
    RecommendationMade,
    RecommendationReworded,
    RenameSection,
    ReviewOpened,
    ReviewStageReached,
    ReviseLegend,
    Reworded,
    RewordRecommendation,
    Scope,
    SectionAdded,
    SectionRenamed,
    SettleHeading,
    Stage,
)
from dhr_ledger.status import DEFAULT_LEGEND, Legend, Status
from dhr_ledger.target_date import TargetDate

T = TypeVar("T")

REVIEWS = ("BDHR2012/13-04", "+Adolygiad Dŵr 7")
"""The reviews that commands are about: few, so that what is drawn meets what is there."""
SECTIONS = ("WMP", "قسم")
NUMBERS = ("1", "1.1")
ACTIONS = tuple(f"{review}:{section}:{number}" for review in REVIEWS for section in SECTIONS for number in NUMBERS)
RECOMMENDATIONS = tuple(f"{review}:{section}:R1" for review in REVIEWS for section in SECTIONS)

AWKWARD = (
    *("=1+1", "+44 121 496 0000", "-", "@SUM(A1:A9)", "'quoted'", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("x")'),
    *(
        '"',
        '""',
        "a,b",
        "a;b",
        "a\rb",
        "a\nb",
        "a\r\nb\r\n",
        "a\tb",
        "\\n",
        "\\",
        " spaced ",
        ".",
        "_",
        "*",
        "#",
        "0012",
    ),
    *("\x00", "a\x00b", "\x01", "\x0b", "\x1a", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffe", "\U0010ffff"),
    *(
        "\u202egnirts",
        "\u200fא",
        "مراجعة",
        "e\u0301",
        "ŵ ŷ Ŵ",
        "审查",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "ſ İ ß",
    ),
    *("\uf0b7 bullet", "\uf0a7", "soft\u00adhyphen", "zero\u200bwidth", "no\u00a0break", "½ ² ﬁ"),
    *(
        "]]>",
        "<b>&amp;</b>",
        "<script>",
        "{{ 7*7 }}",
        "{% raw %}",
        "${x}",
        "%s",
        "$x^2$",
        "#set page()",
        "</w:t>",
        "_x000D_",
    ),
    *("word " * 8_000, "unbroken" * 50),
)
"""Texts on which a file format breaks if it can."""


@cache
def texts() -> SearchStrategy[str]:
    """What a cell may hold: anything that is made of whole characters."""
    return st.text(max_size=20) | _AWKWARD | st.builds("{} {}".format, _AWKWARD, _WORD)


@cache
def words() -> SearchStrategy[str]:
    """What a cell that may not be blank may hold."""
    return texts().map(lambda text: text if text.strip() else f"{text}.")


@cache
def target_dates() -> SearchStrategy[TargetDate]:
    """Target dates of every kind, and cells that no date can be read from."""
    return (_TARGETS | texts()).map(TargetDate.read)


@cache
def statuses() -> SearchStrategy[Status]:
    """Statuses in the words of the default legend, and words that no legend has."""
    return st.sampled_from(DEFAULT_LEGEND.root) | texts().map(DEFAULT_LEGEND.read)


@cache
def leads() -> SearchStrategy[Lead]:
    """Leads as printed, with and without the parties that were understood."""
    parties = st.builds(Party, agency=_maybe(words()), post=_maybe(words()))
    return st.builds(Lead, as_printed=texts(), parties=st.lists(parties, max_size=2).map(tuple))


@cache
def actors() -> SearchStrategy[Actor]:
    """Those who record."""
    names = st.sampled_from(("DHR coordinator", "=Board", "Cydlynydd Dŵr", "منسق", 'O\'Neill, "Deputy"', "-"))
    return st.builds(Actor, name=names, agency=_maybe(names), role=_maybe(names))


@cache
def effectives() -> SearchStrategy[Effective]:
    """Days, months and years within a few years of each other, so that some come before what was recorded earlier."""
    days = st.dates(date(2012, 1, 1), date(2014, 6, 30)).map(date.isoformat)
    return st.builds(lambda day, length: Effective(day[:length]), days, st.sampled_from((10, 7, 4)))


@cache
def sources() -> SearchStrategy[Source]:
    """Cells of files, and other systems."""
    columns = st.dictionaries(st.sampled_from(("action", "status", "progress")), st.integers(1, 12), max_size=2)
    cells = st.builds(
        Source, file=words(), digest=_DIGESTS, row=st.integers(1, 99), table=_maybe(texts()), columns=columns
    )
    return cells | st.builds(Source, system=words(), key=_maybe(texts()))


@cache
def commands() -> SearchStrategy[Command]:
    """Every command there is, about the reviews and actions named above: some may happen, some are refused."""
    about = {"action": st.sampled_from(ACTIONS[:2] * 2 + ACTIONS)}
    review = {"review": st.sampled_from(REVIEWS)}
    sections = st.sampled_from(ACTIONS).map(lambda ref: ref.rpartition(":")[0])
    recommendations = st.sampled_from(RECOMMENDATIONS)
    status = statuses() | st.sampled_from([status.as_printed for status in DEFAULT_LEGEND.root])
    return st.one_of(
        _ordered(OpenReview, **review, title=words(), **_OPENED),
        _ordered(ReviseLegend, **review, legend=_LEGENDS),
        _ordered(SettleHeading, **review, heading=_HEADINGS, means=_MEANINGS),
        _ordered(AddSection, section=sections, heading=texts()),
        _ordered(RenameSection, section=sections, to=texts()),
        _ordered(MakeRecommendation, recommendation=recommendations, text=words(), **_MADE),
        _ordered(RewordRecommendation, recommendation=recommendations, text=_maybe(words()), **_MADE),
        _ordered(ReachStage, **review, stage=_STAGES, note=_maybe(texts())),
        _ordered(ImportPlan, **review, file=words(), digest=_DIGESTS, importer=words(), actions=st.integers(0, 99)),
        _ordered(IssueExport, **review, file=words(), digest=_DIGESTS, exporter=words(), **_SHOWN),
        _ordered(AnnotateEntry, reference=st.sampled_from(REVIEWS + ACTIONS), version=st.integers(1, 3), note=words()),
        _ordered(
            CreateAction,
            **about,
            text=words(),
            recommendation=_maybe(recommendations),
            lead=leads(),
            target_date=target_dates(),
            status=status,
            **_PROSE,
        ),
        _ordered(UpdateAction, **about, **{name: _maybe(words()) for name in ("text", "number", *_PROSE)}),
        _ordered(RecordProgress, **about, note=words(), as_printed=st.booleans()),
        _ordered(ChangeStatus, **about, to=status),
        _ordered(ReviseTargetDate, **about, to=_TARGETS | target_dates()),
        _ordered(ReassignLead, **about, to=texts() | leads()),
        _ordered(ReachMilestone, **about, milestone=words(), as_printed=st.booleans()),
        _ordered(AttachEvidence, **about, name=words(), digest=_DIGESTS, kept_at=words()),
        _ordered(SignOffAction, **about),
        _ordered(WithdrawAction, **about),
        _ordered(SupersedeAction, **about, by=st.sampled_from(ACTIONS[:2] * 2 + ACTIONS)),
        _ordered(ReopenAction, **about, to=status),
    )


@cache
def events() -> SearchStrategy[Event]:
    """Every event there is, with anything that its fields may hold, possible or not."""
    references = st.sampled_from(ACTIONS)
    change = st.builds(Change, was=_maybe(texts()), to=_maybe(texts()))
    changes = st.dictionaries(st.sampled_from(get_args(Wording)), change, min_size=1)
    reworded = st.dictionaries(st.sampled_from(get_args(Reworded)), change, min_size=1)
    return st.one_of(
        st.builds(ReviewOpened, title=words(), **_OPENED),
        st.builds(LegendRevised, was=_maybe(_LEGENDS), to=_LEGENDS),
        st.builds(HeadingSettled, heading=_HEADINGS, means=_MEANINGS),
        st.builds(SectionAdded, section=st.sampled_from(SECTIONS), heading=texts()),
        st.builds(SectionRenamed, section=st.sampled_from(SECTIONS), was=texts(), to=texts()),
        st.builds(RecommendationMade, recommendation=st.sampled_from(RECOMMENDATIONS), text=words(), **_MADE),
        st.builds(RecommendationReworded, recommendation=st.sampled_from(RECOMMENDATIONS), changes=reworded),
        st.builds(ReviewStageReached, stage=_STAGES, note=_maybe(texts())),
        st.builds(PlanImported, file=words(), digest=_DIGESTS, importer=words(), actions=st.integers(0, 99)),
        st.builds(ExportIssued, file=words(), digest=_DIGESTS, exporter=words(), **_SHOWN),
        st.builds(EntryAnnotated, version=st.integers(1, 99), note=words()),
        st.builds(
            ActionCreated,
            text=words(),
            recommendation=_maybe(st.sampled_from(RECOMMENDATIONS)),
            lead=leads(),
            target_date=target_dates(),
            status=statuses(),
            **_PROSE,
        ),
        st.builds(ActionUpdated, changes=changes),
        st.builds(ProgressRecorded, note=words(), as_printed=st.booleans()),
        st.builds(StatusChanged, was=statuses(), to=statuses()),
        st.builds(TargetDateRevised, was=target_dates(), to=target_dates()),
        st.builds(LeadReassigned, was=leads(), to=leads()),
        st.builds(MilestoneReached, milestone=words(), as_printed=st.booleans()),
        st.builds(EvidenceAttached, name=words(), digest=_DIGESTS, kept_at=words()),
        st.builds(ActionSignedOff),
        st.builds(ActionWithdrawn, was=statuses()),
        st.builds(ActionSuperseded, was=statuses(), by=references),
        st.builds(ActionReopened, was=statuses(), to=statuses()),
    )


@st.composite
def ledgers(draw: st.DrawFn) -> list[Entry]:
    """The entries of a ledger: none, one review or several, whatever was recorded about them, in the order recorded."""
    clock = _Clock()
    with Ledger(clock=clock) as ledger:
        for review in REVIEWS[: draw(st.integers(0, len(REVIEWS)))]:
            record_what_may_happen(ledger, _begun(draw, review), draw(actors()))
        if ledger.head:
            for after, by, batch in draw(_CHANGES):
                clock.now += after
                record_what_may_happen(ledger, batch, by)
        return list(ledger.entries())


@st.composite
def damaged(draw: st.DrawFn, files: Sequence[bytes] = ()) -> bytes:
    """Bytes of any kind: arbitrary ones, and *files* of which a part is lost, changed or said twice."""
    arbitrary = st.binary(max_size=60)
    data = draw(st.one_of(arbitrary, st.sampled_from(files)) if files else arbitrary)
    for start, length, instead in draw(st.lists(st.tuples(_PLACES, _PLACES, st.binary(max_size=4)), max_size=3)):
        start %= len(data) + 1
        data = data[:start] + instead + data[start + length % (len(data) + 1) :]
    return data


def record_what_may_happen(ledger: Ledger, batch: Sequence[Command], by: Actor) -> None:
    """Record *batch* in one transaction or, where some of it is refused, whatever of it is not."""
    try:
        ledger.record(*batch, by=by)
    except (BadInput, Refused):
        for command in batch:
            with suppress(BadInput, Refused):
                ledger.record(command, by=by)


def everything() -> list[Entry]:
    """One ledger in which every event there is has happened, and every awkward text stands in some cell."""
    clock = _Clock()
    review, section, first = REVIEWS[0], f"{REVIEWS[0]}:{SECTIONS[0]}", ACTIONS[0]
    digest = f"sha256:{sha256(b'').hexdigest()}"
    with Ledger(clock=clock) as ledger:

        def record(*commands: Command, **said: object) -> None:
            clock.now += timedelta(days=9, microseconds=1)
            ledger.record(*commands, by=Actor(name="DHR coordinator", agency="=Bŵrdd", role="-"), **said)  # type: ignore[arg-type]

        record(
            OpenReview(review=review, title="=Review", legend=DEFAULT_LEGEND),
            AddSection(section=section, heading="West Midlands Police"),
            MakeRecommendation(recommendation=f"{section}:R1", text="- A recommendation", scope="local"),
            ReviseLegend(review=review, legend=Legend((*DEFAULT_LEGEND.root, _GREEN))),
            SettleHeading(review=review, heading="=Evidence", means="evidence"),
            RenameSection(section=section, to="@Heddlu"),
            RewordRecommendation(
                recommendation=f"{section}:R1", text="+ Another", addressee="=NHS", reason="Corrected"
            ),
            ImportPlan(review=review, file="plan.csv", digest=digest, importer=".csv", actions=2),
            *(CreateAction(action=action, text="An action", target_date="Mar-14") for action in ACTIONS[:2]),
        )
        for number, text in enumerate(AWKWARD, start=100):
            cell = text if text.strip() else f"{text}."
            prose = dict.fromkeys(_PROSE, text)
            read = {
                "target_date": TargetDate.read(text),
                "status": DEFAULT_LEGEND.read(text),
                "lead": Lead(as_printed=text),
            }
            record(
                CreateAction(action=f"{section}:{number}", text=cell, **prose, **read),
                RecordProgress(action=f"{section}:{number}", note=cell, as_printed=number % 2 == 0),
                reason=text,
                source=Source(file=cell, row=number),
            )
        record(RecordProgress(action=first, note="Update"), effective="2013-01")
        record(UpdateAction(action=first, text="Other words", number="1a", recommendation=f"{section}:R1"))
        record(
            UpdateAction(action=first, text="@words"), AnnotateEntry(reference=first, version=2, note="A correction")
        )
        record(*(ReviseTargetDate(action=first, to=target, reason="Extended") for target in _CELLS))
        record(ReassignLead(action=first, to="Head of Service"), ReachMilestone(action=first, milestone="Key step"))
        record(AttachEvidence(action=first, name="minutes.pdf", digest=digest, kept_at="The Board's folder"))
        record(ChangeStatus(action=first, to="Complete"), SignOffAction(action=first))
        record(ReopenAction(action=first, to="In progress"), reason="The law changed")
        record(SupersedeAction(action=ACTIONS[1], by=first), ReachStage(review=review, stage="published"))
        record(WithdrawAction(action=first), reason="The law changed")
        record(IssueExport(review=review, exporter="plan.csv", file="plan.csv", digest=digest, entries=9, head=9))
        return list(ledger.entries())


class _Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2014, 2, 27, 14, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def _begun(draw: st.DrawFn, review: str) -> list[Command]:
    """The commands that begin *review* and its plan."""
    actions = [action for action in ACTIONS if action.startswith(f"{review}:")]
    return [draw(strategy) for strategy in (*_BEGUN[review], *(_CREATED[action] for action in actions[: draw(_FEW)]))]


def _maybe(strategy: SearchStrategy[T]) -> SearchStrategy[T | None]:
    return st.none() | strategy


def _ordered(command: type[Command], **fields: SearchStrategy[Any]) -> SearchStrategy[Command]:
    """*command*, with or without a reason, an effective date and a source of its own."""
    return st.builds(command, **fields, **_SAID)


_CELLS = (
    *(
        "1/4/2013",
        "31.12.14",
        "Mar-14",
        "September 2013",
        "Q3 2014/15",
        "Apr-June 2015",
        "ongoing",
        "TBC",
        "2016-02-29",
    ),
    *("one month from publication", "end of March 2014", "1/4/13; 1/5/13"),
)
_TARGETS = st.sampled_from(_CELLS)
_WORD = st.text(max_size=5)
# By number, so that a failure does not print them all.
_AWKWARD = st.integers(0, len(AWKWARD) - 1).map(lambda number: AWKWARD[number])
_DIGESTS = st.binary(max_size=2).map(lambda data: f"sha256:{sha256(data).hexdigest()}")
_STAGES = st.sampled_from(get_args(Stage))
_PROSE = {name: texts() for name in get_args(Prose)}
_GREEN = Status(as_printed="Gwyrdd", progress="complete")
_LEGENDS = st.sampled_from((DEFAULT_LEGEND, Legend((_GREEN,))))
_HEADINGS = st.sampled_from(("Evidence", "EVIDENCE ", "=Evidence")) | words()
_MEANINGS = st.sampled_from(get_args(Meaning))
_OPENED = {"kind": st.sampled_from(get_args(Kind)), "partnership": _maybe(texts()), "legend": _maybe(_LEGENDS)}
_MADE = {"scope": _maybe(st.sampled_from(get_args(Scope))), "addressee": _maybe(texts())}
_OPTIONS = st.dictionaries(
    st.sampled_from(("as_at", "alarm_days")), st.none() | st.booleans() | st.integers(0, 9) | texts()
)
_SHOWN = {
    "entries": st.integers(0, 99),
    "head": st.integers(0, 99),
    "options": _OPTIONS,
    "made_by": _maybe(words()),
}
_SAID = {
    "reason": st.just("The pilot was extended") | _maybe(texts()),
    "effective": _maybe(effectives()),
    "source": _maybe(sources()),
}
_BATCHES = st.lists(commands(), min_size=1, max_size=6)
_INTERVALS = st.sampled_from((timedelta(0), timedelta(microseconds=1), timedelta(hours=14), timedelta(days=45)))
_CHANGES = st.lists(st.tuples(_INTERVALS, actors(), _BATCHES), min_size=2, max_size=8)
_PLACES = st.integers(0, 20) | st.integers(0, 1_000_000)
_FEW = st.integers(1, 4)
_BEGUN = {
    review: (
        st.builds(OpenReview, review=st.just(review), title=words(), **_OPENED),
        *(st.builds(AddSection, section=st.just(f"{review}:{section}"), heading=texts()) for section in SECTIONS),
        st.builds(MakeRecommendation, recommendation=st.just(f"{review}:{SECTIONS[0]}:R1"), text=words(), **_MADE),
    )
    for review in REVIEWS
}
_CREATED = {
    action: st.builds(
        CreateAction,
        action=st.just(action),
        text=words(),
        lead=leads(),
        target_date=target_dates(),
        status=st.sampled_from(("Not started", "Ongoing", "Complete")).map(DEFAULT_LEGEND.read),
    )
    for action in ACTIONS
}
