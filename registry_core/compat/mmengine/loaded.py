"""What this process has loaded of MMEngine. Nothing of it is imported for the asking."""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from typing import Any, TypeGuard

from registry_core.compat.mmengine.errors import NoTorch

_OURS = logging.getLogger("registry_core.compat.mmengine")


def current_logger() -> logging.Logger:
    """MMEngine's current logger once that is loaded, else the one of this package."""
    loggers: Any = getattr(sys.modules.get("mmengine.logging"), "MMLogger", None)
    found: logging.Logger = _OURS if loggers is None else loggers.get_current_instance()
    return found


def manager_mixin() -> type | None:
    """MMEngine's class of what is built once a name."""
    found = getattr(sys.modules.get("mmengine.utils.manager"), "ManagerMixin", None)
    return found if isinstance(found, type) else None


def is_managed(kind: object, manager: type) -> TypeGuard[Any]:
    """Whether `kind` is a class of which MMEngine keeps one instance a name."""
    return isinstance(kind, type) and issubclass(kind, manager)


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
