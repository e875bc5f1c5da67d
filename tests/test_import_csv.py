"""CSV files: published plans cell by cell, however a spreadsheet saved them, and what is no table at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import threading
import tracemalloc
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dhr_ledger import Ledger, action_plan
from dhr_ledger.errors import ImportRefused
from dhr_ledger.importers.csv import LARGEST_CELL, MOST_CELLS, read_csv
from dhr_ledger.imports import LARGEST_FILE, MOST_ROWS, ImportedPlan, read_plan
from dhr_ledger.imports.grid import Grid
from dhr_ledger.imports.section import MOST_REPORTS
from dhr_ledger.plan import progress_cell
from dhr_ledger.plugins import Door, Doors
from dhr_ledger.reconcile import reconcile
from dhr_ledger.status import Legend

TITLE = ["Domestic Homicide Review Action Plan: DHR7"]
POLICE = ["Northshire Police"]
HEADING_ROW = ["Ref", "Action", "Lead Agency", "Target Date", "Progress", "Status"]
FIRST = ["1", "Train officers", "Training lead", "Mar-14", "Begun", "Ongoing"]
SECOND = ["2", "Audit records", "Audit lead", "31.01.13", "", ""]

PLANS = Path(__file__).parents[2] / "shared" / "plans"
published = pytest.mark.skipif(not PLANS.is_dir(), reason="the published plans are kept beside the checkout")


def rows_of(*rows: list[str]) -> bytes:
    """*rows* as a spreadsheet saves them."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def read(folder: Path, *rows: list[str], name: str = "09-NP.csv", **options: str) -> ImportedPlan:
    """The plan that a file of these *rows* holds."""
    return read_bytes(folder, rows_of(*rows), name, **options)


def read_bytes(folder: Path, data: bytes, name: str = "09-NP.csv", **options: str) -> ImportedPlan:
    (folder / name).write_bytes(data)
    return read_plan(folder / name, **options)


def faults_of(folder: Path, *rows: list[str], name: str = "09-NP.csv") -> tuple[str, ...]:
    """Why a file of these *rows* is refused."""
    with pytest.raises(ImportRefused) as refused:
        read(folder, *rows, name=name)
    return refused.value.faults


def refusal(folder: Path, data: bytes) -> str:
    """The one reason for which a file of these bytes is refused."""
    with pytest.raises(ImportRefused) as refused:
        read_bytes(folder, data)
    (fault,) = refused.value.faults
    return fault


def owners(plan: ImportedPlan) -> list[tuple[str, str | None]]:
    return [(action.number, action.recommendation) for section in plan.sections for action in section.actions]


# Published plans


def collapsed(cell: str | None) -> str:
    return " ".join((cell or "").split())


@published
def test_a_published_plan_of_thirteen_files_is_one_review_with_every_cell_as_printed():
    """13 sections, 46 recommendations, 87 actions: each cell, and what each action is for, as a careful reader says."""
    folder = PLANS / "bdhr2012-13-04"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    imported = read_plan(*sorted((folder / "csv").glob("*.csv")))
    with Ledger() as ledger:
        ledger.record(*reconcile(imported, ledger).commands, by="DHR coordinator")
        plan = action_plan(ledger.entries())
    (review,) = plan.reviews.values()
    assert (expected["review"]["ref"], expected["review"]["title"]) == (review.reference, review.title)
    assert [(section["key"], collapsed(section["agency_heading"])) for section in expected["sections"]] == [
        (key, collapsed(heading)) for key, heading in review.sections.items()
    ]
    assert [section["columns"] for section in expected["sections"]] == [
        [heading for heading in section.columns if heading] for section in imported.sections
    ]
    assert [
        (f"{review.reference}:{section['key']}:R{recommendation['ref']}", collapsed(recommendation["text"]))
        for section in expected["sections"]
        for recommendation in section["recommendations"]
    ] == [(name, collapsed(recommendation.text)) for name, recommendation in review.recommendations.items()]
    assert [
        (
            f"{review.reference}:{section['key']}:{action['ref']}",
            action["recommendation_ref"] and f"{review.reference}:{section['key']}:R{action['recommendation_ref']}",
            *(collapsed(action[name]) for name in ("action", "lead", "target_date", "desired_outcome", "monitoring")),
            *(collapsed(action[name]) for name in ("success_measure", "progress", "status")),
        )
        for section in expected["sections"]
        for action in section["actions"]
    ] == [
        (
            action.reference,
            action.recommendation,
            *map(collapsed, (action.text, action.lead.as_printed, action.target_date.as_printed)),
            *map(collapsed, (action.desired_outcome, action.monitoring, action.success_measure)),
            *map(collapsed, (progress_cell(action), action.status.as_printed)),
        )
        for action in plan.in_order()
    ]
    assert (13, 46, 87) == (len(review.sections), len(review.recommendations), len(plan.actions))


@published
def test_every_cell_of_a_published_plan_is_found_where_its_entry_says():
    """File digest, row and column lead back to the cell, to the character."""
    files = {path.name: path.read_bytes() for path in (PLANS / "bdhr2012-13-04" / "csv").glob("*.csv")}
    tables = {name: list(csv.reader(io.StringIO(data.decode(), newline=""))) for name, data in files.items()}
    imported = read_plan(*sorted((PLANS / "bdhr2012-13-04" / "csv").glob("*.csv")))
    with Ledger() as ledger:
        entries = ledger.record(*reconcile(imported, ledger).commands, by="DHR coordinator")
    for entry in entries:
        assert entry.source is not None
        assert f"sha256:{hashlib.sha256(files[entry.source.file]).hexdigest()}" == entry.source.digest
        for name, column in (entry.source.columns or {}).items():
            cell = tables[entry.source.file][entry.source.row - 1][column - 1]
            if name == "number":
                assert entry.reference.endswith(f":{cell}")
            else:
                said = getattr(entry.event, "note" if name == "progress" else name)
                said = said if isinstance(said, str) else said.as_printed
                if name == "progress":
                    assert said in cell  # one of the reports in it
                else:
                    assert (cell if entry.type != "RecommendationMade.v1" else cell[-len(said) :]) == said


@published
def test_a_published_plan_is_understood_but_for_two_empty_headings():
    """Only the surgery that left two headings empty is noted; every target date and status is understood."""
    assert ["08-S1.csv, row 3, column 1", "08-S1.csv, row 3, column 3"] == [
        note.partition(":")[0] for note in read_plan(*sorted((PLANS / "bdhr2012-13-04" / "csv").glob("*.csv"))).notes
    ]


LEGENDS = {"stockton-2017": Legend.model_validate({"1": "complete", "2": "in progress"})}
KINDS = {"date": "day", "month": "month"}
REASONS = {"ongoing": "continuous", "to be confirmed": "to be confirmed", "impossible": "unreadable"}


@published
@pytest.mark.parametrize(("name", "rows"), [("kent-mr-s", 19), ("essex-si444", 4), ("stockton-2017", 5)])
def test_plans_of_other_layouts_are_understood_as_a_careful_reader_does(name, rows):
    """Every lead, target date and status, and no report with a day that it does not have."""
    imported = read_plan(PLANS / name / "plan.csv", review="DHR7", legend=LEGENDS.get(name))
    expected = json.loads((PLANS / name / "expected.json").read_bytes())["rows"]
    actions = imported.sections[0].actions
    assert rows == len(expected) == len(actions)
    found = right = wanted = 0
    for row, action in zip(expected, actions, strict=True):
        assert row["recommendation_ref"] == action.recommendation
        assert row["lead"] == [party.post or party.agency for party in action.lead.parties]
        target, status = row["target"], row["status"]
        assert target["as_printed"] == action.target_date.as_printed
        reason = target.get("reason", "").partition(",")[0].partition(" calendar")[0]
        assert (KINDS.get(target["parses_to"]) or REASONS[reason]) == action.target_date.kind
        if "iso" in target:
            assert str(action.target_date.latest).startswith(target["iso"])
        assert (status["as_printed"], status["normalised"]) == (action.status.as_printed, action.status.progress)
        days = Counter(report["iso"] for report in row["progress_entries"] if report["iso"])
        read = Counter(str(piece.effective) for piece in action.progress if piece.effective)
        found, right, wanted = found + read.total(), right + (days & read).total(), wanted + days.total()
    assert found == right  # no day that is not there
    assert right >= wanted - 2  # two stand in the middle of a sentence


# What is no table


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "09-NP.csv is empty; is it the action plan?"),
        (b"\r\n,,\r\n", "09-NP.csv is empty; is it the action plan?"),
        (
            b"PK\x03\x04rest",
            "09-NP.csv is no CSV file: it looks like a zip archive, as Excel's .xlsx and Word's .docx are; save it as "
            "CSV "
            "UTF-8 and import that.",
        ),
        (b"%PDF-1.7", "09-NP.csv is no CSV file: it looks like a PDF; save it as CSV UTF-8 and import that."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "09-NP.csv is no CSV file: it looks like a workbook or document of old Excel or Word; save it as CSV "
            "UTF-8 and "
            "import that.",
        ),
        (b"Ref,Action\n1,\x00", "09-NP.csv, line 2 holds a NUL, which no text does; save the table as CSV UTF-8."),
        (
            b"Ref,Action\n1,caf\x81",
            "09-NP.csv, line 2: the byte 0x81 is no text in UTF-8 or Windows-1252; save the table as CSV UTF-8.",
        ),
        (
            b"\xef\xbb\xbfRef,Action\n1,caf\xe9",
            "09-NP.csv, line 2: the byte 0xe9 is no text in UTF-8; save the table as CSV UTF-8.",
        ),
        (
            b"Ref,Action,Status\n1,Train,Done\n2,\"Audit,Done\n3,Learn,Done\n",
            "09-NP.csv, row 3 (it begins in line 3) has a quotation mark too few or too many (unexpected end of "
            "data); put "
            "one at each end of the cell, and write one inside it twice.",
        ),
        (
            b"Ref,Action,Status\n1,\"Train\nall\",Done\n2,\"Audit\" now,Done\n",
            "09-NP.csv, row 3 (it begins in line 4) has a quotation mark too few or too many (',' expected after "
            "'\"'); put "
            "one at each end of the cell, and write one inside it twice.",
        ),
        (
            b"Plan\nRef;Action;Status\n1;Train;Done\n",
            "09-NP.csv, line 2: the cells are separated by semicolons; save the table with commas between them, as CSV "
            "UTF-8.",
        ),
        (
            b"No.,Remarks,Responsibility\n1,Learn,Chair\n",
            "09-NP.csv has no row of headings: the most that are known are in row 1, 'No.', 'Responsibility'; it "
            "takes three "
            "of them, such as Ref, Action, Lead Agency, Target Date or Status, each in a cell of its own.",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_in_one_sentence(tmp_path, data, fault):
    assert fault == refusal(tmp_path, data)


def test_a_cell_that_no_plan_has_is_refused_with_its_place(tmp_path):
    """A missing quotation mark swallows half of a file, or somebody sends a bomb."""
    before = csv.field_size_limit()
    huge = rows_of(TITLE, POLICE, HEADING_ROW, ["1", "Train", "x" * (LARGEST_CELL + 1)])
    assert refusal(tmp_path, huge).startswith("09-NP.csv, row 4, column 3: 'xxxx")
    assert " is 1,000,001 characters long, which is no cell of a plan;" in refusal(tmp_path, huge)
    large = read(tmp_path, TITLE, POLICE, HEADING_ROW, ["1", "x" * LARGEST_CELL])
    assert LARGEST_CELL == len(large.sections[0].actions[0].text)
    assert before == csv.field_size_limit()


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"a\n" * (MOST_CELLS + 1), "09-NP.csv has more than 500,000 cells, more than any plan; is it the right file?"),
        (
            b"Ref,Action,Status\n" + b"1,a,b\n" * (MOST_ROWS + 1),
            "There are 25,001 rows in 09-NP.csv, more than in any plan; name the right file.",
        ),
        (
            b"Ref,Action,Status\n" + b"1,%s,b\n" % (b"a" * 900_000) * 6,
            "There are 5,400,012 characters in 09-NP.csv, more than in any plan; name the right file.",
        ),
        (
            b"DHR7\nRef,Action,Progress\n1,a,%s\n" % (b"1/3/14: word. " * (MOST_REPORTS + 1)),
            "09-NP.csv, row 3: more than 50,000 reports so far; is it an action plan?",
        ),
    ],
    ids=["cells", "rows", "text", "reports"],
)
def test_a_table_that_no_plan_could_be_is_refused_before_it_takes_time_or_memory(tmp_path, data, fault):
    assert fault == refusal(tmp_path, data)


def test_rows_that_hold_nothing_are_counted_and_take_no_memory(tmp_path):
    """So that a place is the one that a spreadsheet shows."""
    data = b"Ref,Action,Status\n" + b"\n" * 1_000_000 + b"1,Train,Done\n"
    tracemalloc.start()
    read_csv(io.BytesIO(data), "09-NP.csv")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20_000_000
    (tmp_path / "09-NP.csv").write_bytes(data)
    assert 1_000_002 == read_plan(tmp_path / "09-NP.csv", review="DHR7").sections[0].actions[0].source.row


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path):
    with open(tmp_path / "09-NP.csv", "wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(ImportRefused, match=r"09-NP.csv is larger than 20,000,000 bytes; is it the action plan\?"):
        read_plan(tmp_path / "09-NP.csv")


def test_tables_are_read_in_several_threads_at_once(tmp_path):
    """The limit on cells belongs to the process, and no thread takes it from another."""
    before = csv.field_size_limit()
    large = rows_of(*[["small"]] * 5_000, ["x" * 200_000])
    failed: list[Exception] = []

    def run() -> None:
        try:
            for _ in range(10):
                read_csv(io.BytesIO(large), "plan.csv")
        except ImportRefused as refused:
            failed.append(refused)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == failed
    assert before == csv.field_size_limit()


WELSH = [TITLE, ["Heddlu – Gŵyl"], HEADING_ROW, ["1", "Hyfforddi’r tŷ", "", "", "", ""]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_however_a_spreadsheet_saves_it(tmp_path, encoding):
    imported = read_bytes(tmp_path, rows_of(*WELSH).decode().encode(encoding))
    assert ("Heddlu – Gŵyl", "Hyfforddi’r tŷ") == (imported.sections[0].heading, imported.sections[0].actions[0].text)
    assert () == imported.notes


def test_the_spreadsheet_of_a_british_windows_is_read_and_noted(tmp_path):
    data = (
        rows_of(TITLE, POLICE, HEADING_ROW, ["1", "Officers’ training – £5", "", "", "", ""]).decode().encode("cp1252")
    )
    imported = read_bytes(tmp_path, data)
    assert "Officers’ training – £5" == imported.sections[0].actions[0].text
    assert (
        "09-NP.csv is not UTF-8 and was read as Windows-1252; check its dashes, quotation marks and accents, and save "
        "it as "
        "CSV UTF-8 next time.",
    ) == imported.notes


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))), max_size=5))
def test_a_table_that_was_written_is_read_as_it_was(rows):
    """Whatever stands in its cells: separators, quotation marks, lines."""
    written = [row for row in rows if row]
    text = io.StringIO()
    csv.writer(text).writerows(written)
    (grid,) = read_csv(io.BytesIO(b"\xef\xbb\xbf" + text.getvalue().encode()), "plan.csv")
    assert [(nth, row) for nth, row in enumerate(written, start=1) if any(row)] == list(grid.rows)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    """Nothing else is raised, and every refusal says which file it is about."""
    faults: tuple[str, ...] = ()
    try:
        read_csv(io.BytesIO(data), "plan.csv")
    except ImportRefused as refused:
        faults = refused.faults
    assert [] == [fault for fault in faults if not fault.startswith("plan.csv")]


CELLS = st.sampled_from(
    [
        *("", "1", "1.1", "2", "Ref", "Action", "Status", "Lead", "DHR7", "Recommendation 1: x", "Words", "Mar-14"),
        *("Rec No", "Recommendation", ".", "as above"),
    ]
)


@given(st.lists(st.lists(CELLS, max_size=5), max_size=12))
def test_any_grid_is_understood_or_refused(rows):
    """However rows and headings fall: a plan or an `ImportRefused`, and a second import changes nothing."""

    def read_grid(file: object, name: str) -> list[Grid]:
        return [Grid(list(enumerate(rows, start=1)))]

    doors = Doors({}, {".py": Door(".py", read_grid, "a plugin", "1")})
    with suppress(ImportRefused), Ledger() as ledger:
        imported = read_plan(__file__, doors=doors)
        ledger.record(*reconcile(imported, ledger).commands, by="DHR coordinator")
        assert () == reconcile(imported, ledger).commands


# A plan of ours


@pytest.mark.parametrize(
    "headings", ["section,recommendation,ref,action,lead", '"section","recommendation","ref","action","lead"']
)
def test_every_character_of_a_plan_of_ours_is_meant(headings):
    """What was written so that no spreadsheet runs it is as it was, and even a NUL is somebody's."""
    (grid,) = read_csv(io.BytesIO(f"{headings}\nPolice,,1,'=1+1,''quoted'\nPolice,,2,a\0b,lead\n".encode()), "plan.csv")
    assert [["Police", "", "1", "=1+1", "'quoted'"], ["Police", "", "2", "a\0b", "lead"]] == [
        list(row) for _, row in list(grid.rows)[1:]
    ]


def test_an_apostrophe_in_the_table_of_somebody_else_is_theirs():
    (grid,) = read_csv(io.BytesIO(b"Ref,Action,Lead\n1,'=1+1,x\n"), "plan.csv")
    assert "'=1+1" == list(grid.rows)[1][1][1]


@pytest.mark.parametrize("above", ["", "Returned by the police\n"])
def test_a_plan_of_ours_for_the_way_back_is_ours_wherever_its_columns_stand(above):
    """Both its columns for that are there, whatever was moved, added or written above."""
    text = f"{above}reference,ref,note,action,ledger_head,lead\nDHR7:NP:1,1,,'- Train,1,x\n"
    (grid,) = read_csv(io.BytesIO(text.encode()), "plan.csv")
    assert "- Train" == list(grid.rows)[-1][1][3]
