"""While a config is built here, MMEngine's own registries import nothing that a text names.

A type that they do not have is to them the dotted path of something to import and call. A model
that builds the parts of its config by them would so run whatever the config says.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["texts_import_nothing"]

_HOLDS: Final[ContextVar[bool]] = ContextVar("openmmlab_registries.guarded", default=False)
_MEANT: Final = "get_object_from_string"
_PEER: Final[Any] = import_module("mmengine.registry.registry")

# Older ones have no such function, and import nothing.
_imported: Final[Any] = getattr(_PEER, _MEANT, None)


@contextmanager
def texts_import_nothing() -> Iterator[None]:
    """Let a text be the name of what is registered, or nothing, for a block and its thread."""
    token = _HOLDS.set(True)
    try:
        yield
    finally:
        _HOLDS.reset(token)


def _found(text: str) -> Any:
    return None if _HOLDS.get() else _imported(text)


if _imported is not None:
    setattr(_PEER, _MEANT, _found)
