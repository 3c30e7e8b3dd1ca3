"""From a key to its object, seen from one scope: resolve, load, remember."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.environment import current_environment
from registry_core.errors import (
    BaseMismatch,
    EntryConflict,
    ScopeNotFound,
    WrongType,
)
from registry_core.hooks import BUILD, LOOKUP
from registry_core.keys import normalized
from registry_core.loading import is_target, load
from registry_core.resolution import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.entry import Entry
    from registry_core.errors import EntryNotFound
    from registry_core.node import Node
    from registry_core.resolution import Resolution


# What is remembered of a key that leads nowhere.
MISSING: Any = object()

# So many keys at most: whoever asks for names from outside could ask for any.
_MOST = 100_000


class Hit(NamedTuple):
    """Where a lookup led: the entry, its object, and the base that its own scope demands."""

    entry: Entry
    found: Callable[..., Any]
    base: type | None


class Lookup:
    """The lookups of one scope. Lives as long as its node.

    Attributes:
        found: the objects by key, for keys that were loaded from here.
        got: the same, and `MISSING` for keys that led nowhere.
        known: whether a key resolves to an entry, for keys that were asked about.
        constructors: what `build` calls, by key: the object, inside the build hooks if any.
        recursive: whether builds from this scope build nested configs first.
    """

    __slots__ = ("_hits", "constructors", "found", "got", "known", "node", "recursive")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.found: dict[str, Any] = {}
        self.got: dict[str, Any] = {}
        self.known: dict[str, bool] = {}
        self._hits: dict[str, Hit] = {}
        self.constructors: dict[str, Callable[..., Any]] = {}
        self.recursive = node.recursive

    def forget(self) -> None:
        """Drop what is remembered."""
        # Cleared, and never replaced: registries hold these very dicts.
        self.found.clear()
        self.got.clear()
        self.known.clear()
        self._hits.clear()
        self.constructors.clear()
        self.recursive = self.node.recursive

    def _begin(self) -> int:
        """Say that something will be remembered, before anything is looked at for it."""
        # In this order: see `Tree.forget_lookups`.
        generation = self.node.tree.generation
        self.node.tree.warm = True
        return generation

    def _remember(self, generation: int, memory: dict[str, Any], key: str, value: object) -> None:
        if len(memory) >= _MOST:
            memory.clear()
        memory[key] = value
        if self.node.tree.generation != generation:
            # Another thread has changed the tree meanwhile, perhaps after this was looked at.
            memory.pop(key, None)

    def resolution(self, key: str) -> Resolution[Node]:
        """Where `key` leads.

        Raises:
            WrongType: `key` is no str.
        """
        if not isinstance(key, str):
            raise WrongType("the key of an entry", "a str", key)
        return resolve(self.node, key)

    def entry(self, key: str, provider: str | None = None) -> Entry:
        """The one entry that `key` resolves to.

        Raises:
            EntryNotFound: no entry has that name.
            EntryConflict: several have.
        """
        return self.one(key, self.resolution(key), provider)

    def find(self, key: str) -> Any:
        """The object that `key` resolves to; its module is imported, and it is remembered.

        Raises:
            EntryNotFound: no entry has that name, and no lookup hook knows it.
            EntryConflict: several have.
            PluginLoadError: its module cannot be imported.
        """
        return self._hit(key).found

    def constructor(self, key: str) -> Callable[..., Any]:
        """What `build` calls for `key`; remembered."""
        generation = self._begin()
        entry, found, base = self._hit(key)
        construct = found
        if entry.kwargs:
            construct = _keeping_bound(entry, construct)
        if base is not None and not isinstance(found, type):
            construct = _checking_result(entry, construct, base)
        hooks = current_environment().hooks(self.node.tree.group)
        construct = hooks.around(entry, construct)
        self._remember(generation, self.constructors, key, construct)
        return construct

    def is_wrapped(self) -> bool:
        """Whether hooks stand around construction, which may change arguments."""
        return current_environment().hooks(self.node.tree.group).implement(BUILD)

    def described(self, key: str) -> tuple[Callable[..., Any], Entry]:
        """The object and the entry that `key` resolves to, for a message."""
        # Remembered, because a lookup hook may take its time or change its mind.
        known: Hit | None
        try:
            known = self._hits[key]
        except (KeyError, TypeError):
            known = None
        hit = self._hit(key) if known is None else known
        return hit.found, hit.entry

    def load(self, entry: Entry) -> Callable[..., Any]:
        """The object of `entry`, checked against the base of this scope's registry."""
        found = load(entry)
        base = self.node.base
        if base is not None and isinstance(found, type) and not issubclass(found, base):
            raise BaseMismatch(entry.registry, entry.key, base, repr(found), entry.provider)
        return found

    def start(self, scope: str | None) -> Lookup:
        """Where a build starts: the default scope, or here where this tree has none such."""
        fits = self.node.tree.fitting(scope) if scope is not None else ()
        return lookup_of(fits[0]) if len(fits) == 1 else self

    def within(self, scope: str) -> Lookup:
        """The scope that a config names.

        Raises:
            ScopeNotFound: this tree has no such scope, or more than one.
        """
        tree = self.node.tree
        fits = tree.fitting(scope)
        if len(fits) != 1:
            known = [node.title for node in tree.nodes() if node.exists() and node.path]
            raise ScopeNotFound(scope, tree.group, sorted(known), [node.title for node in fits])
        return lookup_of(fits[0])

    def provided(self, key: str, provider: str) -> Callable[..., Any] | None:
        """The object that `provider` has under `key`; None where it has none. Not remembered."""
        _, resolution, entries = self._confirmed(key, provider)
        if entries:
            entry = self._only(key, entries)
            return lookup_of(_place(resolution, entry)).live(entry)
        answer = None if resolution.entries else self._from_hooks(resolution, provider)
        return None if answer is None else self.load(answer)

    def search(self, key: str) -> Hit | None:
        """Where `key` leads, remembered; None where nothing has that name."""
        generation, resolution, _ = self._confirmed(key)
        hit = self._search(key, generation, resolution)
        if hit is not None:
            self._remember(generation, self.got, key, hit.found)
        elif not resolution.failed:
            hooks = current_environment().hooks(self.node.tree.group)
            if not hooks.implement(LOOKUP):
                self._remember(generation, self.got, key, MISSING)
        return hit

    def knows(self, key: str) -> bool:
        """Whether `key` resolves to an entry; remembered."""
        generation = self._begin()
        resolution = self.resolution(key)
        answer = bool(resolution.entries)
        if not resolution.failed:
            self._remember(generation, self.known, key, answer)
        return answer

    def _hit(self, key: str) -> Hit:
        generation, resolution, _ = self._confirmed(key)
        hit = self._search(key, generation, resolution)
        if hit is None:
            raise _not_found(self.node, key, resolution)
        return hit

    def _confirmed(
        self, key: str, provider: str | None = None
    ) -> tuple[int, Resolution[Node], tuple[Entry, ...]]:
        """Where `key` leads by what its provider says at this moment.

        Returns:
            From when that is, the resolution, and its entries that `provider` has.
        """
        while True:
            generation = self._begin()
            resolution = self.resolution(key)
            entries = self.candidates(resolution, provider)
            if len(entries) != 1 or current_environment().confirm(entries[0]):
                return generation, resolution, entries
            # All that led here has been forgotten, and is read anew.

    def _search(self, key: str, generation: int, resolution: Resolution[Node]) -> Hit | None:
        if resolution.entries:
            entry = self.one(key, resolution)
            node = _place(resolution, entry)
            hit = Hit(entry, lookup_of(node).live(entry), node.base)
        else:
            answer = self._from_hooks(resolution)
            if answer is None:
                return None
            hit = Hit(answer, self.load(answer), self.node.base)
        self._remember(generation, self.found, key, hit.found)
        self._remember(generation, self._hits, key, hit)
        return hit

    def live(self, entry: Entry) -> Callable[..., Any]:
        """The object of an entry of this very scope: what code registered as it, else loaded."""
        loaded = self.node.loaded
        found = self._registered(entry)
        if found is None:
            known = loaded.get(entry.name)
            if known is not None and known[0] == entry:
                return known[1]
            found = self.load(entry)
            # The import may have registered it by decorator; then that object counts.
            registered = self._registered(entry)
            if registered is not None:
                return registered
            loaded[entry.name] = (entry, found)
        return found

    def _registered(self, entry: Entry) -> Callable[..., Any] | None:
        item = self.node.registered.get(entry.name)
        if item is None:
            return None
        counts = self.node.holds(entry.name) or is_target(entry.target, item.found)
        return item.found if counts else None

    def _from_hooks(
        self, resolution: Resolution[Node], provider: str | None = None
    ) -> Entry | None:
        hooks = current_environment().hooks(self.node.tree.group)
        for node, name in resolution.tried:
            entry = hooks.lookup(node.title, name, provider)
            if entry is not None:
                return entry
        return None

    def candidates(
        self, resolution: Resolution[Node], provider: str | None = None
    ) -> tuple[Entry, ...]:
        """The entries of `resolution`; or those that `provider` has there, preferred or not."""
        entries = resolution.entries
        if provider is not None:
            if not isinstance(provider, str):
                raise WrongType("provider", "a str", provider)
            wanted = normalized(provider)
            for node, name in resolution.places:
                entries += tuple(e for e in node.rivals(name) if e not in entries)
            entries = tuple(e for e in entries if normalized(e.provider.name) == wanted)
        return entries

    def one(self, key: str, resolution: Resolution[Node], provider: str | None = None) -> Entry:
        """The one entry of `resolution`, or the error that says why there is not just one."""
        entries = self.candidates(resolution, provider)
        if entries:
            return self._only(key, entries)
        raise _not_found(self.node, key, resolution, provider)

    def _only(self, key: str, entries: tuple[Entry, ...]) -> Entry:
        first, *others = entries
        if others:
            raise EntryConflict(key, self.node.tree.group, entries)
        return first


def _not_found(
    node: Node, key: str, resolution: Resolution[Node], provider: str | None = None
) -> EntryNotFound:
    # Late: only errors need it.
    from registry_core.missing import not_found

    return not_found(node, key, resolution, provider)


def _place(resolution: Resolution[Node], entry: Entry) -> Node:
    """The scope that has an entry of `resolution`."""
    return next(node for node, _ in resolution.places if node.title == entry.scope)


def _keeping_bound(entry: Entry, construct: Callable[..., Any]) -> Callable[..., Any]:
    """`construct`, where a config cannot replace what the entry binds: its name would then lie."""
    bound = entry.kwargs.keys()

    @wraps(construct, updated=())
    def constructed(*args: Any, **kwargs: Any) -> Any:
        if not bound.isdisjoint(kwargs):
            raise TypeError("an argument that the entry binds")
        return construct(*args, **kwargs)

    return constructed


def _checking_result(entry: Entry, construct: Callable[..., Any], base: type) -> Callable[..., Any]:
    """`construct`, where only what it returns can show whether it is of the base."""

    @wraps(construct, updated=())
    def constructed(*args: Any, **kwargs: Any) -> Any:
        result = construct(*args, **kwargs)
        if not isinstance(result, base):
            got = f"the {type(result).__name__} that it returned"
            raise BaseMismatch(entry.registry, entry.key, base, got, entry.provider)
        return result

    return constructed


def lookup_of(node: Node) -> Lookup:
    """The lookups of `node`, made when first asked for."""
    known = node.lookup
    if isinstance(known, Lookup):
        return known
    with node.tree.lock:
        known = node.lookup
        if not isinstance(known, Lookup):
            known = node.lookup = Lookup(node)
        return known
