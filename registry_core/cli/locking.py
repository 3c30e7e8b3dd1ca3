"""The command `registry-core lock`: what config files resolve to, written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import add_files, add_output
from registry_core.cli.files import entries_of
from registry_core.cli.printing import complain, output, printing_to_stderr

if TYPE_CHECKING:
    import argparse

    from registry_core.cli.arguments import Parser

DESCRIPTION = (
    "Print, as JSON, every name that config files use, with its distribution, version and the hash "
    "of its module's file; `registry-core verify` compares. Nothing is imported."
)


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core lock`` takes."""
    add_files(parser)
    add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the lock."""
    from registry_core.config.lockfile import lock_text, locked

    with printing_to_stderr():
        names, unseen = locked(entries_of(arguments))
    for what in unseen:
        complain(f"note: not locked: {what}")
    output(lock_text(names), arguments.output)
    return 0
