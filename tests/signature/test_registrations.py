"""Registries and what is registered in them, read from source across files."""

from __future__ import annotations

import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from registry_core.signature.registrations import RegistryCall, registrations, registry_call
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
    OPEN = Reg("open", locations=input())
    OTHER = dict(name="bread")
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
    return registry_call(Reader(), "bakery.registry", attribute)


def test_the_settings_of_a_registry_are_read_from_its_call(bakery: Site) -> None:
    with bakery.in_use():
        bread, cake, placed = called("BREAD"), called("CAKE"), called("PLACED")
        unsure = [called(name) for name in ("CHILD", "UNSURE", "OTHER", "GROUP")]
        open_ = called("OPEN")
        assert "bakery" not in sys.modules
    assert bread is not None
    assert bread[1:] == ("bread", "bakery.bread", "bakery", (), True, frozenset())
    assert cake is not None
    assert cake[1:] == ("cake", "registry_core.cake", "bakery", (), None, frozenset())
    assert placed is not None
    assert (placed.scope, placed.locations) == ("placed", ("bakery.placed",))
    assert unsure == [None] * 4
    assert open_ is not None
    assert open_.unknown == {"locations"}


def told(attribute: str) -> tuple[dict[str, str], bool]:
    reader = Reader()
    call = registry_call(reader, "bakery.registry", attribute)
    assert call is not None
    found, is_all = registrations(reader, call)
    return {each.name: each.target for each in found}, is_all


def test_what_decorators_and_calls_register_is_found_across_files(bakery: Site) -> None:
    with bakery.in_use():
        assert told("BREAD") == (
            {
                "Rye": "bakery.breads:Rye",
                "spelt": "bakery.breads:Spelt",
                "dinkel": "bakery.breads:Spelt",
                "Oat": "bakery.breads:Oat",
                "plain": "bakery.breads:Oat",
                "third": "bakery.breads:Oat",
            },
            True,
        )
        assert told("CAKE") == ({"torte": "bakery.breads:make"}, True)
        assert told("PLACED") == ({"A": "bakery.placed:A"}, True)
        assert told("OPEN") == ({}, False)
        assert "bakery" not in sys.modules


NOT_CERTAIN = {
    "a computed name": "@BREAD.register_module(input())\nclass A: ...",
    "a loop": "for each in (int, str):\n    BREAD.register_module(module=each)",
    "a condition": "if input():\n    @BREAD.register_module()\n    class A: ...",
    "inside a function": "def f():\n    BREAD.register_module(module=int)",
    "what is called": "BREAD.register_module(module=print())",
    "another name": "reg = BREAD.register_module\n@reg()\nclass A: ...",
    "an unknown registry": "@missing.register_module()\nclass A: ...",
    "no Python": "BREAD.register_module(",
}


@pytest.mark.parametrize("name", NOT_CERTAIN)
def test_what_only_running_would_tell_is_not_guessed(bakery: Site, name: str) -> None:
    text = f"from bakery.registry import BREAD\n{NOT_CERTAIN[name]}\n"
    (bakery.folder / "bakery" / "more.py").write_text(text, encoding="utf-8")
    with bakery.in_use():
        found, is_all = told("BREAD")
    assert not is_all
    assert "A" not in found
    assert "Rye" in found
