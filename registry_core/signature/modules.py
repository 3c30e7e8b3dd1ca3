"""Modules, scopes and definitions as source has them. All live as long as the reader."""

from __future__ import annotations

import ast
import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, cast

from registry_core.signature.bindings import Binding, bindings
from registry_core.signature.parsing import DEFINED, Body, parse
from registry_core.signature.source import Absent, Source, Unreadable, source_of
from registry_core.text import error_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeVar

    T = TypeVar("T")

# How a module gets names that none of its statements binds.
_DYNAMIC = re.compile(
    r"\b(?:globals|vars|locals|exec|setattr)\(|\bsys\.modules|^\s+global ", re.MULTILINE
)
# What gives a class or a function another signature than its definition.
_REWRITTEN = r"__(?:init|new|call|signature|wrapped|abstractmethods)__"
_PATCHED = re.compile(rf"\.{_REWRITTEN} *=(?!=)")
_SET = re.compile(rf"\bsetattr\(\s*(?:\w+\.)*(\w+),\s*['\"]{_REWRITTEN}['\"]")
_NAME = re.compile(r"\w*$")


class External(NamedTuple):
    """What is known by its path and not looked into: a builtin, or what typing is made of."""

    path: str


class Module:
    """A module, read when it is asked for something.

    Attributes:
        name: its dotted name.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def path(self) -> str:
        """Its dotted name."""
        return self.name

    @cached_property
    def source(self) -> Source:
        """Its text, and where it stands."""
        return source_of(self.name)

    @cached_property
    def scope(self) -> Scope:
        """The names that it binds.

        Raises:
            Absent: it cannot be parsed, so that importing fails too.
            Unreadable: it has no source.
        """
        return Scope(self, self.name, self._body.statements)

    @cached_property
    def patched(self) -> frozenset[str]:
        """Names of classes and functions that are given another signature later."""
        text = self.source.code
        starts = [each.start() for each in _PATCHED.finditer(text)]
        assigned = (_NAME.findall(text[max(0, at - 80) : at])[0] for at in starts)
        return frozenset([*assigned, *_SET.findall(text)])

    @property
    def is_dynamic(self) -> bool:
        """Whether it may have names that no statement of it binds."""
        return bool(_DYNAMIC.search(self.source.code))

    def whole(self, stub: ast.stmt | ast.expr) -> ast.stmt | ast.expr:
        """A definition in it with all of its body."""
        if not isinstance(stub, DEFINED):
            return stub
        return self._parsed(lambda: self._body.whole(stub))

    def nodes(self) -> Iterator[ast.AST]:
        """All that is in it, bodies included; nothing where it cannot be parsed."""
        try:
            return ast.walk(parse(self.source.code))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return iter(())

    @cached_property
    def _body(self) -> Body:
        return self._parsed(lambda: Body(self.source.code))

    def _parsed(self, parse: Callable[[], T]) -> T:
        try:
            return parse()
        except (SyntaxError, ValueError) as error:
            if isinstance(error, SyntaxError):
                # What was parsed is a text, or a part of one.
                error.filename = self.source.file
            reason = f"the module {self.name!r} cannot be parsed: {error_text(error)}"
            raise Absent(reason) from error
        except (RecursionError, MemoryError) as error:
            raise Unreadable(f"the module {self.name!r} nests too deep to be parsed") from error


class Scope:
    """The names of a module or of the body of a class.

    Attributes:
        module: the module that it is, or is in.
        path: its dotted path.
        statements: what stands in it.
        names: how each name is bound, in order, with the place of that among all statements.
    """

    def __init__(self, module: Module, path: str, statements: Sequence[ast.stmt]) -> None:
        self.module, self.path, self.statements = module, path, statements
        package = module.name if module.source.is_package else module.name.rpartition(".")[0]
        self.names: dict[str, list[tuple[int, Binding]]] = {}
        for place, (name, binding) in enumerate(bindings(statements, package)):
            self.names.setdefault(name, []).append((place, binding))
        self._definitions: dict[ast.AST, Definition] = {}

    def definition(self, name: str, node: ast.stmt | ast.expr, place: int) -> Definition:
        """What `node` defines here: one object, however often it is asked for."""
        if node not in self._definitions:
            self._definitions[node] = Definition(self, name, node, place)
        return self._definitions[node]


class Definition:
    """A class, a function or a value with a name.

    Attributes:
        scope: where it is defined.
        name: its name there.
        path: its dotted path.
        stub: its decorators, its line and its kind.
        place: its place among all that the scope binds: what it uses is bound before.
    """

    def __init__(self, scope: Scope, name: str, stub: ast.stmt | ast.expr, place: int) -> None:
        self.scope, self.name, self.path, self.stub = scope, name, f"{scope.path}.{name}", stub
        self.place = place

    @cached_property
    def node(self) -> ast.stmt | ast.expr:
        """The whole of it."""
        return self.scope.module.whole(self.stub)

    @property
    def is_class(self) -> bool:
        """Whether it is a class."""
        return isinstance(self.stub, ast.ClassDef)

    @property
    def is_function(self) -> bool:
        """Whether it is a function, or a lambda."""
        return isinstance(self.stub, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)

    @property
    def decorators(self) -> list[ast.expr]:
        """Its decorators, the outermost first."""
        found: list[ast.expr] = getattr(self.stub, "decorator_list", [])
        return found

    @property
    def line(self) -> int:
        """The line where it starts, decorators included."""
        return min(node.lineno for node in (self.stub, *self.decorators))

    @cached_property
    def members(self) -> Scope:
        """What the body of a class binds."""
        return Scope(self.scope.module, self.path, cast("ast.ClassDef", self.node).body)


Found = Module | Definition | External
