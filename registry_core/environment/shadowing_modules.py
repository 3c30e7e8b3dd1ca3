"""Modules that stand before those of a distribution, so that an import takes them instead."""

from __future__ import annotations

import csv
import sys
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from registry_core.entry import Problem
from registry_core.installed.files import Unreadable, read_file
from registry_core.keys import parse_target
from registry_core.limits import MAX_RECORD_BYTES
from registry_core.text import quoted, safe_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from registry_core.entry import Entry, Provider
    from registry_core.installed.copies import Copy


def shadowing_modules(
    copy: Copy, entries: Iterable[Entry], installed: Collection[str]
) -> Iterator[Problem]:
    """Modules that an import of these entries would take, and that are not the distribution's.

    Imports nothing. What a distribution does not list as its files, as in an editable install,
    cannot be judged.

    Args:
        copy: the distribution.
        entries: its entries.
        installed: the places that hold distributions.

    Yields:
        Problems; the `subject` is the file or folder that stands in the way, where it may be moved.
    """
    provider = copy.provider
    tops = {parse_target(str(entry.target)).module.partition(".")[0]: entry for entry in entries}
    own: dict[str, Path] = {}
    for file in _files(copy):
        top = file.parts[0].partition(".")[0]
        if top in tops and file.suffix in {".py", ".so", ".pyd"}:
            # The package's folder, or the module's file.
            own[top] = Path(copy.folder).parent / file.parts[0]
    yield from _in_the_working_folder(provider, tops, own)
    for top, place in sorted(own.items()):
        places = _places_of(top)
        # A package may have parts in several places; only one without our part stands in the way.
        if places and place.resolve() not in [each.resolve() for each in places]:
            found = places[0]
            if _takes_in_others(found):
                continue
            here, there = safe_text(str(found)), safe_text(str(place))
            what = f"{top!r} is imported from {here}, and not from {there}"
            where = f"the entry {quoted(tops[top].key)}"
            # What stands where distributions are installed belongs to one of them.
            subject = "" if str(found.parent) in installed else str(found)
            fix = "move what stands in its place" if subject else "uninstall one of the two"
            code = "shadowed-module"
            yield Problem(provider, where, what, fix, "shadowed", code, subject=subject)


def _files(copy: Copy) -> Iterator[PurePosixPath]:
    """The files that an installer wrote, relative to the folder of modules."""
    try:
        record = read_file(str(Path(copy.folder, "RECORD")), MAX_RECORD_BYTES) or b""
    except Unreadable as error:
        raise Unreadable(f"its RECORD {error.what}") from error
    for row in csv.reader(record.decode("utf-8", "replace").splitlines()):
        if row and row[0]:
            yield PurePosixPath(row[0])


def _in_the_working_folder(
    provider: Provider, tops: Mapping[str, Entry], own: Mapping[str, Path]
) -> Iterator[Problem]:
    """Modules that a program takes which lies in the working folder, though a command does not."""
    try:
        folder = Path.cwd()
    except FileNotFoundError:
        # It is gone: nothing is in it.
        return
    if str(folder) in sys.path or "" in sys.path:
        return
    for top, place in sorted(own.items()):
        for found in (folder / f"{top}.py", folder / top / "__init__.py"):
            if found.is_file() and place not in (found.parent, found):
                what = f"a program in this folder imports {top!r} from {safe_text(str(found))}"
                where = f"the entry {quoted(tops[top].key)}"
                fix = "move it, if such a program is to use the entry"
                yield Problem(provider, where, what, fix, "shadowed", "working-folder")


def _takes_in_others(package: Path) -> bool:
    """Whether a package adds folders of its name from elsewhere to its own when it is imported."""
    try:
        source = (package / "__init__.py").read_bytes()
    except OSError:
        return False
    return b"extend_path" in source or b"declare_namespace" in source


def _places_of(top: str) -> list[Path]:
    """The file of a module, or the folders of a package, that an import would take."""
    try:
        # A module that is imported already may have no spec, and counts.
        spec = getattr(sys.modules[top], "__spec__", None) if top in sys.modules else find_spec(top)
    except Exception:
        # Foreign finders raise what they like.
        return []
    if spec is None:
        return []
    if spec.submodule_search_locations:
        return [*map(Path, spec.submodule_search_locations)]
    return [Path(spec.origin)] if spec.has_location and spec.origin else []
