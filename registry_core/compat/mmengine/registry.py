"""`Registry`: registry_core's own, with the rest of the methods that MMEngine's has."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from registry_core import registry as native
from registry_core.compat.mmengine.build_functions import build_from_cfg
from registry_core.compat.mmengine.default_scope import DefaultScope
from registry_core.compat.mmengine.errors import (
    AlreadyInRegistry,
    AssertedArgument,
    NoGroup,
    ScopeTaken,
    WrongArgument,
)
from registry_core.compat.mmengine.live import ModuleDict
from registry_core.compat.mmengine.packages import current_logger
from registry_core.compat.mmengine.parts import Parts
from registry_core.compat.mmengine.searching import place, starting
from registry_core.errors import AlreadyRegistered, ScopeExists
from registry_core.keys import no_group
from registry_core.text import safe_repr, safe_text
from registry_core.tree.locations import import_locations
from registry_core.tree.lookup import lookup_of
from registry_core.tree.nodes import Tree
from registry_core.tree.registered import calling_module, making_module
from registry_core.tree.registering import check_name, new_scope, register
from registry_core.tree.resolution import here
from registry_core.tree.view import T_co

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Self

    from registry_core.tree.nodes import Node

# What `register_module` knows beside MMEngine's arguments, for `_register_module`: the registry,
# the metadata, and the module whose code registers.
_registering: ContextVar[tuple[object, Mapping[str, object] | None, str] | None] = ContextVar(
    "registry_core.mmengine_registering", default=None
)


def _placed(parent: Node | None, name: str, group: str | None, label: str) -> Node:
    """The scope for a registry: without `group` its root has no address, and may have any name."""
    if group is None and parent is None:
        return Tree(no_group(name), label).root
    if group is None and parent is not None and not label:
        return parent.tree.node(parent, label)
    return new_scope(parent, name, group, label)


def _refused(what: str, expected: str, got: object, fix: str = "") -> WrongArgument:
    return WrongArgument(f"{what} must be {expected}, but got", got, fix)


class Registry(Parts[T_co]):
    """A registry with MMEngine's methods and errors. Lives as long as your application does.

    What is installed under its group is in it without being imported, and no string imports a
    dotted path. It shares its tree with registries of registry_core, as parents or children.
    Attributes and methods of an instance can be assigned, as in MMEngine.

    Args:
        name: what it is a registry of.
        build_func: what `build` calls; None for the parent's, at the root for `build_from_cfg`.
        parent: the registry whose scope holds this one; None makes a root.
        scope: the name of the scope; None for the top-level package of the calling module.
        locations: modules of your own that register; imported when a name is not found here.
        group: the entry-point group of a root; None for a registry that code alone fills.
        base: the class that everything must be a subclass of; None for the parent's.
        recursive: whether `build` builds nested configs first; None for the parent's, else no.

    Raises:
        AddressError: the group cannot be an address.
        AssertedArgument: the scope is not a str, or the parent is not a registry.
        ScopeTaken: code has made that scope before.
        WrongType: another argument has the wrong type.

    Example:
        >>> from registry_core.compat.mmengine import Registry
        >>> MODELS = Registry("models_doc_mmengine", scope="acme")
        >>> @MODELS.register_module()
        ... class ResNet:
        ...     def __init__(self, depth):
        ...         self.depth = depth
        >>> MODELS.build(dict(type="ResNet", depth=50)).depth
        50
    """

    _new_scope = staticmethod(_placed)
    _wrong_type = staticmethod(_refused)

    def __init__(
        self,
        name: str,
        build_func: Callable[..., Any] | None = None,
        parent: native.Registry[Any] | None = None,
        scope: str | None = None,
        locations: Sequence[str] = (),
        *,
        group: str | None = None,
        base: type | None = None,
        recursive: bool | None = None,
    ) -> None:
        if scope is not None and not isinstance(scope, str):
            raise AssertedArgument("scope must be a str, but got", scope)
        if parent is not None and not isinstance(parent, native.Registry):
            raise AssertedArgument("parent must be a mmengine.Registry object, but got", parent)
        make: Callable[..., None] = super().__init__
        try:
            make(
                name,
                build_func,
                parent,
                _package(making_module(self)) if scope is None else scope,
                locations,
                group=group,
                base=base,
                recursive=recursive,
            )
        except ScopeExists as error:
            where = error.registry if parent is None else parent.name
            raise ScopeTaken(error.scope, where) from None
        self._locations = locations if isinstance(locations, list) else list(locations)

    @staticmethod
    def infer_scope() -> str:
        """The scope for a registry that a function makes for its caller: the caller's package.

        Returns:
            The name of the top-level package of the code that called the calling function.

        Example:
            >>> def scope_of_my_caller():
            ...     return Registry.infer_scope()
            >>> scope_of_my_caller()
            'registry_core'
        """
        # Two frames up, as for a scope that is inferred in a constructor.
        frame = sys._getframe(1)
        caller = frame.f_back or frame
        return _package(str(caller.f_globals.get("__name__", "__main__")))

    @staticmethod
    def split_scope_key(key: str) -> tuple[str | None, str]:
        """A key as its first scope, or None, and the rest.

        Example:
            >>> Registry.split_scope_key("mmdet.ResNet"), Registry.split_scope_key("ResNet")
            (('mmdet', 'ResNet'), (None, 'ResNet'))
        """
        head, dot, rest = key.partition(".")
        return (head, rest) if dot else (None, key)

    def get(self, key: str, default: Any = None, *, provider: str | None = None) -> Any:
        """The object that `key` resolves to, loaded; `default` where nothing has that name.

        Args:
            key: a name, or a scope path and a name. A dotted path of Python is neither.
            default: what to return where no entry has that name.
            provider: take the entry of this distribution, where several have the name.

        Returns:
            The class or function.

        Raises:
            WrongArgument: `key` is not a str.
            RegistryError: as `registry_core.Registry.get` says.

        Example:
            >>> MODELS = Registry("models_doc_mmengine_get", scope="acme")
            >>> _ = MODELS.register_module("ResNet", module=dict)
            >>> MODELS.get("acme.ResNet"), MODELS.get("collections.Counter")
            (<class 'dict'>, None)
        """
        if not isinstance(key, str):
            raise WrongArgument("The key argument of `Registry.get` must be a str, got", key)
        node, name = place(self._node, key)
        if node is self._node:
            return super().get(name, default, provider=provider)
        return self._handle(node).get(name, default, provider=provider)

    def __getitem__(self, key: str) -> Any:
        node, name = place(self._node, key)
        return lookup_of(node).described(name)[0]

    def __contains__(self, key: object) -> bool:
        node, name = place(self._node, key)
        return isinstance(key, str) and lookup_of(node).knows(name)

    def build(self, cfg: Any, *args: Any, **kwargs: Any) -> Any:
        """Build what `cfg` describes, with `build_func`.

        Args:
            cfg: a config; what else it may be, the build function says.
            args: passed on to the build function.
            kwargs: the same.

        Returns:
            Whatever was built.

        Raises:
            RegistryError: as `build_from_cfg` says.

        Example:
            >>> MODELS = Registry("models_doc_mmengine_build", scope="acme")
            >>> MODELS.build(dict(type=dict, depth=50))
            {'depth': 50}
        """
        build_func = self._node.settings["build_func"]
        if build_func is None:
            return build_from_cfg(cfg, self, *args, **kwargs)
        return build_func(cfg, *args, **kwargs, registry=self)

    def _register(
        self,
        found: Callable[..., Any],
        name: str | Sequence[str] | None,
        force: bool,
        metadata: Mapping[str, object] | None,
        module: str,
    ) -> None:
        token = _registering.set((self, metadata, module))
        try:
            self._register_module(found, name, force)
        finally:
            _registering.reset(token)

    def _register_module(
        self,
        module: Callable[..., Any],
        module_name: str | Sequence[str] | None = None,
        force: bool = False,
    ) -> None:
        """Register a class or function. All registering goes through here, and may be replaced."""
        if not callable(module):
            raise WrongArgument("module must be Callable, but got", module)
        check_name(module_name, _refused)
        node, outer = self._node, _registering.get()
        own = outer is not None and outer[0] is self
        metadata, maker = outer[1:] if outer and own else (None, calling_module(1))
        try:
            register(node, module, module_name, force=force, metadata=metadata, module=maker)
        except AlreadyRegistered as error:
            taken = node.registered.get(error.name)
            where = getattr(taken.found, "__module__", None) if taken else None
            place = where or error.module
            raise AlreadyInRegistry(
                error.name, self.name, place, error.provider, error.entry
            ) from None

    @contextmanager
    def switch_scope_and_registry(self, scope: str | None) -> Iterator[Self]:
        """Make `scope` the default scope for a block, and give the registry of that scope.

        Args:
            scope: the scope; None for the default scope that holds already, if any.

        Returns:
            The registry of that scope in this tree; this one where there is no default scope or,
            with a warning, where the tree has none such.

        Example:
            >>> MODELS = Registry("models_doc_mmengine_switch", scope="acme")
            >>> DETECTORS = Registry("detectors", parent=MODELS, scope="det")
            >>> with MODELS.switch_scope_and_registry("det") as registry:
            ...     registry is DETECTORS
            True
        """
        with DefaultScope.overwrite_default_scope(scope):
            yield self._handle(starting(self._node))

    def import_from_location(self) -> None:
        """Import the modules in `locations`, unless that has been done.

        Raises:
            Exception: what the first that cannot be imported raised.

        Example:
            >>> Registry("models_doc_mmengine_locations", locations=["json"]).import_from_location()
        """
        for _, error in import_locations(self._node):
            raise error

    def __repr__(self) -> str:
        node = self._node
        names = ModuleDict(node)
        width = max(map(len, names), default=0)
        found = (here(node, name)[0].target for name in sorted(names))
        rows = [
            f"\n    {safe_text(name):{width}}  {safe_repr(target)}"
            for name, target in zip(sorted(names), found, strict=True)
        ]
        return f"Registry of {self.name} (scope {self.scope!r}, {len(rows)} names){''.join(rows)}"

    def __reduce__(self) -> tuple[object, ...]:
        if not self.root._node.has_address:
            raise NoGroup(self.name)
        return super().__reduce__()


def _package(module: str) -> str:
    """The scope for what code of `module` makes; MMEngine's own in an interactive session."""
    package = module.partition(".")[0]
    if package == "__main__" and not hasattr(sys.modules.get(package), "__file__"):
        current_logger().warning(
            'set scope as "mmengine" when scope can not be inferred. You can silence this warning '
            'by passing a "scope" argument to Registry like `Registry(name, scope="toy")`'
        )
        return "mmengine"
    return package
