"""Annotations as expressions: parsed, and with every name in them spelled in full."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LITERAL, _ANNOTATED = "Literal", "Annotated"


def parsed(annotation: str) -> ast.expr | None:
    """The expression that `annotation` is; None where it is none.

    Example:
        >>> parsed("<class 'int'>") is None
        True
    """
    try:
        return ast.parse(annotation.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def spelled(expression: ast.expr) -> str:
    """An expression as source spells it, without needless parentheses."""
    # Most defaults are constants, and this is many times as fast.
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str | int | None):
        return repr(expression.value)
    return ast.unparse(expression)


def in_full(annotation: str, resolve: Callable[[str], str | None]) -> str | None:
    """`annotation` with every name replaced by what it resolves to; None where it is malformed.

    Texts within it are annotations themselves, except in ``Literal``.

    Args:
        annotation: as the source spells it.
        resolve: the dotted path that a name stands for; None where it is unknown.

    Example:
        >>> in_full("t.Optional['Seq[int]']", {"t": "typing", "Seq": "acme.Seq"}.get)
        'typing.Optional[acme.Seq[int]]'
    """
    expression = parsed(annotation)
    if expression is None:
        return None
    try:
        return ast.unparse(_Names(resolve).visit(expression))
    except RecursionError:
        return None


def with_paths(annotation: str, given: Mapping[str, str]) -> str:
    """`annotation` with dotted names in it replaced.

    Example:
        >>> with_paths("acme.T | tuple[acme.T, int]", {"acme.T": "float"})
        'float | tuple[float, int]'
    """
    expression = parsed(annotation)
    if expression is None or not given:
        return annotation
    return ast.unparse(_Paths(given.get).visit(expression))


def outermost(expression: ast.expr) -> str:
    """The dotted name that `expression` begins with; empty where it is none.

    Example:
        >>> outermost(parsed("typing.Optional[int]"))
        'typing.Optional'
    """
    if isinstance(expression, ast.Subscript):
        expression = expression.value
    words: list[str] = []
    while isinstance(expression, ast.Attribute):
        words.append(expression.attr)
        expression = expression.value
    return ".".join([expression.id, *reversed(words)]) if isinstance(expression, ast.Name) else ""


class _Names(ast.NodeTransformer):
    def __init__(self, resolve: Callable[[str], str | None]) -> None:
        self._resolve = resolve

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return parsed(self._resolve(node.id) or "") or node

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        within = parsed(node.value) if isinstance(node.value, str) else None
        found: ast.expr = node if within is None else self.visit(within)
        return found

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        # A text with values in it is no annotation, and what is between them is none either.
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        node.value = self.visit(node.value)
        outer = outermost(node).rpartition(".")[2]
        if outer == _ANNOTATED and isinstance(node.slice, ast.Tuple) and node.slice.elts:
            node.slice.elts[0] = self.visit(node.slice.elts[0])
        elif outer != _LITERAL or isinstance(node.slice, ast.Attribute):
            node.slice = self.visit(node.slice)
        elif isinstance(node.slice, ast.Tuple):
            # What it lists are values, and members of enumerations.
            listed = node.slice.elts
            node.slice.elts = [e if isinstance(e, ast.Constant) else self.visit(e) for e in listed]
        return node


class _Paths(_Names):
    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return parsed(self._resolve(ast.unparse(node)) or "") or node
