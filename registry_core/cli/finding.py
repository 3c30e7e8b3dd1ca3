"""The command `registry-core find`: the entries in which a text occurs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import add_imports, add_json, imported
from registry_core.cli.listing import row_as_json, summaries_of
from registry_core.cli.printing import answer, complain, printing_to_stderr
from registry_core.cli.tables import table
from registry_core.text import quoted, safe_text

if TYPE_CHECKING:
    import argparse

    from registry_core.cli.arguments import Parser

DESCRIPTION = (
    "Find entries by a text in their keys, targets and metadata, in all registries or in one. "
    "Nothing is imported. The exit status is 1 where there is none."
)
FORMAT = "registry_core-find-1"
_COLUMNS = ("key", "registry", "provider", "summary")


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core find`` takes."""
    parser.add_argument("text", help="what occurs in it; case does not matter")
    parser.add_argument("--registry", metavar="NAME", help="look in this registry alone")
    add_json(parser)
    add_imports(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what is found."""
    from registry_core.environment import current_environment
    from registry_core.query import Row, find
    from registry_core.query.listing import groups_named
    from registry_core.tree.known_registries import KnownRegistries

    imported(arguments)
    known = KnownRegistries()
    names = [arguments.registry] if arguments.registry else []
    with printing_to_stderr():
        groups = groups_named(names, current_environment())
        found = [entry for group in groups for entry in find(known.asked(group), arguments.text)]
    summaries = summaries_of(found)
    if arguments.json:
        import json

        rows = zip(found, summaries, strict=True)
        entries = [row_as_json(Row(each, ""), summary) for each, summary in rows]
        answer(json.dumps({"format": FORMAT, "entries": entries}, indent=2))
    elif found:
        cells = [
            (each.key, each.registry, str(each.provider), summary)
            for each, summary in zip(found, summaries, strict=True)
        ]
        answer(table([_COLUMNS, *(tuple(map(safe_text, row)) for row in cells)]))
    else:
        complain(f"no entry has {quoted(arguments.text)} in its key, target or metadata")
    return 0 if found else 1
