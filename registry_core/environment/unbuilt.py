"""What decorators of a project register: before a build hook has read them, and twice."""

from __future__ import annotations

import os
import re
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from registry_core.installed.files import readable
from registry_core.installed.projects import is_changed_since, reads_decorators, said_of, sources
from registry_core.keys import dotted
from registry_core.limits import MAX_SOURCE
from registry_core.signature.registrations import Registration, Registrations
from registry_core.signature.registry_calls import address_of
from registry_core.signature.source import SourceError, find_spec
from registry_core.signature.static import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from registry_core.installed.copies import Copy

# Read for each name that is missing.
_MOST_FILES = 300


class Registering(NamedTuple):
    """What a decorator or a call in a module of a project registers, and where."""

    file: str
    line: int
    group: str
    name: str
    target: str
    force: bool


def unbuilt(copy: Copy, folder: str, name: str) -> Iterator[Registering]:
    """What modules register under a name that changed since their project was installed.

    Installing it again makes rows of that. A module that is older than the metadata was read
    already, so that it would change nothing.

    Args:
        copy: an editable install.
        folder: its project.
        name: the name of an entry, or the last word of it.
    """
    if reads_decorators(folder):
        for each in _registering(folder, name, partial(is_changed_since, copy)):
            if f".{each.name}".endswith(f".{name}"):
                yield each


def built_from(folder: str, name: str, target: str) -> str | None:
    """The file of a project from which its build hook makes that row; None where none does."""
    found = _registering(folder, name) if reads_decorators(folder) else ()
    return next((each.file for each in found if (each.name, each.target) == (name, target)), None)


def registered_twice(folder: str) -> Iterator[list[Registering]]:
    """Several objects that modules of a project register under one name, none with `force`."""
    names: dict[tuple[str, str], dict[str, Registering]] = {}
    for each in _registering(folder, "register_module"):
        names.setdefault((each.group, each.name), {}).setdefault(each.target, each)
    for several in names.values():
        if len(several) > 1 and not any(each.force for each in several.values()):
            yield list(several.values())


def _registering(
    folder: str, word: str, is_asked: Callable[[str], bool] = lambda _: True
) -> Iterator[Registering]:
    """What the modules of a project register that hold a word and whose files are asked."""
    text = rf"(?<!\w){re.escape(word)}(?!\w)"
    whole = re.compile(text.encode("utf-8", "surrogatepass"))
    reader: Reader | None = None
    for module, file in islice(sources(folder), _MOST_FILES):
        if not whole.search(readable(file, MAX_SOURCE)) or not is_asked(file):
            continue
        spec = find_spec(module)
        if spec is None or os.path.realpath(spec.origin or "") != os.path.realpath(file):
            # It is not what would be imported.
            continue
        reader = reader or Reader()
        for each in _registered(reader, module, _told(folder)):
            made = each.registry
            address = None if isinstance(made, str) else address_of(reader, made)
            group = made if isinstance(made, str) else ""
            if address is not None:
                group = dotted((address[0].group, *address[1]))
            if group:
                yield Registering(file, each.line, group, each.name, each.target, each.force)


def _told(folder: str) -> Mapping[str, str]:
    """The groups of registries of others that `pyproject.toml` says, for the build hook."""
    said = said_of(folder, "tool", "registry_core", "harvest", "registries")
    return said if isinstance(said, dict) else {}


def _registered(reader: Reader, module: str, told: Mapping[str, str]) -> list[Registration]:
    try:
        found = Registrations(reader, reader.names.module(module), told).read()
    except (SourceError, RecursionError):
        return []
    return [each for each in found if isinstance(each, Registration)]
