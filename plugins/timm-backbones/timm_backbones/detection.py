"""A model of torchvision as the backbone of a detector: feature maps of several sizes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from timm_backbones.backbone import WeightsUnavailable
from timm_backbones.torchvision_operators import torchvision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["create", "models"]

_MAKERS: Final = {"resnet": "resnet_fpn_backbone", "mobilenet": "mobilenet_backbone"}


def models() -> Iterator[tuple[str, str]]:
    """Each model of torchvision that can be such a backbone, with its family.

    >>> dict(models())["resnet18"], dict(models())["mobilenet_v2"]
    ('resnet', 'mobilenet')
    """
    for name in torchvision.models.list_models(module=torchvision.models):
        module = torchvision.models.get_model_builder(name).__module__
        for family in _MAKERS:
            if module.rpartition(".")[2].startswith(family):
                yield name, family


def create(
    model: str,
    family: str,
    pretrained: bool = True,
    trainable_layers: int | None = None,
    returned_layers: Sequence[int] | None = None,
    norm_layer: Callable[..., Any] | None = None,
) -> tuple[Any, int]:
    """A model of torchvision with a feature pyramid, and the number of channels of each map.

    Args:
        model: torchvision's name of it.
        family: "resnet" or "mobilenet".
        pretrained: with weights for ImageNet, which are fetched, or for none.
        trainable_layers: how many of its last layers are trained, the others being frozen; None
            for torchvision's choice, and for all where there are no weights.
        returned_layers: the layers whose maps are returned; None for torchvision's choice.
        norm_layer: what normalizes; None for frozen statistics, and for those of the batch where
            there are no weights.

    Raises:
        WeightsUnavailable: the weights cannot be fetched.

    Example:
        >>> backbone, channels = create("resnet18", "resnet", pretrained=False)
        >>> channels, backbone.out_channels
        (256, 256)
    """
    given: dict[str, Any] = {"returned_layers": returned_layers}
    if norm_layer is None and not pretrained:
        norm_layer = import_module("torch.nn").BatchNorm2d
    if norm_layer is not None:
        given["norm_layer"] = norm_layer
    if trainable_layers is not None:
        given["trainable_layers"] = trainable_layers
    if family == "mobilenet":
        given["fpn"] = True
    make = getattr(torchvision.models.detection.backbone_utils, _MAKERS[family])
    try:
        backbone = make(
            backbone_name=model, weights="IMAGENET1K_V1" if pretrained else None, **given
        )
    except OSError as error:
        reason = f"{type(error).__name__}: {str(error).strip().rstrip('.')}"
        fix = "fetch them once with a network, after which they stay on this machine (TORCH_HOME)"
        fix += ", or pass pretrained=False for random weights"
        raise WeightsUnavailable(model, reason, fix) from error
    if trainable_layers is None and not pretrained:
        # Layers of random weights that are frozen would learn nothing.
        backbone.requires_grad_(requires_grad=True)
    return backbone, backbone.out_channels
