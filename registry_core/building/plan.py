"""A build prepared once and called many times: its config becomes a Python function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from registry_core.building.codegen import function_of
from registry_core.building.config_nodes import (
    LIST,
    LITERAL,
    SPECIAL,
    TUPLE,
    is_literal,
    path_to,
    take_apart,
)
from registry_core.building.construct import SAYS_ITSELF, check_arguments, explained, resolved
from registry_core.errors import RegistryError
from registry_core.guards import FAILURES
from registry_core.scope import current_scope, default_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from registry_core.building.config_nodes import Part, Registries, Resolver

R_co = TypeVar("R_co", covariant=True)


class Plan(Generic[R_co]):
    """A build that is prepared: each call builds anew what its config describes.

    Made by `Registry.plan`, and lives as long as you hold it. All that the config names has been
    resolved and loaded, and its arguments judged. It keeps what it found: neither a change of what
    is installed nor one of the config changes it, though what a build passes on untouched, such
    as nested values in a build that is not recursive, it passes on too, and does not copy. It
    pickles as the registry and the config, which are planned again where it is unpickled.

    Example:
        >>> from registry_core import Registry
        >>> LAYERS = Registry("layers_doc_plan", scope="acme", recursive=True)
        >>> _ = LAYERS.register_module("Stack", module=dict)
        >>> plan = LAYERS.plan({"type": "Stack", "first": {"type": "Stack", "size": 3}})
        >>> plan()
        {'first': {'size': 3}}
        >>> plan() is plan()
        False
    """

    __slots__ = ("__weakref__", "_build", "_parts", "_replan", "_scope")

    def __init__(
        self,
        cfg: Mapping[str, Any],
        resolver: Resolver,
        registries: Registries,
        *,
        recursive: bool,
        replan: tuple[Callable[..., object], tuple[object, ...]],
    ) -> None:
        """Prepare `cfg`.

        Args:
            cfg: a mapping with a type, or a literal; it is copied as far as it is built.
            resolver: where its names are looked up.
            registries: finds the registry that `_registry_` names.
            recursive: whether to go into nested configs.
            replan: what plans a copy of `cfg` where this is unpickled, and what else that takes.
        """
        self._scope = current_scope()
        function, others = replan
        self._parts: list[Part] = []
        self._build: Callable[[], R_co]
        if is_literal(cfg):
            literal = cfg[LITERAL]
            self._build = lambda: literal
            self._replan = function, (cfg, *others)
            return
        parts = self._parts = take_apart(cfg, resolver, registries, recursive=recursive)
        constructors = resolved(parts)
        part = parts[0]
        try:
            for part in parts:
                if part[0] <= SPECIAL:
                    check_arguments(part)
        except RegistryError as error:
            error.within(path_to(part))
            raise
        self._build = function_of(parts, constructors)
        self._replan = function, (_copied(cfg, parts), *others)

    def __call__(self) -> R_co:
        """Build, under the default scope that was set when the plan was made, if one was.

        Raises:
            BuildError: a constructor raised.
            HookError, BaseMismatch: as `build_from_cfg` says.
        """
        try:
            if self._scope is None:
                return self._build()
            with default_scope(self._scope):
                return self._build()
        except SAYS_ITSELF as error:
            error.within(path_to(self._failed(error)))
            raise
        except FAILURES as error:
            raise explained(error, self._failed(error)) from error

    def _failed(self, error: BaseException) -> Part:
        """The part at which the function raised: each stands on a line of its own."""
        traceback = error.__traceback__
        assert traceback is not None  # noqa: S101 - it has just been raised
        inner = traceback.tb_next
        assert inner is not None  # noqa: S101 - in the function
        return self._parts[inner.tb_lineno - 1]

    def __reduce__(self) -> tuple[object, ...]:
        return self._replan

    def __repr__(self) -> str:
        named = self._parts[-1][1] if self._parts else LITERAL
        return f"<Plan of {named!r}: {len(self._parts)} parts>"


def _copied(cfg: Mapping[str, Any], parts: list[Part]) -> Any:
    """A copy of `cfg` and of every part, so that a later change of `cfg` changes nothing."""
    sources: dict[int, Any] = {}
    copies: dict[int, Any] = {}
    for part in reversed(parts):
        kind, _, _, _, parent, key = part
        source = cfg if parent is None else sources[id(parent)][key]
        sources[id(part)] = source
        copies[id(part)] = dict(source) if kind not in (LIST, TUPLE) else list(source)
    copy: Any = None
    for part in parts:
        kind, _, _, _, parent, key = part
        copy = copies[id(part)]
        if parent is not None:
            copies[id(parent)][key] = tuple(copy) if kind == TUPLE else copy
    return copy
