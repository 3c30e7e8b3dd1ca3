"""The commands that mend what the doctor finds, for a POSIX shell."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from registry_core.environment.policy import ALLOW, BLOCK, PREFER
from registry_core.environment.shard import UNNAMED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry_core.entry import Problem


def blocking(distribution: str) -> str:
    """Let a distribution contribute nothing; others that are blocked stay so.

    >>> blocking("acts-bad")
    'export REGISTRY_CORE_BLOCK=$REGISTRY_CORE_BLOCK,acts-bad'
    """
    return _appending(BLOCK, distribution)


def preferring(distribution: str) -> str:
    """Take names from a distribution where several have them, after those preferred before."""
    return _appending(PREFER, distribution)


def unblocking(distribution: str, where: str, others: Iterable[str]) -> str:
    """Let a distribution contribute again; nothing to type where code refuses it.

    Args:
        distribution: its normalized name.
        where: what refuses it.
        others: the normalized names that the variable says.

    >>> unblocking("acts", "blocked by REGISTRY_CORE_BLOCK", ["acts", "bad"])
    'export REGISTRY_CORE_BLOCK=bad'
    """
    if where.endswith(BLOCK):
        return f"export {BLOCK}={shlex.quote(','.join(n for n in others if n != distribution))}"
    return _appending(ALLOW, distribution) if where.endswith(ALLOW) else ""


def installing(*requirements: str) -> str:
    """Install what these requirements say.

    >>> installing("numpy>=2")
    "pip install 'numpy>=2'"
    """
    return " ".join(("pip install", *map(shlex.quote, requirements)))


def of_problem(problem: Problem) -> str:
    """The command that mends a problem; what only its authors can mend is blocked."""
    name = problem.provider.name
    if problem.kind == "left over":
        # A path that cannot be shown as it is, is no path.
        return f"rm -r {shlex.quote(problem.where)}" if Path(problem.where).is_dir() else ""
    if not problem.provider.is_distribution or name == UNNAMED:
        return ""
    return preferring(name) if problem.kind in {"conflict", "shadowed"} else blocking(name)


def _appending(variable: str, distribution: str) -> str:
    return f"export {variable}=${variable},{shlex.quote(distribution)}"
