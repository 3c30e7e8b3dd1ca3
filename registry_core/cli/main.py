"""Parse the arguments, call, print, and say with the exit status how it went."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from registry_core.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry_core.query import Row

COLUMNS = ("registry", "scope", "name", "target", "provider", "version", "status")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: its arguments; None for those of the process.

    Returns:
        The exit status: 0 for success, 1 for an error that is explained on stderr. Arguments
        that cannot be parsed end the process with 2, as argparse does.

    Example:
        >>> main(["build", "missing.toml"])
        1
    """
    arguments = _parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments)
    except RegistryError as error:
        print(f"registry-core: {error}", file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="registry-core",
        description="Look at what installed packages add to registries, and build from a config.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    listing = commands.add_parser(
        "list",
        help="list the entries of registries, with the distribution that provides each",
        description="List what is installed, without importing it. Problems go to stderr.",
    )
    listing.add_argument(
        "registry",
        nargs="*",
        help="a registry's group, or the last word of it; all registries where none is given",
    )
    listing.add_argument("--json", action="store_true", help="print JSON in place of a table")
    listing.set_defaults(run=_list)

    build = commands.add_parser(
        "build",
        help="build what a config file describes, and print it",
        description="Build what a YAML, TOML or JSON file describes, nested configs first.",
    )
    build.add_argument("config", help="the file")
    build.add_argument(
        "--registry",
        metavar="NAME",
        help="the registry to build from, by its group or the last word of it; "
        "otherwise the file says it in `_registry_`",
    )
    build.set_defaults(run=_build)
    return parser


def _list(arguments: argparse.Namespace) -> int:
    from registry_core.query import listing

    found = listing(*arguments.registry)
    rows = [_cells(row) for row in found.rows]
    if arguments.json:
        print(json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in rows], indent=2))
    elif rows:
        _print_table([COLUMNS, *rows])
    else:
        what = "nothing is declared for it; what its own modules register is not listed"
        if not arguments.registry:
            what = "no installed package adds anything to a registry"
        print(f"registry-core: {what}", file=sys.stderr)
    for problem in found.problems:
        print(f"registry-core: {problem}", file=sys.stderr)
    return 0


def _cells(row: Row) -> tuple[str, ...]:
    entry = row.entry
    target = entry.address
    if entry.kwargs:
        target += f" ({', '.join(f'{key}={value!r}' for key, value in entry.kwargs.items())})"
    provider, version = entry.provider.name, entry.provider.version or ""
    return (entry.registry, entry.scope, entry.name, target, provider, version, row.status)


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width]
        print("  ".join(cells).rstrip())


def _build(arguments: argparse.Namespace) -> int:
    from registry_core.config import read_document
    from registry_core.errors import ConfigError
    from registry_core.registry import build_from_cfg, installed_registry

    document = read_document(arguments.config)
    name = arguments.registry or document.data.get("_registry_")
    if not isinstance(name, str):
        reason = "pass --registry NAME, or let the file say it: `_registry_: NAME`"
        raise ConfigError(f"no registry to build from; {reason}", str(document.source))
    # What the command line says of the whole counts more than what the file says.
    cfg = {key: value for key, value in document.data.items() if key != "_registry_"}
    try:
        built = build_from_cfg(cfg, installed_registry(name), recursive=True)
    except RegistryError as error:
        print(f"registry-core: {document.where(error.config_keys)}: {error}", file=sys.stderr)
        return 1
    print(built)
    return 0
