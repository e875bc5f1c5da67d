"""The exporters that the core brings: what stands in their files, and that it can be read back as it was."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dhr_ledger import Actor, Ledger
from dhr_ledger.action import (
    AttachEvidence,
    ChangeStatus,
    CreateAction,
    ReassignLead,
    RecordProgress,
    ReviseTargetDate,
    SignOffAction,
    UpdateAction,
    WithdrawAction,
)
from dhr_ledger.annotation import AnnotateEntry
from dhr_ledger.entry import Entry
from dhr_ledger.errors import BadInput, DamagedEntry, StoreError
from dhr_ledger.exporters import audit_trail_csv, plan_csv
from dhr_ledger.exporters.audit_trail_csv import export_audit_trail
from dhr_ledger.exporters.entries_jsonl import export_entries, read_entries
from dhr_ledger.exporters.plan_csv import export_plan
from dhr_ledger.exporters.table import read_table, safe, unsafe, write_table
from dhr_ledger.history import outlined
from dhr_ledger.provenance import Source
from dhr_ledger.review import AddSection, MakeRecommendation, OpenReview, ReachStage
from dhr_ledger.testing.contract import check_exporter
from dhr_ledger.testing.strategies import AWKWARD, everything, ledgers, texts

GOLDEN = Path(__file__).parent / "golden" / "exports"
COORDINATOR = Actor(name="DHR coordinator", agency="Community Safety Partnership", role="coordinator")
DIGEST = f"sha256:{'0' * 64}"


def a_small_ledger() -> list[Entry]:
    """A ledger that is always the same, in which most things have happened once."""
    moments = iter(datetime(2014, month, 28, 9, 30, 0, 123456, UTC) for month in range(1, 13))
    with Ledger(clock=lambda: next(moments)) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review 7", partnership="Anytown"),
            AddSection(section="DHR7:WMP", heading="West Midlands Police"),
            AddSection(section="DHR7:S&G", heading="Surgeries, and “GPs”"),
            MakeRecommendation(recommendation="DHR7:WMP:R1", text="Officers should know whom to call."),
            CreateAction(
                action="DHR7:WMP:1.1",
                recommendation="DHR7:WMP:R1",
                text="Train all officers",
                lead="Head of Training",
                target_date="Mar-14",
                desired_outcome="- Officers know\n- and say so",
                monitoring="Quarterly, to the Board",
                success_measure="90% trained",
                status="Not started",
            ),
            CreateAction(action="DHR7:S&G:1", text="=Adopt the policy", target_date="ongoing", status="Ongoing"),
            by=COORDINATOR,
            source=Source(file="plan.docx", digest=DIGEST, table="1", row=3),
        )
        ledger.record(
            RecordProgress(action="DHR7:WMP:1.1", note='Pilot begun, "on time"', effective="2013-12"),
            ReviseTargetDate(action="DHR7:WMP:1.1", to="30/06/2014", reason="The pilot was extended"),
            by=COORDINATOR,
        )
        ledger.record(
            UpdateAction(action="DHR7:S&G:1", text="=Adopt and use the policy", monitoring="Yearly"),
            ReassignLead(action="DHR7:S&G:1", to="Practice manager"),
            AnnotateEntry(reference="DHR7:S&G:1", version=1, note="The equals sign is printed so."),
            by="Board",
        )
        ledger.record(
            AttachEvidence(action="DHR7:WMP:1.1", name="register.pdf", digest=DIGEST, kept_at="the training unit"),
            ChangeStatus(action="DHR7:WMP:1.1", to="Complete"),
            SignOffAction(action="DHR7:WMP:1.1"),
            WithdrawAction(action="DHR7:S&G:1", reason="The surgery closed"),
            ReachStage(review="DHR7", stage="published", note="On the partnership's site"),
            by="Board",
        )
        return list(ledger.entries())


def written(export, entries, **options) -> bytes:
    """The bytes that *export* makes of *entries*."""
    out = io.BytesIO()
    export(iter(entries), out, **options)
    return out.getvalue()


def table_of(file: bytes) -> list[list[str]]:
    """The rows of a CSV file by the letter of RFC 4180, without Python's own reader and with nothing undone."""
    rows: list[list[str]] = [[]]
    text, at = file.decode("utf-8"), 0
    while at < len(text):
        cell = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)').match(text, at)
        assert cell, f"no cell of RFC 4180 at {text[at : at + 40]!r}"
        rows[-1].append(cell[1].replace('""', '"') if cell[1] is not None else cell[2])
        at = cell.end()
        if cell[3] == "\r\n":
            rows.append([])
    assert [] == rows.pop(), "the last line is not ended"
    return rows


@pytest.mark.parametrize("exporter", [export_audit_trail, export_entries, export_plan])
def test_each_exporter_keeps_the_contract(exporter):
    check_exporter(exporter)


def test_the_plan_as_at_a_date_keeps_the_contract():
    check_exporter(export_plan, as_at="2014-03-31")


@pytest.mark.parametrize(
    ("name", "exporter"),
    [("audit-trail.csv", export_audit_trail), ("entries.jsonl", export_entries), ("plan.csv", export_plan)],
)
def test_a_small_ledger_gives_the_files_that_it_always_gave(name, exporter):
    """A file that was made years ago can be made again, to the byte."""
    assert (GOLDEN / name).read_bytes() == written(exporter, a_small_ledger())


# Tables


@given(st.lists(st.lists(texts(), min_size=2, max_size=2), max_size=4))
@example([[text, text] for text in AWKWARD])
@example([["\r", "\n"], ["\r\n", '"'], ["\x00", "'"], ["", ""], ["'=", "''"], ["x" * 200_000, "\ufeff"]])
def test_every_cell_is_read_back_as_it_was(rows):
    out = io.BytesIO()
    write_table(["'heading", "=heading"], rows, out)
    out.seek(0)
    assert [["'heading", "=heading"], *rows] == list(read_table(out))
    assert not out.closed


@given(texts())
@example("")
def test_making_a_cell_safe_can_be_undone(text):
    assert text == unsafe(safe(text))


@given(st.lists(st.lists(texts(), min_size=1, max_size=3), max_size=4))
@example([[text] for text in AWKWARD])
def test_a_table_is_rfc_4180_in_utf_8(rows):
    """A cell with a comma, a quotation mark or either half of a line's end stands in quotation marks."""
    out = io.BytesIO()
    write_table(["heading"], rows, out)
    assert [["heading"], *([safe(cell) for cell in row] for row in rows)] == table_of(out.getvalue())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_begins_like_a_formula(start):
    out = io.BytesIO()
    write_table(["heading"], [[f"{start}cmd|' /C calc'!A0", start]], out)
    assert [["heading"], [f"'{start}cmd|' /C calc'!A0", f"'{start}"]] == table_of(out.getvalue())


def test_a_row_that_fails_leaves_the_file_open():
    """Whoever opened the file says what becomes of it."""

    def rows():
        yield ["whole"]
        raise RuntimeError

    out = io.BytesIO()
    with pytest.raises(RuntimeError):
        write_table(["heading"], rows(), out)
    assert not out.closed


@pytest.mark.parametrize("exporter", [export_audit_trail, export_plan])
def test_a_table_has_one_line_of_headings_and_no_mark_before_it(exporter):
    headings = {export_audit_trail: audit_trail_csv.HEADINGS, export_plan: plan_csv.HEADINGS}[exporter]
    assert ",".join(headings).encode() + b"\r\n" == written(exporter, [])


# The audit trail


@given(ledgers())
@example(everything())
def test_the_audit_trail_has_one_row_an_entry(entries):
    _, *rows = read_table(io.BytesIO(written(export_audit_trail, entries)))
    assert len(entries) == len(rows)
    for entry, row in zip(entries, rows, strict=True):
        told = dict(zip(audit_trail_csv.HEADINGS, row, strict=True))
        assert str(entry.position) == told["position"]
        assert entry.reference == told["reference"]
        assert str(entry.version) == told["version"]
        assert entry.recorded_at == datetime.fromisoformat(told["recorded_at"])
        assert told["recorded_at"].endswith("Z")
        assert (entry.effective or "") == told["effective"]
        assert (entry.by.name, entry.by.agency or "", entry.by.role or "") == (told["by"], told["agency"], told["role"])
        assert f"{told['event']}.v1" == entry.type
        assert outlined(entry.event) == (told["what_happened"], told["was"], told["to"])
        assert (entry.reason or "") == told["reason"]
        assert str(entry.source or "") == told["source"]
        assert str(entry.batch) == told["batch"]


def test_the_audit_trail_says_from_what_to_what():
    _, *rows = read_table(io.BytesIO(written(export_audit_trail, a_small_ledger())))
    changes = {row[8]: row[9:12] for row in rows}
    assert ["moved the target date", "Mar-14", "30/06/2014"] == changes["TargetDateRevised"]
    assert ["changed the status", "Not started", "Complete"] == changes["StatusChanged"]
    assert "" == changes["ProgressRecorded"][1]
    _, was, to = changes["ActionUpdated"]
    assert "monitoring: \ntext: =Adopt the policy" == was
    assert "monitoring: Yearly\ntext: =Adopt and use the policy" == to


# The entries


def test_entries_are_restored_from_their_lines_in_any_store(new_place):
    """The way between engines and versions loses nothing."""
    entries = everything()
    lines = written(export_entries, entries)
    with Ledger(new_place()) as ledger:
        assert len(entries) == ledger.restore(read_entries(io.BytesIO(lines)))
        assert entries == list(ledger.entries())
        assert ledger.verify()
        assert lines == written(export_entries, ledger.entries())


@given(ledgers())
def test_the_lines_are_the_entries(entries):
    lines = written(export_entries, entries).splitlines(keepends=True)
    assert [entry.line + b"\n" for entry in entries] == lines
    assert entries == list(read_entries(lines))
    assert entries == list(read_entries(line.replace(b"\n", b"\r\n") for line in lines))


@pytest.mark.parametrize(
    "line",
    [b"not json", b"[]", b"1", b"{}", b'{"position":1}', b"\xff"]
    + [
        b'{"position":%s,"reference":%s,"version":%s,"type":%s}' % row
        for row in [
            (b'"1"', b'"DHR7"', b"1", b'"ReviewOpened.v1"'),
            (b"true", b'"DHR7"', b"1", b'"ReviewOpened.v1"'),
            (b"1", b"7", b"1", b'"ReviewOpened.v1"'),
            (b"1", b'"DHR7"', b"1.0", b'"ReviewOpened.v1"'),
            (b"1", b'"DHR7"', b"1", b"null"),
        ]
    ],
)
def test_a_line_that_is_no_entry_is_named(line):
    whole = written(export_entries, a_small_ledger()[:2])
    with pytest.raises(DamagedEntry, match=r"^Line 3 is not an entry .*; export entries\.jsonl again\.$"):
        list(read_entries([*whole.splitlines(), line]))


def test_a_ledger_of_many_batches_is_restored_whole_or_not_at_all(place):
    """Entries pass through a batch at a time, in one transaction: a fault far behind undoes all that came before."""
    with Ledger() as first:
        reports = [RecordProgress(action="DHR7:WMP:1", note=f"Report {nth}") for nth in range(2_500)]
        first.record(
            OpenReview(review="DHR7", title="Review 7"),
            AddSection(section="DHR7:WMP", heading="Police"),
            CreateAction(action="DHR7:WMP:1", text="Train"),
            *reports,
            by="DHR coordinator",
        )
        entries = list(first.entries())
    with Ledger(place) as ledger:
        with pytest.raises(StoreError, match="Entry 2502 is version 9 of DHR7:WMP:1 where 2500 should be"):
            ledger.restore(iter([*entries[:2501], entries[2501]._replace(version=9)]))
        assert 0 == ledger.head
        assert len(entries) == ledger.restore(iter(entries))
        assert entries == list(ledger.entries())


def test_only_a_whole_ledger_is_restored():
    """What has lost an entry, or has one changed, is refused, and the ledger stays empty."""
    entries = a_small_ledger()
    with Ledger() as ledger:
        for damaged in (entries[1:], entries[:3] + entries[4:], [*entries[:2], entries[2]._replace(version=9)]):
            with pytest.raises(StoreError, match="not a whole ledger, and nothing was restored"):
                ledger.restore(damaged)
            assert 0 == ledger.head
        ledger.restore(entries)
        with pytest.raises(
            BadInput, match=f"only be restored into an empty ledger, and the one in memory holds {len(entries)}; "
        ):
            ledger.restore(entries)
        assert entries == list(ledger.entries())


# The plan


@given(ledgers())
@example(everything())
def test_the_plan_has_one_row_an_action(entries):
    rows = list(read_table(io.BytesIO(written(export_plan, entries))))
    created = [entry for entry in entries if entry.type == "ActionCreated.v1"]
    assert len(created) == len(rows) - 1
    assert sorted(len(row) for row in rows) == [len(plan_csv.HEADINGS)] * len(rows)


def test_the_plan_stands_as_at_a_date():
    """Before the status changed it was another; what is recorded later about an earlier day counts from that day."""

    def cells(as_at: date | None) -> dict[str, list[str]]:
        _, *rows = read_table(io.BytesIO(written(export_plan, a_small_ledger(), as_at=as_at)))
        return {row[3]: [row[5], row[9], row[10]] for row in rows}

    assert {} == cells(date(2013, 12, 30))
    progress = 'December 2013: Pilot begun, "on time"'
    assert {"Train all officers": ["Mar-14", progress, "Not started"]} == cells(date(2014, 1, 27))
    assert {
        "Train all officers": ["Mar-14", progress, "Not started"],
        "=Adopt the policy": ["ongoing", "", "Ongoing"],
    } == cells(date(2014, 1, 28))
    assert {
        "Train all officers": ["30/06/2014", progress, "Complete"],
        "=Adopt and use the policy": ["ongoing", "", "Withdrawn"],
    } == cells(None)
