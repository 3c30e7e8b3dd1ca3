"""Signatures from source are those that `inspect` tells of the objects, or none."""

from __future__ import annotations

import importlib
import inspect
import itertools
import pkgutil
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_core.signature.source import Absent, Unreadable
from registry_core.signature.static import Reader
from registry_core.testing import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def callables(package: str) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """What the modules of a package define: module, name and object."""
    names = [package]
    path = getattr(importlib.import_module(package), "__path__", None)
    names += [each.name for each in pkgutil.walk_packages(path, f"{package}.") if path]
    names = [name for name in names if "test" not in name and "__main__" not in name]
    for name in names:
        try:
            found = vars(importlib.import_module(name))
        except (Exception, SystemExit):
            # It needs another system, or another package.
            continue
        for key, value in found.items():
            is_callable = inspect.isclass(value) or inspect.isfunction(value)
            if is_callable and value.__module__ == name:
                yield name, key, value


def judge(reader: Reader, module: str, name: str, value: Callable[..., Any]) -> bool:
    """Whether it can be read; an assertion fails where it is read wrongly."""
    try:
        found = reader.signature(module, name)
    except Unreadable:
        return False
    live = inspect.signature(value).parameters.values()
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    assert [(each.name, each.kind, each.required) for each in found.parameters] == [
        (each.name, each.kind.description, each.default is each.empty and each.kind not in variadic)
        for each in live
    ], f"{module}:{name}"
    abstract = getattr(value, "__abstractmethods__", ())
    assert set(found.abstract) <= set(abstract), f"{module}:{name}"
    return True


@pytest.mark.parametrize(
    ("package", "least"),
    [
        *(("argparse", 0.8), ("asyncio", 0.5), ("concurrent.futures", 0.5), ("email", 0.8)),
        *(("fractions", 0.9), ("http", 0.7), ("importlib.metadata", 0.7), ("json", 0.9)),
        *(("logging", 0.9), ("pluggy", 0.7), ("threading", 0.8), ("unittest", 0.6)),
    ],
)
def test_what_packages_define_is_read_as_inspect_tells_it(package: str, least: float) -> None:
    reader = Reader()
    read = [judge(reader, *each) for each in callables(package)]
    assert sum(read) >= least * len(read)


# Installed beside the tests; what decorates its functions is mostly silent.
INSTALLED = {
    "_pytest": 0.8,
    "box": 0,
    "click": 0.8,
    "griffe": 0.8,
    "hatchling": 0.8,
    "hydra": 0.7,
    "hypothesis": 0.5,
    "jsonschema": 0.3,
    "omegaconf": 0.7,
    "pydantic": 0.5,
    "rich": 0.7,
    "ruamel.yaml": 0.8,
    "setuptools": 0.5,
    "tomlkit": 0.7,
    "mmengine": 0.8,
    "sympy": 0.8,
    "networkx": 0.2,
    "huggingface_hub": 0.5,
    "matplotlib": 0.5,
    "torch": 0.5,
}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("package", INSTALLED)
def test_the_callables_of_installed_packages_are_read_as_inspect_tells_them(package: str) -> None:
    pytest.importorskip(package)
    reader = Reader()
    read = [judge(reader, *each) for each in callables(package)]
    assert sum(read) >= INSTALLED[package] * len(read)


def test_the_estimators_of_scikit_learn_are_read_as_inspect_tells_them() -> None:
    pytest.importorskip("sklearn")
    from sklearn.utils import all_estimators

    reader = Reader()
    read = [judge(reader, each.__module__, name, each) for name, each in all_estimators()]
    assert len(read) > 150
    # Two are deprecated by a decorator that is a class.
    assert read.count(False) <= 2


NAMES = st.sampled_from(["a", "b", "c", "__d"])
DECORATORS = st.sampled_from(
    ["", "", "", "@dataclass", "@keep", "@wrapped", "@changed", "@rewritten", "@made(1)", "@final"]
)
PREFIX = """
import functools, sys, typing
from dataclasses import dataclass, field
from typing import final
def keep(f):
    return f
def wrapped(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        return f(*args, **kwargs)
    return inner if not isinstance(f, type) else f
def changed(f):
    return lambda other: f
def rewritten(f):
    if isinstance(f, type):
        f.__init__ = lambda self, other: None
    return f
def made(x):
    def inner(f):
        return f
    return inner
class Meta(type):
    def __call__(cls, meta): ...
class Quiet(type):
    kept = 1
class Hook:
    def __init_subclass__(cls):
        cls.__init__ = lambda self, hooked: None
"""
_counter = itertools.count()


@st.composite
def parameters(draw: st.DrawFn) -> str:
    """The parameters of a method or a function, after the first."""
    names = draw(st.lists(NAMES, unique=True, max_size=3))
    split = draw(st.integers(0, len(names)))
    default_from = draw(st.integers(0, split))
    parts = [f"{n}=1" if i >= default_from else n for i, n in enumerate(names[:split])]
    has_slash = draw(st.booleans())
    if parts and has_slash:
        parts.insert(draw(st.integers(1, len(parts))), "/")
    rest = names[split:]
    if draw(st.booleans()):
        parts.append("*args")
    elif rest:
        parts.append("*")
    parts += [f"{n}: int = 2" if draw(st.booleans()) else n for n in rest]
    if draw(st.booleans()):
        parts.append("**kwargs")
    return ", ".join(parts)


@st.composite
def classes(draw: st.DrawFn, name: str, known: list[str]) -> str:
    """A class, with bases among those that are known."""
    bases: list[str] = draw(st.lists(st.sampled_from([*known, "Hook", "dict"]), max_size=2))
    meta = draw(st.sampled_from(["", "", "", "metaclass=Meta", "metaclass=Quiet"]))
    lines = [f"class {name}({', '.join(filter(None, [*dict.fromkeys(bases), meta]))}):"]
    lines += [
        f"    {each}: int" for each in draw(st.lists(st.sampled_from(["x", "y"]), max_size=2))
    ]
    for method in draw(st.lists(st.sampled_from(["__init__", "__new__"]), unique=True, max_size=2)):
        inside = draw(parameters())
        body = "return object.__new__(cls)" if method == "__new__" else "..."
        decorator = draw(st.sampled_from(["", "", "@keep", "@wrapped", "@changed"]))
        if decorator:
            lines.append(f"    {decorator}")
        first = "cls" if method == "__new__" else "self"
        lines.append(f"    def {method}({', '.join(filter(None, [first, inside]))}): {body}")
    return "\n".join([draw(DECORATORS), *lines, "    kept = 1"])


@st.composite
def modules(draw: st.DrawFn) -> str:
    """A module of classes and functions, some of them on a condition or renamed."""
    texts: list[str] = [PREFIX]
    known: list[str] = []
    for index in range(draw(st.integers(1, 4))):
        name = f"C{index}"
        text = draw(classes(name, known))
        if draw(st.integers(0, 4)) == 0:
            condition = draw(st.sampled_from(["sys.version_info > (3,)", "len('x')", "False"]))
            other = draw(classes(name, known))
            inside = ["    " + line for line in text.splitlines()]
            outside = ["    " + line for line in other.splitlines()]
            text = "\n".join([f"if {condition}:", *inside, "else:", *outside])
        texts.append(text)
        known.append(name)
    for index in range(draw(st.integers(0, 2))):
        texts.append(f"{draw(DECORATORS)}\ndef f{index}({draw(parameters())}): ...")
        if draw(st.booleans()):
            texts.append(f"p{index} = functools.partial(f{index}, {draw(st.sampled_from('bc'))}=1)")
    texts.append(f"Renamed = {draw(st.sampled_from(known))}")
    return "\n".join(texts)


@given(text=modules())
def test_generated_modules_are_read_as_importing_tells_them(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name = f"generated_{next(_counter)}"
    folder: Path = tmp_path_factory.mktemp("generated")
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    with Site(folder).in_use():
        reader = Reader()
        read: dict[str, list[tuple[str, str, bool]]] = {}
        for each in ("C0", "C1", "C2", "C3", "f0", "f1", "p0", "p1", "Renamed"):
            try:
                found = reader.signature(name, each)
            except (Unreadable, Absent):
                continue
            read[each] = [(p.name, p.kind, p.required) for p in found.parameters]
        assert name not in sys.modules
        try:
            loaded = importlib.import_module(name)
        except Exception:
            # No such class can be made.
            return
    for each, told in read.items():
        live = inspect.signature(getattr(loaded, each)).parameters.values()
        assert told == [
            (p.name, p.kind.description, p.default is p.empty and not str(p).startswith("*"))
            for p in live
        ], text
