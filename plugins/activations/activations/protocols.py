"""What an activation and a layer are: the types between the framework and its plugins.

They are protocols, so a plugin's class need not inherit from anything here, nor import it.
"""

from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Activation", "FloatArray", "Labels", "Layer", "Readout"]

FloatArray: TypeAlias = NDArray[np.floating]
"""An array of floats of any shape, in any of numpy's floating dtypes."""

Labels: TypeAlias = NDArray[np.integer[Any]]
"""Class numbers 0, 1, ... of shape `(n,)`."""


class Activation(Protocol):
    """A function of an array. The result has the argument's dtype.

    Most are elementwise, and the result has the argument's shape. One that works along an axis says
    what it does to that axis: `Softmax` keeps its length, a gated unit halves it.
    """

    def __call__(self, x: FloatArray, /) -> FloatArray: ...


class Layer(Protocol):
    """A function of a batch: shape `(..., features in)` to shape `(..., features out)`.

    The result has the argument's dtype.
    """

    def __call__(self, x: FloatArray, /) -> FloatArray: ...


@runtime_checkable
class Readout(Protocol):
    """A layer that learns: the last one of a network, fitted on what the others put out."""

    def fit(self, x: FloatArray, labels: Labels, /) -> object: ...

    def __call__(self, x: FloatArray, /) -> FloatArray: ...
