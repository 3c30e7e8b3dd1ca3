"""The hooks that serve one registry, asked one by one: a module that fails costs itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.errors import HookError
from registry_core.keys import normalized

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.entry import Entry, Provider
    from registry_core.environment.hookmodule import HookModule


class Hooks(NamedTuple):
    """The hooks of one registry. Lives as long as the environment's snapshot, which makes it.

    Attributes:
        modules: the modules of those that may contribute, the preferred first, then by name.
        blocked: the distributions that have some but may not contribute, each with the reason.
    """

    modules: tuple[HookModule, ...]
    blocked: tuple[tuple[Provider, str], ...]

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
        for module in self.modules:
            if wanted not in (None, normalized(module.provider.name)):
                continue
            try:
                answers = module.lookup(scope, name)
            except HookError as error:
                failed = failed or error
                continue
            for entry in answers:
                return entry
        if failed is not None:
            raise failed
        return None

    def hints(self, key: str) -> list[str]:
        """The hints of all `registry_core_missing` hooks; one that fails says so in its place."""
        hints: list[str] = []
        for module in self.modules:
            try:
                hints += module.missing(key)
            except HookError as error:
                hints.append(str(error))
        return hints

    def look_up(self) -> bool:
        """Whether any module answers for open-ended names."""
        return any(module.implements("registry_core_lookup") for module in self.modules)

    def wrap(self) -> bool:
        """Whether any module wraps construction, and may change arguments."""
        return any(module.implements("registry_core_build") for module in self.modules)

    def around(self, entry: Entry, construct: Callable[..., Any]) -> Callable[..., Any]:
        """`construct`, inside every `registry_core_build` hook; the first is the outermost."""
        for module in reversed(self.modules):
            construct = module.around(entry, construct)
        return construct
