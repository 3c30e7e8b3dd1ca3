"""The command `registry-core schema`: a JSON Schema of configs, for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import add_imports, add_output, add_registry, imported
from registry_core.cli.printing import output, printing_to_stderr

if TYPE_CHECKING:
    import argparse

    from registry_core.cli.arguments import Parser

DESCRIPTION = (
    "Print a JSON Schema of the configs that registries build, so that an editor completes and "
    "checks them. Nothing is imported. In YAML, say it in the first line: "
    "# yaml-language-server: $schema=FILE"
)


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core schema`` takes."""
    add_registry(parser)
    parser.add_argument(
        "--load", action="store_true", help="import every entry, and ask the objects"
    )
    add_output(parser)
    add_imports(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the schema."""
    import json

    from registry_core.config import schema
    from registry_core.tree.known_registries import KnownRegistries
    from registry_core.tree.owned import owned_registry

    made = imported(arguments)
    with printing_to_stderr():
        view = made.get(arguments.registry)
        if view is None and arguments.load:
            view = owned_registry(arguments.registry)
        if view is None:
            view = KnownRegistries().asked(arguments.registry)
        drawn = schema(view, load=arguments.load, recursive=True)
    output(json.dumps(drawn, indent=1, ensure_ascii=False), arguments.output)
    return 0
