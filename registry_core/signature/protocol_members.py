"""Whether the source of a class tells that its instances lack a member of a protocol."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeGuard

    from registry_core.signature.modules import Definition, Module
    from registry_core.signature.static import Reader

# How attributes are set under names that source may not spell.
_DYNAMIC = re.compile(r"setattr|__dict__|\b(?:vars|locals|globals|exec)\(")
# What gives a class more attributes than those that it spells.
_OPEN = frozenset({"__getattr__", "__getattribute__", "__new__"})
# Calls that are given a class or an instance and add nothing to it.
_LOOKING = frozenset(
    {"getattr", "hasattr", "id", "isinstance", "issubclass", "len", "print", "repr", "str"}
    | {"super", "type", "register", "register_module", "__init__"}
)
# `typing` does not count these as members of a protocol.
_NO_MEMBERS = frozenset({"__class_getitem__", "__match_args__", "__slots__"})


class ProtocolMembers:
    """Judges classes by protocols. Lives as long as the reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        # The scopes of the reader leave the bodies of functions out.
        self._nodes: Callable[[Module], list[ast.AST]] = cache(lambda of: [*of.nodes()])

    def are_missing(self, made: Definition, wanted: Definition) -> bool:
        """Whether `made` lacks a method or property of the protocol `wanted` for certain.

        Raises:
            SourceError: source does not tell what `made` is.
        """
        hierarchy = self._reader.hierarchy
        needed = {
            name
            for each in hierarchy.order(wanted)
            for name, bound in each.members.names.items()
            if isinstance(bound[-1][1].what, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        order = hierarchy.order(made)
        had = {name for each in order for name in each.members.names}
        lacking = {name for name in needed - had - _NO_MEMBERS if not hasattr(object, name)}
        if not lacking or not had.isdisjoint(_OPEN):
            return False
        hierarchy.refuse_rewritten(made)
        for each in order:
            nodes = self._nodes(each.scope.module)
            whole = next((found for found in nodes if _is_of(found, each)), None)
            if whole is None or self._may_get_any(each, whole):
                return False
            lacking -= _spelled_in(whole) | _set_in(nodes)
            if each.decorators:
                # `dataclass` adds special methods, as `__replace__`.
                lacking = {name for name in lacking if not name.startswith("__")}
        return bool(lacking)

    def _may_get_any(self, of: Definition, whole: ast.AST) -> bool:
        """Whether code that is not looked into may set attributes of a class or its instances."""
        module = of.scope.module
        if _DYNAMIC.search(module.source.code):
            return True
        decorators = self._reader.decorators
        decorators.refuse_unknown(of)
        if any(self._is_function(of, each) for each in of.decorators):
            return True
        is_given = _hands_out(ast.walk(whole), _firsts(whole))
        return is_given or _hands_out(self._nodes(module), {of.name})

    def _is_function(self, of: Definition, decorator: ast.expr) -> bool:
        """Whether a decorator is a function, which may set attributes of what it is given."""
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        found = self._reader.names.definition(of.scope, named)
        return found is not None and (found.is_function or found.is_class)


def _is_of(node: ast.AST, of: Definition) -> bool:
    """Whether a node is the definition of a class."""
    is_named = isinstance(node, ast.ClassDef) and node.name == of.name
    return is_named and getattr(node, "lineno", None) == of.stub.lineno


def _set_in(nodes: list[ast.AST]) -> set[str]:
    """The attributes that a module sets, but for those that a class sets of its own `self`."""
    stored = [each for each in nodes if _is_stored(each)]
    classes = [each for each in nodes if isinstance(each, ast.ClassDef)]
    own = {
        (each.lineno, each.col_offset)
        for holder in classes
        for each in ast.walk(holder)
        if _is_stored(each) and isinstance(each.value, ast.Name) and each.value.id == "self"
    }
    return {each.attr for each in stored if (each.lineno, each.col_offset) not in own}


def _is_stored(node: ast.AST) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)


def _spelled_in(of: ast.AST) -> set[str]:
    """The names that anything in a class may bind; of texts, all but docstrings may name one."""
    found: set[str] = set()
    nodes = [*ast.walk(of)]
    texts = {each.value for each in nodes if isinstance(each, ast.Expr)}
    for each in nodes:
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            found.add(each.id)
        elif _is_stored(each):
            found.add(each.attr)
        elif isinstance(each, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(each.name)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str) and each not in texts:
            # Of `__slots__`, perhaps, where several can stand in one text.
            found.update(re.findall(r"\w+", each.value))
    return found


def _firsts(of: ast.AST) -> set[str]:
    """What the methods of a class call their instance or class."""
    functions = (each for each in ast.walk(of) if isinstance(each, ast.FunctionDef))
    places = ([*each.args.posonlyargs, *each.args.args] for each in functions)
    return {args[0].arg for args in places if args}


def _hands_out(nodes: Iterable[ast.AST], names: set[str]) -> bool:
    """Whether a call among `nodes` is given one of the objects of those names."""
    for call in nodes:
        if isinstance(call, ast.Call):
            given = [*call.args, *(each.value for each in call.keywords)]
            called = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if called not in _LOOKING and any(
                isinstance(each, ast.Name) and each.id in names for each in given
            ):
                return True
    return False
