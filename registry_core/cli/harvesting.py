"""The verb `harvest`: the entry points that decorators stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.cli.arguments import argument
from registry_core.cli.verbs import Answer, verb
from registry_core.errors import ConfigError
from registry_core.text import counted

if TYPE_CHECKING:
    from registry_core.cli.arguments import Arguments, Parser
    from registry_core.harvest.project import Project
    from registry_core.harvest.rows import Harvest

FORMAT = "registry_core-harvest-1"


def _ways(parser: Parser) -> None:
    ways = parser.add_mutually_exclusive_group()
    for option, text in (
        ("--check", "the exit status is 1 where pyproject.toml does not have these rows"),
        ("--write", "write the rows into pyproject.toml"),
        ("--json", "print JSON in place of text"),
    ):
        # A group adds it to the parser unseen, and a shell completes what the parser saw.
        parser.options[option] = ways.add_argument(option, action="store_true", help=text)


@verb(
    "Print the entry points that the decorators of a project stand for, as TOML, by reading its "
    "source. What only running it would tell is said on stderr, with file and line.",
    argument(
        "path", nargs="?", default=".", help="a project's folder, or a package (default: here)"
    ),
    _ways,
)
def harvest_verb(arguments: Arguments) -> Answer:
    """The rows; or how what is declared differs from them."""
    from registry_core.harvest.project import find_project
    from registry_core.harvest.pyproject import as_toml
    from registry_core.harvest.rows import harvest

    project = find_project(arguments.path)
    found = harvest(project)
    if arguments.json:
        shown = [each._asdict() for each in found.notes]
        return Answer({"format": FORMAT, "groups": found.groups, "notes": shown})
    notes = [f"{'not read: ' if note.is_unread else 'note: '}{note}" for note in found.notes]
    if not (arguments.check or arguments.write):
        if found.groups:
            return Answer([as_toml(found.groups)], notes=notes)
        return Answer(notes=[*notes, "nothing registers in a registry that has a group"])
    return _compared(project, found, arguments, notes)


def _compared(project: Project, found: Harvest, arguments: Arguments, notes: list[str]) -> Answer:
    """How what is declared differs from the rows; it is corrected if that is asked."""
    from registry_core.environment import current_environment
    from registry_core.harvest.project import find_project
    from registry_core.harvest.pyproject import BY_HAND, dead_rows, drift, has_hook, write

    if arguments.check and has_hook(project):
        notes.append("its build hook puts the rows into the wheel: none is to be in pyproject.toml")
        # The build fails where a module cannot be parsed.
        return Answer((), int(any(note.is_broken for note in found.notes)), notes)
    differs = drift(project, found)
    dead = dead_rows(project, found, current_environment().registries())
    notes += [f"{line}: correct it, or remove it" for line in dead]
    if not differs:
        return Answer((), int(bool(dead)), notes)
    notes += differs.lines()
    number = sum(len(rows) for groups in differs for rows in groups.values())
    rows, file = counted(number, "row"), project.folder / "pyproject.toml"
    if arguments.check:
        way = "registry-core harvest --write" if "project" in project.pyproject else BY_HAND
        place = file if file.is_file() else project.folder
        what = f"{rows} of {place} to correct: {way}, then pip install -e . again"
        return Answer((), 1, [*notes, what])
    write(project, differs)
    if drift(find_project(arguments.path), found):
        raise ConfigError("the rows that were written do not read back", str(file))
    corrected = f"{rows} of {file} corrected: install it again to see them"
    return Answer((), int(bool(dead)), [*notes, corrected])
