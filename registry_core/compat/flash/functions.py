"""What code registered in one Flash registry: several functions may have one name."""

from __future__ import annotations

from functools import partial
from itertools import chain, count
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.compat.flash.errors import FunctionExists
from registry_core.compat.flash.providers import showing
from registry_core.loading import undo_if_import_fails
from registry_core.locks import LOCK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Function(NamedTuple):
    """One function that code registered. A frozen record.

    Attributes:
        name: the name.
        fn: what was registered.
        metadata: what tells it from others of that name.
        module: the module whose code registered it.
        given: what is handed out for it: `fn`, or a wrapper that shows its providers.
        number: its place among all.
    """

    name: str
    fn: Callable[..., Any]
    metadata: dict[str, Any]
    module: str
    given: Callable[..., Any]
    number: int = 0


class Functions:
    """What code registered in one registry. Lives as long as that registry, which makes it.

    Args:
        registry: the registry's name, for messages.
        found: functions to begin with, as copies and pickles have them.
    """

    def __init__(self, registry: str, found: Iterable[tuple[Any, ...]] = ()) -> None:
        self._registry = registry
        # By name, so that registering is as fast for the last of many as for the first.
        self._by_name: dict[str, tuple[Function, ...]] = {}
        self._numbers = count()
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
            with LOCK:
                if self._by_name.get(name) is known:
                    self._by_name[name] = after
                    break
        modules = (module, getattr(fn, "__module__", None) or module)
        undo_if_import_fails(modules, partial(self._undo, new, known or (), after))

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
        place = alike.index(True)
        kept = [each for each, is_alike in zip(known, alike, strict=True) if not is_alike]
        kept.insert(place, new._replace(number=replaced[0].number))
        return tuple(kept)

    def remove(self, name: str) -> None:
        """Drop all functions of that name."""
        with LOCK:
            self._by_name.pop(name, None)

    def _undo(
        self, new: Function, before: tuple[Function, ...], after: tuple[Function, ...]
    ) -> None:
        """Put back what was there before a module registered `new` whose import failed."""
        with LOCK:
            known = self._by_name.get(new.name, ())
            left = before if known is after else tuple(f for f in known if f.given is not new.given)
            if left:
                self._by_name[new.name] = left
            else:
                self._by_name.pop(new.name, None)

    def __reduce__(self) -> tuple[object, ...]:
        # A wrapper cannot be pickled, and a lock not copied: both are made anew.
        found = [(each.name, each.fn, each.metadata, each.module) for each in self.all()]
        return Functions, (self._registry, found)
