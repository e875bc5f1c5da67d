"""Plugins come in by one door: each distribution with an entry point in the group `dhr_ledger`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pluggy
import pytest

import dhr_ledger
from dhr_ledger import hookspecs, plugins
from dhr_ledger.errors import PluginError
from dhr_ledger.plugins import load

BUILT_IN = ["audit-trail.csv", "entries.jsonl", "plan.csv"]

PLUGIN = '''
import dhr_ledger

@dhr_ledger.hookimpl
def register_exporters(register):
    register("{name}", export_references)

def export_references(entries, out, *, ending: str = "\\n"):
    """The references of the entries.

    Not shown in the list.
    """
    out.writelines((entry.reference + ending).encode() for entry in entries)
'''


def install(folder: Path, distribution: str, module: str, code: str, *, entry: str | None = None) -> None:
    """Put a distribution into *folder* as an installer leaves it there."""
    (folder / f"{module}.py").write_text(code)
    info = folder / f"{distribution.replace('-', '_')}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[dhr_ledger]\n{entry or module} = {module}\n")


def in_a_process_with(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Run *program* where what is in *folder* is installed."""
    path = os.pathsep.join([str(folder), *filter(None, sys.path)])
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def doors_with(folder: Path) -> dict[str, object]:
    """The doors of a process where what is in *folder* is installed."""
    done = in_a_process_with(
        folder,
        "import json\nfrom dhr_ledger.plugins import installed\ndoors = installed()\n"
        "print(json.dumps({'exporters': {d.name: [d.plugin, d.version, d.summary] for d in doors.exporters.values()},"
        " 'faults': doors.faults}))",
    )
    assert "" == done.stderr
    doors = json.loads(done.stdout)
    for name in BUILT_IN:
        assert "dhr-ledger" == doors["exporters"][name][0]
    return doors


def test_a_plugin_is_there_once_it_is_installed(tmp_path):
    install(tmp_path, "dhr-ledger-references", "dhr_references", PLUGIN.format(name="references.txt"))
    doors = doors_with(tmp_path)
    assert ["dhr-ledger-references", "1.2", "The references of the entries."] == doors["exporters"]["references.txt"]
    assert [] == doors["faults"]
    program = (
        "from dhr_ledger import Ledger, export\nwith Ledger() as new: export(new.entries(), 'references', 'r.txt')"
    )
    assert 0 == in_a_process_with(tmp_path, program).returncode
    assert b"" == (tmp_path / "r.txt").read_bytes()


def test_two_plugins_of_one_name_are_an_error_that_names_both(tmp_path):
    install(tmp_path, "one-plugin", "one", PLUGIN.format(name="references.txt"))
    install(tmp_path, "other-plugin", "other", PLUGIN.format(name="references.txt"))
    done = in_a_process_with(tmp_path, "from dhr_ledger.plugins import installed; installed()")
    message = "Both one-plugin and other-plugin register 'references.txt'; uninstall one of the two."
    assert done.stderr.strip().endswith(f"dhr_ledger.errors.PluginError: {message}")


def test_two_plugins_whose_entry_points_are_called_alike_are_both_there(tmp_path):
    """What an entry point is called is nobody's name, so neither wins in silence."""
    install(tmp_path, "one-plugin", "one", PLUGIN.format(name="one.txt"), entry="export")
    install(tmp_path, "other-plugin", "other", PLUGIN.format(name="other.txt"), entry="export")
    doors = doors_with(tmp_path)
    assert sorted([*BUILT_IN, "one.txt", "other.txt"]) == sorted(
        set(doors["exporters"]) & {*BUILT_IN, "one.txt", "other.txt"}
    )
    assert [] == doors["faults"]


def test_a_plugin_cannot_take_the_place_of_a_built_in_exporter(tmp_path):
    install(tmp_path, "other-plugin", "other", PLUGIN.format(name="plan.csv"))
    done = in_a_process_with(tmp_path, "from dhr_ledger.plugins import installed; installed()")
    assert "Both dhr-ledger and other-plugin register 'plan.csv'; uninstall one of the two." in done.stderr


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (
            "import nothing_of_that_name",
            "cannot be loaded: ModuleNotFoundError: No module named 'nothing_of_that_name'.",
        ),
        ("1 / 0", "cannot be loaded: ZeroDivisionError: division by zero."),
        ("def", "cannot be loaded: SyntaxError: "),
        (
            "import dhr_ledger\n@dhr_ledger.hookimpl\ndef register_exporters(register): raise OSError('no fonts')",
            "failed to register: OSError: no fonts.",
        ),
        (
            "import dhr_ledger\n@dhr_ledger.hookimpl\ndef register_exporters(register, colour): ...",
            "cannot be loaded: PluginValidationError: ",
        ),
        (
            "import dhr_ledger\n@dhr_ledger.hookimpl\ndef register_exporter(register): ...",
            "has a hook 'register_exporter' that this version of dhr-ledger does not know.",
        ),
    ],
)
def test_a_plugin_that_cannot_be_used_is_reported_and_the_rest_works(tmp_path, code, fault):
    install(tmp_path, "broken-plugin", "broken", code)
    install(tmp_path, "good-plugin", "good", PLUGIN.format(name="references.txt"))
    doors = doors_with(tmp_path)
    assert "good-plugin" == doors["exporters"]["references.txt"][0]
    [told] = doors["faults"]
    assert told.startswith(f"The plugin broken-plugin {fault}")


def test_what_is_not_there_may_be_what_could_not_be_loaded(tmp_path):
    """Whoever asks for an exporter that a broken plugin would have brought is told of the plugin."""
    install(tmp_path, "broken-plugin", "broken", "1 / 0")
    done = in_a_process_with(tmp_path, "from dhr_ledger.plugins import installed; installed().exporter('plan.pdf')")
    assert "There is no exporter called 'plan.pdf'; installed: " in done.stderr
    assert "(The plugin broken-plugin cannot be loaded: ZeroDivisionError: division by zero.)" in done.stderr


def test_nothing_is_imported_before_an_exporter_is_asked_for(tmp_path):
    """Recording costs nobody the plugins of others."""
    install(tmp_path, "loud-plugin", "loud", "print('loaded')")
    program = "from dhr_ledger import Ledger, plugins\nwith Ledger(): print('quiet')\nplugins.installed()"
    assert ["quiet", "loaded"] == in_a_process_with(tmp_path, program).stdout.split()


def test_a_program_can_bring_an_exporter_of_its_own():
    """Without an installation: the hook is the same."""

    class House:
        @dhr_ledger.hookimpl
        def register_exporters(self, register):
            register("house.txt", lambda entries, out: None)

    pm = pluggy.PluginManager("dhr_ledger")
    pm.add_hookspecs(hookspecs)
    pm.register(House(), "house 1")
    doors = load(pm)
    assert ["house.txt"] == list(doors.exporters)
    assert ("house", "", "") == (doors.exporter("house", ".txt").plugin, doors.exporter("house.txt").version, "")


def test_one_plugin_registers_a_name_once():
    class Twice:
        @dhr_ledger.hookimpl
        def register_exporters(self, register):
            register("house.txt", lambda entries, out: None)
            register("house.txt", lambda entries, out: None)

    pm = pluggy.PluginManager("dhr_ledger")
    pm.add_hookspecs(hookspecs)
    pm.register(Twice(), "house")
    with pytest.raises(PluginError, match="Both house and house register"):
        load(pm)


def test_the_built_in_exporters_are_listed_with_what_they_are():
    doors = plugins.installed()
    assert set(BUILT_IN) <= set(doors.exporters)
    assert () == doors.faults
    for name in BUILT_IN:
        door = doors.exporter(name)
        assert "dhr-ledger" == door.plugin
        assert door.summary.endswith(".")
