"""What code registers for a while: undone at the end, as between two tests."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry_core.environment import current_environment, use_environment
from registry_core.locks import LOCK
from registry_core.scope import current_scope, default_scope
from registry_core.tree.nodes import living_trees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.tree.nodes import Node

_FIELDS = ("registered", "unlisted", "made_by", "name", "locations", "own_settings", "handle")


@contextmanager
def snapshot() -> Iterator[None]:
    """Undo, when the block ends, what code did in it to the registries that existed before.

    What it registers, replaces and unregisters, the scopes that it makes, what it blocks, allows
    and prefers in the current environment, and the default scope. A module that is imported
    in the block, and stays imported, keeps what it registered: nothing would register it again.

    Example:
        >>> from registry_core import Registry
        >>> WORDS = Registry("words_doc_snapshot", scope="acme")
        >>> with snapshot():
        ...     _ = WORDS.register_module("Counter", module=dict)
        >>> "Counter" in WORDS
        False
    """
    trees = living_trees()
    imported = set(sys.modules)
    saved = {node: _state(node) for tree in trees for node in tree.nodes()}
    # The same, with a policy of its own.
    environment = current_environment().without_hooks_of()
    try:
        with use_environment(environment), default_scope(current_scope()):
            yield
    finally:
        kept = {name for name in sys.modules if name not in imported}
        with LOCK:
            for tree in trees:
                for node in list(tree.nodes()):
                    _restore(node, saved.get(node), kept)
                tree.root.place(tree, None)
                tree.forget()


def _state(node: Node) -> dict[str, object]:
    state = {field: getattr(node, field) for field in _FIELDS}
    return {**state, "registered": node.registered.copy(), "unlisted": node.unlisted.copy()}


def _restore(node: Node, state: dict[str, object] | None, kept: set[str]) -> None:
    registered = node.registered
    if node.made_by not in kept:
        for field, value in (state or {}).items():
            setattr(node, field, value)
        if state is None:
            node.registered = {}
            node.unmake()
    elif state is not None:
        node.registered = state["registered"]  # type: ignore[assignment]
    for name, item in registered.items():
        if item.module in kept:
            node.registered[name] = item
