"""Runs what measures loops in several new processes, and pools their rounds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from measures import Rounds

# Where a process happens to have its objects in memory favours one contender or another by a tenth,
# for as long as it lives.
_PROCESSES = 5
_ROUNDS = 5
_QUICK_ROUNDS = 3


def pooled(measure: Callable[..., Rounds], *arguments: int | str) -> Callable[[bool], Rounds]:
    """What runs `measure` in new processes, with its number of rounds and then `arguments`.

    Args:
        measure: a function of a module of this benchmark.
        arguments: what it takes after the number of rounds.
    """

    def run(quick: bool) -> Rounds:
        pool: Rounds = {}
        for _ in range(1 if quick else _PROCESSES):
            rounds = _QUICK_ROUNDS if quick else _ROUNDS
            for name, figures in _run(measure, rounds, *arguments).items():
                pool.setdefault(name, []).extend(figures)
        return pool

    return run


def _run(measure: Callable[..., Rounds], *arguments: int | str) -> Rounds:
    """What `measure` returns in a process of its own.

    Raises:
        RuntimeError: it failed there.
    """
    module, name = measure.__module__, measure.__name__
    code = f"import json, {module}\nprint(json.dumps({module}.{name}(*{arguments})))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise RuntimeError(f"{module}.{name}{arguments} failed:\n{ran.stderr}")
    found: Rounds = json.loads(ran.stdout.splitlines()[-1])
    return found
