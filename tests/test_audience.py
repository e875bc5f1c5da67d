"""What each audience is shown: what is withheld is not there, and says that it is withheld."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dhr_ledger import Ledger, action_plan, sentence
from dhr_ledger.action import AttachEvidence, CreateAction, ReassignLead, RecordProgress, ReviseTargetDate
from dhr_ledger.audience import WITHHELD, audience
from dhr_ledger.errors import BadInput
from dhr_ledger.provenance import Actor, Source
from dhr_ledger.review import AddSection, OpenReview
from dhr_ledger.testing.strategies import ledgers

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
    assert None is shown[3].source
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
