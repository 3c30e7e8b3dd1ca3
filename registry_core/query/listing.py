"""Every known entry of one registry, or of all, with its provider. Imports no class."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from registry_core.environment import current_environment, use_environment
from registry_core.keys import normalized
from registry_core.tree.known_registries import KnownRegistries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from registry_core.entry import Entry, Problem, Provider
    from registry_core.environment import Environment


class Row(NamedTuple):
    """One entry as it is listed.

    Attributes:
        entry: the entry, with its provider.
        status: empty; or why it may not be resolved: in conflict, blocked and by what, or not
            imported: a module registers it that importing the registry does not import.
    """

    entry: Entry
    status: str


class Listing(NamedTuple):
    """What is installed, as it is listed.

    Attributes:
        rows: the entries, sorted by registry, scope and name.
        problems: what is wrong with what is installed.
        editable: the editable installs whose hook modules were imported for it: what such a hook
            answers is never kept.
    """

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    editable: tuple[Provider, ...] = ()


def listing(*names: str, environment: Environment | None = None) -> Listing:
    """List what is known for these registries, without importing any of their modules.

    That is what is installed, and what the framework that owns a registry registers by decorator,
    as far as its source tells. What other code registers is there once that code is imported;
    `Registry.entries` lists it then. Of a registry without an owner, the name of the root scope is
    not known: entries of a group that says it are listed in a scope of that name.

    Args:
        names: groups, or the last words of groups; none for all registries that are known.
        environment: what to ask, which all registries ask meanwhile; None for the current one.

    Raises:
        RegistryNotFound: no registry, or more than one, has that name.

    Example:
        >>> from registry_core import Environment
        >>> listing(environment=Environment(path=[])).rows
        ()
    """
    if environment is not None:
        with use_environment(environment):
            return listing(*names)
    environment = current_environment()
    groups = groups_named(names, environment)
    known = KnownRegistries()
    rows = [row for group in groups for row in rows_of(group, known)]
    problems = [*environment.problems(*(groups if names else ()))]
    problems += [problem for group in groups for problem in known.problems(group)]
    rows.sort(key=lambda row: (row.entry.registry, row.entry.scope, row.entry.name))
    editable = {who: None for group in groups for who in _editable(environment, group)}
    return Listing(tuple(rows), tuple(dict.fromkeys(problems)), tuple(editable))


def _editable(environment: Environment, group: str) -> Iterator[Provider]:
    """The distributions whose hook modules were asked because they are editable installs."""
    for module in environment.hooks(group).modules:
        if module.cache_status == ("editable", normalized(module.provider.name)):
            yield module.provider


def groups_named(names: Sequence[str], environment: Environment) -> list[str]:
    """The groups of the registries of these names, each once; of all that are known if none.

    Raises:
        RegistryNotFound: no registry, or more than one, has that name.
    """
    return list(dict.fromkeys(map(environment.group, names))) or environment.groups()


def rows_of(group: str, known: KnownRegistries) -> Iterator[Row]:
    """The rows of one registry, what is blocked last."""
    view = known.owned(group)
    table = current_environment().table(group)
    entries = [*table.entries()] if view is None else view.entries()
    several = Counter(entry.key for entry in entries)
    unimported = known.unimported.get(group, {})
    for entry in entries:
        status = "not imported" if entry.key in unimported else ""
        yield Row(entry, "conflict" if several[entry.key] > 1 else status)
    for entry, why in table.blocked:
        yield Row(entry, why)
