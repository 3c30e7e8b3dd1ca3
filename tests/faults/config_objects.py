"""Objects that only code can put into a config, and that do not behave as what they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn


class Shouting(str):
    """A name whose every method raises."""

    __slots__ = ()

    def _shout(self, *args: object, **kwargs: object) -> NoReturn:
        raise OSError("shouting")

    # No method that a str has may be one that always raises: to type checkers it is anything.
    shout: Any = _shout
    __eq__ = __contains__ = __len__ = __iter__ = __getitem__ = __str__ = __repr__ = shout
    partition = rpartition = split = startswith = lower = isidentifier = shout
    __hash__ = str.__hash__


class NoHash:
    """What cannot be hashed, and says so with an error of its own."""

    def __hash__(self) -> int:
        raise OSError("no hash")

    def __eq__(self, other: object) -> bool:
        raise OSError("no equal")


class Liar:
    """What says that it is a text."""

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]
        return str


class Thief:
    """What does not say what it is."""

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]
        raise OSError("no class")


class Torn(Mapping[str, Any]):
    """A mapping each of whose methods raises."""

    def __getitem__(self, key: str) -> NoReturn:
        raise OSError("torn")

    def __iter__(self) -> Iterator[str]:
        raise OSError("torn")

    def __len__(self) -> int:
        raise OSError("torn")


class HalfTorn(Mapping[str, Any]):
    """A mapping that has keys, and raises where it is asked for what they hold."""

    def __getitem__(self, key: str) -> NoReturn:
        raise OSError("torn")

    def __iter__(self) -> Iterator[str]:
        return iter(("type", "child"))

    def __len__(self) -> int:
        return 2
