"""The check that plugins use to compare a function with its formula finds what it should."""

import mpmath
import numpy as np
import pytest
from activations.protocols import FloatArray
from activations.testing import assert_formula


def test_a_function_that_follows_its_formula_passes() -> None:
    assert_formula(np.arctan, mpmath.atan, np.float64, rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_error_above_the_tolerance_is_found_even_in_the_smallest_values(
    dtype: type[np.floating],
) -> None:
    def slightly_off(x: FloatArray) -> FloatArray:
        return np.where(np.abs(x) < 1e-19, x * 1.0001, x)

    with pytest.raises(AssertionError, match=r"^at -.*e-2[01]: got -.*, expected -1.0e-20"):
        assert_formula(slightly_off, lambda x: x, dtype, rtol=9e-5)
    assert_formula(slightly_off, lambda x: x, dtype, rtol=1.1e-4)


def test_another_dtype_is_found() -> None:
    with pytest.raises(AssertionError, match="the dtype became float64"):
        assert_formula(lambda x: x.astype(np.float64), lambda x: x, np.float32, rtol=1)


def test_another_shape_is_found() -> None:
    with pytest.raises(AssertionError, match="the shape became"):
        assert_formula(lambda x: x[:1], lambda x: x, np.float32, rtol=1)


def test_an_overflow_is_found_although_the_result_is_right() -> None:
    def overflowing(x: FloatArray) -> FloatArray:
        result: FloatArray = 1 / (1 + np.exp(-x))
        return result

    with pytest.raises(FloatingPointError, match="overflow"):
        assert_formula(overflowing, lambda x: 1 / (1 + mpmath.exp(-x)), np.float64, rtol=1e-9)


def test_nan_is_found() -> None:
    with pytest.raises(AssertionError, match="got nan"):
        assert_formula(lambda x: x * np.nan, lambda x: x, np.float64, rtol=1e-9)
