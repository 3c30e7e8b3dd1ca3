"""The Gaussian error linear unit, exact or by its tanh approximation."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["GELU"]

# numpy has no erfc; the standard library's, applied element by element, spares a dependency.
_erfc = np.vectorize(math.erfc, otypes=[np.float64])


@dataclass(frozen=True)
class GELU:
    """`f(x) = x * P(Z <= x)` for a standard normal `Z`, elementwise.

    Args:
        approximate: `"none"` for the formula above; `"tanh"` for the approximation
            `x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))`.

    Called with an array of any shape, it returns a new array of that shape and dtype.

    Raises:
        ValueError: `approximate` is neither.

    Source: Hendrycks and Gimpel, "Gaussian error linear units (GELUs)", 2016.

    >>> GELU()(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.1587,  0.    ,  0.8413])
    """

    approximate: Literal["none", "tanh"] = "none"

    def __post_init__(self) -> None:
        if self.approximate not in ("none", "tanh"):
            raise ValueError(f'GELU: approximate is "none" or "tanh", not {self.approximate!r}')

    def __call__(self, x: NDArray[np.floating], /) -> NDArray[np.floating]:
        gate: NDArray[np.floating]
        if self.approximate == "none":
            # erfc, not 1 + erf, which would lose every digit of the left tail.
            gate = (_erfc(x / -math.sqrt(2)) / 2).astype(x.dtype)
        else:
            # (1 + tanh(z)) / 2 is the logistic function of 2 z, which keeps that tail too.
            twice = math.sqrt(8 / math.pi) * (x + 0.044715 * x**3)
            gate = np.exp(-np.logaddexp(0, -twice))
        return x * gate
