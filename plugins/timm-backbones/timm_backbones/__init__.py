"""timm's models as backbones: `get("resnet18")(pretrained=False)` is a backbone and its width.

And torchvision's as backbones of detectors. The hook module reads the names from timm and
torchvision once; they are kept as data. Importing this package imports none of these, nor torch,
and nor does listing what is in its registries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core import Registry
from registry_core.compat.flash import FlashRegistry

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "BACKBONES",
    "DETECTION_BACKBONES",
    "IMAGE_CLASSIFIER_BACKBONES",
    "OBJ_DETECTION_BACKBONES",
]

BACKBONES: Registry[Callable[..., tuple[Any, int]]] = Registry("backbones", scope="timm_backbones")
"""Functions that return a backbone and the number of its features."""

DETECTION_BACKBONES: Registry[Callable[..., tuple[Any, int]]] = Registry(
    "detection_backbones", scope="timm_backbones"
)
"""Functions that return a backbone with a feature pyramid, and the number of its channels."""

IMAGE_CLASSIFIER_BACKBONES = FlashRegistry("backbones")
"""`BACKBONES`, with the calls of Lightning Flash's registries."""

OBJ_DETECTION_BACKBONES = FlashRegistry("detection_backbones")
"""`DETECTION_BACKBONES`, with the calls of Lightning Flash's registries."""
