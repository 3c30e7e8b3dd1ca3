"""What the readers of each format raise, without knowing which file they read."""

from __future__ import annotations


class Malformed(Exception):
    """A text is not of its format; `place` is ``:line:column``, or empty."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(reason)
        self.place = place
