"""The verb `catalogue`: pages that show what is installed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from registry_core.cli.arguments import IMPORTS, argument, registries
from registry_core.cli.printing import CannotAnswer
from registry_core.cli.verbs import Answer, verb
from registry_core.text import counted, file_error_text

if TYPE_CHECKING:
    from registry_core.cli.arguments import Arguments


@verb(
    "Write a folder of HTML pages that show what is installed: every entry with its provider, its "
    "arguments and its text, and every problem. They need no server and load nothing from "
    "elsewhere: open index.html. Nothing is imported.",
    registries,
    argument(
        "-o",
        "--output",
        metavar="FOLDER",
        required=True,
        help="where to; a catalogue that is there is replaced, and nothing else is",
    ),
    IMPORTS,
)
def catalogue_verb(arguments: Arguments) -> Answer:
    """Where the catalogue is; it is written."""
    from registry_core.catalogue import write_catalogue

    try:
        written = write_catalogue(arguments.output, *arguments.asked)
    except OSError as error:
        what = f"{arguments.output} cannot be written: {file_error_text(error)}"
        raise CannotAnswer(what) from error
    notes = [f"note: {written.missing}"] if written.missing else []
    if written.problems:
        notes.append(f"{counted(len(written.problems), 'problem')}; the catalogue shows all")
    page = os.path.join(arguments.output, written.page.name)
    entries = counted(written.entries, "entry", "entries")
    several = counted(written.registries, "registry", "registries")
    return Answer([f"{page}: {entries} of {several}"], notes=notes)
