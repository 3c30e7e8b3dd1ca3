"""timm and torchvision, also where torchvision's compiled operators do not fit the installed torch.

timm needs torchvision for transforms of images alone, which are Python. But torchvision's package
describes two operators of its compiled library to torch, and where that library cannot be loaded,
importing it fails: `operator torchvision::nms does not exist`. So it is with a CPU build of torch
beside the torchvision of PyPI, which is compiled for CUDA.

Importing this module imports torchvision as anybody would. Only where that fails, and torch then
knows no such operator, are the two declared, without an implementation, and the import is tried
again. A call of `torchvision.ops.nms` still fails with torchvision's own message.
Where its library can be loaded nothing is declared.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any, Final

__all__ = ["timm", "torchvision"]

_NAMES: Final = ("nms", "qnms")
_SIGNATURE: Final = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


def _declared_operators() -> Any:
    """Import torchvision; what keeps its operators declared, or None where it needs no help."""
    torch: Any = import_module("torch")
    try:
        import_module("torchvision")
    except RuntimeError as error:
        if any(hasattr(torch.ops.torchvision, name) for name in _NAMES):
            raise
        message = "torchvision's compiled operators do not fit this torch, and are left out: %s"
        logging.getLogger(__name__).info(message, error)
    else:
        return None
    # A fragment: the namespace may have been opened elsewhere.
    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in _NAMES:
        library.define(f"{name}{_SIGNATURE}")
    import_module("torchvision")
    return library


# Not dropped: torch forgets the operators with it.
_LIBRARY: Final = _declared_operators()

torchvision: Final[Any] = import_module("torchvision")
"""The package torchvision."""

timm: Final[Any] = import_module("timm")
"""The package timm."""
