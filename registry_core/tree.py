"""The tree of scopes behind a registry, and what it has been told by the environment."""

from __future__ import annotations

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


class Remembered:
    """What a tree remembers of one state of the environment. Replaced, never emptied.

    Whoever works out an answer writes it into the one in which it began to look: what was looked
    up before a change ends in an object that nobody reads any more.
    """

    __slots__ = ("__weakref__", "scopes", "table")

    def __init__(self, table: Table | None = None) -> None:
        self.table = table
        self.scopes: dict[str, tuple[Node, ...]] | None = None


class Tree:
    """All scopes of one registry. Lives as long as its root registry, which makes it.

    What is discovered is asked of the current environment, and forgotten when that changes.
    """

    __slots__ = (
        "__weakref__",
        "group",
        "lock",
        "remembered",
        "root",
        "warm",
    )

    lock: AbstractContextManager[object]

    def __init__(self, group: str, root_scope: str) -> None:
        self.group = group
        # For what code does to the tree; never held while a plugin's module is imported.
        give_lock(self)
        self.remembered = Remembered()
        # Whether any scope remembers a lookup: while code only registers there is nothing to drop.
        self.warm = False
        self.root = Node(self, None, root_scope)
        listen(self)

    def table(self) -> Table:
        """What is discovered for this registry."""
        remembered = self.remembered
        if remembered.table is not None:
            return remembered.table
        table = current_environment().table(self.group, self.root.label)
        for path in table.scopes:
            node = self.root
            for label in path:
                node = self.node(node, label)
        if table.complete:
            remembered.table = table
        return table

    def node(self, parent: Node, label: str) -> Node:
        """The node of that label within `parent`, made where there is none."""
        with self.lock:
            return parent.children.get(label) or Node(self, parent, label)

    def forget(self) -> None:
        """Drop what is remembered of the environment and of lookups."""
        self.remembered = Remembered()
        for node in self.nodes():
            node.loaded = {}
        self.forget_lookups()

    def forget_lookups(self) -> None:
        """Drop what is remembered of lookups."""
        self.warm = False
        self.remembered = Remembered(self.remembered.table)
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
        self.warm = True
        remembered = self.remembered
        if remembered.scopes is not None:
            return remembered.scopes.get(scope, ())
        self.table()
        by_name: dict[str, tuple[Node, ...]] = {}
        by_path: dict[str, tuple[Node, ...]] = {}
        for node in sorted(self.nodes(), key=lambda node: node.path):
            if node.exists():
                by_name[node.label] = (*by_name.get(node.label, ()), node)
                by_path[node.title] = by_path[dotted((self.root.label, *node.path))] = (node,)
        scopes = {**by_name, **by_path, self.root.label: (self.root,)}
        remembered.scopes = scopes
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
