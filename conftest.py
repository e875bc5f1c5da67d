"""Where every example in the docs and docstrings is run, and how hard hypothesis tries.

An example finds itself in an empty folder of its own document, so that it may write a ledger or an export there.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, chdir
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

# A slow machine is no fault of the code: nothing here is judged by the clock.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", patient, max_examples=50)
settings.register_profile("ci", patient, max_examples=100, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


def enter_an_empty_folder(namespace: dict[str, object]) -> None:
    """Begin a document: what its examples write is gone when the document ends."""
    with ExitStack() as until_the_end:
        until_the_end.enter_context(chdir(until_the_end.enter_context(TemporaryDirectory())))
        namespace["_until_the_end"] = until_the_end.pop_all()


def leave_it(namespace: dict[str, object]) -> None:
    """End a document."""
    until_the_end = namespace["_until_the_end"]
    assert isinstance(until_the_end, ExitStack)
    until_the_end.close()


documents = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["*.md"],
    setup=enter_an_empty_folder,
    teardown=leave_it,
)
docstrings = Sybil(
    parsers=[DocTestParser()],
    patterns=["*.py"],
    excludes=["test_*.py", "conftest.py"],
    document_types={".py": PythonDocStringDocument},
    setup=enter_an_empty_folder,
    teardown=leave_it,
)

pytest_collect_file = (documents + docstrings).pytest()
