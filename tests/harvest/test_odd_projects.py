"""Projects of odd make: each name that importing registers is in a row with its object, or said."""

from __future__ import annotations

import json
from textwrap import dedent
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from fresh_process import python

from registry_core.harvest.project import find_project
from registry_core.harvest.rows import harvest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Odd(NamedTuple):
    """A package of some modules, in which PKG stands for its name.

    Attributes:
        modules: by path, their source.
        rows: the names that are read.
        notes: by the place "file:line" a part of what is said of it.
    """

    modules: dict[str, str]
    rows: list[str]
    notes: Mapping[str, str] = MappingProxyType({})


REGISTRY = """
    from registry_core import Registry
    R = Registry("r", group="odd.PKG", scope="PKG")
"""
RUNS = "only running it would tell what it registers"
ODD = {
    "nested": Odd(
        {
            "__init__": REGISTRY,
            "a/__init__": "",
            "a/b/__init__": "from PKG import R\n@R.register_module()\nclass Deep: ...",
        },
        ["Deep"],
    ),
    "namespaces": Odd(
        {
            "one/reg": REGISTRY,
            "two/m": "from PKG.one.reg import R\n@R.register_module()\nclass A: ...",
        },
        ["A"],
    ),
    "stars": Odd(
        {
            "__init__": "from .reg import *\nfrom .nets import *",
            "reg": REGISTRY + "    __all__ = ['R']",
            "nets": "from PKG.reg import *\nclass T: ...\n@R.register_module()\nclass S: ...",
            "calls": "from PKG import *\nR.register_module(module=T)\n"
            "R.register_module('int', module=int)",
        },
        ["S", "T", "int"],
    ),
    "circles": Odd(
        {
            "__init__": "from .reg import R\nfrom . import a",
            "reg": REGISTRY,
            "a": "from PKG import R\nfrom . import b\n@R.register_module()\nclass A: ...",
            "b": "from PKG import R\nfrom . import a\n@R.register_module()\nclass B: ...",
        },
        ["A", "B"],
    ),
    "star_circles": Odd(
        {
            "__init__": "from .x import *\nfrom .y import *",
            "x": "from .y import *\n" + dedent(REGISTRY),
            "y": "from .x import *",
            "z": "from PKG import R\n@R.register_module()\nclass Z: ...",
        },
        ["Z"],
    ),
    "hosts": Odd(
        {
            "__init__": REGISTRY,
            "m": """
                import sys
                from PKG import R
                if sys.version_info >= (3, 8):
                    @R.register_module()
                    class New: ...
                if __name__ == "__main__":
                    R.register_module("main", module=dict)
            """,
        },
        ["New"],
        {"m.py:8": RUNS},
    ),
    "stacked": Odd(
        {
            "__init__": REGISTRY,
            "m": """
                import dataclasses, functools
                from PKG import R
                def same(c): return c
                def wrap(f):
                    def inner(*a): return f(*a)
                    return inner
                @same
                @R.register_module()
                @R.register_module("other")
                @dataclasses.dataclass
                class D: ...
                @R.register_module("cached")
                @functools.lru_cache
                def f(): ...
                @R.register_module()
                @wrap
                def g(): ...
                @wrap
                @R.register_module()
                def h(): ...
                @functools.lru_cache
                @R.register_module()
                def i(): ...
            """,
        },
        ["D", "cached", "h", "i", "other"],
        {
            "m.py:16": "its name is computed as it runs",
            "m.py:20": "'h' is registered before @wrap, which may make something else of it",
            "m.py:23": "'i' is registered before @functools.lru_cache, which may make something",
        },
    ),
    "inside": Odd(
        {
            "__init__": REGISTRY,
            "m": """
                from PKG import R
                def make():
                    @R.register_module()
                    class Inner: ...
                make()
                class Outer:
                    @R.register_module()
                    class InClass: ...
            """,
        },
        [],
        {"m.py:4": RUNS, "m.py:8": RUNS},
    ),
    "exports": Odd(
        {
            "__init__": "from ._impl import R, R as REG, Net as PublicNet",
            "_impl": REGISTRY + "    class Net: ...",
            "m": "import PKG as p\np.REG.register_module('pub', module=p.PublicNet)\n"
            "sign = p.R.register_module\n@sign()\nclass A: ...",
            "far": "from PKG.m import sign\n@sign()\nclass Far: ...",
        },
        ["A", "Far", "pub"],
    ),
    "constants": Odd(
        {
            "__init__": REGISTRY,
            "m": """
                from PKG import R
                ONCE, TWICE = "once", "twice"
                NAME = "name"
                AGAIN = "first"
                @R.register_module(NAME)
                class A: ...
                @R.register_module(AGAIN)
                class B: ...
                AGAIN = "second"
                @R.register_module(ONCE)
                class C: ...
            """,
        },
        ["name"],
        {"m.py:8": "its name is computed", "m.py:11": "its name is computed"},
    ),
    "blocks": Odd(
        {
            "__init__": REGISTRY,
            "m": """
                from PKG import R
                match 1:
                    case 1:
                        R.register_module("match", module=dict)
                while True:
                    R.register_module("while", module=dict)
                    break
                async def f(): ...
                R.register_module(module=f)
                (X := R.register_module("walrus", module=dict))
                if R:
                    R.register_module("if", module=dict)
            """,
        },
        ["f", "if"],
        {
            "m.py:5": RUNS,
            "m.py:7": RUNS,
            "m.py:11": RUNS,
            "m.py:13": "'if' is registered under a condition",
        },
    ),
    "helpers": Odd(
        {
            "__init__": REGISTRY,
            "m": """
                from functools import partial
                from PKG import R
                register = partial(R.register_module, force=True)
                @register()
                class A: ...
                def named(name): return R.register_module(name)
                @named("b")
                class B: ...
                for each in [R.register_module()]:
                    each(dict)
            """,
        },
        [],
        {"m.py:4": RUNS, "m.py:7": RUNS, "m.py:10": RUNS},
    ),
    "holders": Odd(
        {
            "__init__": REGISTRY
            + """
    class Hub:
        nets = R
    hub, table = Hub(), {"a": R}
    class Own(Registry): ...
    OWN = Own("own")
    """,
            "m": """
                from PKG import Hub, hub, table, OWN
                @Hub.nets.register_module()
                class A: ...
                @hub.nets.register_module()
                class B: ...
                @table["a"].register_module()
                class C: ...
                @OWN.register_module()
                class D: ...
            """,
        },
        ["A"],
        dict.fromkeys(("m.py:5", "m.py:7", "m.py:9"), "source does not tell which registry it is"),
    ),
    "lines": Odd(
        {
            "__init__": REGISTRY,
            "m": "from PKG import R\r\n@R.register_module()\r\nclass A:\r\n '''x\r\n'''\r\n",
            "mark": "\ufefffrom PKG import R\n@R.register_module()\nclass B: ...",
            "late": "from PKG import R\n@R.register_module()\nclass C: ...\ndel C",
        },
        ["A", "B"],
        {"late.py:2": "'C' stands for something else later"},
    ),
}
BROKEN = {
    "in a body": "from PKG import R\n@R.register_module()\nclass A:\n    def f(self): return (\n",
    "late": "from PKG import R\n@R.register_module()\nclass A: ...\nreturn 3",
    "deep": "from PKG import R\n@R.register_module()\nclass A: ...\nx = " + "-" * 100_000 + "1",
    "wide": "from PKG import R\n@R.register_module()\nclass A: ...\nx = " + "1+" * 20_000 + "1",
    "nothing": "from PKG import R\n@R.register_module()\nclass A: ...\n\0",
    "Latin": "from PKG import R\n@R.register_module('\udcff')\nclass A: ...",
}
# Imports each module, and compares the object of each row with what is registered.
RUN = """
import importlib, json, sys
answers = {}
for package, (home, modules, rows) in json.load(open("asked.json")).items():
    for module in modules:
        importlib.import_module(module)
    registry = importlib.import_module(home).R
    live = {entry.name: registry[entry.name] for entry in registry.entries()}
    others = []
    for name, target in rows.items():
        module, _, attribute = target.partition(":")
        if getattr(importlib.import_module(module), attribute) is not live[name]:
            others.append(name)
    answers[package] = [sorted(live), others]
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, dict[str, Any]]:
    """What is read of each project, and what importing it makes."""
    folder = tmp_path_factory.mktemp("odd")
    read, asked = {}, {}
    for name, odd in ODD.items():
        package = f"odd_{name}"
        for path, text in odd.modules.items():
            write(folder / name / "src" / package / f"{path}.py", text, package)
        found = read[name] = harvest(find_project(folder / name))
        modules = [
            f"{package}.{path.replace('/', '.')}".removesuffix(".__init__") for path in odd.modules
        ]
        home = f"{package}.one.reg" if name == "namespaces" else package
        asked[name] = [home, sorted(modules), found.groups.get(f"odd.{package}", {})]
    (folder / "asked.json").write_text(json.dumps(asked))
    places = [str(folder / name / "src") for name in ODD]
    code = f"import os, sys; os.chdir({str(folder)!r}); sys.path[:0] = {places!r}\n{RUN}"
    return read, json.loads(python(code))


def write(file: Path, text: str, package: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = dedent(text).replace("PKG", package)
    file.write_bytes(text.encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("name", ODD)
def test_what_importing_registers_is_in_a_row_or_said(projects: Any, name: str) -> None:
    read, answers = projects
    odd, found = ODD[name], read[name]
    rows = found.groups.get(f"odd.odd_{name}", {})
    assert sorted(rows) == odd.rows
    assert len(found.groups) <= 1
    said = {note.partition(f"odd_{name}/")[2]: note for note in map(str, found.notes)}
    assert len(said) == len(odd.notes), said
    for place, words in odd.notes.items():
        assert any(each.startswith(f"{place}: ") and words in each for each in said), (place, said)
    live, others = answers[name]
    assert set(rows) <= set(live)
    for each in others:
        assert any(f"'{each}' is registered before" in note for note in said.values())
    # As many places are reported as names are missing, but for what runs in one place alone.
    unread = [note for note in found.notes if note.is_unread]
    assert len(set(live) - set(rows)) <= len(unread)


@pytest.mark.parametrize("name", BROKEN)
def test_a_module_that_cannot_be_imported_has_no_rows_and_is_said(
    tmp_path: Path, name: str
) -> None:
    write(tmp_path / "odd_broken" / "__init__.py", REGISTRY, "odd_broken")
    write(tmp_path / "odd_broken" / "m.py", BROKEN[name], "odd_broken")
    write(
        tmp_path / "odd_broken" / "fine.py",
        "from PKG import R\n@R.register_module()\nclass Fine: ...",
        "odd_broken",
    )
    found = harvest(find_project(tmp_path))
    assert found.groups == {"odd.odd_broken": {"Fine": "odd_broken.fine:Fine"}}
    (note,) = found.notes
    assert note.is_unread
    assert note.file == str(tmp_path / "odd_broken" / "m.py")
    assert "it cannot be " in note.what
    assert note.line == {"in a body": 4, "late": 4}.get(name, note.line)


def test_a_package_without_init_beside_pyproject_is_found_by_a_setting(tmp_path: Path) -> None:
    write(tmp_path / "odd_space" / "one" / "m.py", REGISTRY, "odd_space")
    write(tmp_path / "pyproject.toml", "[tool.registry_core.harvest]\nroot = '.'\n", "")
    assert find_project(tmp_path).modules == ("odd_space.one.m",)
