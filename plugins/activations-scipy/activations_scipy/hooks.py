"""What this plugin contributes to the registry `activation`, as data: imports no numpy, no SciPy.

Entry points could say this too, at one small class a function. A hook's entries can share a class,
each with the function's name bound as an argument, and carry metadata: `range` is the set of values
that the function takes, `elementwise` is whether each value depends on one argument alone, and
`monotonic` whether it is an elementwise function that never decreases.
"""

from collections.abc import Iterator
from typing import Final

from registry_core import Entry, hookimpl

__all__ = ["registry_core_entries", "registry_core_missing"]

_ACTIVATION: Final = "registry_core.activation"
_SCOPE: Final = "scipy"

_ELEMENTWISE: Final = {
    "erf": "(-1, 1)",
    "expit": "(0, 1)",
    "log_expit": "(-inf, 0)",
    "log_ndtr": "(-inf, 0)",
    "ndtr": "(0, 1)",
}
_ALONG_AXIS: Final = {"log_softmax": "(-inf, 0]", "softmax": "(0, 1]"}

# What other libraries call the same functions, in lower case and without underscores.
_OTHER_NAMES: Final = {
    "logistic": "expit",
    "logsigmoid": "log_expit",
    "logsoftmax": "log_softmax",
    "normalcdf": "ndtr",
    "normcdf": "ndtr",
    "sigmoid": "expit",
}


@hookimpl
def registry_core_entries(registry: str) -> Iterator[Entry]:
    """The entries of the scope `scipy`; none for a registry other than `activation`."""
    if registry != _ACTIVATION:
        return
    for name, values in _ELEMENTWISE.items():
        yield Entry(
            name,
            "activations_scipy.special:Elementwise",
            scope=_SCOPE,
            kwargs={"function": name},
            metadata={"range": values, "elementwise": True, "monotonic": True},
        )
    for name, values in _ALONG_AXIS.items():
        yield Entry(
            name,
            "activations_scipy.special:AlongAxis",
            scope=_SCOPE,
            kwargs={"function": name},
            metadata={"range": values, "elementwise": False, "monotonic": False},
        )


@hookimpl
def registry_core_missing(registry: str, key: str) -> str | None:
    """A hint for a name in the scope `scipy`, or for another library's name of a function here."""
    if registry != _ACTIVATION:
        return None
    scope, _, name = key.rpartition(".")
    if scope not in ("", _SCOPE):
        return None
    other = _OTHER_NAMES.get(name.lower().replace("_", ""))
    if other is not None:
        return f"SciPy calls this function {other}: write {_SCOPE}.{other}"
    if scope == _SCOPE:
        names = ", ".join(sorted([*_ELEMENTWISE, *_ALONG_AXIS]))
        return f"activations-scipy provides, in the scope {_SCOPE}: {names}"
    return None
