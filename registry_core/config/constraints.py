"""Annotations as JSON Schema, as far as they say for certain what a config may hold."""

from __future__ import annotations

import ast
import math
import typing
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.signature.annotations import outermost, parsed, with_paths
from registry_core.signature.named_types import Alias, Class, Enumeration, Fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.signature.named_types import NamedTypes

Schema = dict[str, Any]

_TYPES = {
    "bool": "boolean",
    "float": "number",
    "int": "integer",
    "None": "null",
    "NoneType": "null",
    "os.PathLike": "string",
    "pathlib.Path": "string",
    "pathlib.PurePath": "string",
    "str": "string",
    "types.NoneType": "null",
}
_KINDS: dict[type, str] = {
    bool: "boolean",
    dict: "object",
    float: "number",
    int: "integer",
    list: "array",
    str: "string",
}
_LISTS = frozenset(
    {"frozenset", "list", "set", "tuple"}
    | {f"collections.abc.{name}" for name in ("MutableSequence", "MutableSet", "Set")}
)
# A text is a sequence too, of texts.
_SEQUENCE = "collections.abc.Sequence"
_ITERABLES = frozenset({"collections.abc.Collection", "collections.abc.Iterable"})
_MAPPINGS = frozenset({"collections.abc.Mapping", "collections.abc.MutableMapping", "dict"})
_UNIONS = frozenset({"typing.Optional", "typing.Union"})
_LITERALS = frozenset({"typing.Literal", "typing_extensions.Literal"})
_UNPACKED = frozenset({"typing.Unpack", "typing_extensions.Unpack"})
# Wrappers that do not change which values the type inside allows.
_AROUND = frozenset(
    {"dataclasses.InitVar"}
    | {
        f"{module}.{name}"
        for module in ("typing", "typing_extensions")
        for name in ("Annotated", "Final", "NotRequired", "ReadOnly", "Required")
    }
)


class Allowed(NamedTuple):
    """What an annotation says for certain.

    Attributes:
        values: the schema of values that are not parts; None where it says nothing of them.
        classes: the paths of the classes that a part may be of; empty or None for any.
        is_mapping: whether a mapping that nothing builds may be meant.
    """

    values: Schema | None
    classes: frozenset[str] | None
    is_mapping: bool = True


_UNKNOWN = Allowed(None, None)
_NO_CLASS: frozenset[str] = frozenset()
_NULL = Allowed({"type": "null"}, _NO_CLASS, is_mapping=False)


class Constraints:
    """Translates annotations: the one reading of them that the check and the schema share.

    Args:
        value: the schema of a value inside a list or a mapping, given what its type says of it.
        named: finds what a dotted name stands for.

    Example:
        >>> constraints = Constraints(lambda part: part.values or {})
        >>> constraints.of("float | None").values
        {'type': ['number', 'null']}
        >>> constraints.of("list[acme.Layer]").values
        {'type': 'array', 'items': {}}
        >>> constraints.of("acme.Layer | None").values is None
        True
    """

    def __init__(self, value: Callable[[Allowed], Schema], named: NamedTypes | None = None) -> None:
        self._value = value
        self._named = named
        # By the annotation, and whether it stands inside a type that refers to itself.
        self._known: dict[tuple[str, bool], Allowed] = {}
        self._is_inside = False

    def of(self, annotation: str, default: str | None = None) -> Allowed:
        """What an annotation, with every name in full, says for certain.

        Args:
            annotation: the annotation; empty for none.
            default: the default, which may be given too, whatever the annotation says.
        """
        key = annotation, self._is_inside
        if key not in self._known:
            expression = parsed(annotation)
            try:
                known = _UNKNOWN if expression is None else self._of(expression)
            except RecursionError:
                known = _UNKNOWN
            self._known[key] = known
        found = self._known[key]
        if default not in (None, "None"):
            # The default may be a mapping, too.
            found = found._replace(is_mapping=True)
        if default is None or not found.values:
            return found
        return found._replace(values=_with_default(found.values, default))

    def _of(self, expression: ast.expr) -> Allowed:
        if isinstance(expression, ast.Constant):
            return _NULL if expression.value is None else _UNKNOWN
        if isinstance(expression, ast.BinOp):
            return self._union([expression.left, expression.right])
        inside: list[ast.expr] = []
        if isinstance(expression, ast.Subscript):
            part = expression.slice
            inside = part.elts if isinstance(part, ast.Tuple) else [part]
        name = outermost(expression)
        if name in _UNIONS and inside:
            is_optional = name.endswith("Optional")
            return self._union([*inside, ast.Constant(None)] if is_optional else inside)
        if name in _AROUND and inside:
            return self._of(inside[0])
        values = self._generic(name, inside, is_subscript=isinstance(expression, ast.Subscript))
        if values is not None:
            return Allowed(values, _NO_CLASS, _may_be_mapping(values))
        return self._looked_up(name, inside)

    def _union(self, members: list[ast.expr]) -> Allowed:
        found = [self._of(each) for each in members]
        classes = [each.classes for each in found if each.classes is not None]
        is_known = len(classes) == len(found)
        return Allowed(
            union(*(each.values for each in found)),
            frozenset().union(*classes) if is_known else None,
            any(each.is_mapping for each in found),
        )

    def _generic(self, name: str, inside: list[ast.expr], *, is_subscript: bool) -> Schema | None:
        found: Schema | None = None
        name = _plain(name)
        if name in _TYPES:
            found = {"type": _TYPES[name]}
        elif name in _LITERALS:
            found = self._literal(inside)
        elif name == "tuple" and is_subscript:
            found = self._tuple(inside)
        elif name in _LISTS:
            found = self._list(inside)
        elif name == _SEQUENCE or name in _ITERABLES:
            # A text is a sequence, too, of texts; a mapping can be iterated over, as its keys.
            item = self._of(inside[0]).values if inside else None
            types = ["array"] + ["string"] * _may_be_text(item)
            types += ["object"] * (name in _ITERABLES)
            found = {**self._list(inside), "type": types if len(types) > 1 else "array"}
        elif name in _MAPPINGS:
            held = self._of(inside[1]) if len(inside) == 2 else _UNKNOWN
            found = {"type": "object", "additionalProperties": self._value(held)}
        return found

    def _list(self, inside: list[ast.expr]) -> Schema:
        held = self._of(inside[0]) if len(inside) == 1 else _UNKNOWN
        return {"type": "array", "items": self._value(held)}

    def _tuple(self, inside: list[ast.expr]) -> Schema:
        if not inside:
            return {"type": "array", "maxItems": 0}
        last = inside[-1]
        if isinstance(last, ast.Constant) and last.value is ...:
            return self._list(inside[:-1])
        if any(isinstance(each, ast.Starred) or outermost(each) in _UNPACKED for each in inside):
            return self._list([])
        parts = [self._value(self._of(each)) for each in inside]
        return {"type": "array", "prefixItems": parts, "minItems": len(parts), "items": False}

    def _literal(self, inside: list[ast.expr]) -> Schema | None:
        values: list[object] = []
        for each in inside:
            member = (
                self._named and "." in outermost(each) and self._named.member(ast.unparse(each))
            )
            if member:
                values += member
                continue
            try:
                values.append(ast.literal_eval(each))
            except ValueError:
                return None
        return _enumerated(values)

    def _looked_up(self, name: str, inside: list[ast.expr]) -> Allowed:
        """What a name stands for that is none of the language's own."""
        found = self._named.of(name) if self._named is not None and "." in name else None
        if isinstance(found, Enumeration):
            return Allowed(_enumerated(list(found.values)), _NO_CLASS)
        if found is None or self._named is None:
            return _UNKNOWN
        if isinstance(found, Class):
            is_mapping = self._named.may_be_plain(found.path)
            return Allowed(None, frozenset({found.path}), is_mapping)
        if not self._named.is_recursive(name):
            return self._expanded(found, inside)
        # A schema would never end: inside a type that refers to itself, such types may be anything.
        if self._is_inside:
            return _UNKNOWN
        self._is_inside = True
        try:
            return self._expanded(found, inside)
        finally:
            self._is_inside = False

    def _expanded(self, found: Fields | Alias, inside: list[ast.expr]) -> Allowed:
        """What the fields of a class, or what stands behind an alias, say."""
        if isinstance(found, Fields):
            properties = {
                key: self._value(self.of(text or "")) for key, text in found.annotations.items()
            }
            required = {"required": sorted(found.required)} if found.required else {}
            closed = {"properties": properties, "additionalProperties": False, **required}
            if found.path:
                # It says of a mapping alone: a constructor may make it of something else.
                return Allowed(closed, frozenset({found.path}))
            return Allowed({"type": "object", **closed}, _NO_CLASS)
        given = dict(zip(found.variables, map(ast.unparse, inside), strict=False))
        return self.of(with_paths(found.annotation, given))


def _plain(name: str) -> str:
    """The path of the class that a name of `typing` stands for; any other name as it is.

    >>> _plain("typing.List"), _plain("typing.Sequence"), _plain("typing.Any")
    ('list', 'collections.abc.Sequence', 'typing.Any')
    """
    module, _, word = name.rpartition(".")
    origin = getattr(getattr(typing, word, None), "__origin__", None)
    if module != "typing" or not isinstance(origin, type):
        return name
    is_builtin = origin.__module__ == "builtins"
    return origin.__name__ if is_builtin else f"{origin.__module__}.{origin.__name__}"


def _with_default(schema: Schema, default: str) -> Schema | None:
    """A schema that a default fits, as far as its own type goes: it was written by the same author.

    >>> _with_default({"type": "integer"}, "None"), _with_default({"type": "integer"}, "3")
    ({'type': ['integer', 'null']}, {'type': 'integer'})
    >>> _with_default({"type": "integer"}, "'auto'")
    {'anyOf': [{'enum': ['auto']}, {'type': 'integer'}]}
    """
    value = literal(default)
    kind = "null" if value is None else _KINDS.get(type(value), "")
    if not kind or (isinstance(value, float) and not math.isfinite(value)):
        return schema
    kinds = {kind, "number"} if kind == "integer" else {kind}
    for each in schema.get("anyOf", (schema,)):
        types = each.get("type", ())
        if not kinds.isdisjoint([types] if isinstance(types, str) else types):
            return schema
        if is_among(value, each.get("enum", [])):
            return schema
    is_plain = kind in ("null", "array", "object")
    return union(schema, {"type": kind} if is_plain else {"enum": [value]})


def literal(text: str) -> object:
    """What a default is, as the source spells it; `...` where that is no plain data."""
    try:
        return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ...


def union(*parts: Schema | None) -> Schema | None:
    """What one of `parts` says; None where one of them says nothing.

    It is one schema as far as possible: of an `anyOf` an error says only that nothing fits.

    Example:
        >>> union({"type": "array", "items": {}}, {"type": "null"})
        {'items': {}, 'type': ['array', 'null']}
        >>> union({"type": "integer"}, {"enum": ["auto"]}, {"type": "null"})
        {'anyOf': [{'enum': ['auto', None]}, {'type': 'integer'}]}
    """
    every = [each for part in parts if part is not None for each in part.get("anyOf", (part,))]
    if None in parts:
        return None
    if any("type" not in each and "enum" not in each for each in every):
        # A schema for mappings alone allows every other type; a union of several needs anyOf.
        of_mappings = [each for each in every if "enum" not in each and _may_be_mapping(each)]
        return of_mappings[0] if len(of_mappings) == 1 else {"anyOf": of_mappings}
    types: list[str] = []
    values: list[object] = []
    apart: list[Schema] = []
    # `items` and the like apply to one JSON type, so schemas with different keywords merge.
    merged: Schema = {}
    for each in every:
        keywords = {key: value for key, value in each.items() if key != "type"}
        if "enum" in each:
            values += each["enum"]
        elif merged.keys().isdisjoint(keywords):
            types += [each["type"]] if isinstance(each["type"], str) else each["type"]
            merged |= keywords
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


def _may_be_text(schema: Schema | None) -> bool:
    """Whether any text may be of a schema.

    >>> _may_be_text({"anyOf": [{"type": ["string", "null"]}]}), _may_be_text({"enum": ["a"]})
    (True, False)
    """
    if not schema:
        return True
    return any("string" in each.get("type", ()) for each in schema.get("anyOf", (schema,)))


def _may_be_mapping(schema: Schema) -> bool:
    types = schema.get("type", "" if "enum" in schema else "object")
    return types == "object" or "object" in types


def _enumerated(values: list[object]) -> Schema | None:
    if not values or not all(isinstance(each, str | int | float | None) for each in values):
        return None
    # Not a set: 1 is not True in a config.
    return {"enum": [each for i, each in enumerate(values) if not is_among(each, values[:i])]}


def is_among(value: object, values: list[object]) -> bool:
    """Whether a value is one of `values` as JSON has it: 1.0 is 1, and true is not a number.

    >>> is_among(True, [1]), is_among(1.0, [1])
    (False, True)
    """
    of_bool = isinstance(value, bool)
    return any(value == each and of_bool == isinstance(each, bool) for each in values)
