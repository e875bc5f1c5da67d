"""What each audience is shown: what is withheld is not there, and says that it is withheld."""

from __future__ import annotations

import io
import json
from functools import cache

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dhr_ledger import Ledger, action_plan, sentence
from dhr_ledger.action import (
    AttachEvidence,
    ChangeStatus,
    CreateAction,
    ReassignLead,
    RecordProgress,
    ReviseTargetDate,
)
from dhr_ledger.annotation import AnnotateEntry
from dhr_ledger.audience import WITHHELD, Audience, Profile, audience
from dhr_ledger.entry import EVENTS, Entry, canonical
from dhr_ledger.errors import BadInput, UnknownEvent
from dhr_ledger.history import deed, outlined
from dhr_ledger.home_office import home_office_plan
from dhr_ledger.plugins import installed
from dhr_ledger.provenance import Actor, Source
from dhr_ledger.review import AddSection, ImportPlan, IssueExport, OpenReview
from dhr_ledger.testing.strategies import everything, ledgers
from dhr_ledger.workbook import workbook

A = "DHR7:WMP:1"
DIGEST = f"sha256:{'0' * 64}"
JANE = Actor(name="Jane Roe", agency="Northshire Police", role="DHR lead")


def entries_of(by=JANE):
    with Ledger() as ledger:
        return ledger.record(
            OpenReview(review="DHR7", title="Action plan"),
            AddSection(section="DHR7:WMP", heading="Police"),
            CreateAction(action=A, text="Train", lead="Jane Roe", target_date="Mar-14"),
            RecordProgress(
                action=A, note="JANE  roe trained all teams, janeroe@example.org", source=Source(file="p.csv")
            ),
            ReviseTargetDate(action=A, to="Jun-14", reason="Jane Roe was ill"),
            AttachEvidence(action=A, name="Attendance list.xlsx", digest=DIGEST, kept_at="//records/Jane"),
            ReassignLead(action=A, to="Head of Training"),
            by=by,
        )


def shown_to(who, entries=None, profiles=None):
    return list(audience(who, profiles).shown(entries or entries_of()))


def test_the_panel_is_shown_everything():
    entries = entries_of()
    assert entries == shown_to("panel", entries)


def test_the_public_is_shown_roles_and_no_reasons():
    """The number of entries and their places stay, so that nobody can take something for left out."""
    entries = entries_of()
    shown = shown_to("public", entries)
    assert [entry[:4] for entry in entries] == [entry[:4] for entry in shown]
    assert {"DHR lead (Northshire Police)"} == {str(entry.by) for entry in shown}
    moved = shown[4]
    assert (WITHHELD, "Jun-14") == (moved.reason, moved.event.to.as_printed)
    assert (WITHHELD, WITHHELD, DIGEST) == (shown[5].event.name, shown[5].event.kept_at, shown[5].event.digest)
    assert WITHHELD == str(shown[3].source)
    assert "records" not in "".join(map(sentence, shown))


def test_a_lead_that_is_a_person_is_withheld_from_the_public():
    plan = action_plan(shown_to("public")[:3])
    assert WITHHELD == plan.actions[A].lead.as_printed
    assert "Head of Training" == action_plan(shown_to("public")).actions[A].lead.as_printed


def test_nobody_is_left_when_neither_role_nor_agency_was_said():
    assert {WITHHELD} == {entry.by.name for entry in shown_to("public", entries_of(by="Jane Roe"))}


def test_names_are_withheld_wherever_they_stand(tmp_path):
    """Whole, in any capitals, over any white space; the rest of the profile is the file's own."""
    profiles = tmp_path / "profiles.json"
    profiles.write_text(json.dumps({"family": {"names": ["Jane Roe"]}}))
    shown = shown_to("family", profiles=profiles)
    assert "[name withheld] trained all teams, janeroe@example.org" == shown[3].event.note
    assert ("[name withheld] was ill", "[name withheld]") == (shown[4].reason, shown[0].by.name)
    assert not [entry for entry in shown if b"jane roe" in entry.body.lower()]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("{", "EOF while parsing"),
        ('{"public": {"witheld": []}}', "witheld"),
        ('{"public": {"names": [" "]}}', "public.names.0"),
        ('{"public": {"withheld": ["by.nam"]}}', "'by.nam' is no field of an entry"),
        ('{"public": {"withheld": ["LeadReassigned.of"]}}', "'LeadReassigned.of' is no field of an entry"),
        ('{"public": {"withheld": ["ReviewStageReached.stage"]}}', "holds no words that could be withheld"),
        ('{"public": {"withheld": ["SectionAdded.section"]}}', "holds no words that could be withheld"),
        ('{"public": {"withheld": ["PlanImported.actions"]}}', "holds no words that could be withheld"),
    ],
)
def test_a_file_that_holds_no_profiles_is_refused(tmp_path, written, fault):
    profiles = tmp_path / "profiles.json"
    profiles.write_text(written)
    with pytest.raises(BadInput, match="holds no profiles of audiences") as refused:
        audience("public", profiles)
    assert fault in str(refused.value)


def test_an_audience_that_is_not_there_is_named():
    with pytest.raises(BadInput, match=r"There is no audience 'press'; there are board, panel, public\."):
        audience("press")


@given(ledgers(), st.sampled_from(["panel", "board", "public"]))
def test_what_is_shown_can_still_be_read(entries, who):
    """Every entry is one of its kind still, and the plan it tells of has the same actions."""
    shown = list(audience(who).shown(entries))
    assert [type(entry.event) for entry in entries] == [type(entry.event) for entry in shown]
    assert action_plan(entries).actions.keys() == action_plan(shown).actions.keys()


# Wherever words are


def _accepted(path):
    try:
        return Profile(withheld=(path,))
    except ValueError:
        return None


FIELDS = [f"{name}.{field}" for name, event in EVENTS.items() for field in event.model_fields]
ACCEPTED = [
    *("by.name", "by.agency", "by.role", "reason", "source"),
    *(path for path in FIELDS if _accepted(path)),
]


@cache
def everything_said():
    """Every event there is, each with a reason, a source and a whole actor."""
    said = {"reason": "Because", "source": {"file": "return.xlsx", "row": 3}}
    said["by"] = {"name": "DHR coordinator", "agency": "Northshire CSP", "role": "Coordinator"}
    return tuple(Entry(*entry[:4], canonical(orjson.loads(entry.body) | said)) for entry in everything())


@pytest.mark.parametrize("path", ACCEPTED)
def test_whatever_can_be_withheld_is_not_there_and_says_so(path):
    """Every exporter works all the same, and so does the plan."""
    shown = [*Audience("a", Profile(withheld=(path,))).shown(everything_said())]
    changed = [(one, other) for one, other in zip(everything_said(), shown, strict=True) if one.body != other.body]
    for _, other in changed:
        assert other.content
        assert path == "by.name" or WITHHELD.encode() in other.body
    where, _, field = path.partition(".")
    if where in EVENTS:
        held = [entry for entry in everything_said() if entry.type == f"{where}.v1"]
        blank = EVENTS[where].model_fields[field].default
        said = [entry for entry in held if (value := getattr(entry.event, field)) and value != blank]
        assert [entry.position for entry in said if getattr(getattr(entry.event, field), "as_printed", True)] == [
            one.position for one, _ in changed
        ]
    else:
        assert len(shown) == len(changed)
    assert action_plan(everything_said()).actions.keys() == action_plan(shown).actions.keys()
    for name in ("audit-trail.csv", "plan.csv", "entries.jsonl"):
        installed().exporters[name].function(shown, io.BytesIO())
    home_office_plan(shown)
    workbook(shown)


def test_everything_can_be_withheld_at_once_from_every_exporter():
    shown = [*Audience("a", Profile(withheld=tuple(ACCEPTED))).shown(everything_said())]
    assert {WITHHELD} == {entry.by.name for entry in shown}
    for door in installed().exporters.values():
        door.function(shown, out := io.BytesIO())
        assert out.getvalue()


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("file", "[name withheld] return.xlsx, Sheet of [name withheld], row 3"),
        ("system", "Case system of [name withheld] cases/[name withheld]/7"),
    ],
)
def test_a_name_is_withheld_from_the_name_of_a_file(field, shown):
    """And from all else that says where something was read."""
    source = {
        "file": Source(file="JANE_DOE return.xlsx", table="Sheet of Jane Doe", row=3, digest=DIGEST),
        "system": Source(system="Case system of Jane  Doe", key="cases/jane.doe/7"),
    }[field]
    with Ledger() as ledger:
        ledger.record(OpenReview(review="DHR7", title="Review", source=source), by="Board")
        [entry] = Audience("a", Profile(names=("Jane Doe",))).shown(ledger.entries())
    assert shown == str(entry.source)
    assert b"doe" not in entry.body.lower()


def test_a_name_is_withheld_from_the_names_of_files_that_were_taken_in_or_issued():
    file = "Return by Jane Doe (final).xlsx"
    with Ledger() as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review"),
            ImportPlan(review="DHR7", file=file, digest=DIGEST, importer="xlsx", actions=1),
            IssueExport(
                review="DHR7",
                exporter="plan.csv",
                file=file,
                digest=DIGEST,
                entries=1,
                head=1,
                options={"section": "Jane Doe", "by": "Jane Doe", "copies": 2},
            ),
            AnnotateEntry(reference="DHR7", version=1, note="Jane Doe opened it"),
            by=Actor(name="Jane Doe", agency="Doe, Jane Doe & Co", role="PA to Jane Doe"),
        )
        shown = [*Audience("a", Profile(names=("Jane Doe",))).shown(ledger.entries())]
    assert not [entry for entry in shown if b"Jane Doe" in entry.body]
    assert "Return by [name withheld] (final).xlsx" == shown[1].event.file == shown[2].event.file
    assert {"section": "[name withheld]", "by": "[name withheld]", "copies": 2} == shown[2].event.options


@pytest.mark.parametrize("name", ["Day", "None", "Complete", "Local", "WMP", "sha256", "Published", "B", "R1"])
def test_a_name_that_is_a_code_or_a_reference_as_well_leaves_the_plan_whole(name):
    shown = [*Audience("a", Profile(names=(name,))).shown(everything_said())]
    assert action_plan(everything_said()).actions.keys() == action_plan(shown).actions.keys()
    assert all(entry.content for entry in shown)
    assert [review.sections.keys() for review in action_plan(everything_said()).reviews.values()] == [
        review.sections.keys() for review in action_plan(shown).reviews.values()
    ]


def test_a_long_name_is_kept_as_long_as_a_name_may_be():
    with Ledger() as ledger:
        ledger.record(OpenReview(review="DHR7", title="Review"), by="Al " + "y" * 197)
        [entry] = Audience("a", Profile(names=("Al",))).shown(ledger.entries())
    assert (200, "[name withheld] yyy") == (len(entry.by.name), entry.by.name[:19])


def test_an_entry_that_nobody_knows_is_shown_to_nobody():
    unknown = entries_of()[0]._replace(type="ReviewDissolved.v1")
    with pytest.raises(UnknownEvent):
        shown_to("public", [unknown])


def test_what_was_withheld_is_not_told_as_another_thing():
    """Of a date and of a status nobody can say then whether they were only written otherwise."""
    paths = ("TargetDateRevised.was", "TargetDateRevised.to", "StatusChanged.was", "StatusChanged.to")
    with Ledger() as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review"),
            AddSection(section="DHR7:WMP", heading="Police"),
            CreateAction(action=A, text="Train", target_date="Mar-14", status="Ongoing"),
            ReviseTargetDate(action=A, to="Jun-14", reason="It slipped"),
            ChangeStatus(action=A, to="Paused"),
            by="Board",
        )
        shown = [*Audience("a", Profile(withheld=paths)).shown(ledger.entries())]
    told = [deed(entry.event) for entry in shown[3:]]
    assert ["changed the target date", "changed the status"] == [outlined(entry.event)[0] for entry in shown[3:]]
    assert [
        f"changed the target date from “{WITHHELD}” to “{WITHHELD}”",
        f"changed the status from “{WITHHELD}” to “{WITHHELD}”",
    ] == told


def test_names_that_are_words_of_the_legend_leave_a_legend_that_can_be_read():
    """Two words that are withheld alike are one word, and what it means is withheld with it."""
    with Ledger() as ledger:
        legend = {"Ongoing": "in progress", "Complete": "complete", "Under way": "in progress"}
        ledger.record(OpenReview(review="DHR7", title="Review", legend=legend), by="Board")
        profile = Profile(names=["Ongoing", "Complete"])
        (opened,) = Audience("public", profile).shown(ledger.entries())
    meanings = {status.as_printed: status.progress for status in opened.event.legend.root}
    assert {"Under way": "in progress", "[name withheld]": "unknown"} == meanings
