"""The records of a run: what is measured, and the figures that each contender showed."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

OURS = "registry_core"
LIMIT = "limit"
IMPORT_PLUGGY = "`import pluggy`"
# Every section measures each of these, or says why it cannot.
PEERS = (
    "pluggy",
    "stevedore",
    "catalogue",
    "mmengine",
    "fvcore",
    "hydra",
)
# What the language and its libraries offer. Whoever uses no framework uses these.
PLAIN = ("importlib_metadata", "importlib.metadata", "ChainMap")

# The figures of each contender, round by round; those of one round belong together.
Rounds = dict[str, list[float]]


class Spread(NamedTuple):
    """The median of some figures, with the least and the greatest."""

    median: float
    least: float
    greatest: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Self:
        """The spread of `figures`."""
        return cls(median(figures), min(figures), max(figures))


@dataclass(frozen=True)
class Measure:
    """One thing to measure: a column of a table.

    Args:
        name: what `BOUNDS` calls it.
        column: what the table calls it.
        run: measures; told whether the run is a quick one.
    """

    name: str
    column: str
    run: Callable[[bool], Rounds]


@dataclass(frozen=True)
class Section:
    """Measures that share a table.

    Args:
        title: the heading.
        words: what is measured, and how.
        unit: what the figures count.
        limit: what the limit is; empty where there is none.
        measures: the columns.
        absent: why a peer has an empty cell.
    """

    title: str
    words: str
    unit: str
    limit: str
    measures: tuple[Measure, ...]
    absent: Mapping[str, str] = field(default_factory=dict)


def ratios(rounds: Rounds, contender: str, to: str) -> Spread | None:
    """How many times as much as `to` a contender takes, round by round.

    None where `to` is too small to divide by: lost in the noise of what was subtracted from it.
    """
    if min(rounds[to]) <= 0:
        return None
    pairs = zip(rounds[contender], rounds[to], strict=True)
    return Spread.of([ours / theirs for ours, theirs in pairs])


def times_the_limit(rounds: Rounds) -> float | None:
    """How many times as much as the limit ours takes, by the medians, for the eye alone.

    Round by round, a limit that nearly vanishes would make it anything. None where it does vanish.
    """
    limit = median(rounds.get(LIMIT, [0.0]))
    return median(rounds[OURS]) / limit if limit > 0 else None


def best_peer(rounds: Rounds) -> str | None:
    """The contender beside ours that does the same in the least time."""
    names = [name for name in (*PEERS, *PLAIN) if name in rounds]
    return min(names, key=lambda name: median(rounds[name]), default=None)


def because(why: str, *names: str) -> dict[str, str]:
    """One reason for the empty cells of several contenders."""
    return dict.fromkeys(names, why)


def unexplained(section: Section, found: Mapping[str, Rounds]) -> list[str]:
    """The cells of peers, and of ours, that a section neither measured nor explains."""
    return [
        f"{name} in {measure.name}"
        for measure in section.measures
        for name in (OURS, *PEERS)
        if name not in found[measure.name] and name not in section.absent
    ]
