"""SciPy's functions, as this plugin wraps them, against mpmath and torch; and what it refuses."""

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from activations.protocols import FloatArray
from activations.testing import SAMPLES, assert_formula
from activations_scipy.special import AlongAxis, Elementwise
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

# Largest relative errors. SciPy's double-precision ndtr is good to 1.2e-13 in its left tail.
RTOL: dict[type[np.floating], float] = {np.float32: 1e-6, np.float64: 1e-14}
RTOL_NORMAL: dict[type[np.floating], float] = {np.float32: 1e-6, np.float64: 5e-13}


def upper_tail(x: Any) -> Any:
    """The probability that a standard normal variable exceeds `x`, for `x` of 0 or more."""
    return mpmath.gammainc(mpmath.mpf(1) / 2, x**2 / 2, regularized=True) / 2


def erf(x: Any) -> Any:
    return mpmath.sign(x) * mpmath.gammainc(mpmath.mpf(1) / 2, 0, x**2, regularized=True)


def expit(x: Any) -> Any:
    return mpmath.exp(x / 2) / (2 * mpmath.cosh(x / 2))


def log_expit(x: Any) -> Any:
    # log1p(decay) by its hypergeometric series, which keeps every digit of the right tail.
    decay = mpmath.exp(-abs(x))
    return min(x, mpmath.mpf(0)) - decay * mpmath.hyp2f1(1, 1, 2, -decay)


def ndtr(x: Any) -> Any:
    return upper_tail(-x) if x < 0 else 1 - upper_tail(x)


def log_ndtr(x: Any) -> Any:
    return mpmath.log(upper_tail(-x)) if x < 0 else mpmath.log1p(-upper_tail(x))


@pytest.mark.parametrize("dtype", RTOL)
@pytest.mark.parametrize(
    ("formula", "rtol"),
    [(erf, RTOL), (expit, RTOL), (log_expit, RTOL), (log_ndtr, RTOL_NORMAL), (ndtr, RTOL_NORMAL)],
)
def test_the_formula_holds_in_the_tails_and_at_zero(
    formula: Callable[[Any], Any],
    rtol: dict[type[np.floating], float],
    dtype: type[np.floating],
) -> None:
    assert_formula(Elementwise(formula.__name__), formula, dtype, rtol=rtol[dtype])


@pytest.mark.parametrize("dtype", RTOL)
def test_softmax_and_its_logarithm_hold_where_exponentials_would_overflow(
    dtype: type[np.floating],
) -> None:
    row = np.array([1e4, 1e4 - 0.5, 1e4 - 3.0, 1e4 - 80.0], dtype)
    with mpmath.workdps(60):
        total = sum(mpmath.exp(value) for value in row.tolist())
        expected = [mpmath.exp(value) / total for value in row.tolist()]
        logarithms = [float(mpmath.log(value)) for value in expected]
    for function, values in (("softmax", list(map(float, expected))), ("log_softmax", logarithms)):
        result = AlongAxis(function)(row)
        assert result.dtype == dtype
        np.testing.assert_allclose(result, values, rtol=RTOL[dtype])


@given(
    st_numpy.arrays(
        np.float64,
        st_numpy.array_shapes(min_dims=1, max_dims=3, max_side=5),
        elements=st.floats(-1e4, 1e4),
    )
)
def test_each_row_of_a_batch_is_normalised_by_itself(x: FloatArray) -> None:
    np.testing.assert_allclose(AlongAxis("softmax")(x).sum(axis=-1), 1, rtol=1e-12)
    np.testing.assert_allclose(np.exp(AlongAxis("log_softmax")(x)).sum(axis=-1), 1, rtol=1e-11)


def test_the_axis_can_be_told() -> None:
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(AlongAxis("softmax", axis=0)(x), AlongAxis("softmax")(x.T).T)


def test_a_half_precision_array_stays_one() -> None:
    x = np.array([-1.0, 0.0, 1.0], np.float16)
    assert Elementwise("expit")(x).dtype == np.float16
    assert AlongAxis("softmax")(x).dtype == np.float16


@pytest.mark.parametrize("name", ["gamma", "logit", "softmax", "__doc__", "erf.real", ""])
def test_a_function_that_is_not_in_the_table_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"function is one of erf, expit, .*, not") as caught:
        Elementwise(name)
    assert repr(name) in str(caught.value)


@pytest.mark.parametrize("name", ["erf", "logsumexp", "__doc__"])
def test_a_function_that_has_no_axis_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"one of log_softmax, softmax, not '{name}'"):
        AlongAxis(name)


@pytest.mark.torch
@pytest.mark.parametrize(
    ("function", "name"),
    [("erf", "erf"), ("expit", "expit"), ("log_ndtr", "log_ndtr"), ("ndtr", "ndtr")],
)
def test_torch_computes_the_same_elementwise(function: str, name: str) -> None:
    torch = pytest.importorskip("torch")
    expected = getattr(torch.special, name)(torch.from_numpy(SAMPLES)).numpy()
    # torch's ndtr loses the left tail to cancellation: it is compared absolutely there.
    atol = 1e-14 if name == "ndtr" else 1e-30
    np.testing.assert_allclose(Elementwise(function)(SAMPLES), expected, rtol=1e-9, atol=atol)


@pytest.mark.torch
@pytest.mark.parametrize("function", ["softmax", "log_softmax"])
def test_torch_computes_the_same_along_an_axis(function: str) -> None:
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(5).normal(0, 30, (4, 7))
    expected = getattr(torch.nn.functional, function)(torch.from_numpy(x), dim=-1).numpy()
    np.testing.assert_allclose(AlongAxis(function)(x), expected, rtol=1e-12)
