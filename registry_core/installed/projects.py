"""The projects of editable installs: what their `pyproject.toml` declares and is not installed."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from registry_core.frozen import is_frozen
from registry_core.installed.files import Unreadable, parsed_toml, readable
from registry_core.installed.records import source_folder
from registry_core.limits import MAX_HEAD_BYTES, MAX_SOURCE
from registry_core.text import error_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from registry_core.installed.copies import Copy

PROJECT = "pyproject.toml"
# Read for each name that is missing.
_MOST_FILES = 300


def project_folder(copy: Copy) -> str | None:
    """The folder of the project that an editable install runs from; None for other copies.

    A frozen application may have metadata of one: its sources are on the machine that built it.
    """
    if is_frozen():
        return None
    folder = source_folder(copy)
    if folder is None and copy.folder.lower().endswith(".egg-info") and not copy.version:
        # setuptools keeps it beside the sources: in the project, or in a folder of that.
        place = os.path.dirname(copy.folder)
        both = (place, os.path.dirname(place))
        folder = next((each for each in both if os.path.isfile(f"{each}{os.sep}{PROJECT}")), None)
    return folder


def not_installed(copy: Copy, folder: str) -> Iterator[tuple[str, str, str]]:
    """The group, name and target of each row of a project that is not installed as it stands there.

    Args:
        copy: an editable install.
        folder: its project.
    """
    installed = copy.groups()
    for group, rows in _declared(folder).items():
        written = dict(installed[group].written()) if group in installed else {}
        for name, value in rows.items():
            if written.get(name, "").replace(" ", "") != value.replace(" ", ""):
                yield group, name, value


def file_that_names(name: str, folder: str) -> str | None:
    """A file of a project that writes a name, where its build reads decorators; None for none.

    Args:
        name: the name, as a decorator or a class has it.
        folder: the project.
    """
    if not _reads_decorators(_said(folder)):
        return None
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)".encode())
    for file in islice(_sources(folder), _MOST_FILES):
        if word.search(readable(file, MAX_SOURCE)):
            return file
    return None


def _reads_decorators(said: object) -> bool:
    hatch = ("hatch", "build", "targets", "wheel", "hooks", "registry-core")
    ways = (hatch, ("registry_core", "harvest", "build"))
    for path in ways:
        found = said
        for key in ("tool", *path):
            found = found.get(key) if isinstance(found, dict) else None
        if found is not None and found is not False:
            return True
    return False


def _sources(folder: str) -> Iterator[str]:
    """The modules of the packages in a project's folder, or in its `src`."""
    for place in (folder, f"{folder}{os.sep}src"):
        for below, inside, files in os.walk(place):
            is_top = below == place
            inside[:] = sorted(
                each
                for each in inside
                if not is_top or os.path.isfile(f"{below}{os.sep}{each}{os.sep}__init__.py")
            )
            yield from (f"{below}{os.sep}{each}" for each in sorted(files) if each.endswith(".py"))


def name_of(folder: str) -> str | None:
    """What a project names itself in its `pyproject.toml`; None where that does not tell."""
    project = _said(folder).get("project")
    name = project.get("name") if isinstance(project, dict) else None
    return name if isinstance(name, str) else None


def fault_of(folder: str) -> str:
    """What is wrong with the `pyproject.toml` of a project: that it is no TOML; empty otherwise."""
    return _read(folder)[1]


def _said(folder: str) -> Mapping[str, object]:
    """What the `pyproject.toml` of a project says; nothing where it cannot be read."""
    return _read(folder)[0]


def _read(folder: str) -> tuple[Mapping[str, object], str]:
    content = readable(f"{folder}{os.sep}{PROJECT}", MAX_HEAD_BYTES)
    return _parsed(content)


@lru_cache(maxsize=64)
def _parsed(content: bytes) -> tuple[Mapping[str, object], str]:
    """What a text says, and why it says nothing; remembered: each error of a check asks for it."""
    try:
        return parsed_toml(content), ""
    except Unreadable as error:
        # Only what is no TOML is its author's fault.
        return {}, "" if error.__cause__ is None else error_text(error.__cause__)


def _declared(folder: str) -> dict[str, dict[str, str]]:
    """What a project declares, by group."""
    said = _said(folder)
    found: dict[str, dict[str, str]] = {}
    # The second is Poetry's own table, which is older than [project].
    for path in (("project", "entry-points"), ("tool", "poetry", "plugins")):
        table: object = said
        for key in path:
            table = table.get(key) if isinstance(table, dict) else None
        for group, rows in table.items() if isinstance(table, dict) else ():
            if isinstance(rows, dict):
                texts = {name: value for name, value in rows.items() if isinstance(value, str)}
                found.setdefault(group, {}).update(texts)
    return found
