"""Who is told when the answers of an environment change, or when an import has failed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol
from weakref import WeakSet

from registry_core.locks import give_lock

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from contextlib import AbstractContextManager
    from types import TracebackType


class Listener(Protocol):
    """Whoever remembers what an environment said, and holds what modules registered."""

    def forget(self) -> None:
        """Drop what is remembered."""
        ...

    def withdraw(self, modules: AbstractSet[str]) -> None:
        """Take back what these modules did, whose import has failed."""
        ...


class _Listeners:
    """Everybody who listens and lives."""

    # A set that one thread reads while another adds to it raises.
    lock: AbstractContextManager[object]

    def __init__(self) -> None:
        give_lock(self)
        self.members: WeakSet[Listener] = WeakSet()


_all = _Listeners()


def listen(listener: Listener) -> None:
    """Tell `listener`, as long as it lives."""
    with _all.lock:
        _all.members.add(listener)


def listeners() -> list[Listener]:
    """Everybody who listens and lives."""
    with _all.lock:
        return list(_all.members)


def answers_changed() -> None:
    """Tell everybody to forget: what is installed, or what may contribute, may have changed."""
    for listener in listeners():
        listener.forget()


def import_failed(error: BaseException | None) -> None:
    """Let a failed import leave nothing behind, so that it can be tried again.

    Args:
        error: what the import raised; its traceback says which modules failed.
    """
    modules = _failed_modules(error.__traceback__ if error is not None else None)
    for listener in listeners() if modules else ():
        listener.withdraw(modules)


def _failed_modules(traceback: TracebackType | None) -> set[str]:
    """The modules in `traceback` that Python dropped because their import failed."""
    names: set[str] = set()
    while traceback is not None:
        name = traceback.tb_frame.f_globals.get("__name__")
        if isinstance(name, str) and name not in sys.modules:
            names.add(name)
        traceback = traceback.tb_next
    return names
