"""The same calls on MMEngine's registries and on ours: making, registering, finding, counting."""

import importlib
import json
import sys
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from peers.mmengine_sides import (
    SIDES,
    Other,
    Part,
    four,
    side,
    with_models,
)


@pytest.fixture(params=SIDES)
def api(request: pytest.FixtureRequest) -> Iterator[Any]:
    yield from side(request.param)


def test_a_registry_knows_its_name_and_scope_and_holds_nothing_yet(api: Any) -> None:
    registry = api.Registry("kea", scope="acme")
    assert (registry.name, registry.scope, registry.parent) == ("kea", "acme", None)
    assert registry.root is registry
    assert (registry.children, registry.module_dict, len(registry)) == ({}, {}, 0)
    assert registry.build_func is api.build_from_cfg


def test_a_scope_left_out_is_the_package_that_makes_the_registry(api: Any) -> None:
    assert api.Registry("kea").scope == __name__.partition(".")[0]


def test_a_registry_can_take_a_scope_for_the_caller_of_whoever_makes_it(api: Any) -> None:
    def make_for_a_caller() -> str:
        scope: str = api.Registry.infer_scope()
        return scope

    assert make_for_a_caller() == __name__.partition(".")[0]


def test_the_scope_of_a_registry_that_no_file_makes_is_mmengine(api: Any) -> None:
    code = compile("registry = make('kea')", "<stdin>", "exec")
    interactive = {"__name__": "__main__", "make": api.Registry}
    main = importlib.import_module("__main__")
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(main, "__file__", raising=False)
        exec(code, interactive)
    assert interactive["registry"].scope == "mmengine"


def test_children_know_their_parents_and_root(api: Any) -> None:
    tree = four(api)
    assert tree.top.children == {"kleft": tree.left, "kright": tree.right}
    assert tree.left.children == {"kinner": tree.inner}
    assert (tree.inner.parent, tree.left.parent) == (tree.left, tree.top)
    assert tree.inner.root is tree.right.root is tree.top


def test_a_build_function_is_inherited_unless_a_child_has_its_own(api: Any) -> None:
    def first(cfg: Any, *args: Any, **kwargs: Any) -> Any:
        return "first", cfg, args, kwargs

    def second(cfg: Any, registry: Any) -> Any:
        return "second", cfg, registry

    top = api.Registry("kea", first, scope="ktop")
    left = api.Registry("kea", parent=top, scope="kleft")
    right = api.Registry("kea", second, parent=top, scope="kright")
    assert (top.build_func, left.build_func, right.build_func) == (first, first, second)
    assert left.build(3, 4, five=5) == ("first", 3, (4,), {"five": 5, "registry": left})
    assert right.build([6]) == ("second", [6], right)


@pytest.mark.parametrize(
    ("key", "split"),
    [
        ("mmdet.ResNet", ("mmdet", "ResNet")),
        ("ResNet", (None, "ResNet")),
        ("a.b.c", ("a", "b.c")),
        (".x", ("", "x")),
        ("", (None, "")),
    ],
)
def test_a_key_is_split_at_its_first_dot(api: Any, key: str, split: Any) -> None:
    assert api.Registry.split_scope_key(key) == split


def test_a_decorator_returns_what_it_registers_and_takes_its_name(api: Any) -> None:
    registry = api.Registry("kea", scope="acme")

    @registry.register_module()
    class Net: ...

    @registry.register_module(name="small")
    class Small: ...

    def make() -> str:
        return "made"

    assert registry.register_module(name=["one", "two"])(make) is make
    assert registry.module_dict == {"Net": Net, "small": Small, "one": make, "two": make}
    assert len(registry) == 4


def test_register_module_is_a_call_as_well(api: Any) -> None:
    registry = api.Registry("kea", scope="acme")
    assert registry.register_module(module=Part) is Part
    assert registry.register_module("again", False, Part) is Part
    registry.register_module(name="half", module=partial(Part, 9))
    registry.register_module(name=("a", "b"), module=len)
    assert list(registry.module_dict) == ["Part", "again", "half", "a", "b"]


def test_force_replaces(api: Any) -> None:
    registry = api.Registry("kea", scope="acme")
    registry.register_module(name="Part", module=Part)
    registry.register_module(name="Part", module=Other, force=True)
    assert registry.get("Part") is Other
    registry.register_module(name="Part", force=True)(Part)
    assert registry.get("Part") is Part


def test_a_name_is_in_a_registry_if_its_parents_have_it(api: Any) -> None:
    tree = four(api)
    assert "A" in tree.inner
    assert "kleft.B" in tree.right
    assert "C" not in tree.left
    assert (len(tree.top), len(tree.inner)) == (1, 1)


@pytest.mark.parametrize(
    ("asked", "key", "found"),
    [
        ("top", "A", "A"),
        ("top", "B", None),
        ("top", "ktop.A", "A"),
        ("top", "kleft.B", "B"),
        ("top", "kright.D", "D"),
        ("top", "kleft.kinner.C", "C"),
        ("top", "kinner.C", None),
        ("top", "kright.C", None),
        ("top", "kleft.A", "A"),
        ("left", "A", "A"),
        ("left", "B", "B"),
        ("left", "kleft.B", "B"),
        ("left", "kinner.C", "C"),
        ("left", "kright.D", "D"),
        ("left", "ktop.A", "A"),
        ("left", "D", None),
        ("inner", "A", "A"),
        ("inner", "B", "B"),
        ("inner", "C", "C"),
        ("inner", "kinner.C", "C"),
        ("inner", "kleft.B", "B"),
        ("inner", "kright.D", "D"),
        ("inner", "kleft.kinner.C", "C"),
        ("right", "kleft.B", "B"),
        ("right", "kleft.kinner.C", "C"),
        ("right", "kleft.A", "A"),
        ("right", "kinner.C", None),
        ("right", "nowhere.A", None),
    ],
)
def test_a_key_finds_the_same_from_the_same_scope(
    api: Any, asked: str, key: str, found: str | None
) -> None:
    got = getattr(four(api), asked).get(key)
    assert (got and got.__name__) == found


def test_locations_are_imported_for_a_name_that_is_not_there(
    api: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = api.Registry("kea", scope="acme", locations=["kea_located"])
    source = "import kea_host\n@kea_host.registry.register_module()\nclass Located: ...\n"
    (tmp_path / "kea_located.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "kea_host", SimpleNamespace(registry=registry))
    monkeypatch.delitem(sys.modules, "kea_located", raising=False)
    assert len(registry.module_dict) == 0
    assert registry.get("Located").__name__ == "Located"
    monkeypatch.delitem(sys.modules, "kea_located")
    registry.import_from_location()
    assert "kea_located" not in sys.modules


def test_a_location_that_fails_raises_when_it_is_imported_by_name(api: Any) -> None:
    registry = api.Registry("kea", scope="acme", locations=["kea.nowhere"])
    with pytest.raises(ModuleNotFoundError, match="kea"):
        registry.import_from_location()


ROOTS = {
    "RUNNERS": "runner",
    "RUNNER_CONSTRUCTORS": "runner constructor",
    "LOOPS": "loop",
    "HOOKS": "hook",
    "STRATEGIES": "strategy",
    "DATASETS": "dataset",
    "DATA_SAMPLERS": "data sampler",
    "TRANSFORMS": "transform",
    "MODELS": "model",
    "MODEL_WRAPPERS": "model_wrapper",
    "WEIGHT_INITIALIZERS": "weight initializer",
    "OPTIMIZERS": "optimizer",
    "OPTIM_WRAPPERS": "optim_wrapper",
    "OPTIM_WRAPPER_CONSTRUCTORS": "optimizer wrapper constructor",
    "PARAM_SCHEDULERS": "parameter scheduler",
    "METRICS": "metric",
    "EVALUATOR": "evaluator",
    "TASK_UTILS": "task util",
    "VISUALIZERS": "visualizer",
    "VISBACKENDS": "vis_backend",
    "LOG_PROCESSORS": "log_processor",
    "INFERENCERS": "inferencer",
    "FUNCTIONS": "function",
}


def test_the_root_registries_have_these_names_and_build_functions(api: Any) -> None:
    found = {name: r for name, r in vars(api).items() if isinstance(r, api.Registry)}
    assert {name: registry.name for name, registry in found.items()} == ROOTS
    assert {registry.scope for registry in found.values()} == {"mmengine"}
    special = {
        name: registry.build_func.__name__
        for name, registry in found.items()
        if registry.build_func is not api.build_from_cfg
    }
    assert special == {
        "MODELS": "build_model_from_cfg",
        "OPTIMIZERS": "build_optimizer_from_cfg",
        "PARAM_SCHEDULERS": "build_scheduler_from_cfg",
        "RUNNERS": "build_runner_from_cfg",
    }


def test_a_tree_is_counted_by_scope_and_folder_from_any_of_its_scopes(api: Any) -> None:
    top = api.Registry("kea", scope="ktop")
    left = api.Registry("kea", parent=top, scope="kleft")
    api.Registry("kea", parent=left, scope="kinner")
    for name, module in (("Z", "a.b.c"), ("Y", "a.b.d"), ("X", "top")):
        top.register_module(name=name, module=type(name, (), {"__module__": module}))
    left.register_module(name="W", module=type("W", (), {"__module__": "a.b.c"}))
    counted = [
        {"num_modules": 3, "scope": "ktop", "a/b": ["Z", "Y"], "": ["X"]},
        {"num_modules": 1, "scope": "kleft", "a/b": ["W"]},
        {"num_modules": 0, "scope": "kinner"},
    ]
    assert api.traverse_registry_tree(left) == counted
    assert api.traverse_registry_tree(top, verbose=False) == counted


def test_what_is_registered_is_counted_into_a_file(api: Any, tmp_path: Path) -> None:
    with_models(api)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        counted = api.count_registered_modules(str(tmp_path / "new"), verbose=False)
    written = (tmp_path / "new" / "modules_statistic_results.json").read_text()
    assert json.loads(written) == counted
    assert written == json.dumps(counted, indent=2)
    assert sorted(counted) == ["registries", "scan_date"]
    assert list(counted["registries"]) == sorted(ROOTS)
    assert counted["registries"]["LOOPS"][0]["scope"] == "mmengine"
