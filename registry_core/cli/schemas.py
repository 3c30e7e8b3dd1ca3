"""The verbs `schema` and `types`: configs for editors, and for type checkers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from registry_core.cli.arguments import IMPORTS, OUTPUT, argument, registries
from registry_core.cli.verbs import Answer, verb
from registry_core.errors import ConfigError
from registry_core.text import file_error_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry_core.cli.arguments import Arguments
    from registry_core.config.constraints import Schema

_START = "start"


@verb(
    "Print a JSON Schema of the configs that registries build, so that an editor completes and "
    "checks them. Where not one registry is named, it is of configs that say theirs in "
    "`_registry_`. Nothing is imported. In YAML, say it in the first line: "
    "# yaml-language-server: $schema=FILE",
    registries,
    argument("--load", action="store_true", help="import every entry, and ask the objects"),
    OUTPUT,
    IMPORTS,
)
def schema_verb(arguments: Arguments) -> Answer:
    """The schema."""
    names = arguments.asked
    drawn = _of_one(names[0], arguments) if len(names) == 1 else _of_several(names, arguments)
    return Answer([json.dumps(drawn, indent=1, ensure_ascii=False)])


@verb(
    "Print a module of Python with a TypedDict for each entry, so that mypy and pyright check the "
    "configs that code writes, and know what `build_...` of that module returns. Nothing is "
    "imported.",
    registries,
    OUTPUT,
    argument(
        "--check",
        metavar="FILE",
        help="write nothing: the exit status is 1 where FILE is not what would be written today",
    ),
    IMPORTS,
)
def types_verb(arguments: Arguments) -> Answer:
    """The module; or whether a file is it."""
    from registry_core.config.types_writer import MARK, typed_configs
    from registry_core.environment import current_environment
    from registry_core.query.listing import groups_named

    names, file = arguments.asked, arguments.check
    before = ""
    if file:
        try:
            before = Path(file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"it cannot be read: {file_error_text(error)}", file) from error
        if not before.startswith(MARK):
            raise ConfigError("it was not written by this command", file)
        # What the file is of, and not what another would be.
        names = arguments.registry or before.partition("\n")[0].removeprefix(MARK).split()
    known = arguments.known
    views = [known.asked(group) for group in groups_named(names, current_environment())]
    text = typed_configs(views, known.signatures)
    if not file:
        return Answer([text.removesuffix("\n")])
    if text == before:
        return Answer()
    return Answer((), 1, [f"{file} is out of date: write it again with -o {file}"])


def _of_one(name: str, arguments: Arguments) -> Schema:
    from registry_core.config import schema

    view, made = arguments.view(name), arguments.made
    return schema(view, load=arguments.load, recursive=True, registries=made)


def _of_several(names: Sequence[str], arguments: Arguments) -> Schema:
    """That of one, which leads to all others, for configs that say which registry theirs is."""
    from registry_core.building.config_nodes import REGISTRY

    known, made = arguments.known, arguments.made
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
    one = _of_one(said[0], arguments)
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
