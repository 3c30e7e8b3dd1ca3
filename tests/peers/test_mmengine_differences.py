"""Where ours differs from MMEngine's registries: each difference, by both of its sides."""

# ruff: noqa: C408 - configs are written as MMEngine's users write them

import importlib
import os
import sys
import threading
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from peers.mmengine_sides import (
    OURS,
    SIDES,
    THEIRS,
    Other,
    Part,
    four,
    imported,
    registry_of,
    side,
    with_models,
)
from registry_core import default_scope


@pytest.fixture(params=SIDES)
def api(request: pytest.FixtureRequest) -> Iterator[Any]:
    yield from side(request.param)


@pytest.fixture
def is_ours(api: Any) -> bool:
    return bool(api.__name__ == OURS)


def refusal(call: Callable[[], Any]) -> type[BaseException] | None:
    """What a call raises, if it raises."""
    try:
        call()
    except Exception as error:
        return next(kind for kind in type(error).__mro__ if kind.__module__ == "builtins")
    return None


def test_no_string_imports_a_dotted_path(
    api: Any, is_ours: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kea_path.py").write_text("class Net: ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "kea_path", raising=False)
    registry = registry_of(api)
    if is_ours:
        assert registry.get("kea_path.Net") is None
        with pytest.raises(KeyError, match=r"kea_path\.Net is not in the acme::kea registry"):
            registry.build(dict(type="kea_path.Net"))
    else:
        assert type(registry.build(dict(type="kea_path.Net"))).__name__ == "Net"
    assert ("kea_path" in sys.modules) is not is_ours


def test_no_string_imports_the_registry_module_of_a_scope(
    api: Any, is_ours: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = {"kea_scope.registry", "kea_other.registry"}
    for module in modules:
        (tmp_path / module.partition(".")[0]).mkdir()
        (tmp_path / f"{module.replace('.', '/')}.py").write_text("")
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    registry = registry_of(api)
    registry.get("kea_scope.Net")
    registry.build(dict(type="Part", _scope_="kea_other"))
    assert modules & sys.modules.keys() == (set() if is_ours else modules)


def test_an_odd_key_is_no_error(api: Any, is_ours: bool) -> None:
    assert refusal(lambda: registry_of(api).get("")) is (None if is_ours else RuntimeError)
    assert not is_ours or [registry_of(api).get(key) for key in ("", ".", "a..b")] == [None] * 3


def test_a_key_that_begins_with_the_scope_asked_is_searched_in_its_parents(
    api: Any, is_ours: bool
) -> None:
    found = four(api).left.get("kleft.A")
    assert (found and found.__name__) == ("A" if is_ours else None)


def test_a_name_may_hold_dots(api: Any, is_ours: bool) -> None:
    registry = registry_of(api)
    registry.register_module(name="resnet50.a1", module=Part)
    assert registry.get("resnet50.a1") is (Part if is_ours else None)


def test_the_same_object_may_be_registered_twice(api: Any, is_ours: bool) -> None:
    registry = registry_of(api)
    twice = refusal(lambda: registry.register_module(module=Part))
    assert twice is (None if is_ours else KeyError)


def test_a_refused_registration_leaves_no_name_behind(api: Any, is_ours: bool) -> None:
    registry = registry_of(api)
    with pytest.raises(KeyError):
        registry.register_module(name=["New", "Part"], module=Other)
    assert list(registry.module_dict) == (["Part"] if is_ours else ["Part", "New"])


def test_a_name_that_is_no_text_is_refused(api: Any, is_ours: bool) -> None:
    assert refusal(lambda: api.Registry(3, scope="acme")) is (TypeError if is_ours else None)


def test_a_location_that_fails_hurts_only_who_asks_for_what_nobody_has(
    api: Any, is_ours: bool
) -> None:
    registry = registry_of(api, locations=["kea.nowhere"])
    if is_ours:
        assert registry.get("Part") is Part
        with pytest.raises(KeyError, match="importing the location 'kea.nowhere' failed"):
            registry.build(dict(type="Nope"))
    else:
        with pytest.raises(ModuleNotFoundError):
            registry.get("Part")


def test_children_are_in_the_order_of_their_names(api: Any, is_ours: bool) -> None:
    top = registry_of(api)
    for scope in ("c", "a", "b"):
        api.Registry("kea", parent=top, scope=scope)
    assert list(top.children) == (["a", "b", "c"] if is_ours else ["c", "a", "b"])


def test_of_several_scopes_of_one_name_the_first_by_path_is_meant(api: Any, is_ours: bool) -> None:
    top = registry_of(api)
    for label in ("c", "a"):
        above = api.Registry("kea", parent=top, scope=label)
        api.Registry(label, parent=above, scope="twice")
    with top.switch_scope_and_registry("twice") as registry:
        assert registry.name == ("a" if is_ours else "c")


def test_a_representation_is_plain_lines(api: Any, is_ours: bool) -> None:
    registry = registry_of(api)
    registry.register_module("Small", module=dict)
    shown = repr(registry)
    assert "Registry of kea" in shown
    assert "Part" in shown
    if is_ours:
        assert shown == (
            f"Registry of kea (scope 'acme', 2 names)\n    Part   {Part}\n    Small  <class 'dict'>"
        )


def test_the_dict_of_a_registry_is_a_mapping_and_no_dict(api: Any, is_ours: bool) -> None:
    for held in (registry_of(api).module_dict, registry_of(api).children):
        assert isinstance(held, dict) is not is_ours
        assert isinstance(held, MutableMapping)


def test_what_cannot_be_called_is_no_value_of_the_dict(api: Any, is_ours: bool) -> None:
    assigned = refusal(lambda: registry_of(api).module_dict.__setitem__("X", 5))
    assert assigned is (TypeError if is_ours else None)


def test_a_child_stands_in_one_place_under_its_scope(api: Any, is_ours: bool) -> None:
    tree = four(api)
    expected = ValueError if is_ours else None
    assert refusal(lambda: tree.top.children.__setitem__("alias", tree.left)) is expected
    assert refusal(lambda: tree.right._add_child(tree.inner)) is expected
    assert refusal(lambda: tree.inner.children.__setitem__("ktop", tree.top)) is expected


def test_a_child_that_is_taken_out_has_no_parent(api: Any, is_ours: bool) -> None:
    tree = four(api)
    del tree.top.children["kleft"]
    assert tree.left.parent is (None if is_ours else tree.top)
    assert (tree.left.get("A") is None) is is_ours


def test_what_is_registered_is_found_by_its_path_alone_if_it_is_loaded(
    api: Any, is_ours: bool
) -> None:
    registry = registry_of(api)
    path = f"{Part.__module__}.Part"
    assert registry.get(path) is Part
    assert type(registry.build(dict(type=path))) is Part
    assert registry.get(f"{Part.__module__}.Other") is (None if is_ours else Other)
    assert registry.get("os.path") is (None if is_ours else os.path)


def test_a_block_of_one_thread_is_not_seen_by_another(api: Any, is_ours: bool) -> None:
    seen: list[Any] = []

    def look() -> None:
        current = api.DefaultScope.get_current_instance()
        seen.append(current and current.scope_name)

    with api.DefaultScope.overwrite_default_scope("a"):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [None if is_ours else "a"]


def test_a_default_scope_is_the_same_object_after_a_block(api: Any, is_ours: bool) -> None:
    first = api.DefaultScope.get_instance("task", scope_name="a")
    with api.DefaultScope.overwrite_default_scope("b"):
        pass
    assert (api.DefaultScope.get_instance("task") is first) is is_ours


def test_a_config_may_be_any_mapping(api: Any, is_ours: bool) -> None:
    cfg = MappingProxyType(dict(type="Part", depth=3))
    assert refusal(lambda: registry_of(api).build(cfg)) is (None if is_ours else TypeError)


def test_a_config_may_have_control_keys(api: Any, is_ours: bool) -> None:
    registry = registry_of(api)
    cfg: dict[str, Any] = dict(type="Part", _args_=[9])
    assert refusal(lambda: registry.build(cfg)) is (None if is_ours else TypeError)
    if is_ours:
        assert registry.build(cfg).depth == 9
        assert registry.build(dict(type="Part", _partial_=True))(depth=4).depth == 4
        nested = registry.build(dict(type="Part", inner=dict(type="Part")), recursive=True)
        assert type(nested.inner) is Part


def test_an_error_in_a_list_of_configs_says_which(api: Any, is_ours: bool) -> None:
    imported("torch")
    with_models(api)
    configs = [dict(type="Part"), dict(type="Nope")]
    with pytest.raises(KeyError, match="Nope is not in the acme::kea registry") as missing:
        api.build_model_from_cfg(configs, registry_of(api))
    assert ("in the config at [1]: " in str(missing.value)) is is_ours


def test_default_arguments_may_be_given_by_place(api: Any, is_ours: bool) -> None:
    registry = registry_of(api)
    by_place = refusal(lambda: registry.build(dict(type="Part"), dict(depth=3)))
    assert by_place is (None if is_ours else TypeError)


def test_the_default_scope_of_registry_core_is_that_of_mmengine(api: Any, is_ours: bool) -> None:
    tree = four(api)
    with default_scope("kleft"):
        current = api.DefaultScope.get_current_instance()
        assert (current and current.scope_name) == ("kleft" if is_ours else None)
        built = refusal(lambda: tree.top.build(dict(type="B")))
    assert built is (None if is_ours else KeyError)


def test_a_name_is_forgotten_by_a_call(api: Any, is_ours: bool) -> None:
    api.DefaultScope.get_instance("task", scope_name="a")
    if is_ours:
        api.DefaultScope.clear()
        assert api.DefaultScope.get_current_instance() is None
        assert not api.DefaultScope.check_instance_created("task")
    else:
        assert not hasattr(api.DefaultScope, "clear")


def test_all_that_mmengine_exports_is_here() -> None:
    exported = set(importlib.import_module(OURS).__all__)
    for theirs in side(THEIRS):
        assert set(theirs.__all__) <= exported
