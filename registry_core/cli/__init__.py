"""The command `registry-core`: list what is installed, examine it, and build from a config."""

from registry_core.cli.main import main

__all__ = ["main"]
