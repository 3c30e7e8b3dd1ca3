"""Whether something is of a registry's base: a class, an abstract class or a protocol."""

from __future__ import annotations

from registry_core.errors import WrongType


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
