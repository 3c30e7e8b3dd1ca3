"""`Registry`: registry_core's own, with the rest of the methods that MMEngine's has."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from registry_core import registry as native
from registry_core.compat.mmengine.building import build_from_cfg
from registry_core.compat.mmengine.default_scope import DefaultScope
from registry_core.compat.mmengine.errors import (
    AlreadyInRegistry,
    AssertedArgument,
    ScopeTaken,
    WrongArgument,
)
from registry_core.compat.mmengine.searching import logger, starting
from registry_core.errors import AlreadyRegistered, ScopeExists
from registry_core.tree.registering import making_module, register
from registry_core.tree.view import T_co

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Self


class Registry(native.Registry[T_co]):
    """A registry with MMEngine's methods and errors. Lives as long as your application does.

    What is installed under its group is in it without being imported, and no string imports a
    dotted path. It shares its tree with registries of registry_core, as parents or children.

    Args:
        name: what it is a registry of.
        build_func: what `build` calls; None for the parent's, at the root for `build_from_cfg`.
        parent: the registry whose scope holds this one; None makes a root.
        scope: the name of the scope; None for the top-level package of the calling module.
        locations: modules of your own that register; imported when a name is not found here.
        group: the entry-point group of a root; None for ``registry_core.NAME``.
        base: the class that everything must be a subclass of; None for the parent's.
        recursive: whether `build` builds nested configs first; None for the parent's, else no.

    Raises:
        AddressError: the name or the group cannot be an address.
        AssertedArgument: the scope is no str, or the parent no registry.
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

    __slots__ = ()

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

    @property
    def build_func(self) -> Callable[..., Any]:
        """What `build` calls."""
        return self._node.inherited("build_func") or build_from_cfg

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
            WrongArgument: `key` is no str.
            RegistryError: as `registry_core.Registry.get` says.

        Example:
            >>> MODELS = Registry("models_doc_mmengine_get", scope="acme")
            >>> _ = MODELS.register_module("ResNet", module=dict)
            >>> MODELS.get("acme.ResNet"), MODELS.get("collections.Counter")
            (<class 'dict'>, None)
        """
        if not isinstance(key, str):
            raise WrongArgument("The key argument of `Registry.get` must be a str, got", key)
        return super().get(key, default, provider=provider)

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
        build_func = self._node.inherited("build_func")
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
        if not callable(found):
            raise WrongArgument("module must be Callable, but got", found)
        node = self._node
        try:
            register(node, found, name, force=force, metadata=metadata, module=module)
        except AlreadyRegistered as error:
            taken = node.registered.get(error.name)
            where = getattr(taken.found, "__module__", None) if taken else None
            raise AlreadyInRegistry(error.name, self.name, where or error.module) from None

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
        for _, error in self._node.import_locations():
            raise error


def _package(module: str) -> str:
    """The scope for what code of `module` makes; MMEngine's own in an interactive session."""
    package = module.partition(".")[0]
    if package == "__main__" and not hasattr(sys.modules.get(package), "__file__"):
        logger.warning(
            'The scope of a registry is "mmengine", because it is made by no package. '
            'Name it: Registry(name, scope="toy").'
        )
        return "mmengine"
    return package
