"""Where a build looks a name up: as registry_core does, with MMEngine's way with scopes."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, TypeGuard

from registry_core.compat.mmengine.errors import NotInRegistry
from registry_core.entry import Entry
from registry_core.environment import current_environment
from registry_core.errors import EntryNotFound
from registry_core.scope import current_scope
from registry_core.text import safe_text
from registry_core.tree.lookup import LoadedEntry, Lookup, lookup_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.building.config_nodes import Constructor
    from registry_core.tree.nodes import Node

logger = logging.getLogger("registry_core.compat.mmengine")


def starting(node: Node) -> Node:
    """Where the default scope makes a search from `node` start."""
    scope = current_scope()
    return node if scope is None else _scope_of(node, scope)


def _scope_of(node: Node, scope: str) -> Node:
    """The scope of that name in the tree of `node`; where it has none, `node` and a warning.

    Of several with that last word it is the first by path.
    """
    fits = node.tree.fitting(scope)
    if fits:
        return fits[0]
    logger.warning(
        'The "%s" registry has no scope "%s": that of "%s" is used. Is what provides "%s" '
        "installed, or imported?",
        node.tree.root.name,
        safe_text(scope),
        node.label,
        safe_text(scope),
    )
    return node


class Search:
    """The scope where names are looked up, for one build. Made by it, and lives as long."""

    __slots__ = ("_lookup",)

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    @property
    def hits(self) -> dict[Any, Any]:
        """What is remembered, by key; once mmengine is loaded, its managers differ."""
        manager = _manager_mixin()
        known = self._lookup.hits
        return known if manager is None else _Managed(known, manager)

    @property
    def group(self) -> str:
        """The group of the registry."""
        return self._lookup.group

    @property
    def recursive(self) -> bool:
        """Whether nested configs are built first unless the call says otherwise."""
        return self._lookup.recursive

    @property
    def type_key(self) -> str:
        """The key under which configs say what to build."""
        return self._lookup.type_key

    def __reduce__(self) -> tuple[Callable[..., Search], tuple[object, ...]]:
        """What finds this scope again."""
        return _found_again, self._lookup.__reduce__()

    def constructor(self, key: str) -> Constructor:
        """What to call for `key`: the object, or the `get_instance` of a manager.

        Raises:
            NotInRegistry: nothing has that name.
        """
        node = self._lookup.node
        try:
            constructor = self._lookup.constructor(key)
        except EntryNotFound as error:
            raise NotInRegistry(error, f"{node.label}::{node.name}") from error.__cause__
        manager = _manager_mixin()
        if manager is not None:
            found, entry = self._lookup.described(key)
            if _is_managed(found, manager):
                hooks = current_environment().hooks(node.tree.group)
                return hooks.around(entry, found.get_instance)
        return constructor

    def entry(self, key: str) -> Entry:
        """The one entry that `key` resolves to. Imports no class of a plugin."""
        return self._lookup.entry(key)

    def is_wrapped(self) -> bool:
        """Whether hooks stand around construction."""
        return self._lookup.is_wrapped()

    def described(self, key: str) -> tuple[Constructor, Entry]:
        """The object and the entry of `key`, for a message."""
        return self._lookup.described(key)

    def start(self, scope: str | None) -> Search:
        """Where a build starts under the default scope `scope`."""
        return self if scope is None else self.within(scope)

    def within(self, scope: str) -> Search:
        """The scope of that name, or this one where the tree has none such."""
        return Search(lookup_of(_scope_of(self._lookup.node, scope)))


def _found_again(find: Callable[..., Lookup], arguments: tuple[object, ...]) -> Search:
    return Search(find(*arguments))


class _Managed(dict[Any, Any]):
    """What to call for a class that code passes, while mmengine is loaded. Lives for one look."""

    def __init__(self, known: dict[str, Any], manager: type) -> None:
        self._known = known
        self._manager = manager

    def __missing__(self, kind: Any) -> LoadedEntry:
        if _is_managed(kind, self._manager):
            made = LoadedEntry(Entry(kind.__name__, kind), kind, None, is_listed=False)
            made.construct = kind.get_instance
            return made
        known: LoadedEntry | None = self._known[kind]
        if known is None or _is_managed(known.found, self._manager):
            raise KeyError(kind)
        return known


def _manager_mixin() -> type | None:
    """MMEngine's class of what is built once a name, if something has imported it."""
    found = getattr(sys.modules.get("mmengine.utils.manager"), "ManagerMixin", None)
    return found if isinstance(found, type) else None


def _is_managed(kind: object, manager: type) -> TypeGuard[Any]:
    return isinstance(kind, type) and issubclass(kind, manager)
