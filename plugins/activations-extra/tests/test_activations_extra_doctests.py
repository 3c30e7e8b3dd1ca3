"""Every example in the docstrings of this distribution runs."""

import doctest
import importlib
import pkgutil

import activations_extra
import pytest

MODULES = [
    module.name for module in pkgutil.iter_modules(activations_extra.__path__, "activations_extra.")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0
