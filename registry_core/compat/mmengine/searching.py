"""Where a name is looked up: as registry_core does, with MMEngine's ways of naming."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from registry_core.compat.mmengine.errors import NotInRegistry
from registry_core.compat.mmengine.packages import (
    MANAGERS,
    bring,
    current_logger,
    is_managed,
    why_missing,
)
from registry_core.entry import Entry
from registry_core.environment import current_environment
from registry_core.errors import EntryNotFound
from registry_core.limits import MAX_PATH
from registry_core.loading import is_target, loaded
from registry_core.scope import current_scope
from registry_core.text import safe_text
from registry_core.tree.lookup import LoadedEntry, Lookup, lookup_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.building.config_nodes import Constructor
    from registry_core.tree.nodes import Node, Tree


def starting(node: Node) -> Node:
    """Where the default scope makes a search from `node` start."""
    scope = current_scope()
    return node if scope is None else _scope_of(node, scope)


def _scope_of(node: Node, scope: str) -> Node:
    """The scope of that name in the tree of `node`; where it has none, `node` and a warning.

    Of several with that last word it is the first by path.
    """
    bring(node.tree, scope)
    fits = node.tree.fitting(scope)
    if fits:
        return fits[0]
    shown, why = safe_text(scope), why_missing(node.tree, scope)
    current_logger().warning(
        'Failed to search registry with scope "%s" in the "%s" registry tree. As a workaround, the '
        'current "%s" registry in "%s" is used to build instance. This may cause unexpected '
        'failure when running the built modules. Please check whether "%s" is a correct scope, or '
        "whether the registry is initialized.%s",
        *(shown, node.tree.root.name, node.name, node.label, shown, f" {why}." if why else ""),
    )
    return node


def place(node: Node, key: Any) -> tuple[Node, Any]:
    """The scope to look in for `key`, and the name to look for.

    As everywhere it is `node` and the key; but what nothing has under a dotted key may be the
    path of something that is loaded and registered: MMEngine writes classes so into configs.
    """
    if not isinstance(key, str) or "." not in key:
        return node, key
    bring(node.tree, key.partition(".")[0])
    if lookup_of(node).knows(key):
        return node, key
    return _registered(node.tree, key) or (node, key)


def _registered(tree: Tree, path: str) -> tuple[Node, str] | None:
    """The scope and name under which the object at a dotted path is in `tree`, if it is there."""
    found = _loaded(path)
    if found is None:
        return None
    for node in sorted(tree.nodes(), key=lambda node: node.path):
        for name, item in node.registered.copy().items():
            if item.found is found:
                return node, name
        for name, entries in node.discovered().items():
            if any(not each.kwargs and is_target(each.target, found) for each in entries):
                return node, name
    return None


def _loaded(path: str) -> object:
    """What is at a dotted path in what this process has imported. Imports and calls nothing."""
    segments = path.split(".") if len(path) <= MAX_PATH else ()
    for cut in range(len(segments) - 1, 0, -1):
        module = ".".join(segments[:cut])
        if sys.modules.get(module) is not None:
            return loaded(module, ".".join(segments[cut:]))
    return None


def missing(error: EntryNotFound, node: Node, where: str) -> NotInRegistry:
    """`error` in MMEngine's words, with the package of OpenMMLab that may be what is missing."""
    head, dot, _ = error.key.partition(".")
    scopes = (head if dot else "", current_scope() or "")
    found = NotInRegistry(error, where)
    found.hints = tuple(
        dict.fromkeys((*error.hints, *filter(None, (why_missing(node.tree, s) for s in scopes))))
    )
    return found


class Search:
    """The scope where names are looked up, for one build. Made by it, and lives as long."""

    __slots__ = ("_get", "_lookup", "group", "is_wrapped", "recursive", "type_key")

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self.group, self.recursive = lookup.group, lookup.recursive
        self.type_key, self.is_wrapped = lookup.type_key, lookup.is_wrapped
        # What a subclass, or code that replaced the method, looks names up by.
        get = getattr(lookup.node.handle, "get", None)
        package = str(getattr(get, "__module__", "registry_core")).partition(".")[0]
        self._get: Callable[[str], Any] | None = None if package == "registry_core" else get

    @property
    def hits(self) -> dict[Any, Any]:
        """What is remembered, by key; once mmengine is loaded, its managers differ."""
        known = self._lookup.hits if self._get is None else {}
        return _Managed(known) if MANAGERS in sys.modules else known

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
            found, entry = self.described(key)
            constructor = found
            if self._get is None:
                lookup, name = self._at(key)
                constructor = lookup.constructor(name)
        except EntryNotFound as error:
            raise missing(error, node, f"{node.label}::{node.name}") from error.__cause__
        if is_managed(found):
            return current_environment().hooks(node.tree.group).around(entry, found.get_instance)
        return constructor

    def _at(self, key: str) -> tuple[Lookup, str]:
        node, name = place(self._lookup.node, key)
        return lookup_of(node), name

    def entry(self, key: str) -> Entry:
        """The one entry that `key` resolves to. Imports no class of a plugin."""
        lookup, name = self._at(key)
        return lookup.entry(name)

    def described(self, key: str) -> tuple[Constructor, Entry]:
        """The object and the entry of `key`, for a message."""
        if self._get is None:
            lookup, name = self._at(key)
            return lookup.described(name)
        found = self._get(key)
        if found is None:
            raise EntryNotFound(key, self._lookup.node.tree.group)
        return found, Entry(key, found)

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

    def __init__(self, known: dict[str, Any]) -> None:
        self._known = known

    def __missing__(self, kind: Any) -> LoadedEntry:
        if is_managed(kind):
            made = LoadedEntry(Entry(kind.__name__, kind), kind, None)
            made.construct = kind.get_instance
            return made
        known: LoadedEntry | None = self._known[kind]
        if known is None or is_managed(known.found):
            raise KeyError(kind)
        return known
