"""What is not installed, as `list --available` and `describe --available` show it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from registry_core.cli.printing import CannotAnswer
from registry_core.environment import current_environment
from registry_core.environment.policy import KNOWN
from registry_core.environment.short_names import groups_meant
from registry_core.errors import RegistryNotFound
from registry_core.index.file import opened_index
from registry_core.index.known import install, status
from registry_core.installed.files import Unreadable
from registry_core.keys import PREFIX, REGISTRIES, RESERVED, scope_path
from registry_core.query import Description, Row
from registry_core.text import quoted, safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from registry_core.entry import Entry
    from registry_core.index.file import Index
    from registry_core.index.line import Line


def available(names: Sequence[str]) -> list[Row]:
    """What the indexes have and is not installed in that version.

    Args:
        names: registries, by their groups or the last words of those; none for all.

    Raises:
        CannotAnswer: no index is known, or one cannot be read, or it has no such registry.
    """
    owned = _owned()
    groups = [_group(name, owned) for name in names]
    rows: dict[tuple[object, ...], Row] = {}
    for line in _lines(lambda index: chain.from_iterable(map(index.within, groups or [""]))):
        registry = _registry(line.group, [*groups, *owned])
        how = status(line) if registry and line.target else ""
        if how:
            entry = _entry(line, registry)
            rows[registry, entry.scope, entry.name, *line.provider, line.target] = Row(entry, how)
    return [row for _, row in sorted(rows.items(), key=lambda each: each[0])]


def described(registry: str, key: str) -> list[tuple[Description, str, bool]]:
    """What the indexes say of an entry.

    Returns:
        What each says that has it; how it is installed, or can be; and whether it is known what
        the entry takes.

    Raises:
        CannotAnswer: none has it, no index is known, or one cannot be read.
    """
    group = _group(registry, _owned())
    found: list[Line] = []
    for line in _lines(lambda index: index.at(f"{group}.{key}")):
        if line not in found:
            found.append(line)
    if not found:
        what = f"{quoted(key)} in {quoted(group)} is in none of the indexes that {KNOWN} names"
        raise CannotAnswer(what)
    shown: list[tuple[Description, str, bool]] = []
    for line in found:
        if line.renamed[0]:
            raise CannotAnswer(f"{quoted(key)} is now called {quoted(line.renamed[0])}")
        entry = _entry(line, group)
        taken = () if line.signature is None else line.signature.parameters
        how = status(line) or "installed"
        if how == "not installed":
            how += f": {install(line.provider.name)}"
        found_here = Description(entry, entry.summary, "", taken, None, None)
        shown.append((found_here, how, line.signature is not None))
    return shown


def _lines(asked: Callable[[Index], Iterable[Line]]) -> Iterator[Line]:
    paths = current_environment().known_indexes()
    if not paths:
        raise CannotAnswer(f"no index is known: let {KNOWN} name one; registry-core index makes it")
    for path in paths:
        try:
            with opened_index(path) as index:
                yield from asked(index)
        except Unreadable as error:
            raise CannotAnswer(f"{safe_text(error.what)} ({KNOWN} names it)") from error


def _owned() -> list[str]:
    """The groups of the registries that frameworks own, installed or not."""
    there = [line.name for line in _lines(lambda index: index.within(REGISTRIES))]
    return list(dict.fromkeys((*current_environment().registries(), *there)))


def _group(name: str, owned: Sequence[str]) -> str:
    """The group of a registry, by that or the last word of it."""
    fits = groups_meant(name, owned) or [name if "." in name else f"{PREFIX}.{name}"]
    if len(fits) > 1:
        raise RegistryNotFound(name, owned, sorted(fits))
    return fits[0]


def _registry(group: str, known: Iterable[str]) -> str:
    """The registry that a group is in; empty where it is in none that is known."""
    for each in known:
        if scope_path(group, each) is not None:
            return each
    first, *rest = group.split(".")
    # Ours are shared; whether another group is a registry, no index tells.
    is_shared = first == PREFIX and rest and rest[0] not in RESERVED
    return f"{first}.{rest[0]}" if is_shared else ""


def _entry(line: Line, registry: str) -> Entry:
    from registry_core.entry import Entry

    scope, _, name = line.address.removeprefix(f"{registry}.").rpartition(".")
    inside = scope_path(line.group, registry)
    if inside is not None:
        scope, name = ".".join(inside), line.name
    metadata: dict[str, Any] = dict(line.metadata)
    if line.signature is not None and line.signature.summary:
        metadata.setdefault("summary", line.signature.summary)
    return Entry(name, line.target, scope, {}, metadata, registry, line.provider)
