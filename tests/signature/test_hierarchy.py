"""Constructors that are inherited, and what keeps them from being certain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from registry_core.signature.static import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.testing import Site

    Read = Callable[..., list[str] | str]

FOUND = {
    "inherited across modules": ("from other import Base\nclass it(Base): ...", ["far !"]),
    "bound again below": (
        "from other import Base\nclass it(Base): ...\nclass Base:\n"
        "    def __init__(self, later): ...",
        ["far !"],
    ),
    "of its own name": ("from other import Base as it\nclass it(it): ...", ["far !"]),
    "the nearest": (
        "from other import Base\nclass Mid(Base):\n    def __init__(self, near): ...\n"
        "class it(Mid): ...",
        ["near !"],
    ),
    "in the order of Python": (
        "from other import Base\nclass A(Base): ...\nclass B(Base):\n"
        "    def __init__(self, right): ...\nclass it(A, B): ...",
        ["right !"],
    ),
    "generic": (
        "from typing import Generic, TypeVar\nfrom other import Base\nT = TypeVar('T')\n"
        "class Mid(Base, Generic[T]): ...\nclass it(Mid[int]): ...",
        ["far !"],
    ),
    "abstract": (
        "from abc import ABC, ABCMeta\nfrom other import Base\nclass Mid(ABC): ...\n"
        "class it(Mid, Base, metaclass=ABCMeta): ...",
        ["far !"],
    ),
    "new": ("class it:\n    def __new__(cls, size): ...", ["size !"]),
    "both alike": (
        "class it:\n    def __new__(cls, size): ...\n    def __init__(self, size): ...",
        ["size !"],
    ),
    "new that takes anything, above": (
        "class Base:\n    def __new__(cls, *args, **kwargs): ...\n"
        "class it(Base):\n    def __init__(self, size): ...",
        ["size !"],
    ),
    "a metaclass that leaves calls alone": (
        "class Meta(type):\n    def names(cls): ...\n"
        "class it(metaclass=Meta):\n    def __init__(self, size): ...",
        ["size !"],
    ),
    "a harmless hook": (
        "class Base:\n    def __init_subclass__(cls, **kw):\n        cls.seen = True\n"
        "class it(Base):\n    def __init__(self, size): ...",
        ["size !"],
    ),
    "its own hook": (
        "class it:\n    def __init_subclass__(cls):\n        cls.__init__ = None\n"
        "    def __init__(self, size): ...",
        ["size !"],
    ),
    "a builtin base": ("class it(dict):\n    def __init__(self, size): ...", ["size !"]),
    "an immutable base": ("class it(int):\n    def __new__(cls, size): ...", ["size !"]),
    "private names": (
        "class _Own:\n    def __init__(self, __size, __kept__=1): ...\nit = _Own",
        ["_Own__size !", "__kept__ = 1"],
    ),
    "a constructor by another name": (
        "def make(self, size): ...\nclass it:\n    __init__ = make",
        ["size !"],
    ),
    "self among the rest": ("class it:\n    def __init__(*args, **kw): ...", ["*args", "**kw"]),
}
UNKNOWN = {
    "both differ": (
        "class it:\n    def __new__(cls, size): ...\n    def __init__(self, width): ...",
        "__new__ and __init__ of 'mod.it' take different arguments",
    ),
    "a new that takes anything, beside": (
        "class it:\n    def __new__(cls, *a, **k): ...\n    def __init__(self, width): ...",
        "__new__ and __init__ of 'mod.it' take different arguments",
    ),
    "a metaclass that is called": (
        "class Meta(type):\n    def __call__(cls, other): ...\n"
        "class it(metaclass=Meta):\n    def __init__(self, size): ...",
        "the metaclass 'mod.Meta' may change what 'mod.it' takes",
    ),
    "a metaclass that makes": (
        "class Meta(type):\n    def __new__(cls, *a): ...\nclass Base(metaclass=Meta): ...\n"
        "class it(Base):\n    def __init__(self, size): ...",
        "the metaclass 'mod.Meta' may change what 'mod.Base' takes",
    ),
    "a hook that rewrites": (
        "class Base:\n    def __init_subclass__(cls):\n        cls.__init__ = None\n"
        "class it(Base):\n    def __init__(self, size): ...",
        "the __init_subclass__ of 'mod.Base' may change what 'mod.it' takes",
    ),
    "a hook that makes a dataclass": (
        "from dataclasses import dataclass\nclass Base:\n"
        "    def __init_subclass__(cls):\n        dataclass(cls)\nclass it(Base):\n    x: int",
        "the __init_subclass__ of 'mod.Base' may change what 'mod.it' takes",
    ),
    "patched": (
        "class it:\n    def __init__(self, size): ...\nit.__init__ = print",
        "the signature of 'mod.it' is changed as its module runs",
    ),
    "patched by setattr": (
        "class it:\n    def __init__(self, size): ...\nsetattr(it, '__init__', print)",
        "the signature of 'mod.it' is changed as its module runs",
    ),
    "no longer abstract": (
        "import abc\nclass it(abc.ABC):\n    @abc.abstractmethod\n    def f(self): ...\n"
        "it.__abstractmethods__ = frozenset()",
        "the signature of 'mod.it' is changed as its module runs",
    ),
    "a signature of its own": (
        "class it:\n    __signature__ = None\n    def __init__(self, size): ...",
        "the signature of 'mod.it' is changed as its module runs",
    ),
    "an enumeration": (
        "import enum\nclass it(enum.Enum):\n    A = 1",
        "'mod.it' is made by 'enum.Enum'",
    ),
    "a typed dict": (
        "from typing import TypedDict\nclass it(TypedDict):\n    a: int",
        "'mod.it' is made by 'typing.TypedDict'",
    ),
    "a protocol": (
        "from typing import Protocol\nclass P(Protocol): ...\nclass it(P): ...",
        "the base 'typing.Protocol' of 'mod.P' has no source",
    ),
    "a base that is called": (
        "class it(print()):\n    def __init__(self, size): ...",
        "the base 'print()' of 'mod.it' has no source: 'print()' is made as the module runs",
    ),
    "a base on a condition": (
        "if input():\n    class Base: ...\nelse:\n    class Base: ...\n"
        "class it(Base):\n    def __init__(self, size): ...",
        "the base 'Base' of 'mod.it' has no source: mod.Base is defined in several ways",
    ),
    "a constructor on a condition": (
        "class it:\n    if input():\n        def __init__(self, a): ...\n    else:\n"
        "        def __init__(self, b): ...",
        "mod.it.__init__ is defined in several ways",
    ),
    "a builtin constructor": ("class it(dict): ...", "the base 'dict' of 'mod.it' has no source"),
    "a view": (
        "from collections.abc import KeysView\nclass it(KeysView): ...",
        "the base 'collections.abc.KeysView' of 'mod.it' has no source",
    ),
    "a class that decorates itself": (
        "import dataclasses\nclass Base:\n    def __new__(cls, **kw):\n"
        "        return object.__new__(dataclasses.dataclass(cls))\nclass it(Base):\n    a: int",
        "the __new__ of 'mod.Base' may change what 'mod.it' takes",
    ),
    "a list by another name": (
        "from typing import List\nclass it(List[int]): ...",
        "the base 'typing.List' of 'mod.it' has no source",
    ),
    "a decorated base": (
        "import attrs\n@attrs.define\nclass Base:\n    x: int\nclass it(Base): ...",
        "the decorator 'attrs.define' may change what 'mod.Base' takes",
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_the_constructor_is_found_where_python_finds_it(read: Read, name: str) -> None:
    source, wanted = FOUND[name]
    assert read(source, other="class Base:\n    def __init__(self, far): ...") == wanted


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_constructor_that_may_be_another_is_not_told(read: Read, name: str) -> None:
    source, why = UNKNOWN[name]
    assert read(source) == why


ABSTRACT = {
    "its own": "class it(ABC):\n    @abstractmethod\n    def a(self): ...",
    "one that is left": (
        "class B(ABC):\n    @abstractmethod\n    def a(self): ...\n    @abstractmethod\n"
        "    def b(self): ...\nclass it(B):\n    def a(self): ..."
    ),
    "of a class that is not abstract": (
        "class Plain:\n    @abstractmethod\n    def a(self): ...\nclass it(Plain): ..."
    ),
    "beside what is abstract": (
        "class Plain:\n    @abstractmethod\n    def a(self): ...\n"
        "class B(ABC):\n    @abstractmethod\n    def b(self): ...\nclass it(B, Plain): ..."
    ),
    "marked nearer, by what is not abstract": (
        "class Plain:\n    @abstractmethod\n    def a(self): ...\n"
        "class B(ABC):\n    @abstractmethod\n    def a(self): ...\nclass it(Plain, B): ..."
    ),
    "had by a class before it": (
        "class Has:\n    def a(self): ...\n"
        "class B(ABC):\n    @abstractmethod\n    def a(self): ...\nclass it(Has, B): ..."
    ),
    "had by a class behind it": (
        "class Has:\n    def a(self): ...\n"
        "class B(ABC):\n    @abstractmethod\n    def a(self): ...\nclass it(B, Has): ..."
    ),
    "of collections.abc": "class it(Mapping):\n    def __len__(self): ...",
    "had by a class before that of collections.abc": (
        "class Has:\n    def __len__(self): ...\n    def __iter__(self): ...\n"
        "class it(Has, Mapping): ..."
    ),
    "had by another one of collections.abc": "class S(Sized): ...\nclass it(S, KeysView): ...",
    "set by an assignment": "class it(Mapping):\n    __len__ = __iter__ = __getitem__ = None",
    "a setter": (
        "class it(ABC):\n    @property\n    @abstractmethod\n    def a(self): ...\n"
        "    @a.setter\n    def a(self, value): ..."
    ),
}
NONE_LEFT = {
    "of a class that is not abstract",
    "had by a class before it",
    "had by another one of collections.abc",
    "set by an assignment",
}


@pytest.mark.parametrize("name", ABSTRACT)
def test_what_is_abstract_is_what_python_calls_so(plugin_site: Site, name: str) -> None:
    views = "from collections.abc import KeysView, Mapping, Sized"
    source = f"from abc import ABC, abstractmethod\n{views}\n{ABSTRACT[name]}"
    (plugin_site.folder / "mod.py").write_text(source, encoding="utf-8")
    made: dict[str, Any] = {"__name__": "mod"}
    exec(source, made)
    with plugin_site.in_use():
        reader = Reader()
        found = reader.hierarchy.abstract(reader.find("mod", "it"))  # type: ignore[arg-type]
    wanted = sorted(getattr(made["it"], "__abstractmethods__", ()))
    assert list(found) == wanted
    assert bool(wanted) is (name not in NONE_LEFT)


def test_an_inherited_attribute_is_found_or_absent_or_unknown(read: Read) -> None:
    source = """
        class Base:
            @classmethod
            def make(cls, size): ...
        class it(Base): ...
        class other(dict): ...
    """
    assert read(source, "mod:it.make") == ["size !"]
    assert read(source, "mod:it.nothing") == "absent: 'mod.it' has no attribute 'nothing'"
    assert read(source, "mod:other.fromkeys") == "a base of 'mod.other' has no source"


def test_classes_that_inherit_from_each_other_are_not_told(read: Read) -> None:
    other = "from mod import it\nclass Base(it): ..."
    found = read("from other import Base\nclass it(Base): ...", other=other)
    assert found == "'mod.it' inherits from itself"
