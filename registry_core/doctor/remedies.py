"""The commands that mend what the doctor finds, for a POSIX shell."""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from registry_core.environment.hidden_names import NOT_REINSTALLED
from registry_core.environment.misnamed import UNKNOWN_CHOICE
from registry_core.environment.note_problems import NOTE_CODES
from registry_core.environment.policy import ALLOW, BLOCK, PREFER, choice
from registry_core.installed.copies import HEADS, UNNAMED
from registry_core.installed.folders import is_removable
from registry_core.keys import is_project_name, normalized, parse_target

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from registry_core.doctor.findings import LoadResult
    from registry_core.entry import Problem

# An entry that lacks one of these harms only those who use it.
_NOT_BLOCKED = frozenset(
    {"unknown-extra", "bad-requirement", "working-folder", UNKNOWN_CHOICE, *NOTE_CODES}
)
_FOLDERS = (".dist-info", ".egg-info")


def blocking(distribution: str) -> str:
    """Let a distribution contribute nothing; others that are blocked stay so.

    >>> blocking("acts-bad")
    'export REGISTRY_CORE_BLOCK=$REGISTRY_CORE_BLOCK,acts-bad'
    """
    return _appending(BLOCK, distribution)


def preferring(distribution: str, key: str) -> str:
    """Take one entry from a distribution where several have it, after those preferred before.

    To prefer the whole distribution would let it take names of others, an owner's among them.

    >>> preferring("acts", "extra.Swish")
    'export REGISTRY_CORE_PREFER=$REGISTRY_CORE_PREFER,acts:extra.Swish'
    """
    whole = _appending(PREFER, distribution)
    # The variable is split at commas.
    return f"{whole}{shlex.quote(f':{key}')}" if whole and "," not in key else ""


def unblocking(distribution: str, where: str, others: Iterable[str]) -> str:
    """Let a distribution contribute again; nothing to type where code refuses it.

    Args:
        distribution: its normalized name.
        where: what refuses it.
        others: what the variable says: distributions, and single entries of some.

    >>> unblocking("acts", "blocked by REGISTRY_CORE_BLOCK", ["acts", "bad"])
    'export REGISTRY_CORE_BLOCK=bad'
    """
    if where.endswith(BLOCK):
        kept = (n for n in others if choice(n).partition(":")[0] != distribution)
        return f"export {BLOCK}={shlex.quote(','.join(kept))}"
    return _appending(ALLOW, distribution) if where.endswith(ALLOW) else ""


def installing(requirement: str) -> str:
    """Install what a requirement says; nothing to type where it cannot be shown as it is.

    >>> installing("numpy>=2").endswith("'numpy>=2'")
    True
    """
    return _pip(shlex.quote(requirement)) if requirement.isprintable() else ""


def upgrading(distribution: str) -> str:
    """Upgrade a distribution; nothing to type where its name may be anything else to pip."""
    return _pip("--upgrade", distribution) if is_project_name(distribution) else ""


def with_extra(distribution: str, extra: str) -> str:
    """Install an extra of a distribution."""
    return installing(f"{distribution}[{extra}]") if is_project_name(distribution) else ""


def of_load_result(result: LoadResult, kept: Collection[str]) -> str:
    """The command that mends an entry that cannot be loaded; a plugin's own fault is blocked.

    Args:
        result: what came of loading it.
        kept: normalized names of the distributions that are not to be blocked: that would take away
            a framework, or mends nothing, because the reader is the author.
    """
    name = result.entry.provider.name
    if result.remedy == "install the extra":
        return with_extra(name, ",".join(parse_target(str(result.entry.target)).extras))
    # The name of a missing module does not tell which distribution provides it.
    is_own = result.remedy == "mend it" and normalized(name) not in kept
    return blocking(name) if is_own else ""


def of_problem(problem: Problem, kept: Collection[str]) -> str:
    """The command that mends a problem; what only its authors can mend is blocked.

    Args:
        problem: the problem.
        kept: as for `of_load_result`.
    """
    name, subject = problem.provider.name, problem.subject
    project = Path(problem.where).parent
    by_code = {
        NOT_REINSTALLED: lambda: _pip("-e", shlex.quote(str(project))) if project.is_dir() else "",
        "unmet-requirement": lambda: installing(subject),
        "unmet-python": lambda: upgrading(name),
        "extra-not-installed": lambda: with_extra(name, subject),
        "shadowed-module": lambda: _moving_away(subject) if subject else "",
    }
    if problem.code in by_code:
        return by_code[problem.code]()
    if problem.kind == "left over":
        return _of_left_over(problem)
    if problem.code in _NOT_BLOCKED or not problem.provider.is_distribution or name == UNNAMED:
        return ""
    if problem.kind == "shadowed":
        # To prefer it would let it take a name of another package.
        return ""
    # Preferring settles a conflict between entries, and no other kind.
    if problem.code == "conflict":
        return preferring(name, problem.key)
    return "" if normalized(name) in kept else blocking(name)


def _of_left_over(problem: Problem) -> str:
    """The command that mends a folder of metadata that does not count."""
    folder, name = Path(problem.where), problem.provider.name
    # A path that must be escaped to be shown is not that path any more.
    is_metadata = folder.name.endswith(_FOLDERS) and folder.is_absolute() and folder.is_dir()
    if is_metadata and is_removable(problem.where):
        return f"rmdir {shlex.quote(problem.where)}"
    if not is_metadata or not any((folder / head).is_file() for head in HEADS if head):
        # Keep the folder: its RECORD may be needed to uninstall the rest.
        return ""
    # Which of two copies an installer has left is not certain: reinstalling settles it.
    return _pip("--force-reinstall", name) if is_project_name(name) else ""


def _moving_away(place: str) -> str:
    """Rename a file or folder; nothing to type where its path cannot be shown as it is."""
    return f"mv {shlex.quote(place)} {shlex.quote(f'{place}.away')}" if place.isprintable() else ""


def _pip(*arguments: str) -> str:
    """Install into the environment of this very interpreter, and not of the one on the PATH."""
    python = shlex.quote(sys.executable)
    if find_spec("pip") is None:
        return " ".join(("uv pip install --python", python, *arguments))
    return " ".join((python, "-m pip install", *arguments))


def _appending(variable: str, distribution: str) -> str:
    return f"export {variable}=${variable},{distribution}" if is_project_name(distribution) else ""
