"""The activation functions that the framework brings itself.

Each class is registered by its decorator, for code that imports this module, and by an entry
point in pyproject.toml, for code that does not. The two are one entry. All keep the dtype of their
argument and raise no floating-point warning for arguments up to 1e4 in magnitude, in float32 and
float64.
"""

from dataclasses import dataclass

import numpy as np

from activations.protocols import FloatArray
from activations.registry import ACTIVATION

__all__ = ["Identity", "ReLU", "Sigmoid", "Softmax", "Softplus", "Tanh"]


@ACTIVATION.register_module()
@dataclass(frozen=True)
class Identity:
    """The identity, `f(x) = x`: the activation of a linear layer.

    Called with an array of any shape, it returns that very array, not a copy.

    >>> Identity()(np.array([-2.0, 3.0]))
    array([-2.,  3.])
    """

    def __call__(self, x: FloatArray, /) -> FloatArray:
        return x


@ACTIVATION.register_module()
@dataclass(frozen=True)
class ReLU:
    """The rectified linear unit, `f(x) = max(x, 0)`, elementwise; NaN stays NaN.

    Called with an array of any shape, it returns a new array of that shape.

    Source: Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines",
    ICML 2010.

    >>> ReLU()(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """

    def __call__(self, x: FloatArray, /) -> FloatArray:
        result: FloatArray = np.maximum(x, 0)
        return result


@ACTIVATION.register_module()
@dataclass(frozen=True)
class Sigmoid:
    """The logistic function, `f(x) = 1 / (1 + exp(-x))`, elementwise, with values in [0, 1].

    Called with an array of any shape, it returns a new array of that shape. Both tails keep their
    relative precision: `f(-40)` is 4.2e-18, not 0.

    Source: Verhulst, "Recherches mathématiques sur la loi d'accroissement de la population", 1845.

    >>> Sigmoid()(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])
    """

    def __call__(self, x: FloatArray, /) -> FloatArray:
        # exp of a number that is never positive cannot overflow, and neither branch subtracts.
        decay = np.exp(-np.abs(x))
        result: FloatArray = np.where(x >= 0, 1, decay) / (1 + decay)
        return result


@ACTIVATION.register_module()
@dataclass(frozen=True)
class Tanh:
    """The hyperbolic tangent, elementwise, with values in [-1, 1].

    Called with an array of any shape, it returns a new array of that shape.

    Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998, section 4.4.

    >>> Tanh()(np.array([-1e4, 0.0, 1e4]))
    array([-1.,  0.,  1.])
    """

    def __call__(self, x: FloatArray, /) -> FloatArray:
        result: FloatArray = np.tanh(x)
        return result


@ACTIVATION.register_module()
@dataclass(frozen=True)
class Softplus:
    """A smooth rectifier, `f(x) = log(1 + exp(beta * x)) / beta`, elementwise.

    Args:
        beta: How sharp the bend at 0 is, above 0; as it grows, `f` tends to `ReLU`.

    Called with an array of any shape, it returns a new array of that shape.

    Raises:
        ValueError: `beta` is not above 0.

    Source: Dugas, Bengio, Bélisle, Nadeau and Garcia, "Incorporating second-order functional
    knowledge for better option pricing", NIPS 2000.

    >>> Softplus()(np.array([-30.0, 0.0, 30.0])).round(4)
    array([ 0.    ,  0.6931, 30.    ])
    """

    beta: float = 1.0

    def __post_init__(self) -> None:
        if not self.beta > 0:
            raise ValueError(f"Softplus needs a beta above 0, got {self.beta!r}")

    def __call__(self, x: FloatArray, /) -> FloatArray:
        # As in Sigmoid, the exponential is of a number that is never positive.
        z = self.beta * x
        result: FloatArray = (np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))) / self.beta
        return result


@ACTIVATION.register_module()
@dataclass(frozen=True)
class Softmax:
    """The normalised exponential, `f(x)[i] = exp(x[i]) / sum over j of exp(x[j])`, along one axis.

    Args:
        axis: The axis whose values sum to one; by default the last one.

    Called with an array that has this axis, it returns a new array of the same shape.

    Raises:
        numpy.exceptions.AxisError: When called with an array that lacks the axis.

    Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs",
    1990.

    >>> Softmax()(np.array([1e4, 1e4, -1e4]))
    array([0.5, 0.5, 0. ])
    """

    axis: int = -1

    def __call__(self, x: FloatArray, /) -> FloatArray:
        # Softmax does not change when a constant is added; with the maximum at 0, exp stays finite.
        weights = np.exp(x - np.max(x, axis=self.axis, keepdims=True))
        result: FloatArray = weights / np.sum(weights, axis=self.axis, keepdims=True)
        return result
