"""Registries and what is registered in them, read from source across files."""

from __future__ import annotations

import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from registry_core.signature.modules import Definition
from registry_core.signature.registrations import Registration, Registrations, Unread
from registry_core.signature.registry_calls import RegistryCall, registry_call
from registry_core.signature.source import Absent
from registry_core.signature.static import Reader

if TYPE_CHECKING:
    from registry_core.testing import Site

OWNER = """
    from registry_core import Registry as Reg
    GROUP = "bakery.bread"
    BREAD = Reg("bread", group=GROUP, scope="bakery", recursive=True)
    CAKE: Reg = Reg("cake")
    CHILD = Reg("rye", parent=BREAD, scope="rye")
    PLACED = Reg("placed", None, None, "placed", ["bakery.placed"])
    UNSURE = Reg("unsure", group=input())
    OPEN = Reg("open", locations=input(), base=input())
    OTHER = dict(name="bread")
    ARGUMENTS = ["starred"]
    STARRED = Reg(*ARGUMENTS)
    class Baked: ...
    STRICT = Reg("strict", base=Baked, type_key="kind")
    NAMED = Reg(name="parameter scheduler")
    raise SystemExit("imported")
"""
BREADS = """
    from bakery.registry import BREAD, CAKE as SWEET
    import bakery.registry as r
    @BREAD.register_module()
    class Rye: ...
    @BREAD.register_module(name=["spelt", "dinkel"], force=True)
    class Spelt: ...
    @SWEET.register_module("torte")
    def make(): ...
    class Oat: ...
    r.BREAD.register_module(module=Oat)
    BREAD.register_module("plain")(Oat)
    BREAD.register_module("third", True, Oat)
"""


@pytest.fixture
def bakery(plugin_site: Site) -> Site:
    modules = {"__init__": "", "registry": OWNER, "breads": BREADS, "sub/__init__": ""}
    modules["placed"] = (
        "from bakery.registry import PLACED\n@PLACED.register_module()\nclass A: ..."
    )
    for name, text in modules.items():
        file = plugin_site.folder / "bakery" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    return plugin_site


def called(attribute: str) -> RegistryCall | None:
    return registry_call(Reader(), f"bakery.registry:{attribute}")


def test_the_settings_of_a_registry_are_read_from_its_call(bakery: Site) -> None:
    with bakery.in_use():
        bread, cake, placed, child = map(called, ("BREAD", "CAKE", "PLACED", "CHILD"))
        unsure = [called(name) for name in ("UNSURE", "OTHER", "GROUP", "STARRED")]
        open_, strict, named = called("OPEN"), called("STRICT"), called("NAMED")
        assert "bakery" not in sys.modules
    assert bread is not None
    assert (bread.name, bread.group, bread.scope) == ("bread", "bakery.bread", "bakery")
    assert (bread.locations, bread.recursive, bread.unknown) == ((), True, frozenset())
    assert cake is not None
    assert (cake.name, cake.group, cake.scope) == ("cake", "registry_core.cake", "bakery")
    assert cake.recursive is None
    assert placed is not None
    assert (placed.scope, placed.locations) == ("placed", ("bakery.placed",))
    assert child is not None
    assert child.parent is not None
    assert (child.parent.path, child.scope, child.group) == ("bakery.registry.BREAD", "rye", "")
    assert unsure == [None] * 4
    assert open_ is not None
    assert open_.unknown == {"locations", "base"}
    assert strict is not None
    assert (strict.base, strict.type_key) == ("bakery.registry.Baked", "kind")
    assert named is not None
    assert named.name == "parameter scheduler"


def read(name: str) -> tuple[list[Registration], list[Unread]]:
    reader = Reader()
    found = Registrations(reader, reader.names.module(f"bakery.{name}")).read()
    certain = [each for each in found if isinstance(each, Registration)]
    return certain, [each for each in found if isinstance(each, Unread)]


def _named(each: Registration) -> str:
    assert isinstance(each.registry, Definition)
    return each.registry.name


def test_what_decorators_and_calls_register_is_found_with_where_it_stands(bakery: Site) -> None:
    with bakery.in_use():
        found, unread = read("breads")
        assert "bakery" not in sys.modules
    assert not unread
    assert [(_named(each), each.name, each.target) for each in found] == [
        ("BREAD", "Rye", "bakery.breads:Rye"),
        ("BREAD", "spelt", "bakery.breads:Spelt"),
        ("BREAD", "dinkel", "bakery.breads:Spelt"),
        ("CAKE", "torte", "bakery.breads:make"),
        ("BREAD", "Oat", "bakery.breads:Oat"),
        ("BREAD", "plain", "bakery.breads:Oat"),
        ("BREAD", "third", "bakery.breads:Oat"),
    ]
    assert [each.force for each in found] == [False, True, True, False, False, False, True]
    assert all(each.is_certain for each in found)
    assert [each.line for each in found] == [4, 6, 6, 8, 11, 12, 13]
    assert found[0].file.endswith("breads.py")


READ: dict[str, tuple[str, dict[str, str]]] = {
    "another name": ("reg = BREAD.register_module\n@reg()\nclass A: ...", {"A": ":A"}),
    "a loop": (
        "class A: ...\nclass B: ...\nfor each in (A, B):\n    BREAD.register_module(module=each)",
        {"A": ":A", "B": ":B"},
    ),
    "a loop over pairs": (
        "class A: ...\nfor n, c in [('x', A), ('y', A)]:\n    BREAD.register_module(n, module=c)",
        {"x": ":A", "y": ":A"},
    ),
    "a loop over a dict": (
        "class A: ...\nfor n, each in {'x': A}.items():\n    BREAD.register_module(n)(each)",
        {"x": ":A"},
    ),
    "a class of another module": (
        "import json as j\nfrom xml import dom\nBREAD.register_module(module=j.JSONDecoder)\n"
        "BREAD.register_module(module=dom.minidom.Document)\nBREAD.register_module(module=dict)",
        {
            "JSONDecoder": "json:JSONDecoder",
            "Document": "xml.dom.minidom:Document",
            "dict": "builtins:dict",
        },
    ),
    "what is kept": ("class A: ...\nB = BREAD.register_module('b', module=A)", {"b": ":A"}),
    "an alias": ("class A: ...\nB = A\nBREAD.register_module(module=B)", {"A": ":B"}),
    "a with": ("with open('x'):\n    @BREAD.register_module()\n    class A: ...", {"A": ":A"}),
    "a value": ("A = object()\nBREAD.register_module('a', module=A)", {"a": ":A"}),
    "type checkers": ("if TYPE_CHECKING:\n    @BREAD.register_module()\n    class A: ...", {}),
    "torch": ("class A:\n    def f(self):\n        self.register_module('x', 3)", {}),
    "another's method": ("import json\njson.register_module(module=int)", {}),
    "a text": ("'''BREAD.register_module(module=int)'''", {}),
}


@pytest.mark.parametrize("name", READ)
def test_ways_to_register_that_source_tells(bakery: Site, name: str) -> None:
    text, wanted = READ[name]
    more(bakery, text)
    with bakery.in_use():
        found, unread = read("more")
    assert not unread
    assert {each.name: each.target.removeprefix("bakery.more") for each in found} == wanted


NOT_CERTAIN = {
    "a computed name": "@BREAD.register_module(input())\nclass A: ...",
    "a name of a loop": "for n in (1, 2):\n    BREAD.register_module(f'x{n}', module=int)",
    "a computed loop": "for each in vars().values():\n    BREAD.register_module(module=each)",
    "inside a function": "def f():\n    BREAD.register_module(module=int)",
    "what is called": "BREAD.register_module(module=print())",
    "what is made": "A = type('A', (), {})\nBREAD.register_module(module=A)",
    "an unknown registry": "@missing.register_module()\nclass A: ...",
    "a derived registry": (
        "class Mine(type(BREAD)): ...\nMINE = Mine('m')\n@MINE.register_module()\nclass A: ..."
    ),
    "a registry by condition": (
        "ONE = BREAD if input() else None\n@ONE.register_module()\nclass A: ..."
    ),
    "a registry that a function makes": (
        "LATE = None\ndef f():\n    global LATE\n    LATE = BREAD\nf()\n"
        "@LATE.register_module()\nclass A: ..."
    ),
    "no brackets": "@BREAD.register_module\nclass A: ...",
    "an argument": "def f(registry):\n    registry.register_module(module=int)",
}


@pytest.mark.parametrize("name", NOT_CERTAIN)
def test_what_only_running_would_tell_is_reported_with_its_line(bakery: Site, name: str) -> None:
    text = NOT_CERTAIN[name]
    more(bakery, text)
    with bakery.in_use():
        found, unread = read("more")
    assert not found
    line = next(n for n, each in enumerate(text.splitlines(), 2) if "register_module" in each)
    assert {(each.line, each.file.endswith("more.py")) for each in unread} == {(line, True)}
    is_known = "registry" not in name and name != "an argument"
    assert all((each.registry is not None) == is_known for each in unread)


@pytest.mark.parametrize(
    "text",
    [
        "if input():\n    @BREAD.register_module()\n    class A: ...",
        "try:\n    import x\n    @BREAD.register_module()\n    class A: ...\nexcept OSError: ...",
    ],
)
def test_what_stands_under_a_condition_is_not_certain(bakery: Site, text: str) -> None:
    more(bakery, text)
    with bakery.in_use():
        found, unread = read("more")
    assert [(each.name, each.is_certain) for each in found] == [("A", False)]
    assert not unread


def test_what_is_not_python_cannot_be_read(bakery: Site) -> None:
    more(bakery, "BREAD.register_module(")
    with bakery.in_use(), pytest.raises(Absent, match=r"'bakery\.more' cannot be parsed"):
        read("more")


def more(bakery: Site, text: str) -> None:
    head = "from bakery.registry import BREAD; from typing import TYPE_CHECKING"
    file = bakery.folder / "bakery" / "more.py"
    file.write_text(f"{head}\n{text}\n", encoding="utf-8")


REASONS = {
    "@BREAD.register_module(**{'name': 'x'})\nclass A: ...": (
        "its arguments are computed as it runs"
    ),
    "@BREAD.register_module('a')\nclass A: ...\nA = 3": "'A' stands for something else later",
    "@BREAD.register_module(['a', 3])\nclass A: ...": "its name is computed as it runs",
    "@BREAD.register_module()\n@print\nclass A: ...": "its name is computed as it runs",
    "BREAD.unregister('a')": "it takes a name away",
    "@BREAD.register_module()\nclass A: ...\nBREAD = 3": (
        "source does not tell which registry it is"
    ),
}


@pytest.mark.parametrize("text", REASONS)
def test_why_it_is_not_read_is_told(bakery: Site, text: str) -> None:
    whole = f"from bakery.registry import BREAD\n{text}\nregister = 1"
    (bakery.folder / "bakery" / "reasons.py").write_text(whole)
    with bakery.in_use():
        found, unread = read("reasons")
    assert not found
    assert [each.reason for each in unread] == [REASONS[text]]
