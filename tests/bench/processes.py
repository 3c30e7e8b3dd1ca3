"""Measures whole processes: the CPU time of a program over that of an empty one."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from contextlib import chdir
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from measures import Rounds


def _nothing() -> None:
    """What most programs need before a round."""


@dataclass(frozen=True)
class Program:
    """A program to measure.

    Args:
        name: the contender.
        code: what Python runs.
        check: an expression that is true at the end of `code`, if the program does its work.
        command: a command to run in place of `code`.
        before: done before each round, and not counted.
        variables: environment variables for this program alone.
    """

    name: str
    code: str = ""
    check: str = "True"
    command: tuple[str, ...] = ()
    before: Callable[[], object] = _nothing
    variables: Mapping[str, str] = field(default_factory=dict)

    def arguments(self, more: str = "") -> list[str]:
        """The command line, with `more` at the end of the code."""
        return list(self.command) or [sys.executable, "-c", self.code + more]


EMPTY = Program("an empty process", "pass")


class Processes:
    """Runs programs in one empty folder, with one set of variables. Lives as long as the folder.

    Args:
        folder: where to make that folder, and those in which the programs keep what they cache.

    Attributes:
        cache: where programs keep what they cache.
        empty: milliseconds of each empty process so far.
    """

    def __init__(self, folder: Path) -> None:
        self.cache = folder / "cache"
        self.empty: list[float] = []
        self._here = folder / "here"
        self._here.mkdir()
        # As for a user, whose Python keeps what it has compiled and reads nobody else's settings.
        mine = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
        places = {"REGISTRY_CORE_CACHE": "off", "XDG_CACHE_HOME": str(self.cache)}
        self._variables = mine | places
        self._order = random.Random(0)

    def ask(self, program: Program, expression: str = "''") -> str:
        """Run a program once, not measured, and let it print an expression at its end.

        Raises:
            RuntimeError: it failed, or did not do its work.
        """
        check = f"\nassert {program.check}, 'not so: ' {program.check!r}"
        arguments = program.arguments(f"{check}\nprint({expression})")
        program.before()
        ran = subprocess.run(
            arguments,
            cwd=self._here,
            env={**self._variables, **program.variables},
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise RuntimeError(f"{program.name} failed: {arguments}\n{ran.stderr}")
        return ran.stdout.strip()

    def measure(self, programs: Sequence[Program], rounds: int) -> Rounds:
        """Milliseconds of CPU time of each program over an empty process, round by round.

        Each runs once before, so that what it compiles and caches is there. In a round, the
        programs follow one another in an order of its own.
        """
        for program in programs:
            self.ask(program)
        taken: Rounds = {program.name: [] for program in programs}
        with chdir(self._here):
            for _ in range(rounds):
                everyone = [EMPTY, *programs]
                self._order.shuffle(everyone)
                round_of = {program.name: self._cpu(program) for program in everyone}
                self.empty.append(round_of[EMPTY.name])
                for name, figures in taken.items():
                    figures.append(round_of[name] - self.empty[-1])
        return taken

    def _cpu(self, program: Program) -> float:
        """Milliseconds of CPU time of one process, user and system."""
        program.before()
        arguments = program.arguments()
        variables = {**self._variables, **program.variables}
        silent = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
        process = os.posix_spawn(arguments[0], arguments, variables, file_actions=silent)
        _, status, usage = os.wait4(process, 0)
        if status:
            raise RuntimeError(f"{program.name} failed in its round, not before: {arguments}")
        return (usage.ru_utime + usage.ru_stime) * 1_000
