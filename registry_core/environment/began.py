"""When this process began to import us, and which modules it had imported before that.

Code that has changed since it was imported is older in memory than it is on disk, and what it says
must not be kept for processes that will read it from disk. Nobody notes when a module is imported;
but all that are imported after this one are younger than it.
"""

from __future__ import annotations

import sys
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
LONGEST_IMPORT = 600_000_000_000
