"""The arguments that several verbs take alike, and what a verb asks with them."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from registry_core.cli.tables import columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from registry_core.config import Document
    from registry_core.entry import Entry
    from registry_core.tree.known_registries import KnownRegistries
    from registry_core.tree.view import View

    Adds = Callable[["Parser"], object]

_REGISTRY = "a registry's group, or the last word of it"


class Parser(argparse.ArgumentParser):
    """Parses the arguments of one verb.

    Args:
        program: how the verb is called: ``registry-core list``.
        description: what it does.
        groups: the registries of the framework that has mounted the command; none otherwise.

    Attributes:
        options: what was added that begins with a dash, by each spelling.
        positional: what else was added.
    """

    def __init__(self, program: str, description: str, groups: tuple[str, ...]) -> None:
        self.options: dict[str, argparse.Action] = {}
        self.positional: list[argparse.Action] = []
        self.groups = groups
        super().__init__(prog=program, description=description, formatter_class=_formatter)

    def add_argument(self, *args: Any, **kwargs: Any) -> argparse.Action:
        """Add an argument, as argparse does."""
        action = super().add_argument(*args, **kwargs)
        if action.option_strings:
            self.options |= dict.fromkeys(action.option_strings, action)
        else:
            self.positional.append(action)
        return action


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Lays out help. Left to itself, it would import shutil to measure the terminal."""
    return argparse.HelpFormatter(prog, width=(columns() or 80) - 2)


class Arguments(argparse.Namespace):
    """What a verb was given. Lives as long as its answer is worked out.

    Args:
        parser: what parses it.

    Attributes:
        groups: the registries of the framework that has mounted the command; none otherwise.
        made: by their names, the registries that ``--import`` makes and no distribution owns.
    """

    def __init__(self, parser: Parser) -> None:
        self.parser = parser
        self.groups = parser.groups
        self.made: Mapping[str, View[Any]] = {}

    @cached_property
    def known(self) -> KnownRegistries:
        """Finds registries, and reads the source of each module once."""
        from registry_core.tree.known_registries import KnownRegistries

        option = "--load" if "--load" in self.parser.options else ""
        return KnownRegistries(load=getattr(self, "load", False), option=option)

    @property
    def asked(self) -> Sequence[str]:
        """The names of the registries that are asked about; none for all that are installed."""
        return self.registry or self.groups

    def view(self, name: str) -> View[Any]:
        """The registry that is asked about: it need not be owned or readable, unless it is loaded.

        Raises:
            RegistryNotFound: no registry, or more than one, has that name.
        """
        made = self.made.get(name)
        # Not by its truth: an empty registry is false.
        return self.known.asked(name) if made is None else made

    def views(self, names: Sequence[str] = ()) -> dict[str, View[Any]]:
        """The registries of these names, by their groups; all that are asked about if none.

        Raises:
            RegistryNotFound: no registry, or more than one, has one of the names.
        """
        from registry_core.environment import current_environment

        made = [each.group for each in self.made.values()]
        asked = names or self.groups or [*made, *current_environment().groups()]
        return {found.group: found for found in map(self.view, asked)}

    def document(self, file: str) -> Document:
        """Read a file, or what is piped in, with its values changed as the arguments say.

        Raises:
            ConfigError: as `registry_core.config.load` says.
        """
        from registry_core.config.reading import load, read_piped

        changes: Sequence[str] = getattr(self, "changes", ())
        if file != "-":
            return load(file, changes)
        return read_piped(b"" if sys.stdin is None else sys.stdin.buffer.read(), changes)

    def registry_of(self, document: Document) -> str | None:
        """The registry that a file is for; None where the file says it itself."""
        asked: str | None = self.registry
        if asked is not None or len(self.groups) != 1:
            return asked
        says = isinstance(document.data, dict) and "_registry_" in document.data
        return None if says else self.groups[0]

    def started(self, document: Document) -> tuple[View[Any], Any]:
        """The registry that a file is for, and what is built from it.

        Raises:
            RegistryError: there is nothing to build, or no such registry.
        """
        from registry_core.config.document import started

        return started(document, self.registry_of(document), self.known, self.made)

    def used_entries(self) -> list[Entry]:
        """The entries that the files use, and those that own their registries.

        What a module of a distribution registered is that distribution's, but for what a file
        registered that is imported by its path.

        Raises:
            RegistryError: a file cannot be read, a name in it leads nowhere, or the answer would be
                written in place of the file.
        """
        from registry_core.config.used import of_distribution, used
        from registry_core.environment import current_environment

        found: list[Entry] = []
        for file in dict.fromkeys(self.files):
            self._spare(file)
            read = self.document(file)
            with read.located():
                view, data = self.started(read)
                found += (each.entry for each in used(data, view, self.known, self.made))
        owners = current_environment().registries()
        files = (os.path.splitext(os.path.basename(each)) for each in self.imports)
        beside = {name for name, suffix in files if suffix == ".py"}
        found = [e if e.provider.name in beside else of_distribution(e) for e in found]
        needed = {entry.registry for entry in found}
        return [*found, *(owner for group, owner in owners.items() if group in needed)]

    def _spare(self, file: str) -> None:
        """Refuse to write the answer over the config that it is about."""
        from registry_core.errors import ConfigError

        with suppress(OSError):
            # Where either is not there, nothing is written over.
            if self.answer_file is not None and os.path.samefile(file, self.answer_file):
                what = "-o would replace this config by what is made of it"
                raise ConfigError(f"{what}; write it into another file", file)


def argument(*names: str, **options: Any) -> Adds:
    """An argument of a verb, as `argparse.ArgumentParser.add_argument` takes it."""
    return lambda parser: parser.add_argument(*names, **options)


def registries(parser: Parser) -> None:
    """The registries that are asked about."""
    parser.add_argument(
        "registry",
        nargs="*",
        default=(),
        help=f"{_REGISTRY}; all {'of ours' if parser.groups else 'registries'} where none is given",
    )


def registry_and_key(parser: Parser) -> None:
    """The entry that is asked about; a framework that has one registry need not say it."""
    if len(parser.groups) == 1:
        parser.set_defaults(registry=parser.groups[0])
    else:
        help_text = f"{_REGISTRY}; may be left out where one alone has the key"
        parser.add_argument("registry", nargs="?", help=help_text)
    parser.add_argument("key", help="a name, or a scope and a name: extra.Swish")


REGISTRY_OF_FILE = argument(
    "--registry",
    metavar="NAME",
    help="the registry to build from, by its group or the last word of it; "
    "otherwise the file says it in `_registry_`",
)
CONFIG = argument("config", help="the file; - for what is piped in")
FILES = argument("files", nargs="+", metavar="FILE", help="a file; - for what is piped in")
CHANGES = argument(
    "changes",
    nargs="*",
    # Without one, argparse calls it required.
    default=(),
    metavar="CHANGE",
    help="KEY=VALUE changes a value, +KEY=VALUE adds one, ~KEY removes one; "
    "a KEY is like model.layers[0].size, and a VALUE is YAML",
)
IMPORTS = argument(
    "--import",
    dest="imports",
    action="append",
    default=[],
    metavar="MODULE_OR_FILE",
    help="import this first, for what it registers; may be given several times",
)
LOAD = argument(
    "--load",
    action="store_true",
    help="import frameworks and what is named, and ask them what source does not tell",
)
AVAILABLE = argument(
    "--available",
    action="store_true",
    help="show what is not installed, by the indexes that REGISTRY_CORE_KNOWN names",
)
JSON = argument("--json", action="store_true", help="print JSON in place of text")
OUTPUT = argument(
    "-o", "--output", dest="answer_file", metavar="FILE", help="write it there, not on stdout"
)
