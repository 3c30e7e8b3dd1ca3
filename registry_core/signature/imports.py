"""Which modules a module imports as it is imported, as its source has it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from registry_core.signature.bindings import CERTAIN, TYPING, UNCERTAIN, branches, module_named
from registry_core.signature.parsing import DEFINED
from registry_core.signature.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from registry_core.signature.modules import Module

# What imports by a name that is computed.
_COMPUTED = frozenset({"__import__", "exec", "import_module"})


class Imports(NamedTuple):
    """What importing a module imports; names that are not modules are among these.

    Attributes:
        certain: dotted names of what is imported in any case.
        possible: of what stands under a condition, or in a function that is called.
        is_all: whether no name is computed, and the source could be read.
    """

    certain: list[str]
    possible: list[str]
    is_all: bool


def imports(module: Module) -> Imports:
    """Read what a module imports, but for what stands in functions that it does not call."""
    try:
        reader = _Imports(module)
        found = list(reader.of(module.scope.statements, CERTAIN))
    except (SourceError, RecursionError):
        return Imports([], [], is_all=False)
    certain = [name for name, how in found if how == CERTAIN]
    return Imports(certain, [name for name, how in found if how != CERTAIN], not reader.computed)


class _Imports:
    def __init__(self, module: Module) -> None:
        self._module = module
        self._package = module.name if module.source.is_package else module.name.rpartition(".")[0]
        self._functions = {
            each.name: each
            for each in module.scope.statements
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        self.computed = False
        # Expressions are looked through for calls of these alone.
        called = (*_COMPUTED, *self._functions)
        self._calls = any(f"{each}(" in module.source.code for each in called)

    def of(self, statements: Sequence[ast.stmt], how: int) -> Iterator[tuple[str, int]]:
        for node in statements:
            if isinstance(node, ast.Import):
                yield from ((each.name, how) for each in node.names)
            elif isinstance(node, ast.ImportFrom):
                named = module_named(node, self._package)
                yield named, how
                yield from ((f"{named}.{each.name}", how) for each in node.names)
            elif isinstance(node, ast.If | ast.Try):
                for part, certainty in branches(node, how):
                    yield from self.of(part, certainty) if certainty != TYPING else ()
            elif not isinstance(node, DEFINED):
                yield from self._within(node, max(how, UNCERTAIN))

    def _within(self, node: ast.AST, how: int) -> Iterator[tuple[str, int]]:
        """What a loop, a `with` or an expression imports, by itself or by what it calls."""
        for each in ast.iter_child_nodes(node):
            if isinstance(each, ast.stmt):
                yield from self.of([each], how)
            elif self._calls and not isinstance(each, ast.Lambda):
                yield from self._within(each, how)
        if not isinstance(node, ast.Call):
            return
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        self.computed = self.computed or called in _COMPUTED
        function = self._functions.pop(called, None)
        whole = None if function is None else self._module.whole(function)
        if isinstance(whole, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from self.of(whole.body, how)
