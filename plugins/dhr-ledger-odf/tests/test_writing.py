"""What `home-office.odt` and `workbook.ods` share: the contract, the package, what cannot be shown, other programs."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, get_args

import openxml_audit
import pytest
from lxml import etree

from dhr_ledger import Entry, Ledger, export
from dhr_ledger.action import CreateAction, RecordProgress, ReviseTargetDate
from dhr_ledger.errors import BadOption, ImportRefused
from dhr_ledger.example import load_example
from dhr_ledger.legible import illegible, legible
from dhr_ledger.review import AddSection, MakeRecommendation, OpenReview
from dhr_ledger.status import Progress
from dhr_ledger.testing import check_exporter
from dhr_ledger.testing.strategies import everything
from dhr_ledger.workbook import COLOURS
from dhr_ledger_odf import export_home_office, export_workbook
from dhr_ledger_odf.reading import read_ods, read_odt
from dhr_ledger_odf.vocabulary import odf

BOTH = pytest.mark.parametrize("function", [export_home_office, export_workbook])
SOFFICE = pytest.mark.skipif(not shutil.which("soffice"), reason="there is no LibreOffice here to open it with")
ENDINGS = {export_home_office: ".odt", export_workbook: ".ods"}
READERS = {export_home_office: read_odt, export_workbook: read_ods}
HOSTILE = (
    '=HYPERLINK("https://example.org","click")',
    "of:=1+1",
    "-2+3+cmd|' /C calc'!A0",
    "<text:p>&amp;&#0;]]></text:p><!-- --><?xml?>",
    "\x00\x01\x0b\x0c\x1f\x7f\x85 control characters",
    "\uf0b7 from Word \uf0fc",
    "\ue000\U0010fffd\ufffe\uffff\ufdd0 private use",
    "\u202eturned and not closed",
    "closed \u202c and never opened, \u200f with a mark",
    "Ŵyn Ŷnys · Ιωάννα · Юлия · Nguyễn Đỗ · محمد فاطمة · שרה"
    " · ਗੁਰਪ੍ਰੀਤ · பட்டேல் · สมชาย · Անի · 王小明 · さくら · 김민지 · ሰላም",
    "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 ✅ 🇬🇧",
    "two\r\nlines, a\ttab,  two spaces and\u00a0one that holds\n\n- a list\n  - and in it",
    " a space before,\n one in the next line, \t and one on either side of a tab",
    "unbreakable" * 400,
)
LONG = ("A cell that somebody has pasted a whole report into. " * 2000)[:100_000]

Export = Callable[..., None]


def written(function: Export, entries: Iterable[Entry], **options: Any) -> bytes:
    out = io.BytesIO()
    function(entries, out, **options)
    return out.getvalue()


def ledger_of(cells: Sequence[str]) -> list[Entry]:
    """A plan in which each of *cells* is an action, a report of progress, and the reason for another target date."""
    with Ledger(clock=lambda: datetime(2014, 2, 27, 14, 5, 30, 250, tzinfo=UTC)) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review of <DHR7>", partnership="Northshire & <CSP>"),
            AddSection(section="DHR7:WMP", heading="West & Police"),
            AddSection(section="DHR7:EY", heading="Early Years"),
            MakeRecommendation(recommendation="DHR7:WMP:R1", text="Learn from it", scope="local"),
            by="DHR coordinator",
        )
        commands = [
            command
            for number, cell in enumerate(cells, start=1)
            for command in (
                CreateAction(
                    action=f"DHR7:WMP:{number}", text=f"{cell}.", target_date="Mar-14", recommendation="DHR7:WMP:R1"
                ),
                RecordProgress(action=f"DHR7:WMP:{number}", note=f"{cell}."),
                ReviseTargetDate(action=f"DHR7:WMP:{number}", to="Jun-14", reason=f"{cell}."),
            )
        ]
        for at in range(0, len(commands), 300):
            ledger.record(*commands[at : at + 300], by="DHR coordinator")
        return list(ledger.entries())


@cache
def example() -> tuple[Entry, ...]:
    with load_example() as ledger:
        return tuple(ledger.entries())


def part(data: bytes, name: str) -> etree._Element:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(f"{name}.xml"), etree.XMLParser(huge_tree=True))


def read(function: Export, data: bytes) -> list[list[tuple[str, ...]]]:
    """The cells of each table, as our own reader reads them."""
    return [[tuple(map(str, cells)) for _, cells in grid.rows] for grid in READERS[function](io.BytesIO(data), "plan")]


# The contract


@BOTH
@pytest.mark.parametrize("options", [{}, {"marking": "official", "audience": "panel", "as_at": date(2014, 3, 1)}])
def test_the_exporter_keeps_the_contract(function, options):
    check_exporter(function, **options)


def test_on_the_other_paper_too():
    check_exporter(export_home_office, paper="a4", since=date(2014, 1, 1))


@BOTH
def test_it_is_found_by_what_it_is_for_and_the_ending_of_the_file(function, tmp_path):
    name = {export_home_office: "home-office", export_workbook: "workbook"}[function]
    made = export(example(), name, tmp_path / f"plan{ENDINGS[function]}", options={"marking": "official"})
    assert f"{name}{ENDINGS[function]}" == made.exporter
    assert written(function, example(), marking="official") == made.path.read_bytes()


@pytest.mark.parametrize("paper", ["a5", "A3", ""])
def test_another_paper_is_refused(tmp_path, paper):
    with pytest.raises(BadOption, match="paper"):
        export(example(), "home-office", tmp_path / "plan.odt", options={"paper": paper})


def test_nobody_waits_for_lxml_who_writes():
    """Nor for the rest of the package who only lists what there is."""
    lazy = "import sys, dhr_ledger_odf; sys.exit(len([m for m in sys.modules if m.startswith('dhr_ledger_odf.')]) - 1)"
    assert 0 == subprocess.run([sys.executable, "-c", lazy], check=False).returncode


# The package


@BOTH
def test_the_package_tells_its_type_first_and_nothing_of_the_machine(function):
    """ODF 1.3 part 3: `mimetype` stands first and unpacked, and the manifest lists every part."""
    archive = zipfile.ZipFile(io.BytesIO(written(function, example())))
    first, *rest = archive.infolist()
    kind = {export_home_office: "text", export_workbook: "spreadsheet"}[function]
    media_type = f"application/vnd.oasis.opendocument.{kind}"
    assert ("mimetype", zipfile.ZIP_STORED, b"") == (first.filename, first.compress_type, first.extra)
    assert media_type == archive.read(first).decode()
    manifest = archive.read("META-INF/manifest.xml").decode()
    listed = re.findall('full-path="([^"]+)"', manifest)
    assert ["/", *(info.filename for info in rest if info.filename.endswith(".xml"))][:-1] == listed
    assert {(1980, 1, 1, 0, 0, 0)} == {info.date_time for info in archive.infolist()}
    assert manifest.count(f'"{media_type}"') == 1


@BOTH
def test_the_properties_say_what_it_is_and_what_it_was_made_from(function):
    meta = part(written(function, example(), marking="official"), "meta")
    said = {etree.QName(element).localname: element.text for element in meta[0]}
    assert (
        "Action plan: Domestic Homicide Review Action Plan in Respect of BDHR2012/13-04, as at 5 February 2015"
        == said["title"]
    )
    assert ("en-GB", "2015-02-05T11:00:00Z", "2015-02-05T11:00:00Z") == (
        *(said["language"], said["date"], said["creation-date"]),
    )
    assert said["description"].startswith("OFFICIAL. ")
    assert ["domestic homicide review", "action plan", "BDHR2012/13-04"] == [
        keyword.text for keyword in meta.iter(odf("meta:keyword"))
    ]
    (head,) = meta.iter(odf("meta:user-defined"))
    assert ("dhr-ledger-head", "float", str(len(example()))) == (*head.attrib.values(), head.text)


@BOTH
def test_a_plan_as_it_stood_on_a_day_is_not_for_handing_in_again(function):
    """It says that day, and not what it was made from: the ledger held more by then."""
    data = written(function, example(), as_at=date(2014, 3, 31))
    [property_] = part(data, "meta").iter(odf("meta:user-defined"))
    assert ("dhr-ledger-as-at", "string", "2014-03-31") == (*property_.attrib.values(), property_.text)
    with pytest.raises(ImportRefused) as refused:
        READERS[function](io.BytesIO(data), f"plan{ENDINGS[function]}")
    assert (
        f"plan{ENDINGS[function]} shows the plan as it stood on 31 March 2014 and is not for handing in again; "
        "export it without --as-at for that.",
    ) == refused.value.faults


@BOTH
@pytest.mark.parametrize("entries", [[], example(), everything()], ids=["nothing", "example", "everything"])
def test_every_part_is_what_the_schema_of_odf_1_3_allows(function, entries):
    folder = Path(openxml_audit.__file__).parent / "odf" / "schemas" / "odf-1.3"
    of_parts = etree.RelaxNG(etree.parse(folder / "OpenDocument-v1.3-schema.rng"))
    of_manifest = etree.RelaxNG(etree.parse(folder / "OpenDocument-v1.3-manifest-schema.rng"))
    data = written(function, entries, marking="official", audience="panel")
    for name in zipfile.ZipFile(io.BytesIO(data)).namelist()[1:]:
        schema = of_manifest if "manifest" in name else of_parts
        schema.assertValid(etree.ElementTree(part(data, name.removesuffix(".xml"))))


# What cannot be shown


@BOTH
@pytest.mark.parametrize("cell", HOSTILE)
def test_every_text_is_a_text_and_all_of_it_is_there(function, cell):
    """It is read back to the character, but for what cannot be shown; a tab in a spreadsheet is a space."""
    cells = [cell for table in read(function, written(function, ledger_of([cell]))) for row in table for cell in row]
    expected = legible(f"{cell}.")
    assert (re.sub(r" ?\t", " ", expected) if function is export_workbook else expected) in cells


@BOTH
def test_what_cannot_be_shown_is_counted_on_the_first_page(function):
    what = {export_home_office: "document", export_workbook: "workbook"}[function]
    data = written(function, ledger_of(HOSTILE))
    first = next(word for word in part(data, "content").itertext() if "no letter in this" in word)
    replaced = sum(word.count("�") for word in part(data, "content").itertext()) - 1
    assert f"{replaced} characters have no letter in this {what} and are shown as �; the ledger keeps them." == first
    assert 0 < sum(map(illegible, HOSTILE)) <= replaced
    assert b"no letter in this" not in zipfile.ZipFile(io.BytesIO(written(function, example()))).read("content.xml")


@BOTH
def test_nothing_is_a_formula_or_fetches_anything(function):
    content = part(written(function, ledger_of(HOSTILE)), "content")
    assert not [name for node in content.iter() for name in node.attrib if name == odf("table:formula")]
    links = [value for node in content.iter() for name, value in node.attrib.items() if "xlink}href" in name]
    assert all(link.startswith("#") for link in links)


@BOTH
def test_a_cell_of_a_hundred_thousand_characters_is_kept_whole(function):
    """A text divides it into paragraphs, each after a space."""
    cells = [cell for table in read(function, written(function, ledger_of([LONG]))) for row in table for cell in row]
    assert f"{LONG}.".split() in [cell.split() for cell in cells]


@BOTH
def test_two_thousand_actions_are_all_there(function):
    tables = read(function, written(function, ledger_of([f"Train team {nth}" for nth in range(2000)])))
    whole = {cell for table in tables for row in table for cell in row}
    assert {f"Train team {nth}." for nth in range(2000)} <= whole


# Colours


@pytest.mark.parametrize("progress", get_args(Progress))
def test_every_status_has_a_tint_on_which_it_can_be_read(progress):
    """At 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    light, dark = (luminance(colour) for colour in reversed(COLOURS[progress]))
    assert (light + 0.05) / (dark + 0.05) > 4.5


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# Other programs


@SOFFICE
@BOTH
@pytest.mark.parametrize("cells", [None, [*HOSTILE, LONG]], ids=["example", "hostile"])
def test_what_libreoffice_saves_of_it_is_read_like_it(function, cells, tmp_path):
    """It is opened without repair, its tables go through whole, and so does what it was made from.

    Only tabs are not tried: LibreOffice (7.4) reads and shows them, and leaves them out of a cell that it saves.
    """
    entries = example() if cells is None else ledger_of([cell.replace("\t", " ") for cell in cells])
    data = written(function, entries, marking="official")
    source = tmp_path / f"plan{ENDINGS[function]}"
    source.write_bytes(data)
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    convert = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        ENDINGS[function][1:],
        "--outdir",
        str(tmp_path / "saved"),
    ]
    subprocess.run([*convert, str(source)], check=True, capture_output=True, timeout=300)
    saved = (tmp_path / "saved" / source.name).read_bytes()
    assert trimmed(read(function, data)) == trimmed(read(function, saved))
    [head] = [grid.made_from for grid in READERS[function](io.BytesIO(saved), "plan")][:1]
    assert part(data, "meta").find(f".//{odf('meta:user-defined')}").text == str(head)


def trimmed(tables: Iterable[Iterable[Iterable[str]]]) -> list[list[list[list[str]]]]:
    """The words of each cell; a program may write white space otherwise."""
    return [[[cell.split() for cell in row] for row in table] for table in tables]
