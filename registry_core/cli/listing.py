"""The verbs `list` and `find`: a table of what is installed, a tree of it, or JSON."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from registry_core.cli.arguments import AVAILABLE, IMPORTS, JSON, argument, registries
from registry_core.cli.tables import padded, table, width
from registry_core.cli.verbs import Answer, verb
from registry_core.errors import RegistryError
from registry_core.guesses import guessed
from registry_core.keys import normalized
from registry_core.limits import MAX_SHOWN_LINES
from registry_core.text import (
    clauses,
    counted,
    did_you_mean,
    quoted,
    safe_repr,
    safe_text,
    told_apart,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from registry_core.cli.arguments import Arguments
    from registry_core.entry import Entry, Problem
    from registry_core.query.listing import Listing, Row

COLUMNS = ("key", "registry", "provider", "version", "target", "status")
# The first word of what `list --json` prints. Its number changes when a key goes or means another.
FORMAT = "registry_core-list-1"
# How much of a long text is shown around what was found.
_AROUND = 30


def _condition(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


@verb(
    "List what is installed, without importing it. Problems go to stderr.",
    registries,
    argument(
        "--match", metavar="GLOB", help="only keys like this: 'extra.*'; case does not matter"
    ),
    argument(
        "--where",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        type=_condition,
        help="only entries whose metadata says so; may be given several times",
    ),
    argument("--provider", metavar="NAME", help="only what this distribution provides"),
    argument("--tree", action="store_true", help="print the scopes of each registry"),
    argument(
        "--summary",
        action="store_true",
        help="print the first line of each docstring too, which is read from source",
    ),
    AVAILABLE,
    JSON,
    IMPORTS,
)
def list_verb(arguments: Arguments) -> Answer:
    """What is installed."""
    from registry_core.query.listing import Listing, listing

    if arguments.available:
        from registry_core.cli.available import available

        found = Listing(tuple(available(arguments.asked)), ())
    else:
        found = listing(*arguments.asked)
    rows = [row for row in found.rows if _is_wanted(row.entry, arguments)]
    summaries = [""] * len(rows)
    if arguments.summary:
        summaries = _summaries([row.entry for row in rows], arguments)
    notes = _notes(found)
    if arguments.json:
        shown = [entry_as_data(*row, text) for row, text in zip(rows, summaries, strict=True)]
        problems = [_named(problem) for problem in found.problems]
        return Answer({"format": FORMAT, "entries": shown, "problems": problems}, notes=notes)
    if not rows:
        return Answer(notes=[_nothing(arguments, found.rows), *notes])
    if arguments.tree:
        return Answer(_tree(rows, summaries), notes=notes)
    return Answer(table([(*COLUMNS, "summary"), *map(_cells, rows, summaries)]), notes=notes)


def _notes(found: Listing) -> Iterator[str]:
    """What is wrong with what is installed, and what each listing costs."""
    yield from map(str, found.problems[:MAX_SHOWN_LINES])
    more = len(found.problems) - MAX_SHOWN_LINES
    if more > 0:
        # The table must not scroll away.
        yield f"{counted(more, 'more problem')}; doctor shows all"
    for provider in found.editable:
        what = "its hook module is imported for each listing, because it is an editable install"
        yield f"note: {provider}: {what}"


def _nothing(arguments: Arguments, rows: Sequence[Row]) -> str:
    """Why no row is shown."""
    if not rows:
        if arguments.available:
            return "the indexes have nothing for it that is not installed"
        if arguments.asked:
            return (
                "nothing is declared for it, and no source that is imported with it registers in it"
            )
        return "no installed package adds anything to a registry"
    pattern, wanted = arguments.match, arguments.provider
    providers = {row.entry.provider.name for row in rows}
    if wanted and normalized(wanted) not in map(normalized, providers):
        meant = did_you_mean(guessed(wanted, sorted(providers), 1))
        return clauses(f"{quoted(wanted)} provides none of the entries", meant)
    if not pattern or any(_matches(row.entry, pattern) for row in rows):
        return f"none of {counted(len(rows), 'entry', 'entries')} is as the options say"
    from registry_core.tree.missing import close_keys

    word = "".join(letter for letter in pattern if letter not in "*?[]!")
    close = close_keys(word, [(row.entry.key, row.entry.name) for row in rows])
    what = f"no key of {counted(len(rows), 'entry', 'entries')} is like {quoted(pattern)}"
    return clauses(what, did_you_mean(close, told_apart))


@verb(
    "Find entries by a text in their keys, targets and metadata, summaries and tags among it, in "
    "all registries or in one. Nothing is imported. The exit status is 1 where there is none.",
    argument("text", help="what occurs in it; case does not matter"),
    argument("--registry", metavar="NAME", help="look in this registry alone"),
    JSON,
    IMPORTS,
)
def find_verb(arguments: Arguments) -> Answer:
    """The entries in which a text occurs, and where it does."""
    from registry_core.query import find, occurrence

    wanted = arguments.text
    views = arguments.views([arguments.registry] if arguments.registry else ())
    found = [entry for view in views.values() for entry in find(view, wanted)]
    summaries = _summaries(found, arguments)
    places = [occurrence(entry, wanted) or ("", "") for entry in found]
    rows = zip(found, summaries, places, strict=True)
    status = int(not found)
    if arguments.json:
        entries = [
            {**entry_as_data(entry, summary=summary), "found_in": field, "found": text}
            for entry, summary, (field, text) in rows
        ]
        return Answer({"format": "registry_core-find-1", "entries": entries}, status)
    if not found:
        what = f"no entry has {quoted(wanted)} in its key, target or metadata"
        return Answer((), status, [what])
    cells = [
        (entry.key, entry.registry, str(entry.provider), _around(wanted, place), summary)
        for entry, summary, place in rows
    ]
    heading = ("key", "registry", "provider", "found in", "summary")
    return Answer(table([heading, *(tuple(map(safe_text, row)) for row in cells)]))


def _around(wanted: str, place: tuple[str, str]) -> str:
    """Where a text was found, and what is around it there; empty where the key has it."""
    field, text = place
    if field == "key":
        return ""
    # Casefolded, a text may be longer by some letters: what is shown may be off by as many.
    start = text.casefold().index(wanted.casefold())
    first, last = max(start - _AROUND, 0), start + len(wanted) + _AROUND
    before, after = "..." if first else "", "..." if last < len(text) else ""
    return f"{field.removeprefix('metadata.')}: {before}{text[first:last]}{after}"


def _is_wanted(entry: Entry, arguments: Arguments) -> bool:
    if arguments.match and not _matches(entry, arguments.match):
        return False
    if arguments.provider and normalized(entry.provider.name) != normalized(arguments.provider):
        return False
    return all(_says(entry.metadata.get(key), value) for key, value in arguments.where)


def _matches(entry: Entry, pattern: str) -> bool:
    from fnmatch import fnmatchcase

    return fnmatchcase(entry.key.casefold(), pattern.casefold())


def _says(found: object, value: str) -> bool:
    """Whether metadata says what the shell says; of several values, whether one is it."""
    several = found if isinstance(found, list | tuple | set | frozenset) else [found]
    return any(each is not None and str(each).casefold() == value.casefold() for each in several)


def _summaries(entries: Sequence[Entry], arguments: Arguments) -> list[str]:
    """The first lines of docstrings, as far as source tells; each module is read once."""
    if getattr(arguments, "available", False):
        # What is not installed has no source here.
        return [entry.summary for entry in entries]
    signatures = arguments.known.signatures

    def summary(entry: Entry) -> str:
        try:
            return entry.summary or signatures.of(entry).summary
        except RegistryError:
            return ""

    return [summary(each) for each in entries]


def entry_as_data(entry: Entry, status: str = "", summary: str = "") -> dict[str, str]:
    """One entry for programs."""
    cells = {
        "registry": entry.registry,
        "scope": entry.scope,
        "name": entry.name,
        "key": entry.key,
        "target": target_of(entry),
        "provider": entry.provider.name,
        "version": entry.provider.version or "",
        "status": status,
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
    cells = entry_as_data(*row)
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
