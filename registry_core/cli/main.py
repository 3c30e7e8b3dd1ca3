"""Parse the arguments, print what a verb answers, and say with the exit status how it went."""

from __future__ import annotations

import argparse
import gc
import io
import sys
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from registry_core.cli.arguments import Arguments
from registry_core.cli.printing import (
    CannotAnswer,
    answer,
    complain,
    named,
    output,
    printing_to_stderr,
    show_traceback,
)
from registry_core.cli.verbs import COMPLETE, VERBS, verb_named
from registry_core.errors import RegistryError
from registry_core.text import safe_repr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: its arguments; None for those of the process.

    Returns:
        The exit status: 0 for success, 1 for an error that is explained on stderr, or for
        findings. Arguments that cannot be parsed end the process with 2, as argparse does; where
        the doctor itself fails, it is 2 as well.

    Example:
        >>> main(["build", "missing.toml"])
        1
    """
    if argv is not None:
        return run(argv, "registry-core")
    status = run(sys.argv[1:], "registry-core")
    # The process ends: Python would go through all that is left once more, for garbage.
    gc.freeze()
    return status


def run(argv: Sequence[str], program: str, groups: tuple[str, ...] = ()) -> int:
    """Run the command under another name, as a framework does that has mounted it.

    Args:
        argv: its arguments.
        program: what its messages call it.
        groups: the registries that it asks about unless its arguments say others.
    """
    with named(program):
        try:
            return _run(argv, program, groups)
        except CannotAnswer as error:
            # Of --version, and of what a shell asks.
            complain(str(error))
            return 1
        except KeyboardInterrupt:
            import signal

            complain("interrupted")
            return 128 + signal.SIGINT


def _run(argv: Sequence[str], program: str, groups: tuple[str, ...]) -> int:
    name = argv[0] if argv else ""
    if name == COMPLETE:
        from registry_core.cli.completing import answer_completion

        with _without_gc():
            return answer_completion(argv[1:], VERBS)
    if name not in VERBS:
        _about(program).parse_args(argv)
        return USAGE
    verb = verb_named(name)
    parser = verb.parser(f"{program} {name}", groups)
    # Options may stand between positional arguments: `build FILE --part m lr=1`.
    arguments = parser.parse_intermixed_args(argv[1:], Arguments(parser))
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A console or pipe may not encode every name: escape what it cannot.
        sys.stdout.reconfigure(errors="backslashreplace")
    builds = name == "build"
    # What is built may run for hours, and prints where it likes.
    with nullcontext() if builds else _without_gc():
        try:
            if getattr(arguments, "imports", ()):
                from registry_core.cli.importing import import_first

                arguments.made = import_first(arguments.imports)
            # What hooks and imported modules print is not part of the answer.
            with nullcontext() if builds else printing_to_stderr():
                found = verb.answers(arguments)
            lines = found.content
            if isinstance(lines, dict):
                import json

                lines = [json.dumps(lines, indent=2, default=safe_repr)]
            output(lines, getattr(arguments, "answer_file", None))
            for note in found.notes:
                complain(note)
        except (RegistryError, CannotAnswer) as error:
            complain(str(error))
            if arguments.traceback:
                show_traceback(error)
            return verb.failed
    return found.status


@contextmanager
def _without_gc() -> Iterator[None]:
    """Collect no garbage meanwhile: it is half of what building syntax trees costs."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _about(program: str) -> argparse.ArgumentParser:
    """What explains the command where no verb is given, or one that it does not have."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="Look at what installed packages add to registries; check configs and build "
        "from them.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for verb, (_, text) in VERBS.items():
        commands.add_parser(verb, help=text)
    return parser


class _Version(argparse.Action):
    """Print the version, which is read only when it is asked."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        answer(f"{parser.prog} {version('registry_core')}")
        parser.exit()
