"""What every property asks of the core: its errors, what it imports, what it leaves as it was."""

from __future__ import annotations

import pkgutil
import sys
import sysconfig
from contextlib import contextmanager
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import registry_core
from registry_core import RegistryError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

# Characters. No message may flood a screen, whatever it is about.
LONGEST_MESSAGE = 3_000

# What the core and its libraries import late, by their own decision and not by that of an input.
_LATE = (
    "difflib",
    "importlib_metadata",
    "inspect",
    "json",
    "pluggy",
    "unicodedata",
    "yaml",
    "packaging.requirements",
    "packaging.specifiers",
)
_ROOMS = tuple(
    f"registry_core.{room}"
    for room in ("building", "config", "environment", "hooks", "installed", "tree")
)


@cache
def get_ready() -> None:
    """Import what is imported late, so that what an input has imported can be told from it."""
    for name in _LATE:
        import_module(name)
    # The first question imports what Python was built with.
    sysconfig.get_path("stdlib")
    for module in pkgutil.walk_packages(registry_core.__path__, "registry_core."):
        alone = not module.ispkg and module.name.count(".") == 1
        alone = alone and not module.name.endswith("__main__")
        if alone or module.name.startswith(_ROOMS):
            import_module(module.name)


class _Refusal:
    """A finder that finds nothing and lets nobody after it find anything."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def find_spec(self, name: str, *_: object) -> None:
        self.asked.append(name)
        raise ModuleNotFoundError(f"no input may import {name!r}", name=name)


@contextmanager
def importing_nothing(allowed: Collection[str] = ()) -> Iterator[None]:
    """Let no import succeed, and fail where one was tried that is not `allowed` to be."""
    get_ready()
    refusal = _Refusal()
    before = {*sys.modules}
    sys.meta_path.insert(0, refusal)
    try:
        yield
    finally:
        sys.meta_path.remove(refusal)
    asked = [name for name in refusal.asked if name not in allowed]
    assert not asked, f"it imports {asked}"
    assert sys.modules.keys() <= before, f"it has imported {sys.modules.keys() - before}"


def judge_text(text: str) -> None:
    """Fail where `text` could flood or fake a terminal."""
    assert text.isprintable(), f"it cannot be printed: {text[:LONGEST_MESSAGE]!r}"
    assert len(text) < LONGEST_MESSAGE, f"{len(text)} characters: {text[:200]!r}..."


def judge_error(error: RegistryError, *, may_nest: bool = False) -> None:
    """Fail where an error cannot be shown, or hides that Python itself gave up.

    Args:
        error: what was raised.
        may_nest: whether its cause may be that a text nests deeper than Python calls may.
    """
    judge_text(str(error))
    judge_text(repr(error))
    cause: BaseException | None = error
    while cause is not None:
        assert not isinstance(cause, MemoryError), f"no memory behind {error!r}"
        assert may_nest or not isinstance(cause, RecursionError), f"no stack behind {error!r}"
        cause = cause.__cause__ or cause.__context__


def outcome(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What `function` returns, or the RegistryError that it raises; another error is a fault."""
    try:
        return function(*args, **kwargs)
    except RegistryError as error:
        judge_error(error)
        return error


def inside(data: object) -> list[tuple[object, object]]:
    """What a value holds, by key or index; empty where it is not a container."""
    if isinstance(data, dict):
        return list(data.items())
    if isinstance(data, (list, tuple)):
        return list(enumerate(data))
    if isinstance(data, partial):
        func = getattr(data.func, "__wrapped__", data.func)
        return [("func", func), ("args", data.args), ("keywords", data.keywords)]
    return []


def every(data: object) -> list[object]:
    """Every value in `data`, itself the first, each once, however deep and however often."""
    found: dict[int, object] = {id(data): data}
    waiting = [data]
    while waiting:
        for _, value in inside(waiting.pop()):
            if id(value) not in found:
                found[id(value)] = value
                waiting.append(value)
    return list(found.values())


def layout(data: object) -> dict[int, list[tuple[object, int]]]:
    """Which object is where in `data`: the same as long as nobody changes it."""
    return {
        id(value): [(key, id(part)) for key, part in inside(value)]
        for value in every(data)
        if isinstance(value, (dict, list))
    }


def are_same(one: object, other: object) -> bool:
    """Whether two values are alike in all their parts, types included; NaN is like itself."""
    seen: set[tuple[int, int]] = set()
    waiting = [(one, other)]
    while waiting:
        a, b = waiting.pop()
        if a is b or (id(a), id(b)) in seen:
            continue
        seen.add((id(a), id(b)))
        parts, others = inside(a), inside(b)
        keys = [(type(key), key) for key, _ in parts]
        if type(a) is not type(b) or [(type(key), key) for key, _ in others] != keys:
            return False
        if not isinstance(a, (dict, list, tuple, partial)) and a != b and a == a:  # noqa: PLR0124
            return False
        waiting += [(x, y) for (_, x), (_, y) in zip(parts, others, strict=True)]
    return True
