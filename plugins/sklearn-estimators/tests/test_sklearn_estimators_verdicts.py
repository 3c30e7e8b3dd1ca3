"""The check, the schema and the build have one verdict of configs of estimators."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn_estimators import ESTIMATOR

# What draws configs and compares is among the tests of registry_core.
judging = pytest.importorskip("verdicts.judging")


@pytest.fixture(scope="module", params=[False, True], ids=["read", "loaded"])
def by(request: pytest.FixtureRequest) -> Any:
    return judging.verdicts(ESTIMATOR, load=request.param)


@settings(derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_configs_of_estimators_have_one_verdict(by: Any, data: Any) -> None:
    judging.assert_one_verdict(by, data.draw(by.configs.strategy()))
