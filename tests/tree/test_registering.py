"""Registering in code: as a decorator or by a call, under one name or several, or not at all."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fresh_process import run_python

from registry_core import (
    AlreadyRegistered,
    Provider,
    Registry,
    WrongType,
)
from registry_core.testing import Site


@pytest.fixture
def activation() -> Registry:
    return Registry("activation", scope="acts")


class Swish:
    beta = 1.0


class Mish: ...


def gelu(x: float) -> float:
    return x


def test_a_decorated_class_is_returned_as_it_was_and_found_under_its_own_name(
    activation: Registry,
) -> None:
    decorated = activation.register_module()(Swish)
    assert decorated is Swish
    assert activation["Swish"] is Swish


def test_a_decorated_function_is_returned_as_it_was_and_found_under_its_own_name(
    activation: Registry,
) -> None:
    assert activation.register_module()(gelu) is gelu
    assert activation["gelu"] is gelu


@pytest.mark.parametrize(
    "register",
    [
        lambda registry: registry.register_module("silu")(Swish),
        lambda registry: registry.register_module(name="silu")(Swish),
        lambda registry: registry.register_module(name=["silu"])(Swish),
        lambda registry: registry.register_module(name="silu", module=Swish),
        lambda registry: registry.register_module("silu", False, Swish),
    ],
)
def test_a_given_name_takes_the_place_of_the_own_one(
    activation: Registry, register: Callable[[Registry], object]
) -> None:
    assert register(activation) is Swish
    assert list(activation) == ["silu"]
    assert activation["silu"] is Swish


@pytest.mark.parametrize("names", [["Swish", "SiLU", "silu"], ("Swish", "SiLU", "silu")])
def test_several_names_lead_to_one_object(
    activation: Registry, names: list[str] | tuple[str, ...]
) -> None:
    @activation.register_module(name=names)
    class Gate: ...

    assert list(activation) == sorted(names)
    assert {activation[name] for name in names} == {Gate}


def test_registering_by_a_call_returns_what_was_registered(activation: Registry) -> None:
    assert activation.register_module(module=Swish) is Swish
    assert activation.register_module(module=gelu, name="g") is gelu
    assert activation.module_dict == {"Swish": Swish, "g": gelu}


@pytest.mark.parametrize(
    "name", ["username/partial_backbone", "resnet50.a1_in1k", "two words", "é"]
)
def test_code_may_use_any_string_as_a_name(activation: Registry, name: str) -> None:
    activation.register_module(name=name, module=functools.partial(dict, kind="partial"))
    assert name in activation
    assert activation.build({"type": name, "depth": 50}) == {"kind": "partial", "depth": 50}


@pytest.mark.parametrize(
    "nameless", [functools.partial(Swish), type("C", (), {"__call__": gelu})()]
)
def test_what_has_no_name_of_its_own_needs_one(activation: Registry, nameless: Any) -> None:
    with pytest.raises(WrongType) as refused:
        activation.register_module(module=nameless)
    kind = type(nameless).__name__
    assert f"name, for a {kind}, must be given" in str(refused.value)
    assert "it has no __name__ of its own" in str(refused.value)
    assert len(activation) == 0


def test_metadata_is_kept_with_the_entry_and_filters_the_listing(activation: Registry) -> None:
    metadata = {"smooth": True}
    activation.register_module(module=Swish, name=["Swish", "SiLU"], metadata=metadata)
    activation.register_module(module=Mish)
    metadata["smooth"] = False
    assert activation.resolve("SiLU").metadata == {"smooth": True}
    assert [entry.name for entry in activation.entries(smooth=True)] == ["SiLU", "Swish"]
    assert activation.entries(smooth=True, range="(0, 1)") == []
    with pytest.raises(TypeError):
        activation.resolve("SiLU").metadata["smooth"] = False  # type: ignore[index]


def test_the_entry_holds_the_object_and_names_the_registering_module(activation: Registry) -> None:
    activation.register_module(module=Swish)
    activation.register_module()(Mish)
    entry = activation.resolve("Swish")
    assert (entry.registry, entry.scope, entry.name) == ("registry_core.activation", "", "Swish")
    assert entry.target is Swish
    assert entry.provider == activation.resolve("Mish").provider == Provider(__name__)
    assert str(entry.provider) == f"module {__name__}"
    assert not entry.provider.is_distribution


def test_registering_the_same_object_again_changes_nothing(activation: Registry) -> None:
    activation.register_module(module=Swish, metadata={"smooth": True})
    before = activation.entries()
    activation.register_module(module=Swish)
    activation.register_module()(Swish)
    assert activation.entries() == before
    activation.register_module(module=Swish, metadata={"smooth": False})
    assert activation.resolve("Swish").metadata == {"smooth": False}


def test_another_object_of_a_taken_name_is_refused_and_the_message_says_how_to_mend_it(
    activation: Registry,
) -> None:
    activation.register_module(module=Swish)
    with pytest.raises(AlreadyRegistered) as refused:
        activation.register_module(name="Swish", module=Mish)
    assert str(refused.value) == (
        f"'Swish' is already registered in 'registry_core.activation' at {__name__}; "
        "pass force=True to replace it"
    )
    assert activation["Swish"] is Swish


def test_force_replaces_what_has_already_been_built(activation: Registry) -> None:
    activation.register_module(module=Swish)
    assert type(activation.build({"type": "Swish"})) is Swish
    activation.register_module(name="Swish", module=Mish, force=True)
    assert type(activation.build({"type": "Swish"})) is Mish
    assert activation["Swish"] is Mish


def test_a_name_is_found_although_it_was_asked_for_before_it_was_registered(
    activation: Registry,
) -> None:
    extra = Registry("activation", parent=activation, scope="extra")
    assert extra.get("Swish") is None
    activation.register_module(module=Swish)
    assert extra.get("Swish") is Swish
    extra.register_module(name="Swish", module=Mish)
    assert extra.get("Swish") is Mish
    assert activation.get("Swish") is Swish


@pytest.mark.parametrize("as_decorator", [True, False])
def test_a_refused_registration_leaves_no_trace(activation: Registry, as_decorator: bool) -> None:
    activation.register_module(name="taken", module=Swish)
    before = activation.entries()
    names = ["new", "newer", "taken"]
    with pytest.raises(AlreadyRegistered, match="'taken' is already registered"):
        if as_decorator:
            activation.register_module(name=names)(Mish)
        else:
            activation.register_module(name=names, module=Mish)
    assert activation.entries() == before
    assert "new" not in activation
    assert activation.module_dict == {"taken": Swish}


def test_the_module_dict_holds_the_live_objects_of_its_own_scope(plugin_site: Site) -> None:
    plugin_site.install(
        "acts-extra",
        {"registry_core.activation": {"Swish": "acts_extra:Swish", "Mish": "acts_extra:Mish"}},
        {"acts_extra.py": "class Swish: ...\nclass Mish: ..."},
    )
    with plugin_site.in_use():
        activation = Registry("activation", scope="acts")
        inner = Registry("activation", parent=activation, scope="inner")
        activation.register_module(module=gelu)
        inner.register_module(module=dict)
        assert activation.module_dict == {"gelu": gelu}
        loaded = inner["Swish"]
        assert activation.module_dict == {"gelu": gelu, "Swish": loaded}
        assert inner.module_dict == {"dict": dict}


def test_changing_the_module_dict_changes_the_registry(activation: Registry) -> None:
    activation.register_module(module=Swish)
    live = activation.module_dict
    live["Swish"] = Mish
    live.update(other=Swish)
    assert (activation["Swish"], activation["other"]) == (Mish, Swish)
    assert {entry.provider.name for entry in activation.entries()} == {__name__}
    assert repr(live) == repr({"Swish": Mish, "other": Swish})
    assert live.pop("Swish") is Mish
    assert "Swish" not in activation
    with pytest.raises(KeyError):
        del live["Swish"]
    live.clear()
    assert (len(live), len(activation)) == (0, 0)
    with pytest.raises(WrongType, match="must be Callable"):
        live["no"] = 5  # type: ignore[assignment]


CELL = """
@MODELS.register_module()
class Net:
    number = {number}

@MODELS.register_module()
def head():
    return {number}
"""


def test_a_notebook_cell_may_run_twice(tmp_path: Path) -> None:
    script = tmp_path / "notebook.py"
    script.write_text(
        "from registry_core import Registry\n"
        "MODELS = Registry('model')\n"
        f"for cell in ({CELL.format(number=1)!r}, {CELL.format(number=2)!r}):\n"
        "    exec(cell)\n"
        "print(MODELS['Net'].number, MODELS.build({'type': 'head'}), len(MODELS))\n"
    )
    finished = run_python("-W", "error", script.name, cwd=script.parent)
    assert (finished.stdout, finished.stderr) == ("2 2 2\n", "")


def test_in_a_script_another_class_of_that_name_is_refused_too(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from registry_core import Registry\n"
        "MODELS = Registry('model')\n"
        f"exec({CELL.format(number=1)!r})\n"
        "class Other: ...\n"
        "MODELS.register_module(name='Net', module=Other)\n"
    )
    finished = run_python("-W", "error", script.name, cwd=script.parent)
    assert finished.returncode == 1
    last = finished.stderr.splitlines()[-1]
    assert "'Net' is already registered in 'registry_core.model' at __main__" in last


def test_in_a_module_a_second_class_of_the_same_name_is_refused(activation: Registry) -> None:
    def define() -> None:
        @activation.register_module()
        class Net: ...

    define()
    with pytest.raises(AlreadyRegistered, match="'Net' is already registered"):
        define()
