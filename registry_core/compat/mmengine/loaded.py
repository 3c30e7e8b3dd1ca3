"""What this process has loaded of MMEngine. Nothing of it is imported for the asking."""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from typing import Any, TypeGuard

from registry_core.compat.mmengine.errors import NoTorch

MANAGERS = "mmengine.utils.manager"
_OURS = logging.getLogger("registry_core.compat.mmengine")


def current_logger() -> logging.Logger:
    """MMEngine's current logger once that is loaded, else the one of this package."""
    loggers: Any = getattr(sys.modules.get("mmengine.logging"), "MMLogger", None)
    found: logging.Logger = _OURS if loggers is None else loggers.get_current_instance()
    return found


def is_managed(kind: object) -> TypeGuard[Any]:
    """Whether `kind` is a class of which MMEngine keeps one instance a name."""
    manager = getattr(sys.modules.get(MANAGERS), "ManagerMixin", None)
    return isinstance(manager, type) and isinstance(kind, type) and issubclass(kind, manager)


def sequential() -> Any:
    """What a list of models becomes: MMEngine's `Sequential` once that is loaded, else torch's.

    Raises:
        NoTorch: torch cannot be imported.
    """
    try:
        return import_module(
            "mmengine.model" if "mmengine" in sys.modules else "torch.nn"
        ).Sequential
    except ImportError as error:
        raise NoTorch from error
