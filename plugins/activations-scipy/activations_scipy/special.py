"""SciPy's special functions as activation classes: one class, many entries.

An entry binds the argument that names the function. Each class has a table of the names that it
takes, so that a config can reach the functions in the table and no other attribute of SciPy.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["AlongAxis", "Elementwise"]

_ELEMENTWISE: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "erf": special.erf,
        "expit": special.expit,
        "log_expit": special.log_expit,
        "log_ndtr": special.log_ndtr,
        "ndtr": special.ndtr,
    }
)
_ALONG_AXIS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {"log_softmax": special.log_softmax, "softmax": special.softmax}
)


@dataclass(frozen=True)
class Elementwise:
    """One of SciPy's functions of one real argument, elementwise.

    Args:
        function: Its name in `scipy.special`:

            - `expit`, the logistic function `1 / (1 + exp(-x))`;
            - `log_expit`, its logarithm;
            - `erf`, the error function `2 / sqrt(pi) * (integral of exp(-t**2) from 0 to x)`;
            - `ndtr`, the standard normal distribution function `(1 + erf(x / sqrt(2))) / 2`;
            - `log_ndtr`, its logarithm.

    Called with an array of any shape, it returns a new array of that shape and dtype.

    Raises:
        ValueError: The name is not one of these.

    Source: the SciPy reference, `scipy.special`.

    >>> Elementwise("erf")(np.array([-1e4, 0.0, 1e4]))
    array([-1.,  0.,  1.])
    """

    function: str

    def __post_init__(self) -> None:
        _check(self.function, _ELEMENTWISE, "Elementwise")

    def __call__(self, x: NDArray[np.floating], /) -> NDArray[np.floating]:
        result: NDArray[np.floating] = np.asarray(_ELEMENTWISE[self.function](x))
        return result.astype(x.dtype, copy=False)


@dataclass(frozen=True)
class AlongAxis:
    """One of SciPy's functions that normalise the values along one axis.

    Args:
        function: Its name in `scipy.special`: `softmax`, which is
            `exp(x[i]) / sum over j of exp(x[j])`, or `log_softmax`, its logarithm.
        axis: The axis along which the exponentials sum to one. SciPy's own default is all axes at
            once, which would mix the samples of a batch; here it is the last one.

    Called with an array that has this axis, it returns a new array of that shape and dtype.

    Raises:
        ValueError: The name is not one of these.
        numpy.exceptions.AxisError: When called with an array that lacks the axis.

    Source: the SciPy reference, `scipy.special`.

    >>> AlongAxis("softmax")(np.array([1e4, 1e4, -1e4]))
    array([0.5, 0.5, 0. ])
    """

    function: str
    axis: int = -1

    def __post_init__(self) -> None:
        _check(self.function, _ALONG_AXIS, "AlongAxis")

    def __call__(self, x: NDArray[np.floating], /) -> NDArray[np.floating]:
        result: NDArray[np.floating] = np.asarray(_ALONG_AXIS[self.function](x, axis=self.axis))
        return result.astype(x.dtype, copy=False)


def _check(function: str, table: Mapping[str, Callable[..., Any]], owner: str) -> None:
    if function not in table:
        raise ValueError(f"{owner}: function is one of {', '.join(table)}, not {function!r}")
