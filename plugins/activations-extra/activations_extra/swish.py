"""Self-gated activations: each multiplies its argument by a gate that the argument opens."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Hardswish", "Mish", "Swish"]


@dataclass(frozen=True)
class Swish:
    """`f(x) = x / (1 + exp(-beta * x))`, elementwise; with `beta=1` also known as SiLU.

    Args:
        beta: Slope of the gate: 0 gives `x / 2`, and as it grows `f` tends to ReLU.

    Called with an array of any shape, it returns a new array of that shape and dtype.

    Source: Ramachandran, Zoph and Le, "Searching for activation functions", 2017.

    >>> Swish(beta=1.5)(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.1824,  0.    ,  0.8176])
    """

    beta: float = 1.0

    def __call__(self, x: NDArray[np.floating], /) -> NDArray[np.floating]:
        # 1 / (1 + exp(-beta * x)), written so that no exponential can overflow.
        gate: NDArray[np.floating] = np.exp(-np.logaddexp(0, -self.beta * x))
        return x * gate


@dataclass(frozen=True)
class Mish:
    """`f(x) = x * tanh(log(1 + exp(x)))`, elementwise.

    Called with an array of any shape, it returns a new array of that shape and dtype.

    Source: Misra, "Mish: a self regularized non-monotonic activation function", 2019.

    >>> Mish()(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.3034,  0.    ,  0.8651])
    """

    def __call__(self, x: NDArray[np.floating], /) -> NDArray[np.floating]:
        gate: NDArray[np.floating] = np.tanh(np.logaddexp(0, x))
        return x * gate


@dataclass(frozen=True)
class Hardswish:
    """`f(x) = x * min(max(x + 3, 0), 6) / 6`, elementwise: Swish drawn with straight lines.

    Called with an array of any shape, it returns a new array of that shape and dtype.

    Source: Howard and others, "Searching for MobileNetV3", 2019.

    >>> Hardswish()(np.array([-4.0, 0.0, 1.5, 4.0]))
    array([-0.   ,  0.   ,  1.125,  4.   ])
    """

    def __call__(self, x: NDArray[np.floating], /) -> NDArray[np.floating]:
        gate: NDArray[np.floating] = np.clip(x + 3, 0, 6) / 6
        return x * gate
