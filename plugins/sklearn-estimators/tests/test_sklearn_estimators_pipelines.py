"""Estimators from configs: pipelines, unions, column transformers and searches, fitted."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn_estimators import ESTIMATOR

from registry_core import ArgumentError, EntryNotFound
from registry_core.config import check_config, read_config

DIGITS = Path(__file__).with_name("digits.yaml")


@pytest.fixture(scope="module")
def digits() -> Any:
    """Images and labels of handwritten digits: to train on, and held out."""
    images, labels = load_digits(return_X_y=True)
    return train_test_split(images, labels, random_state=0, stratify=labels)


def test_a_pipeline_from_a_file_recognises_digits_that_it_has_not_seen(digits: Any) -> None:
    images, unseen, labels, unseen_labels = digits
    pipeline = ESTIMATOR.build(read_config(DIGITS))
    assert isinstance(pipeline, Pipeline)
    pipeline.fit(images, labels)
    assert np.mean(pipeline.predict(unseen) == unseen_labels) > 0.9


def test_the_command_builds_the_pipeline_of_the_file() -> None:
    command = [sys.executable, "-I", "-m", "registry_core", "build", str(DIGITS)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert shown == f"{ESTIMATOR.build(read_config(DIGITS))}\n"
    assert "SVC(C=10)" in shown


def test_a_pipeline_of_lists_can_be_cloned_and_have_its_parameters_set() -> None:
    pipeline: Any = clone(ESTIMATOR.build(read_config(DIGITS)))
    pipeline.set_params(classify__C=2, scale="passthrough")
    assert pipeline.get_params()["classify__C"] == 2
    assert pipeline.named_steps["classify"].C == 2


def test_a_search_around_a_pipeline_is_one_config(digits: Any) -> None:
    images, unseen, labels, unseen_labels = digits
    search = ESTIMATOR.build(
        {
            "type": "GridSearchCV",
            "estimator": read_config(DIGITS),
            "param_grid": {
                "reduce__n_components": [5, 20],
                "classify": [
                    {"type": "classifier.SVC", "gamma": 0.01},
                    {"type": "classifier.GaussianNB"},
                ],
            },
            "cv": 2,
        }
    )
    search.fit(images[:400], labels[:400])
    assert search.best_params_["reduce__n_components"] == 20
    assert search.score(unseen, unseen_labels) > 0.9


def test_a_union_and_a_column_transformer_take_lists_too() -> None:
    table = np.random.default_rng(0).normal(size=(30, 4))
    columns = ESTIMATOR.build(
        {
            "type": "transformer.ColumnTransformer",
            "transformers": [
                ["scaled", {"type": "transformer.MinMaxScaler"}, [0, 1]],
                ["same", "passthrough", [2]],
                [
                    "both",
                    {
                        "type": "transformer.FeatureUnion",
                        "transformer_list": [
                            ["rank", {"type": "transformer.QuantileTransformer", "n_quantiles": 9}],
                            ["bins", {"type": "transformer.Binarizer"}],
                        ],
                    },
                    [3],
                ],
            ],
        }
    )
    copy: Any = clone(columns)
    result = copy.fit_transform(table)
    assert result.shape == (30, 5)
    assert result[:, 0].min() == 0
    np.testing.assert_array_equal(result[:, 2], table[:, 2])
    np.testing.assert_array_equal(result[:, 4], table[:, 3] > 0)


def test_wrong_names_in_a_pipeline_are_all_found_before_anything_is_built() -> None:
    steps = [["scale", {"type": "transformer.Scaler"}], ["classify", {"type": "SVC"}]]
    errors = check_config({"type": "Pipeline", "steps": steps}, ESTIMATOR)
    assert [error.config_path for error in errors] == ["steps[0][1]", "steps[1][1]"]
    assert all(isinstance(error, EntryNotFound) for error in errors)


def test_a_parameter_that_an_estimator_lacks_is_named_with_its_place() -> None:
    config = read_config(DIGITS)
    config["steps"][2][1]["kernell"] = "linear"
    with pytest.raises(ArgumentError, match=r"steps\[2\]\[1\].*'kernell'"):
        ESTIMATOR.build(config)
