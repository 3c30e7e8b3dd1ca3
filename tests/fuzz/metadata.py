"""Metadata: whatever its files hold, reading them raises nothing, loses nothing, keeps all."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import time_ns
from typing import TYPE_CHECKING, Any

from importlib_metadata import EntryPoint, PathDistribution
from registry_core.environment.distribution import (
    Installed,
    parse_entry_points,
    read_distribution,
    reread,
    sifted,
)
from registry_core.environment.index import Index
from registry_core.environment.reading import read_place

from fuzz.judging import importing_nothing, judge_text
from registry_core import Environment, Registry, use_environment
from registry_core.keys import name_fault, parse_target, scope_path, target_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_core.environment.distribution import Row
    from registry_core.environment.shard import Shard

    from registry_core.environment.table import Table

GROUP = "registry_core.activation"
ROOT = "acts"
# Stands between the two files of an input; one without it is an `entry_points.txt` alone.
CUT = b"\n%%\n"
USUAL = b"Metadata-Version: 2.1\nName: acts\nVersion: 1.0\n"
# A header that nobody can read in two ways.
_PLAIN = re.compile(
    rb"(?:(?:Metadata-Version|Name|Version|Summary): *[!-~][ -~]*\n)+(?:\n[ -~\n]*)?"
)
# Characters; longer names may be refused.
_LONG = 200
# Each costs a look at the disk.
_MOST_CONFIRMED = 20
# In nanoseconds: everything written before that has settled.
_LATER = 10**12


@cache
def _temporary() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="registry-core-fuzz-")


def check(data: bytes) -> None:
    """Fail where reading, keeping or tabling the metadata in `data` breaks a promise."""
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
        for rows in groups.values():
            _check_sifting(rows)
        installed = _check_distribution(folder, groups)
        shard = _check_index(place, Path(_temporary().name, "index"))
        _check_tables(place, Path(_temporary().name, "index"), installed, shard)
    _check_reference(PathDistribution(folder), text, groups)
    if _PLAIN.fullmatch(written):
        _check_fields(PathDistribution(folder), installed)


def _hook_modules(groups: dict[str, list[Row]]) -> set[str]:
    """The modules that a registry may import to be complete: no others."""
    modules: set[str] = set()
    for _, value in groups.get("registry_core.hooks", []):
        words = re.split(r"[:\[]", value)[0].strip().split(".")
        modules |= {".".join(words[: end + 1]) for end in range(len(words))}
    return modules


def _check_parsing(text: str) -> dict[str, list[Row]]:
    groups, faults = parse_entry_points(text)
    lines = [line.strip() for line in text.splitlines()]
    said = [line for line in lines if line and line[0] not in "#;"]
    headers = [line for line in said if line[0] == "[" and line[-1] == "]" and "=" not in line]
    kept = sum(map(len, groups.values()))
    assert kept + len(faults) == len(said) - len(headers), f"a line is lost: {groups}, {faults}"
    assert groups.keys() == {header[1:-1].strip() for header in headers}, f"{groups.keys()}"
    for at, what in faults:
        judge_text(f"{at}: {what}")
    return groups


def _check_sifting(rows: list[Row]) -> None:
    fit, refused = sifted(rows)
    unfit = {(name, value) for name, value, _ in refused}
    for name, value in rows:
        assert fit.get(name) == value or (name, value) in unfit, f"{name} = {value} is lost"
    for _, _, fault in refused:
        judge_text(fault)
    for name, value in fit.items():
        assert name_fault(name) is None, name
        assert target_fault(value) is None, value
        module, attribute, _ = parse_target(value)
        reference = EntryPoint(name, value, GROUP)
        assert (reference.module, reference.attr) == (module, attribute), value


def _check_reference(reference: PathDistribution, text: str, groups: dict[str, list[Row]]) -> None:
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
    expected = sorted((point.group, point.name, point.value) for point in points)
    found = sorted((group, *row) for group, rows in groups.items() for row in rows)
    assert found == expected, f"{found} and not {expected}"


def _check_distribution(folder: Path, groups: dict[str, list[Row]]) -> Installed:
    installed = read_distribution(PathDistribution(folder), str(folder.parent))
    for at, what in installed.faults:
        judge_text(f"{at}: {what}")
    judge_text(installed.fix)
    if not installed.name:
        assert installed.faults, "it has no name, and nothing says so"
        assert not installed.groups, "it has no name, but entries"
    else:
        judge_text(f"{installed.name} {installed.version}")
        assert installed.groups == groups, f"{installed.groups} and not {groups}"
        now = reread(str(folder))
        assert now == (installed.name, groups), f"{now}: nothing of it could be loaded"
    return installed


def _check_fields(reference: PathDistribution, installed: Installed) -> None:
    fields = [str(reference.metadata.get(key) or "").strip() for key in ("Name", "Version")]
    if re.fullmatch(r"(?i)[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", fields[0]):
        if len("".join(fields)) > _LONG:
            return
        found = [installed.name, installed.version]
        assert found == fields, f"{found} and not {fields}"
    else:
        assert not installed.name, f"{installed.name!r} is no name of a distribution"


def _check_index(place: Path, index: Path) -> Shard:
    shard, is_whole = read_place(str(place))
    assert is_whole or shard.faults, "it could not be read, and nothing says so"
    kept = Index(str(index)).keep(shard, time_ns() + _LATER)
    assert kept.mark, "it cannot be kept"
    again = Index(str(index)).shard(str(place))
    assert again is not None, "what was kept is not believed"
    assert json.loads(json.dumps(again)) == json.loads(json.dumps(kept)), "another was kept"
    return shard


def _check_tables(place: Path, index: Path, installed: Installed, shard: Shard) -> None:
    anew, kept = (
        Environment([str(place)], variables={"REGISTRY_CORE_INDEX": where})
        for where in ("off", str(index))
    )
    assert all(each.mark for each, _ in kept.scan()._shards), "the index is not used"
    first, second = anew.table(GROUP, ROOT), kept.table(GROUP, ROOT)
    assert _plain(first) == _plain(second), "the index tells another table"
    for environment in (anew, kept):
        with use_environment(environment):
            registry: Registry[Any] = Registry("activation", scope=ROOT)
            _check_registry(registry, installed)
            for entry in registry.entries()[:_MOST_CONFIRMED]:
                assert environment.confirm(entry, ROOT), f"{entry} could never be loaded"
    assert shard.names == ([installed.name] if installed.name else [])


def _plain(table: Table) -> tuple[object, ...]:
    scopes = {path: dict(names) for path, names in table.scopes.items()}
    return scopes, table.outdone, table.blocked, table.problems


def _check_registry(registry: Registry[Any], installed: Installed) -> None:
    problems = registry.problems()
    for problem in problems:
        judge_text(str(problem))
    entries = registry.entries()
    if installed.faults:
        assert problems, "the faults are lost"
    lost = [row for row in _declared(installed) if row not in {tuple(e[:3:2]) for e in entries}]
    if installed.faults or problems:
        return
    assert len(entries) == len({entry.key for entry in entries}), "a key has two entries"
    for entry in entries:
        assert entry.key in registry, f"{entry.key!r} is listed, and not in it"
        assert registry.resolve(entry.key) == entry, f"{entry.key!r} leads elsewhere"
    assert not lost, f"{lost} are lost"


def _declared(installed: Installed) -> Iterator[tuple[str, str]]:
    """Each name and scope that the metadata declares for the registry."""
    for group, rows in installed.groups.items():
        path = scope_path(group, GROUP)
        if path is not None:
            scope = ".".join(path[1:] if path and path[0] == ROOT else path)
            for name, _ in rows:
                yield name, scope
