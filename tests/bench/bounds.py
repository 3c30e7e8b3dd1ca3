"""What the ratio of each measure must not exceed: the one table to change by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from measures import IMPORT_PLUGGY, LIMIT, OURS, Spread, ratios

if TYPE_CHECKING:
    from collections.abc import Mapping

    from measures import Rounds


class Bound(NamedTuple):
    """How much a measure may show.

    Attributes:
        against: the contender that ours is divided by; None where the figure itself is bounded.
        aim: what the design asks for.
        accepted: what is accepted in place of the aim; None where the aim is met.
    """

    against: str | None
    aim: float
    accepted: float | None = None

    @property
    def bound(self) -> float:
        """What must not be exceeded."""
        return self.aim if self.accepted is None else self.accepted


# A bound above its aim says why, and leaves a sixth for what machines do.
BOUNDS: dict[str, Bound] = {
    "import": Bound("pluggy", 0.6),
    # Half of it is typing, which nearly every module here needs; the rest is two dozen modules.
    "import and use": Bound("pluggy", 0.6, 1.1),
    # The import above, then the folder: an open() each, and METADATA of those that are plugins.
    "list 10": Bound(IMPORT_PLUGGY, 1.05),
    "list 100": Bound(IMPORT_PLUGGY, 1.05),
    "list 1,000": Bound(IMPORT_PLUGGY, 1.35),
    "list 5,000": Bound(IMPORT_PLUGGY, 2.5),
    "load from 10": Bound(IMPORT_PLUGGY, 1.18),
    "load from 5,000": Bound(IMPORT_PLUGGY, 2.6),
    "modules imported by listing": Bound(None, 0),
    "read 5,000": Bound(LIMIT, 2.6),
    "block with 600": Bound(LIMIT, 1.0),
    # As for listing, and argparse.
    "registry-core list": Bound(IMPORT_PLUGGY, 2.06, 3.0),
    "check 40 parts": Bound(LIMIT, 15),
    "check 40 files": Bound(LIMIT, 3),
    "describe": Bound(LIMIT, 12),
    "complete a key": Bound(LIMIT, 6),
    # The files are compiled too, read in stubs, and each decorator and name is followed.
    "harvest 10,000": Bound(LIMIT, 3.5),
    # What reads the rows of one registry of 100,000 entries, and makes no table of them.
    "find one": Bound(LIMIT, 100),
    "describe one": Bound(LIMIT, 50),
    "check 40 parts of it": Bound(LIMIT, 53),
    "complete a key of it": Bound(LIMIT, 76),
    # Two dozen modules more are imported; the search is a few probes.
    "miss with an index": Bound(LIMIT, 1.7),
    "list 100,000 entries": Bound("importlib_metadata", 1.0),
    # One call of a Python method, as pluggy's get_plugin is.
    "own scope, 10": Bound(LIMIT, 1.5, 1.9),
    "own scope, 1,000": Bound(LIMIT, 1.5, 1.9),
    "own scope, 100,000": Bound(LIMIT, 1.5),
    "grandparent, 10": Bound(LIMIT, 1.5, 1.9),
    "grandparent, 1,000": Bound(LIMIT, 1.5, 1.9),
    "grandparent, 100,000": Bound(LIMIT, 1.5),
    "scope.name, 10": Bound(LIMIT, 1.5, 1.9),
    "scope.name, 1,000": Bound(LIMIT, 1.5, 1.9),
    "scope.name, 100,000": Bound(LIMIT, 1.5),
    # The same call, with arguments that may be left out; the limit is a method in C.
    "get of a missing name": Bound(LIMIT, 1.5, 4.4),
    "`in` of a missing name": Bound(LIMIT, 1.5, 2.5),
    # A copy, a probe and a call by ** are 2.1; the rest looks for control keys, literals and scope.
    "build one object": Bound(LIMIT, 2.5, 4.7),
    "build 40 nodes": Bound(LIMIT, 4.0, 5.8),
    "prepared build": Bound(LIMIT, 1.3),
    # A third of it is one pass over all parts, to move what is behind its reference before it.
    "build with references": Bound(LIMIT, 1.3, 1.6),
    # A record of who registered it; a microsecond in all.
    "register": Bound(LIMIT, 2.0, 5.0),
    # Flat, but for the cache misses that a dict of that size has as well.
    "register, late over early": Bound(None, 1.5),
}


def bounded(name: str, rounds: Rounds) -> Spread:
    """The figure or the ratio of ours that the bound of the measure `name` is about.

    Raises:
        ValueError: what to divide by was lost in noise.
    """
    against = BOUNDS[name].against
    if against is None:
        return Spread.of(rounds[OURS])
    spread = ratios(rounds, OURS, against)
    if spread is None:
        raise ValueError(f"{name}: {against} took too little to compare with: {rounds[against]}")
    return spread


def exceeded(found: Mapping[str, Rounds]) -> list[str]:
    """Which measures are worse than their bounds, and by how much."""
    lines = []
    for name, rounds in found.items():
        against, _, _ = BOUNDS[name]
        median = bounded(name, rounds).median
        if median > BOUNDS[name].bound:
            times = "" if against is None else f" times {against}"
            lines.append(f"{name}: {median:.2f}{times}, the bound is {BOUNDS[name].bound:g}")
    return lines
