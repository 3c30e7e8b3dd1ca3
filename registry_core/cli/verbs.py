"""The verbs of the command: where each is declared, and how."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from registry_core.cli.arguments import Parser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from registry_core.cli.arguments import Adds, Arguments

    Answers = Callable[[Arguments], "Answer"]

# What a shell calls while somebody types.
COMPLETE = "__complete"
# Each verb with the module of `registry_core.cli` that declares it, and what it does. A module is
# imported for its own verbs alone: most of what a command costs is importing.
VERBS = {
    "list": ("listing", "list the entries of registries, with the distribution that provides each"),
    "find": ("listing", "find entries by a text in their keys, targets and metadata"),
    "describe": ("describing", "say what an entry is, does and takes, and who provides it"),
    "which": ("describing", "say what a key means, what it hides, and what hides it"),
    "schema": ("schemas", "print a JSON Schema of configs, so that an editor completes them"),
    "types": ("schemas", "print typed dicts of configs, for mypy and pyright"),
    "check": ("checking", "say what is wrong with config files; nothing is imported or built"),
    "fix": ("configs", "replace names in config files that have been renamed"),
    "fill": ("configs", "print a config with every default written out"),
    "requires": ("requirements", "print the distributions that config files need"),
    "build": ("configs", "build what a config file describes, and print it"),
    "lock": ("locking", "write down what config files resolve to"),
    "verify": ("locking", "say what resolves otherwise than a lock says"),
    "new": ("starting", "write a project to begin with: a framework, or a plugin for one"),
    "index": ("indexing", "read wheels that are not installed into an index of what they have"),
    "harvest": ("harvesting", "print the entry points that a project's decorators stand for"),
    "doctor": ("doctor", "say what is wrong with what is installed, and how to mend it"),
    "catalogue": ("cataloguing", "write HTML pages that show what is installed"),
    "completion": ("completing", "print the completion script of a shell"),
}


class Answer(NamedTuple):
    """What a verb answers. Lives until `main` has printed it.

    Attributes:
        content: lines for a person, made while they are printed; or data for a program.
        status: the exit status.
        notes: what follows on stderr.
    """

    content: Iterable[str] | dict[str, object] = ()
    status: int = 0
    notes: Iterable[str] = ()


class Verb:
    """How a verb is asked and answered. Lives as long as the module that declares it.

    Args:
        description: what it does, for its help.
        arguments: each adds an argument that it takes.
        answers: works out its answer; `main` prints that.
        failed: the exit status where that raises an error.
    """

    def __init__(
        self, description: str, arguments: Iterable[Adds], answers: Answers, failed: int
    ) -> None:
        self.answers = answers
        self.failed = failed
        self._description = description
        self._arguments = arguments

    def parser(self, program: str, groups: tuple[str, ...] = ()) -> Parser:
        """What parses its arguments.

        Args:
            program: how it is called: ``registry-core list``.
            groups: the registries of the framework that has mounted it; none otherwise.
        """
        parser = Parser(program, self._description, groups)
        for add in self._arguments:
            add(parser)
        help_text = "after an error, show where in a plugin's code it was raised"
        parser.add_argument("--traceback", action="store_true", help=help_text)
        return parser


def verb(description: str, *arguments: Adds, failed: int = 1) -> Callable[[Answers], Verb]:
    """Declare the verb NAME, which the function `NAME_verb` answers; see `Verb`."""
    return lambda answers: Verb(description, arguments, answers, failed)


def verb_named(name: str) -> Verb:
    """One of `VERBS`; its module is imported."""
    found: Verb = getattr(import_module(f"{__package__}.{VERBS[name][0]}"), f"{name}_verb")
    return found
