"""What a `_partial_` calls: an entry's object that knows where in a config it stands."""

from __future__ import annotations

from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from registry_core.building.arguments import (
    SAYS_ITSELF,
    called,
    description,
    mismatch,
    note_once,
)
from registry_core.building.config_nodes import path_to
from registry_core.guards import FAILURES, PASSES
from registry_core.scope import default_scope
from registry_core.text import path_text, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from registry_core.building.config_nodes import Constructor, Part, Resolver


class LateCall:
    """The `func` of the `functools.partial` that a part with `_partial_` becomes.

    Lives as long as that. It calls under the `_scope_` of the part. What is raised passes as it
    is, with a note of where in the config the part stands, because its caller may expect that
    exception; arguments that do not fit are an `ArgumentError`.

    Attributes:
        __wrapped__: the entry's object.
    """

    __wrapped__: Any

    def __init__(self, part: Part, constructor: Constructor) -> None:
        _, named, _, setting, _, _ = part
        self._call: Constructor | None = constructor
        self._named = named
        self._resolver: Resolver | tuple[Callable[..., Resolver], tuple[object, ...]]
        self._resolver = setting.resolver
        found, what, provider, bound = description(setting.resolver, named)
        self._described = what, provider, setting.ambient, path_to(part)
        self._wrap(found, bound)

    def _wrap(self, found: Any, bound: Mapping[str, object]) -> None:
        self.__wrapped__ = found
        self._bound = bound
        try:
            update_wrapper(self, found, updated=())
        except PASSES:
            raise
        except BaseException:
            # A class of classes may raise when it is asked for its name.
            self.__wrapped__ = found

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Call the entry's object.

        Raises:
            ArgumentError: it does not take these arguments.
        """
        what, provider, ambient, path = self._described
        call = self._call or self._found_again()
        try:
            if ambient is None:
                return call(*args, **kwargs)
            with default_scope(ambient):
                return call(*args, **kwargs)
        except SAYS_ITSELF as error:
            error.within(path)
            raise
        except FAILURES as error:
            if isinstance(error, TypeError):
                described = self.__wrapped__, what, provider, self._bound
                wrong = mismatch(described, args, kwargs)
                if wrong is not None:
                    wrong.within(path)
                    raise wrong from error
            where = f"in the config at {path_text(path)}: " if path else ""
            by = f" ({provider})" if provider else ""
            note_once(error, f"{where}calling {quoted(what)}{by}")
            raise

    def _found_again(self) -> Constructor:
        """What to call, looked up where this was unpickled."""
        if isinstance(self._resolver, tuple):
            find, arguments = self._resolver
            self._resolver = find(*arguments)
        found, _, _, bound = description(self._resolver, self._named)
        self._wrap(found, bound)
        call = self._call = called(self._resolver, self._named, "")
        return call

    def __getattr__(self, name: str) -> Any:
        # Only what is looked up late is missing.
        if name == "__wrapped__" and self.__dict__.get("_call", self) is None:
            self._found_again()
            return self.__wrapped__
        raise AttributeError(name, name=name, obj=self)

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = {"_named": self._named, "_described": self._described}
        if self._call is not None and self._call is self.__wrapped__:
            # The object itself: a worker need not have registered it.
            return {**state, "_call": self._call}
        resolver = self._resolver
        if not isinstance(resolver, tuple):
            resolver = resolver.__reduce__()
        return {**state, "_call": None, "_resolver": resolver}

    def __setstate__(self, state: dict[str, Any]) -> None:
        # Nothing is looked up: an error would be lost in a worker.
        vars(self).update(state)
        if self._call is not None:
            self._wrap(self._call, {})
