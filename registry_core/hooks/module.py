"""One plugin's hook module: its kept answer where there is one, else the imported module."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from registry_core.errors import HookError, PluginLoadError
from registry_core.guards import PASSES
from registry_core.hooks import BUILD, ENTRIES, LOOKUP, MISSING
from registry_core.hooks.answers import are_same, entry_fault, read_entries, read_entry, read_hint
from registry_core.hooks.kept_answer import Answer, CacheStatus
from registry_core.loading import missing_module, raised_in
from registry_core.text import error_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from registry_core.entry import Entry, Provider
    from registry_core.hooks.kept_answer import KeptAnswer
    from registry_core.hooks.manager import Manager, Plugin

_A = TypeVar("_A")


class HookModule:
    """A hook module of one distribution, for one registry.

    Lives as long as the memory that `hooks_of` is given: until the next `refresh()`.

    Args:
        provider: the distribution.
        manager: pluggy's manager of the registry.
        target: the module, as the entry point names it.
        kept: the file of its answer; None where nothing is to be kept.

    Attributes:
        cache_status: whether its answer is on disk, and if not, why.
        failure: why the module cannot be used, in words, and the exception; None where it can.
    """

    def __init__(
        self, provider: Provider, manager: Manager, target: str, kept: KeptAnswer | None = None
    ) -> None:
        self.provider = provider
        self.manager = manager
        self.target = target
        self._kept = kept
        # The kept answer that is trusted unasked, and one that the module contradicted.
        self._recalled = None if kept is None else kept.recalled()
        self._denied: Sequence[Entry] = ()
        self.cache_status = CacheStatus("not asked" if self._recalled is None else "kept")
        self._answer: Sequence[Entry] | None = None
        self._plugin: Plugin | None = None
        self.failure: tuple[str, BaseException] | None = None

    def implements(self, hook: str) -> bool:
        """Whether the module implements `hook`; not where it cannot be imported."""
        return self.place(hook) is not None

    def place(self, hook: str) -> int | None:
        """Its place in pluggy's order for `hook`; None where it does not implement it."""
        try:
            return self._implemented().get(hook)
        except HookError:
            return None

    def entries(self) -> Sequence[Entry]:
        """The answer of `registry_core_entries`; only the types of its items are checked.

        Raises:
            HookError: the hook failed; or the module cannot be imported, or is refused.
        """
        return self._asked() if self._recalled is None else self._recalled.entries

    def patterns(self) -> tuple[str, ...] | None:
        """The patterns of names that its lookup may know, none for any; None without a lookup."""
        if not self.implements(LOOKUP):
            return None
        return self._knows() if self._recalled is None else self._recalled.knows

    def may_know(self, name: str) -> bool:
        """Whether its lookup may know a name."""
        patterns = self.patterns()
        return patterns is not None and (
            not patterns or any(fits_pattern(name, each) for each in patterns)
        )

    def _knows(self) -> tuple[str, ...]:
        from registry_core.hooks.specs import patterns_of

        return patterns_of(getattr(self._live(), LOOKUP, None))

    def confirms(self, entry: Entry) -> bool:
        """Whether `entry` may be loaded: one from a kept answer only if the module confirms that.

        Where the module answers otherwise, the kept answer is removed: make the tables anew.
        """
        kept = self._recalled
        if kept is not None and _holds(kept.entries, entry) and not self._still_answers(kept):
            return False
        # Another thread may have found it in a table from before.
        return not _holds(self._denied, entry) or _holds(self._answer or (), entry)

    def _still_answers(self, kept: Answer) -> bool:
        try:
            is_same = are_same(self._asked(), kept.entries)
            is_same = is_same and self._live().implements == kept.implements
            is_same = is_same and self._knows() == kept.knows
        except HookError:
            is_same = False
        self._denied, self._recalled = () if is_same else kept.entries, None
        if not is_same and self._kept is not None:
            self._kept.remove()
            if self._answer is not None:
                self._keep(self._answer)
        return is_same

    def lookup(self, scope: str, name: str) -> list[Entry]:
        """The answer of `registry_core_lookup`: at most one entry, of that scope and name.

        Raises:
            HookError: the hook failed, or its answer is malformed.
        """

        def read(answer: object) -> Iterator[Entry]:
            for entry in read_entry(answer):
                ours = entry._replace(
                    name=name, scope=scope, registry=self.manager.group, provider=self.provider
                )
                fault = entry_fault(ours._replace(name="any", scope=""))
                if fault is not None:
                    raise TypeError(fault)
                yield ours.frozen()

        return self._ask(LOOKUP, read, scope=scope, name=name) if self.may_know(name) else []

    def missing(self, key: str) -> list[str]:
        """The hint of `registry_core_missing` for a key that nothing provides, if it has one.

        Raises:
            HookError: the hook failed; or the module cannot be imported, or is refused.
        """
        return self._ask(MISSING, read_hint, key=key) if MISSING in self._implemented() else []

    def around(self, entry: Entry, construct: Callable[..., Any]) -> Callable[..., Any]:
        """`construct`, inside the module's `registry_core_build` where it has one.

        A module that cannot be imported is left out; it is a problem of the table.
        """
        if not self.implements(BUILD):
            return construct
        from registry_core.hooks.building import around

        return around(self.provider, partial(self.manager.caller, self._live()), entry, construct)

    def place_of(self, error: HookError) -> str:
        """Where the plugin's own code raised it, as "file:line"; its module, if that is not there.

        Empty where neither is known.
        """
        missing = missing_module(error.__cause__)
        if missing and f"{self.target}.".startswith(f"{missing}."):
            return self.target
        return raised_in(error.__cause__, self.target.partition(".")[0])

    def _implemented(self) -> Mapping[str, int]:
        return self._live().implements if self._recalled is None else self._recalled.implements

    def _asked(self) -> Sequence[Entry]:
        if self._answer is None:
            self._answer = answer = self._ask(ENTRIES, read_entries)
            if self._recalled is None:
                self._keep(answer)
        return self._answer

    def _keep(self, entries: Sequence[Entry]) -> None:
        from registry_core.hooks.specs import dependencies_of

        if self._kept is None:
            self.cache_status = CacheStatus("cache off")
            return
        live = self._live()
        depends_on = dependencies_of(getattr(live, ENTRIES, None))
        answer = Answer(live.implements, entries, self._knows())
        self.cache_status = self._kept.keep(answer, depends_on)

    def _ask(
        self, hook: str, read: Callable[[object], Iterable[_A]], **arguments: object
    ) -> list[_A]:
        live = self._live()
        try:
            call = self.manager.caller(live, hook)
            answers = call(registry=self.manager.group, **arguments)
            # Read here, under the guard: a generator runs the plugin's code only when read.
            return [item for answer in answers for item in read(answer)]
        except PASSES:
            raise
        except BaseException as error:
            if hook == ENTRIES:
                self.cache_status = CacheStatus("failed")
            raise HookError(self.provider, hook, error_text(error)) from error

    def _live(self) -> Plugin:
        if self._plugin is None and self.failure is None:
            try:
                self._plugin = self.manager.registered(self.provider, self.target)
            except PASSES:
                raise
            except BaseException as error:
                self.failure = _failure(error)
                self.cache_status = CacheStatus("failed")
        if self._plugin is None:
            # A new exception each time: re-raising one would grow its traceback.
            reason, cause = self.failure or ("", None)
            raise HookError(self.provider, "module", reason) from cause
        return self._plugin


def fits_pattern(name: str, pattern: str) -> bool:
    """Whether a name fits a pattern, in which ``*`` stands for any text.

    >>> fits_pattern("hub/big", "hub/*"), fits_pattern("hub", "hub/*"), fits_pattern("b", "?")
    (True, False, False)
    """
    # Of what fnmatch takes for more than a letter, the star alone is meant.
    return fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))


def _failure(error: BaseException) -> tuple[str, BaseException]:
    if not isinstance(error, PluginLoadError):
        return error_text(error), error
    cause = error.__cause__ or error
    if isinstance(cause, HookError) and not cause.provider.is_distribution:
        # `hookimpl` or `depends_on` refused what is written in the module.
        return cause.reason, cause
    return error.reason, cause


def _holds(entries: Iterable[Entry], entry: Entry) -> bool:
    return any((each.name, each.target) == (entry.name, entry.target) for each in entries)
