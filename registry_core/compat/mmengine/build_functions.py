"""MMEngine's build functions, with its errors; a constructor's own exception stays what it is."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from registry_core.building.arguments import note_once
from registry_core.building.config_nodes import REGISTRY, SCOPE, TYPE
from registry_core.building.construct import construct
from registry_core.compat.mmengine.default_scope import DefaultScope
from registry_core.compat.mmengine.errors import AssertedArgument, NotConvertible, WrongArgument
from registry_core.compat.mmengine.packages import current_logger, sequential
from registry_core.compat.mmengine.searching import Search, missing, starting
from registry_core.errors import (
    BuildError,
    EntryNotFound,
    MissingType,
    RegistryError,
    WrongType,
)
from registry_core.registry import Registry
from registry_core.tree.lookup import lookup_of
from registry_core.tree.owned import resolver_of

if TYPE_CHECKING:
    from registry_core.tree.nodes import Node

_CONFIG = "cfg should be a dict, ConfigDict or Config, but got"
_REGISTRY = "registry should be a mmengine.Registry object, but got"


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
    arguments = _merged(cfg, default_args)
    if not isinstance(registry, Registry):
        raise WrongArgument("registry must be a mmengine.Registry object, but got", registry)
    lookup, named = resolver_of(registry, registries)
    scope = arguments.pop(SCOPE, None)
    if scope is not None and REGISTRY in arguments:
        # `_scope_` then names a scope of that other registry.
        arguments[SCOPE], scope = scope, None
    try:
        # Most configs name no scope, and a block of a generator takes a fifth of a build.
        with nullcontext() if scope is None else DefaultScope.overwrite_default_scope(scope):
            return construct(
                Search(lookup), arguments, None, recursive, lambda *name: Search(named(*name))
            )
    except WrongType as error:
        if error.what != TYPE:
            raise
        raise _of_a_type(error, arguments) from None
    except BuildError as error:
        if error.__cause__ is None:
            raise
        cause = error.__cause__
        note_once(cause, str(error))
    # Outside the except block, so that the wrapper is not its context.
    raise cause


def build_model_from_cfg(cfg: Any, registry: Registry[Any], default_args: Any = None) -> Any:
    """Build a model; a list of configs becomes a `Sequential` of what they describe.

    Args:
        cfg: a config, or a list of them.
        registry: where to look.
        default_args: arguments for what a config does not say.

    Returns:
        What was built.

    Raises:
        NoTorch: `cfg` is a list, and torch cannot be imported.
        RegistryError: as `build_from_cfg` says.

    Example:
        >>> from registry_core.compat.mmengine import Registry, build_model_from_cfg
        >>> NECKS = Registry("necks_doc_mmengine", build_model_from_cfg, scope="acme")
        >>> _ = NECKS.register_module("FPN", module=dict)
        >>> NECKS.build({"type": "FPN", "levels": 4})
        {'levels': 4}
    """
    if not isinstance(cfg, list):
        return build_from_cfg(cfg, registry, default_args)
    kind, modules = sequential(), []
    for index, each in enumerate(cfg):
        try:
            modules.append(build_from_cfg(each, registry, default_args))
        except RegistryError as error:
            error.within((index,))
            raise
    return kind(*modules)


def build_optimizer_from_cfg(cfg: Any, registry: Registry[Any], default_args: Any = None) -> Any:
    """Build an optimizer. Of two that are called Adafactor, torch's is ``TorchAdafactor``.

    Args:
        cfg: a config.
        registry: where to look.
        default_args: arguments for what the config does not say.

    Returns:
        What was built.

    Raises:
        RegistryError: as `build_from_cfg` says.

    Example:
        >>> from registry_core.compat.mmengine import Registry, build_optimizer_from_cfg
        >>> OPTIMIZERS = Registry("optimizers_doc", build_optimizer_from_cfg, scope="acme")
        >>> _ = OPTIMIZERS.register_module("SGD", module=dict)
        >>> OPTIMIZERS.build({"type": "SGD", "lr": 0.1}, default_args={"params": []})
        {'lr': 0.1, 'params': []}
    """
    built = build_from_cfg(cfg, registry, default_args)
    if "type" in cfg and cfg["type"] == "Adafactor" and "TorchAdafactor" in registry:
        current_logger().info("the torch version of Adafactor is registered as TorchAdafactor")
    return built


def build_runner_from_cfg(cfg: Any, registry: Registry[Any]) -> Any:
    """Build a runner: the class that ``runner_type`` names, else "Runner", reads the config itself.

    Args:
        cfg: a config; all of it but ``_scope_`` is passed on to the class's ``from_cfg``.
        registry: where to look.

    Returns:
        What ``from_cfg`` returns.

    Raises:
        AssertedArgument: `cfg` is not a config, or `registry` is not a registry.
        NotInRegistry: nothing has that name.
        WrongArgument: ``runner_type`` is neither a str nor a class.

    Example:
        >>> from registry_core.compat.mmengine import Registry, build_runner_from_cfg
        >>> RUNNERS = Registry("runners_doc", build_runner_from_cfg, scope="acme")
        >>> @RUNNERS.register_module()
        ... class Runner:
        ...     @classmethod
        ...     def from_cfg(cls, cfg):
        ...         return cfg["epochs"]
        >>> RUNNERS.build({"epochs": 12})
        12
    """
    node = _asserted(cfg, registry)
    arguments = cfg.copy() if hasattr(cfg, "copy") else dict(cfg)
    with DefaultScope.overwrite_default_scope(arguments.pop("_scope_", None)):
        named = arguments.get("runner_type", "Runner")
        return _class_of(named, starting(node)).from_cfg(arguments)


def build_scheduler_from_cfg(cfg: Any, registry: Registry[Any], default_args: Any = None) -> Any:
    """Build a parameter scheduler, of epochs or, with ``convert_to_iter_based``, of iterations.

    Args:
        cfg: a config. With ``convert_to_iter_based`` true, the class's ``build_iter_from_epoch``
            is called in place of the class; then ``epoch_length`` has to be given.
        registry: where to look.
        default_args: arguments for what the config does not say, such as ``optimizer``.

    Returns:
        What was built.

    Raises:
        AssertedArgument: `cfg` is not a config, or `registry` is not a registry.
        NotConvertible: there is no ``epoch_length``, or ``by_epoch`` is false.
        RegistryError: as `build_from_cfg` says.

    Example:
        >>> from registry_core.compat.mmengine import Registry, build_scheduler_from_cfg
        >>> SCHEDULERS = Registry("schedulers_doc", build_scheduler_from_cfg, scope="acme")
        >>> _ = SCHEDULERS.register_module("StepLR", module=dict)
        >>> SCHEDULERS.build({"type": "StepLR", "step_size": 1, "epoch_length": 20})
        {'step_size': 1}
    """
    node = _asserted(cfg, registry)
    arguments = _merged(cfg, default_args)
    # With `_registry_`, `_scope_` names a scope of that other registry.
    scope = None if REGISTRY in arguments else arguments.pop(SCOPE, None)
    with DefaultScope.overwrite_default_scope(scope):
        if not arguments.pop("convert_to_iter_based", False):
            arguments.pop("epoch_length", None)
            return build_from_cfg(arguments, registry)
        if "type" not in arguments:
            raise MissingType([str(key) for key in arguments])
        named = arguments.pop("type")
        if "epoch_length" not in arguments or not arguments.get("by_epoch", True):
            raise NotConvertible
        return _class_of(named, starting(node)).build_iter_from_epoch(**arguments)


def _asserted(cfg: object, registry: object) -> Node:
    """The scope of `registry`, where both are what they should be."""
    if not _is_config(cfg):
        raise AssertedArgument(_CONFIG, cfg)
    if not isinstance(registry, Registry):
        raise AssertedArgument(_REGISTRY, registry)
    return registry._node


def _class_of(named: object, node: Node) -> Any:
    """The class that a config names, seen from `node`, or passes."""
    if isinstance(named, str):
        try:
            return Search(lookup_of(node)).described(named)[0]
        except EntryNotFound as error:
            raise missing(error, node, node.name) from error.__cause__
    if isinstance(named, type):
        return named
    raise WrongArgument("type must be a str or valid type, but got", named)


def _merged(cfg: Any, default_args: Any) -> dict[str, Any]:
    """A copy of `cfg`, and what it does not say from `default_args`; nested values as they are.

    Raises:
        WrongArgument: one of them is not a config.
    """
    if not _is_config(cfg):
        raise WrongArgument(_CONFIG, cfg)
    # Read by its keys, because a ConfigDict builds its lazy values when they are read so.
    arguments = {key: cfg[key] for key in cfg.keys()}  # noqa: SIM118
    if default_args is not None:
        if not _is_config(default_args):
            words = "default_args should be a dict, ConfigDict, Config or None, but got"
            raise WrongArgument(words, default_args)
        for key in default_args.keys():  # noqa: SIM118
            if key not in arguments:
                arguments[key] = default_args[key]
    return arguments


def _is_config(value: Any) -> bool:
    """Whether `value` can be unpacked like a dict; MMEngine's Config can, and is not a Mapping."""
    return isinstance(value, Mapping) or (
        hasattr(value, "keys") and hasattr(type(value), "__getitem__")
    )


def _of_a_type(known: WrongType, arguments: Any) -> WrongArgument:
    """The error for a type that is neither a str nor callable, which is somewhere in the config."""
    for key in known.config_keys:
        arguments = arguments[key]
    error = WrongArgument("type must be a str or valid type, but got", arguments[TYPE])
    error.config_keys = known.config_keys
    return error
