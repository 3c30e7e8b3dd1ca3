"""From an entry to its object: the only place where a plugin's module is imported."""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from registry_core.errors import PluginLoadError
from registry_core.keys import parse_target
from registry_core.listeners import import_failed
from registry_core.wording import shown, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.entry import Entry


# What a person or the interpreter ends a plugin's code with; all else that it raises is its fault.
PASSES = (KeyboardInterrupt, GeneratorExit)


def load(entry: Entry) -> Callable[..., Any]:
    """Import the module of `entry` and return its object, with the bound arguments if it has any.

    Raises:
        PluginLoadError: whatever the import raised, `SystemExit` included; Ctrl-C passes.

    Example:
        >>> from registry_core import Entry, Provider
        >>> load(Entry("Counter", "collections:Counter"))
        <class 'collections.Counter'>
        >>> nope = Entry("Nope", "collections:Nope", registry="words", provider=Provider("p", "1"))
        >>> load(nope)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        registry_core.errors.PluginLoadError: 'Nope' in 'words', provided by p 1 as \
'collections:Nope', cannot be loaded: the module 'collections' has no attribute 'Nope'; \
upgrade or reinstall p, or block it with REGISTRY_CORE_BLOCK=p; it was imported from ...
    """
    target = import_target(entry) if isinstance(entry.target, str) else entry.target
    if not callable(target):
        raise PluginLoadError(entry, f"a {type(target).__name__} cannot be called", _blame(entry))
    return partial(target, **entry.kwargs) if entry.kwargs else target


def import_target(entry: Entry) -> object:
    """What the text of `entry`'s target stands for: an attribute, or a whole module.

    Raises:
        PluginLoadError: as `load` does.
    """
    try:
        module_name, attribute, extras = parse_target(str(entry.target))
    except ValueError as error:
        raise PluginLoadError(entry, str(error), _blame(entry)) from error
    try:
        found: object = import_module(module_name)
    except PASSES:
        raise
    except BaseException as error:
        import_failed(error)
        reason = f"importing {module_name!r} raised {told(error)}"
        # Whoever raises it may call the missing module anything.
        missing = getattr(error, "name", None)
        missing = missing if type(missing) is str else None
        if isinstance(error, ModuleNotFoundError) and extras:
            fix = f"pip install '{entry.provider.name}[{','.join(extras)}]'"
        elif isinstance(error, ModuleNotFoundError) and not _owns(entry, missing):
            fix = f"install what provides the module {missing!r}"
        else:
            fix = _blame(entry)
        raise PluginLoadError(entry, reason, fix) from error
    for segment in attribute.split(".") if attribute else ():
        try:
            found = getattr(found, segment)
        except PASSES:
            raise
        except AttributeError as error:
            reason = f"the module {module_name!r} has no attribute {attribute!r}"
            fix = f"{_blame(entry)}{_whence(module_name)}"
            raise PluginLoadError(entry, reason, fix) from error
        except BaseException as error:
            reason = f"asking {module_name!r} for {attribute!r} raised {told(error)}"
            raise PluginLoadError(entry, reason, _blame(entry)) from error
    return found


def _whence(module_name: str) -> str:
    """Where a module came from: a stray one may stand before the distribution's own."""
    file = getattr(sys.modules.get(module_name), "__dict__", {}).get("__file__")
    return f"; it was imported from {shown(file)}" if isinstance(file, str) else ""


def _owns(entry: Entry, missing: str | None) -> bool:
    """Whether the module that is missing is, or is inside, the target's own package."""
    package = str(entry.target).partition(":")[0].partition(".")[0]
    return (missing or package).partition(".")[0] == package


def _blame(entry: Entry) -> str:
    name = entry.provider.name
    if not entry.provider.is_distribution:
        return f"mend {entry.provider}"
    return f"upgrade or reinstall {name}, or block it with REGISTRY_CORE_BLOCK={name}"


def is_target(target: object, found: object) -> bool:
    """Whether `found` is what `target` stands for, judged without importing anything.

    While a module is being imported its classes are registered before its names are bound, so
    an object that says it comes from the target's address is taken at its word.

    >>> from collections import Counter
    >>> is_target("collections:Counter", Counter), is_target("decimal:Decimal", Counter)
    (True, False)
    """
    if not isinstance(target, str):
        return target is found
    own = (getattr(found, "__module__", None), getattr(found, "__qualname__", None))
    try:
        module_name, attribute, _ = parse_target(target)
    except ValueError:
        return False
    if own == (module_name, attribute):
        return True
    meant: object = sys.modules.get(module_name)
    for segment in attribute.split(".") if attribute else ():
        # Not getattr: a module's own __getattr__ would import what it stands for.
        meant = getattr(meant, "__dict__", {}).get(segment)
        meant = getattr(meant, "__func__", meant)
    if meant is None:
        return False
    return meant is found or (
        None not in own
        and own == (getattr(meant, "__module__", None), getattr(meant, "__qualname__", None))
    )
