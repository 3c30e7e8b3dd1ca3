"""The check, the schema and the build have one verdict of configs of estimators."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn_estimators import ESTIMATOR

from registry_core.config import check_config, load, schema

DIGITS = Path(__file__).with_name("digits.yaml")
SCALED = {"type": "transformer.StandardScaler"}
PIPELINES: dict[str, Any] = {
    "digits": load(DIGITS).data,
    "a search": {
        "type": "GridSearchCV",
        "estimator": {"type": "Pipeline", "steps": [["scale", SCALED], ["fit", {"type": "Ridge"}]]},
        "param_grid": {"fit": [{"type": "regressor.Lasso"}, {"type": "regressor.Ridge"}]},
        "_scope_": "regressor",
    },
    "columns": {
        "type": "transformer.ColumnTransformer",
        "transformers": [["a", SCALED, [0, 1]], ["b", "passthrough", [2]]],
        "remainder": {"type": "transformer.PCA", "_kwargs_": {"n_components": 2}},
    },
    "a vote": {
        "x-depth": {"any": "thing"},
        "type": "classifier.VotingClassifier",
        "estimators": [
            ["tree", {"type": "classifier.DecisionTreeClassifier", "max_depth": 3}],
            ["boost", {"type": "classifier.AdaBoostClassifier", "_args_": [{"_ref_": "tree"}]}],
            ["base", {"type": "classifier.DecisionTreeClassifier", "_id_": "tree"}],
        ],
    },
}

# What draws configs and compares is among the tests of registry_core.
judging = pytest.importorskip("verdicts.judging")
planting = pytest.importorskip("verdicts.planting")
jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture(scope="module", params=[False, True], ids=["read", "loaded"])
def by(request: pytest.FixtureRequest) -> Any:
    return judging.verdicts(ESTIMATOR, load=request.param)


@judging.EXAMPLES  # type: ignore[untyped-decorator, unused-ignore]
@given(data=st.data())
def test_configs_of_estimators_have_one_verdict(by: Any, data: Any) -> None:
    judging.assert_one_verdict(by, data.draw(by.configs.strategy()))


@pytest.fixture(scope="module")
def validator() -> Any:
    return jsonschema.Draft202012Validator(schema(ESTIMATOR))


@pytest.mark.parametrize("name", PIPELINES)
def test_pipelines_raise_no_alarm_and_one_mistake_in_each_part_is_found(
    name: str, validator: Any
) -> None:
    cfg = PIPELINES[name]
    assert check_config(cfg, ESTIMATOR) == []
    assert validator.is_valid(cfg)
    ESTIMATOR.build(cfg)
    for wrong, keys, what in planting.planted(cfg):
        found = [each for each in check_config(wrong, ESTIMATOR) if each.severity == "error"]
        assert keys in [each.config_keys for each in found], (what, wrong)
        assert not validator.is_valid(wrong), (what, wrong)
