"""A web form: a file comes up, what it would change is shown, and what was confirmed is recorded.

    REMOTE_USER="DHR coordinator" python examples/web_form.py plan.ledger

Whoever stands before it, a server that authenticates, says in REMOTE_USER who is at the keyboard.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from html import escape
from pathlib import Path, PureWindowsPath
from secrets import token_urlsafe
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server

from dhr_ledger import Ledger
from dhr_ledger.errors import ImportRefused, LedgerError
from dhr_ledger.imports import LARGEST_FILE, ImportedPlan, read_plan
from dhr_ledger.reconcile import Proposal, reconcile

FORM = """<form method="post" action="look" enctype="multipart/form-data">
<p><label>The plan, or a return: <input type="file" name="plan" required></label></p>
<p><label>As of (a day, if it is an old version): <input name="as_of" placeholder="2013-09-30"></label></p>
<p><button>Show what it would change</button></p></form>"""


class WebForm:
    """A WSGI application about one ledger.  What was shown is kept, and recorded as it was when it is confirmed."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.shown: dict[str, Proposal] = {}

    def __call__(self, environ: dict[str, Any], respond: Callable[..., object]) -> Iterable[bytes]:
        """Answer one request; a fault is a page that says it."""
        status = "200 OK"
        try:
            match environ["REQUEST_METHOD"], environ["PATH_INFO"]:
                case "GET", "/":
                    page = FORM
                case "POST", "/look":
                    page = self.look(fields(environ))
                case "POST", "/record":
                    page = self.record(parse_qs(body(environ).decode()), environ.get("REMOTE_USER", ""))
                case _:
                    status, page = "404 Not Found", "<p>There is no such page.</p>"
        except LedgerError as error:
            status = "422 Unprocessable Content"
            page = listed("Nothing was recorded", error.faults if isinstance(error, ImportRefused) else [str(error)])
        respond(status, [("Content-Type", "text/html; charset=utf-8")])
        return [f"<!doctype html><html lang=en><title>Action plan</title><h1>Action plan</h1>{page}".encode()]

    def look(self, form: EmailMessage) -> str:
        """What the file that came up would change."""
        parts = {part.get_param("name", header="Content-Disposition"): part for part in form.iter_parts()}
        file, sent = parts["plan"], parts["plan"].get_payload(decode=True)
        assert isinstance(sent, bytes)
        as_of = parts["as_of"].get_content().strip() if "as_of" in parts else ""
        with TemporaryDirectory() as folder:
            path = Path(folder) / PureWindowsPath(file.get_filename() or "plan.csv").name
            path.write_bytes(sent)
            imported = read_plan(path, ledger=self.ledger)
        proposal = reconcile(imported, self.ledger, as_of=as_of or None)
        self.shown[token := token_urlsafe()] = proposal
        return told(imported, proposal) + (
            f'<form method="post" action="record"><input type="hidden" name="token" value="{token}">'
            '<p><label>Why: <input name="reason"></label></p><p><button>Record it</button></p></form>'
        )

    def record(self, form: dict[str, list[str]], by: str) -> str:
        """Record what was shown, unless somebody else was first; it is shown no more then, and may be sent up again."""
        proposal = self.shown.pop(form.get("token", [""])[0], None)
        if proposal is None:
            return "<p>What you saw was recorded already, or is too old.  Send the file up again.</p>"
        entries = self.ledger.record(
            *proposal.commands, by=by, reason=form.get("reason", [None])[0], seen=proposal.head
        )
        return f"<p>Recorded, as {len(entries)} entries.</p>"


def told(imported: ImportedPlan, proposal: Proposal) -> str:
    """The proposal as a page."""
    changes = [f"{type(command).__name__} {command.stream} ({command.source})" for command in proposal.commands]
    return (
        listed(imported.title, changes or ["Nothing would change."])
        + listed("To be settled by a person", proposal.conflicts + proposal.not_understood)
        + listed("To be looked at", [*proposal.matched, *proposal.suggestions, *imported.notes])
    )


def listed(title: str, sentences: Iterable[str]) -> str:
    """A list under its title; nothing where there is nothing to say."""
    items = "".join(f"<li>{escape(sentence)}" for sentence in sentences)
    return f"<h2>{escape(title)}</h2><ul>{items}</ul>" if items else ""


def body(environ: dict[str, Any]) -> bytes:
    """What was sent, as far as it can be a plan; a larger one is refused."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > LARGEST_FILE:
        raise ImportRefused([f"{length:,} bytes were sent, which is more than a plan has."])
    sent: bytes = environ["wsgi.input"].read(length)
    return sent


def fields(environ: dict[str, Any]) -> EmailMessage:
    """The fields of a form with a file: MIME, as in a letter."""
    head = f"Content-Type: {environ['CONTENT_TYPE']}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + body(environ))
    assert isinstance(form, EmailMessage)
    return form


if __name__ == "__main__":
    with Ledger(sys.argv[1]) as ledger, make_server("127.0.0.1", 8000, WebForm(ledger)) as server:
        print("http://127.0.0.1:8000/")
        server.serve_forever()
