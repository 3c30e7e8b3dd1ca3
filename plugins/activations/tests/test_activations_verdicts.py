"""The check, the schema and the build have one verdict of configs of activations and layers."""

import importlib
from pathlib import Path
from typing import Any

import activations
import pytest
from activations.registry import ACTIVATION, LAYER
from hypothesis import given
from hypothesis import strategies as st

from registry_core import Registry
from registry_core.config import check_config, load, schema

# What draws configs and compares is among the tests of registry_core.
judging = pytest.importorskip("verdicts.judging")
planting = pytest.importorskip("verdicts.planting")
jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture(scope="module", params=[ACTIVATION, LAYER], ids=["activations", "layers"])
def registry(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(scope="module", params=[False, True], ids=["read", "loaded"])
def by(registry: Registry[Any], request: pytest.FixtureRequest) -> Any:
    return judging.verdicts(registry, load=request.param)


@judging.EXAMPLES  # type: ignore[untyped-decorator, unused-ignore]
@given(data=st.data())
def test_configs_of_activations_and_layers_have_one_verdict(by: Any, data: Any) -> None:
    judging.assert_one_verdict(by, data.draw(by.configs.strategy()))


def test_the_network_of_the_demo_raises_no_alarm_and_mistakes_in_it_are_found() -> None:
    # It registers a class that the network names.
    importlib.import_module("activations.demo")

    cfg = load(Path(activations.__file__).with_name("network.yaml")).data
    validator = jsonschema.Draft202012Validator(schema(LAYER, recursive=True))
    assert check_config(cfg, LAYER, recursive=True) == []
    assert validator.is_valid(cfg)
    for wrong, keys, what in planting.planted(cfg):
        found = check_config(wrong, LAYER, recursive=True)
        assert keys in [each.config_keys for each in found if each.severity == "error"], (
            what,
            wrong,
        )
        assert not validator.is_valid(wrong), (what, wrong)
