"""The hook specifications: what a plugin may say beyond a line of `pyproject.toml`.

A module with hooks is named in ``[project.entry-points."registry_core.hooks"]``; the entry
point's name is the registry that it serves: its group, or the last word of a bare registry's.
An implementation may take fewer arguments than are listed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pluggy import HookimplMarker, HookspecMarker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from registry_core.entry import Entry

F = TypeVar("F", bound="Callable[..., Any]")

PROJECT = "registry_core"

hookspec = HookspecMarker(PROJECT)
hookimpl = HookimplMarker(PROJECT)

_VOLATILE = "registry_core_is_volatile"


def volatile(hook: F) -> F:
    """Mark a `registry_core_entries` whose answer depends on more than what is installed.

    On the machine's GPU, on a network, on a file of yours: such a hook is asked in each process.
    The answers of others are kept while nothing is installed, upgraded or removed, and no file of
    the hook's own package changes. A hook may also say so of itself while it answers: then that
    answer is not kept, as where something could not be asked that may be there next time.

    Example:
        >>> @hookimpl
        ... @volatile
        ... def registry_core_entries(registry): ...
        >>> is_volatile(registry_core_entries)
        True
    """
    setattr(hook, _VOLATILE, True)
    return hook


def is_volatile(hook: object) -> bool:
    """Whether `volatile` marks that implementation."""
    return getattr(hook, _VOLATILE, False) is True


@hookspec
def registry_core_entries(registry: str) -> Iterable[Entry]:  # type: ignore[empty-body]
    """Entries that code computes, as data.

    Args:
        registry: the group of the registry that is asked about, "registry_core.activation".

    Returns:
        Entries with a name, a target ``"module:attribute"``, and where wanted a scope, bound
        arguments and metadata. Their registry and provider are filled in. The answer is kept for
        later processes, unless `volatile` marks the hook or JSON cannot hold an argument.
    """


@hookspec
def registry_core_lookup(registry: str, scope: str, name: str) -> Entry | None:
    """One entry for an open-ended name, such as a model of a hub; None for no such name.

    Called only when something is loaded or built that no entry has the name of. The first
    provider that answers wins, in the order of preference, then of name.

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
