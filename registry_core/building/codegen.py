"""From the parts of a config to a Python function that builds them, a statement for each."""

from __future__ import annotations

import ast
from copy import copy
from functools import partial
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from registry_core.building.config_nodes import (
    ARGS,
    KWARGS,
    LIST,
    MAPPING,
    REFERRING,
    TUPLE,
)
from registry_core.building.containers import LEAVES
from registry_core.building.partial import LateCall
from registry_core.scope import default_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from registry_core.building.config_nodes import Part

# Types whose values a syntax tree may hold.
_WRITTEN = LEAVES - {type}


def function_of(parts: list[Part], constructors: list[Any]) -> Callable[[], Any]:
    """A function that builds `parts` in their order; the one at index i on line i + 1.

    It is made of a syntax tree and not of text: nothing that a config says is ever parsed. What
    the config holds is in it as constants, under names of our own.

    Args:
        parts: what is inside comes first.
        constructors: what to call for each that has a type.
    """
    names: dict[str, Any] = {"copy": copy, "default_scope": default_scope, "partial": partial}
    inside: dict[int, dict[object, str]] = {id(part): {} for part in parts}
    body: list[ast.stmt] = []
    shared: dict[str, str] = {}
    for number, part in enumerate(parts):
        result, parent, setting = f"v{number}", part[4], part[3]
        if part[0] == REFERRING:
            result = shared[part[1]]
        else:
            names[f"c{number}"] = constructors[number]
            if setting.partial:
                names[f"c{number}"] = LateCall(part, constructors[number])
            if setting.identity is not None:
                shared[setting.identity] = result
            statement = _Statement(number, part, inside[id(part)], names).written(result)
            line = number + 1
            for node in ast.walk(statement):
                vars(node).update(lineno=line, end_lineno=line, col_offset=0, end_col_offset=0)
            body.append(statement)
        if parent is not None:
            inside[id(parent)][part[5]] = result
    body.append(ast.Return(_named(f"v{len(parts) - 1}")))
    module = ast.parse("def build(): ...")
    module.body[0].body = body  # type: ignore[attr-defined]
    ast.fix_missing_locations(module)
    exec(compile(module, "<a plan>", "exec"), names)  # noqa: S102 - the tree is all our own
    build: Callable[[], Any] = names["build"]
    return build


class _Statement:
    """The statement that builds one part. Lives as long as it is written.

    Args:
        number: the index of the part.
        part: the part.
        inside: the variables that hold what is built of the parts inside, by their keys.
        names: what names stand for; what the part holds is added.
    """

    def __init__(
        self, number: int, part: Part, inside: dict[object, str], names: dict[str, Any]
    ) -> None:
        self._number = number
        self._part = part
        self._inside = inside
        self._names = names

    def written(self, result: str) -> ast.stmt:
        """`result = ...`, under the default scope that the part sets."""
        kind, _, contents, setting, _, _ = self._part
        if kind < MAPPING:
            value = self._call(contents, is_partial=setting.partial)
        elif not self._inside:
            # Each build makes a new one, of whatever length.
            make = "tuple" if kind == TUPLE else "copy"
            value = ast.Call(_named(make), [self._constant(contents)], [])
        elif kind == MAPPING:
            keys: list[ast.expr | None] = [self._constant(key) for key in contents]
            value = ast.Dict(keys, self._values(contents.items()))
        elif kind == LIST:
            value = ast.List(self._values(enumerate(contents)), ast.Load())
        else:
            value = ast.Tuple(self._values(enumerate(contents)), ast.Load())
        statement: ast.stmt = ast.Assign([ast.Name(result, ast.Store())], value)
        if kind < MAPPING and setting.ambient is not None and not setting.partial:
            scope = ast.Call(_named("default_scope"), [self._constant(setting.ambient)], [])
            statement = ast.With([ast.withitem(scope)], [statement])
        return statement

    def _call(self, contents: dict[str, Any], *, is_partial: bool) -> ast.expr:
        called = _named(f"c{self._number}")
        args: list[ast.expr] = []
        if ARGS in contents:
            args = [ast.Starred(_named(self._inside[ARGS]), ast.Load())]
        if is_partial:
            called, args = _named("partial"), [called, *args]
        values = zip(contents, self._values(contents.items()), strict=True)
        keywords = [self._keyword(key, value) for key, value in values if key != ARGS]
        return ast.Call(called, args, keywords)

    def _keyword(self, key: object, value: ast.expr) -> ast.keyword:
        if key == KWARGS:
            return ast.keyword(None, value)
        if type(key) is str and key.isidentifier() and not _is_reserved(key):
            return ast.keyword(key, value)
        # `**{key: value}` takes any text, and refuses anything else as a call does.
        return ast.keyword(None, ast.Dict([self._constant(key)], [value]))

    def _values(self, items: Iterable[tuple[object, Any]]) -> list[ast.expr]:
        inside = self._inside
        return [_named(inside[k]) if k in inside else self._constant(v) for k, v in items]

    def _constant(self, value: object) -> ast.expr:
        if type(value) in _WRITTEN:
            return ast.Constant(value)  # type: ignore[arg-type]
        name = f"k{len(self._names)}"
        self._names[name] = value
        return _named(name)


def _is_reserved(word: str) -> bool:
    return iskeyword(word) or word == "__debug__"


def _named(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())
