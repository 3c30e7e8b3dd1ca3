"""The control keys `_args_`, `_partial_`, `_literal_` and `_scope_` of a config."""

import functools
import inspect
import re
from typing import Any

import pytest

from registry_core import (
    EntryNotFound,
    Registry,
    ScopeNotFound,
    WrongType,
)


def part(*args: Any, **kwargs: Any) -> tuple[Any, ...]:
    """What was built, as data."""
    return (*args, kwargs)


@pytest.fixture
def parts() -> Registry[Any]:
    registry: Registry[Any] = Registry("part", scope="acme")
    registry.register_module(module=part)
    return registry


def scope(parent: Registry[Any], name: str) -> Registry[Any]:
    """A scope in which `where` builds the scope's own name."""
    child: Registry[Any] = Registry("part", parent=parent, scope=name)
    child.register_module(name="where", module=lambda: name)
    return child


@pytest.mark.parametrize("args", [[1, "a"], (1, "a")])
def test_positional_arguments_come_first(parts: Registry[Any], args: Any) -> None:
    assert parts.build({"type": "part", "_args_": args, "b": 2}) == (1, "a", {"b": 2})
    assert parts.build({"type": "part", "_args_": []}) == ({},)


def test_configs_among_positional_arguments_are_built_in_a_recursive_build_alone(
    parts: Registry[Any],
) -> None:
    inner = {"type": "part", "_args_": [{"type": "part"}]}
    config = {"type": "part", "_args_": [inner, [inner]]}
    assert parts.build(config, recursive=True) == ((({},), {}), [(({},), {})], {})
    first, second, _ = parts.build(config)
    assert first is inner
    assert second is config["_args_"][1]


def test_a_partial_is_a_call_to_be_made_later(parts: Registry[Any]) -> None:
    config = {"type": "part", "_partial_": True, "_args_": [1], "a": 2, "inner": {"type": "part"}}
    waiting = parts.build(config, recursive=True)
    assert isinstance(waiting, functools.partial)
    assert (inspect.unwrap(waiting.func), waiting.args) == (part, (1,))
    assert waiting("late", b=3) == (1, "late", {"a": 2, "inner": ({},), "b": 3})
    assert parts.build({"type": "part", "_partial_": False}) == ({},)


@pytest.mark.parametrize("scope", [{}, {"_scope_": "acme"}])
def test_what_is_inside_a_partial_is_built_at_once(
    parts: Registry[Any], scope: dict[str, str]
) -> None:
    config = {"type": "part", "_partial_": True, "inner": {"type": "part", "a": 1}, **scope}
    assert parts.build(config, recursive=True).keywords == {"inner": ({"a": 1},)}


def test_a_partial_inside_a_config_is_passed_to_what_holds_it(parts: Registry[Any]) -> None:
    config = {"type": "part", "make": {"type": "part", "_partial_": True, "a": 1}}
    assert parts.build(config, recursive=True)[0]["make"](b=2) == ({"a": 1, "b": 2},)


CONFIG_LIKE = {"type": "nope", "_scope_": "nope"}


@pytest.mark.parametrize("recursive", [False, True])
@pytest.mark.parametrize("data", [5, None, CONFIG_LIKE, [CONFIG_LIKE], {"_literal_": CONFIG_LIKE}])
def test_a_literal_stands_for_its_value_in_plain_and_recursive_builds(
    parts: Registry[Any], recursive: bool, data: object
) -> None:
    literal = {"_literal_": data}
    assert parts.build(literal, recursive=recursive) is data
    (given,) = parts.build({"type": "part", "a": literal}, recursive=recursive)
    assert given["a"] is data
    first, second, _ = parts.build(
        {"type": "part", "_args_": [literal, literal]}, recursive=recursive
    )
    assert first is second is data


@pytest.mark.parametrize("recursive", [False, True])
def test_a_literal_is_replaced_in_default_arguments_too(
    parts: Registry[Any], recursive: bool
) -> None:
    defaults = {"a": {"_literal_": CONFIG_LIKE}}
    assert parts.build({"type": "part"}, defaults, recursive=recursive) == ({"a": CONFIG_LIKE},)


def test_a_recursive_build_replaces_literals_at_every_depth(parts: Registry[Any]) -> None:
    literal = {"_literal_": CONFIG_LIKE}
    config = {"type": "part", "a": [literal, (literal,)], "b": {"c": literal}}
    expected = {"a": [CONFIG_LIKE, (CONFIG_LIKE,)], "b": {"c": CONFIG_LIKE}}
    assert parts.build(config, recursive=True) == (expected,)


def test_a_literal_beside_other_keys_is_an_argument(parts: Registry[Any]) -> None:
    inner = {"_literal_": 1, "other": 2}
    assert parts.build({"type": "part", "a": inner}, recursive=True) == ({"a": inner},)


@pytest.mark.parametrize(
    ("control", "message"),
    [
        ({"_args_": 5}, "_args_ must be a list, but got int"),
        ({"_args_": "abc"}, "_args_ must be a list, but got str"),
        ({"_args_": {"a": 1}}, "_args_ must be a list, but got dict"),
        ({"_args_": None}, "_args_ must be a list, but got NoneType"),
        ({"_partial_": "yes"}, "_partial_ must be true or false, but got str"),
        ({"_partial_": 1}, "_partial_ must be true or false, but got int"),
        ({"_partial_": None}, "_partial_ must be true or false, but got NoneType"),
        ({"_scope_": 5}, "_scope_ must be a str, but got int"),
        ({"_scope_": None}, "_scope_ must be a str, but got NoneType"),
        ({"_registry_": ["part"]}, "_registry_ must be a str, but got list"),
    ],
)
def test_a_control_key_of_a_wrong_type_is_named_with_its_place(
    parts: Registry[Any], control: dict[str, Any], message: str
) -> None:
    config = {"type": "part", **control}
    with pytest.raises(WrongType, match=f"^{re.escape(message)}$"):
        parts.build(config)
    nested = {"type": "part", "inner": [config]}
    with pytest.raises(WrongType, match=f"^{re.escape('in the config at inner[0]: ' + message)}$"):
        parts.build(nested, recursive=True)


def test_a_scope_is_where_the_node_and_everything_inside_it_is_looked_up(
    parts: Registry[Any],
) -> None:
    scope(scope(parts, "extra"), "gated")
    parts.register_module(name="where", module=lambda: "root")
    where = {"type": "where"}
    assert parts.build({**where, "_scope_": "extra"}) == "extra"
    config = {
        "type": "part",
        "outside": where,
        "inside": {
            "type": "part",
            "_scope_": "extra",
            "a": [where, {"b": where}],
            "c": {**where, "_scope_": "gated"},
            "d": {**where, "_scope_": "acme"},
        },
    }
    inside = {"a": ["extra", {"b": "extra"}], "c": "gated", "d": "root"}
    expected = ({"outside": "root", "inside": (inside,)},)
    assert parts.build(config, recursive=True) == expected


@pytest.mark.parametrize("name", ["gated", "extra.gated", "acme.extra.gated"])
def test_a_scope_is_named_by_its_path_or_by_its_last_word(parts: Registry[Any], name: str) -> None:
    scope(scope(parts, "extra"), "gated")
    assert parts.build({"type": "where", "_scope_": name}) == "gated"


def test_a_scope_of_the_config_holds_for_what_a_constructor_builds(parts: Registry[Any]) -> None:
    scope(parts, "extra")

    @parts.register_module()
    def builds(inner: dict[str, Any]) -> Any:
        return parts.build(inner)

    config = {"type": "builds", "_scope_": "extra", "inner": {"type": "where"}}
    assert parts.build(config) == "extra"
    with pytest.raises(EntryNotFound):
        parts.build({"type": "where"})


def test_a_scope_that_the_tree_lacks_is_an_error_that_names_those_it_has(
    parts: Registry[Any],
) -> None:
    config = {"type": "part", "a": {"type": "part", "_scope_": "extro"}}
    with pytest.raises(ScopeNotFound) as missing:
        parts.build(config, recursive=True)
    assert str(missing.value) == (
        "in the config at a: the registry 'registry_core.part' has no scope 'extro'; it has none"
    )
    scope(scope(parts, "extra"), "gated")
    with pytest.raises(
        ScopeNotFound,
        match=r"scope 'extro'; did you mean 'extra'\? it has 'extra', 'extra\.gated'$",
    ):
        parts.build(config, recursive=True)


def test_a_last_word_that_two_scopes_share_has_to_be_written_in_full(
    parts: Registry[Any],
) -> None:
    for name in ("extra", "other"):
        scope(scope(parts, name), "gated")
    with pytest.raises(ScopeNotFound) as ambiguous:
        parts.build({"type": "where", "_scope_": "gated"})
    assert str(ambiguous.value) == (
        "'gated' names more than one scope of the registry 'registry_core.part': "
        "write 'extra.gated' or 'other.gated'"
    )
    assert parts.build({"type": "where", "_scope_": "other.gated"}) == "gated"
