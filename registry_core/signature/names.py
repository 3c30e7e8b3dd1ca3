"""What a name or a dotted path stands for, followed from module to module; nothing is imported."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from typing import TYPE_CHECKING

from registry_core.signature.bindings import CERTAIN, FALLBACK, GUARDED, TYPING, Binding, Imported
from registry_core.signature.exports import Exports, lists_more
from registry_core.signature.modules import Definition, External, Module
from registry_core.signature.parsing import DEFINED
from registry_core.signature.source import (
    Absent,
    SourceError,
    Unreadable,
    find_spec,
    has_extension,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.signature.modules import Found, Scope

# Known by path and never read: reading them would take longer than all the rest.
_RECOGNISED = frozenset(
    {"abc", "collections.abc", "contextlib", "dataclasses", "enum", "functools", "typing"}
    | {"registry_core", "typing_extensions"}
)


class Computed(Unreadable):
    """An attribute of what an expression makes."""


class Names:
    """Follows names through modules, each of which is read once. As long as one question lives.

    A module is read alone: neither the packages above it nor those beside it, but for those that
    a name leads through.
    """

    def __init__(self) -> None:
        self._modules: dict[str, Module | None] = {}
        self._exports = Exports(self.module, self.resolve)
        self._open: dict[str, bool] = {}

    def module(self, name: str) -> Module:
        """The module of that name.

        Raises:
            Absent: there is no such module.
            Unreadable: one above it may make it as it is imported.
        """
        if name not in self._modules:
            self._modules[name] = Module(name) if find_spec(name) is not None else None
        found = self._modules[name]
        if found is not None:
            return found
        above = name.rpartition(".")[0]
        while above and find_spec(above) is None:
            above = above.rpartition(".")[0]
        if above and self._makes_modules(Module(above)):
            raise Unreadable(f"{above!r} may make the module {name!r} as it is imported")
        raise Absent(f"there is no module {name!r}", name)

    def _makes_modules(self, module: Module) -> bool:
        try:
            return "sys.modules" in module.source.code
        except Unreadable:
            return True

    def at(self, path: str) -> Found:
        """What a dotted path leads to, from the first segment, which is a module.

        Raises:
            Absent: nothing has that path.
            Unreadable: the way there leads through what source does not tell.
        """
        first, *rest = path.split(".")
        if not rest and hasattr(builtins, first):
            return External(first)
        found: Found = self.module(first)
        for name in rest:
            found = self.member(found, name)
        return found

    def member(self, holder: Found, name: str, *, follow: bool = False) -> Found:
        """An attribute of what a name stands for; of a class, its own alone.

        Args:
            holder: whose it is.
            name: the attribute.
            follow: whether to look into what is known by its path.

        Raises:
            Absent: it is not there.
            Unreadable: source does not tell.
        """
        if isinstance(holder, Module):
            if holder.name in _RECOGNISED and not follow:
                return _recognised(holder.name, name)
            return self._in_module(holder, name)
        if isinstance(holder, Definition) and holder.is_class:
            found = self._in_scope(holder.members, name)
            if found is not None:
                return found
            if getattr(holder.node, "bases", ()):
                raise Unreadable(f"{holder.path!r} may inherit {name!r}")
        elif isinstance(holder, Definition) and not holder.is_function:
            raise Computed(f"{holder.path!r} is made by an expression")
        if isinstance(holder, External):
            return External(f"{holder.path}.{name}")
        raise Absent(f"{holder.path!r} has no attribute {name!r}")

    def resolve(self, scope: Scope, expression: ast.expr, before: int | None = None) -> Found:
        """What a name, or a name with attributes, stands for where `scope` uses it.

        Args:
            scope: a module, or the body of a class.
            expression: the name.
            before: the place of what uses it, where later bindings do not count; None for what
                may run when all of the module has run.

        Raises:
            Absent: nothing, so that running it fails.
            Unreadable: source does not tell.
        """
        try:
            return self._resolved(scope, expression, before)
        except RecursionError as error:
            raise Unreadable(f"{ast.unparse(expression)[:80]!r} leads in a circle") from error

    def known(self, scope: Scope, expression: ast.expr | None) -> Found | None:
        """What `resolve` gives; None where it raises."""
        try:
            return None if expression is None else self.resolve(scope, expression)
        except SourceError:
            return None

    def definition(self, scope: Scope, expression: ast.expr | None) -> Definition | None:
        """What is defined under a name; None for anything else."""
        found = self.known(scope, expression)
        return found if isinstance(found, Definition) else None

    def constant(self, scope: Scope, value: ast.expr) -> ast.expr:
        """The expression that a name is given once; of anything else, `value` itself."""
        if not isinstance(value, ast.Name) or len(scope.names.get(value.id, ())) > 1:
            return value
        stub = getattr(self.definition(scope, value), "stub", None)
        return stub if isinstance(stub, ast.expr) else value

    def _resolved(self, scope: Scope, expression: ast.expr, before: int | None) -> Found:
        if isinstance(expression, ast.Attribute):
            return self.member(self._resolved(scope, expression.value, before), expression.attr)
        if not isinstance(expression, ast.Name):
            raise Unreadable(f"{ast.unparse(expression)[:80]!r} is made as the module runs")
        name = expression.id
        for where in dict.fromkeys((scope, scope.module.scope)):
            found = self._in_scope(where, name, before if where is scope else None)
            if found is not None:
                return found
        if hasattr(builtins, name):
            return External(name)
        if name.startswith("__") or self._is_open(scope.module.name):
            raise Unreadable(f"{name!r} is made as the module {scope.module.name!r} runs")
        raise Absent(f"the module {scope.module.name!r} has no {name!r}")

    def path(self, scope: Scope, name: str) -> str | None:
        """The dotted path that a name in an annotation stands for; None where it is not certain."""
        for where in dict.fromkeys((scope, scope.module.scope)):
            for _, binding in self._candidates(where, name):
                what = binding.what
                if isinstance(what, Imported):
                    return ".".join(filter(None, what))
                return f"{where.path}.{name}" if what is not None else None
        return name if hasattr(builtins, name) else None

    def _in_module(self, module: Module, name: str) -> Found:
        found = self._in_scope(module.scope, name)
        if found is not None:
            return found
        try:
            if module.source.is_package:
                return self.module(f"{module.name}.{name}")
        except Absent:
            pass
        if self._is_open(module.name) or self._is_given(module, name):
            raise Unreadable(f"the module {module.name!r} makes its attributes as it is imported")
        raise Absent(f"the module {module.name!r} has no attribute {name!r}")

    def _is_given(self, module: Module, name: str) -> bool:
        """Whether a package above a module, which runs whenever that is imported, may assign it."""
        word = re.escape(name)
        gives = re.compile(rf"\.{word}\b *=(?!=)|setattr\([^)\n]*[\"']{word}[\"']")
        above = module.name
        while above := above.rpartition(".")[0]:
            try:
                if gives.search(self.module(above).source.code):
                    return True
            except Unreadable:
                return True
        return False

    def _is_open(self, name: str) -> bool:
        """Whether a module may have attributes that no statement of it binds."""
        if name not in self._open:
            # Modules may import all of each other.
            self._open[name] = False
            try:
                module = self.module(name)
                names = module.scope.names
                bound = (star.what for _, star in names.get("*", ()))
                stars = (what.module for what in bound if isinstance(what, Imported))
                self._open[name] = (
                    "__getattr__" in names
                    or module.is_dynamic
                    # C code may add attributes to a module beside it, as that of torch does.
                    or has_extension(name)
                    or self._is_filled(module)
                    or any(
                        self._is_open(each) or lists_more(self.module(each).scope) for each in stars
                    )
                )
            except Absent:
                pass
            except Unreadable:
                self._open[name] = True
        return self._open[name]

    def _is_filled(self, module: Module) -> bool:
        """Whether code of another module, which a module runs, may give it more names."""
        for node in module.scope.statements:
            if isinstance(node, DEFINED):
                if any(self._may_fill(module, each) for each in node.decorator_list):
                    return True
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                # It can know which module it is called from only if it is told.
                names = {each.id for each in ast.walk(node.value) if isinstance(each, ast.Name)}
                if "__name__" in names:
                    return True
        return False

    def _may_fill(self, module: Module, decorator: ast.expr) -> bool:
        mark = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(mark, ast.Attribute) and mark.attr == "register_module":
            # A registry keeps what it is given, and leaves the module alone.
            return False
        found = self.known(module.scope, mark)
        return found is None or (isinstance(found, Definition) and found.scope.module.is_dynamic)

    def _in_scope(self, scope: Scope, name: str, before: int | None = None) -> Found | None:
        """What a scope binds a name to, before a place of it; None where it does not."""
        found: list[Found] = []
        otherwise: list[Found] = []
        absent: Absent | None = None
        for place, binding in self._candidates(scope, name, before):
            if binding.how == TYPING or self._is_of_itself(scope, binding):
                continue
            try:
                one = self._bound(scope, name, binding, place)
            except Absent as error:
                if binding.how == CERTAIN and not (found or otherwise):
                    raise
                absent = error
                continue
            (otherwise if binding.how == FALLBACK else found).append(one)
            # What a `try` makes counts, and not what stands in for it; but whether a module can be
            # imported is not certain, where the other has been written for that.
            if binding.how == GUARDED and not any(map(_is_written, otherwise)):
                otherwise.clear()
            if binding.how in (CERTAIN, GUARDED):
                break
        found = list(dict.fromkeys(found + otherwise))
        if len(found) > 1:
            raise Unreadable(f"{scope.path}.{name} is defined in several ways")
        if not found and absent is not None:
            raise absent
        return found[0] if found else None

    def _is_of_itself(self, scope: Scope, binding: Binding) -> bool:
        """Whether a module imports from itself what it has: that binds nothing anew."""
        what = binding.what
        if not isinstance(what, Imported) or what.module != scope.module.name or not what.name:
            return False
        return find_spec(f"{what.module}.{what.name}") is None

    def _bound(self, scope: Scope, name: str, binding: Binding, place: int) -> Found:
        what = binding.what
        if isinstance(what, Imported):
            module = self.module(what.module)
            if not what.name:
                return module
            if module is scope.module:
                # A package imports what is in it from itself.
                return self.module(f"{module.name}.{what.name}")
            return self.member(module, what.name)
        if what is None:
            raise Unreadable(f"{scope.path}.{name} is made as the module runs")
        if isinstance(what, ast.Name | ast.Attribute):
            try:
                return self.resolve(scope, what, place)
            except Computed:
                pass
        return scope.definition(name, what, place)

    def _candidates(
        self, scope: Scope, name: str, before: int | None = None
    ) -> Iterator[tuple[int, Binding]]:
        """How a name is bound, and where, the last first, with what stars import."""
        bound = [*scope.names.get(name, ()), *scope.names.get("*", ())]
        for place, binding in sorted(bound, key=lambda each: each[0], reverse=True):
            if before is not None and place >= before:
                continue
            if not isinstance(binding.what, Imported) or binding.what.name != "*":
                yield place, binding
                continue
            exported = self._exports.gives(binding.what.module, name)
            if exported is None:
                yield place, binding._replace(what=None)
            elif exported:
                yield place, binding._replace(what=Imported(binding.what.module, name))


def _is_written(found: Found) -> bool:
    return isinstance(found, Definition) and (found.is_class or found.is_function)


def _recognised(module: str, name: str) -> External:
    loaded = sys.modules.get(module)
    # `dir` first: to ask a module for what it imports when it is asked would import it.
    if loaded is not None and name not in dir(loaded) and not hasattr(loaded, name):
        raise Absent(f"the module {module!r} has no attribute {name!r}")
    return External(f"{module.removesuffix('_extensions')}.{name}")
