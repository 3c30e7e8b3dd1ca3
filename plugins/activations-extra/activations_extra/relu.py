"""Variants of the rectified linear unit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LeakyReLU", "SquaredReLU"]


@dataclass(frozen=True)
class LeakyReLU:
    """`f(x) = x` for `x > 0`, else `negative_slope * x`, elementwise.

    Args:
        negative_slope: Slope on the left.

    Called with an array of any shape, it returns a new array of that shape and dtype.

    Source: Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic
    models", 2013.

    >>> LeakyReLU(negative_slope=0.1)(np.array([-2.0, 0.0, 3.0]))
    array([-0.2,  0. ,  3. ])
    """

    negative_slope: float = 0.01

    def __call__(self, x: NDArray[np.floating], /) -> NDArray[np.floating]:
        return np.where(x > 0, x, self.negative_slope * x)


@dataclass(frozen=True)
class SquaredReLU:
    """`f(x) = max(x, 0)**2`, elementwise.

    Called with an array of any shape, it returns a new array of that shape and dtype.

    Source: So and others, "Primer: searching for efficient Transformers for language modeling",
    2021.

    >>> SquaredReLU()(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 9.])
    """

    def __call__(self, x: NDArray[np.floating], /) -> NDArray[np.floating]:
        rectified: NDArray[np.floating] = np.maximum(x, 0)
        return rectified * rectified
