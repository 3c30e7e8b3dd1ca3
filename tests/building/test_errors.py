"""What is wrong with a config is said with its place, the provider, and what would be right."""

from collections.abc import Callable
from typing import Any

import pytest

from registry_core import (
    ArgumentError,
    BuildError,
    EntryNotFound,
    MissingType,
    Registry,
    RegistryError,
    WrongType,
    build_from_cfg,
)


class Dense:
    """A layer as anyone may write one."""

    def __init__(self, width: int, activation: object = None, *, bias: bool = True) -> None:
        if width < 0:
            raise ValueError("width must not be negative")


def stack(*_: object, **layers: object) -> dict[str, object]:
    return layers


@pytest.fixture
def layers() -> Registry[Any]:
    registry: Registry[Any] = Registry("layer", scope="acme")
    registry.register_module(module=Dense)
    registry.register_module(module=stack)
    return registry


def failing(registry: Registry[Any], error: Callable[[], BaseException]) -> None:
    """Register `fail`, which raises what `error` makes."""

    def fail(*_: object, **__: object) -> None:
        raise error()

    registry.register_module(module=fail, force=True)


PROVIDER = f"(module {__name__})"


@pytest.mark.parametrize("config", [None, "Dense", ["type", "Dense"], 5, Dense, ("Dense", {})])
def test_a_config_is_a_mapping(layers: Registry[Any], config: Any) -> None:
    with pytest.raises(WrongType) as refused:
        layers.build(config)
    kind = type(config).__name__
    assert str(refused.value) == f"cfg must be a dict, or another mapping, but got {kind}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"default_args": [1]}, "default_args must be a mapping or None, but got list"),
        ({"recursive": "no"}, "recursive must be a boolean, but got str"),
        ({"registries": [1]}, "registries must be a mapping or None, but got list"),
        ({"registries": {"layer": 5}}, "registries['layer'] must be a Registry, but got int"),
        ({"registry": "layer"}, "registry must be a Registry, but got str"),
    ],
)
def test_a_wrong_argument_of_the_build_is_named(
    layers: Registry[Any], arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(WrongType) as refused:
        build_from_cfg(
            {"type": "Dense", "_registry_": "layer"}, **{"registry": layers, **arguments}
        )
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"width": 3, "kind": "Dense"},
            "`cfg` or `default_args` must contain the key \"type\", but it has 'width', 'kind'",
        ),
        (
            {"width": 3, "typ": "Dense"},
            "`cfg` or `default_args` must contain the key \"type\", but it has 'width', 'typ'; "
            "is 'typ' meant for it?",
        ),
        (
            dict.fromkeys("abcdefghij", 0),
            '`cfg` or `default_args` must contain the key "type", but it has '
            "'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h' and 2 more",
        ),
    ],
)
@pytest.mark.parametrize("recursive", [False, True])
def test_a_config_without_a_type_names_the_keys_that_it_has(
    layers: Registry[Any], config: dict[str, Any], message: str, recursive: bool
) -> None:
    for ask in (KeyError, ValueError, MissingType):
        with pytest.raises(ask) as refused:
            layers.build(config, recursive=recursive)
        assert str(refused.value) == message


def test_an_empty_config_has_no_type(layers: Registry[Any]) -> None:
    with pytest.raises(MissingType) as refused:
        layers.build({})
    assert str(refused.value) == (
        '`cfg` or `default_args` must contain the key "type", but it is empty'
    )


AS_DATA = "; if this is data, wrap it: {_literal_: ...}"


@pytest.mark.parametrize("kind", [None, 5, ["Dense"], {"type": "Dense"}, ("Dense",), b"Dense"])
def test_a_type_is_a_name_or_something_to_call(layers: Registry[Any], kind: Any) -> None:
    message = (
        "type must be the name of an entry, or a class or function passed by code, "
        f"but got {type(kind).__name__}"
    )
    with pytest.raises(WrongType) as refused:
        layers.build({"type": kind})
    assert str(refused.value) == message
    with pytest.raises(WrongType) as nested:
        layers.build({"type": "stack", "a": {"_partial_": True, "type": kind}}, recursive=True)
    assert str(nested.value) == f"in the config at a: {message}{AS_DATA}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"width": 3, "activatoin": "ReLU"},
            "unexpected argument 'activatoin'; it takes width, activation, bias",
        ),
        ({}, "missing argument 'width'; it takes width, activation, bias"),
        (
            {"size": 3, "depth": 2},
            "unexpected argument 'size', unexpected argument 'depth', missing argument 'width'; "
            "it takes width, activation, bias",
        ),
        (
            {"_args_": [3], "width": 3},
            "multiple values for argument 'width'; it takes width, activation, bias",
        ),
        (
            {"_args_": [3, None, False]},
            "too many positional arguments; it takes width, activation, bias",
        ),
    ],
)
def test_arguments_that_do_not_fit_are_named_with_those_that_would(
    layers: Registry[Any], arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ArgumentError) as refused:
        layers.build({"type": "Dense", **arguments})
    assert str(refused.value) == f"building 'Dense' {PROVIDER} failed: {message}"
    assert isinstance(refused.value.__cause__, TypeError)


def test_what_takes_nothing_says_so(layers: Registry[Any]) -> None:
    layers.register_module(name="nothing", module=lambda: None)
    with pytest.raises(ArgumentError, match="unexpected argument 'a'; it takes no arguments$"):
        layers.build({"type": "nothing", "a": 1})


def test_arguments_of_a_class_that_code_passes_are_judged_too(layers: Registry[Any]) -> None:
    with pytest.raises(ArgumentError) as refused:
        layers.build({"type": Dense})
    assert str(refused.value) == (
        "building 'Dense' failed: missing argument 'width'; it takes width, activation, bias"
    )


def test_a_type_error_inside_a_constructor_is_not_about_the_arguments(
    layers: Registry[Any],
) -> None:
    failing(layers, lambda: TypeError("unsupported operand"))
    with pytest.raises(BuildError) as refused:
        layers.build({"type": "fail", "width": 3})
    assert not isinstance(refused.value, ArgumentError)
    assert (
        str(refused.value) == f"building 'fail' {PROVIDER} failed: TypeError: unsupported operand"
    )


@pytest.mark.parametrize(
    ("at", "path"),
    [
        (lambda bad: {"activation": bad}, "activation"),
        (lambda bad: {"layers": [1, {"type": "stack"}, bad]}, "layers[2]"),
        (lambda bad: {"layers": [1, 2, {"activation": bad}]}, "layers[2].activation"),
        (
            lambda bad: {"model": {"type": "stack", "backbone": {"type": "stack", "act": bad}}},
            "model.backbone.act",
        ),
        (lambda bad: {"a": {"b": ([bad],)}}, "a.b[0][0]"),
        (lambda bad: {"a": {"type": "stack", "_args_": [bad]}}, "a._args_[0]"),
        (lambda bad: {"a": {"my.layer": bad}}, "a['my.layer']"),
        (lambda bad: {"a": {7: {"": bad}}}, "a[7]['']"),
    ],
)
@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        ({"type": "Dense"}, ArgumentError),
        ({"type": "Dense", "width": -1}, BuildError),
        ({"type": "Nope"}, EntryNotFound),
        ({"type": 5}, WrongType),
        ({"type": "Dense", "_args_": 5}, WrongType),
    ],
)
def test_an_error_inside_a_config_has_its_path(
    layers: Registry[Any],
    at: Callable[[object], dict[str, Any]],
    path: str,
    bad: dict[str, Any],
    kind: type[RegistryError],
) -> None:
    with pytest.raises(kind) as refused:
        layers.build({"type": "stack", "before": [{"type": "stack"}], **at(bad)}, recursive=True)
    assert refused.value.config_path == path
    assert str(refused.value).startswith(f"in the config at {path}: ")
    with pytest.raises(kind) as at_the_top:
        layers.build(bad, recursive=True)
    assert str(refused.value) in {
        f"in the config at {path}: {at_the_top.value}{end}" for end in ("", AS_DATA)
    }


def test_an_unknown_name_tells_where_it_was_looked_for_and_what_is_close(
    layers: Registry[Any],
) -> None:
    extra: Registry[Any] = Registry("layer", parent=layers, scope="extra")
    with pytest.raises(EntryNotFound) as missing:
        extra.build({"type": "Dens"})
    assert str(missing.value) == (
        "'Dens' is not in the registry 'registry_core.layer' "
        "(scopes tried: extra, the root 'acme'); did you mean 'Dense'? It has 'Dense', 'stack'"
    )
    with pytest.raises(KeyError) as far:
        layers.build({"type": "Transformer"})
    assert str(far.value) == (
        "'Transformer' is not in the registry 'registry_core.layer' (scopes tried: "
        "the root 'acme'); is the package that provides it installed, or its module "
        "imported? It has 'Dense', 'stack'"
    )
