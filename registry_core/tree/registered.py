"""What code registered under a name, and what stands for it in one thread or task."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Registered:
    """What code registered under one name. Lives until it is replaced or taken out again.

    Args:
        found: the object.
        module: the module whose code registered it.
        metadata: what `entries` may filter by.
        is_forced: whether it may take the name of another package.
    """

    __slots__ = ("found", "is_forced", "metadata", "module")

    def __init__(
        self,
        found: Callable[..., Any],
        module: str,
        metadata: Mapping[str, object],
        is_forced: bool = False,
    ) -> None:
        self.found = found
        self.module = module
        self.metadata = metadata
        self.is_forced = is_forced


# What stands for names in this thread or task, by scope and name.
replacements: ContextVar[Mapping[tuple[object, str], Registered] | None] = ContextVar(
    "registry_core.replacements", default=None
)
