"""The targets by name: the property of each, and the inputs that it begins with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fuzz import configs, keys, metadata

if TYPE_CHECKING:
    from collections.abc import Callable

CORPUS = Path(__file__).parent / "corpus"


class Target(NamedTuple):
    """What is fuzzed.

    Attributes:
        check: fails where the property does not hold for an input.
        longest: the most bytes that an input may have.
    """

    check: Callable[[bytes], None]
    longest: int


TARGETS = {
    "metadata": Target(metadata.check, 8_192),
    "keys": Target(keys.check, 2_048),
    "configs": Target(configs.check, 8_192),
}


def seeds(name: str) -> list[Path]:
    """The inputs that a target begins with, those that once failed among them."""
    return sorted((CORPUS / name).iterdir())
