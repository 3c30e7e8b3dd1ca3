"""The same mistakes on both sides: errors of the same class, that begin with the same words."""

# ruff: noqa: ARG005, C408 - calls of one shape, and configs as MMEngine's users write them

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from peers.mmengine_sides import (
    OURS,
    SIDES,
    Other,
    Part,
    registry_of,
    side,
)
from registry_core import RegistryError


@pytest.fixture(params=SIDES)
def api(request: pytest.FixtureRequest) -> Iterator[Any]:
    yield from side(request.param)


@pytest.fixture
def ours() -> Iterator[Any]:
    yield from side(OURS)


Call = Callable[[Any, Any], Any]
ERRORS: list[tuple[str, Call, type[Exception], str]] = [
    ("build, no config", lambda m, r: m.build_from_cfg(3, r), TypeError,
     "cfg should be a dict, ConfigDict or Config, but got"),
    ("build, no type", lambda m, r: m.build_from_cfg(dict(a=1), r), KeyError,
     '`cfg` or `default_args` must contain the key "type", but'),
    ("build, no type anywhere", lambda m, r: r.build(dict(a=1), default_args=dict(b=2)), KeyError,
     '`cfg` or `default_args` must contain the key "type", but'),
    ("build, no registry", lambda m, r: m.build_from_cfg(dict(type="A"), "r"), TypeError,
     "registry must be a mmengine.Registry object, but got"),
    ("build, no defaults", lambda m, r: r.build(dict(type="A"), default_args=3), TypeError,
     "default_args should be a dict, ConfigDict, Config or None, but got"),
    ("build, odd type", lambda m, r: r.build(dict(type=3)), TypeError,
     "type must be a str or valid type, but got"),
    ("build, unknown", lambda m, r: r.build(dict(type="Nope")), KeyError,
     "Nope is not in the acme::kea registry. Please check whether the value of `Nope` is correct "
     "or it was registered as expected."),
    ("force", lambda m, r: r.register_module(force=1), TypeError,
     "force must be a boolean, but got"),
    ("force and a name", lambda m, r: r.register_module("A", "B"), TypeError,
     "force must be a boolean, but got"),
    ("no brackets", lambda m, r: r.register_module(Other), TypeError,
     "name must be None, an instance of str, or a sequence of str, but got"),
    ("names of another type", lambda m, r: r.register_module(name=["a", 3], module=Other),
     TypeError, "name must be None, an instance of str, or a sequence of str, but got"),
    ("not callable", lambda m, r: r.register_module(module="Net"), TypeError,
     "module must be Callable, but got"),
    ("not callable, decorated", lambda m, r: r.register_module("Net")(3), TypeError,
     "module must be Callable, but got"),
    ("taken", lambda m, r: r.register_module(name="Part", module=Other), KeyError,
     f"Part is already registered in kea at {Part.__module__}"),
    ("taken, decorated", lambda m, r: r.register_module(name="Part")(Other), KeyError,
     f"Part is already registered in kea at {Part.__module__}"),
    ("taken by another module", lambda m, r: [
        r.register_module(name="A", module=each) for each in (Path, Other)], KeyError,
     f"A is already registered in kea at {Path.__module__}"),
    ("key", lambda m, r: r.get(3), TypeError,
     "The key argument of `Registry.get` must be a str, got"),
    ("scope twice", lambda m, r: m.Registry("kea", parent=r, scope="child"), AssertionError,
     "scope child exists in kea registry"),
    ("scope", lambda m, r: m.Registry("kea", scope=3), AssertionError, ""),
    ("parent", lambda m, r: m.Registry("kea", parent="r", scope="acme"), AssertionError, ""),
    ("runner, no config", lambda m, r: m.build_runner_from_cfg(3, r), AssertionError,
     "cfg should be a dict, ConfigDict or Config, but got"),
    ("runner, no registry", lambda m, r: m.build_runner_from_cfg({}, 3), AssertionError,
     "registry should be a mmengine.Registry object"),
    ("runner, unknown", lambda m, r: m.build_runner_from_cfg({}, r), KeyError,
     "Runner is not in the kea registry. Please check whether the value of `Runner` is correct "
     "or it was registered as expected."),
    ("runner, odd type", lambda m, r: m.build_runner_from_cfg({"runner_type": 3}, r), TypeError,
     "type must be a str or valid type, but got"),
    ("scheduler, no config", lambda m, r: m.build_scheduler_from_cfg(3, r), AssertionError,
     "cfg should be a dict, ConfigDict or Config, but got"),
    ("scheduler, no registry", lambda m, r: m.build_scheduler_from_cfg({}, 3), AssertionError,
     "registry should be a mmengine.Registry object"),
    ("scheduler, no epochs", lambda m, r: m.build_scheduler_from_cfg(
        dict(type="Part", convert_to_iter_based=True), r), AssertionError,
     "Only epoch-based parameter scheduler can be converted to iter-based, and `epoch_length` "
     "should be set"),
    ("scheduler, no type", lambda m, r: m.build_scheduler_from_cfg(
        dict(convert_to_iter_based=True, epoch_length=2), r), KeyError, ""),
    ("scheduler, unknown", lambda m, r: m.build_scheduler_from_cfg(
        dict(type="Nope", convert_to_iter_based=True, epoch_length=2), r), KeyError,
     "Nope is not in the kea registry. Please check whether the value of `Nope` is correct "
     "or it was registered as expected."),
    ("scheduler, odd type", lambda m, r: m.build_scheduler_from_cfg(
        dict(type=3, convert_to_iter_based=True, epoch_length=2), r), TypeError,
     "type must be a str or valid type, but got"),
    ("default scope", lambda m, r: m.DefaultScope.get_instance("task", scope_name=3),
     AssertionError, "scope_name should be a string, but got"),
    ("overwritten scope", lambda m, r: m.DefaultScope.overwrite_default_scope(3).__enter__(),
     AssertionError, "scope_name should be a string, but got"),
    ("name of a scope", lambda m, r: m.DefaultScope.get_instance(3, scope_name="a"),
     AssertionError, "type of name should be str, but got"),
    ("no name of a scope", lambda m, r: m.DefaultScope.get_instance("", scope_name="a"),
     AssertionError, "name argument must be an non-empty string"),
    ("no scope of a name", lambda m, r: m.DefaultScope.get_instance("task"), TypeError, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "kind", "begins"), [each[1:] for each in ERRORS], ids=[each[0] for each in ERRORS]
)
def test_an_error_has_the_class_and_the_first_words(
    api: Any, call: Call, kind: type[Exception], begins: str
) -> None:
    registry = registry_of(api)
    api.Registry("kea", parent=registry, scope="child")
    with pytest.raises(kind) as caught:
        call(api, registry)
    said = caught.value.args[0] if caught.value.args else str(caught.value)
    assert (said[0] if isinstance(said, tuple) else said).startswith(begins)


@pytest.mark.parametrize(
    "call",
    [each[1] for each in ERRORS if each[0] != "no scope of a name"],
    ids=[each[0] for each in ERRORS if each[0] != "no scope of a name"],
)
def test_our_errors_are_registry_errors_and_show_no_value(ours: Any, call: Call) -> None:
    registry = registry_of(ours)
    ours.Registry("kea", parent=registry, scope="child")
    with pytest.raises(RegistryError) as caught:
        call(ours, registry)
    assert "3" not in str(caught.value)


def test_our_errors_name_the_class_of_what_was_given(ours: Any) -> None:
    with pytest.raises(TypeError) as caught:
        ours.build_from_cfg(3, registry_of(ours))
    text = "cfg should be a dict, ConfigDict or Config, but got <class 'int'>"
    assert str(caught.value) == text
