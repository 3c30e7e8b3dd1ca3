"""The check, the schema and the build have one verdict of every config: by properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_core import Registry, installed_registry
from registry_core.testing import Site

pytest.importorskip("jsonschema")

from verdicts.judging import Verdicts, assert_one_verdict, verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

# Three registries, of which each can name the others.
OWNER = """
    from registry_core import Registry
    NET = Registry("net", group="acme.net", scope="acme")
    OPT = Registry("opt", group="acme.opt", scope="acme")
    DATA = Registry("data", group="acme.data", scope="acme")

    @DATA.register_module()
    class Images:
        def __init__(self, folder: str, size: int = 1): ...
"""
PARTS = '''
    import enum, pathlib, typing as t
    from abc import ABC, abstractmethod
    from collections.abc import Iterable, Mapping, Sequence
    from dataclasses import dataclass, field

    class Color(enum.Enum):
        RED = "r"
        BLUE = 2
    class Options(t.TypedDict, total=False):
        depth: t.Required[int]
        name: str
    Size = int | tuple[int, int]
    UserId = t.NewType("UserId", int)
    class Runs(t.Protocol):
        def run(self) -> None: ...

    class Layer: ...
    class Dense(Layer):
        """A dense layer."""
        def __init__(self, size: int, inner: "Layer | None" = None, *, scale: float = 1.0,
            kind: t.Literal["a", "b", 1] = "a", color: Color = Color.RED): ...
        def run(self): ...
    class Places(Layer):
        def __init__(self, first: int, second: "Size" = 1, /, third: str | None = None, *rest: int,
            only: bool): ...
    class Free(Layer):
        def __init__(self, size: int = 1, **more): ...
    class Onward(Dense):
        def __init__(self, name: str = "", **kw):
            super().__init__(**kw)
    class Names:
        """Its arguments have the names of control keys."""
        def __init__(self, type: str = "", _args_: int = 1, _scope_: str = ""): ...
    class Shape(ABC):
        def __init__(self, sides: int = 3): ...
        @abstractmethod
        def area(self): ...
    class Nothing: ...
    @dataclass
    class Record:
        size: UserId
        names: list[str] = field(default_factory=list)
        options: Options | None = None
        table: Mapping[str, list[int]] = field(default_factory=dict)
    def make(layers: Sequence[Layer] = (), runs: "Runs | None" = None, *, path: pathlib.Path = "",
        pair: tuple[int, str] = (1, ""), texts: Sequence[str] = (), many: Iterable[int] = ()): ...
    def bound(size: int, name: str, *, flag: bool = False): ...
    def vague(*args, **kwargs): ...
    made = [Dense][0]
'''
HOOKS = """
    from registry_core import Entry, hookimpl

    @hookimpl
    def registry_core_entries(registry):
        yield Entry("bound", "acme_parts:bound", kwargs={"name": "x"})
        yield Entry("free", "acme_parts:Free", scope="deep.er", kwargs={"size": 1, "type": 2})
"""
NAMES = ["Dense", "Places", "Free", "Onward", "Names", "Shape", "Nothing", "Record", "make"]


def installed(site: Site) -> None:
    """Install the three registries, and what is in them."""
    parts = {name: f"acme_parts:{name}" for name in [*NAMES, "vague", "made"]}
    owned = {f"acme.{name}": f"acme_owner:{name.upper()}" for name in ("net", "opt", "data")}
    groups: dict[str, dict[str, str]] = {
        "registry_core.registries": owned,
        "registry_core.hooks": {"acme.net": "acme_hooks"},
        "acme.net": parts,
        "acme.net.deep": {"Dense": "acme_parts:Free", "Other": "acme_parts:Nothing"},
        "acme.net.deep.er": {"Deeper": "acme_parts:Dense"},
        "acme.opt": {"SGD": "acme_parts:Onward", "Adam": "acme_parts:Record"},
        "acme.opt.fused": {"Adam": "acme_parts:Names", "SGD.v2": "acme_parts:Places"},
    }
    modules = {"acme_owner.py": OWNER, "acme_parts.py": PARTS, "acme_hooks.py": HOOKS}
    site.install("acme", groups, modules)


# Whether nested parts are built, and whether objects are asked.
MODES = [(True, False), (False, False), (True, True), (False, True)]


@pytest.fixture(scope="module", autouse=True)
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    found = Site(tmp_path_factory.mktemp("verdicts"))
    installed(found)
    with found.in_use():
        yield found


@pytest.fixture(scope="module", params=MODES, ids=str)
def by(request: pytest.FixtureRequest) -> Verdicts:
    recursive, load = request.param
    registry: Registry[Any] = installed_registry("acme.net")
    found = verdicts(registry, recursive=recursive, load=load)
    found.validator.check_schema(found.validator.schema)
    return found


@given(data=st.data())
def test_the_check_the_schema_and_the_build_have_one_verdict(by: Verdicts, data: Any) -> None:
    assert_one_verdict(by, data.draw(by.configs.strategy()))
