"""The projects of editable installs: what their files declare and is not installed."""

from __future__ import annotations

import os
import re
import shlex
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from registry_core.frozen import is_frozen
from registry_core.installed.files import Unreadable, parsed_toml, readable
from registry_core.installed.records import source_folder
from registry_core.limits import MAX_HEAD_BYTES
from registry_core.text import error_text, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from registry_core.installed.copies import Copy

PROJECT = "pyproject.toml"
# setuptools reads these as well, or alone.
_SETUP_CFG, _SETUP_PY = "setup.cfg", "setup.py"
# Of what installing writes anew, even where it leaves the folder.
_METADATA = ("METADATA", "PKG-INFO", "RECORD", "entry_points.txt")


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


def is_changed_since(copy: Copy, file: str) -> bool:
    """Whether a file of a project changed after the copy was installed; False if it is not there.

    A file that was moved or copied keeps its time, but not that of its inode.
    """
    metadata = [copy.folder, *(os.path.join(copy.folder, each) for each in _METADATA)]
    return _changed(file) >= max(map(_changed, metadata)) > 0


def _changed(path: str) -> int:
    try:
        stat = os.stat(path)
    except (OSError, ValueError):
        return 0
    return max(stat.st_mtime_ns, stat.st_ctime_ns)


def program_that_declares(copy: Copy, folder: str, group: str, name: str) -> str | None:
    """The `setup.py` of a project, if it changed and a row of that group and name is in its text.

    Args:
        copy: an editable install.
        folder: its project.
        group: the group.
        name: the name of the row.
    """
    program = f"{folder}{os.sep}{_SETUP_PY}"
    content = readable(program, MAX_HEAD_BYTES)
    text = rf"[\"'\s]{re.escape(name)}\s*=\s*[\w.]+:"
    row = re.compile(text.encode("utf-8", "surrogatepass"))
    address = re.compile(rf"(?<![\w.]){re.escape(group)}(?![\w.])".encode())
    is_there = row.search(content) and address.search(content)
    return program if is_there and is_changed_since(copy, program) else None


def reads_decorators(folder: str) -> bool:
    """Whether the build of a project makes rows of its decorators."""
    hatch = ("hatch", "build", "targets", "wheel", "hooks", "registry-core")
    ways = (hatch, ("registry_core", "harvest", "build"))
    return any(said_of(folder, "tool", *path) not in (None, False) for path in ways)


def sources(folder: str) -> Iterator[tuple[str, str]]:
    """The modules of the packages in a project's folder, or in its `src`, each with its file."""
    for place in (folder, f"{folder}{os.sep}src"):
        for below, inside, files in os.walk(place):
            is_top = below == place
            inside[:] = sorted(
                each
                for each in inside
                if not is_top or os.path.isfile(f"{below}{os.sep}{each}{os.sep}__init__.py")
            )
            package = [] if is_top else os.path.relpath(below, place).split(os.sep)
            for each in sorted(files):
                stem, suffix = os.path.splitext(each)
                words = [*package] if stem == "__init__" else [*package, stem]
                if suffix == ".py" and words and all(map(str.isidentifier, words)):
                    yield ".".join(words), f"{below}{os.sep}{each}"


def installing(folder: str) -> str:
    """The command that installs a project anew, editable."""
    return f"pip install -e {shlex.quote(safe_text(folder))}"


def name_of(folder: str) -> str | None:
    """What a project names itself in its `pyproject.toml`; None where that does not tell."""
    name = said_of(folder, "project", "name")
    return name if isinstance(name, str) else None


def fault_of(folder: str) -> str:
    """What is wrong with the `pyproject.toml` of a project: that it is no TOML; empty otherwise."""
    return _read(folder)[1]


def said_of(folder: str, *keys: str) -> object:
    """What the `pyproject.toml` of a project says under a path of keys; None for nothing."""
    found: object = _said(folder)
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found


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
