"""timm's models as backbones: `get("resnet18")(pretrained=False)` is a backbone and its width.

The hook module reads their names from timm once; they are kept as data. Importing this package
imports neither timm nor torch, and nor does listing what is in its registries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core import Registry
from registry_core.compat.flash import FlashRegistry

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BACKBONES", "IMAGE_CLASSIFIER_BACKBONES"]

BACKBONES: Registry[Callable[..., tuple[Any, int]]] = Registry("backbones", scope="timm_backbones")
"""Functions that return a backbone and the number of its features."""

IMAGE_CLASSIFIER_BACKBONES = FlashRegistry("backbones")
"""The same, with the calls of Lightning Flash's registries."""
