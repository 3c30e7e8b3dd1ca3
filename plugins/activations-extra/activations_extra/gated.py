"""Gated linear units: one half of the last axis, times an activation of the other half.

The activation is built from a config, so it can be any that is installed.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from activations import ACTIVATION
from activations.protocols import Activation
from numpy.typing import NDArray

__all__ = ["GLU", "SwiGLU"]


class GLU:
    """`f(x) = a * activation(b)`, where `a` and `b` are the halves of `x` along the last axis.

    Args:
        activation: The gate: a config for `ACTIVATION.build`, or a callable.

    Called with an array of shape `(..., 2 * n)`, it returns one of shape `(..., n)` and that dtype.

    Raises:
        ValueError: When called with an array whose last axis is odd, or that has no axis.
        RegistryError: The gate cannot be built from its config.

    Source: Dauphin, Fan, Auli and Grangier, "Language modeling with gated convolutional networks",
    2016.

    >>> GLU(activation={"type": "Sigmoid"})(np.array([[6.0, 8.0, 0.0, 0.0]]))
    array([[3., 4.]])
    """

    def __init__(
        self, activation: Mapping[str, Any] | Activation = MappingProxyType({"type": "Sigmoid"})
    ) -> None:
        self.activation: Activation = (
            ACTIVATION.build(activation) if isinstance(activation, Mapping) else activation
        )

    def __call__(self, x: NDArray[np.floating], /) -> NDArray[np.floating]:
        if x.ndim == 0 or x.shape[-1] % 2:
            raise ValueError(f"{self!r} needs a last axis of even length, got the shape {x.shape}")
        half = x.shape[-1] // 2
        return x[..., :half] * self.activation(x[..., half:])

    def __repr__(self) -> str:
        return f"{type(self).__name__}(activation={self.activation!r})"


class SwiGLU(GLU):
    """`f(x) = a * Swish(beta)(b)`, where `a` and `b` are the halves of `x` along the last axis.

    Args:
        beta: Slope of the Swish gate.

    Called with an array of shape `(..., 2 * n)`, it returns one of shape `(..., n)` and that dtype.

    Raises:
        ValueError: When called with an array whose last axis is odd, or that has no axis.

    Source: Shazeer, "GLU variants improve Transformer", 2020.

    >>> SwiGLU(beta=2.0)
    SwiGLU(activation=Swish(beta=2.0))
    """

    def __init__(self, beta: float = 1.0) -> None:
        # The scoped name: a bare "Swish" is looked up from the root, where this plugin has nothing.
        super().__init__({"type": "extra.Swish", "beta": beta})
