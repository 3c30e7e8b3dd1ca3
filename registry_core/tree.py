"""The tree of scopes behind a registry, and what it has been told by the environment."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from registry_core.environment import current_environment
from registry_core.keys import dotted
from registry_core.listeners import listen, listeners
from registry_core.locks import give_lock
from registry_core.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from contextlib import AbstractContextManager

    from registry_core.environment.table import Table

# One count for all, because adding to a number is two steps, between which threads may change.
_generations = count()


class Tree:
    """All scopes of one registry. Lives as long as its root registry, which makes it.

    What is discovered is asked of the current environment, and forgotten when that changes.
    """

    __slots__ = (
        "__weakref__",
        "_installed",
        "_scopes",
        "_table",
        "generation",
        "group",
        "lock",
        "root",
        "warm",
    )

    lock: AbstractContextManager[object]

    def __init__(self, group: str, root_scope: str) -> None:
        self.group = group
        # For what code does to the tree; never held while a plugin's module is imported.
        give_lock(self)
        self._table: tuple[int, Table] | None = None
        self._scopes: tuple[int, dict[str, tuple[Node, ...]]] | None = None
        # Whether any scope remembers a lookup: while code only registers there is nothing to drop.
        self.warm = False
        # Grows with every change: what was looked up before one must not be remembered after it.
        self.generation = next(_generations)
        # Grows only when what is installed may have changed: code that registers changes no table.
        self._installed = next(_generations)
        self.root = Node(self, None, root_scope)
        listen(self)

    def table(self) -> Table:
        """What is discovered for this registry."""
        known = self._table
        # Compared here: what another thread found before a change is not to be had after it.
        if known is not None and known[0] == self._installed:
            return known[1]
        installed = self._installed
        table = current_environment().table(self.group, self.root.label)
        for path in table.scopes:
            node = self.root
            for label in path:
                node = self.node(node, label)
        if table.complete:
            self._table = (installed, table)
        else:
            # Nor is remembered what is looked up in it: it may lack what is there.
            self.forget_lookups()
        return table

    def node(self, parent: Node, label: str) -> Node:
        """The node of that label within `parent`, made where there is none."""
        with self.lock:
            return parent.children.get(label) or Node(self, parent, label)

    def forget(self) -> None:
        """Drop what is remembered of the environment and of lookups."""
        self._installed = next(_generations)
        self._table = None
        for node in self.nodes():
            node.loaded = {}
        self.forget_lookups()

    def forget_lookups(self) -> None:
        """Drop what is remembered of lookups."""
        # In this order: who sets `warm` between the two has looked at the old generation, and
        # takes back what it remembers.
        self.warm = False
        self.generation = next(_generations)
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
            waiting += node.children.copy().values()

    def fitting(self, scope: str) -> tuple[Node, ...]:
        """The scopes that `scope` names: by path, else by last word; sorted by path."""
        known = self._scopes
        if known is not None and known[0] == self.generation:
            return known[1].get(scope, ())
        generation, self.warm = self.generation, True
        self.table()
        by_name: dict[str, tuple[Node, ...]] = {}
        by_path: dict[str, tuple[Node, ...]] = {}
        for node in sorted(self.nodes(), key=lambda node: node.path):
            if node.exists():
                by_name[node.label] = (*by_name.get(node.label, ()), node)
                by_path[node.title] = by_path[dotted((self.root.label, *node.path))] = (node,)
        scopes = {**by_name, **by_path, self.root.label: (self.root,)}
        self._scopes = (generation, scopes)
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

    trees = [each for each in listeners() if isinstance(each, Tree) and each.group == group]
    return sorted(trees, key=registered, reverse=True)
