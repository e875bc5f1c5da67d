"""A document for the Home Office that comes back is compared with what was printed in it, whatever its format."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dhr_ledger import Entry, Ledger, export
from dhr_ledger.action import CreateAction, ReassignLead, RecordProgress, UpdateAction, WithdrawAction
from dhr_ledger.audience import Audience, Profile
from dhr_ledger.command import Command
from dhr_ledger.imports import ImportedPlan, read_plan
from dhr_ledger.reconcile import Proposal, reconcile
from dhr_ledger.review import AddSection, ImportPlan, MakeRecommendation, OpenReview, RenameSection

Change = Callable[[str], str]
PARTS = {"docx": "word/document.xml", "odt": "content.xml"}
LINE = {"docx": "</w:t><w:br/><w:t>", "odt": "<text:line-break/>"}
PROPERTIES = {"docx": "docProps/custom.xml", "odt": "meta.xml"}


@pytest.fixture(params=PARTS)
def ending(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """Two sections; in the first two actions that say the same and have the same number, and one that was withdrawn."""
    now = datetime(2014, 2, 27, 14, tzinfo=UTC)
    with Ledger(clock=lambda: now) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review of DHR7"),
            AddSection(section="DHR7:WMP", heading="Police"),
            AddSection(section="DHR7:EY", heading="Early Years"),
            MakeRecommendation(recommendation="DHR7:WMP:R1", text="Learn from it", scope="local"),
            MakeRecommendation(recommendation="DHR7:WMP:R2", text="Tell others"),
            CreateAction(action="DHR7:WMP:1", text="Train", recommendation="DHR7:WMP:R1", lead="Sergeant"),
            CreateAction(action="DHR7:WMP:2", text="Train", recommendation="DHR7:WMP:R1", lead="Inspector"),
            UpdateAction(action="DHR7:WMP:2", number="1"),
            CreateAction(action="DHR7:WMP:3", text="Audit", recommendation="DHR7:WMP:R1"),
            CreateAction(action="DHR7:EY:1", text="Visit", lead="Head of Nursery"),
            RecordProgress(action="DHR7:EY:1", note="Begun."),
            by="DHR coordinator",
        )
        ledger.record(WithdrawAction(action="DHR7:WMP:3"), by="DHR coordinator", reason="Done elsewhere")
        yield ledger


def read(
    ending: str, folder: Path, entries: Iterable[Entry], ledger: Ledger | None, change: Change, **said: int
) -> ImportedPlan:
    """What is read of the document of *entries* when *change* was made to its words."""
    made, edited = folder / f"made.{ending}", folder / f"plan.{ending}"
    export(entries, f"home-office.{ending}", made)
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(edited, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            wanted = PROPERTIES[ending] if said else PARTS[ending]
            after.writestr(name, change(part.decode()) if name == wanted else part)
    return read_plan(edited, review="DHR7", ledger=ledger, **said)


def proposed(ending: str, folder: Path, ledger: Ledger, was: str = "", now: str = "", often: int = 1) -> Proposal:
    """What is proposed of the document of the *ledger* when *was* is written otherwise in it, the first time only."""
    change = (lambda words: words.replace(was, now, often)) if was else str
    return reconcile(read(ending, folder, ledger.entries(), ledger, change), ledger)


def orders(proposal: Proposal) -> list[Command]:
    return [command for command in proposal.commands if not isinstance(command, ImportPlan)]


def test_of_two_actions_in_the_same_words_and_with_one_number_the_edited_one_is_meant(ending, ledger, tmp_path):
    proposal = proposed(ending, tmp_path, ledger, ">Inspector<", ">Superintendent<")
    assert [("DHR7:WMP:2", "Superintendent")] == [(each.action, each.to.as_printed) for each in orders(proposal)]
    assert ([], []) == (proposal.conflicts, proposal.matched)


@pytest.mark.parametrize("nth", [1, 2])
def test_of_two_rows_that_are_the_same_the_edited_one_is_meant(nth, ending, ledger, tmp_path):
    """What stands where it stood is what it was."""
    ledger.record(
        *(CreateAction(action=f"DHR7:EY:{name}", text="Call", lead="Twin") for name in (5, 6)),
        *(UpdateAction(action=f"DHR7:EY:{name}", number="5") for name in (5, 6)),
        by="DHR coordinator",
    )

    def edited(words: str) -> str:
        before, first, rest = words.partition(">Twin<")
        return before + (">Other<" + rest if nth == 1 else first + rest.replace(">Twin<", ">Other<", 1))

    proposal = reconcile(read(ending, tmp_path, ledger.entries(), ledger, edited), ledger)
    assert [(f"DHR7:EY:{4 + nth}", "Other")] == [(each.action, each.to.as_printed) for each in orders(proposal)]


@pytest.mark.parametrize(
    ("now", "added"),
    [
        ("Begun. And more", None),
        ("Begun", None),
        ("Begun. 1 Feb 2014: Called.", "1 Feb 2014: Called."),
        ("BREAKCalled.", "Called."),
    ],
)
def test_what_goes_on_in_the_last_line_of_the_reports_is_one_where_a_date_opens_it(
    now, added, ending, ledger, tmp_path
):
    """Else a report may have been written anew; what stands in a line of its own was added."""
    line = LINE[ending]
    proposal = proposed(ending, tmp_path, ledger, "Begun.</", now.replace("BREAK", f"Begun.{line}") + "</")
    assert ([added] if added else []) == [each.milestone for each in orders(proposal)]
    assert len(proposal.conflicts) == (added is None)


def test_no_action_is_put_under_a_recommendation_whose_words_are_in_doubt(ending, ledger, tmp_path):
    edit = named(ending, "2. Tell nobody", nth=1)
    proposal = reconcile(read(ending, tmp_path, ledger.entries(), ledger, edit), ledger)
    assert [] == orders(proposal)
    [conflict] = proposal.conflicts
    assert conflict.startswith("DHR7:WMP:R2 has other words")


def test_the_number_of_an_action_may_be_edited(ending, ledger, tmp_path):
    was, now = (">1.</text:span> Visit", ">4.</text:span> Visit")
    if ending == "docx":
        was, now = (f'{number}. </w:t></w:r><w:r><w:t xml:space="preserve">Visit' for number in ("1", "4"))
    [command] = orders(proposed(ending, tmp_path, ledger, was, now))
    assert ("DHR7:EY:1", "4", None) == (command.action, command.number, command.text)


def test_the_heading_of_a_section_may_be_edited(ending, ledger, tmp_path):
    proposal = proposed(ending, tmp_path, ledger, "Early Years</", "Schools</", often=-1)
    assert [RenameSection(section="DHR7:EY", to="Schools").to] == [command.to for command in orders(proposal)]
    assert [] == proposal.conflicts


def test_a_scope_that_was_edited_is_told(ending, ledger, tmp_path):
    proposal = proposed(ending, tmp_path, ledger, ">Local<", ">National<")
    assert ([], []) == (orders(proposal), proposal.conflicts)
    [told] = proposal.not_understood
    assert "column 2: the scope 'National' is not what was printed there ('Local') and is not taken in" in told


def test_a_recommendation_keeps_its_words(ending, ledger, tmp_path):
    proposal = proposed(ending, tmp_path, ledger, "Learn from it", "Learn nothing")
    assert [] == orders(proposal)
    [conflict] = proposal.conflicts
    assert conflict.startswith("DHR7:WMP:R1 has other words in plan.")


@pytest.mark.parametrize(
    ("was", "now", "added", "conflicts"),
    [
        ("", "", [], 0),
        ("[name withheld].</", "[name withheld].LINECalled.</", ["Called."], 0),
        ("[name withheld].</", "[name withheld]. And more.</", [], 1),
        ("Head of [name withheld]<", "Deputy of [name withheld]<", [], 1),
    ],
)
def test_what_was_withheld_stands_for_any_words(was, now, added, conflicts, ending, ledger, tmp_path):
    """What was edited beside it is a conflict, where it does not fit."""
    audience = Audience("agency", Profile(names=("Nursery", "Begun")))
    words = now.replace("LINE", LINE[ending])
    edit = (lambda part: part.replace(was, words, 1)) if was else str
    shown = list(audience.shown(ledger.entries()))
    proposal = reconcile(read(ending, tmp_path, shown, ledger, edit), ledger)
    assert added == [each.milestone for each in orders(proposal)]
    assert conflicts == len(proposal.conflicts), proposal.conflicts


def test_an_action_that_has_ended_makes_no_recommendation(ending, ledger, tmp_path):
    """It is put under no other, so none is made for that."""
    imported = read(ending, tmp_path, ledger.entries(), ledger, named(ending, "9. New", nth=-1))
    proposal = reconcile(imported, ledger)
    assert [] == orders(proposal)
    [conflict] = proposal.conflicts
    assert conflict.startswith("DHR7:WMP:3 is withdrawn")


def named(ending: str, now: str, *, nth: int) -> Change:
    """To write over what stands *nth* for a recommendation; in Word that is filling in a placeholder."""
    was = {"odt": ">Recommendation 1, continued<", "docx": ">1. as above<"}[ending]

    def written(words: str) -> str:
        parts = words.split(was)
        start, _, rest = was.join(parts[:nth]).rpartition("<w:showingPlcHdr/>")
        return f"{start}{rest}>{now}<{was.join(parts[nth:])}"

    return written


def test_what_the_ledger_has_changed_since_stays_and_what_both_changed_is_a_conflict(ending, ledger, tmp_path):
    made = list(ledger.entries())
    ledger.record(ReassignLead(action="DHR7:EY:1", to="Head of Schools"), by="Board")
    unedited = reconcile(read(ending, tmp_path, made, ledger, str), ledger)
    assert ((), []) == (unedited.commands, unedited.conflicts)
    change = read(ending, tmp_path, made, ledger, lambda words: words.replace(">Head of Nursery<", ">Nobody<"))
    edited = reconcile(change, ledger)
    assert [] == orders(edited)
    [conflict] = edited.conflicts
    assert "changed the lead from 'Head of Nursery' to 'Nobody', and the ledger has 'Head of Schools'" in conflict


@pytest.mark.parametrize("of", ["DHR7", "DHR7:EY"])
def test_a_document_of_a_part_of_the_ledger_is_compared_with_that_part(of, ending, ledger, tmp_path):
    ledger.record(OpenReview(review="DHR8", title="Another"), by="DHR coordinator")
    shown = [entry for entry in ledger.entries() if entry.reference == "DHR7" or entry.reference.startswith(of)]
    proposal = reconcile(read(ending, tmp_path, shown, ledger, str), ledger)
    assert ((), [], []) == (proposal.commands, proposal.conflicts, proposal.not_understood)


def test_a_document_that_no_longer_says_what_it_was_made_from_is_told(ending, ledger, tmp_path):
    """Some programs leave the properties of a document out."""
    imported = read(
        *(ending, tmp_path, ledger.entries(), ledger, lambda words: words.replace("dhr-ledger-head", "other")),
        made_from=ledger.head,
    )
    assert None is imported.made_from
    proposal = reconcile(imported, ledger, base=ledger.head)
    assert ((), []) == (proposal.commands, proposal.conflicts)


def test_a_row_in_another_section_is_told_and_left_out(ending, ledger, tmp_path):
    """An action keeps its section."""
    row = {"docx": ("<w:tr>", "</w:tr>"), "odt": ("<table:table-row ", "</table:table-row>")}[ending]

    def moved(words: str) -> str:
        at = words.index("Inspector")
        begin, end = words.rindex(row[0], 0, at), words.index(row[1], at) + len(row[1])
        rest = words[:begin] + words[end:]
        below = rest.index(row[1], rest.index("Head of Nursery")) + len(row[1])
        return rest[:below] + words[begin:end] + rest[below:]

    proposal = reconcile(read(ending, tmp_path, ledger.entries(), ledger, moved), ledger)
    assert ([], [], ["DHR7:WMP:2"]) == (orders(proposal), proposal.conflicts, proposal.missing)
    [told] = proposal.not_understood
    assert "is DHR7:WMP:2, which was printed in another section and stays there" in told


def test_a_row_that_says_something_else_in_every_cell_is_another_action(ending, ledger, tmp_path):
    """Whoever writes over a row takes one action out and puts another in."""

    def written_over(words: str) -> str:
        begin, end = words.rindex("1.", 0, words.index("Visit")), words.index("Visit")
        words = words[:begin] + words[begin:end].replace("1.", "4.") + words[end:]
        for was, now in (("Visit", "Call"), ("Head of Nursery", "Head of Schools"), ("Begun.", "Planned.")):
            words = words.replace(was, now, 1)
        return words.replace("Unknown", "Agreed")

    proposal = reconcile(read(ending, tmp_path, ledger.entries(), ledger, written_over), ledger)
    new = [each for each in orders(proposal) if isinstance(each, CreateAction)]
    assert [("DHR7:EY:4", "Call")] == [(each.action, each.text) for each in new]
    assert ["DHR7:EY:1"] == proposal.missing


def test_what_stands_for_a_recommendation_is_known_without_its_style(ending, ledger, tmp_path):
    """LibreOffice saves a placeholder of Word as words."""
    marks = {"docx": "<w:showingPlcHdr/>", "odt": ' text:style-name="Stands_20_for"'}
    imported = read(ending, tmp_path, ledger.entries(), ledger, lambda words: words.replace(marks[ending], ""))
    proposal = reconcile(imported, ledger)
    assert ((), []) == (proposal.commands, proposal.conflicts)


def test_taken_into_another_ledger_the_numbers_are_those_that_were_printed(ending, ledger, tmp_path):
    """There nothing says what was printed; an action has its number before its words, and they are told apart."""
    ledger.record(UpdateAction(action="DHR7:WMP:2", number="2"), by="DHR coordinator")
    with Ledger() as other:
        imported = read(ending, tmp_path, ledger.entries(), other, str)
    assert [[("1", "Train"), ("2", "Train"), ("3", "Audit")], [("1", "Visit")]] == [
        [(action.number, action.text) for action in section.actions] for section in imported.sections
    ]
