"""Registries filled by what is installed: listed unimported, resolved by scope, built from config.

>>> from registry_core import Registry
>>> ACTIVATION = Registry("activation_doc_init", scope="acts")
>>> @ACTIVATION.register_module()
... class ReLU: ...
>>> "ReLU" in ACTIVATION
True
"""

from __future__ import annotations

# It looks at the clock.
import registry_core.started as _started  # noqa: F401 # pyright: ignore[reportUnusedImport]

# Type checkers take a variable of this name for true; importing typing for it would cost more than
# all the rest of this file.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from registry_core import config as config
    from registry_core import doctor as doctor
    from registry_core import query as query
    from registry_core import testing as testing
    from registry_core.building.plan import Plan
    from registry_core.builds import build_from_cfg
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
        ConfigHint,
        EntryConflict,
        EntryNotFound,
        HookError,
        LockMismatch,
        MissingType,
        PluginLoadError,
        RegistryError,
        RegistryNotFound,
        ScopeExists,
        ScopeNotFound,
        WrongType,
    )
    from registry_core.hooks.specs import depends_on, hookimpl, may_know
    from registry_core.registry import Registry, installed_registry
    from registry_core.scope import default_scope, set_default_scope

__all__ = [
    "AddressError",
    "AlreadyRegistered",
    "ArgumentError",
    "BaseMismatch",
    "BuildError",
    "ConfigError",
    "ConfigHint",
    "Entry",
    "EntryConflict",
    "EntryNotFound",
    "Environment",
    "HookError",
    "LockMismatch",
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
    "may_know",
    "set_default_scope",
    "use_environment",
]

# Where each name comes from: a hook module needs no registry, and a registry no hooks. All else is
# an error.
_HOMES = {
    "entry": ("Entry", "Problem", "Provider"),
    "environment": ("Environment", "Policy", "current_environment", "use_environment"),
    "hooks.specs": ("depends_on", "hookimpl", "may_know"),
    "building.plan": ("Plan",),
    "builds": ("build_from_cfg",),
    "registry": ("Registry", "installed_registry"),
    "scope": ("default_scope", "set_default_scope"),
}
# Rooms with names of their own, imported when they are used.
_ROOMS = ("config", "doctor", "query", "testing")


if not TYPE_CHECKING:
    # Hidden from type checkers, which would take any misspelt name for an object.
    def __getattr__(name: str) -> object:
        if name in _ROOMS:
            return __import__(f"{__name__}.{name}", fromlist=[name])
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = next((home for home, names in _HOMES.items() if name in names), "errors")
        found = getattr(__import__(f"{__name__}.{home}", fromlist=[name]), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_ROOMS})
