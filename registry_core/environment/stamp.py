"""Stamps of files and directories: equal stamps, unless too young, mean that nothing changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Nanoseconds. Two changes within one tick of a file system's clock leave one time; FAT's tick is
# the longest.
TICK = 2_000_000_000


def stamp_of_all(paths: Iterable[str]) -> int:
    """One number for device, inode, size and the two times of the last change of all these paths.

    The second of the times also tells of an edit that puts the first one back. What is not there
    counts as not there.
    """
    ask = os.stat  # Asked of thousands of files.
    # The hash of numbers is the same in every process.
    summed = 0
    for path in paths:
        try:
            f = ask(path)
        except (OSError, ValueError):
            summed = hash((summed,))
        else:
            summed = hash((summed, f.st_dev, f.st_ino, f.st_size, f.st_mtime_ns, f.st_ctime_ns))
    return summed


def is_settled(path: str, now: int) -> bool:
    """Whether a later change of `path` must show in another stamp.

    Args:
        path: a file or directory; one that is not there any more is not settled.
        now: nanoseconds since 1970, from before anything was read that the stamp is to vouch for.
    """
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return False
    return max(found.st_mtime_ns, found.st_ctime_ns) + TICK < now
