"""A class is refused for a protocol only where its source tells that it lacks a member."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry_core.signature.named_types import NamedTypes
from registry_core.signature.static import Reader

if TYPE_CHECKING:
    from registry_core.testing import Site

HEAD = """
from dataclasses import dataclass
from typing import Protocol, runtime_checkable
import abc, functools
class Named(Protocol):
    @property
    def name(self) -> str: ...
"""
HELPING = """
def add(c): return fill(c)
def adds(n): return add
def fill(c):
    c.name = 1
    return c
"""
HAVING = {
    "set in __init__": "class it:\n def __init__(self, name): self.name = name",
    "set under another name": "class it:\n def __init__(me, x):\n  me.a, me.name = x",
    "set in a class method": "class it:\n @classmethod\n def m(c):\n  o = c()\n  o.name = 1",
    "a dataclass field": "@dataclass\nclass it:\n name: str",
    "an annotation": "class it:\n name: str",
    "a value": "class it:\n name = 'x'",
    "a property": "class it:\n @property\n def name(self): ...",
    "bound under a condition": "class it:\n if 1:\n  def name(self): ...",
    "bound in a loop": "class it:\n for n in ['name']: locals()[n] = 1",
    "slots": "class it:\n __slots__ = 'x name'.split()",
    "inherited": "class up:\n def __init__(self): self.name = 1\nclass it(up): ...",
    "an inherited annotation": "class up:\n name: str\nclass it(up): ...",
    "a decorator": "def add(c):\n c.name = 1\n return c\n@add\nclass it: ...",
    "a decorator elsewhere": "from helping import add\n@add\nclass it: ...",
    "a decorator that is called": "from helping import adds\n@adds('name')\nclass it: ...",
    "set from outside": "class it: ...\nit.name = 3",
    "set by setattr": "class it:\n def __init__(self, **kw):\n  for k in kw: setattr(self, k, 1)",
    "set in __dict__": "class it:\n def __init__(self, **kw): self.__dict__.update(kw)",
    "a helper": "import helping\nclass it:\n def __init__(self): helping.fill(self)",
    "a helper from outside": "import helping\nclass it: ...\nhelping.fill(it)",
    "__getattr__": "class it:\n def __getattr__(self, name): return 1",
    "__getattribute__": "class it:\n def __getattribute__(self, name): return 1",
    "a metaclass": "class M(type):\n def __new__(*a): return f(*a)\nclass it(metaclass=M): ...",
    "a base without source": "import zlib\nclass it(zlib.thing): ...",
}
LACKING = {
    "nothing": "class it: ...",
    "another attribute": "class it:\n def __init__(self, title): self.title = title",
    "a parameter": "class it:\n def __init__(self, name): print(name)",
    "read alone": "class it:\n def show(self): return self.name",
    "a word of the docstring": "class it:\n 'It has no name.'",
    "another field": "@dataclass\nclass it:\n title: str",
    "what another class sets": "class other:\n def __init__(self): self.name = 1\nclass it: ...",
    "a base": "class up:\n def x(self): ...\nclass it(up):\n def __init__(self):\n"
    "  super(it, self).__init__()\n  up.__init__(self)",
    "an abstract base": "class it(abc.ABC):\n def x(self): ...",
}


def _fits(site: Site, text: str, wanted: str = "Named") -> bool:
    (site.folder / "helping.py").write_text(HELPING, encoding="utf-8")
    (site.folder / "mod.py").write_text(HEAD + text, encoding="utf-8")
    with site.in_use():
        return NamedTypes(Reader()).fits("mod", "it", f"mod.{wanted}")


@pytest.mark.parametrize("text", HAVING.values(), ids=[*HAVING])
def test_a_class_that_may_have_the_property_fits(plugin_site: Site, text: str) -> None:
    assert _fits(plugin_site, text)


@pytest.mark.parametrize("text", LACKING.values(), ids=[*LACKING])
def test_a_class_that_lacks_the_property_for_certain_does_not_fit(
    plugin_site: Site, text: str
) -> None:
    assert not _fits(plugin_site, text)


def test_a_method_may_be_an_attribute_and_special_methods_may_be_made(plugin_site: Site) -> None:
    protocol = """
class Sorts(Protocol):
    def __replace__(self, **changes): ...
    def __hash__(self): ...
    def __init__(self): ...
    def run(self): ...
"""
    runs = "class it:\n def __init__(self, f): self.run = f"
    assert _fits(plugin_site, f"{protocol}@dataclass\n{runs}", "Sorts")
    assert not _fits(plugin_site, f"{protocol}{runs}", "Sorts")
    assert not _fits(plugin_site, f"{protocol}@dataclass\nclass it:\n ran: int", "Sorts")
