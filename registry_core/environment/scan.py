"""All that is installed, place by place: of two distributions of one name the first counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_core.entry import Provider

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry_core.entry import Problem
    from registry_core.environment.shard import Declared, Shard


class Scan:
    """What is installed, asked group by group. Lives as long as its snapshot; never changes.

    Args:
        shards: what each place holds, in the order in which Python would look there.
    """

    def __init__(self, shards: Iterable[Shard]) -> None:
        seen: set[str] = set()
        # Each with the distributions that one of the same name hides, as when Python imports.
        self._shards: list[tuple[Shard, frozenset[str]]] = []
        for shard in shards:
            self._shards.append((shard, frozenset(seen.intersection(shard.keys))))
            seen.update(shard.keys)

    def groups(self) -> list[str]:
        """Every group that something is declared in, sorted."""
        return sorted({group for shard, _ in self._shards for group in shard.groups})

    def declared(self, group: str) -> list[Declared]:
        """What each distribution declares in `group`, sorted by normalized name."""
        found = [
            declared
            for shard, hidden in self._shards
            for declared in shard.declared(group)
            if declared.key not in hidden
        ]
        found.sort(key=lambda declared: declared.key)
        return found

    def provider(self, key: str) -> Provider | None:
        """The distribution of that normalized name; None where it is not installed."""
        for shard, _ in self._shards:
            if key in shard.keys:
                index = shard.keys.index(key)
                return Provider(shard.names[index], shard.versions[index])
        return None

    def problems(self) -> list[Problem]:
        """What is wrong with the metadata of what is installed."""
        return [
            problem
            for shard, hidden in self._shards
            for key, problem in shard.problems()
            if key not in hidden
        ]
