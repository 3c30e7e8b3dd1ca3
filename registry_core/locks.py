"""Locks that a forked process finds free: of the threads that may hold them, it has none."""

from __future__ import annotations

import os
from threading import RLock
from typing import TYPE_CHECKING, Protocol
from weakref import WeakSet

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


class Owner(Protocol):
    """Whoever has a lock."""

    lock: AbstractContextManager[object]


_owners: WeakSet[Owner] = WeakSet()


def give_lock(owner: Owner) -> None:
    """Give `owner` a lock of its own, and another one in each process that is forked later."""
    owner.lock = RLock()
    _owners.add(owner)


def _renew() -> None:
    for owner in list(_owners):
        owner.lock = RLock()


if hasattr(os, "register_at_fork"):
    # Who forks while another thread holds a lock has a child in which nobody can ever release it.
    os.register_at_fork(after_in_child=_renew)
