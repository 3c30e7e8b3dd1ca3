"""The parameters of a constructor that is made of the annotated fields of a class."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple, cast

from registry_core.signature.annotations import parsed
from registry_core.signature.decorators import DATACLASS
from registry_core.signature.record import KEYWORD_ONLY, POSITIONAL_OR_KEYWORD
from registry_core.signature.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.signature.decorators import Decorators
    from registry_core.signature.hierarchy import Hierarchy
    from registry_core.signature.modules import Definition, Scope
    from registry_core.signature.names import Names


class Field(NamedTuple):
    """A parameter before it is one.

    Attributes:
        name: its name.
        kind: as in `Parameter`.
        annotation: as source has it.
        default: as source has it, or in words.
        scope: where the names in its annotation are looked up.
    """

    name: str
    kind: str
    annotation: ast.expr | None
    default: ast.expr | str | None
    scope: Scope


class Fields:
    """Reads the fields of classes. Lives as long as the reader that makes it."""

    def __init__(self, names: Names, hierarchy: Hierarchy, decorators: Decorators) -> None:
        self._names, self._hierarchy, self._decorators = names, hierarchy, decorators

    def is_dataclass(self, of: Definition) -> bool:
        """Whether `dataclass` makes an ``__init__`` for this very class."""
        arguments = self._decorators.arguments(of, DATACLASS)
        return arguments is not None and _flag(arguments, "init", default=True)

    def of_dataclass(self, of: Definition) -> list[Field]:
        """What the ``__init__`` takes that `dataclass` makes.

        Raises:
            Unreadable: a field, or a class that may have some, is not certain.
        """
        found: dict[str, Field | None] = {}
        for each in reversed(self._hierarchy.order(of)):
            if any("." in path for path in self._hierarchy.bases(each).others):
                raise Unreadable(f"a base of {each.path!r} has no source")
            arguments = self._decorators.arguments(each, DATACLASS)
            if arguments is not None:
                # A field that a subclass declares again keeps its place.
                found |= self._own(each, keyword_only=_flag(arguments, "kw_only", default=False))
        fields = [each for each in found.values() if each is not None]
        return sorted(fields, key=lambda each: each.kind == KEYWORD_ONLY)

    def of_named_tuple(self, of: Definition) -> list[Field]:
        """What the ``__new__`` takes that `NamedTuple` makes."""
        return [
            Field(name, POSITIONAL_OR_KEYWORD, node.annotation, node.value, of.members)
            for name, node in _annotated(of)
        ]

    def _own(self, of: Definition, *, keyword_only: bool) -> dict[str, Field | None]:
        """The fields of one class by name; None for one that is not a parameter."""
        found: dict[str, Field | None] = {}
        for name, node in _annotated(of):
            kind = self._annotated_as(of, node.annotation)
            if kind == "dataclasses.KW_ONLY":
                keyword_only = True
            if kind in ("dataclasses.KW_ONLY", "typing.ClassVar"):
                continue
            default: ast.expr | str | None = node.value
            is_only, is_parameter = keyword_only, True
            if self._is_field(of, node.value):
                call = cast("ast.Call", node.value)
                given = {each.arg or "**": each.value for each in call.keywords}
                if "**" in given:
                    raise Unreadable(f"the field {name!r} of {of.path!r} is made as it runs")
                factory = given.get("default_factory")
                default = given.get("default")
                default = default if factory is None else f"{ast.unparse(factory)}()"
                is_only = _flag(given, "kw_only", default=keyword_only)
                is_parameter = _flag(given, "init", default=True)
            last = of.members.names.get(name, [])
            if len(last) > 1 or (last and last[-1][1].what is not node.value):
                raise Unreadable(f"the field {name!r} of {of.path!r} is made as it runs")
            kind = KEYWORD_ONLY if is_only else POSITIONAL_OR_KEYWORD
            field = Field(name, kind, node.annotation, default, of.members)
            found[name] = field if is_parameter else None
        return found

    def _annotated_as(self, of: Definition, annotation: ast.expr) -> str:
        """The path of what an annotation begins with."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            # As dataclasses does: by the text of the annotation.
            named = parsed(annotation.value.partition("[")[0])
            if named is None:
                return ""
            annotation = named
        if isinstance(annotation, ast.Subscript):
            annotation = annotation.value
        found = self._names.known(of.members, annotation)
        return "" if found is None else found.path

    def _is_field(self, of: Definition, value: ast.expr | None) -> bool:
        if not isinstance(value, ast.Call):
            return False
        path = self._decorators.path(of.members, value)
        if not path:
            raise Unreadable(f"{ast.unparse(value)[:80]!r} in {of.path!r} is not certain")
        return path == "dataclasses.field"


def _annotated(of: Definition) -> Iterator[tuple[str, ast.AnnAssign]]:
    for node in of.members.statements:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node
        elif isinstance(node, ast.If | ast.Try | ast.With) and any(
            isinstance(each, ast.AnnAssign) for each in ast.walk(node)
        ):
            raise Unreadable(f"the fields of {of.path!r} depend on a condition")


def _flag(arguments: dict[str, ast.expr], name: str, *, default: bool) -> bool:
    if "**" in arguments:
        raise Unreadable("the arguments of a dataclass are made as it runs")
    found = arguments.get(name)
    if found is None:
        return default
    if isinstance(found, ast.Constant) and isinstance(found.value, bool):
        return found.value
    raise Unreadable(f"{name} of a dataclass is made as it runs")
