"""The build functions of models, runners, schedulers and optimizers."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from registry_core.building.config_nodes import REGISTRY, SCOPE
from registry_core.compat.mmengine.building import build_from_cfg, is_config, merged
from registry_core.compat.mmengine.default_scope import DefaultScope
from registry_core.compat.mmengine.errors import (
    AssertedArgument,
    NotConvertible,
    NotInRegistry,
    NoTorch,
    WrongArgument,
)
from registry_core.compat.mmengine.searching import logger, starting
from registry_core.errors import EntryNotFound, MissingType, RegistryError
from registry_core.registry import Registry
from registry_core.tree.lookup import lookup_of

if TYPE_CHECKING:
    from registry_core.tree.nodes import Node

_CONFIG = "cfg should be a dict, ConfigDict or Config, but got"
_REGISTRY = "registry should be a mmengine.Registry object, but got"


def build_model_from_cfg(cfg: Any, registry: Registry[Any], default_args: Any = None) -> Any:
    """Build a model; a list of configs becomes a ``torch.nn.Sequential`` of what they describe.

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
    try:
        sequential = import_module("torch.nn").Sequential
    except ImportError as error:
        raise NoTorch from error
    modules = []
    for index, each in enumerate(cfg):
        try:
            modules.append(build_from_cfg(each, registry, default_args))
        except RegistryError as error:
            error.within((index,))
            raise
    return sequential(*modules)


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
        logger.info("The Adafactor of torch is registered as TorchAdafactor.")
    return built


def build_runner_from_cfg(cfg: Any, registry: Registry[Any]) -> Any:
    """Build a runner: the class that ``runner_type`` names, else "Runner", reads the config itself.

    Args:
        cfg: a config; all of it but ``_scope_`` is passed on to the class's ``from_cfg``.
        registry: where to look.

    Returns:
        What ``from_cfg`` returns.

    Raises:
        AssertedArgument: `cfg` is no config, or `registry` no registry.
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
        AssertedArgument: `cfg` is no config, or `registry` no registry.
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
    arguments = merged(cfg, default_args)
    # Beside another registry it names a scope of that.
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
    if not is_config(cfg):
        raise AssertedArgument(_CONFIG, cfg)
    if not isinstance(registry, Registry):
        raise AssertedArgument(_REGISTRY, registry)
    return registry._node


def _class_of(named: object, node: Node) -> Any:
    """The class that a config names, seen from `node`, or passes."""
    if isinstance(named, str):
        try:
            return lookup_of(node).find(named)
        except EntryNotFound as error:
            raise NotInRegistry(error, node.name) from error.__cause__
    if isinstance(named, type):
        return named
    raise WrongArgument("type must be a str or valid type, but got", named)
