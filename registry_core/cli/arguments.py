"""Arguments that several verbs of the command take alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from typing import Any

    from registry_core.tree.view import View


def add_registries(parser: argparse.ArgumentParser) -> None:
    """Add the registries that are asked about."""
    parser.add_argument(
        "registry",
        nargs="*",
        help="a registry's group, or the last word of it; all registries where none is given",
    )


def add_registry_of_file(parser: argparse.ArgumentParser) -> None:
    """Add the registry that a file is for."""
    parser.add_argument(
        "--registry",
        metavar="NAME",
        help="the registry to build from, by its group or the last word of it; "
        "otherwise the file says it in `_registry_`",
    )


def add_imports(parser: argparse.ArgumentParser) -> None:
    """Add the modules that are imported first."""
    parser.add_argument(
        "--import",
        dest="imports",
        action="append",
        default=[],
        metavar="MODULE_OR_FILE",
        help="import this first, for what it registers; may be given several times",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add that the answer is printed as data."""
    parser.add_argument("--json", action="store_true", help="print JSON in place of text")


def add_registry_and_key(parser: argparse.ArgumentParser) -> None:
    """Add an entry that is asked about."""
    parser.add_argument("registry", help="a registry's group, or the last word of it")
    parser.add_argument("key", help="a name, or a scope and a name: extra.Swish")


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add where the answer goes."""
    parser.add_argument("-o", "--output", metavar="FILE", help="write it there, not on stdout")


def imported(arguments: argparse.Namespace) -> Mapping[str, View[Any]]:
    """Import what ``--import`` names; give the registries that were made by it, by their names."""
    if not arguments.imports:
        return {}
    from registry_core.cli.importing import import_first

    return import_first(arguments.imports)
