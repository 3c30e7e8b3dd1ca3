"""What `build` calls in place of the object of an entry, where the entry or a base asks more."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from registry_core.errors import BaseMismatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.entry import Entry


def keeping_bound(entry: Entry, construct: Callable[..., Any]) -> Callable[..., Any]:
    """`construct`, where a config cannot replace the arguments that the entry binds."""
    bound = entry.kwargs.keys()

    @wraps(construct, updated=())
    def constructed(*args: Any, **kwargs: Any) -> Any:
        if not bound.isdisjoint(kwargs):
            raise TypeError("an argument that the entry binds")
        return construct(*args, **kwargs)

    return constructed


def checking_result(entry: Entry, construct: Callable[..., Any], base: type) -> Callable[..., Any]:
    """`construct`, where only what it returns can show whether it is of the base."""

    @wraps(construct, updated=())
    def constructed(*args: Any, **kwargs: Any) -> Any:
        result = construct(*args, **kwargs)
        if not isinstance(result, base):
            got = f"the {type(result).__name__} that it returned"
            raise BaseMismatch(entry.registry, entry.key, base, got, entry.provider)
        return result

    return constructed
