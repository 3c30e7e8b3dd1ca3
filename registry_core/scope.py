"""The default scope: where `build` starts, for this thread or task, or for the process."""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import Self

from registry_core.errors import WrongType

_Tokens = tuple[Token[str | None], ...]

_default: ContextVar[str | None] = ContextVar("registry_core.default_scope")

# What undoes each block that is open here: one object may be entered in several threads.
_open: ContextVar[_Tokens] = ContextVar("registry_core.open_scopes", default=())

_get = _default.get


class _Process:
    """What holds in threads and tasks outside any block. There is one, as long as the process."""

    __slots__ = ("scope",)

    def __init__(self) -> None:
        self.scope: str | None = None


_process = _Process()


def current_scope() -> str | None:
    """The default scope that holds here: the innermost block's, else the process's, if any."""
    return _get(_process.scope)


def set_default_scope(scope: str | None) -> None:
    """Change the default scope from here on.

    Inside a `default_scope` block, for the rest of that block and its thread or task; outside any,
    for the process: all threads see it that are in no block of their own.

    Args:
        scope: as for `default_scope`.

    Raises:
        WrongType: `scope` is neither a str nor None.
    """
    _check(scope)
    if _open.get():
        _default.set(scope)
    else:
        _process.scope = scope


def open_blocks() -> tuple[object, ...]:
    """What stands for each block that is open here, the innermost last."""
    return _open.get()


def _check(scope: object) -> None:
    if scope is not None and not isinstance(scope, str):
        raise WrongType("scope", "a str", scope)


class default_scope:  # noqa: N801 - a context manager is spelled like a function
    """Make `build` start from the scope named here, for everything built inside.

    Lives as long as its `with` block. A ContextVar holds it, so threads and tasks do not see
    each other's; blocks nest. It changes `build` alone: `get`, `in` and `resolve` start from the
    registry that is asked. A registry whose tree has no such scope builds as if there were none.

    Args:
        scope: a dotted path ("extra.gated"), or its last word where that is unambiguous; None
            for no default scope.

    Raises:
        WrongType: `scope` is neither a str nor None.

    Example:
        >>> from registry_core import Registry, default_scope
        >>> ACTIVATION = Registry("activation_doc_scope", scope="acts")
        >>> EXTRA = Registry("activation", parent=ACTIVATION, scope="extra")
        >>> @EXTRA.register_module()
        ... class Swish: ...
        >>> with default_scope("extra"):
        ...     type(ACTIVATION.build({"type": "Swish"})).__name__
        'Swish'
    """

    __slots__ = ("_scope",)

    def __init__(self, scope: str | None) -> None:
        _check(scope)
        self._scope = scope

    def __enter__(self) -> Self:
        _open.set((*_open.get(), _default.set(self._scope)))
        return self

    def __exit__(self, *_: object) -> None:
        *outer, token = _open.get()
        _default.reset(token)
        _open.set(tuple(outer))
