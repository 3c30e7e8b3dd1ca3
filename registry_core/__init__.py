"""Registries filled by what is installed: listed unimported, resolved by scope, built from config.

>>> from registry_core import Registry
>>> ACTIVATION = Registry("activation_doc_init", scope="acts")
>>> @ACTIVATION.register_module()
... class ReLU: ...
>>> "ReLU" in ACTIVATION
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.entry import Entry, Problem, Provider
from registry_core.environment import (
    Environment,
    Policy,
    current_environment,
    use_environment,
)
from registry_core.errors import (
    AddressError,
    AlreadyRegistered,
    ArgumentError,
    BaseMismatch,
    BuildError,
    ConfigError,
    EntryConflict,
    EntryNotFound,
    HookError,
    MissingType,
    PluginLoadError,
    RegistryError,
    RegistryNotFound,
    ScopeExists,
    ScopeNotFound,
    WrongType,
)
from registry_core.registry import Registry, build_from_cfg, installed_registry
from registry_core.scope import default_scope

if TYPE_CHECKING:
    from registry_core.environment.hookspecs import hookimpl, volatile
    from registry_core.plan import Plan

__all__ = [
    "AddressError",
    "AlreadyRegistered",
    "ArgumentError",
    "BaseMismatch",
    "BuildError",
    "ConfigError",
    "Entry",
    "EntryConflict",
    "EntryNotFound",
    "Environment",
    "HookError",
    "MissingType",
    "Plan",
    "PluginLoadError",
    "Policy",
    "Problem",
    "Provider",
    "Registry",
    "RegistryError",
    "RegistryNotFound",
    "ScopeExists",
    "ScopeNotFound",
    "WrongType",
    "build_from_cfg",
    "current_environment",
    "default_scope",
    "hookimpl",
    "installed_registry",
    "use_environment",
    "volatile",
]


if not TYPE_CHECKING:
    # Hidden from type checkers, which would take any misspelt name for an object.
    def __getattr__(name: str) -> object:
        # Few need these, and they cost the import of pluggy, or of what writes functions.
        if name in ("hookimpl", "volatile"):
            from registry_core.environment import hookspecs

            return getattr(hookspecs, name)
        if name == "Plan":
            from registry_core.plan import Plan

            return Plan
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
