"""How the plugin's classes are found: by entry point alone, by every way of writing a name."""

import subprocess
import sys
import tomllib
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from activations import ACTIVATION, LAYER
from activations.functions import Sigmoid, Tanh
from activations.layers import Dense
from activations_extra.gated import GLU
from activations_extra.swish import Mish, Swish

from registry_core import RegistryError, default_scope
from registry_core.testing import check_distribution

KEYS = {
    "extra.ELU",
    "extra.GELU",
    "extra.Hardswish",
    "extra.LeakyReLU",
    "extra.Mish",
    "extra.SELU",
    "extra.SquaredReLU",
    "extra.Swish",
    "extra.gated.GLU",
    "extra.gated.SwiGLU",
}


def python(code: str) -> list[str]:
    """The lines that a fresh interpreter, which does not see the current folder, prints."""
    command = [sys.executable, "-I", "-W", "error", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def gate_of(config: dict[str, Any], *, recursive: bool = False) -> object:
    """The activation inside the gated unit that the config builds."""
    unit = ACTIVATION.build(config, recursive=recursive)
    assert isinstance(unit, GLU)
    return unit.activation


def test_each_class_is_listed_once_with_its_provider_and_version() -> None:
    own = [e for e in ACTIVATION.entries() if e.provider.name == "activations-extra"]
    assert sorted(entry.key for entry in own) == sorted(KEYS)
    assert {entry.provider.version for entry in own} == {version("activations-extra")}


def test_listing_and_asking_import_nothing_of_the_plugin() -> None:
    code = (
        "import sys\n"
        "from activations import ACTIVATION\n"
        "assert 'extra.Swish' in ACTIVATION\n"
        "print(ACTIVATION.resolve('extra.Swish').provider)\n"
        "print(len([e for e in ACTIVATION.entries() if e.scope.startswith('extra')]))\n"
        "print(any(name.startswith('activations_extra') for name in sys.modules))"
    )
    assert python(code) == [f"activations-extra {version('activations-extra')}", "10", "False"]


def test_building_swish_imports_its_own_module_and_no_other_of_the_plugin() -> None:
    code = (
        "import sys\n"
        "from activations import ACTIVATION\n"
        "print(ACTIVATION.build({'type': 'extra.Swish', 'beta': 1.5}))\n"
        "print(*sorted(name for name in sys.modules if name.startswith('activations_extra')))"
    )
    assert python(code) == ["Swish(beta=1.5)", "activations_extra activations_extra.swish"]


def test_importing_the_plugin_registers_nothing_in_code() -> None:
    assert "Swish" not in ACTIVATION.module_dict
    assert "Swish" not in ACTIVATION


@pytest.mark.parametrize(
    "config",
    [
        {"type": "extra.Swish"},
        {"type": "activations.extra.Swish"},
        {"type": "Swish", "_scope_": "extra"},
        {"type": "Swish", "_scope_": "extra.gated"},
        {"type": "extra.Swish", "_scope_": "extra"},
        {"type": "extra.Swish", "_scope_": "gated"},
    ],
    ids=str,
)
def test_swish_is_built_by_its_scoped_name_and_by_scope(config: dict[str, Any]) -> None:
    assert ACTIVATION.build({**config, "beta": 2.0}) == Swish(beta=2.0)


def test_a_bare_name_is_found_outward_from_the_default_scope() -> None:
    with default_scope("extra"):
        assert ACTIVATION.build({"type": "Mish"}) == Mish()
        assert ACTIVATION.build({"type": "Tanh"}) == Tanh()
        assert gate_of({"type": "gated.SwiGLU"}) == Swish()


@pytest.mark.parametrize("recursive", [False, True])
def test_the_default_scope_reaches_an_activation_inside_a_layer(*, recursive: bool) -> None:
    activation = {
        "type": "Swish",
        "beta": 2.0,
        **({"_registry_": "activation"} if recursive else {}),
    }
    config = {"type": "Dense", "in_features": 2, "out_features": 3, "activation": activation}
    with default_scope("extra"):
        layer = LAYER.build(config, recursive=recursive)
    assert isinstance(layer, Dense)
    assert layer.activation == Swish(beta=2.0)


def test_a_bare_name_is_not_found_inward_and_the_error_suggests_the_scoped_one() -> None:
    with pytest.raises(RegistryError, match=r"'Swish' is not in the registry .*extra\.Swish"):
        ACTIVATION.build({"type": "Swish"})


@pytest.mark.parametrize("recursive", [False, True])
@pytest.mark.parametrize(
    ("gate", "expected"),
    [
        ({"type": "Sigmoid"}, Sigmoid()),
        ({"type": "extra.Swish", "beta": 3.0}, Swish(beta=3.0)),
        ({"type": "Swish", "_scope_": "extra"}, Swish()),
    ],
    ids=str,
)
def test_glu_builds_its_gate_from_a_config(
    gate: dict[str, Any], expected: object, *, recursive: bool
) -> None:
    config = {"type": "extra.gated.GLU", "activation": gate}
    assert gate_of(config, recursive=recursive) == expected


def test_a_scope_in_the_config_of_glu_holds_for_its_gate_too() -> None:
    config = {"type": "GLU", "_scope_": "extra.gated", "activation": {"type": "Mish"}}
    assert gate_of(config) == Mish()


@pytest.mark.parametrize("scope", ["extra", "extra.gated"])
def test_swiglu_finds_its_gate_whatever_the_default_scope_is(scope: str) -> None:
    with default_scope(scope):
        assert gate_of({"type": "extra.gated.SwiGLU", "beta": 2.0}) == Swish(beta=2.0)


def test_a_gate_that_nothing_provides_is_an_error_that_names_it() -> None:
    with pytest.raises(RegistryError, match="'Sigmoidd'"):
        ACTIVATION.build({"type": "extra.gated.GLU", "activation": {"type": "Sigmoidd"}})


def test_an_argument_that_swish_does_not_take_is_an_error_that_names_the_provider() -> None:
    with pytest.raises(RegistryError, match="betta") as caught:
        ACTIVATION.build({"type": "extra.Swish", "betta": 1.0})
    assert f"activations-extra {version('activations-extra')}" in str(caught.value)
    assert "beta" in str(caught.value)


def test_nothing_is_wrong_with_what_the_distribution_declares() -> None:
    assert check_distribution("activations-extra") == []


def test_notes_are_found_without_importing_the_plugin() -> None:
    code = (
        "import sys\n"
        "from activations import ACTIVATION\n"
        "print(*(e.key for e in ACTIVATION.entries(tags=['smooth'])))\n"
        "print(ACTIVATION.resolve('extra.gated.SwiGLU').metadata['arxiv'])\n"
        "print(any(name.startswith('activations_extra') for name in sys.modules))"
    )
    assert python(code) == ["extra.GELU extra.Mish extra.Swish", "2002.05202", "False"]


def test_the_other_name_of_swish_works_and_warns() -> None:
    code = (
        "import warnings\n"
        "from activations import ACTIVATION\n"
        "with warnings.catch_warnings(record=True) as told:\n"
        "    warnings.simplefilter('always')\n"
        "    print(ACTIVATION.build({'type': 'extra.SiLU'}))\n"
        "print(*(f'{each.category.__name__}: {each.message}' for each in told))"
    )
    assert python(code) == [
        "Swish(beta=1.0)",
        "FutureWarning: registry_core.activation: 'extra.SiLU' is now called 'extra.Swish', since "
        "activations-extra 0.1.0",
    ]


def test_what_is_noted_of_another_distribution_is_there() -> None:
    notes = Path(str(find_spec("activations_extra").origin)).with_name("registry.toml")  # type: ignore[union-attr]
    said = tomllib.loads(notes.read_text(encoding="utf-8"))["registry_core.activation"]
    provided = {e.key for e in ACTIVATION.entries() if e.provider.name == "activations-scipy"}
    if not provided:
        pytest.skip("activations-scipy is not installed")
    assert set(said["elsewhere"]["activations-scipy"]) <= provided
