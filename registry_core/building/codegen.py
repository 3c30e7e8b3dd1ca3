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
    VALUE,
)
from registry_core.building.containers import LEAVES
from registry_core.building.partial import LateCall
from registry_core.scope import default_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    # The variables that hold what is built of the parts inside a part, by their keys.
    inside: dict[int, dict[object, str]] = {id(part): {} for part in parts}
    shared: dict[str, str] = {}

    def constant(value: Any) -> ast.expr:
        if type(value) in _WRITTEN:
            return ast.Constant(value)
        names[name := f"k{len(names)}"] = value
        return _named(name)

    body: list[ast.stmt] = []
    for number, part in enumerate(parts):
        kind, named, _, setting, parent, key = part
        result = f"v{number}"
        if kind == REFERRING:
            result = shared[named]
        else:
            constructor = constructors[number]
            names[f"c{number}"] = LateCall(part, constructor) if setting.partial else constructor
            if setting.identity is not None:
                shared[setting.identity] = result
            value = _made(part, f"c{number}", inside[id(part)], constant)
            statement: ast.stmt = ast.Assign([ast.Name(result, ast.Store())], value)
            if kind < MAPPING and setting.ambient is not None and not setting.partial:
                scope = ast.Call(_named("default_scope"), [constant(setting.ambient)], [])
                statement = ast.With([ast.withitem(scope)], [statement])
            statement.lineno = statement.end_lineno = number + 1
            body.append(statement)
        if parent is not None:
            inside[id(parent)][key] = result
    body.append(ast.Return(_named(f"v{len(parts) - 1}")))
    module = ast.parse("def build(): ...")
    module.body[0].body = body  # type: ignore[attr-defined]
    ast.fix_missing_locations(module)
    exec(compile(module, "<a plan>", "exec"), names)  # noqa: S102 - the tree is all our own
    build: Callable[[], Any] = names["build"]
    return build


def _made(
    part: Part,
    called: str,
    inside: Mapping[object, str],
    constant: Callable[[Any], ast.expr],
) -> ast.expr:
    """The expression for what becomes of a part.

    Args:
        part: the part; no reference.
        called: the name of what it calls.
        inside: the variables that hold what is built of the parts inside, by their keys.
        constant: makes the expression for a value.
    """
    kind, _, contents, setting, _, _ = part
    if kind == VALUE:
        return constant(contents)
    if kind >= MAPPING and not inside:
        # Each build makes a new one, of whatever length.
        return ast.Call(_named("tuple" if kind == TUPLE else "copy"), [constant(contents)], [])
    items = contents.items() if kind <= MAPPING else enumerate(contents)
    values = [_named(inside[k]) if k in inside else constant(v) for k, v in items]
    if kind < MAPPING:
        args: list[ast.expr] = []
        if ARGS in contents:
            args = [ast.Starred(_named(inside[ARGS]), ast.Load())]
        if setting.partial:
            called, args = "partial", [_named(called), *args]
        keywords = [
            _keyword(key, value, constant)
            for key, value in zip(contents, values, strict=True)
            if key != ARGS
        ]
        return ast.Call(_named(called), args, keywords)
    if kind == MAPPING:
        return ast.Dict([constant(key) for key in contents], values)
    return (ast.List if kind == LIST else ast.Tuple)(values, ast.Load())


def _keyword(key: object, value: ast.expr, constant: Callable[[Any], ast.expr]) -> ast.keyword:
    if key == KWARGS:
        return ast.keyword(None, value)
    if type(key) is str and key.isidentifier() and not iskeyword(key) and key != "__debug__":
        return ast.keyword(key, value)
    # `**{key: value}` takes any text, and refuses anything else as a call does.
    return ast.keyword(None, ast.Dict([constant(key)], [value]))


def _named(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())
