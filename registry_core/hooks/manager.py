"""pluggy's manager of one registry, in which each hook module can be called alone."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from registry_core.entry import Entry
from registry_core.hooks import HOOK_NAMES, PREFIX
from registry_core.keys import HOOKS
from registry_core.loading import import_target
from registry_core.locks import LOCK

if TYPE_CHECKING:
    from pluggy import HookCaller, PluginManager

    from registry_core.entry import Provider


class Plugin:
    """The hooks of a module, as pluggy knows them: two distributions may name one module.

    Attributes:
        manager: pluggy's manager, in which it is to be registered.
        implements: the hooks, each with its place in pluggy's order: -1 for `tryfirst`, 1 for
            `trylast`, else 0.

    Raises:
        TypeError: a function in the module looks like a hook, and would never be called.
    """

    def __init__(self, manager: PluginManager, module: object) -> None:
        from registry_core.hooks.specs import implementation_fault

        self.manager = manager
        self.implements: dict[str, int] = {}
        for name in list(vars(module)) if isinstance(module, ModuleType) else dir(module):
            if not name.startswith(PREFIX):
                continue
            found = getattr(module, name)
            options = manager.parse_hookimpl_opts(module, name)
            if options is None and not callable(found):
                continue
            fault = implementation_fault(name, {**(options or {})})
            if options is None:
                fault = fault or f"{name} is not marked @hookimpl"
            if fault is not None:
                raise TypeError(fault)
            if options is not None and name in HOOK_NAMES:
                setattr(self, name, found)
                first = -1 if options.get("tryfirst") else 0
                self.implements[name] = 1 if options.get("trylast") else first
        if not isinstance(module, ModuleType) and not self.implements:
            what = f"a {type(module).__name__} has no hooks: name the module that has them"
            raise TypeError(what)


class Manager:
    """pluggy's manager of the hook modules of one registry.

    Lives as long as the hook modules that share it. pluggy is imported when the first of them is.

    Args:
        group: the group of the registry.
    """

    def __init__(self, group: str) -> None:
        self.group = group
        self._pluggy: PluginManager | None = None
        self._plugins: list[Plugin] = []

    def registered(self, provider: Provider, target: str) -> Plugin:
        """The hooks of the module `target` of a distribution; it is imported and registered.

        Raises:
            PluginLoadError: it cannot be imported.
            TypeError: a hook in it is not marked, or not as it must be.
            PluginValidationError: pluggy refuses a hook in it.
        """
        entry = Entry(self.group, target, registry=HOOKS, provider=provider)
        # Not under the lock: an import may wait for another thread, and that one for the lock.
        module = import_target(entry)
        with LOCK:
            pluggy = self._pluggy = self._pluggy or _new_manager()
            plugin = Plugin(pluggy, module)
            name = f"{target} ({len(self._plugins)})" if pluggy.has_plugin(target) else target
            self._plugins.append(plugin)
            try:
                pluggy.register(plugin, name)
            except BaseException:
                # Some versions of pluggy keep a plugin that they have refused.
                if pluggy.is_registered(plugin):
                    pluggy.unregister(plugin)
                raise
        return plugin

    def caller(self, plugin: Plugin, hook: str) -> HookCaller:
        """What calls the implementation of `plugin` alone, for one call.

        For each call anew: it would include a plugin that is registered later.
        """
        others = [each for each in self._plugins if each is not plugin]
        return plugin.manager.subset_hook_caller(hook, others)


def _new_manager() -> PluginManager:
    from pluggy import PluginManager

    from registry_core.hooks import specs
    from registry_core.hooks.building import Construction

    manager = PluginManager(specs.PROJECT)
    manager.add_hookspecs(specs)
    manager.register(Construction())
    return manager
