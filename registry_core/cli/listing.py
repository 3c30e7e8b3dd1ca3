"""The command `registry-core list`: a table of what is installed, or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import add_registries
from registry_core.cli.printing import answer, complain, printing_to_stderr
from registry_core.text import safe_repr, safe_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from registry_core.entry import Problem
    from registry_core.query import Row

DESCRIPTION = "List what is installed, without importing it. Problems go to stderr."
COLUMNS = ("registry", "scope", "name", "target", "provider", "version", "status")
# The first word of what `list --json` prints. Its number changes when a key goes or means another.
FORMAT = "registry_core-list-1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``registry-core list`` takes."""
    add_registries(parser)
    parser.add_argument("--json", action="store_true", help="print JSON in place of a table")


def run(arguments: argparse.Namespace) -> int:
    """Print what is installed."""
    from registry_core.query import listing

    # What a hook module prints is no part of the table.
    with printing_to_stderr():
        found = listing(*arguments.registry)
    rows = [_cells(row) for row in found.rows]
    if arguments.json:
        import json

        entries = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        problems = [_named(problem) for problem in found.problems]
        answer(json.dumps({"format": FORMAT, "entries": entries, "problems": problems}, indent=2))
    elif rows:
        answer(_table([COLUMNS, *rows]))
    else:
        what = "nothing is declared for it, and no source that registers in it is found"
        if not arguments.registry:
            what = "no installed package adds anything to a registry"
        complain(what)
    for problem in found.problems:
        complain(str(problem))
    for provider in found.editable:
        what = "its hook module is imported for each listing, because it is an editable install"
        complain(f"note: {provider}: {what}")
    return 0


def _cells(row: Row) -> tuple[str, ...]:
    entry = row.entry
    target = entry.address
    if entry.kwargs:
        bound = (f"{safe_text(str(key))}={safe_repr(each)}" for key, each in entry.kwargs.items())
        target += f" ({', '.join(bound)})"
    provider, version = entry.provider.name, entry.provider.version or ""
    return (entry.registry, entry.scope, entry.name, target, provider, version, row.status)


def _named(problem: Problem) -> dict[str, str]:
    provider = {"provider": problem.provider.name, "version": problem.provider.version or ""}
    rest = {"where": problem.where, "what": problem.what, "fix": problem.fix}
    return {"kind": problem.kind, **provider, **rest}


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(c.ljust(width) for c, width in zip(row, widths, strict=True) if width).rstrip()
        for row in rows
    )
