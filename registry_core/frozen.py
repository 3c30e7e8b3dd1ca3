"""Whether this is a frozen application, and how its user gets what it lacks: nothing installs."""

from __future__ import annotations

import re
import sys

# Which registries a frozen application takes along: groups, separated by commas.
VARIABLE = "REGISTRY_CORE_FREEZE"


def is_frozen() -> bool:
    """Whether PyInstaller, or another program of its kind, made an application of this.

    https://pyinstaller.org/en/stable/runtime-information.html
    """
    return bool(getattr(sys, "frozen", False))


def how_to_get(requirement: str) -> str:
    """What to do for a distribution that is not installed, or not in this application.

    >>> how_to_get("registry_core[yaml]")
    "pip install 'registry_core[yaml]'"
    """
    if is_frozen():
        what = f"{requirement} was not collected into this application"
        return f"{what}: install it where that is built, and build it again"
    is_plain = re.fullmatch(r"[\w.-]+", requirement)
    return f"pip install {requirement}" if is_plain else f"pip install '{requirement}'"


def how_to_collect(module: str) -> str:
    """What to do for a module that is not in this frozen application."""
    what = f"{module!r} was not collected into this application"
    return f"{what}: build it again with --hidden-import {module}"
