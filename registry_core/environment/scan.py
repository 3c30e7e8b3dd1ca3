"""All that is installed, place by place: of two distributions of one name the first counts."""

from __future__ import annotations

import os
from time import time_ns
from typing import TYPE_CHECKING

from registry_core.entry import Provider
from registry_core.environment.shard import Declared, packed
from registry_core.environment.stamp import is_settled, stamp_of_all
from registry_core.keys import dotted, normalized, scope_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from registry_core.entry import Entry, Problem
    from registry_core.environment.distribution import Refused
    from registry_core.environment.shard import Shard

    _Said = dict[str, tuple[dict[str, str], list[Refused]]]


class Scan:
    """What is installed, asked group by group. Lives as long as its snapshot; never changes.

    Args:
        shards: what each place holds, in the order in which Python would look there.
    """

    def __init__(self, shards: Iterable[Shard]) -> None:
        # Each with the names before it, normalized: of one name the first counts, as in an import.
        self._shards: list[tuple[Shard, frozenset[str]]] = []
        before: frozenset[str] = frozenset()
        for shard in shards:
            if shard.names or shard.faults:
                if self._shards:
                    before |= {*map(normalized, self._shards[-1][0].names)}
                self._shards.append((shard, before))
        # What folders of metadata said when they were read again, by the stamp that they had.
        self._reread: dict[str, tuple[int, _Said]] = {}

    def groups(self) -> list[str]:
        """Every group that something is declared in, sorted."""
        return sorted({group for shard, _ in self._shards for group in shard.groups})

    def declared(self, group: str) -> list[Declared]:
        """What each distribution declares in `group`, sorted by normalized name."""
        return [declared for _, declared in self._declared(group)]

    def _declared(self, group: str) -> list[tuple[Shard, Declared]]:
        found = [
            (shard, declared)
            for shard, before in self._shards
            for declared in shard.declared(group)
            if declared.key not in before
        ]
        found.sort(key=lambda pair: pair[1].key)
        return found

    def reread(
        self, group: str, names: Collection[str] | None = None
    ) -> tuple[list[Declared], bool]:
        """What `declared` says, read again wherever it may come from the index.

        Args:
            group: the group.
            names: only distributions that declare one of these names in it.

        Returns:
            What they declare, and whether all of it could be read: what nobody knows at this
            moment is left out, and not run.
        """
        found: list[Declared] = []
        is_whole = True
        for shard, declared in self._declared(group):
            if names is None or any(name in names for name, _ in declared.written()):
                if not shard.mark:
                    found.append(declared)
                    continue
                try:
                    rows, refused = self._says(shard, declared.provider.name).get(group, ({}, []))
                except OSError:
                    is_whole = False
                    continue
                found.append(Declared(declared.key, declared.provider, packed(rows), refused))
        return found, is_whole

    def confirms(self, entry: Entry, root_scope: str) -> bool:
        """Whether its provider's own `entry_points.txt` says so at this moment.

        What has no copy in the index was read in this process, and is believed.

        Args:
            entry: what is to be loaded.
            root_scope: the name of the root scope, which a group may say.

        Raises:
            OSError: the file cannot be read at this moment.
        """
        key = normalized(entry.provider.name)
        for shard, before in self._shards:
            if entry.provider.name in shard.names and key not in before:
                return not shard.mark or any(
                    rows.get(entry.name) == entry.target
                    for group, (rows, _) in self._says(shard, entry.provider.name).items()
                    if entry.scope == _scope_of(group, entry.registry, root_scope)
                )
        return False

    def _says(self, shard: Shard, name: str) -> _Said:
        """What a distribution declares at this moment: nothing, if it is another one's folder.

        Raises:
            OSError: it cannot be read at this moment.
        """
        from registry_core.environment.distribution import ENTRY_POINTS, METADATA, reread, sifted

        folder = shard.where(name)
        if folder is None:
            return {}
        paths = [f"{folder}{os.sep}{file}" for file in (ENTRY_POINTS, *METADATA)]
        stamp = stamp_of_all(paths)
        known = self._reread.get(folder)
        if known is not None and known[0] == stamp:
            return known[1]
        now = time_ns()
        own, groups = reread(folder)
        said = {group: sifted(rows) for group, rows in groups.items()} if own == name else {}
        if all(is_settled(path, now) for path in paths if os.path.exists(path)):
            self._reread[folder] = (stamp, said)
        return said

    def marks(self) -> list[tuple[str, str]] | None:
        """Each place with the mark of its copy in the index; None where one has no copy."""
        marks = [(shard.place, shard.mark) for shard, _ in self._shards]
        return marks if all(mark for _, mark in marks) else None

    def has_settled(self, began: int) -> bool:
        """Whether no place has changed since `began`, in nanoseconds since 1970."""
        return all(is_settled(shard.place, began) for shard, _ in self._shards)

    def provider(self, key: str) -> Provider | None:
        """The distribution of that normalized name; None where it is not installed."""
        for shard, _ in self._shards:
            for index, name in enumerate(shard.names):
                if normalized(name) == key:
                    return Provider(name, shard.versions[index])
        return None

    def installed(self) -> list[tuple[Provider, str, Provider | None]]:
        """Every distribution, the folder of its metadata, and the one that hides it, if any.

        What a foreign finder lists has no folder that anybody knows.
        """
        found: list[tuple[Provider, str, Provider | None]] = []
        for shard, before in self._shards:
            for name, version in zip(shard.names, shard.versions, strict=True):
                key = normalized(name)
                hidden_by = self.provider(key) if key in before else None
                folder = (shard.where(name) or "") if shard.place else ""
                found.append((Provider(name, version), folder, hidden_by))
        return found

    def hidden(
        self, addresses: Collection[str], registries: Collection[str]
    ) -> set[tuple[Provider, str]]:
        """What is hidden and declares something there, each with the folder of its metadata.

        Args:
            addresses: groups.
            registries: groups, with all the scopes in them.
        """
        return {
            (declared.provider, (shard.where(declared.provider.name) or "") if shard.place else "")
            for shard, before in self._shards
            for group in shard.groups
            if group in addresses or any(scope_path(group, own) is not None for own in registries)
            for declared in shard.declared(group)
            if declared.key in before
        }

    def places(self) -> list[tuple[str, bool]]:
        """Each place that holds distributions, and whether there is a copy of it in the index."""
        return [(shard.place, bool(shard.mark)) for shard, _ in self._shards]

    def problems(self) -> list[Problem]:
        """What is wrong with the metadata of what is installed."""
        return [
            problem
            for shard, before in self._shards
            for key, problem in shard.problems()
            if key not in before
        ]


def _scope_of(group: str, registry: str, root_scope: str) -> str | None:
    """The scope that a group addresses in a registry; None in another."""
    path = scope_path(group, registry)
    if path is None:
        return None
    return dotted(path[1:] if path and path[0] == root_scope else path)
