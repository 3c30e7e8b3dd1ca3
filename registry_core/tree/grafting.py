"""Moving a scope, with all that is within it, out of its tree or into another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.errors import AddressError
from registry_core.keys import no_group
from registry_core.locks import LOCK
from registry_core.tree.nodes import Tree

if TYPE_CHECKING:
    from registry_core.tree.nodes import Node


def take_out(node: Node) -> None:
    """Let a scope be the root of a tree of its own; what is installed for it stays behind.

    Its label is free for another. A scope that installed distributions declare is back after
    `Environment.refresh`, as a name is that code unregisters.
    """
    with LOCK:
        tree, parent = node.tree, node.parent
        if parent is None or parent.children.get(node.label) is not node:
            return
        own = Tree(no_group(node.name), node.label)
        del parent.children[node.label]
        own.root = node
        node.place(own, None)
        tree.forget_lookups()
        own.forget_lookups()


def put_in(parent: Node, node: Node) -> None:
    """Let the root of a tree that has no group be a scope within `parent`, in place of any there.

    Raises:
        AddressError: it has a group, is within another scope, or holds `parent`.
    """
    with LOCK:
        if parent.children.get(node.label) is node:
            return
        if node.parent is not None:
            where = node.parent.title or node.parent.label
            fault = f"it is a child of {where!r} already: take it out of the children there"
        elif node.has_address:
            fault = f"what is installed for its group {node.tree.group!r} would be lost"
        elif node in parent.outward():
            fault = "it holds the registry that is to hold it"
        else:
            gone = parent.children.get(node.label)
            if gone is not None:
                take_out(gone)
            parent.children[node.label] = node
            node.place(parent.tree, parent)
            # What is installed for scopes within it is read anew, and makes them.
            parent.tree.forget()
            return
    raise AddressError("scope", node.label, fault)
