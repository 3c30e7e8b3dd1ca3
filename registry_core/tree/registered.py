"""What code registered, and whose code runs: again, as a reload, a cell or a script does."""

from __future__ import annotations

import sys
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType


class Registered:
    """What code registered under one name. Lives until it is replaced or taken out again.

    Args:
        found: the object.
        module: the module whose code registered it.
        metadata: what `entries` may filter by.
        is_forced: whether it may take the name of another package.
    """

    __slots__ = ("found", "is_forced", "metadata", "module")

    def __init__(
        self,
        found: Callable[..., Any],
        module: str,
        metadata: Mapping[str, object],
        is_forced: bool = False,
    ) -> None:
        self.found = found
        self.module = module
        self.metadata = metadata
        self.is_forced = is_forced


# What stands for names in this thread or task, by scope and name.
replacements: ContextVar[Mapping[tuple[object, str], Registered]] = ContextVar(
    "registry_core.replacements", default=MappingProxyType({})
)


def is_run_again(known: Registered, item: Registered) -> bool:
    """Whether `item` is `known` once more: its module, a notebook cell or a script is run again.

    So it is where both have one module and qualified name, or have none and were registered by one
    module; and the code of that module runs, not for the first time.
    """
    module, name = _identity(item)
    if name is None or _identity(known) != (module, name):
        return False
    frame = frame_of(module)
    if frame is None:
        return False
    names = frame.f_globals
    if not is_first_import(names):
        return True
    # Another run, too, if `known` is not bound to its name in the module.
    bound: object = names.get(name.partition(".")[0])
    for segment in name.split(".")[1:]:
        bound = getattr(bound, "__dict__", {}).get(segment)
    return bound is not known.found and "<locals>" not in name


def _identity(item: Registered) -> tuple[str, str | None]:
    module = getattr(item.found, "__module__", None)
    name = getattr(item.found, "__qualname__", None)
    if isinstance(module, str) and isinstance(name, str):
        return module, name
    # A partial, or an instance that can be called: its binding is unknown.
    return item.module, f"<locals>.{type(item.found).__qualname__}"


def frame_of(module: str) -> FrameType | None:
    """Where the code of a module, a cell or a script runs in this thread; None where it does not.

    A reload has a new code, and so has a cell that is run again.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        # The code of a module has its globals for locals.
        if frame.f_globals.get("__name__") == module and frame.f_locals is frame.f_globals:
            return frame
        frame = frame.f_back
    return None


def is_first_import(names: Mapping[str, Any]) -> bool:
    """Whether that module is being imported: a reload, a cell or a script is none."""
    return bool(getattr(names.get("__spec__"), "_initializing", False))


def calling_module(depth: int) -> str:
    """The module whose code called, `depth` frames above the caller of this."""
    name: str = sys._getframe(depth + 1).f_globals.get("__name__", "unknown")
    return name


def making_module(made: object) -> str:
    """The module whose code makes `made`, past the `__init__` of subclasses and `Registry[T]()`."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        inside = frame.f_code.co_name == "__init__" and any(
            value is made for value in frame.f_locals.values()
        )
        if not inside and frame.f_globals.get("__name__") != "typing":
            break
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", "unknown"))
