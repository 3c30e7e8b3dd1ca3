"""What calls that register say in their arguments; what else changes what is registered."""

from __future__ import annotations

import ast
from typing import NamedTuple

# What changes what is registered; of all but the first, only running it would tell how.
CHANGING = frozenset({"register_module", "_register_module", "unregister", "module_dict"})
# What changes a `module_dict`, beside assigning to its items.
_WRITING = frozenset({"update", "pop", "popitem", "setdefault", "clear"})


class Said(NamedTuple):
    """What a decorator or a call says, as far as it was written down.

    Attributes:
        names: a name, several, or the expression that computes them; None for the target's own.
        force: whether it may take the place of another; or the expression that computes it.
        metadata: what it says to filter a list by.
        is_spread: whether some of this may come out of a sequence or a mapping.
    """

    names: object
    force: object
    metadata: object
    is_spread: bool


def is_spread(made: ast.Call) -> bool:
    """Whether arguments of a call come out of a sequence or a mapping."""
    starred = any(isinstance(each, ast.Starred) for each in made.args)
    return starred or any(each.arg is None for each in made.keywords)


def changing(node: ast.AST) -> ast.Attribute | None:
    """The attribute by which a node may change what is registered; None where it does not.

    Looking into a `module_dict` changes nothing.
    """
    if isinstance(node, ast.Attribute) and node.attr in CHANGING - {"module_dict"}:
        return node
    is_written = (isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)) or (
        isinstance(node, ast.Attribute) and node.attr in _WRITING
    )
    inner = getattr(node, "value", None) if is_written else None
    is_table = isinstance(inner, ast.Attribute) and inner.attr == "module_dict"
    return inner if is_table and isinstance(inner, ast.Attribute) else None
