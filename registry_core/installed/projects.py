"""The projects of editable installs: what their files declare and is not installed."""

from __future__ import annotations

import os
import re
import shlex
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from registry_core.frozen import is_frozen
from registry_core.installed.files import Unreadable, parsed_toml, readable
from registry_core.installed.records import source_folder
from registry_core.limits import MAX_HEAD_BYTES, MAX_SOURCE
from registry_core.text import error_text, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from registry_core.installed.copies import Copy

PROJECT = "pyproject.toml"
# setuptools reads these as well, or alone.
_SETUP_CFG, _SETUP_PY = "setup.cfg", "setup.py"
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
        if folder is None and os.path.basename(place) not in ("site-packages", "dist-packages"):
            # Where packages are installed, a stray setup.py is no project's.
            files = (_SETUP_PY, _SETUP_CFG)
            folder = next(
                (p for p in both if any(os.path.isfile(f"{p}{os.sep}{each}") for each in files)),
                None,
            )
    return folder


class Row(NamedTuple):
    """A row of entry points as a project declares it, and the path of the file that does."""

    file: str
    group: str
    name: str
    value: str


def not_installed(copy: Copy, folder: str) -> Iterator[Row]:
    """Each row of a project that is not installed as it stands there.

    Args:
        copy: an editable install.
        folder: its project.
    """
    installed = copy.groups()
    for row in declared(folder):
        group = installed.get(row.group)
        written = {} if group is None else dict(group.written())
        if written.get(row.name, "").replace(" ", "") != row.value.replace(" ", ""):
            yield row


def file_that_names(name: str, folder: str) -> str | None:
    """A file of a project that writes a name and may declare it; None for none.

    That is a module, where the project's build reads decorators, and a row in `setup.py`.

    Args:
        name: the name, as a decorator or a class has it.
        folder: the project.
    """
    program = f"{folder}{os.sep}{_SETUP_PY}"
    row = re.compile(rf"[\"'\s]{re.escape(name)}\s*=\s*[\w.]+:".encode())
    if row.search(readable(program, MAX_HEAD_BYTES)):
        return program
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


def installing(folder: str) -> str:
    """The command that installs a project anew, editable."""
    return f"pip install -e {shlex.quote(safe_text(folder))}"


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


def declared(folder: str) -> Iterator[Row]:
    """The rows that a project declares, file by file."""
    said = _said(folder)
    # The others are tables of Poetry and Flit, which are older than [project].
    tables = (("project", "entry-points"), ("tool", "poetry", "plugins"))
    for path in (*tables, ("tool", "flit", "entrypoints")):
        table: object = said
        for key in path:
            table = table.get(key) if isinstance(table, dict) else None
        for group, rows in table.items() if isinstance(table, dict) else ():
            for name, value in rows.items() if isinstance(rows, dict) else ():
                if isinstance(value, str):
                    yield Row(f"{folder}{os.sep}{PROJECT}", group, name, value)
    project = said.get("project")
    dynamic = project.get("dynamic") if isinstance(project, dict) else ["entry-points"]
    if isinstance(dynamic, list) and "entry-points" in dynamic:
        yield from _declared_in_ini(f"{folder}{os.sep}{_SETUP_CFG}")


def _declared_in_ini(file: str) -> Iterator[Row]:
    """What a `setup.cfg` declares, for setuptools or, in the second section, for pbr."""
    content = readable(file, MAX_HEAD_BYTES)
    if b"entry_points" not in content:
        return
    # Late: few projects have such a file.
    from configparser import Error, RawConfigParser

    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(content.decode("utf-8", "replace"))
    except Error:
        return
    for section in ("options.entry_points", "entry_points"):
        for group, rows in parser.items(section) if parser.has_section(section) else ():
            for line in rows.splitlines():
                name, is_row, value = line.partition("=")
                if is_row and not line.lstrip().startswith(("#", ";")):
                    yield Row(file, group, name.strip(), value.strip())
