"""Rows of words as a table that fits into a terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_GAP = "  "


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows as lines, in columns; empty columns are left out, unless there is only the heading.

    On a terminal that is too narrow for that, each row is a block: its first cell, and below it
    the others, with what they are.

    Args:
        rows: the heading, and the rows.
    """
    shown = [c for c in zip(*rows, strict=True) if any(c[1:]) or len(rows) == 1]
    lines = [_GAP.join(cells).rstrip() for cells in zip(*map(_filled, shown), strict=True)]
    room = columns()
    if room is None or max(map(width, lines)) <= room:
        yield from lines
        return
    heading, *others = rows
    for first, *more in others:
        yield first
        for name, cell in zip(heading[1:], more, strict=True):
            if cell:
                yield wrap(f"{name}: {cell}", room, "    ", "      ")


def columns() -> int | None:
    """The width of the terminal that stdout is; None where it is not one."""
    try:
        if not sys.stdout.isatty():
            return None
        return int(os.environ.get("COLUMNS") or 0) or os.get_terminal_size(sys.stdout.fileno())[0]
    except (AttributeError, ValueError, OSError):
        # Closed, or replaced by what has no such method.
        return None


def wrap(text: str, room: int | None, first: str = "", others: str = "") -> str:
    """A text in lines that fit, each with its indentation; in one line where there is no limit."""
    if room is None:
        return first + text
    import textwrap

    return textwrap.fill(
        text,
        max(room, 20),
        initial_indent=first,
        subsequent_indent=others,
        break_on_hyphens=False,
    )


def _filled(column: Sequence[str]) -> list[str]:
    """The cells of a column, each as wide as the widest."""
    if "".join(column).isascii():
        # Nearly always: there may be tens of thousands.
        size = max(map(len, column))
        return [cell.ljust(size) for cell in column]
    size = max(map(width, column))
    return [padded(cell, size) for cell in column]


def padded(text: str, size: int) -> str:
    """A text filled up to a width on the screen."""
    return text + " " * (size - width(text))


def width(text: str) -> int:
    """How many columns of a terminal a text takes.

    >>> width("Swish"), width("網")
    (5, 2)
    """
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(2 if east_asian_width(c) in "WF" else not combining(c) for c in text)
