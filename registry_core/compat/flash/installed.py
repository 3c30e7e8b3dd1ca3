"""What is installed for one Flash registry: a filter over the scopes of a native tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core.compat.flash.providers import showing
from registry_core.environment import current_environment
from registry_core.environment.precedence import is_meant
from registry_core.keys import dotted, group_fault, group_of, no_group, normalized
from registry_core.tree.lookup import lookup_of
from registry_core.tree.missing import not_found
from registry_core.tree.nodes import Tree
from registry_core.tree.registering import expect, new_root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from registry_core.entry import Entry
    from registry_core.environment.table import Table
    from registry_core.errors import EntryNotFound


class Installed:
    """The discovered functions of one registry. Lives as long as that registry, which makes it.

    A key has one spelling: the path of the scope, and the name. Two distributions that provide one
    are two functions of it, and no conflict.

    Args:
        name: what it is a registry of.
        group: its entry-point group; None for ``registry_core.NAME``, if that can be one.
        module: the module whose code makes it; its package names the root scope.

    Attributes:
        group: its entry-point group.
    """

    def __init__(self, name: str, group: str | None, module: str) -> None:
        expect("name", "a str", name, isinstance(name, str))
        label = module.partition(".")[0]
        if group is None and group_fault(group_of(name)) is not None:
            # No distribution can declare it, and Flash has registries of any name.
            root = Tree(no_group(name), label).root
        else:
            root = new_root(name or no_group(name), group, label)
        root.make(module, name, (), {})
        self.group = root.tree.group
        self._made_of = (name, group, module)
        self._tree = root.tree
        self._lookup = lookup_of(root)
        self._given: tuple[Table | None, dict[Entry, Callable[..., Any]]] = (None, {})

    def spelled(self) -> Iterator[str]:
        """The keys, as they come; one that two scopes can spell comes twice."""
        for path, names in self._tree.table().scopes.items():
            yield from (dotted((*path, name)) for name in names) if path else names

    def named(self, key: str) -> tuple[Entry, ...]:
        """The entries of that key: by preference, then by name of the distribution."""
        found = self._tree.table().under(key)
        if len(found) < 2:
            return found
        preferred, owner = current_environment().precedence(self.group)

        def rank(entry: Entry) -> tuple[int, str, str]:
            name = normalized(entry.provider.name)
            fits = [is_meant(each, name, entry) for each in preferred] + [name == owner, True]
            return fits.index(True), entry.provider.name, entry.scope

        return tuple(sorted(found, key=rank))

    def load(self, entry: Entry, fn: Callable[..., Any] | None = None) -> Callable[..., Any]:
        """The object of `entry`, imported unless it is given; each call of it shows its providers.

        It is the same each time, as long as the table is.
        """
        table, (of, given) = self._tree.table(), self._given
        if of is not table:
            given = {}
            self._given = (table, given)
        if entry not in given:
            fn = self._lookup.load(entry) if fn is None else fn
            given.setdefault(entry, showing(entry.key, entry.metadata.get("providers"), fn))
        return given[entry]

    def look_up(self, key: str) -> tuple[Entry, Callable[..., Any]] | None:
        """What a lookup hook answers for a name that no entry has, and its object; remembered."""
        # Ignore an entry that was found by another spelling of the key.
        if self._lookup.resolution(key).entries or (
            key not in self._lookup.hits and self._lookup.search(key) is None
        ):
            return None
        found, entry = self._lookup.described(key)
        return entry, self.load(entry, found)

    def not_found(self, key: str) -> EntryNotFound:
        """What the native tree says of a key that leads nowhere."""
        return not_found(self._lookup.node, key, self._lookup.resolution(key))

    def __reduce__(self) -> tuple[object, ...]:
        return Installed, self._made_of
