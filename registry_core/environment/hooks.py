"""One plugin's hook module: imported when first asked, each call under a guard of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from pluggy import PluginManager

from registry_core.entry import Entry
from registry_core.environment import hookspecs
from registry_core.errors import HookError, PluginLoadError
from registry_core.loading import import_target
from registry_core.wording import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from registry_core.entry import Provider

_A = TypeVar("_A")
_PASSES = (KeyboardInterrupt, GeneratorExit)


class _Construction:
    """The innermost implementation of `registry_core_build`: it constructs."""

    @hookspecs.hookimpl
    def registry_core_build(
        self,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        construct: Callable[..., Any],
    ) -> object:
        return construct(*args, **kwargs)


class HookModule:
    """A hook module of one distribution, for one registry.

    Lives as long as the environment's snapshot, which makes it. It has a plugin manager of its
    own: a module that pluggy rejects leaves no trace among the others, and an error has one
    possible culprit.
    """

    __slots__ = ("_implemented", "_manager", "_target", "group", "provider")

    def __init__(self, provider: Provider, group: str, target: str) -> None:
        self.provider = provider
        self.group = group
        self._target = target
        self._manager: PluginManager | None = None
        self._implemented: frozenset[str] = frozenset()

    def implements(self, hook: str) -> bool:
        """Whether the module implements `hook`. Imports it.

        Raises:
            HookError: where it cannot be imported, or pluggy rejects what it implements.
        """
        self._loaded()
        return hook in self._implemented

    def entries(self) -> list[Entry]:
        """What `registry_core_entries` answers, checked for its type alone."""
        return self._ask("registry_core_entries", _entries, registry=self.group)

    def lookup(self, scope: str, name: str) -> list[Entry]:
        """What `registry_core_lookup` answers: at most one entry."""
        return self._ask(
            "registry_core_lookup", _entry, registry=self.group, scope=scope, name=name
        )

    def missing(self, key: str) -> list[str]:
        """The hint of `registry_core_missing` for a key that nothing provides, if it has one."""
        return self._ask("registry_core_missing", _hint, registry=self.group, key=key)

    def around(self, entry: Entry, construct: Callable[..., Any]) -> Callable[..., Any]:
        """`construct`, inside the module's `registry_core_build`."""
        build = self._loaded().hook.registry_core_build

        def constructed(*args: object, **kwargs: object) -> object:
            raised: BaseException | None = None

            def guarded(*args: object, **kwargs: object) -> object:
                nonlocal raised
                try:
                    return construct(*args, **kwargs)
                except BaseException as error:
                    raised = error
                    raise

            try:
                return build(entry=entry, args=args, kwargs=kwargs, construct=guarded)
            except _PASSES:
                raise
            except BaseException as error:
                if error is raised:
                    raise
                raise self._failed("registry_core_build", error) from error

        return constructed

    def _ask(
        self, hook: str, read: Callable[[object], Iterable[_A]], **arguments: object
    ) -> list[_A]:
        if not self.implements(hook):
            return []
        try:
            answers = getattr(self._loaded().hook, hook)(**arguments)
            # Read here, under the guard: a generator runs the plugin's code only when read.
            return [item for answer in answers for item in read(answer)]
        except _PASSES:
            raise
        except BaseException as error:
            raise self._failed(hook, error) from error

    def _loaded(self) -> PluginManager:
        if self._manager is None:
            manager = PluginManager(hookspecs.PROJECT)
            manager.add_hookspecs(hookspecs)
            where = Entry(
                self.group, self._target, registry="registry_core.hooks", provider=self.provider
            )
            try:
                manager.register(import_target(where))
                manager.check_pending()
                self._implemented = _implemented(manager)
            except _PASSES:
                raise
            except PluginLoadError as error:
                raise HookError(self.provider, "module", error.reason) from error.__cause__
            except BaseException as error:
                raise self._failed("module", error) from error
            manager.register(_Construction())
            self._manager = manager
        return self._manager

    def _failed(self, hook: str, error: BaseException) -> HookError:
        return HookError(self.provider, hook, told(error))


def _implemented(manager: PluginManager) -> frozenset[str]:
    names: set[str] = set()
    for name, caller in vars(manager.hook).items():
        for implementation in caller.get_hookimpls():
            names.add(name)
            if name == "registry_core_build" and not implementation.wrapper:
                raise TypeError("registry_core_build is not marked hookimpl(wrapper=True)")
    return frozenset(names)


def _entries(answer: object) -> Iterable[Entry]:
    for entry in cast("Iterable[object]", answer):
        yield from _entry(entry)


def _entry(answer: object) -> Iterable[Entry]:
    if not isinstance(answer, Entry):
        raise TypeError(f"expected an Entry, but got {type(answer).__name__}")
    yield answer


def _hint(answer: object) -> Iterable[str]:
    yield str(answer)
