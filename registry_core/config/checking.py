"""Checking a config: every error at once, before anything is constructed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from registry_core.building.config_nodes import (
    REFUSED,
    SPECIAL,
    is_literal,
    is_text,
    path_to,
    take_apart,
)
from registry_core.building.construct import TYPES, check_arguments
from registry_core.errors import RegistryError, WrongType
from registry_core.guesses import limited_guesses
from registry_core.scope import current_scope
from registry_core.tree.owned import resolver_of

if TYPE_CHECKING:
    from registry_core.building.config_nodes import Part
    from registry_core.tree.view import View


@limited_guesses()
def check_config(
    cfg: Mapping[str, Any],
    registry: View[Any],
    *,
    recursive: bool | None = None,
    registries: Mapping[str, View[Any]] | None = None,
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
    if is_literal(cfg):
        return []
    try:
        parts = take_apart(cfg, resolver, named, recursive=recurses)
    except RegistryError as error:
        return [error]
    found: list[RegistryError] = []
    for part in parts:
        try:
            _check(part, load=load)
        except RegistryError as error:
            error.within(path_to(part))
            found.append(error)
    return found


def _check(part: Part, *, load: bool) -> None:
    kind, named, _, setting, _, _ = part
    if kind == REFUSED:
        raise named
    if kind > SPECIAL:
        return
    if not is_text(named) and not callable(named):
        raise WrongType("type", TYPES, named)
    if load:
        check_arguments(part)
    elif is_text(named):
        setting.resolver.entry(named)
