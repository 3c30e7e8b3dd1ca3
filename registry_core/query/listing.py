"""Every discovered entry of one registry, or of all, with its provider. Imports no class."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from registry_core.environment import current_environment
from registry_core.errors import RegistryNotFound
from registry_core.keys import normalized

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from registry_core.entry import Entry, Problem, Provider
    from registry_core.environment import Environment


class Row(NamedTuple):
    """One entry as it is listed.

    Attributes:
        entry: the entry, with its provider.
        status: empty; or why it cannot be resolved: in conflict, or blocked and by what.
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
    """List what is discovered for these registries, without importing any of their modules.

    What code registers is not here: it is there only once somebody has imported that code. The
    entries of `Registry.entries` are the two together. Nor is the name of the root scope known,
    which code gives: entries of a group that says it are listed in a scope of that name.

    Args:
        names: groups, or the last words of groups; none for all registries that are known.
        environment: what to ask; None for the current one.

    Raises:
        RegistryNotFound: no registry, or more than one, has that name.

    Example:
        >>> from registry_core import Environment
        >>> listing(environment=Environment(path=[])).rows
        ()
    """
    asked = current_environment() if environment is None else environment
    groups = groups_named(names, asked)
    rows = [row for group in groups for row in _rows(asked, group)]
    problems = [*asked.problems(*(groups if names else ()))]
    problems += [problem for group in groups for problem in asked.table(group).problems]
    rows.sort(key=lambda row: (row.entry.registry, row.entry.scope, row.entry.name))
    editable = {who: None for group in groups for who in _editable(asked, group)}
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
    groups: dict[str, None] = {}
    for name in names:
        fits = environment.groups_meant(name)
        if len(fits) != 1:
            raise RegistryNotFound(name, environment.groups(), fits)
        groups[fits[0]] = None
    return list(groups) or environment.groups()


def _rows(environment: Environment, group: str) -> Iterator[Row]:
    table = environment.table(group)
    for names in table.scopes.values():
        for entries in names.values():
            for entry in entries:
                yield Row(entry, "conflict" if len(entries) > 1 else "")
    for entry, why in table.blocked:
        yield Row(entry, why)
