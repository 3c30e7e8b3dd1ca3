"""The writing half of a Flash registry: functions registered by code."""

import sys
from collections.abc import Callable
from functools import partial
from operator import is_
from typing import Any, TypeVar, overload

from registry_core.compat.flash.errors import FunctionExists, NotRegistrable, takes_nothing
from registry_core.compat.flash.functions import Function, Functions
from registry_core.compat.flash.providers import show, showing
from registry_core.compat.flash.view import View
from registry_core.loading import undo_if_import_fails
from registry_core.locks import LOCK
from registry_core.text import safe_repr, safe_text

F = TypeVar("F", bound=Callable[..., Any])


class Registering(View):
    """A registry that code registers in. `FlashRegistry` adds what it is made of."""

    _verbose: bool

    @overload
    def __call__(
        self,
        fn: None = None,
        name: str | None = None,
        override: bool = False,
        providers: object = None,
        **metadata: Any,
    ) -> Callable[[F], F]: ...

    @overload
    def __call__(
        self,
        fn: F,
        name: str | None = None,
        override: bool = False,
        providers: object = None,
        **metadata: Any,
    ) -> F: ...

    def __call__(
        self,
        fn: Callable[..., Any] | None = None,
        name: str | None = None,
        override: bool = False,
        providers: object = None,
        **metadata: Any,
    ) -> Any:
        """Register a function: as a decorator, with or without a call, or at once as `fn`.

        Args:
            fn: the function, class or `functools.partial`.
            name: the name; None for the function's own.
            override: replace those of that name with equal metadata; where there are none, let
                this one be found first.
            providers: who made it, shown when it is used: a `Provider`, a str, or a list of them.
            metadata: what tells it from others of that name.

        Returns:
            What was given, unchanged; or a decorator that returns what it is given.

        Raises:
            NotRegistrable: `fn` cannot be called; `name` is not a str, or is left out for what has
                no name of its own; or the registry is external.
            FunctionExists: it is registered under that name with equal metadata.

        Example:
            >>> from registry_core.compat.flash import FlashRegistry
            >>> HEADS = FlashRegistry("heads_doc")
            >>> HEADS(fn=dict, name="mlp")
            <class 'dict'>
            >>> HEADS(fn=dict, name="mlp")  # doctest: +ELLIPSIS
            Traceback (most recent call last):
            registry_core.compat.flash.errors.FunctionExists: Function with name: mlp and \
metadata: {} is already present within FlashRegistry(name=heads_doc), registered at ...
        """
        if self._register_function is None:
            raise takes_nothing(self.name, "registering")
        if providers is not None:
            metadata["providers"] = providers

        def registered(found: F) -> F:
            self._register_function(fn=found, name=name, override=override, metadata=metadata)
            return found

        if fn is None and name is not None:
            _check_name(name)
        return registered if fn is None else registered(fn)

    def _register_function(
        self,
        fn: Callable[..., Any],
        name: str | None = None,
        override: bool = False,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Register `fn`: all registering goes through here, so that a subclass may override it.

        One that sets it to None takes nothing.
        """
        if not callable(fn):
            found = safe_text(fn) if isinstance(fn, str) else safe_repr(fn)
            reason = f"You can only register a callable, found: {found}"
            raise NotRegistrable(reason, "pass a function, a class or a functools.partial")
        # A partial has no name of its own; what it is a part of has.
        own = getattr(fn, "__name__", None) or getattr(getattr(fn, "func", None), "__name__", None)
        name = _check_name(own if name is None else name)
        metadata = {} if metadata is None else metadata
        if self._verbose:
            what, shown_metadata = own or type(fn).__name__, safe_repr(metadata)
            show(f"Registering: {what} function with name: {name} and metadata: {shown_metadata}")
        shown = showing(name, metadata.get("providers"), fn)
        item = Function(fn=shown, name=name, metadata=metadata)
        item.module = _registering_module()
        while True:
            known = self._registered(name)
            # Judged outside the lock, because comparing metadata runs whatever code it brings.
            alike = [each for each in known if (each.get("metadata") or {}) == metadata]
            if not override:
                for each in alike:
                    if each["fn"] == shown:
                        at = getattr(each, "module", "an unknown place")
                        raise FunctionExists(name, self.name, type(self).__name__, metadata, at)
                alike = []
            with LOCK:
                now = self._registered(name)
                if len(now) == len(known) and all(map(is_, now, known)):
                    if override and known:
                        _splice(self.functions, (alike or known)[0], [item], alike)
                    elif isinstance(self.functions, Functions):
                        self.functions.add(item)
                    else:
                        self.functions.append(item)
                    break
        modules = (item.module, getattr(fn, "__module__", None) or item.module)
        undo_if_import_fails(modules, partial(self._undo, item, alike))

    def _undo(self, item: Function, replaced: list[dict[str, Any]]) -> None:
        """Put back what was there before a module registered `item` whose import failed."""
        with LOCK:
            if any(each is item for each in self.functions):
                _splice(self.functions, item, replaced, [item])

    def remove(self, key: str) -> None:
        """Drop all functions of that name, and hide in this registry what is installed as it.

        Code may register the name again. A name that nothing has is not an error.
        """
        with LOCK:
            gone = self._registered(key)
            _splice(self.functions, gone[0] if gone else None, [], gone)
        if isinstance(key, str):
            self._removed.add(key)


def _splice(
    functions: list[dict[str, Any]],
    first: dict[str, Any] | None,
    new: list[dict[str, Any]],
    gone: list[dict[str, Any]],
) -> None:
    """Put new items before the `first` of those that are gone or come later, or at the end."""
    place = next((at for at, each in enumerate(functions) if each is first), len(functions))
    out = set(map(id, gone))
    # In one step: other threads read the list while it changes.
    functions[place:] = [*new, *(each for each in functions[place:] if id(each) not in out)]


def _check_name(name: Any) -> str:
    if isinstance(name, str):
        return name
    reason = f"`name` must be a str, found {safe_repr(name)}"
    fix = "write @REGISTRY(name=...), where the function has no __name__ of its own"
    raise NotRegistrable(reason, fix)


def _registering_module() -> str:
    """The module whose code registers, past this package and what a subclass overrides."""
    frame = sys._getframe(2)
    while frame.f_back is not None and (
        frame.f_code.co_name == "_register_function"
        or str(frame.f_globals.get("__name__")).startswith(__package__ or __name__)
    ):
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", "unknown"))
