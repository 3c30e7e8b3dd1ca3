"""The resolution rule: from a key, seen from a scope, to its entries. Imports no class."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from registry_core.limits import MAX_PATH

if TYPE_CHECKING:
    from registry_core.entry import Entry
    from registry_core.tree.nodes import Node


class Resolution(NamedTuple):
    """Where a key led.

    Attributes:
        entries: none, one, or several in conflict.
        places: the scopes that have them, each with the name that they have there.
        tried: each scope that was tried with the name it was tried for, in order.
        failed: the locations that could not be imported on the way, with what they raised.
    """

    entries: tuple[Entry, ...]
    places: tuple[tuple[Node, str], ...]
    tried: tuple[tuple[Node, str], ...]
    failed: tuple[tuple[str, BaseException], ...]


def resolve(scope: Node, key: str) -> Resolution:
    """Follow the resolution rule from `scope`.

    1. an entry named exactly so in this scope;
    2. else, where the first segment names this scope or a child of it, that scope is final, and
       the rest is resolved from there by these same rules;
    3. else the same from the parent.

    A scope's locations are imported the first time that code has not registered a name in it.
    """
    tried: list[tuple[Node, str]] = []
    failed: list[tuple[str, BaseException]] = []
    name = key
    while True:
        tried.append((scope, name))
        entries = scope.here(name)
        if not scope.imported and not scope.holds(name):
            # Also where a plugin has that name: the framework's own modules may register it.
            failed += scope.import_locations()
            entries = scope.here(name)
        if entries:
            places: tuple[tuple[Node, str], ...] = ((scope, name),)
            if "." in name:
                entries, places = _with_spelled_alike(scope, name, entries)
            return Resolution(entries, places, tuple(tried), tuple(failed))
        head, dot, rest = name.partition(".") if len(name) <= MAX_PATH else (name, "", "")
        if dot and head == scope.label:
            name = rest
        elif dot and (child := scope.child(head)) is not None:
            scope, name = child, rest
        elif (parent := scope.parent) is not None:
            scope = parent
        else:
            return Resolution((), (), tuple(tried), tuple(failed))


def _with_spelled_alike(
    scope: Node, name: str, entries: tuple[Entry, ...]
) -> tuple[tuple[Entry, ...], tuple[tuple[Node, str], ...]]:
    """`entries` of `scope`, and those of a scope within it whose key is spelled the same.

    A plugin could otherwise hide another's `extra.Swish`, or the host's, by a root entry whose
    name has that dot in it.
    """
    here = (scope, name)
    there = None if scope.holds(name) else _spelled_alike(scope, name)
    if there is None:
        return entries, (here,)
    inner, rest = there
    if inner.holds(rest):
        return inner.here(rest), (there,)
    return scope.settle(scope.rivals(name) + inner.rivals(rest)), (here, there)


def _spelled_alike(scope: Node, name: str) -> tuple[Node, str] | None:
    inner: Node | None = scope
    rest = name
    while inner is not None and "." in rest:
        head, _, rest = rest.partition(".")
        inner = inner.child(head)
        if inner is not None:
            inner.import_locations()
            if inner.here(rest):
                return inner, rest
    return None
