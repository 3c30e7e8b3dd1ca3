"""Arguments that several verbs of the command take alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


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
