"""A config that refers to itself, nests too deep or fans out without bound is refused."""

from typing import Any

import pytest

from registry_core import (
    BuildError,
    ConfigError,
    EntryNotFound,
    MissingType,
    Registry,
)


class Part:
    """A part with a child."""

    def __init__(self, child: object = None, **_: object) -> None:
        self.child = child


@pytest.fixture
def parts() -> Registry[Any]:
    registry: Registry[Any] = Registry("part", scope="acme")
    registry.register_module(module=Part)
    return registry


def itself_in_a_mapping() -> dict[str, Any]:
    config: dict[str, Any] = {"type": "Part"}
    config["child"] = config
    return config


def itself_in_a_list() -> dict[str, Any]:
    inside: list[Any] = []
    inside.append(inside)
    return {"type": "Part", "child": inside}


def itself_among_positional_arguments() -> dict[str, Any]:
    config: dict[str, Any] = {"type": "Part"}
    config["_args_"] = [config]
    return config


def itself_far_inside() -> dict[str, Any]:
    config: dict[str, Any] = {"type": "Part"}
    config["child"] = {"type": "Part", "child": [{"plain": (config,)}]}
    return config


@pytest.mark.parametrize(
    "config",
    [
        itself_in_a_mapping(),
        itself_in_a_list(),
        itself_among_positional_arguments(),
        itself_far_inside(),
    ],
)
def test_a_config_that_refers_to_itself_is_refused(
    parts: Registry[Any], config: dict[str, Any]
) -> None:
    with pytest.raises(ConfigError, match="the config refers to itself here") as refused:
        parts.build(config, recursive=True)
    assert refused.value.config_path


def test_a_plain_build_of_a_config_that_refers_to_itself_passes_it_on(
    parts: Registry[Any],
) -> None:
    config = itself_in_a_mapping()
    assert parts.build(config).child is config


def test_a_constructor_that_builds_a_config_in_itself_forever_ends_in_an_error_of_ours(
    parts: Registry[Any],
) -> None:
    parts.register_module(name="again", module=lambda child: parts.build(child))
    config: dict[str, Any] = {"type": "again"}
    config["child"] = config
    with pytest.raises(BuildError) as raised:
        parts.build(config)
    root: BaseException = raised.value
    while root.__cause__ is not None:
        root = root.__cause__
    assert isinstance(root, RecursionError)
    assert len(str(raised.value)) < 3_000


def nested(depth: int) -> dict[str, Any]:
    config: dict[str, Any] = {"type": "Part"}
    for _ in range(depth - 1):
        config = {"type": "Part", "child": config}
    return config


def test_a_config_nests_deeper_than_python_calls_may(parts: Registry[Any]) -> None:
    built, depth = parts.build(nested(5_000), recursive=True), 0
    while built is not None:
        built, depth = built.child, depth + 1
    assert depth == 5_000


def test_a_config_that_nests_too_deep_is_refused(parts: Registry[Any]) -> None:
    with pytest.raises(ConfigError) as refused:
        parts.build(nested(100_000), recursive=True)
    assert str(refused.value).endswith("...: the config nests deeper than 10,000 levels")
    assert len(str(refused.value)) < 1_000


def test_a_config_that_fans_out_without_bound_is_refused(parts: Registry[Any]) -> None:
    built = []
    parts.register_module(name="counted", module=lambda **_: built.append(1))
    shared: Any = {"type": "counted"}
    for _ in range(9):
        shared = {"type": "counted", **{f"part{number}": shared for number in range(9)}}
    with pytest.raises(ConfigError, match="the config has more than 100,000 mappings and lists"):
        parts.build(shared, recursive=True)
    assert len(built) < 100_000


def test_a_long_list_of_values_is_no_crowd_of_nodes(parts: Registry[Any]) -> None:
    values = list(range(1_000_000))
    assert parts.build({"type": "Part", "child": values}, recursive=True).child == values


def test_after_a_refusal_the_registry_builds_as_before(parts: Registry[Any]) -> None:
    for config in (itself_in_a_mapping(), nested(20_000), {"type": "Nope"}, {"a": 1}):
        with pytest.raises((ConfigError, EntryNotFound, MissingType)):
            parts.build(config, recursive=True)
        assert isinstance(parts.build(nested(3), recursive=True).child.child, Part)
