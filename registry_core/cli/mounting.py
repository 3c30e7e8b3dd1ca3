"""The verbs in the command of a framework, made with argparse or with click."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_core.cli.main import run
from registry_core.cli.printing import printing_to_stderr
from registry_core.cli.verbs import COMPLETE, VERBS
from registry_core.text import joined

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

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
        verbs: those to add; None for all, but for `completion` where the command has such a verb,
            or is made with click, which completes by itself.

    Raises:
        TypeError: `commands` is neither.
        ValueError: no group is given, there is no such verb, or the command has one of that name.

    Example:
        >>> import argparse
        >>> parser = argparse.ArgumentParser(prog="acme")
        >>> mount(parser.add_subparsers(), "acme.model", verbs=["list", "check"])
        >>> arguments = parser.parse_args(["check", "absent.txt"])
        >>> arguments.run(arguments)
        absent.txt: .: its name must end in one of .json, .toml, .yaml, .yml [config-error]
        1
    """
    is_click = _is_click(commands)
    if not is_click and not hasattr(commands, "add_parser"):
        what = "what add_subparsers() gives, or a click.Group"
        raise TypeError(f"commands must be {what}, but got {type(commands).__name__}")
    # click completes by itself, and a framework may have a verb of that name.
    left = {_OWN} if is_click or _OWN in _named(commands) else set()
    wanted = [verb for verb in VERBS if verb not in left] if verbs is None else list(verbs)
    unknown = [verb for verb in wanted if verb not in VERBS]
    if unknown or not groups:
        what = f"there is no verb {unknown[0]!r}" if unknown else "name a group"
        raise ValueError(f"{what}: mount(commands, 'acme.model', verbs=['list', 'check'])")
    # argparse refuses it half way, and click replaces the framework's own.
    taken = [verb for verb in wanted if verb in _named(commands)]
    if taken:
        rest = [verb for verb in wanted if verb not in taken]
        what = f"the command has {joined([*map(repr, taken)], ' and ')} already"
        raise ValueError(f"{what}: mount the other verbs, with verbs={rest}")
    mounted = _Mounted(commands, groups, wanted)
    for verb in wanted:
        if is_click:
            _add_to_click(mounted, verb, program)
        else:
            _add_to_argparse(mounted, verb, program)


class _Mounted(NamedTuple):
    """What was mounted where. Lives as long as the framework's parser.

    Attributes:
        commands: the framework's commands.
        groups: its registries.
        verbs: those that were added.
    """

    commands: Any
    groups: tuple[str, ...]
    verbs: Sequence[str]

    def run(self, argv: list[str], program: str, _: object = None) -> int:
        """Run a verb; what follows `completion` may be what a shell asks."""
        if argv[:2] != [_OWN, COMPLETE]:
            return run(argv, program, self.groups)
        from registry_core.cli.completing import answer_completion

        path, words = program.split(" ")[1:], argv[2:]
        if words[: len(path)] != path:
            return 0
        return answer_completion(words[len(path) :], self.verbs, self.groups, self.others())

    def others(self) -> Iterable[str]:
        """The verbs of the framework itself."""
        return _named(self.commands)


def _named(commands: Any) -> Collection[str]:
    """The verbs that a command has."""
    found: Collection[str] = commands.commands if _is_click(commands) else commands.choices
    return found


def _is_click(commands: Any) -> bool:
    return hasattr(commands, "add_command")


def _add_to_argparse(mounted: _Mounted, verb: str, program: str) -> None:
    parser = mounted.commands.add_parser(verb, help=VERBS[verb][1], add_help=False)
    name = program or parser.prog.rpartition(" ")[0]

    def parse_known_args(arguments: Sequence[str], namespace: Any = None) -> tuple[Any, list[str]]:
        # All that follows the verb is for our own parser, which is made when the verb is run.
        found = argparse.Namespace() if namespace is None else namespace
        found.run = partial(mounted.run, [verb, *arguments], name)
        return found, []

    parser.parse_known_args = parse_known_args


def _add_to_click(mounted: _Mounted, verb: str, program: str) -> None:
    # A click.Group was passed: click is imported, and need not be installed otherwise.
    click = sys.modules["click"]
    from click.shell_completion import CompletionItem

    # Options are ours too, `--help` among them.
    settings = {"ignore_unknown_options": True, "help_option_names": []}

    def command(arguments: tuple[str, ...]) -> None:
        context = click.get_current_context()
        name = program or context.command_path.rpartition(" ")[0]
        context.exit(mounted.run([verb, *arguments], name))

    def offered(context: Any, incomplete: str) -> list[CompletionItem]:
        from registry_core.cli.completing import complete

        # bash takes a word apart at an equals sign.
        words = list(context.params.get("arguments") or ())
        head = "=".join((words[-2], "")) if words[1:] and words[-1] == "=" else ""
        words = words[:-2] if head else words
        with printing_to_stderr():
            asked = [verb, *words, f"{head}{incomplete}"]
            found = complete(asked, mounted.verbs, mounted.groups)
        items = [CompletionItem(each.removeprefix(head)) for each in found]
        return items or [CompletionItem(incomplete, type="file")]

    taken = click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)
    taken.shell_complete = offered
    made = click.Command(
        verb,
        callback=command,
        params=[taken],
        short_help=VERBS[verb][1],
        context_settings=settings,
    )
    # click asks the command where a word begins like an option.
    made.shell_complete = offered
    mounted.commands.add_command(made)
