"""Which decorators leave a class or a function what it is: its signature is certain only then."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from registry_core.signature.modules import Definition
from registry_core.signature.parsing import DEFINED
from registry_core.signature.source import Unreadable

if TYPE_CHECKING:
    from registry_core.signature.modules import Scope
    from registry_core.signature.names import Names
    from registry_core.signature.parsing import Function

DATACLASS = "dataclasses.dataclass"

_KEEPING = frozenset(
    {
        DATACLASS,
        "abc.abstractclassmethod",
        "abc.abstractmethod",
        "abc.abstractstaticmethod",
        "classmethod",
        "contextlib.asynccontextmanager",
        "contextlib.contextmanager",
        "enum.unique",
        "functools.cache",
        "functools.lru_cache",
        "functools.total_ordering",
        "staticmethod",
        "typing.dataclass_transform",
        "typing.final",
        "typing.no_type_check",
        "typing.override",
        "typing.runtime_checkable",
    }
)
# What makes another object of the same signature.
_WRAPPING = frozenset(
    {
        "classmethod",
        "contextlib.asynccontextmanager",
        "contextlib.contextmanager",
        "functools.cache",
        "functools.lru_cache",
        "staticmethod",
    }
)
# The registries whose `register_module` gives back what it is given.
_REGISTRIES = frozenset(
    {
        "mmengine.registry.Registry",
        "mmengine.registry.registry.Registry",
        "registry_core.Registry",
        "registry_core.compat.mmengine.Registry",
        "registry_core.registry.Registry",
    }
)
# Those that are called to register, and give back what they are given as well.
_CALLED_REGISTRIES = frozenset(
    {
        "flash.core.registry.FlashRegistry",
        "registry_core.compat.flash.FlashRegistry",
        "registry_core.compat.flash.registry.FlashRegistry",
    }
)
# What a decorator may do with what it is given: look at it, or keep it somewhere.
_LOOKING = frozenset(
    {
        "callable",
        "getattr",
        "hasattr",
        "id",
        "isinstance",
        "issubclass",
        "repr",
        "signature",
        "vars",
    }
)
_KEPT_BY = frozenset({"add", "append", "isclass", "isfunction", "register", "setdefault", "wraps"})
_REWRITTEN = frozenset({"__call__", "__init__", "__new__", "__signature__", "__wrapped__"})


class Decorators:
    """Judges decorators. Lives as long as the reader that makes it."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._known: dict[tuple[Definition, bool, bool], bool] = {}

    def refuse_unknown(self, of: Definition) -> None:
        """Refuse what a decorator may have made something else of.

        Raises:
            Unreadable: one of its decorators is not known to keep the signature.
        """
        for decorator in of.decorators:
            if not self._keeps(of.scope, decorator):
                text = ast.unparse(decorator)[:80]
                raise Unreadable(f"the decorator {text!r} may change what {of.path!r} takes")

    def arguments(self, of: Definition, path: str) -> dict[str, ast.expr] | None:
        """The keyword arguments of the decorator of that path; None where it has none such."""
        for decorator in of.decorators:
            if self.path(of.scope, decorator) == path:
                given = decorator.keywords if isinstance(decorator, ast.Call) else []
                return {each.arg or "**": each.value for each in given}
        return None

    def path(self, scope: Scope, decorator: ast.expr) -> str:
        """The dotted path of what is called, or stands there uncalled; empty if not certain."""
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        # A generic class is called with or without its parameters.
        named = named.value if isinstance(named, ast.Subscript) else named
        found = self._names.known(scope, named)
        return "" if found is None else found.path

    def keeps_name(self, scope: Scope, decorator: ast.expr) -> bool:
        """Whether what a decorator makes has the `__name__` of what it is given."""
        return self._keeps(scope, decorator, as_named=True)

    def keeps_object(self, scope: Scope, decorator: ast.expr) -> bool:
        """Whether a decorator gives back the very object that it is given, changed at most."""
        return self._keeps(scope, decorator) and self.path(scope, decorator) not in _WRAPPING

    def _keeps(self, scope: Scope, decorator: ast.expr, *, as_named: bool = False) -> bool:
        is_called = isinstance(decorator, ast.Call)
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        found = self._names.known(scope, named)
        if found is None:
            return self._registers(scope, named)
        if not isinstance(found, Definition):
            return found.path in _KEEPING
        node = found.node
        if isinstance(node, ast.FunctionDef | ast.Lambda) and not found.decorators:
            judge = _makes_keeper if is_called else _gives_back
            if (found, is_called, as_named) not in self._known:
                self._known[found, is_called, as_named] = judge(node, as_named)
            return self._known[found, is_called, as_named]
        if isinstance(node, ast.Call) and self.path(found.scope, node) in _CALLED_REGISTRIES:
            return True
        return self._registers(found.scope, node)

    def _registers(self, scope: Scope, named: ast.AST) -> bool:
        """Whether it is the `register_module` of a registry."""
        if not isinstance(named, ast.Attribute) or named.attr != "register_module":
            return False
        found = self._names.definition(scope, named.value)
        if found is None or not isinstance(found.node, ast.Call):
            return False
        return is_registry(self.path(found.scope, found.node))


def is_registry(path: str) -> bool:
    """Whether calling what has that path makes a registry."""
    return path in _REGISTRIES


def _gives_back(function: Function | ast.Lambda, named: bool) -> bool:
    """Whether it returns the very thing that it is given, or what passes all arguments on to it.

    Args:
        function: it.
        named: whether what it returns must have the name of what it is given.
    """
    given = [*function.args.posonlyargs, *function.args.args]
    if not given:
        return False
    name = given[0].arg
    if isinstance(function, ast.Lambda):
        return isinstance(function.body, ast.Name) and function.body.id == name
    inside = [each for each in function.body if isinstance(each, ast.FunctionDef)]
    # A wrapper without `wraps` has a name of its own.
    wrappers = [each for each in inside if each.decorator_list or not named]
    kept = {name, *(each.name for each in wrappers if _passes_on(each, name))}
    returned = _returned(function)
    return (
        bool(returned)
        and all(isinstance(each, ast.Name) and each.id in kept for each in returned)
        and not _may_change(function, name)
    )


def _makes_keeper(function: Function | ast.Lambda, named: bool) -> bool:
    """Whether it returns nothing but decorators that give back what they are given."""
    if isinstance(function, ast.Lambda):
        return False
    inside = [each for each in function.body if isinstance(each, ast.FunctionDef)]
    keepers = {each.name for each in inside if not each.decorator_list and _gives_back(each, named)}
    returned = _returned(function)
    return bool(returned) and all(
        _gives_back(each, named)
        if isinstance(each, ast.Lambda)
        else isinstance(each, ast.Name) and each.id in keepers
        for each in returned
    )


def _passes_on(wrapper: ast.FunctionDef, name: str) -> bool:
    """Whether a function takes any arguments, and calls `name` with just these."""
    rest, keywords = wrapper.args.vararg, wrapper.args.kwarg
    others = [*wrapper.args.posonlyargs, *wrapper.args.args, *wrapper.args.kwonlyargs]
    if rest is None or keywords is None or others:
        return False
    if any(not ast.unparse(each).endswith(f"wraps({name})") for each in wrapper.decorator_list):
        return False
    everything = f"{name}(*{rest.arg}, **{keywords.arg})"
    calls = [each for each in ast.walk(wrapper) if isinstance(each, ast.Call)]
    direct = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id == name]
    passed = [
        value.id
        for call in calls
        for each in (*call.args, *call.keywords)
        if isinstance(each, ast.Starred) or (isinstance(each, ast.keyword) and each.arg is None)
        if isinstance(value := each.value, ast.Name)
    ]
    used = [each.id for each in ast.walk(wrapper) if isinstance(each, ast.Name)]
    return (
        bool(direct)
        and all(ast.unparse(each) == everything for each in direct)
        and all(used.count(each) == passed.count(each) for each in (rest.arg, keywords.arg))
    )


def _returned(function: Function) -> list[ast.expr | None]:
    """What it returns, functions inside of it left aside."""
    found: list[ast.expr | None] = []
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom):
            found.append(node.value)
        if not isinstance(node, (*DEFINED, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)
    return found


def _may_change(function: Function, name: str) -> bool:
    """Whether a decorator may do more with what it is given than look at it and keep it."""
    return any(
        isinstance(each, ast.Name) and each.id == name and not _is_harmless(node, each)
        for node in ast.walk(function)
        for each in ast.iter_child_nodes(node)
    )


def _is_harmless(node: ast.AST, used: ast.Name) -> bool:
    """Whether `node` neither changes what `used` stands for nor gives it to who may."""
    if not isinstance(used.ctx, ast.Load):
        return False
    if isinstance(node, ast.Attribute):
        return isinstance(node.ctx, ast.Load) or node.attr not in _REWRITTEN
    if isinstance(node, ast.Assign):
        return all(isinstance(each, ast.Subscript) for each in node.targets)
    if isinstance(node, ast.Call):
        return node.func is used or _keeps_argument(node)
    return isinstance(
        node, ast.Return | ast.Compare | ast.BoolOp | ast.UnaryOp | ast.FormattedValue
    )


def _keeps_argument(call: ast.Call) -> bool:
    """Whether what is called leaves what it is given alone."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in _KEPT_BY
    called = call.func.id if isinstance(call.func, ast.Name) else ""
    if called == "setattr" and isinstance(call.args[1], ast.Constant):
        return call.args[1].value not in _REWRITTEN
    return called in _LOOKING or called in _KEPT_BY
