"""Which module of a framework would register a name, but is not imported with its registry."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from registry_core.installed.files import readable
from registry_core.keys import parse_target
from registry_core.limits import MAX_SOURCE
from registry_core.signature.modules import Definition
from registry_core.signature.registrations import Registration, Registrations
from registry_core.signature.registry_calls import address_of
from registry_core.signature.source import SourceError, find_spec, folders_of
from registry_core.signature.static import Reader
from registry_core.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from registry_core.entry import Entry

# Looked through for each name that is missing.
_MOST_MODULES = 300
_IS_TEST = re.compile(r"tests?$|test_|conftest$")


def unimported(owner: Entry, keys: Collection[str]) -> str | None:
    """What to do where a module of a framework registers a name, and nothing imports that module.

    Args:
        owner: the entry that owns the registry.
        keys: the keys, from the root, under which the name would have been found.

    Returns:
        The module and the ways out; None where there is no such module.
    """
    home = parse_target(str(owner.target)).module
    # A name may hold what UTF-8 has no letter for.
    names = (key.rpartition(".")[2].encode("utf-8", "surrogatepass") for key in keys)
    word = re.compile(b"|".join(map(re.escape, names)) or b"(?!)")
    reader = Reader()
    for module in islice(inside(outermost(home)), _MOST_MODULES):
        if module in sys.modules or not _holds(module, word):
            continue
        for each in _registered(reader, module):
            made = each.registry
            address = address_of(reader, made) if isinstance(made, Definition) else None
            if (
                address is not None
                and address[0].group == owner.name
                and ".".join((*address[1], each.name)) in keys
            ):
                # Whether it does is certain only where it was imported.
                how = f"where importing {safe_text(home)} does not import that, import it first"
                how += f" (--import {module}), or name it in the locations of the registry"
                return f"{module} registers it: {how}"
    return None


def _holds(module: str, word: re.Pattern[bytes]) -> bool:
    spec = find_spec(module)
    file = None if spec is None or not spec.has_location else spec.origin
    return file is not None and word.search(readable(file, MAX_SOURCE)) is not None


def _registered(reader: Reader, module: str) -> list[Registration]:
    try:
        found = Registrations(reader, reader.names.module(module)).read()
    except (SourceError, RecursionError):
        return []
    return [each for each in found if isinstance(each, Registration)]


def outermost(module: str) -> str:
    """The outermost package of a module that has a file: others share a namespace."""
    names = module.split(".")
    for end in range(1, len(names)):
        name = ".".join(names[:end])
        spec = find_spec(name)
        if spec is None or spec.origin is not None:
            return name
    return module


def inside(package: str) -> Iterator[str]:
    """The modules of a package, and of those within it, in folders without `__init__` as well.

    Tests among them are left out: what they register is of no program.
    """
    import pkgutil

    waiting = [package]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        yield name
        # A link may lead back.
        folders = [each for each in folders_of(name) if os.path.realpath(each) not in seen]
        seen.update(map(os.path.realpath, folders))
        found = {each.name for each in pkgutil.iter_modules(folders)} if folders else set[str]()
        for folder in folders:
            with suppress(OSError), os.scandir(folder) as listed:
                found |= {each.name for each in listed if each.is_dir()}
        names = sorted(each for each in found if each.isidentifier() and not _IS_TEST.match(each))
        waiting += [f"{name}.{each}" for each in names]
