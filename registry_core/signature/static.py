"""The signature of a target as its source has it; nothing of it is imported.

A signature that is not certain is none: where a decorator, a metaclass, a condition or a base
without source may change it, `Unreadable` says so.
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, cast

from registry_core.signature.annotations import in_full, spelled
from registry_core.signature.decorators import Decorators
from registry_core.signature.fields import Field, Fields
from registry_core.signature.forwarding import forwarding_call, is_local, left_by
from registry_core.signature.hierarchy import Hierarchy
from registry_core.signature.modules import Definition, Module
from registry_core.signature.names import Names
from registry_core.signature.record import (
    KEYWORD_ONLY,
    POSITIONAL_ONLY,
    POSITIONAL_OR_KEYWORD,
    VARIADIC_KEYWORD,
    VARIADIC_POSITIONAL,
    Signature,
    parameter,
)
from registry_core.signature.source import Absent, SourceError, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry_core.signature.modules import Found, Scope
    from registry_core.signature.record import Parameter

    Order = tuple[Definition, ...]

_NOTHING = Signature((), {}, "", None, None)
_ANYTHING = [VARIADIC_POSITIONAL, VARIADIC_KEYWORD]
# Bases without source that are made by `__new__` alone.
_IMMUTABLE = frozenset(
    {"bytes", "complex", "float", "frozenset", "int", "str", "tuple", "typing.NamedTuple"}
)


class Reader:
    """Reads signatures, and each module once. Lives as long as one question: files may change.

    Attributes:
        names: follows names.
        hierarchy: finds base classes.
        decorators: judges decorators.
    """

    def __init__(self) -> None:
        self.names = Names()
        self.hierarchy = Hierarchy(self.names)
        self.decorators = Decorators(self.names)
        self._fields = Fields(self.names, self.hierarchy, self.decorators)
        self._known: dict[tuple[str, str], Signature | SourceError] = {}

    def signature(self, module: str, attribute: str) -> Signature:
        """The signature of a class or a function.

        Args:
            module: the dotted path of the module.
            attribute: the dotted path within it.

        Raises:
            Absent: there is no such module, or it has no such attribute.
            Unreadable: its source does not tell what it takes.
        """
        known = self._known.get((module, attribute))
        if known is None:
            try:
                known = self._read(self.find(module, attribute))
            except RecursionError:
                known = Unreadable(f"{attribute!r} leads in a circle")
            except SourceError as error:
                known = error.with_traceback(None)
            self._known[module, attribute] = known
        if not isinstance(known, Signature):
            raise known
        return known

    def is_dataclass(self, of: Definition) -> bool:
        """Whether a class has the constructor that `dataclass` makes for it."""
        try:
            return "__init__" not in of.members.names and self._fields.is_dataclass(of)
        except Unreadable:
            return False

    def find(self, module: str, attribute: str) -> Found:
        """What a target leads to.

        Raises:
            Absent: there is no such module, or it has no such attribute.
            Unreadable: its source does not tell.
        """
        found: Found = self.names.module(module)
        try:
            for name in attribute.split("."):
                if isinstance(found, Definition) and found.is_class:
                    found = self._inherited(found, name)
                else:
                    found = self.names.member(found, name, follow=True)
        except RecursionError as error:
            raise Unreadable(f"{attribute!r} leads in a circle") from error
        return found

    def _inherited(self, of: Definition, name: str) -> Found:
        """An attribute of a class, perhaps of one above it."""
        for each in self.hierarchy.order(of):
            if name in each.members.names:
                return self.names.member(each, name)
        if not self.hierarchy.is_whole(of):
            raise Unreadable(f"a base of {of.path!r} has no source")
        raise Absent(f"{of.path!r} has no attribute {name!r}")

    def _read(self, found: Found) -> Signature:
        if isinstance(found, Module):
            raise Unreadable(f"{found.path!r} is a module")
        if not isinstance(found, Definition):
            raise Unreadable(f"{found.path!r} has no source")
        if found.is_class:
            signature = self._constructor(found)
        elif found.is_function:
            paths = [self.decorators.path(found.scope, each) for each in found.decorators]
            signature = self._of_function(found, bound="classmethod" in paths)
        else:
            return self._of_partial(found)
        return signature._replace(
            text=_docstring(found),
            constructor_text=signature.text,
            file=found.scope.module.source.file,
            line=found.line,
        )

    def _constructor(self, found: Definition) -> Signature:
        """What instantiating a class takes: what its ``__init__`` and ``__new__`` agree on."""
        self.hierarchy.refuse_rewritten(found)
        order = self.hierarchy.order(found)
        made: dict[str, tuple[int, Signature]] = {}
        for place, each in enumerate(order):
            if "__init__" not in made:
                self.decorators.refuse_unknown(each)
            for name in ("__init__", "__new__"):
                own = None if name in made else self._own(order, place, name)
                if own is not None:
                    made[name] = (place, own)
            for path in self.hierarchy.bases(each).others:
                if "__init__" not in made and not ("__new__" in made and path in _IMMUTABLE):
                    raise Unreadable(f"the base {path!r} of {each.path!r} has no source")
        near, *far = sorted(made.values(), key=lambda each: each[0]) or [(0, _NOTHING)]
        for place, other in far:
            kinds = [each.kind for each in other.parameters]
            # A constructor that takes anything passes it on, if another one overrides it.
            overridden = kinds == _ANYTHING and place > near[0]
            if other.parameters != near[1].parameters and not overridden:
                raise Unreadable(f"__new__ and __init__ of {found.path!r} take different arguments")
        return near[1]._replace(abstract=self.hierarchy.abstract(found))

    def _own(self, order: Order, place: int, name: str) -> Signature | None:
        """The ``__init__`` or ``__new__`` of one class of an order, written down or made for it."""
        each = order[place]
        if name in each.members.names:
            return self._of_method(order, place, name)
        if name == "__init__" and self._fields.is_dataclass(each):
            return self._of_fields(self._fields.of_dataclass(each))
        if name == "__new__" and "typing.NamedTuple" in self.hierarchy.bases(each).others:
            return self._of_fields(self._fields.of_named_tuple(each))
        return None

    def _of_method(self, order: Order, place: int, name: str) -> Signature:
        found = self.names.member(order[place], name)
        if not isinstance(found, Definition) or not found.is_function:
            raise Unreadable(f"{order[place].path}.{name} is made by an expression")
        signature = self._of_function(found, bound=True, order=order, place=place)
        return signature._replace(text=_docstring(found))

    def _of_function(
        self, found: Definition, *, bound: bool, order: Order = (), place: int = 0
    ) -> Signature:
        """What a function takes.

        Args:
            found: the function.
            bound: whether its first parameter is given: the object or the class.
            order: the classes among which ``super()`` looks; none for a plain function.
            place: the one of them that has the function.
        """
        self.decorators.refuse_unknown(found)
        if found.name in found.scope.module.patched:
            raise Unreadable(f"the signature of {found.path!r} is changed as its module runs")
        function = cast("ast.FunctionDef | ast.Lambda", found.node)
        signature = self._of_fields(
            Field(_mangled(each.arg, found.scope), kind, each.annotation, value, found.scope)
            for index, (each, kind, value) in enumerate(_written(function.args))
            if not (bound and index == 0 and kind in (POSITIONAL_ONLY, POSITIONAL_OR_KEYWORD))
        )
        call = None if isinstance(function, ast.Lambda) else forwarding_call(function)
        if call is None:
            return signature
        try:
            taken = self._forwarded(found, call, order, place)
        except (SourceError, ValueError):
            return signature
        if taken is None:
            return signature
        own = {each.name for each in signature.parameters}
        return signature._replace(
            annotations={**taken.annotations, **signature.annotations},
            onward=tuple(each for each in taken.parameters if each.name not in own),
        )

    def _of_fields(self, fields: Iterable[Field]) -> Signature:
        annotations: dict[str, str] = {}
        parameters: list[Parameter] = []
        for name, kind, annotation, value, scope in fields:
            text = None if annotation is None else ast.unparse(annotation)
            if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
                text = annotation.value
            default = value if isinstance(value, str | None) else spelled(value)
            parameters.append(parameter(name, kind, text, default))
            full = text and in_full(text, partial(self.names.path, scope))
            if full:
                annotations[name] = full
        return Signature(tuple(parameters), annotations, "", None, None)

    def _forwarded(
        self, found: Definition, call: ast.Call, order: Order, place: int
    ) -> Signature | None:
        """What a call that is given ``**kwargs`` leaves them to say; None for anything."""
        function = cast("ast.FunctionDef", found.node)
        called = ast.unparse(call.func)
        first = next((each.arg for each, _, _ in _written(function.args)), "")
        if called == "super().__init__":
            signature = self._above(order, place)
        elif order and called.startswith(f"{first}.") and called.count(".") == 1:
            name = called.partition(".")[2]
            places = (at for at, each in enumerate(order) if name in each.members.names)
            at = next(places, None)
            if at is None:
                raise Unreadable(f"no class with source has {called!r}")
            signature = self._of_method(order, at, name)
        elif is_local(function, call.func):
            return None
        else:
            callee = self.names.resolve(found.scope.module.scope, call.func)
            signature = self._read(callee)
        return left_by(signature, call)

    def _above(self, order: Order, place: int) -> Signature:
        """The ``__init__`` that ``super()`` finds."""
        for at in range(place + 1, len(order)):
            self.decorators.refuse_unknown(order[at])
            own = self._own(order, at, "__init__")
            if own is not None:
                return own
            if self.hierarchy.bases(order[at]).others:
                raise Unreadable(f"a base of {order[at].path!r} has no source")
        if not order:
            raise Unreadable("super() outside a class")
        return _NOTHING

    def _of_partial(self, found: Definition) -> Signature:
        """What a `functools.partial` takes that is assigned to a name."""
        call = found.node
        if (
            not isinstance(call, ast.Call)
            or self.decorators.path(found.scope, call) != "functools.partial"
            or any(isinstance(each, ast.Starred) for each in call.args)
            or any(each.arg is None for each in call.keywords)
        ):
            raise Unreadable(f"{found.path!r} is made by an expression")
        signature = self._read(self.names.resolve(found.scope, call.args[0], found.place))
        given = {each.arg: ast.unparse(each.value) for each in call.keywords if each.arg}
        try:
            return signature.applied(len(call.args) - 1, given)
        except ValueError as error:
            raise Unreadable(f"{found.path!r} cannot be called: {error}") from error


def _docstring(found: Definition) -> str:
    """The docstring of a class or a function, as source has it."""
    if isinstance(found.node, ast.Lambda):
        return ""
    return ast.get_docstring(cast("ast.ClassDef", found.node), clean=False) or ""


def _mangled(name: str, scope: Scope) -> str:
    """A private name as Python has it in a class."""
    if scope is scope.module.scope or not name.startswith("__") or name.endswith("__"):
        return name
    return f"_{scope.path.rpartition('.')[2].lstrip('_')}{name}"


def _written(arguments: ast.arguments) -> Iterator[tuple[ast.arg, str, ast.expr | None]]:
    """The parameters of a function, each with its kind and its default."""
    positional = [*arguments.posonlyargs, *arguments.args]
    missing: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    for index, value in enumerate([*missing, *arguments.defaults]):
        is_only = index < len(arguments.posonlyargs)
        yield positional[index], POSITIONAL_ONLY if is_only else POSITIONAL_OR_KEYWORD, value
    if arguments.vararg is not None:
        yield arguments.vararg, VARIADIC_POSITIONAL, None
    for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield each, KEYWORD_ONLY, value
    if arguments.kwarg is not None:
        yield arguments.kwarg, VARIADIC_KEYWORD, None
