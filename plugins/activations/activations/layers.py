"""Layers with fixed random weights, and the two ways to compose them.

Each class is registered by its decorator and by an entry point, as the functions are.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from activations.protocols import Activation, FloatArray, Labels, Layer, Readout
from activations.registry import ACTIVATION, LAYER

__all__ = ["Concat", "Dense", "Sequential"]


@LAYER.register_module()
class Dense:
    """An affine map with fixed random weights, then an activation: `f(x @ weight + bias)`.

    The weights are drawn once, from the generator `numpy.random.default_rng(seed)`: first `weight`
    of shape `(in_features, out_features)` from the normal distribution of mean 0 and standard
    deviation `s = 1 / sqrt(in_features)`, which keeps the variance of standardised inputs (LeCun,
    Bottou, Orr and Müller, "Efficient BackProp", 1998); then `bias` of shape `(out_features,)` from
    the uniform distribution on `[-s, s)`. Both are kept in float64; a call computes in the dtype of
    its argument.

    Args:
        in_features: Length of the last axis of the argument, at least 1.
        out_features: Length of the last axis that the activation is given, at least 1. A gated
            activation puts out half of it.
        activation: A config such as `{"type": "ReLU"}`, built from `ACTIVATION`; or any callable;
            or None for a linear layer.
        seed: Of the generator. The same seed gives the same weights.

    Called with an array of shape `(..., in_features)`, it returns one of shape `(..., n)`, where
    `n` is what the activation makes of `out_features`.

    Raises:
        ValueError: A size is below 1; or, when called, the last axis is not `in_features` long.
        RegistryError: The activation cannot be built from its config.

    >>> layer = Dense(2, 3, activation={"type": "ReLU"}, seed=0)
    >>> layer
    Dense(in_features=2, out_features=3, activation=ReLU())
    >>> layer(np.zeros((5, 2))).shape
    (5, 3)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        activation: Activation | Mapping[str, Any] | None = None,
        *,
        seed: int = 0,
    ) -> None:
        if in_features < 1 or out_features < 1:
            raise ValueError(
                f"Dense needs in_features and out_features of at least 1, "
                f"got {in_features!r} and {out_features!r}"
            )
        self.in_features = in_features
        self.out_features = out_features
        self.activation: Activation | None = (
            ACTIVATION.build(activation) if isinstance(activation, Mapping) else activation
        )
        generator = np.random.default_rng(seed)
        spread = 1 / np.sqrt(in_features)
        self.weight: FloatArray = generator.normal(0.0, spread, (in_features, out_features))
        self.bias: FloatArray = generator.uniform(-spread, spread, out_features)

    def __call__(self, x: FloatArray, /) -> FloatArray:
        if x.shape[-1:] != (self.in_features,):
            raise ValueError(f"{self!r} was given an array of shape {x.shape}")
        affine = x @ self.weight.astype(x.dtype) + self.bias.astype(x.dtype)
        return affine if self.activation is None else self.activation(affine)

    def __repr__(self) -> str:
        return (
            f"Dense(in_features={self.in_features}, out_features={self.out_features}, "
            f"activation={self.activation!r})"
        )


@LAYER.register_module()
class Concat:
    """Layers side by side: each is given the same argument, and the results are joined.

    Args:
        layers: One or more layers, built.

    Called with an array of shape `(..., n)`, it returns the layers' results joined along the last
    axis, in the order of the layers.

    Raises:
        ValueError: There are no layers.
        TypeError: One of them is not callable, such as a config that was not built.

    >>> branches = Concat([Dense(2, 3), Dense(2, 4)])
    >>> branches(np.zeros((5, 2))).shape
    (5, 7)
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = _built(layers, "Concat")

    def __call__(self, x: FloatArray, /) -> FloatArray:
        return np.concatenate([layer(x) for layer in self.layers], axis=-1)

    def __repr__(self) -> str:
        return f"Concat({list(self.layers)!r})"


@LAYER.register_module()
class Sequential:
    """Layers one after the other, the last of which may be a readout that learns.

    Args:
        layers: One or more layers, built; each is given what the one before it put out.

    Called with an array, it returns what the last layer puts out.

    Raises:
        ValueError: There are no layers.
        TypeError: One of them is not callable, such as a config that was not built; or `fit` is
            called and the last one has no `fit`.

    >>> from activations.readout import RidgeReadout
    >>> network = Sequential([Dense(1, 8, np.tanh), RidgeReadout(classes=2)])
    >>> x = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    >>> network.fit(x, np.array([0, 0, 1, 1]))(x).argmax(axis=-1)
    array([0, 0, 1, 1])
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = _built(layers, "Sequential")

    def fit(self, x: FloatArray, labels: Labels, /) -> Self:
        """Fit the last layer on what the others make of `x` `(n, features)`; return the network."""
        *fixed, readout = self.layers
        if not isinstance(readout, Readout):
            raise TypeError(f"the last layer of Sequential, {readout!r}, has no fit")
        for layer in fixed:
            x = layer(x)
        readout.fit(x, labels)
        return self

    def __call__(self, x: FloatArray, /) -> FloatArray:
        for layer in self.layers:
            x = layer(x)
        return x

    def __repr__(self) -> str:
        return f"Sequential({list(self.layers)!r})"


def _built(layers: Sequence[Layer], owner: str) -> tuple[Layer, ...]:
    """The layers as a tuple, once it is sure that there are some and that all are callable."""
    if not layers:
        raise ValueError(f"{owner} needs at least one layer")
    for index, layer in enumerate(layers):
        if not callable(layer):
            hint = "; build the config with recursive=True" if isinstance(layer, Mapping) else ""
            raise TypeError(f"layer {index} of {owner} is not callable: {layer!r}{hint}")
    return tuple(layers)
