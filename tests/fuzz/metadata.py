"""Metadata: whatever its files hold, reading them raises nothing, loses nothing, accuses nobody."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from importlib_metadata import EntryPoint, PathDistribution

from fuzz.judging import importing_nothing, judge_text
from registry_core import Environment, Registry, use_environment
from registry_core.installed import Installed
from registry_core.installed.entry_points import parse_entry_points
from registry_core.keys import name_fault, normalized, parse_target, scope_path, target_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.installed import Copy
    from registry_core.installed.entry_points import Group

GROUP = "registry_core.activation"
ROOT = "acts"
# Stands between the two files of an input; one without it is an `entry_points.txt` alone.
CUT = b"\n%%\n"
USUAL = b"Metadata-Version: 2.1\nName: acts\nVersion: 1.0\n"
# A header that can be read in one way alone.
_PLAIN = re.compile(
    rb"(?:(?:Metadata-Version|Name|Version|Summary): *[!-~][ -~]*\n)+(?:\n[ -~\n]*)?"
)
# Characters; longer names may be refused.
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
        # A letter that stands for bytes that are none is a fault only where these bytes are known.
        is_text = "\ufffd" not in text
        copy = _check_copy(place, groups if entry_points else {}, is_text=is_text)
        _check_registry(place, groups if copy is not None else {})
    _check_reference(PathDistribution(folder), text, groups)
    if _PLAIN.fullmatch(written):
        _check_fields(PathDistribution(folder), copy)


def _hook_modules(groups: dict[str, Group]) -> set[str]:
    """The modules that a registry may import to be complete: no others."""
    modules: set[str] = set()
    hooks = groups.get("registry_core.hooks")
    for _, value in hooks.written() if hooks is not None else ():
        words = re.split(r"[:\[]", value)[0].strip().split(".")
        modules |= {".".join(words[: end + 1]) for end in range(len(words))}
    return modules


def _check_parsing(text: str) -> dict[str, Group]:
    groups, faults = parse_entry_points(text)
    lines = [line.strip() for line in text.splitlines()]
    said = [line for line in lines if line and line[0] not in "#;"]
    headers = [line for line in said if line[0] == "[" and line[-1] == "]" and "=" not in line]
    # The same row twice is one row.
    kept = {row for found in groups.values() for row in found.written()}
    rows = {tuple(part.strip() for part in line.split("=", 1)) for line in said if "=" in line}
    lost = rows - kept
    assert len(lost) <= len(faults), f"{lost} are lost"
    without = [line for line in said if "=" not in line and line not in headers]
    assert len(without) <= len(faults), f"nothing is said of {without}"
    assert groups.keys() == {header[1:-1].strip() for header in headers}, f"{groups.keys()}"
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


def _check_copy(place: Path, groups: dict[str, Group], *, is_text: bool) -> Copy | None:
    installed = Installed([str(place)])
    copy = installed.copy("acts")
    problems = installed.problems()
    for problem in problems:
        judge_text(str(problem))
    if copy is None:
        assert problems, "it is no distribution, and nothing says so"
        assert installed.groups() == [], "it is no distribution, but declares something"
        return None
    judge_text(str(copy.provider))
    assert normalized(copy.provider.name) == copy.key, copy.provider
    if is_text:
        assert copy.groups() == groups, f"{copy.groups()} and not {groups}"
    return copy


def _check_fields(reference: PathDistribution, copy: Copy | None) -> None:
    fields = [str(reference.metadata.get(key) or "").strip() for key in ("Name", "Version")]
    if normalized(fields[0]) != "acts":
        assert copy is None, f"it is called {fields[0]!r}, and counts"
    elif len("".join(fields)) < _LONG and fields[1] == "1.0":
        assert copy is not None, f"{fields} do not count"
        assert [*copy.provider] == fields, f"{copy.provider} and not {fields}"


def _check_registry(place: Path, groups: dict[str, Group]) -> None:
    environment = Environment([str(place)], variables={"REGISTRY_CORE_CACHE": "off"})
    with use_environment(environment):
        registry: Registry[Any] = Registry("activation", scope=ROOT)
        problems = registry.problems()
        for problem in problems:
            judge_text(str(problem))
        entries = registry.entries()
        found = {(entry.name, entry.scope) for entry in entries}
        lost = [row for row in _declared(groups) if row not in found]
        if problems:
            return
        assert len(entries) == len({entry.key for entry in entries}), "a key has two entries"
        for entry in entries:
            assert entry.key in registry, f"{entry.key!r} is listed, and not in it"
            assert registry.resolve(entry.key) == entry, f"{entry.key!r} leads elsewhere"
        assert not lost, f"{lost} are lost"


def _declared(groups: dict[str, Group]) -> Iterator[tuple[str, str]]:
    """Each name and scope that the metadata declares for the registry."""
    for address, group in groups.items():
        path = scope_path(address, GROUP)
        if path is not None:
            scope = ".".join(path[1:] if path and path[0] == ROOT else path)
            for name, _ in group.written():
                yield name, scope
