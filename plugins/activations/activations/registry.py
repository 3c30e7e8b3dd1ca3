"""The two registries that this framework owns: activation functions and layers.

Both use registry_core's shared groups, so the addresses for plugins are the entry-point groups
`registry_core.activation[.SCOPE]` and `registry_core.layer[.SCOPE]`. A framework that is published
to the world would name groups of its own, as in `Registry("activation", group="acme.activation")`.

>>> "Dense" in LAYER
True
>>> ACTIVATION.build({"type": "Softplus", "beta": 2.0})
Softplus(beta=2.0)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    # For type checkers alone: it imports numpy, and listing names should not.
    from activations.protocols import Activation, Layer

__all__ = ["ACTIVATION", "LAYER"]

ACTIVATION: Registry[Callable[..., Activation]] = Registry("activation", scope="activations")
"""Classes whose instances map an array to an array: `activations.protocols.Activation`."""

LAYER: Registry[Callable[..., Layer]] = Registry("layer", scope="activations")
"""Classes whose instances are layers: `activations.protocols.Layer`."""
