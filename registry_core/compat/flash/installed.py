"""What is installed for one Flash registry, read through a native `Registry`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.compat.flash.providers import showing
from registry_core.environment import current_environment
from registry_core.missing import not_found
from registry_core.registry import Registry, resolver_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.entry import Entry
    from registry_core.errors import EntryNotFound
    from registry_core.tree import Tree


class _Known(NamedTuple):
    """What is discovered at one moment, and what was handed out of it."""

    generation: int
    by_key: dict[str, tuple[Entry, ...]]
    given: dict[Entry, Callable[..., Any]]


class Installed:
    """The discovered functions of one registry. Lives as long as that registry, which makes it.

    Two distributions that provide one name are two functions of that name, and no conflict.

    Args:
        name: what it is a registry of.
        group: its entry-point group; None for ``registry_core.NAME``.
        scope: the name of the root scope.
    """

    def __init__(self, name: str, group: str | None, scope: str) -> None:
        self._made_of = (name, group, scope)
        self.registry: Registry[Any] = Registry(name, group=group, scope=scope)
        self._lookup = resolver_of(self.registry)[0]
        self._known: _Known | None = None

    def _now(self) -> _Known:
        tree = self._lookup.node.tree
        # Read first: what is found before a change must not be believed after it.
        generation = tree.generation
        known = self._known
        if known is None or known.generation != generation:
            known = _Known(generation, _by_key(tree), {})
            if tree.table().complete:
                self._known = known
        return known

    def by_key(self) -> dict[str, tuple[Entry, ...]]:
        """The entries by key; those of one key by preference, then by name of the distribution."""
        return self._now().by_key

    def confirms(self, entry: Entry) -> bool:
        """Whether the provider of `entry` says so at this moment; if not, ask anew for the key."""
        return current_environment().confirm(entry)

    def load(self, entry: Entry) -> Callable[..., Any]:
        """Import the module of `entry`, and return its object, which shows its providers.

        Raises:
            PluginLoadError: its module cannot be imported.
        """
        known = self._now().given.get(entry)
        return self.shown(entry, self._lookup.load(entry)) if known is None else known

    def shown(self, entry: Entry, fn: Callable[..., Any]) -> Callable[..., Any]:
        """What is handed out for `entry`, whose object is `fn`; the same each time."""
        given = self._now().given
        known = given.get(entry)
        if known is None:
            known = given[entry] = showing(entry.key, entry.metadata.get("providers"), fn)
        return known

    def look_up(self, key: str) -> tuple[Entry, Callable[..., Any]] | None:
        """What a lookup hook answers for a name that no entry has, and its object; remembered.

        Raises:
            HookError: a hook failed.
            PluginLoadError: the module of its answer cannot be imported.
        """
        # An entry that another spelling leads to is no answer: a key of Flash has one spelling.
        if self._lookup.resolution(key).entries or self.registry.get(key) is None:
            return None
        found, entry = self._lookup.described(key)
        return entry, self.shown(entry, found)

    def not_found(self, key: str) -> EntryNotFound:
        """What the native registry says of a key that leads nowhere."""
        return not_found(self._lookup.node, key, self._lookup.resolution(key))

    def __reduce__(self) -> tuple[object, ...]:
        return Installed, self._made_of


def _by_key(tree: Tree) -> dict[str, tuple[Entry, ...]]:
    table = tree.table()
    found: dict[str, list[Entry]] = {}
    for names in table.scopes.values():
        for entries in names.values():
            found.setdefault(entries[0].key, []).extend(entries)
    for entries in table.outdone.values():
        for entry in entries:
            found[entry.key].append(entry)
    return {key: _in_order(tree.group, entries) for key, entries in found.items()}


def _in_order(group: str, entries: list[Entry]) -> tuple[Entry, ...]:
    """Rivals by preference, then by name."""
    if len(entries) == 1:
        return tuple(entries)
    waiting = tuple(sorted(entries, key=lambda entry: (entry.provider.name, entry.scope)))
    ordered: tuple[Entry, ...] = ()
    while waiting:
        first = current_environment().preferred(group, waiting)
        ordered += first
        waiting = tuple(entry for entry in waiting if entry not in first)
    return ordered
