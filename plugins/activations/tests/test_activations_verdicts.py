"""The check, the schema and the build have one verdict of configs of activations and layers."""

from typing import Any

import pytest
from activations.registry import ACTIVATION, LAYER
from hypothesis import given, settings
from hypothesis import strategies as st

from registry_core import Registry

# What draws configs and compares is among the tests of registry_core.
judging = pytest.importorskip("verdicts.judging")


@pytest.fixture(scope="module", params=[ACTIVATION, LAYER], ids=["activations", "layers"])
def registry(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(scope="module", params=[False, True], ids=["read", "loaded"])
def by(registry: Registry[Any], request: pytest.FixtureRequest) -> Any:
    return judging.verdicts(registry, load=request.param)


@settings(derandomize=True)
@given(data=st.data())
def test_configs_of_activations_and_layers_have_one_verdict(by: Any, data: Any) -> None:
    judging.assert_one_verdict(by, data.draw(by.configs.strategy()))
