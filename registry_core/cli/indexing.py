"""The verb `index`: what wheels have, written down without installing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import argument
from registry_core.cli.printing import CannotAnswer
from registry_core.cli.verbs import Answer, verb
from registry_core.text import counted, file_error_text, safe_text

if TYPE_CHECKING:
    from registry_core.cli.arguments import Arguments


@verb(
    "Read wheels, without installing or importing anything of them, into an index: the names that "
    "they have, what those take, and what was renamed. With REGISTRY_CORE_KNOWN=FILE, a name that "
    "is not installed then says where to get it. The exit status is 1 where something is left out.",
    argument("wheels", nargs="+", metavar="WHEEL_OR_FOLDER", help="a wheel, or a folder of wheels"),
    argument(
        "-o",
        "--output",
        metavar="FILE",
        required=True,
        help="the index; if it is there, what is read replaces what it has of the same "
        "distributions",
    ),
)
def index_verb(arguments: Arguments) -> Answer:
    """What is left out of the index; it is written."""
    from registry_core.index.making import index_wheels
    from registry_core.installed.files import Unreadable

    try:
        made = index_wheels(arguments.wheels, arguments.output)
    except Unreadable as error:
        raise CannotAnswer(safe_text(error.what)) from error
    except OSError as error:
        what = f"{arguments.output} cannot be written: {file_error_text(error)}"
        raise CannotAnswer(what) from error
    faults = [f"{safe_text(file)}: {safe_text(what)}" for file, what in made.faults]
    several = counted(made.distributions, "distribution")
    has = f"note: {several} read; {arguments.output} has {counted(made.names, 'name')}"
    return Answer((), int(bool(faults)), [*faults, has])
