"""The scopes behind a registry: a tree, and what each of its nodes holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from registry_core.environment import current_environment
from registry_core.environment.environment import on_change
from registry_core.keys import dotted, group_fault, is_word
from registry_core.locks import LOCK

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from registry_core.entry import Entry
    from registry_core.environment.table import Table
    from registry_core.tree.registered import Registered

_NO_NAMES: Mapping[str, tuple[Entry, ...]] = {}
_DEFAULTS: Mapping[str, Any] = {
    "build_func": None,
    "base": None,
    "recursive": False,
    "type_key": "type",
}


class Memory:
    """What is remembered of lookups from one scope. Lives as long as its node.

    The dicts are replaced, and never cleared, when anything changes: a thread that looked something
    up before the change writes it into dicts that are read no more.

    Attributes:
        found: the objects of keys that were loaded from here; None for one that led nowhere.
        hits: the same, each as a `LoadedEntry`: what `build` needs.
        known: whether a key resolves to an entry, for keys that were asked about.
        dicts: these three of one moment, to write into.
        recursive: whether builds from this scope build nested configs first.
        type_key: the key under which configs say what to build.
    """

    __slots__ = ("dicts", "found", "hits", "known", "node", "recursive", "type_key")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.forget()

    def forget(self) -> None:
        """Drop what is remembered. Under the lock."""
        self.found: dict[str, Any] = {}
        self.hits: dict[str, Any] = {}
        self.known: dict[str, bool] = {}
        self.dicts = self.found, self.hits, self.known
        # Read by each build: one step less on the way.
        self.recursive: bool = self.node.settings["recursive"]
        self.type_key: str = self.node.settings["type_key"]


class Discovered:
    """What a tree remembers of one state of the environment. Replaced as a whole, as in a `Memory`.

    Attributes:
        table: what is installed for it; None until that is asked.
        names: what the table has for a scope, less what code has unregistered.
        claimed: the names in a scope that distributions declare, without asking hooks.
        scopes: the scopes that a name means, by that name; None until that is asked.
        words: all keys, by what may be meant by a wrong one; None until that is asked.
    """

    __slots__ = ("claimed", "names", "scopes", "table", "words")

    def __init__(self, table: Table | None = None) -> None:
        self.table = table
        self.names: dict[Node, Mapping[str, tuple[Entry, ...]]] = {}
        self.claimed: dict[Node, Collection[str]] = {}
        self.scopes: dict[str, tuple[Node, ...]] | None = None
        self.words: Mapping[str, list[str]] | None = None


class Tree:
    """All scopes of one registry. Lives as long as its root registry, which makes it.

    What is discovered is asked of the current environment, and forgotten when that changes.
    """

    __slots__ = ("__weakref__", "discovered", "group", "is_warm", "replacing", "root")

    def __init__(self, group: str, root_scope: str) -> None:
        self.group = group
        self.discovered = Discovered()
        # Whether any scope remembers a lookup: while code only registers there is nothing to drop.
        self.is_warm = False
        # How many threads or tasks see replacements: their lookups are not cached.
        self.replacing = 0
        self.root = Node(self, None, root_scope)
        with LOCK:
            _trees.add(self)

    def table(self) -> Table:
        """What is discovered for this registry."""
        discovered = self.discovered
        if discovered.table is not None:
            return discovered.table
        table = current_environment().table(self.group, self.root.label)
        for path in table.scopes:
            node = self.root
            for label in path:
                node = self.node(node, label)
        if table.complete:
            discovered.table = table
        else:
            # The table is incomplete: drop the lookups as well.
            self.forget_lookups()
        return table

    def node(self, parent: Node, label: str) -> Node:
        """The node of that label within `parent`, made where there is none."""
        with LOCK:
            return parent.children.get(label) or Node(self, parent, label)

    def forget(self) -> None:
        """Drop what is remembered of the environment and of lookups."""
        with LOCK:
            self.discovered = Discovered()
            for node in self.nodes():
                node.loaded = {}
            self.forget_lookups()

    def forget_lookups(self) -> None:
        """Drop what is remembered of lookups."""
        with LOCK:
            self.is_warm = False
            self.discovered = Discovered(self.discovered.table)
            for node in self.nodes():
                if node.memory is not None:
                    node.memory.forget()
                    for handle in (node.handle, *node.former):
                        # Not by its truth: an empty registry is false.
                        if handle is not None:
                            handle._take(node.memory)

    def nodes(self) -> Iterator[Node]:
        """Every node, made by code or by discovery, the root first."""
        return self.root.inward()

    def fitting(self, scope: str) -> tuple[Node, ...]:
        """The scopes that `scope` names: by path, else by last word; sorted by path."""
        self.is_warm = True
        discovered = self.discovered
        scopes = discovered.scopes
        if scopes is None:
            self.table()
            by_name: dict[str, list[Node]] = {}
            by_path: dict[str, tuple[Node, ...]] = {}
            for node in sorted(self.nodes(), key=lambda node: node.path):
                if node.exists():
                    by_name.setdefault(node.label, []).append(node)
                    by_path[node.title] = by_path[dotted((self.root.label, *node.path))] = (node,)
            scopes = {name: tuple(nodes) for name, nodes in by_name.items()}
            scopes |= {**by_path, self.root.label: (self.root,)}
            discovered.scopes = scopes
        return scopes.get(scope, ())


_trees: WeakSet[Tree] = WeakSet()


def trees_of(group: str) -> list[Tree]:
    """The living trees of that group: those in which code has registered most come first."""
    trees = [tree for tree in living_trees() if tree.group == group]
    return sorted(trees, key=lambda tree: -sum(len(node.registered) for node in tree.nodes()))


def living_trees() -> list[Tree]:
    """The trees of all registries that are there."""
    # A set that one thread reads while another adds to it raises.
    with LOCK:
        return list(_trees)


def _forget_all() -> None:
    for tree in living_trees():
        tree.forget()


on_change(_forget_all)


class Node:
    """One scope. Lives as long as its tree; registries are handles on it.

    Made by code, or because a discovered group names it; a scope that is discovered first and
    made in code later stays the same node, so that handles given out before go on.

    Attributes:
        has_address: whether a group can name it.
        own_settings: what the code that made it says of building: `build_func`, `base`,
            `recursive`, `type_key`.
        settings: the same, complete: what it does not say is its parent's.
        unlisted: names that code has taken from what is discovered, with what was installed then.
        made_by: the module whose code made it; empty where it is discovered alone.
        made_in: the code of that module, a cell or a script.
        is_unpickled: whether a pickle made it here, of one that code of another process made.
        locations: the modules that register in it.
        imported: whether these have all been imported.
        registered: what code registered, by name.
        loaded: the discovered entries that were loaded, by name, with their objects.
        handle: the registry that stands for it, once one does.
        former: those that stood for it before the code that made it was run again.
        memory: its `Memory`, once something was looked up from it.
    """

    def __init__(self, tree: Tree, parent: Node | None, label: str) -> None:
        self.label = label
        self.children: dict[str, Node] = {}
        self.own_settings: Mapping[str, object] = {}
        self.place(tree, parent)
        self.registered: dict[str, Registered] = {}
        self.unlisted: dict[str, object] = {}
        self.loaded: dict[str, tuple[Entry, Callable[..., Any]]] = {}
        self.memory: Memory | None = None
        self.handle: Any = None
        self.former: list[Any] = []
        self.made_by = ""
        self.made_in: object = None
        self.is_unpickled = False
        self.name: str = parent.name if parent else ""
        self.locations: Sequence[str] = ()
        self.imported = True
        if parent is not None:
            parent.children[label] = self

    def place(self, tree: Tree, parent: Node | None) -> None:
        """Let this scope, and all within it, stand there. Under the lock, once it is known."""
        self.tree, self.parent = tree, parent
        self.path: tuple[str, ...] = () if parent is None else (*parent.path, self.label)
        # A label made in code may hold anything, even dots; then no group is its address.
        is_around = group_fault(tree.group) is None if parent is None else parent.has_address
        self.has_address: bool = is_around and (parent is None or is_word(self.label))
        said = {name: value for name, value in self.own_settings.items() if value is not None}
        above = _DEFAULTS if parent is None else parent.settings
        self.settings: Mapping[str, Any] = {**above, **said}
        for child in self.children.values():
            child.place(tree, self)

    @property
    def title(self) -> str:
        """The dotted path of this scope; empty for the root."""
        return dotted(self.path)

    def key(self, name: str) -> str:
        """The key that resolves from the root to `name` in this scope."""
        return f"{self.title}.{name}" if self.path else name

    def exists(self) -> bool:
        """Whether code or an installed distribution still declares this scope."""
        if self.made_by or self.registered or self.parent is None:
            return True
        table = self.tree.discovered.table or self.tree.table()
        return self.path in table.scopes or any(
            child.exists() for child in self.children.copy().values()
        )

    def child(self, label: str) -> Node | None:
        """The scope of that name within this one."""
        if self.tree.discovered.table is None:
            self.tree.table()
        node = self.children.get(label)
        return node if node is not None and node.exists() else None

    def discovered(self) -> Mapping[str, tuple[Entry, ...]]:
        """What is discovered in this very scope."""
        state = self.tree.discovered
        found = state.names.get(self)
        if found is not None:
            return found
        table = state.table or self.tree.table()
        found = self._listed(table)
        if table is state.table:
            state.names[self] = found
        return found

    def claimed(self) -> Collection[str]:
        """The names in this very scope that distributions declare. Asks no hooks."""
        state = self.tree.discovered
        found = state.claimed.get(self)
        if found is None:
            table = self.rows()
            found = self._listed(table).keys()
            if table.complete:
                state.claimed[self] = found
        return found

    def rows(self) -> Table:
        """What distributions declare for this tree. Asks no hooks."""
        return current_environment().rows(self.tree.group, self.tree.root.label)

    def _listed(self, table: Table) -> Mapping[str, tuple[Entry, ...]]:
        """What a table has for this scope, less what code has unregistered."""
        found: Mapping[str, tuple[Entry, ...]]
        found = table.scopes.get(self.path, _NO_NAMES) if self.has_address else _NO_NAMES
        if not self.unlisted:
            return found
        now = current_environment().installed
        gone = {name for name, then in self.unlisted.items() if then is now}
        return {name: entries for name, entries in found.items() if name not in gone}

    def declared(self, name: str, table: Table) -> tuple[Entry, ...]:
        """All entries of that name in this very scope of a table, preferred or not."""
        found = self._listed(table).get(name, ())
        return found and (*found, *table.outdone.get((self.path, name), ()))

    def make(
        self, module: str, name: str, locations: Sequence[str], settings: Mapping[str, object]
    ) -> None:
        """Let the code of `module` own this scope; what its settings leave out is its parent's."""
        self.made_by = module
        self.name = name
        self.locations = locations
        self.imported = not locations
        self.configure(settings)

    def configure(self, settings: Mapping[str, object]) -> None:
        """Let this scope say these of building; None, or nothing, is what its parent says."""
        with LOCK:
            self.own_settings = settings
            self.place(self.tree, self.parent)
            self.tree.forget_lookups()

    def unmake(self) -> None:
        """Let no code own this scope."""
        self.make("", self.parent.name if self.parent else "", (), {})
        self.handle = None

    def outward(self) -> Iterator[Node]:
        """This scope, and those around it."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def inward(self) -> Iterator[Node]:
        """This scope, and those within it."""
        waiting: list[Node] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.children.copy().values()
