"""Measures statements within one process, in rounds in which all contenders take turns."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from timeit import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from measures import Rounds

# Long enough for the clock, and short enough to be within one spell of a busy machine.
_SECONDS = 0.005


@dataclass(frozen=True)
class Statement:
    """A statement to measure. It is compiled for itself: Python specialises code by what it meets.

    Args:
        name: the contender.
        code: the statement.
        names: what it refers to.
    """

    name: str
    code: str
    names: Mapping[str, object] = field(default_factory=dict)

    def timer(self) -> Timer:
        """What runs it."""
        # Processor time, because another process may have the core for a while.
        return Timer(self.code, timer=time.process_time, globals=dict(self.names))


def measure(statements: Sequence[Statement], *, rounds: int, operations: int = 1) -> Rounds:
    """Nanoseconds of each statement per operation, round by round.

    Args:
        statements: the contenders.
        rounds: how many rounds.
        operations: how many operations one run of the statement is.
    """
    timers = {statement.name: statement.timer() for statement in statements}
    times = {name: _times(timer) for name, timer in timers.items()}
    taken: Rounds = {name: [] for name in timers}
    order = random.Random()
    for _ in range(rounds):
        for name in order.sample(list(timers), len(timers)):
            seconds = timers[name].timeit(times[name])
            taken[name].append(seconds / times[name] / operations * 1e9)
    return taken


def _times(timer: Timer) -> int:
    """How often to run a statement in one round."""
    timer.timeit(1)
    times = 1
    while timer.timeit(times) < _SECONDS:
        times *= 2
    return times


def microseconds(rounds: Rounds) -> Rounds:
    """Nanoseconds as microseconds."""
    return {name: [figure / 1_000 for figure in figures] for name, figures in rounds.items()}
