"""Every rule of the contract bites: for each there is an exporter that breaks it, and is told so."""

from __future__ import annotations

import io
import os
import socket
import time
import zipfile
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pytest
from hypothesis import given, settings

from dhr_ledger.entry import EVENTS
from dhr_ledger.errors import BadOption, ImportRefused
from dhr_ledger.importers.csv import read_csv
from dhr_ledger.imports.grid import Grid
from dhr_ledger.testing.contract import _words_in, check_exporter, check_importer
from dhr_ledger.testing.strategies import AWKWARD, commands, events, everything, ledgers

if TYPE_CHECKING:
    from dhr_ledger.entry import Entry

LEFT_BESIDE = "left-beside-the-file.txt"


def write_references(entries: Iterable[Entry], out: BinaryIO, *, ending: str = "\n") -> None:
    """A good exporter: a line for each entry, though it names `Entry` for type checkers alone."""
    out.writelines(f"{entry.position} {entry.reference}{ending}".encode() for entry in entries)


def write_undocumented(entries: Iterable[Entry], out: BinaryIO) -> None:
    write_references(entries, out)


def fail_on_private_bullets(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that cannot take every cell."""
    for entry in entries:
        out.write(getattr(entry.event, "note", "").replace("\uf0b7", "\ud800").encode("utf-8"))


def read_the_time(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that says when it was made."""
    write_references(entries, out)
    out.write(time.strftime("%H:%M:%S").encode())


def read_the_day(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that says on which day it was made."""
    write_references(entries, out)
    out.write(datetime.now(UTC).strftime("%d %B %Y").encode())


_SEEN: set[str] = set()


def show_what_it_was_shown_before(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that keeps a name, and shows it to those from whom it is withheld."""
    names = [entry.by.name for entry in entries]
    _SEEN.update(name for name in names if name.startswith("Somebody"))
    out.write("\n".join(sorted({*names, *_SEEN})).encode())


def read_the_day_in_secret(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that leaves out what lies in the future."""
    today = date.today()  # noqa: DTZ011
    out.writelines(f"{entry.position}\n".encode() for entry in entries if entry.recorded_at.date() <= today)


def follow_the_order_of_hashing(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that iterates over a set."""
    out.write("\n".join({entry.reference for entry in entries}).encode())


def leave_the_encoding_to_the_machine(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that names no encoding."""
    text = io.TextIOWrapper(out)
    for entry in entries:
        print(entry.by, file=text)
    text.detach()


def greet_at_home(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that knows where it lives."""
    write_references(entries, out)
    out.write(os.fsencode(Path.home()))


def count_its_calls(entries: Iterable[Entry], out: BinaryIO, calls: list[None] = []) -> None:  # noqa: B006
    """An exporter that remembers."""
    calls.append(None)
    write_references(entries, out)
    out.write(b"%d" % len(calls))


def read_twice(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that counts before it writes."""
    out.write(b"%d\n" % sum(1 for _ in entries))
    write_references(entries, out)


def tidy_the_entries(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that changes what it was given."""
    for entry in entries:
        if entry.type == "ActionUpdated.v1":
            entry.event.changes.clear()
        out.write(entry.body)


def close_the_file(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that forgets to detach its wrapper."""
    text = io.TextIOWrapper(out, encoding="utf-8")
    text.writelines(f"{entry.reference}\n" for entry in entries)


def hide_a_damaged_entry(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that takes what it gets."""
    try:
        write_references(entries, out)
    except Exception:
        out.write(b"(the rest could not be read)")


def hide_a_full_disk(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that hopes for the best."""
    lines = [f"{entry.reference}\n" for entry in entries]
    try:
        out.write("".join(lines).encode())
    except OSError:
        return


def write_beside_the_file(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that keeps a file of its own."""
    write_references(entries, out)
    Path(LEFT_BESIDE).write_text("left")


def write_far_away(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that keeps a file of its own where it was defined, and takes it away again."""
    write_references(entries, out)
    far = Path(__file__).with_name(LEFT_BESIDE)
    far.write_text("left")
    far.unlink()


def phone_home(entries: Iterable[Entry], out: BinaryIO) -> None:
    """An exporter that tells somebody."""
    write_references(entries, out)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.connect(("127.0.0.1", 9))


def need_an_option(entries: Iterable[Entry], out: BinaryIO, *, title: str) -> None:
    """An exporter that cannot do without an option."""
    out.write(title.encode())
    write_references(entries, out)


@pytest.mark.usefixtures("few_examples")
def test_a_good_exporter_passes():
    check_exporter(write_references)
    check_exporter(write_references, ending="\r\n")
    check_exporter(need_an_option, title="Plan")


@pytest.fixture
def few_examples():
    """A profile under which the contract is quickly gone through."""
    before = settings.get_current_profile_name()
    settings.register_profile("few", settings.get_profile(before), max_examples=8)
    settings.load_profile("few")
    yield
    settings.load_profile(before)


@pytest.mark.usefixtures("few_examples")
@pytest.mark.parametrize(
    ("exporter", "fault"),
    [
        (write_undocumented, "has no docstring"),
        (fail_on_private_bullets, "failed on a ledger of .*: UnicodeEncodeError"),
        (read_the_time, "wrote other bytes .* take times from the entries"),
        (read_the_day, r"read the clock \(test_contract.py, line \d+\); take the time from the entries"),
        (read_the_day_in_secret, "read the clock"),
        (follow_the_order_of_hashing, "wrote other bytes later, .* order of hashing.* sort what has no order"),
        (leave_the_encoding_to_the_machine, "failed in another process, with another locale.* UnicodeEncodeError"),
        (greet_at_home, "wrote other bytes later, .* home"),
        (count_its_calls, "wrote other bytes the second time"),
        (read_twice, "asked for the entries twice"),
        (tidy_the_entries, r"changed \[<Entry .*\]; copy what you want to change"),
        (close_the_file, "closed its file"),
        (hide_a_damaged_entry, "swallowed an error that the entries raised"),
        (hide_a_full_disk, "swallowed the error of a full disk"),
        (write_beside_the_file, f"wrote {LEFT_BESIDE} in the working folder; write to `out` and nowhere else"),
        (write_far_away, f"wrote .*{LEFT_BESIDE}; write to `out` and nowhere else"),
        (show_what_it_was_shown_before, "wrote 'Somebody Unseen', which was withheld from it"),
        (phone_home, "called .*127.0.0.1.* over the network"),
        (lambda entries, out: None, "has no docstring"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_bad_exporter_is_told_what_it_does_wrong(exporter, fault, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssertionError, match=fault) as told:
        check_exporter(exporter)
    assert exporter.__qualname__ in str(told.value)


@pytest.mark.usefixtures("few_examples")
def test_a_file_that_is_kept_is_held_against_the_next(tmp_path):
    """It is made where it is missing, to be looked at, and another byte is told with its place."""
    kept = tmp_path / "golden" / "references.txt"
    with pytest.raises(AssertionError, match=r"There was no .*references\.txt, and it was made; look at it"):
        check_exporter(write_references, kept)
    check_exporter(write_references, kept)
    kept.write_bytes(kept.read_bytes().replace(b"1 ", b"2 ", 1))
    with pytest.raises(AssertionError, match=r"wrote other bytes than those that are kept in references\.txt"):
        check_exporter(write_references, kept)


def test_what_is_withheld_is_looked_for_in_the_parts_of_an_archive():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", "Somebody Unseen " * 9)
    assert b"Somebody Unseen" not in packed.getvalue()
    assert b"Somebody Unseen" in _words_in(packed.getvalue())


def test_an_exporter_that_no_other_process_can_find_is_told_where_to_stand():
    def within(entries, out):
        """An exporter inside a function."""

    with pytest.raises(AssertionError, match="within cannot be imported; define it at the top level of its module"):
        check_exporter(within)


def test_an_option_that_is_not_the_exporter_s_is_refused():
    with pytest.raises(BadOption, match="write_references has no option 'colour'; it takes ending"):
        check_exporter(write_references, colour="red")
    with pytest.raises(BadOption, match="need_an_option needs the option 'title'"):
        check_exporter(need_an_option)


# Importers


def test_a_good_importer_passes():
    check_importer(read_csv, b"Ref,Action,Status\r\n1,Train,\r\n", "Ref,Action\n1,Dŵr\n".encode("utf-16"))


def read_lines(file: BinaryIO, name: str) -> list[Grid]:
    """A table of one column."""
    return [Grid([(number, [line]) for number, line in enumerate(file.read().decode().splitlines(), start=1)])]


def read_from_nought(file: BinaryIO, name: str) -> list[Grid]:
    """A table whose first row is nobody's."""
    return [Grid([(number, ["cell"]) for number, _ in enumerate(file)])]


def read_numbers(file: BinaryIO, name: str) -> list[Grid]:
    """A table of numbers."""
    return [Grid([(1, [len(file.read())])])]


def read_and_close(file: BinaryIO, name: str) -> list[Grid]:
    """A table, and then no file."""
    with file:
        return [Grid([(1, [repr(file.read())])])]


def read_and_remember(file: BinaryIO, name: str, seen: list[bytes] = []) -> list[Grid]:  # noqa: B006
    """A table that is never the same."""
    seen.append(file.read())
    return [Grid([(1, [str(len(seen))])])]


def refuse_in_silence(file: BinaryIO, name: str) -> list[Grid]:
    """No table, and no reason."""
    raise ImportRefused([])


@pytest.mark.usefixtures("few_examples")
@pytest.mark.parametrize(
    ("importer", "fault"),
    [
        (read_lines, "failed on .*: UnicodeDecodeError: .*; raise `ImportRefused` for what cannot be read"),
        (read_from_nought, r"numbered its rows \[0.*\]; they go upwards from 1 on"),
        (read_numbers, "gave cells that are no text"),
        (read_and_close, "closed its file"),
        (read_and_remember, "read the same bytes as .* and then as"),
        (refuse_in_silence, "refused a file and did not say why"),
    ],
)
def test_a_bad_importer_is_told_what_it_does_wrong(importer, fault):
    with pytest.raises(AssertionError, match=f"^{importer.__name__} {fault}"):
        check_importer(importer)


def test_a_sample_that_is_refused_is_told():
    with pytest.raises(AssertionError, match=r"^read_csv refused a sample that it is to read: a file is no CSV file"):
        check_importer(read_csv, b"%PDF-1.7")


def test_everything_has_every_event_and_every_awkward_text():
    entries = everything()
    assert set(EVENTS) == {entry.type.removesuffix(".v1") for entry in entries}
    notes = {entry.event.note.removesuffix(".") for entry in entries if entry.type == "ProgressRecorded.v1"}
    assert [] == [text for text in AWKWARD if text.removesuffix(".") not in notes]


def test_every_event_is_drawn():
    """Which events come out of the strategies; 19 kinds, each seen among a few hundred."""
    drawn = {"commands": set(), "events": set(), "ledgers": set()}

    @settings(max_examples=1000, derandomize=True)
    @given(commands(), events())
    def draw(command, event):
        drawn["commands"].add(type(command))
        drawn["events"].add(type(event).__name__)

    @settings(max_examples=500, derandomize=True)
    @given(ledgers())
    def record(entries):
        drawn["ledgers"] |= {entry.type.removesuffix(".v1") for entry in entries}

    draw()
    record()
    assert len(EVENTS) == len(drawn["commands"])
    assert set(EVENTS) == drawn["events"]
    assert set(EVENTS) == drawn["ledgers"]
