"""The command `registry-core fix`: old names in config files, replaced by the new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import add_imports, add_registry_of_file, imported, registry_of
from registry_core.cli.printing import answer, complain, printing_to_stderr
from registry_core.errors import ConfigError
from registry_core.text import error_text, escaped

if TYPE_CHECKING:
    import argparse

    from registry_core.cli.arguments import Parser

DESCRIPTION = (
    "Replace names in YAML, TOML or JSON files that distributions have renamed. Only the name "
    "itself is replaced: comments and all else stay as they are. Nothing is imported."
)


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core fix`` takes."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file, which is rewritten")
    add_registry_of_file(parser)
    add_imports(parser)


def run(arguments: argparse.Namespace) -> int:
    """Rewrite the files, and print each name that was replaced."""
    from registry_core.config import load
    from registry_core.config.document import findings_of
    from registry_core.config.fixing import fixed
    from registry_core.replacing import replace_content
    from registry_core.tree.known_registries import KnownRegistries

    made = imported(arguments)
    known = KnownRegistries()
    failed = False
    for file in arguments.files:
        try:
            document = load(file)
            raw = document.source.read_bytes()
            with printing_to_stderr():
                found = findings_of(document, registry_of(document, arguments), known, made)
            content, fixes = fixed(document, raw, found)
            if fixes:
                replace_content(file, content)
        except ConfigError as error:
            complain(str(error))
            failed = True
            continue
        except OSError as error:
            complain(f"{file}: {error_text(error)}")
            failed = True
            continue
        for each in fixes:
            answer(escaped(f"{file}:{each.line}:{each.column}: {each.old} -> {each.new}"))
    return int(failed)
