"""`_kwargs_`, `_partial_`, and registries whose configs say another word than "type"."""

import functools
import inspect
import pickle
import traceback
from typing import Any

import pytest

from registry_core import (
    AddressError,
    ArgumentError,
    ConfigError,
    EntryNotFound,
    MissingType,
    Registry,
    WrongType,
)
from registry_core.config import check_config


class Saw:
    def __init__(
        self,
        teeth: int,
        *,
        type: str = "hand",  # noqa: A002 - as in many a library
        _scope_: str = "",
    ) -> None:
        if teeth < 0:
            raise OSError("broken")
        self.teeth, self.type, self.scope = teeth, type, _scope_


def drill(depth: int, /, *, speed: int = 1) -> tuple[int, int]:
    return depth, speed


def wall() -> str:
    return "wall"


SHED: Registry[Any] = Registry("shed", group="tests.shed", scope="shed", recursive=True)
SHED.register_module(module=Saw)
SHED.register_module(module=drill)
SHED.register_module("Box", module=lambda **held: held)
SHED.register_module("wall", module=lambda: SHED.build({"type": "inner"}))
OLD: Registry[Any] = Registry("shed", parent=SHED, scope="old")
OLD.register_module("inner", module=lambda: "old")


def test_keyword_arguments_may_have_the_names_of_control_keys() -> None:
    config = {"type": "Saw", "teeth": 3, "_kwargs_": {"type": "band", "_scope_": "all"}}
    for built in (SHED.build(config), SHED.plan(config)(), SHED.build(config, recursive=False)):
        assert (built.teeth, built.type, built.scope) == (3, "band", "all")


@pytest.mark.parametrize("recursive", [True, False])
def test_a_keyword_argument_may_be_called_as_what_wraps_data(recursive: bool) -> None:
    config = {"type": "Box", "_kwargs_": {"_literal_": None}}
    assert SHED.build(config, recursive=recursive) == {"_literal_": None}
    assert SHED.plan(config, recursive=recursive)() == {"_literal_": None}
    with pytest.raises(ArgumentError, match="unexpected argument '_literal_'"):
        SHED.build(
            {"type": "Saw", "teeth": 1, "_kwargs_": {"_literal_": {"type": "band"}}},
            recursive=False,
        )


def test_parts_in_keyword_arguments_are_built_and_have_a_path() -> None:
    box = {"type": "Box", "_kwargs_": {"type": [{"type": "Box"}]}}
    assert SHED.build(box) == SHED.plan(box)() == {"type": [{}]}
    with pytest.raises(EntryNotFound) as refused:
        SHED.build({"type": "Box", "_kwargs_": {"a": {"type": "Bxo"}}})
    assert refused.value.config_path == "_kwargs_.a"


@pytest.mark.parametrize(
    ("kwargs", "error", "words"),
    [
        ([1], WrongType, "_kwargs_ must be a mapping"),
        ({"teeth": 1}, ConfigError, "'teeth' must be in _kwargs_ or beside it"),
        ({"tooth": 1}, ArgumentError, "unexpected argument 'tooth'"),
        ({1: 1}, ArgumentError, "unexpected argument '1'"),
    ],
)
def test_wrong_keyword_arguments_are_named(kwargs: Any, error: type[Exception], words: str) -> None:
    config = {"type": "Saw", "teeth": 2, "_kwargs_": kwargs}
    for call in (SHED.build, SHED.plan):
        with pytest.raises(error, match=words):
            call(config)
    assert len(check_config(config, SHED, load=True)) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"teth": 3}, "unexpected argument 'teth'"),
        ({"_args_": [1, 2]}, "too many positional"),
        ({"_args_": [1], "teeth": 2}, "multiple values"),
        ({"_kwargs_": {"teth": 1}}, "unexpected argument 'teth'"),
    ],
)
def test_what_can_never_fit_a_partial_is_refused_at_once(given: Any, words: str) -> None:
    made: list[int] = []
    SHED.register_module("Count", module=lambda: made.append(1), force=True)
    config = {
        "type": "Box",
        "first": {"type": "Count"},
        "tool": {"type": "Saw", "_partial_": True, **given},
    }
    for call in (SHED.build, SHED.plan):
        with pytest.raises(ArgumentError, match=words) as refused:
            call(config)
        assert refused.value.config_path == "tool"
    assert [e.config_path for e in check_config(config, SHED, load=True)] == ["tool"]
    assert made == []


@pytest.mark.parametrize("given", [{}, {"teeth": 3}, {"_args_": [3]}, {"_scope_": "old"}])
def test_what_a_partial_misses_is_no_fault(given: Any) -> None:
    config = {"type": "Saw", "_partial_": True, **given}
    assert check_config(config, SHED, load=True) == []
    for later in (SHED.build(config), SHED.plan(config)()):
        assert isinstance(later, functools.partial)
        assert inspect.unwrap(later.func) is Saw
        assert later.func.__name__ == "Saw"


def partials(config: Any) -> list[Any]:
    later = SHED.build({"type": "Box", "tools": [config]})["tools"][0]
    planned = SHED.plan({"type": "Box", "tools": [config]})()["tools"][0]
    return [later, planned, pickle.loads(pickle.dumps(later)), pickle.loads(pickle.dumps(planned))]


def test_what_is_raised_later_passes_with_a_note_of_its_place() -> None:
    for later in partials({"type": "Saw", "_partial_": True}):
        for _ in range(2):
            with pytest.raises(OSError, match="broken") as raised:
                later(-1)
            shown = "".join(traceback.format_exception(raised.value))
            assert "in the config at tools[0]: calling 'Saw' (module" in shown


def test_arguments_that_do_not_fit_later_are_an_error_with_its_place() -> None:
    for later in partials({"type": "Saw", "_partial_": True}):
        with pytest.raises(ArgumentError, match="missing argument 'teeth'") as raised:
            later()
        assert raised.value.config_path == "tools[0]"


def test_a_partial_keeps_the_scope_of_its_config() -> None:
    config = {"type": "wall", "_scope_": "old", "_partial_": True}
    later, planned = SHED.build(config), SHED.plan(config)()
    assert later() == planned() == "old"


def test_an_argument_that_goes_by_place_only_says_so() -> None:
    with pytest.raises(ArgumentError, match="it takes speed, depth by place, in _args_"):
        SHED.build({"type": "drill", "depth": 2})


def test_an_argument_that_build_does_not_take_says_where_it_goes() -> None:
    with pytest.raises(WrongType, match="but got 'teeth'; .* default_args={'teeth': ...}"):
        SHED.build({"type": "Saw"}, teeth=3)


MOVED: Registry[Any] = Registry("moved", group="tests.moved", recursive=True, type_key="_target_")
MOVED.register_module("Van", module=lambda **held: held)


def test_another_word_than_type_says_what_to_build() -> None:
    within: Registry[Any] = Registry("moved", parent=MOVED, scope="within")
    config = {"_target_": "Van", "type": "large", "load": [{"_target_": "Van"}, {"type": "Van"}]}
    expected = {"type": "large", "load": [{}, {"type": "Van"}]}
    for registry in (MOVED, within):
        assert registry.build(config) == registry.plan(config)() == expected
        assert check_config(config, registry, load=True) == []
    flat = {"_target_": "Van", "a": {"_target_": "Van"}}
    assert MOVED.build(flat, recursive=False) == {"a": {"_target_": "Van"}}
    with pytest.raises(MissingType, match='the key "_target_", but it has'):
        MOVED.build({"type": "Van"})
    with pytest.raises(WrongType, match="in the config at a: _target_ must be the name"):
        MOVED.build({"a": {"_target_": 3}})


def test_each_part_says_the_word_of_its_own_registry() -> None:
    named = {"shed": SHED, "moved": MOVED}
    inner = {"_registry_": "moved", "_target_": "Van", "type": 1}
    config = {"_target_": "Van", "a": {"_registry_": "shed", "type": "Box", "b": inner}}
    expected = {"a": {"b": {"type": 1}}}
    assert MOVED.build(config, registries=named) == expected
    plan = MOVED.plan(config, registries=named)
    assert pickle.loads(pickle.dumps(plan))() == expected


@pytest.mark.parametrize("word", ["_scope_", "_ref_", "_kwargs_", ""])
def test_no_control_key_can_be_the_word(word: str) -> None:
    with pytest.raises(AddressError, match="cannot be the type_key"):
        Registry("moved2", group="tests.moved2", type_key=word)
    with pytest.raises(WrongType, match="type_key must be a str"):
        Registry("moved2", group="tests.moved2", type_key=5)  # type: ignore[call-overload]
