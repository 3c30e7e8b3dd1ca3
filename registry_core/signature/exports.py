"""What ``from module import *`` gives."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, cast

from registry_core.signature.bindings import CERTAIN, Imported
from registry_core.signature.modules import Module
from registry_core.signature.parsing import DEFINED
from registry_core.signature.source import Absent, SourceError, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from registry_core.signature.modules import Found, Scope

# An assignment to `__all__` or to an item of it, or a method of it that is called.
_CHANGES_ALL = re.compile(r"^[^#\n]*?\b(?=__all__ *(?:\.\w|\+?=(?!=)|\[))", re.MULTILINE)


class Exports:
    """Reads what modules export. Lives as long as `Names`, which makes it.

    Args:
        module: gives the module of a name.
        resolve: gives what an expression stands for in a scope.
    """

    def __init__(
        self, module: Callable[[str], Module], resolve: Callable[[Scope, ast.expr], Found]
    ) -> None:
        self._module, self._resolve = module, resolve
        self._known: dict[str, tuple[dict[str, bool | None], bool]] = {}

    def gives(self, module: str, name: str) -> bool | None:
        """Whether ``from module import *`` gives a name; None where that is not certain."""
        try:
            scope = self._module(module).scope
        except Absent:
            return False
        except Unreadable:
            return None
        if "__all__" in scope.names:
            listed, is_whole = self._all(scope)
            return listed.get(name, False if is_whole else None)
        if name.startswith("_") or name in scope.names:
            return not name.startswith("_")
        stars = [binding.what for _, binding in scope.names.get("*", [])]
        further = {self.gives(what.module, name) for what in stars if isinstance(what, Imported)}
        if True in further:
            return True
        return None if None in further or scope.module.is_dynamic else False

    def _all(self, scope: Scope) -> tuple[dict[str, bool | None], bool]:
        """What ``__all__`` lists: True for certain, None perhaps; and whether that is all."""
        if scope.path not in self._known:
            # Modules may take it from each other.
            self._known[scope.path] = {}, True
            self._known[scope.path] = self._read_all(scope)
        return self._known[scope.path]

    def _read_all(self, scope: Scope) -> tuple[dict[str, bool | None], bool]:
        names: dict[str, bool | None] = {}
        is_whole = True
        for value, sure in _additions(scope):
            listed = None if value is None else self._listed(scope, value)
            is_whole = is_whole and listed is not None
            names = {**dict.fromkeys(listed or (), True if sure else None), **names}
        return names, is_whole

    def _listed(self, scope: Scope, value: ast.expr | Imported) -> list[str] | None:
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
            left, right = self._listed(scope, value.left), self._listed(scope, value.right)
            return None if left is None or right is None else left + right
        if isinstance(value, Imported) or getattr(value, "attr", "") == "__all__":
            try:
                if isinstance(value, Imported):
                    found: Found = self._module(value.module)
                else:
                    found = self._resolve(scope, cast("ast.Attribute", value).value)
            except SourceError:
                return None
            listed, is_whole = self._all(found.scope) if isinstance(found, Module) else ({}, False)
            return list(listed) if is_whole else None
        try:
            return [each for each in ast.literal_eval(value) if isinstance(each, str)]
        except (ValueError, TypeError):
            return None


def _additions(scope: Scope) -> Iterator[tuple[ast.expr | Imported | None, bool]]:
    """What is put into ``__all__``, None for what is not known, each with whether it is certain."""
    for _, binding in scope.names.get("__all__", ()):
        if isinstance(binding.what, Imported):
            yield Imported(binding.what.module), binding.how == CERTAIN
    for node in scope.statements:
        if isinstance(node, DEFINED) or "__all__" not in ast.dump(node):
            continue
        sure = isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr)
        for each in [node] if sure else ast.walk(node):
            value = _added(each)
            if sure or value is not None:
                yield value, sure


def lists_more(scope: Scope) -> bool:
    """Whether a function or a class of a module changes ``__all__``, so that it may list more."""
    text = scope.module.source.code
    lines = {text.count("\n", 0, each.start()) + 1 for each in _CHANGES_ALL.finditer(text)}
    for node in scope.statements if lines else ():
        if not isinstance(node, DEFINED):
            lines.difference_update(range(node.lineno, (node.end_lineno or 0) + 1))
    return bool(lines)


def _added(node: ast.AST) -> ast.expr | None:
    """What a statement puts into ``__all__``."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        is_it = any(isinstance(each, ast.Name) and each.id == "__all__" for each in targets)
        return node.value if is_it else None
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and node.value.args:
        called = ast.unparse(node.value.func)
        if called == "__all__.append":
            return ast.List(node.value.args)
        return node.value.args[0] if called == "__all__.extend" else None
    return None
