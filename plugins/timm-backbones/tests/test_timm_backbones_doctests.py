"""Every example in the docstrings of this distribution runs."""

import doctest
import importlib
import pkgutil

import pytest
import timm_backbones

pytestmark = pytest.mark.torch

MODULES = [
    module.name for module in pkgutil.iter_modules(timm_backbones.__path__, "timm_backbones.")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0
