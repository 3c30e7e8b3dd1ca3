"""torch's activations, losses, layers, optimizers and schedulers, in the scope `torch`.

The hook module reads their names from torch once; they are kept as data, and each class is imported
when something is first built from it. Importing this package imports no torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LOSS"]

LOSS: Registry[Callable[..., Any]] = Registry("loss", scope="torch_modules")
"""Classes whose instances map a prediction and what it should have been to a loss."""
