"""The hooks that serve one registry, asked one by one: a module that fails costs itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core.errors import HookError
from registry_core.hooks import BUILD, LOOKUP, MISSING
from registry_core.keys import normalized

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from registry_core.entry import Entry, Provider
    from registry_core.hooks.manager import Manager
    from registry_core.hooks.module import HookModule
    from registry_core.installed import Copy

# By the group of a registry: pluggy's manager, and the modules by distribution and target.
Memory = dict[str, "tuple[Manager, dict[tuple[Provider, str], HookModule]]"]


def _never(_distribution: str, _key: str) -> str | None:
    """Nothing is refused."""
    return None


class Hooks:
    """The hooks of one registry. Lives as long as the policy by which `hooks_of` made it.

    Args:
        modules: the modules of those that may contribute, the preferred first, then by name.
        blocked: the distributions that have some but may not contribute, each with the reason.
        refusal: why an entry, by distribution and key, may not contribute; None where it may.
    """

    __slots__ = ("_refusal", "blocked", "modules")

    def __init__(
        self,
        modules: tuple[HookModule, ...],
        blocked: tuple[tuple[Provider, str], ...] = (),
        refusal: Callable[[str, str], str | None] = _never,
    ) -> None:
        self.modules = modules
        self.blocked = blocked
        self._refusal = refusal

    def in_order(self, hook: str) -> list[HookModule]:
        """All modules in pluggy's order for `hook`: `tryfirst`, then the rest, then `trylast`.

        Among equals the preferred come first, then by name.
        """
        return sorted(self.modules, key=lambda module: module.place(hook) or 0)

    def lookup(self, scope: str, name: str, provider: str | None = None) -> Entry | None:
        """The first entry that a `registry_core_lookup` hook has for an open-ended name.

        Args:
            scope: the dotted path of a scope, empty for the root.
            name: the name in that scope.
            provider: ask the hooks of this distribution alone.

        Raises:
            HookError: a hook failed, and no other has an answer.
        """
        failed: HookError | None = None
        wanted = None if provider is None else normalized(provider)
        for module in self.in_order(LOOKUP):
            if wanted not in (None, normalized(module.provider.name)):
                continue
            try:
                answers = module.lookup(scope, name)
            except HookError as error:
                failed = failed or error
                continue
            for entry in answers:
                if self._refusal(entry.provider.name, entry.key) is None:
                    return entry
        if failed is not None:
            raise failed
        return None

    def patterns(self) -> dict[Provider, tuple[str, ...]]:
        """The patterns of names that lookups may know, by provider; none for any name."""
        found = ((module.provider, module.patterns()) for module in self.modules)
        return {provider: patterns for provider, patterns in found if patterns is not None}

    def who_may_know(self, names: Sequence[str]) -> list[Provider]:
        """Those whose lookup may know one of some names."""
        return [each.provider for each in self.modules if any(map(each.may_know, names))]

    def confirms(self, entry: Entry) -> bool:
        """Whether `entry` may be loaded: not if a kept answer supplied it and the hook has another.

        Then that answer is forgotten: make the tables anew.
        """
        modules = (module for module in self.modules if module.provider.name == entry.provider.name)
        return all(module.confirms(entry) for module in modules)

    def hints(self, key: str) -> list[str]:
        """The hints of all `registry_core_missing` hooks; one that fails says so in its place."""
        hints: list[str] = []
        for module in self.in_order(MISSING):
            try:
                hints += module.missing(key)
            except HookError as error:
                hints.append(str(error))
        return hints

    def implement(self, hook: str) -> bool:
        """Whether any module implements `hook`."""
        return any(module.implements(hook) for module in self.modules)

    def around(self, entry: Entry, construct: Callable[..., Any]) -> Callable[..., Any]:
        """`construct`, inside every `registry_core_build` hook; the first is the outermost."""
        for module in reversed(self.in_order(BUILD)):
            construct = module.around(entry, construct)
        return construct


def hooks_of(
    group: str,
    targets: Iterable[tuple[Provider, str]],
    *,
    blocked: Iterable[tuple[Provider, str]] = (),
    copy: Callable[[str], Copy | None],
    variables: Mapping[str, str],
    memory: Memory,
    refusal: Callable[[str, str], str | None] = _never,
) -> Hooks:
    """The hooks of one registry; their modules are not yet imported.

    Args:
        group: the group of the registry.
        targets: the hook modules of those that may contribute, each with its distribution; in the
            order of preference.
        blocked: the distributions that have some but may not contribute, each with the reason.
        copy: finds the installed copy of a distribution by its normalized name.
        variables: the environment variables, which may name the cache folder.
        memory: what this process has learnt of hook modules. Pass the same one after a change of
            policy, and an empty one after an installation.
        refusal: why an entry, by distribution and key, may not contribute; None where it may.
    """
    targets = list(targets)
    if not targets:
        return Hooks((), tuple(blocked))
    from registry_core.hooks.cache import cache_folder
    from registry_core.hooks.kept_answer import KeptAnswer
    from registry_core.hooks.manager import Manager
    from registry_core.hooks.module import HookModule

    folder = cache_folder(variables)
    manager, known = memory.setdefault(group, (Manager(group), {}))
    modules: dict[tuple[Provider, str], HookModule] = {}
    for provider, target in targets:
        module = known.get((provider, target))
        if module is None or module.failure is not None:
            kept = None if folder is None else KeptAnswer(folder, group, provider, target, copy)
            module = known[provider, target] = HookModule(provider, manager, target, kept)
        modules[provider, target] = module
    return Hooks(tuple(modules.values()), tuple(blocked), refusal)
