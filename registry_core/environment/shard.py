"""What the distributions of one place declare, group by group: plain data, and questions to it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from registry_core.entry import Problem, Provider
from registry_core.keys import name_fault, normalized, target_fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry_core.environment.distribution import Installed, Row

Refused = tuple[str, str, str]
Fault = tuple[str, str, str, str, str, str]


class Declared(NamedTuple):
    """What one distribution declares in one group.

    Attributes:
        key: its name, normalized.
        provider: its name and version.
        where: the folder of its metadata.
        rows: targets by name, for rows that are fit to be entries.
        refused: the name and value of each other row, and what is wrong with it.
    """

    key: str
    provider: Provider
    where: str
    rows: dict[str, str]
    refused: list[Refused]

    def written(self) -> Iterator[Row]:
        """Every row, fit or not: other groups than those of registries have other rules."""
        yield from self.rows.items()
        for name, value, _ in self.refused:
            yield name, value


class Shard(NamedTuple):
    """The distributions of one place, sorted by normalized name. Lives as long as its snapshot.

    Columns of plain data, not records: of thousands of distributions, most are never asked about.

    Attributes:
        place: the directory or archive that holds them; empty where no place is known.
        keys: their names, normalized; each occurs once.
        names: their names as written.
        versions: their versions.
        folders: the folder of each one's metadata, within the place.
        groups: for each group, (index of the distribution, rows, refused rows).
        faults: name, version, folder, where in it, what is wrong and how to mend it.
    """

    place: str
    keys: list[str]
    names: list[str]
    versions: list[str]
    folders: list[str]
    groups: dict[str, list[tuple[int, dict[str, str], list[Refused]]]]
    faults: list[Fault]

    def declared(self, group: str) -> Iterator[Declared]:
        """What is declared in `group`."""
        for index, rows, refused in self.groups.get(group, ()):
            provider = Provider(self.names[index], self.versions[index])
            where = _within(self.place, self.folders[index])
            yield Declared(self.keys[index], provider, where, rows, refused)

    def problems(self) -> Iterator[tuple[str, Problem]]:
        """What is wrong with these distributions, each with a normalized name, or an empty one."""
        for name, version, folder, at, what, fix in self.faults:
            where = _within(self.place, folder)
            provider = Provider(name or "a distribution without a name", version)
            yield normalized(name), Problem(provider, f"{where}: {at}" if at else where, what, fix)


def shard_of(place: str, found: Iterable[Installed]) -> Shard:
    """The shard of these distributions.

    Of two of one name the first counts, or, in one directory, in whose order nothing lies and
    where no installer leaves two versions, the higher.
    """
    shard = Shard(place, [], [], [], [], {}, [])
    known: dict[str, Installed] = {}
    for each in found:
        key = normalized(each.name)
        if not each.name:
            shard.faults.extend(_faults(each))
        elif key not in known or (place and _height(each.version) > _height(known[key].version)):
            known[key] = each
    for index, key in enumerate(sorted(known)):
        each = known[key]
        shard.keys.append(key)
        shard.names.append(each.name)
        shard.versions.append(each.version)
        shard.folders.append(each.folder)
        shard.faults.extend(_faults(each))
        for group, rows in each.groups.items():
            shard.groups.setdefault(group, []).append((index, *_sifted(rows)))
    return shard


def _within(place: str, folder: str) -> str:
    return f"{place}{os.sep}{folder}" if place else folder


def _faults(installed: Installed) -> Iterator[Fault]:
    for at, what in installed.faults:
        yield installed.name, installed.version, installed.folder, at, what, installed.fix


def _sifted(written: list[Row]) -> tuple[dict[str, str], list[Refused]]:
    """The rows that are fit to be entries, and the others with what is wrong with each."""
    rows: dict[str, str] = {}
    refused: list[Refused] = []
    for name, value in written:
        fault = name_fault(name) or target_fault(value)
        if fault is None and rows.setdefault(name, value) != value:
            fault = "it is declared twice; the first is kept"
        if fault is not None:
            refused.append((name, value, fault))
    return rows, refused


def _height(version: str) -> list[tuple[int, str]]:
    parts = version.replace("-", ".").replace("+", ".").split(".")
    return [(int(part[:9]), "") if part.isdecimal() else (-1, part) for part in (*parts, "0")]
