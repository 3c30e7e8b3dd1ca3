"""One plugin's hook module, imported: pluggy calls it, each call under a guard of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import wraps
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pluggy import PluginManager

from registry_core.entry import Entry
from registry_core.environment import hookspecs
from registry_core.environment.table import entry_fault
from registry_core.errors import HookError
from registry_core.keys import HOOKS
from registry_core.loading import import_target
from registry_core.wording import shown, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.entry import Provider

_A = TypeVar("_A")
_LONGEST_HINT = 500
PASSES = (KeyboardInterrupt, GeneratorExit)


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


class ImportedHooks:
    """An imported hook module of one distribution, for one registry.

    Lives as long as the `HookModule` that imports it. It has a plugin manager of its own: a module
    that pluggy rejects leaves no trace among the others, and an error has one possible culprit.

    Args:
        provider: the distribution.
        group: the group of the registry.
        target: the module, as the entry point names it; it is imported here.

    Attributes:
        implements: the hooks that it implements.
    """

    __slots__ = ("_manager", "group", "implements", "provider")

    def __init__(self, provider: Provider, group: str, target: str) -> None:
        self.provider = provider
        self.group = group
        manager = self._manager = PluginManager(hookspecs.PROJECT)
        manager.add_hookspecs(hookspecs)
        module = import_target(Entry(group, target, registry=HOOKS, provider=provider))
        manager.register(module)
        _refuse_unmarked(module, manager)
        self.implements = _implemented(manager)
        manager.register(_Construction())

    def is_volatile(self) -> bool:
        """Whether its entries depend on more than what is installed, by what it says by now."""
        return any(
            hookspecs.is_volatile(implementation.function)
            for implementation in self._manager.hook.registry_core_entries.get_hookimpls()
        )

    def entries(self) -> list[Entry]:
        """What `registry_core_entries` answers, checked for its type alone.

        Raises:
            HookError: the hook failed.
        """
        return self._ask("registry_core_entries", _entries, registry=self.group)

    def lookup(self, scope: str, name: str) -> list[Entry]:
        """What `registry_core_lookup` answers: at most one entry, of that scope and name.

        Raises:
            HookError: the hook failed, or its answer is malformed.
        """

        def read(answer: object) -> Iterable[Entry]:
            for entry in _entry(answer):
                ours = entry._replace(
                    name=name, scope=scope, registry=self.group, provider=self.provider
                )
                fault = entry_fault(ours._replace(name="any", scope=""))
                if fault is not None:
                    raise TypeError(fault)
                yield ours.frozen()

        hook = "registry_core_lookup"
        return self._ask(hook, read, registry=self.group, scope=scope, name=name)

    def missing(self, key: str) -> list[str]:
        """The hint of `registry_core_missing` for a key that nothing provides, if it has one.

        Raises:
            HookError: the hook failed.
        """
        return self._ask("registry_core_missing", _hint, registry=self.group, key=key)

    def around(self, entry: Entry, construct: Callable[..., Any]) -> Callable[..., Any]:
        """`construct`, inside the module's `registry_core_build`."""
        build = self._manager.hook.registry_core_build

        @wraps(construct, updated=())
        def constructed(*args: object, **kwargs: object) -> object:
            raised: BaseException | None = None
            built: Any = None
            given = kwargs.copy()

            def guarded(*args: Any, **kwargs: Any) -> Any:
                nonlocal raised, built
                try:
                    built = construct(*args, **kwargs)
                except BaseException as error:
                    raised = error
                    raise
                return built

            try:
                result = build(entry=entry, args=args, kwargs=kwargs, construct=guarded)
            except PASSES:
                raise
            except BaseException as error:
                if error is raised and not _is_to_blame(construct, args, given, kwargs):
                    raise
                raise self._failed("registry_core_build", error) from error
            if result is None and raised is not None:
                reason = f"it returned None where the constructor raised {told(raised)}"
                raise HookError(self.provider, "registry_core_build", reason) from raised
            if result is None and built is not None:
                reason = "it returned None for what was built; end it with a return"
                raise HookError(self.provider, "registry_core_build", reason)
            return result

        return constructed

    def _ask(
        self, hook: str, read: Callable[[object], Iterable[_A]], **arguments: object
    ) -> list[_A]:
        if hook not in self.implements:
            return []
        try:
            answers = getattr(self._manager.hook, hook)(**arguments)
            # Read here, under the guard: a generator runs the plugin's code only when read.
            return [item for answer in answers for item in read(answer)]
        except PASSES:
            raise
        except BaseException as error:
            raise self._failed(hook, error) from error

    def _failed(self, hook: str, error: BaseException) -> HookError:
        return HookError(self.provider, hook, told(error))


def _is_to_blame(
    construct: Callable[..., Any],
    args: tuple[object, ...],
    given: dict[str, object],
    changed: dict[str, object],
) -> bool:
    """Whether a wrapper has made arguments that fit into ones that do not."""
    return (
        changed.keys() != given.keys()
        and _fits(construct, args, given)
        and not _fits(construct, args, changed)
    )


def _fits(
    construct: Callable[..., Any], args: tuple[object, ...], kwargs: dict[str, object]
) -> bool:
    # Late: only errors need it, and it is slow to import.
    import inspect

    try:
        inspect.signature(construct).bind(*args, **kwargs)
    except TypeError:
        return False
    except Exception:
        # Builtins have no signature, and what computes its own may fail.
        return True
    return True


def _refuse_unmarked(module: object, manager: PluginManager) -> None:
    """Refuse a function that looks like a hook and is none: it would never be called."""
    hooks = {name for name in vars(hookspecs) if name.startswith("registry_core_")}
    for name, value in vars(module).items() if isinstance(module, ModuleType) else ():
        if not name.startswith("registry_core_") or not callable(value):
            continue
        if name not in hooks:
            close = get_close_matches(name, hooks, 1, 0.8)
            meant = f"; did you mean {close[0]}?" if close else ""
            raise TypeError(f"there is no hook {name}{meant}")
        if not any(each.plugin is module for each in getattr(manager.hook, name).get_hookimpls()):
            raise TypeError(f"{name} is not marked @hookimpl")


def _implemented(manager: PluginManager) -> frozenset[str]:
    names: set[str] = set()
    for name, caller in vars(manager.hook).items():
        for implementation in caller.get_hookimpls():
            names.add(name)
            if name == "registry_core_build" and not implementation.wrapper:
                raise TypeError("registry_core_build is not marked hookimpl(wrapper=True)")
    return frozenset(names)


def _entries(answer: object) -> Iterable[Entry]:
    if isinstance(answer, (Entry, str, Mapping)) or not isinstance(answer, Iterable):
        kind = "one Entry" if isinstance(answer, Entry) else type(answer).__name__
        raise TypeError(f"it must return or yield entries, but returned {kind}")
    for entry in cast("Iterable[object]", answer):
        yield from _entry(entry)


def _entry(answer: object) -> Iterable[Entry]:
    if not isinstance(answer, Entry):
        raise TypeError(f"expected an Entry, but got {type(answer).__name__}")
    yield answer


def _hint(answer: object) -> Iterable[str]:
    # Whatever it is, it stands in an error.
    text = shown(str(answer)[: _LONGEST_HINT + 1])
    yield text if len(text) <= _LONGEST_HINT else f"{text[:_LONGEST_HINT]}..."
