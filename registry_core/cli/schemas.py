"""The command `registry-core schema`: a JSON Schema of configs, for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import add_imports, add_output, add_registries, imported
from registry_core.cli.printing import output, printing_to_stderr

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence
    from typing import Any

    from registry_core.cli.arguments import Parser
    from registry_core.config.constraints import Schema
    from registry_core.tree.view import View

DESCRIPTION = (
    "Print a JSON Schema of the configs that registries build, so that an editor completes and "
    "checks them. Where not one registry is named, it is of configs that say theirs in "
    "`_registry_`. Nothing is imported. In YAML, say it in the first line: "
    "# yaml-language-server: $schema=FILE"
)

_START = "start"


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core schema`` takes."""
    add_registries(parser)
    parser.add_argument(
        "--load", action="store_true", help="import every entry, and ask the objects"
    )
    add_output(parser)
    add_imports(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the schema."""
    import json

    made = imported(arguments)
    with printing_to_stderr():
        if len(arguments.registry) == 1:
            drawn = _of_one(arguments.registry[0], made, load=arguments.load)
        else:
            drawn = _of_several(arguments.registry, made, load=arguments.load)
    output(json.dumps(drawn, indent=1, ensure_ascii=False), arguments.output)
    return 0


def _of_one(name: str, made: Mapping[str, View[Any]], *, load: bool) -> Schema:
    from registry_core.config import schema
    from registry_core.tree.known_registries import KnownRegistries
    from registry_core.tree.owned import owned_registry

    view = made.get(name)
    if view is None:
        view = owned_registry(name) if load else KnownRegistries().asked(name)
    return schema(view, load=load, recursive=True, registries=made)


def _of_several(names: Sequence[str], made: Mapping[str, View[Any]], *, load: bool) -> Schema:
    """That of one, which leads to all others, for configs that say which registry theirs is."""
    from registry_core.building.config_nodes import REGISTRY
    from registry_core.errors import ConfigError
    from registry_core.tree.known_registries import KnownRegistries

    known = KnownRegistries(load=load)
    asked = names or [*dict.fromkeys(view.group for view in made.values()), *known.all()]
    said: list[str] = []
    for name in asked:
        view = made.get(name)
        if view is None:
            said += known.names(known.view(name).group, "")
        else:
            said += [word for word, each in made.items() if each is view]
    if not said:
        raise ConfigError("no installed framework owns a registry that can be read")
    one = _of_one(said[0], made, load=load)
    definitions, dialect = one.pop("$defs"), one.pop("$schema")
    known_one: Schema = {"enum": said, "description": "The registry that this config is for."}
    says_one: Schema = {"required": [REGISTRY], "properties": {REGISTRY: known_one}}
    return {
        "$schema": dialect,
        "title": f"Configs of {', '.join(asked)}",
        "type": "object",
        **says_one,
        # What else is wrong depends on it.
        "if": says_one,
        "then": {"$ref": f"#/$defs/{_START}"},
        "$defs": {**definitions, _START: one},
    }
