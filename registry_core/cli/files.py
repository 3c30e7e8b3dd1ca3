"""The config files that a command is given; `-` is what is piped into it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from registry_core.cli.arguments import imported, registry_of
from registry_core.config import load
from registry_core.config.document import started
from registry_core.config.reading import read_piped
from registry_core.config.used import used
from registry_core.environment import current_environment
from registry_core.tree.known_registries import KnownRegistries

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from registry_core.config import Document
    from registry_core.entry import Entry


def document(file: str, changes: Sequence[str] = ()) -> Document:
    """Read a file, or what is piped in.

    Raises:
        ConfigError: as `registry_core.config.load` says.
    """
    if file != "-":
        return load(file, changes)
    piped = b"" if sys.stdin is None else sys.stdin.buffer.read()
    return read_piped(piped, changes)


def entries_of(arguments: argparse.Namespace) -> list[Entry]:
    """The entries that the files of a command use, and those that own their registries.

    Raises:
        RegistryError: a file cannot be read, or a name in it leads nowhere.
    """
    made = imported(arguments)
    known = KnownRegistries()
    found: list[Entry] = []
    for file in dict.fromkeys(arguments.files):
        read = document(file)
        with read.located():
            view, data = started(read, registry_of(read, arguments), known, made)
            found += (each.entry for each in used(data, view, known, made))
    owners = current_environment().registries()
    needed = {entry.registry for entry in found}
    return [*found, *(owner for group, owner in owners.items() if group in needed)]
