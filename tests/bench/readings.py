"""Reading what is installed, and changing the policy over it, within one process."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from fresh import pooled
from loops import Statement, measure
from measures import LIMIT, OURS, PEERS, Measure, Section, because
from sites import GROUP, mixed_site

from registry_core import Environment, Registry, use_environment
from registry_core.installed import Installed

if TYPE_CHECKING:
    from pathlib import Path

    from measures import Rounds

_MILLION = 1_000_000
_LIMIT = "list the folder, open every `entry_points.txt` and close it"


def sections(folder: Path) -> list[Section]:
    """The tables of this module.

    Args:
        folder: where to write the distributions.
    """
    large, small = folder / "read5000", folder / "block600"
    mixed_site(large, 5_000)
    mixed_site(small, 600)
    absent = because("reads through importlib.metadata, or nothing", *PEERS)
    return [
        Section(
            "Read what is installed",
            "What 5,000 distributions declare in one group, of which 1,000 declare ten entries "
            "each, in a process that has imported all it needs. The names and the versions of the "
            "1,000 are read from METADATA.",
            "ms",
            _LIMIT,
            (Measure("read 5,000", "5,000 distributions", pooled(reading, str(large))),),
            absent,
        ),
        Section(
            "Block a distribution",
            "`block()` where 600 distributions are installed, and listing a registry again.",
            "ms",
            _LIMIT,
            (Measure("block with 600", "600 distributions", pooled(blocking, str(small))),),
            absent,
        ),
    ]


def reading(rounds: int, place: str) -> Rounds:
    """Milliseconds that reading one group takes."""
    from importlib_metadata import MetadataPathFinder, distributions

    def ours() -> None:
        found = Installed([place]).within(GROUP)
        assert len(found.by_group[GROUP]) == 1_000

    def backport() -> None:
        MetadataPathFinder.invalidate_caches()
        found = [d for d in distributions(path=[place]) if d.entry_points.select(group=GROUP)]
        assert len(found) == 1_000

    return _milliseconds(
        {LIMIT: partial(_opened, place), OURS: ours, "importlib_metadata": backport}, rounds
    )


def blocking(rounds: int, place: str) -> Rounds:
    """Milliseconds that blocking one distribution takes, with all that has to be made anew."""
    with use_environment(Environment([place], variables={})) as environment:
        registry: Registry[Any] = Registry("bench", scope="bench")
        whole = len(registry)

        def ours() -> None:
            environment.block("bench-plugin-0")
            assert len(registry) == whole - 10

        return _milliseconds({LIMIT: partial(_opened, place), OURS: ours}, rounds)


def _opened(place: str) -> None:
    for child in os.listdir(place):  # noqa: PTH208 - the quickest way is the limit
        if child.endswith(".dist-info"):
            try:
                file = os.open(f"{place}/{child}/entry_points.txt", os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                continue
            os.close(file)


def _milliseconds(calls: dict[str, Any], rounds: int) -> Rounds:
    statements = [Statement(name, "call()", {"call": call}) for name, call in calls.items()]
    taken = measure(statements, rounds=rounds)
    return {name: [each / _MILLION for each in figures] for name, figures in taken.items()}
