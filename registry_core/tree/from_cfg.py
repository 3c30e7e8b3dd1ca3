"""`build_from_cfg`: an instance from a config and a registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from registry_core.building.construct import construct
from registry_core.errors import WrongType
from registry_core.text import quoted
from registry_core.tree.owned import resolver_of
from registry_core.tree.registering import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from registry_core.tree.view import View

R = TypeVar("R")


@overload
def build_from_cfg(
    cfg: Mapping[str, Any],
    registry: View[Callable[..., R]],
    default_args: Mapping[str, Any] | None = None,
    *,
    recursive: bool | None = None,
    registries: Mapping[str, View[Any]] | None = None,
) -> R: ...


@overload
def build_from_cfg(
    cfg: Sequence[Any],
    registry: View[Any],
    default_args: None = None,
    *,
    recursive: bool | None = None,
    registries: Mapping[str, View[Any]] | None = None,
) -> Any: ...


def build_from_cfg(
    cfg: Any,
    registry: View[Any],
    default_args: Mapping[str, Any] | None = None,
    *,
    recursive: bool | None = None,
    registries: Mapping[str, View[Any]] | None = None,
) -> Any:
    """Build what `cfg` describes from `registry`.

    A string in `cfg` can only name an entry; nothing that was not registered is run.

    Args:
        cfg: a mapping with "type" (a key, or in code a class or function) and keyword arguments;
            in a recursive build also a mapping or a sequence of such parts. Its control keys:
            ``_args_`` positional arguments, ``_kwargs_`` keyword arguments of any name;
            ``_partial_`` true for a `functools.partial` in place of a call; ``_scope_`` and
            ``_registry_`` where to look, for this and everything inside; a mapping with the one
            key ``_literal_`` is replaced by that key's value, which is data. In a recursive build
            ``_id_`` names a part, and a mapping with the one key ``_ref_`` is the part of that
            name; keys of the outermost mapping that begin with ``x-`` are left out. It is not
            changed.
        registry: where to look.
        default_args: arguments for what `cfg` does not say.
        recursive: build nested configs first; None for what the registry says.
        registries: what ``_registry_`` may name, besides what installed frameworks own.

    Returns:
        What was built.

    Raises:
        WrongType: `cfg` or one of its control keys has the wrong type.
        MissingType: nothing says what to build.
        EntryNotFound, EntryConflict, ScopeNotFound, RegistryNotFound: a name leads nowhere.
        PluginLoadError: the entry's module cannot be imported.
        BaseMismatch: what was loaded or built is not of the registry's base.
        HookError: a hook of a plugin failed.
        ArgumentError: the constructor does not take these arguments.
        BuildError: the constructor raised.
        ConfigError: `cfg` refers to itself, nests too deep or fans out without bound, or a control
            key cannot be obeyed.

    Example:
        >>> from registry_core import Registry, build_from_cfg
        >>> LAYERS = Registry("layers_doc", scope="acme")
        >>> _ = LAYERS.register_module("Counter", module=dict)
        >>> build_from_cfg({"type": "Counter", "a": 1}, LAYERS, {"b": 2})
        {'b': 2, 'a': 1}
    """
    resolver, named = resolver_of(registry, registries)
    settings(recursive=recursive)
    return construct(resolver, cfg, default_args, recursive, named)


def check_passed(arguments: Mapping[str, object]) -> None:
    """Refuse keyword arguments that `build_from_cfg` does not take.

    Raises:
        WrongType: there is one.
    """
    for name in arguments.keys() - {"default_args", "recursive", "registries"}:
        fix = f"pass what is meant for the object in default_args={{{quoted(name)}: ...}}"
        error = WrongType("an argument of build", "default_args, recursive or registries", "", fix)
        error.got = quoted(name)
        raise error
