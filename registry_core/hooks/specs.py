"""The hook specifications: what a plugin may say beyond a line of `pyproject.toml`.

A module with hooks is named in ``[project.entry-points."registry_core.hooks"]``; the entry
point's name is the registry that it serves: its group, or the last word of a bare registry's.
An implementation may take fewer arguments than are listed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, overload

from pluggy import HookimplMarker, HookspecMarker

from registry_core.entry import Provider
from registry_core.errors import HookError
from registry_core.hooks import BUILD, ENTRIES, HOOK_NAMES, LOOKUP, PREFIX
from registry_core.keys import is_project_name
from registry_core.text import error_text, quoted, safe_repr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from registry_core.entry import Entry

F = TypeVar("F", bound="Callable[..., Any]")

PROJECT = "registry_core"
_OPTIONS = ("tryfirst", "trylast", "wrapper", "optionalhook")
_DEPENDS_ON = "registry_core_depends_on"
_MAY_KNOW = "registry_core_may_know"

hookspec = HookspecMarker(PROJECT)
marker = HookimplMarker(PROJECT)


@overload
def hookimpl(function: F, /) -> F: ...


@overload
def hookimpl(
    *, tryfirst: bool = ..., trylast: bool = ..., wrapper: bool = ..., optionalhook: bool = ...
) -> Callable[[F], F]: ...


def hookimpl(function: Any = None, /, **options: Any) -> Any:
    """Mark a function of a hook module as the implementation of the hook of that name.

    Args:
        function: the implementation.
        options: as in pluggy. `tryfirst` and `trylast`: be called before, or after, the
            implementations of other plugins. `wrapper`: for `registry_core_build`, which must have
            it, and for no other. `optionalhook`: the hook may be one of a later release, which the
            installed one never calls. All other options are refused.

    Raises:
        HookError: there is no such hook or option.

    Example:
        >>> @hookimpl(trylast=True)
        ... def registry_core_missing(registry, key): ...
        >>> @hookimpl
        ... def registry_core_entires(registry): ...
        Traceback (most recent call last):
        registry_core.errors.HookError: the hook registry_core_entires of module \
registry_core.hooks.specs failed: TypeError: there is no hook registry_core_entires; did you \
mean registry_core_entries?
    """

    def mark(implementation: F) -> F:
        fault = implementation_fault(_name_of(implementation), options)
        if fault is not None:
            _refuse(implementation, fault)
        marker(**options)(implementation)
        return implementation

    return mark if function is None else mark(function)


def depends_on(*distributions: str | None) -> Callable[[F], F]:
    """Say what the answer of a `registry_core_entries` depends on, beside its own distribution.

    The answer is kept for later processes until one of these distributions is installed, upgraded,
    reinstalled or removed. Without this, they are those that the hook's distribution requires
    directly. A hook may also mark itself while it answers: the mark is read afterwards.

    Args:
        distributions: names, whether installed or not. None alone: the answer depends on what no
            installation changes, such as a GPU or a network; it is never kept.

    Raises:
        HookError: what is named is not a distribution, or the function is another hook.

    Example:
        >>> @hookimpl
        ... @depends_on("timm", "torch")
        ... def registry_core_entries(registry): ...
        >>> dependencies_of(registry_core_entries)
        ('timm', 'torch')
    """

    def mark(hook: F) -> F:
        name = _name_of(hook)
        if name.startswith(PREFIX) and name != ENTRIES:
            _refuse(hook, f"depends_on has no effect here: only answers of {ENTRIES} are kept")
        for each in () if distributions == (None,) else distributions:
            if not isinstance(each, str) or not is_project_name(each):
                _refuse(
                    hook,
                    f"depends_on names distributions, without versions, not {safe_repr(each)}",
                )
        setattr(hook, _DEPENDS_ON, distributions)
        return hook

    for function in filter(callable, distributions):
        _refuse(function, "write @depends_on(...), with the names of distributions")
    return mark


def may_know(*patterns: str) -> Callable[[F], F]:
    """Say which names a `registry_core_lookup` may know; of any other it is not asked.

    Without this, every name that nothing else has may be one of its names: then a check calls no
    name wrong, and the schema accepts every text.

    Args:
        patterns: of names within a scope, in which ``*`` stands for any text.

    Raises:
        HookError: there is no pattern, or one is no text; or the function is another hook.

    Example:
        >>> @hookimpl
        ... @may_know("hub/*")
        ... def registry_core_lookup(registry, scope, name): ...
        >>> patterns_of(registry_core_lookup)
        ('hub/*',)
    """

    def mark(hook: F) -> F:
        name = _name_of(hook)
        if name.startswith(PREFIX) and name != LOOKUP:
            _refuse(hook, f"may_know has no effect here: names are looked up by {LOOKUP} alone")
        if not patterns:
            _refuse(hook, "write @may_know(...), with patterns of names such as 'hub/*'")
        said: tuple[object, ...] = patterns
        for each in said:
            if not isinstance(each, str) or not each:
                _refuse(hook, f"may_know takes patterns of names, not {safe_repr(each)}")
        setattr(hook, _MAY_KNOW, patterns)
        return hook

    for function in filter(callable, patterns):
        _refuse(function, "write @may_know(...), with patterns of names such as 'hub/*'")
    return mark


def patterns_of(hook: object) -> tuple[str, ...]:
    """What `may_know` was given for that hook; nothing where it is not marked."""
    said: tuple[str, ...] = getattr(hook, _MAY_KNOW, ())
    return said


def dependencies_of(hook: object) -> tuple[str | None, ...] | None:
    """What `depends_on` was given for that hook by now; None where it is not marked."""
    names: tuple[str | None, ...] | None = getattr(hook, _DEPENDS_ON, None)
    return names


def implementation_fault(name: str, options: Mapping[str, object]) -> str | None:
    """What is wrong with an implementation of that name, marked with these options; or None."""
    chosen = [option for option, value in options.items() if value]
    for option in chosen:
        if option not in _OPTIONS:
            return f"hookimpl takes no {quoted(option)}, only {', '.join(_OPTIONS)}"
    if name == BUILD:
        return None if "wrapper" in chosen else f"{BUILD} is not marked hookimpl(wrapper=True)"
    if name in HOOK_NAMES:
        wrapped = f"only {BUILD} is wrapped: mark {name} without wrapper=True"
        return wrapped if "wrapper" in chosen else None
    if not name.startswith(PREFIX) or "optionalhook" in chosen:
        # Under another name it may be a helper, which the module binds to a hook's name as well.
        return None
    from difflib import get_close_matches

    close = get_close_matches(name, HOOK_NAMES, 1, 0.8)
    return f"there is no hook {name}{f'; did you mean {close[0]}?' if close else ''}"


def _name_of(function: object) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


def _refuse(function: object, fault: str) -> NoReturn:
    error = TypeError(fault)
    module = Provider(str(getattr(function, "__module__", "unknown")))
    raise HookError(module, _name_of(function), error_text(error)) from error


@hookspec
def registry_core_entries(registry: str) -> Iterable[Entry]:  # type: ignore[empty-body]
    """Entries that code computes, as data.

    Args:
        registry: the group of the registry that is asked about, "registry_core.activation".

    Returns:
        Entries with a name, a target ``"module:attribute"``, and where wanted a scope, bound
        arguments and metadata. Their registry and provider are filled in. The answer is kept for
        later processes while what it depends on is the same (`depends_on`), unless JSON cannot
        hold an argument. `NotImplemented` where it cannot tell yet, such as while what it lists is
        being imported: it is asked again at the next question.
    """


@hookspec
def registry_core_lookup(registry: str, scope: str, name: str) -> Entry | None:
    """One entry for an open-ended name, such as a model of a hub; None for no such name.

    Called only when something is loaded or built that no entry has the name of. The first
    provider that answers wins, in the order of preference, then of name. Mark it with `may_know`,
    so that other names are known to be wrong.

    Args:
        registry: the group of the registry.
        scope: the dotted path of the scope that is asked, empty for the root.
        name: the name within that scope.
    """


@hookspec(firstresult=True)
def registry_core_build(
    entry: Entry,
    args: tuple[object, ...],
    kwargs: dict[str, object],
    construct: Callable[..., object],
) -> object:
    """A wrapper around construction: log, time, inject. Mark it ``hookimpl(wrapper=True)``.

    Args:
        entry: what is built.
        args: the positional arguments.
        kwargs: the keyword arguments; a change made before the `yield` reaches the constructor.
        construct: what the `yield` calls with them: the constructor, or the next wrapper.
    """


@hookspec
def registry_core_missing(registry: str, key: str) -> str | None:
    """A hint for a name that nothing provides, such as "pip install activations-extra".

    Called only when the error for that name is being raised.
    """
