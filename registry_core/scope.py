"""The default scope: where `build` starts, for this thread or task, or for the process."""

from __future__ import annotations

import warnings
from contextvars import ContextVar
from typing import Any, Self

from registry_core.errors import WrongType
from registry_core.text import quoted

# An open `with` block: the default scope that holds in it; the `default_scope` that opened it, of
# which one may open several; and what `hold` keeps until the block ends, or None.
_Block = tuple[str | None, "default_scope", Any]

# The innermost last. There are no tokens: a generator may end its block while its caller's is open,
# and a token of `ContextVar` would end that one, too.
_open: ContextVar[tuple[_Block, ...]] = ContextVar("registry_core.open_scopes", default=())

_blocks = _open.get


class _Process:
    """What holds in threads and tasks outside any block."""

    scope: str | None = None
    held: Any = None


def current_scope() -> str | None:
    """The default scope that holds here: the innermost block's, else the process's, if any."""
    blocks = _blocks()
    return blocks[-1][0] if blocks else _Process.scope


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
    hold(scope, None)


def hold(scope: str | None, held: Any) -> None:
    """Change the default scope from here on, and keep `held`, if it is not None, as long as it.

    A compatibility layer, whose default scopes have more to them, keeps that here.
    """
    blocks = _blocks()
    if blocks:
        _, owner, before = blocks[-1]
        _open.set((*blocks[:-1], (scope, owner, before if held is None else held)))
    else:
        _Process.scope = scope
        _Process.held = _Process.held if held is None else held


def held_here() -> Any:
    """What the innermost block keeps in which something is kept, else the process; or None."""
    here = (held for _, _, held in reversed(_blocks()) if held is not None)
    return next(here, _Process.held)


def _check(scope: object) -> None:
    if scope is not None and not isinstance(scope, str):
        raise WrongType("scope", "a str", scope)


class default_scope:  # noqa: N801 - a context manager is spelled like a function
    """Make `build` start from the scope named here, for everything built inside.

    Lives as long as its `with` block. A ContextVar holds it, so threads and tasks do not see
    each other's; blocks nest, and the end of one ends no other: a generator that holds one open
    may be closed inside another. It changes `build` alone: `get`, `in` and `resolve` start from the
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
        _open.set((*_blocks(), (self._scope, self, None)))
        return self

    def __exit__(self, *_: object) -> None:
        blocks = _blocks()
        for index in range(len(blocks) - 1, -1, -1):
            if blocks[index][1] is self:
                _open.set(blocks[:index] + blocks[index + 1 :])
                return
        # An error would hide what ended the block, and frameworks that end a generator in another
        # thread than they began it in would fail where nothing is wrong.
        warning = (
            f"a block of default_scope({quoted(str(self._scope))}) ends in another context than "
            "it began in, where it holds until that context ends; begin and end it in one task"
        )
        warnings.warn(warning, RuntimeWarning, stacklevel=2)
