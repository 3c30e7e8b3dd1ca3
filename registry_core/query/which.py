"""What a key means in a registry, and what else of that name there is. Imports no class."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.errors import EntryNotFound
from registry_core.tree.owned import resolver_of
from registry_core.tree.resolution import here

if TYPE_CHECKING:
    from registry_core.entry import Entry
    from registry_core.tree.view import View


class Which(NamedTuple):
    """What a key means.

    Attributes:
        entries: the entry that it resolves to; none where nothing has that name, several where
            they conflict.
        tried: the dotted paths of the scopes that were tried, in order; empty for the root.
        shadowed: the entries of that name in scopes further out, which the entry hides.
        blocked: the entries that would have been found, each with why its provider is blocked.
        renamed: what is to be said of old names on the way to the entry.
    """

    entries: tuple[Entry, ...]
    tried: tuple[str, ...]
    shadowed: tuple[Entry, ...]
    blocked: tuple[tuple[Entry, str], ...]
    renamed: tuple[str, ...] = ()


def which(registry: View[Any], key: str, *, load: bool = False) -> Which:
    """Follow the resolution of `key` in `registry`, and beyond it up to the root.

    Args:
        registry: where to look.
        key: a name, or a scope path and a name.
        load: ask lookup hooks for a name that nothing has, as loading it does.

    Raises:
        WrongType: `registry` is not a Registry, or `key` is not a str.

    Example:
        >>> from registry_core import Registry
        >>> ROOT = Registry("which_doc", scope="acme")
        >>> _ = ROOT.register_module("Net", module=dict)
        >>> EXTRA = Registry("which", parent=ROOT, scope="extra")
        >>> _ = EXTRA.register_module("Net", module=list)
        >>> found = which(ROOT, "extra.Net")
        >>> [entry.key for entry in found.entries], [entry.key for entry in found.shadowed]
        (['extra.Net'], ['Net'])
    """
    resolver, _ = resolver_of(registry)
    resolution = resolver.resolution(key)
    entries = resolution.entries
    if load and not entries and resolver.who_may_know(key):
        with suppress(EntryNotFound):
            entries = (resolver.answered(key),)
    shadowed: list[Entry] = []
    for scope, name in resolution.places[:1]:
        outer = scope.parent
        while outer is not None:
            shadowed += here(outer, name)
            outer = outer.parent
    keys = {scope.key(tried) for scope, tried in resolution.tried}
    blocked = resolver.node.tree.table().blocked
    return Which(
        entries,
        tuple(dict.fromkeys(scope.title for scope, _ in resolution.tried)),
        tuple(shadowed),
        tuple((entry, why) for entry, why in blocked if entry.key in keys),
        tuple(rename.message() for rename in resolution.renames),
    )
