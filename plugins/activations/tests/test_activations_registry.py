"""The framework's own entries: listed by entry point, registered by decorator, one entry each."""

import subprocess
import sys
from importlib.metadata import entry_points, version

import pytest
from activations import ACTIVATION, LAYER
from activations.functions import ReLU, Softmax
from activations.layers import Concat, Dense, Sequential
from activations.readout import RidgeReadout

from registry_core import Registry, RegistryError
from registry_core.testing import check_distribution

FUNCTIONS = {"Identity", "ReLU", "Sigmoid", "Softmax", "Softplus", "Tanh"}
LAYERS = {"Concat", "Dense", "RidgeReadout", "Sequential"}


def python(code: str) -> str:
    """What a fresh interpreter, which does not see the current folder, prints for `code`."""
    command = [sys.executable, "-I", "-W", "error", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def names(registry: Registry) -> list[str]:
    """The names of this distribution's entries in the root scope, as often as they are listed."""
    return sorted(
        entry.name
        for entry in registry.entries()
        if entry.provider.name == "activations" and not entry.scope
    )


@pytest.mark.parametrize(
    ("registry", "expected"), [(ACTIVATION, FUNCTIONS), (LAYER, LAYERS)], ids=["function", "layer"]
)
def test_each_class_is_listed_once_although_it_is_registered_twice(
    registry: Registry, expected: set[str]
) -> None:
    # This module imports the classes, so their decorators have run.
    assert names(registry) == sorted(expected)


def test_entries_name_the_distribution_and_its_version() -> None:
    entry = ACTIVATION.resolve("Sigmoid")
    assert entry.registry == "registry_core.activation"
    assert entry.provider.name == "activations"
    assert entry.provider.version == version("activations")


def test_listing_and_asking_import_neither_functions_nor_layers_nor_numpy() -> None:
    code = (
        "import sys\n"
        "from activations import ACTIVATION, LAYER\n"
        "listed = [entry.name for entry in ACTIVATION.entries() + LAYER.entries()]\n"
        "assert 'Sigmoid' in listed and 'Dense' in listed, listed\n"
        "assert 'Sigmoid' in ACTIVATION and 'Dense' in LAYER\n"
        "print(sorted({'activations.functions', 'activations.layers', 'numpy'} & set(sys.modules)))"
    )
    assert python(code) == "[]"


def test_building_a_function_imports_no_layer() -> None:
    code = (
        "import sys\n"
        "from activations import ACTIVATION\n"
        "print(ACTIVATION.build({'type': 'Softplus', 'beta': 2.0}))\n"
        "print('activations.functions' in sys.modules, 'activations.layers' in sys.modules)"
    )
    assert python(code).splitlines() == ["Softplus(beta=2.0)", "True False"]


def test_what_was_listed_before_the_import_is_listed_the_same_after_it() -> None:
    code = (
        "from activations import ACTIVATION\n"
        "def rows():\n"
        "    return [(e.scope, e.name, e.provider) for e in ACTIVATION.entries()]\n"
        "before = rows()\n"
        "import activations.functions\n"
        "print(before == rows(), [name for _, name, _ in rows()].count('Sigmoid'))"
    )
    assert python(code) == "True 1"


@pytest.mark.parametrize("key", ["Softmax", "activations.Softmax"])
def test_a_function_is_built_by_its_bare_name_and_by_the_name_of_the_root(key: str) -> None:
    assert ACTIVATION.build({"type": key, "axis": 0}) == Softmax(axis=0)


def test_the_registered_class_is_the_one_that_is_found() -> None:
    assert ACTIVATION.get("ReLU") is ReLU
    assert LAYER["Dense"] is Dense


def test_a_name_that_nothing_provides_is_an_error_with_a_close_match() -> None:
    with pytest.raises(RegistryError, match=r"'Sigmoidd' is not in the registry .*'Sigmoid'"):
        ACTIVATION.build({"type": "Sigmoidd"})


def test_every_entry_point_of_this_distribution_is_one_of_the_listed_names() -> None:
    for group, expected in (("activation", FUNCTIONS), ("layer", LAYERS)):
        points = entry_points(group=f"registry_core.{group}")
        own = {point.name for point in points if point.dist and point.dist.name == "activations"}
        assert own == expected


def test_a_network_is_built_from_nested_configs() -> None:
    config = {
        "type": "Sequential",
        "layers": [
            {
                "type": "Concat",
                "layers": [
                    {
                        "type": "Dense",
                        "in_features": 2,
                        "out_features": 3,
                        "activation": {"type": "ReLU", "_registry_": "activation"},
                    },
                    {
                        "type": "Dense",
                        "in_features": 2,
                        "out_features": 4,
                        "activation": {"_literal_": {"type": "Softmax", "axis": 0}},
                    },
                ],
            },
            {"type": "RidgeReadout", "classes": 2},
        ],
    }
    network = LAYER.build(config, recursive=True)
    assert isinstance(network, Sequential)
    concat, readout = network.layers
    assert isinstance(concat, Concat)
    assert isinstance(readout, RidgeReadout)
    branches = [branch for branch in concat.layers if isinstance(branch, Dense)]
    assert [branch.activation for branch in branches] == [ReLU(), Softmax(axis=0)]


def test_an_error_in_a_nested_config_says_where_it_is() -> None:
    config = {
        "type": "Concat",
        "layers": [
            {"type": "Dense", "in_features": 2, "out_features": 3},
            {"type": "Dense", "in_features": 2, "out_feature": 3},
        ],
    }
    with pytest.raises(RegistryError, match=r"layers\[1\].*out_feature"):
        LAYER.build(config, recursive=True)


def test_nothing_is_wrong_with_what_the_distribution_declares() -> None:
    assert check_distribution("activations") == []
