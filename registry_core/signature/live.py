"""The signature of a live object, as `inspect` tells it."""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
from functools import lru_cache, partial
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from registry_core.guards import PASSES
from registry_core.signature.annotations import in_full
from registry_core.signature.record import (
    VARIADIC_KEYWORD,
    VARIADIC_POSITIONAL,
    Signature,
    parameter,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.entry import Entry
    from registry_core.signature.record import Parameter


def of_object(found: Callable[..., Any], *, follow_wrapped: bool = True) -> Signature:
    """The signature of a class, a function or another callable.

    One without a signature, as some builtins, is taken to accept anything.

    Args:
        found: the callable.
        follow_wrapped: whether it takes what it wraps, where it wraps something.

    Example:
        >>> from fractions import Fraction
        >>> of_object(Fraction.limit_denominator).parameters[-1]
        Parameter(name='max_denominator', kind='positional or keyword', annotation=None, \
default='1000000', required=False, bound=False)
    """
    parameters, annotations = _parameters(found, follow_wrapped=follow_wrapped)
    meant = _meant(found)
    file, line = _place(meant)
    abstract = tuple(sorted(getattr(found, "__abstractmethods__", ())))
    signature = Signature(parameters, annotations, _docstring(meant), file, line, None, abstract)
    return signature._replace(constructor_text=_constructor_docstring(meant))


def of_loaded(entry: Entry, found: Callable[..., Any], *, follow_wrapped: bool = True) -> Signature:
    """The signature of what `entry` has loaded, with what the entry binds."""
    target = found.func if entry.kwargs and isinstance(found, partial) else found
    return of_object(target, follow_wrapped=follow_wrapped).binding(entry.kwargs)


def _parameters(
    found: Callable[..., Any], *, follow_wrapped: bool
) -> tuple[tuple[Parameter, ...], dict[str, str]]:
    try:
        signature = inspect.signature(found, follow_wrapped=follow_wrapped)
    except PASSES:
        raise
    except BaseException:
        # Not TypeError and ValueError alone: a plugin's own __signature__ may raise anything.
        anything = (("args", VARIADIC_POSITIONAL), ("kwargs", VARIADIC_KEYWORD))
        return tuple(parameter(name, kind) for name, kind in anything), {}
    names = _names_seen_by(found)
    parameters: list[Parameter] = []
    annotations: dict[str, str] = {}
    for each in signature.parameters.values():
        annotation, default = None, None
        if each.annotation is not each.empty:
            annotation, full = _spelled(each.annotation, names)
            if full is not None:
                annotations[each.name] = full
        if each.default is not each.empty:
            default = repr(each.default)
        parameters.append(parameter(each.name, each.kind.description, annotation, default))
    return tuple(parameters), annotations


def _spelled(annotation: object, names: dict[str, object]) -> tuple[str, str | None]:
    """An annotation as the source spells it, and with every name in full."""
    if isinstance(annotation, str):
        return annotation, in_full(annotation, lambda name: _path(names.get(name)))
    # A class or a generic already shows its full path.
    text = _path(annotation) if isinstance(annotation, type) else None
    return inspect.formatannotation(annotation), in_full(text or repr(annotation), lambda _: None)


def _path(value: object) -> str | None:
    if isinstance(value, ModuleType):
        return value.__name__
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str):
        return None
    return name if module == "builtins" else f"{module}.{name}"


def _names_seen_by(found: Callable[..., Any]) -> dict[str, object]:
    """What the annotations of `found` can name, where they are texts."""
    meant: Any = _meant(found)
    for each in meant.__mro__ if isinstance(meant, type) else ():
        if "__init__" in vars(each):
            meant = vars(each)["__init__"]
            break
    seen = getattr(inspect.unwrap(meant), "__globals__", {})
    return {**vars(builtins), **seen}


def _meant(found: Callable[..., Any]) -> Callable[..., Any]:
    """What was written down: the function inside partials and decorators, an instance's class."""
    while isinstance(found, partial):
        found = found.func
    found = inspect.unwrap(found)
    found = getattr(found, "__func__", found)
    return found if hasattr(found, "__qualname__") else type(found)


def _docstring(meant: Callable[..., Any]) -> str:
    text = meant.__doc__
    if not isinstance(text, str):
        return ""
    # A dataclass without a docstring is given its signature for one.
    is_made = hasattr(meant, "__dataclass_fields__") and text.startswith(f"{meant.__name__}(")
    return "" if is_made else text


def _constructor_docstring(meant: Callable[..., Any]) -> str:
    makes = (getattr(meant, name, None) for name in ("__init__", "__new__"))
    # Any other is a slot, whose text is of no class.
    own = next((each for each in makes if isinstance(each, FunctionType)), None)
    return _docstring(own) if isinstance(meant, type) and own is not None else ""


def _place(meant: Callable[..., Any]) -> tuple[str | None, int | None]:
    try:
        file = inspect.getsourcefile(meant)
        text = "".join(linecache.getlines(file or "", vars(inspect.getmodule(meant) or builtins)))
        return (file, _line(meant, text)) if text else (None, None)
    except PASSES:
        raise
    except Exception:
        # The file is parsed: where warnings are errors, one of its author's is raised here.
        return None, None


def _line(meant: Callable[..., Any], text: str) -> int:
    """Where it begins in its file, decorators included."""
    # inspect would parse the file for each class, and then split that class into tokens.
    code = getattr(meant, "__code__", None)
    if isinstance(code, CodeType):
        return code.co_firstlineno
    if not isinstance(meant, type):
        return inspect.getsourcelines(meant)[1]
    first = vars(meant).get("__firstlineno__")
    return first if isinstance(first, int) else _class_lines(text)[meant.__qualname__]


@lru_cache(maxsize=16)
def _class_lines(text: str) -> dict[str, int]:
    """Where each class begins, by its qualified name; of several, the first."""
    found: dict[str, int] = {}
    waiting: list[tuple[ast.AST, str]] = [(ast.parse(text), "")]
    while waiting:
        node, above = waiting.pop()
        for each in ast.iter_child_nodes(node):
            within = above
            if isinstance(each, ast.ClassDef):
                name = f"{above}{each.name}"
                lines = [each.lineno, *(mark.lineno for mark in each.decorator_list)]
                found.setdefault(name, min(lines))
                within = f"{name}."
            elif isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                within = f"{above}{each.name}.<locals>."
            if isinstance(each, ast.stmt | ast.excepthandler | ast.match_case):
                waiting.append((each, within))
    return found
