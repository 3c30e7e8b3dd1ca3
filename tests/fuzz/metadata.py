"""Metadata: whatever its files hold, reading it raises nothing, loses nothing, and agrees.

With importlib_metadata, that is: where the two differ in a name, a version or a row, a problem says
so. What differs without one is what packaging's specifications leave to nobody: comments after `;`.
"""

from __future__ import annotations

import os
import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from importlib_metadata import EntryPoint, PathDistribution

from fuzz.judging import importing_nothing, judge_text
from registry_core import Environment, Registry, use_environment
from registry_core.installed.entry_points import parse_entry_points
from registry_core.installed.folders import is_metadata, named_by
from registry_core.installed.versions import are_alike
from registry_core.keys import (
    HOOKS,
    REGISTRIES,
    name_fault,
    normalized,
    parse_target,
    scope_path,
    target_fault,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from registry_core.entry import Problem
    from registry_core.environment.table import Table
    from registry_core.installed import Copy
    from registry_core.installed.entry_points import Group

GROUP = "registry_core.activation"
ROOT = "acts"
# Stands between the files of an input, and before the name of their folder. An input without one is
# an `entry_points.txt` alone.
CUT = b"\n%%\n"
USUAL = b"Metadata-Version: 2.1\nName: acts\nVersion: 1.0\n"
FOLDER = b"acts-1.0.dist-info"
# A comment, which keeps a file from being read the quick way.
COMMENT = "#\n"
# A header that nobody can read in two ways.
_PLAIN = re.compile(
    rb"(?:(?:Metadata-Version|Name|Version|Summary): *[!-~][ -~]*\n)+(?:\n[ -~\n]*)?"
)
_NAME = re.compile(r"(?i)[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
# Characters; longer names may be refused.
_LONG = 200
# Each costs a look at the policy.
_MOST_CONFIRMED = 20
Row = tuple[str, str, str]
_OTHERS = (HOOKS, REGISTRIES)
_OF_OTHERS = ("the hook", "no installed framework owns", "no registry can have")


class Reference(NamedTuple):
    """What importlib_metadata says of a distribution. None where it raises.

    Attributes:
        name: its name as written.
        version: its version as written.
        rows: its rows: group, name and value.
    """

    name: str | None
    version: str | None
    rows: set[Row] | None


@cache
def _temporary() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="registry-core-fuzz-")


def check(data: bytes) -> None:
    """Fail where reading or tabling the metadata in `data` breaks a promise."""
    parts = data.split(CUT, 2)
    written, rows, name = USUAL, parts[0], FOLDER
    if len(parts) > 1:
        written, rows = parts[:2]
    if len(parts) > 2:
        name = parts[2]
    place = Path(_temporary().name, "site")
    shutil.rmtree(place, ignore_errors=True)
    folder = place / _folder(name)
    folder.mkdir(parents=True)
    (folder / "METADATA").write_bytes(written)
    (folder / "entry_points.txt").write_bytes(rows)
    groups = _check_parsing(rows)
    with importing_nothing(_hook_modules(groups)):
        environment = Environment([str(place)], variables={})
        problems = _problems(environment)
        _check_registry(environment)
        _check_again(place, environment, problems)
    copy = next(iter(environment.installed.copies()), None)
    if copy is None:
        assert _of_folder(problems, folder), "nothing is installed, and no problem says why"
    else:
        judge_text(str(copy.provider))
        _check_reference(copy, problems)
    _check_innocence(folder, written, rows, environment)


def _folder(name: bytes) -> str:
    """The name of a folder of metadata, of any bytes."""
    text = os.fsdecode(name.replace(b"/", b"_").replace(b"\0", b"_")[:_LONG])
    return text if is_metadata(text, "site") else f"{text}.dist-info"


def _hook_modules(groups: Mapping[str, Group]) -> set[str]:
    """The modules that a registry may import to be complete: no others."""
    modules: set[str] = set()
    for _, value in groups[HOOKS].written() if HOOKS in groups else ():
        words = re.split(r"[:\[]", value)[0].strip().split(".")
        modules |= {".".join(words[: end + 1]) for end in range(len(words))}
    return modules


def _check_parsing(content: bytes) -> dict[str, Group]:
    """No line is lost, what counts is sound, and both ways of reading a file read the same."""
    text = content.decode("utf-8", "replace")
    is_damaged = text.encode() != content
    groups, faults = parse_entry_points(text, is_damaged=is_damaged)
    again, slowly = parse_entry_points(COMMENT + text, is_damaged=is_damaged)
    assert again == groups, f"the quick way reads {groups}, and not {again}"
    assert [what for _, what in faults] == [what for _, what in slowly]
    for where, what in faults:
        judge_text(f"{where}: {what}")
    faulty = {int(where.rpartition(" ")[2]) for where, _ in faults}
    rows: set[tuple[str, str]] | None = None
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        name, equals, value = (part.strip() for part in line.partition("="))
        if not line or line[0] in "#;":
            assert number not in faulty, f"a comment is accused: {line!r}"
        elif line[0] == "[" and line[-1] == "]" and not equals:
            rows = set(groups[line[1:-1].strip()].written())
        elif number not in faulty:
            assert rows is not None, f"{line!r} belongs to no group"
            assert (name, value) in rows, f"{line!r} is lost"
    for group in groups.values():
        _check_group(group)
    return groups


def _check_group(group: Group) -> None:
    for _, _, fault in group.refused:
        judge_text(fault)
    for name, value in group.rows.items():
        assert name_fault(name) is None, name
        assert target_fault(value) is None, value
        module, attribute, _ = parse_target(value)
        reference = EntryPoint(name, value, GROUP)
        assert (reference.module, reference.attr) == (module, attribute), value


def _problems(environment: Environment) -> list[Problem]:
    """Everything that is wrong with what is installed, each of which can be shown."""
    problems = [*environment.problems(), *environment.table(GROUP, ROOT).problems]
    for problem in problems:
        judge_text(str(problem))
    return problems


def _of_folder(problems: list[Problem], folder: Path) -> list[Problem]:
    """The problems of the folder itself, and not of what it declares."""
    shown = str(folder) if str(folder).isprintable() else repr(str(folder))[1:-1]
    return [problem for problem in problems if problem.where == shown]


def _check_registry(environment: Environment) -> None:
    """What is listed is there, resolves, may be loaded, and is gone where it is blocked."""
    with use_environment(environment):
        registry: Registry[Any] = Registry("activation", scope=ROOT)
        entries, problems = registry.entries(), registry.problems()
        for problem in problems:
            judge_text(str(problem))
        for entry in entries[:_MOST_CONFIRMED]:
            assert environment.confirm(entry), f"{entry} could never be loaded"
        lost = {*_declared(environment)} - {(entry.name, entry.scope) for entry in entries}
        if not problems:
            assert len(entries) == len({entry.key for entry in entries}), "a key has two entries"
            for entry in entries:
                assert entry.key in registry, f"{entry.key!r} is listed, and not in it"
                assert registry.resolve(entry.key) == entry, f"{entry.key!r} leads elsewhere"
            assert not lost, f"{lost} are lost"
        for key in {entry.provider.name for entry in entries}:
            environment.block(key)
        assert not registry.entries(), f"{registry.entries()} are blocked"


def _declared(environment: Environment) -> Iterator[tuple[str, str]]:
    """Each name and scope that the metadata declares for the registry."""
    for group, declared in environment.installed.within(GROUP).by_group.items():
        path = scope_path(group, GROUP) or ()
        scope = ".".join(path[1:] if path and path[0] == ROOT else path)
        for each in declared:
            yield from ((name, scope) for name in each.rows)


def _check_again(place: Path, environment: Environment, problems: list[Problem]) -> None:
    """Another look, and another process, see the same."""
    anew = Environment([str(place)], variables={})
    table = _plain(anew.table(GROUP, ROOT))
    assert _problems(anew) == problems, "another look sees other problems"
    anew.refresh()
    assert _plain(anew.table(GROUP, ROOT)) == table, "refresh() shows something else"
    assert anew.installed.groups() == environment.installed.groups()


def _plain(table: Table) -> tuple[object, ...]:
    scopes = {path: dict(names) for path, names in table.scopes.items()}
    return scopes, table.outdone, table.blocked, table.problems


def _reference(folder: Path) -> Reference:
    """What importlib_metadata says of a folder."""
    distribution = PathDistribution(folder)

    def said(ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except (KeyError, TypeError, ValueError):
            # What it refuses as a whole, a line without "=" for one, we read in part.
            return None

    def field(name: str) -> Any:
        return said(lambda: distribution.metadata[name])

    points = said(lambda: distribution.entry_points)
    rows = None if points is None else {(point.group, point.name, point.value) for point in points}
    return Reference(field("Name"), field("Version"), rows)


def _words(value: str) -> list[str]:
    """What a header says: folding leaves line breaks in it, or blanks."""
    return [word for word in re.split(r"[ \t\r\n]+", value) if word]


def _check_reference(copy: Copy, problems: list[Problem]) -> None:
    """What importlib_metadata says of a name, a version or a row is said, or a problem says not."""
    folder, provider = Path(copy.folder), copy.provider
    reference = _reference(folder)
    accused = _of_folder(problems, folder)
    if reference.name is not None:
        same = _words(provider.name) == _words(reference.name)
        assert same or accused, f"it is {reference.name!r}, and not {provider.name!r}"
    # Where nothing is declared, no message names a version.
    if reference.version is not None and copy.groups():
        same = _words(provider.version or "") == _words(reference.version)
        assert same or accused, f"it is {reference.version!r}, and not {provider.version!r}"
    comments = [line for line in _lines(copy) if line.startswith(";")]
    # Of a hook module that there is not, or of a group, a row is not accused.
    faulty = [problem for problem in problems if not problem.what.startswith(_OF_OTHERS)]
    if reference.rows is not None and not comments and not faulty:
        ours = {
            (group, name, value)
            for group, found in copy.groups().items()
            # Of hook modules and registries, no row is refused when it is read.
            for name, value in (found.rows.items() if group not in _OTHERS else found.written())
            if _is_ours(group)
        }
        theirs = {row for row in reference.rows if _is_ours(row[0])}
        assert ours == theirs, f"{ours} and not {theirs}"


def _is_ours(group: str) -> bool:
    return scope_path(group, GROUP) is not None or group in _OTHERS


def _lines(copy: Copy) -> list[str]:
    return [line.strip() for line in (copy.content or b"").decode("utf-8", "replace").splitlines()]


def _check_innocence(folder: Path, written: bytes, rows: bytes, environment: Environment) -> None:
    """Sound metadata is not a problem."""
    reference = _reference(folder) if _PLAIN.fullmatch(written) else Reference(None, None, None)
    name, version = (reference.name or "").strip(), (reference.version or "").strip()
    key, own = named_by(folder.name, str(folder.parent))
    text = rows.decode("utf-8", "replace")
    if (
        _NAME.fullmatch(name)
        and len(name + version) < _LONG
        and normalized(name) == (key or normalized(name))
        and version
        and (not own or are_alike(version, own))
        and not parse_entry_points(text)[1]
        and "\ufffd" not in text
    ):
        assert environment.installed.problems() == []
        (copy,) = environment.installed.copies()
        assert str(copy.provider) == f"{name} {version}"
