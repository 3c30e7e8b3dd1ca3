"""What stands behind a registry, and the registries that a config may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from registry_core.environment import current_environment
from registry_core.errors import PluginLoadError, WrongType
from registry_core.loading import import_target
from registry_core.tree.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from registry_core.tree.lookup import Lookup


def resolver_of(
    registry: object, registries: Mapping[str, View[Any]] | None = None
) -> tuple[Lookup, Callable[[str], Lookup]]:
    """What building needs of `registry`, and what finds the registry that a config names.

    Args:
        registry: a registry.
        registries: what ``_registry_`` may name, besides what installed frameworks own.

    Raises:
        WrongType: `registry`, or one of `registries`, is no Registry.
    """
    if not isinstance(registry, View):
        raise WrongType("registry", "a Registry", registry)
    if registries is not None and not isinstance(registries, Mapping):
        raise WrongType("registries", "a mapping or None", registries)
    passed = registries or {}

    def named(name: str) -> Lookup:
        found = passed.get(name)
        if found is None:
            return owned_lookup(name, tuple(passed))
        if not isinstance(found, View):
            raise WrongType(f"registries[{name!r}]", "a Registry", found)
        return found._lookup

    return registry._lookup, named


def owned_lookup(name: str, known: Sequence[str] = ()) -> Lookup:
    """The root of the registry that an installed framework owns."""
    return owned_registry(name, known)._lookup


def owned_registry(name: str, known: Sequence[str] = ()) -> View[Any]:
    """The registry that an installed framework owns; see `installed_registry`."""
    entry = current_environment().owner(name, known)
    found = import_target(entry)
    if not isinstance(found, View):
        raise PluginLoadError(entry, f"a {type(found).__name__} is no Registry", "tell its authors")
    return found
