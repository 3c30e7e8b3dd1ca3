"""The verb `check`: a line for everything that is wrong with config files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from registry_core.cli.arguments import FILES, IMPORTS, LOAD, REGISTRY_OF_FILE, argument
from registry_core.cli.printing import CannotAnswer
from registry_core.cli.verbs import Answer, verb
from registry_core.errors import BuildError, RegistryError
from registry_core.text import bounded, clauses, counted, escaped, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry_core.cli.arguments import Arguments
    from registry_core.config import Document

# The first word of what `check --json` prints; see that of `list`.
FORMAT = "registry_core-check-1"
_LEVELS = {"error": "error", "warning": "warning", "hint": "notice"}


class Line(NamedTuple):
    """One finding as it is printed.

    Attributes:
        file: the file; or "<stdin>".
        line: counted from 1; None where the finding is about the file.
        column: as the line.
        path: where in the config; "." for its root.
        severity: "error", "warning" or "hint".
        message: what is wrong, and what to do.
        code: what kind of fault it is, for programs.
    """

    file: str
    line: int | None
    column: int | None
    path: str
    severity: str
    message: str
    code: str


@verb(
    "Check YAML, TOML or JSON files by reading source: neither a plugin nor a framework is "
    "imported. A line for each finding is FILE:LINE:COLUMN: PATH: MESSAGE [CODE], with `warning:` "
    "or `hint:` before the message of what is not an error. The exit status is 1 where there is an "
    "error.",
    FILES,
    REGISTRY_OF_FILE,
    LOAD,
    argument(
        "--against",
        metavar="WHEEL_OR_INDEX",
        help="check as if this wheel were installed in place of the version that is; or all that "
        "an index has in another version",
    ),
    argument(
        "--set",
        action="append",
        default=[],
        dest="changes",
        metavar="CHANGE",
        help="check the files with a value changed, as `build` takes it: KEY=VALUE; may be given "
        "several times",
    ),
    argument("--strict", action="store_true", help="warnings make the exit status 1 too"),
    argument(
        "--format",
        choices=("text", "json", "github"),
        default="text",
        help="how to print (default: %(default)s)",
    ),
    argument("--json", dest="format", action="store_const", const="json", help=None),
    IMPORTS,
)
def check_verb(arguments: Arguments) -> Answer:
    """What is wrong with the files."""
    lines = list(_lines(arguments))
    counts = {level: sum(each.severity == level for each in lines) for level in _LEVELS}
    several = ", ".join(counted(n, level) for level, n in counts.items() if n)
    files = counted(len({each.file for each in lines}), "file")
    status = int(counts["error"] > 0 or (arguments.strict and counts["warning"] > 0))
    shown: Iterable[str] | dict[str, object]
    if arguments.format == "json":
        shown = {"format": FORMAT, "findings": [each._asdict() for each in lines]}
    else:
        shown = map(_text if arguments.format == "text" else _github, lines)
    return Answer(shown, status, [f"{several} in {files}"] if lines else ())


def _lines(arguments: Arguments) -> Iterator[Line]:
    from registry_core.environment import current_environment

    if arguments.against and arguments.load:
        raise CannotAnswer("--load imports what is installed, and not what --against says")
    registry = arguments.registry
    if registry is not None and registry not in arguments.made:
        # Once, and not as a finding in each file.
        current_environment().owner(registry, tuple(arguments.made))
    read: dict[str, Document] = {}
    found: dict[str, list[tuple[RegistryError, str]]] = {}
    # Once each: what is piped in can be read once.
    for file in dict.fromkeys(arguments.files):
        found[file] = []
        try:
            read[file] = arguments.document(file)
        except RegistryError as error:
            is_change = "=" in file and not os.path.exists(file)
            found[file] = [(error, f"a change is given with --set {file}" if is_change else "")]
    if arguments.against:
        from registry_core.cli.against import findings_against

        found |= findings_against(read, arguments)
    else:
        from registry_core.config.document import findings_of

        for file, each in read.items():
            registry = arguments.registry_of(each)
            errors = findings_of(each, registry, arguments.known, arguments.made)
            found[file] = [(error, "") for error in errors]
    for file, several in found.items():
        lines = [_line(file, each, why) for each, why in several]
        yield from sorted(lines, key=lambda each: (each.line or 0, each.column or 0))


def _line(file: str, error: RegistryError, why: str) -> Line:
    place, line, column = error.place or (file, None, None)
    path = error.config_path or "."
    message = bounded(clauses(_message(error), why))
    return Line(place, line, column, path, error.severity, message, error.code)


def _message(error: RegistryError) -> str:
    """What is wrong, without "building failed": a check does not build."""
    if not isinstance(error, BuildError):
        return error.message()
    of = f" ({error.provider})" if error.provider else ""
    return f"{quoted(error.what)}{of}: {error.reason}"


def _text(each: Line) -> str:
    place = ":".join(str(part) for part in each[:3] if part is not None)
    severity = "" if each.severity == "error" else f"{each.severity}: "
    message = " ".join(each.message.split())
    text = escaped(f"{place}: {each.path}: {severity}{message} [{each.code}]")
    # The name of a file may have a line break.
    return text.replace("\n", r"\n")


def _github(each: Line) -> str:
    """An annotation, as a workflow command of GitHub Actions.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    at = {"file": each.file, "line": each.line, "col": each.column, "title": each.code}
    values = (f"{key}={_property(str(v))}" for key, v in at.items() if v is not None)
    text = _data(f"{each.path}: {each.message}")
    return f"::{_LEVELS[each.severity]} {','.join(values)}::{text}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
