"""The check, the schema and the build have one verdict of configs of torch's classes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_core import Registry

torch = pytest.importorskip("torch")
# What draws configs and compares is among the tests of registry_core.
judging = pytest.importorskip("verdicts.judging")

pytestmark = pytest.mark.torch


def is_small(group: str, key: str) -> bool:
    """Whether it takes no time to build: the others have many parameters by default."""
    return not key.startswith("torch.Transformer") and "backbones" not in group


@pytest.fixture(scope="module", params=["layer", "loss", "optimizer", "parameter_scheduler"])
def registry(request: pytest.FixtureRequest) -> Any:
    # Not the installed one: another framework may own it, and build in a way of its own.
    return Registry(request.param, scope="torch_modules")


@pytest.fixture(scope="module", params=[False, True], ids=["read", "loaded"])
def by(registry: Any, request: pytest.FixtureRequest) -> Any:
    return judging.verdicts(registry, is_small, load=request.param)


@judging.EXAMPLES  # type: ignore[untyped-decorator, unused-ignore]
@given(data=st.data())
def test_configs_of_modules_have_one_verdict(by: Any, data: Any) -> None:
    judging.assert_one_verdict(by, data.draw(by.configs.strategy()))
