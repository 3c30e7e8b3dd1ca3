"""Dense, Concat, Sequential and RidgeReadout: shapes, weights, the fit, and what they refuse."""

from typing import Any

import numpy as np
import pytest
from activations.functions import ReLU, Sigmoid
from activations.layers import Concat, Dense, Sequential
from activations.protocols import FloatArray
from activations.readout import RidgeReadout

from registry_core import RegistryError


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def test_dense_is_an_affine_map_and_then_its_activation(generator: np.random.Generator) -> None:
    layer = Dense(3, 5, activation=Sigmoid(), seed=4)
    x = generator.normal(size=(2, 7, 3))
    by_hand = np.zeros((2, 7, 5))
    for i, j, k in np.ndindex(2, 7, 5):
        total = sum(x[i, j, m] * layer.weight[m, k] for m in range(3)) + layer.bias[k]
        by_hand[i, j, k] = 1 / (1 + np.exp(-total))
    np.testing.assert_allclose(layer(x), by_hand, rtol=1e-12)


def test_dense_draws_its_weights_as_it_says() -> None:
    layer = Dense(400, 300, seed=11)
    generator = np.random.default_rng(11)
    np.testing.assert_array_equal(layer.weight, generator.normal(0, 1 / 20, (400, 300)))
    np.testing.assert_array_equal(layer.bias, generator.uniform(-1 / 20, 1 / 20, 300))


def test_the_seed_decides_the_weights() -> None:
    np.testing.assert_array_equal(Dense(4, 4, seed=1).weight, Dense(4, 4, seed=1).weight)
    assert not np.array_equal(Dense(4, 4, seed=1).weight, Dense(4, 4, seed=2).weight)


def test_dense_without_an_activation_is_linear(generator: np.random.Generator) -> None:
    layer = Dense(3, 2)
    x, y = generator.normal(size=(2, 4, 3))
    np.testing.assert_allclose(layer(x + y) + layer.bias, layer(x) + layer(y))


def test_dense_builds_its_activation_from_a_config() -> None:
    assert Dense(2, 3, activation={"type": "ReLU"}).activation == ReLU()


def test_dense_reports_an_activation_that_nothing_provides() -> None:
    with pytest.raises(RegistryError, match="ReLUU"):
        Dense(2, 3, activation={"type": "ReLUU"})


@pytest.mark.parametrize(("inputs", "outputs"), [(0, 3), (3, 0), (-1, 3)])
def test_dense_refuses_a_size_below_one(inputs: int, outputs: int) -> None:
    with pytest.raises(ValueError, match=f"of at least 1, got {inputs} and {outputs}"):
        Dense(inputs, outputs)


@pytest.mark.parametrize("shape", [(), (2,), (3, 2)])
def test_dense_refuses_an_array_of_another_width(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"^Dense\(in_features=3, .* was given an array of shape"):
        Dense(3, 4)(np.zeros(shape))


def test_concat_joins_what_its_layers_make_of_one_argument(generator: np.random.Generator) -> None:
    first, second = Dense(3, 2, ReLU(), seed=1), Dense(3, 4, seed=2)
    x = generator.normal(size=(5, 3))
    result = Concat([first, second])(x)
    np.testing.assert_array_equal(result[:, :2], first(x))
    np.testing.assert_array_equal(result[:, 2:], second(x))


def test_sequential_hands_each_result_to_the_next_layer(generator: np.random.Generator) -> None:
    first, second = Dense(3, 4, ReLU(), seed=1), Dense(4, 2, seed=2)
    x = generator.normal(size=(5, 3))
    np.testing.assert_array_equal(Sequential([first, second])(x), second(first(x)))


@pytest.mark.parametrize("composition", [Concat, Sequential])
def test_a_composition_needs_layers_that_are_built(composition: type[Concat | Sequential]) -> None:
    config: Any = {"type": "Dense", "in_features": 1, "out_features": 1}
    with pytest.raises(ValueError, match="needs at least one layer"):
        composition([])
    with pytest.raises(TypeError, match=r"layer 1 of .* build the config with recursive=True"):
        composition([Dense(1, 1), config])


def test_fitting_a_network_without_a_readout_says_which_layer_is_last() -> None:
    with pytest.raises(TypeError, match=r"the last layer of Sequential, Dense\(.*, has no fit"):
        Sequential([Dense(2, 3)]).fit(np.zeros((4, 2)), np.zeros(4, int))


def test_layers_keep_single_precision(generator: np.random.Generator) -> None:
    x = generator.normal(size=(20, 3)).astype(np.float32)
    network = Sequential([Concat([Dense(3, 4, ReLU()), Dense(3, 4)]), RidgeReadout(classes=2)])
    network.fit(x, (x[:, 0] > 0).astype(int))
    assert network(x).dtype == np.float32


def ridge_by_least_squares(x: FloatArray, labels: Any, ridge: float) -> tuple[Any, Any]:
    """The same problem, as an ordinary least-squares problem with one more row a feature."""
    samples, features = x.shape
    design = np.block(
        [
            [x, np.ones((samples, 1))],
            [np.sqrt(ridge) * np.eye(features), np.zeros((features, 1))],
        ]
    )
    onehot = (labels[:, None] == np.arange(3)).astype(float)
    targets = np.concatenate([onehot, np.zeros((features, 3))])
    solution = np.linalg.lstsq(design, targets, rcond=None)[0]
    return solution[:-1], solution[-1]


@pytest.mark.parametrize("ridge", [1e-3, 1.0, 50.0])
@pytest.mark.parametrize("samples", [8, 60])
def test_ridge_readout_solves_the_penalised_least_squares_problem(
    generator: np.random.Generator, samples: int, ridge: float
) -> None:
    x = generator.normal(3.0, 2.0, (samples, 10))
    labels = generator.integers(0, 3, samples)
    readout = RidgeReadout(classes=3, ridge=ridge).fit(x, labels)
    weight, bias = ridge_by_least_squares(x, labels, ridge)
    np.testing.assert_allclose(readout(x), x @ weight + bias, atol=1e-9)


def test_scikit_learn_fits_the_same_ridge_readout(generator: np.random.Generator) -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    x, labels = generator.normal(size=(40, 6)), generator.integers(0, 3, 40)
    ridge = linear_model.Ridge(alpha=2.0).fit(x, np.eye(3)[labels])
    np.testing.assert_allclose(RidgeReadout(3, ridge=2.0).fit(x, labels)(x), ridge.predict(x))


def test_ridge_readout_leaves_its_arguments_alone(generator: np.random.Generator) -> None:
    x, labels = generator.normal(size=(9, 2)), generator.integers(0, 2, 9)
    before = x.copy()
    RidgeReadout(classes=2).fit(x, labels)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize(
    ("x", "labels", "message"),
    [
        (np.zeros(4), np.zeros(4, int), r"features of shape \(n, f\)"),
        (np.zeros((4, 2)), np.zeros(3, int), r"got \(4, 2\) and \(3,\)"),
        (np.zeros((0, 2)), np.zeros(0, int), "n above 0"),
        (np.zeros((2, 2)), np.array([0, 3]), "3 classes was given labels from 0 to 3"),
        (np.zeros((2, 2)), np.array([-1, 0]), "3 classes was given labels from -1 to 0"),
    ],
)
def test_ridge_readout_refuses_data_that_do_not_fit(x: Any, labels: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RidgeReadout(classes=3).fit(x, labels)


def test_ridge_readout_refuses_settings_that_make_no_sense() -> None:
    with pytest.raises(ValueError, match="at least 2 classes, got 1"):
        RidgeReadout(classes=1)
    with pytest.raises(ValueError, match="a ridge above 0, got 0"):
        RidgeReadout(classes=2, ridge=0)


def test_an_unfitted_readout_says_so() -> None:
    with pytest.raises(RuntimeError, match="has not been fitted: call fit first"):
        RidgeReadout(classes=2)(np.zeros((1, 1)))
