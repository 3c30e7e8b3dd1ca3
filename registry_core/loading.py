"""From an entry to its object: the only place where a plugin's module is imported."""

from __future__ import annotations

import os
import sys
from contextvars import ContextVar
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from registry_core.errors import PluginLoadError
from registry_core.frozen import how_to_collect, is_frozen
from registry_core.guards import PASSES
from registry_core.keys import parse_target, top_module
from registry_core.text import error_text, safe_text
from registry_core.upgrades import imported_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType, ModuleType

    from registry_core.entry import Entry
    from registry_core.errors import Remedy

    _Undo = tuple[tuple[str, ...], Callable[[], object]]

# What undoes the registrations of the import that is under way here.
_registered: ContextVar[list[_Undo] | None] = ContextVar("registry_core.registered", default=None)
# None where no import by `import_whole` is under way in this thread or task.
import_under_way = _registered.get


def import_whole(name: str) -> ModuleType:
    """Import a module; if that fails, undo what it registered.

    Python takes a module that fails out of `sys.modules`, and executes it anew when it is asked
    for again: what is left of the first time would then be in its way.
    """
    undoing: list[_Undo] = []
    token = _registered.set(undoing)
    try:
        return import_module(name)
    except BaseException:
        for modules, undo in reversed(undoing):
            # A module that was imported on the way stays in sys.modules: so do its registrations.
            if not all(module in sys.modules for module in modules):
                undo()
        raise
    finally:
        _registered.reset(token)


def undo_if_import_fails(modules: tuple[str, ...], undo: Callable[[], object]) -> None:
    """Let `undo` be called if the import that is under way, if one is, fails with these modules."""
    undoing = _registered.get()
    if undoing is not None:
        undoing.append((modules, undo))


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
        raise _failure(entry, f"a {type(target).__name__} cannot be called")
    return partial(target, **entry.kwargs) if entry.kwargs else target


def import_target(entry: Entry) -> object:
    """What the text of `entry`'s target stands for: an attribute, or a whole module.

    Raises:
        PluginLoadError: as `load` does.
    """
    try:
        module_name, attribute, extras = parse_target(str(entry.target))
    except ValueError as error:
        raise _failure(entry, str(error), error) from error
    try:
        found: object = import_whole(module_name)
    except PASSES:
        raise
    except BaseException as error:
        reason = f"importing {module_name!r} raised {error_text(error)}"
        raise _failure(entry, reason, error, *_what_to_get(entry, error, extras)) from error
    for segment in attribute.split(".") if attribute else ():
        try:
            found = getattr(found, segment)
        except PASSES:
            raise
        except AttributeError as error:
            reason = f"the module {module_name!r} has no attribute {attribute!r}"
            raise _failure(entry, reason, error, _blame(entry) + origin(module_name)) from error
        except BaseException as error:
            reason = f"asking {module_name!r} for {attribute!r} raised {error_text(error)}"
            raise _failure(entry, reason, error) from error
    return found


def _failure(
    entry: Entry,
    reason: str,
    cause: BaseException | None = None,
    fix: str = "",
    remedy: Remedy = "mend it",
) -> PluginLoadError:
    if (being_imported := _in_circle(cause)) and not _is_own_circle(entry, cause, being_imported):
        fix = (
            f"this is a circular import: {being_imported!r} is still being imported; build "
            f"{entry.key!r} after that, in a function"
        )
        return PluginLoadError(entry, reason, fix, "build later")
    if stray := _in_place_of_stdlib(cause):
        return PluginLoadError(entry, reason, stray, "install a module")
    return PluginLoadError(entry, reason, fix or _blame(entry), remedy)


def _what_to_get(entry: Entry, error: BaseException, extras: tuple[str, ...]) -> tuple[str, Remedy]:
    """What to do where an import did not find a module; an empty text for anything else."""
    missing = missing_module(error)
    if not isinstance(error, ModuleNotFoundError):
        return "", "mend it"
    if missing and is_frozen():
        return how_to_collect(missing), "mend it"
    if extras:
        return f"pip install '{entry.provider.name}[{','.join(extras)}]'", "install the extra"
    # What is inside the target's own package is its author's fault.
    if missing and top_module(missing) != top_module(entry.target):
        return f"install what provides the module {missing!r}", "install a module"
    return "", "mend it"


def missing_module(error: BaseException | None) -> str | None:
    """The module that an import did not find, where the error tells."""
    # Code may raise ImportError itself, with anything as its name.
    missing = getattr(error, "name", None)
    return missing if type(missing) is str else None


def _in_circle(error: BaseException | None) -> str:
    """The module that is still being imported and lacks what was asked of it; empty for none."""
    if not isinstance(error, ImportError | AttributeError):
        return ""
    module = getattr(error, "obj", None) or sys.modules.get(missing_module(error) or "")
    spec = getattr(module, "__spec__", None)
    if getattr(spec, "_initializing", False) is True:
        return str(getattr(module, "__name__", ""))
    # The import of both may have failed by now: then Python's message tells.
    is_partial = isinstance(error, ImportError) and "partially initialized module" in str(error)
    return (missing_module(error) or "") if is_partial else ""


def _is_own_circle(entry: Entry, cause: BaseException | None, being_imported: str) -> bool:
    """Whether modules of the target's own package import each other, and nothing else does."""
    names = [frame.f_globals.get("__name__") for frame, _ in _frames(cause)]
    tops = {str(name).partition(".")[0] for name in names}
    return being_imported in names and tops == {top_module(entry.target)}


def raised_at(error: PluginLoadError) -> str:
    """The innermost line of the plugin's own code, as "file:line"; empty where none raised."""
    return raised_in(error.__cause__, top_module(error.entry.target)) or raised_in(error.__cause__)


def raised_in(cause: BaseException | None, package: str = "") -> str:
    """The innermost line that raised, as "file:line": in a package, or in any; empty for none."""
    if isinstance(cause, SyntaxError) and cause.filename:
        return f"{safe_text(str(cause.filename))}:{cause.lineno}"
    found = ""
    for frame, line in _frames(cause):
        name = str(frame.f_globals.get("__name__", ""))
        if package in ("", name.partition(".")[0]):
            found = f"{safe_text(frame.f_code.co_filename)}:{line}"
    return found


def _frames(error: BaseException | None) -> Iterator[tuple[FrameType, int]]:
    """The frames that an exception came through, with their lines; none of ours or of import."""
    traceback = error.__traceback__ if error is not None else None
    while traceback is not None:
        frame = traceback.tb_frame
        name = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if name not in ("registry_core", "importlib") and frame.f_code.co_filename[:1] != "<":
            yield frame, traceback.tb_lineno
        traceback = traceback.tb_next


def _in_place_of_stdlib(error: BaseException | None) -> str:
    """What to do where a module of the standard library lacks something, for it is another file."""
    if not isinstance(error, ImportError | AttributeError):
        return ""
    named = getattr(getattr(error, "obj", None), "__dict__", {}).get("__name__")
    top = str(named or missing_module(error) or "").partition(".")[0]
    file = getattr(sys.modules.get(top), "__dict__", {}).get("__file__")
    if top not in sys.stdlib_module_names or not isinstance(file, str):
        return ""
    from pathlib import Path

    stdlib, path = Path(os.__file__).parent, Path(file)
    path = path.parent if path.stem == "__init__" else path
    is_its = path.parent in (stdlib, stdlib / "lib-dynload")
    # What setuptools puts in the place of distutils has a folder of another name.
    if is_its or path.name.partition(".")[0] != top:
        return ""
    return f"{safe_text(file)} stands in the place of the standard library's {top!r}: rename it"


def origin(module_name: str) -> str:
    """Where a module came from: a stray one may stand before the distribution's own."""
    file = getattr(sys.modules.get(module_name), "__dict__", {}).get("__file__")
    return f"; it was imported from {safe_text(file)}" if isinstance(file, str) else ""


def _blame(entry: Entry) -> str:
    name = entry.provider.name
    if version := imported_before(name):
        return f"{name} {version} was imported before the upgrade: restart the program"
    if not entry.provider.is_distribution:
        return f"mend {entry.provider}"
    block = f"block it with REGISTRY_CORE_BLOCK={name}"
    if is_frozen():
        # It may look for a file that is beside it where it is installed.
        again = f"build this application again with --collect-all {top_module(entry.target)}"
        return f"{again}, if that was not collected whole; or {block}"
    return f"upgrade or reinstall {name}, or {block}"


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
    own = (_module_of(found), getattr(found, "__qualname__", None))
    try:
        module_name, attribute, _ = parse_target(target)
    except ValueError:
        return False
    if own == (module_name, attribute):
        return True
    if own == ("__main__", attribute) and _is_program(module_name):
        return True
    meant = loaded(module_name, attribute)
    if meant is None:
        return False
    return meant is found or (
        None not in own
        and own == (getattr(meant, "__module__", None), getattr(meant, "__qualname__", None))
    )


def _is_program(module: str) -> bool:
    """Whether the program that runs is the file of that module: `python plugin/mod.py`."""
    program = getattr(sys.modules.get("__main__"), "__dict__", {})
    file = program.get("__file__")
    if not isinstance(file, str) or program.get("__spec__") is not None:
        return False
    from importlib.util import find_spec
    from pathlib import Path

    top, *inner = module.split(".")
    try:
        spec = find_spec(top)
    except Exception:
        # Finders raise what they like.
        return False
    if spec is None:
        return False
    files = [Path(place, *inner) for place in spec.submodule_search_locations or ()]
    files = (
        [each.with_name(f"{each.name}.py") for each in files]
        if inner
        else [Path(spec.origin or "")]
    )
    return Path(file).resolve() in [each.resolve() for each in files]


def loaded(module_name: str, attribute: str) -> object:
    """What is at an address in what this process has imported, else None. Imports nothing."""
    found: object = sys.modules.get(module_name)
    for segment in attribute.split(".") if attribute else ():
        # Not getattr: a module's own __getattr__ would import what it stands for.
        found = getattr(found, "__dict__", {}).get(segment)
        found = getattr(found, "__func__", found)
    return found


def _module_of(found: object) -> object:
    """The module that defines an object; of the program that runs, its name as a module."""
    module = getattr(found, "__module__", None)
    if module == "__main__":
        # Run by `python -m`, it has a spec.
        spec = getattr(sys.modules.get(module), "__spec__", None)
        return getattr(spec, "name", module)
    return module
