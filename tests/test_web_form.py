"""The example of a web form: a file comes up, the proposal is shown, and what was confirmed is recorded."""

from __future__ import annotations

import importlib.util
import io
import re
from pathlib import Path

import pytest

from dhr_ledger import Ledger
from dhr_ledger.action import ReassignLead

PLAN = "Plan of DHR7\nPolice (NP)\nRef,Action,Lead Agency,Status\n1,Train <b>officers</b>,Training lead,Ongoing\n"


@pytest.fixture
def ledger():
    with Ledger() as ledger:
        yield ledger


@pytest.fixture
def ask(ledger):
    """Send a request to the form: `ask("GET", "/")`."""
    place = Path(__file__).parents[1] / "examples" / "web_form.py"
    spec = importlib.util.spec_from_file_location("web_form", place)
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    form = example.WebForm(ledger)

    def asked(
        method: str, path: str, sent: bytes = b"", kind: str = "", user: str = "DHR coordinator"
    ) -> tuple[str, str]:
        answered: list[str] = []
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_LENGTH": str(len(sent)), "CONTENT_TYPE": kind}
        pages = form(
            environ | {"wsgi.input": io.BytesIO(sent), "REMOTE_USER": user}, lambda told, _: answered.append(told)
        )
        return answered[0], b"".join(pages).decode()

    return asked


@pytest.fixture
def send_up(ask):
    """Send a file up, as a browser does; what was shown is returned."""

    def sent_up(text: str, name: str = "../plans/09-NP.csv", as_of: str = "") -> tuple[str, str]:
        lines = [
            *("--line", f'Content-Disposition: form-data; name="plan"; filename="{name}"', "Content-Type: text/csv"),
            *("", text, "--line", 'Content-Disposition: form-data; name="as_of"', "", as_of, "--line--", ""),
        ]
        return ask("POST", "/look", "\r\n".join(lines).encode(), 'multipart/form-data; boundary="line"')

    return sent_up


def token_in(page: str) -> bytes:
    """What the form of the page hands in."""
    token = re.search(r'name="token" value="([^"]+)"', page)
    return f"token={token[1]}&reason=Return".encode()


def test_a_file_is_shown_and_recorded_when_it_is_confirmed(ledger, ask, send_up):
    assert "enctype" in ask("GET", "/")[1]
    status, page = send_up(PLAN)
    assert ("200 OK", 0) == (status, ledger.head)
    assert "<li>CreateAction DHR7:NP:1 (09-NP.csv, row 4)" in page
    assert "Recorded, as 4 entries." in ask("POST", "/record", token_in(page))[1]
    assert "Train <b>officers</b>" == ledger.action("DHR7:NP:1").text
    assert {"DHR coordinator"} == {entry.by.name for entry in ledger.entries()}
    assert "recorded already" in ask("POST", "/record", token_in(page))[1]
    assert "Nothing would change." in send_up(PLAN)[1]


def test_an_old_version_is_true_then(ledger, ask, send_up):
    ask("POST", "/record", token_in(send_up(PLAN, as_of="2013-09-30")[1]))
    assert "2013-09-30" == next(ledger.entries("DHR7:NP:1")).effective


def test_what_somebody_else_did_meanwhile_is_told(ledger, ask, send_up):
    """And nothing is recorded over it."""
    ask("POST", "/record", token_in(send_up(PLAN)[1]))
    _, page = send_up(PLAN.replace("Ongoing", "Completed"))
    ledger.record(ReassignLead(action="DHR7:NP:1", to="Head of training"), by="Board")
    status, page = ask("POST", "/record", token_in(page))
    assert status.startswith("422")
    assert "DHR7:NP:1 was changed by somebody else first" in page
    assert "in progress" == ledger.action("DHR7:NP:1").status.progress


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("Nothing", "plan.csv", "plan.csv has no row of headings"),
        (PLAN, "plan.exe", "plan.exe cannot be read: it has .exe"),
        (PLAN.replace("1,Train <b>", ",Train <i>"), "plan.csv", "begins &#x27;Train &lt;i&gt;officers"),
    ],
)
def test_a_fault_is_a_page_that_says_it(text, name, told, ledger, send_up):
    status, page = send_up(text, name)
    assert (True, 0) == (status.startswith("422"), ledger.head)
    assert told in page


def test_nobody_records_nothing(ledger, ask, send_up):
    status, page = ask("POST", "/record", token_in(send_up(PLAN)[1]), user="")
    assert (True, 0) == (status.startswith("422"), ledger.head)
    assert "names nobody" in page
    assert ask("GET", "/elsewhere")[0].startswith("404")
