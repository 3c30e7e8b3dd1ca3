"""What is registered in a module, as a target that others can import."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, NamedTuple

from registry_core.signature.bindings import TYPING, Imported
from registry_core.signature.modules import Definition, External
from registry_core.signature.parsing import DEFINED
from registry_core.signature.source import Absent, Unreadable, find_spec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry_core.signature.modules import Module
    from registry_core.signature.static import Reader

    Values = Mapping[str, ast.expr]


class What(NamedTuple):
    """What is registered.

    Attributes:
        target: what it stands for; empty where that is not certain.
        head: the name that it has in this module.
        line: where it is given that name, or used.
        beneath: the decorators that it has before it is registered; None for all that it has.
        changed: why the target may be something else than what is registered; empty otherwise.
    """

    target: str
    head: str
    line: int
    beneath: Sequence[ast.expr] | None = None
    changed: str = ""


class Targets:
    """Finds targets for what one module registers. Lives as long as it is read."""

    def __init__(self, reader: Reader, module: Module) -> None:
        self._reader, self._module = reader, module

    def what(self, value: ast.expr | None, call: ast.Call, values: Values) -> What:
        """What a call is given to register."""
        if isinstance(value, ast.Name) and value.id in values:
            value = values[value.id]
        head = "" if value is None else ast.unparse(value).partition(".")[0]
        return What(self.of(value), head, call.lineno)

    def changed(self, above: Sequence[ast.expr]) -> str:
        """Why what is registered may be another object in the end, by the decorators above."""
        for each in reversed(above):
            if not self._reader.decorators.keeps_object(self._module.scope, each):
                text = ast.unparse(each)[:80]
                return f"is registered before @{text}, which may make something else of it"
        return ""

    def of(self, value: ast.expr | None) -> str:
        """The target that a name stands for, by the module that it is imported from."""
        if not isinstance(value, ast.Name | ast.Attribute):
            return ""
        head, *rest = ast.unparse(value).split(".")
        if not head.isidentifier():
            return ""
        names = self._module.scope.names.get(head, [])
        bound = [each.what for _, each in names if each.how != TYPING]
        # Of several imports one holds: this module has it.
        what = bound[0] if len(bound) == 1 else None
        module, attributes = self._module.name, [head, *rest]
        if isinstance(what, Imported):
            module, attributes = what.module, [*filter(None, [what.name]), *rest]
        elif bound and not isinstance(what, DEFINED):
            # What an expression makes is what this module says.
            return f"{module}:{'.'.join(attributes)}"
        elif not bound:
            return self._starred(head, rest)
        while len(attributes) > 1 and find_spec(f"{module}.{attributes[0]}") is not None:
            module = f"{module}.{attributes.pop(0)}"
        return f"{module}:{'.'.join(attributes)}" if attributes else ""

    def own_name(self, what: What) -> str | None:
        """The name that a class or function was defined with; None where that is not certain."""
        module, _, attribute = what.target.partition(":")
        if module == "builtins":
            return getattr(getattr(builtins, attribute, None), "__name__", None)
        try:
            found = self._reader.find(module, attribute)
        except Unreadable:
            return self._common_name(what.head)
        except Absent:
            return attribute.rpartition(".")[2]
        if not isinstance(found, Definition):
            return attribute.rpartition(".")[2]
        beneath = found.decorators if what.beneath is None else what.beneath
        keeps = self._reader.decorators.keeps_name
        is_kept = isinstance(found.stub, DEFINED) and all(keeps(found.scope, e) for e in beneath)
        return found.name if is_kept else None

    def _common_name(self, head: str) -> str | None:
        """The name that what is imported under one name was defined with, wherever it is from."""
        names: set[str] = set()
        bound = [each.what for _, each in self._module.scope.names.get(head, [])]
        for one in bound if len(bound) > 1 else ():
            if not isinstance(one, Imported) or not one.name:
                return None
            try:
                found = self._reader.find(*one)
            except Absent:
                continue
            except Unreadable:
                return None
            is_written = isinstance(found, Definition) and isinstance(found.stub, DEFINED)
            if not isinstance(found, Definition) or not is_written or found.decorators:
                return None
            names.add(found.name)
        return names.pop() if len(names) == 1 else None

    def _starred(self, head: str, rest: Sequence[str]) -> str:
        """The target of a name that no statement binds: of a star import, or a builtin."""
        found = self._reader.names.known(self._module.scope, ast.Name(head, ast.Load()))
        if isinstance(found, Definition):
            return f"{found.scope.module.name}:{'.'.join((found.name, *rest))}"
        is_builtin = isinstance(found, External) and hasattr(builtins, head)
        return f"builtins:{'.'.join((head, *rest))}" if is_builtin else ""

    def refuse_rebound(self, expression: ast.expr) -> None:
        """Refuse a name that is given to something else below where it is used.

        Raises:
            Unreadable: it is.
        """
        head = ast.unparse(expression).partition(".")[0]
        if self.is_rebound(head, expression.lineno):
            raise Unreadable(f"{head!r} stands for something else later")

    def is_rebound(self, head: str, line: int) -> bool:
        """Whether the module gives a name to something below a line."""
        return any(each.line > line for _, each in self._module.scope.names.get(head, ()))
