"""Exponential linear units: the identity above 0, a saturating exponential below."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["ELU", "SELU"]

# The constants for which mean 0 and variance 1 are a fixed point (equation 14 of the SELU paper).
_SELU_ALPHA = 1.6732632423543772
_SELU_SCALE = 1.0507009873554805


@dataclass(frozen=True)
class ELU:
    """`f(x) = x` for `x > 0`, else `alpha * (exp(x) - 1)`, elementwise.

    Args:
        alpha: Depth to which `f` sinks on the left.

    Called with an array of any shape, it returns a new array of that shape and dtype.

    Source: Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by
    exponential linear units (ELUs)", 2015.

    >>> ELU(alpha=2.0)(np.array([-1e4, 0.0, 1.0]))
    array([-2.,  0.,  1.])
    """

    alpha: float = 1.0

    def __call__(self, x: NDArray[np.floating], /) -> NDArray[np.floating]:
        # np.where computes both branches everywhere: the minimum keeps expm1 from overflowing.
        return np.where(x > 0, x, self.alpha * np.expm1(np.minimum(x, 0)))


@dataclass(frozen=True)
class SELU:
    """`f(x) = 1.0507 * ELU(alpha=1.6733)(x)`: keeps mean 0 and variance 1 from layer to layer.

    Called with an array of any shape, it returns a new array of that shape and dtype.

    Source: Klambauer, Unterthiner, Mayr and Hochreiter, "Self-normalizing neural networks", 2017.

    >>> SELU()(np.array([-1e4, 0.0, 1.0])).round(4)
    array([-1.7581,  0.    ,  1.0507])
    """

    def __call__(self, x: NDArray[np.floating], /) -> NDArray[np.floating]:
        return _SELU_SCALE * ELU(_SELU_ALPHA)(x)
