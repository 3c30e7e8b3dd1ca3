"""What code registered in one Flash registry: several functions may have one name."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.compat.flash.errors import FunctionExists
from registry_core.compat.flash.providers import showing
from registry_core.listeners import listen
from registry_core.locks import give_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet
    from contextlib import AbstractContextManager


class Function(NamedTuple):
    """One function that code registered. A frozen record.

    Attributes:
        name: the name.
        fn: what was registered.
        metadata: what tells it from others of that name.
        module: the module whose code registered it.
        given: what is handed out for it: `fn`, or a wrapper that shows its providers.
        number: its place among all.
        before: what it replaced.
    """

    name: str
    fn: Callable[..., Any]
    metadata: dict[str, Any]
    module: str
    given: Callable[..., Any]
    number: int = 0
    before: tuple[Function, ...] = ()

    def is_said_by(self, modules: AbstractSet[str]) -> bool:
        """Whether one of these modules registered it, or defines it."""
        return self.module in modules or getattr(self.fn, "__module__", None) in modules


class Functions:
    """What code registered in one registry. Lives as long as that registry, which makes it.

    Args:
        registry: the registry's name, for messages.
        found: functions to begin with, as copies and pickles have them.
    """

    lock: AbstractContextManager[object]

    def __init__(self, registry: str, found: Iterable[tuple[Any, ...]] = ()) -> None:
        self._registry = registry
        # By name, so that registering is as fast for the last of many as for the first.
        self._by_name: dict[str, tuple[Function, ...]] = {}
        self._numbers = count()
        give_lock(self)
        listen(self)
        for name, fn, metadata, module in found:
            self.add(name, fn, metadata, module, override=False)

    def named(self, name: str) -> tuple[Function, ...]:
        """The functions of that name, in the order in which they are found."""
        return self._by_name.get(name, ())

    def names(self) -> dict[str, tuple[Function, ...]]:
        """The functions by name, at this moment."""
        return self._by_name.copy()

    def all(self) -> list[Function]:
        """All functions, in the order of their places."""
        return sorted(chain.from_iterable(self.names().values()), key=lambda each: each.number)

    def add(
        self,
        name: str,
        fn: Callable[..., Any],
        metadata: dict[str, Any],
        module: str,
        *,
        override: bool,
    ) -> None:
        """Register `fn`, for the code of `module`.

        Raises:
            FunctionExists: it is registered under that name with equal metadata, and `override`
                is not set.
        """
        given = showing(name, metadata.get("providers"), fn)
        new = Function(name, fn, metadata, module, given, next(self._numbers))
        while True:
            known = self._by_name.get(name)
            # Judged outside the lock, because comparing metadata runs whatever code it brings.
            after = self._joined(known or (), new, override=override)
            with self.lock:
                if self._by_name.get(name) is known:
                    self._by_name[name] = after
                    return

    def _joined(
        self, known: tuple[Function, ...], new: Function, *, override: bool
    ) -> tuple[Function, ...]:
        if not override:
            for each in known:
                if each.fn == new.fn and each.metadata == new.metadata:
                    names = tuple(new.metadata)
                    raise FunctionExists(new.name, self._registry, names, each.module)
            return (*known, new)
        alike = [each.metadata == new.metadata for each in known]
        replaced = tuple(each for each, is_alike in zip(known, alike, strict=True) if is_alike)
        if not replaced:
            return (new._replace(number=known[0].number), *known) if known else (new,)
        # One step back is enough to undo what a module did whose import fails.
        before = (each.before if each.module == new.module else (each,) for each in replaced)
        undo = tuple(each._replace(before=()) for each in chain.from_iterable(before))
        place = alike.index(True)
        kept = [each for each, is_alike in zip(known, alike, strict=True) if not is_alike]
        kept.insert(place, new._replace(number=replaced[0].number, before=undo))
        return tuple(kept)

    def remove(self, name: str) -> None:
        """Drop all functions of that name."""
        with self.lock:
            self._by_name.pop(name, None)

    def forget(self) -> None:
        """Do nothing: what code registered does not depend on what is installed."""

    def withdraw(self, modules: AbstractSet[str]) -> None:
        """Take back what these modules registered, whose import has failed."""
        with self.lock:
            for name, known in self.names().items():
                if not any(each.is_said_by(modules) for each in known):
                    continue
                left = tuple(
                    kept
                    for each in known
                    for kept in (each.before if each.is_said_by(modules) else (each,))
                    if not kept.is_said_by(modules)
                )
                if left:
                    self._by_name[name] = left
                else:
                    del self._by_name[name]

    def __reduce__(self) -> tuple[object, ...]:
        # A wrapper cannot be pickled, and a lock not copied: both are made anew.
        found = [(each.name, each.fn, each.metadata, each.module) for each in self.all()]
        return Functions, (self._registry, found)
