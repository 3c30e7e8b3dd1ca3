"""A check for authors of activations: does it follow its formula, at every size of argument?

It needs mpmath, which the extra `testing` of this distribution brings.
"""

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np

from activations.protocols import Activation, FloatArray

__all__ = ["SAMPLES", "assert_formula"]

_DECADES = 10.0 ** np.arange(-30, 5)

SAMPLES: FloatArray = np.concatenate(
    [-_DECADES, [-0.0, 0.0], _DECADES, np.linspace(-120.0, 120.0, 961)]
)
"""Arguments of all sizes: both zeros, the powers of ten up to 1e4, and steps of 1/4 to +-120."""

_DIGITS = 60


def assert_formula(
    function: Activation,
    formula: Callable[[Any], Any],
    dtype: type[np.floating],
    *,
    rtol: float,
) -> None:
    """Assert that an elementwise function follows its formula and keeps the dtype.

    It calls the function with `SAMPLES`, and the formula with the very same numbers as mpmath's
    floats of 60 digits. A floating-point overflow, a division by zero or an invalid operation in
    the function is an error.

    Args:
        function: What is tested.
        formula: The same function of one mpmath float, written independently.
        dtype: The dtype of the argument, `numpy.float32` or `numpy.float64`.
        rtol: Largest error of a value, relative to the value. One below 1e4 times the dtype's
            smallest normal number, which cannot be held to full precision, may be off by as much
            as that.

    Raises:
        AssertionError: With the first argument at which they differ; or with the dtype or shape.
        FloatingPointError: The function overflowed.

    >>> assert_formula(np.tanh, mpmath.tanh, np.float32, rtol=1e-6)
    >>> assert_formula(np.tanh, mpmath.atan, np.float32, rtol=1e-6)
    Traceback (most recent call last):
    AssertionError: at -10000.0: got -1.0, expected -1.5707
    """
    x = SAMPLES.astype(dtype)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        result = function(x)
    assert result.dtype == x.dtype, f"the dtype became {result.dtype}"
    assert result.shape == x.shape, f"the shape became {result.shape}"
    floor = 1e4 * float(np.finfo(dtype).tiny)
    with mpmath.workdps(_DIGITS):
        for argument, got in sorted(zip(x.tolist(), result.tolist(), strict=True)):
            expected = formula(mpmath.mpf(argument))
            assert abs(mpmath.mpf(got) - expected) <= max(rtol * abs(expected), floor), (
                f"at {argument}: got {got}, expected {mpmath.nstr(expected, 6)}"
            )
