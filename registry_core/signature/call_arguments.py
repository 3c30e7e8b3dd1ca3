"""What calls that register say in their arguments; what else changes what is registered."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from registry_core.signature.modules import Definition
from registry_core.signature.source import Absent, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry_core.signature.modules import Scope
    from registry_core.signature.names import Names

    Values = Mapping[str, ast.expr]

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


def literal(value: ast.expr, values: Values, names: Names, scope: Scope) -> object:
    """What an argument says.

    Args:
        value: the argument.
        values: what the variables of loops around it stand for.
        names: follows the name of a constant.
        scope: where it stands.

    Returns:
        The value; an expression where it is computed.
    """
    if isinstance(value, ast.Name):
        value = values[value.id] if value.id in values else _constant(value, names, scope)
    try:
        return ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return value


def _constant(name: ast.Name, names: Names, scope: Scope) -> ast.expr:
    """The text or number that a name stands for from its one assignment on; or the name."""
    if len(scope.names.get(name.id, ())) != 1:
        return name
    try:
        found = names.resolve(scope, name)
    except (Absent, Unreadable, RecursionError):
        return name
    node = found.node if isinstance(found, Definition) else None
    return node if isinstance(node, ast.Constant) else name


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
