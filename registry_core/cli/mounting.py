"""The verbs in the command of a framework, made with argparse or with click."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from registry_core.cli.main import VERBS, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_OWN = "completion"


def mount(
    commands: Any, *groups: str, program: str = "", verbs: Iterable[str] | None = None
) -> None:
    """Add the verbs of `registry-core` to the command of a framework.

    Its registries are named by their groups: nothing of the framework is imported that its command
    does not import, so that `acme check` and `acme list` answer at once. Where there is one group,
    no verb asks for a registry: `acme describe ResNet`.

    Args:
        commands: what `argparse.ArgumentParser.add_subparsers` gives; or a `click.Group`.
        groups: the groups of the framework's registries, one or more.
        program: what messages call the command; empty for the name of the parser or group.
        verbs: those to add; None for all.

    Raises:
        TypeError: `commands` is neither.
        ValueError: no group is given, or there is no such verb.

    Example:
        >>> import argparse
        >>> parser = argparse.ArgumentParser(prog="acme")
        >>> mount(parser.add_subparsers(), "acme.model", verbs=["list", "check"])
        >>> arguments = parser.parse_args(["check", "absent.txt"])
        >>> arguments.run(arguments)
        absent.txt: .: its name must end in one of .json, .toml, .yaml, .yml [config-error]
        1
    """
    wanted = [verb for verb in VERBS if verb != _OWN] if verbs is None else list(verbs)
    unknown = [verb for verb in wanted if verb not in VERBS]
    if unknown or not groups:
        what = f"there is no verb {unknown[0]!r}" if unknown else "name a group"
        raise ValueError(f"{what}: mount(commands, 'acme.model', verbs=['list', 'check'])")
    for verb in wanted:
        if hasattr(commands, "add_parser"):
            _add_to_argparse(commands, verb, groups, program)
        elif hasattr(commands, "add_command"):
            _add_to_click(commands, verb, groups, program)
        else:
            what = "what add_subparsers() gives, or a click.Group"
            raise TypeError(f"commands must be {what}, but got {type(commands).__name__}")


def _add_to_argparse(commands: Any, verb: str, groups: tuple[str, ...], program: str) -> None:
    parser = commands.add_parser(verb, help=VERBS[verb][1], add_help=False)
    name = program or parser.prog.rpartition(" ")[0]

    def parse_known_args(arguments: Sequence[str], namespace: Any = None) -> tuple[Any, list[str]]:
        # All that follows the verb is for our own parser, which is made when the verb is run.
        found = argparse.Namespace() if namespace is None else namespace
        found.run = partial(_run, [verb, *arguments], name, groups)
        return found, []

    parser.parse_known_args = parse_known_args


def _run(argv: list[str], program: str, groups: tuple[str, ...], _: object = None) -> int:
    return run(argv, program, groups)


def _add_to_click(commands: Any, verb: str, groups: tuple[str, ...], program: str) -> None:
    # A click.Group was passed: click is imported, and need not be installed otherwise.
    click = sys.modules["click"]
    # Options are ours too, `--help` among them.
    settings = {"ignore_unknown_options": True, "help_option_names": []}

    def command(arguments: tuple[str, ...]) -> None:
        context = click.get_current_context()
        name = program or context.command_path.rpartition(" ")[0]
        context.exit(run([verb, *arguments], name, groups))

    taken = click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)
    text = VERBS[verb][1]
    commands.add_command(
        click.Command(
            verb, callback=command, params=[taken], short_help=text, context_settings=settings
        )
    )
