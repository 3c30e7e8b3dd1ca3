"""One scope of a registry's tree: what it holds, registered and discovered."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from registry_core.entry import NOTHING, Entry, Problem, Provider
from registry_core.environment import current_environment
from registry_core.keys import dotted, is_word
from registry_core.listeners import import_failed
from registry_core.loading import is_target
from registry_core.wording import quoted, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from registry_core.tree import Tree

_NO_NAMES: Mapping[str, tuple[Entry, ...]] = {}


class Registered(NamedTuple):
    """What code registered under one name.

    Attributes:
        found: the object.
        module: the module whose code registered it.
        metadata: what `entries` may filter by.
        before: what another module had registered under that name.
    """

    found: Callable[..., Any]
    module: str
    metadata: Mapping[str, object]
    before: Registered | None = None

    def comes_from(self, modules: AbstractSet[str]) -> bool:
        """Whether one of these modules registered it, or defines it."""
        return self.module in modules or getattr(self.found, "__module__", None) in modules


class Memory(Protocol):
    """What somebody remembers of a scope, to be dropped when the scope changes."""

    def forget(self) -> None:
        """Drop what is remembered."""
        ...


class Node:
    """One scope. Lives as long as its tree; registries are handles on it.

    Made by code, or because a discovered group names it; a scope that is discovered first and
    made in code later stays the same node, so that handles given out before go on.
    """

    __slots__ = (
        "base",
        "build_func",
        "children",
        "handle",
        "imported",
        "label",
        "loaded",
        "locations",
        "lookup",
        "made_by",
        "name",
        "parent",
        "path",
        "recursive",
        "registered",
        "tree",
    )

    made_by: str
    name: str
    locations: Sequence[str]
    imported: bool
    build_func: Callable[..., Any] | None
    base: type | None
    recursive: bool

    def __init__(self, tree: Tree, parent: Node | None, label: str) -> None:
        self.tree = tree
        self.parent = parent
        self.label = label
        self.path: tuple[str, ...] = () if parent is None else (*parent.path, label)
        self.children: dict[str, Node] = {}
        self.registered: dict[str, Registered] = {}
        self.loaded: dict[str, tuple[Entry, Callable[..., Any]]] = {}
        self.lookup: Memory | None = None
        self.handle: Any = None
        self.unmake()
        if parent is not None:
            parent.children[label] = self

    @property
    def title(self) -> str:
        """The dotted path of this scope; empty for the root."""
        return dotted(self.path)

    def key(self, name: str) -> str:
        """The key that resolves from the root to `name` in this scope."""
        return f"{self.title}.{name}" if self.path else name

    def exists(self) -> bool:
        """Whether anything still speaks for this scope: code, or an installed distribution."""
        if self.made_by or self.registered or self.parent is None:
            return True
        return self.path in self.tree.table().scopes or any(
            child.exists() for child in self.children.copy().values()
        )

    def child(self, label: str) -> Node | None:
        """The scope of that name within this one."""
        self.tree.table()
        node = self.children.get(label)
        return node if node is not None and node.exists() else None

    def discovered(self) -> Mapping[str, tuple[Entry, ...]]:
        """What is discovered in this very scope."""
        # A label made in code may hold anything, even dots; then no group is its address.
        if not all(map(is_word, self.path)):
            return _NO_NAMES
        return self.tree.table().scopes.get(self.path, _NO_NAMES)

    def here(self, name: str) -> tuple[Entry, ...]:
        """The entries of that name in this very scope: none, one, or several in conflict.

        What code registered wins; unless it is what a discovered entry stands for. Then the two
        are one, and it is the discovered one, whether or not somebody has imported it yet.
        """
        registered = self.registered.get(name)
        discovered = self.discovered().get(name, ())
        if registered is None:
            return discovered
        if not self.holds(name):
            return tuple(
                entry._replace(metadata=registered.metadata or entry.metadata)
                if is_target(entry.target, registered.found)
                else entry
                for entry in discovered
            )
        provider = Provider(registered.module)
        fields = (name, registered.found, self.title, NOTHING, registered.metadata)
        return (Entry._make((*fields, self.tree.group, provider)),)

    def holds(self, name: str) -> bool:
        """Whether code registered that name here, of its own and not as what is installed."""
        return name in self.registered and not self.is_declared(name, self.registered[name].found)

    def is_declared(self, name: str, found: object) -> bool:
        """Whether a discovered entry of that name in this very scope stands for `found`."""
        return any(is_target(entry.target, found) for entry in self.rivals(name))

    def rivals(self, name: str) -> tuple[Entry, ...]:
        """All discovered entries of that name in this very scope, preferred or not."""
        discovered = self.discovered().get(name, ())
        if not discovered:
            return ()
        return discovered + self.tree.table().outdone.get((self.path, name), ())

    def settle(self, rivals: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Those of `rivals` that the order of preference leaves."""
        return current_environment().preferred(self.tree.group, rivals)

    def names(self) -> list[str]:
        """The names in this very scope, sorted, registered and discovered."""
        return sorted(self.unsorted_names())

    def entries(self) -> Iterator[Entry]:
        """The entries of this very scope, sorted by name, registered and discovered."""
        names = self.names()
        discovered, registered = self.discovered(), self.registered
        for name in names:
            found = self.here(name) if name in registered else discovered.get(name, ())
            yield from found

    def unsorted_names(self) -> dict[str, object]:
        """The names in this very scope, each once, as they come."""
        self.import_locations()
        return {**dict.fromkeys(self.discovered()), **dict.fromkeys(self.registered.copy())}

    def import_locations(self) -> list[tuple[str, BaseException]]:
        """Import the framework's own modules of this scope, until all have succeeded once.

        Returns:
            Those that failed, with what they raised.
        """
        failed: list[tuple[str, BaseException]] = []
        for location in () if self.imported else self.locations:
            try:
                import_module(location)
            except (KeyboardInterrupt, GeneratorExit):
                raise
            except BaseException as error:
                import_failed(error)
                failed.append((location, error))
        # Only now: another thread that asks meanwhile has to wait for these imports too.
        self.imported = not failed
        return failed

    def unmake(self) -> None:
        """Let nobody's code own this scope."""
        self.made_by = ""
        self.name = self.parent.name if self.parent else ""
        self.locations = ()
        self.imported = True
        self.build_func = None
        self.base = None
        self.recursive = False
        self.inherit()

    def make(
        self,
        module: str,
        name: str,
        build_func: Callable[..., Any] | None,
        locations: tuple[str, ...],
        *,
        base: type | None,
        recursive: bool | None,
    ) -> None:
        """Let the code of `module` own this scope; what it leaves out, it keeps from its parent."""
        self.made_by = module
        self.name = name
        self.locations = locations
        self.imported = not locations
        self.build_func = build_func or self.build_func
        self.base = base or self.base
        self.recursive = self.recursive if recursive is None else recursive
        for child in self.children.copy().values():
            if not child.made_by:
                child.inherit()
        self.tree.forget_lookups()

    def inherit(self) -> None:
        """Take over what the parent says of building, and pass it on to discovered scopes."""
        if self.parent is not None:
            self.build_func = self.parent.build_func
            self.base = self.parent.base
            self.recursive = self.parent.recursive
        for child in self.children.copy().values():
            if not child.made_by:
                child.inherit()

    def scopes(self, *, importing: bool = True) -> list[Node]:
        """This scope and all that exist within it, sorted by path.

        Args:
            importing: import their locations first, which may make more of them.
        """
        while True:
            self.tree.table()
            found = [node for node in self.tree.nodes() if node.is_within(self) and node.exists()]
            waiting = [node for node in found if not node.imported] if importing else []
            for node in waiting:
                node.import_locations()
            if not any(node.imported for node in waiting):
                return sorted(found, key=lambda node: node.path)

    def is_within(self, other: Node) -> bool:
        """Whether this is `other`, or a scope inside it."""
        node: Node | None = self
        while node is not None and node is not other:
            node = node.parent
        return node is other

    def location_problems(self) -> Iterator[Problem]:
        """The locations of this scope that cannot be imported."""
        for location, error in self.import_locations():
            what = f"importing the location {location!r} raised {told(error)}"
            yield Problem(Provider(location), f'registry "{self.tree.group}"', what, "mend it")

    def withdraw(self, modules: AbstractSet[str]) -> bool:
        """Take back what these modules registered and made; whether there was anything."""
        gone = [n for n, item in self.registered.copy().items() if item.comes_from(modules)]
        for name in gone:
            before = self.registered[name].before
            if before is not None and not before.comes_from(modules):
                self.registered[name] = before
            else:
                del self.registered[name]
        made = self.made_by in modules and self.parent is not None
        if made:
            self.unmake()
            self.handle = None
        return bool(gone) or made

    def shadowed(self) -> Iterator[Problem]:
        """What code registered in this scope hides: discovered entries, and entries of a scope."""
        where = f'registry "{self.tree.group}"'
        for name, item in self.registered.copy().items():
            head, dot, _ = name.partition(".")
            if dot and self.child(head) is not None:
                what = f"the name {quoted(name)} begins with the scope {quoted(head)} beside it"
                fix = "rename the entry or the scope"
                yield Problem(Provider(item.module), where, what, fix, "conflict")
        for name, entries in self.discovered().items():
            for entry in entries if self.holds(name) else ():
                maker = self.registered[name].module
                what = f"the entry {quoted(entry.key)} is shadowed: {maker} registers it"
                fix = "choose a name or scope of its own"
                yield Problem(entry.provider, where, what, fix, "shadowed")
