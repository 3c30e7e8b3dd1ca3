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
    "Find entries by a text in their keys, targets and metadata, summaries and tags among it, in "
    "all registries or in one. Nothing is imported. The exit status is 1 where there is none."
)
FORMAT = "registry_core-find-1"
_COLUMNS = ("key", "registry", "provider", "found in", "summary")
# How much of a long text is shown around what was found.
_AROUND = 30


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core find`` takes."""
    parser.add_argument("text", help="what occurs in it; case does not matter")
    parser.add_argument("--registry", metavar="NAME", help="look in this registry alone")
    add_json(parser)
    add_imports(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what is found."""
    from registry_core.environment import current_environment
    from registry_core.query import Row, find, occurrence
    from registry_core.query.listing import groups_named
    from registry_core.tree.known_registries import KnownRegistries

    imported(arguments)
    known = KnownRegistries()
    names = [arguments.registry] if arguments.registry else []
    with printing_to_stderr():
        groups = groups_named(names, current_environment())
        found = [entry for group in groups for entry in find(known.asked(group), arguments.text)]
    summaries = summaries_of(found)
    places = [occurrence(each, arguments.text) or ("", "") for each in found]
    if arguments.json:
        import json

        entries = [
            {**row_as_json(Row(each, ""), summary), "found_in": field, "found": text}
            for each, summary, (field, text) in zip(found, summaries, places, strict=True)
        ]
        answer(json.dumps({"format": FORMAT, "entries": entries}, indent=2))
    elif found:
        cells = [
            (each.key, each.registry, str(each.provider), _shown(place, arguments.text), summary)
            for each, summary, place in zip(found, summaries, places, strict=True)
        ]
        answer(table([_COLUMNS, *(tuple(map(safe_text, row)) for row in cells)]))
    else:
        complain(f"no entry has {quoted(arguments.text)} in its key, target or metadata")
    return 0 if found else 1


def _shown(place: tuple[str, str], wanted: str) -> str:
    """Where a text was found, and what is around it there; empty where the key has it."""
    field, text = place
    if field == "key":
        return ""
    # Casefolded, a text may be longer by some letters: what is shown may be off by as many.
    start = text.casefold().index(wanted.casefold())
    first, last = max(start - _AROUND, 0), start + len(wanted) + _AROUND
    before, after = "..." if first else "", "..." if last < len(text) else ""
    return f"{field.removeprefix('metadata.')}: {before}{text[first:last]}{after}"
