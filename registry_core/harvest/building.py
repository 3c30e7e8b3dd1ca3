"""What a build hook puts into a wheel: the rows of a project, merged with those written by hand."""

from __future__ import annotations

import os
import sys


def is_asked(folder: str) -> bool:
    """Whether ``[tool.registry_core.harvest]`` says ``build = true``."""
    file = os.path.join(folder, "pyproject.toml")
    if not os.path.isfile(file):
        return False
    with open(file, "rb") as opened:
        content = opened.read()
    if b"registry_core" not in content:
        return False
    import tomllib

    from registry_core.harvest.project import BUILD, setting

    return setting(tomllib.loads(content.decode()), *BUILD) is True


def add_rows(folder: str, declared: dict[str, dict[str, str]]) -> None:
    """Add the rows that a project's source stands for, once, to those it declares.

    What is declared by hand stays. What only running the source would tell is printed.

    Args:
        folder: the project.
        declared: targets by group and name; the rows are added to it.

    Raises:
        ConfigError: a module that registers cannot be parsed, or the settings are wrong.
    """
    # setuptools calls `is_asked` in every build: import the reader only where it is enabled.
    from registry_core.errors import ConfigError
    from registry_core.harvest.project import find_project
    from registry_core.harvest.rows import harvest

    found = harvest(find_project(folder))
    broken = [str(note) for note in found.notes if note.is_broken]
    if broken:
        raise ConfigError("\n".join(broken))
    for note in found.notes:
        _tell(f"{'not read: ' if note.is_unread else ''}{note}")
    for group, rows in found.groups.items():
        has = declared.setdefault(group, {})
        for name, target in rows.items():
            by_hand = has.setdefault(name, target).partition("[")[0].replace(" ", "")
            if by_hand != target:
                _tell(f"{group}: {name} is declared as {by_hand}, and its source says {target}")


def _tell(text: str) -> None:
    # A frontend shows what a backend prints where it is verbose, or the build fails.
    sys.stderr.write(f"registry_core: {text}\n")
