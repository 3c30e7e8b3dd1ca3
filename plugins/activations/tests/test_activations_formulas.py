"""The framework's own functions against mpmath, against torch, and by their properties."""

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from activations.functions import Identity, ReLU, Sigmoid, Softmax, Softplus, Tanh
from activations.protocols import Activation, FloatArray
from activations.testing import SAMPLES, assert_formula
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

FLOATS = st.floats(-1e4, 1e4, width=32)
ROWS = st_numpy.arrays(
    np.float64, st_numpy.array_shapes(min_dims=1, max_dims=3, max_side=6), elements=FLOATS
)

# Largest relative errors: a few units in the last place of each dtype.
RTOL: dict[type[np.floating], float] = {np.float32: 1e-6, np.float64: 1e-14}


def sigmoid(x: Any) -> Any:
    return (1 + mpmath.tanh(x / 2)) / 2 if x > -1 else mpmath.exp(x) / (1 + mpmath.exp(x))


def softplus(x: Any) -> Any:
    """The integral of the logistic function from minus infinity, by its series where it has one."""
    decay = mpmath.exp(-abs(x))
    return max(x, mpmath.mpf(0)) + (decay * mpmath.hyp2f1(1, 1, 2, -decay))


FORMULAS: dict[str, tuple[Activation, Callable[[Any], Any]]] = {
    "Identity": (Identity(), lambda x: x),
    "ReLU": (ReLU(), lambda x: (x + abs(x)) / 2),
    "Sigmoid": (Sigmoid(), sigmoid),
    "Tanh": (Tanh(), lambda x: 1 - 2 / (mpmath.exp(2 * x) + 1) if abs(x) > 1 else mpmath.tanh(x)),
    "Softplus": (Softplus(), softplus),
    "Softplus, beta 2.5": (Softplus(beta=2.5), lambda x: softplus(x * 5 / 2) * 2 / 5),
}


@pytest.mark.parametrize("dtype", RTOL)
@pytest.mark.parametrize("name", FORMULAS)
def test_the_formula_holds_in_the_tails_and_at_zero(name: str, dtype: type[np.floating]) -> None:
    function, formula = FORMULAS[name]
    assert_formula(function, formula, dtype, rtol=RTOL[dtype])


@pytest.mark.parametrize("dtype", RTOL)
def test_softmax_follows_its_formula_where_exponentials_would_overflow(
    dtype: type[np.floating],
) -> None:
    # At most 80 apart, so that the smallest quotient is still a normal float32.
    row = np.array([1e4, 1e4 - 0.5, 1e4 - 3.0, 1e4 - 80.0], dtype)
    result = Softmax()(row)
    with mpmath.workdps(60):
        exponentials = [mpmath.exp(value) for value in row.tolist()]
        expected = [float(value / sum(exponentials)) for value in exponentials]
    assert result.dtype == dtype
    np.testing.assert_allclose(result, expected, rtol=RTOL[dtype])


@given(ROWS)
def test_softmax_sums_to_one_along_the_last_axis(x: FloatArray) -> None:
    result = Softmax()(x)
    assert result.shape == x.shape
    assert (result >= 0).all()
    np.testing.assert_allclose(result.sum(axis=-1), 1, rtol=1e-12)


@given(ROWS, FLOATS)
def test_softmax_does_not_change_when_a_constant_is_added(x: FloatArray, constant: float) -> None:
    np.testing.assert_allclose(Softmax()(x + constant), Softmax()(x), rtol=1e-9, atol=1e-30)


def test_softmax_normalises_the_axis_that_it_is_told() -> None:
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(Softmax(axis=0)(x), Softmax()(x.T).T)
    np.testing.assert_allclose(Softmax(axis=0)(x).sum(axis=0), 1)


@given(ROWS)
def test_sigmoid_of_the_negative_is_the_complement(x: FloatArray) -> None:
    np.testing.assert_allclose(Sigmoid()(-x), 1 - Sigmoid()(x), atol=1e-15)


@pytest.mark.parametrize("beta", [0.0, -1.0, float("nan")])
def test_softplus_refuses_a_beta_that_is_not_above_zero(beta: float) -> None:
    with pytest.raises(ValueError, match="Softplus needs a beta above 0, got"):
        Softplus(beta=beta)


@pytest.mark.parametrize("function", [ReLU(), Sigmoid(), Softmax(), Softplus(), Tanh()], ids=repr)
def test_a_function_leaves_its_argument_alone_and_lets_nan_through(function: Activation) -> None:
    x = np.array([1.0, np.nan, -1.0])
    result = function(x)
    np.testing.assert_array_equal(x, [1.0, np.nan, -1.0])
    assert np.isnan(result[1])


@pytest.mark.torch
@pytest.mark.parametrize(
    ("function", "name", "arguments"),
    [
        (ReLU(), "relu", {}),
        (Sigmoid(), "sigmoid", {}),
        (Softmax(), "softmax", {"dim": -1}),
        (Softplus(), "softplus", {}),
        (Softplus(beta=2.5), "softplus", {"beta": 2.5}),
        (Tanh(), "tanh", {}),
    ],
    ids=str,
)
def test_torch_computes_the_same(
    function: Activation, name: str, arguments: dict[str, float]
) -> None:
    torch = pytest.importorskip("torch")
    x = np.stack([SAMPLES, SAMPLES / 3])
    expected = getattr(torch.nn.functional, name)(torch.from_numpy(x), **arguments)
    # torch's softplus is the identity where beta * x is above 20, and is off by 2e-9 there.
    np.testing.assert_allclose(function(x), expected.numpy(), rtol=1e-9, atol=1e-30)
