"""A plan builds what the config describes, as often as it is called, with all else done before."""

import copy
import functools
import importlib
import math
import pickle
import sys
from collections import UserDict
from collections.abc import Callable
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_core import (
    ArgumentError,
    BuildError,
    ConfigError,
    EntryNotFound,
    MissingType,
    Plan,
    Registry,
    WrongType,
    build_from_cfg,
    current_environment,
    default_scope,
)
from registry_core.testing import Site


class Part:
    made = 0

    def __init__(self, *args: Any, size: int = 0, **kwargs: Any) -> None:
        Part.made += 1
        self.args, self.size, self.kwargs = args, size, kwargs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Part) and vars(self) == vars(other)

    __hash__ = object.__hash__


def tiny(size: int) -> int:
    if size < 0:
        raise ValueError("less than nothing")
    return size


PARTS: Registry[Any] = Registry("planned parts", scope="parts")
PARTS.register_module(module=Part)
PARTS.register_module(module=tiny)
INNER: Registry[Any] = Registry("planned parts", parent=PARTS, scope="inner")
INNER.register_module("Part", module=lambda **kwargs: ("inner", kwargs))


class Pair(NamedTuple):
    left: Any
    right: Any


ODD = UserDict({"type": "Part", "size": 4})

CONFIGS = [
    {"type": "Part"},
    {"type": "Part", "size": 3, "name": "a", "rate": 0.5, "on": True, "none": None, "raw": b"x"},
    {"type": "Part", "child": {"type": "Part", "size": 2}},
    {"type": "Part", "children": [{"type": "Part", "size": n} for n in range(3)]},
    {
        "type": "Part",
        "pair": ({"type": "Part"}, 1, [2, ({"type": "Part"},)]),
        "empty": [[], (), {}],
    },
    {"type": "Part", "_args_": [1, {"type": "Part"}, [3]], "size": 1},
    {"type": "Part", "plain": {"a": {"type": "Part"}, 5: [1], None: {"b": ()}}},
    {"type": "Part", "data": {"_literal_": {"type": "Part"}}},
    {"type": "Part", "class": 1, "a b": 2, "None": 3, "__debug__": 4, "": 5, "ﬁ": 6},
    {"type": "Part", "_scope_": "inner", "child": {"type": "Part"}},
    {"type": "Part", "child": {"type": "Part", "_scope_": "inner"}},
    {"type": "Part", "child": {"_registry_": "others", "type": "Part"}},
    {"type": Part, "size": 2},
    {"type": "Part", "kind": Part, "odd": ODD, "pair": Pair(2, 1), "inf": math.inf},
    ODD,
]


@pytest.mark.parametrize("recursive", [True, False])
@pytest.mark.parametrize("config", CONFIGS)
def test_a_plan_builds_what_a_build_builds(config: Any, recursive: bool) -> None:
    registries = {"others": PARTS}
    plan = PARTS.plan(config, recursive=recursive, registries=registries)
    built = build_from_cfg(config, PARTS, recursive=recursive, registries=registries)
    assert plan() == built
    assert plan() is not plan()
    assert pickle.loads(pickle.dumps(plan))() == built
    assert copy.copy(plan)() == built


texts = st.sampled_from(["size", "a", "class", "b c", "_x", "é"])
leaves = st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=3) | st.floats()
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=2).map(tuple)
        | st.dictionaries(texts, inner, max_size=3)
        | st.dictionaries(texts, inner, max_size=3).map(lambda found: {"type": "Part"} | found)
    ),
    max_leaves=12,
)


# What it draws from is made when it first draws, which may take longer than it allows.
@given(st.dictionaries(texts, values, max_size=4), st.booleans())
def test_a_plan_builds_what_a_build_builds_whatever_the_config(
    arguments: dict[str, Any], recursive: bool
) -> None:
    config = {"type": "Part", **arguments}
    plan = PARTS.plan(config, recursive=recursive)
    assert repr(described(plan())) == repr(
        described(build_from_cfg(config, PARTS, recursive=recursive))
    )


def described(value: Any) -> Any:
    if isinstance(value, Part):
        return ("Part", described(value.args), described(value.size), described(value.kwargs))
    if isinstance(value, (list, tuple)):
        return type(value)(described(each) for each in value)
    if isinstance(value, dict):
        return {key: described(each) for key, each in value.items()}
    return value


def test_planning_constructs_nothing() -> None:
    before = Part.made
    plan = PARTS.plan({"type": "Part", "child": {"type": "Part"}}, recursive=True)
    assert Part.made == before
    plan()
    assert Part.made == before + 2


def test_a_partial_is_a_new_one_each_time() -> None:
    plan = PARTS.plan({"type": "Part", "_partial_": True, "_args_": [1], "size": 2})
    first = plan()
    assert isinstance(first, functools.partial)
    assert (first(), first is plan()) == (Part(1, size=2), False)


def test_no_list_of_one_build_is_in_another() -> None:
    config = {"type": "Part", "items": [1], "table": {"a": [2]}, "deep": [{"type": "Part"}]}
    plan = PARTS.plan(config, recursive=True)
    first = plan()
    for changed in (first.kwargs["items"], first.kwargs["table"]["a"], first.kwargs["deep"]):
        changed.append("more")
    assert plan().kwargs["items"] == [1]
    assert plan().kwargs["table"] == {"a": [2]}
    assert plan().kwargs["deep"] == [Part()]


def test_a_later_change_of_the_config_changes_neither_the_plan_nor_its_pickle() -> None:
    config = {"type": "Part", "items": [1], "child": {"type": "Part", "size": 1}}
    plan = PARTS.plan(config, recursive=True)
    before = plan()
    config["items"].append(2)  # type: ignore[attr-defined]
    config["child"]["size"] = 3  # type: ignore[index]
    config["type"] = "Nope"
    assert plan() == before
    assert pickle.loads(pickle.dumps(plan))() == before


def test_default_arguments_are_part_of_a_plan() -> None:
    plan = PARTS.plan({"size": 2}, {"type": "Part", "size": 1, "other": 3})
    assert plan() == Part(size=2, other=3)
    assert pickle.loads(pickle.dumps(plan))() == Part(size=2, other=3)


def test_a_plan_starts_where_the_default_scope_was_when_it_was_made() -> None:
    with default_scope("inner"):
        plan = PARTS.plan({"type": "Part", "size": 1})
    assert plan() == ("inner", {"size": 1})
    assert pickle.loads(pickle.dumps(plan))() == ("inner", {"size": 1})


def test_a_scope_of_the_config_holds_for_what_a_constructor_builds() -> None:
    registry: Registry[Any] = Registry("planned within", scope="a")
    inner: Registry[Any] = Registry("planned within", parent=registry, scope="b")
    registry.register_module("make", module=lambda: registry.build({"type": "what"}))
    registry.register_module("what", module=lambda: "outer")
    inner.register_module("what", module=lambda: "inner")
    assert registry.plan({"type": "make"})() == "outer"
    assert registry.plan({"type": "make", "_scope_": "b"})() == "inner"


@pytest.mark.parametrize(
    ("config", "error", "path", "message"),
    [
        ({"tpye": "Part"}, MissingType, "", 'must contain the key "type"'),
        ("Part", WrongType, "", "cfg must be a mapping or a sequence"),
        ({"type": "Prat"}, EntryNotFound, "", "did you mean 'Part'"),
        ({"type": 3}, WrongType, "", "type must be the name of an entry"),
        ({"type": "Part", "a": [{"type": "Nope"}]}, EntryNotFound, "a[0]", "'Nope' is not in"),
        ({"type": "Part", "a": {"type": "tiny", "sise": 1}}, ArgumentError, "a", "'sise'"),
        ({"type": "tiny"}, ArgumentError, "", "missing argument 'size'"),
        ({"type": "Part", "_args_": 3}, WrongType, "", "_args_ must be a list"),
        ({"type": "Part", 3: 4}, ArgumentError, "", "keywords must be strings"),
    ],
)
def test_what_is_wrong_is_said_when_the_plan_is_made(
    config: Any, error: type[Exception], path: str, message: str
) -> None:
    with pytest.raises(error, match=message.replace("[", r"\[")) as raised:
        PARTS.plan(config, recursive=True)
    assert getattr(raised.value, "config_path", None) == path


def test_a_config_that_refers_to_itself_is_refused() -> None:
    config: dict[str, Any] = {"type": "Part"}
    config["child"] = config
    with pytest.raises(ConfigError, match="refers to itself"):
        PARTS.plan(config, recursive=True)


def test_a_wrong_argument_of_the_planning_is_named() -> None:
    with pytest.raises(WrongType, match="recursive must be a boolean"):
        PARTS.plan({"type": "Part"}, recursive=1)  # type: ignore[call-overload]


@pytest.mark.parametrize("depth", [0, 1, 40])
def test_what_a_constructor_raises_is_told_with_its_place_at_every_call(depth: int) -> None:
    config: dict[str, Any] = {"type": "tiny", "size": -1}
    for _ in range(depth):
        config = {"type": "Part", "before": {"type": "Part"}, "child": [config]}
    plan = PARTS.plan(config, recursive=True)
    for _ in range(2):
        with pytest.raises(BuildError, match="building 'tiny' .*: ValueError: less than") as raised:
            plan()
        assert raised.value.config_keys == ("child", 0) * depth
        assert isinstance(raised.value.__cause__, ValueError)


def test_a_plan_may_be_as_deep_and_as_wide_as_a_build() -> None:
    config: dict[str, Any] = {"type": "Part", "values": list(range(100_000))}
    for _ in range(2_000):
        config = {"type": "Part", "child": config}
    built, depth = PARTS.plan(config, recursive=True)(), 0
    while "child" in built.kwargs:
        built, depth = built.kwargs["child"], depth + 1
    assert (depth, len(built.kwargs["values"])) == (2_000, 100_000)


def test_a_plan_keeps_what_it_found(plugin_site: Site) -> None:
    module = "class Swish:\n    def __init__(self, beta=1.0): self.beta = beta"
    plugin_site.install(
        "acts",
        {"registry_core.planned_acts": {"Swish": "acts_planned:Swish"}},
        {"acts_planned.py": module},
    )
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("planned acts", scope="r")
        plan = registry.plan({"type": "Swish", "beta": 2.0})
        assert isinstance(plan, Plan)
        current_environment().block("acts")
        assert plan().beta == 2.0
        with pytest.raises(EntryNotFound):
            registry.plan({"type": "Swish"})


def test_a_registry_that_builds_differently_has_no_plans() -> None:
    registry: Registry[Any] = Registry("planned differently", scope="r", build_func=print)
    with pytest.raises(WrongType, match="build_func of a registry whose builds are planned must"):
        registry.plan({"type": "Part"})


def test_a_plan_shows_what_it_builds() -> None:
    plan = PARTS.plan({"type": "Part", "a": {"type": "Part"}}, recursive=True)
    assert repr(plan) == "<Plan of 'Part': 2 parts>"


LITERALS: list[Any] = [1, None, "a", [{"type": "Nope"}], {"type": "Nope"}, {"_literal_": 2}, dict]


@pytest.mark.parametrize("recursive", [True, False])
@pytest.mark.parametrize("value", LITERALS, ids=repr)
def test_a_plan_of_a_literal_gives_what_it_holds(value: Any, recursive: bool) -> None:
    config = {"_literal_": value}
    plan = PARTS.plan(config, recursive=recursive)
    assert plan() is value
    assert plan() is build_from_cfg(config, PARTS, recursive=recursive)
    assert pickle.loads(pickle.dumps(plan))() == copy.copy(plan)() == value
    assert repr(plan) == "<Plan of '_literal_': 1 parts>"


class Key(StrEnum):
    TYPE = "type"
    PART = "Part"
    SIZE = "size"
    ODD = "no name"
    SCOPE = "_scope_"
    INNER = "inner"
    ARGS = "_args_"
    PARTIAL = "_partial_"


class Text(str):
    """A str with an opinion of its own about how it is written."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "1/0"

    __str__ = __repr__

    def __format__(self, _: str) -> str:
        return "1/0"


KEYED: list[dict[Any, Any]] = [
    {Key.TYPE: "Part", Key.SIZE: 1},
    {"type": Key.PART, "size": 1},
    {"type": "Part", Key.ODD: 1, Key.SIZE: 2},
    {"type": "Part", Key.SCOPE: "inner", Key.SIZE: 3},
    {"type": "Part", "_scope_": Key.INNER, "size": 3},
    {Key.TYPE: Key.PART, Key.SCOPE: Key.INNER, "a": {Key.TYPE: Key.PART, "size": 4}},
    {"type": "Part", "a": [{Key.TYPE: "Part", Key.SCOPE: Key.INNER, Key.SIZE: 1}]},
    {"type": "Part", Key.ARGS: [{"type": Key.PART}], Key.SIZE: Key.SIZE},
    {"type": "Part", "a": {Key.SIZE: 1, 2: {Key.TYPE: "Part"}}},
    {Text("type"): Text("Part"), Text("size"): 1, Text("no name"): {"type": Text("Part")}},
    {"type": "Part", Text("_scope_"): Text("inner"), Text("a"): Text("b")},
]


@pytest.mark.parametrize("recursive", [True, False])
@pytest.mark.parametrize("config", KEYED, ids=range(len(KEYED)))
def test_keys_of_a_kind_of_their_own_are_what_they_are_in_a_build(
    config: Any, recursive: bool
) -> None:
    plan = PARTS.plan(config, recursive=recursive)
    built = build_from_cfg(config, PARTS, recursive=recursive)
    assert plan() == plan() == built
    assert pickle.loads(pickle.dumps(plan))() == built


def test_a_partial_under_keys_of_a_kind_of_their_own_is_one_as_in_a_build() -> None:
    config: Any = {Key.TYPE: Key.PART, Key.PARTIAL: True, Key.SIZE: 2}
    assert PARTS.plan(config)()() == build_from_cfg(config, PARTS)() == Part(size=2)


def adding(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, extra: int = 0, **kwargs: Any) -> Any:
        return extra, function(*args, **kwargs)

    return wrapper


def giving(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(**kwargs: Any) -> Any:
        return function(size=7, **kwargs)

    return wrapper


@pytest.mark.parametrize("wrapped", [tiny, Part])
def test_a_wrapper_may_take_and_give_other_arguments_than_what_it_wraps(wrapped: Any) -> None:
    registry: Registry[Any] = Registry("planned wrapped", scope="r")
    registry.register_module("adding", module=adding(wrapped), force=True)
    registry.register_module("giving", module=giving(wrapped), force=True)
    adds: dict[str, Any] = {"type": "adding", "extra": 1, "size": 2}
    assert registry.plan(adds)() == build_from_cfg(adds, registry) == (1, wrapped(size=2))
    gives: dict[str, Any] = {"type": "giving"}
    assert registry.plan(gives)() == build_from_cfg(gives, registry) == wrapped(size=7)


def test_what_neither_a_wrapper_nor_what_it_wraps_takes_is_said_at_the_call() -> None:
    registry: Registry[Any] = Registry("planned wrapped", scope="r")
    registry.register_module("adding", module=adding(tiny), force=True)
    plan = registry.plan({"type": "adding", "size": 1, "more": 2})
    with pytest.raises(ArgumentError, match="'more'"):
        plan()


def test_what_a_wrapper_itself_does_not_take_is_said_when_the_plan_is_made() -> None:
    registry: Registry[Any] = Registry("planned wrapped", scope="r")

    @functools.wraps(tiny)
    def narrow(size: int, *, more: int = 0) -> int:
        return size + more

    registry.register_module("narrow", module=narrow, force=True)
    assert registry.plan({"type": "narrow", "size": 1, "more": 2})() == 3
    with pytest.raises(ArgumentError, match="'less'"):
        registry.plan({"type": "narrow", "size": 1, "less": 2})


INJECTING = """
    from registry_core import hookimpl

    @hookimpl(wrapper=True)
    def registry_core_build(entry, kwargs):
        if entry.name == "Net":
            kwargs["device"] = "gpu"
            kwargs.pop("unknown", None)
        return (yield)
"""


def test_a_hook_may_give_what_is_missing_and_take_what_is_too_much(plugin_site: Site) -> None:
    plugin_site.install(
        "acts",
        {"registry_core.hooks": {"planned_hooks": "acts_planned_hooks"}},
        {"acts_planned_hooks.py": INJECTING},
    )
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("planned hooks", scope="r")
        registry.register_module("Net", module=lambda device, **inner: (device, inner))
        registry.register_module("Bare", module=lambda device: device)
        for config in (
            {"type": "Net"},
            {"type": "Net", "unknown": 1},
            {"type": "Net", "inner": {"type": "Net", "unknown": 1}},
            {"type": "Net", "inner": [{"type": "Bare", "device": 1}]},
        ):
            plan = registry.plan(config, recursive=True)
            assert plan() == plan() == registry.build(config, recursive=True)
        plan = registry.plan({"type": "Net", "inner": {"type": "Bare"}}, recursive=True)
        with pytest.raises(ArgumentError, match="missing argument 'device'") as raised:
            plan()
        assert raised.value.config_path == "inner"


@pytest.mark.parametrize("registries", [{}, {"others": PARTS}], ids=["none", "one"])
@pytest.mark.parametrize("kind", [MappingProxyType, UserDict, dict])
def test_a_plan_pickles_whatever_mapping_the_registries_are(
    kind: Callable[[Any], Any], registries: dict[str, Registry[Any]]
) -> None:
    config: dict[str, Any] = {"type": "Part", "size": 1}
    if registries:
        config = {"type": "Part", "child": {**config, "_registry_": "others"}}
    plan = PARTS.plan(config, recursive=True, registries=kind(registries))
    assert pickle.loads(pickle.dumps(plan))() == copy.deepcopy(plan)() == plan()


def built_within(recursive: bool) -> Registry[Any]:
    registry: Registry[Any] = Registry("planned in a scope", scope="a", recursive=recursive)
    inner: Registry[Any] = Registry("planned in a scope", parent=registry, scope="b")
    other: Registry[Any] = Registry("planned in a scope", parent=registry, scope="c")
    registry.register_module("make", module=lambda **_: registry.build({"type": "what"}))
    registry.register_module("what", module=lambda: "outer")
    inner.register_module("what", module=lambda: "inner")
    other.register_module("what", module=lambda: "other")
    return registry


@pytest.mark.parametrize("recursive", [True, False])
def test_what_constructors_build_is_built_as_where_the_plan_was_made(recursive: bool) -> None:
    registry = built_within(recursive)
    config = {"type": "make"}
    outside = registry.plan(config)
    with default_scope("b"):
        plan = registry.plan(config)
        assert plan() == registry.build(config) == "inner"
    assert plan() == copy.copy(plan)() == "inner"
    with default_scope("c"):
        assert plan() == "inner"
        assert pickle.loads(pickle.dumps(PARTS.plan({"type": "Part"})))() == Part()
        # Made where no scope was set, it sets none.
        assert outside() == registry.build(config) == "other"
    assert (outside(), registry.build(config)) == ("outer", "outer")


def test_a_scope_of_the_config_comes_before_the_one_where_the_plan_was_made() -> None:
    registry = built_within(recursive=True)
    with default_scope("b"):
        plan = registry.plan({"type": "make", "_scope_": "c"})
    assert plan() == "other"


def deep(levels: int) -> dict[str, Any]:
    config: dict[str, Any] = {"type": "Part"}
    for _ in range(levels - 1):
        config = {"type": "Part", "child": config}
    return config


@pytest.mark.parametrize("travel", [lambda plan: pickle.loads(pickle.dumps(plan)), copy.deepcopy])
def test_a_plan_of_any_depth_pickles(travel: Callable[[Any], Any]) -> None:
    built, depth = travel(PARTS.plan(deep(9_000), recursive=True))(), 1
    while "child" in built.kwargs:
        built, depth = built.kwargs["child"], depth + 1
    assert depth == 9_000


def test_a_large_plan_builds_what_a_build_builds_as_often_as_it_is_called() -> None:
    config = {
        "type": "Part",
        "parts": [{"type": "Part", "size": n, "in": ({"type": "Part"},)} for n in range(1_000)],
        "bad": {"type": "tiny", "size": 3},
    }
    plan = PARTS.plan(config, recursive=True)
    assert plan() == plan() == PARTS.build(config, recursive=True)
    assert pickle.loads(pickle.dumps(plan))() == plan()
    config["bad"] = [{"type": "tiny", "size": -3}]
    with pytest.raises(BuildError, match="less than nothing") as raised:
        PARTS.plan(config, recursive=True)()
    assert raised.value.config_path == "bad[0]"


def test_what_a_config_holds_is_looked_for_at_the_call(plugin_site: Site) -> None:
    plugin_site.install("acts", {}, {"acts_held.py": "class Held: ...\nclass Sub(Held): ..."})
    with plugin_site.in_use():
        module = importlib.import_module("acts_held")
        plans = [
            PARTS.plan({"type": "Part", "held": module.Held()}),
            PARTS.plan({"type": module.Sub}),
            PARTS.plan({"_literal_": module.Held}, recursive=True),
        ]
        data = [pickle.dumps(plan) for plan in plans]
        assert all(pickle.loads(each)() is not None for each in data)
    for each, what in zip(data, ["Part", "<class 'acts_held.Sub'>", "_literal_"], strict=True):
        plan = pickle.loads(each)
        assert "acts_held" not in sys.modules
        for again in (plan, pickle.loads(pickle.dumps(plan))):
            assert repr(again) == repr(plan)
            with pytest.raises(BuildError, match="No module named 'acts_held'") as raised:
                again()
            assert raised.value.what == what
            assert str(raised.value).endswith("; install here what the plan was made with")


def test_what_only_another_pickler_can_send_is_left_to_it() -> None:
    plan = PARTS.plan({"type": "Part", "made": lambda: 3})
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(plan)
    assert copy.copy(plan)().kwargs["made"]() == 3


def test_what_caused_an_error_of_an_unpickled_plan_is_a_note() -> None:
    plan = PARTS.plan({"type": "tiny", "size": -1})
    with pytest.raises(BuildError) as raised:
        plan()
    assert isinstance(raised.value.__cause__, ValueError)
    for again in (pickle.loads(pickle.dumps(plan)), copy.copy(plan)):
        with pytest.raises(BuildError, match="ValueError: less than nothing") as raised:
            again()
        assert raised.value.__cause__ is raised.value.__context__ is None
        (note,) = raised.value.__notes__
        assert note.startswith("Caused by:\nTraceback (most recent call last):\n")
        assert note.endswith("ValueError: less than nothing")
        assert pickle.loads(pickle.dumps(raised.value)).__notes__ == [note]


def test_a_note_of_a_cause_is_bounded() -> None:
    def fails() -> None:
        raise ValueError("x" * 100_000)

    plan = copy.copy(PARTS.plan({"type": fails}))
    with pytest.raises(BuildError) as raised:
        plan()
    assert len(raised.value.__notes__[0]) < 5_000


def test_a_name_of_the_main_program_is_missed_with_what_to_do() -> None:
    error = EntryNotFound("Mine", "acme.model")
    for provider in ("module __main__", "module __mp_main__"):
        error.planned_with = provider
        assert str(error).endswith(
            "; the plan was made where the main program (__main__) had registered it, and this "
            "process does not run that: move it into an installed package, and declare an entry "
            "point"
        )
    error.planned_with = "module acme.nets"
    assert str(error).endswith("; the plan was made with module acme.nets: import that here")


def test_what_an_unpickled_plan_does_not_find_is_said_at_its_call(plugin_site: Site) -> None:
    plugin_site.install(
        "acts",
        {"registry_core.planned_away": {"Swish": "acts_away:Swish"}},
        {"acts_away.py": "class Swish:\n    def __init__(self, beta=1.0): self.beta = beta"},
        version="1.5",
    )
    with plugin_site.in_use():
        registry: Registry[Any] = Registry("planned away", scope="r")
        registry.register_module("Box", module=dict)
        config = {"type": "Box", "act": [{"type": "Swish", "beta": 2.0}]}
        data = pickle.dumps(registry.plan(config, recursive=True))
        current_environment().block("acts")
        plan = pickle.loads(data)
        assert repr(plan) == "<Plan of 'Box': 3 parts>"
        for _ in range(2):
            with pytest.raises(EntryNotFound, match="the plan was made with acts 1.5") as raised:
                plan()
            assert raised.value.config_path == "act[0]"
    with plugin_site.in_use():
        assert pickle.loads(pickle.dumps(plan))()["act"][0].beta == 2.0
