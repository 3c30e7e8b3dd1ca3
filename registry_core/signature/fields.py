"""The parameters that `dataclasses.dataclass` makes of the fields of a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import griffe

from registry_core.signature.record import KEYWORD_ONLY, POSITIONAL_OR_KEYWORD, parameter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from registry_core.signature.record import Parameter

Field = tuple["Parameter", griffe.Class]


def dataclass_of(found: griffe.Class) -> bool:
    """Whether `dataclass` makes an `__init__` for this very class."""
    arguments = _decorated(found)
    return arguments is not None and arguments.get("init") != "False"


def fields_of(classes: Sequence[griffe.Class]) -> list[Field]:
    """The parameters of the `__init__` that is made, each with the class that has the field.

    Args:
        classes: the dataclass and the classes above it, in the order of Python's lookup.
    """
    found: dict[str, Field] = {}
    for each in reversed(classes):
        arguments = _decorated(each)
        if arguments is None:
            continue
        for name, field in _own(each, keyword_only=arguments.get("kw_only") == "True"):
            # A field that a subclass declares again keeps its place.
            if field is not None:
                found[name] = (field, each)
            else:
                found.pop(name, None)
    return sorted(found.values(), key=lambda item: item[0].kind == KEYWORD_ONLY)


def _own(found: griffe.Class, *, keyword_only: bool) -> Iterator[tuple[str, Parameter | None]]:
    """The fields of one class by name; None for one that is no parameter."""
    for name, member in found.members.items():
        if not isinstance(member, griffe.Attribute) or member.annotation is None:
            continue
        annotation = member.annotation
        if "property" in member.labels or "instance-attribute" not in member.labels:
            continue
        path = annotation.canonical_path if isinstance(annotation, griffe.Expr) else annotation
        if path == "dataclasses.KW_ONLY":
            keyword_only = True
            continue
        said = _arguments(member.value, "dataclasses.field")
        if said is None:
            default = None if member.value is None else str(member.value)
        elif "default_factory" in said:
            default = f"{said['default_factory']}()"
        else:
            default = said.get("default")
        said = said or {}
        if said.get("init") == "False":
            yield name, None
            continue
        only = said.get("kw_only", str(keyword_only)) == "True"
        kind = KEYWORD_ONLY if only else POSITIONAL_OR_KEYWORD
        yield name, parameter(name, kind, str(annotation), default)


def _decorated(found: griffe.Class) -> dict[str, str] | None:
    """What the decorator `dataclass` is told; None where the class has none."""
    for decorator in found.decorators:
        value = decorator.value
        if isinstance(value, griffe.Expr) and value.canonical_path == "dataclasses.dataclass":
            return _arguments(value, "dataclasses.dataclass") or {}
    return None


def _arguments(value: object, path: str) -> dict[str, str] | None:
    """The keyword arguments, as source, of a call of what has that path; None for all else."""
    if not isinstance(value, griffe.ExprCall) or value.canonical_path != path:
        return None
    return {
        each.name: str(each.value)
        for each in value.arguments
        if isinstance(each, griffe.ExprKeyword)
    }
