"""Why an entry cannot be loaded, or loads what is not its own, by what is installed."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from registry_core.entry import Problem
from registry_core.installed.files import Unreadable, read_file
from registry_core.installed.projects import PROJECT, project_folder
from registry_core.installed.records import lists
from registry_core.installed.requirements import unmet
from registry_core.keys import normalized, parse_target
from registry_core.limits import MAX_HEAD_BYTES
from registry_core.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry_core.entry import Entry
    from registry_core.errors import PluginLoadError
    from registry_core.installed import Copy, Installed


def explain(error: PluginLoadError, installed: Installed) -> None:
    """Say in an error what is at fault beside the code: its requirements first.

    Args:
        error: what is about to be raised.
        installed: what is installed.
    """
    entry = error.entry
    copy = installed.copy(normalized(entry.provider.name))
    if copy is None or error.remedy == "install the extra":
        return
    causes = [*_requirements(copy, installed), *_stray(copy, entry)]
    if causes:
        error.fix = "; ".join(causes)
        error.remedy = "install a module"
        return
    folder = project_folder(copy)
    if folder is not None and error.remedy == "mend it":
        # Its reader is its author.
        error.fix = f"correct it in {safe_text(folder)}, or the entry point in its {PROJECT}"
        if not os.path.isdir(folder):
            error.fix = f"its project {safe_text(folder)} is gone: install it from elsewhere"
    elif getattr(sys, "frozen", False) and isinstance(error.__cause__, ModuleNotFoundError):
        missing = error.__cause__.name or _module(entry)
        error.fix = (
            f"this application is frozen: build it with --hidden-import {safe_text(missing)}"
        )


def load_problems(entries: Iterable[Entry], installed: Installed) -> Iterator[Problem]:
    """What keeps entries from being loaded, or loads others in their place; loads none."""
    by_provider: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        if entry.provider.is_distribution and isinstance(entry.target, str):
            tops = by_provider.setdefault(normalized(entry.provider.name), {})
            tops.setdefault(_module(entry).partition(".")[0], entry)
    for key, tops in by_provider.items():
        copy = installed.copy(key)
        if copy is None:
            continue
        where = safe_text(copy.folder)
        for what in _requirements(copy, installed):
            fix = "install what it requires, or another version of it"
            yield Problem(copy.provider, where, what, fix, code="unmet-requirement")
        for entry in tops.values():
            for what in _stray(copy, entry):
                fix = "move what stands in its place"
                yield Problem(
                    copy.provider, where, what, fix, "shadowed", "stray-module", entry.key
                )


def _requirements(copy: Copy, installed: Installed) -> list[str]:
    try:
        return list(unmet(copy, installed.provider))
    except Unreadable:
        return []


def _stray(copy: Copy, entry: Entry) -> Iterator[str]:
    """The module that an import takes in place of the distribution's own."""
    top = _module(entry).partition(".")[0]
    file = _file(top)
    if file is None:
        return
    place = os.path.dirname(copy.folder)
    for own in (f"{top}/__init__.py", f"{top}.py"):
        mine = os.path.join(place, *own.split("/"))
        if lists(copy, (own,)) and os.path.realpath(mine) != os.path.realpath(file):
            if not _takes_in_others(file):
                here, there = safe_text(file), safe_text(mine)
                yield f"{top!r} is imported from {here}, and not from {there}"
            return


def _module(entry: Entry) -> str:
    try:
        return parse_target(str(entry.target)).module
    except ValueError:
        return ""


def _file(top: str) -> str | None:
    """The file of a top-level module that an import takes; it is not imported."""
    try:
        spec = getattr(sys.modules[top], "__spec__", None) if top in sys.modules else find_spec(top)
    except Exception:
        # Foreign finders raise what they like.
        return None
    return spec.origin if spec is not None and spec.has_location else None


def _takes_in_others(file: str) -> bool:
    """Whether a package adds folders of its name from elsewhere to its own."""
    try:
        source = read_file(file, MAX_HEAD_BYTES) or b""
    except (Unreadable, ValueError):
        return False
    return b"extend_path" in source or b"declare_namespace" in source
