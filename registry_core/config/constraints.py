"""Annotations as JSON Schema, as far as they say for certain what a config may hold."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from registry_core.signature.annotations import outermost, parsed

if TYPE_CHECKING:
    from collections.abc import Callable

Schema = dict[str, Any]

_TYPES = {
    "bool": "boolean",
    "float": "number",
    "int": "integer",
    "None": "null",
    "NoneType": "null",
    "str": "string",
    "types.NoneType": "null",
}
_LISTS = frozenset(
    {
        "collections.abc.MutableSequence",
        "list",
        "tuple",
        "typing.List",
        "typing.MutableSequence",
        "typing.Tuple",
    }
)
_TUPLES = frozenset({"tuple", "typing.Tuple"})
# A text is a sequence too, of texts.
_SEQUENCES = frozenset({"collections.abc.Sequence", "typing.Sequence"})
_MAPPINGS = frozenset(
    {
        "collections.abc.Mapping",
        "collections.abc.MutableMapping",
        "dict",
        "typing.Dict",
        "typing.Mapping",
        "typing.MutableMapping",
    }
)
_UNIONS = frozenset({"typing.Optional", "typing.Union"})
_LITERALS = frozenset({"typing.Literal", "typing_extensions.Literal"})
# Around a type, they say nothing of what it holds.
_AROUND = frozenset({"dataclasses.InitVar", "typing.Annotated", "typing_extensions.Annotated"})


class Constraints:
    """Translates annotations.

    Args:
        value: the schema of a part inside a list or mapping, given what its type says of it; None
            where that says nothing for certain.

    Example:
        >>> constraints = Constraints(lambda part: part or {})
        >>> constraints.of("float | None")
        {'type': ['number', 'null']}
        >>> constraints.of("list[acme.Layer]")
        {'type': 'array', 'items': {}}
        >>> constraints.of("acme.Layer | None") is None
        True
    """

    def __init__(self, value: Callable[[Schema | None], Schema]) -> None:
        self._value = value

    def of(self, annotation: str) -> Schema | None:
        """What an annotation, with every name in full, says for certain; None for nothing."""
        expression = parsed(annotation)
        try:
            return None if expression is None else self._of(expression)
        except RecursionError:
            return None

    def _of(self, expression: ast.expr) -> Schema | None:
        if isinstance(expression, ast.Constant):
            return {"type": "null"} if expression.value is None else None
        if isinstance(expression, ast.BinOp):
            return union(self._of(expression.left), self._of(expression.right))
        inside: list[ast.expr] = []
        if isinstance(expression, ast.Subscript):
            part = expression.slice
            inside = part.elts if isinstance(part, ast.Tuple) else [part]
        return self._generic(outermost(expression), inside)

    def _generic(self, name: str, inside: list[ast.expr]) -> Schema | None:
        found: Schema | None = None
        if name in _TYPES:
            found = {"type": _TYPES[name]}
        elif name in _LITERALS:
            found = _literal(inside)
        elif name in _UNIONS and inside:
            found = union(*map(self._of, inside))
            if name.endswith("Optional"):
                found = union(found, {"type": "null"})
        elif name in _AROUND and inside:
            found = self._of(inside[0])
        elif name in _TUPLES and inside:
            found = self._tuple(inside)
        elif name in _LISTS:
            found = self._list(inside)
        elif name in _SEQUENCES:
            of_texts = not inside or self._of(inside[0]) in (None, {"type": "string"})
            found = self._list(inside)
            if of_texts:
                found = {**found, "type": ["array", "string"]}
        elif name in _MAPPINGS:
            held = self._of(inside[1]) if len(inside) == 2 else None
            found = {"type": "object", "additionalProperties": self._value(held)}
        return found

    def _list(self, inside: list[ast.expr]) -> Schema:
        held = self._of(inside[0]) if len(inside) == 1 else None
        return {"type": "array", "items": self._value(held)}

    def _tuple(self, inside: list[ast.expr]) -> Schema:
        last = inside[-1]
        if isinstance(last, ast.Constant) and last.value is ...:
            return self._list(inside[:-1])
        if any(isinstance(each, ast.Starred) for each in inside):
            return self._list([])
        parts = [self._value(self._of(each)) for each in inside]
        return {"type": "array", "prefixItems": parts, "minItems": len(parts), "items": False}


def union(*parts: Schema | None) -> Schema | None:
    """What one of `parts` says; None where one of them says nothing.

    It is one schema as far as possible: of an `anyOf` an error says only that nothing fits.

    Example:
        >>> union({"type": "array", "items": {}}, {"type": "null"})
        {'items': {}, 'type': ['array', 'null']}
        >>> union({"type": "integer"}, {"enum": ["auto"]}, {"type": "null"})
        {'anyOf': [{'enum': ['auto', None]}, {'type': 'integer'}]}
    """
    types: list[str] = []
    values: list[object] = []
    apart: list[Schema] = []
    # What is said of items is said of lists alone, and so on: it does not disturb other types.
    merged: Schema = {}
    for part in parts:
        for each in (None,) if part is None else part.get("anyOf", (part,)):
            if each is None:
                return None
            said = {key: value for key, value in each.items() if key != "type"}
            if "enum" in each:
                values += each["enum"]
            elif merged.keys().isdisjoint(said):
                types += [each["type"]] if isinstance(each["type"], str) else each["type"]
                merged |= said
            else:
                apart.append(each)
    if values and "null" in types:
        types.remove("null")
        values.append(None)
    if values:
        apart.append({"enum": values})
    if types:
        types = list(dict.fromkeys(types))
        apart.append({**merged, "type": types if len(types) > 1 else types[0]})
    return apart[0] if len(apart) == 1 else {"anyOf": apart}


def _literal(inside: list[ast.expr]) -> Schema | None:
    values: list[object] = []
    for each in inside:
        try:
            value = ast.literal_eval(each)
        except ValueError:
            return None
        if not isinstance(value, str | int | None):
            return None
        values.append(value)
    return {"enum": values} if values else None
