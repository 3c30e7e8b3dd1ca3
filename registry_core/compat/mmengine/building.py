"""`build_from_cfg`, with MMEngine's errors; a constructor's own exception stays what it is."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from registry_core.building.config_nodes import REGISTRY, SCOPE, TYPE
from registry_core.building.construct import construct
from registry_core.compat.mmengine.default_scope import DefaultScope
from registry_core.compat.mmengine.errors import WrongArgument
from registry_core.compat.mmengine.searching import Search
from registry_core.errors import BuildError, WrongType
from registry_core.registry import Registry
from registry_core.tree.owned import resolver_of


def build_from_cfg(
    cfg: Any,
    registry: Registry[Any],
    default_args: Any = None,
    *,
    recursive: bool | None = None,
    registries: Mapping[str, Registry[Any]] | None = None,
) -> Any:
    """Build what `cfg` describes from `registry`, or from the default scope of its tree.

    A default scope or ``_scope_`` that the tree lacks is a warning, and `registry` is searched.
    What a constructor raises passes as it is, with a note that says what was built.

    Args:
        cfg: a dict, or another mapping, or a Config of MMEngine, with "type" and keyword
            arguments; control keys as in `registry_core.build_from_cfg`. It is not changed.
        registry: where to look.
        default_args: arguments, and perhaps a type, for what `cfg` does not say.
        recursive: build nested configs first; None for what the registry says.
        registries: what ``_registry_`` may name, besides what installed frameworks own.

    Returns:
        What was built.

    Raises:
        WrongArgument: an argument, or the type, is of the wrong type.
        MissingType: neither `cfg` nor `default_args` has a "type".
        NotInRegistry: nothing has that name.
        RegistryError: as `registry_core.build_from_cfg` says, apart from what constructors raise.

    Example:
        >>> from registry_core.compat.mmengine import Registry, build_from_cfg
        >>> LAYERS = Registry("layers_doc_mmengine", scope="acme")
        >>> _ = LAYERS.register_module("Counter", module=dict)
        >>> build_from_cfg({"type": "Counter", "a": 1}, LAYERS, {"b": 2})
        {'a': 1, 'b': 2}
        >>> build_from_cfg({"type": "Cuonter"}, LAYERS)
        Traceback (most recent call last):
        registry_core.compat.mmengine.errors.NotInRegistry: Cuonter is not in the \
acme::layers_doc_mmengine registry. Please check whether the value of `Cuonter` is correct or it \
was registered as expected. (scopes tried: the root 'acme'); did you mean 'Counter'?
    """
    arguments = merged(cfg, default_args)
    if not isinstance(registry, Registry):
        raise WrongArgument("registry must be a mmengine.Registry object, but got", registry)
    lookup, named = resolver_of(registry, registries)
    scope = arguments.pop(SCOPE, None)
    if scope is not None and REGISTRY in arguments:
        # It names a scope of that other registry.
        arguments[SCOPE], scope = scope, None
    try:
        with DefaultScope.overwrite_default_scope(scope):
            return construct(
                Search(lookup), arguments, None, recursive, lambda *name: Search(named(*name))
            )
    except WrongType as error:
        if error.what != TYPE:
            raise
        raise _of_a_type(error) from None
    except BuildError as error:
        if error.__cause__ is None:
            raise
        cause = error.__cause__
        with suppress(Exception):
            # What is frozen, or keeps no list of notes, is raised without.
            if str(error) not in getattr(cause, "__notes__", ()):
                cause.add_note(str(error))
    # Out here, for the exception not to have the wrapped one for its context.
    raise cause


def merged(cfg: Any, default_args: Any) -> dict[str, Any]:
    """A copy of `cfg`, and what it does not say from `default_args`; nested values as they are.

    Raises:
        WrongArgument: one of them is no config.
    """
    if not is_config(cfg):
        raise WrongArgument("cfg should be a dict, ConfigDict or Config, but got", cfg)
    # Read by its keys, because a ConfigDict builds its lazy values when they are read so.
    arguments = {key: cfg[key] for key in cfg.keys()}  # noqa: SIM118
    if default_args is not None:
        if not is_config(default_args):
            words = "default_args should be a dict, ConfigDict, Config or None, but got"
            raise WrongArgument(words, default_args)
        for key in default_args.keys():  # noqa: SIM118
            if key not in arguments:
                arguments[key] = default_args[key]
    return arguments


def is_config(value: Any) -> bool:
    """Whether `value` can be unpacked like a dict; MMEngine's Config can, and is no Mapping."""
    return isinstance(value, Mapping) or (
        hasattr(value, "keys") and hasattr(type(value), "__getitem__")
    )


def _of_a_type(known: WrongType) -> WrongArgument:
    error = WrongArgument("type must be a str or valid type, but got", None)
    error.got, error.config_keys = known.got, known.config_keys
    return error
