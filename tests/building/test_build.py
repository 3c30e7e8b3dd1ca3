"""From a config to an instance: arguments, nested configs, and a config that stays as it was."""

import copy
from collections import OrderedDict, UserDict, defaultdict
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_core import (
    MissingType,
    Registry,
    build_from_cfg,
    default_scope,
)


class Part:
    """Whatever was built, with what it was given."""

    def __init__(self, /, *args: Any, **kwargs: Any) -> None:
        self.args = args
        self.kwargs = kwargs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Part) and (self.args, self.kwargs) == (other.args, other.kwargs)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Part(*{self.args!r}, **{self.kwargs!r})"


class Config(Mapping[str, Any]):
    """A mapping that is not a dict."""

    def __init__(self, **items: Any) -> None:
        self._items = items

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


class Pair(NamedTuple):
    """A tuple that means something to somebody else."""

    left: object
    right: object


def new_registry(*, recursive: bool | None = None) -> Registry[Any]:
    registry: Registry[Any] = Registry("part", scope="acme", recursive=recursive)
    registry.register_module(module=Part)
    return registry


@pytest.fixture
def parts() -> Registry[Any]:
    return new_registry()


def test_what_is_built_gets_the_arguments_of_the_config(parts: Registry[Any]) -> None:
    config = {"type": "Part", "a": 1, "b": [2]}
    assert parts.build(config) == Part(a=1, b=[2])
    assert build_from_cfg(config, parts) == Part(a=1, b=[2])
    assert parts.build({"type": "Part"}) == Part()


def test_a_registered_function_is_called(parts: Registry[Any]) -> None:
    @parts.register_module()
    def total(start: int, *, step: int = 1) -> int:
        return start + step

    assert parts.build({"type": "total", "start": 40, "step": 2}) == 42


@pytest.mark.parametrize("kind", [Part, lambda **kwargs: Part(**kwargs)])
def test_code_may_pass_a_class_or_a_function_as_the_type(parts: Registry[Any], kind: Any) -> None:
    assert parts.build({"type": kind, "a": 1}) == Part(a=1)
    nested = {"type": kind, "part": {"type": kind}}
    assert parts.build(nested, recursive=True) == Part(part=Part())


def test_default_arguments_are_for_what_the_config_does_not_say(parts: Registry[Any]) -> None:
    defaults = {"a": 1, "b": 2}
    assert parts.build({"type": "Part", "b": 3}, defaults) == Part(a=1, b=3)
    assert parts.build({"type": "Part", "b": 3}, default_args=defaults) == Part(a=1, b=3)
    assert build_from_cfg({"type": "Part"}, parts, MappingProxyType(defaults)) == Part(a=1, b=2)
    assert defaults == {"a": 1, "b": 2}


def test_default_arguments_may_give_the_type(parts: Registry[Any]) -> None:
    defaults = {"type": "Part", "a": 1}
    assert parts.build({}, defaults) == Part(a=1)
    assert parts.build({"type": dict, "b": 2}, defaults) == {"a": 1, "b": 2}
    assert defaults == {"type": "Part", "a": 1}


def test_default_arguments_may_hold_configs_and_control_keys(parts: Registry[Any]) -> None:
    defaults = {"_args_": [1], "inner": {"type": "Part"}}
    assert parts.build({"type": "Part"}, defaults, recursive=True) == Part(1, inner=Part())


@pytest.mark.parametrize(
    "make",
    [
        dict,
        OrderedDict,
        UserDict,
        Config,
        lambda **items: MappingProxyType(items),
        lambda **items: defaultdict(dict, items),
    ],
)
def test_any_mapping_is_a_config(parts: Registry[Any], make: Any) -> None:
    config = make(type="Part", inner=make(type="Part", a=1), plain=make(b=[make(c=2)]))
    inside = {"inner": Part(a=1), "plain": {"b": [{"c": 2}]}}
    assert parts.build(config, recursive=True) == Part(**inside)
    flat = parts.build(config)
    assert flat.kwargs["inner"] is config["inner"]
    assert flat.kwargs["plain"] is config["plain"]


def test_a_mapping_that_makes_up_missing_keys_is_taken_for_what_it_holds(
    parts: Registry[Any],
) -> None:
    config: dict[str, object] = defaultdict(lambda: "Part", a=1)
    with pytest.raises(MissingType):
        parts.build(config)
    assert config == {"a": 1}


def test_nested_configs_are_passed_on_untouched_by_default(parts: Registry[Any]) -> None:
    inner = {"type": "Part", "part": {"_literal_": 1}, "parts": [{"type": "Nope"}]}
    several = [inner, {"_scope_": "nope", "type": "Part"}]
    built = parts.build({"type": "Part", "inner": inner, "several": several})
    assert built.kwargs["inner"] is inner
    assert built.kwargs["several"] is several


def test_a_recursive_build_builds_the_children_first(parts: Registry[Any]) -> None:
    order: list[str] = []

    def note(name: str, **_: object) -> str:
        order.append(name)
        return name.upper()

    parts.register_module(module=note)
    config = {
        "type": "note",
        "name": "root",
        "first": {"type": "note", "name": "a", "x": {"type": "note", "name": "b"}},
        "second": [{"type": "note", "name": "c"}],
    }
    assert parts.build(config, recursive=True) == "ROOT"
    assert order == ["b", "a", "c", "root"]


def test_lists_tuples_and_plain_mappings_are_searched_for_configs(parts: Registry[Any]) -> None:
    part = {"type": "Part"}
    config = {"type": "Part", "a": [part, [part, 1]], "b": (part, "x"), "c": {"d": {"e": part}}}
    assert parts.build(config, recursive=True) == Part(
        a=[Part(), [Part(), 1]], b=(Part(), "x"), c={"d": {"e": Part()}}
    )


def test_what_is_no_plain_list_or_mapping_is_passed_on_as_it_is(parts: Registry[Any]) -> None:
    odd = {
        "pair": Pair({"a": 2}, 1),
        "set": {1},
        "bytes": b"x",
        "object": object(),
        "class": Part,
    }
    built = parts.build({"type": "Part", **odd}, recursive=True)
    assert all(built.kwargs[key] is value for key, value in odd.items())


def test_a_registry_may_build_recursively_by_default() -> None:
    nested = {"type": "Part", "part": {"type": "Part"}}
    untouched, built = Part(part={"type": "Part"}), Part(part=Part())
    for recursive, expected in ((None, untouched), (False, untouched), (True, built)):
        parts = new_registry(recursive=recursive)
        child: Registry = Registry("part", parent=parts, scope="inherited")
        assert parts.build(nested) == child.build(nested) == expected
        assert parts.build(nested, recursive=True) == built
        assert parts.build(nested, recursive=False) == untouched
        flat: Registry = Registry("part", parent=parts, scope="flat", recursive=False)
        assert flat.build(nested) == untouched
        with default_scope("flat"):
            assert parts.build(nested) == untouched


def test_a_part_that_occurs_twice_is_built_twice(parts: Registry[Any]) -> None:
    shared = {"type": "Part", "a": [1]}
    built = parts.build({"type": "Part", "x": shared, "y": [shared, shared]}, recursive=True)
    first, (second, third) = built.kwargs["x"], built.kwargs["y"]
    assert first == second == third == Part(a=[1])
    assert len({id(first), id(second), id(third)}) == 3
    assert len({id(part.kwargs["a"]) for part in (first, second, third)}) == 3


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=4)
# Hypothesis tries the texts that stand in the package, control keys among them.
KEYS = st.text(max_size=4).filter(lambda key: key not in {"type", "_id_"} and key[:2] != "x-")


def containers(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    mappings = st.dictionaries(KEYS, children, max_size=3)
    return st.one_of(
        st.lists(children, max_size=3),
        st.lists(children, max_size=3).map(tuple),
        mappings,
        mappings.map(lambda arguments: {"type": "Part", **arguments}),
        st.tuples(st.lists(children, max_size=2), mappings).map(
            lambda both: {"type": "Part", "_args_": both[0], **both[1]}
        ),
        children.map(lambda data: {"_literal_": data}),
    )


CONFIGS = st.recursive(SCALARS, containers, max_leaves=12)


def expected(value: Any) -> Any:
    """What a recursive build makes of `value`, written as plainly as can be."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(expected, value))
    if not isinstance(value, dict):
        return value
    if value.keys() == {"_literal_"}:
        return value["_literal_"]
    inside = {key: expected(item) for key, item in value.items() if key not in {"type", "_args_"}}
    return Part(*expected(value.get("_args_", [])), **inside) if "type" in value else inside


@given(st.dictionaries(KEYS, CONFIGS, max_size=4))
def test_a_recursive_build_follows_the_config_and_does_not_change_it(
    arguments: dict[str, Any],
) -> None:
    config = {"type": "Part", **arguments}
    before = copy.deepcopy(config)
    assert new_registry().build(config, recursive=True) == expected(config)
    assert config == before


@given(st.dictionaries(KEYS, CONFIGS, max_size=4), st.dictionaries(KEYS, CONFIGS, max_size=4))
def test_a_plain_build_replaces_literals_alone_and_does_not_change_the_config(
    arguments: dict[str, Any], defaults: dict[str, Any]
) -> None:
    config = {"type": "Part", **arguments}
    before = copy.deepcopy((config, defaults))
    built = new_registry().build(config, defaults)
    assert built.args == ()
    assert built.kwargs == {
        key: value["_literal_"]
        if isinstance(value, dict) and list(value) == ["_literal_"]
        else value
        for key, value in {**defaults, **arguments}.items()
    }
    assert (config, defaults) == before
