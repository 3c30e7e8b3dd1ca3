"""Registries filled by what is installed: listed unimported, resolved by scope, built from config.

>>> from registry_core import Registry
>>> ACTIVATION = Registry("activation_doc_init", scope="acts")
>>> @ACTIVATION.register_module()
... class ReLU: ...
>>> "ReLU" in ACTIVATION
True
"""

from __future__ import annotations

from time import time_ns

# Type checkers take a variable of this name for true; importing typing for it would cost more than
# all the rest of this file.
TYPE_CHECKING = False

if TYPE_CHECKING:
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
    from registry_core.hooks.specs import depends_on, hookimpl
    from registry_core.plan import Plan
    from registry_core.registry import Registry, build_from_cfg, installed_registry
    from registry_core.scope import default_scope

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
    "depends_on",
    "hookimpl",
    "installed_registry",
    "use_environment",
]

# Nanoseconds since 1970. Code that was imported since then is not older: what it says of itself may
# be kept for later processes where its files are older.
IMPORTED_AT = time_ns()

# Where each name comes from: a hook module needs no registry, and a registry no hooks. All else is
# an error.
_HOMES = {
    "entry": ("Entry", "Problem", "Provider"),
    "environment": ("Environment", "Policy", "current_environment", "use_environment"),
    "hooks.specs": ("depends_on", "hookimpl"),
    "plan": ("Plan",),
    "registry": ("Registry", "build_from_cfg", "installed_registry"),
    "scope": ("default_scope",),
}


if not TYPE_CHECKING:
    # Hidden from type checkers, which would take any misspelt name for an object.
    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = next((home for home, names in _HOMES.items() if name in names), "errors")
        found = getattr(__import__(f"{__name__}.{home}", fromlist=[name]), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
