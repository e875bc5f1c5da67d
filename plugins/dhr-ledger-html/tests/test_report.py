"""The page keeps the contract of an exporter, says all that the plan and its entries say, and breaks on no text."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dhr_ledger import Entry, Ledger, action_plan, export, sentence
from dhr_ledger.action import (
    AttachEvidence,
    ChangeStatus,
    CreateAction,
    RecordProgress,
    ReviseTargetDate,
    SupersedeAction,
    WithdrawAction,
)
from dhr_ledger.annotation import AnnotateEntry
from dhr_ledger.audience import audience
from dhr_ledger.errors import BadOption, UnknownReference
from dhr_ledger.example import LAST_MOMENT, load_example
from dhr_ledger.legible import illegible, legible
from dhr_ledger.plan import day_month_year, progress_cell
from dhr_ledger.questions import by_progress, overdue, standing
from dhr_ledger.review import AddSection, MakeRecommendation, OpenReview, ReachStage
from dhr_ledger.testing import check_exporter, ledgers
from dhr_ledger.testing.strategies import everything
from dhr_ledger_html import export_report

VOID = {"meta", "input", "br", "hr", "link", "img"}


class Parsed(HTMLParser):
    """A page as a parser sees it: its elements in order, with what stands in each."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[int, str] = {}
        self.text = ""
        self.unclosed: list[int] = []
        self.faults: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        twice = [name for name, number in Counter(name for name, _ in attrs).items() if number > 1]
        self.faults += [f"<{tag}> has {name} twice" for name in twice]
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.unclosed.append(len(self.elements) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.unclosed or self.elements[self.unclosed[-1]][0] != tag:
            self.faults.append(f"</{tag}> closes nothing")
        else:
            self.unclosed.pop()

    def handle_data(self, data: str) -> None:
        for number in self.unclosed:
            self.texts[number] = self.texts.get(number, "") + data
        if not any(self.elements[number][0] in ("script", "style") for number in self.unclosed):
            self.text += data

    def all(self, tag: str, **attributes: str) -> list[str]:
        """What stands in each element called *tag* with these attributes."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            self.texts.get(number, "")
            for number, (name, attrs) in enumerate(self.elements)
            if name == tag and all(attrs.get(key) == value for key, value in wanted.items())
        ]

    def inside(self, anchor: str) -> str:
        """What stands in the element with that id."""
        (number,) = [number for number, (_, attrs) in enumerate(self.elements) if attrs.get("id") == anchor]
        return self.texts.get(number, "")


def page(entries: Iterable[Entry], **options: object) -> str:
    out = io.BytesIO()
    export_report(entries, out, **options)  # type: ignore[arg-type]
    return out.getvalue().decode()


def check_structure(html: str) -> Parsed:
    """Hold *html* to what every page keeps: well formed, ids once, links that lead somewhere, headings in order."""
    parsed = Parsed(html)
    assert ([], []) == (parsed.faults, parsed.unclosed)
    ids = [attrs["id"] for _, attrs in parsed.elements if "id" in attrs]
    assert [] == [anchor for anchor, number in Counter(ids).items() if number > 1]
    links = [attrs["href"] or "" for tag, attrs in parsed.elements if tag == "a"]
    assert [] == [link for link in links if not link.startswith("#") or link[1:] not in ids]
    named = [attrs["aria-labelledby"] for _, attrs in parsed.elements if "aria-labelledby" in attrs]
    labels = [attrs["for"] for tag, attrs in parsed.elements if tag == "label"]
    assert [] == [anchor for anchor in named + labels if anchor not in ids]
    levels = [int(tag[1]) for tag, _ in parsed.elements if re.fullmatch("h[1-6]", tag)]
    assert [1] == [level for level in levels if level == 1] == levels[:1]
    assert [] == [(before, after) for before, after in pairwise(levels) if after > before + 1]
    headers = [attrs for tag, attrs in parsed.elements if tag == "th"]
    assert [] == [attrs for attrs in headers if attrs.get("scope") not in ("col", "row", "rowgroup")]
    assert len(parsed.all("table")) == len(parsed.all("caption"))
    assert not {"form", "img", "iframe", "object", "base", "link"} & {tag for tag, _ in parsed.elements}
    assert [] == [
        attrs for _, attrs in parsed.elements if any(name == "style" or name.startswith("on") for name in attrs)
    ]
    return parsed


@pytest.fixture(scope="module")
def example() -> list[Entry]:
    with load_example(clock=lambda: LAST_MOMENT) as ledger:
        return list(ledger.entries())


@pytest.fixture(scope="module")
def report(example: list[Entry]) -> Parsed:
    return check_structure(page(example))


def words(text: str) -> str:
    return " ".join(text.split())


def recorded(*batches: tuple[object, ...], on: datetime = datetime(2014, 2, 28, 16, 20, tzinfo=UTC)) -> list[Entry]:
    """The entries of a review of one section to which *batches* were recorded, a week apart."""
    now = on
    with Ledger(clock=lambda: now) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review 7"), AddSection(section="DHR7:WMP", heading="Police"), by="Clerk"
        )
        for batch in batches:
            now += timedelta(days=7)
            ledger.record(*batch, by="Clerk")  # type: ignore[arg-type]
        return list(ledger.entries())


# The contract


def test_the_page_keeps_the_contract():
    check_exporter(export_report)


def test_the_page_keeps_the_contract_with_options():
    check_exporter(
        export_report, as_at=date(2014, 3, 31), as_known="2014-05-31", marking="</style><b> “OFFICIAL”\n\x00"
    )


@given(ledgers())
def test_every_ledger_makes_a_well_formed_page(entries):
    check_structure(page(entries))


def test_an_empty_ledger_makes_a_page_that_says_so():
    assert "The ledger has no entries" in check_structure(page([])).text


def test_it_is_there_by_its_name(example, tmp_path):
    made = export(example, "report", tmp_path / "plan.html", options={"as_at": "2014-03-31", "as_known": "2014-04-30"})
    assert "report.html" == made.exporter
    assert "31 March 2014" in made.path.read_text(encoding="utf-8")


# What may run, and what may be asked for


def test_only_its_own_style_and_script_are_allowed(example):
    html = page(example, marking='OFFICIAL"; } </style>')
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    policy = policy.replace("&#39;", "'")
    for kind in ("style", "script"):
        (block,) = re.findall(rf"<{kind}>(.*?)</{kind}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert policy.endswith("base-uri 'none'; form-action 'none'")


def test_it_asks_nobody_for_anything(example):
    html = page(example)
    assert '<html lang="en-GB">' in html
    assert '<meta name="referrer" content="no-referrer">' in html
    assert '<meta name="robots" content="noindex' in html
    assert [] == re.findall(r"(?:src|action|srcset|poster)\s*=|url\(|@import|https?:", html)


# What it says


def test_every_cell_of_every_action_is_on_the_page(example, report):
    for action in action_plan(example).actions.values():
        for cell in (
            action.text,
            action.lead.as_printed,
            action.target_date.as_printed,
            action.status.as_printed,
            action.desired_outcome,
            action.monitoring,
            action.success_measure,
            progress_cell(action),
            *(milestone.note for milestone in action.milestones),
            *(evidence.digest for evidence in action.evidence),
        ):
            assert cell in report.text


def test_every_entry_is_on_the_page_with_its_anchor(example, report):
    for entry in example:
        assert sentence(entry) in report.inside(f"entry-{entry.position}")


def test_every_section_recommendation_and_stage_is_on_the_page(example, report):
    (review,) = action_plan(example).reviews.values()
    for said in (review.title, review.reference, review.partnership, *review.sections.values()):
        assert said in report.text
    for made in review.recommendations.values():
        assert made.text in report.text


def test_the_head_of_the_page_says_what_it_is(example, report):
    head = words(report.all("div", class_="top")[0])
    for said in (
        "As at5 February 2015",
        "Takes inEverything recorded up to 5 February 2015",
        f"Last change taken inentry {example[-1].position}",
        "report.html of dhr-ledger-html",
        "This action plan is a live document and subject to change as outcomes are delivered.",
    ):
        assert said in head


def test_the_figures_are_those_of_the_questions(example, report):
    plan, day = action_plan(example), example[-1].recorded_at.date()
    tiles = [
        words(tile) for figures in report.all("ul", class_="figures") for tile in re.findall(r"\d+ [^\d]+", figures)
    ]
    said = {label: int(number) for number, label in (tile.split(" ", 1) for tile in tiles)}
    counted = by_progress(plan.actions.values())
    assert len(plan.actions) == said["Actions"]
    assert len(overdue(plan, day)) == said["Overdue"]
    assert {"Complete": counted["complete"], "In progress": counted["in progress"]}.items() <= said.items()
    rows = [words(row) for row in report.all("tr")]
    for section in standing(plan, day):
        assert any(row.startswith(f"{words(section.heading)} {section.actions} ") for row in rows)


def test_what_is_late_is_listed_the_longest_first(example, report):
    late = overdue(action_plan(example), LAST_MOMENT.date())
    rows = [words(row) for row in report.all("tr")]
    places = [
        next(n for n, row in enumerate(rows) if f"{found.days} days" in row and found.action.text[:40] in row)
        for found in late
    ]
    assert sorted(places) == places


def test_every_date_that_moved_says_from_what_to_what_why_who_and_when(example, report):
    rows = [words(row) for row in report.all("tr")]
    for entry in example:
        if entry.type.startswith("TargetDateRevised") and entry.reason:
            event = entry.event
            (row,) = [row for row in rows if row.endswith(f"entry {entry.position}")]
            assert row.startswith(f"{event.was.as_printed} {event.to.as_printed}")
            assert entry.reason in row
            assert str(entry.by) in row
            assert day_month_year(entry.recorded_at.date()) in row


def test_every_action_leads_to_its_entries(example):
    html = page(example)
    cards = dict(re.findall(r'<article class="action" id="(action-\d+)"(.*?)</article>', html, re.DOTALL))
    histories: dict[str, set[int]] = {}
    for entry in example:
        if ":" in entry.reference:
            histories.setdefault(entry.reference, set()).add(entry.position)
    for history in histories.values():
        assert history == set(map(int, re.findall(r'href="#entry-(\d+)"', cards[f"action-{min(history)}"])))


def test_a_cell_stands_by_the_entry_that_was_true_last():
    """A date that is typed in later, and was true earlier, changes nothing; the entry that stands is named."""
    action = "DHR7:WMP:1"
    entries = recorded(
        (CreateAction(action=action, text="Train", target_date="Mar-14", status="Ongoing"),),
        (ReviseTargetDate(action=action, to="Jun-14", reason="Late", effective="2014-03-10"),),
        (ReviseTargetDate(action=action, to="May-14", reason="Earlier on", effective="2014-03-08"),),
    )
    card = Parsed(page(entries)).inside("action-3")
    assert re.search(r"Target date\s*Jun-14\s*due 30 June 2014, when the month ends\s*entry 4\D", card)


def test_what_has_ended_was_due_and_ended_when_it_is_said_to():
    """To the precision that was given: July 2014 is not the day in July on which it was typed in."""
    action = "DHR7:WMP:1"
    entries = recorded(
        (CreateAction(action=action, text="Train", target_date="Mar-14", status="Ongoing"),),
        (ReviseTargetDate(action=action, to="Jun-14", reason="Late"),),
        (ChangeStatus(action=action, to="Complete", effective="2014-03"),),
    )
    card = words(Parsed(page(entries)).inside("action-3"))
    assert (
        "Planned for 31 March 2014, was due 30 June 2014, 91 days later. Moved once. Complete since March 2014." in card
    )
    assert "was due 30 June 2014, when the month ended" in card
    assert "21 March 2014" not in card
    assert "now due 30 June 2014" in words(Parsed(page(entries[:-1])).inside("action-3"))


def test_an_action_whose_stage_was_reached_awaits_it_no_longer():
    action = "DHR7:WMP:1"
    waiting = (CreateAction(action=action, text="Train", target_date="Mar-14", status="Post publication"),)
    entries = recorded(waiting, (ReachStage(review="DHR7", stage="published", effective="2014-03-10"),))
    reached = words(Parsed(page(entries, as_at=date(2014, 4, 30))).inside("action-3"))
    assert "Awaited a stage, reached on 10 March 2014 Overdue" in reached
    assert "the stage was reached on 10 March 2014" in reached
    assert "Awaiting a stage" in (before := words(Parsed(page(recorded(waiting))).inside("action-3")))
    assert "reached" not in before


def test_an_entry_that_was_noted_on_leads_to_the_note():
    action = "DHR7:WMP:1"
    entries = recorded(
        (CreateAction(action=action, text="Train"),),
        (AnnotateEntry(reference=action, version=1, note="Misread"),),
    )
    parsed = check_structure(page(entries))
    assert "This is about entry 3." in words(parsed.inside("entry-4"))
    assert "See the later note in entry 4." in words(parsed.inside("entry-3"))


def test_an_action_that_was_replaced_leads_to_the_other():
    entries = recorded(
        (CreateAction(action="DHR7:WMP:1", text="Train"), CreateAction(action="DHR7:WMP:2", text="Retrain")),
        (SupersedeAction(action="DHR7:WMP:1", by="DHR7:WMP:2"), WithdrawAction(action="DHR7:WMP:2", reason="Law")),
    )
    assert '<a href="#action-4">Replaced by' in page(entries)


# On another day, and of a part


def test_as_at_a_day_it_is_the_plan_of_that_day_with_the_entries_of_that_day(example):
    day = date(2014, 3, 31)
    parsed = check_structure(page(example, as_at=day))
    plan = action_plan(example, as_at=day)
    assert len(plan.actions) == len(parsed.all("article", class_="action"))
    late = overdue(plan, day)
    assert f"{len(late)} actions were late on 31 March 2014" in words(parsed.text)
    left_out = [entry for entry in example if entry.since > day]
    assert f"{len(left_out)} entries tell of days after 31 March 2014" in words(parsed.text)
    assert [] == [
        entry.position for entry in left_out if parsed.all("li", id=f"entry-{entry.position}") and entry.version > 1
    ]


def test_as_known_by_a_day_nothing_that_was_recorded_later_is_on_the_page(example):
    parsed = check_structure(page(example, as_known="2013-12-31"))
    last = max(entry.position for entry in example if entry.recorded_at.date() <= date(2013, 12, 31))
    assert f"Entry {last} was the last" in words(parsed.text)
    assert [] == parsed.all("li", id=f"entry-{last + 1}")
    assert "31 December 2013, 23:59:59 UTC" in words(parsed.text)


@pytest.mark.parametrize("section", ["WMP", "BDHR2012/13-04:WMP"])
def test_one_section_alone(example, section):
    parsed = check_structure(page(example, section=section))
    of_it = [entry for entry in example if entry.reference.startswith("BDHR2012/13-04:WMP:")]
    assert len({entry.reference for entry in of_it}) == len(parsed.all("article", class_="action"))
    for entry in of_it:
        assert sentence(entry) in parsed.text
    assert "Children's Social Care" not in parsed.text


def test_a_section_that_is_not_there_is_named_with_the_nearest(example):
    with pytest.raises(UnknownReference, match=r"no section 'BDHR2012/13-04:WPM'.*did you mean 'BDHR2012/13-04:WMP'"):
        page(example, section="BDHR2012/13-04:WPM")


def test_an_option_that_it_does_not_take_is_refused(example, tmp_path):
    with pytest.raises(
        BadOption, match=r"report\.html has no option 'colour'; it takes as_at, as_known, section, marking"
    ):
        export(example, "report", tmp_path / "plan.html", options={"colour": "red"})


def test_the_marking_stands_at_the_top_the_bottom_and_on_every_printed_page(example):
    html = page(example, marking=" official-sensitive\n")
    parsed = check_structure(html)
    marked = ["Protective marking: OFFICIAL-SENSITIVE"] * 2
    assert marked == parsed.all("p", class_="marking")
    body = words(html.partition("<body>")[2])
    assert body.index("OFFICIAL-SENSITIVE") < body.index("<h1") < body.index("</main>") < body.rindex("OFFICIAL-S")
    assert 2 == html.count('content: "OFFICIAL\\00002dSENSITIVE"')
    assert "marking" not in [attrs.get("class") for _, attrs in Parsed(page(example)).elements]


def test_an_action_keeps_its_anchor_when_the_plan_grows(example):
    """A link to an action that somebody sent last year holds in this year's page."""
    then = set(re.findall(r'<article class="action" id="(action-\d+)"', page(example[:120])))
    assert then <= set(re.findall(r'<article class="action" id="(action-\d+)"', page(example)))


def test_part_of_a_review_makes_a_page(example):
    """A host may hand over the entries of one action, without those that name its section."""
    reference = "BDHR2012/13-04:WMP:2.1"
    parsed = check_structure(page([entry for entry in example if entry.reference == reference]))
    assert 1 == len(parsed.all("article", class_="action"))


def test_two_reviews_stand_one_after_the_other():
    with Ledger(clock=lambda: datetime(2014, 2, 28, tzinfo=UTC)) as ledger:
        for review in ("DHR7", "DHR8"):
            ledger.record(
                OpenReview(review=review, title=f"Review {review}"),
                AddSection(section=f"{review}:WMP", heading="Police"),
                MakeRecommendation(recommendation=f"{review}:WMP:R1", text="Train"),
                CreateAction(action=f"{review}:WMP:1", text="Train", recommendation=f"{review}:WMP:R1"),
                ReachStage(review=review, stage="published"),
                by="Clerk",
            )
        parsed = check_structure(page(ledger.entries()))
    assert ["Action plans of 2 reviews"] == parsed.all("h1")
    assert {"Review DHR7", "Review DHR8"} <= set(parsed.all("h3"))
    assert ["Action DHR7:WMP:1", "Action DHR8:WMP:1"] == [words(h).replace("1 DHR", "DHR") for h in parsed.all("h6")]


# Hostile text

HOSTILE = (
    "</script><script>alert(1)</script>",
    "</style><svg onload=alert(1)>",
    "<!--",
    "]]> &lt; &amp;amp; &#0;",
    '"\' onfocus=alert(1) autofocus x="',
    "=cmd|' /C calc'!A0",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "\u202egnirts\u2066",
    "\u2069\u202c",
    "NUL \x00 ESC \x1b NEL \x85 DEL \x7f",
    "\uf0b7 bullet \ue000 private \ufffe \U0010ffff",
    "Dŵr قسم 审查 \U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301",
    "x" * 100_000,
    "\r\n\r \n\t line",
)


def hostile_entries() -> list[Entry]:
    now = datetime(2014, 2, 28, tzinfo=UTC)
    with Ledger(clock=lambda: now) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title=HOSTILE[0], partnership=HOSTILE[1]),
            AddSection(section="DHR7:WMP", heading=HOSTILE[8] + HOSTILE[4]),
            by=HOSTILE[5],
        )
        for number, text in enumerate(HOSTILE, 1):
            action = f"DHR7:WMP:{number}"
            ledger.record(
                CreateAction(
                    action=action, text=text, lead=text, desired_outcome=text, monitoring=text, target_date="Mar-13"
                ),
                RecordProgress(action=action, note=text),
                AttachEvidence(action=action, name=text, digest=f"sha256:{'0' * 64}", kept_at=text),
                ReviseTargetDate(action=action, to="Apr-13"),
                ChangeStatus(action=action, to="Ongoing"),
                by="Clerk",
                reason=text,
            )
        return list(ledger.entries())


def test_hostile_text_is_text():
    html = page(hostile_entries(), marking=HOSTILE[0])
    parsed = check_structure(html)
    assert (1, 1) == (html.count("<script>"), html.count("</script>"))
    assert [] == re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\ue000-\uf8ff]", html)
    for text in HOSTILE:
        assert words(legible(text)) in words(parsed.text)


def test_what_cannot_be_shown_is_counted_where_it_stands():
    entries = recorded((CreateAction(action="DHR7:WMP:1", text="NUL \x00 here", lead="\ue000\uf0b7"),))
    parsed = check_structure(page(entries))
    assert "NUL � here" in parsed.text
    assert "�•" in parsed.text
    said = words(parsed.text)
    assert "4 characters cannot be shown on a page, and stand as �" in said
    assert "the action WMP:1: 2 characters" in said
    assert "entry 3: 2 characters" in said


def test_every_awkward_text_there_is_makes_a_well_formed_page():
    check_structure(page(everything()))


@given(st.text())
def test_a_text_that_can_be_shown_stands_as_it_is(text):
    shown = legible(text)
    assert shown == legible(shown)
    assert 0 == illegible(shown)
    if text.isprintable() and not illegible(text):
        assert text == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a\u202eb\u202c"),
        ("\u2067a\nb\u2069", "\u2067a\u2069\nb�"),
        ("\u2066\u202bab\u202c\u2069", "\u2066\u202bab\u202c\u2069"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\uf0fc done", "✓ done"),
        ("\ud800", "�"),
        ("ŵ\u200d\u00ad", "ŵ\u200d\u00ad"),
    ],
)
def test_how_a_text_is_made_legible(text, shown):
    assert shown == legible(text)


# Size


def test_twice_as_many_actions_are_twice_the_work():
    """Counted in calls of functions, so that no clock is asked."""

    def calls(actions: int) -> int:
        batch = [
            CreateAction(action=f"DHR7:WMP:{n}", text=f"Action {n}", target_date="Mar-14", status="Ongoing")
            for n in range(actions)
        ]
        moved = [
            ReviseTargetDate(action=f"DHR7:WMP:{n}", to="Jun-14", reason="The pilot was extended")
            for n in range(actions)
        ]
        entries = recorded(tuple(batch), tuple(moved))
        page(entries)  # whatever is worked out once is
        count = 0

        def counted(frame: object, event: str, argument: object) -> None:
            nonlocal count
            count += event == "call"

        sys.setprofile(counted)
        try:
            page(entries)
        finally:
            sys.setprofile(None)
        return count

    assert calls(200) < 2.2 * calls(100)


def test_the_top_of_the_page_explains_what_is_withheld(example):
    said = "[withheld] stands for words that the ledger holds and this document does not show"
    assert said in check_structure(page(audience("public").shown(example))).text
    assert said not in check_structure(page(example)).text
