"""A file that was made here and comes back: nothing is noted that we wrote ourselves, and no two reviews become one."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from dhr_ledger import Ledger
from dhr_ledger.action import CreateAction, RecordProgress
from dhr_ledger.errors import ImportRefused
from dhr_ledger.example import load_example
from dhr_ledger.exports import issue
from dhr_ledger.imports import read_plan
from dhr_ledger.reconcile import reconcile
from dhr_ledger.review import AddSection, OpenReview, SettleHeading

WAYS_BACK = ("plan.csv", "workbook.xlsx", "workbook.ods", "agency-return.xlsx", "home-office.docx", "home-office.odt")


def made(ledger: Ledger, name: str, folder: Path) -> Path:
    """The export called *name*, issued to be handed in again."""
    path = folder / name
    issue(ledger, name, path, by="DHR coordinator", options={"for_return": True} if name == "plan.csv" else {})
    return path


def saved_anew(path: Path) -> Path:
    """The file as a program leaves it that saves it: the same words in other bytes."""
    anew = path.with_name(f"anew{path.suffix}")
    if path.suffix == ".csv":
        anew.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
        return anew
    with zipfile.ZipFile(path) as parts, zipfile.ZipFile(anew, "w", zipfile.ZIP_STORED) as copy:
        for part in parts.infolist():
            copy.writestr(part.filename, parts.read(part))
    return anew


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    ledger = load_example(tmp_path_factory.mktemp("example") / "example.ledger")
    yield ledger
    ledger.close()


@pytest.mark.parametrize("name", WAYS_BACK)
def test_of_a_file_that_nobody_edited_nothing_is_noted(example, tmp_path, name):
    """Whatever it says besides the plan: a cover, lists to choose from, its colours, how it is to be filled in."""
    imported = read_plan(made(example, name, tmp_path), ledger=example)
    assert ((), (), ()) == (imported.notes, imported.not_understood, imported.proposals)


@pytest.mark.parametrize("name", WAYS_BACK)
def test_of_one_that_was_saved_anew_only_what_may_have_been_edited_in_vain(example, tmp_path, name):
    """Parts that tell what happened are left out: a change there would be lost without a word."""
    imported = read_plan(saved_anew(made(example, name, tmp_path)), ledger=example)
    assert () == imported.not_understood
    assert ([] if name in ("plan.csv", "agency-return.xlsx") else ["tell of the plan and were not taken in"]) == [
        note[note.index("tell") : note.index(";")] for note in imported.notes
    ]


def test_a_return_is_called_otherwise_than_the_plan(example, tmp_path):
    """What stands above its table is no title for a review."""
    assert "BDHR2012/13-04" == read_plan(made(example, "agency-return.xlsx", tmp_path)).title


def test_an_update_in_a_return_is_of_its_own_column(example, tmp_path):
    """Whatever stands in the column of progress beside it."""
    path = made(example, "agency-return.xlsx", tmp_path)
    workbook = openpyxl.load_workbook(path)
    headings, *rows = list(workbook["Return"].iter_rows(min_row=4))
    update = [cell.value for cell in headings].index("Update since the last return")
    for row in rows:
        row[update].value = "12/05/2026: Done it all."
    workbook.save(path)
    commands = reconcile(read_plan(path, ledger=example), example).commands
    read = [command.source.columns for command in commands if isinstance(command, RecordProgress) and command.source]
    assert [{"progress_2": update + 1}] * len(read) == read != []


@pytest.mark.parametrize("heading", ["Ref", "Reference", "Section", "Status"])
@pytest.mark.parametrize("name", ["plan.csv", "workbook.xlsx"])
def test_what_was_settled_about_the_tables_of_others_is_not_said_of_ours(two_reviews, tmp_path, name, heading):
    """Its columns mean what they were made to mean."""
    two_reviews.record(SettleHeading(review="DHR7", heading=heading, means="text"), by="DHR coordinator")
    proposal = reconcile(
        read_plan(saved_anew(made(two_reviews, name, tmp_path)), review="DHR7", ledger=two_reviews), two_reviews
    )
    assert ((), []) == (proposal.commands, proposal.conflicts)


# Several reviews in one file


@pytest.fixture
def two_reviews():
    with Ledger() as ledger:
        ledger.record(
            *(OpenReview(review=review, title=f"Plan of {review}") for review in ("DHR7", "DHR8")),
            AddSection(section="DHR7:NP", heading="Police"),
            AddSection(section="DHR8:HO", heading="Housing"),
            CreateAction(action="DHR7:NP:1", text="Train officers in risk", lead="Panel", status="Ongoing"),
            CreateAction(action="DHR8:HO:2", text="Review tenancies", lead="Panel", status="Ongoing"),
            by="DHR coordinator",
        )
        yield ledger


@pytest.mark.parametrize("name", WAYS_BACK)
@pytest.mark.parametrize(("review", "actions"), [("DHR7", ["Train officers in risk"]), ("DHR8", ["Review tenancies"])])
def test_of_a_file_of_several_reviews_one_is_taken_in(two_reviews, tmp_path, name, review, actions):
    """The one that is asked for, and what is left out is noted."""
    imported = read_plan(saved_anew(made(two_reviews, name, tmp_path)), review=review, ledger=two_reviews)
    assert actions == [action.text.strip() for section in imported.sections for action in section.actions]
    assert 1 == sum("since they are not of" in note for note in imported.notes)


def without_references(path: Path) -> Path:
    """The workbook without the column that says which action each row is."""
    workbook = openpyxl.load_workbook(path)
    for sheet in workbook:
        for row in sheet.iter_rows(max_row=9):
            for cell in row:
                if cell.value == "Reference" and sheet.title in ("Plan", "Return"):
                    sheet.tables.clear()
                    sheet.delete_cols(cell.column)
                    workbook.save(path)
                    return path
    raise AssertionError(path)


@pytest.mark.parametrize(
    ("name", "spoilt", "known"),
    [
        ("home-office.docx", saved_anew, False),
        ("home-office.odt", saved_anew, False),
        ("workbook.xlsx", without_references, True),
        ("agency-return.xlsx", without_references, True),
    ],
)
def test_nothing_of_it_is_taken_in_where_nobody_can_tell_the_reviews(
    two_reviews, tmp_path, name, spoilt: Callable[[Path], Path], known
):
    """A document without the ledger that it was made from, and a workbook without its references."""
    file = spoilt(made(two_reviews, name, tmp_path))
    with pytest.raises(ImportRefused) as refused:
        read_plan(file, review="DHR7", ledger=two_reviews if known else None)
    assert all(
        fault.endswith(
            "the file was made of several reviews, and nothing says which of them this is of; put the references back, "
            "import the file into the ledger that it was made from, or export each review by itself."
        )
        for fault in refused.value.faults
    )


def test_a_new_row_under_a_heading_of_two_reviews_is_of_that_of_the_row_above(tmp_path):
    """And of none where it stands below neither."""
    headings = "section,recommendation,ref,action,lead,reference,ledger_head\n"
    seven, eight, new = "Police,,1,Train,,DHR7:NP:1,1\n", "Police,,1,Audit,,DHR8:NP:1,1\n", "Police,,2,Tell,,,\n"
    file = tmp_path / "return.csv"
    file.write_text(headings + seven + new + eight)
    numbers = {
        review: [action.number for action in read_plan(file, review=review).sections[0].actions]
        for review in ("DHR7", "DHR8")
    }
    assert {"DHR7": ["1", "2"], "DHR8": ["1"]} == numbers
    file.write_text(headings + new + seven + eight)
    with pytest.raises(ImportRefused) as refused:
        read_plan(file, review="DHR7")
    assert (
        "return.csv, row 2: the row has no reference, and DHR7:NP and DHR8:NP are both headed 'Police'; put it below a "
        "row of its section.",
    ) == refused.value.faults
