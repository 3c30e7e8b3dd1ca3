"""Where in a file each part of a config stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING

from registry_core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Line and column, counted from 1; or the argument of a command that gave the value.
Place = tuple[int, int] | str

# By key or index, what is inside a mapping or list: a place, and what is inside of that.
Inside = dict[object, "Located"]
Located = tuple[Place, "Inside | None"]


class Malformed(Exception):
    """A text is not of its format; the reader does not know which file it is from."""

    def __init__(self, reason: str, place: tuple[int, int] | None = None) -> None:
        super().__init__(reason)
        self.place = place


def refused(
    reason: str, source: object, line: int | None = None, column: int | None = None
) -> ConfigError:
    """An error with a place: in a file, or an argument of a command."""
    error = ConfigError(reason)
    error.place = str(source), line, column
    return error


class Positions:
    """Where the parts of one file stand; lives as long as its document.

    Args:
        located: gives the places of all parts; asked once, when the first place is.

    Example:
        >>> position = Positions(lambda: ((1, 1), {"a": ((2, 1), {"b": ("a.b=1", None)})}))
        >>> position(["a"]), position(["a", "b"]), position(["c"])
        ((2, 1), None, None)
        >>> position.nearest(["a", "b"]), position.nearest(["a", "c"])
        (('a.b=1', 2), ((2, 1), 1))
    """

    def __init__(self, located: Callable[[], Located]) -> None:
        self.located = cache(located)

    def __call__(self, keys: Sequence[object]) -> tuple[int, int] | None:
        """Line and column, counted from 1, of the key or item that `keys` lead to.

        None where the file has no such part, or an override gave it.
        """
        place, depth = self.nearest(keys)
        return place if depth == len(keys) and not isinstance(place, str) else None

    def nearest(self, keys: Sequence[object]) -> tuple[Place, int]:
        """The place that `keys` lead to, or the last one on the way; and how many of them led.

        Everything that an override gave is at that override.
        """
        place, inside = self.located()
        for depth, key in enumerate(keys):
            try:
                place, inside = (inside or {})[key]
            except (KeyError, TypeError):
                return place, len(keys) if isinstance(place, str) else depth
        return place, len(keys)


def lines(text: str) -> Callable[[int], tuple[int, int]]:
    """Make what gives line and column of a character of `text`, by its index."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(index: int) -> tuple[int, int]:
        line = bisect_right(starts, index)
        return line, index - starts[line - 1] + 1

    return place
