"""Mappings and sequences of any library, and other collections, in which a part may hide."""

from __future__ import annotations

from collections import UserString
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeGuard

from registry_core.errors import ConfigError
from registry_core.guards import PASSES
from registry_core.limits import MAX_SEARCHED_ITEMS
from registry_core.text import error_text

if TYPE_CHECKING:
    from collections.abc import Iterable

LITERAL, REFERENCE = "_literal_", "_ref_"

# Types whose values hold no config: a test of a type is cheaper than of what it is an instance of.
LEAVES = frozenset({str, int, float, bool, type(None), bytes, type})
# Sequences that are one value, and classes, which may be iterable. What a range holds, it computes.
_WHOLE = (str, UserString, range, type)


def is_text(value: object) -> TypeGuard[str]:
    """Whether `value` is a str by its type, whatever it says of itself."""
    return issubclass(type(value), str)


def is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Whether `value` is a mapping; a proxy of nothing raises when it is asked what it is."""
    return type(value) is dict or _is(value, Mapping)


def is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    """Whether `value` is a sequence that a build follows: no text, bytes, range or named tuple."""
    of = type(value)
    if of is list or of is tuple:
        return True
    if not _is(value, Sequence) or _is(value, _WHOLE):
        return False
    return not hasattr(of, "_fields") if issubclass(of, tuple) else not _is_array(value)


def is_literal(value: object) -> bool:
    """Whether `value` is a mapping whose only key is `_literal_`: data that is never built."""
    # A plain dict is by far the most frequent, and asking an abstract class is slow.
    if type(value) is not dict and not _is(value, Mapping):
        return False
    try:
        return len(value) == 1 and LITERAL in value  # type: ignore[arg-type, operator]
    except PASSES:
        raise
    except BaseException:
        # `plain` reports this mapping.
        return False


def plain(value: object) -> dict[Any, Any] | list[Any] | tuple[Any, ...] | ConfigError | None:
    """What a build follows in place of `value`; None where it passes `value` on.

    Returns:
        A dict, list or tuple with the same items; an error for a container that cannot be read.
    """
    try:
        if is_mapping(value):
            return dict(value)
        if is_sequence(value):
            return tuple(value) if isinstance(value, tuple) else list(value)
    except PASSES:
        raise
    except BaseException as error:
        kind = "mapping" if is_mapping(value) else "sequence"
        unreadable = ConfigError(f"a {kind} that cannot be read: {error_text(error)}")
        unreadable.__cause__ = error
        return unreadable
    return None


def hides_part(value: object, word: str) -> bool:
    """Whether `value` is a collection that a build does not follow, and holds a part all the same.

    Args:
        value: neither a mapping nor a sequence that a build follows.
        word: the key that says what a part is.
    """
    try:
        if not _is(value, Collection) or _is(value, (*_WHOLE, Iterator)) or _is_array(value):
            return False
        return _holds_part(value, word)  # type: ignore[arg-type]
    except PASSES:
        raise
    except BaseException:
        # If it cannot be iterated, leave it to the constructor.
        return False


def _holds_part(items: Iterable[object], word: str) -> bool:
    waiting, left = [items], MAX_SEARCHED_ITEMS
    while waiting:
        for item in islice(waiting.pop(), left):
            left -= 1
            if is_mapping(item):
                if word in item or (len(item) == 1 and REFERENCE in item):
                    return True
                if not is_literal(item):
                    waiting.append(item.values())
            elif is_sequence(item):
                waiting.append(item)
    return False


def _is(value: object, kinds: type | tuple[type, ...]) -> bool:
    try:
        return isinstance(value, kinds)
    except PASSES:
        raise
    except BaseException:
        return False


def _is_array(value: object) -> bool:
    """Whether `value` is bytes or numbers in memory, of whatever library."""
    if hasattr(type(value), "__array__"):
        return True
    try:
        memoryview(value).release()  # type: ignore[arg-type]
    except TypeError:
        return False
    return True
