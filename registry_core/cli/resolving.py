"""The command `registry-core which`: what a key means, what it hides, and what hides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import add_imports, add_json, add_registry_and_key, imported
from registry_core.cli.listing import row_as_json, target_of
from registry_core.cli.printing import answer, complain, printing_to_stderr
from registry_core.text import quoted, safe_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from registry_core.cli.arguments import Parser
    from registry_core.entry import Entry
    from registry_core.query import Which

DESCRIPTION = (
    "Follow how a key is resolved: the scopes that are tried, the entry, and what of that name is "
    "shadowed, in conflict or blocked. Nothing is imported. The exit status is 1 where no entry is "
    "found, or more than one."
)
FORMAT = "registry_core-which-1"


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core which`` takes."""
    add_registry_and_key(parser)
    parser.add_argument(
        "--scope", metavar="SCOPE", help="the scope to start from, as `_scope_` says it"
    )
    add_json(parser)
    add_imports(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print how the key is resolved."""
    from registry_core.errors import RegistryError
    from registry_core.query import which
    from registry_core.tree.known_registries import KnownRegistries

    made = imported(arguments)
    with printing_to_stderr():
        view = made.get(arguments.registry) or KnownRegistries().asked(arguments.registry)
        if arguments.scope:
            view = view._handle(view._lookup.within(arguments.scope).node)
        found = which(view, arguments.key)
    if arguments.json:
        import json

        answer(json.dumps(_as_json(found), indent=2))
    else:
        answer("\n".join(_lines(found, arguments.key)))
    try:
        view._lookup.entry(arguments.key)
    except RegistryError as error:
        complain(str(error))
        return 1
    return 0


def _as_json(found: Which) -> dict[str, object]:
    from registry_core.query import Row

    return {
        "format": FORMAT,
        "entries": [row_as_json(Row(each, "")) for each in found.entries],
        "tried": list(found.tried),
        "shadowed": [row_as_json(Row(each, "")) for each in found.shadowed],
        "blocked": [row_as_json(Row(each, why)) for each, why in found.blocked],
        "renamed": list(found.renamed),
    }


def _lines(found: Which, key: str) -> Iterator[str]:
    if len(found.entries) > 1:
        yield f"{quoted(key)} is in conflict:"
    for each in found.entries:
        yield _line(each)
    if not found.entries:
        yield f"{quoted(key)} is not found"
    tried = [safe_text(each) or "the root" for each in found.tried]
    yield f"  tried: {', '.join(tried)}"
    for text in found.renamed:
        yield f"  renamed: {safe_text(text)}"
    for each in found.shadowed:
        yield f"  hides: {_line(each)}"
    for each, why in found.blocked:
        yield f"  {safe_text(why)}: {_line(each)}"


def _line(entry: Entry) -> str:
    return f"{safe_text(entry.key)}  {entry.provider}  {safe_text(target_of(entry))}"
