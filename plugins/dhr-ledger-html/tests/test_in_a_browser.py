"""The page in a real browser: nothing for axe to find, no sideways scrolling, and a filter that a keyboard can work.

Needs Chromium and the packages `playwright` and `axe-playwright-python`; where one is missing, it is skipped.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from dhr_ledger import Ledger
from dhr_ledger.action import CreateAction
from dhr_ledger.example import LAST_MOMENT, load_example
from dhr_ledger.review import AddSection, OpenReview
from dhr_ledger.testing.strategies import everything
from dhr_ledger_html import export_report

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MISSING = [name for name in ("playwright", "axe_playwright_python") if find_spec(name) is None]
MISSING += [] if CHROMIUM else ["Chromium"]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"there is no {' and no '.join(MISSING)} here")

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW = {"width": 1200, "height": 900}, {"width": 320, "height": 800}


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, Path]:
    """Pages as files: the example, the most awkward ledger there is, and one without entries."""
    folder = tmp_path_factory.mktemp("reports")
    with load_example(clock=lambda: LAST_MOMENT) as ledger:
        entries = {"example": list(ledger.entries()), "awkward": everything(), "empty": []}
    for name, told in entries.items():
        with open(folder / f"{name}.html", "wb") as out:
            export_report(told, out, marking="OFFICIAL-SENSITIVE")
    return {name: folder / f"{name}.html" for name in entries}


@pytest.fixture
def opened(browser, reports) -> Iterator[object]:
    """Opens a page under its own policy, and holds it to saying nothing on the console."""
    said: list[str] = []
    contexts = []

    def open_page(name: str = "example", **screen: object) -> object:
        contexts.append(browser.new_context(**screen))
        page = contexts[-1].new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
        page.goto(reports[name].as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [] == said


@contextmanager
def laid_out(browser, file: Path, **screen: object) -> Iterator[Any]:
    """The page with all of it laid out, in sight or not, past the policy that lets in nobody."""
    context = browser.new_context(bypass_csp=True, **screen)
    page = context.new_page()
    page.goto(file.as_uri())
    page.add_style_tag(content="* { content-visibility: visible !important }")
    yield page
    context.close()


def faults(browser, file: Path, options: dict[str, object], **screen: object) -> list[object]:
    """What axe finds."""
    from axe_playwright_python.sync_playwright import Axe

    with laid_out(browser, file, **screen) as page:
        found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [(fault["id"], [node["html"][:200] for node in fault["nodes"][:3]]) for fault in found]


@pytest.mark.parametrize("name", ["example", "awkward", "empty"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_no_fault(browser, reports, viewport, name):
    """WCAG 2.2 AA and good practice."""
    every_rule = {"runOnly": RULES, "rules": {"color-contrast": {"enabled": False}}}
    assert [] == faults(browser, reports[name], every_rule, viewport=viewport)


@pytest.mark.parametrize("name", ["example", "awkward"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_they_stand_on(browser, reports, scheme, name):
    """WCAG 2.2, 1.4.3: every colour scheme has its own colours, which no other rule looks at."""
    contrast = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    assert [] == faults(browser, reports[name], contrast, color_scheme=scheme)


@pytest.mark.parametrize("name", ["example", "awkward", "empty"])
def test_a_narrow_page_does_not_scroll_sideways(browser, reports, name):
    """320 CSS pixels: WCAG 2.2, 1.4.10."""
    with laid_out(browser, reports[name], viewport=NARROW) as page:
        assert 320 == page.evaluate("document.documentElement.scrollWidth")


def test_without_scripts_everything_is_there(opened):
    page = opened(java_script_enabled=False)
    assert 48 <= page.locator("article.action:visible").count() == page.locator("article.action").count()
    assert page.locator("#filter").is_hidden()
    assert page.locator("ol.entries > li").last.is_visible()


def shown(page) -> str:
    return page.locator("#shown").text_content()


def wait_until_shown(page, words: str) -> None:
    page.locator("#shown").filter(has_text=words).wait_for()


def test_the_filter_shows_what_was_asked_for_and_says_how_much(opened):
    page = opened()
    every = page.locator("article.action").count()
    assert f"{every} actions" == shown(page)

    page.locator("#status").select_option("overdue")
    late = page.locator("article.action:visible")
    assert f"{late.count()} of {every} actions shown" == shown(page)
    assert late.count() == page.locator("article.action:visible .tag.overdue").count() > 0
    assert page.locator(".section:visible").count() < page.locator(".section").count()

    page.locator("#agency").select_option(label="West Midlands Police")
    assert {"BDHR2012/13-04:WMP"} == {
        reference.rpartition(":")[0] for reference in page.locator(".action:visible .reference").all_text_contents()
    }

    page.locator("#clear").click()
    assert f"{every} actions" == shown(page)
    page.locator("#due-from").fill("2014-01-01")
    page.locator("#due-to").fill("2014-03-31")
    page.locator("#due-to").dispatch_event("change")
    due = [card.get_attribute("data-due") for card in page.locator("article.action:visible").all()]
    assert due
    assert all("2014-01-01" <= day <= "2014-03-31" for day in due)


def test_the_search_finds_words_in_any_order_and_any_case(opened):
    page = opened()
    page.locator("#words").fill("COURSE findings")
    wait_until_shown(page, " of ")
    cards = page.locator("article.action:visible").all_text_contents()
    assert cards
    assert all("course" in card.lower() and "findings" in card.lower() for card in cards)
    page.locator("#words").fill("nobody ever wrote this")
    wait_until_shown(page, "0 of ")


def test_a_count_leads_to_the_actions_it_counts_by_keyboard_alone(opened):
    page = opened()
    page.keyboard.press("Tab")
    assert "Skip to the main content" == page.evaluate("document.activeElement.textContent")
    count = page.locator("table.standing td.overdue a").first
    number = int(count.evaluate("link => link.firstChild.textContent"))
    count.focus()
    page.keyboard.press("Enter")
    assert "actions" == page.evaluate("document.activeElement.id")
    assert number == page.locator("article.action:visible").count()
    page.keyboard.press("Tab")
    assert "words" == page.evaluate("document.activeElement.id")
    page.keyboard.type("zzz")
    wait_until_shown(page, "0 of ")


def test_every_stop_of_the_keyboard_can_be_seen(opened):
    page = opened()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "(() => { const one = document.activeElement, box = one.getBoundingClientRect(); return"
            " [one.outerHTML.slice(0, 80), getComputedStyle(one).outlineStyle, box.width > 1, box.bottom > 0]; })()"
        )
        assert ["solid", True, True] == seen[1:], seen


def test_a_link_to_an_action_that_is_filtered_out_shows_it(opened):
    page = opened()
    page.locator("#words").fill("zzz")
    wait_until_shown(page, "0 of ")
    page.locator("#overdue ~ table th a").first.click()
    page.locator("#shown").filter(has_not_text=" of ").wait_for()
    assert page.locator("article.action:target").is_visible()


def test_the_search_does_not_wait_among_three_hundred_actions(browser, tmp_path):
    """A change to the filter is one pass over the actions: it touches no layout until it is done."""
    with Ledger(clock=lambda: datetime(2014, 2, 28, tzinfo=UTC)) as ledger:
        ledger.record(
            OpenReview(review="DHR7", title="Review 7"),
            *(AddSection(section=f"DHR7:S{n}", heading=f"Agency {n}") for n in range(10)),
            *(
                CreateAction(action=f"DHR7:S{n % 10}:{n}", text=f"Action {n}", target_date=date(2014, 1 + n % 12, 1))
                for n in range(300)
            ),
            by="Clerk",
        )
        with open(tmp_path / "large.html", "wb") as out:
            export_report(ledger.entries(), out)
    context = browser.new_context()
    page = context.new_page()
    page.goto((tmp_path / "large.html").as_uri())
    page.locator("#agency").select_option(label="Agency 3")
    assert "30 of 300 actions shown" == shown(page)
    context.close()


def test_the_page_prints_with_its_marking_at_the_top_and_bottom_of_every_sheet(opened):
    pdfplumber = pytest.importorskip("pdfplumber")
    printed = opened().pdf(prefer_css_page_size=True, page_ranges="1-3")
    with pdfplumber.open(io.BytesIO(printed)) as document:
        assert 3 == len(document.pages)
        for sheet in document.pages:
            top, bottom = sheet.crop((0, 0, sheet.width, 50)), sheet.crop((0, sheet.height - 50, *sheet.bbox[2:]))
            assert "OFFICIAL-SENSITIVE" == top.extract_text()
            assert f"OFFICIAL-SENSITIVE Page {sheet.page_number} of " in bottom.extract_text()
