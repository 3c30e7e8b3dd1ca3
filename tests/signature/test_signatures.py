"""What a target takes: read from source, or asked of the object."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from parameters import shown

from registry_core import (
    ConfigError,
    PluginLoadError,
    Registry,
)
from registry_core.query import describe
from registry_core.testing import Site

GROUP = "registry_core.described"

SHAPES = '''
    """Everything that can be described."""

    import typing as t
    from abc import ABC
    from dataclasses import KW_ONLY, InitVar, dataclass, field
    from functools import partial

    import touched_when_imported
    from shapes_base import Base, decorate


    class Own:
        """Has a constructor of its own.

        And more to say.
        """

        def __init__(self, size: int, /, name: "str | None" = None, *, scale=1 / 3, **rest): ...


    class Inherits(Base): ...


    class Diamond(Inherits, ABC, t.Generic[t.TypeVar("T")]): ...


    class New:
        def __new__(cls, size: int = 1): ...


    class Nothing: ...


    @dataclass
    class Point:
        x: float
        kind: t.ClassVar[str] = "point"
        made: int = field(default=0, init=False)
        y: float = field(default=1.5)


    class Plain: ...


    @decorate()
    @dataclass(order=True)
    class Labelled(Point, Plain):
        """A point with a label."""

        tags: list[str] = field(default_factory=list)
        seed: InitVar[int] = 7
        x: int = 3
        _: KW_ONLY
        label: str


    class Child(Labelled): ...


    @decorate(
        "twice"
    )
    def build(*sizes: int, depth: int = 2, **options: t.Any) -> None:
        """Builds."""


    class Maker:
        @classmethod
        def make(cls, size: int = 1): ...

        @staticmethod
        def plain(size: int = 1): ...

        class Inner:
            def __init__(self, inner=None): ...


    class SubMaker(Maker): ...


    Alias = Own
    made = partial(build, depth=3)
'''

BASE = """
    class Grand:
        def __init__(self, far: int): ...


    class Base(Grand):
        def __init__(self, near: str = "it's"): ...


    def decorate(*_):
        return lambda found: found
"""


@pytest.fixture
def shapes(plugin_site: Site) -> Site:
    names = ["Own", "Inherits", "Diamond", "New", "Nothing", "Point", "Labelled", "Child", "build"]
    names += ["Maker.make", "SubMaker.make", "Maker.plain", "Maker.Inner", "Alias"]
    plugin_site.install(
        "shapes",
        {GROUP: {name: f"shapes:{name}" for name in names}},
        {
            "shapes.py": SHAPES,
            "shapes_base.py": BASE,
            "touched_when_imported.py": "from pathlib import Path\n"
            "Path(__file__).with_suffix('.touched').touch()\n",
        },
    )
    return plugin_site


PARAMETERS = {
    "Own": ["size: int !", "name: str | None = None", "scale = 1 / 3", "**rest"],
    "Inherits": ['near: str = "it\'s"'],
    "Diamond": ['near: str = "it\'s"'],
    "New": ["size: int = 1"],
    "Nothing": [],
    "Point": ["x: float !", "y: float = 1.5"],
    "Labelled": [
        "x: int = 3",
        "y: float = 1.5",
        "tags: list[str] = list()",
        "seed: InitVar[int] = 7",
        "label: str !",
    ],
    "Child": [
        "x: int = 3",
        "y: float = 1.5",
        "tags: list[str] = list()",
        "seed: InitVar[int] = 7",
        "label: str !",
    ],
    "build": ["*sizes: int", "depth: int = 2", "**options: t.Any"],
    "Maker.make": ["size: int = 1"],
    "SubMaker.make": ["size: int = 1"],
    "Maker.plain": ["size: int = 1"],
    "Maker.Inner": ["inner = None"],
    "Alias": ["size: int !", "name: str | None = None", "scale = 1 / 3", "**rest"],
}


@pytest.mark.parametrize("key", PARAMETERS)
def test_parameters_are_read_from_source_and_nothing_is_imported(shapes: Site, key: str) -> None:
    with shapes.in_use():
        found = describe(Registry("described"), key)
        assert not {"shapes", "shapes_base", "touched_when_imported"} & sys.modules.keys()
    assert shown(found) == PARAMETERS[key]
    assert not (shapes.folder / "touched_when_imported.touched").exists()


@pytest.mark.parametrize("key", PARAMETERS)
def test_loading_tells_the_same_of_names_kinds_and_what_is_required(shapes: Site, key: str) -> None:
    with shapes.in_use():
        read = describe(Registry("described"), key)
        loaded = describe(Registry("described"), key, load=True)
        assert "shapes" in sys.modules
    assert (shapes.folder / "touched_when_imported.touched").exists()
    assert [(p.name, p.kind, p.required) for p in read.parameters] == [
        (p.name, p.kind, p.required) for p in loaded.parameters
    ]
    assert read._replace(parameters=()) == loaded._replace(parameters=())


def test_a_description_has_the_docstring_and_the_place(shapes: Site) -> None:
    with shapes.in_use():
        found = describe(Registry("described"), "Own")
        decorated = describe(Registry("described"), "build")
    assert found.summary == "Has a constructor of its own."
    assert found.docstring == "Has a constructor of its own.\n\nAnd more to say."
    assert found.file == str(shapes.folder / "shapes.py")
    lines = (shapes.folder / "shapes.py").read_text().splitlines()
    assert lines[(found.line or 0) - 1] == "class Own:"
    assert lines[(decorated.line or 0) - 1] == "@decorate("
    assert (found.entry.key, str(found.entry.provider)) == ("Own", "shapes 0.1.0")


def test_kinds_are_named_as_inspect_names_them(shapes: Site) -> None:
    with shapes.in_use():
        own = describe(Registry("described"), "Own").parameters
        function = describe(Registry("described"), "build").parameters
    assert [each.kind for each in (*own, *function)] == [
        "positional-only",
        "positional or keyword",
        "keyword-only",
        "variadic keyword",
        "variadic positional",
        "keyword-only",
        "variadic keyword",
    ]


def test_a_name_is_followed_through_packages_to_where_it_is_defined(plugin_site: Site) -> None:
    rows = {
        "Relative": "pack:Relative",
        "Renamed": "pack:Renamed",
        "Starred": "pack:Starred",
        "Deep": "pack:sub.deep.Deep",
        "hidden": "pack:hidden",
        "Hidden": "user:hidden",
    }
    plugin_site.install(
        "pack",
        {GROUP: rows},
        {
            "pack/__init__.py": """
                raise SystemExit("imported")
                from .sub import Relative
                from pack.sub.deep import Deep as Renamed
                from .stars import *
                from .sub import *
                from .hidden import hidden
            """,
            "pack/sub/__init__.py": "from .deep import Relative, Deep",
            "pack/sub/deep.py": """
                from ..sibling import Base
                class Relative(Base): ...
                class Deep:
                    def __init__(self, deep=1): ...
            """,
            "pack/sibling.py": "class Base:\n    def __init__(self, base=1): ...",
            "pack/stars.py": "class Starred:\n    def __init__(self, star=1): ...",
            "pack/hidden.py": "def hidden(it=1): ...",
            "user.py": "from pack import hidden",
        },
    )
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("described")
        found = {key: shown(describe(registry, key)) for key in rows}
        assert "pack" not in sys.modules
        assert describe(registry, "Starred").file == str(plugin_site.folder / "pack" / "stars.py")
    assert found == {
        "Relative": ["base = 1"],
        "Renamed": ["deep = 1"],
        "Starred": ["star = 1"],
        "Deep": ["deep = 1"],
        "hidden": ["it = 1"],
        "Hidden": ["it = 1"],
    }


def test_packages_without_an_init_are_read_too(plugin_site: Site) -> None:
    modules = {"ns/inner/mod.py": "from .other import Cls", "ns/inner/other.py": "class Cls: ..."}
    modules["user.py"] = "from ns.inner import mod"
    rows = {"Cls": "ns.inner.mod:Cls", "Theirs": "user:mod.Cls"}
    plugin_site.install("spaced", {GROUP: rows}, modules)
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("described")
        found = [describe(registry, key).file for key in rows]
        assert "ns" not in sys.modules
    assert found == [str(plugin_site.folder / "ns" / "inner" / "other.py")] * 2


def test_what_pytest_rewrites_as_it_is_imported_is_read_as_it_stands(plugin_site: Site) -> None:
    plugin_site.install("us", {GROUP: {"parse": "xdist.plugin:parse_numprocesses"}})
    with plugin_site.in_use():
        assert shown(describe(Registry("described"), "parse")) == ["s: str !"]


def test_archives_are_read_too(plugin_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = plugin_site.folder / "zipped.zip"
    with ZipFile(archive, "w") as made:
        made.writestr("zipped/__init__.py", "from .mod import Cls")
        made.writestr("zipped/mod.py", "class Cls:\n    def __init__(self, size=1): ...")
    plugin_site.install("zipped", {GROUP: {"Cls": "zipped:Cls"}})
    monkeypatch.syspath_prepend(archive)
    with plugin_site.in_use():
        assert shown(describe(Registry("described"), "Cls")) == ["size = 1"]
        assert "zipped" not in sys.modules


opened: list[str] = []


def test_one_module_of_a_big_package_is_read_and_the_others_are_not(plugin_site: Site) -> None:
    modules = {f"big/part{number}.py": f"class Part{number}: ..." for number in range(300)}
    modules |= {"big/__init__.py": "from .part3 import Part3", "big/part3.py": "class Part3: ..."}
    plugin_site.install("big", {GROUP: {"Part7": "big.part7:Part7", "Part3": "big:Part3"}}, modules)

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str) and arguments[0].endswith(".py"):
            opened.append(Path(arguments[0]).name)

    sys.addaudithook(note)
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("described")
        describe(registry, "Part7")
        opened.clear()
        describe(registry, "Part7")
        assert opened == ["part7.py"]
        opened.clear()
        describe(registry, "Part3")
        assert opened == ["__init__.py", "part3.py"]


def test_what_code_registered_is_asked_of_the_object() -> None:
    registry: Registry[Any] = Registry("described in code", scope="acme")

    @registry.register_module()
    class Net:
        """A network."""

        def __init__(self, depth: "int" = 50, *, width: int | None = None) -> None: ...

    registry.register_module("half", module=partial(Net, width=3))
    registry.register_module("instance", module=Callme())
    found = describe(registry, "Net")
    assert shown(found) == ["depth: int = 50", "width: int | None = None"]
    assert (found.summary, found.file) == ("A network.", __file__)
    assert shown(describe(registry, "half")) == ["depth: int = 50", "width: int | None = 3"]
    assert describe(registry, "half").summary == "A network."
    assert shown(describe(registry, "instance")) == ["it: int = 1"]
    assert describe(registry, "instance").summary == "Can be called."


class Callme:
    """Can be called."""

    def __call__(self, it: int = 1) -> int:
        return it


class Strange:
    @property
    def __signature__(self) -> None:
        raise OSError

    def __call__(self) -> None: ...


def test_annotations_of_any_kind_are_shown_as_they_are_written() -> None:
    registry: Registry[Any] = Registry("described oddly", scope="acme")
    long = "|".join(["int"] * 2_000)

    @registry.register_module()
    def odd(*_: int) -> None: ...

    odd.__annotations__["_"] = "two words"
    assert shown(describe(registry, "odd")) == ["*_: two words"]
    odd.__annotations__["_"] = "pytest.Item | Any | T"
    assert shown(describe(registry, "odd")) == ["*_: pytest.Item | Any | T"]
    odd.__annotations__["_"] = long
    assert shown(describe(registry, "odd")) == [f"*_: {long}"]
    odd.__annotations__["_"] = odd
    assert shown(describe(registry, "odd"))[0].startswith("*_: <function ")


@pytest.mark.parametrize("found", [dict, Strange()])
def test_an_object_that_does_not_say_what_it_takes_is_said_to_take_anything(
    found: Callable[..., Any],
) -> None:
    registry: Registry[Any] = Registry("described vaguely", scope="acme")
    registry.register_module("it", module=found)
    assert shown(describe(registry, "it")) == ["*args", "**kwargs"]


NOT_INSTALLED = "there is no module 'not_installed'"
UNREADABLE = {
    "made": ("odd:made", "'print' has no source"),
    "called": ("odd:called", "'odd.called' is made by an expression"),
    "late": ("lazy:late", "the module 'lazy' makes its attributes as it is imported"),
    "compiled": ("math:sqrt", "the module 'math' has no source"),
    "Keyed": ("odd:Keyed", "the base 'dict' of 'odd.Keyed' has no source"),
    "Gone": ("odd:Gone", f"the base 'Base' of 'odd.Gone' has no source: {NOT_INSTALLED}"),
    "Fields": ("odd:Fields", f"the base 'Base' of 'odd.Fields' has no source: {NOT_INSTALLED}"),
    "Attrs": ("odd:Attrs", "the decorator 'attrs.define' may change what 'odd.Attrs' takes"),
    "Builtin": ("odd:Builtin", "'dict' has no source"),
    "Assigned": ("odd:Assigned", "odd.Assigned.__init__ is made by an expression"),
    "Looped": ("odd:Looped", "the base 'Looped' of 'odd.Looped' has no source: 'Looped' is made"),
    "Twisted": ("odd:Twisted", "the bases of 'odd.Twisted' have no order"),
    "ping": ("circle:ping", "'ping' leads in a circle"),
    "star": ("circle:star", "'star' leads in a circle"),
    "Deep": ("deep:Deep", "the module 'deep' nests too deep to be parsed"),
    "Latin": ("latin:Latin", "the source of 'latin' cannot be read: "),
}


@pytest.fixture
def odd(plugin_site: Site) -> Site:
    plugin_site.install(
        "odd",
        {GROUP: {key: target for key, (target, _) in UNREADABLE.items()}},
        {
            "odd.py": """
                from dataclasses import dataclass
                from functools import partial
                import attrs
                from not_installed import Base

                made = partial(print)
                called = print()
                class Keyed(dict): ...
                class Gone(Base): ...
                @dataclass
                class Fields(Base):
                    x: int
                @attrs.define
                class Attrs:
                    x: int
                Builtin = dict
                class Assigned:
                    __init__ = called
                class Looped(Looped): ...
                class A: ...
                class B(A): ...
                class Twisted(A, B): ...
            """,
            "lazy.py": "def __getattr__(name): ...",
            "deep.py": "x = " + "-" * 50_000 + "1",
            "circle.py": "from circle2 import ping\nfrom circle2 import *",
            "circle2.py": "from circle import ping\nfrom circle import *",
        },
    )
    (plugin_site.folder / "latin.py").write_bytes("class Latin:\n    'é'".encode("latin-1"))
    return plugin_site


@pytest.mark.parametrize("key", UNREADABLE)
def test_what_source_does_not_tell_is_refused_and_loading_is_proposed(odd: Site, key: str) -> None:
    target, why = UNREADABLE[key]
    with odd.in_use(), pytest.raises(ConfigError) as caught:
        describe(Registry("described"), key)
    assert str(caught.value).startswith(
        f"'{key}' in 'registry_core.described': odd 0.1.0 provides it as '{target}', which cannot "
        f"be read without importing it: {why}"
    )
    assert str(caught.value).endswith("; pass load=True to import it")


def test_what_source_does_not_tell_is_told_by_loading(plugin_site: Site) -> None:
    source = """
        def __getattr__(name):
            if name == "late":
                return lambda size: None
            raise AttributeError(name)
    """
    plugin_site.install("lazy", {GROUP: {"late": "lazy:late"}}, {"lazy.py": source})
    with plugin_site.in_use():
        assert shown(describe(Registry("described"), "late", load=True)) == ["size !"]


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("nowhere:Cls", "there is no module 'nowhere'; upgrade or reinstall absent"),
        ("space.sub.mod:Cls", "there is no module 'space.sub.mod'; upgrade or reinstall absent"),
        ("space.in.mod:Cls", "there is no module 'space.in.mod'; upgrade or reinstall absent"),
        ("here.sub:Cls", "there is no module 'here.sub'; upgrade or reinstall absent"),
        ("here:Cls", "the module 'here' has no attribute 'Cls'; upgrade or reinstall absent"),
        ("here:A.b", "'here.A' has no attribute 'b'; upgrade or reinstall absent"),
        ("here:function.b", "'here.function' has no attribute 'b'; upgrade or reinstall absent"),
        (
            "here:Theirs",
            "there is no module 'not_installed'; install what provides the module 'not_installed'",
        ),
        ("here:Theirs [torch-cpu]", "no module 'not_installed'; pip install 'absent[torch-cpu]'"),
        ("bad:Cls", "the module 'bad' cannot be parsed: SyntaxError: "),
    ],
)
def test_what_is_not_there_is_an_error_that_says_what_is_missing(
    plugin_site: Site, target: str, why: str
) -> None:
    source = "from not_installed import Theirs\nclass A: ...\ndef function(): ..."
    modules = {"here.py": source, "bad.py": "class Cls", "space/in/it.py": ""}
    plugin_site.install("absent", {GROUP: {"Cls": target}}, modules)
    with plugin_site.in_use(), pytest.raises(PluginLoadError) as caught:
        describe(Registry("described"), "Cls")
    assert f"'Cls' in 'registry_core.described', provided by absent 0.1.0 as '{target}'" in str(
        caught.value
    )
    assert why in str(caught.value)
