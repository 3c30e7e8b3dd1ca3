"""A root without a type: an experiment of several named parts, a list of parts, anchors."""

from collections import UserDict, deque
from typing import Any

import pytest

from registry_core import (
    ConfigHint,
    EntryNotFound,
    MissingType,
    Registry,
    WrongType,
    build_from_cfg,
    default_scope,
)
from registry_core.config import check_config

OVEN: Registry[Any] = Registry("oven", group="tests.oven", scope="oven")
OVEN.register_module("Bread", module=lambda **given: ("bread", given))
RYE: Registry[Any] = Registry("oven", parent=OVEN, scope="rye")
RYE.register_module("Loaf", module=lambda: "rye loaf")
FUEL: Registry[Any] = Registry("fuel", group="tests.fuel", scope="fuel", type_key="burn")
FUEL.register_module("Wood", module=lambda **given: given.get("type"))
NAMED = {"fuel": FUEL}


def both(config: Any) -> Any:
    built = build_from_cfg(config, OVEN, recursive=True, registries=NAMED)
    assert OVEN.plan(config, recursive=True, registries=NAMED)() == built
    assert check_config(config, OVEN, recursive=True, registries=NAMED, load=True) == []
    return built


@pytest.mark.parametrize(
    ("config", "built"),
    [
        ({"a": {"type": "Bread"}, "seed": 3}, {"a": ("bread", {}), "seed": 3}),
        (UserDict({"a": [{"type": "Bread"}]}), {"a": [("bread", {})]}),
        ([{"type": "Bread"}, 5], [("bread", {}), 5]),
        (({"type": "Bread"},), (("bread", {}),)),
        (deque([{"type": "Bread"}]), [("bread", {})]),
        ({}, {}),
        ([], []),
        ([1, "a"], [1, "a"]),
        ({"_literal_": {"type": "x"}}, {"type": "x"}),
        ({"_scope_": "rye", "a": {"type": "Loaf"}}, {"a": "rye loaf"}),
        ({"_registry_": "fuel", "a": {"burn": "Wood", "type": "ash"}}, {"a": "ash"}),
        ({"x-a": {"type": "Nope"}, "b": {"type": "Bread"}}, {"b": ("bread", {})}),
        ({"x-a": 1, "type": "Bread", "b": {"x-c": 2}}, ("bread", {"b": {"x-c": 2}})),
        ({"type": "Bread", "_kwargs_": {"x-a": 1}}, ("bread", {"x-a": 1})),
        ({"x-a": 1}, {}),
    ],
)
def test_a_root_may_be_an_experiment(config: Any, built: Any) -> None:
    assert both(config) == built


@pytest.mark.parametrize(
    ("config", "path", "words"),
    [
        ({"tpye": "Bread"}, "", "'tpye' meant"),
        ({"Type": "Bread", "a": {"b": 1}}, "", "'Type' meant"),
        ({"seed": 3}, "", "has 'seed'"),
        ({"a": {"_literal_": {"type": "Bread"}}}, "", "has 'a'"),
        ([1, {"typ": "Bread"}], "[1]", "'typ' meant"),
        ({"typ": "Bread", "a": {"type": "Bread"}}, "", "'typ' meant"),
    ],
)
def test_a_root_in_which_nothing_is_built_or_whose_type_is_misspelt_has_no_type(
    config: Any, path: str, words: str
) -> None:
    for call in (OVEN.build, OVEN.plan):
        with pytest.raises(MissingType, match=words) as refused:
            call(config, recursive=True)
        assert refused.value.config_path == path
    assert [e.config_path for e in check_config(config, OVEN, recursive=True)] == [path]


def test_a_section_whose_name_is_like_type_is_innocent() -> None:
    assert both({"types": "x", "tape": "y", "a": {"type": "Bread"}})["tape"] == "y"


def test_a_nested_mapping_whose_misspelt_type_names_an_entry_is_found_by_the_check() -> None:
    config = {"type": "Bread", "a": [{"tpye": "Bread"}, {"tpye": "no entry"}]}
    (found,) = check_config(config, OVEN, recursive=True)
    # It builds all the same.
    assert (type(found), found.config_path) == (ConfigHint, "a[0].tpye")
    assert "is type meant?" in str(found)


@pytest.mark.parametrize("config", ["Bread", b"Bread", 5, None, range(3)])
def test_what_is_neither_a_mapping_nor_a_sequence_is_no_config(config: Any) -> None:
    with pytest.raises(WrongType, match="cfg must be a mapping or a sequence"):
        build_from_cfg(config, OVEN, recursive=True)


def test_a_plain_build_needs_a_type() -> None:
    with pytest.raises(MissingType):
        OVEN.build({"a": {"type": "Bread"}})
    with pytest.raises(WrongType, match="a dict, or another mapping, but got list"):
        OVEN.build([{"type": "Bread"}])


@pytest.mark.parametrize(
    "lone", [{"_partial_": True}, {"_args_": [1]}, {"_kwargs_": {"a": 1}}, {"_id_": "a"}]
)
def test_how_to_call_means_nothing_without_a_type(lone: dict[str, Any]) -> None:
    config = {"type": "Bread", "a": [{**lone, "b": 1}]}
    for call in (build_from_cfg, lambda c, r, **k: r.plan(c, **k)):
        with pytest.raises(MissingType, match=f"{next(iter(lone))} is for a part") as refused:
            call(config, OVEN, recursive=True)
        assert refused.value.config_path == "a[0]"
    assert [e.config_path for e in check_config(config, OVEN, recursive=True)] == ["a[0]"]


def test_every_error_of_an_experiment_is_found_at_once() -> None:
    config = {"a": {"type": "Baerd"}, "b": [{"type": "Bread"}, {"type": 3}], "c": {"_scope_": "x"}}
    found = check_config(config, OVEN, recursive=True)
    assert [error.config_path for error in found] == ["a", "b[1]", "c"]


def test_a_default_scope_in_which_the_search_started_is_named() -> None:
    with default_scope("rye"), pytest.raises(EntryNotFound, match="the default scope is 'rye'"):
        OVEN.build({"type": "Laof"})
