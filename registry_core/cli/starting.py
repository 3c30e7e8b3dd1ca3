"""The verb `new`: a project to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from registry_core.cli.arguments import argument
from registry_core.cli.verbs import Answer, verb
from registry_core.errors import ConfigError
from registry_core.text import safe_text

if TYPE_CHECKING:
    from registry_core.cli.arguments import Arguments, Parser


def _host(parser: Parser) -> None:
    parser.add_argument(
        "--for",
        dest="registry",
        metavar="GROUP",
        default=parser.groups[0] if len(parser.groups) == 1 else None,
        help="of a plugin: the group of the registry that it extends, or the last word of it",
    )


@verb(
    "Write a project that can be installed, listed, checked and tested at once: a framework with a "
    "registry, or a plugin for the registry of a framework that is installed. Nothing is imported.",
    argument("kind", choices=("framework", "plugin"), help="what to write"),
    argument("name", metavar="NAME", help="the project's name, and its folder's"),
    argument(
        "--registry",
        dest="word",
        metavar="WORD",
        default="model",
        help="of a framework: the name of its registry (default: model)",
    ),
    _host,
    argument(
        "--unowned",
        action="store_true",
        help="of a plugin: take the group although no installed framework owns it",
    ),
)
def new_verb(arguments: Arguments) -> Answer:
    """What to do next; the project is written."""
    from registry_core.templates import refuse_taken_folder, write_project
    from registry_core.templates.host import find_host
    from registry_core.templates.names import name_fault
    from registry_core.templates.words import framework_words, plugin_words

    name, word = arguments.name, arguments.word
    group: str = arguments.registry or ""
    is_plugin = arguments.kind == "plugin"
    if is_plugin and not group:
        arguments.parser.error("a plugin needs --for GROUP: the registry that it extends")
    if not (word.isascii() and word.isidentifier()):
        arguments.parser.error("the name of a registry has letters, digits and _ (--registry)")
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
    return Answer((f"{name}: {number} files written; next:", *(f"    {step}" for step in steps)))
