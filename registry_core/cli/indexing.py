"""The command `registry-core index`: what wheels have, written down without installing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.printing import CannotPrint, complain, printing_to_stderr
from registry_core.text import counted, safe_text

if TYPE_CHECKING:
    import argparse

    from registry_core.cli.arguments import Parser

DESCRIPTION = (
    "Read wheels, without installing or importing anything of them, into an index: the names that "
    "they have, what those take, and what was renamed. With REGISTRY_CORE_KNOWN=FILE, a name that "
    "is not installed then says where to get it. The exit status is 1 where something is left out."
)


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core index`` takes."""
    parser.add_argument(
        "wheels", nargs="+", metavar="WHEEL_OR_FOLDER", help="a wheel, or a folder of wheels"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        required=True,
        help="the index; if it is there, what is read replaces what it has of the same "
        "distributions",
    )


def run(arguments: argparse.Namespace) -> int:
    """Make the index, and say what is left out of it."""
    from registry_core.index.making import index_wheels
    from registry_core.installed.files import Unreadable

    try:
        with printing_to_stderr():
            made = index_wheels(arguments.wheels, arguments.output)
    except Unreadable as error:
        raise CannotPrint(safe_text(error.what)) from error
    except OSError as error:
        raise CannotPrint(f"{arguments.output} cannot be written: {error.strerror}") from error
    for file, what in made.faults:
        complain(f"{safe_text(file)}: {safe_text(what)}")
    several = counted(made.distributions, "distribution")
    complain(f"note: {several} read; {arguments.output} has {counted(made.names, 'name')}")
    return int(bool(made.faults))
