"""Constructors that are made of fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[..., list[str] | str]

HEAD = "from dataclasses import *\nimport typing as t\n"
FOUND = {
    "a field of each kind": (
        "@dataclass\nclass it:\n    a: int\n    b: int = 1\n    c: list = "
        "field(default_factory=list)\n    d: int = field(default=2, repr=False)\n"
        "    e: int = field(init=False)\n"
        "    f: t.ClassVar[int] = 3\n    g: 't.ClassVar' = 3\n    h: InitVar[int] = 4\n    i = 5",
        ["a: int !", "b: int = 1", "c: list = list()", "d: int = 2", "h: InitVar[int] = 4"],
    ),
    "keywords": (
        "@dataclass(kw_only=True)\nclass it:\n    a: int\n    b: int = field(kw_only=False)",
        ["b: int !", "a: int !"],
    ),
    "declared again": (
        "@dataclass\nclass Base:\n    a: int\n    b: int\n"
        "@dataclass\nclass it(Base):\n    a: int = 1\n    b: int = 2",
        ["a: int = 1", "b: int = 2"],
    ),
    "a constructor of its own": (
        "@dataclass\nclass it:\n    a: int\n    def __init__(self, own): ...",
        ["own !"],
    ),
    "none made": ("@dataclass(init=False)\nclass it:\n    a: int", []),
    "inherited from one": (
        "@dataclass\nclass Base:\n    a: int\nclass it(Base):\n    b: int",
        ["a: int !"],
    ),
    "a named tuple": (
        "class it(t.NamedTuple):\n    '''Two.'''\n    a: int\n    b: 'str' = 'x'\n"
        "    def m(self): ...",
        ["a: int !", "b: str = 'x'"],
    ),
    "a class of a named tuple": (
        "class Base(t.NamedTuple):\n    a: int\nclass it(Base):\n    b: int = 1",
        ["a: int !"],
    ),
}
UNKNOWN = {
    "a field on a condition": (
        "@dataclass\nclass it:\n    if input():\n        a: int",
        "the fields of 'mod.it' depend on a condition",
    ),
    "a field set twice": (
        "@dataclass\nclass it:\n    a: int = 1\n    a = print()",
        "the field 'a' of 'mod.it' is made as it runs",
    ),
    "a field that is called for": (
        "from other import maker\n@dataclass\nclass it:\n    a: int = maker(1)",
        "'maker(1)' in 'mod.it' is not certain",
    ),
    "arguments that are spread": (
        "@dataclass(**input())\nclass it:\n    a: int",
        "the arguments of a dataclass are made as it runs",
    ),
    "arguments that are computed": (
        "@dataclass(init=input())\nclass it:\n    a: int",
        "init of a dataclass is made as it runs",
    ),
    "a base without source": (
        "import math\n@dataclass\nclass it(math.Base):\n    a: int",
        "the base 'math.Base' of 'mod.it' has no source: the module 'math' has no source",
    ),
    "attrs": (
        "import attrs\n@attrs.define\nclass it:\n    a: int",
        "the decorator 'attrs.define' may change what 'mod.it' takes",
    ),
    "a named tuple that is called": (
        "import collections\nit = collections.namedtuple('it', 'a b')",
        "'mod.it' is made by an expression",
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_fields_are_parameters_as_the_library_makes_them(read: Read, name: str) -> None:
    source, wanted = FOUND[name]
    assert read(HEAD + source) == wanted


@pytest.mark.parametrize("name", UNKNOWN)
def test_fields_that_are_not_certain_are_not_told(read: Read, name: str) -> None:
    source, why = UNKNOWN[name]
    assert read(HEAD + source) == why
