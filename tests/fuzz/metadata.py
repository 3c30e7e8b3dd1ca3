"""Metadata: whatever its files hold, reading them raises nothing and loses nothing."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from importlib_metadata import EntryPoint, PathDistribution

from fuzz.judging import importing_nothing, judge_text
from registry_core import Environment, Registry, use_environment
from registry_core.installed.entry_points import parse_entry_points
from registry_core.installed.places import read_places
from registry_core.keys import name_fault, parse_target, scope_path, target_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.installed.copies import Copy
    from registry_core.installed.entry_points import Group

GROUP = "registry_core.activation"
ROOT = "acts"
# Stands between the two files of an input; one without it is an `entry_points.txt` alone.
CUT = b"\n%%\n"
USUAL = b"Metadata-Version: 2.1\nName: acts\nVersion: 1.0\n"
# A header that nobody can read in two ways.
_PLAIN = re.compile(
    rb"(?:(?:Metadata-Version|Name|Version|Summary): *[!-~][ -~]*\n)+(?:\n[ -~\n]*)?"
)
# Characters; longer versions may be refused.
_LONG = 200


@cache
def _temporary() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="registry-core-fuzz-")


def check(data: bytes) -> None:
    """Fail where reading or tabling the metadata in `data` breaks a promise."""
    written, cut, entry_points = data.partition(CUT)
    if not cut:
        written, entry_points = USUAL, data
    place = Path(_temporary().name, "site")
    folder = place / "acts-1.0.dist-info"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "METADATA").write_bytes(written)
    (folder / "entry_points.txt").write_bytes(entry_points)
    text = entry_points.decode("utf-8", "replace")
    groups = _check_parsing(text)
    with importing_nothing(_hook_modules(groups)):
        for group in groups.values():
            _check_rows(group)
        environment = Environment([str(place)], variables={})
        (copy,) = (copy for read in read_places([str(place)]) for copy in read.copies())
        _check_copy(copy, environment, is_utf8="\ufffd" not in text)
        with use_environment(environment):
            _check_registry(Registry("activation", scope=ROOT), copy)
    _check_reference(PathDistribution(folder), text, groups)
    if _PLAIN.fullmatch(written):
        _check_fields(PathDistribution(folder), copy)


def _hook_modules(groups: dict[str, Group]) -> set[str]:
    """The modules that a registry may import to be complete: no others."""
    hooks = groups.get("registry_core.hooks")
    modules: set[str] = set()
    for _, value in hooks.written() if hooks else ():
        words = re.split(r"[:\[]", value)[0].strip().split(".")
        modules |= {".".join(words[: end + 1]) for end in range(len(words))}
    return modules


def _check_parsing(text: str) -> dict[str, Group]:
    """Line by line nothing is lost, whether or not the file is written as build backends do."""
    groups, faults = parse_entry_points(text)
    expected: dict[str, set[tuple[str, str]]] = {}
    rows: set[tuple[str, str]] | None = None
    refused = 0
    for line in filter(None, map(str.strip, text.splitlines())):
        name, equals, value = line.partition("=")
        if line[0] in "#;":
            continue
        if equals and rows is not None:
            rows.add((name.rstrip(), value.lstrip()))
        elif not equals and line[0] == "[" and line[-1] == "]":
            rows = expected.setdefault(line[1:-1].strip(), set())
        else:
            refused += 1
    assert {name: set(group.written()) for name, group in groups.items()} == expected
    assert len(faults) == refused, f"{refused} lines are none, and {len(faults)} are told"
    for at, what in faults:
        judge_text(f"{at}: {what}")
    return groups


def _check_rows(group: Group) -> None:
    for _, _, fault in group.refused:
        judge_text(fault)
    for name, value in group.rows.items():
        assert name_fault(name) is None, name
        assert target_fault(value) is None, value
        module, attribute, _ = parse_target(value)
        reference = EntryPoint(name, value, GROUP)
        assert (reference.module, reference.attr) == (module, attribute), value


def _check_reference(reference: PathDistribution, text: str, groups: dict[str, Group]) -> None:
    """What importlib_metadata reads we read, too: but for comments and oddly written groups.

    A row whose name begins with a bracket, and whose value ends with one, is one of these.
    """
    lines = [line.strip() for line in text.splitlines()]
    odd = [line for line in lines if re.match(r";|\[\s|\[.*[=\[\]].*\]|\[.*\s\]", line)]
    if odd or "\ufffd" in text:
        return
    try:
        points = reference.entry_points
    except (TypeError, ValueError):
        # What it refuses as a whole, a line without "=" for one, we read in part.
        return
    expected = {(point.group, point.name, point.value) for point in points}
    found = {(name, *row) for name, group in groups.items() for row in group.written()}
    assert found == expected, f"{found} and not {expected}"


def _check_copy(copy: Copy, environment: Environment, *, is_utf8: bool) -> None:
    """A distribution, or a problem that says why it is none; nothing of that one counts."""
    identity = copy.identity()
    judge_text(f"{identity.provider} {identity.fault} {identity.fix} {identity.version_fault}")
    for problem in copy.problems():
        judge_text(str(problem))
    if identity.fault is not None:
        assert copy.problems(), "it is no distribution, and nothing says so"
        assert environment.groups() == [], "it is no distribution, but has entries"
    elif not is_utf8:
        assert copy.problems(), "bytes that are not UTF-8 are lost"


def _check_fields(reference: PathDistribution, copy: Copy) -> None:
    name, version = (str(reference.metadata.get(key) or "").strip() for key in ("Name", "Version"))
    identity = copy.identity()
    if re.sub(r"[-_.]+", "-", name).lower() != "acts":
        assert identity.fault is not None, f"{name!r} is not the name of its folder"
    elif len(version) <= _LONG:
        assert identity.fault is None, identity.fault
        assert identity.provider.name == name
        is_told = identity.version_fault is not None
        assert is_told or identity.provider.version == version, f"{version!r} is lost"


def _check_registry(registry: Registry[Any], copy: Copy) -> None:
    problems = registry.problems()
    for problem in problems:
        judge_text(str(problem))
    entries = registry.entries()
    if copy.problems() or problems:
        return
    assert len(entries) == len({entry.key for entry in entries}), "a key has two entries"
    for entry in entries:
        assert entry.key in registry, f"{entry.key!r} is listed, and not in it"
        assert registry.resolve(entry.key) == entry, f"{entry.key!r} leads elsewhere"
    listed = {(entry.scope, entry.name) for entry in entries}
    assert listed >= {*_declared(copy)}, f"{ {*_declared(copy)} - listed } are lost"


def _declared(copy: Copy) -> Iterator[tuple[str, str]]:
    """Each scope and name that the metadata declares for the registry."""
    for name, group in copy.groups().items():
        path = scope_path(name, GROUP)
        if path is not None:
            scope = ".".join(path[1:] if path and path[0] == ROOT else path)
            for row in group.rows:
                yield scope, row
