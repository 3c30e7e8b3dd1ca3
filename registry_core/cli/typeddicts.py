"""The command `registry-core types`: typed dicts, so that type checkers check configs in code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from registry_core.cli.arguments import add_imports, add_output, add_registries, imported
from registry_core.cli.printing import complain, output, printing_to_stderr
from registry_core.errors import ConfigError

if TYPE_CHECKING:
    import argparse

    from registry_core.cli.arguments import Parser

DESCRIPTION = (
    "Print a module of Python with a TypedDict for each entry, so that mypy and pyright check the "
    "configs that code writes, and know what `build_...` of that module returns. Nothing is "
    "imported."
)


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core types`` takes."""
    add_registries(parser)
    add_output(parser)
    parser.add_argument(
        "--check",
        metavar="FILE",
        help="write nothing: the exit status is 1 where FILE is not what would be written today",
    )
    add_imports(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the module, or compare a file with it."""
    from registry_core.config.types_writer import MARK, typed_configs
    from registry_core.environment import current_environment
    from registry_core.query.listing import groups_named
    from registry_core.tree.known_registries import KnownRegistries

    imported(arguments)
    names, before = arguments.registry, ""
    if arguments.check:
        try:
            before = Path(arguments.check).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"it cannot be read: {error}", arguments.check) from error
        if not before.startswith(MARK):
            raise ConfigError("it was not written by this command", arguments.check)
        names = names or before.partition("\n")[0].removeprefix(MARK).split()
    with printing_to_stderr():
        known = KnownRegistries()
        groups = groups_named(names, current_environment())
        text = typed_configs([known.asked(group) for group in groups], known.signatures)
    if not arguments.check:
        output(text.removesuffix("\n"), arguments.output)
        return 0
    if text == before:
        return 0
    complain(f"{arguments.check} is out of date: write it again with -o {arguments.check}")
    return 1
