"""The command `registry-core requires`: the distributions that configs need."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from registry_core.cli.arguments import add_files, add_imports
from registry_core.cli.printing import answer, complain, printing_to_stderr
from registry_core.text import escaped, quoted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from registry_core.cli.arguments import Parser
    from registry_core.entry import Entry

DESCRIPTION = (
    "Print a requirement line for each distribution that config files need: those that provide "
    "what they name, and the frameworks that own the registries. Nothing is imported."
)


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core requires`` takes."""
    add_files(parser)
    parser.add_argument(
        "--script",
        action="store_true",
        help="print them as the header of a script (PEP 723), which `uv run` installs",
    )
    add_imports(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the requirements."""
    from registry_core.cli.files import entries_of

    with printing_to_stderr():
        entries = entries_of(arguments)
    lines = list(_requirements(entries))
    answer("\n".join(_script(lines) if arguments.script else lines))
    return 0


def _requirements(entries: Iterable[Entry]) -> Iterator[str]:
    """The lines, by name; what no distribution provides is complained of."""
    from registry_core.environment import current_environment
    from registry_core.installed.records import source_folder
    from registry_core.keys import normalized, parse_target

    extras: dict[str, set[str]] = {}
    for entry in entries:
        if not entry.provider.is_distribution:
            what = f"{quoted(entry.key)} is registered by {entry.provider}, which is not installed"
            complain(f"note: {what}")
            continue
        wanted = extras.setdefault(normalized(entry.provider.name), set())
        if isinstance(entry.target, str):
            wanted.update(parse_target(entry.target).extras)
    installed = current_environment().installed
    for key in sorted(extras):
        copy = installed.copy(key)
        if copy is None:
            continue
        more = f"[{','.join(sorted(extras[key]))}]" if extras[key] else ""
        yield escaped(f"{copy.provider.name}{more}=={copy.provider.version}")
        folder = source_folder(copy)
        if folder:
            complain(f"note: {copy.provider} is an editable install of {folder}")


def _script(lines: Iterable[str]) -> Iterator[str]:
    """The metadata of a script.

    https://packaging.python.org/en/latest/specifications/inline-script-metadata/
    """
    yield "# /// script"
    yield f'# requires-python = ">={sys.version_info.major}.{sys.version_info.minor}"'
    yield "# dependencies = ["
    yield from (f'#     "{line}",' for line in lines)
    yield "# ]"
    yield "# ///"
