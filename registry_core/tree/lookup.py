"""From a key to its object, seen from one scope: resolve, load, remember."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core.environment import current_environment
from registry_core.errors import BaseMismatch, EntryConflict, PluginLoadError
from registry_core.hooks import BUILD, LOOKUP
from registry_core.limits import MAX_REMEMBERED_KEYS
from registry_core.loading import is_target, load
from registry_core.locks import LOCK
from registry_core.tree.base import class_fits, guarded
from registry_core.tree.nodes import Memory
from registry_core.tree.resolution import resolve, tell, tell_failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.entry import Entry, Provider
    from registry_core.environment.notes import Rename
    from registry_core.errors import EntryNotFound
    from registry_core.tree.nodes import Node
    from registry_core.tree.resolution import Resolution

_ASKING = "only loading and building ask it"


class LoadedEntry:
    """Where a key led. Lives as long as it is remembered.

    Attributes:
        entry: the entry.
        found: its object.
        scope: the scope that has it; None for what code passes to a build.
        construct: what `build` calls; made by the first build, because it may import hook modules.
    """

    __slots__ = ("construct", "entry", "found", "scope")

    def __init__(self, entry: Entry, found: Callable[..., Any], scope: Node | None) -> None:
        self.entry = entry
        self.found = found
        self.scope = scope
        self.construct: Callable[..., Any] | None = None


class Lookup(Memory):
    """The lookups from one scope: what they lead to, and what is remembered of that."""

    __slots__ = ()

    @property
    def group(self) -> str:
        """The group of the registry."""
        return self.node.tree.group

    def resolution(self, key: str) -> Resolution:
        """Where `key` leads.

        Raises:
            WrongType: `key` is not a str.
        """
        return resolve(self.node, key)

    def entry(self, key: str, provider: str | None = None, *, asking: str = _ASKING) -> Entry:
        """The one entry that `key` resolves to; `asking` says what would ask lookup hooks.

        Raises:
            EntryNotFound: no entry has that name.
            EntryConflict: several have.
        """
        return self._only(resolve(self.node, key, provider), key, provider, asking)

    def answered(self, key: str) -> Entry:
        """As `entry`; of a name that nothing has, lookup hooks are asked, as loading it does."""
        resolution = self.resolution(key)
        if resolution.entries:
            return self._only(resolution, key)
        answer = self._from_hooks(resolution)
        if answer is None:
            raise _not_found(self.node, key, resolution)
        return answer

    def told(self, key: str, provider: str | None = None) -> Entry:
        """As `entry`; the use of an old name is told."""
        resolution = resolve(self.node, key, provider)
        tell(self.group, resolution)
        return self._only(resolution, key, provider)

    def renames(self, key: str) -> tuple[Rename, ...]:
        """The old names on the way from `key` to its entry. Costs nothing where there are none."""
        table = self.node.tree.table()
        return () if table.notes is None else resolve(self.node, key).renames

    def _only(
        self, resolution: Resolution, key: str, provider: str | None = None, asking: str = _ASKING
    ) -> Entry:
        if not resolution.entries:
            error = _not_found(self.node, key, resolution, provider)
            if provider is None and (unasked := self.who_may_know(key)):
                who = ", ".join(map(str, unasked))
                error.hints += (f"the lookup hook of {who} may know it: {asking}",)
            raise error
        first, *others = resolution.entries
        if others:
            raise EntryConflict(key, self.group, resolution.entries)
        return first

    def hit(self, key: str) -> LoadedEntry:
        """Where `key` leads; its module is imported, and it is remembered.

        Raises:
            EntryNotFound: no entry has that name, and no lookup hook knows it.
            EntryConflict: several have.
            PluginLoadError: its module cannot be imported.
        """
        hit, resolution = self._look_up(key)
        if hit is None:
            raise _not_found(self.node, key, resolution)
        return hit

    def constructor(self, key: str) -> Callable[..., Any]:
        """What `build` calls for `key`; remembered."""
        hit: LoadedEntry = self.hits.get(key) or self.hit(key)
        construct = hit.construct
        if construct is None:
            base = None if hit.scope is None else hit.scope.settings["base"]
            construct = guarded(hit.entry, hit.found, base)
            hooks = current_environment().hooks(self.node.tree.group)
            hit.construct = construct = hooks.around(hit.entry, construct)
        return construct

    def who_may_know(self, key: str) -> list[Provider]:
        """Whose lookup hooks may know `key`; they are not asked."""
        hooks = current_environment().hooks(self.node.tree.group)
        return hooks.who_may_know([name for _, name in self.resolution(key).tried])

    def is_wrapped(self) -> bool:
        """Whether hooks stand around construction, which may change arguments."""
        return current_environment().hooks(self.node.tree.group).implement(BUILD)

    def described(self, key: str) -> tuple[Callable[..., Any], Entry]:
        """The object and the entry that `key` resolves to, for a message."""
        # Remembered, because a lookup hook may take its time or change its mind.
        hit: LoadedEntry = self.hits.get(key) or self.hit(key)
        return hit.found, hit.entry

    def load(self, entry: Entry) -> Callable[..., Any]:
        """The object of `entry`, checked against the base of this scope's registry."""
        return _load(self.node, entry)

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
            from registry_core.tree.missing import scope_not_found

            raise scope_not_found(tree, scope, fits)
        return lookup_of(fits[0])

    def __reduce__(self) -> tuple[Callable[..., Lookup], tuple[object, ...]]:
        """What finds this scope again, when it is called: as the pickle of its registry does."""
        registry: Any = self.node.tree.root.handle
        return _found_again, registry._handle(self.node).__reduce__()

    def provided(self, key: str, provider: str) -> Callable[..., Any] | None:
        """The object that `provider` has under `key`; None where it has none. Not remembered."""
        while True:
            resolution = resolve(self.node, key, provider)
            if self._is_confirmed(resolution.entries):
                break
        if resolution.entries:
            tell(self.group, resolution)
            entry = self._only(resolution, key)
            return live(_place(resolution, entry), entry)
        answer = self._from_hooks(resolution, provider)
        return None if answer is None else self.load(answer)

    def search(self, key: str) -> Any:
        """The object that `key` resolves to, remembered; None where nothing has that name."""
        # Taken before anything is looked at, as in `_look_up`.
        found = self.found
        hit, resolution = self._look_up(key)
        if hit is not None:
            return hit.found
        if resolution.failed:
            tell_failed(self.group, key, resolution)
        else:
            hooks = current_environment().hooks(self.node.tree.group)
            if not hooks.implement(LOOKUP):
                _remember(self.node, key, (found,), (None,))
        return None

    def knows(self, key: str) -> bool:
        """Whether `key` resolves to an entry; remembered."""
        known = self.known
        self.node.tree.is_warm = True
        resolution = self.resolution(key)
        answer = bool(resolution.entries)
        if not resolution.failed:
            _remember(self.node, key, (known,), (answer,))
        elif not answer:
            tell_failed(self.group, key, resolution)
        return answer

    def _look_up(self, key: str) -> tuple[LoadedEntry | None, Resolution]:
        node = self.node
        while True:
            # Taken before the lookup: a change replaces these dicts, and a late write is lost.
            dicts = self.dicts
            node.tree.is_warm = True
            resolution = resolve(node, key)
            entries = resolution.entries
            table = node.tree.discovered.table
            if (table is None or table.has_hooks) and not self._is_confirmed(entries):
                continue
            if not entries:
                answer = self._from_hooks(resolution)
                if answer is None:
                    return None, resolution
                entry, found, place = answer, self.load(answer), node
                break
            entry = entries[0] if len(entries) == 1 else self._only(resolution, key)
            places = resolution.places
            place = places[0][0] if len(places) == 1 else _place(resolution, entry)
            before = place.registered.get(entry.name)
            found = live(place, entry)
            after = place.registered.get(entry.name)
            if after is before or after is None or after.found is found:
                break
            # Importing its module has registered another object, which may win.
        if resolution.renames or resolution.passed_over is not None:
            tell(self.group, resolution)
        hit = LoadedEntry(entry, found, place)
        _remember(node, key, dicts, (found, hit, bool(entries)))
        return hit, resolution

    def _is_confirmed(self, entries: tuple[Entry, ...]) -> bool:
        """Whether an entry may be loaded; if not, what led to it is forgotten: resolve anew."""
        return (
            len(entries) != 1
            # What code registered is a live object.
            or not isinstance(entries[0].target, str)
            or current_environment().confirm(entries[0])
        )

    def _from_hooks(self, resolution: Resolution, provider: str | None = None) -> Entry | None:
        hooks = current_environment().hooks(self.node.tree.group)
        for node, name in resolution.tried:
            entry = hooks.lookup(node.title, name, provider)
            if entry is not None:
                return entry
        return None


def live(node: Node, entry: Entry) -> Callable[..., Any]:
    """The object of an entry of this very scope: what code registered as it, else loaded."""
    if callable(entry.target):
        return entry.target
    # Taken first: a change replaces this dict, and a late write is lost.
    loaded = node.loaded
    name = entry.name
    if name in node.registered and (registered := _registered(node, entry)) is not None:
        return registered
    known = loaded.get(name)
    if known is not None and known[0] == entry:
        return known[1]
    found = _load(node, entry)
    # The import may have registered it by decorator; then that object counts.
    if name in node.registered and (registered := _registered(node, entry)) is not None:
        return registered
    loaded[name] = (entry, found)
    return found


def _registered(node: Node, entry: Entry) -> Callable[..., Any] | None:
    item = node.registered.get(entry.name)
    if item is None:
        return None
    return item.found if is_target(entry.target, item.found) else None


def _load(node: Node, entry: Entry) -> Callable[..., Any]:
    try:
        found = load(entry)
    except PluginLoadError as error:
        current_environment().explain(error)
        raise
    base = node.settings["base"]
    # What an entry binds leaves it the class that it is.
    made = getattr(found, "func", found) if entry.kwargs else found
    if base is not None and class_fits(made, base) is False:
        raise BaseMismatch(entry.registry, entry.key, base, repr(made), entry.provider)
    return found


def _remember(
    node: Node, key: str, dicts: tuple[dict[str, Any], ...], values: tuple[object, ...]
) -> None:
    if node.tree.replacing:
        # Not cached: a replacement may hold for this thread or task alone.
        return
    for memory, value in zip(dicts, values, strict=True):
        if len(memory) >= MAX_REMEMBERED_KEYS:
            memory.clear()
        memory[key] = value


def _not_found(
    node: Node, key: str, resolution: Resolution, provider: str | None = None
) -> EntryNotFound:
    from registry_core.tree.missing import not_found

    return not_found(node, key, resolution, provider)


def _found_again(restored: Callable[..., Any], arguments: tuple[object, ...]) -> Lookup:
    found: Lookup = restored(*arguments)._lookup
    return found


def _place(resolution: Resolution, entry: Entry) -> Node:
    """The scope that has an entry of `resolution`."""
    return next(node for node, _ in resolution.places if node.title == entry.scope)


def lookup_of(node: Node) -> Lookup:
    """The lookups from `node`, made when first asked for."""
    known = node.memory
    if isinstance(known, Lookup):
        return known
    with LOCK:
        known = node.memory
        if not isinstance(known, Lookup):
            known = node.memory = Lookup(node)
        return known
