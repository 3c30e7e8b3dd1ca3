"""Dotted paths in dumped configs: what is loaded and registered is found, and nothing else runs."""

# ruff: noqa: C408 - configs are written as MMEngine's users write them

import sys
from types import ModuleType
from typing import Any

import pytest

from registry_core.compat.mmengine import HOOKS, MODELS, Registry, build_runner_from_cfg
from registry_core.testing import Site

SHAPES = """
class Circle:
    def __init__(self, r=1):
        self.r = r

    class Arc: ...

    @classmethod
    def from_cfg(cls, cfg):
        return cls(5)

def other():
    raise AssertionError("called")

def __getattr__(name):
    raise AssertionError("asked")
"""


@pytest.fixture
def shapes(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A loaded module, and one that has a class of it under a name of its own."""
    found, alias = ModuleType("kea_shapes"), ModuleType("kea_shapes.api")
    exec(SHAPES, vars(found))
    vars(alias)["Round"] = vars(found)["Circle"]
    monkeypatch.setitem(sys.modules, "kea_shapes", found)
    monkeypatch.setitem(sys.modules, "kea_shapes.api", alias)
    return found


@pytest.fixture
def registry(shapes: Any) -> Any:
    top: Registry = Registry("kea", scope="acme")
    inner: Registry = Registry("kea", parent=top, scope="inner")
    inner.register_module(module=shapes.Circle)
    inner.register_module(module=shapes.Circle.Arc)
    top.register_module(module=dict)
    return top


@pytest.mark.parametrize("path", ["kea_shapes.Circle", "kea_shapes.api.Round"])
def test_a_path_to_what_the_tree_has_registered_is_that(registry: Any, path: str) -> None:
    for asked in (registry, registry.children["inner"]):
        assert path in asked
        assert asked.get(path) is asked[path] is asked.get("inner.Circle")
        assert asked.build(dict(type=path, r=2)).r == 2
    nested = registry.build(dict(type="dict", a=dict(type=path, r=3)), recursive=True)
    assert nested["a"].r == 3
    assert type(registry.get("kea_shapes.Circle.Arc")) is type
    assert build_runner_from_cfg(dict(runner_type=path), registry).r == 5


@pytest.mark.parametrize(
    "path",
    [
        *("kea_shapes.other", "kea_shapes.Square", "kea_shapes.Circle.from_cfg", "kea_shapes"),
        *("kea_shapes.Circle.", ".Circle", "kea_shapes.Circle.r", "os.system", "kea_none.Circle"),
        *("subprocess.getoutput", "collections.Counter", "mmengine.utils", "a." * 5000),
    ],
)
def test_any_other_path_is_nothing(registry: Any, path: str) -> None:
    loaded = set(sys.modules)
    assert (path in registry, registry.get(path)) == (False, None)
    with pytest.raises(KeyError):
        registry.build(dict(type=path))
    with pytest.raises(KeyError):
        build_runner_from_cfg(dict(runner_type=path), registry)
    names = ("kea_none", "kea_shapes", "mmengine")
    assert not {name for name in set(sys.modules) - loaded if name.partition(".")[0] in names}


@pytest.mark.usefixtures("registry")
def test_what_another_tree_has_registered_is_nothing() -> None:
    assert HOOKS.get("kea_shapes.Circle") is None


def test_what_is_declared_is_found_by_its_path_once_it_is_loaded(plugin_site: Site) -> None:
    rows = {"registry_core.model.keadet": {"Small": "keadet:Net"}}
    plugin_site.install("kea-det", rows, {"keadet.py": "class Net: ..."})
    with plugin_site.in_use():
        assert MODELS.get("keadet.Net") is None
        assert "keadet" not in sys.modules
        found = MODELS.get("keadet.Small")
        assert MODELS.get("keadet.Net") is found
        assert type(MODELS.build(dict(type="keadet.Net"))) is found
