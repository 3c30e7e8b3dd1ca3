"""The tree of scopes behind a registry, and what it has been told by the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet

from registry_core.environment import current_environment, listen
from registry_core.keys import dotted
from registry_core.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from registry_core.environment.table import Table

_trees: WeakSet[Tree] = WeakSet()


class Tree:
    """All scopes of one registry. Lives as long as its root registry, which makes it.

    What is discovered is asked of the current environment, and forgotten when that changes.
    """

    __slots__ = ("__weakref__", "_scopes", "_table", "generation", "group", "root", "warm")

    def __init__(self, group: str, root_scope: str) -> None:
        self.group = group
        self._table: Table | None = None
        self._scopes: dict[str, tuple[Node, ...]] | None = None
        # Whether any scope remembers a lookup: while code only registers there is nothing to drop.
        self.warm = False
        # Grows with every change: what was looked up before one must not be remembered after it.
        self.generation = 0
        self.root = Node(self, None, root_scope)
        listen(self)
        _trees.add(self)

    def table(self) -> Table:
        """What is discovered for this registry."""
        table = self._table
        if table is None:
            generation = self.generation
            table = current_environment().table(self.group, self.root.label)
            for path in table.scopes:
                node = self.root
                for label in path:
                    node = node.children.get(label) or Node(self, node, label)
            self._table = table
            if self.generation != generation:
                self._table = None
        return table

    def forget(self) -> None:
        """Drop what is remembered of the environment and of lookups."""
        self.generation += 1
        self._table = None
        for node in self.nodes():
            node.loaded = {}
        self.forget_lookups()

    def forget_lookups(self) -> None:
        """Drop what is remembered of lookups."""
        # First: a lookup under way in another thread looks at it after it has remembered.
        self.generation += 1
        self.warm = False
        self._scopes = None
        for node in self.nodes():
            if node.lookup is not None:
                node.lookup.forget()

    def nodes(self) -> Iterator[Node]:
        """Every node, made by code or by discovery, the root first."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.children.values()

    def fitting(self, scope: str) -> tuple[Node, ...]:
        """The scopes that `scope` names: by path, else by last word; sorted by path."""
        scopes = self._scopes
        if scopes is None:
            self.warm, generation = True, self.generation
            self.table()
            by_name: dict[str, tuple[Node, ...]] = {}
            by_path: dict[str, tuple[Node, ...]] = {}
            for node in sorted(self.nodes(), key=lambda node: node.path):
                if node.exists():
                    by_name[node.label] = (*by_name.get(node.label, ()), node)
                    by_path[node.title] = by_path[dotted((self.root.label, *node.path))] = (node,)
            scopes = self._scopes = {**by_name, **by_path, self.root.label: (self.root,)}
            if self.generation != generation:
                self._scopes = None
        return scopes.get(scope, ())

    def withdraw(self, modules: AbstractSet[str]) -> None:
        """Take back what these modules did, whose import has failed."""
        for node in tuple(self.nodes()):
            if node.withdraw(modules):
                self.forget_lookups()


def trees_of(group: str) -> list[Tree]:
    """The living trees of that group: those in which code has registered most come first."""

    def registered(tree: Tree) -> int:
        return sum(len(node.registered) for node in tree.nodes())

    trees = [tree for tree in tuple(_trees) if tree.group == group]
    return sorted(trees, key=registered, reverse=True)
