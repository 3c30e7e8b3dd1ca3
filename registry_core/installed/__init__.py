"""What is installed, read directly: finders, places, distributions, entry points, ownership."""

from registry_core.installed.copies import Copy
from registry_core.installed.entry_points import Declared
from registry_core.installed.installed import Installed

__all__ = ["Copy", "Declared", "Installed"]
