"""The half of a registry that builds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, overload

from registry_core.building.construct import construct
from registry_core.errors import WrongType
from registry_core.questions import Questions
from registry_core.tree.from_cfg import build_from_cfg, check_passed
from registry_core.tree.owned import named_lookup, resolver_of
from registry_core.tree.registering import settings
from registry_core.tree.view import T_co

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from registry_core.building.plan import Plan
    from registry_core.tree.view import View

R = TypeVar("R")


class Builds(Questions[T_co]):
    """Builds from configs, and plans builds. `Registry` adds registering."""

    __slots__ = ()

    @property
    def build_func(self) -> Callable[..., Any]:
        """What `build` calls."""
        return self._node.inherited("build_func") or build_from_cfg

    @overload
    def build(
        self: Builds[Callable[..., R]], cfg: Mapping[str, Any], *args: Any, **kwargs: Any
    ) -> R: ...

    @overload
    def build(self, cfg: Sequence[Any], *args: Any, **kwargs: Any) -> Any: ...

    def build(self, cfg: Any, *args: Any, **kwargs: Any) -> Any:
        """Build what `cfg` describes, with `build_func`.

        The default scope, where one is set and this tree has it, is where the search starts.

        Args:
            cfg: as for `build_from_cfg`; it is not changed.
            args: passed on to `build_func`; see `build_from_cfg` for what that takes.
            kwargs: the same.

        Returns:
            Whatever was built.

        Raises:
            RegistryError: as `build_from_cfg` says.
        """
        build_func = self._node.inherited("build_func")
        if build_func is not None:
            built = build_func(cfg, *args, **kwargs, registry=self)
        elif args or kwargs:
            check_passed(kwargs)
            built = build_from_cfg(cfg, self, *args, **kwargs)
        else:
            built = construct(self._lookup, cfg, None, None, partial(named_lookup, self, {}))
        return built

    @overload
    def plan(
        self: Builds[Callable[..., R]],
        cfg: Mapping[str, Any],
        default_args: Mapping[str, Any] | None = None,
        *,
        recursive: bool | None = None,
        registries: Mapping[str, View[Any]] | None = None,
        lock: str | Path | None = None,
    ) -> Plan[R]: ...

    @overload
    def plan(
        self,
        cfg: Sequence[Any],
        default_args: None = None,
        *,
        recursive: bool | None = None,
        registries: Mapping[str, View[Any]] | None = None,
        lock: str | Path | None = None,
    ) -> Plan[Any]: ...

    def plan(
        self,
        cfg: Any,
        default_args: Mapping[str, Any] | None = None,
        *,
        recursive: bool | None = None,
        registries: Mapping[str, View[Any]] | None = None,
        lock: str | Path | None = None,
    ) -> Plan[Any]:
        """Prepare a build that is to be repeated: resolve, load and judge all that `cfg` says.

        Args:
            cfg: as for `build_from_cfg`; it is copied as far as it is built.
            default_args: arguments for what `cfg` does not say.
            recursive: build nested configs first; None for what the registry says.
            registries: what ``_registry_`` may name, besides what installed frameworks own.
            lock: a file that ``registry-core lock`` wrote. What is planned must be as it says, here
                and where the plan is unpickled, before anything is imported there.

        Returns:
            A plan; each call of it builds.

        Raises:
            LockMismatch: what is installed is not what the lock says, or is not in it.
            WrongType: the registry has a `build_func`, whose work cannot be planned.
            ArgumentError: a constructor does not take these arguments.
            RegistryError: as `build_from_cfg` says, apart from what constructors raise.

        Example:
            >>> from registry_core import Registry
            >>> LAYERS = Registry("layers_doc_planned", scope="acme")
            >>> _ = LAYERS.register_module("Counter", module=dict)
            >>> plan = LAYERS.plan({"type": "Counter", "a": 1})
            >>> plan(), plan()
            ({'a': 1}, {'a': 1})
        """
        from registry_core.building.plan import Plan

        if self._node.inherited("build_func") is not None:
            what = "the build_func of a registry whose builds are planned"
            raise WrongType(what, "the default", self._node.inherited("build_func"))
        resolver, named = resolver_of(self, registries)
        settings(recursive=recursive)
        guard = None
        if lock is not None:
            from registry_core.config.lockfile import guard_of

            given = {**default_args, **cfg} if default_args else cfg
            guard = guard_of(lock, given, self, registries)
        return Plan(resolver, cfg, default_args, recursive, named, guard)
