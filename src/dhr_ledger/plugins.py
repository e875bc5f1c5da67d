"""The exporters and importers that are there: the built-in ones, and those of installed plugins, by the same door."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib import import_module, metadata
from typing import Any

import pluggy

from dhr_ledger import hookspecs
from dhr_ledger.errors import PluginError, UnknownExporter

BUILT_IN = ("dhr_ledger.exporters", "dhr_ledger.importers")
GROUP = "dhr_ledger"
OWN = "dhr-ledger"
_NEARLY = 0.75
"""How much of a name has to be right before another is thought to be meant: `plan.pdf` does not mean `plan.csv`."""


@dataclass(frozen=True, slots=True)
class Door:
    """An exporter or importer: its name, the function, and the plugin that brought it."""

    name: str
    function: Callable[..., Any]
    plugin: str
    version: str

    @property
    def summary(self) -> str:
        """The first line of its docstring: what the list shows."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]


@dataclass(frozen=True, slots=True)
class Doors:
    """Every exporter and importer by name, and a sentence for each plugin that could not be loaded."""

    exporters: Mapping[str, Door]
    importers: Mapping[str, Door]
    faults: tuple[str, ...] = field(default=())

    def exporter(self, name: str, ending: str = "") -> Door:
        """The exporter called *name*; without a file type in it, *ending* (`.csv`) picks the one.

        Raises `UnknownExporter`, naming those that are installed.
        """
        door = self.exporters.get(name) or self.exporters.get(name + ending.lower())
        if door is not None:
            return door
        listed = ", ".join(sorted(self.exporters))
        fault = f" ({' '.join(self.faults)})" if self.faults else ""
        wanted = name if "." in name or not ending else name + ending
        near = get_close_matches(wanted, self.exporters, n=1, cutoff=_NEARLY)
        meant = f"did you mean {near[0]!r}? Installed" if near else "installed"
        raise UnknownExporter(f"There is no exporter called {wanted!r}; {meant}: {listed}.{fault}")


@cache
def installed() -> Doors:
    """The built-in exporters and importers and those of every installed plugin.

    A plugin that cannot be loaded is reported in `faults`, and the rest still works.  Raises `PluginError` where two
    plugins claim one name.
    """
    pm = pluggy.PluginManager("dhr_ledger")
    pm.add_hookspecs(hookspecs)
    for name in BUILT_IN:
        pm.register(import_module(name), f"{OWN} {name}")
    faults: list[str] = []
    # Not by `load_setuptools_entrypoints` of pluggy's: of two entry points called alike it passes over one in silence.
    for distribution, point in sorted((_distribution(point), point) for point in metadata.entry_points(group=GROUP)):
        try:
            pm.register(point.load(), f"{distribution} {point.value}")
        except Exception as error:
            faults.append(f"The plugin {distribution} cannot be loaded: {type(error).__name__}: {error}.")
    doors = load(pm)
    return Doors(doors.exporters, doors.importers, (*faults, *doors.faults))


def load(pm: pluggy.PluginManager) -> Doors:
    """What the plugins of *pm* register; each is called by its distribution, a space, and its module.

    Raises `PluginError` where two plugins claim one name, naming both.
    """
    exporters: dict[str, Door] = {}
    importers: dict[str, Door] = {}
    faults = [
        f"The plugin {name.partition(' ')[0]} has a hook {hook.name!r} that this version of dhr-ledger does not know."
        for name, plugin in pm.list_name_plugin()
        for hook in pm.get_hookcallers(plugin) or []
        if not hook.has_spec()
    ]
    for hook, doors in ((pm.hook.register_exporters, exporters), (pm.hook.register_importers, importers)):
        # Hooks are called one by one, not as one call of pluggy's, so that a plugin that fails leaves the rest working.
        for implementation in hook.get_hookimpls():
            plugin = implementation.plugin_name.partition(" ")[0]
            try:
                implementation.function(register=_registration(doors, plugin))
            except PluginError:
                raise
            except Exception as error:
                faults.append(f"The plugin {plugin} failed to register: {type(error).__name__}: {error}.")
    return Doors(exporters, importers, tuple(faults))


def _registration(doors: dict[str, Door], plugin: str) -> hookspecs.Register:
    def register(name: str, function: Any, /) -> None:
        if name in doors:
            raise PluginError(f"Both {doors[name].plugin} and {plugin} register {name!r}; uninstall one of the two.")
        doors[name] = Door(name, function, plugin, _version(plugin))

    return register


def _distribution(point: metadata.EntryPoint) -> str:
    return point.dist.name if point.dist else point.value


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""
