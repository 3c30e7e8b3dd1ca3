"""The command `registry-core harvest`: the entry points that decorators stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.printing import answer, complain
from registry_core.errors import ConfigError
from registry_core.text import counted

if TYPE_CHECKING:
    import argparse

    from registry_core.cli.arguments import Parser

FORMAT = "registry_core-harvest-1"
DESCRIPTION = (
    "Print the entry points that the decorators of a project stand for, as TOML, by reading its "
    "source. What only running it would tell is said on stderr, with file and line."
)


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core harvest`` takes."""
    parser.add_argument(
        "path", nargs="?", default=".", help="a project's folder, or a package (default: here)"
    )
    ways = parser.add_mutually_exclusive_group()
    for option, text in (
        ("--check", "the exit status is 1 where pyproject.toml does not have these rows"),
        ("--write", "write the rows into pyproject.toml"),
        ("--json", "print JSON in place of text"),
    ):
        # A group adds it to the parser unseen, and a shell completes what the parser saw.
        parser.options[option] = ways.add_argument(option, action="store_true", help=text)


def run(arguments: argparse.Namespace) -> int:
    """Print the rows, or compare them with what is declared."""
    from registry_core.environment import current_environment
    from registry_core.harvest.project import find_project
    from registry_core.harvest.pyproject import BY_HAND, as_toml, dead_rows, drift, has_hook, write
    from registry_core.harvest.rows import harvest

    project = find_project(arguments.path)
    found = harvest(project)
    if arguments.json:
        import json

        notes = [each._asdict() for each in found.notes]
        answer(json.dumps({"format": FORMAT, "groups": found.groups, "notes": notes}, indent=2))
        return 0
    for note in found.notes:
        complain(f"{'not read: ' if note.is_unread else 'note: '}{note}")
    if not (arguments.check or arguments.write):
        if found.groups:
            answer(as_toml(found.groups))
        else:
            complain("nothing registers in a registry that has a group")
        return 0
    if arguments.check and has_hook(project):
        complain("its build hook puts the rows into the wheel: none is to be in pyproject.toml")
        # The build fails where a module cannot be parsed.
        return int(any(note.is_broken for note in found.notes))
    differs = drift(project, found)
    dead = dead_rows(project, found, current_environment().registries())
    for line in dead:
        complain(f"{line}: correct it, or remove it")
    if not differs:
        return int(bool(dead))
    for line in differs.lines():
        complain(line)
    number = sum(len(rows) for groups in differs for rows in groups.values())
    file = project.folder / "pyproject.toml"
    if arguments.check:
        way = "registry-core harvest --write" if "project" in project.pyproject else BY_HAND
        way += ", then pip install -e . again"
        place = file if file.is_file() else project.folder
        complain(f"{counted(number, 'row')} of {place} to correct: {way}")
        return 1
    write(project, differs)
    after = drift(find_project(arguments.path), found)
    if after:
        raise ConfigError("the rows that were written do not read back", str(file))
    complain(f"{counted(number, 'row')} of {file} corrected: install it again to see them")
    return int(bool(dead))
