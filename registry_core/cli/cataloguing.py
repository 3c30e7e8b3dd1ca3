"""The command `registry-core catalogue`: pages that show what is installed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from registry_core.cli.arguments import add_imports, add_registries, imported
from registry_core.cli.printing import CannotPrint, answer, complain, printing_to_stderr
from registry_core.text import counted

if TYPE_CHECKING:
    import argparse

    from registry_core.cli.arguments import Parser

DESCRIPTION = (
    "Write a folder of HTML pages that show what is installed: every entry with its provider, its "
    "arguments and its text, and every problem. They need no server and load nothing from "
    "elsewhere: open index.html. Nothing is imported."
)


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core catalogue`` takes."""
    add_registries(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="FOLDER",
        required=True,
        help="where to; a catalogue that is there is replaced, and nothing else is",
    )
    add_imports(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the catalogue."""
    from registry_core.catalogue import write_catalogue

    imported(arguments)
    try:
        with printing_to_stderr():
            written = write_catalogue(arguments.output, *arguments.registry)
    except OSError as error:
        what = f"{arguments.output} cannot be written: {error.strerror}"
        raise CannotPrint(what if error.strerror else str(error)) from error
    if written.missing:
        complain(f"note: {written.missing}")
    if written.problems:
        complain(f"{counted(len(written.problems), 'problem')}; the catalogue shows all")
    page = os.path.join(arguments.output, written.page.name)
    entries = counted(written.entries, "entry", "entries")
    answer(f"{page}: {entries} of {counted(written.registries, 'registry', 'registries')}")
    return 0
