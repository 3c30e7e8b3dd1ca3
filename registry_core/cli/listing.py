"""The command `registry-core list`: a table of what is installed, a tree of it, or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import (
    add_available,
    add_imports,
    add_json,
    add_registries,
    imported,
)
from registry_core.cli.printing import answer, complain, printing_to_stderr
from registry_core.cli.tables import padded, table, width
from registry_core.keys import normalized
from registry_core.limits import MAX_SHOWN_LINES
from registry_core.text import counted, did_you_mean, quoted, safe_repr, safe_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from registry_core.cli.arguments import Parser
    from registry_core.entry import Entry, Problem
    from registry_core.query import Row

DESCRIPTION = "List what is installed, without importing it. Problems go to stderr."
COLUMNS = ("key", "registry", "provider", "version", "target", "status")
# The first word of what `list --json` prints. Its number changes when a key goes or means another.
FORMAT = "registry_core-list-1"


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core list`` takes."""
    add_registries(parser)
    parser.add_argument(
        "--match", metavar="GLOB", help="only keys like this: 'extra.*'; case does not matter"
    )
    parser.add_argument(
        "--where",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        type=_condition,
        help="only entries whose metadata says so; may be given several times",
    )
    parser.add_argument("--provider", metavar="NAME", help="only what this distribution provides")
    parser.add_argument("--tree", action="store_true", help="print the scopes of each registry")
    parser.add_argument(
        "--summary",
        action="store_true",
        help="print the first line of each docstring too, which is read from source",
    )
    add_available(parser)
    add_json(parser)
    add_imports(parser)


def _condition(text: str) -> tuple[str, str]:
    import argparse

    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


def run(arguments: argparse.Namespace) -> int:
    """Print what is installed."""
    from registry_core.query import Listing, listing

    imported(arguments)
    # What a hook module prints is not part of the table.
    with printing_to_stderr():
        if arguments.available:
            from registry_core.cli.available import available

            found = Listing(tuple(available(arguments.registry)), ())
        else:
            found = listing(*arguments.registry)
    rows = [row for row in found.rows if _is_wanted(row.entry, arguments)]
    summaries = [""] * len(rows)
    if arguments.summary:
        entries = [row.entry for row in rows]
        # What is not installed has no source here.
        is_read = not arguments.available
        summaries = summaries_of(entries) if is_read else [entry.summary for entry in entries]
    if arguments.json:
        import json

        shown = [row_as_json(row, summary) for row, summary in zip(rows, summaries, strict=True)]
        problems = [_named(problem) for problem in found.problems]
        answer(json.dumps({"format": FORMAT, "entries": shown, "problems": problems}, indent=2))
    elif not rows:
        complain(_nothing(arguments, {row.entry.provider.name for row in found.rows}))
    elif arguments.tree:
        answer("\n".join(_tree(rows, summaries)))
    else:
        answer(table([(*COLUMNS, "summary"), *map(_cells, rows, summaries)]))
    for problem in found.problems[:MAX_SHOWN_LINES]:
        complain(str(problem))
    more = len(found.problems) - MAX_SHOWN_LINES
    if more > 0:
        # The table must not scroll away.
        complain(f"{counted(more, 'more problem')}; doctor shows all")
    for provider in found.editable:
        what = "its hook module is imported for each listing, because it is an editable install"
        complain(f"note: {provider}: {what}")
    return 0


def _nothing(arguments: argparse.Namespace, providers: set[str]) -> str:
    """Why no row is shown.

    Args:
        arguments: what is asked for.
        providers: the distributions that have rows.
    """
    wanted = arguments.provider
    if providers and wanted and normalized(wanted) not in map(normalized, providers):
        from registry_core.guesses import guessed

        close = did_you_mean(guessed(wanted, sorted(providers), 1))
        what = f"{quoted(wanted)} provides none of the entries"
        return f"{what}; {close}" if close else what
    if providers:
        return "there are entries, but none that is asked for"
    if arguments.available:
        return "the indexes have nothing for it that is not installed"
    if arguments.registry:
        return "nothing is declared for it, and no source that is imported with it registers in it"
    return "no installed package adds anything to a registry"


def _is_wanted(entry: Entry, arguments: argparse.Namespace) -> bool:
    from fnmatch import fnmatchcase

    if arguments.match and not fnmatchcase(entry.key.casefold(), arguments.match.casefold()):
        return False
    if arguments.provider and normalized(entry.provider.name) != normalized(arguments.provider):
        return False
    return all(_says(entry.metadata.get(key), value) for key, value in arguments.where)


def _says(found: object, value: str) -> bool:
    """Whether metadata says what the shell says; of several values, whether one is it."""
    several = found if isinstance(found, list | tuple | set | frozenset) else [found]
    return any(each is not None and str(each).casefold() == value.casefold() for each in several)


def summaries_of(entries: Sequence[Entry]) -> list[str]:
    """The first lines of docstrings, as far as source tells; each module is read once."""
    from registry_core.errors import RegistryError
    from registry_core.signature.signatures import Signatures

    signatures = Signatures()

    def summary(entry: Entry) -> str:
        try:
            return entry.summary or signatures.of(entry).summary
        except RegistryError:
            return ""

    return [summary(each) for each in entries]


def row_as_json(row: Row, summary: str = "") -> dict[str, str]:
    """One entry as data for programs."""
    entry = row.entry
    cells = {
        "registry": entry.registry,
        "scope": entry.scope,
        "name": entry.name,
        "key": entry.key,
        "target": target_of(entry),
        "provider": entry.provider.name,
        "version": entry.provider.version or "",
        "status": row.status,
    }
    return {**cells, "summary": summary} if summary else cells


def target_of(entry: Entry) -> str:
    """What an entry stands for, and what it binds, in words."""
    target = entry.address
    if entry.kwargs:
        bound = (f"{safe_text(str(key))}={safe_repr(each)}" for key, each in entry.kwargs.items())
        target += f" ({', '.join(bound)})"
    return target


def _cells(row: Row, summary: str) -> tuple[str, ...]:
    cells = row_as_json(row)
    return (*(safe_text(cells[column]) for column in COLUMNS), safe_text(summary))


def _tree(rows: Sequence[Row], summaries: Iterable[str]) -> Iterator[str]:
    registry, scope = "", ""
    size = max(width(row.entry.name) + 2 * (1 + row.entry.scope.count(".")) for row in rows) + 6
    for (entry, status), summary in zip(rows, summaries, strict=True):
        if entry.registry != registry:
            registry, scope = entry.registry, ""
            yield safe_text(registry)
        if entry.scope != scope:
            scope = entry.scope
            yield f"  {safe_text(scope)}."
        name = f"{'    ' if scope else '  '}{safe_text(entry.name)}"
        more = filter(None, (str(entry.provider), status, safe_text(summary)))
        yield f"{padded(name, size)}  {'  '.join(more)}"


def _named(problem: Problem) -> dict[str, str]:
    provider = {"provider": problem.provider.name, "version": problem.provider.version or ""}
    rest = {"where": problem.where, "what": problem.what, "fix": problem.fix}
    return {"kind": problem.kind, **provider, **rest}
