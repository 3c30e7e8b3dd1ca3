"""The check, the schema and the build have one verdict of configs of backbones."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_core import installed_registry

pytest.importorskip("timm")
# What draws configs and compares is among the tests of registry_core.
judging = pytest.importorskip("verdicts.judging")

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def by() -> Any:
    registry = installed_registry("backbones")
    # A model takes long to build: all are made partial.
    return judging.verdicts(registry, load=False, may_build=False)


@judging.EXAMPLES  # type: ignore[untyped-decorator, unused-ignore]
@given(data=st.data())
def test_configs_of_backbones_have_one_verdict(by: Any, data: Any) -> None:
    judging.assert_one_verdict(by, data.draw(by.configs.strategy()))
