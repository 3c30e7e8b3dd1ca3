"""The command `registry-core check`: a line for everything that is wrong with config files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from registry_core.cli.arguments import add_files, add_imports, imported, registry_of
from registry_core.cli.printing import CannotPrint, answer, complain, printing_to_stderr
from registry_core.errors import BuildError, RegistryError
from registry_core.text import bounded, counted, escaped, quoted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from registry_core.cli.arguments import Parser
    from registry_core.config import Document
    from registry_core.tree.view import View

DESCRIPTION = (
    "Check YAML, TOML or JSON files by reading source: neither a plugin nor a framework is "
    "imported. A line for each finding is FILE:LINE:COLUMN: PATH: MESSAGE [CODE], with `warning:` "
    "or `hint:` before the message of what is not an error. The exit status is 1 where there is an "
    "error."
)
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


def add_arguments(parser: Parser) -> None:
    """Add what ``registry-core check`` takes."""
    add_files(parser)
    parser.add_argument(
        "--load",
        action="store_true",
        help="import what the files name, and ask the objects what source does not tell",
    )
    parser.add_argument(
        "--against",
        metavar="WHEEL_OR_INDEX",
        help="check as if this wheel were installed in place of the version that is; or all that "
        "an index has in another version",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="changes",
        metavar="CHANGE",
        help="check the files with a value changed, as `build` takes it: KEY=VALUE; may be given "
        "several times",
    )
    parser.add_argument("--strict", action="store_true", help="warnings make the exit status 1 too")
    parser.add_argument(
        "--format", choices=_WRITERS, default="text", help="how to print (default: %(default)s)"
    )
    parser.add_argument("--json", dest="format", action="store_const", const="json", help=None)
    add_imports(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check, and print what was found."""
    registries = imported(arguments)
    with printing_to_stderr():
        # What is loaded, and hooks, may print.
        lines = list(_lines(arguments, registries))
    text = "\n".join(_WRITERS[arguments.format](lines))
    if text:
        answer(text)
    counts = {level: sum(each.severity == level for each in lines) for level in _LEVELS}
    if lines:
        several = ", ".join(counted(n, level) for level, n in counts.items() if n)
        complain(f"{several} in {counted(len({each.file for each in lines}), 'file')}")
    return int(counts["error"] > 0 or (arguments.strict and counts["warning"] > 0))


def _lines(arguments: argparse.Namespace, registries: Mapping[str, View[Any]]) -> Iterator[Line]:
    from registry_core.cli.files import document
    from registry_core.environment import current_environment

    if arguments.against and arguments.load:
        raise CannotPrint("--load imports what is installed, and not what --against says")
    registry = arguments.registry
    if registry is not None and registry not in registries:
        # Once, and not as a finding in each file.
        current_environment().owner(registry, tuple(registries))
    read: dict[str, Document] = {}
    found: dict[str, list[tuple[RegistryError, str]]] = {}
    # Once each: what is piped in can be read once.
    for file in dict.fromkeys(arguments.files):
        found[file] = []
        try:
            read[file] = document(file, arguments.changes)
        except RegistryError as error:
            is_change = "=" in file and not os.path.exists(file)
            found[file] = [(error, f"a change is given with --set {file}" if is_change else "")]
    found |= _findings(read, arguments, registries)
    for file, several in found.items():
        lines = [_line(file, each, why) for each, why in several]
        yield from sorted(lines, key=lambda each: (each.line or 0, each.column or 0))


def _findings(
    read: Mapping[str, Document],
    arguments: argparse.Namespace,
    registries: Mapping[str, View[Any]],
) -> dict[str, list[tuple[RegistryError, str]]]:
    """What is wrong with each file, and what an upgrade has to do with it if one is asked."""
    if arguments.against:
        from registry_core.cli.against import findings_against

        return findings_against(read, arguments, registries)
    from registry_core.config.document import findings_of
    from registry_core.tree.known_registries import KnownRegistries

    known = KnownRegistries(load=arguments.load)
    return {
        file: [(each, "") for each in findings_of(d, registry_of(d, arguments), known, registries)]
        for file, d in read.items()
    }


def _line(file: str, error: RegistryError, why: str) -> Line:
    place, line, column = error.place or (file, None, None)
    path = error.config_path or "."
    message = bounded("; ".join(filter(None, (_message(error), why))))
    return Line(place, line, column, path, error.severity, message, error.code)


def _message(error: RegistryError) -> str:
    """What is wrong, without "building failed": a check does not build."""
    if not isinstance(error, BuildError):
        return error.message()
    of = f" ({error.provider})" if error.provider else ""
    return f"{quoted(error.what)}{of}: {error.reason}"


def _text(lines: Iterable[Line]) -> Iterator[str]:
    for each in lines:
        place = ":".join(str(part) for part in each[:3] if part is not None)
        severity = "" if each.severity == "error" else f"{each.severity}: "
        message = " ".join(each.message.split())
        text = escaped(f"{place}: {each.path}: {severity}{message} [{each.code}]")
        # The name of a file may have a line break.
        yield text.replace("\n", r"\n")


def _json(lines: Iterable[Line]) -> Iterator[str]:
    import json

    findings = [each._asdict() for each in lines]
    yield json.dumps({"format": FORMAT, "findings": findings}, indent=2)


def _github(lines: Iterable[Line]) -> Iterator[str]:
    """Annotations, as workflow commands of GitHub Actions.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    for each in lines:
        at = {"file": each.file, "line": each.line, "col": each.column, "title": each.code}
        values = (f"{key}={_property(str(v))}" for key, v in at.items() if v is not None)
        text = _data(f"{each.path}: {each.message}")
        yield f"::{_LEVELS[each.severity]} {','.join(values)}::{text}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


_WRITERS = {"text": _text, "json": _json, "github": _github}
