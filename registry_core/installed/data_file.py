"""A data file in a top-level package of a distribution, found without importing the package."""

from __future__ import annotations

import os
from importlib.machinery import PathFinder
from importlib.util import find_spec
from typing import TYPE_CHECKING

from registry_core.guards import PASSES
from registry_core.installed.files import Unreadable, read_file, unreadable
from registry_core.installed.records import lists
from registry_core.text import error_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.machinery import ModuleSpec

    from registry_core.installed.copies import Copy


def read_data_file(copy: Copy, package: str, name: str, most: int) -> bytes | None:
    """The content of a file that a distribution ships; None where it ships none.

    In a wheel it is where RECORD lists it. An editable install does not list it: there it is where
    the package would be imported from, and so it is in an archive.

    Args:
        copy: the distribution.
        package: the top-level package that holds the file.
        name: the file.
        most: how many bytes it may have.

    Raises:
        Unreadable: it is not a regular file, is larger, or cannot be read.
    """
    place = os.path.dirname(copy.folder)
    # Without a RECORD nothing tells. With one, the file of another distribution does not count: the
    # two may share a namespace package.
    is_told = os.path.isfile(os.path.join(copy.folder, "RECORD"))
    if not is_told or lists(copy, (f"{package}/{name}",)):
        content = read_file(os.path.join(place, package, name), most)
        if content is not None:
            return content
    for spec in _specs(package, place) if copy.is_editable() else ():
        content = _in_package(spec, name, most)
        if content is not None:
            return content
    return None


def _specs(package: str, place: str) -> Iterator[ModuleSpec]:
    """Where a package may be imported from: beside its metadata, or wherever finders say."""
    try:
        yield from filter(None, [PathFinder.find_spec(package, [place]), find_spec(package)])
    except PASSES:
        raise
    except BaseException as error:
        raise Unreadable(f"cannot be looked for: {error_text(error)}") from error


def _in_package(spec: ModuleSpec, name: str, most: int) -> bytes | None:
    for folder in spec.submodule_search_locations or ():
        path = os.path.join(folder, name)
        content = read_file(path, most) if os.path.isdir(folder) else _in_archive(spec, path)
        if content is not None:
            if len(content) > most:
                raise Unreadable(f"is larger than {most:,} bytes")
            return content
    return None


def _in_archive(spec: ModuleSpec, path: str) -> bytes | None:
    read = getattr(spec.loader, "get_data", None)
    if read is None:
        return None
    try:
        content: bytes = read(path)
    except OSError as error:
        # zipimport says so of what the archive does not hold, with the path as `errno`.
        if error.errno is None or not isinstance(error.errno, int):
            return None
        raise unreadable(error) from error
    return content
