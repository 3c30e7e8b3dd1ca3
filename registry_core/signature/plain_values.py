"""Whether a value of one of Python's plain types, as 3 or a dict, may count as one of a class."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from registry_core.signature.annotations import in_full
from registry_core.signature.modules import Definition

if TYPE_CHECKING:
    from registry_core.signature.static import Reader

_PLAIN = frozenset(
    {"None", "bool", "bytes", "complex", "dict", "float", "int", "list", "set", "str", "tuple"}
)


def returns_plain(reader: Reader, made: Definition) -> bool:
    """Whether a function is annotated to return a value of a plain type."""
    keeps = reader.decorators.keeps_object
    # Calling an `async def` gives a coroutine.
    if not isinstance(made.node, ast.FunctionDef) or made.node.returns is None:
        return False
    text = in_full(ast.unparse(made.node.returns), partial(reader.names.path, made.scope))
    return text in _PLAIN and all(keeps(made.scope, each) for each in made.decorators)


def may_be_plain(reader: Reader, wanted: Definition) -> bool:
    """Whether source leaves open that a value of a plain type counts as one of a class.

    Raises:
        SourceError: source does not tell what the class is.
    """
    hierarchy = reader.hierarchy
    above = hierarchy.order(wanted)
    return (
        not hierarchy.is_whole(wanted)
        or any("__subclasshook__" in each.members.names for each in above)
        or any(".register" in each.scope.module.source.code for each in above)
        or any(isinstance(hierarchy.metaclass(each), Definition) for each in above)
    )
