"""Where and with what a run was made."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import distributions, version
from pathlib import Path

_DISTRIBUTIONS = (
    *("registry_core", "importlib_metadata", "pluggy", "stevedore", "catalogue"),
    *("mmengine-lite", "fvcore", "hydra-core", "omegaconf"),
)


def facts() -> dict[str, str]:
    """What to know beside the figures.

    Raises:
        PackageNotFoundError: one of the contenders is not installed.
    """
    return {
        "Date": datetime.now(UTC).date().isoformat(),
        "Processor": f"{_processor()}, {_cores()} cores",
        "System": f"{_system()}, {platform.machine()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Distributions in the environment": str(len(list(distributions()))),
        "Versions": ", ".join(f"{name} {version(name)}" for name in _DISTRIBUTIONS),
    }


def _processor() -> str:
    """The model of the processor."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            name, _, model = line.partition(":")
            if name.strip() == "model name":
                return model.strip()
    return platform.processor() or platform.machine()


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _system() -> str:
    """The operating system."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return f"{platform.system()} {platform.release()}"
