"""The resolution rule: from a key, seen from a scope, to its entries. Imports no plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from typing import Self

    from registry_core.entry import Entry


class Scope(Protocol):
    """What the rule needs to know of a scope."""

    @property
    def label(self) -> str:
        """Its name within its parent."""
        ...

    @property
    def parent(self) -> Self | None:
        """The scope that holds it; None for the root."""
        ...

    def here(self, name: str) -> tuple[Entry, ...]:
        """The entries of that name in this very scope: none, one, or several in conflict."""
        ...

    def discovered(self) -> dict[str, tuple[Entry, ...]]:
        """What is discovered in this very scope."""
        ...

    def child(self, label: str) -> Self | None:
        """The scope of that name within this one."""
        ...

    def import_locations(self) -> list[tuple[str, BaseException]]:
        """Import what fills this scope from within, and say what failed."""
        ...


S = TypeVar("S", bound=Scope)


class Resolution(NamedTuple, Generic[S]):
    """Where a key led.

    Attributes:
        entries: none, one, or several in conflict.
        scope: the scope that has them; where none has, the last that was tried.
        tried: each scope that was tried with the name it was tried for, in order.
        failed: the locations that could not be imported on the way, with what they raised.
    """

    entries: tuple[Entry, ...]
    scope: S
    tried: tuple[tuple[S, str], ...]
    failed: tuple[tuple[str, BaseException], ...]


def resolve(scope: S, key: str) -> Resolution[S]:
    """Follow the resolution rule from `scope`.

    1. an entry named exactly so in this scope;
    2. else, where the first segment names this scope or a child of it, that scope is final, and
       the rest is resolved from there by these same rules;
    3. else the same from the parent.

    A scope's locations are imported the first time that a name is not found in it.
    """
    tried: list[tuple[S, str]] = []
    failed: list[tuple[str, BaseException]] = []
    name = key
    while True:
        tried.append((scope, name))
        entries = scope.here(name)
        if not entries:
            failed += scope.import_locations()
            entries = scope.here(name)
        if entries:
            entries += _spelled_alike(scope, name)
            return Resolution(entries, scope, tuple(tried), tuple(failed))
        head, dot, rest = name.partition(".")
        if dot and head == scope.label:
            name = rest
        elif dot and (child := scope.child(head)) is not None:
            scope, name = child, rest
        elif (parent := scope.parent) is not None:
            scope = parent
        else:
            return Resolution((), scope, tuple(tried), tuple(failed))


def _spelled_alike(scope: S, name: str) -> tuple[Entry, ...]:
    """Entries of scopes within `scope` whose key is spelled like a dotted name discovered here.

    Without this, one plugin could hide another's `extra.Swish` by a root entry of that name.
    """
    if "." not in name or name not in scope.discovered():
        return ()
    found = scope.here(name)
    if not any(entry in found for entry in scope.discovered()[name]):
        return ()
    inner: S | None = scope
    rest = name
    while inner is not None and "." in rest:
        head, _, rest = rest.partition(".")
        inner = inner.child(head)
        alike = inner.here(rest) if inner is not None else ()
        if alike:
            return alike
    return ()
