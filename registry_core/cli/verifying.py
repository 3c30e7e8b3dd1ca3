"""The command `registry-core verify`: what resolves otherwise than a lock says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.printing import answer, printing_to_stderr
from registry_core.text import bounded

if TYPE_CHECKING:
    import argparse

    from registry_core.cli.arguments import Parser

DESCRIPTION = (
    "Compare a lock with what is installed. The exit status is 1 where a name comes from another "
    "distribution, version or content. Nothing is imported."
)


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core verify`` takes."""
    parser.add_argument("lock", metavar="LOCKFILE", help="what `lock` wrote")


def run(arguments: argparse.Namespace) -> int:
    """Print what differs."""
    from registry_core.config.lockfile import differences, read_lock
    from registry_core.tree.known_registries import KnownRegistries

    with printing_to_stderr():
        found = differences(read_lock(arguments.lock), KnownRegistries())
    if found:
        answer("\n".join(" ".join(bounded(each).split()) for each in found))
    return int(bool(found))
