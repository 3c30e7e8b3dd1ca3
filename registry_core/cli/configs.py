"""Verbs that take one config through: complete it, build it, write the names of today into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import (
    CHANGES,
    CONFIG,
    IMPORTS,
    LOAD,
    OUTPUT,
    REGISTRY_OF_FILE,
    argument,
)
from registry_core.cli.printing import CannotAnswer
from registry_core.cli.tables import columns
from registry_core.cli.verbs import Answer, verb
from registry_core.errors import RegistryError
from registry_core.guards import PASSES
from registry_core.text import error_text, escaped, file_error_text

if TYPE_CHECKING:
    from registry_core.cli.arguments import Arguments


@verb(
    "Print a config, as YAML, in which each part says every argument that has a default. It builds "
    "the same; what YAML cannot say is a comment. Nothing is imported.",
    CONFIG,
    CHANGES,
    REGISTRY_OF_FILE,
    OUTPUT,
    LOAD,
    IMPORTS,
)
def fill_verb(arguments: Arguments) -> Answer:
    """The config with its defaults."""
    from registry_core.building.config_nodes import REGISTRY
    from registry_core.config.filling import filled

    found = arguments.document(arguments.config)
    with found.located():
        view, data = arguments.started(found)
        said = found.data.get(REGISTRY) if isinstance(found.data, dict) else None
        head = {REGISTRY: said} if isinstance(said, str) else None
        text = filled(data, view, arguments.known, arguments.made, head=head)
    return Answer([text.removesuffix("\n")])


@verb(
    "Build what a YAML, TOML or JSON file describes, nested configs first.",
    CONFIG,
    CHANGES,
    REGISTRY_OF_FILE,
    argument("--part", metavar="PATH", help="build one part alone: model.layers[0]"),
    IMPORTS,
)
def build_verb(arguments: Arguments) -> Answer:
    """What was built, as text; an experiment of several parts a part a line."""
    found = arguments.document(arguments.config)
    registry = arguments.registry_of(found)
    built = found.build(registry, part=arguments.part, registries=arguments.made)
    try:
        if not isinstance(built, dict | list):
            return Answer([str(built)])
        from pprint import pformat

        return Answer([pformat(built, width=columns() or 80, sort_dicts=False)])
    except PASSES:
        raise
    except BaseException as error:
        raise CannotAnswer(f"it was built, but cannot be shown: {error_text(error)}") from error


@verb(
    "Replace names in YAML, TOML or JSON files that distributions have renamed. Only the name "
    "itself is replaced: comments and all else stay as they are. Nothing is imported.",
    argument("files", nargs="+", metavar="FILE", help="a file, which is rewritten"),
    REGISTRY_OF_FILE,
    IMPORTS,
)
def fix_verb(arguments: Arguments) -> Answer:
    """Each name that was replaced; the files are rewritten."""
    from registry_core.config import load
    from registry_core.config.document import findings_of
    from registry_core.config.fixing import fixed
    from registry_core.replacing import replace_content

    replaced: list[str] = []
    faults: list[str] = []
    for file in arguments.files:
        try:
            document = load(file)
            raw = document.source.read_bytes()
            registry = arguments.registry_of(document)
            found = findings_of(document, registry, arguments.known, arguments.made)
            content, fixes = fixed(document, raw, found)
            if fixes:
                replace_content(file, content)
        except RegistryError as error:
            # The other files are rewritten, and told.
            faults.append(str(error))
        except OSError as error:
            faults.append(f"{file}: {file_error_text(error)}")
        else:
            for each in fixes:
                place = f"{file}:{each.line}:{each.column}"
                replaced.append(escaped(f"{place}: {each.old} -> {each.new}"))
    return Answer(replaced, int(bool(faults)), faults)
