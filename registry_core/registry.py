"""`Registry`: a named table that code and plugins fill, and that configs are built from."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from registry_core.builds import Builds
from registry_core.errors import ScopeExists, WrongType
from registry_core.loading import undo_if_import_fails
from registry_core.locks import LOCK
from registry_core.tree import registering
from registry_core.tree.owned import owned_registry, registry_again
from registry_core.tree.registered import calling_module, frame_of, making_module
from registry_core.tree.view import T_co

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


F = TypeVar("F", bound=Callable[..., Any])
B = TypeVar("B")
R = TypeVar("R")


class Registry(Builds[T_co]):
    """A named table of classes and functions: a scope of a tree, filled by code and by plugins.

    The root of a tree should live as long as your application does: make it at the top of a
    module. What is installed under its group is in it without being imported; a name is imported
    when it is loaded or built. It has the methods of a read-only mapping over its own scope, and
    compares and hashes by identity. Threads may share it.

    Args:
        name: what it is a registry of; any string.
        build_func: called as ``build_func(cfg, *args, registry=self, **kwargs)`` by `build`;
            None for the parent's, at the root for `build_from_cfg`.
        parent: the registry whose scope holds this one; None makes a root.
        scope: the name of the scope; None for the top-level package of the calling module.
        locations: modules of your own that register; imported when a name is not found here.
        group: the entry-point group of a root; None for ``registry_core.NAME``, which is shared
            by all who use that name. Published frameworks pass one of their own.
        base: the class that everything loaded must be a subclass of, and whatever a function
            returns must be an instance of; None for the parent's.
        recursive: whether `build` builds nested configs first; None for the parent's, else no.
        type_key: the key under which configs say what to build; None for the parent's, else
            "type". No control key can be it.

    Raises:
        AddressError: the name or the group cannot be an address.
        ScopeExists: code has made that scope before.
        WrongType: an argument has the wrong type.

    Example:
        >>> ACTIVATION = Registry("activation_doc", scope="acts")
        >>> @ACTIVATION.register_module()
        ... class Swish:
        ...     def __init__(self, beta=1.0):
        ...         self.beta = beta
        >>> ACTIVATION.build({"type": "Swish", "beta": 1.5}).beta
        1.5
        >>> ACTIVATION.build({"type": "Swihs"})
        Traceback (most recent call last):
        registry_core.errors.EntryNotFound: 'Swihs' is not in the registry \
'registry_core.activation_doc' (scopes tried: the root 'acts'); did you mean 'Swish'?
    """

    __slots__ = ()

    # A subclass may place a scope otherwise, and have its own words for a wrong argument.
    _new_scope = staticmethod(registering.new_scope)
    _wrong_type: Callable[..., WrongType] = WrongType

    @overload
    def __init__(
        self: Registry[type[B]],
        name: str,
        build_func: Callable[..., Any] | None = None,
        parent: Registry[Any] | None = None,
        scope: str | None = None,
        locations: Sequence[str] = (),
        *,
        group: str | None = None,
        base: type[B],
        recursive: bool | None = None,
        type_key: str | None = None,
    ) -> None: ...

    # A type checker takes an abstract class, or a protocol, for a callable alone.
    @overload
    def __init__(
        self: Registry[Callable[..., B]],
        name: str,
        build_func: Callable[..., Any] | None = None,
        parent: Registry[Any] | None = None,
        scope: str | None = None,
        locations: Sequence[str] = (),
        *,
        group: str | None = None,
        base: Callable[..., B],
        recursive: bool | None = None,
        type_key: str | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self,
        name: str,
        build_func: Callable[..., Any] | None = None,
        parent: None = None,
        scope: str | None = None,
        locations: Sequence[str] = (),
        *,
        group: str | None = None,
        base: None = None,
        recursive: bool | None = None,
        type_key: str | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self: Registry[F],
        name: str,
        build_func: Callable[..., Any] | None = None,
        parent: Registry[F] = ...,
        scope: str | None = None,
        locations: Sequence[str] = (),
        *,
        group: str | None = None,
        base: None = None,
        recursive: bool | None = None,
        type_key: str | None = None,
    ) -> None: ...

    def __init__(  # noqa: PLR0913 - MMEngine's five and keywords
        self,
        name: str,
        build_func: Callable[..., Any] | None = None,
        parent: Registry[Any] | None = None,
        scope: str | None = None,
        locations: Sequence[str] = (),
        *,
        group: str | None = None,
        base: Callable[..., Any] | None = None,
        recursive: bool | None = None,
        type_key: str | None = None,
    ) -> None:
        registering.check_scope(name, scope, locations)
        settings = registering.settings(build_func, base, recursive, type_key)
        registering.expect("parent", "a Registry", parent, isinstance(parent, Registry | None))
        module = making_module(self)
        label = module.partition(".")[0] if scope is None else scope
        above = None if parent is None else parent._node
        node = self._new_scope(above, name, group, label)
        frame = frame_of(module)
        with LOCK:
            if node.made_by and not registering.is_made_again(node, module):
                around = () if above is None else above.path
                raise ScopeExists(label, ".".join((node.tree.group, *around)))
            node.make(module, name, tuple(locations), settings)
            node.made_in = None if frame is None else frame.f_code
            self._bind(node)
        if above is not None:
            undo_if_import_fails((module,), node.unmake)

    @overload
    def register_module(
        self,
        name: str | Sequence[str] | None = None,
        force: bool = False,
        module: None = None,
        *,
        metadata: Mapping[str, object] | None = None,
    ) -> Callable[[F], F]: ...

    @overload
    def register_module(
        self,
        name: str | Sequence[str] | None = None,
        force: bool = False,
        *,
        module: F,
        metadata: Mapping[str, object] | None = None,
    ) -> F: ...

    @overload
    def register_module(
        self,
        name: str | Sequence[str] | None,
        force: bool,
        module: F,
        *,
        metadata: Mapping[str, object] | None = None,
    ) -> F: ...

    def register_module(
        self,
        name: str | Sequence[str] | None = None,
        force: bool = False,
        module: Callable[..., Any] | None = None,
        *,
        metadata: Mapping[str, object] | None = None,
    ) -> Any:
        """Register a class or function: as a decorator, or at once where `module` is given.

        Args:
            name: the name, or several; None for the object's own.
            force: replace another object of that name.
            module: the class or function.
            metadata: what `entries` may filter by.

        Returns:
            A decorator that returns what it is given; or `module`.

        Raises:
            WrongType: an argument has the wrong type, or the object does not fit the base.
            AlreadyRegistered: another object has that name, and `force` is not set.

        Example:
            >>> MODELS = Registry("models_doc", scope="acme")
            >>> @MODELS.register_module(name=["Net", "net"], metadata={"depth": 50})
            ... class Net: ...
            >>> MODELS.register_module(module=dict, name="Net")  # doctest: +ELLIPSIS
            Traceback (most recent call last):
            registry_core.errors.AlreadyRegistered: 'Net' is already registered in \
'registry_core.models_doc' at registry_core.registry...; pass force=True to replace it
        """
        if force is not True and force is not False:
            raise self._wrong_type("force", "a boolean", force)
        if metadata is not None and not isinstance(metadata, Mapping):
            raise self._wrong_type("metadata", "a mapping", metadata)
        if module is not None:
            # Not `calling_module`: 100,000 classes would feel the call.
            caller = sys._getframe(1).f_globals.get("__name__", "unknown")
            self._register(module, name, force, metadata, caller)
            return module
        registering.check_name(name, self._wrong_type)

        def decorate(found: F) -> F:
            self._register(found, name, force, metadata, calling_module(1))
            return found

        return decorate

    def _register(
        self,
        found: Callable[..., Any],
        name: str | Sequence[str] | None,
        force: bool,
        metadata: Mapping[str, object] | None,
        module: str,
    ) -> None:
        """Register for the code of `module`; a subclass may have errors of its own."""
        registering.register(self._node, found, name, force, metadata, module)

    def unregister(self, name: str) -> None:
        """Take a name from this scope: what code registered, and what is installed.

        A declared name is back after `Environment.refresh`. A notebook or a test uses it; a program
        blocks a distribution.

        Args:
            name: a name of this very scope.

        Raises:
            EntryNotFound: this scope has no such name.

        Example:
            >>> WORDS = Registry("words_doc_unregister", scope="acme")
            >>> _ = WORDS.register_module("Counter", module=dict)
            >>> WORDS.unregister("Counter")
            >>> "Counter" in WORDS
            False
        """
        registering.unregister(self._node, name)

    def replaced(self, name: str, found: Callable[..., Any]) -> AbstractContextManager[None]:
        """Let `found` stand for a name while a block lasts, in this thread or task alone.

        It comes before all else that has the name. A plan that was made before keeps what it found.

        Args:
            name: a name in this very scope, whether or not it is there.
            found: the class or function.

        Raises:
            WrongType: `name` is not a str, or `found` cannot be called.

        Example:
            >>> WORDS = Registry("words_doc_replaced", scope="acme")
            >>> _ = WORDS.register_module("Counter", module=dict)
            >>> with WORDS.replaced("Counter", list):
            ...     WORDS.build({"type": "Counter"})
            []
        """
        return registering.replaced(self._node, name, found, calling_module(1))

    def __reduce__(self) -> tuple[object, ...]:
        root = self._node.tree.root
        place = root.name, self.group, root.label, root.made_by, self._node.path
        return registry_again, (*place, type(self))


def installed_registry(name: str, *, known: Sequence[str] = ()) -> Registry[Any]:
    """The registry that an installed framework owns, by its group or the group's last word.

    Args:
        name: "acme.model", or "model" while that is unambiguous.
        known: other names that would have done, for the message.

    Raises:
        RegistryNotFound: none, or more than one, has that name.
        PluginLoadError: the framework cannot be imported, or what it declares is not a Registry.
    """
    return cast("Registry[Any]", owned_registry(name, known))
