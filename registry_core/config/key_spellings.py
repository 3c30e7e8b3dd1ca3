"""Every key that leads from one scope to an entry, in every way it can be spelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from registry_core.tree.locations import scopes_within
from registry_core.tree.resolution import names as names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.entry import Entry
    from registry_core.tree.lookup import Lookup
    from registry_core.tree.nodes import Node


class KeySpellings(NamedTuple):
    """One entry, and the keys that resolve to it.

    Attributes:
        entry: the entry.
        keys: by its scope: ``Swish``, ``extra.Swish``.
        others: by the root's own scope, or by a scope further in, from which the key climbs.
    """

    entry: Entry
    keys: list[str]
    others: list[str]


def spellings(resolver: Lookup) -> list[KeySpellings]:
    """The entries that a config can name from a scope. Imports no plugin.

    Names in conflict are left out: they resolve to nothing.
    """
    found: dict[tuple[str, str], KeySpellings] = {}
    seen: set[str] = set()
    for key, is_usual in sorted(_candidates(resolver.node.tree.root), key=lambda item: not item[1]):
        if key in seen:
            continue
        seen.add(key)
        entries = resolver.resolution(key).entries
        if len(entries) == 1:
            entry = entries[0]
            spelled = found.setdefault((entry.scope, entry.name), KeySpellings(entry, [], []))
            (spelled.keys if is_usual else spelled.others).append(key)
    return sorted(found.values(), key=lambda spelled: spelled.entry.key)


def scope_names(resolver: Lookup) -> list[str]:
    """What ``_scope_`` may say in this tree: each scope by its path, and by its last word.

    The path of the root is empty.
    """
    tree = resolver.node.tree
    names: set[str] = set()
    for node in scopes_within(tree.root):
        names |= {node.label, node.title, ".".join((tree.root.label, *node.path))}
    return sorted(name for name in names if len(tree.fitting(name)) == 1)


def _candidates(root: Node) -> Iterator[tuple[str, bool]]:
    """Keys that may resolve, each with whether it is spelled by the entry's own scope."""
    notes = root.tree.table().notes
    old = () if notes is None else notes.old_names()
    for node in scopes_within(root):
        path = (root.label, *node.path)
        above: Node | None = node
        while above is not None:
            for name in names_of(above):
                for start in range(len(path) + 1):
                    yield ".".join((*path[start:], name)), above is node and start > 0
            inside = f"{above.title}." if above.path else ""
            for key in old:
                # Valid, and not to be proposed.
                if key.startswith(inside):
                    for start in range(len(path) + 1):
                        yield ".".join((*path[start:], key.removeprefix(inside))), False
            above = above.parent
