"""What a user's own code adds to `training.yaml`: a model, data, a metric, a step of training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch  # pyright: ignore[reportMissingImports]
from torch import nn  # pyright: ignore[reportMissingImports]

from registry_core import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

TRAINING: Registry[Any] = Registry("training", group="across.training", scope="across")


@TRAINING.register_module()
class Classifier(nn.Module):  # type: ignore[misc]
    """Images to scores: a backbone, an activation, a linear layer."""

    def __init__(
        self, backbone: tuple[nn.Module, int], activation: nn.Module, classes: int
    ) -> None:
        super().__init__()
        self.backbone, width = backbone
        self.activation = activation
        self.head = nn.Linear(width, classes)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(self.activation(self.backbone(images)))


@TRAINING.register_module()
class Images:
    """Random images with random labels."""

    def __init__(self, count: int, width: int) -> None:
        draw = torch.Generator().manual_seed(0)
        self.images = torch.rand(count, 1, width, width, generator=draw)
        self.labels = torch.randint(10, (count,), generator=draw)


@TRAINING.register_module()
def over_parameters(
    model: nn.Module, optimizer: Callable[..., torch.optim.Optimizer]
) -> torch.optim.Optimizer:
    """An optimizer of the parameters of a model that the same config builds."""
    return optimizer(model.parameters())


@TRAINING.register_module()
class Accuracy:
    """The share of images whose highest score is that of their label."""

    def __call__(self, scores: torch.Tensor, labels: torch.Tensor) -> float:
        return float((scores.argmax(1) == labels).float().mean())


@TRAINING.register_module()
class Step:
    """A step of training. The text of one is what the step did, for the command `build`."""

    def __init__(
        self,
        model: nn.Module,
        data: Images,
        loss: nn.Module,
        optimizer: torch.optim.Optimizer,
        scheduler: Any,
        metric: Accuracy,
    ) -> None:
        self.model = model
        self.data = data
        self.loss = loss
        self.optimizer = optimizer
        self.scheduler = scheduler
        self.metric = metric

    def run(self) -> dict[str, float]:
        """Do one step; say the rates of learning before and after it, the loss, the accuracy."""
        rate = self.optimizer.param_groups[0]["lr"]
        scores = self.model(self.data.images)
        loss = self.loss(scores, self.data.labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.scheduler.step()
        return {
            "count": len(self.data.labels),
            "rate": rate,
            "next rate": self.optimizer.param_groups[0]["lr"],
            "loss": float(loss.detach()),
            "accuracy": self.metric(scores, self.data.labels),
        }

    def __repr__(self) -> str:
        return repr(self.run())
