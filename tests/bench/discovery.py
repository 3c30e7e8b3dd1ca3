"""Whole processes that import, list and load what is installed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from measures import OURS, PEERS, PLAIN, Measure, Section, because
from programs import (
    IMPORTED,
    crowds,
    imports,
    listings,
    loads,
    named,
    tables,
    uses,
)
from sites import crowded_site, mixed_site

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from measures import Rounds
    from processes import Processes, Program
    from sites import Site

SIZES = (10, 100, 1_000, 5_000)

_NO_DISCOVERY = {
    "mmengine": "does not look for what is installed",
    "fvcore": "does not look for what is installed",
    "hydra": "imports every module beneath `hydra_plugins` and has no groups",
}
_LOADS_ALL = because("can only list what it has loaded", "pluggy", "catalogue")


class Discovery:
    """The tables of whole processes. Lives as long as the folder with the sites.

    Args:
        folder: where to write the sites.
        processes: what runs the programs.
    """

    def __init__(self, folder: Path, processes: Processes) -> None:
        self._processes = processes
        self._sites = {size: mixed_site(folder / f"site{size}", size) for size in SIZES}
        self._crowd = crowded_site(folder / "crowd", 5_000, 20)
        # What an import compiles changes a folder as well.
        for program in uses():
            processes.ask(program)

    def sections(self) -> list[Section]:
        """The tables of this module."""
        columns = {size: f"{size:,} distributions" for size in SIZES}
        return [
            Section(
                "Import",
                "The module alone, and what is used of it: a module may put off its work until "
                "then, and whoever makes a registry pays for that. `from registry_core import "
                "Registry`; of the others `PluginManager`, `ExtensionManager`, "
                "`catalogue.create`, `mmengine.registry.Registry`, "
                "`fvcore.common.registry.Registry`, `hydra.utils.instantiate` and `entry_points`.",
                "ms",
                "`import typing`",
                (
                    Measure("import", "the module", partial(self._imports, imports)),
                    Measure("import and use", "what is used of it", partial(self._imports, uses)),
                ),
            ),
            Section(
                "List a group",
                "The names in one group, imports included. stevedore has run before, so what it "
                "keeps on disk is there; registry_core reads each time. pluggy and catalogue can "
                "only list what they have loaded.",
                "ms",
                "list the folder and read every `entry_points.txt`",
                tuple(
                    Measure(f"list {size:,}", columns[size], partial(self._list, size))
                    for size in SIZES
                ),
                _NO_DISCOVERY,
            ),
            Section(
                "Load one name",
                "One name of the group, imports and the import of its module included.",
                "ms",
                "read one file with the names and import the one module",
                tuple(
                    Measure(f"load from {size:,}", columns[size], partial(self._load, size))
                    for size in (min(SIZES), max(SIZES))
                ),
                _NO_DISCOVERY,
            ),
            Section(
                "Modules that listing imports",
                "How many modules of plugins are imported once a group is listed, of 100 "
                "distributions of which 20 are plugins.",
                "modules",
                "",
                (Measure("modules imported by listing", "modules", self._modules),),
                _NO_DISCOVERY,
            ),
            Section(
                "The command",
                "`registry-core list bench`, and a script that prints the same columns.",
                "ms",
                "read one file and print it",
                (Measure("registry-core list", "1,000 distributions", self._command),),
                because("has no such command", *PEERS),
            ),
            Section(
                "List 100,000 entries",
                "All entries of a group to which each of 5,000 distributions adds 20.",
                "ms",
                "read one file with the entries and split it",
                (Measure("list 100,000 entries", "100,000 entries", self._many),),
                _NO_DISCOVERY | _LOADS_ALL,
            ),
        ]

    def _imports(self, programs_of: Callable[[], Sequence[Program]], quick: bool) -> Rounds:
        return self._processes.measure(programs_of(), 3 if quick else 25)

    def _list(self, size: int, quick: bool) -> Rounds:
        return self._warm(listings, self._sites[size], quick=quick)

    def _load(self, size: int, quick: bool) -> Rounds:
        return self._warm(loads, self._sites[size], quick=quick)

    def _modules(self, quick: bool) -> Rounds:
        programs = [
            each for each in listings(self._sites[100]) if each.name in (OURS, *PLAIN, *PEERS)
        ]
        return {each.name: [float(self._processes.ask(each, IMPORTED))] for each in programs}

    def _command(self, quick: bool) -> Rounds:
        site = self._sites[1_000]
        programs = tables(site)
        shown = self._processes.ask(named(programs, OURS)).splitlines()
        if len(shown) != site.entries + 1:
            raise ValueError(f"the command shows {len(shown)} lines for {site.entries} entries")
        return self._processes.measure(programs, _rounds(1_000, quick=quick))

    def _many(self, quick: bool) -> Rounds:
        return self._warm(crowds, self._crowd, quick=quick)

    def _warm(
        self, programs_of: Callable[[Site], Sequence[Program]], site: Site, *, quick: bool
    ) -> Rounds:
        """Measure programs that have run before, so that what stevedore keeps is there."""
        programs = programs_of(site)
        for program in programs:
            self._processes.ask(program)
        return self._processes.measure(programs, _rounds(site.distributions, quick=quick))


def _rounds(distributions: int, *, quick: bool) -> int:
    if quick:
        return 3
    return 25 if distributions <= 1_000 else 11
