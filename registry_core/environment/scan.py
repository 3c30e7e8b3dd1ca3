"""From installed distributions to entry points and problems. Reads metadata, imports no plugin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from registry_core.entry import Problem, Provider
from registry_core.keys import normalized
from registry_core.wording import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importlib_metadata import Distribution

Row = tuple[str, str]
ENTRY_POINTS = "entry_points.txt"


class Installed(NamedTuple):
    """What one distribution declares: each group with its (name, value) rows, as written."""

    provider: Provider
    where: str
    groups: dict[str, list[Row]]
    problems: list[Problem]


class Scan(NamedTuple):
    """All that is installed: distributions sorted by name, and the problems met on the way."""

    installed: tuple[Installed, ...]
    problems: tuple[Problem, ...]


def scan(path: Sequence[str] | None = None) -> Scan:
    """Read the metadata of every distribution on `path`, or that Python's finders know.

    Of two distributions of one name the first on the path counts, as when Python imports; of two
    versions in one directory, which no installer leaves, the higher. Each is read under a guard
    of its own, so that a broken one is a problem and hides no other.
    """
    first: dict[str, Installed] = {}
    problems: list[Problem] = []
    for found in _distributions(path):
        installed = found if isinstance(found, Installed) else _read(found)
        key = normalized(installed.provider.name)
        if not installed.provider.name:
            problems += installed.problems
        elif key not in first or _outdoes(installed, first[key]):
            first[key] = installed
    found_first = tuple(first[key] for key in sorted(first))
    for installed in found_first:
        problems += installed.problems
    return Scan(found_first, tuple(problems))


def _outdoes(installed: Installed, other: Installed) -> bool:
    """Whether it is the higher of two versions in one directory, in whose order nothing lies."""
    if Path(installed.where).parent != Path(other.where).parent:
        return False
    return _height(installed.provider.version) > _height(other.provider.version)


def _height(version: str | None) -> list[tuple[int, str]]:
    parts = (version or "").replace("-", ".").replace("+", ".").split(".")
    return [(int(part[:9]), "") if part.isdecimal() else (-1, part) for part in (*parts, "0")]


def _distributions(path: Sequence[str] | None) -> Iterator[Distribution | Installed]:
    # Late: importing it costs more than all the rest, and replaces the standard library's finder.
    import importlib_metadata

    where = {} if path is None else {"path": list(path)}
    try:
        yield from cast("Iterator[Distribution]", importlib_metadata.distributions(**where))
    except Exception as error:
        what = f"listing distributions raised {told(error)}"
        fix = "remove the finder that raises from sys.meta_path, or mend it"
        yield _nobody("a finder of distributions", "sys.meta_path", what, fix)


def _nobody(who: str, where: str, what: str, fix: str) -> Installed:
    return Installed(Provider(""), where, {}, [Problem(Provider(who, ""), where, what, fix)])


def _read(distribution: Distribution) -> Installed:
    # The folder is private to importlib_metadata, and a message without it could not be acted on.
    where = str(getattr(distribution, "_path", type(distribution).__name__))
    unnamed = "a distribution without a name"
    try:
        name, version, fault = _identity(distribution)
        if not name or not f"{name}{version}".isprintable():
            fix = "remove this folder, or reinstall the distribution that it belongs to"
            return _nobody(unnamed, where, "its metadata holds no name that can be shown", fix)
        provider = Provider(name, version)
        text, text_fault = _text(distribution, ENTRY_POINTS)
    except Exception as error:
        what = f"reading its metadata raised {told(error)}"
        return _nobody(unnamed, where, what, "reinstall the distribution that it belongs to")
    groups, faults = parse_entry_points(text)
    faults = [("METADATA", fault), (ENTRY_POINTS, text_fault), *faults]
    fix = f"tell its authors, or pip uninstall {name}"
    problems = [Problem(provider, f"{where}: {at}", what, fix) for at, what in faults if what]
    return Installed(provider, where, groups, problems)


def _identity(distribution: Distribution) -> tuple[str, str, str]:
    """The name, the version and what is wrong, without parsing a description as e-mail."""
    text, fault = _text(distribution, "METADATA")
    if not text:
        text, fault = _text(distribution, "PKG-INFO")
    fields: dict[str, str] = {}
    for line in text.splitlines():
        if not line:
            break
        name, colon, value = line.partition(":")
        if colon and name.lower() in {"name", "version"}:
            fields.setdefault(name.lower(), value.strip())
    return fields.get("name", ""), fields.get("version", ""), fault


def _text(distribution: Distribution, name: str) -> tuple[str, str]:
    """A metadata file and what is wrong with it. What is not UTF-8 costs only its own lines."""
    try:
        return distribution.read_text(name) or "", ""
    except UnicodeDecodeError as error:
        # The whole file is in the error; asking for the bytes has no public way.
        return bytes(error.object).decode(
            "utf-8", "replace"
        ), f"{name} is not UTF-8: {error.reason}"


def parse_entry_points(text: str) -> tuple[dict[str, list[Row]], list[tuple[str, str]]]:
    r"""Rows by group, and faults as (place, what). A bad line costs itself, not the file.

    >>> groups, faults = parse_entry_points("[console_scripts]\nrun = pkg:main\noops\n")
    >>> groups
    {'console_scripts': [('run', 'pkg:main')]}
    >>> faults
    [('entry_points.txt line 3', "'oops' is no 'name = value'")]
    """
    groups: dict[str, list[Row]] = {}
    faults: list[tuple[str, str]] = []
    rows: list[Row] | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith(("#", ";")):
            continue
        fault = ""
        if line.startswith("[") and line.endswith("]"):
            rows = groups.setdefault(line[1:-1].strip(), [])
            continue
        name, equals, value = (part.strip() for part in line.partition("="))
        if rows is None:
            fault = f"{line[:60]!r} stands before the first [group]"
        elif not equals:
            fault = f"{line[:60]!r} is no 'name = value'"
        elif "\ufffd" in line:
            fault = f"{line[:60]!r} is not UTF-8"
        else:
            rows.append((name, value))
        if fault:
            faults.append((f"{ENTRY_POINTS} line {number}", fault))
    return groups, faults
