"""The layer that learns: a linear readout fitted in closed form by ridge regression."""

from typing import Self

import numpy as np

from activations.protocols import FloatArray, Labels
from activations.registry import LAYER

__all__ = ["RidgeReadout"]


@LAYER.register_module()
class RidgeReadout:
    """A linear classifier, the ridge regression of one-hot labels on features.

    Fitting solves `min over W, b of |features @ W + b - onehot|^2 + ridge * |W|^2` in closed form;
    the intercept `b` bears no penalty. On top of random fixed layers it makes a random-feature
    network (Rahimi and Recht, "Weighted sums of random kitchen sinks", NIPS 2008).

    Args:
        classes: How many classes there are, at least 2; labels are 0 to `classes - 1`.
        ridge: The penalty, above 0.

    Called, after `fit`, with features of shape `(..., f)`, it returns scores of shape
    `(..., classes)`; the predicted class is the one with the highest score.

    Raises:
        ValueError: `classes` is below 2 or `ridge` is not above 0; or `fit` is given features that
            are not of shape `(n, f)` or labels that do not fit them.
        RuntimeError: It is called before it was fitted.

    >>> readout = RidgeReadout(classes=2, ridge=1e-6)
    >>> x = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> readout.fit(x, np.array([0, 0, 1, 1]))(x).argmax(axis=-1)
    array([0, 0, 1, 1])
    """

    def __init__(self, classes: int, ridge: float = 1.0) -> None:
        if classes < 2:
            raise ValueError(f"RidgeReadout needs at least 2 classes, got {classes!r}")
        if not ridge > 0:
            raise ValueError(f"RidgeReadout needs a ridge above 0, got {ridge!r}")
        self.classes = classes
        self.ridge = ridge
        self.weight: FloatArray | None = None
        self.bias: FloatArray | None = None

    def fit(self, x: FloatArray, labels: Labels, /) -> Self:
        """Set `weight` `(f, classes)` and `bias` `(classes,)` from features `(n, f)`; return self.

        It computes in float64, whatever the dtype of the features.
        """
        if x.ndim != 2 or labels.shape != x.shape[:1] or len(x) == 0:
            raise ValueError(
                f"RidgeReadout needs features of shape (n, f) and labels of shape (n,), n above 0, "
                f"got {x.shape} and {labels.shape}"
            )
        if labels.min() < 0 or labels.max() >= self.classes:
            raise ValueError(
                f"RidgeReadout with {self.classes} classes was given labels from "
                f"{labels.min()} to {labels.max()}"
            )
        features = x.astype(np.float64)
        onehot = np.eye(self.classes)[labels]
        # With features and labels centred, the intercept drops out of the penalised problem.
        feature_mean, onehot_mean = features.mean(axis=0), onehot.mean(axis=0)
        features -= feature_mean
        onehot -= onehot_mean
        gram = features.T @ features + self.ridge * np.eye(features.shape[1])
        weight = np.linalg.solve(gram, features.T @ onehot)
        self.weight, self.bias = weight, onehot_mean - feature_mean @ weight
        return self

    def __call__(self, x: FloatArray, /) -> FloatArray:
        if self.weight is None or self.bias is None:
            raise RuntimeError("RidgeReadout has not been fitted: call fit first")
        return x @ self.weight.astype(x.dtype) + self.bias.astype(x.dtype)

    def __repr__(self) -> str:
        return f"RidgeReadout(classes={self.classes}, ridge={self.ridge})"
