"""The command `registry-core new`: a project to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from registry_core.cli.printing import answer
from registry_core.errors import ConfigError
from registry_core.text import safe_text

if TYPE_CHECKING:
    import argparse

    from registry_core.cli.arguments import Parser

DESCRIPTION = (
    "Write a project that can be installed, listed, checked and tested at once: a framework with a "
    "registry, or a plugin for the registry of a framework that is installed. Nothing is imported."
)


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core new`` takes."""
    parser.add_argument("kind", choices=("framework", "plugin"), help="what to write")
    parser.add_argument("name", metavar="NAME", help="the project's name, and its folder's")
    parser.add_argument(
        "--registry",
        dest="word",
        metavar="WORD",
        default="model",
        help="of a framework: the name of its registry (default: model)",
    )
    parser.add_argument(
        "--for",
        dest="registry",
        metavar="GROUP",
        default=parser.groups[0] if len(parser.groups) == 1 else None,
        help="of a plugin: the group of the registry that it extends, or the last word of it",
    )
    parser.add_argument(
        "--unowned",
        action="store_true",
        help="of a plugin: take the group although no installed framework owns it",
    )
    parser.set_defaults(refuse=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Write the project, and say what to do next."""
    from registry_core.templates import refuse_taken_folder, write_project
    from registry_core.templates.host import find_host
    from registry_core.templates.names import name_fault
    from registry_core.templates.words import framework_words, plugin_words

    name, word = arguments.name, arguments.word
    group: str = arguments.registry or ""
    is_plugin = arguments.kind == "plugin"
    if is_plugin and not group:
        arguments.refuse("a plugin needs --for GROUP: the registry that it extends")
    if not (word.isascii() and word.isidentifier()):
        arguments.refuse("the name of a registry has letters, digits and _ (--registry)")
    fault = name_fault(name)
    if fault:
        raise ConfigError(fault, safe_text(name))
    refuse_taken_folder(Path(name))
    if is_plugin:
        host = find_host(group, unowned=arguments.unowned)
        words = plugin_words(name, host)
    else:
        words = framework_words(name, word)
    trees = ["common", arguments.kind, *(["config"] if words["check_configs"] else [])]
    number = write_project(Path(name), trees, words)
    listing = f"registry-core list {words['group']}"
    steps = (f"cd {name}", "pip install -e . pytest", listing, "pytest")
    answer("\n    ".join((f"{name}: {number} files written; next:", *steps)))
    return 0
