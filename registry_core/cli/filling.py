"""The command `registry-core fill`: a config with every default written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import (
    add_changes,
    add_imports,
    add_output,
    add_registry_of_file,
    imported,
    registry_of,
)
from registry_core.cli.printing import output, printing_to_stderr

if TYPE_CHECKING:
    import argparse

    from registry_core.cli.arguments import Parser

DESCRIPTION = (
    "Print a config, as YAML, in which each part says every argument that has a default. It builds "
    "the same; what YAML cannot say is a comment. Nothing is imported."
)


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core fill`` takes."""
    parser.add_argument("config", help="the file; - for what is piped in")
    add_changes(parser)
    add_registry_of_file(parser)
    add_output(parser)
    add_imports(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the config with its defaults."""
    from registry_core.building.config_nodes import REGISTRY
    from registry_core.cli.files import document
    from registry_core.config.document import started
    from registry_core.config.filling import filled
    from registry_core.tree.known_registries import KnownRegistries

    made = imported(arguments)
    known = KnownRegistries()
    found = document(arguments.config, arguments.changes)
    with printing_to_stderr(), found.located():
        view, data = started(found, registry_of(found, arguments), known, made)
        said = found.data.get(REGISTRY) if isinstance(found.data, dict) else None
        head = {REGISTRY: said} if isinstance(said, str) else None
        text = filled(data, view, known, made, head=head)
    output(text.removesuffix("\n"), arguments.output)
    return 0
