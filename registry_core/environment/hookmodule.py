"""One plugin's hook module: asked by what the index knows of it, imported where that ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core.environment.answers import is_plain, plain_answer
from registry_core.environment.table import entry_fault
from registry_core.errors import HookError, PluginLoadError
from registry_core.wording import told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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

    __slots__ = (
        "_answer",
        "_by_name",
        "_failure",
        "_imported",
        "_said",
        "group",
        "provider",
        "target",
    )

    def __init__(
        self, provider: Provider, group: str, target: str, answer: Answer | None = None
    ) -> None:
        self.provider = provider
        self.group = group
        self.target = target
        self._answer = answer
        self._said: Sequence[Entry] | None = None
        self._by_name: dict[str, list[Entry]] | None = None
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
        return self._asked()

    def confirms(self, entry: Entry, root_scope: str) -> bool:
        """Whether the module itself says so, and not only what is remembered of it.

        Args:
            entry: what is to be loaded.
            root_scope: the name of the root scope, which the module may say.
        """
        try:
            said = self._asked()
        except HookError:
            return False
        if self._by_name is None:
            self._by_name = {}
            for each in said:
                if entry_fault(each) is None:
                    self._by_name.setdefault(each.name, []).append(each)
        return any(
            each.target == entry.target
            and entry.scope == _rooted(each.scope, root_scope)
            and _are_same(each.kwargs, entry.kwargs)
            for each in self._by_name.get(entry.name, ())
        )

    def _asked(self) -> Sequence[Entry]:
        if self._said is None:
            self._said = self._live().entries()
        return self._said

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
        if live is None or self._answer is not None or live.is_volatile():
            return None
        entries = self._said if ENTRIES in live.implements else ()
        return None if entries is None else plain_answer(self.target, live.implements, entries)

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
        if self._imported is None:
            # Anew each time: a raised exception collects its tracebacks.
            reason, cause = self._failure or ("", None)
            raise HookError(self.provider, "module", reason) from cause
        return self._imported


def _rooted(scope: str, root_scope: str) -> str:
    head, _, rest = scope.partition(".")
    return rest if head == root_scope else scope


def _are_same(said: Mapping[str, object], given: Mapping[str, object]) -> bool:
    """Whether two mappings hold the same; where they are what JSON can hold, to the letter.

    In Python True equals 1, and what equals what else anything likes.
    """
    if said.keys() != given.keys():
        return False
    if all(said[key] is given[key] for key in said):
        return True
    if not (is_plain(dict(said)) and is_plain(dict(given))):
        return False
    import json

    return json.dumps(dict(said), sort_keys=True) == json.dumps(dict(given), sort_keys=True)
