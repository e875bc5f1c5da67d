"""An agency's return keeps the contract of an exporter, and what comes back proposes what was filled in, no more."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings

from dhr_ledger import Entry, Ledger, action_plan, issue
from dhr_ledger.action import (
    ChangeStatus,
    CreateAction,
    ReassignLead,
    RecordProgress,
    ReopenAction,
    ReviseTargetDate,
    UpdateAction,
    WithdrawAction,
)
from dhr_ledger.errors import ImportRefused
from dhr_ledger.example import load_example
from dhr_ledger.imports import read_plan
from dhr_ledger.lead import Lead
from dhr_ledger.plan import progress_cell
from dhr_ledger.reconcile import Proposal, reconcile
from dhr_ledger.review import AddSection, ImportPlan, OpenReview, ReviseLegend
from dhr_ledger.status import Legend, Status
from dhr_ledger.target_date import TargetDate
from dhr_ledger.testing import check_exporter
from dhr_ledger.testing.strategies import AWKWARD, REVIEWS, everything, ledgers
from dhr_ledger_xlsx import export_agency_return

PLAN = Path(__file__).parents[4] / "shared" / "plans" / "bdhr2012-13-04"
published = pytest.mark.skipif(not PLAN.is_dir(), reason="the published plans are kept beside the checkout")
libreoffice = pytest.mark.skipif(not shutil.which("soffice"), reason="there is no LibreOffice here to open it with")
OPEN = {"Lead", "Target date", "Status", "Update since the last return"}
A1, A2 = "DHR7:WMP:1.1", "DHR7:WMP:1.10"


@contextmanager
def small(text: str = "Train every front desk", **cells: Any) -> Iterator[Ledger]:
    """A ledger of two actions, the first with these cells, the second with a report of progress."""
    with Ledger(clock=lambda: datetime(2014, 2, 27, 14, 5, 30, tzinfo=UTC)) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review of <DHR7>", partnership="Northshire & <CSP>"),
            AddSection(section="DHR7:WMP", heading="West & Police"),
            CreateAction(action=A1, **{"text": text, "lead": "WMP", "target_date": "Mar-14"} | cells),
            CreateAction(action=A2, text="Say who to ring", status="Ongoing", target_date="Jun-14"),
            RecordProgress(action=A2, note="Draft agreed."),
            by="DHR coordinator",
        )
        yield ledger


def send_out(entries: Iterable[Entry], path: Path, **options: Any) -> Path:
    """The return as a file at *path*."""
    with open(path, "wb") as out:
        export_agency_return(entries, out, **options)
    return path


def fill_in(path: Path, cells: Mapping[tuple[str, str], Any]) -> Path:
    """Give the cells, by reference and heading, these values in *path*, and save it as another program does."""
    book = openpyxl.load_workbook(path)
    sheet, place = book["Return"], places(book["Return"])
    for (reference, heading), value in cells.items():
        sheet[place[reference, heading]].value = value
    book.save(path)
    return path


def places(sheet: Any) -> dict[tuple[str, str], str]:
    """Where each cell of the table stands, by its reference and heading."""
    rows = list(sheet.iter_rows(min_row=1 + headings_of(sheet)))
    headings = [cell.value for cell in next(sheet.iter_rows(min_row=headings_of(sheet), max_row=headings_of(sheet)))]
    return {
        (row[len(headings) - 1].value, heading): cell.coordinate
        for row in rows
        for heading, cell in zip(headings, row, strict=True)
    }


def headings_of(sheet: Any) -> int:
    return next(row[0].row for row in sheet.iter_rows() if row[0].value == "Section")


def proposed(path: Path, ledger: Ledger, review: str = "DHR7") -> Proposal:
    return reconcile(read_plan(path, review=review, ledger=ledger), ledger)


def changes(proposal: Proposal) -> list[Any]:
    """The commands without the one that only says that a file was taken in."""
    return [command for command in proposal.commands if not isinstance(command, ImportPlan)]


# The contract


@pytest.mark.parametrize(
    "options", [{}, {"lead": "a", "return_by": date(2014, 4, 30), "open_only": False, "marking": "official"}]
)
def test_the_exporter_keeps_the_contract(options):
    check_exporter(export_agency_return, **options)


# What comes back unedited


def test_an_unedited_return_of_the_example_proposes_nothing(tmp_path):
    with load_example() as ledger:
        path = send_out(ledger.entries(), tmp_path / "return.xlsx", open_only=False)
        proposal = proposed(path, ledger, "BDHR2012/13-04")
        assert ((), [], [], 48) == (
            proposal.commands,
            proposal.conflicts,
            proposal.missing,
            len(proposal.unchanged),
        )


@published
@pytest.mark.parametrize("open_only", [True, False])
def test_an_unedited_return_of_a_published_plan_proposes_nothing(tmp_path, open_only):
    with Ledger(clock=lambda: datetime(2015, 2, 5, 11, tzinfo=UTC)) as ledger:
        ledger.record(*reconcile(read_plan(PLAN / "plan.docx"), ledger).commands, by="DHR coordinator")
        path = send_out(ledger.entries(), tmp_path / "return.xlsx", open_only=open_only)
        proposal = proposed(path, ledger, "BDHR2012/13-04")
        assert ((), []) == (proposal.commands, proposal.conflicts)
        actions = action_plan(ledger.entries()).actions.values()
        assert sum(not (open_only and action.ended) for action in actions) == len(proposal.unchanged)


@settings(max_examples=settings().max_examples // 3)
@example(everything())
@given(ledgers())
def test_an_unedited_return_of_any_ledger_proposes_nothing(tmp_path_factory, entries):
    path = send_out(entries, tmp_path_factory.mktemp("any") / "return.xlsx", open_only=False)
    held = {row[-1].value for row in openpyxl.load_workbook(path)["Return"].iter_rows()}
    with Ledger() as ledger:
        ledger.restore(entries)
        for review in REVIEWS:
            if any(f"{action}" in held for action in action_plan(entries).actions if action.startswith(review)):
                proposal = proposed(path, ledger, review)
                assert ((), []) == (proposal.commands, proposal.conflicts)


@libreoffice
def test_a_return_that_another_program_has_saved_proposes_nothing(tmp_path):
    with load_example() as ledger:
        path = send_out(ledger.entries(), tmp_path / "return.xlsx")
        for program in (resaved_by_openpyxl, resaved_by_libreoffice):
            saved = program(path)
            proposal = proposed(saved, ledger, "BDHR2012/13-04")
            assert ((), [], 13) == (proposal.commands, proposal.conflicts, len(proposal.unchanged))
            assert ledger.head == read_plan(saved, review="BDHR2012/13-04", ledger=ledger).made_from


def resaved_by_openpyxl(path: Path) -> Path:
    return fill_in(path, {})


def resaved_by_libreoffice(path: Path) -> Path:
    folder = path.parent / "saved"
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation={(path.parent / 'profile').as_uri()}", "--headless"),
            *("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", folder, path),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return folder / path.name


@pytest.mark.parametrize("lines", [500, 9_000])
def test_progress_that_is_longer_than_a_cell_goes_on_beside_it(tmp_path, lines):
    with small() as ledger:
        report = "".join(f"On day {nth} we trained {nth * 3} people.\n" for nth in range(lines))
        ledger.record(RecordProgress(action=A1, note=report, as_printed=True), by="DHR coordinator")
        path = send_out(ledger.entries(), tmp_path / "return.xlsx")
        place = places(openpyxl.load_workbook(path)["Return"])
        further = [heading for reference, heading in place if reference == A1 and "continued" in heading]
        cells = cells_of(path)
        assert report == "".join(cells[A1, heading] for heading in ("Progress", *further))
        assert (lines > 500) == bool(further)
        assert ((), []) == (proposed(path, ledger).commands, proposed(path, ledger).conflicts)
        fill_in(path, {(A1, "Update since the last return"): "All done."})
        assert ["All done."] == [command.note.strip() for command in changes(proposed(path, ledger))]


def cells_of(path: Path) -> dict[tuple[str, str], Any]:
    sheet = openpyxl.load_workbook(path)["Return"]
    return {cell: sheet[place].value for cell, place in places(sheet).items()}


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "word " * 8_000, "\ufffe", "👩" * 20_000])
def test_an_action_that_a_cell_cannot_hold_is_left_out_and_named(tmp_path, text):
    with small(text) as ledger:
        path = send_out(ledger.entries(), tmp_path / "return.xlsx")
        sheet = openpyxl.load_workbook(path)["Return"]
        assert sheet["A4"].value.startswith(
            "Left out, because Excel cannot hold their words as they are: DHR7:WMP:1.1."
        )
        assert {A2} == {reference for reference, _ in places(sheet)}
        proposal = proposed(path, ledger)
        assert ((), [], [A1]) == (proposal.commands, proposal.conflicts, proposal.missing)


@pytest.mark.parametrize("program", [pytest.param(None, id="nobody"), pytest.param("LibreOffice", marks=libreoffice)])
def test_whatever_a_cell_holds_comes_back_as_it_is_or_not_at_all(tmp_path, program):
    with small() as ledger:
        for nth, text in enumerate((text for text in (*AWKWARD, "a\x0bb", "a\x1cb") if text.strip()), start=1):
            ledger.record(
                CreateAction(
                    action=f"DHR7:WMP:3.{nth}",
                    text=text,
                    lead=Lead(as_printed=text),
                    target_date=TargetDate.read(text),
                    status=Status(as_printed=text, progress="unknown"),
                ),
                RecordProgress(action=f"DHR7:WMP:3.{nth}", note=text, as_printed=True),
                by="DHR coordinator",
            )
        path = send_out(ledger.entries(), tmp_path / "return.xlsx")
        cells = [cell for row in openpyxl.load_workbook(path)["Return"].iter_rows() for cell in row]
        assert {"s", "n"} == {cell.data_type for cell in cells}
        proposal = proposed(resaved_by_libreoffice(path) if program else path, ledger)
        assert ((), []) == (proposal.commands, proposal.conflicts)
        assert 55 < len(proposal.unchanged) < len(AWKWARD)


# What comes back filled in

EDITS = {
    "Lead": ("Head of Training", ReassignLead, lambda command: command.to.as_printed),
    "Target date": ("30/06/2014", ReviseTargetDate, lambda command: command.to.as_printed),
    "Status": ("Complete", ChangeStatus, lambda command: command.to.as_printed),
    "Update since the last return": ("12/02/2014: Seen in use.", RecordProgress, lambda command: command.note.strip()),
}


@pytest.mark.parametrize("reference", [A1, A2])
@pytest.mark.parametrize("heading", EDITS)
def test_what_was_filled_in_is_proposed_and_nothing_else(tmp_path, heading, reference):
    words, kind, said = EDITS[heading]
    with small() as ledger:
        path = fill_in(send_out(ledger.entries(), tmp_path / "return.xlsx"), {(reference, heading): words})
        proposal = proposed(path, ledger)
        assert [(kind, reference, words)] == [(type(c), c.action, said(c)) for c in changes(proposal)]
        assert ([], [reference]) == (proposal.conflicts, proposal.changed)


def test_all_that_was_filled_in_at_once_is_recorded(tmp_path):
    with small() as ledger:
        cells = {(A2, heading): words for heading, (words, _, _) in EDITS.items()}
        path = fill_in(send_out(ledger.entries(), tmp_path / "return.xlsx"), cells)
        proposal = proposed(path, ledger)
        assert {kind for _, kind, _ in EDITS.values()} == {type(command) for command in changes(proposal)}
        ledger.record(*proposal.commands, by="DHR coordinator", reason="The return of WMP", seen=proposal.head)
        action = action_plan(ledger.entries()).actions[A2]
        assert ("Head of Training", "30/06/2014") == (action.lead.as_printed, action.target_date.as_printed)
        assert "complete" == action.status.progress
        assert "27 February 2014: Draft agreed.\n12/02/2014: Seen in use." == progress_cell(action)
        assert () == proposed(path, ledger).commands


def test_an_action_that_was_complete_is_reopened_by_another_status(tmp_path):
    with small(status="Complete") as ledger:
        path = send_out(ledger.entries(), tmp_path / "return.xlsx", open_only=False)
        command = changes(proposed(fill_in(path, {(A1, "Status"): "Ongoing"}), ledger))
        assert [(ReopenAction, "Ongoing")] == [(type(c), c.to.as_printed) for c in command]


# What comes back when the ledger has moved on


def test_what_both_have_changed_is_a_conflict(tmp_path):
    with small() as ledger:
        path = send_out(ledger.entries(), tmp_path / "return.xlsx")
        ledger.record(ReassignLead(action=A1, to="Head of Custody"), by="DHR coordinator")
        proposal = proposed(fill_in(path, {(A1, "Lead"): "Head of Training"}), ledger)
        assert [] == changes(proposal)
        assert ["from 'WMP' to 'Head of Training', and the ledger has 'Head of Custody' meanwhile"] == [
            told.partition("the lead ")[2].partition(" (")[0] for told in proposal.conflicts
        ]


@pytest.mark.parametrize("heading", EDITS)
def test_what_the_ledger_has_changed_meanwhile_stays(tmp_path, heading):
    meanwhile = [
        ReassignLead(action=A1, to="Head of Custody"),
        ReviseTargetDate(action=A1, to="Dec-14", reason="Venue lost"),
        ChangeStatus(action=A1, to="Paused"),
        UpdateAction(action=A1, text="Train every front desk and every custody sergeant"),
    ]
    words, kind, said = EDITS[heading]
    with small() as ledger:
        path = send_out(ledger.entries(), tmp_path / "return.xlsx")
        ledger.record(*meanwhile, RecordProgress(action=A2, note="Draft printed."), by="DHR coordinator")
        assert () == proposed(path, ledger).commands
        proposal = proposed(fill_in(path, {(A2, heading): words}), ledger)
        assert [(kind, A2, words)] == [(type(c), c.action, said(c)) for c in changes(proposal)]
        assert [] == proposal.conflicts


# What it asks


def test_it_says_which_review_it_is_of_what_to_do_and_by_when(tmp_path):
    with small() as ledger:
        path = send_out(ledger.entries(), tmp_path / "return.xlsx", return_by=date(2014, 4, 30), marking="official")
        sheet = openpyxl.load_workbook(path)["Return"]
        assert "Agency return for DHR7: Review of <DHR7>, as at 27 February 2014" == sheet["A1"].value
        assert all(heading in sheet["A2"].value for heading in OPEN)
        assert sheet["A3"].value.endswith("Please send this workbook back by 30 April 2014.")
        assert "A5" == sheet.freeze_panes
        assert ("&BOFFICIAL", "&BOFFICIAL") == (sheet.oddHeader.center.text, sheet.oddFooter.center.text)


def test_only_actions_that_are_open_are_asked_for(tmp_path):
    with small() as ledger:
        ledger.record(WithdrawAction(action=A1), by="DHR coordinator", reason="Done by another force")
        for open_only, asked in ((True, {A2}), (False, {A1, A2})):
            path = send_out(ledger.entries(), tmp_path / "return.xlsx", open_only=open_only)
            assert asked == {reference for reference, _ in cells_of(path)}


@pytest.mark.parametrize(("lead", "asked"), [("", {A1, A2}), ("wmp", {A1}), ("head  OF", set()), ("WM", {A1})])
def test_only_actions_of_a_lead_are_asked_for(tmp_path, lead, asked):
    with small() as ledger:
        path = send_out(ledger.entries(), tmp_path / "return.xlsx", lead=lead)
        if asked:
            assert asked == {reference for reference, _ in cells_of(path)}
        else:
            assert "There is no action to report on." == openpyxl.load_workbook(path)["Return"]["A2"].value
            with pytest.raises(ImportRefused):
                proposed(path, ledger)


def test_a_section_is_chosen_by_the_host(tmp_path):
    with load_example() as ledger:
        made = issue(
            ledger, "agency-return", tmp_path / "wmp.xlsx", reference="BDHR2012/13-04:WMP", by="DHR coordinator"
        )
        assert {"BDHR2012/13-04:WMP:2.1", "BDHR2012/13-04:WMP:3.2"} == {name for name, _ in cells_of(made.path)}
        path = fill_in(made.path, {("BDHR2012/13-04:WMP:2.1", "Lead"): "Head of Training"})
        assert ["BDHR2012/13-04:WMP:2.1"] == proposed(path, ledger, "BDHR2012/13-04").changed


def test_only_what_is_to_be_filled_in_can_be_changed(tmp_path):
    with small() as ledger:
        book = openpyxl.load_workbook(send_out(ledger.entries(), tmp_path / "return.xlsx"))
    sheet = book["Return"]
    assert [(True, None), (True, None)] == [(page.protection.sheet, page.protection.password) for page in book]
    unlocked = {heading for (_, heading), place in places(sheet).items() if not sheet[place].protection.locked}
    assert OPEN == unlocked
    assert {"@"} == {sheet[place].number_format for (_, heading), place in places(sheet).items() if heading in OPEN}
    hints = {sheet[str(rule.sqref).split(":")[0]].offset(4 - 5).value: rule.prompt for rule in rules_of(sheet)}
    assert OPEN == set(hints)
    assert all(hints.values())


def rules_of(sheet: Any) -> list[Any]:
    return sheet.data_validations.dataValidation


def test_a_status_is_chosen_from_the_words_of_the_plan(tmp_path):
    legend = Legend.model_validate(
        {"Amber, at risk": "in progress", "Blue": {"progress": "complete", "assurance": "audited"}}
    )
    with small() as ledger:
        ledger.record(ReviseLegend(review="DHR7", legend=legend), by="DHR coordinator")
        words = offered(send_out(ledger.entries(), tmp_path / "return.xlsx"))
    assert {"Amber, at risk", "Blue"} == words


def test_of_the_default_legend_the_words_in_use_are_offered_and_one_for_each_other_meaning(tmp_path):
    with small(status="Action completed") as ledger:
        path = send_out(ledger.entries(), tmp_path / "return.xlsx", open_only=False)
    words = {"Not started", "Ongoing", "Action completed", "Complete and evidenced", "Paused", "Post publication"}
    assert words == offered(path)


def offered(path: Path, reference: str = A1) -> set[str]:
    """The words of the list that the status of an action is to be chosen from."""
    book = openpyxl.load_workbook(path)
    place = places(book["Return"])[reference, "Status"]
    (rule,) = (rule for rule in rules_of(book["Return"]) if rule.type == "list" and place in rule.sqref)
    name, _, area = rule.formula1.lstrip("=").replace("$", "").partition("!")
    return {cell.value for (cell,) in book[name][area]}


def test_each_review_has_the_statuses_of_its_own_legend(tmp_path):
    with small() as ledger:
        ledger.record(
            OpenReview(
                review="DHR8", title="Another", legend=Legend.model_validate({"Gold": "complete", "Tin": "paused"})
            ),
            AddSection(section="DHR8:WMP", heading="Police"),
            CreateAction(action="DHR8:WMP:1", text="Look again"),
            by="DHR coordinator",
        )
        path = send_out(ledger.entries(), tmp_path / "return.xlsx")
        assert ("Gold" in offered(path), "Gold" in offered(path, "DHR8:WMP:1")) == (False, True)
        assert () == proposed(path, ledger).commands
