"""The reading half of a registry: a read-only mapping over one scope of a tree."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, KeysView, Mapping, MutableMapping, ValuesView
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from registry_core.environment import current_environment
from registry_core.locks import LOCK
from registry_core.text import safe_text
from registry_core.tree.locations import scopes_within
from registry_core.tree.lookup import Lookup, lookup_of
from registry_core.tree.problems import problems_of
from registry_core.tree.registered import calling_module
from registry_core.tree.registering import register, unregister
from registry_core.tree.resolution import entries, names, resolve, unsorted_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    import typing_extensions

    from registry_core.entry import Entry, Problem
    from registry_core.tree.nodes import Memory, Node

    T_co = typing_extensions.TypeVar("T_co", covariant=True, default=Callable[..., Any])
else:
    # TypeVar takes a default from Python 3.13 on.
    T_co = TypeVar("T_co", covariant=True)

D = TypeVar("D")


class View(Generic[T_co]):
    """What one can ask of a scope without changing it. `Registry` adds registering and building."""

    __slots__ = ("__weakref__", "_found", "_known", "_lookup", "_node")

    _node: Node
    _lookup: Lookup
    # The lookup's own dicts: one step less on the way to what is remembered.
    _found: dict[str, Any]
    _known: dict[str, bool]

    def _bind(self, node: Node) -> Self:
        """Stand for `node`. Under the lock: the dicts may be replaced at any time."""
        self._node = node
        self._lookup = lookup_of(node)
        self._take(self._lookup)
        if node.handle is not None:
            node.former.append(node.handle)
        node.handle = self
        return self

    def _take(self, memory: Memory) -> None:
        """Look into these dicts from now on."""
        self._found, self._known = memory.found, memory.known

    def _handle(self, node: Node) -> Self:
        """The registry that stands for `node`; for a discovered scope it is made here."""
        with LOCK:
            known: Self | None = node.handle
            return type(self).__new__(type(self))._bind(node) if known is None else known

    @property
    def name(self) -> str:
        """What this is a registry of."""
        return self._node.name

    @property
    def scope(self) -> str:
        """The name of this scope within its parent."""
        return self._node.label

    @property
    def group(self) -> str:
        """The entry-point group of the whole tree."""
        return self._node.tree.group

    @property
    def parent(self) -> Self | None:
        """The registry whose scope holds this one; None for a root."""
        return None if self._node.parent is None else self._handle(self._node.parent)

    @property
    def root(self) -> Self:
        """The root of the tree."""
        return self._handle(self._node.tree.root)

    @property
    def children(self) -> dict[str, Self]:
        """The scopes within this one by name, made in code or discovered."""
        return {
            node.label: self._handle(node)
            for node in scopes_within(self._node)
            if node.parent is self._node
        }

    @property
    def module_dict(self) -> MutableMapping[str, T_co]:
        """The live objects of this scope by name: what code registered or has been loaded.

        To set a name registers with `force`, and to delete one unregisters it.
        """
        return cast("MutableMapping[str, T_co]", ModuleDict(self._node))

    @overload
    def get(
        self, key: str, default: None = None, *, provider: str | None = None
    ) -> T_co | None: ...

    @overload
    def get(self, key: str, default: D, *, provider: str | None = None) -> T_co | D: ...

    def get(self, key: str, default: Any = None, *, provider: str | None = None) -> Any:
        """The object that `key` resolves to, loaded; `default` where nothing has that name.

        Args:
            key: a name, or a scope path and a name: "Swish", "extra.Swish".
            default: what to return where no entry has that name.
            provider: take the entry of this distribution, where several have the name.

        Returns:
            The class or function; a `functools.partial` where the entry binds arguments.

        Raises:
            EntryConflict: several providers have that name.
            PluginLoadError: its module cannot be imported.
            BaseMismatch: it is not a subclass of the registry's base.
            HookError: nothing has the name, and a lookup hook failed.
            WrongType: `key` or `provider` is not a str.
        """
        if provider is not None:
            found = self._lookup.provided(key, provider)
            return default if found is None else found
        try:
            found = self._found[key]
        except (KeyError, TypeError):
            found = self._lookup.search(key)
        return default if found is None else found

    def __getitem__(self, key: str) -> T_co:
        """The object that `key` resolves to, loaded.

        Raises:
            EntryNotFound: no entry has that name; the message has the close matches.
            EntryConflict, PluginLoadError, BaseMismatch, HookError, WrongType: as `get` says.
        """
        try:
            found: Any = self._found[key]
        except (KeyError, TypeError):
            found = None
        if found is None:
            found = self._lookup.hit(key).found
        return found  # type: ignore[no-any-return]

    def __contains__(self, key: object) -> bool:
        """Whether `key` resolves to an entry. Imports no class of a plugin."""
        try:
            return self._known[key]  # type: ignore[index]
        except (KeyError, TypeError):
            return isinstance(key, str) and self._lookup.knows(key)

    def __len__(self) -> int:
        return len(unsorted_names(self._node))

    def __iter__(self) -> Iterator[str]:
        return iter(names(self._node))

    def keys(self) -> KeysView[str]:
        """The names in this very scope, registered and discovered."""
        return KeysView(cast("Mapping[str, T_co]", self))

    def values(self) -> ValuesView[T_co]:
        """The objects in this very scope; reading them loads every one."""
        return ValuesView(cast("Mapping[str, T_co]", self))

    def items(self) -> ItemsView[str, T_co]:
        """The names and objects in this very scope; reading them loads every one."""
        return ItemsView(cast("Mapping[str, T_co]", self))

    def resolve(self, key: str, *, provider: str | None = None) -> Entry:
        """The entry that `key` resolves to. Imports no class of a plugin.

        Args:
            key: a name, or a scope path and a name.
            provider: take the entry of this distribution, where several have the name.

        Returns:
            The entry: what it stands for and who provides it.

        Raises:
            EntryNotFound: no entry has that name; the message has the close matches.
            EntryConflict: several providers have it, and `provider` names none of them.
        """
        return self._lookup.told(key, provider)

    def entries(self, **metadata: object) -> list[Entry]:
        """The entries of this scope and of all scopes within it. Imports no class of a plugin.

        Args:
            metadata: only entries whose metadata has all these values.

        Example:
            >>> from registry_core import Registry
            >>> NECKS = Registry("necks_doc", scope="acme")
            >>> _ = NECKS.register_module("FPN", module=dict, metadata={"levels": 4})
            >>> [entry.key for entry in NECKS.entries(levels=4)], NECKS.entries(levels=5)
            (['FPN'], [])
        """
        wanted = metadata.items()
        return [
            entry
            for node in scopes_within(self._node)
            for entry in entries(node)
            if not wanted or wanted <= entry.metadata.items()
        ]

    def problems(self) -> list[Problem]:
        """What is wrong with what is installed for this tree, and what code has shadowed."""
        from registry_core.environment.advice import problems_beside
        from registry_core.environment.contributions import CAUSES

        tree, environment = self._node.tree, current_environment()
        found = [*environment.problems(), *tree.table().problems]
        for node in scopes_within(tree.root):
            found += problems_of(node)
        found += environment.note_problems(
            tree.table(), tree.group, lambda key: bool(resolve(tree.root, key).entries)
        )
        return [*found, *problems_beside(self.root.entries(), environment.installed, CAUSES)]

    def _ipython_key_completions_(self) -> list[str]:
        return [node.key(name) for node in scopes_within(self._node) for name in names(node)]

    def __repr__(self) -> str:
        node = self._node
        names = sorted(node.registered.copy().keys() | node.discovered().keys())
        shown = ", ".join(map(safe_text, names[:6])) + (
            f", ... {len(names)} in all" if len(names) > 6 else ""
        )
        scopes = [
            safe_text(child.title)
            for child in scopes_within(node, importing=False)
            if child is not node
        ]
        within = f"; scopes: {', '.join(scopes)}" if scopes else ""
        where = f"scope={node.title or node.label!r}"
        return f"<Registry {node.name!r} {where} group={self.group!r}: {shown or 'empty'}{within}>"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


class ModuleDict(MutableMapping[str, Callable[..., Any]]):
    """The live objects of one scope by name: what code registered or has been loaded.

    Lives as long as you hold it, and always shows what is there now. To set a name registers with
    `force`; to delete one unregisters it.
    """

    __slots__ = ("_node",)

    # The module of `update` and `setdefault`, which registers nothing by itself.
    _between: tuple[str, ...] = ("collections.abc",)

    def __init__(self, node: Node) -> None:
        self._node = node

    def _now(self) -> dict[str, Callable[..., Any]]:
        node = self._node
        live = {name: item.found for name, item in node.registered.copy().items()}
        for name, (_, found) in node.loaded.copy().items():
            live.setdefault(name, found)
        return live

    def __getitem__(self, name: str) -> Callable[..., Any]:
        return self._now()[name]

    def __setitem__(self, name: str, found: Callable[..., Any]) -> None:
        depth = 1
        while (module := calling_module(depth)) in self._between:
            depth += 1
        register(self._node, found, name, force=True, metadata=None, module=module)

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        unregister(self._node, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def __repr__(self) -> str:
        return repr(self._now())
