"""One object in several places of a config: `_id_` and `_ref_`."""

import copy
import pickle
from collections import UserDict, UserList
from typing import Any

import pytest

from registry_core import ConfigError, Registry, RegistryError, WrongType
from registry_core.config import check_config


class Part:
    def __init__(self, *args: Any, **given: Any) -> None:
        self.args, self.given = args, given


KIT: Registry[Any] = Registry("kit", group="tests.kit", scope="kit", recursive=True)
KIT.register_module(module=Part)
SPARE: Registry[Any] = Registry("kit", parent=KIT, scope="spare")
SPARE.register_module("Tool", module=lambda: "spare tool")
KIT.register_module("Tool", module=lambda: "tool")
OTHER: Registry[Any] = Registry("other", group="tests.kit_other", scope="o", type_key="kind")
OTHER.register_module(module=Part)
NAMED = {"other": OTHER}


def ways(config: Any) -> list[Any]:
    plan = KIT.plan(config, registries=NAMED)
    assert check_config(config, KIT, load=True, registries=NAMED) == []
    return [
        KIT.build(config, registries=NAMED),
        plan(),
        pickle.loads(pickle.dumps(plan))(),
        copy.deepcopy(plan)(),
    ]


ONE: dict[str, Any] = {"type": "Part", "_id_": "one", "size": 1}
REF = {"_ref_": "one"}


@pytest.mark.parametrize(
    ("config", "first", "second"),
    [
        ({"a": ONE, "b": REF}, lambda g: g["a"], lambda g: g["b"]),
        ({"a": REF, "b": ONE}, lambda g: g["b"], lambda g: g["a"]),
        ({"a": [0, REF], "b": {"c": (ONE,)}}, lambda g: g["b"]["c"][0], lambda g: g["a"][1]),
        ({"a": UserList([REF]), "b": UserDict(ONE)}, lambda g: g["b"], lambda g: g["a"][0]),
        (
            {"a": {"type": "Part", "_args_": [REF]}, "b": {"type": "Part", "x": [ONE]}},
            lambda g: g["b"].given["x"][0],
            lambda g: g["a"].args[0],
        ),
        (
            {"a": {"_registry_": "other", "kind": "Part", "x": REF}, "b": ONE},
            lambda g: g["b"],
            lambda g: g["a"].given["x"],
        ),
        (
            {"a": REF, "b": {"_registry_": "other", "kind": "Part", "_id_": "one", "size": 1}},
            lambda g: g["b"],
            lambda g: g["a"],
        ),
        (
            {"a": {"type": "Part", "_kwargs_": {"type": REF}}, "b": ONE},
            lambda g: g["b"],
            lambda g: g["a"].given["type"],
        ),
        ({"a": ONE, "b": [ONE, {"c": ONE}]}, lambda g: g["a"], lambda g: g["b"][1]["c"]),
    ],
)
def test_a_reference_is_the_very_object(config: Any, first: Any, second: Any) -> None:
    built = ways({"type": "Part", **config})
    for each in built:
        assert first(each.given) is second(each.given)
        assert first(each.given).given == {"size": 1}
    assert len({id(first(each.given)) for each in built}) == len(built)


def test_references_chain_and_each_part_is_built_once_before_what_needs_it() -> None:
    order: list[str] = []

    def part(name: str, **_: object) -> str:
        order.append(name)
        return name

    kit: Registry[Any] = Registry("chain", group="tests.chain", scope="c", recursive=True)
    kit.register_module(module=part)
    config = {
        "last": {"type": "part", "name": "c", "needs": {"_ref_": "b"}},
        "middle": {"type": "part", "name": "b", "_id_": "b", "needs": [{"_ref_": "a"}]},
        "first": {"type": "part", "name": "a", "_id_": "a", "in": {"type": "part", "name": "i"}},
    }
    assert kit.build(config) == {"last": "c", "middle": "b", "first": "a"}
    assert order == ["i", "a", "b", "c"]
    assert kit.plan(config)() == {"last": "c", "middle": "b", "first": "a"}


def test_a_part_is_built_at_its_own_place_with_its_own_scope() -> None:
    shared = {"type": "Tool", "_id_": "tool"}
    config = {
        "early": {"_ref_": "tool"},
        "section": {"_scope_": "spare", "tool": shared},
        "late": {"type": "Part", "again": shared},
    }
    for built in ways(config):
        assert built["early"] == built["section"]["tool"] == "spare tool"
        assert built["late"].given == {"again": "spare tool"}


def test_a_partial_can_be_shared() -> None:
    config = {"a": {"type": "Part", "_partial_": True, "_id_": "later"}, "b": {"_ref_": "later"}}
    for built in ways(config):
        assert built["a"] is built["b"]


@pytest.mark.parametrize(
    ("config", "path", "words"),
    [
        ({"a": {"_ref_": "onne"}, "b": ONE}, "a", "did you mean 'one'"),
        ({"a": {"_ref_": "one"}}, "a", "there is none"),
        ({"x-old": ONE, "a": REF}, "a", "there is none"),
        ({"a": {**ONE, "b": [REF]}}, "a.b[0]", "a circle of references: 'one' needs 'one'"),
        (
            {"a": {**ONE, "b": {"_ref_": "two"}}, "c": {"type": "Part", "_id_": "two", "d": REF}},
            "a.b",
            "'two' needs 'one' needs 'two'",
        ),
        ({"a": ONE, "b": [dict(ONE)]}, "b[0]", "has the _id_ 'one', at a"),
        ({"a": ONE, "b": {**REF, "size": 1}}, "b", "_ref_ must be alone .* 'size'"),
        ({"a": ONE, "b": {**REF, "type": "Part"}}, "b", "_ref_ must be alone .* 'type'"),
        ({"a": {"_id_": "one", "b": 1}}, "a", "_id_ is for a part"),
    ],
)
def test_what_cannot_be_referred_to_is_an_error_with_its_place(
    config: Any, path: str, words: str
) -> None:
    config = {**config, "type": "Part"}
    for call in (KIT.build, KIT.plan):
        with pytest.raises(ConfigError, match=words) as refused:
            call(config)
        assert refused.value.config_path == path
    assert path in [error.config_path for error in check_config(config, KIT)]


@pytest.mark.parametrize("name", [1, None, ["one"]])
def test_a_name_of_a_part_is_a_text(name: Any) -> None:
    for wrong in ({"type": "Part", "_id_": name}, {"_ref_": name}):
        with pytest.raises(WrongType, match="must be a str") as refused:
            KIT.build({"type": "Part", "a": wrong})
        assert refused.value.config_path == "a"


def test_a_build_that_is_not_recursive_passes_both_on() -> None:
    config = {"type": "Part", "_id_": "one", "a": REF}
    assert KIT.build(config, recursive=False).given == {"_id_": "one", "a": REF}


def test_a_thousand_references_in_each_others_way_are_put_in_order() -> None:
    config: dict[str, Any] = {
        f"p{n}": {"type": "Part", "_id_": f"p{n}", "next": {"_ref_": f"p{n + 1}"}}
        for n in range(1_000)
    }
    config["p1000"] = {"type": "Part", "_id_": "p1000"}
    built = KIT.build(config)
    assert all(built[f"p{n}"].given["next"] is built[f"p{n + 1}"] for n in range(1_000))
    config["p1000"] = {**config["p1000"], "next": {"_ref_": "p0"}}
    with pytest.raises(RegistryError, match="a circle of references"):
        KIT.build(config)
