"""Checking a config: every error at once, before anything is constructed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core.building.arguments import check_arguments, constructor_of
from registry_core.building.config_nodes import AS_DATA, KWARGS, MAPPING, REFUSED, SPECIAL, path_to
from registry_core.building.containers import is_literal
from registry_core.building.walking import misspelt, take_apart, whole
from registry_core.errors import MissingType, RegistryError
from registry_core.guesses import limited_guesses
from registry_core.scope import current_scope
from registry_core.tree.owned import resolver_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry_core.building.config_nodes import Part
    from registry_core.tree.view import View


@limited_guesses()
def check_config(
    cfg: Mapping[str, Any] | Sequence[Any],
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
    resolver, named = resolver_of(registry, registries)
    scope = current_scope()
    if scope is not None:
        resolver = resolver.start(scope)
    recurses = resolver.recursive if recursive is None else recursive
    try:
        root = whole(cfg, None, recursive=recurses)
        parts = [] if is_literal(root) else take_apart(root, resolver, named, recursive=recurses)
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
    kind, named, contents, setting, _, key = part
    if kind == REFUSED:
        raise named
    if kind == MAPPING and key != KWARGS:
        # A build passes it on; that it names an entry shows that nobody wants that.
        slip = misspelt(contents, setting)
        if slip is not None:
            raise MissingType(contents, setting.word, slip, AS_DATA)
    if kind <= SPECIAL:
        constructor_of(part, load=load)
        if load:
            check_arguments(part)
