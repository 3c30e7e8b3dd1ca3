"""One plugin's hook module: asked by what the index knows of it, imported where that ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core.environment.answers import is_plain, plain_answer
from registry_core.errors import HookError, PluginLoadError
from registry_core.listeners import import_failed
from registry_core.wording import told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from registry_core.entry import Entry, Provider
    from registry_core.environment.answers import Answer
    from registry_core.environment.livehooks import ImportedHooks

ENTRIES, LOOKUP = "registry_core_entries", "registry_core_lookup"
MISSING, BUILD = "registry_core_missing", "registry_core_build"


class HookModule:
    """A hook module of one distribution, for one registry.

    Lives as long as the environment's snapshot, which makes it.

    Args:
        provider: the distribution.
        group: the group of the registry.
        target: the module, as the entry point names it.
        answer: what it said when it was last imported; None where nobody knows.
    """

    __slots__ = ("_answer", "_failure", "_imported", "_said", "group", "provider", "target")

    def __init__(
        self, provider: Provider, group: str, target: str, answer: Answer | None = None
    ) -> None:
        self.provider = provider
        self.group = group
        self.target = target
        self._answer = answer
        self._said: Sequence[Entry] | None = None
        self._imported: ImportedHooks | None = None
        self._failure: tuple[str, BaseException] | None = None

    def implements(self, hook: str) -> bool:
        """Whether the module implements `hook`; not where it cannot be imported."""
        try:
            return hook in self._implemented()
        except HookError:
            return False

    def entries(self) -> Sequence[Entry]:
        """What `registry_core_entries` answers, checked for its type alone.

        Raises:
            HookError: the hook failed; or the module cannot be imported, or pluggy rejects it.
        """
        if ENTRIES not in self._implemented():
            return ()
        if self._answer is not None and self._answer.entries is not None:
            return self._answer.entries
        self._said = self._live().entries()
        return self._said

    def confirms(self, entry: Entry) -> bool:
        """Whether the module itself says so, and not only what is remembered of it."""
        try:
            if self._said is None:
                self._said = self._live().entries()
        except HookError:
            return False
        said = [e for e in self._said if (e.name, e.target) == (entry.name, entry.target)]
        if self._answer is None or self._answer.entries is None:
            # It is this module that the entry comes from, if it is from a hook at all.
            return bool(said)
        return any(is_plain(dict(e.kwargs)) and e.kwargs == entry.kwargs for e in said)

    def lookup(self, scope: str, name: str) -> list[Entry]:
        """What `registry_core_lookup` answers: at most one entry, of that scope and name.

        Raises:
            HookError: the hook failed, or its answer is malformed.
        """
        return self._live().lookup(scope, name) if self.implements(LOOKUP) else []

    def missing(self, key: str) -> list[str]:
        """The hint of `registry_core_missing` for a key that nothing provides, if it has one.

        Raises:
            HookError: the hook failed; or the module cannot be imported, or pluggy rejects it.
        """
        return self._live().missing(key) if MISSING in self._implemented() else []

    def around(self, entry: Entry, construct: Callable[..., Any]) -> Callable[..., Any]:
        """`construct`, inside the module's `registry_core_build` where it has one.

        A module that cannot be imported is left out; it is a problem of the table.
        """
        return self._live().around(entry, construct) if self.implements(BUILD) else construct

    def to_keep(self) -> list[object] | None:
        """What this process learnt of the module, as plain data; None where it learnt nothing."""
        live = self._imported
        if live is None or self._answer is not None:
            return None
        entries = None if live.is_volatile else self._said
        if ENTRIES not in live.implements:
            entries = ()
        return plain_answer(self.target, live.implements, entries)

    def _implemented(self) -> frozenset[str]:
        return self._live().implements if self._answer is None else self._answer.implements

    def _live(self) -> ImportedHooks:
        if self._imported is None and self._failure is None:
            # Late: pluggy is needed only where a module is.
            from registry_core.environment.livehooks import PASSES, ImportedHooks

            try:
                self._imported = ImportedHooks(self.provider, self.group, self.target)
            except PASSES:
                raise
            except BaseException as error:
                self._failure = told(error), error
                if isinstance(error, PluginLoadError):
                    self._failure = error.reason, error.__cause__ or error
                import_failed(error)
        if self._imported is None:
            # Anew each time: a raised exception collects its tracebacks.
            reason, cause = self._failure or ("", None)
            raise HookError(self.provider, "module", reason) from cause
        return self._imported
