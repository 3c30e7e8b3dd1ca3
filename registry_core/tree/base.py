"""Whether something is of a registry's base, and what `build` calls where its result shows that."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from registry_core.errors import BaseMismatch, WrongType

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry_core.entry import Entry


def check_base(base: object) -> None:
    """Refuse what cannot be a base.

    Raises:
        WrongType: it is not a class, or a protocol that nothing can be tested against.

    Example:
        >>> from typing import Protocol
        >>> class Opens(Protocol):
        ...     def open(self): ...
        >>> check_base(Opens)
        Traceback (most recent call last):
        registry_core.errors.WrongType: base must be a class, or a protocol that can be asked, but \
got _ProtocolMeta; decorate it with @typing.runtime_checkable
    """
    if not isinstance(base, type | None):
        raise WrongType("base", "a class", base)
    if getattr(base, "_is_protocol", False) and not getattr(base, "_is_runtime_protocol", False):
        fix = "decorate it with @typing.runtime_checkable"
        raise WrongType("base", "a class, or a protocol that can be asked", base, fix)


def class_fits(found: object, base: type) -> bool | None:
    """Whether `found` makes objects of `base`; None where only these can show it.

    A function shows it by what it returns. So does a class, if the base is a protocol that has
    attributes: it sets them as it is instantiated.
    """
    if not isinstance(found, type):
        return None
    try:
        return issubclass(found, base)
    except TypeError:
        return None


def guarded(entry: Entry, found: Callable[..., Any], base: type | None) -> Callable[..., Any]:
    """What a build calls for `found`: a config cannot replace the arguments that the entry binds.

    Where only what it returns can show whether it is of the base, that is asked.
    """
    bound = entry.kwargs.keys()
    asked = None if base is None or class_fits(found, base) is not None else base
    if not bound and asked is None:
        return found

    @wraps(found, updated=())
    def constructed(*args: Any, **kwargs: Any) -> Any:
        if not bound.isdisjoint(kwargs):
            raise TypeError("an argument that the entry binds")
        result = found(*args, **kwargs)
        if asked is not None and not isinstance(result, asked):
            got = f"the {type(result).__name__} that it returned"
            raise BaseMismatch(entry.registry, entry.key, asked, got, entry.provider)
        return result

    return constructed
