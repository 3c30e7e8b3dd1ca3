"""When this process began to import us, and which modules it had imported before that.

Code that has changed since it was imported is older in memory than it is on disk, and what it says
must not be kept for processes that will read it from disk. Nobody notes when a module is imported;
but all that are imported after this one are younger than it.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from time import time_ns

WE_STARTED = time_ns()

# A package that is just being imported, perhaps because it imports us, was read not long ago.
IMPORTING = frozenset(
    name
    for name, module in sys.modules.copy().items()
    if getattr(getattr(module, "__spec__", None), "_initializing", False)
)
IMPORTED_EARLIER = frozenset(sys.modules) - IMPORTING

# Nanoseconds: no import takes longer than ten minutes.
_LONGEST_IMPORT = 600_000_000_000
_SECOND = 1_000_000_000


def earliest_import() -> int:
    """When what was `IMPORTING` was read at the earliest: not before this process was there.

    Nanoseconds since 1970. Where the system does not say when that was, as long ago as an import
    can take.
    """
    # A process that was forked has what its parent had imported.
    with suppress(OSError, ValueError, LookupError, AttributeError):
        with open("/proc/self/stat", "rb") as file:
            ticks = int(file.read().rpartition(b")")[2].split()[19])
        with open("/proc/uptime", "rb") as file:
            age = float(file.read().split()[0]) - ticks / os.sysconf("SC_CLK_TCK")
        started = time_ns() - int(age * _SECOND)
        if started < WE_STARTED:
            return max(started - _SECOND, WE_STARTED - _LONGEST_IMPORT)
    return WE_STARTED - _LONGEST_IMPORT
