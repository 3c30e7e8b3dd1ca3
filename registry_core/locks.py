"""The lock of this package, which a forked process finds free."""

import os
from threading import RLock


class _Lock:
    """One lock for all that threads change together. There is one, as long as the process.

    It is held for a few steps, and never while a plugin's module is imported: two plugins that
    import each other in two threads would wait for each other.
    """

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Take another lock: the thread that held this one may not be in this process."""
        self._lock = RLock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


LOCK = _Lock()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=LOCK.renew)
