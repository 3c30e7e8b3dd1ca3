"""What a user's own code adds to a config across packages: a model, and one step of training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch  # pyright: ignore[reportMissingImports]
from torch import nn  # pyright: ignore[reportMissingImports]

from registry_core import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

EXPERIMENT: Registry[Any] = Registry("experiment", scope="across", recursive=True)


@EXPERIMENT.register_module()
class Classifier(nn.Module):  # type: ignore[misc]
    """Images to scores: a transform of the pixels, a backbone, an activation, a linear layer."""

    def __init__(
        self,
        backbone: tuple[nn.Module, int],
        activation: nn.Module,
        contrast: Callable[[NDArray[np.float32]], NDArray[np.float32]],
        classes: int,
    ) -> None:
        super().__init__()
        self.backbone, width = backbone
        self.activation = activation
        self.contrast = contrast
        self.head = nn.Linear(width, classes)

    def forward(self, images: NDArray[np.float32]) -> torch.Tensor:
        pixels = torch.from_numpy(self.contrast(images))
        return self.head(self.activation(self.backbone(pixels)))


@EXPERIMENT.register_module()
class Experiment:
    """A model with its loss and its optimizer.

    Args:
        model: images to scores.
        loss: of scores and labels.
        optimizer: makes an optimizer of the model's parameters.
    """

    def __init__(
        self,
        model: nn.Module,
        loss: nn.Module,
        optimizer: Callable[..., torch.optim.Optimizer],
    ) -> None:
        self.model = model
        self.loss = loss
        self.optimizer = optimizer(model.parameters())

    def step(self, images: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
        """One step of training; the loss before it."""
        self.optimizer.zero_grad()
        loss = self.loss(self.model(images), torch.from_numpy(labels))
        loss.backward()
        self.optimizer.step()
        return float(loss.detach())
