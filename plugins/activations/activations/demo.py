"""The demonstration: `python -m activations.demo` builds a network out of installed plugins.

It lists what the two registries hold, reads a network from a YAML file, builds it across packages,
fits its readout on scikit-learn's handwritten digits and prints the accuracy that it measures.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from activations import ACTIVATION, LAYER
from activations.protocols import FloatArray, Labels, Readout
from registry_core import Entry, RegistryError
from registry_core.config import read_config

__all__ = ["Sine", "main"]

_COLUMNS = ("REGISTRY", "SCOPE", "NAME", "TARGET", "PROVIDER", "VERSION")
_NEEDS = "(the extra demo of activations brings all that the demonstration needs)"


@ACTIVATION.register_module()
@dataclass(frozen=True)
class Sine:
    """`f(x) = sin(frequency * x)`, elementwise: an activation that only this module registers.

    Args:
        frequency: Radians for each unit of `x`.

    Called with an array of any shape, it returns a new array of that shape and dtype.

    Source: Sitzmann, Martel, Bergman, Lindell and Wetzstein, "Implicit neural representations with
    periodic activation functions", 2020.

    >>> Sine(frequency=np.pi)(np.array([0.0, 0.5]))
    array([0., 1.])
    """

    frequency: float = 1.0

    def __call__(self, x: FloatArray, /) -> FloatArray:
        result: FloatArray = np.sin(self.frequency * x)
        return result


def table(entries: Sequence[Entry]) -> str:
    """The entries as lines of aligned text under a heading, one line an entry.

    >>> from registry_core import Provider
    >>> print(table([Entry("A", "pkg:A", registry="g", provider=Provider("pkg", "1.0"))]))
    REGISTRY  SCOPE   NAME  TARGET  PROVIDER  VERSION
    g         (root)  A     pkg:A   pkg       1.0
    """
    rows = [_COLUMNS, *(_row(entry) for entry in entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _row(entry: Entry) -> tuple[str, ...]:
    target = entry.target
    if not isinstance(target, str):
        target = f"{getattr(target, '__module__', '?')}:{getattr(target, '__qualname__', '?')}"
    return (
        entry.registry,
        entry.scope or "(root)",
        entry.name,
        target,
        entry.provider.name,
        entry.provider.version or "(in code)",
    )


def read_network(path: Path | None) -> Mapping[str, Any]:
    """The config in the file at `path`; without a path, the `network.yaml` of this package.

    Raises:
        RegistryError: The file cannot be read as a config.

    >>> read_network(None)["type"]
    'Sequential'
    """
    network: Mapping[str, Any]
    if path is not None:
        network = read_config(path)
    else:
        with resources.as_file(resources.files("activations") / "network.yaml") as packaged:
            network = read_config(packaged)
    return network


def load_digits() -> tuple[FloatArray, FloatArray, Labels, Labels]:
    """scikit-learn's 1,797 digits, 8 x 8 pixels scaled to [-1, 1], shuffled in a fixed way.

    Returns:
        Training inputs `(1347, 64)`, test inputs `(450, 64)`, training labels, test labels.
    """
    from sklearn import datasets

    digits: Any = datasets.load_digits()
    x, labels = digits.data / 8 - 1, digits.target
    order = np.random.default_rng(0).permutation(len(labels))
    test, train = order[:450], order[450:]
    return x[train], x[test], labels[train], labels[test]


def run(config: Mapping[str, Any]) -> None:
    """Build the network, fit it on the digits and print its shapes and its test accuracy.

    Raises:
        RegistryError: The network cannot be built.
        TypeError: What the config builds has no `fit`.
        ValueError: The network does not fit the digits.
    """
    network = LAYER.build(config, recursive=True)
    if not isinstance(network, Readout):
        raise TypeError(f"the network has no fit: {network!r}")
    train_x, test_x, train_y, test_y = load_digits()
    network.fit(train_x, train_y)

    print(f"\n{'input':14}{test_x.shape}")
    x = test_x
    for layer in getattr(network, "layers", (network,)):
        x = layer(x)
        print(f"{type(layer).__name__:14}{x.shape}")
        for branch in getattr(layer, "layers", ()):
            print(f"  {branch!r}")
    correct = int(np.count_nonzero(network(test_x).argmax(axis=-1) == test_y))
    print(
        f"\ntest accuracy {correct / len(test_y):.4f} ({correct} of {len(test_y)} digits), "
        f"readout fitted on {len(train_y)}"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """List the registries and run a network; the exit status is 1 where that fails."""
    parser = argparse.ArgumentParser(prog="python -m activations.demo", description=__doc__)
    parser.add_argument("--config", type=Path, help="a network of your own: YAML, TOML or JSON")
    arguments = parser.parse_args(argv)
    print(table([*ACTIVATION.entries(), *LAYER.entries()]))
    try:
        run(read_network(arguments.config))
    except ModuleNotFoundError as error:
        if error.name != "sklearn":
            raise
        return _failed(f"the digits come from scikit-learn, which is not installed {_NEEDS}")
    except RegistryError as error:
        return _failed(str(error) if arguments.config else f"{error} {_NEEDS}")
    except (TypeError, ValueError) as error:
        return _failed(str(error))
    return 0


def _failed(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
