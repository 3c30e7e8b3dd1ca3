"""The use of old names is told, once a process."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry_core.tree.resolution import Resolution

# The registries and old names that were told.
_told: set[tuple[str, str]] = set()


def tell_renames(group: str, resolution: Resolution) -> None:
    """Warn about each old name that led to an entry, the first time in this process.

    Args:
        group: the registry's group.
        resolution: where a key led.
    """
    for rename in resolution.renames:
        if (group, rename.old) not in _told:
            # Before the warning, which may be an error: then the next use is not one, too.
            _told.add((group, rename.old))
            warnings.warn(f"{group}: {rename.message()}", FutureWarning, stacklevel=4)
