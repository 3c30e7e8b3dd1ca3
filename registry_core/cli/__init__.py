"""The command `registry-core`: list what is installed, examine it, and build from a config."""

from registry_core.cli.main import main
from registry_core.cli.mounting import mount

__all__ = ["main", "mount"]
