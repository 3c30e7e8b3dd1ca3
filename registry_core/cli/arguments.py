"""Arguments that several verbs of the command take alike."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from registry_core.cli.tables import columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry_core.config import Document
    from registry_core.tree.view import View

# What a shell calls while somebody types.
COMPLETE = "__complete"
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

    def __init__(self, program: str, description: str = "", groups: tuple[str, ...] = ()) -> None:
        self.options: dict[str, argparse.Action] = {}
        self.positional: list[argparse.Action] = []
        self.groups = groups
        super().__init__(prog=program, description=description, formatter_class=_formatter)
        self.set_defaults(groups=groups)

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


def add_registries(parser: Parser) -> None:
    """Add the registries that are asked about."""
    parser.add_argument(
        "registry",
        nargs="*",
        default=list(parser.groups),
        help=f"{_REGISTRY}; all {'of ours' if parser.groups else 'registries'} where none is given",
    )


def add_registry(parser: Parser) -> None:
    """Add the one registry that is asked about; a framework that has one need not say it."""
    if len(parser.groups) == 1:
        parser.set_defaults(registry=parser.groups[0])
    else:
        parser.add_argument("registry", help=_REGISTRY)


def add_registry_and_key(parser: Parser) -> None:
    """Add an entry that is asked about."""
    add_registry(parser)
    parser.add_argument("key", help="a name, or a scope and a name: extra.Swish")


def add_registry_of_file(parser: Parser) -> None:
    """Add the registry that a file is for."""
    parser.add_argument(
        "--registry",
        metavar="NAME",
        help="the registry to build from, by its group or the last word of it; "
        "otherwise the file says it in `_registry_`",
    )


def add_files(parser: Parser) -> None:
    """Add config files, and the registry that they are for."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file; - for what is piped in")
    add_registry_of_file(parser)


def registry_of(found: Document, arguments: argparse.Namespace) -> str | None:
    """The registry that a file is for; None where the file says it itself."""
    asked: str | None = arguments.registry
    if asked is not None or len(arguments.groups) != 1:
        return asked
    says = isinstance(found.data, dict) and "_registry_" in found.data
    return None if says else arguments.groups[0]


def add_changes(parser: Parser) -> None:
    """Add what changes single values behind a file."""
    parser.add_argument(
        "changes",
        nargs="*",
        metavar="CHANGE",
        help="KEY=VALUE changes a value, +KEY=VALUE adds one, ~KEY removes one; "
        "a KEY is like model.layers[0].size, and a VALUE is YAML",
    )


def add_imports(parser: Parser) -> None:
    """Add the modules that are imported first."""
    parser.add_argument(
        "--import",
        dest="imports",
        action="append",
        default=[],
        metavar="MODULE_OR_FILE",
        help="import this first, for what it registers; may be given several times",
    )


def add_available(parser: Parser) -> None:
    """Add that what is not installed is asked about."""
    parser.add_argument(
        "--available",
        action="store_true",
        help="show what is not installed, by the indexes that REGISTRY_CORE_KNOWN names",
    )


def add_json(parser: Parser) -> None:
    """Add that the answer is printed as data."""
    parser.add_argument("--json", action="store_true", help="print JSON in place of text")


def add_output(parser: Parser) -> None:
    """Add where the answer goes."""
    parser.add_argument("-o", "--output", metavar="FILE", help="write it there, not on stdout")


def imported(arguments: argparse.Namespace) -> Mapping[str, View[Any]]:
    """Import what ``--import`` names; give the registries that were made by it, by their names."""
    if not getattr(arguments, "imports", ()):
        return {}
    from registry_core.cli.importing import import_first

    return import_first(arguments.imports)
