"""The registry that this package owns: estimators, whose configs nest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry_core import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ESTIMATOR"]

# No base: naming scikit-learn's own would import it with this module.
ESTIMATOR: Registry[Callable[..., Any]] = Registry("estimator", scope="sklearn", recursive=True)
"""Classes whose instances are scikit-learn's estimators, or are used as such."""
