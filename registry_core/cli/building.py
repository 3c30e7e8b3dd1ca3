"""The command `registry-core build`: build what a file describes, and print it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import (
    add_changes,
    add_imports,
    add_registry_of_file,
    imported,
    registry_of,
)
from registry_core.cli.printing import CannotPrint, answer
from registry_core.cli.tables import columns
from registry_core.guards import PASSES
from registry_core.text import error_text

if TYPE_CHECKING:
    import argparse

    from registry_core.cli.arguments import Parser

DESCRIPTION = "Build what a YAML, TOML or JSON file describes, nested configs first."


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core build`` takes."""
    parser.add_argument("config", help="the file; - for what is piped in")
    add_changes(parser)
    add_registry_of_file(parser)
    parser.add_argument("--part", metavar="PATH", help="build one part alone: model.layers[0]")
    add_imports(parser)


def run(arguments: argparse.Namespace) -> int:
    """Build, and print what was built."""
    from registry_core.cli.files import document

    made = imported(arguments)
    found = document(arguments.config, arguments.changes)
    built = found.build(registry_of(found, arguments), part=arguments.part, registries=made)
    answer(_shown(built))
    return 0


def _shown(built: object) -> str:
    """What was built, as text; an experiment of several parts a part a line."""
    try:
        if not isinstance(built, dict | list):
            return str(built)
        from pprint import pformat

        return pformat(built, width=columns() or 80, sort_dicts=False)
    except PASSES:
        raise
    except BaseException as error:
        raise CannotPrint(f"it was built, but cannot be shown: {error_text(error)}") from error
