"""Checking a config: every error at once, before anything is constructed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from registry_core.build import mismatch
from registry_core.errors import ArgumentError, RegistryError, WrongType
from registry_core.registry import resolver_of
from registry_core.scope import current_scope
from registry_core.walk import ARGS, Frame, Walk

if TYPE_CHECKING:
    from registry_core.registry import Registry
    from registry_core.walk import Registries, Resolver


def check_config(
    cfg: Mapping[str, Any],
    registry: Registry[Any],
    *,
    recursive: bool | None = None,
    registries: Mapping[str, Registry[Any]] | None = None,
    load: bool = False,
) -> list[RegistryError]:
    """All that would keep `cfg` from being built, each with its path in the config.

    Args:
        cfg: what `build` would be given.
        registry: where to look.
        recursive: whether to check nested configs; None for what the registry says.
        registries: what ``_registry_`` may name, besides what installed frameworks own.
        load: import what the config names, and check the arguments too; otherwise nothing is
            imported, and names alone are checked.

    Returns:
        The errors, in the order of the config; empty where there is none.

    Example:
        >>> from registry_core import Registry
        >>> LAYERS = Registry("layers_doc_check", scope="acme", recursive=True)
        >>> _ = LAYERS.register_module("Stack", module=dict)
        >>> cfg = {"type": "Stack", "a": {"type": "Stak"}, "b": {"type": 3}}
        >>> [error.config_path for error in check_config(cfg, LAYERS)]
        ['a', 'b']
    """
    if not isinstance(cfg, Mapping):
        return [WrongType("cfg", "a dict, or another mapping", cfg)]
    resolver, named = resolver_of(registry, registries)
    scope = current_scope()
    if scope is not None:
        resolver = resolver.start(scope)
    recurses = resolver.recursive if recursive is None else recursive
    walk = _Checking(named, recursive=recurses, load=load)
    try:
        walk.run(resolver, cfg)
    except RegistryError as error:
        walk.found.append(error)
    return walk.found


class _Checking(Walk):
    """A walk in which a node becomes nothing, and what is wrong with it is kept."""

    def __init__(self, registries: Registries, *, recursive: bool, load: bool) -> None:
        super().__init__(registries, recursive=recursive)
        self._load = load
        self.found: list[RegistryError] = []

    def enter(self, source: Any, resolver: Resolver, ambient: str | None) -> Frame:
        try:
            return super().enter(source, resolver, ambient)
        except RegistryError as error:
            self._keep(error)
            # Nothing inside can be judged once it is not known where its names are looked up.
            return Frame((), resolver, ambient)

    def node(self, frame: Frame) -> Any:
        arguments = frame.done
        args = arguments.pop(ARGS, ())
        try:
            self._check(frame, args, arguments)
        except RegistryError as error:
            self._keep(error)

    def _check(self, frame: Frame, args: tuple[Any, ...], arguments: dict[str, Any]) -> None:
        kind = frame.kind
        if not isinstance(kind, str):
            if not callable(kind):
                expected = "the name of an entry, or a class or function passed by code"
                raise WrongType("type", expected, kind)
            return
        if not self._load:
            frame.resolver.entry(kind)
            return
        found, entry = frame.resolver.described(kind)
        faults = None if frame.partial else mismatch(found, args, arguments, entry.kwargs)
        if faults is not None:
            raise ArgumentError(kind, str(entry.provider), **faults)

    def _keep(self, error: RegistryError) -> None:
        error.within(self.path())
        self.found.append(error)
