"""The classes that a class inherits from, as far as their source tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import griffe

from registry_core.signature.source import Absent, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# They have no constructor of their own; most of them have no source either.
_NEUTRAL = ("abc.ABC", "collections.abc.", "object", "typing.", "typing_extensions.")
_MAKING = ("NamedTuple", "TypedDict")
_MAKERS = ("attr.", "attrs.", "pydantic.dataclasses.")


class Hierarchy:
    """Finds base classes. Lives as long as the reader that makes it.

    Args:
        at: finds what a dotted path leads to.
    """

    def __init__(self, at: Callable[[str], griffe.Object]) -> None:
        self._at = at
        self._known: dict[int, tuple[griffe.Class, ...]] = {}
        self._bases: dict[int, tuple[list[griffe.Class], list[str]]] = {}

    def known(self, of: griffe.Class) -> tuple[griffe.Class, ...]:
        """`of` and the classes above it that have source, in the order of Python's lookup.

        Raises:
            Unreadable: there is no such order.
        """
        return self._ordered(of, ())

    def refuse_unknown(self, *classes: griffe.Class, builtin: bool = True) -> None:
        """Refuse what may get its constructor from where it cannot be read.

        Args:
            classes: the classes whose bases and decorators to look at.
            builtin: whether to refuse builtin bases as well.

        Raises:
            Unreadable: a base has no source, or a decorator makes a constructor.
        """
        for each in classes:
            for path in self._of(each)[1]:
                if builtin or "." in path:
                    raise Unreadable(f"the base {path!r} of {each.path!r} has no source")
            for decorator in each.decorators:
                path = getattr(decorator.value, "canonical_path", "")
                if path.startswith(_MAKERS):
                    raise Unreadable(f"{path!r} makes the constructor of {each.path!r}")

    def _ordered(
        self, of: griffe.Class, below: tuple[griffe.Class, ...]
    ) -> tuple[griffe.Class, ...]:
        known = self._known.get(id(of))
        if known is None:
            if any(each is of for each in below):
                raise Unreadable(f"{of.path!r} inherits from itself")
            bases = self._of(of)[0]
            above = [list(self._ordered(base, (*below, of))) for base in bases]
            try:
                known = (of, *griffe.c3linear_merge(*above, bases))
            except ValueError as error:
                raise Unreadable(f"the bases of {of.path!r} have no order") from error
            self._known[id(of)] = known
        return known

    def _of(self, of: griffe.Class) -> tuple[list[griffe.Class], list[str]]:
        """The bases of one class that have source, and the paths of those that do not."""
        found = self._bases.get(id(of))
        if found is None:
            found = self._bases[id(of)] = ([], [])
            for path, base in self._looked_up(of):
                if isinstance(base, griffe.Class):
                    found[0].append(base)
                elif not path.startswith(_NEUTRAL) or path.endswith(_MAKING):
                    found[1].append(path)
        return found

    def _looked_up(self, of: griffe.Class) -> Iterator[tuple[str, griffe.Object | None]]:
        for each in of.bases:
            path = each if isinstance(each, str) else each.canonical_path
            # A builtin, which has no source, is what a name without a dot stands for.
            if "." not in path or path.startswith(_NEUTRAL):
                yield path, None
                continue
            try:
                yield path, self._at(path)
            except (Absent, Unreadable):
                yield path, None
