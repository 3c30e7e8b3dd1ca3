"""What is installed, read directly: finders, places, distributions, entry points, ownership."""

from registry_core.installed.copies import Copy
from registry_core.installed.entry_points import Declaration
from registry_core.installed.installed import Installed

__all__ = ["Copy", "Declaration", "Installed"]
