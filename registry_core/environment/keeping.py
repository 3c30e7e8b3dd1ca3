"""Why a place is not in the index: for whoever wonders why each process takes its time."""

from __future__ import annotations

import os
from time import time_ns

from registry_core.environment.stamp import is_settled


def why_not_kept(place: str, folder: str | None) -> str:
    """Why there is no copy of `place` in the index.

    Args:
        place: a directory or archive; empty for a foreign finder.
        folder: where the index is; None where there is none.

    Example:
        >>> why_not_kept("", "/tmp/index")
        'a finder on sys.meta_path lists it; it is asked each time'
    """
    if not place:
        return "a finder on sys.meta_path lists it; it is asked each time"
    if folder is None:
        return "no index is kept: REGISTRY_CORE_INDEX says so, or there is no home of this user"
    if not os.path.isdir(place):
        return "it is an archive; it is asked each time"
    if not is_settled(place, time_ns()):
        return "it has just changed; a later process keeps it"
    return f"something in it cannot be read or has just changed, or {folder} cannot be written to"
