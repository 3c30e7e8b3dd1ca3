"""Who is told when the answers of an environment change, or when an import has failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from weakref import WeakSet

from registry_core.loading import failed_modules

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


class Listener(Protocol):
    """Whoever remembers what an environment said, and holds what modules registered."""

    def forget(self) -> None:
        """Drop what is remembered."""
        ...

    def withdraw(self, modules: AbstractSet[str]) -> None:
        """Take back what these modules did, whose import has failed."""
        ...


_listeners: WeakSet[Listener] = WeakSet()


def listen(listener: Listener) -> None:
    """Tell `listener`, as long as it lives."""
    _listeners.add(listener)


def answers_changed() -> None:
    """Tell everybody to forget: what is installed, or what may contribute, may have changed."""
    for listener in tuple(_listeners):
        listener.forget()


def import_failed(error: BaseException | None) -> None:
    """Let a failed import leave nothing behind, so that it can be tried again.

    Args:
        error: what the import raised; its traceback says which modules failed.
    """
    modules = failed_modules(error.__traceback__ if error is not None else None)
    for listener in tuple(_listeners) if modules else ():
        listener.withdraw(modules)
