"""What ``**kwargs`` take in the end, where all of them go to one call."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from registry_core.signature.static import Reader

if TYPE_CHECKING:
    from registry_core.testing import Site

BASE = """
    class Base:
        def __init__(self, size: int, width=1): ...
    def make(size, /, depth: "float" = 1, **more): ...
    def end(a, b=2): ...
"""
FOLLOWED = {
    "a base": (
        "class it(Base):\n    def __init__(self, own, **kw):\n        super().__init__(**kw)",
        ["size", "width"],
    ),
    "a base that is given some": (
        "class it(Base):\n    def __init__(self, **kw):\n        super().__init__(1, **kw)",
        ["width"],
    ),
    "a base that is given one by name": (
        "class it(Base):\n    def __init__(self, *a, **kw):\n"
        "        super().__init__(*a, width=2, **kw)",
        ["size"],
    ),
    "two classes up": (
        "class Mid(Base):\n    def __init__(self, mid, **kw):\n        super().__init__(**kw)\n"
        "class it(Mid):\n    def __init__(self, **kw):\n        x = 1\n"
        "        super().__init__(**kw)",
        ["mid", "size", "width"],
    ),
    "the next of several": (
        "class A:\n    def __init__(self, **kw):\n        super().__init__(**kw)\n"
        "class it(A, Base): ...",
        ["size", "width"],
    ),
    "object": ("class it:\n    def __init__(self, **kw):\n        super().__init__(**kw)", []),
    "a method": (
        "class it:\n    def __init__(self, **kw):\n        self.setup(**kw)\n"
        "    def setup(self, a, b=1): ...",
        ["a", "b"],
    ),
    "a function": ("def it(x, **kw):\n    return end(**kw)", ["a", "b"]),
    "a class": ("def it(**kw):\n    made = Base(**kw)\n    return made", ["size", "width"]),
    "an own name": ("def it(a, **kw):\n    return end(**kw)", ["b"]),
}
NOT_FOLLOWED = {
    "to anything": "def it(**kw):\n    return make(1, **kw)",
    "used twice": "def it(**kw):\n    print(kw)\n    return end(**kw)",
    "on a condition": "def it(**kw):\n    if input():\n        end(**kw)",
    "perhaps": "def it(**kw):\n    return end(**kw) if input() else None",
    "after a return": "def it(**kw):\n    if input():\n        return\n    end(**kw)",
    "to a local": "def it(end, **kw):\n    return end(**kw)",
    "to an import inside": "def it(**kw):\n    from os import end\n    return end(**kw)",
    "to what is not known": "def it(**kw):\n    return print(**kw)",
    "too many": "def it(**kw):\n    return end(1, 2, 3, **kw)",
    "nowhere": "def it(**kw): ...",
    "to a method without source": (
        "from collections.abc import MutableMapping\nclass it(MutableMapping):\n"
        "    def __init__(self, **kw):\n        self.update(**kw)"
    ),
}


@pytest.fixture
def onward(plugin_site: Site) -> object:
    def onward(source: str) -> list[str] | None:
        file = plugin_site.folder / "mod.py"
        file.write_text(dedent(BASE) + source, encoding="utf-8")
        with plugin_site.in_use():
            found = Reader().signature("mod", "it").onward
        return None if found is None else [each.name for each in found]

    return onward


@pytest.mark.parametrize("name", FOLLOWED)
def test_keywords_are_followed_to_the_one_call_that_takes_them(onward: object, name: str) -> None:
    source, names = FOLLOWED[name]
    assert callable(onward)
    assert onward(source) == names


@pytest.mark.parametrize("name", NOT_FOLLOWED)
def test_keywords_that_may_go_elsewhere_are_not_followed(onward: object, name: str) -> None:
    assert callable(onward)
    assert onward(NOT_FOLLOWED[name]) is None


def test_what_is_followed_keeps_its_annotation_and_whether_it_must_be_said(
    plugin_site: Site,
) -> None:
    source = "def it(**kw):\n    return Base(**kw)\n"
    (plugin_site.folder / "mod.py").write_text(dedent(BASE) + source, encoding="utf-8")
    with plugin_site.in_use():
        found = Reader().signature("mod", "it")
    assert found.annotations == {"size": "int"}
    assert [each.required for each in found.onward or ()] == [True, False]
    assert [each.name for each in found.parameters] == ["kw"]
