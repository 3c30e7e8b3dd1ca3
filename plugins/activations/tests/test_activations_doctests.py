"""Every example in the docstrings of this distribution runs."""

import doctest
import importlib
import pkgutil

import activations
import pytest

MODULES = [module.name for module in pkgutil.iter_modules(activations.__path__, "activations.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    if name == "activations.demo":
        pytest.importorskip("yaml", reason="the demo's network is a YAML file")
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0
