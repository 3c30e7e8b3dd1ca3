"""The parts of a registry and of a default scope, read and changed alike on both sides."""

# ruff: noqa: C408 - configs as MMEngine's users write them, and the names that they use

import contextlib
import copy
import pickle
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from peers.mmengine_sides import SIDES, Other, Part, four, registry_of, side


@pytest.fixture(params=SIDES)
def api(request: pytest.FixtureRequest) -> Iterator[Any]:
    yield from side(request.param)


def changed(registry: Any) -> dict[str, Any]:
    """What a registry holds, as its own methods say."""
    return {name: registry.get(name) for name in registry.module_dict}


CHANGES: dict[str, tuple[Callable[[Any], Any], object, dict[str, Any]]] = {
    "assign": (lambda d: d.__setitem__("X", Other), None, {"Part": Part, "B": dict, "X": Other}),
    "assign a name that is taken": (
        lambda d: d.__setitem__("Part", Other), None, {"Part": Other, "B": dict}),
    "delete": (lambda d: d.__delitem__("Part"), None, {"B": dict}),
    "pop": (lambda d: d.pop("Part"), Part, {"B": dict}),
    "pop with a default": (lambda d: d.pop("X", None), None, {"Part": Part, "B": dict}),
    "pop the last": (lambda d: d.popitem(), ("B", dict), {"Part": Part}),
    "clear": (lambda d: d.clear(), None, {}),
    "update": (lambda d: d.update({"X": Other}, Y=Part), None,
               {"Part": Part, "B": dict, "X": Other, "Y": Part}),
    "update from pairs": (lambda d: d.update([("X", Other)]), None,
                          {"Part": Part, "B": dict, "X": Other}),
    "update in place": (lambda d: d.__ior__({"X": Other}) and None, None,
                        {"Part": Part, "B": dict, "X": Other}),
    "set what is there": (lambda d: d.setdefault("Part", Other), Part, {"Part": Part, "B": dict}),
    "set what is not": (lambda d: d.setdefault("X", Other), Other,
                        {"Part": Part, "B": dict, "X": Other}),
}  # fmt: skip


@pytest.mark.parametrize("name", ["module_dict", "_module_dict"])
@pytest.mark.parametrize(("change", "result", "then"), CHANGES.values(), ids=CHANGES)
def test_what_changes_the_dict_changes_the_registry(
    api: Any, name: str, change: Callable[[Any], Any], result: object, then: dict[str, Any]
) -> None:
    registry = registry_of(api)
    registry.register_module("B", module=dict)
    # Taken before, because it is live.
    held = getattr(registry, name)
    assert change(held) == result
    assert changed(registry) == held == then
    assert (len(registry), list(held)) == (len(then), list(then))


READS: dict[str, Callable[[Any], Any]] = {
    "item": lambda d: d["Part"],
    "get": lambda d: (d.get("Part"), d.get("X"), d.get("X", 3)),
    "in": lambda d: ("Part" in d, "X" in d, 5 in d),
    "len": len,
    "truth": bool,
    "iteration": list,
    "reversed": lambda d: list(reversed(d)),
    "keys": lambda d: (list(d.keys()), "Part" in d, d.keys() & {"Part", "X"}),
    "values": lambda d: list(d.values()),
    "items": lambda d: (list(d.items()), ("Part", Part) in d.items()),
    "equal": lambda d: (d == {"Part": Part, "B": dict}, {"Part": Part} == d, d == 3),
    "unequal": lambda d: (d != {"Part": Part, "B": dict}, {"Part": Part} != d),
    "united": lambda d: (d | {"X": Other}, {"X": Other} | d),
    "unpacked": lambda d: ({**d}, dict(d), dict(**d), OrderedDict(d)),
    "shown": repr,
    "copied": lambda d: (d.copy(), copy.copy(d), copy.deepcopy(d)),
    "pickled": lambda d: pickle.loads(pickle.dumps(d)),
    "sorted": lambda d: sorted(d.items()),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_the_dict_reads_as_a_dict(api: Any, read: Callable[[Any], Any]) -> None:
    registry = registry_of(api)
    registry.register_module("B", module=dict)
    assert read(registry.module_dict) == read({"Part": Part, "B": dict})


def test_a_copy_of_the_dict_changes_nothing(api: Any) -> None:
    registry = registry_of(api)
    for copied in (registry.module_dict.copy(), copy.copy(registry._module_dict)):
        copied.clear()
    assert changed(registry) == {"Part": Part}


@pytest.mark.parametrize("change", [lambda d: d["X"], lambda d: d.pop("X"),
                                    lambda d: d.__delitem__("X")])  # fmt: skip
def test_what_the_dict_lacks_is_a_key_error_with_the_name(
    api: Any, change: Callable[[Any], Any]
) -> None:
    with pytest.raises(KeyError) as caught:
        change(registry_of(api).module_dict)
    assert caught.value.args == ("X",)


def test_an_empty_dict_has_no_last_item(api: Any) -> None:
    with pytest.raises(KeyError, match="dictionary is empty"):
        api.Registry("kea", scope="acme").module_dict.popitem()


def test_the_name_of_what_is_deleted_is_free(api: Any) -> None:
    registry = registry_of(api)
    assert registry.build(dict(type="Part")).depth == 18
    del registry.module_dict["Part"]
    assert "Part" not in registry.module_dict
    registry.register_module("Part", module=Other)
    assert type(registry.build(dict(type="Part"))) is Other


def test_a_dict_that_is_assigned_is_what_the_registry_holds(api: Any) -> None:
    registry = registry_of(api)
    before = copy.copy(registry._module_dict)
    registry._module_dict = {"X": Other}
    assert changed(registry) == {"X": Other}
    registry._module_dict = before
    assert changed(registry) == {"Part": Part}
    with pytest.raises(AttributeError):
        registry.module_dict = {}


def test_a_mock_of_the_dict_holds_for_its_block(api: Any) -> None:
    registry = registry_of(api)
    with mock.patch.dict(registry.module_dict, {"Part": Other, "X": Other}):
        assert changed(registry) == {"Part": Other, "X": Other}
    assert changed(registry) == {"Part": Part}
    with mock.patch.dict(registry.module_dict, clear=True):
        assert changed(registry) == {}
    assert changed(registry) == {"Part": Part}


# Children


@pytest.mark.parametrize("name", ["children", "_children"])
def test_a_child_that_is_taken_out_frees_its_scope(api: Any, name: str) -> None:
    tree = four(api)
    assert tree.top.get("kleft.B").__name__ == "B"
    assert getattr(tree.top, name).pop("kleft") is tree.left
    assert tree.top.get("kleft.B") is None
    assert list(tree.top.children) == ["kright"]
    again = api.Registry("kea", parent=tree.top, scope="kleft")
    again.register_module("B", module=Other)
    assert tree.top.children["kleft"] is again
    assert tree.top.get("kleft.B") is Other
    assert tree.left.get("B").__name__ == "B"
    assert tree.left.get("kinner.C").__name__ == "C"


def test_children_can_be_deleted_cleared_and_put_back(api: Any) -> None:
    tree = four(api)
    before = tree.top.children.copy()
    del tree.top.children["kright"]
    assert "kright" not in tree.top.children
    tree.top.children.clear()
    assert (len(tree.top.children), tree.top.get("kright.D")) == (0, None)
    tree.top.children.update(before)
    assert tree.top.children == {"kleft": tree.left, "kright": tree.right}
    assert tree.top.get("kright.D").__name__ == "D"
    assert tree.top.get("kleft.kinner.C").__name__ == "C"
    assert tree.inner.get("A").__name__ == "A"
    tree.top._children = {"kleft": tree.left}
    assert (list(tree.top.children), tree.top.get("kright.D")) == (["kleft"], None)
    with mock.patch.dict(tree.top.children):
        tree.top.children.pop("kleft")
    assert tree.top.get("kleft.B").__name__ == "B"


def test_a_registry_can_be_added_as_a_child(api: Any) -> None:
    top, late = registry_of(api), api.Registry("kea", scope="late")
    late.register_module("L", module=Other)
    inside = api.Registry("kea", parent=late, scope="inside")
    inside.register_module("I", module=dict)
    top._add_child(late)
    assert top.children == {"late": late}
    assert (top.get("late.L"), top.get("late.inside.I")) == (Other, dict)
    with api.DefaultScope.overwrite_default_scope("inside"):
        assert top.build(dict(type="I")) == {}
    with pytest.raises(AssertionError):
        top._add_child(api.Registry("kea", scope="late"))
    with pytest.raises(AssertionError):
        top._add_child("late")


def test_a_child_is_searched_by_its_scope_in_all_within_a_registry(api: Any) -> None:
    tree = four(api)
    assert tree.top._search_child("kinner") is tree.inner
    assert tree.left._search_child("kleft") is tree.left
    assert tree.right._search_child("kleft") is tree.top._search_child("knone") is None
    assert tree.inner._get_root_registry() is tree.top


# Names, locations, methods


def test_names_and_scopes_are_attributes(api: Any) -> None:
    registry = registry_of(api)
    assert (registry._name, registry._scope) == ("kea", "acme")
    registry._name = "kaka"
    assert registry.name == "kaka"


@pytest.mark.parametrize("name", ["hooks", "registries", "notes", "", "a b", "a.b"])
def test_a_registry_may_have_any_name(api: Any, name: str) -> None:
    registry = api.Registry(name, scope="acme")
    registry.register_module(module=Part)
    api.Registry(name, parent=registry, scope="kid").register_module("K", module=dict)
    assert (registry.name, registry.get("Part"), registry.get("kid.K")) == (name, Part, dict)


def test_a_scope_may_be_empty(api: Any) -> None:
    top = api.Registry("kea", scope="")
    top.register_module(module=Part)
    assert (top.scope, top.get("Part"), top.get(".Part")) == ("", Part, Part)
    named = registry_of(api)
    api.Registry("kea", parent=named, scope="").register_module("K", module=dict)
    assert (list(named.children), named.children[""].get("K")) == ([""], dict)


def located(api: Any, folder: Path, patch: pytest.MonkeyPatch, *names: str) -> Any:
    """A registry, and modules that register in it."""
    registry = api.Registry("kea", scope="acme", locations=[])
    patch.syspath_prepend(folder)
    patch.setitem(sys.modules, "kea_host", SimpleNamespace(registry=registry))
    for name in names:
        code = f"import kea_host\nkea_host.registry.register_module({name!r}, module=dict)\n"
        (folder / f"{name}.py").write_text(code)
        patch.delitem(sys.modules, name, raising=False)
    return registry


ADDING: dict[str, Callable[[Any], Any]] = {
    "extend": lambda r: r._locations.extend(["kea_one", "kea_two"]),
    "append": lambda r: (r._locations.append("kea_one"), r._locations.append("kea_two")),
    "insert": lambda r: (r._locations.insert(0, "kea_two"), r._locations.insert(0, "kea_one")),
    "assign": lambda r: setattr(r, "_locations", ["kea_one", "kea_two"]),
}


@pytest.mark.parametrize("add", ADDING.values(), ids=ADDING)
def test_locations_that_are_added_are_imported_when_a_name_is_asked(
    api: Any, add: Callable[[Any], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = located(api, tmp_path, monkeypatch, "kea_one", "kea_two")
    add(registry)
    assert registry._locations == ["kea_one", "kea_two"]
    assert len(registry.module_dict) == 0
    assert (registry.get("kea_one"), registry.get("kea_two")) == (dict, dict)


def test_locations_that_are_imported_are_not_imported_again(
    api: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = located(api, tmp_path, monkeypatch, "kea_one")
    registry._locations.append("kea_one")
    assert registry._imported is False
    registry.import_from_location()
    assert registry._imported is True
    monkeypatch.delitem(sys.modules, "kea_one")
    registry._imported = True
    assert registry.get("kea_one") is dict
    assert "kea_one" not in sys.modules


def test_all_registering_goes_through_one_method_that_may_be_replaced(
    api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = api.Registry._register_module

    def tolerant(self: Any, module: Any, module_name: Any = None, force: bool = False) -> None:
        with contextlib.suppress(KeyError):
            original(self, module, module_name, force)

    monkeypatch.setattr(api.Registry, "_register_module", tolerant)
    registry = registry_of(api)
    registry.register_module("Part", module=Other)
    registry.register_module("Part")(Other)
    registry.register_module(["Other", "else"], force=True)(Other)
    assert changed(registry) == {"Part": Part, "Other": Other, "else": Other}


def test_a_subclass_may_register_otherwise(api: Any) -> None:
    class Lower(api.Registry):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.seen: list[str] = []

        def _register_module(self, module: Any, module_name: Any = None, force: Any = False) -> Any:
            self.seen.append(module.__name__)
            self._module_dict[module.__name__.lower()] = module
            super()._register_module(module, module_name, force)

    registry = Lower("kea", scope="acme")
    registry.register_module()(Part)
    assert (changed(registry), registry.seen) == ({"part": Part, "Part": Part}, ["Part"])


def test_the_one_method_is_called_by_code_as_well(api: Any) -> None:
    registry = api.Registry("kea", scope="acme")
    registry._register_module(Part)
    registry._register_module(module=Other, module_name=["a", "b"])
    registry._register_module(dict, "a", True)
    assert changed(registry) == {"Part": Part, "a": dict, "b": Other}
    with pytest.raises(KeyError, match="a is already registered in kea at builtins"):
        registry._register_module(Other, "a")
    with pytest.raises(TypeError, match="module must be Callable, but got <class 'int'>"):
        registry._register_module(5)


def test_attributes_and_methods_of_a_registry_can_be_assigned(api: Any) -> None:
    registry = registry_of(api)
    registry.note = 1
    registry.build = lambda cfg: ("built", cfg)
    assert (registry.note, registry.build(3)) == (1, ("built", 3))


def test_another_build_function_can_be_assigned(api: Any) -> None:
    tree = four(api)
    tree.left.build_func = lambda cfg, registry: (registry.name, cfg["type"])
    assert tree.left.build(dict(type="B")) == ("kea", "B")
    assert tree.inner.build_func is tree.top.build_func is api.build_from_cfg
    assert tree.inner.build(dict(type="C")).depth == 18
    later = api.Registry("kea", parent=tree.left, scope="later")
    assert later.build(dict(type="L")) == ("kea", "L")


def test_builds_look_names_up_by_get_where_that_is_replaced(api: Any) -> None:
    class Lenient(api.Registry):  # type: ignore[misc]
        def get(self, key: str) -> Any:
            return super().get(key.removeprefix("my"))

    registry = Lenient("kea", scope="acme")
    registry.register_module(module=Part)
    assert registry.build(dict(type="myPart", depth=2)).depth == 2
    with pytest.raises(TypeError, match="deep"):
        registry.build(dict(type="myPart", deep=2))
    setattr(registry, "get", {"Part": Other}.get)  # noqa: B010 - as code that has no types
    assert type(registry.build(dict(type="Part"))) is Other
    with pytest.raises(KeyError, match="myPart is not in the acme::kea registry"):
        registry.build(dict(type="myPart"))


# Default scopes


def named(api: Any) -> dict[str, str]:
    return {name: each.scope_name for name, each in api.DefaultScope._instance_dict.items()}


def current(api: Any) -> str | None:
    found = api.DefaultScope.get_current_instance()
    return found and str(found.scope_name)


INSTANCES: dict[str, tuple[Callable[[Any], Any], dict[str, str], str | None]] = {
    "clear": (lambda d: d.clear(), {}, None),
    "pop the last": (lambda d: d.pop("two"), {"one": "a"}, "a"),
    "pop another": (lambda d: d.pop("one"), {"two": "b"}, "b"),
    "pop none": (lambda d: d.pop("three", None), {"one": "a", "two": "b"}, "b"),
    "pop an item": (lambda d: d.popitem(), {"one": "a"}, "a"),
    "pop the first": (lambda d: d.popitem(last=False), {"two": "b"}, "b"),
    "delete": (lambda d: d.__delitem__("two"), {"one": "a"}, "a"),
    "assign": (lambda d: d.__setitem__("three", d["one"]),
               {"one": "a", "two": "b", "three": "a"}, "a"),
    "update": (lambda d: d.update(two=d["one"]), {"one": "a", "two": "a"}, "a"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "then", "scope"), INSTANCES.values(), ids=INSTANCES)
def test_what_changes_the_dict_of_default_scopes_changes_which_holds(
    api: Any, change: Callable[[Any], Any], then: dict[str, str], scope: str | None
) -> None:
    api.DefaultScope.get_instance("one", scope_name="a")
    api.DefaultScope.get_instance("two", scope_name="b")
    change(api.DefaultScope._instance_dict)
    assert (named(api), current(api)) == (then, scope)
    assert len(api.DefaultScope._instance_dict) == len(then)
    assert all(api.DefaultScope.check_instance_created(name) for name in then)


def test_the_dict_of_default_scopes_can_be_copied_and_assigned(api: Any) -> None:
    made = api.DefaultScope.get_instance("one", scope_name="a")
    for copied in (copy.copy, copy.deepcopy, dict, OrderedDict):
        before = copied(api.DefaultScope._instance_dict)
        api.DefaultScope._instance_dict = OrderedDict()
        assert (current(api), api.DefaultScope._instance_dict == {}) == (None, True)
        api.DefaultScope._instance_dict = before
        assert (named(api), current(api)) == ({"one": "a"}, "a")
    assert api.DefaultScope._instance_dict["one"] is not made
    assert (made._instance_name, made._scope_name) == ("one", "a")


def test_what_is_changed_in_a_block_is_undone_with_it(api: Any) -> None:
    api.DefaultScope.get_instance("one", scope_name="a")
    with api.DefaultScope.overwrite_default_scope("b"):
        api.DefaultScope._instance_dict.clear()
        assert current(api) is None
    assert (named(api), current(api)) == ({"one": "a"}, "a")
