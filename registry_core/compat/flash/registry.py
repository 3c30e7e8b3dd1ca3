"""`FlashRegistry`: functions by name and metadata, registered by code or installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from registry_core.compat.flash.errors import NameIsNoText, NotCallable
from registry_core.compat.flash.functions import Functions
from registry_core.compat.flash.installed import Installed
from registry_core.compat.flash.providers import show
from registry_core.compat.flash.view import View
from registry_core.text import safe_repr
from registry_core.tree.registering import calling_module, making_module

if TYPE_CHECKING:
    from registry_core.compat.flash.concat import ConcatRegistry

F = TypeVar("F", bound=Callable[..., Any])


class FlashRegistry(View):
    """Functions by name and metadata, as in Lightning Flash; and whatever is installed.

    One should live as long as your application does: make it at the top of a module, or as an
    attribute of a `Task`. Several functions may have one name; metadata tells them apart. What
    is installed under its group is in it without being imported, that of a scope under a dotted
    key, "extra.resnet18". What code registers is found before that. Threads may share it.

    Args:
        name: what it is a registry of; any string.
        verbose: whether each registration is shown.
        group: the entry-point group; None for ``registry_core.NAME``, which is shared by all who
            use that name. Published frameworks pass one of their own.

    Attributes:
        name: what it is a registry of.

    Raises:
        AddressError: the name or the group cannot be an address.

    Example:
        >>> BACKBONES = FlashRegistry("backbones_doc")
        >>> @BACKBONES(name="resnet18", depth=18)
        ... def resnet18(pretrained=True):
        ...     return "a backbone", 512
        >>> BACKBONES.get("resnet18", depth=18)()
        ('a backbone', 512)
        >>> BACKBONES.get("resnet81")
        Traceback (most recent call last):
        registry_core.compat.flash.errors.FunctionNotFound: Key: resnet81 is not in \
FlashRegistry. Available keys: 'resnet18'; did you mean 'resnet18'?
    """

    def __init__(self, name: str, verbose: bool = False, *, group: str | None = None) -> None:
        self.name = name
        self._verbose = verbose
        self._installed = Installed(name, group, making_module(self).partition(".")[0])
        self._functions = Functions(name)
        self._hidden: set[str] = set()

    @property
    def functions(self) -> list[dict[str, Any]]:
        """What code registered, each as ``{"fn", "name", "metadata"}``: a copy.

        What is installed is not in it: `entries` has both.
        """
        return [
            {"fn": each.given, "name": each.name, "metadata": {**each.metadata}}
            for each in self._functions.all()
        ]

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
            NotCallable: `fn` cannot be called.
            NameIsNoText: `name` is no str, or is left out for what has no name of its own.
            FunctionExists: it is registered under that name with equal metadata.

        Example:
            >>> HEADS = FlashRegistry("heads_doc")
            >>> HEADS(fn=dict, name="head", size=1) is dict
            True
            >>> HEADS(fn=dict, name="head", size=1)
            Traceback (most recent call last):
            registry_core.compat.flash.errors.FunctionExists: Function with name: head and \
metadata: 'size' is already present within 'heads_doc', registered at \
registry_core.compat.flash.registry. HINT: Use `override=True`.
        """
        target = self._writable()
        if not (name is None or isinstance(name, str)):
            raise NameIsNoText(name)
        if providers is not None:
            metadata["providers"] = providers
        if fn is not None:
            target._register(fn, name, metadata, calling_module(1), override=override)
            return fn

        def decorate(found: F) -> F:
            target._register(found, name, metadata, calling_module(1), override=override)
            return found

        return decorate

    def _writable(self) -> FlashRegistry:
        """The registry that takes what is registered here."""
        return self

    def _register(
        self,
        fn: Callable[..., Any],
        name: str | None,
        metadata: dict[str, Any],
        module: str,
        *,
        override: bool,
    ) -> None:
        if not callable(fn):
            raise NotCallable(fn)
        # A partial has no name of its own; what it is a part of has.
        own = getattr(fn, "__name__", None) or getattr(getattr(fn, "func", None), "__name__", None)
        name = own if name is None else name
        if not isinstance(name, str):
            raise NameIsNoText(name)
        if self._verbose:
            what = own or type(fn).__name__
            said = safe_repr(metadata)
            show(f"Registering: {what} function with name: {name} and metadata: {said}")
        self._functions.add(name, fn, metadata, module, override=override)

    def remove(self, key: str) -> None:
        """Drop all functions of that name, and hide in this registry what is installed as it.

        Code may register the name again. A name that nothing has is no error.
        """
        self._functions.remove(key)
        self._hidden.add(key)

    def __add__(self, other: FlashRegistry) -> ConcatRegistry:
        from registry_core.compat.flash.concat import ConcatRegistry, parts_of

        if not hasattr(other, "available_keys"):
            return NotImplemented
        return ConcatRegistry(*parts_of(other), *parts_of(self))
