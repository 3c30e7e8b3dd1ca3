"""Parse the arguments, call, print, and say with the exit status how it went."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from typing import TYPE_CHECKING

from registry_core.cli.printing import (
    CannotPrint,
    answer,
    complain,
    printing_to_stderr,
    show_traceback,
)
from registry_core.errors import RegistryError
from registry_core.text import safe_repr, safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry_core.entry import Problem
    from registry_core.query import Row

COLUMNS = ("registry", "scope", "name", "target", "provider", "version", "status")
# The first word of what `list --json` prints. Its number changes when a key goes or means another.
FORMAT = "registry_core-list-1"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: its arguments; None for those of the process.

    Returns:
        The exit status: 0 for success, 1 for an error that is explained on stderr, or for
        findings of the doctor. Arguments that cannot be parsed end the process with 2, as argparse
        does; where the doctor itself fails, it is 2 as well.

    Example:
        >>> main(["build", "missing.toml"])
        1
    """
    argv = sys.argv[1:] if argv is None else argv
    parser, build = _parser()
    # Options may stand between the changes, which a parser of several commands does not take.
    is_build = argv[:1] == ["build"]
    arguments = build.parse_intermixed_args(argv[1:]) if is_build else parser.parse_args(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names of any script, on a console or in a pipe of few letters.
        sys.stdout.reconfigure(errors="backslashreplace")
    failed: int = arguments.failed
    try:
        status: int = arguments.run(arguments)
    except (RegistryError, CannotPrint) as error:
        complain(str(error))
        if arguments.traceback:
            show_traceback(error)
        return failed
    except KeyboardInterrupt:
        complain("interrupted")
        return 128 + signal.SIGINT
    return status


def _parser() -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    parser = argparse.ArgumentParser(
        prog="registry-core",
        description="Look at what installed packages add to registries, and build from a config.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
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

    doctor = commands.add_parser(
        "doctor",
        help="say what is wrong with what is installed, and how to mend it",
        description="Examine what is installed for registries. The exit status is 0 where nothing "
        "is found, 1 where something is, and 2 where the doctor itself fails. What may well be "
        "meant so is a note, and does not count.",
    )
    doctor.add_argument(
        "registry",
        nargs="*",
        help="a registry's group, or the last word of it; all registries where none is given",
    )
    doctor.add_argument(
        "--load",
        action="store_true",
        help="load every entry too, each in a process of its own",
    )
    doctor.add_argument(
        "--limit",
        type=_seconds,
        default=60.0,
        metavar="SECONDS",
        help="how long one process may take (default: 60)",
    )
    doctor.add_argument(
        "--jobs",
        type=_count,
        default=min(4, os.cpu_count() or 1),
        metavar="N",
        help="how many processes at once (default: %(default)s here)",
    )
    doctor.add_argument("--json", action="store_true", help="print JSON in place of text")
    doctor.set_defaults(run=_doctor)

    build = commands.add_parser(
        "build",
        help="build what a config file describes, and print it",
        description="Build what a YAML, TOML or JSON file describes, nested configs first.",
    )
    build.add_argument("config", help="the file")
    build.add_argument(
        "changes",
        nargs="*",
        metavar="CHANGE",
        help="KEY=VALUE changes a value, +KEY=VALUE adds one, ~KEY removes one; "
        "a KEY is like model.layers[0].size, and a VALUE is YAML",
    )
    build.add_argument(
        "--registry",
        metavar="NAME",
        help="the registry to build from, by its group or the last word of it; "
        "otherwise the file says it in `_registry_`",
    )
    build.add_argument("--part", metavar="PATH", help="build one part alone: model.layers[0]")
    build.set_defaults(run=_build)
    for each, failed in ((listing, 1), (doctor, 2), (build, 1)):
        each.set_defaults(failed=failed)
        each.add_argument(
            "--traceback",
            action="store_true",
            help="after an error, show where in a plugin's code it was raised",
        )
    return parser, build


class _Version(argparse.Action):
    """Print the version, which is read only when it is asked."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        answer(f"{parser.prog} {version('registry_core')}")
        parser.exit()


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from None
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError("it must be more than 0, and finite")
    return seconds


def _count(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from None
    if count < 1:
        raise argparse.ArgumentTypeError("it must be at least 1")
    return count


def _list(arguments: argparse.Namespace) -> int:
    from registry_core.query import listing

    # What a hook module prints is no part of the table.
    with printing_to_stderr():
        found = listing(*arguments.registry)
    rows = [_cells(row) for row in found.rows]
    if arguments.json:
        import json

        entries = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        problems = [_named(problem) for problem in found.problems]
        answer(json.dumps({"format": FORMAT, "entries": entries, "problems": problems}, indent=2))
    elif rows:
        answer(_table([COLUMNS, *rows]))
    else:
        what = "nothing is declared for it; what its own modules register is not listed"
        if not arguments.registry:
            what = "no installed package adds anything to a registry"
        complain(what)
    for problem in found.problems:
        complain(str(problem))
    for provider in found.editable:
        what = "its hook module is imported for each listing, because it is an editable install"
        complain(f"note: {provider}: {what}")
    return 0


def _cells(row: Row) -> tuple[str, ...]:
    entry = row.entry
    target = entry.address
    if entry.kwargs:
        bound = (f"{safe_text(str(key))}={safe_repr(each)}" for key, each in entry.kwargs.items())
        target += f" ({', '.join(bound)})"
    provider, version = entry.provider.name, entry.provider.version or ""
    return (entry.registry, entry.scope, entry.name, target, provider, version, row.status)


def _named(problem: Problem) -> dict[str, str]:
    provider = {"provider": problem.provider.name, "version": problem.provider.version or ""}
    rest = {"where": problem.where, "what": problem.what, "fix": problem.fix}
    return {"kind": problem.kind, **provider, **rest}


def _doctor(arguments: argparse.Namespace) -> int:
    from registry_core.cli.doctor import run

    return run(arguments)


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(c.ljust(width) for c, width in zip(row, widths, strict=True) if width).rstrip()
        for row in rows
    )


def _build(arguments: argparse.Namespace) -> int:
    from registry_core.config import load

    document = load(arguments.config, arguments.changes)
    answer(str(document.build(arguments.registry, part=arguments.part)))
    return 0
