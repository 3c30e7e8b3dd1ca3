"""The config files that a command is given; `-` is what is piped into it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from registry_core.config import load
from registry_core.config.reading import read_piped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry_core.config import Document


def document(file: str, changes: Sequence[str] = ()) -> Document:
    """Read a file, or what is piped in.

    Raises:
        ConfigError: as `registry_core.config.load` says.
    """
    if file != "-":
        return load(file, changes)
    piped = b"" if sys.stdin is None else sys.stdin.buffer.read()
    return read_piped(piped, changes)
