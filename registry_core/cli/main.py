"""Parse the arguments, call what answers the verb, and say with the exit status how it went."""

from __future__ import annotations

import argparse
import gc
import io
import sys
from contextlib import contextmanager, nullcontext
from importlib import import_module
from typing import TYPE_CHECKING

from registry_core.cli.arguments import COMPLETE, Parser
from registry_core.cli.printing import (
    CannotPrint,
    answer,
    complain,
    named,
    show_traceback,
)
from registry_core.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Each verb with the module of `registry_core.cli` that has its arguments and runs it. It is
# imported for its own verb alone: most of what a command costs is importing.
VERBS = {
    "list": ("listing", "list the entries of registries, with the distribution that provides each"),
    "find": ("finding", "find entries by a text in their keys, targets and metadata"),
    "describe": ("describing", "say what an entry is, does and takes, and who provides it"),
    "which": ("resolving", "say what a key means, what it hides, and what hides it"),
    "schema": ("schemas", "print a JSON Schema of configs, so that an editor completes them"),
    "types": ("typeddicts", "print typed dicts of configs, for mypy and pyright"),
    "check": ("checking", "say what is wrong with config files; nothing is imported or built"),
    "fix": ("fixing", "replace names in config files that have been renamed"),
    "fill": ("filling", "print a config with every default written out"),
    "requires": ("requirements", "print the distributions that config files need"),
    "build": ("building", "build what a config file describes, and print it"),
    "lock": ("locking", "write down what config files resolve to"),
    "verify": ("verifying", "say what resolves otherwise than a lock says"),
    "new": ("starting", "write a project to begin with: a framework, or a plugin for one"),
    "index": ("indexing", "read wheels that are not installed into an index of what they have"),
    "harvest": ("harvesting", "print the entry points that a project's decorators stand for"),
    "doctor": ("doctor", "say what is wrong with what is installed, and how to mend it"),
    "catalogue": ("cataloguing", "write HTML pages that show what is installed"),
    "completion": ("completing", "print the completion script of a shell"),
}
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
        except CannotPrint as error:
            # Of --version, and of what a shell asks.
            complain(str(error))
            return 1
        except KeyboardInterrupt:
            import signal

            complain("interrupted")
            return 128 + signal.SIGINT


def _run(argv: Sequence[str], program: str, groups: tuple[str, ...]) -> int:
    verb = argv[0] if argv else ""
    if verb == COMPLETE:
        from registry_core.cli.completing import answer_completion

        with _without_gc():
            return answer_completion(argv[1:], VERBS)
    if verb not in VERBS:
        _about(program).parse_args(argv)
        return USAGE
    module = import_module(f"registry_core.cli.{VERBS[verb][0]}")
    parser = Parser(f"{program} {verb}", module.DESCRIPTION, groups)
    module.add_arguments(parser)
    parser.add_argument(
        "--traceback",
        action="store_true",
        help="after an error, show where in a plugin's code it was raised",
    )
    # Options may stand between positional arguments: `build FILE --part m lr=1`.
    arguments = parser.parse_intermixed_args(argv[1:])
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A console or pipe may not encode every name: escape what it cannot.
        sys.stdout.reconfigure(errors="backslashreplace")
    # What is built may run for hours.
    with nullcontext() if verb == "build" else _without_gc():
        try:
            status: int = module.run(arguments)
        except (RegistryError, CannotPrint) as error:
            complain(str(error))
            if arguments.traceback:
                show_traceback(error)
            return getattr(module, "FAILED", 1)
    return status


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
